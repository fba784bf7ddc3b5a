"""Facts that every stage may use: England's authorities, who delivers services for them, the themes."""

from ingest.reference.authorities import (
    Authority,
    DeliveryBody,
    Gazetteer,
    OwnName,
    load,
    names_in_use,
    use_names,
)
from ingest.reference.neighbours import load_neighbours
from ingest.reference.own_names import own_names
from ingest.reference.themes import Theme, load_themes

__all__ = [
    "Authority",
    "DeliveryBody",
    "Gazetteer",
    "OwnName",
    "Theme",
    "load",
    "load_neighbours",
    "load_themes",
    "names_in_use",
    "own_names",
    "use_names",
]
