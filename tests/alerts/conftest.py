"""An invented county, its visit, and the builders that the tests of this room share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from post_office import SENDER

from ingest.alerts import Post, Watch, send
from ingest.model import Coverage, FoundStatement, SourceHealth, StoryUpdate

NOW = datetime(2018, 6, 11, 7, 15, tzinfo=UTC)
THEMES = {
    "care_leavers_pathway": "Care leavers: personal advisers, pathway plans, entitlements and transition",
    "neet_eet": "Care leavers' education, employment and training (NEET/EET)",
    "workforce_caseloads": "Workforce, caseloads, recruitment and training",
}
PLACES = {"E10000099": "Exampleshire", "E10000098": "Sampleton", "E10000097": "Mockford"}


@dataclass(frozen=True)
class Place:
    gss: str
    name: str
    region: str = ""
    is_current: bool = True


class SmallGazetteer:
    """Three invented authorities; stands in for ingest.reference."""

    all = tuple(
        Place(gss, name, "Middle Marches" if name != "Mockford" else "The Fens")
        for gss, name in PLACES.items()
    )

    def by_gss(self, code: str, /) -> Place | None:
        return next((place for place in self.all if place.gss == code), None)

    def by_name(self, name: str, /) -> Place | None:
        return next((place for place in self.all if place.name.lower() == name.lower()), None)

    def nearest(self, name: str, /) -> list[str]:
        return [known for known in PLACES.values() if known[:3].lower() == name[:3].lower()]


@dataclass(frozen=True)
class SmallTheme:
    theme_id: str
    name: str


class Newsroom:
    """Builds stories about Exampleshire with few words."""

    now = NOW
    themes = THEMES
    gazetteer = SmallGazetteer()
    theme_list = tuple(SmallTheme(theme_id, name) for theme_id, name in THEMES.items())

    def watch(self, **changes: Any) -> Watch:
        base = Watch(
            name="Exampleshire",
            recipients=("reader@example.org",),
            authorities={"E10000099": "Exampleshire"},
        )
        return replace(base, **changes)

    def letter(self, **changes: Any) -> Coverage:
        base = Coverage(
            document_id="letter",
            version=1,
            title="Monitoring visit to Exampleshire children's services",
            url="https://files.example.org/file/50000001",
            publisher="Ofsted",
            kind="ofsted_letter",
            published_on=date(2018, 6, 8),
            is_primary=True,
        )
        return replace(base, **changes)

    def article(self, **changes: Any) -> Coverage:
        base = Coverage(
            document_id="article",
            version=1,
            title="Exampleshire slow to help care leavers into work",
            url="https://news.example.org/exampleshire",
            publisher="Example News",
            kind="news_article",
            published_on=date(2018, 6, 9),
            is_primary=False,
        )
        return replace(base, **changes)

    def finding(self, quote: str, document_id: str = "letter", **changes: Any) -> FoundStatement:
        base = FoundStatement(
            finding_id=f"{document_id}-{quote}",
            document_id=document_id,
            polarity="concern",
            kind="statement",
            speaker="ofsted",
            is_inspectorate=True,
            quote=quote,
            page=2 if document_id == "letter" else None,
            section=None,
            themes=("care_leavers_pathway",),
        )
        return replace(base, **changes)

    def update(self, **changes: Any) -> StoryUpdate:
        base = StoryUpdate(
            story_id="story1",
            title="Exampleshire: monitoring visit",
            gss="E10000099",
            authority="Exampleshire",
            inspection_id="E10000099-monitoring_visit-2018-05",
            inspection_kind="monitoring_visit",
            started_on=date(2018, 5, 9),
            ended_on=date(2018, 5, 10),
            month=date(2018, 5, 1),
            first_published_on=date(2018, 6, 8),
            documents=(self.letter(),),
            judgements=(),
            findings=(self.finding("Plans for care leavers are written too late."),),
        )
        return replace(base, **changes)

    def source(self, name: str, **changes: Any) -> SourceHealth:
        return replace(SourceHealth(name, True, NOW, NOW), **changes)


@pytest.fixture(scope="session")
def newsroom() -> Newsroom:
    return Newsroom()


@pytest.fixture
def told_again(newsroom: Newsroom) -> Callable[..., tuple[Any, ...]]:
    """Match with the day on which the watch began and what earlier alerts told."""
    from ingest.alerts import match

    def run(
        watch: Watch, updates: list[StoryUpdate], earlier: tuple[Any, ...] = (), began: Any = None
    ) -> Any:
        return match(
            [watch],
            updates,
            {watch.name: began or date(2018, 1, 1)},
            [alert.told for alert in earlier],
            "run1",
            newsroom.now,
        )

    return run


@pytest.fixture(scope="session")
def example(newsroom: Newsroom) -> StoryUpdate:
    """A visit to Exampleshire: the letter, a reprinted release, two articles, findings of every polarity."""
    say = newsroom.finding
    letter = (
        say(
            "Pathway plans are too often written after the young person has turned 18, which leaves "
            "personal advisers and carers to work from memory."
        ),
        say(
            "Take-up of return home interviews, however, remains too low.",
            page=3,
            section="Children who go missing",
            themes=(),
        ),
        say(
            "The timeliness of pathway plans, so that they are ready before a young person’s 18th birthday.",
            polarity="recommendation",
            kind="area_for_improvement",
            page=4,
            section="What needs to improve",
        ),
        say(
            "Caseloads are manageable and social workers know their children well.",
            polarity="strength",
            themes=("workforce_caseloads",),
        ),
        say("Inspectors met 12 care leavers.", polarity="neutral", page=1),
    )
    council = (
        say(
            "“We are proud of how far we have come,” said the director.",
            "release",
            polarity="strength",
            speaker="authority",
            is_inspectorate=False,
            themes=(),
        ),
    )
    press = (say("Ofsted says that plans for care leavers come too late.", "article"),)
    return newsroom.update(
        documents=(
            newsroom.letter(),
            newsroom.article(),
            newsroom.article(
                document_id="release",
                title="Inspectors see progress in Exampleshire",
                url="https://www.exampleshire.example/news/progress",
                publisher="Exampleshire Council",
                kind="press_release",
                published_on=date(2018, 6, 8),
            ),
            newsroom.article(
                document_id="reprint",
                title="Inspectors see progress",
                url="https://local.example.net/1",
                publisher="Local Gazette",
                duplicate_of="release",
            ),
        ),
        findings=letter + council + press,
        judgements=(
            ("overall", None, "not given under the framework"),
            ("leaders", "requires_improvement", None),
            ("care_leavers", "inadequate", None),
        ),
    )


@pytest.fixture(scope="session")
def sources(newsroom: Newsroom) -> tuple[SourceHealth, ...]:
    """Four sources, one of them broken since the day before."""
    return (
        newsroom.source("Ofsted reports"),
        newsroom.source("Example News"),
        newsroom.source("Exampleshire Council"),
        newsroom.source(
            "Local Gazette",
            is_healthy=False,
            last_good_at=NOW - timedelta(days=1),
            message="TransientError: no answer within 30 s",
        ),
    )


@pytest.fixture
def post(tmp_path: Path) -> Callable[..., Any]:
    """Send mails to a server, without waiting where it is to be waited."""

    def run(mails: list[Any], url: str, **changes: Any) -> Any:
        wait = changes.pop("sleep", lambda _: None)
        return send(mails, Post(SENDER, tmp_path, url, timeout=5, sleep=wait, **changes), NOW)

    return run
