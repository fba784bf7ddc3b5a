"""Link -> Snapshot: guarded, polite HTTP, the raw archive by content hash, and what the bytes are."""

from ingest.fetch.archive import Archive
from ingest.fetch.client import Fetcher, Page, file_etag
from ingest.fetch.guard import Guard
from ingest.fetch.sniff import sniff

__all__ = ["Archive", "Fetcher", "Guard", "Page", "file_etag", "sniff"]
