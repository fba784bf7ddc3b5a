"""Corrections as a person makes them: checked first, in force everywhere, kept through reprocessing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import Ingest
from regressions import wrong

from ingest.desk.correcting import Wish, correct, withdraw
from ingest.load import open_published
from ingest.lock import run_lock
from ingest.pipeline import Order, reprocess, run
from ingest.settings import Settings
from ingest.sources import folder_source
from ingest.steps.runner import PlainRunner

URL = "https://news.example/visit"
ARTICLE = """Inspectors visited Leeds in March 2024 and spoke to children.

Inspectors found that social workers in Leeds know children well.

They also found that too many children in Leeds wait too long for a plan.
"""
GOOD = "Inspectors found that social workers in Leeds know children well."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with one article, read once; nobody changes it."""
    place = tmp_path_factory.mktemp("made")
    folder = place / "in"
    folder.mkdir()
    (folder / "visit.txt").write_text(ARTICLE)
    (folder / "visit.toml").write_text(
        f'url = "{URL}"\npublisher = "Example News"\npublished_on = 2024-04-02\nkind = "news_article"\n'
    )
    order = Order((folder_source(folder),), "test", watches_file=place / "none.toml")
    run(settings_of(place), order, PlainRunner())
    return place


@pytest.fixture
def stored(made: Path, tmp_path: Path) -> Path:
    """A place of one's own with that article."""
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path


def settings_of(place: Path) -> Settings:
    return Settings(data_dir=place / "data", workers=1)


def mend(place: Path, document: str = URL, **wish: Any) -> list[str]:
    """Correct as the command does, without its start-up."""
    return correct(settings_of(place), (), Wish(document, **({"note": "x", "by": "Ana"} | wish))).lines


def ask(place: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_published(place / "data" / "published") as reader:
        return reader.query(sql)[1]


def finding_id(place: Path, words: str) -> str:
    ((found,),) = ask(place, f"SELECT finding_id FROM finding_current WHERE contains(quote, '{words}')")
    return str(found)


def again(place: Path) -> None:
    reprocess(settings_of(place), (), PlainRunner())


def test_a_polarity_wins_in_tables_and_views_and_survives_reprocessing(ingest: Ingest, stored: Path) -> None:
    finding = finding_id(stored, "know children well")
    done = ingest(
        "correct", URL, "--finding", finding[:8], "--polarity", "concern", "--note", "irony", "--by", "Ana"
    )
    assert done.returncode == 0, done.stderr
    assert "polarity: concern" in done.stdout
    assert "the rules say strength" in done.stdout
    sql = f"SELECT polarity, rule LIKE 'correction %' FROM finding_current WHERE finding_id = '{finding}'"
    assert ask(stored, sql) == [("concern", True)]
    again(stored)
    assert ask(stored, sql) == [("concern", True)]
    assert ask(stored, "SELECT what, value, machine, made_by, note, is_applied FROM correction") == [
        ("polarity", "concern", "strength", "Ana", "irony", True)
    ]


def test_the_same_correction_twice_is_one_and_a_later_one_wins(stored: Path) -> None:
    finding = finding_id(stored, "know children well")
    for polarity in ("concern", "neutral", "concern", "neutral"):
        mend(stored, finding=finding, polarity=polarity)
    assert ask(stored, f"SELECT polarity FROM finding WHERE finding_id = '{finding}'") == [("neutral",)]
    assert ask(stored, "SELECT count(*) FROM correction") == [(2,)]


def test_themes_are_added_and_removed(stored: Path) -> None:
    finding = finding_id(stored, "know children well")
    theme = f"SELECT themes FROM finding_current WHERE finding_id = '{finding}'"
    assert ask(stored, theme) == [(["voice_engagement"],)]
    mend(stored, finding=finding, themes=("early_help",), remove_themes=("voice_engagement",))
    assert ask(stored, theme) == [(["early_help"],)]


def test_what_is_not_a_finding_goes_and_comes_back_when_withdrawn(stored: Path) -> None:
    finding = finding_id(stored, "know children well")
    mend(stored, finding=finding, not_a_finding=True)
    count = f"SELECT count(*) FROM finding WHERE finding_id = '{finding}'"
    assert ask(stored, count) == [(0,)]
    ((correction,),) = ask(stored, "SELECT correction_id FROM correction")
    withdraw(settings_of(stored), (), str(correction)[:6])
    assert ask(stored, count) == [(1,)]
    assert ask(stored, "SELECT count(*) FROM correction") == [(0,)]


def test_an_authority_moves_findings_and_stories(ingest: Ingest, stored: Path) -> None:
    done = ingest("correct", "https://news.example", "--authority", "Bradford", "--note", "misprint")
    assert done.returncode == 0, done.stderr
    assert "Bradford (E08000032)" in done.stdout
    assert set(ask(stored, "SELECT gss FROM finding_current")) == {("E08000032",)}
    assert set(ask(stored, "SELECT gss FROM story_document")) == {("E08000032",)}
    assert ask(stored, "SELECT gss, role FROM document_authority ORDER BY role DESC") == [
        ("E08000032", "subject"),
        ("E08000035", "mention"),
    ]
    mend(stored, remove_authorities=("Leeds",))
    assert ask(stored, "SELECT gss FROM document_authority") == [("E08000032",)]


def test_a_document_about_nobody_has_no_findings(stored: Path) -> None:
    mend(stored, authorities=("none",))
    assert ask(stored, "SELECT count(*) FROM finding") == [(0,)]
    assert ask(stored, "SELECT role FROM document_authority") == [("mention",)]


def test_a_document_that_named_nobody_gets_its_findings(ingest: Ingest, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "release.txt").write_text(ARTICLE.replace(" in Leeds", "").replace(" Leeds", " a council"))
    ingest("run", "--folder", folder)
    assert ask(tmp_path, "SELECT count(*) FROM finding") == [(0,)]
    assert ingest("doctor").returncode == 1
    assert ingest("correct", "release.txt", "--authority", "E08000035", "--note", "known").returncode == 0
    assert ask(tmp_path, "SELECT DISTINCT gss FROM finding_current") == [("E08000035",)]
    assert ingest("doctor").returncode == 0


def test_a_correction_waits_for_words_that_are_gone_and_states_a_lost_finding_again(
    ingest: Ingest, stored: Path
) -> None:
    finding = finding_id(stored, "know children well")
    assert (
        ingest("correct", URL, "--finding", finding, "--polarity", "neutral", "--note", "x").returncode == 0
    )
    (stored / "in" / "visit.txt").write_text(f"{ARTICLE}\nMore was said later.\n")
    assert ingest("run", "--folder", stored / "in").returncode == 0
    sql = "SELECT version, polarity FROM finding_current WHERE contains(quote, 'know children well')"
    assert ask(stored, sql) == [(2, "neutral")]
    (stored / "in" / "visit.txt").write_text(ARTICLE.replace(GOOD, "Inspectors left."))
    assert ingest("run", "--folder", stored / "in").returncode == 0
    assert ask(stored, "SELECT is_applied FROM correction") == [(False,)]
    doctor = ingest("doctor")
    assert doctor.returncode == 1
    assert "no longer in" in doctor.stdout


def test_corrections_are_listed_and_exported_for_the_tests_of_the_rules(ingest: Ingest, stored: Path) -> None:
    assert "Nothing was corrected" in ingest("corrections", "list").stdout
    finding = finding_id(stored, "too many children")
    ingest("correct", URL, "--finding", finding, "--polarity", "concern", "--note", "as it is")
    ingest("correct", URL, "--authority", "Leeds", "--note", "as it is [sic]")
    assert "[sic]" in ingest("corrections", "list").stdout
    done = ingest("corrections", "export", "rules.jsonl")
    assert "2 corrections written" in done.stdout
    lines = [json.loads(line) for line in (stored / "rules.jsonl").read_text().splitlines()]
    assert [(line["what"], line["expected"]) for line in lines] == [
        ("polarity", "concern"),
        ("authority", "E08000035"),
    ]
    assert [wrong(line) for line in lines] == [None, None]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["https://news.example/nothing", "--authority", "Leeds"], ["no document"]),
        ([URL, "--authority", "Leds"], ["Leds", "did you mean Leeds"]),
        ([URL, "--authority", "none", "--authority", "Leeds"], ["none excludes"]),
        ([URL, "--theme", "early_helf"], ["early_helf", "early_help", "--finding"][:2]),
        ([URL, "--polarity", "bad"], ["bad", "strength, concern"]),
        ([URL, "--polarity", "concern"], ["--finding ID", "such as"]),
        ([URL, "--finding", "ffff", "--polarity", "concern"], ["no finding 'ffff'"]),
        ([URL, "--finding", "ffff", "--remove-authority", "Leeds"], ["no finding 'ffff'"]),
        ([URL, "--not-a-finding", "--polarity", "concern"], ["leaves nothing else"]),
        ([URL], ["nothing to correct"]),
    ],
)
def test_a_mistake_is_one_line_and_changes_nothing(
    ingest: Ingest, made: Path, arguments: list[str], words: list[str]
) -> None:
    done = ingest("correct", *arguments, "--note", "x", data_dir=made / "data")
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0]
    assert ask(made, "SELECT count(*) FROM correction") == [(0,)]


