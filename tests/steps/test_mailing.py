"""Alerts over several runs: what waits for its digest is told, whatever becomes of its story meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from councils import Days, run_once, settings_in

from ingest.load import open_published
from ingest.load.overdue import overdue
from ingest.sources import folder_source

WATCH = """
[[watch]]
name = "Leeds"
authorities = "Leeds"
email = "reader@example.org"
frequency = "weekly"
since = 2018-01-01
"""
ARTICLE = "A monitoring visit by Ofsted to Leeds found that care leavers wait too long for a plan.\n"
RELEASE = """Ofsted made a monitoring visit to children's services in Leeds last month.

Inspectors found that most plans for young people in Leeds are clear and reviewed on time.
"""


def test_a_story_that_gets_another_id_before_its_digest_is_told_whole(tmp_path: Path) -> None:
    settings, days = settings_in(tmp_path), Days()
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "watches.toml").write_text(WATCH)

    def arrives(name: str, text: str, day: int) -> None:
        (folder / f"{name}.txt").write_text(text)
        (folder / f"{name}.toml").write_text(
            f'url = "https://pages.example/{name}"\ntitle = "{name}"\npublished_on = 2018-06-{day:02}\n'
            'kind = "news_article"\n'
        )
        days.now = datetime(2018, 6, day, 12, tzinfo=UTC)
        summary = run_once(settings, days, folder_source(folder), watches_file=tmp_path / "watches.toml")
        assert summary.mails == (), "it is no Saturday"

    arrives("article", ARTICLE, 11)
    arrives("release", RELEASE, 13)
    with open_published(settings.published_place) as reader:
        known = {row["story_id"] for row in reader.dicts("FROM story")}
        first, second = reader.dicts("FROM alert ORDER BY created_at")
    assert first["story_id"] not in known, "the month that the release gives makes another visit of it"
    assert known == {second["story_id"]}

    days.now = datetime(2018, 6, 16, 9, tzinfo=UTC)
    (mail,) = run_once(settings, days, watches_file=tmp_path / "watches.toml").mails
    assert mail.subject == "Leeds: Ofsted monitoring visit, May 2018: 1 concern, 1 strength"
    (file,) = (settings.data_dir / "outbox").glob("*.eml")
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    text = " ".join(read.get_body(("plain",)).get_content().split())
    assert "care leavers wait too long for a plan." in text
    assert "most plans for young people in Leeds are clear" in text
    with open_published(settings.published_place) as reader:
        assert overdue(reader, days.now) == ()
