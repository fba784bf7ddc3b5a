"""Ofsted's own documents: what form they have, and what visits say of themselves."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.classify import read
from ingest.extract.plain import extract_plain

from .conftest import grades, link, only


@pytest.mark.parametrize(
    ("title", "opening", "kind"),
    [
        (
            "Monitoring visit to Leeds children's services",
            "This letter summarises the findings of the monitoring visit to Leeds children's services on "
            "1 and 2 May 2018. The visit was the fifth monitoring visit since November 2016.",
            "monitoring_visit",
        ),
        (
            "Joint targeted area inspection of the multi-agency response to neglect in Leeds",
            "Between 22 and 26 February 2016, inspectorates undertook a joint inspection. This letter says more.",
            "jtai",
        ),
        (
            "Area SEND inspection of Leeds Local Area Partnership",
            "Inspection dates: 11 to 15 March 2024",
            "area_send",
        ),
        (
            "Area SEND monitoring inspection of Leeds Local Area Partnership",
            "Inspection dates: 22 to 24 January 2025",
            "area_send",
        ),
        (
            "Leeds City Council: monitoring visit of children's services",
            "The findings of the monitoring visit on 22-23 May 2018 are set out in this letter.",
            "monitoring_visit",
        ),
        (
            "Monitoring visit of children's services",
            "I am writing to summarise the findings of the monitoring visit to Leeds City Council on 9 March 2018.",
            "monitoring_visit",
        ),
        (
            "Monitoring visit of Leeds children's services",
            "I am writing to you following the monitoring visit to Leeds City Council on 9 March 2018.",
            "monitoring_visit",
        ),
        (
            "Re-inspection of services for children in need of help and protection",
            "Leeds\n\nInspection dates: 12 to 16 September 2016",
            "sif_reinspection",
        ),
        (
            "Leeds Inspection of services for children in need of help and protection",
            "Inspection dates: 12 to 16 September 2016",
            "sif_inspection",
        ),
        (
            "Leeds Re-inspection of services for children in need of help and protection",
            "Inspection dates: 12 to 16 September 2016",
            "sif_reinspection",
        ),
        (
            "Inspection of looked after children services Leeds City Council",
            "Inspection dates: 12 to 16 August 2013",
            "lac_2013",
        ),
        (
            "Remote focused visit to Leeds children’s services",
            "This letter summarises the findings of the focused visit to Leeds on 3 and 4 March 2021.",
            "focused_visit",
        ),
        (
            "Focused visit: Leeds children’s services",
            "This letter summarises the findings of the visit to Leeds on 3 and 4 March 2021.",
            "focused_visit",
        ),
        (
            "Second monitoring visit to Leeds children’s services",
            "This letter summarises the findings of the monitoring visit to Leeds on 3 and 4 March 2021.",
            "monitoring_visit",
        ),
        (
            "Joint targeted area inspection (JTAI) of the multi-agency response to neglect in Leeds",
            "Between 22 and 26 February 2016, inspectorates undertook a joint inspection. This letter says more.",
            "jtai",
        ),
        (
            "Leeds\n\nILACS inspection of children’s services",
            "Inspection dates: 7 to 11 June 2021",
            "ilacs_short",
        ),
        ("Inspection of children’s services in Leeds", "Inspection dates: 7 to 11 June 2021", "ilacs_short"),
        (
            "Pilot inspection of services for children in need of help and protection",
            "Leeds\n\nInspection dates: 12 to 16 September 2013",
            "sif_inspection",
        ),
        ("Area SEND inspection of Leeds", "Inspection dates: 11 to 15 March 2024", "area_send"),
        (
            "Joint area SEND inspection in Leeds",
            "Between 14 and 18 May 2018, Ofsted and the Care Quality Commission conducted a joint inspection.",
            "area_send",
        ),
        (
            "Joint area SEND revisit in Leeds",
            "Between 14 and 16 June 2021, Ofsted and the Care Quality Commission revisited the area of Leeds.",
            "area_send",
        ),
    ],
)
def test_other_forms_are_known_by_title_and_opening(title: str, opening: str, kind: str) -> None:
    reading = read(extract_plain(f"{title}\n\n{opening}"), link(None))
    assert reading.findings == ()
    inspection = only(reading)
    assert (inspection.kind, inspection.gss) == (kind, "E08000035")
    assert inspection.started_on is not None


def test_an_article_with_such_a_headline_is_not_ofsteds() -> None:
    text = "Focused visit to Leeds children's services\n\nThe council said it was pleased with the visit."
    assert not any(inspection.is_primary for inspection in read(extract_plain(text), link()).inspections)


@pytest.mark.parametrize(
    ("words", "focus", "topic"),
    [
        (
            "Inspectors looked at the local authority’s arrangements for care leavers.",
            "care leavers",
            "care_leavers",
        ),
        (
            "Inspectors evaluated the quality of contacts and referrals at the front door.",
            "contacts and referrals at the front door",
            "front_door",
        ),
        (
            "Inspectors looked at children in care, with a particular focus on:\n\n• matching\n\n• placements; and",
            "children in care, with a particular focus on: matching; placements",
            "children_in_care",
        ),
        (
            "Inspectors looked at children in care, in line with the inspection of local authority children's "
            "services (ILACS) framework.",
            "children in care",
            "children_in_care",
        ),
        (
            "Inspectors examined help and protection for families at the ‘front door.’",
            "help and protection for families at the ‘front door’",
            "front_door",
        ),
        (
            "Inspectors looked at arrangements at the point of contact for children who need help and protection.",
            "arrangements at the point of contact for children who need help and protection",
            "front_door",
        ),
        (
            "Inspectors looked at children who need help and protection.",
            "children who need help and protection",
            "children_in_need_or_protection_plan",
        ),
        (
            "Inspectors looked at decision-making in help and protection, care and services for care leavers.",
            "decision-making in help and protection, care and services for care leavers",
            "covid",
        ),
        ("Inspectors looked at a range of evidence.", None, None),
        ("The letter was written within the restrictions placed on society.", None, "covid"),
    ],
)
def test_the_focus_of_a_visit_and_its_topic(words: str, focus: str | None, topic: str | None) -> None:
    text = (
        "Focused visit to Leeds children's services\n\nThis letter summarises the findings of the focused visit on "
        f"1 and 2 May 2021.\n\n{words}\n\nFindings\n\nSocial workers know children well."
    )
    visit = only(read(extract_plain(text), link(date(2021, 6, 1))))
    assert (visit.focus, visit.focus_topic) == (focus, topic)


def test_a_monitoring_visit_has_its_ordinal_and_the_trust_of_its_day() -> None:
    text = (
        "Monitoring visit to Birmingham children's services\n\nThis letter summarises the findings of the monitoring "
        "visit on 1 and 2 May 2018. The visit was the fifth monitoring visit since the local authority was judged "
        "inadequate in November 2016.\n\nAreas for priority action\n\nAct now."
    )
    visit = only(read(extract_plain(text), link(date(2018, 6, 8))))
    assert visit.ordinals == ("fifth since the local authority was judged inadequate in November 2016",)
    assert visit.delivery_body == "Birmingham Children's Trust"
    assert visit.has_priority_action is True
    earlier = only(read(extract_plain(text.replace("May 2018", "May 2017")), link(date(2017, 6, 8))))
    assert earlier.delivery_body is None


def test_what_a_monitoring_visit_covered_is_its_focus_and_no_finding() -> None:
    text = (
        "Monitoring visit to Leeds children's services\n\nThis letter summarises the findings of the monitoring visit "
        "on 8 and 9 March 2022.\n\nAreas covered by the visit\n\nInspectors reviewed the progress made in the "
        "following areas of concern identified at the last inspection:\n\n"
        "• the quality of plans for children in care\n\n"
        "• support for care leavers.\n\nHeadline findings\n\nToo many children wait for a plan."
    )
    reading = read(extract_plain(text), link(date(2022, 4, 20)))
    assert only(reading).focus == "plans for children in care; support for care leavers"
    assert only(reading).focus_topic == "children_in_care"
    assert [finding.quote for finding in reading.findings] == ["Too many children wait for a plan."]


def test_a_letter_without_a_title_is_what_the_listing_announced() -> None:
    text = "1 June 2021\n\nDear Director\n\nThe visit took place on 5 and 6 May 2021.\n\nFindings\n\nPlans drift."
    announced = link(date(2021, 6, 1), urn="80429", label="children's services focused visit")
    visit = only(read(extract_plain(text), announced))
    assert (visit.kind, visit.gss) == ("focused_visit", "E08000025")
    assert read(extract_plain(text), link(date(2021, 6, 1))).inspections == ()
    report = link(date(2015, 6, 1), urn="80429", label="children's services inspection")
    assert only(read(extract_plain(text.replace("2021", "2015")), report)).kind == "sif_inspection"


def test_of_two_authorities_in_a_title_the_listing_says_which() -> None:
    text = (
        "Focused visit to Northamptonshire Children's Trust\n\nThis letter summarises the findings of the focused "
        "visit on 5 and 6 May 2022."
    )
    one = read(extract_plain(text), link(date(2022, 6, 1), gss="E06000062"))
    assert (only(one).gss, one.notes) == ("E06000062", ())


def test_a_review_of_a_board_alone_has_the_boards_authority_and_grade() -> None:
    text = (
        "Leeds Safeguarding Children Board\n\nReview of the effectiveness of the Local Safeguarding Children Board\n\n"
        "Inspection dates: 1 to 5 June 2015\n\nThe Local Safeguarding Children Board requires improvement"
    )
    review = only(read(extract_plain(text), link(date(2015, 8, 3))))
    assert (review.kind, review.gss) == ("lscb_review", "E08000035")
    assert grades(review.judgements) == {"lscb": "requires_improvement"}
