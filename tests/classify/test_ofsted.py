"""Ofsted's own documents: kind, dates, grades, lists and authority, from small documents of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from pdfs import focused_visit, ilacs_report

from ingest.classify import read
from ingest.classify.inspections import VisitDates, settle_kind
from ingest.extract.pdf import extract_pdf
from ingest.extract.plain import extract_plain

from .conftest import grades, link, only

FOUR_ROWS = [
    ("The impact of leaders on social work|practice with children and families", "Good"),
    (
        "The experiences and progress of|children who need help and protection",
        "Requires improvement to be good",
    ),
    ("The experiences and progress of|children in care and care leavers", "Outstanding"),
    ("Overall effectiveness", "Good"),
]


@pytest.mark.parametrize(
    "printed",
    [
        "1st of December, 2021",
        "Date: 1 December 2021",
        "Wednesday 1 December 2021",
        "01/12/2021",
        "This letter was published again on 4 January 2022.\n1 December 2021",
    ],
)
def test_the_date_of_a_letter_is_found_in_its_line(printed: str) -> None:
    text = (
        f"{printed}\n\nDear Director\n\nFocused visit to Leeds children’s services\n\n"
        "This letter summarises the findings of the focused visit on 27 and 28 October 2021."
    )
    assert only(read(extract_plain(text), link())).letter_on == date(2021, 12, 1)


def test_a_focused_visit_letter_is_read_whole() -> None:
    extracted = extract_pdf(focused_visit("Leeds"))
    reading = read(extracted, link(date(2021, 12, 1)))
    visit = only(reading)
    assert reading.kind == "ofsted_letter"
    assert (visit.kind, visit.gss, visit.is_primary) == ("focused_visit", "E08000035", True)
    assert (visit.started_on, visit.ended_on) == (date(2021, 10, 27), date(2021, 10, 28))
    assert visit.letter_on == date(2021, 12, 1)
    assert visit.focus == "children in care"
    assert visit.lead_inspectors == ("Ada Example",)
    assert visit.inspection_id == "E08000035-focused_visit-2021-10"
    assert visit.judgements == ()
    listed = [finding for finding in reading.findings if finding.kind == "area_for_improvement"]
    assert [finding.quote for finding in listed] == [
        "Timeliness of reviews.",
        "Take-up of return home interviews when children go missing from home or care.",
    ]
    assert {finding.page for finding in listed} == {2}


def test_the_focus_ends_with_its_sentence_also_after_a_figure() -> None:
    extracted = extract_pdf(focused_visit("Leeds"))
    text = extracted.text.replace("children in care.", "care leavers aged 18 to 25. This visit was short.", 1)
    assert text != extracted.text
    assert (
        only(read(replace(extracted, text=text), link(date(2021, 12, 1)))).focus
        == "care leavers aged 18 to 25"
    )


def test_every_quote_is_its_span_and_nothing_of_the_letterhead_is_a_finding() -> None:
    extracted = extract_pdf(focused_visit("Leeds"))
    reading = read(extracted, link(date(2021, 12, 1)))
    for finding in reading.findings:
        assert extracted.text[finding.start : finding.end] == finding.quote
        assert finding.gss == "E08000035"
        assert "Reading Lane" not in finding.quote
    assert {match.gss for match in reading.authorities} == {"E08000035"}


def test_a_table_of_four_rows_gives_four_grades_with_their_proof() -> None:
    extracted = extract_pdf(ilacs_report("Leeds", rows=FOUR_ROWS))
    inspection = only(read(extracted, link()))
    assert inspection.kind == "ilacs_standard"
    assert grades(inspection.judgements) == {
        "leaders": "good",
        "help_and_protection": "requires_improvement",
        "children_in_care": "outstanding",
        "overall": "good",
    }
    for judgement in inspection.judgements:
        assert extracted.text[judgement.start : judgement.end] == judgement.evidence


def test_from_april_2026_there_is_no_overall_grade_and_the_reason_is_said() -> None:
    report = ilacs_report("Leeds", "27 April to 1 May 2026", rows=FOUR_ROWS[:-1])
    inspection = only(read(extract_pdf(report), link(date(2026, 6, 17))))
    overall = next(judgement for judgement in inspection.judgements if judgement.area == "overall")
    assert (inspection.kind, overall.grade) == ("ilacs_short", None)
    assert "not given under this framework" in (overall.reason or "")


def test_an_item_of_a_list_is_whole_with_its_sub_items() -> None:
    reading = read(extract_pdf(ilacs_report("Leeds", rows=FOUR_ROWS)), link())
    listed = [f.quote.split() for f in reading.findings if f.kind == "area_for_improvement"]
    assert [words[:3] for words in listed] == [["The", "quality", "of"], ["Management", "oversight."]]
    assert listed[0][-2:] == ["pathway", "plans."]


@pytest.mark.parametrize(
    ("days", "kind"), [(5, "ilacs_short"), (7, "ilacs_short"), (12, "ilacs_standard"), (0, "ilacs")]
)
def test_days_on_site_tell_a_short_inspection_from_a_standard_one(days: int, kind: str) -> None:
    start = date(2022, 12, 5) if days else None
    assert settle_kind("ilacs", VisitDates(start, start, days)) == kind
    assert settle_kind("jtai", VisitDates(start, start, days)) == "jtai"


def test_two_parts_count_the_days_of_both() -> None:
    report = ilacs_report("Leeds", "5 to 9 December 2022 and 14 to 15 February 2023", rows=FOUR_ROWS)
    inspection = only(read(extract_pdf(report), link(date(2023, 5, 10))))
    assert (inspection.kind, inspection.ended_on) == ("ilacs_short", date(2023, 2, 15))


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("Dates of inspection: 6 to 17 December 2021", 6, 17),
        ("Inspection dates 6 to 17 December 2021", 6, 17),
        ("Inspection dates: Monday 6 to Friday 17 December 2021", 6, 17),
        ("Inspection dates: 6 to 17 December", 6, 17),
    ],
)
def test_the_dates_of_an_inspection_are_labelled_in_several_ways(words: str, first: int, last: int) -> None:
    """A visit that names no year was in the year before its letter, where the letter's year cannot be."""
    text = (
        f"Inspection of Leeds local authority children’s services\n\n{words}\n\nLead inspector: Ada Example"
    )
    inspection = only(read(extract_plain(text), link()))
    assert (inspection.started_on, inspection.ended_on) == (date(2021, 12, first), date(2021, 12, last))


