"""What mails and pages show of a finding's words."""

from __future__ import annotations

import pytest

from ingest.model import Coverage, FindingKind, FoundStatement
from ingest.quoting import QuoteBudget

LETTER = Coverage(
    "d1", 1, "Letter", "https://a.example/1", "Ofsted", "ofsted_letter", published_on=None, is_primary=True
)


@pytest.mark.parametrize(
    ("kind", "quote", "shown"),
    [
        ("statement", "but some wait too long.", "… but some wait too long."),
        ("statement", "Some wait too long.", "Some wait too long."),
        ("statement", "16 children wait too long.", "16 children wait too long."),
        ("area_for_improvement", "how long children wait", "how long children wait"),
    ],
)
def test_what_begins_within_a_sentence_says_so(kind: FindingKind, quote: str, shown: str) -> None:
    finding = FoundStatement(
        "f1",
        "d1",
        "concern",
        kind,
        "ofsted",
        is_inspectorate=True,
        quote=quote,
        page=1,
        section=None,
        themes=(),
    )
    assert QuoteBudget().quote(finding, LETTER) == shown
