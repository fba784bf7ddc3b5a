"""The warehouse: migrate, write, read, link, publish. The only room that imports duckdb.

`Warehouse` is the writer's side, `Reader` answers questions; both live on one DuckDB file, or on a DuckLake.
"""

from ingest.load.checks import CheckFailure, all_checks
from ingest.load.dictionary import Column, Relation
from ingest.load.export import FORMS, RELEASED, Exported
from ingest.load.polling import Poll
from ingest.load.publish import publish
from ingest.load.reader import Counts, Reader
from ingest.load.results import FORMATS, Format, open_target
from ingest.load.search import Hit, Hits, SearchIndex, Wanted, has_index, refresh_index
from ingest.load.site_reader import site_content
from ingest.load.sqlfiles import worked_queries
from ingest.load.storage import open_published, open_reader, open_settled
from ingest.load.stored import StoredDocument, StoredGrade, StoredInspection
from ingest.load.writer import Warehouse

__all__ = [
    "FORMATS",
    "FORMS",
    "RELEASED",
    "CheckFailure",
    "Column",
    "Counts",
    "Exported",
    "Format",
    "Hit",
    "Hits",
    "Poll",
    "Reader",
    "Relation",
    "SearchIndex",
    "StoredDocument",
    "StoredGrade",
    "StoredInspection",
    "Wanted",
    "Warehouse",
    "all_checks",
    "has_index",
    "open_published",
    "open_reader",
    "open_settled",
    "open_target",
    "publish",
    "refresh_index",
    "site_content",
    "worked_queries",
]
