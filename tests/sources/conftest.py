"""Fixtures of the sources room: small saved pages and a maker of Source records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.model import Source

PAGES = Path(__file__).parents[1] / "pages" / "sources"


@pytest.fixture
def saved() -> Callable[[str], bytes]:
    """The bytes of a page saved for these tests."""
    return lambda name: (PAGES / name).read_bytes()


@pytest.fixture
def make_source() -> Callable[..., Source]:
    def make(kind: str, url: str, **facts: object) -> Source:
        return Source("example", "Example", "Example Press", kind, url, **facts)  # type: ignore[arg-type]

    return make
