"""Takes a correction from a person: finds what is meant, notes it, and reads the one document again.

Everything is checked before anything is changed; readers get the corrected warehouse at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.errors import ConfigError, IngestError
from ingest.load import Reader, Warehouse, open_published
from ingest.model import Correction, CorrectionKind, Finding, Source, ThemeMatch
from ingest.naming import authority_named, theme_named, use_own_names
from ingest.pipeline import reprocess
from ingest.reference import load
from ingest.settings import Settings
from ingest.steps.corrections import finding_json
from ingest.steps.runner import PlainRunner
from ingest.steps.running import utc_now

POLARITIES = ("strength", "concern", "recommendation", "neutral")
_SHOWN = 70
"""Characters of a quotation in a message."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked for, as typed."""

    document: str
    """An id, an address, or the beginning of either."""
    finding: str | None = None
    """An id of a finding, or its beginning."""
    authorities: tuple[str, ...] = ()
    """The document, or the finding, is about exactly these; `none` for nobody."""
    remove_authorities: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    remove_themes: tuple[str, ...] = ()
    polarity: str | None = None
    not_a_finding: bool = False
    note: str = ""
    by: str = ""


@dataclass(slots=True)
class Corrected:
    """What came of it, for a person."""

    made: list[Correction] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def correct(
    settings: Settings,
    sources: Sequence[Source],
    wish: Wish,
    clock: Callable[[], datetime] = utc_now,
) -> Corrected:
    """Note the corrections, read the document again, publish; say what the rules said and what stands now.

    Raises:
        ConfigError: something named is unknown or unclear; nothing was changed.
        BusyError: a run is at work.
        IngestError: the document could not be read again; the correction is kept for the next time.
    """
    use_own_names(settings)
    result = Corrected()
    documents: list[dict[str, Any]] = []

    def note(warehouse: Warehouse) -> Collection[str]:
        documents.append(document := named_document(warehouse.reader, wish.document))
        result.made = list(_corrections(warehouse.reader, document, wish, clock()))
        warehouse.add_corrections(result.made)
        return {document["document_id"]}

    summary = reprocess(settings, sources, PlainRunner(), clock=clock, only=note)
    for failure in (f for f in summary.failures if f.stage == "extract"):
        raise IngestError(
            f"the correction is noted, but {failure.url} could not be read again: {failure.message}"
        )
    verdicts = _verdicts(settings, result.made)
    result.lines = [_outcome(made, verdicts[made.correction_id]) for made in result.made]
    original = documents[0]["duplicate_of"]
    if original:
        result.lines.append(
            f"Mind: this document is a duplicate of {original}, whose findings the views show; correct that one."
        )
    return result


def withdraw(settings: Settings, sources: Sequence[Source], correction_id: str) -> Correction:
    """Take a correction back and read its document again; raises as `correct`."""
    use_own_names(settings)
    found: list[Correction] = []

    def remove(warehouse: Warehouse) -> Collection[str]:
        known = [
            correction
            for correction in warehouse.reader.corrections()
            if correction_id.strip() and correction.correction_id.startswith(correction_id)
        ]
        if len(known) != 1:
            raise ConfigError(
                f"{'no' if not known else 'more than one'} correction {correction_id!r}; "
                "`ingest corrections list` shows them."
            )
        warehouse.remove_correction(known[0].correction_id)
        found.extend(known)
        return {known[0].document_id}

    reprocess(settings, sources, PlainRunner(), only=remove)
    return found[0]


def _verdicts(settings: Settings, made: Iterable[Correction]) -> dict[str, dict[str, Any]]:
    with open_published(settings.published_place) as reader:
        rows = reader.dicts("SELECT correction_id, machine, is_applied FROM correction")
    wanted = {correction.correction_id for correction in made}
    return {row["correction_id"]: row for row in rows if row["correction_id"] in wanted}


def _outcome(made: Correction, verdict: dict[str, Any]) -> str:
    said = f"{_what(made)}; the rules say {verdict['machine']}"
    return said if verdict["is_applied"] else f"{said}; its words are not in the document as it is read now"


def _what(made: Correction) -> str:
    value = " ".join(_name(code) for code in made.value.split()) if "authority" in made.what else made.value
    words = {
        "authority": f"authority: {value or 'none'}",
        "remove_authority": f"not about {value}",
        "theme": f"theme: {value}",
        "remove_theme": f"not the theme {value}",
        "polarity": f"polarity: {value}",
        "not_a_finding": "not a finding",
    }
    return words[made.what] + (f', of "{_short(made.quote)}"' if made.quote else "")


def _name(code: str) -> str:
    authority = load().by_gss(code)
    return f"{authority.name} ({code})" if authority else code


def _short(quote: str) -> str:
    return quote if len(quote) <= _SHOWN else quote[: _SHOWN - 4].rstrip() + " ..."


# ---------------------------------------------------------------- what is meant


def named_document(reader: Reader, words: str) -> dict[str, Any]:
    """Return the current document with this id or address, or the beginning of either.

    Raises:
        ConfigError: no document, or more than one, is so called.
    """
    found = reader.documents_named(words) if words.strip() else []
    exact = [row for row in found if words in (row["document_id"], row["url"])]
    if not found:
        raise ConfigError(
            f"no document {words!r}: give its document_id or url, which `ingest sql` shows in the table document"
        )
    if len(found) > 1 and not exact:
        some = ", ".join(row["url"] for row in found[:3])
        raise ConfigError(f"{words!r} is the beginning of more than one document: {some}; give more of it.")
    return (exact or found)[0]


