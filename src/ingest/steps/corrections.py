"""Puts what people corrected in the place of what the rules say of a document. Pure.

A worker applies the corrections of a document each time that it reads it, so that they survive new rules,
new numbers and new sentence ends: a finding is known by its words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from ingest.model import (
    AuthorityMatch,
    Correction,
    Extracted,
    Finding,
    Reading,
    ThemeMatch,
    Verdict,
    alphanumerics,
)

_SHORTEST_PART = 20
"""Letters that a part of a corrected sentence has at least, to count as the same statement."""
FALLBACK_THEME = "no narrower subject"
"""The rule of a theme that stands only where no words speak for another."""


def corrected(
    extracted: Extracted,
    reading: Reading,
    corrections: Sequence[Correction],
    read_as: Callable[[str], Reading],
) -> tuple[Reading, tuple[Verdict, ...]]:
    """Apply the corrections in the order in which they were made, the later over the earlier.

    `read_as` reads the document again as one about the given authority: where the rules named none, they
    looked for no findings. Returns the reading and, for each correction, what the rules said.
    """
    verdicts = []
    ordered = sorted(corrections, key=lambda c: (c.quote is not None, c.made_at, c.correction_id))
    codes = next((c.value.split() for c in reversed(ordered) if c.what == "authority" and not c.quote), [])
    if codes and not reading.authorities:
        reading = replace(read_as(codes[0]), authorities=())
    machine = reading
    for correction in ordered:
        apply = _of_finding if correction.quote else _of_document
        reading, is_applied = apply(extracted, reading, correction)
        verdicts.append(Verdict(correction.correction_id, _said(machine, correction), is_applied))
    findings = sorted(reading.findings, key=lambda finding: (finding.start, finding.end))
    return replace(reading, findings=tuple(findings)), tuple(verdicts)


def finding_json(finding: Finding) -> str:
    """Return a finding as a correction keeps it."""
    return json.dumps(asdict(finding), ensure_ascii=False, sort_keys=True)


def _rule(correction: Correction) -> str:
    return f"correction {correction.correction_id}"


# ---------------------------------------------------------------- of a whole document


def _of_document(_: Extracted, reading: Reading, correction: Correction) -> tuple[Reading, bool]:
    codes = correction.value.split()
    if correction.what == "remove_authority":
        kept = tuple(match for match in reading.authorities if match.gss not in codes)
        return _refiled(replace(reading, authorities=kept), _subjects(kept)), True
    found = {match.gss: match for match in reading.authorities}
    subjects = tuple(
        replace(found[code], role="subject", rule=_rule(correction))
        if code in found
        else AuthorityMatch(code, "subject", f"correction: {correction.note}", _rule(correction))
        for code in codes
    )
    others = tuple(replace(match, role="mention") for code, match in found.items() if code not in codes)
    return _refiled(replace(reading, authorities=(*subjects, *others)), codes), True


def _subjects(matches: Sequence[AuthorityMatch]) -> list[str]:
    return [match.gss for match in matches if match.role == "subject"] or [match.gss for match in matches]


def _refiled(reading: Reading, codes: Sequence[str]) -> Reading:
    """File inspections and findings under the given authorities only; under none, there are none."""
    if not codes:
        return replace(reading, inspections=(), findings=())
    inspections = tuple(
        inspection if inspection.gss in codes else replace(inspection, gss=codes[0])
        for inspection in reading.inspections
    )
    moved = {
        old.inspection_id: new.inspection_id
        for old, new in zip(reading.inspections, inspections, strict=True)
    }
    findings = tuple(
        replace(
            finding,
            gss=finding.gss if finding.gss in codes else codes[0],
            inspection_id=moved.get(finding.inspection_id or "", finding.inspection_id),
        )
        for finding in reading.findings
    )
    return replace(reading, inspections=inspections, findings=findings)


# ---------------------------------------------------------------- of one finding


def _of_finding(extracted: Extracted, reading: Reading, correction: Correction) -> tuple[Reading, bool]:
    places = _places(reading.findings, correction.quote or "")
    findings = list(reading.findings)
    if correction.what == "not_a_finding":
        return replace(reading, findings=tuple(f for n, f in enumerate(findings) if n not in places)), True
    if not places:
        again = _stated_again(extracted, correction)
        if again is None:
            return reading, False
        findings.append(again)
        places = [len(findings) - 1]
    for place in places:
        findings[place] = _changed(findings[place], reading, correction)
    authorities = reading.authorities
    if correction.what == "authority" and correction.value not in {match.gss for match in authorities}:
        first = findings[places[0]]
        match = AuthorityMatch(
            correction.value, "subject", first.quote, _rule(correction), first.start, first.end
        )
        authorities = (*authorities, match)
    return replace(reading, findings=tuple(findings), authorities=authorities), True


def _places(findings: Sequence[Finding], quote: str) -> list[int]:
    """Return which findings say the corrected words, or a part of them where the rules cut them now."""
    wanted = alphanumerics(quote)
    letters = [alphanumerics(finding.quote) for finding in findings]
    same = [number for number, said in enumerate(letters) if said == wanted]
    return same or [
        number for number, said in enumerate(letters) if len(said) >= _SHORTEST_PART and said in wanted
    ]


def _stated_again(extracted: Extracted, correction: Correction) -> Finding | None:
    """Return the finding as it stood, at the place of its words now; None where they are gone."""
    quote = correction.quote or ""
    start = extracted.text.find(quote)
    if start < 0 or not correction.finding:
        return None
    said = json.loads(correction.finding)
    themes = tuple(ThemeMatch(**theme) for theme in said.pop("themes"))
    page = next((b.page for b in extracted.blocks if b.start <= start < b.end), None)
    return Finding(
        **{
            **said,
            "themes": themes,
            "start": start,
            "end": start + len(quote),
            "page": page,
            "sensitive": None,
        }
    )


def _changed(finding: Finding, reading: Reading, correction: Correction) -> Finding:
    rule, value = _rule(correction), correction.value
    match correction.what:
        case "polarity":
            return replace(finding, polarity=value, rule=rule)  # type: ignore[arg-type]
        case "theme":
            others = (t for t in finding.themes if t.theme_id != value and t.rule != FALLBACK_THEME)
            return replace(finding, themes=(ThemeMatch(value, rule), *others))
        case "remove_theme":
            return replace(finding, themes=tuple(t for t in finding.themes if t.theme_id != value))
        case "authority":
            visit = next((i.inspection_id for i in reading.inspections if i.gss == value), None)
            return replace(finding, gss=value, inspection_id=visit, rule=rule)
        case _:
            return finding


# ---------------------------------------------------------------- what the rules said


def _said(machine: Reading, correction: Correction) -> str:
    """Return what the rules say where the correction says otherwise."""
    if not correction.quote:
        return " ".join(match.gss for match in machine.authorities if match.role == "subject") or "none"
    meant = [machine.findings[place] for place in _places(machine.findings, correction.quote)]
    if not meant:
        return "no finding"
    match correction.what:
        case "theme" | "remove_theme":
            values = [theme.theme_id for finding in meant for theme in finding.themes]
        case "authority":
            values = [finding.gss for finding in meant]
        case _:
            values = [finding.polarity for finding in meant]
    return " ".join(dict.fromkeys(values))
