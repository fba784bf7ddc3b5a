"""What a run says of itself: figures, lines, exit code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.load import Counts, Poll
from ingest.model import Failure, SourceCheck
from ingest.steps.mailing import SentMail
from ingest.steps.summary import SHOWN, Summary, sources_table

NOW = datetime(2026, 11, 22, 7, 15, tzinfo=UTC)
CHECK = SourceCheck("news", "News", "new", announced=9, fetched=3, new=2)
FAILURE = Failure("news", "https://news.example/1", "fetch", "FetchError", "https://news.example/1: HTTP 500")
MAIL = SentMail(("Leeds",), ("a@example.org", "b@example.org"), "Leeds: 1 concern", "sent", None)
NOTHING = Counts({}, 0, 0, 0, 0, {}, ())
DONE = Summary(
    "r",
    NOW,
    1.25,
    (CHECK,),
    2,
    1,
    0,
    NOTHING,
    (),
    (),
    True,
    (),
    Path("w.duckdb"),
    Path("published"),
    Path("outbox"),
)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"mails": (MAIL,)}, 0),
        ({"mails": (MAIL, replace(MAIL, status="pending"))}, 1),
        ({"failures": (FAILURE,)}, 1),
        ({"checks": (replace(CHECK, status="failed"),)}, 1),
        ({"checks": (replace(CHECK, severity="warning"),)}, 0),
        ({"checks": (replace(CHECK, severity="error"),)}, 1),
    ],
)
def test_the_exit_code_says_whether_something_needs_a_person(changes: dict[str, object], code: int) -> None:
    assert replace(DONE, **changes).exit_code == code  # type: ignore[arg-type]


def test_a_source_that_failed_is_not_also_changed() -> None:
    failed = replace(CHECK, status="failed", severity="error", state="failed", message="HTTP 500")
    changed = replace(CHECK, name="Other", severity="error", state="empty", message="announces nothing")
    summary = replace(DONE, checks=(failed, changed))
    assert (summary.failed_sources, summary.changed_sources) == ((failed,), (changed,))
    assert summary.lines() == [
        "Source failed: News: HTTP 500",
        "Source changed: Other: empty: announces nothing",
    ]


def test_the_figures() -> None:
    counts = Counts(
        {"other": 2, "news_article": 1},
        1,
        1,
        1,
        4,
        {"concern": 1, "strength": 2, "mixed": 2, "neutral": 3},
        (FAILURE,) * 3,
    )
    checks = (CHECK, replace(CHECK, status="unchanged"), replace(CHECK, status="unchanged"))
    summary = replace(
        DONE, checks=checks, counts=counts, failures=(FAILURE,), mails=(MAIL, replace(MAIL, status="failed"))
    )
    assert dict(summary.rows()) == {
        "Sources": "1 with news, 2 unchanged",
        "This run": "2 new, 1 changed, 0 read differently",
        "Documents": "3 stored, 1 of them a duplicate",
        "Stories": "1",
        "Inspections": "1, with 4 judgements",
        "Findings": "8: 1 concern, 2 mixed, 2 strengths, 3 neutral",
        "Quarantine": "1 in this run, 3 waiting",
        "Mails": "1 written",
    }
    bare = dict(replace(DONE, checks=(), alerts=False).rows())
    assert (bare["Sources"], bare["Findings"], bare["Documents"]) == (
        "none",
        "0: none",
        "0 stored, 0 of them duplicates",
    )
    assert "Mails" not in bare
    assert summary.as_counts() == {
        "sources": 3, "sources_failed": 0, "sources_changed": 0, "sources_not_due": 0,
        "new": 2, "changed": 1, "updated": 0, "quarantined": 1, "mails": 2, "seconds": 1.2,
    }  # fmt: skip


def test_what_waits_what_failed_and_what_was_mailed_is_named() -> None:
    poll = Poll("feed", 60.0, NOW)
    summary = replace(
        DONE,
        waiting=(poll,),
        failures=(FAILURE,) * (SHOWN + 2),
        mails=(MAIL, replace(MAIL, status="pending", error="451 later")),
    )
    lines = summary.lines()
    assert lines[0] == (
        "1 source is not due yet, feed next, at 2026-11-22 07:15 UTC; --full asks all, --source ID asks one"
    )
    assert lines[1 : 1 + SHOWN] == ["Quarantined: https://news.example/1: HTTP 500"] * SHOWN
    assert lines[1 + SHOWN :] == [
        "... and 2 more in the view quarantine_open",
        "Mail to a@example.org, b@example.org: Leeds: 1 concern",
        "Mail to a@example.org, b@example.org: Leeds: 1 concern [pending: 451 later]",
    ]
    assert "more in the view" not in str(replace(DONE, failures=(FAILURE,) * SHOWN).lines())
    assert replace(DONE, waiting=(poll, poll)).lines()[0].startswith("2 sources are not due yet")


def test_where_the_results_are() -> None:
    assert DONE.places() == [("Warehouse", "published/warehouse.duckdb")]
    assert replace(DONE, mails=(replace(MAIL, status="failed"),)).places() == DONE.places()
    assert replace(DONE, mails=(MAIL,)).places()[1:] == [("Outbox", "outbox/")]
    assert replace(DONE, mails=(MAIL,), outbox=None).places() == DONE.places(), "they went to a server"


def test_the_sources_as_tables() -> None:
    assert sources_table((CHECK,)) == [("News", "new", "3", "2", "0")]
    shown = replace(DONE, failures=(FAILURE,)).markdown().splitlines()
    assert "| News | new | 9 | 3 | 2 | 0 |" in shown
    assert "| This run | 2 new, 1 changed, 0 read differently |" in shown
    assert shown[-1] == "- Quarantined: https://news.example/1: HTTP 500"
