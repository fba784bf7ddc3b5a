"""Names as covers, opening sentences, signatures and address blocks give them."""

from __future__ import annotations

import pytest
from pdfs import Sheet, focused_visit

from ingest.classify.ofsted import recognise
from ingest.classify.people import People, names, read_people
from ingest.extract.pdf import extract_pdf
from ingest.extract.plain import extract_plain


def people(text: str) -> People:
    extracted = extract_plain(text)
    title = recognise(extracted)
    assert title is not None
    return read_people(extracted, title)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ada Example, Her Majesty's Inspector", ("Ada Example",)),
        ("Ada Example HMI and Zoë Sample HMI", ("Ada Example", "Zoë Sample")),
        ("Ada Example, HMI, Máire O’Sample, HMI", ("Ada Example", "Máire O’Sample")),
        ("Ann Lee-Example, two of His Majesty’s Inspectors", ("Ann Lee-Example",)),
        ("Ada Example (Associate Inspector) and Jo van Dyke SCRI", ("Ada Example", "Jo van Dyke")),
        ("Ada Example, Regional Inspection Manager", ("Ada Example",)),
        ("Regulatory Inspection Manager Ada Example", ("Ada Example",)),
        ("Ada Example, His Majesty's Inspector, Social Care", ("Ada Example",)),
        ("Her Majesty's Inspector", ()),
        ("the lead inspector and others", ()),
    ],
)
def test_names_are_read_without_their_titles(words: str, found: tuple[str, ...]) -> None:
    assert names(words) == found


def test_a_letter_names_who_came_who_signed_and_whom_it_addresses() -> None:
    extracted = extract_pdf(focused_visit("Leeds"))
    title = recognise(extracted)
    assert title is not None
    found = read_people(extracted, title)
    assert found.leads == ("Ada Example",)
    assert found.team == ("Ada Example", "Zoë Sample")


LETTER = """1 December 2021

Ms Sue Example
Strategic Director, Children and Families
City Hall
1 Reading Lane

Dear Ms Example

Focused visit to Leeds children's services

This letter summarises the findings of the focused visit. The inspectors were Ada Sample HMI and Bo Sample HMI.

Your sincerely

Ada Sample Her Majesty's Inspector"""


def test_the_addressee_has_a_role_but_no_address() -> None:
    found = people(LETTER)
    assert (found.addressee, found.addressee_role) == (
        "Sue Example",
        "Strategic Director, Children and Families",
    )
    assert found.leads == ("Ada Sample",)
    assert found.team == ("Ada Sample", "Bo Sample")


def test_an_address_may_be_printed_twice_and_the_role_stand_in_the_second() -> None:
    found = people(
        LETTER.replace("Ms Sue Example\nStrategic", "Sue Example\nCity Hall\n\nSue Example\nStrategic")
    )
    assert (found.addressee, found.addressee_role) == (
        "Sue Example",
        "Strategic Director, Children and Families",
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "His Majesty’s Inspectors for the visit were Ada Sample and Bo Sample.",
        "The visit was carried out by Ada Sample and Bo Sample, Her Majesty’s Inspectors.",
        "It is about the focused visit on 27 October 2021 carried out by Ada Sample and Bo Sample.",
        "The Ofsted inspectors for this visit were Ada Sample and Bo Sample.",
        "Inspectors were Glad, and the inspectors were Ada Sample HMI and Bo Sample HMI.",
    ],
)
def test_who_came_is_said_in_several_ways(sentence: str) -> None:
    letter = LETTER.replace("The inspectors were Ada Sample HMI and Bo Sample HMI.", sentence)
    assert people(letter).team == ("Ada Sample", "Bo Sample")


def test_who_led_a_project_did_not_inspect() -> None:
    letter = LETTER.replace(
        "The inspectors were Ada Sample HMI and Bo Sample HMI.",
        "The programme is led by Leeds City Council. Inspectors were impressed by Family First, a charity.",
    )
    assert people(letter).team == ("Ada Sample",)


def test_a_joint_letter_is_to_the_partnership_and_its_signatories_were_not_there() -> None:
    found = people(
        "9 May 2024\n\nA. Person, Chief Constable\n\nDear Leeds Safeguarding Children Partnership\n\n"
        "Joint targeted area inspection of Leeds\n\nThis letter summarises the findings.\n\n"
        "Yours sincerely\n\nAda Director"
    )
    assert found.addressee == "Leeds Safeguarding Children Partnership"
    assert found.leads == ()


def test_reports_name_the_team_at_their_end() -> None:
    found = people(
        "Leeds City Council\n\nInspection of services for children in need of help and protection\n\n"
        "Inspection date: 6 to 30 July 2015\n\n"
        + "Text of the report. "
        * 400
        + "\n\nThe inspection team\n\n"
        "Lead inspector: Ada Example HMI\n\nDeputy lead inspector: Bo Example\n\n"
        "Team inspectors: Cy Example and Di Example"
    )
    assert found.leads == ("Ada Example",)
    assert found.team == ("Ada Example", "Bo Example", "Cy Example", "Di Example")


def test_a_joint_report_names_the_people_of_two_inspectorates_in_two_columns() -> None:
    sheet = Sheet()
    sheet.heading("Area SEND inspection of Leeds Local Area Partnership", size=26)
    sheet.line("Inspection dates: 8 to 12 January 2024", gap=30)
    for _ in range(8):
        sheet.paragraph(["Text of the report, of which there is much more than of anything else."] * 12)
        sheet.new_page()
    sheet.heading("Inspection team")
    for left, right in (
        ("Ofsted", "Care Quality Commission"),
        ("Ada Example, Ofsted", "Bo Example, CQC"),
        ("Lead Inspector", "Lead Inspector"),
        ("Cy Example, Ofsted HMI", "Di Example-Lee, CQC inspector"),
        ("Mr Ed Example, Ofsted Inspector", ""),
    ):
        sheet.line(left, gap=20)
        sheet.at(right, 300, sheet.y)
    extracted = extract_pdf(sheet.bytes())
    title = recognise(extracted)
    assert title is not None
    found = read_people(extracted, title)
    assert sorted(found.team) == ["Ada Example", "Bo Example", "Cy Example", "Di Example-Lee", "Ed Example"]
    assert found.leads == ("Ada Example", "Bo Example")
