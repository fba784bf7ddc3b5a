"""A newsroom and a client that reaches it the way the fetcher does: through its proxy."""

from collections.abc import Iterator

import httpx
import pytest

from ingest.sample import Newsroom


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom() as newsroom:
        yield newsroom


@pytest.fixture
def client(room: Newsroom) -> Iterator[httpx.Client]:
    with httpx.Client(proxy=room.proxy_url, trust_env=False) as through_proxy:
        yield through_proxy
