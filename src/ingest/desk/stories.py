"""Looks up one story for a person, shows why each document is in it, and puts it right where it is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from textwrap import wrap
from typing import Any

from ingest.desk.correcting import named_document
from ingest.errors import ConfigError
from ingest.load import Reader, Warehouse
from ingest.load.stories import StoredStory, stored_story, stories_named
from ingest.model import (
    INSPECTION_NAMES,
    OF_STORIES,
    Correction,
    CorrectionKind,
    Source,
    canonical_address,
)
from ingest.pipeline import reprocess
from ingest.settings import Settings
from ingest.steps.runner import PlainRunner
from ingest.steps.running import utc_now
from ingest.wording import counted, day

_KINDS = {
    "ofsted_report": "Ofsted report",
    "ofsted_letter": "Ofsted letter",
    "news_article": "article",
    "press_release": "press release",
    "government_notice": "government notice",
    "other": "page",
}


def find_story(reader: Reader, words: str) -> StoredStory:
    """Return the story of this id, or of the document of this id or address.

    Raises:
        ConfigError: there is none, or more than one; the message names them.
    """
    found = stories_named(reader, words, canonical_address(words)) if words.strip() else []
    if not found:
        raise ConfigError(
            f'no story {words!r}: give the id of a story or a document, or an address; `ingest sql "FROM story"` '
            "shows all."
        )
    exact = [story for story in found if words in (story["story_id"], story["inspection_id"])]
    if len(exact or found) > 1:
        some = "; ".join(f"{story['story_id']} {story['title']}" for story in found[:6])
        raise ConfigError(f"{words!r} means several stories: {some}. Give the id of one.")
    return stored_story(reader, (exact or found)[0])


# ---------------------------------------------------------------- shown


def as_json(told: StoredStory) -> str:
    """Return all of it as JSON."""
    fields = ("story", "documents", "inspection", "judgements", "followups", "follows")
    return json.dumps(
        {name: getattr(told, name) for name in fields}, default=str, ensure_ascii=False, indent=2
    )


def as_text(told: StoredStory, width: int = 100) -> str:
    """Return it for a person: the inspection, each document with score and reasons, what came of it."""
    return "\n".join(line for line in _lines(told, width))


def _lines(told: StoredStory, width: int) -> Iterator[str]:
    story = told.story
    yield story["title"]
    first = f", first published {day(story['first_published_on'])}" if story["first_published_on"] else ""
    yield f"story {story['story_id']}{first}"
    if told.inspection:
        yield ""
        yield from _inspection(told, width)
    yield from (f"Came of: {_related(row)}" for row in told.follows)
    yield ""
    yield counted(len(told.documents), "document")
    for row in told.documents:
        yield ""
        yield from _document(row, width)
    if told.followups:
        yield ""
        yield "What came of it"
        yield from (f"  {_related(row)}" for row in told.followups)


def _inspection(told: StoredStory, width: int) -> Iterator[str]:
    row = told.inspection or {}
    dates = " to ".join(dict.fromkeys(day(row[name]) for name in ("started_on", "ended_on") if row[name]))
    when = dates or (f"{row['month']:%B %Y}" if row["month"] else "at a time that no document says")
    yield f"{INSPECTION_NAMES[row['kind']]} of {row['authority']}, {when} ({row['inspection_id']})"
    if row["ordinals"]:
        yield f"  {', '.join(row['ordinals'])}"
    yield (
        "  Ofsted's own document is here."
        if row["document_id"]
        else "  Ofsted's own document was not seen yet."
    )
    grades = [
        f"{j['area'].replace('_', ' ')}: {(j['grade'] or 'no grade').replace('_', ' ')}"
        for j in told.judgements
    ]
    yield from wrap("; ".join(grades), width, initial_indent="  ", subsequent_indent="  ")


def _document(row: dict[str, Any], width: int) -> Iterator[str]:
    mark = "*" if row["is_primary"] else "-"
    title = "(withheld: could identify a child)" if row["is_withheld"] else row["title"] or row["url"]
    yield from wrap(f"{mark} {title}", width, subsequent_indent="  ")
    told = [
        row["publisher"] or "",
        _KINDS[row["kind"]],
        day(row["published_on"]) if row["published_on"] else "",
    ]
    told.append(counted(row["findings"], "finding"))
    yield f"  {', '.join(word for word in told if word)}; document {row['document_id']}"
    if not row["is_withheld"]:
        yield f"  {row['url']}"
    yield from wrap(
        f"score {row['score']:.2f}: {'; '.join(row['reasons'])}",
        width,
        initial_indent="  ",
        subsequent_indent="    ",
    )
    if row["duplicate_of"]:
        original = row["original"] or row["duplicate_of"]
        yield from _indented(f"repeats {original} (similarity {row['similarity']:.2f}): counts once", width)
    for reprint in row["reprints"]:
        yield from _indented(f"reprints {reprint['title']} ({reprint['share']:.0%} of its text)", width)


def _indented(words: str, width: int) -> list[str]:
    return wrap(words, width, initial_indent="  ", subsequent_indent="    ")


def _related(row: dict[str, Any]) -> str:
    when = f", {day(row['first_published_on'])}" if row["first_published_on"] else ""
    return f"{row['title']}{when} ({counted(row['documents'], 'document')}; story {row['story_id']})"


# ---------------------------------------------------------------- put right


def regroup(
    settings: Settings,
    sources: Sequence[Source],
    story: str,
    document: str,
    *,
    belongs: bool,
    note: str,
    by: str,
    clock: Callable[[], datetime] = utc_now,
) -> str:
    """Note that a document belongs, or does not belong, to a story; link anew, publish; say what came of it.

    The story is remembered by one of its documents, because its id changes when more becomes known of it.

    Raises:
        ConfigError: something named is unknown or unclear; nothing was changed.
        BusyError: a run is at work.
    """
    if not note.strip():
        raise ConfigError('--note is missing: say why, as in --note "reports the visit of September".')
    made: list[Correction] = []
    titles: list[str] = []

    def take_note(warehouse: Warehouse) -> Collection[str]:
        told = find_story(warehouse.reader, story)
        meant = named_document(warehouse.reader, document)
        made.append(_correction(told, meant, belongs, note, by, clock()))
        titles.extend((meant["title"] or meant["url"], told.story["title"]))
        # What was said before of the same two documents is overruled.
        opposite = [
            known.correction_id
            for known in warehouse.reader.corrections()
            if known.what != made[0].what
            and known.what in OF_STORIES
            and (known.document_id, known.value) == (made[0].document_id, made[0].value)
        ]
        for correction_id in opposite:
            warehouse.remove_correction(correction_id)
        warehouse.add_corrections(made)
        return {meant["document_id"]}

    reprocess(settings, sources, PlainRunner(), clock=clock, only=take_note)
    verb = "belongs" if belongs else "does not belong"
    return f"Corrected: {titles[0]} {verb} to {titles[1]} (correction {made[0].correction_id[:8]})."


def _correction(
    told: StoredStory, meant: dict[str, Any], belongs: bool, note: str, by: str, now: datetime
) -> Correction:
    inside = meant["document_id"] in {row["document_id"] for row in told.documents}
    if belongs == inside:
        place = "already belongs" if inside else "does not belong"
        raise ConfigError(f"{meant['url']} {place} to {told.story['title']}: nothing to correct.")
    anchors = [row["document_id"] for row in told.documents if row["document_id"] != meant["document_id"]]
    if not anchors:
        raise ConfigError(
            f"{meant['url']} is the only document of {told.story['title']}: add it to another story."
        )
    what: CorrectionKind = "story" if belongs else "remove_story"
    return Correction(meant["document_id"], meant["url"], what, anchors[0], note, by, now)
