"""Grades from the table on the first page.

ILACS: four rows until inspections of January 2023, five after; no overall grade from April 2026.
SIF: five areas and an overall sentence, and a judgement on the LSCB until 2017. Tables break over lines in
many ways, so the words are read in order: an area's label, then the first grade before the next label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from ingest.classify.ofsted import OfstedTitle
from ingest.classify.sections import is_part
from ingest.model import Block, Extracted, Grade, Judgement

NO_OVERALL_SINCE = date(2026, 4, 1)
"""Ofsted gives no overall effectiveness grade in inspections that begin from this day on."""
COVER = 6000
LONGEST = len("Requires improvement to be good")

GRADES: dict[str, Grade] = {
    "outstanding": "outstanding",
    "good": "good",
    "requires improvement": "requires_improvement",
    "require improvement": "requires_improvement",
    "inadequate": "inadequate",
    "adequate": "adequate",
    "not judged": "not_judged",
}
_GRADE = re.compile(
    r"\b(outstanding|good|requires?\s+improvement|inadequate|adequate|not\s+judged)\b(?:\s+to\s+be\s+good)?",
    re.IGNORECASE,
)
_ILACS = (
    ("leaders", r"(?:the\s+)?impact\s+of\s+leaders"),
    ("help_and_protection", r"(?:the\s+)?experiences\s+and\s+progress\s+of\s+children\s+who\s+need"),
    ("children_in_care", r"(?:the\s+)?experiences\s+and\s+progress\s+of\s+children\s+in\s+care"),
    # One report of 2025 says "of children care leavers".
    ("care_leavers", r"(?:the\s+)?experiences\s+and\s+progress\s+of\s+(?:children\s+)?care\s+leavers"),
    ("overall", r"overall\s+effectiveness"),
)
_SIF = (
    ("help_and_protection", r"children\s+who\s+need\s+help\s+and\s+protection"),
    ("looked_after", r"children\s+looked\s+after\s+and\s+achieving\s+permanence"),
    ("adoption", r"adoption\s+performance"),
    ("care_leavers", r"experiences?\s+and\s+progress\s+of\s+care\s+leavers"),
    ("leadership", r"leadership,\s+management\s+and\s+governance"),
)
_WORD = r"(?:[^.\n]|\n(?!\n)|(?<=\bSt)\.)"
"""A character of a sentence that a line may break."""
_SIF_OVERALL = (
    re.compile(
        rf"children[’']s\s+services(?:\s+in\s+{_WORD}{{2,80}}?)?\s+(?:are|is|requires?)\b{_WORD}{{0,40}}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"overall\s+judg(?:e)?ment\s+is\s+(?:that\s+children[’']s\s+services\s+)?(?:are\s+)?{_WORD}{{0,40}}",
        re.IGNORECASE,
    ),
)
_LSCB = (
    re.compile(
        r"(?:effectiveness\s+of\s+the|the)\s+Local\s+Safeguarding\s+Children\s+Board\s*(?:\(LSCB\))?\s*"
        r"(?:is|requires?)\b[^.]{0,30}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"Safeguarding\s+Children\s+Board\s+(?:\(\w+\)\s*)?(?:is|requires?)\b{_WORD}{{0,30}}", re.IGNORECASE
    ),
    re.compile(r"\bLSCB\s+(?:is|requires?)\s+(?:improvement|good|outstanding|inadequate)\b", re.IGNORECASE),
)


def read_judgements(
    extracted: Extracted, title: OfstedTitle, started_on: date | None
) -> tuple[Judgement, ...]:
    """Return the grades that the document gives; none for kinds that are not graded."""
    kind = title.form.kind
    if kind.startswith("ilacs"):
        return _ilacs(extracted, title, started_on)
    if kind in ("sif_inspection", "sif_reinspection"):
        return (*_sif_overall(extracted, title), *_table(extracted, title, _SIF), *_lscb(extracted))
    if kind == "lscb_review":
        return _lscb(extracted)
    if kind == "lac_2013":
        return _record(extracted)
    if kind == "area_send":
        return _send_outcome(extracted)
    return ()


def _ilacs(extracted: Extracted, title: OfstedTitle, started_on: date | None) -> tuple[Judgement, ...]:
    found = _table(extracted, title, _ILACS)
    if any(judgement.area == "overall" for judgement in found) or not found:
        return found
    if started_on and started_on >= NO_OVERALL_SINCE:
        reason = "not given under this framework: inspections from April 2026 have no overall grade"
    else:
        reason = "no overall grade found in the table"
    return (*found, Judgement("overall", None, "", reason=reason))


def _table(
    extracted: Extracted, title: OfstedTitle, labels: Sequence[tuple[str, str]]
) -> tuple[Judgement, ...]:
    """Read label, grade, label, grade ... from the cover; a label counts where its grade follows.

    A page may draw its table before the title or after the text: there, only what is a row and nothing else counts.
    """
    text = extracted.text
    cover = min(_end_of_page(extracted, 2), title.start + COVER)
    prose = _prose(extracted, cover)
    starts = sorted(
        (match.start(), match.end(), area)
        for area, label in labels
        for match in re.finditer(label, text[:cover], re.IGNORECASE)
        if not any(start <= match.start() < end for start, end in prose)
    )
    rows = [
        (block.start, block.end) for block in extracted.blocks if block.start < cover and _in_row(text, block)
    ]
    table = next((start for start, _, _ in starts if start >= title.end), title.end)
    until = min((start for start, _ in prose if start > table), default=cover)
    found: dict[str, Judgement] = {}
    for nth, (start, end, area) in enumerate(starts):
        if not (table <= start < until or any(first <= start < last for first, last in rows)):
            continue
        following = [place for place, _, _ in starts[nth + 1 : nth + 2]]
        # The text may have been read as going on from the last cell.
        stop = min(end + 140, cover, *following, *(place + LONGEST for place, _ in prose if place > start))
        grade = _GRADE.search(text, end, stop)
        if grade is None or area in found or _SENTENCE_END.search(text, end, grade.end()):
            continue
        found[area] = _judgement(extracted, area, start, grade)
    return tuple(found.values())


_SENTENCE_END = re.compile(r"\.\s+(?!\s|outstanding|good|requires|inadequate|not judged)", re.IGNORECASE)
_PROSE = 200
"""Characters from which a paragraph may be the report's own text; no row of the table comes after it."""
_ROW_WORD = re.compile(
    r"the|impact|of|leaders|on|social|work|practice|with|children|and|families|experiences|progress|who|need|help"
    r"|protection|in|care|leavers|overall|effectiveness|looked|after|achieving|permanence|adoption|performance"
    r"|leadership|management|governance|judgement|grade|outstanding|good|requires|improvement|to|be|inadequate"
    r"|adequate|not|judged|local|safeguarding|board|lscb|is"
)
"""What rows are made of: those that stand close are one long paragraph, too."""


