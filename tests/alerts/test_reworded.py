"""Corrected sentences with their old and new words, and follow-ups that say of what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.alerts import compose, match
from ingest.alerts.reworded import reworded
from ingest.model import FollowedEvent
from ingest.quoting import PRESS_CHARACTERS
from ingest.wording import tidy

LATE = "Plans for care leavers are written too late."
GOOD = "Plans for care leavers are written on time."
_WORDS = st.lists(st.sampled_from(["plans", "are", "late", "“never”", "made"]), min_size=1).map(" ".join)


@given(_WORDS, _WORDS)
def test_what_is_not_cut_is_whole(old, new):
    found = reworded(old, new, None)
    assert (found.old_words[1:-1], found.new_words[1:-1]) == (old, new)
    if old != new:
        assert any(is_changed for _, is_changed in (*found.old, *found.new))


@given(st.text(max_size=400), st.text(max_size=400), st.integers(60, 300))
def test_what_is_cut_is_short(old, new, most):
    found = reworded(old, new, most)
    for said, words in ((found.old_words, old), (found.new_words, new)):
        assert len(said) <= max(most, len(tidy(words))) + 2
        assert len(tidy(words)) <= most or len(said) <= most + 30


@pytest.mark.parametrize(
    ("old", "new", "summary"),
    [
        (LATE, GOOD, "“too late.” became “on time.”"),
        ("It is good.", "It is not good.", "“not” was added"),
        ("It is not good.", "It is good.", "“not” was taken out"),
        ("a x b x c x d x e", "a y b y c y d y e", ""),
    ],
)
def test_what_changed_is_named(old, new, summary):
    assert reworded(old, new, None).summary == summary


def test_a_change_far_into_a_sentence_is_shown():
    long = "word " * 200
    found = reworded(f"{long}late {long}end", f"{long}early {long}end", PRESS_CHARACTERS)
    assert ("late", True) in found.old
    assert ("early", True) in found.new
    assert len(found.new_words) <= PRESS_CHARACTERS + 2


@pytest.mark.parametrize("sort", ["letter", "article", "press_release"])
def test_a_correction_shows_both_states(newsroom, told_again, sort):
    filler = "as the text says in a great many words that go on, " * 10
    document = newsroom.letter() if sort == "letter" else newsroom.article()
    if sort == "press_release":
        document = replace(document, kind=sort)
    watch = newsroom.watch()

    def update(words, version):
        finding = newsroom.finding(f"{filler}{words}", document.document_id)
        return newsroom.update(documents=(replace(document, version=version),), findings=(finding,))

    first = told_again(watch, [update(LATE, 1)])
    second = told_again(watch, [update(GOOD, 2)], first)
    (mail,) = compose(second, [watch], [update(GOOD, 2)], (), newsroom.themes, newsroom.now)
    assert "Changed:  “too late.” became “on time.”" in mail.text
    assert "<s>too late.</s>" in mail.html
    assert "<strong>on time.</strong>”" in mail.html
    assert "Told before and unchanged" not in mail.text
    said = " ".join(mail.text[mail.text.index("Now:") : mail.text.index("Changed:")].split())
    assert (len(said) > PRESS_CHARACTERS + 20) is (sort == "letter"), "only Ofsted's words are quoted in full"


def test_a_follow_up_says_of_what(newsroom):
    update = newsroom.update(
        title="Commissioner appointed for Exampleshire",
        inspection_id=None,
        inspection_kind=None,
        started_on=None,
        ended_on=None,
        month=None,
        documents=(newsroom.article(),),
        findings=(newsroom.finding("A commissioner will report in June.", "article"),),
        follows=FollowedEvent("sif_inspection", date(2018, 5, 9)),
    )
    watch = newsroom.watch()
    alerts = match([watch], [update], {watch.name: date(2018, 1, 1)}, [], "run1", newsroom.now)
    (mail,) = compose(alerts, [watch], [update], (), newsroom.themes, newsroom.now)
    heading = "Commissioner appointed for Exampleshire (follow-up to Ofsted inspection, May 2018)"
    assert mail.subject == f"Exampleshire: {heading}: 1 concern"
    assert heading in mail.html
    assert alerts[0].said["event"] == heading
