"""Alerts over several runs: what waits for its digest is told whatever becomes of its story; feeds follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from councils import Days, run_once, settings_in

from ingest.alerts import Mail, Post, Watch
from ingest.alerts.feeds import ATOM
from ingest.load import Warehouse, open_published
from ingest.load.overdue import overdue
from ingest.settings import Settings
from ingest.sources import folder_source
from ingest.steps.mailing import outbox_row, send_pending, tell
from ingest.steps.summary import Summary

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


class June:
    """June 2018, on some of whose days a text comes in."""

    def __init__(self, folder: Path) -> None:
        self.settings: Settings = settings_in(folder)
        self.inbox, self.watches = folder / "in", folder / "watches.toml"
        self.inbox.mkdir()
        self.watches.write_text(WATCH)
        self._days = Days()

    def run(self, day: int, *arrivals: tuple[str, str]) -> Summary:
        for name, text in arrivals:
            (self.inbox / f"{name}.txt").write_text(text)
            (self.inbox / f"{name}.toml").write_text(
                f'url = "https://pages.example/{name}"\ntitle = "{name}"\npublished_on = 2018-06-{day:02}\n'
                'kind = "news_article"\n'
            )
        self._days.now = datetime(2018, 6, day, 9, tzinfo=UTC)
        return run_once(self.settings, self._days, folder_source(self.inbox), watches_file=self.watches)


@pytest.fixture
def june(tmp_path: Path) -> June:
    return June(tmp_path)


def test_a_story_that_gets_another_id_before_its_digest_is_told_whole(june: June) -> None:
    assert june.run(11, ("article", ARTICLE)).mails == ()
    assert june.run(13, ("release", RELEASE)).mails == ()
    with open_published(june.settings.published_place) as reader:
        known = {row["story_id"] for row in reader.dicts("FROM story")}
        first, second = reader.dicts("FROM alert ORDER BY created_at")
    assert first["story_id"] not in known, "the month that the release gives makes another visit of it"
    assert known == {second["story_id"]}

    (mail,) = june.run(16).mails
    assert mail.subject == "Leeds: Ofsted monitoring visit, May 2018: 1 concern, 1 strength"
    (file,) = (june.settings.data_dir / "outbox").glob("*.eml")
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    text = " ".join(read.get_body(("plain",)).get_content().split())
    assert "care leavers wait too long for a plan." in text
    assert "most plans for young people in Leeds are clear" in text
    with open_published(june.settings.published_place) as reader:
        assert overdue(reader, datetime(2018, 6, 30, tzinfo=UTC)) == ()


def test_a_watch_that_is_first_seen_after_midnight_in_london_begins_on_that_day(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    watch = Watch("Leeds", ("reader@example.org",), {"E08000035": "Leeds"})
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        tell(settings, [watch], warehouse, "r", datetime(2018, 6, 10, 23, 30, tzinfo=UTC))
        tell(
            settings,
            [watch, replace(watch, name="later")],
            warehouse,
            "r",
            datetime(2018, 12, 1, 23, 30, tzinfo=UTC),
        )
        rows = warehouse.reader.dicts("SELECT began_on FROM watch ORDER BY began_on")
    assert [row["began_on"] for row in rows] == [date(2018, 6, 11), date(2018, 12, 1)]


def titles(feed: Path) -> list[str | None]:
    found = ET.fromstring(feed.read_bytes())
    return [entry.findtext(f"{{{ATOM}}}title") for entry in found.iter(f"{{{ATOM}}}entry")]


def test_what_is_told_stands_in_the_feed_of_its_watch_and_of_its_authority(june: June) -> None:
    june.watches.write_text(f'feeds = "all"\n{WATCH}{WATCH.replace("Leeds", "Kent")}')
    june.run(11, ("article", ARTICLE))
    feeds = june.settings.data_dir / "feeds"
    names = sorted(path.name for path in feeds.iterdir())
    assert [name[:-10] for name in names] == ["authority-E080", "watch-kent", "watch-leeds"]
    authority, kent, leeds = (feeds / name for name in names)
    told = ["Leeds: Ofsted monitoring visit, reported June 2018"]
    assert titles(authority) == titles(leeds) == told, "at once, though the mail waits for its digest"
    assert titles(kent) == []
    june.run(13, ("release", RELEASE))
    newer = "Leeds: Ofsted monitoring visit, May 2018 (update): 1 new finding"
    assert titles(authority) == titles(leeds) == [newer, *told]


def test_a_feed_that_could_not_be_written_stops_no_mail_and_is_written_by_the_next_run(june: June) -> None:
    june.watches.write_text(f'feeds = "all"\n{WATCH.replace("weekly", "immediate")}')
    feeds = june.settings.data_dir / "feeds"
    feeds.parent.mkdir(parents=True)
    feeds.write_text("in the way")
    (mail,) = june.run(11, ("article", ARTICLE)).mails
    assert mail.status == "sent"
    feeds.unlink()
    june.run(13)
    told = ["Leeds: Ofsted monitoring visit, reported June 2018"]
    assert [titles(path) for path in sorted(feeds.iterdir())] == [told, told]
    was = {path: path.stat().st_mtime_ns for path in feeds.iterdir()}
    june.run(14)
    assert {path: path.stat().st_mtime_ns for path in feeds.iterdir()} == was, "nothing new, nothing written"


def test_a_call_that_cannot_be_signed_any_more_stops_no_mail(tmp_path: Path) -> None:
    now = datetime(2018, 6, 11, tzinfo=UTC)
    mail = Mail("0123456789abcdef", "alert", ("reader@example.org",), "Leeds", "text", "", now)
    hook = replace(mail, delivery_id="f" * 16, channel="webhook", recipients=("https://hooks.example.org/",))
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        warehouse.enqueue([outbox_row(mail), outbox_row(hook)], now)
        (sent,) = send_pending(warehouse, Post("alerts@example.org", tmp_path / "outbox"), now)
        assert (sent.recipients, sent.status) == (("reader@example.org",), "sent")
        assert [row["delivery_id"] for row in warehouse.pending_deliveries(now)] == [hook.delivery_id]
