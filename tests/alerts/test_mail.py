"""What a mail says: subject, text and HTML."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ingest.alerts import compose, match
from ingest.alerts.render import scope

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def mail_about(newsroom):
    def make(*updates, sources=(), told=(), **changes):
        watch = newsroom.watch(authorities=None, **changes) if len(updates) > 1 else newsroom.watch(**changes)
        began = {watch.name: date(2018, 1, 1)}
        waiting = match([watch], updates, began, [alert.told for alert in told], "run1", newsroom.now)
        (mail,) = compose(waiting, [watch], updates, sources, newsroom.themes, newsroom.now)
        return mail

    return make


def test_the_golden_mail(mail_about, example, sources):
    """Set UPDATE_GOLDEN=1 to write it anew, then read the difference."""
    mail = mail_about(example, sources=sources, note="For the scrutiny committee.")
    golden = GOLDEN / "exampleshire.txt"
    shown = f"Subject: {mail.subject}\n\n{mail.text}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


def test_text_keeps_to_78_columns(mail_about, example, sources):
    text = mail_about(example, sources=sources).text
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= 78


# ---------------------------------------------------------------- subject


def _findings(newsroom, **numbers):
    return tuple(
        newsroom.finding(f"{polarity} {number}", polarity=polarity)
        for polarity, count in numbers.items()
        for number in range(count)
    )


def test_subject_of_one_story(newsroom, mail_about):
    update = newsroom.update(
        authority="Birmingham", findings=_findings(newsroom, strength=7, concern=3, neutral=2)
    )
    assert (
        mail_about(update).subject == "Birmingham: Ofsted monitoring visit, May 2018: 3 concerns, 7 strengths"
    )


def test_subject_of_several(newsroom, mail_about):
    def about(name, gss, **numbers):
        return newsroom.update(story_id=gss, gss=gss, authority=name, findings=_findings(newsroom, **numbers))

    updates = [
        about("Reading", "2", strength=9),
        about("Birmingham", "1", concern=5),
        about("Leicester", "3"),
    ]
    assert mail_about(*updates).subject == "Birmingham and 2 more: 5 concerns, 9 strengths"


def test_subject_of_several_stories_of_one_place(newsroom, mail_about):
    updates = [
        newsroom.update(),
        newsroom.update(story_id="s2", documents=(newsroom.article(),), findings=()),
    ]
    assert mail_about(*updates).subject == "Exampleshire: 2 stories: 1 concern"


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({"started_on": None}, "Exampleshire: Ofsted monitoring visit, May 2018: 1 concern"),
        (
            {"started_on": None, "month": None},
            "Exampleshire: Ofsted monitoring visit, reported June 2018: 1 concern",
        ),
        ({"inspection_kind": None, "title": "A new director"}, "Exampleshire: A new director: 1 concern"),
        (
            {"inspection_kind": "ilacs_standard", "judgements": (("overall", "requires_improvement", None),)},
            "Exampleshire: Ofsted inspection, May 2018: requires improvement overall, 1 concern",
        ),
        (
            {"findings": (), "judgements": (("leaders", "good", None),)},
            "Exampleshire: Ofsted monitoring visit, May 2018: 1 judgement",
        ),
        ({"findings": ()}, "Exampleshire: Ofsted monitoring visit, May 2018"),
    ],
)
def test_subject_says_what_is_known(newsroom, mail_about, changes, subject):
    assert mail_about(newsroom.update(**changes)).subject == subject


def test_subject_never_breaks_a_header(newsroom, mail_about):
    update = newsroom.update(inspection_kind=None, title="A\r\nBcc: x@example.org\u202e" + " word" * 100)
    subject = mail_about(update).subject
    assert subject.isprintable()
    assert len(subject) <= 150


# ---------------------------------------------------------------- what is quoted


def test_concerns_come_first_and_long_lists_are_cut(newsroom, mail_about):
    findings = _findings(newsroom, neutral=1, strength=15, recommendation=1, mixed=1, concern=1)
    text = mail_about(newsroom.update(findings=findings)).text
    heads = ["CONCERNS (1)", "STRENGTH AND CONCERN IN ONE (1)", "RECOMMENDATIONS (1)", "STRENGTHS (15)"]
    places = [text.index(head) for head in [*heads, "OTHER STATEMENTS (1)"]]
    assert places == sorted(places)
    assert "... and 3 more, not quoted here." in text


def test_what_is_only_counted_is_more_only_beside_what_is_quoted(newsroom, mail_about):
    press = [newsroom.finding(f"Short {n}.", "article", polarity="concern") for n in range(3)]
    asked = newsroom.finding("And one thing to do.", "article", polarity="recommendation")
    text = mail_about(newsroom.update(documents=(newsroom.article(),), findings=(*press, asked))).text
    assert "RECOMMENDATIONS (1)\n\n  Not quoted here." in text
    assert "more, not quoted" not in text


def test_press_is_quoted_briefly(newsroom, mail_about):
    long = [f"Sentence {number} of the article, " + "which goes on and on, " * 4 for number in range(6)]
    findings = tuple(newsroom.finding(words, "article") for words in long)
    update = newsroom.update(documents=(newsroom.article(),), findings=findings)
    text = mail_about(update).text
    assert [words[:10] in text for words in long] == [True, True, False, False, False, False]
    assert "... and 4 more" in text
    short = tuple(newsroom.finding(f"Short {number}.", "article") for number in range(6))
    text = mail_about(replace(update, findings=short)).text
    assert [f"Short {number}." in text for number in range(6)] == [True, True, True, False, False, False]
    endless = (newsroom.finding("word " * 200, "article"),)
    text = mail_about(replace(update, findings=endless)).text
    assert text.count("word ") + text.count("word\n") + text.count("word…") == 60
    assert "word…”" in text


def test_an_update_shows_what_is_new_and_counts_the_rest(newsroom, mail_about):
    watch = newsroom.watch()
    old = newsroom.update(findings=_findings(newsroom, concern=2))
    first = match([watch], [old], {watch.name: date(2018, 1, 1)}, [], "run1", newsroom.now)
    added = newsroom.finding("Added.")
    corrected = replace(old, documents=(newsroom.letter(version=2),), findings=(*old.findings, added))
    mail = mail_about(corrected, told=first)
    assert "Update: text corrected, 1 new finding." in mail.text
    assert "“Added.”\n  Ofsted, page 2; new\n" in mail.text
    assert "concern 0" not in mail.text
    assert "Told before and unchanged: 2 concerns." in mail.text
    assert mail.subject.endswith("May 2018 (update): text corrected, 1 new finding")


def test_an_update_repeats_nothing_that_others_said_before(newsroom, mail_about):
    watch = newsroom.watch()
    said = {"polarity": "strength", "speaker": "authority", "is_inspectorate": False}
    proud, sorry = (
        newsroom.finding(words, "release", **said) for words in ("We are proud.", "We are sorry.")
    )
    release = newsroom.article(document_id="release", kind="press_release")
    old = newsroom.update(documents=(newsroom.letter(), release), findings=(proud,))
    first = match([watch], [old], {watch.name: date(2018, 1, 1)}, [], "run1", newsroom.now)
    corrected = replace(
        old, documents=(newsroom.letter(), replace(release, version=2)), findings=(proud, sorry)
    )
    text = mail_about(corrected, told=first).text
    assert "We are sorry." in text
    assert "We are proud." not in text


def test_ofsteds_own_words_are_quoted_before_the_same_words_in_the_press(newsroom, mail_about):
    words = "Plans come late."
    update = newsroom.update(
        documents=(newsroom.article(), newsroom.letter()),
        findings=(newsroom.finding(words, "article"), newsroom.finding(words)),
    )
    assert f"“{words}”\n  Ofsted, page 2\n" in mail_about(update).text


def test_a_mail_about_several_stories_begins_with_their_subjects(newsroom, mail_about):
    updates = [newsroom.update(), newsroom.update(story_id="2", gss="E10000098", authority="Sampleton")]
    lines = [
        "* Exampleshire: Ofsted monitoring visit, May 2018: 1 concern",
        "* Sampleton: Ofsted monitoring visit, May 2018: 1 concern",
    ]
    assert "\n".join(["2 reports about Exampleshire and Sampleton.", *lines]) in mail_about(*updates).text
    assert lines[0] not in mail_about(updates[0]).text


def test_the_foot_says_what_the_watch_asks_for(newsroom):
    watch = newsroom.watch(
        themes={"neet_eet": "Work"},
        polarity=("concern", "neutral"),
        kinds=("monitoring_visit", "news"),
        include=("care leavers", "plan*"),
        exclude=("football",),
        frequency="weekly",
    )
    assert scope(watch) == (
        "Exampleshire; theme Work; concerns and neutral statements; only monitoring visit and news; "
        "with the words “care leavers” and “plan*”; without “football”; weekly"
    )
    assert scope(newsroom.watch(authorities=None)) == "all authorities; as it comes"
    many = {str(number): f"Place {number}" for number in range(7)}
    assert scope(newsroom.watch(authorities=many)) == (
        "Place 0, Place 1, Place 2, Place 3, Place 4 and 2 more; as it comes"
    )
    del many["6"]
    assert scope(newsroom.watch(authorities=many)).startswith(
        "Place 0, Place 1, Place 2, Place 3, Place 4 and Place 5;"
    )


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({}, "Ofsted, as reported by Example News"),
        ({"speaker": "authority", "is_inspectorate": False}, "The council about itself (Example News)"),
        ({"speaker": "provider", "is_inspectorate": False}, "The provider about itself (Example News)"),
        ({"speaker": "children"}, "Children and young people, through Ofsted"),
        ({"speaker": "other", "is_inspectorate": False}, "Example News"),
    ],
)
def test_every_quotation_names_its_speaker(newsroom, mail_about, changes, who):
    finding = newsroom.finding("A sentence.", "article", **changes)
    text = mail_about(newsroom.update(documents=(newsroom.article(),), findings=(finding,))).text
    assert f"“A sentence.”\n  {who}\n" in text


@pytest.mark.parametrize(
    ("judgement", "line"),
    [
        (("overall", None, None), "Overall effectiveness: not given under this framework"),
        (("overall", None, "no table found"), "Overall effectiveness: no grade: no table found"),
        (("children_in_care", "good", None), "Children in care and care leavers: good"),
        (("new_area", "outstanding", None), "New area: outstanding"),
    ],
)
def test_judgements_are_worded(newsroom, mail_about, judgement, line):
    update = newsroom.update(inspection_kind="ilacs_short", judgements=(judgement,))
    assert f"* {line}\n" in mail_about(update).text


def test_sources_are_counted_and_gaps_named(newsroom, mail_about):
    broken = [
        newsroom.source(f"Broken {number}", is_healthy=False, last_good_at=None, message="404")
        for number in range(8)
    ]
    text = mail_about(
        newsroom.update(), sources=[*broken, *(newsroom.source(f"Well {n}") for n in range(60))]
    ).text
    assert "60 of 68 sources healthy, last checked 11 June 2018, 08:15." in text
    assert "* Broken 4 has never been well: 404\n* and 3 other sources\n" in text


# ---------------------------------------------------------------- HTML


class _Tags(HTMLParser):
    """Collects tags and links, and fails on tags that do not close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "hr", "br", "img", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def _read(html):
    tags = _Tags()
    tags.feed(html)
    assert tags.open == []
    return tags


