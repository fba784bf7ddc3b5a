"""Sentences: where they end, and that no character is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.classify.sentences import heading_end, split


def _pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plans are clear. Visits are timely.", ["Plans are clear.", "Visits are timely."]),
        ("Services in St. Helens improved. Staff stay.", ["Services in St. Helens improved.", "Staff stay."]),
        ("Dr. A. B. Example wrote. She left.", ["Dr. A. B. Example wrote.", "She left."]),
        ("About 3.5 per cent left. Most stay.", ["About 3.5 per cent left.", "Most stay."]),
        ('"It is better," he said. "We go on."', ['"It is better," he said.', '"We go on."']),
        ('"Is it better?" asked the chair. Yes.', ['"Is it better?" asked the chair.', "Yes."]),
        ("See para. 12 of the letter. It helps.", ["See para. 12 of the letter.", "It helps."]),
        ("Visits are\ntimely. Plans\nare clear.", ["Visits are\ntimely.", "Plans\nare clear."]),
        ("A heading\n\nA sentence.", ["A heading", "A sentence."]),
        ("Help is early. 12. Plans drift.", ["Help is early.", "Plans drift."]),
        ("No end mark", ["No end mark"]),
        ("   ", []),
        ("", []),
    ],
)
def test_splits(text: str, expected: list[str]) -> None:
    assert _pieces(text) == expected


def test_only_the_span_asked_for() -> None:
    text = "One is here. Two is here. Three is here."
    assert [text[s:e] for s, e in split(text, 13, 25)] == ["Two is here."]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='Ab c.!?\n"”“1,St', max_size=80))
def test_spans_are_ordered_trimmed_and_inside(text: str) -> None:
    last = 0
    for start, end in split(text):
        assert last <= start < end <= len(text)
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        last = end


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("Main findings Visits are regular.", "Visits are regular."),
        ("Summary Help is early and good.", "Help is early and good."),
        ("The experiences and progress of care leavers: good 12. Advisers know them.", "Advisers know them."),
        ("Findings are clear to all staff.", "Findings are clear to all staff."),
        ("The impact of help is good for many families.", "The impact of help is good for many families."),
        ("", ""),
    ],
)
def test_a_heading_that_ran_into_its_first_sentence(sentence: str, rest: str) -> None:
    assert sentence[heading_end(sentence) :] == rest
