"""Lists of every form: whole items, in order, with their kind, polarity and responsible body."""

from __future__ import annotations

import pytest
from pdfs import Sheet, ilacs_report

from ingest.classify import read
from ingest.classify.listed import listed_findings
from ingest.classify.ofsted import recognise
from ingest.classify.sections import Sections
from ingest.extract.pdf import extract_pdf
from ingest.extract.plain import extract_plain
from ingest.model import Extracted, Finding, Link


def listed(extracted: Extracted) -> tuple[Finding, ...]:
    title = recognise(extracted)
    assert title is not None
    found = listed_findings(extracted, title, "E08000035", "visit", Sections(extracted))
    assert all(extracted.text[finding.start : finding.end] == finding.quote for finding in found)
    return found


def send_report() -> bytes:
    sheet = Sheet()
    sheet.line("Area SEND inspection of Leeds Local Area Partnership", size=26)
    sheet.line("Inspection dates: 11 to 15 March 2024", gap=30)
    sheet.paragraph(
        ["The local area partnership's arrangements lead to inconsistent experiences and outcomes."]
    )
    sheet.heading("What is the area partnership doing that is effective?", size=14)
    sheet.bullets([["Leaders know their area. They act on", "what they know."]])
    sheet.heading("What does the area partnership need to do better?", size=14)
    sheet.bullets([["Too many plans are late."]])
    sheet.heading("Areas for priority action", size=14)
    sheet.line("Responsible body", bold=True, gap=28)
    sheet.at("Areas for priority action", 224, sheet.y, bold=True)
    sheet.line("NHS Leeds", gap=20)
    top = sheet.y
    sheet.line("board")
    sheet.at("Leaders must act on waiting", 224, top)
    sheet.at("times.", 224, top - 14.4)
    sheet.line("Leeds City Council", gap=34)
    sheet.at("The council must offer more places, and", 224, sheet.y)
    sheet.line("publish how many.", x=224)
    sheet.heading("Areas for improvement", size=14)
    sheet.paragraph(["Leaders should improve transitions."])
    sheet.heading("Local area partnership details", size=14)
    sheet.paragraph(["A. Person, Director, Leeds City Council"])
    return sheet.bytes()


def test_an_area_send_report_lists_what_works_what_does_not_and_who_must_act() -> None:
    found = listed(extract_pdf(send_report()))
    assert [(f.kind, f.polarity, f.responsible_body, f.quote) for f in found] == [
        ("statement", "strength", None, "Leaders know their area. They act on what they know."),
        ("area_for_improvement", "concern", None, "Too many plans are late."),
        ("priority_action", "recommendation", "NHS Leeds board", "Leaders must act on waiting times."),
        (
            "priority_action",
            "recommendation",
            "Leeds City Council",
            "The council must offer more places, and publish how many.",
        ),
        ("area_for_improvement", "recommendation", None, "Leaders should improve transitions."),
    ]


def test_a_list_goes_on_under_a_date_by_which_to_act_however_it_is_set() -> None:
    sheet = Sheet()
    sheet.line("Inspection of looked after children services", size=20)
    sheet.line("Leeds City Council", size=20, gap=50)
    sheet.line("Inspection dates: 12 to 16 August 2013", gap=30)
    sheet.heading("Areas for improvement")
    for until, item in (
        ("Immediately:", "Hear every child."),
        ("Within three months:", "See every plan."),
        ("Children who need help", "Plans are seen."),
    ):
        sheet.heading(until)
        sheet.bullets([[item]])
    found = listed(extract_pdf(sheet.bytes()))
    assert [(f.section, f.quote) for f in found] == [
        ("Immediately:", "Hear every child."),
        ("Within three months:", "See every plan."),
    ]


def test_a_numbered_item_has_the_bullets_below_it() -> None:
    sheet = Sheet()
    sheet.line("Inspection of services for children in need of help and protection", size=20)
    sheet.line("Inspection date: 6 to 30 July 2015", gap=30)
    sheet.paragraph(
        ["Children in Leeds wait for too long, and their parents have to tell their story again."]
    )
    sheet.heading("Recommendations", size=16)
    for number, text in (("1.", "Improve supervision."), ("2.", "Strengthen oversight of:")):
        sheet.line(text, x=93, gap=24)
        sheet.at(number, 72, sheet.y)
    for text in ("visits", "plans."):
        sheet.line(text, x=114, gap=20)
        sheet.at("•", 93, sheet.y)
    sheet.line("Reduce caseloads.", x=93, gap=24)
    sheet.at("3.", 72, sheet.y)
    found = listed(extract_pdf(sheet.bytes()))
    assert [" ".join(finding.quote.split()) for finding in found] == [
        "Improve supervision.",
        "Strengthen oversight of: • visits • plans.",
        "Reduce caseloads.",
    ]


