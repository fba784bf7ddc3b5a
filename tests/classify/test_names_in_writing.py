"""How names of authorities are written and broken, and what stands beside them. Sentences are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.classify import rules
from ingest.classify.authorities import examine, find
from ingest.classify.folding import folding
from ingest.errors import ConfigError


def _codes(text: str) -> set[str]:
    return {match.gss for match in find(text)}


@pytest.mark.parametrize(
    ("text", "name", "gss"),
    [
        ("Staff in Hart\u00adle\u00adpool were met.", "Hart\u00adle\u00adpool", "E06000001"),
        ("Staff in Sunder-\nland were met.", "Sunder-\nland", "E08000024"),
        ("Staff in Sunder-\r\n  land were met.", "Sunder-\r\n  land", "E08000024"),
        ("Staff in Wal\u200bsall were met.", "Wal\u200bsall", "E08000030"),
        ("Staff in SAL\u00adFORD were met.", "SAL\u00adFORD", "E08000006"),
        ("Staff in Richmond up\u00adon Thames were met.", "Richmond up\u00adon Thames", "E09000027"),
        # a hyphen of the name stays one
        ("Staff in Southend-\non-Sea were met.", "Southend-\non-Sea", "E06000033"),
        ("Staff in Stockton\u00adon\u00adTees were met.", "Stockton\u00adon\u00adTees", "E06000004"),
        # lines that end in a space
        ("Staff in North \nSomerset were met.", "North \nSomerset", "E06000024"),
        ("Staff in South\n Gloucestershire were met.", "South\n Gloucestershire", "E06000025"),
    ],
)
def test_a_broken_name_is_found_at_its_place(text: str, name: str, gss: str) -> None:
    (match,) = find(text)
    assert (match.gss, match.evidence) == (gss, name)
    assert match.start is not None
    assert text[match.start : match.end] == name


def test_only_what_makes_a_name_is_closed_up() -> None:
    text = "Multi-\nagency work in Bury-\nwide teams, and in Knows\u00adley."
    assert [(match.gss, match.evidence) for match in find(text)] == [
        ("E08000002", "Bury"),
        ("E08000011", "Knows\u00adley"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # two in one breath
        ("West and East Sussex were both visited.", {"E10000011", "E10000032"}),
        ("The letter went to South and North Tyneside.", {"E08000022", "E08000023"}),
        ("North East & North Lincolnshire share a panel.", {"E06000012", "E06000013"}),
        ("Cheshire East and West share a panel.", {"E06000049", "E06000050"}),
        ("Leicester City and County councils share a panel.", {"E06000016", "E10000018"}),
        # short forms
        ("NE Lincs, N Lincs and ERYC share a panel.", {"E06000012", "E06000013", "E06000011"}),
        ("WSCC and ESCC share a panel with BHCC.", {"E10000032", "E10000011", "E06000043"}),
        ("Notts County Council met Notts County.", {"E10000024"}),
        # small letters
        ("bury and bolton share a panel", {"E08000002", "E08000001"}),
        ("panel for bury, rochdale", {"E08000002", "E08000005"}),
        ("bury's panel met, and reading was discussed", {"E08000002"}),
        # misspelt
        ("Worcestshire replied.", {"E10000034"}),
        ("MK replied, and MK Dons gave shirts.", {"E06000042"}),
        ("Leaders in Knowsly and Worcestorshire replied.", {"E08000011", "E10000034"}),
    ],
)
def test_ways_of_writing(text: str, expected: set[str]) -> None:
    assert _codes(text) == expected


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("The day was spent in Sutton Courtenay.", "other_name"),
        ("The day was spent in Bradley Stoke.", "other_name"),
        ("Visitors from Durham Region, Ontario, came.", "abroad"),
        ("They are students of Derby, Hull and Keele universities.", "university"),
        ("They are patients of Bolton and Wigan hospitals.", "university"),
        ("She studied social policy in Sheffield.", "university"),
        ("He has a degree in law from Durham.", "university"),
        ("The Bolton UTC has places.", "school_name"),
        ("Wirral Met has places.", "university"),
        ("Example Academy Oldham and UTC Reading have places.", "school_name"),
        ("Leeds City College has places.", "school_name"),
        ("The family court at Preston and the county court in Bury sat.", "police"),
        ("Visitors from Bedford in Ohio came.", "abroad"),
        ("Cllr T Bury moved it.", "person_name"),
        ("Ofsted’s Nottingham office was told.", "based_in"),
        ("Kent County Fire and Rescue Service was told.", "police"),
        ("The Swindon half marathon was run.", "sport"),
        ("The Oldham Lions gave toys.", "other_organisation"),
        ("Stoke City gave shirts.", "sport"),
        ("Leicester City players gave shirts.", "sport"),
        ("The Leeds office of a law firm was used.", "based_in"),
        ("A charity that is based in Leeds, was told.", "based_in"),
        ("A company registered in Wigan was told.", "based_in"),
        ("She hails from Rochdale.", "based_in"),
        ("Drivers on the M6 near Coventry were delayed.", "road_or_line"),
        ("Trains from Derby were late.", "road_or_line"),
        ("They met in the Surrey Suite.", "room_name"),
        ("They walked in the Medway valley.", "water"),
        ("The Bolton MP wrote, too.", "constituency"),
        ("The MP for Hartlepool wrote, too.", "constituency"),
        ("Lessons from the recent Torbay review were shared.", "inquiry_elsewhere"),
        ("The Southwark Judgement is understood.", "legal_case"),
        ("The decision in Re T (Kent County Council: costs) is taught.", "legal_case"),
        ("SOUTHWARK JUDGMENT: A GUIDE", "legal_case"),
        ("They use Kent’s Safer Families model.", "named_model"),
        ("The panel is modelled closely on one in Camden.", "named_model"),
        ("The Merton guidelines are known.", "legal_case"),
        ("The charity Safe Example Sutton was told.", "other_organisation"),
        ("It was coals to Newcastle.", "common_word"),
        ("A Bexley-style panel was set up.", "named_model"),
        ("It has adopted Camden’s family network approach.", "named_model"),
        ("GPs told Somerset Healthcare Foundation Trust.", "nhs_body"),
        ("Hospitals in Rutland, and Lincoln NHS trusts were told.", ""),
        ("Norfolk and Suffolk Major Crime Team was told.", "police"),
        ("Medway secure school was told.", "police"),
        ("The Doncaster Free Press reported it.", "media_title"),
        ("The charity Hertfordshire Cares was told.", "other_organisation"),
        ("Apologies came from Councillors Hart, Derby and Wells.", "person_name"),
        ("Present: A. Wells (chair), P. Bolton, officers.", "person_name"),
        ("Foster carer Xanthe Stockport was told.", "person_name"),
        ("Kayleigh Wakefield was told.", "person_name"),
        ("Reading is encouraged at home.", "reading_word"),
    ],
)
def test_what_is_beside_a_name(text: str, rule: str) -> None:
    found, rejected = examine(text)
    assert {item.rule for item in rejected} == ({rule} if rule else set())
    assert bool(found) == (not rule)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CAMHS meets in Merton, and Kent Community NHS Trust is told.", {"E09000024"}),
        ("The Rutland team thanked Leicester, Rutland, and Derby NHS.", {"E06000017"}),
        ("Young people in Bury were taken to a football match by Rochdale.", {"E08000002", "E08000005"}),
        ("Norfolk paid for tickets to the FA Cup final, and Bury lost.", {"E10000020"}),
        (
            "Newcastle, Shropshire, has a hub. So has Sutton, Norfolk.",
            {"E06000051", "E10000020"},
        ),
        ("Sutton, Norfolk and Kent met.", {"E09000029", "E10000020", "E10000016"}),
        ("Leicester City works with Rutland.", {"E06000016", "E06000017"}),
        ("Reading is improving its front door.", {"E06000038"}),
        ("Steve Example North Somerset Town Hall", {"E06000024"}),
        ("Mick Example, Director North Lincolnshire Ashby Road", {"E06000013"}),
        ("Within Hackney, the Director of Families decides.", {"E09000012"}),
        ("Care leavers live far away from Leicester.", {"E06000016"}),
        ("Learning from a review of sexual abuse in Dorset is shared.", {"E06000059"}),
        ("Lessons from child deaths in Devon are shared.", {"E10000008"}),
        ("Children hear of the Bexley Pledge.", {"E09000004"}),
        ("Staff value Ealing’s Social Work Academy.", {"E09000009"}),
        ("Adoption in Redbridge and carers in Leeds are valued.", {"E09000026", "E08000035"}),
        ("More children are home-educated in West Sussex.", {"E10000032"}),
        ("The team is based in Bury; children are registered in Bolton.", {"E08000002", "E08000001"}),
        ("Dorset’s ‘family help’ approach is new.", {"E06000059"}),
        ("The scheme will be piloted in Torbay.", {"E06000027"}),
        ("Kent’s practice model, Safer Families, is known.", {"E10000016"}),
        ("Reading and its partners met.", {"E06000038"}),
        ("Reading is a unitary council.", {"E06000038"}),
        ("Staff of Manchester met staff of Wirral met before.", {"E08000003", "E08000015"}),
        ("She studied for years, then joined Kirklees in May.", {"E08000034"}),
        ("The fund of Derby City matches that of Luton.", {"E06000015", "E06000032"}),
    ],
)
def test_what_does_not_silence_a_name(text: str, expected: set[str]) -> None:
    assert _codes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The hub in Cosham, Hampshire, is run by Portsmouth.", {"E06000044"}),
        ("Swindon has a home in Wroughton, Wiltshire.", {"E06000030"}),
        ("Inspectors praised Blackpool, a seaside town in Lancashire, for it.", {"E06000009"}),
        # nobody whose address it is; a list; the county as the council
        ("The hub in Andover, Hampshire, has opened.", {"E10000014"}),
        ("The hub in Andover, Hampshire, was seen by Kirklees.", {"E10000014", "E08000034"}),
        ("Staff from Portsmouth, Hampshire and Dorset met.", {"E06000044", "E10000014", "E06000059"}),
        ("Portsmouth, Hampshire, Dorset: three panels.", {"E06000044", "E10000014", "E06000059"}),
        ("In Cosham, Hampshire County Council met Portsmouth.", {"E06000044", "E10000014"}),
    ],
)
def test_the_county_of_an_address_is_not_the_council(text: str, expected: set[str]) -> None:
    assert _codes(text) == expected


def test_a_postal_county_must_be_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.classify import addresses

    text = (rules.HERE / "authorities.toml").read_text(encoding="utf-8")
    changed = text.replace('Kent = "Medway;', 'Kent = "Midway;')
    (tmp_path / "authorities.toml").write_text(changed, encoding="utf-8")
    monkeypatch.setattr(rules, "HERE", tmp_path)
    for cached in (rules.authority_rules, addresses._postal_counties):
        cached.cache_clear()
    try:
        with pytest.raises(ConfigError, match="Midway"):
            find("The hub in Chatham, Kent, is run by Bromley.")
    finally:
        monkeypatch.undo()
        for cached in (rules.authority_rules, addresses._postal_counties):
            cached.cache_clear()


def test_folding_keeps_every_place() -> None:
    fold = folding({"-": "–", "'": "’"})
    text = "İ ß Ǆ \ud800 LEEDS–’S ﬁ"
    assert fold(text) == "İ ß Ǆ \ufffd leeds-'s ﬁ"
    assert len(fold(text)) == len(text)
