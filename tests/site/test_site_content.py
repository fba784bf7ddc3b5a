"""What the pages may show: quotes within bounds, counts without repetition, standing and neighbours."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from ingest.quoting import PRESS_CHARACTERS, PRESS_SENTENCES
from ingest.site.authority_page import authority_units


def place(content, authority):
    return next(p for p in content.places if p.authority.gss == authority.gss)


def test_the_press_is_quoted_briefly_and_the_rest_counted(world):
    said = [world.finding(f"Sentence {n} of the article.", "article", polarity="strength") for n in range(9)]
    grave = world.finding("The gravest sentence stands last.", "article")
    story = world.story(documents=(world.article(),), findings=(*said, grave))
    (event,) = world.content(world.shown(stories=(story,))).events
    quotes = [s.quote for s in event.statements]
    assert len(quotes) == PRESS_SENTENCES
    assert sum(map(len, quotes)) <= PRESS_CHARACTERS + 2 * len(quotes)
    assert "“The gravest sentence stands last.”" in quotes
    assert event.papers[0].unquoted == 10 - PRESS_SENTENCES


def test_ofsted_is_quoted_in_full_and_first(world):
    long = "A very long sentence " * 60
    story = world.story(findings=(world.finding("Press.", "article"), world.finding(long)))
    (event,) = world.content(world.shown(stories=(story,))).events
    assert event.statements[0].quote == f"“{long.strip()}”"
    assert event.statements[0].is_own
    assert event.statements[0].href == "https://files.example.org/file/1.pdf#page=2"


def test_what_the_press_repeats_is_not_counted_beside_the_inspectors(world):
    event = place(world.content(), world.county).events[0]
    assert event.counts == {"concern": 1, "strength": 1, "recommendation": 1}
    assert event.themes == {"neet_eet": (2, 1)}
    only_press = replace(world.story(), findings=world.story().findings[-1:])
    (event,) = world.content(world.shown(stories=(only_press,))).events
    assert event.counts == {"concern": 1}


def test_a_finding_of_two_stories_is_told_once(world):
    twice = (world.story(), world.story(story_id="bbbb000000000001"))
    first, second = sorted(world.content(world.shown(stories=twice)).events, key=lambda e: e.event_id)
    assert len(first.statements) == 4
    assert second.statements == ()


def test_standing_is_that_of_the_newest_inspection(world):
    content = world.content()
    assert place(content, world.county).standing == "none", "the newest gives no overall grade"
    assert place(content, world.town).standing == "unknown"
    shown = with_area_send(world)
    assert place(world.content(shown), world.county).standing == "inadequate", "area SEND is another service"


def test_an_inspection_of_services_for_looked_after_children_alone_says_nothing_of_the_whole(world):
    old = world.shown().stories[0]
    alone = replace(world.shown().visits[1], kind="lac_2013")
    shown = world.shown(stories=(replace(old, inspection_kind="lac_2013"),), visits=(alone,))
    here = place(world.content(shown), world.county)
    assert (here.standing, here.judged) == ("unknown", None)
    assert here.events[0].overall, "its own grade is told"


def test_who_ran_the_services_is_told_as_of_the_newest_visit(world):
    assert place(world.content(), world.county).run_by is None
    shown = world.shown(visits=(world.visit(delivery_body="Exampleshire Trust"),))
    assert place(world.content(shown), world.county).run_by == ("Exampleshire Trust", "May 2026")


def test_of_the_press_the_words_of_inspectors_are_quoted_first(world):
    own = world.finding("We acknowledge that.", "article", speaker="authority", is_inspectorate=False)
    others = [
        world.finding(f"Inspectors praise {what}.", "article", polarity="strength")
        for what in ("plans", "visits", "homes")
    ]
    story = world.story(documents=(world.article(),), findings=(own, *others))
    (event,) = world.content(world.shown(stories=(story,))).events
    assert [said.quote for said in event.statements] == [f"“{finding.quote}”" for finding in others]


def test_the_overall_judgement_stands_first_and_what_is_left_out_is_said(world):
    story, visit = world.shown().stories[0], world.shown().visits[1]
    years = range(2005, 2016)
    stories = tuple(replace(story, story_id=f"s{y}", inspection_id=f"i{y}", started_on=date(y, 3, 6),
                            findings=(replace(story.findings[0], finding_id=f"f{y}"),))
                    for y in years)  # fmt: skip
    grades = (*world.visit().judgements[:2], *visit.judgements)
    visits = tuple(replace(visit, inspection_id=f"i{y}", judgements=grades) for y in years)
    content = world.content(world.shown(stories=stories, visits=visits))
    pages = {path: text for unit in authority_units(content) for path, text in unit.render().items()}
    page = pages[place(content, world.county).path]
    table = page.partition("Judgement areas by inspection")[2].partition("</table>")[0]
    heads = re.findall(r'<th scope="row">([^<]*)', table)
    assert heads == ["Overall effectiveness", "Impact of leaders", "Care leavers"]
    assert "These are the newest 8 of 11 inspections" in page
    assert "These are the newest 8 of 11 visits" in page


def test_a_kind_of_visit_that_stands_alone_begins_like_a_sentence(world):
    content = world.content(with_area_send(world))
    pages = {path: text for unit in authority_units(content) for path, text in unit.render().items()}
    page = pages[place(content, world.county).path]
    assert ">Area SEND inspection, September 2026</a>" in page
    assert ">area SEND" not in page


def with_area_send(world):
    """The older story of the world, and an area SEND inspection after it."""
    send = world.story(
        story_id="cccc000000000001",
        inspection_id="send",
        inspection_kind="area_send",
        started_on=date(2026, 9, 1),
    )
    visit = world.visit(inspection_id="send", kind="area_send", started_on=date(2026, 9, 1))
    shown = world.shown()
    return replace(shown, stories=(shown.stories[0], send), visits=(*shown.visits, visit))


def test_past_authorities_stand_only_where_something_is_told_of_them(world):
    assert world.past not in [p.authority for p in world.content().places]
    story = replace(world.story(), gss=world.past.gss)
    assert world.past in [p.authority for p in world.content(world.shown(stories=(story,))).places]


def test_neighbours_are_the_region_unless_a_list_is_given(world):
    here = place(world.content(), world.county)
    assert (here.neighbours, here.are_statistical) == ((world.town,), False)
    listed = place(world.content(neighbours={world.county.gss: [world.town.gss, "E99999999"]}), world.county)
    assert (listed.neighbours, listed.are_statistical) == ((world.town,), True)


def test_new_is_marked_only_where_something_is_older(world):
    assert [e.is_fresh for e in world.content().events] == [True, False]
    everything = frozenset({"letter", "article", "old"})
    assert not any(e.is_fresh for e in world.content(world.shown(fresh=everything)).events)


def test_a_digest_changes_with_what_is_told_and_with_nothing_else(world):
    before = {e.event_id: e.digest for e in world.content().events}
    assert before == {e.event_id: e.digest for e in world.content(world.shown(unfiled=7)).events}
    shown = world.shown()
    story = replace(shown.stories[1], documents=(world.letter(title="Another title"), world.article()))
    after = {
        e.event_id: e.digest for e in world.content(replace(shown, stories=(shown.stories[0], story))).events
    }
    assert before.keys() == after.keys()
    assert [key for key in before if before[key] != after[key]] == [story.story_id]