def test_a_date_that_cannot_be_is_not_believed_and_noted() -> None:
    reading = read(extract_pdf(focused_visit("Leeds")), link(date(2021, 10, 1)))
    visit = only(reading)
    assert visit.started_on is None
    assert any("not believed" in note for note in reading.notes)


def test_the_listing_checks_the_title_and_a_conflict_is_noted() -> None:
    extracted = extract_pdf(focused_visit("Leeds"))
    agreed = read(extracted, link(gss="E08000035"))
    conflicting = read(extracted, link(gss="E08000036"))
    assert agreed.notes == ()
    assert only(conflicting).gss == "E08000035"
    assert any("E08000036" in note for note in conflicting.notes)
    unnamed = read(extract_pdf(focused_visit("Exampleshire")), link(urn="80472"))
    assert only(unnamed).gss == "E10000014"
    assert unnamed.authorities[0].rule == "listing"


def test_a_document_that_names_nobody_stays_without_an_authority() -> None:
    reading = read(extract_pdf(focused_visit("Exampleshire")), link())
    assert (reading.authorities, reading.inspections) == ((), ())
    assert any("no authority" in note for note in reading.notes)


SIF = """Exampleton Borough Council

Inspection of services for children in need of help and protection, children looked after and care leavers

Inspection date: 6 to 30 July 2015

Report published: 15 September 2015

Children's services in Leeds require improvement to be good

1. Children who need help and protection Requires improvement

2. Children looked after and achieving permanence Good

2.1 Adoption performance Requires
improvement

2.2 Experiences and progress of care leavers Not judged

3. Leadership, management and governance Inadequate

The effectiveness of the Local Safeguarding Children Board (LSCB) is inadequate."""


def test_a_report_of_2015_has_six_areas_and_the_board() -> None:
    reading = read(extract_plain(SIF.replace("Exampleton Borough Council", "Leeds City Council")), link(None))
    inspection = only(reading)
    assert (inspection.kind, inspection.gss) == ("sif_inspection", "E08000035")
    assert reading.published_on == date(2015, 9, 15)
    assert grades(inspection.judgements) == {
        "overall": "requires_improvement",
        "help_and_protection": "requires_improvement",
        "looked_after": "good",
        "adoption": "requires_improvement",
        "care_leavers": "not_judged",
        "leadership": "inadequate",
        "lscb": "inadequate",
    }


def test_a_stop_in_a_councils_name_ends_no_sentence() -> None:
    text = SIF.replace("Exampleton Borough Council", "St. Helens Council").replace(
        "in Leeds", "in St. Helens"
    )
    inspection = only(read(extract_plain(text), link(None)))
    assert grades(inspection.judgements)["overall"] == "requires_improvement"


def test_a_heading_that_contradicts_the_table_leaves_the_grade_open_and_is_disputed() -> None:
    report = ilacs_report(
        "Leeds", rows=FOUR_ROWS, restated="The experiences and progress of children in care: inadequate"
    )
    reading = read(extract_pdf(report), link())
    grade = {j.area: j for j in only(reading).judgements}["children_in_care"]
    assert grade.grade is None
    assert "outstanding" in (grade.reason or "")
    assert "inadequate" in (grade.reason or "")
    assert len(reading.disputes) == 1
    agreed = ilacs_report(
        "Leeds", rows=FOUR_ROWS, restated="The experiences and progress of children in care: outstanding"
    )
    assert read(extract_pdf(agreed), link()).disputes == ()


def test_a_printed_date_that_differs_from_the_listing_is_kept_apart() -> None:
    text = SIF.replace("Exampleton Borough Council", "Leeds City Council")
    reading = read(extract_plain(text), link(date(2015, 9, 16)))
    assert reading.published_on == date(2015, 9, 16)
    assert only(reading).printed_on == date(2015, 9, 15)
    assert any("2015-09-15" in note for note in reading.notes)
