"""What people corrected stays right: every file under tests/regressions/ is asked again."""

from __future__ import annotations

import pytest
from regressions import FOLDER, corrections, wrong

LINES = [
    pytest.param(line, id=f"{path.stem}-{number}")
    for path in sorted(FOLDER.glob("*.jsonl"))
    for number, line in enumerate(corrections(path), start=1)
]


@pytest.mark.parametrize("line", LINES)
def test_the_rules_say_what_was_corrected(line: dict[str, str]) -> None:
    assert wrong(line) is None, f"{line['what']} {line['expected']}: {line['text'][:80]}"


def test_a_line_that_does_not_hold_is_told_with_what_the_rules_say() -> None:
    line = corrections(FOLDER / "invented.jsonl")[0] | {"expected": "strength"}
    assert wrong(line) == "polarity concern"