def test_items_of_an_area_send_report_have_the_bullets_below_them() -> None:
    sheet = Sheet()
    sheet.line("Area SEND inspection of Leeds Local Area Partnership", size=26)
    sheet.line("Inspection dates: 11 to 15 March 2024", gap=30)
    sheet.paragraph(["Children wait for too long, and their parents have to tell their story again."])
    sheet.heading("Areas for priority action", size=14)
    sheet.line("Responsible body", bold=True, gap=28)
    sheet.line("Leeds City Council", gap=20)
    sheet.at("Leaders should ensure that:", 224, sheet.y)
    for text in ("plans are clear", "reviews are on time."):
        sheet.line(text, x=242, gap=18)
        sheet.at("•", 224, sheet.y)
    sheet.heading("Areas for improvement", size=14)
    sheet.paragraph(["Leaders should improve transitions."])
    sheet.paragraph(["Leaders should improve the offer of:"])
    sheet.bullets([["short breaks"], ["respite."]])
    found = listed(extract_pdf(sheet.bytes()))
    assert [(finding.responsible_body, " ".join(finding.quote.split())) for finding in found] == [
        ("Leeds City Council", "Leaders should ensure that: • plans are clear • reviews are on time."),
        (None, "Leaders should improve transitions."),
        (None, "Leaders should improve the offer of: • short breaks • respite."),
    ]


@pytest.mark.parametrize("turns", [None, "speech therapy."])
@pytest.mark.parametrize("apart", [17, 15.1])
def test_rows_of_an_area_send_report_that_stand_close_are_items_of_their_own(
    apart: float, turns: str | None
) -> None:
    sheet = Sheet()
    sheet.line("Area SEND inspection of Leeds Local Area Partnership", size=26)
    sheet.line("Inspection dates: 11 to 15 March 2024", gap=30)
    sheet.paragraph(
        [
            "Children wait for too long, and their parents",
            "have to tell their story again. This is",
            "so in each part of the area.",
        ]
    )
    sheet.heading("Areas for improvement", size=14)
    for rows in (
        ("Leaders should act on waiting", "times. This includes those for", "speech therapy."),
        ("Leaders should share what they", "know."),
    ):
        for number, text in enumerate(rows):
            if text == turns:
                sheet.new_page()
            sheet.line(text, gap=14.4 if number else apart)
    found = listed(extract_pdf(sheet.bytes()))
    assert [" ".join(finding.quote.split()) for finding in found] == [
        "Leaders should act on waiting times. This includes those for speech therapy.",
        "Leaders should share what they know.",
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "What needs to improve?",
        "What the local authority needs to improve",
        "What must improve",
        "Area for further improvement",
        "Areas requiring improvement",
        "Areas requiring priority action",
        "Priority areas for action",
    ],
)
def test_short_paragraphs_that_nothing_marks_are_the_items_of_a_letters_list(heading: str) -> None:
    sheet = Sheet()
    sheet.heading("Focused visit to Leeds children’s services")
    sheet.paragraph(["This letter summarises the findings of the visit on 3 and 4 March 2021."])
    sheet.heading("Headline findings")
    sheet.paragraph(["Children wait for too long, and their parents have to tell their story again."])
    sheet.heading(heading)
    sheet.paragraph(
        ["The timeliness of visits to children who live at a distance, and the recording of", "what they say"]
    )
    sheet.paragraph(["Supervision."])
    sheet.paragraph(["Ofsted will take the findings into account when it plans the next visit."])
    sheet.paragraph(["Yours sincerely"])
    sheet.paragraph(["Ada Example"])
    found = [" ".join(finding.quote.split()) for finding in listed(extract_pdf(sheet.bytes()))]
    assert found == [
        "The timeliness of visits to children who live at a distance, and the recording of what they say",
        "Supervision.",
    ]


def test_a_letter_on_an_area_lists_what_its_written_statement_is_about() -> None:
    text = (
        "Joint area SEND inspection in Leeds\n\nBetween 14 May 2018 and 18 May 2018, Ofsted and the CQC conducted a "
        "joint inspection. A written statement of action is required.\n\nStrengths\n\n• Parents value the help.\n\n"
        "Areas for development\n\n• Plans are not updated.\n\n"
        "The inspection raises significant concerns about the area\n\n• the lack of joint commissioning\n\n"
        "Yours sincerely\n\nAda Example"
    )
    assert [(f.kind, f.polarity, f.quote) for f in listed(extract_plain(text))] == [
        ("statement", "strength", "Parents value the help."),
        ("area_for_improvement", "recommendation", "Plans are not updated."),
        ("priority_action", "recommendation", "the lack of joint commissioning"),
    ]


