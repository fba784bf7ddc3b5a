"""Each check passes on sound rows and speaks when they are spoilt."""

from __future__ import annotations

import re

import pytest

from ingest.load.checks import all_checks
from ingest.load.sqlfiles import sql_files
from ingest.model import StoryLink

SPOILT = {
    "one_current_version": "UPDATE document SET is_current = false",
    "quotes_are_in_the_text": "UPDATE finding SET start_char = start_char + 1, end_char = end_char + 1",
    "evidence_is_in_the_text": "UPDATE document_authority SET evidence = 'something else'",
    "children_have_parents": "DELETE FROM document",
    "known_authorities_and_themes": "UPDATE finding SET gss = 'E99999999'",
    "dates_are_possible": "UPDATE inspection SET ended_on = DATE '2024-03-01'",
    "words_of_the_contract": "UPDATE judgement SET reason = NULL",
    "keys_are_unique": "CREATE OR REPLACE TABLE story AS FROM story; INSERT INTO story FROM story",
    "counts_have_not_dropped": (
        """INSERT INTO run (run_id, started_at, command, status, alerts, program_version, counts)
           VALUES ('r0', now(), 'run', 'done', true, '0', '{"stored": {"documents": 2}}')"""
    ),
    "originals_are_originals": "UPDATE document SET duplicate_of = document_id",
}


def test_there_is_a_spoilt_case_for_every_check():
    assert set(SPOILT) == {file.name for file in sql_files("checks")}


def test_every_key_that_a_run_writes_is_checked(warehouse):
    (check,) = (file for file in sql_files("checks") if file.name == "keys_are_unique")
    keyed = {
        relation.name
        for relation in warehouse.reader.relations()
        if relation.kind == "table" and relation.key
    }
    checked = set(re.findall(r"FROM (\w+)", check.text)) - {"key"}
    assert keyed - checked == {
        "authority",
        "theme",
        "statistical_neighbour",
        "schema_migration",
        "schema_view",
    }
    assert checked <= keyed


@pytest.mark.parametrize("name", SPOILT)
def test_a_check_finds_what_it_is_for(warehouse, build, name):
    letter = build.letter(text="\U0001f600 astral \U0001d4b3 characters before the quote")
    warehouse.store(build.batch(letter), "r1", build.now)
    link = StoryLink("s", "A story", None, letter.document_id, build.gss, ("test",))
    warehouse.set_stories([link])
    assert warehouse.reader.check() == ()
    warehouse.reader.query(SPOILT[name])
    failures = {failure.name: failure for failure in warehouse.reader.check()}
    assert name in failures
    assert f"check {name} failed: " in str(failures[name])
    assert failures[name].rows >= 1


def test_fewer_findings_pass_and_half_of_them_do_not(warehouse, build):
    letter = build.letter()
    warehouse.store(build.batch(letter), "r1", build.now)
    for before, failing in ((3, 0), (99, 0), (100, 1), (1000, 1)):
        stored = f'{{"stored": {{"findings": {before}, "documents": 1}}}}'
        warehouse.reader.query(f"UPDATE run SET status = 'done', counts = '{stored}'")
        assert len(warehouse.reader.check()) == failing, before
    (failure,) = warehouse.reader.check()
    assert str(failure).endswith("the first: what findings, before 1000, now 2, since_run r1)")
    assert "ingest check --accept-counts" in failure.meaning


def test_all_checks_say_what_they_mean():
    assert {name for name, _ in all_checks()} == set(SPOILT)
    assert all(meaning for _, meaning in all_checks())
