"""The search for garbage rests while a block runs, and works again after it, however it ends."""

from __future__ import annotations

import gc

import pytest

from ingest.collector import collector_at_rest


def test_it_rests_in_the_block_and_works_after_it() -> None:
    with collector_at_rest(), collector_at_rest():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_an_error() -> None:
    with pytest.raises(RuntimeError), collector_at_rest():
        raise RuntimeError
    assert gc.isenabled()


def test_it_stays_off_where_somebody_has_turned_it_off() -> None:
    gc.disable()
    try:
        with collector_at_rest():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
