"""What `ingest explain` answers."""

from __future__ import annotations

import json

import pytest

from ingest.classify.explain import explain, explain_lines
from ingest.errors import ConfigError

from .conftest import LEEDS, WIGAN


def test_explain_answers_with_the_words_that_decided() -> None:
    answer = explain("A Leeds-based charity says that plans in Wigan are not yet clear.")
    assert answer.as_json("1") == {
        "id": "1",
        "authorities": [WIGAN],
        "polarity": "concern",
        "themes": ["assessment_planning"],
    }
    assert "not yet" in answer.polarity_rule
    assert [item.rule for item in answer.rejected] == ["based_in"]
    assert explain("Plans are clear.", gss="E08000035").as_json(2)["authorities"] == [LEEDS]


def test_explain_lines_keeps_order_and_names_a_bad_line() -> None:
    rows = [{"id": n, "text": text} for n, text in enumerate(["Plans drift badly.", "", "Ünïcödé \ud800"])]
    answers = [json.loads(line) for line in explain_lines(json.dumps(row) + "\n" for row in rows)]
    assert [answer["id"] for answer in answers] == [0, 1, 2]
    with pytest.raises(ConfigError, match="line 2"):
        list(explain_lines(['{"id": 1, "text": "x"}', "{"]))
    with pytest.raises(ConfigError, match="line 1: text is not a string"):
        list(explain_lines(['{"id": 1, "text": 3}']))
    with pytest.raises(ConfigError, match="line 1: gss is not a string"):
        list(explain_lines(['{"id": 1, "text": "Plans drift.", "gss": 3}']))


def test_what_explain_lines_answers_can_be_written_whatever_the_id() -> None:
    (answer,) = explain_lines([json.dumps({"id": "\ud800", "text": "Plans drift."})])
    assert json.loads(answer.encode())["id"] == "\ud800"


@pytest.mark.parametrize("text", ["", " \n", "12."])
def test_a_text_without_a_sentence_says_nothing(text: str) -> None:
    answer = explain(text)
    assert (answer.polarity, answer.themes, answer.clauses) == ("neutral", (), ())