def test_html_is_whole_and_loads_nothing(mail_about, example, sources):
    html = mail_about(example, sources=sources, note="For the committee.").html
    tags = _read(html)
    assert not {"img", "script", "link", "iframe"} & set(tags.seen)
    assert "url(" not in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "https://files.example.org/file/50000001#page=2" in tags.links
    assert all(link.startswith("https://") for link in tags.links)


def test_html_and_text_say_the_same(mail_about, example, sources):
    mail = mail_about(example, sources=sources)
    for words in (
        "Take-up of return home interviews",
        "inadequate",
        "3 of 4 sources healthy",
        "Local Gazette",
    ):
        assert words in mail.text
        assert words in mail.html


def test_markup_from_outside_stays_text(newsroom, mail_about):
    evil = '<script>alert(1)</script><img src="x">'
    update = newsroom.update(
        title=evil,
        inspection_kind=None,
        authority=f"Example{evil}",
        documents=(newsroom.letter(title=evil, publisher=evil), newsroom.article(title="{{ 7 * 7 }}")),
        findings=(newsroom.finding(evil, section=evil),),
    )
    mail = mail_about(update, sources=[newsroom.source(evil, is_healthy=False, message=evil)], note=evil)
    assert not {"script", "img"} & set(_read(mail.html).seen)
    assert "&lt;script&gt;" in mail.html
    assert "{{ 7 * 7 }}" in mail.html


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,hello",
        "file:seeds/one.txt",
        "https://gov.uk@evil.example/",
        "//evil.example/x",
        "https://",
        "http://[broken/",
        "http://example.org/a b",
        'https://example.org/"onmouseover="x',
        "java\nscript:alert(1)",
        "",
    ],
)
def test_other_addresses_are_only_printed(newsroom, mail_about, url):
    mail = mail_about(newsroom.update(documents=(newsroom.letter(url=url),)))
    assert _read(mail.html).links == []


def test_a_look_alike_host_is_shown_as_it_is(newsroom, mail_about):
    mail = mail_about(newsroom.update(documents=(newsroom.letter(url="https://ofsted.gоv.uk/x"),)))
    assert "(ofsted.xn--" in mail.html
