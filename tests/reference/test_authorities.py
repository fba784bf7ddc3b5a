"""The gazetteer: every authority found by code, number, name and address, and bad data named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import ConfigError
from ingest.reference import Authority, Gazetteer, load
from ingest.reference.authorities import read_authorities, read_bodies

HEADER = "gss,name,region,type,urn,former_gss,valid_from,valid_to,successors,aliases,domains\n"


def _file(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "authorities.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_all_current_authorities_and_the_abolished_ones_are_there() -> None:
    gazetteer = load()
    assert len([a for a in gazetteer.all if a.is_current]) == 153
    assert {a.name for a in gazetteer.all if not a.is_current} >= {"Cumbria", "Northamptonshire", "Poole"}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(load().all))
def test_every_authority_is_found_by_its_own_facts(authority: Authority) -> None:
    gazetteer = load()
    for code in (authority.gss, *authority.former_gss):
        assert gazetteer.by_gss(code) is authority
        assert gazetteer.canonical(code) == authority.gss
    if authority.is_current:
        for name in (authority.name, *authority.aliases):
            found = gazetteer.by_name(name.upper())
            assert found is not None
            assert found.gss == authority.gss, name
    if authority.urn:
        assert gazetteer.by_urn(authority.urn) is authority


@pytest.mark.parametrize(
    ("name", "gss"),
    [
        ("London Borough of Brent", "E09000005"),
        ("the Royal Borough of Windsor & Maidenhead", "E06000040"),
        ("City of Bradford Metropolitan District Council", "E08000032"),
        ("Southend-on–Sea city council", "E06000033"),
        ("st. helens", "E08000013"),
        ("Medway Children's Services", "E06000035"),
        ("Cumbria County Council", "E10000006"),
        ("Dorset County Council", "E10000009"),
        ("Somerset County Council", "E06000066"),
        ("Hull", "E06000010"),
    ],
)
def test_names_in_their_usual_dress(name: str, gss: str) -> None:
    found = load().by_name(name)
    assert found is not None
    assert found.gss == gss


def test_what_is_not_known_is_none_or_comes_back() -> None:
    gazetteer = load()
    assert gazetteer.by_name("Exampleshire") is None
    assert gazetteer.by_name("Council") is None
    assert gazetteer.by_gss("E99999999") is None
    assert gazetteer.canonical("E99999999") == "E99999999"
    assert gazetteer.by_urn("1") is None


def test_a_misspelt_name_has_neighbours() -> None:
    assert load().nearest("Birmingam")[0] == "Birmingham"
    assert len(load().nearest("Readng", n=2)) == 2


def test_a_site_belongs_to_the_authority_behind_it() -> None:
    gazetteer = load()
    leicester = gazetteer.by_name("Leicester")
    assert gazetteer.by_domain("https://news.leicester.gov.uk/a?b=c") is leicester
    assert gazetteer.by_domain("www.leicester.gov.uk") is leicester
    assert gazetteer.by_domain("birminghamchildrenstrust.co.uk/news") is gazetteer.by_name("Birmingham")
    assert gazetteer.by_domain("gov.uk") is None
    assert gazetteer.by_domain("achievingforchildren.org.uk") is None, "serves three authorities"


def test_a_delivery_body_serves_in_its_time() -> None:
    bodies = [b for b in load().bodies if b.name == "Northamptonshire Children's Trust"]
    assert [b.gss for b in bodies if b.serves(date(2020, 12, 1))] == [("E10000021",)]
    assert [b.gss for b in bodies if b.serves(date(2022, 12, 1))] == [("E06000061", "E06000062")]
    assert not any(b.serves(date(2019, 1, 1)) for b in bodies)
    assert all(b.serves(None) for b in bodies)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("X1,Exampleshire,North,County,1,,,,,,", "line 2: 'X1' is not a GSS code"),
        ("E10000099,,North,County,1,,,,,,", "line 2: no name for E10000099"),
        ("E10000099,Exampleshire,North,County,1,,,31/03/2021,,,", "valid_to '31/03/2021' is not YYYY-MM-DD"),
        ("E10000099,Exampleshire,North,County,1,,,,E10000098,,", "unknown successor E10000098"),
        ("E10000099,Exampleshire,North,County,1,E10000099,,,,,", "already on line 2"),
    ],
)
def test_bad_data_is_named_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(ConfigError, match=r"authorities\.csv") as caught:
        read_authorities(_file(tmp_path, row))
    assert message in str(caught.value)


def test_missing_file_and_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_authorities(tmp_path / "none.csv")
    bare = tmp_path / "bare.csv"
    bare.write_text("gss,name\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="no column 'region'"):
        read_authorities(bare)


def test_a_body_for_an_unknown_authority_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "delivery_bodies.csv"
    path.write_text("name,gss,start,end\nExample Trust,E10000098,2020-01-01,\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="line 2: unknown authority E10000098"):
        read_bodies(["E10000099"], path)


def test_a_small_gazetteer_of_ones_own() -> None:
    own = Authority("E10000099", "Exampleshire", "North", "County", True, domains=("exampleshire.gov.uk",))
    gazetteer = Gazetteer([own])
    assert gazetteer.by_name("Exampleshire County Council") is own
    assert gazetteer.by_domain("news.exampleshire.gov.uk") is own
