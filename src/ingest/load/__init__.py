"""The warehouse: migrate, write, read, link, publish. The only room that imports duckdb.

`Warehouse` is the writer's side, `Reader` answers questions; both live on one DuckDB file.
"""

from ingest.load.checks import CheckFailure
from ingest.load.publish import open_published, open_reader, publish
from ingest.load.reader import Counts, Reader
from ingest.load.site_reader import site_content
from ingest.load.stored import StoredDocument, StoredGrade, StoredInspection
from ingest.load.writer import Warehouse

__all__ = [
    "CheckFailure",
    "Counts",
    "Reader",
    "StoredDocument",
    "StoredGrade",
    "StoredInspection",
    "Warehouse",
    "open_published",
    "open_reader",
    "publish",
    "site_content",
]
