"""Same document, near-duplicate, same story: pure functions over texts and readings."""

from ingest.dedupe.duplicates import find_duplicates
from ingest.dedupe.matching import Matcher
from ingest.dedupe.stories import ruled, story_links
from ingest.dedupe.visits import resolve_visits

__all__ = ["Matcher", "find_duplicates", "resolve_visits", "ruled", "story_links"]
