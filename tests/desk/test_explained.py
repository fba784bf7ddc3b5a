"""The explanation that a person reads: marks under the right words, one screen, for any text."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from ingest.classify.explain import explain
from ingest.desk.explained import show_explanation


def shown(text: str, width: int = 80) -> list[str]:
    stream = io.StringIO()
    show_explanation(explain(text), Console(file=stream, width=width))
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_marks_stand_under_the_words() -> None:
    lines = shown("Too many children in Leeds wait, said Giles York.")
    text, marks = lines[0], lines[1]
    for words, sign in (("Too many", "-"), ("Leeds", "^"), ("York", "x")):
        start = text.index(words)
        assert marks[start : start + len(words)] == sign * len(words)
    assert "^ authority" in lines[2]


def test_each_decision_has_its_reason() -> None:
    said = "\n".join(
        shown("While reviews of plans in Kent are timely, too many care leavers wait. Sutton Trust agreed.")
    )
    assert "Kent (E10000016)" in said
    assert "Sutton Trust" in said
    assert "[other_name]" in said
    assert "clauses" in said
    assert "too many" in said
    assert "not quite" in said


def test_no_authority_is_said() -> None:
    assert any(line.startswith("Authority   none is named") for line in shown("Supervision is regular."))


def test_what_could_identify_a_child_is_said() -> None:
    said = "\n".join(shown("Child A, 14, was moved."))
    assert "could identify a child" in said
    assert "#" in said


def test_a_long_text_fits_a_screen() -> None:
    lines = shown("Too many children in Leeds and Kent wait, but reviews are timely. " * 3000)
    assert len(lines) < 50
    assert any("characters more" in line for line in lines)


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_shown(text: str) -> None:
    assert shown(text, width=60)