def _prose(extracted: Extracted, cover: int) -> list[tuple[int, int]]:
    return [
        (block.start, block.end)
        for block in extracted.blocks
        if block.start < cover
        and block.kind == "paragraph"
        and block.end - block.start > _PROSE
        and not _is_rows(extracted.text[block.start : block.end])
    ]


def _in_row(text: str, block: Block) -> bool:
    return block.kind in ("paragraph", "row") and _is_rows(text[block.start : block.end])


def _is_rows(text: str) -> bool:
    words = re.findall(r"[a-z]+", text.lower())
    return sum(_ROW_WORD.fullmatch(word) is not None for word in words) > 0.9 * len(words)


def rows_of_grades(extracted: Extracted) -> list[tuple[int, int]]:
    """Return where rows of a table of grades stand as paragraphs, on the cover or over a part: no findings."""
    paragraphs = ((block.start, block.end) for block in extracted.blocks if block.kind == "paragraph")
    return [
        (start, end)
        for start, end in paragraphs
        if extracted.text[end - 1] != "." and _is_rows(extracted.text[start:end])
    ]


def _grade(found: re.Match[str]) -> Grade:
    return GRADES[" ".join(found[1].lower().split())]


def _judgement(extracted: Extracted, area: str, start: int, grade: re.Match[str]) -> Judgement:
    return Judgement(
        area=area,
        grade=_grade(grade),
        evidence=extracted.text[start : grade.end()],
        start=start,
        end=grade.end(),
        page=extracted.page_at(start),
    )


def _sif_overall(extracted: Extracted, title: OfstedTitle) -> tuple[Judgement, ...]:
    text = extracted.text
    for pattern in _SIF_OVERALL:
        for sentence in pattern.finditer(text, title.end, title.end + COVER):
            grade = _GRADE.search(text, sentence.start(), sentence.end() + 20)
            if grade and grade.start() < sentence.end():
                return (_judgement(extracted, "overall", sentence.start(), grade),)
    return ()


