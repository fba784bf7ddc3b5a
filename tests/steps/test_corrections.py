"""Corrections over a reading, as values: whatever the rules make of the text, what a person said stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.model import AuthorityMatch, Correction, Extracted, Finding, Inspection, Reading, ThemeMatch
from ingest.steps.corrections import corrected, finding_json

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LEEDS, KENT, BRADFORD = "E08000035", "E10000016", "E08000032"
TEXT = "Plans are clear and reviews are held on time, but visits are late. Children are safe."
WHOLE = "Plans are clear and reviews are held on time, but visits are late."


def finding(quote: str, polarity: str = "strength", gss: str = LEEDS) -> Finding:
    start = TEXT.index(quote)
    return Finding(
        gss, polarity, "statement", "ofsted", True, quote, start, start + len(quote), "rule",  # type: ignore[arg-type]
        themes=(ThemeMatch("early_help", "words"),),
    )  # fmt: skip


def reading(*findings: Finding, codes: tuple[str, ...] = (LEEDS,)) -> Reading:
    return Reading(
        "news_article",
        None,
        tuple(AuthorityMatch(code, "subject", code, "name") for code in codes),
        (Inspection(LEEDS, "focused_visit"),),
        findings,
    )


def correction(what: str, value: str = "", of: Finding | None = None, later: int = 0) -> Correction:
    return Correction(
        "d", "https://d.example", what, value, "note", "Ana", NOW + timedelta(minutes=later),  # type: ignore[arg-type]
        of.quote if of else None, finding_json(of) if of else None,
    )  # fmt: skip


def applied(given: Reading, *corrections: Correction) -> Reading:
    return corrected(
        Extracted("", TEXT, ()), given, corrections, lambda code: replace(given, authorities=())
    )[0]


def test_a_sentence_that_the_rules_cut_anew_keeps_its_polarity() -> None:
    asked = correction("polarity", "concern", finding(WHOLE))
    parts = (
        finding("Plans are clear and reviews are held on time"),
        finding("visits are late"),
        finding("Children are safe."),
    )
    polarities = [f.polarity for f in applied(reading(*parts), asked).findings]
    assert polarities == ["concern", "strength", "strength"]  # four words alone may be another statement


def test_a_finding_that_the_rules_lost_is_stated_again() -> None:
    asked = correction("polarity", "concern", finding(WHOLE))
    (found,) = applied(reading(), asked).findings
    assert (found.quote, found.polarity, TEXT[found.start : found.end]) == (WHOLE, "concern", WHOLE)


def test_a_correction_of_other_words_changes_nothing_and_says_so() -> None:
    gone = replace(finding(WHOLE), quote="Words that nobody wrote.")
    before = reading(finding(WHOLE))
    after, (verdict,) = corrected(
        Extracted("", TEXT, ()), before, [correction("polarity", "concern", gone)], lambda _: before
    )
    assert (after, verdict.is_applied) == (before, False)


def test_a_finding_of_another_authority_brings_that_authority() -> None:
    found = applied(reading(finding(WHOLE)), correction("authority", KENT, finding(WHOLE)))
    assert found.findings[0].gss == KENT
    assert {match.gss for match in found.authorities} == {LEEDS, KENT}


def test_visits_move_with_their_authority() -> None:
    visit = replace(finding(WHOLE), inspection_id=Inspection(LEEDS, "focused_visit").inspection_id)
    found = applied(reading(visit), correction("authority", KENT))
    assert [i.gss for i in found.inspections] == [KENT]
    assert found.findings[0].inspection_id == found.inspections[0].inspection_id


def test_removing_the_only_authority_leaves_no_finding() -> None:
    found = applied(reading(finding(WHOLE)), correction("remove_authority", LEEDS))
    assert (found.authorities, found.inspections, found.findings) == ((), (), ())


def test_removing_one_of_two_files_its_findings_under_the_other() -> None:
    found = applied(reading(finding(WHOLE), codes=(LEEDS, BRADFORD)), correction("remove_authority", LEEDS))
    assert {f.gss for f in found.findings} == {BRADFORD}


@given(st.permutations(["strength", "concern", "neutral", "recommendation"]), st.randoms())
@settings(max_examples=30)
def test_the_last_word_counts_in_whatever_order_corrections_come(order: list[str], random) -> None:
    said = [correction("polarity", value, finding(WHOLE), later=n) for n, value in enumerate(order)]
    shuffled = list(said)
    random.shuffle(shuffled)
    once = applied(reading(finding(WHOLE)), *shuffled)
    assert once.findings[0].polarity == order[-1]
    assert applied(once, *shuffled) == once
