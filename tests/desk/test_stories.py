"""One event as one story: linked, explained, put right, and still right after reprocessing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import Ingest

from ingest.desk.correcting import withdraw
from ingest.desk.stories import as_json, as_text, find_story, regroup
from ingest.errors import ConfigError
from ingest.load import open_published
from ingest.load.stories import StoredStory
from ingest.pipeline import Order, reprocess, run
from ingest.settings import Settings
from ingest.sources import folder_source
from ingest.steps.runner import PlainRunner

RELEASE = """Ofsted visits Leeds

Ofsted inspectors made a monitoring visit to children's services in Leeds last month.

{words}

Councillors in Leeds said that they welcome what the inspectors saw during the monitoring visit.
"""
WORDS = " ".join(
    f"Inspectors found that in team number {n} most plans for young people in Leeds are clear and reviewed on time."
    for n in range(12)
)
PAGES = {
    "release": ("Ofsted visits Leeds", "2018-06-08", "press_release", RELEASE.format(words=WORDS)),
    "reprint": (
        "Leeds praised",
        "2018-06-09",
        "news_article",
        f"By our reporter, who sat in the gallery of the town hall in Leeds all day.\n\n{RELEASE.format(words=WORDS)}",
    ),
    "news": (
        "Leeds visit",
        "2018-06-11",
        "news_article",
        "A monitoring visit by Ofsted to Leeds found that care leavers wait too long for a plan.",
    ),
    "later": (
        "Another visit",
        "2018-09-20",
        "news_article",
        "A monitoring visit by Ofsted to Leeds found that social workers know children well.",
    ),
    "notice": (
        "Commissioner appointed for children's services in Leeds",
        "2018-07-20",
        "government_notice",
        "A commissioner has been appointed for children's services in Leeds.",
    ),
}
EVENT = "Leeds: Ofsted monitoring visit, May 2018"


def url(name: str) -> str:
    return f"https://pages.example/{name}"


def settings_of(place: Path) -> Settings:
    return Settings(data_dir=place / "data", workers=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    folder = place / "in"
    folder.mkdir()
    for name, (title, day, kind, text) in PAGES.items():
        (folder / f"{name}.txt").write_text(text)
        (folder / f"{name}.toml").write_text(
            f'url = "{url(name)}"\ntitle = "{title}"\npublished_on = {day}\nkind = "{kind}"\n'
        )
    run(settings_of(place), Order((folder_source(folder),), "test", alerts=False), PlainRunner())
    return place


@pytest.fixture
def stored(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path


def told(place: Path, words: str) -> StoredStory:
    with open_published(place / "data" / "published") as reader:
        return find_story(reader, words)


def names(story: StoredStory) -> list[str]:
    return [row["url"].rpartition("/")[2] for row in story.documents]


def test_a_story_has_its_documents_their_reasons_and_what_came_of_it(made: Path) -> None:
    story = told(made, url("release"))
    assert story.story["title"] == EVENT
    assert names(story) == ["release", "news", "reprint"]
    text = as_text(story, 100)
    assert "Ofsted's own document was not seen yet." in text
    assert "published 2 days apart" in text
    assert "the only document" not in text
    assert "repeats Ofsted visits Leeds (similarity 0.8" in text
    assert "What came of it\n  Leeds: commissioner, 20 July 2018 (1 document; story " in text
    assert all(len(line) <= 100 for line in text.splitlines())
    assert names(told(made, url("later"))) == ["later"]
    assert f"Came of: {EVENT}" in as_text(told(made, url("notice")))
    assert {row["score"] <= 1 for row in json.loads(as_json(story))["documents"]} == {True}


def test_what_belongs_elsewhere_is_moved_and_stays_there(stored: Path) -> None:
    event = told(stored, url("release")).story["story_id"]
    said = regroup(
        settings_of(stored), (), event, url("later"), belongs=True, note="the same visit", by="Ana"
    )
    assert said.startswith(f"Corrected: Another visit belongs to {EVENT}")
    assert names(told(stored, url("release"))) == ["release", "news", "later", "reprint"]
    reprocess(settings_of(stored), (), PlainRunner())
    story = told(stored, url("later"))
    assert names(story) == ["release", "news", "later", "reprint"]
    assert "the same visit" in as_text(story)
    with open_published(stored / "data" / "published") as reader:
        (row,) = reader.dicts("SELECT correction_id, machine, is_applied FROM correction")
        assert (row["machine"], row["is_applied"]) == (
            "Leeds: Ofsted monitoring visit, reported September 2018",
            True,
        )
        assert reader.check() == ()
    withdraw(settings_of(stored), (), row["correction_id"])
    assert names(told(stored, url("later"))) == ["later"]


def test_what_does_not_belong_leaves_and_stays_away(stored: Path) -> None:
    regroup(
        settings_of(stored), (), url("release"), url("news"), belongs=False, note="another visit", by="Ana"
    )
    for _ in range(2):
        assert names(told(stored, url("release"))) == ["release", "reprint"]
        assert names(told(stored, url("news"))) == ["news"]
        reprocess(settings_of(stored), (), PlainRunner())
    regroup(settings_of(stored), (), url("release"), url("news"), belongs=True, note="after all", by="Ana")
    assert names(told(stored, url("news"))) == ["release", "news", "reprint"]


@pytest.mark.parametrize(
    ("story", "document", "belongs", "note", "message"),
    [
        ("release", "news", True, "x", "already belongs"),
        ("release", "later", False, "x", "does not belong"),
        ("later", "later", False, "x", "the only document"),
        ("release", "later", True, " ", "--note is missing"),
        ("release", "nothing", True, "x", "no document"),
        ("nothing", "later", True, "x", "no story"),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_changes(
    made: Path, story: str, document: str, belongs: bool, note: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        regroup(settings_of(made), (), url(story), url(document), belongs=belongs, note=note, by="Ana")
    with open_published(made / "data" / "published") as reader:
        assert reader.dicts("FROM correction") == []


def test_the_command_shows_a_story_and_refuses_what_is_unknown(made: Path, ingest: Ingest) -> None:
    shown = ingest("story", url("news") + "?utm_source=feed", data_dir=made / "data")
    assert (shown.returncode, shown.stdout.splitlines()[0]) == (0, EVENT)
    unknown = ingest("story", "nothing", data_dir=made / "data")
    assert unknown.returncode == 2
    assert "no story 'nothing'" in unknown.stderr
