"""How statements compare with the time before, on invented sentences."""

from __future__ import annotations

import pytest

from ingest.classify.trend import trend_of
from ingest.model import Polarity, Trend


@pytest.mark.parametrize(
    ("statement", "polarity", "trend"),
    [
        ("The quality of plans has improved since the last inspection.", "strength", "improved"),
        ("Plans have not improved since the last inspection.", "concern", "unchanged"),
        ("Supervision is increasingly reflective.", "strength", "improved"),
        ("Fewer children wait for a worker.", "strength", "improved"),
        ("Support remains strong.", "strength", "unchanged"),
        ("Caseloads remain too high.", "concern", "unchanged"),
        ("Practice has improved, but remains too variable.", "concern", "unchanged"),
        ("Practice has improved, although pressures remain.", "strength", "improved"),
        ("The timeliness of visits has deteriorated.", "concern", "declined"),
        ("Little progress has been made.", "concern", "unchanged"),
        ("Visits are timely.", "strength", None),
        ("Plans are weak.", "concern", None),
        ("", "neutral", None),
    ],
)
def test_trend(statement: str, polarity: Polarity, trend: Trend | None) -> None:
    assert trend_of(statement, polarity) == trend
