"""Polarity by clause, on invented sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.classify.polarity import STATED, judge

GOLD = Path(__file__).parents[2].parent / "shared" / "gold"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Supervision is regular and reflective.", "strength"),
        ("When inspectors last visited the service in 2019, plans were weak.", "neutral"),
        ("There is no complacency among managers.", "strength"),
        ("Fewer workers visit, so children do not have to repeatedly tell their story.", "strength"),
        ("Attendance at these panels is less than good.", "concern"),
        ("None had received help in good time.", "concern"),
        ("More effort is required to make adopters welcome.", "concern"),
        ("The trust faces a substantial challenge to secure better homes.", "concern"),
        (
            "Since the last inspection, when services were judged to require improvement, they improved.",
            "strength",
        ),
        ("Ms Example Director of Children's Services Town Hall Sampleton SA1 1AA", "neutral"),
        ("This is impacting on their capacity to support families.", "concern"),
        ("Plans are not yet specific.", "concern"),
        ("Too many children wait for a visit.", "concern"),
        ("Visits are made without delay.", "strength"),
        ("Visits are often subject to delay.", "concern"),
        ("No children were found to be at immediate risk.", "strength"),
        ("There is no system to follow up referrals.", "concern"),
        ("Children rarely return to care.", "strength"),
        ("Records rarely show the reason.", "concern"),
        ("The council is no longer inadequate.", "strength"),
        ("Fewer children have moved this year.", "strength"),
        ("Managers escalate concerns and challenge poor practice.", "strength"),
        ("When children cannot live at home, relatives are considered quickly.", "strength"),
        ("Panels have reduced drift and delay.", "strength"),
        ("Staff are not complacent.", "strength"),
        ("Take-up, however, remains too low.", "concern"),
        ("Ensure that every plan is written within ten days.", "recommendation"),
        ("The timeliness of initial health assessments.", "recommendation"),
        ("How well managers check the work of new staff.", "recommendation"),
        ("Inspectors spoke to staff and looked at files.", "neutral"),
        ("What needs to improve?", "neutral"),
        ("Staff know children well.", "strength"),
        ("No training has been provided to new staff.", "concern"),
        ("At March 2015, only 43.5% of children were seen within ten days.", "concern"),
        ("No children are placed in unsuitable homes.", "strength"),
        ("No dip samples of files have been carried out this year.", "concern"),
        ("No feedback from parents is collected.", "concern"),
        ("No complaints have been made this year.", "strength"),
        ("Clarify who signs off letters to parents.", "recommendation"),
        ("Raise awareness of young carers, and ensure that they are assessed.", "recommendation"),
        ("Reduce caseloads so that staff have time for children.", "recommendation"),
        ("Systems to ensure that children are seen on time are weak.", "concern"),
        ("The checks to make sure that carers are suitable are inconsistent.", "concern"),
        ("Staff know families well, ensuring that poverty is not mistaken for neglect.", "strength"),
        ("Leaders have not effectively tackled the turnover of experienced, dedicated staff.", "concern"),
        ("Further work is needed to ensure that good practice is shared by skilled teams.", "concern"),
        ("The effective new model has yet to demonstrate improved outcomes.", "concern"),
        ("Caseloads have crept up since the spring.", "concern"),
        ("The rate of re-referrals has fallen from 28% to 17%.", "strength"),
        ("Attendance at school has dropped.", "concern"),
        ("A quarter of care leavers are not in education (NEET), a reduction from a third.", "strength"),
        ("Visits to children placed far away are often late.", "concern"),
        ("These reports are too recent to show an impact.", "concern"),
        ("Care leavers are no longer told about their rights.", "concern"),
        ("Posts in the duty team are unfilled.", "concern"),
        ("The trust does not use bed and breakfast for homeless teenagers.", "strength"),
        ("Care leavers in custody are not forgotten.", "strength"),
        ("Help comes before problems get worse.", "strength"),
        ("Delays in finding homes have been eliminated.", "strength"),
        ("Delays in finding homes have not been eliminated.", "concern"),
        ("The number of placement moves has increased.", "concern"),
        ("Plans are not allowed to drift.", "strength"),
        ("Very few children experience a breakdown.", "strength"),
        ("The letter names areas where the council can do better.", "concern"),
        ("Very few care leavers know about their entitlements.", "concern"),
        ("Few young people move more than once.", "strength"),
        ("Offer every child a visit within three days.", "recommendation"),
        ("Train all managers in the new model.", "recommendation"),
        ("Exclusions for children in care are high.", "concern"),
        ("Placement stability is high.", "strength"),
        ("Homes for older children are in short supply.", "concern"),
        ("Adopters had mixed views of the training.", "concern"),
        ("This reduces opportunities for direct work.", "concern"),
        ("The service runs without a waiting list.", "strength"),
        ("The chair continues to challenge partners.", "strength"),
        ("New teams begin to ease the very high caseloads of last year.", "strength"),
        ("In some teams workers have very high caseloads.", "concern"),
        ("At the last inspection, plans were found to be poor.", "neutral"),
        ("In May 2019, the Ofsted inspection judged all of the service to be inadequate.", "neutral"),
        ("At the last inspection plans were poor, but they are now clear.", "strength"),
        ("Plans, which were weak at the last inspection, have improved.", "strength"),
        ("Previously visits were late, but now they are timely.", "strength"),
        ("In March 2015, 420 children had a plan.", "neutral"),
        ("Visits are regular and timely, despite regional pressures.", "strength"),
        ("Although still overly long, plans have improved well.", "strength"),
        ("Plans drifted in that year (Recommendation).", "concern"),
        ("Audits took place and were read by all (Recommendation).", "concern"),
        ("Main findings", "neutral"),
        ("Main findings Visits are regular.", "strength"),
        (
            "What needs to improve in this area of social work practice? Recording of visits.",
            "recommendation",
        ),
        ("The experiences and progress of care leavers: good 12.", "strength"),
        ("The impact of leaders on social work practice: inadequate", "concern"),
        ("Panels are reducing the use of unsuitable homes.", "strength"),
        ("Panels have not reduced the use of unsuitable homes.", "concern"),
        ("Chairs challenge managers when there are delays.", "strength"),
        ("The recording of visits when children return is not thorough.", "concern"),
        ("Parents who drink may not have the help of a nurse.", "concern"),
        ("Schools are overwhelmingly positive about the advice.", "strength"),
        ("Schools are overwhelmed by the demand.", "concern"),
        ("The quality of care plans.", "recommendation"),
        ("The quality of care plans (CPs) is good.", "strength"),
        ("The response to children who are missing has improved.", "strength"),
        ("Leaders should continue to strengthen their audits.", "recommendation"),
        ("None of the families had been visited.", "concern"),
        ("None of the children were at risk.", "strength"),
        ("There is little sign of drift.", "strength"),
        ("There is little evidence of action on drift.", "concern"),
        ("Inspectors did not find any cases of children left in harmful situations.", "strength"),
        ("No babies in the sample were judged to be in unsuitable homes.", "strength"),
        ("Plans are seldom superficial.", "strength"),
        ("It is rare for a conference to go ahead without a nurse.", "strength"),
        ("Few families wait longer than they should.", "strength"),
        ("Changes of worker are kept to a minimum.", "strength"),
        ("Changes of worker are kept to a minimum, but visits are late.", "mixed"),
        ("Children do not stay in proceedings for longer than they need to.", "strength"),
        ("Some are not visited and stay in proceedings for longer than they need to.", "concern"),
        ("Support from councillors is unwavering despite pressures on the budget.", "strength"),
        ("Caseloads are too high despite investment.", "concern"),
        ("The rate of re-referrals, at 34%, is well above that of similar councils.", "concern"),
        ("The attendance of looked after pupils is below that of their classmates.", "concern"),
        ("The attainment gap at key stage 2 is narrowing.", "strength"),
        ("The attainment gap at key stage 2 is widening.", "concern"),
        ("Audits are done in isolation and viewed in isolation.", "concern"),
        ("Some children should have come into care sooner.", "concern"),
        ("Weaknesses in the duty team have been put right.", "strength"),
        ("The advice that a family gets depends on which worker answers.", "concern"),
        ("The quality of help for children in foster care.", "recommendation"),
        ("Leaders foster a culture of learning.", "strength"),
        ("What needs to improve: the recording of visits.", "recommendation"),
        ("Advisers are in touch with all but two care leavers.", "strength"),
        ("Previously, hotels were used.", "neutral"),
        ("Inspectors were impressed by the warmth of carers.", "strength"),
        ("Children who ask for their files wait too long.", "concern"),
        ("Only three of the families have later become looked after.", "strength"),
        ("Only a small number of families later need a social worker.", "strength"),
        ("Children with a plan do not wait longer than others for a home.", "strength"),
        ("When risks grow, or progress is not made, legal advice is sought promptly.", "strength"),
        ("Most letters home are unfit for purpose.", "concern"),
        ("This gives false reassurance to parents.", "concern"),
        ("The pace of change needs to be increased.", "concern"),
        ("Young parents have plans that are no longer relevant to them.", "concern"),
        ("Adopters wait 40 days longer than the national average.", "concern"),
        ("The local offer remains an area for improvement.", "concern"),
        ("In a small minority of cases, assessments draw on research.", "concern"),
        ("Further improvements are required to meet the needs of young carers.", "concern"),
        (
            "Leaders know where further improvements are required to meet the needs of young carers.",
            "strength",
        ),
        ("Help for special guardians ceases to be on offer after a year.", "concern"),
        ("Moves are few, which suggests that, despite poor records, matching is sound.", "strength"),
    ],
)
def test_whole_sentences(sentence: str, expected: str) -> None:
    assert judge(sentence).polarity == expected


@pytest.mark.parametrize(
    ("sentence", "first", "second"),
    [
        ("While supervision is regular, it is not recorded.", "strength", "concern"),
        ("Plans are clear, but reviews take too long.", "strength", "concern"),
        ("Help is good, although thresholds are not understood.", "strength", "concern"),
        ("Although visits were too few, they are now regular.", "concern", "strength"),
        ("Advocates are skilled and valued, but take-up is low.", "strength", "concern"),
        ("Although caseloads are falling, they remain high in the duty team.", "strength", "concern"),
    ],
)
def test_clauses_that_disagree(sentence: str, first: str, second: str) -> None:
    parts = judge(sentence).clauses
    assert [part.polarity for part in parts] == [first, second]
    assert judge(sentence).polarity == "mixed"


def test_others_are_another_statement() -> None:
    verdict = judge("Some plans are clear and detailed; others are too brief.")
    assert [clause.polarity for clause in verdict.clauses] == ["strength", "concern"]


def test_a_difficulty_overcome_is_no_concern() -> None:
    assert judge("Despite the challenges of the year, visits are regular.").polarity == "strength"
    assert judge("Despite investment, support is too variable.").polarity == "concern"


def test_the_rule_names_the_words() -> None:
    assert "not yet" in judge("Plans are not yet specific.").rule
    assert judge("Children see a nurse each year.").rule == STATED


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_judged_and_clauses_lie_inside(text: str) -> None:
    last = 0
    for part in judge(text).clauses:
        assert last <= part.start <= part.end <= len(text)
        last = part.end


@pytest.mark.skipif(not GOLD.exists(), reason="the labelled sentences lie outside the repository")
def test_labelled_sentences() -> None:
    labels = {
        row["id"]: row for row in map(json.loads, (GOLD / "labels.jsonl").read_text("utf-8").splitlines())
    }
    rows = [json.loads(line) for line in (GOLD / "sentences.jsonl").read_text("utf-8").splitlines()]
    right = sum(
        judge(row["text"]).polarity in {labels[row["id"]]["polarity"], *labels[row["id"]]["alt_polarity"]}
        for row in rows
    )
    assert right >= 0.93 * len(rows)