def test_a_note_is_needed(ingest: Ingest, made: Path) -> None:
    done = ingest("correct", URL, "--authority", "Bradford", data_dir=made / "data")
    assert (done.returncode, "--note" in done.stderr) == (2, True)


def test_a_corrected_authority_is_told_to_who_watches_it(ingest: Ingest, stored: Path) -> None:
    (stored / "watches.toml").write_text(
        '[[watch]]\nname="b"\nauthorities=["Bradford"]\nemail=["a@example.org"]\nsince=2000-01-01\n'
    )
    ingest("run", "--folder", stored / "in")
    outbox = stored / "data" / "outbox"
    assert not list(outbox.glob("*.eml"))
    assert ingest("correct", URL, "--authority", "Bradford", "--note", "misprint").returncode == 0
    ingest("run", "--folder", stored / "in")
    (mail,) = outbox.glob("*.eml")
    assert "Bradford" in mail.read_text()
    ingest("run", "--folder", stored / "in")
    assert len(list(outbox.glob("*.eml"))) == 1


def test_a_backfilled_document_is_not_told_by_a_correction(ingest: Ingest, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "visit.txt").write_text(ARTICLE)
    (folder / "visit.toml").write_text("published_on = 2024-04-02\n")
    (tmp_path / "watches.toml").write_text(
        '[[watch]]\nname="b"\nauthorities=["Bradford"]\nemail=["a@example.org"]\nsince=2000-01-01\n'
    )
    ingest("run", "--folder", folder, "--no-alerts")
    assert ingest("correct", "visit.txt", "--authority", "Bradford", "--note", "misprint").returncode == 0
    ingest("run", "--folder", folder)
    assert not list((tmp_path / "data" / "outbox").glob("*.eml"))


def test_a_run_at_work_refuses_a_correction(ingest: Ingest, stored: Path) -> None:
    with run_lock(stored / "data"):
        done = ingest("correct", URL, "--authority", "Bradford", "--note", "misprint")
    assert (done.returncode, "another run" in done.stderr) == (2, True)