def _lscb(extracted: Extracted) -> tuple[Judgement, ...]:
    """The board's grade stands on the cover or heads its own part, late in the report."""
    text = extracted.text
    for pattern in _LSCB:
        for sentence in pattern.finditer(text):
            grade = _GRADE.search(text, sentence.start(), sentence.end() + 12)
            if grade and grade.start() <= sentence.end():
                return (_judgement(extracted, "lscb", sentence.start(), grade),)
    return ()


def _record(extracted: Extracted) -> tuple[Judgement, ...]:
    """Reports of 2013 on looked after children close with a record of their grades."""
    found: list[Judgement] = []
    for area, label in (
        ("overall", r"^overall\s+effectiveness"),
        ("leadership", r"^leadership\s+and\s+management"),
    ):
        match = re.search(rf"{label}\s+{_GRADE.pattern}\s*$", extracted.text, re.IGNORECASE | re.MULTILINE)
        if match:
            grade = _GRADE.search(extracted.text, match.start(1))
            if grade:
                found.append(_judgement(extracted, area, match.start(), grade))
    return tuple(found)


def _send_outcome(extracted: Extracted) -> tuple[Judgement, ...]:
    """Area SEND inspections end in one of three sentences, not in a grade."""
    match = re.search(
        r"typically\s+leads?\s+to\s+positive\s+experiences|inconsistent\s+experiences\s+and(?:/or)?\s+outcomes"
        r"|widespread\s+and(?:/or)?\s+systemic\s+failings"
        r"|written\s+statement\s+of\s+action\s+is\s+required|required\s+to\s+produce\s+and\s+submit\s+a\s+written",
        extracted.text[: COVER * 2],
        re.IGNORECASE,
    )
    if not match:
        return ()
    reason = "not given under this framework: area SEND inspections have an outcome in words"
    return (
        Judgement(
            "overall",
            None,
            match.group(),
            match.start(),
            match.end(),
            extracted.page_at(match.start()),
            reason,
        ),
    )


def _end_of_page(extracted: Extracted, number: int) -> int:
    ends = [block.end for block in extracted.blocks if block.page is None or block.page <= number]
    return max(ends, default=len(extracted.text))


# ---------------------------------------------------------------- the same grades, said again

_RESTATED = {
    "ilacs": _ILACS,
    "sif_inspection": _SIF,
    "sif_reinspection": _SIF,
}


def disputed(
    extracted: Extracted, title: OfstedTitle, judgements: Sequence[Judgement]
) -> tuple[tuple[Judgement, ...], tuple[str, ...]]:
    """Compare each grade with the heading of its part of the report, which restates it.

    Where they differ, neither is believed: the grade becomes None with both readings as the reason, and the
    dispute is returned in words for a person to decide. A grade that only a heading gives is taken from it.
    """
    restated = dict(_restated(extracted, title))
    given = {judgement.area for judgement in judgements}
    only_headed = [
        Judgement(area, grade, extracted.text[block.start : block.end], block.start, block.end, block.page)
        for area, (grade, block) in restated.items()
        if area not in given
    ]
    settled: list[Judgement] = []
    disputes: list[str] = []
    for judgement in judgements:
        other = restated.get(judgement.area)
        if other is None or judgement.grade is None or other[0] == judgement.grade:
            settled.append(judgement)
            continue
        reason = (
            f"disputed: the table says {judgement.grade} (page {judgement.page}), "
            f"the heading {other[0]} (page {other[1].page})"
        )
        settled.append(replace(judgement, grade=None, reason=reason))
        disputes.append(f"{judgement.area}: {reason}")
    return (*settled, *only_headed), tuple(disputes)


def _restated(extracted: Extracted, title: OfstedTitle) -> Iterator[tuple[str, tuple[Grade, Block]]]:
    labels = _RESTATED.get(title.form.kind, ())
    seen: set[str] = set()
    for block in extracted.blocks:
        heading = extracted.text[block.start : block.end]
        if (block.page or 0) < 2 or not (block.kind == "heading" or is_part(block, heading)):
            continue
        for area, label in labels:
            match = re.search(label, heading, re.IGNORECASE)
            grade = _GRADE_AT_END.search(heading, match.end()) if match else None
            if grade and area not in seen:
                seen.add(area)
                yield area, (_grade(grade), block)


_GRADE_AT_END = re.compile(_GRADE.pattern + r"[.\s]*$", re.IGNORECASE)
