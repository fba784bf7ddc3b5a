"""Which authorities a watch means, and which of their news it wants."""

from __future__ import annotations

import pytest

from ingest.alerts import load_watches
from ingest.errors import ConfigError
from ingest.reference import load as gazetteer
from ingest.reference import load_neighbours

HEAD = """
neighbours_file = "neighbours.csv"
feeds = ["Mockford"]
[groups]
"Home patch" = ["Exampleshire", "Mockford"]
"""
WATCH = '[[watch]]\nname = "A"\nemail = "a@example.org"\n'


@pytest.fixture
def load(newsroom, tmp_path):
    (tmp_path / "neighbours.csv").write_text(
        "authority,neighbour\nExampleshire,Sampleton\nExampleshire,E10000097\n", encoding="utf-8"
    )

    def read(*lines: str, head: str = HEAD):
        path = tmp_path / "watches.toml"
        path.write_text(head + WATCH + "\n".join(lines), encoding="utf-8")
        return load_watches(path, newsroom.gazetteer, newsroom.theme_list)

    return read


def test_regions_neighbours_and_groups_with_every_reason(load, newsroom):
    watch, feeds = load(
        'authorities = "Sampleton"',
        'regions = ["middle marches"]',
        'neighbours_of = "Exampleshire"',
        'groups = "home patch"',
    )
    assert set(watch.authorities) == {"E10000099", "E10000098", "E10000097"}
    assert watch.reasons(newsroom.update(gss="E10000098", authority="Sampleton")) == (
        "you watch Sampleton",
        "Sampleton is in Middle Marches",
        "Sampleton is a statistical neighbour of Exampleshire",
    )
    assert watch.reasons(newsroom.update())[-1] == "Exampleshire is in your group “Home patch”"
    assert (feeds.name, feeds.authorities, feeds.recipients) == ("(feeds)", {"E10000097": "Mockford"}, ())


def test_a_region_is_its_authorities_of_today(newsroom, tmp_path):
    path = tmp_path / "watches.toml"
    path.write_text(WATCH + 'regions = "North West"', encoding="utf-8")
    (watch,) = load_watches(path, gazetteer(), newsroom.theme_list)
    there = {place.gss for place in gazetteer().all if place.region == "North West"}
    assert {gazetteer().by_gss(gss).is_current for gss in there} == {True, False}
    assert set(watch.authorities) == {gss for gss in there if gazetteer().by_gss(gss).is_current}


def test_the_neighbours_of_the_package_serve_where_no_file_is_named(newsroom, tmp_path):
    path = tmp_path / "watches.toml"
    path.write_text(WATCH + 'neighbours_of = "Birmingham"', encoding="utf-8")
    (watch,) = load_watches(path, gazetteer(), newsroom.theme_list)
    assert set(watch.authorities) == set(load_neighbours()["E08000025"])


@pytest.mark.parametrize(
    ("line", "head", "words"),
    [
        ('regions = "North"', HEAD, "regions: 'North' is not known. Known: Middle Marches, The Fens."),
        ('groups = "Rest"', HEAD, "groups: 'Rest' is not known (there are: Home patch)"),
        ('neighbours_of = "Mockford"', HEAD, "no neighbours are known of Mockford"),
        ('neighbours_of = "Mockford"', "", "no neighbours are known of Mockford"),
        ('regions = "The Fens"', '[groups]\n"A" = ["Nowhere"]\n', "group 'A': 'Nowhere' is not known."),
        ('regions = "The Fens"', '[groups]\nA = "Mockford"\n', "group 'A' is not a list of names"),
        (
            'regions = "The Fens"',
            'neighbours_file = "no.csv"\n',
            "no.csv: the file of neighbours cannot be read",
        ),
        ('regions = "The Fens"', 'feeds = ["Nowhere"]\n', "feeds: authorities: 'Nowhere' is not known"),
        ("include = ['ab']", "", "'ab' is too short"),
        ('regions = "The Fens"\nquiet = true', "", "quiet: needs a period"),
        ('regions = "The Fens"\nwebhook = "http://hooks.example.org"', "", "is not an https address"),
        ('regions = "The Fens"\nkinds = ["visit"]', "", "kinds"),
    ],
)
def test_faults_are_named(load, line, head, words):
    with pytest.raises(ConfigError) as caught:
        load(line, head=head)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("kinds", "kind", "is_told"),
    [
        (("monitoring_visit",), "monitoring_visit", True),
        (("focused_visit",), "monitoring_visit", False),
        (("ilacs",), "ilacs_short", True),
        (("news",), None, True),
        (("news",), "ilacs", False),
        (("ofsted_letter",), "ilacs", True),
        (("news_article",), "ilacs", False),
        (("ilacs", "news_article"), "ilacs_standard", False),
    ],
)
def test_kinds_of_events_and_of_documents(newsroom, told_again, kinds, kind, is_told):
    update = newsroom.update(inspection_kind=kind)
    assert bool(told_again(newsroom.watch(kinds=kinds), [update])) is is_told


@pytest.mark.parametrize(
    ("include", "exclude", "is_told"),
    [
        (("care leavers",), (), True),
        (("care leaver",), (), False),
        (("care leaver*",), (), True),
        (("MONITORING visit",), (), True),
        (("fostering",), (), False),
        ((), ("written too late",), False),
        ((), ("monitoring",), False),
        ((), ("writ",), True),
    ],
)
def test_words(newsroom, told_again, include, exclude, is_told):
    watch = newsroom.watch(include=include, exclude=exclude, polarity=("concern",))
    assert bool(told_again(watch, [newsroom.update()])) is is_told


def test_a_word_is_named_as_a_reason(newsroom, told_again):
    (alert,) = told_again(
        newsroom.watch(include=("care leavers",), kinds=("monitoring_visit",)), [newsroom.update()]
    )
    assert alert.reason == "you watch Exampleshire; monitoring visit; the word “care leavers”"


def test_a_paused_watch_is_told_nothing(newsroom, told_again):
    assert told_again(newsroom.watch(paused=True), [newsroom.update()]) == ()
