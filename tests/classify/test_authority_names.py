"""Authorities in text: names in context, trap by trap, and whole documents. Sentences are invented."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.classify.authorities import assign, examine, find
from ingest.model import Block, DocumentKind, Extracted, Link

GOLD = Path(__file__).parents[2].parent / "shared" / "gold" / "authority_sentences.jsonl"


def _codes(text: str, on: date | None = None) -> set[str]:
    return {match.gss for match in find(text, on=on)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Visitors come to Croydon House, 4 Sutton Street, Walsall.", {"E08000030"}),
        ("Kirklees Council, Civic Centre, 2 Durham Road, Huddersfield", {"E08000034"}),
        ("Essex County Council, County Hall, Market Road, Chelmsford, Essex CM1 1QH", {"E10000012"}),
        ("Ofsted, Piccadilly Gate, Store Street, Manchester M1 2WD", set()),
        ("Reading the file, the inspector found gaps.", set()),
        ("Reading, writing and maths are taught each day.", set()),
        ("The team left in May. Reading the file, the inspector found gaps.", set()),
        ("The team left in May. Reading then asked for help.", {"E06000038"}),
        ("The team left in May, said Mr. Reading.", set()),
        ("Children in Reading wait too long.", {"E06000038"}),
        ("Staff in Bury say that they bury no bad news.", {"E08000002"}),
        ("Nottinghamshire and Nottingham City Council disagree.", {"E10000024", "E06000018"}),
        ("North East Lincolnshire shares a service with Lincolnshire.", {"E06000012", "E10000019"}),
        ("The hub in Newcastle-under-Lyme has opened.", set()),
        ("A pilot in Plymouth, Massachusetts, was studied.", set()),
        ("Mr Bradford, the chair, wrote to Sheffield.", {"E08000039"}),
        ("Karen Sutton, director of children’s services, has left.", set()),
        ("The University of Essex and Durham University took part.", set()),
        ("Fans of Bolton Wanderers raised money.", set()),
        ("Kent and Medway NHS and Social Care Partnership Trust was late.", set()),
        ("Barnsley Hospitals NHS Foundation Trust was late.", set()),
        ("Hertfordshire Constabulary attends; Luton does not.", {"E06000032"}),
        ("Devon and Cornwall Police attends.", set()),
        ("A Leeds-based charity helps families in Wakefield.", {"E08000036"}),
        ("The Bolton News reported it.", set()),
        ("Staff use Merton-compliant age assessments.", set()),
        ("The programme is based on Hertfordshire’s ‘Family first’ model.", set()),
        ("Brighter Futures for Children recruited more carers.", {"E06000038"}),
        ("The regional adoption agency, Together for Children, matches well.", set()),
        ("Northamptonshire County Council was dissolved.", {"E10000021"}),
        ("The police in Cumbria changed their form.", set()),
        ("Councils across Greater Manchester agreed.", set()),
        ("East Devon District Council objected.", set()),
        ("RBKC and B&NES shared their data.", {"E09000020", "E06000022"}),
        ("Services in Stockton-on-\nTees improved.", {"E06000004"}),
        ("MPs at Westminster debated the Bill.", set()),
        ("The City of Westminster was inspected.", {"E09000033"}),
        ("The Camden Academy was inspected.", set()),
        ("The Halton and Warrington safeguarding partnership met.", {"E06000006", "E06000007"}),
        ("Leaders in Herfordshire replied.", set()),  # one letter from two counties: nobody's
        ("Leaders in Wolverhamton replied.", {"E08000031"}),
        ("HARINGEY COUNCIL REPLIES", {"E09000014"}),
        ("ofsted visits knowsley council", {"E08000011"}),
        ("Unlike Trafford, Tameside has a trust.", {"E08000008", "E08000009"}),
    ],
)
def test_traps(text: str, expected: set[str]) -> None:
    assert _codes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the place, not its namesake or what is called after it
        ("The walk followed the River Medway and the Bolton Canal.", set()),
        ("Halton-on-Lune and Stoke-sub-Hamdon have a village hall.", set()),
        ("The office in Richmond, North Yorkshire, has moved.", {"E06000065"}),
        ("Newcastle, Staffordshire and Norfolk took part.", {"E08000021", "E10000028", "E10000020"}),
        ("St Helens on the Isle of Wight has a nursery.", {"E06000046"}),
        ("The group met at Derby railway station and at Dudley Port.", set()),
        ("The group met at Salford Quays and Manchester Piccadilly.", set()),
        ("Surrey's Kingston Road clinic has moved.", {"E10000030"}),
        ("Sutton's Grove Park home and Leeds's York Road hub opened.", {"E09000029", "E08000035"}),
        ("A Staffordshire bull terrier lives at the home in Trafford.", {"E08000009"}),
        # organisations
        ("Norfolk and Suffolk Combined County Authority will be set up.", set()),
        ("Norfolk and Suffolk are to share a home.", {"E10000020", "E10000029"}),
        ("Hull and East Yorkshire Combined Authority pays.", set()),
        ("The Police and Crime Commissioner for Avon and Somerset pays.", set()),
        ("The coroner for Derby and Derbyshire was told.", set()),
        ("The Norfolk force and Bristol Civil and Family Justice Centre were told.", set()),
        ("The Universities of Kent, Essex and Leeds advise Luton.", {"E06000032"}),
        ("Staff trained at Birmingham City University and Leeds Beckett.", set()),
        ("Wigan & Leigh College has places.", set()),
        ("The Royal Bolton and Rotherham General are full.", set()),
        ("Royal Greenwich has a new hub.", {"E09000011"}),
        ("Luton Town and the Warrington Wolves gave tickets.", set()),
        ("Swindon Town Hall is the council’s seat in Swindon.", {"E06000030"}),
        ("There was a stall at the Royal Cornwall Show and at the Kent Show.", set()),
        ("The MP for Bury North and the Wirral West MP asked.", set()),
        # people
        ("Tariq Blackburn and Georgina Smith-Bury joined Torbay.", {"E06000027"}),
        ("Mrs Jones-Bolton joined Wirral.", {"E08000015"}),
        ("Coral York (17) spoke to Sandwell.", {"E08000028"}),
        ("She grew up in Bolton and now leads services in Sefton.", {"E08000014"}),
        ("Nurses are based in Solihull's front door, and a charity is based in Leeds.", {"E08000029"}),
        ("The Durham Light Infantry and the Essex Symphony Orchestra paraded.", set()),
        # cases and inquiries
        ("R v Kent County Council, and Bury Metropolitan Borough Council v D", set()),
        ("The Cornwall case on ordinary residence is taught.", set()),
        ("Lessons from Rochdale after the inquiry have been learned in Bury.", {"E08000002"}),
        # words, spellings and lists
        ("Reading Challenge week was held in Barnsley.", {"E08000038"}),
        ("Reading and Wokingham share a panel.", {"E06000038", "E06000041"}),
        ("Reading also has a panel.", {"E06000038"}),
        ("Middlesborough Council wrote to Westmoreland and Furness.", {"E06000002", "E06000064"}),
        ("Leeds/Bradford/Wakefield pilot", {"E08000035", "E08000032", "E08000036"}),
        ("See example.org/Leeds/York and /Bradford.", set()),
    ],
)
def test_more_traps(text: str, expected: set[str]) -> None:
    assert _codes(text) == expected


def test_a_trust_is_the_authorities_of_its_day() -> None:
    text = "Achieving for Children has a new chair."
    assert _codes(text, date(2016, 1, 1)) == {"E09000021", "E09000027"}
    assert _codes(text, date(2020, 1, 1)) == {"E09000021", "E09000027", "E06000040"}
    assert _codes(f"{text} It works for Richmond.") == {"E09000027"}


def test_a_name_is_the_council_of_its_day() -> None:
    assert _codes("Inspectors visited Dorset.", date(2018, 1, 1)) == {"E10000009"}
    assert _codes("Inspectors visited Dorset.", date(2021, 1, 1)) == {"E06000059"}
    assert _codes("Inspectors visited Cumbria.", date(2019, 1, 1)) == {"E10000006"}
    assert _codes("Inspectors visited Cumbria.", date(2024, 1, 1)) == set()


def test_what_is_rejected_says_why() -> None:
    _, rejected = examine("A Leeds-based charity, and Old Trafford.")
    assert [(item.name, item.rule) for item in rejected] == [
        ("Leeds", "based_in"),
        ("Old Trafford", "other_name"),
    ]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Leeds", "Bury", " ", ".", "\n\n", "Council", "St", "’s", "London", "x", "York"])
    )
)
def test_evidence_is_the_text_at_its_place(parts: list[str]) -> None:
    text = "".join(parts)
    for match in find(text):
        assert match.start is not None
        assert text[match.start : match.end] == match.evidence


def _document(*paragraphs: str, title: str = "News") -> Extracted:
    text = "\n\n".join(paragraphs)
    blocks, start = [], 0
    for paragraph in paragraphs:
        blocks.append(Block("paragraph", start, start + len(paragraph)))
        start += len(paragraph) + 2
    return Extracted(title=title, text=text, blocks=tuple(blocks))


def _assigned(
    extracted: Extracted, kind: DocumentKind = "news_article", **link: str
) -> tuple[dict[str, str], tuple[str, ...]]:
    matches, notes = assign(extracted, Link("example", link.pop("url", "file:a.txt"), **link), kind, None)  # type: ignore[arg-type]
    return {match.gss: match.role for match in matches}, notes


def test_an_article_about_two_has_two_subjects() -> None:
    article = _document(
        "Leeds City Council was visited by inspectors. Services in Leeds are better.",
        "Meanwhile, Wigan Council was also visited. Unlike Bolton, it has no trust.",
    )
    roles, notes = _assigned(article)
    assert roles == {"E08000035": "subject", "E08000010": "subject", "E08000001": "mention"}
    assert notes == ()


def test_a_release_that_names_nobody_is_its_sources() -> None:
    release = _document("Inspectors say that the city council has made progress.")
    assert _assigned(release, "press_release", gss="E06000016")[0] == {"E06000016": "subject"}
    assert _assigned(release, "press_release", url="https://news.leicester.gov.uk/1")[0] == {
        "E06000016": "subject"
    }
    assert _assigned(release, "press_release", publisher="Leicester City Council")[0] == {
        "E06000016": "subject"
    }


def test_what_cannot_be_decided_is_said() -> None:
    roles, notes = _assigned(_document("Inspectors say that the council has made progress."))
    assert roles == {}
    assert "names no authority" in notes[0]


def test_a_long_lived_county_has_one_code_in_documents() -> None:
    article = _document("Somerset County Council was visited.", title="Somerset County Council praised")
    assert _assigned(article)[0] == {"E06000066": "subject"}


@pytest.mark.skipif(not GOLD.exists(), reason="the labelled sentences lie outside the repository")
def test_labelled_sentences() -> None:
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    wrong = [
        row["id"]
        for row in rows
        if (have := _codes(row["text"])) != set(row["expected"]) and not (not have and row["abstain_ok"])
    ]
    assert len(wrong) <= 0.03 * len(rows), wrong


@pytest.mark.parametrize(
    ("text", "subjects", "mentions"),
    [
        ("The director previously worked for Essex County Council before she came to Thurrock.", 1, 1),
        ("Derbyshire County Council, not Derby City Council, runs the home.", 1, 1),
        ("Torbay has improved with help from Plymouth City Council.", 1, 1),
        ("Staff who used to work for Suffolk are now in Norfolk.", 1, 1),
        ("Wiltshire Council, next to Swindon, was visited.", 1, 1),
        ("Medway Council, in Kent, was visited.", 1, 1),
        ("Adopters say that they have good support from Derby.", 1, 0),
        ("Kent and Medway were visited.", 2, 0),
    ],
)
def test_a_council_beside_the_subject_is_mentioned(text: str, subjects: int, mentions: int) -> None:
    roles = [match.role for match in find(text)]
    assert (roles.count("subject"), roles.count("mention")) == (subjects, mentions)
