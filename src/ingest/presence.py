"""What became of known items: gone, no longer announced, back again, or moved to another address. Pure.

A feed or a newsroom's first page drops old items every day, so not being announced means nothing there. It does
in a folder, and on a provider page of Ofsted's, which lists all that there is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urljoin

from ingest.model import Document, Link, Move, MoveReason, Snapshot, Source, Validator, Withdrawal


def unannounced(
    source: Source, stored: Mapping[str, Link], announced: Mapping[str, Link], *, is_whole: bool
) -> frozenset[str]:
    """Return the stored addresses that a page which lists everything has no more."""
    missing = {url: link for url, link in stored.items() if url not in announced}
    if source.kind == "folder":
        return frozenset(missing) if is_whole else frozenset()
    # A provider's page was read where one of its documents is announced now.
    read = {link.urn for link in announced.values() if link.urn}
    return frozenset(url for url, link in missing.items() if link.urn in read)


def withdrawals(gone: Iterable[str], missing: Iterable[str]) -> tuple[Withdrawal, ...]:
    """Return what is to be noted as withdrawn; what is gone needs no other reason."""
    reasons = dict.fromkeys(missing, "unannounced") | dict.fromkeys(gone, "gone")
    return tuple(
        Withdrawal(url, "gone" if reason == "gone" else "unannounced") for url, reason in reasons.items()
    )


def restored(
    withdrawn: Iterable[Withdrawal], answered: Collection[str], announced: Collection[str]
) -> tuple[str, ...]:
    """Return the withdrawn addresses that are there again: answered, or announced anew."""
    back = {"gone": answered, "unannounced": announced}
    return tuple(item.url for item in withdrawn if item.url in back[item.reason])


def moves(
    snapshots: Sequence[Snapshot],
    lost: Mapping[str, Link],
    validators: Mapping[str, Validator],
    canonical: Mapping[str, str],
    new: Collection[str],
) -> tuple[Move, ...]:
    """Find the documents that stand at a new address.

    Each lost address is taken once, and only where it is the one candidate: many addresses that lead to one
    page lead to a notice.

    Args:
        snapshots: what was fetched.
        lost: links of stored items that are no longer announced, by address.
        validators: what is known of every address, this run's answers included.
        canonical: stored address -> the address that its page calls its own.
        new: addresses that were never fetched before.
    """
    by_redirect: defaultdict[str, list[str]] = defaultdict(list)
    by_canonical: defaultdict[str, list[str]] = defaultdict(list)
    by_bytes: defaultdict[str, list[str]] = defaultdict(list)
    for url in lost:
        known = validators.get(url)
        if known and known.final_url and known.final_url != url:
            by_redirect[known.final_url].append(url)
        if known and known.content_hash:
            by_bytes[known.content_hash].append(url)
        if canonical.get(url, url) != url:
            by_canonical[canonical[url]].append(url)
    found: list[Move] = []
    taken: set[str] = set()
    for snapshot in snapshots:
        url = snapshot.link.url
        if url not in new or snapshot.link.home:
            continue
        back = [snapshot.final_url] if snapshot.final_url in lost else []
        signs: dict[MoveReason, list[str]] = {
            "redirect": by_redirect[url] or back,
            "canonical": by_canonical[url],
            "same_bytes": by_bytes[snapshot.content_hash],
        }
        for reason, candidates in signs.items():
            if len(candidates) == 1 and candidates[0] not in taken:
                taken.add(candidates[0])
                found.append(move(url, lost[candidates[0]], reason))
                break
    return tuple(found)


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
            found.append(move(url, before, "canonical"))
    return tuple(found)


def move(url: str, before: Link, reason: MoveReason) -> Move:
    """Return the move of a document to `url`."""
    return Move(url, before.url, before.home or before.url, reason)


def own_address(canonical: str | None, final_url: str) -> str:
    """Return the address that a page calls its own, or "" where it names none."""
    try:
        return urljoin(final_url, canonical.strip()) if canonical else ""
    except ValueError:
        return ""


def leads_on(known: Validator | None) -> bool:
    """Say whether an address led to another when it was last asked."""
    return known is not None and known.final_url not in (None, known.url)


def moved_document(document: Document, move: Move | None) -> Document:
    """Return the document as the one that has moved to its address."""
    return replace(document, snapshot=moved_here(document.snapshot, move))


def moved_here(snapshot: Snapshot, move: Move | None) -> Snapshot:
    """Return the snapshot as one of the document that has moved to its address."""
    return replace(snapshot, link=replace(snapshot.link, home=move.home)) if move else snapshot