def test_bullets_that_stand_further_in_belong_to_the_item_above_them() -> None:
    sheet = Sheet()
    sheet.heading("Focused visit to Leeds children’s services")
    sheet.paragraph(["This letter summarises the findings of the visit on 3 and 4 March 2021."])
    sheet.heading("What needs to improve?")
    for text, x in (
        ("The quality of plans, including:", 90),
        ("plans A", 118),
        ("plans B.", 118),
        ("Supervision.", 90),
    ):
        sheet.line(f"• {text}", x=x, gap=20)
    found = [" ".join(finding.quote.split()) for finding in listed(extract_pdf(sheet.bytes()))]
    assert found == ["The quality of plans, including: – plans A – plans B.", "Supervision."]


def test_a_row_that_the_end_of_a_page_cuts_is_one_item() -> None:
    sheet = Sheet()
    sheet.line("Area SEND inspection of Leeds Local Area Partnership", size=26)
    sheet.line("Inspection dates: 11 to 15 March 2024", gap=30)
    sheet.paragraph(["Children wait for too long, and their parents have to tell their story again."])
    sheet.heading("Areas for priority action", size=14)
    sheet.line("Responsible body", bold=True, gap=28)
    sheet.y = 90
    sheet.line("Leeds City Council and", gap=0)
    sheet.at("Leaders must act on waiting", 224, sheet.y)
    sheet.new_page()
    sheet.line("NHS Leeds")
    sheet.at("times and publish them.", 224, sheet.y)
    sheet.line("Leeds City Council", gap=24)
    sheet.at("The council must offer more places.", 224, sheet.y)
    found = listed(extract_pdf(sheet.bytes()))
    assert [(finding.responsible_body, finding.quote) for finding in found] == [
        ("Leeds City Council and NHS Leeds", "Leaders must act on waiting times and publish them."),
        ("Leeds City Council", "The council must offer more places."),
    ]


def test_a_paragraph_that_leads_into_a_list_is_no_item_and_sub_items_belong_to_theirs() -> None:
    found = listed(extract_pdf(ilacs_report("Leeds", rows=[("Overall effectiveness", "Good")])))
    assert [finding.quote.split("\n")[0] for finding in found] == [
        "The quality of plans for children, including:",
        "Management oversight.",
    ]


def test_a_report_of_2014_numbers_its_items_and_marks_findings() -> None:
    text = (
        "Leeds City Council\n\nInspection of services for children in need of help and protection\n\n"
        "Inspection date: 6 to 30 July 2014\n\nRecommendations\n\nEnsure that plans are timely, in every case.\n\n"
        "Reduce caseloads, so that workers have time.\n\nInspection findings\n\n"
        "Visits are regular. Some plans drift. (Recommendation)\n\nToo many reviews are late. Leaders now "
        "have a plan to mend this. (Recommendation)\n\nInformation about this inspection\n\n"
        "Inspectors read the recommendations of others. (Recommendation)"
    )
    found = listed(extract_plain(text))
    assert [(f.kind, f.polarity, f.quote) for f in found] == [
        ("recommendation", "recommendation", "Ensure that plans are timely, in every case."),
        ("recommendation", "recommendation", "Reduce caseloads, so that workers have time."),
        ("recommendation", "concern", "Some plans drift. (Recommendation)"),
        (
            "recommendation",
            "concern",
            "Too many reviews are late. Leaders now have a plan to mend this. (Recommendation)",
        ),
    ]


def test_a_document_that_asks_for_nothing_or_recalls_what_was_asked_asks_for_no_priority_action() -> None:
    begun = (
        "Leeds City Council\n\nInspection of services for children in need of help and protection\n\n"
        "Inspection date: 6 to 30 July 2014\n\n"
    )
    asked = "Priority and immediate action\n\nEnsure that visits take place.\n\n"
    none = [
        f"Priority and immediate action\n\n{words}\n\n"
        for words in (
            "There are no areas of priority and immediate action.",
            "This inspection did not lead to any priority or immediate action",
            "Inspectors have not identified any areas for priority action.",
            "None at this inspection.",
        )
    ]
    recalled = "Summary\n\nThe area for priority action of the last visit was dealt with.\n\n"
    for text, is_asked in ((asked, True), (recalled, False), *((words, False) for words in none)):
        reading = read(extract_plain(begun + text), Link("s", "https://example.org/a"))
        assert [inspection.has_priority_action for inspection in reading.inspections] == [is_asked]


def test_what_a_recommendation_marks_is_found_once() -> None:
    text = (
        "Leeds City Council\n\nInspection of services for children in need of help and protection\n\n"
        "Inspection date: 6 to 30 July 2014\n\nInspection findings\n\nVisits are regular. Plans drift. Leaders have "
        "begun to mend this. (Recommendation)"
    )
    found = read(extract_plain(text), Link("s", "https://example.org/a")).findings
    assert [(finding.kind, finding.quote) for finding in found] == [
        ("statement", "Visits are regular."),
        ("recommendation", "Plans drift. Leaders have begun to mend this. (Recommendation)"),
    ]
