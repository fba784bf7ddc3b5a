"""Python's search for garbage in cycles, which takes a quarter of the time in which many records are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Look for no cycles while the block runs; for blocks that make many objects and no cycles.

    Threads may leave such blocks in any order: the first that ends lets the collector work again.
    """
    works = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if works:
            gc.enable()
