"""Organisations that look like an authority and are not in the gazetteer; all names but the known are invented."""

from __future__ import annotations

import pytest

from ingest.classify.unknown_names import unknown_names
from ingest.reference import OwnName, use_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Inspectors visited Exampleshire County Council and Leeds City Council.",
            ["Exampleshire County Council"],
        ),
        ("Exampleton Children’s Trust runs services for Leeds.", ["Exampleton Children’s Trust"]),
        ("Example-on-Sea Borough Council is new.", ["Example-on-Sea Borough Council"]),
        ("The West Example and Leeds City Council met.", []),
        ("Derby City Council, Kent County Council and Leeds Council", []),
        ("Birmingham Children's Trust and Southend-on-Sea City Council", []),
        ("The Children in Care Council, the Youth Council and the Leader of the Council", []),
        ("Ashford District Council, Example Parish Council", []),
    ],
)
def test_unknown_names(text: str, names: list[str]) -> None:
    found = list(unknown_names(text))
    assert [name for name, _, _ in found] == names
    assert all(text[start:end] == name for name, start, end in found)


def test_a_name_that_the_user_settled_is_silent() -> None:
    use_names((OwnName("Exampleshire County Council", ""),))
    try:
        assert not list(unknown_names("Exampleshire County Council said so."))
    finally:
        use_names(())
