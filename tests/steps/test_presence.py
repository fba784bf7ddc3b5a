"""What became of known items, told from what one run saw of them; no network, no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.load.presence import KnownAddresses
from ingest.model import Link, Snapshot, Source, Validator, Withdrawal
from ingest.steps.presence import Seen, Settled, settle

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FEED = Source("news", "News", "P", "feed", "https://news.example/feed")
OFSTED = replace(FEED, kind="ofsted")
NOBODY = KnownAddresses({}, frozenset(), {}, ())


def link(name: str, **given: object) -> Link:
    return Link("news", f"https://news.example/{name}", **given)  # type: ignore[arg-type]


def arrived(name: str, leads_to: str = "", content_hash: str = "", **given: object) -> Snapshot:
    at = link(name, **given)
    final = link(leads_to or name).url
    return Snapshot(at, final, content_hash or name, "text/html", None, 1, NOW)


def known(*names: str, **given: object) -> dict[str, Validator]:
    """What is remembered of these: the bytes of each are called as it is."""
    return {
        link(name).url: replace(
            Validator(link(name).url, content_hash=name, final_url=link(name).url), **given
        )  # type: ignore[arg-type]
        for name in names
    }


def seen(*announced: Link, **given: object) -> Seen:
    values: dict[str, object] = {
        "is_whole": True, "is_cut": False, "validators": (), "snapshots": (), "gone": frozenset(), "answered": (),
    }  # fmt: skip
    return Seen({one.url: one for one in announced}, **(values | given))  # type: ignore[arg-type]


def settled(
    sight: Seen,
    stored: tuple[Link, ...],
    remembered: dict[str, Validator] | None = None,
    source: Source = FEED,
    addresses: KnownAddresses = NOBODY,
) -> Settled:
    return settle(source, sight, {one.url: one for one in stored}, remembered or {}, addresses)


def test_what_a_feed_drops_is_lost_and_not_withdrawn() -> None:
    old, new = link("old"), link("new")
    result = settled(seen(new), (old, new))
    assert (result.lost, result.withdrawn) == ((old,), ())
    assert settled(seen(new, is_whole=False), (old, new)).lost == (), (
        "it may stand on a page that was not read"
    )


@pytest.mark.parametrize(
    ("urn", "is_cut", "withdrawn"),
    [("1", False, True), ("1", True, False), ("2", False, False), (None, False, False)],
)
def test_what_a_page_that_lists_everything_has_no_more_is_withdrawn(
    urn: str | None, is_cut: bool, withdrawn: bool
) -> None:
    old = link("old", urn=urn)
    result = settled(seen(link("new", urn="1"), is_cut=is_cut, is_whole=False), (old,), source=OFSTED)
    assert result.withdrawn == ((Withdrawal(old.url, "unannounced"),) if withdrawn else ())


def test_what_is_gone_from_a_folder_is_withdrawn_if_it_was_in_it(tmp_path: Path) -> None:
    folder = replace(FEED, kind="folder", url=str(tmp_path))
    inside, outside = link("in", path=str(tmp_path / "a.pdf")), link("out", path="/elsewhere/a.pdf")
    result = settled(seen(), (inside, outside, link("web")), source=folder)
    assert result.withdrawn == (Withdrawal(inside.url, "unannounced"),)
    assert result.lost == (inside,)


def test_what_answers_404_is_withdrawn() -> None:
    old = link("old")
    result = settled(seen(old, gone=frozenset({old.url})), (old,))
    assert result.withdrawn == (Withdrawal(old.url, "gone"),)


@pytest.mark.parametrize(
    ("reason", "sight", "is_back"),
    [
        ("gone", {"answered": (link("old").url,)}, True),
        ("gone", {}, False),
        ("unannounced", {}, True),
    ],
)
def test_what_was_withdrawn_is_back_where_it_was_missed(
    reason: str, sight: dict[str, object], is_back: bool
) -> None:
    old = link("old")
    addresses = replace(NOBODY, withdrawn=(Withdrawal(old.url, reason),))  # type: ignore[arg-type]
    result = settled(seen(old, **sight), (old,), addresses=addresses)
    assert result.restored == ((old.url,) if is_back else ())


def test_the_same_bytes_at_a_new_address_are_the_old_document() -> None:
    old, new = link("old"), link("new")
    sight = seen(new, snapshots=(arrived("new", content_hash="old"),))
    result = settled(sight, (old,), known("old"))
    (move,) = result.moves
    assert (move.url, move.moved_from, move.home, move.reason) == (new.url, old.url, old.url, "same_bytes")
    assert (result.lost, result.snapshots[0].link.home) == ((), old.url)
    again = settled(
        seen(link("newest"), snapshots=(arrived("newest", content_hash="old"),)),
        (replace(old, home="h"),),
        known("old"),
    )
    assert again.moves[0].home == "h", "its id is made of where it was first"


def test_a_redirect_either_way_is_a_move() -> None:
    old, new = link("old"), link("new")
    forward = settled(seen(new, snapshots=(arrived("new"),)), (old,), known("old", final_url=new.url))
    back = settled(seen(new, snapshots=(arrived("new", leads_to="old"),)), (old,), known("old"))
    assert [result.moves[0].reason for result in (forward, back)] == ["redirect", "redirect"]


def test_a_page_that_called_its_new_address_its_own_has_moved_there() -> None:
    old, new = link("old"), link("new")
    addresses = replace(NOBODY, canonical={old.url: new.url})
    result = settled(seen(new, snapshots=(arrived("new"),)), (old,), known("old"), addresses=addresses)
    assert result.moves[0].reason == "canonical"


def test_what_is_still_announced_has_not_moved() -> None:
    old, new = link("old"), link("new")
    copy = seen(old, new, snapshots=(arrived("new", content_hash="old"),))
    assert settled(copy, (old,), known("old")).moves == ()


def test_many_that_lead_to_one_lead_to_a_notice() -> None:
    stored = (link("one"), link("two"))
    sight = seen(link("new"), snapshots=(arrived("new", content_hash="same"),))
    result = settled(sight, stored, known("one", "two", content_hash="same"))
    assert (result.moves, result.lost) == ((), stored)


def test_each_is_taken_once_and_only_by_what_is_new() -> None:
    old = link("old")
    two = (arrived("new", content_hash="old"), arrived("other", content_hash="old"))
    result = settled(seen(link("new"), link("other"), snapshots=two), (old,), known("old"))
    assert [move.url for move in result.moves] == [link("new").url]
    for before in (known("old", "new"), known("old")):
        home = "" if len(before) == 2 else "https://news.example/first"
        sight = seen(link("new"), snapshots=(arrived("new", content_hash="old", home=home),))
        assert settled(sight, (old,), before).moves == ()


def test_what_came_by_the_address_that_was_left_is_left_out() -> None:
    old, new = link("old"), link("new")
    sight = seen(
        new,
        gone=frozenset({old.url}),
        snapshots=(arrived("old", leads_to="new"), arrived("new", content_hash="old")),
    )
    result = settled(sight, (old,), known("old"))
    assert [snapshot.link.url for snapshot in result.snapshots] == [new.url]
    assert result.withdrawn == ()