def _corrections(reader: Reader, document: dict[str, Any], wish: Wish, now: datetime) -> Iterable[Correction]:
    asked = _asked(wish)
    needs_finding = [
        what for what, _ in asked if what in ("theme", "remove_theme", "polarity", "not_a_finding")
    ]
    row = None
    if wish.finding or needs_finding:
        row = _finding(reader.findings_of(document["document_id"]), wish.finding, document["url"])
        if any(what == "remove_authority" for what, _ in asked):
            raise ConfigError("--remove-authority is for a whole document; of a finding, say --authority.")
        if wish.finding and any(what == "authority" and len(v.split()) != 1 for what, v in asked):
            raise ConfigError("a finding is about one authority; or say --not-a-finding.")
    for what, value in asked:
        # Of several corrections in one command, those that only a finding can have are of the finding.
        of_finding = row is not None and (wish.finding or what in needs_finding)
        yield Correction(
            document_id=document["document_id"],
            url=document["url"],
            what=what,
            value=value,
            note=wish.note.strip(),
            made_by=wish.by,
            made_at=now,
            quote=row["quote"] if row and of_finding else None,
            finding=_as_json(row) if row and of_finding else None,
        )


def _asked(wish: Wish) -> list[tuple[CorrectionKind, str]]:
    if not wish.note.strip():
        raise ConfigError('--note is missing: say why, as in --note "names the police force only".')
    asked: list[tuple[CorrectionKind, str]] = []
    if wish.authorities:
        nobody = [name.lower() == "none" for name in wish.authorities]
        if any(nobody) and not all(nobody):
            raise ConfigError("--authority none excludes other authorities: leave one of them out.")
        codes = [] if all(nobody) else [authority_named(name) for name in wish.authorities]
        asked.append(("authority", " ".join(dict.fromkeys(codes))))
    asked += [("remove_authority", authority_named(name)) for name in wish.remove_authorities]
    asked += [("remove_theme", theme_named(name)) for name in wish.remove_themes]
    asked += [("theme", theme_named(name)) for name in wish.themes]
    if wish.polarity:
        if wish.polarity not in POLARITIES:
            raise ConfigError(f"no polarity {wish.polarity!r}: say one of {', '.join(POLARITIES)}.")
        asked.append(("polarity", wish.polarity))
    if wish.not_a_finding:
        if asked:
            raise ConfigError("--not-a-finding leaves nothing else to correct: leave the others out.")
        asked.append(("not_a_finding", ""))
    if not asked:
        raise ConfigError(
            "nothing to correct: say --authority, --remove-authority, --theme, --remove-theme, --polarity or "
            "--not-a-finding."
        )
    return asked


def _finding(rows: Sequence[dict[str, Any]], given: str | None, url: str) -> dict[str, Any]:
    if given:
        found = [row for row in rows if row["finding_id"].startswith(given)]
    else:
        found = list(rows)
    if len(found) == 1:
        return found[0]
    some = "; ".join(f'{row["finding_id"]} "{_short(row["quote"])}"' for row in (found or rows)[:3])
    if not rows:
        raise ConfigError(f"{url} has no findings.")
    if given and not found:
        raise ConfigError(f"{url} has no finding {given!r}; it has {len(rows)}, such as {some}")
    raise ConfigError(f"name the finding with --finding ID: {url} has {len(found)}, such as {some}")


def _as_json(row: dict[str, Any]) -> str:
    return finding_json(
        Finding(
            gss=row["gss"],
            polarity=row["polarity"],
            kind=row["kind"],
            speaker=row["speaker"],
            is_inspectorate=row["is_inspectorate"],
            quote=row["quote"],
            start=row["start_char"],
            end=row["end_char"],
            rule=row["rule"],
            page=row["page"],
            section=row["section"],
            inspection_id=row["inspection_id"],
            responsible_body=row["responsible_body"],
            themes=tuple(ThemeMatch(**theme) for theme in row["themes"]),
        )
    )


# ---------------------------------------------------------------- exported


def export(reader: Reader, file: Path) -> int:
    """Write the corrections that stand as lines of JSON, for tests of the rules; return how many.

    Raises:
        ConfigError: the file cannot be written.
    """
    # Of what was said twice of the same words, the last counts.
    standing: dict[tuple[str, str | None, str], Correction] = {}
    for correction in reader.corrections():
        kind = correction.what.removeprefix("remove_")
        key = correction.value if kind == "theme" or correction.what == "remove_authority" else ""
        standing[correction.document_id, correction.quote, f"{kind} {key}"] = correction
    openings = reader.dicts(
        "SELECT document_id, title, left(text, 1500) AS opening FROM document "
        "WHERE is_current AND document_id IN (SELECT document_id FROM correction)"
    )
    texts = {row["document_id"]: row for row in openings}
    lines = [json.dumps(_line(c, texts.get(c.document_id)), ensure_ascii=False) for c in standing.values()]
    try:
        file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}; name another file.") from error
    return len(lines)


def _line(correction: Correction, document: dict[str, Any] | None) -> dict[str, Any]:
    finding = json.loads(correction.finding) if correction.finding else {}
    return {
        "document": correction.url,
        "title": document["title"] if document else "",
        "text": correction.quote or (document["opening"] if document else ""),
        "gss": finding.get("gss"),
        "section": finding.get("section"),
        "what": correction.what,
        "expected": correction.value,
        "note": correction.note,
        "by": correction.made_by,
        "at": correction.made_at.isoformat(),
    }
