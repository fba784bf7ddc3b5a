"""Same document, near-duplicate, same story: pure functions over texts and readings."""

from ingest.dedupe.duplicates import find_duplicates, shingles
from ingest.dedupe.stories import story_links

__all__ = ["find_duplicates", "shingles", "story_links"]
