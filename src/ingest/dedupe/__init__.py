"""Same document, near-duplicate, same story: pure functions over texts and readings."""

from ingest.dedupe.duplicates import find_duplicates
from ingest.dedupe.matching import Matcher
from ingest.dedupe.stories import ruled, story_links
from ingest.dedupe.versions import version_hash
from ingest.dedupe.visits import resolve_visits
from ingest.dedupe.word_diff import word_diff

__all__ = [
    "Matcher",
    "find_duplicates",
    "resolve_visits",
    "ruled",
    "story_links",
    "version_hash",
    "word_diff",
]
