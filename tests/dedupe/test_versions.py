"""What makes a new version of a page, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dedupe import version_hash, word_diff
from ingest.dedupe.word_diff import MOST_CHARACTERS
from ingest.extract.compose import Composer
from ingest.extract.html import extract_html
from ingest.model import Extracted


def page(
    *extra: str, body: str = "Exampleshire was visited in May. Plans were clear.", title: str = "A visit"
) -> str:
    """The hash of an article with what a site puts around it."""
    inside = f"<h1>{title}</h1>{''.join(extra[:1])}<p>{body}</p>{''.join(extra[1:])}"
    markup = f"<html><body><article>{inside}</article></body></html>"
    return version_hash(extract_html(markup, content="article"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>Last updated: 3 May 2026</p>", "<p>Last updated: 12 June 2026</p>"),
        ("<p>Last updated on Tuesday 3rd May 2026 at 10:14am</p>", "<p>Page last reviewed 12/06/2026</p>"),
        ("<p>Published 2 hours ago</p>", "<p>Published 3 days ago</p>"),
        ("<p>1,234 views</p>", "<p>2.1k views</p>"),
        (
            "<p>By Press Office | 5 min read | 3 comments</p>",
            "<p>By Press Office | 6 min read | 17 comments</p>",
        ),
        ("<p>Views: 12</p>", ""),
        ("<p>Share this on Facebook</p>", "<p>Print this page</p>"),
        ("<p>Printed on: 03/05/2026 10:14</p>", "<p>Printed on: 04/05/2026 11:02</p>"),
    ],
)
def test_dates_of_update_and_counters_make_no_version(one: str, other: str) -> None:
    assert page(one) == page(other)
    assert page("", one) == page("", other)


@pytest.mark.parametrize(
    "links",
    [
        "<h2>Related news</h2><ul><li>A new school</li><li>Bins at Easter</li></ul>",
        "<h2>Latest stories</h2><h3>A new school opens</h3><h3>Bins at Easter</h3>",
        "<p>You may also like</p><p>A new school opens in spring</p>",
        "<h3>More from Exampleshire</h3><p>Bins at Easter</p><p>A road is mended</p>",
    ],
)
def test_lists_of_other_pages_make_no_version(links: str) -> None:
    assert page("", links) == page("", links.replace("Easter", "Christmas").replace("school", "bridge"))
    assert page("", links) == page()


def test_a_list_of_other_pages_stays_out_however_long_its_teasers_are() -> None:
    def teasing(town: str) -> Extracted:
        composer = Composer()
        composer.add("paragraph", "Exampleshire was visited in May.")
        composer.add("heading", "Read next", level=2)
        composer.add("bullet", f"A new school opens in {town}, " + "as everybody there had long wished, " * 9)
        composer.add("paragraph", "Plans were clear. " * 15)
        return Extracted("A visit", composer.text, composer.blocks)

    assert version_hash(teasing("Anytown")) == version_hash(teasing("Othertown"))


@pytest.mark.parametrize(
    "changed",
    [
        {"body": "Exampleshire was visited in June. Plans were clear."},
        {"body": "Exampleshire was visited in May. Plans were not clear."},
        {"title": "A visit, corrected"},
    ],
)
def test_a_changed_word_makes_a_version(changed: dict[str, str]) -> None:
    assert page(**changed) != page()
    assert page("<p>Last updated: 3 May 2026</p>", **changed) != page("<p>Last updated: 3 May 2026</p>")


def test_in_prose_a_figure_is_no_counter() -> None:
    told = "Inspectors met the director and read {} comments of parents about the help that they had from the council."
    assert page(body=told.format(12)) != page(body=told.format(14))


def test_what_follows_the_links_counts_again() -> None:
    links = (
        "<h2>Read more</h2><ul><li>Bins</li></ul><h2>Notes to editors</h2><p>The visit cost {} pounds.</p>"
    )
    assert page("", links.format(5)) != page("", links.format(6))


def test_the_words_of_a_change_with_their_places() -> None:
    old = "Leaders know their services.\n\nPlans were written late in May and few were read."
    new = "Leaders know their services well.\n\nPlans were written late in June and few were read.\n\nNew."
    change = word_diff(old, new)
    assert [(hunk.old_words, hunk.new_words) for hunk in change.hunks] == [
        ("services.", "services well."),
        ("May", "June"),
        ("", "New."),
    ]
    assert (change.words_removed, change.words_added, change.old_title) == (2, 4, None)


def test_the_same_text_has_no_hunks() -> None:
    assert word_diff("One two.\n\nThree.", "One two.\n\nThree.").hunks == ()


def test_long_texts_are_bounded() -> None:
    old = "\n\n".join(f"Word{n} " * 20 for n in range(3000))
    other = " ".join(f"old{n}" for n in range(5000))
    another = " ".join(f"new{n}" for n in range(5000))
    change = word_diff(f"{old}\n\n{other}", f"{old}\n\n{another}")
    assert change.is_coarse
    (hunk,) = change.hunks
    assert (change.words_removed, change.words_added) == (5000, 5000)
    assert len(hunk.old_words) == len(hunk.new_words) == MOST_CHARACTERS


words = st.lists(
    st.sampled_from(["plans", "were", "late", "not", "May", "\n\n", "children"]), max_size=40
).map(" ".join)


@settings(max_examples=200)
@given(words, words)
def test_the_hunks_lead_from_one_text_to_the_other(old: str, new: str) -> None:
    change = word_diff(old, new)
    rebuilt, place = [], 0
    for hunk in change.hunks:
        assert old[hunk.old_start : hunk.old_end] == hunk.old_words
        assert new[hunk.new_start : hunk.new_end] == hunk.new_words
        rebuilt += [old[place : hunk.old_start], " ", hunk.new_words, " "]
        place = hunk.old_end
    rebuilt.append(old[place:])
    assert "".join(rebuilt).split() == new.split()
    assert bool(change.hunks) == (old.split() != new.split())


def test_a_page_without_blocks_has_a_version_as_well() -> None:
    composer = Composer()
    assert version_hash(Extracted("", composer.text, composer.blocks))
