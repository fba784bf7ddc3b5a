"""Link -> Snapshot: guarded, polite HTTP, the raw archive by content hash, and what the bytes are."""

from ingest.fetch.archive import Archive
from ingest.fetch.client import Arrived, Page
from ingest.fetch.fetcher import Fetcher
from ingest.fetch.guard import Guard
from ingest.fetch.journal import Journal, stopped
from ingest.fetch.local import file_etag
from ingest.fetch.sniff import sniff

__all__ = ["Archive", "Arrived", "Fetcher", "Guard", "Journal", "Page", "file_etag", "sniff", "stopped"]
