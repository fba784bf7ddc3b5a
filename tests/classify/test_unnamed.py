"""Texts that name no council, in the three ways by which one can still be told, and where none can."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.classify import deduce
from ingest.model import AuthorityMatch, Known, KnownJudgement, OfficeHolder, UnnamedDocument

LEICESTER, SOMERSET, LEEDS, KENT = "E06000016", "E06000066", "E08000035", "E10000016"
MARCH = KnownJudgement(LEICESTER, "inadequate", date(2015, 1, 13), date(2015, 3, 20))
ALSO_MARCH = KnownJudgement(SOMERSET, "inadequate", date(2015, 1, 20), date(2015, 3, 27))
TEXT = "The city council was visited in June. The service was judged inadequate in March last year. Much has changed."


def release(text: str, kind: str = "press_release", on: date | None = date(2016, 8, 1)) -> UnnamedDocument:
    return UnnamedDocument("d", kind, text, on)  # type: ignore[arg-type]


def gss(match: AuthorityMatch | None) -> str | None:
    return match.gss if match else None


def test_what_the_text_calls_the_council_decides_between_two_judgements_of_one_month() -> None:
    match = deduce(release(TEXT), Known((MARCH, ALSO_MARCH)))
    assert match is not None
    assert (match.gss, match.rule) == (LEICESTER, "event_constraint")
    assert (
        TEXT[match.start : match.end]
        == match.evidence
        == "The service was judged inadequate in March last year."
    )


@pytest.mark.parametrize(
    ("text", "on"),
    [
        (TEXT.replace("city ", ""), date(2016, 8, 1)),  # two councils fit
        (TEXT.replace("March", "April"), date(2016, 8, 1)),  # none
        (TEXT.replace("inadequate", "good"), date(2016, 8, 1)),  # another grade
        (TEXT.replace("inadequate", "ınadequate"), date(2016, 8, 1)),  # none: its first letter has no dot
        (TEXT, date(2018, 8, 1)),  # another March
        (TEXT, None),  # nobody knows which year is last year
    ],
)
def test_two_candidates_or_none_are_no_answer(text: str, on: date | None) -> None:
    assert deduce(release(text, on=on), Known((MARCH, ALSO_MARCH))) is None


def test_every_judgement_that_is_told_must_fit() -> None:
    text = TEXT.replace("city ", "") + " It had been rated good in May 2011."
    march = [
        KnownJudgement(code, "inadequate", date(2015, 3, 2), date(2015, 4, 1)) for code in ("one", "two")
    ]
    earlier = KnownJudgement("two", "good", date(2011, 4, 20), date(2011, 5, 30))
    assert gss(deduce(release(text), Known((*march, earlier)))) == "two"


def test_the_post_town_of_a_release_is_its_council_but_not_ofsteds_or_a_papers() -> None:
    text = "We are glad. Write to us: City Hall, 1 Sample Street, Leeds LS1 1AA."
    assert gss(deduce(release(text), Known())) == LEEDS
    assert deduce(release(text, "news_article"), Known()) is None
    assert (
        deduce(release("Ofsted, Piccadilly Gate, Store Street, Manchester M1 2WD wrote to us."), Known())
        is None
    )
    assert deduce(release(text.replace("We are", "The county council is")), Known()) is None


def test_a_person_in_office_stands_for_the_council_while_in_office() -> None:
    known = Known(office_holders=(OfficeHolder(KENT, "Alex Example", date(2016, 2, 1)),))
    text = "Alex Example, director of children's services, said the work goes on."
    match = deduce(release(text), known)
    assert match is not None
    assert (match.gss, match.evidence, match.rule) == (KENT, "Alex Example", "office_holder")
    assert deduce(release(text, on=date(2020, 1, 1)), known) is None
    assert deduce(release("Alex Example won the half-marathon."), known) is None
