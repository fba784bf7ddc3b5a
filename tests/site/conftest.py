"""An invented county and what is told of it; and the site of the bundled sample, built once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.model import (
    Coverage,
    Failure,
    FoundStatement,
    Shown,
    ShownJudgement,
    ShownListing,
    ShownOutage,
    ShownRun,
    ShownSource,
    ShownVisit,
    StoryUpdate,
)
from ingest.pipeline import Order, run
from ingest.reference.authorities import Authority
from ingest.reference.themes import load_themes
from ingest.sample import Newsroom, sources_path, watches_path
from ingest.settings import Settings
from ingest.site import SiteContent, build_site, gather
from ingest.sources import load_catalogue
from ingest.steps.publishing_site import publish_site
from ingest.steps.runner import PlainRunner

NOW = datetime(2026, 11, 22, 7, 15, tzinfo=UTC)


class World:
    """Builds content about councils that do not exist."""

    now = NOW
    county = Authority("E10000099", "Exampleshire", "South East", "County", is_current=True)
    town = Authority("E06000098", "Sampleton", "South East", "Unitary Authority", is_current=True)
    past = Authority(
        "E10000097", "Old Exampleshire", "South East", "abolished", is_current=False,
        valid_to=date(2019, 3, 31), successors=("E10000099",),
    )  # fmt: skip
    themes = load_themes()

    def finding(self, quote: str, document_id: str = "letter", **given: Any) -> FoundStatement:
        values = {
            "finding_id": f"{document_id}-{quote[:40]}-{given.get('section')}",
            "document_id": document_id,
            "polarity": "concern",
            "kind": "statement",
            "speaker": "ofsted",
            "is_inspectorate": True,
            "quote": quote,
            "page": 2 if document_id == "letter" else None,
            "section": None,
            "themes": ("neet_eet",),
        } | given
        return FoundStatement(**values)

    def letter(self, **given: Any) -> Coverage:
        values = {
            "document_id": "letter",
            "version": 1,
            "title": "Inspection of Exampleshire children’s services",
            "url": "https://files.example.org/file/1.pdf",
            "publisher": "Ofsted",
            "kind": "ofsted_report",
            "published_on": date(2026, 6, 8),
            "is_primary": True,
        } | given
        return Coverage(**values)

    def article(self, **given: Any) -> Coverage:
        values = {
            "document_id": "article",
            "title": "Exampleshire slow to help care leavers into work",
            "url": "https://news.example.org/one",
            "publisher": "Example News",
            "kind": "news_article",
            "published_on": date(2026, 6, 9),
            "is_primary": False,
        } | given
        return self.letter(**values)

    def story(self, **given: Any) -> StoryUpdate:
        values = {
            "story_id": "aaaa000000000001",
            "title": "Exampleshire: inspection",
            "gss": self.county.gss,
            "authority": self.county.name,
            "inspection_id": "visit-1",
            "inspection_kind": "ilacs_standard",
            "started_on": date(2026, 5, 4),
            "ended_on": date(2026, 5, 15),
            "month": date(2026, 5, 1),
            "first_published_on": date(2026, 6, 8),
            "documents": (self.letter(), self.article()),
            "judgements": (),
            "findings": (
                self.finding("Too few care leavers are in work or training."),
                self.finding("Pathway plans are reviewed in time.", polarity="strength"),
                self.finding(
                    "The help that care leavers get to find work.",
                    polarity="recommendation",
                    kind="area_for_improvement",
                ),
                self.finding("Ofsted says that too few find work.", "article"),
            ),
        } | given
        return StoryUpdate(**values)

    def visit(self, **given: Any) -> ShownVisit:
        values = {
            "inspection_id": "visit-1",
            "gss": self.county.gss,
            "kind": "ilacs_standard",
            "framework": "ILACS",
            "started_on": date(2026, 5, 4),
            "ended_on": date(2026, 5, 15),
            "month": date(2026, 5, 1),
            "published_on": date(2026, 6, 8),
            "focus": None,
            "ordinals": (),
            "delivery_body": None,
            "has_priority_action": False,
            "document_id": "letter",
            "judgements": (
                ShownJudgement("leaders", "requires_improvement", None, 1),
                ShownJudgement("care_leavers", "inadequate", None, 1),
                ShownJudgement("overall", None, "not given under this framework", None),
            ),
        } | given
        return ShownVisit(**values)

    def shown(self, **given: Any) -> Shown:
        at = self.now
        older = self.story(
            story_id="aaaa000000000002",
            inspection_id="visit-0",
            inspection_kind="sif_inspection",
            started_on=date(2017, 3, 6),
            ended_on=date(2017, 3, 30),
            month=date(2017, 3, 1),
            first_published_on=date(2017, 5, 2),
            documents=(
                self.letter(
                    document_id="old",
                    url="https://files.example.org/0.pdf",
                    published_on=date(2017, 5, 2),
                ),
            ),
            findings=(self.finding("Too few care leavers are in work.", "old"),),
        )
        visits = (
            self.visit(),
            self.visit(
                inspection_id="visit-0",
                kind="sif_inspection",
                framework="SIF",
                started_on=date(2017, 3, 6),
                judgements=(ShownJudgement("overall", "inadequate", None, 2),),
            ),
        )
        values = {
            "stories": (older, self.story()),
            "visits": visits,
            "sources": (
                ShownSource("one", "Example News", "error", "no answer", at, at, None, None, 3, 3, 1),
                ShownSource("two", "Sample Post", "warning", "fewer items", None, at, at, at, 3, 0, 0),
            ),
            "outages": (ShownOutage("Example News", "no answer", at, None),),
            "listing": ShownListing(date(2026, 11, 20), 1200, 1190, 3),
            "runs": (ShownRun("r1", at, at, "done", 2, 2, 1),),
            "waiting": (Failure("one", "https://news.example.org/bad", "fetch", "TransientError", "503"),),
            "failed_checks": (),
            "corrections": 0,
            "fresh": frozenset({"letter"}),
            "unfiled": 1,
            "held_back": 2,
        } | given
        return Shown(**values)

    def content(self, shown: Shown | None = None, **given: Any) -> SiteContent:
        authorities = (self.county, self.town, self.past)
        return gather(shown or self.shown(), authorities, self.themes, **given)


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture(scope="session")
def invented_site(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site about Exampleshire: grades, an area without grade, past authority, empty authority."""
    out = tmp_path_factory.mktemp("invented") / "site"
    gone = replace(
        world.story(),
        story_id="aaaa000000000003",
        gss=world.past.gss,
        authority=world.past.name,
        inspection_id=None,
        inspection_kind=None,
        documents=(world.article(document_id="other", url="https://news.example.org/two"),),
        findings=(world.finding("Plans were late.", "other"),),
    )
    shown = world.shown()
    build_site(world.content(replace(shown, stories=(*shown.stories, gone))), out)
    return out


@pytest.fixture(scope="session")
def sample_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a warehouse that one run over the bundled sample filled."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("sample"), requests_per_second=1000, workers=1)
    with Newsroom(day=1) as room:
        order = Order(
            load_catalogue(sources_path()), "test", proxy=room.proxy_url, watches_file=watches_path()
        )
        run(settings, order, PlainRunner(sleep=lambda _: None), clock=lambda: NOW)
    return settings


@pytest.fixture(scope="session")
def sample_site(sample_settings: Settings) -> Path:
    """The site of the bundled sample."""
    publish_site(sample_settings)
    return sample_settings.data_dir / "site"


@pytest.fixture(scope="session")
def read() -> Callable[[Path, str], str]:
    return lambda out, path: (out / path).read_text(encoding="utf-8")
