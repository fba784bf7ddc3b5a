"""The bundled sample: a small newsroom of our own writing, shown over loopback HTTP.

Every page restates public facts in the project's own words and says so. Addresses lie under the
reserved domain `.example` and are reached through the newsroom's own proxy, so that they stay the
same from run to run whatever port the server got.
"""

from importlib.resources import files
from pathlib import Path

from ingest.sample.server import Newsroom, Request

__all__ = ["Newsroom", "Request", "sources_path", "watches_path"]


def sources_path() -> Path:
    """The catalogue of the sample: one source of every kind that a network can offer."""
    return Path(str(files(__name__) / "sources.toml"))


def watches_path() -> Path:
    """The watches of the sample, mailed to addresses under example.org."""
    return Path(str(files(__name__) / "watches.toml"))
