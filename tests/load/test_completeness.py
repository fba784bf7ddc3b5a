"""What Ofsted's listing announces now, beside what is stored."""

from __future__ import annotations

from datetime import timedelta

from ingest.load.completeness import listed_by_ofsted
from ingest.model import Link, Move


def test_what_moved_on_is_left_out_and_what_came_back_is_not(warehouse, build):
    links = [Link("ofsted", f"https://ofsted.example/{name}", urn="80459") for name in ("a", "b", "other")]
    a, b, other = (link.url for link in links)
    warehouse.store(build.batch(source_id="ofsted", links=tuple(links)), "r1", build.now)

    def listed():
        return [link.url for link in listed_by_ofsted(warehouse.reader)]

    assert listed() == [a, b, other]
    there, back = Move(b, a, a, "redirect"), Move(a, b, a, "redirect")
    for days, move, left in ((1, there, [b, other]), (2, back, [a, other]), (3, there, [b, other])):
        at = build.now + timedelta(days=days)
        warehouse.store(build.batch(source_id="ofsted", moves=(move,)), "r1", at)
        assert listed() == left
