"""What became of known items: gone, no longer announced, back again, or moved to another address.

A feed or a newsroom's first page drops old items every day, so not being announced means nothing there. It does
in a folder, and on a provider page of Ofsted's, which lists all that there is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.load.presence import KnownAddresses, own_address
from ingest.model import Document, Link, Move, MoveReason, Snapshot, Source, Validator, Withdrawal


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run saw of the items of one source."""

    announced: Mapping[str, Link]
    """Everything on the pages that were read, wanted or not."""
    is_whole: bool
    """True where all pages were read."""
    is_cut: bool
    """True where a page broke off before its end."""
    validators: tuple[Validator, ...]
    snapshots: tuple[Snapshot, ...]
    gone: frozenset[str]
    """Known addresses where there is nothing any more (404, 410)."""
    answered: Collection[str]
    """Addresses that answered with a document, changed or not."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the known items of one source."""

    snapshots: tuple[Snapshot, ...]
    """Those of documents that have moved say so in their links; what came by their old addresses is left out."""
    moves: tuple[Move, ...]
    lost: tuple[Link, ...]
    """Stored items that are announced no more and were not found elsewhere."""
    withdrawn: tuple[Withdrawal, ...]
    restored: tuple[str, ...]


def settle(
    source: Source,
    seen: Seen,
    stored: Mapping[str, Link],
    known: Mapping[str, Validator],
    addresses: KnownAddresses,
) -> Settled:
    """Tell what moved, what was withdrawn and what is back.

    Args:
        source: where it was announced.
        seen: what this run saw of it.
        stored: all that it ever announced, by address.
        known: what was remembered of its addresses before this run.
        addresses: what is stored of moves and withdrawals.
    """
    missing = _unannounced(source, stored, seen)
    is_whole = seen.is_whole and source.kind != "folder"
    now_known = {**known, **{validator.url: validator for validator in seen.validators}}
    lost = {
        url: link
        for url, link in stored.items()
        if url not in seen.announced
        and (is_whole or url in missing or url in seen.gone or _leads_on(now_known.get(url)))
    }
    new = [s for s in seen.snapshots if s.link.url not in known and not s.link.home]
    moves = {move.url: move for move in _moves(new, lost, now_known, addresses.canonical)}
    left = {move.moved_from for move in moves.values()}
    reasons = dict.fromkeys(missing - left, "unannounced") | dict.fromkeys(seen.gone - left, "gone")
    back = {"gone": seen.answered, "unannounced": seen.announced}
    return Settled(
        snapshots=tuple(
            _moved_here(s, moves.get(s.link.url)) for s in seen.snapshots if s.link.url not in left
        ),
        moves=tuple(moves.values()),
        lost=tuple(link for url, link in lost.items() if url not in left),
        withdrawn=tuple(
            Withdrawal(url, "gone" if reason == "gone" else "unannounced") for url, reason in reasons.items()
        ),
        restored=tuple(item.url for item in addresses.withdrawn if item.url in back[item.reason]),
    )


def canonical_moves(
    documents: Iterable[Document], lost: Iterable[Link], texts: Mapping[str, str]
) -> tuple[Move, ...]:
    """Find the pages that call a lost address their own and say what stood there; seen only once they are read.

    Args:
        documents: what was read.
        lost: links of stored items that are no longer announced.
        texts: hashes of the texts that are stored, by address.
    """
    candidates = {link.url: link for link in lost}
    found: list[Move] = []
    for document in documents:
        snapshot = document.snapshot
        url, own = snapshot.link.url, own_address(document.extracted.canonical_url, snapshot.final_url)
        if url in texts or snapshot.link.home or texts.get(own) != document.text_hash:
            continue
        before = candidates.pop(own, None)
        if before:
            found.append(_move(url, before, "canonical"))
    return tuple(found)


def moved_document(document: Document, move: Move | None) -> Document:
    """Return the document as the one that has moved to its address."""
    return replace(document, snapshot=_moved_here(document.snapshot, move))


def _unannounced(source: Source, stored: Mapping[str, Link], seen: Seen) -> frozenset[str]:
    """Return the stored addresses that a page which lists everything has no more."""
    if seen.is_cut:
        return frozenset()
    missing = {url: link for url, link in stored.items() if url not in seen.announced}
    if source.kind == "folder":
        # Files of other folders that were read before are announced elsewhere.
        root = Path(source.url).resolve()
        return frozenset(
            u for u, link in missing.items() if link.path and Path(link.path).is_relative_to(root)
        )
    # A provider's page was read where one of its documents is announced now.
    read = {link.urn for link in seen.announced.values() if link.urn}
    return frozenset(url for url, link in missing.items() if link.urn in read)


def _moves(
    new: Sequence[Snapshot],
    lost: Mapping[str, Link],
    known: Mapping[str, Validator],
    canonical: Mapping[str, str],
) -> Iterator[Move]:
    """Yield the lost items that stand at a new address.

    Each is taken once, and only where it is the one candidate: many addresses that lead to one page lead to a
    notice.
    """
    by_redirect: defaultdict[str, list[str]] = defaultdict(list)
    by_canonical: defaultdict[str, list[str]] = defaultdict(list)
    by_bytes: defaultdict[str, list[str]] = defaultdict(list)
    for url in lost:
        validator = known.get(url)
        if validator and validator.final_url and validator.final_url != url:
            by_redirect[validator.final_url].append(url)
        if validator and validator.content_hash:
            by_bytes[validator.content_hash].append(url)
        if canonical.get(url, "") not in ("", url):
            by_canonical[canonical[url]].append(url)
    taken: set[str] = set()
    for snapshot in new:
        url = snapshot.link.url
        signs: dict[MoveReason, list[str]] = {
            "redirect": by_redirect[url] or [snapshot.final_url] * (snapshot.final_url in lost),
            "canonical": by_canonical[url],
            "same_bytes": by_bytes[snapshot.content_hash],
        }
        for reason, candidates in signs.items():
            if len(candidates) == 1 and candidates[0] not in taken:
                taken.add(candidates[0])
                yield _move(url, lost[candidates[0]], reason)
                break


def _move(url: str, before: Link, reason: MoveReason) -> Move:
    return Move(url, before.url, before.home or before.url, reason)


def _leads_on(known: Validator | None) -> bool:
    """Say whether an address led to another when it was last asked."""
    return known is not None and known.final_url not in (None, known.url)


def _moved_here(snapshot: Snapshot, move: Move | None) -> Snapshot:
    return replace(snapshot, link=replace(snapshot.link, home=move.home)) if move else snapshot
