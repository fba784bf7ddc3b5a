"""Same document, near-duplicate, same story: pure functions over texts and readings."""

from ingest.dedupe.duplicates import find_duplicates, shingles
from ingest.dedupe.stories import story_links
from ingest.dedupe.versions import version_hash
from ingest.dedupe.visits import resolve_visits
from ingest.dedupe.word_diff import word_diff

__all__ = ["find_duplicates", "resolve_visits", "shingles", "story_links", "version_hash", "word_diff"]
