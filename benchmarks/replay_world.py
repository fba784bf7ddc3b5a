"""The year that `benchmarks.replay` plays: real documents, generated articles about them, and who watches.

The articles say nothing: their sentences only stand for findings, so that nothing is invented about anyone.
"""

from __future__ import annotations

import csv
import hashlib
import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import tomlkit

from ingest.dedupe import version_hash
from ingest.errors import IngestError
from ingest.fetch.sniff import sniff
from ingest.model import (
    AuthorityMatch,
    Block,
    Document,
    Extracted,
    Finding,
    Inspection,
    Link,
    Reading,
    Snapshot,
    ThemeMatch,
)
from ingest.steps.reading import ReadDocument, ReadJob, read_job

SEED = 20181
START = datetime(2025, 1, 1, tzinfo=UTC)
HOURS = 365 * 24
EVER = date(2000, 1, 1)
SPRING, AUTUMN = datetime(2025, 3, 30, tzinfo=UTC), datetime(2025, 10, 26, tzinfo=UTC)
"""The nights on which the clocks of London change."""
_ASLEEP = (-2, 12)
"""Hours around each midnight of those in which the machine may be asleep: nothing arrives then."""
_SYLLABLES = ["ba", "de", "fi", "go", "lu", "ma", "ne", "po", "ri", "su", "ta", "ve", "wo", "xi", "yu", "za"]
THEMES = ("care_leavers_pathway", "neet_eet", "workforce_caseloads", "early_help")


@dataclass(frozen=True)
class Arrival:
    """A document comes in; `hour` is counted from START."""

    hour: int
    read: ReadDocument


def moment(hour: int) -> datetime:
    """The time of an hour of the year; an odd minute, so that no window ends just then."""
    return START + timedelta(hours=hour, minutes=17)


