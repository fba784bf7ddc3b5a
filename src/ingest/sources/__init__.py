"""Where new items are announced: bytes in, Links out. No clock, no network, no database."""

from ingest.sources.announce import parse
from ingest.sources.announcement import Announcement
from ingest.sources.catalogue import load_catalogue, select
from ingest.sources.catch_up import CatchUp
from ingest.sources.folder import folder_source, list_folder

__all__ = ["Announcement", "CatchUp", "folder_source", "list_folder", "load_catalogue", "parse", "select"]
