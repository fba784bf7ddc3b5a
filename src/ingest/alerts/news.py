"""What of a story was not told before. Pure.

What was told is kept with each alert, so that the same content is never told twice to one watch, and so
that what comes later can be named: Ofsted's letter after the press, a corrected text with its old and new
words, new findings, a judgement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ingest.alerts.told import Told, finding_key
from ingest.model import Coverage, FoundStatement, StoryUpdate
from ingest.wording import counted

REWORDED = 0.6
"""From this likeness on (difflib's ratio), a new sentence of a corrected text is an old one reworded."""


@dataclass(frozen=True, slots=True)
class News:
    """What a story brings that was not told."""

    fresh: tuple[str, ...] = ()
    """Keys of the findings that were not told."""
    withdrawn: tuple[str, ...] = ()
    """Keys of told findings that a corrected text no longer holds, reworded ones among them."""
    changed: tuple[tuple[str, str], ...] = ()
    """(old words, new words) of what was reworded."""
    gone: tuple[str, ...] = ()
    """The words of what was withdrawn and not reworded."""
    words: tuple[str, ...] = ()
    """Names of what is new, as a subject line has them; empty for a first telling."""


def versions(folded: Mapping[str, Coverage]) -> set[str]:
    """`document_id:version` of each original."""
    return {f"{key}:{document.version}" for key, document in folded.items()}


def news_of(
    update: StoryUpdate,
    kept: Mapping[str, FoundStatement],
    folded: Mapping[str, Coverage],
    before: Sequence[Told],
) -> News | None:
    """Compare with what was told; None where nothing in it is news.

    Not news: another copy; the same text read by newer rules; and, once Ofsted's own document was told, one
    more page that says what Ofsted found.
    """
    past = _Past.of(before)
    unseen = {key: doc for key, doc in folded.items() if f"{key}:{doc.version}" not in past.versions}
    corrected = unseen.keys() & past.documents
    has_primary = any(doc.is_primary and key in past.documents for key, doc in folded.items())
    sources = {doc.document_id: key for key, doc in unseen.items()}

    def is_news(key: str, finding: FoundStatement) -> bool:
        source = sources.get(finding.document_id)
        if key in past.said or source is None:
            return False
        restated = has_primary and finding.is_inspectorate and not unseen[source].is_primary
        return source in corrected or not restated

    fresh = {key for key, finding in kept.items() if is_news(key, finding)}
    standing = {finding_key(finding): finding for finding in update.findings}
    withdrawn = [
        key
        for key, documents in past.told_by.items()
        if not documents.isdisjoint(corrected) and key not in standing and key not in past.withdrawn
    ]
    in_corrected = {
        key: finding.quote
        for key, finding in standing.items()
        if key not in past.said and sources.get(finding.document_id) in corrected
    }
    reworded = _reworded({key: past.said[key] for key in withdrawn}, in_corrected)
    fresh -= set(reworded.values())
    gone = [key for key in withdrawn if key not in reworded]
    judged = {f"{area}={grade}" for area, grade, _ in update.judgements if grade}
    words = _words(
        arrived=[doc for key, doc in unseen.items() if doc.is_primary and key not in past.documents],
        is_corrected=bool(withdrawn) or any(sources[kept[key].document_id] in corrected for key in fresh),
        reworded=len(reworded),
        fresh=len(fresh),
        gone=len(gone),
        judged=len(judged - past.judgements) if unseen else 0,
    )
    if not words:
        return None
    return News(
        fresh=tuple(key for key in kept if key in fresh),
        withdrawn=tuple(withdrawn),
        changed=tuple((past.said[old], in_corrected[new]) for old, new in reworded.items()),
        gone=tuple(past.said[key] for key in gone),
        words=words,
    )


@dataclass(frozen=True, slots=True)
class _Past:
    """All that was told of a story, together."""

    versions: frozenset[str]
    documents: frozenset[str]
    judgements: frozenset[str]
    withdrawn: frozenset[str]
    said: dict[str, str]
    """Key of a finding -> its words."""
    told_by: dict[str, set[str]]
    """Key of a finding -> the documents that were quoted for it: it goes when one of them is corrected."""

    @classmethod
    def of(cls, records: Sequence[Told]) -> _Past:
        """Put these records together."""
        none: frozenset[str] = frozenset()
        said: dict[str, str] = {}
        told_by: dict[str, set[str]] = {}
        for record in records:
            for key, old in record.findings.items():
                said[key] = old.quote
                told_by.setdefault(key, set()).add(old.document_id)
        return cls(
            versions=none.union(*(record.documents for record in records)),
            documents=none.union(*(record.document_ids for record in records)),
            judgements=none.union(*(record.judgements for record in records)),
            withdrawn=none.union(*(record.withdrawn for record in records)),
            said=said,
            told_by=told_by,
        )


def _words(
    *, arrived: Sequence[Coverage], is_corrected: bool, reworded: int, fresh: int, gone: int, judged: int
) -> tuple[str, ...]:
    """Name what is new, the gravest first."""
    letters = [
        f"Ofsted's {'report' if doc.kind == 'ofsted_report' else 'letter'} has come" for doc in arrived
    ]
    return (
        *letters[:1],
        *(["text corrected"] if is_corrected else []),
        *([f"{counted(reworded, 'finding')} reworded"] if reworded else []),
        *([counted(fresh, "new finding")] if fresh else []),
        *([f"{counted(gone, 'finding')} withdrawn"] if gone else []),
        *([counted(judged, "new judgement")] if judged else []),
    )


def _reworded(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Pair each withdrawn sentence with the new one that is most like it; each is taken once."""
    likeness = sorted(
        (
            (SequenceMatcher(None, old_words, new_words, autojunk=False).ratio(), one, other)
            for one, old_words in old.items()
            for other, new_words in new.items()
        ),
        reverse=True,
    )
    pairs: dict[str, str] = {}
    for ratio, one, other in likeness:
        if ratio >= REWORDED and one not in pairs and other not in pairs.values():
            pairs[one] = other
    return pairs
