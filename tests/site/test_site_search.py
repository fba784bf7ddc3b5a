"""The index of the search: every entry under each of its stems, and nowhere else."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.site.search import SHARD, Entry, entries, index_files, stem, tokens


def load(script: str):
    """Return (name, data) of a file of the index."""
    assert script.startswith('ingestSearch.take("')
    assert script.endswith(");\n")
    name, _, data = script.removeprefix('ingestSearch.take("').removesuffix(");\n").partition('",')
    return name, json.loads(data)


def holders(files: dict[str, str], term: str) -> set[int]:
    script = files.get(f"search/terms-{term[:2]}.js")
    gaps = load(script)[1].get(term) if script else None
    found, at = set(), 0
    for gap in gaps.split(" ") if gaps else ():
        at += int(gap, 36)
        found.add(at)
    return found


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("leavers", "leaver"), ("families", "family"), ("waiting", "wait"), ("waited", "wait"),
        ("planning", "plan"), ("plans", "plan"), ("assess", "assess"), ("status", "status"), ("care", "care"),
        ("services", "servic"), ("service", "servic"), ("used", "used"), ("falling", "fall"),
    ],
)  # fmt: skip
def test_endings_are_cut(word, root):
    assert stem(word) == root


def test_words_are_folded_and_those_that_say_nothing_left_out():
    assert tokens("The Children’s CAFÉ in O'Hara’s 16-year-olds") == [
        "children",
        "cafe",
        "ohara",
        "16",
        "year",
        "old",
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text('abcdes’ –é19\u2028</"', max_size=40), min_size=1, max_size=30))
def test_each_entry_stands_under_its_stems_and_nowhere_else(world_texts):
    found = [Entry(text, (text,) * 8, "", "concern", (), date(2020, 1, 1)) for text in world_texts]
    files = index_files(found, EMPTY)
    everything = {term for text in world_texts for term in tokens(text)}
    for term in everything:
        assert holders(files, term) == {n for n, text in enumerate(world_texts) if term in tokens(text)}
    listed = {term for path, script in files.items() if "terms-" in path for term in load(script)[1]}
    assert listed == everything
    for number, entry in enumerate(found):
        assert load(files[f"search/docs-{number // SHARD}.js"])[1][number % SHARD] == list(entry.shown)
    assert all("<" not in script and "\u2028" not in script for script in files.values())


class _Empty:
    places = ()
    subjects = ()


EMPTY = _Empty()


def test_facets_say_what_an_entry_can_be_filtered_by(world):
    content = world.content()
    found = entries(content)
    files = index_files(found, content)
    _, facets = load(files["search/facets.js"])
    assert facets["count"] == len(found) == len(facets["polarity"])
    number = next(n for n, entry in enumerate(found) if "Pathway plans are reviewed" in entry.words)
    assert facets["places"][int(facets["place"].split(",")[number])] == world.county.gss
    assert facets["polarities"][int(facets["polarity"][number])] == "strength"
    assert facets["theme"].split(",")[number]
    days = int(facets["day"].split(",")[number], 36)
    assert date.fromordinal(date(2000, 1, 1).toordinal() + days) == date(2026, 6, 8)


def test_new_statements_are_added_at_the_end(world):
    """So that the files of older ones stay as they are."""
    shown = world.shown()
    newer = [entry.words for entry in entries(world.content(shown)) if entry.polarity != "page"]
    assert newer[0].startswith("“Too few care leavers are in work.”")
