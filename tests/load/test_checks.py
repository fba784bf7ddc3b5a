"""Each check passes on sound rows and speaks when they are spoilt."""

from __future__ import annotations

import pytest

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
    "originals_are_originals": "UPDATE document SET duplicate_of = document_id",
}


def test_there_is_a_spoilt_case_for_every_check():
    assert set(SPOILT) == {file.name for file in sql_files("checks")}


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