def real_documents(folder: Path) -> list[ReadDocument]:
    """Read every document of the listing; what cannot be read is left out."""
    found = []
    with (folder / "listings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            body = (folder / row["path"]).read_bytes()
            link = Link(
                "ofsted",
                row["url"] or f"https://files.example.org/{row['path']}",
                title=row["listing_title"],
                published_on=date.fromisoformat(row["published_on"]),
                publisher="Ofsted",
                gss=row["gss"],
                urn=row["urn"],
            )
            digest = hashlib.sha256(body).hexdigest()
            snapshot = Snapshot(link, link.url, digest, sniff(body), None, len(body), START)
            try:
                found.append(read_job(ReadJob(snapshot, folder / row["path"])))
            except IngestError:
                continue
    return found


def timeline(letters: list[ReadDocument]) -> list[Arrival]:
    """When each document comes: letters at random hours, 200 articles before and after, 30 corrections."""
    chance = random.Random(SEED)
    arrivals = [Arrival(_hour(chance, 300, HOURS - 1200), letter) for letter in letters]
    about = [
        arrival
        for arrival in arrivals
        if arrival.read.document.reading.inspections and arrival.read.document.reading.inspections[0].month
    ]
    chosen = chance.sample(about, 140)
    articles = []
    for number, arrival in enumerate(
        chosen[:50]
    ):  # the press before the letter; of 30, the text is corrected
        first = _article(chance, number, arrival, "press")
        before = _hour(chance, arrival.hour - 200, arrival.hour - 5)
        articles.append(Arrival(before, first))
        if number < 30:
            later = _hour(chance, before + 1, arrival.hour + 300)
            articles.append(Arrival(later, _corrected(first)))
    for number, arrival in enumerate(chosen[50:100], start=50):  # the press that restates the letter
        articles.append(Arrival(_later(chance, arrival), _article(chance, number, arrival, "press")))
    for number, arrival in enumerate(chosen[100:], start=100):  # the council's own words; of 30, a reprint
        release = _article(chance, number, arrival, "release")
        hour = _later(chance, arrival)
        articles.append(Arrival(hour, release))
        if number < 130:
            articles.append(Arrival(_hour(chance, hour + 1, hour + 200), _reprint(release, number + 70)))
    articles += [  # news of no visit
        Arrival(
            _hour(chance, 300, HOURS - 300), _article(chance, 170 + number, chance.choice(chosen), "other")
        )
        for number in range(30)
    ]
    return sorted(
        [*arrivals, *articles], key=lambda arrival: (arrival.hour, arrival.read.document.document_id)
    )


def watches(letters: list[ReadDocument], path: Path) -> list[dict[str, object]]:
    """Write 100 watches of 60 people; return them as written."""
    chance = random.Random(SEED)
    places = sorted({visit.gss for letter in letters for visit in letter.document.reading.inspections})
    people = [f"reader{number}@example.org" for number in range(60)]
    made: list[dict[str, object]] = []
    for number in range(100):
        watch: dict[str, object] = {"name": f"Watch {number}", "since": EVER}
        watch["authorities"] = "all" if number % 10 == 9 else chance.sample(places, 1 + number % 5)
        watch["frequency"] = ("immediate", "daily", "weekly", "immediate")[number % 4]
        watch["email"] = chance.sample(people, 2 if number % 7 == 0 else 1)
        if number % 3 == 1:
            watch["polarity"] = ["concern", "recommendation"]
        if number % 5 == 2:
            watch["themes"] = [THEMES[number % len(THEMES)]]
        made.append(watch)
    path.write_text(tomlkit.dumps({"watch": made}), encoding="utf-8")
    return made


# ---------------------------------------------------------------- articles


def _hour(chance: random.Random, first: int, last: int) -> int:
    """An hour in which the machine is awake for certain."""
    while True:
        hour = chance.randrange(max(first, 0), last)
        if not any(
            _ASLEEP[0] <= (moment(hour) - night).total_seconds() / 3600 <= _ASLEEP[1] + 1
            for night in (SPRING, AUTUMN)
        ):
            return hour


def _later(chance: random.Random, arrival: Arrival) -> int:
    return _hour(chance, arrival.hour + 2, arrival.hour + 600)


def _words(chance: random.Random, count: int) -> str:
    return " ".join("".join(chance.choices(_SYLLABLES, k=3)) for _ in range(count))


def _article(chance: random.Random, number: int, about: Arrival, what: str) -> ReadDocument:
    link_of = about.read.document.snapshot.link
    letter = about.read.document.reading
    visit = letter.inspections[0]
    published = (letter.published_on or visit.month or EVER) + timedelta(days=number % 9 - 4)
    sentences = [
        (f"Placeholder {number} a, {_words(chance, 12)}.", "concern"),
        (f"Placeholder {number} b, {_words(chance, 12)}.", "strength"),
    ]
    claim = Inspection(
        gss=visit.gss, kind=visit.kind, month=visit.month, started_on=visit.started_on, reported_on=published
    )
    return _document(
        url=f"https://news.example.org/{what}/{number}",
        publisher=f"Generated {what} {number % 12}",
        title=f"Generated {what} {number}",
        filler=_words(chance, 150),
        sentences=sentences,
        gss=visit.gss if what != "other" else link_of.gss or visit.gss,
        published=published,
        claims=() if what == "other" else (claim,),
        is_inspectorate=what != "release",
        kind="press_release" if what == "release" else "news_article",
        theme=THEMES[number % len(THEMES)],
    )


def _document(
    *, url, publisher, title, filler, sentences, gss, published, claims, is_inspectorate, kind, theme
) -> ReadDocument:
    text = "\n\n".join([filler, *(words for words, _ in sentences)])
    findings = tuple(
        Finding(
            gss=gss, polarity=polarity, kind="statement", speaker="ofsted" if is_inspectorate else "authority",
            is_inspectorate=is_inspectorate, quote=words, start=text.index(words),
            end=text.index(words) + len(words), rule="generated",
            inspection_id=claims[0].inspection_id if claims else None,
            themes=(ThemeMatch(theme, "generated"),),
        )
        for words, polarity in sentences
    )  # fmt: skip
    reading = Reading(
        kind, published, (AuthorityMatch(gss, "subject", text[:5], "generated", 0, 5),), claims, findings
    )
    link = Link("news", url, title=title, published_on=published, publisher=publisher, kind=kind, gss=gss)
    digest = hashlib.sha256(f"{url}{text}".encode()).hexdigest()
    snapshot = Snapshot(link, url, digest, "text/html", "utf-8", len(text), START)
    document = Document(snapshot, Extracted(title, text, (Block("paragraph", 0, len(text)),)), reading)
    return ReadDocument(document, version_hash(document.extracted))


def _corrected(first: ReadDocument) -> ReadDocument:
    """The same address, one word of its first finding changed."""
    return _again(first, first.document.snapshot.link, lambda words: words.replace(" a, ", " a corrected, "))


def _reprint(release: ReadDocument, number: int) -> ReadDocument:
    link = replace(
        release.document.snapshot.link,
        url=f"https://gazette.example.net/{number}",
        publisher=f"Generated gazette {number % 9}",
    )
    return _again(release, link, lambda words: words)


def _again(first: ReadDocument, link: Link, change) -> ReadDocument:
    reading = first.document.reading
    whole = first.document.extracted.text
    return _document(
        url=link.url,
        publisher=link.publisher,
        title=link.title,
        filler=whole.partition("\n\n")[0],
        sentences=[(change(finding.quote), finding.polarity) for finding in reading.findings],
        gss=reading.authorities[0].gss,
        published=reading.published_on,
        claims=reading.inspections,
        is_inspectorate=reading.findings[0].is_inspectorate,
        kind=reading.kind,
        theme=reading.findings[0].themes[0].theme_id,
    )
