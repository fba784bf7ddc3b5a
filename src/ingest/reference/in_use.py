"""The gazetteer of this process: the package's own, and the user's names where a run has said so."""

from __future__ import annotations

from functools import lru_cache

from ingest.reference.authorities import Gazetteer, read_authorities, read_bodies
from ingest.reference.own_names import OwnName, extended

_in_use: tuple[OwnName, ...] = ()


def use_names(names: tuple[OwnName, ...]) -> None:
    """Add the user's names to what `load` returns from now on, in place of those that were added before."""
    global _in_use
    _in_use = names


def names_in_use() -> tuple[OwnName, ...]:
    """Return the user's names, to be handed to worker processes."""
    return _in_use


def load() -> Gazetteer:
    """Return the gazetteer, made once a process; raise ConfigError where the package's data is bad."""
    return _load(_in_use)


@lru_cache(maxsize=2)
def _load(names: tuple[OwnName, ...]) -> Gazetteer:
    return extended(packaged(), names) if names else packaged()


@lru_cache(maxsize=1)
def packaged() -> Gazetteer:
    """Return the gazetteer of the package alone."""
    authorities = read_authorities()
    return Gazetteer(authorities, read_bodies(a.gss for a in authorities))
