from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.sources import folder_source, list_folder

HEADER = "path,urn,provider,gss,listing_title,published_on,url\n"


def fill(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_rows_of_the_listing_come_first_and_plain_files_after(tmp_path: Path) -> None:
    rows = (
        'ofsted/1/a.pdf,90000,"exampleshire, north",E10000003,Children’s services inspection,2022-04-01,'
        "https://files.example/v1/file/1\nofsted/2/b.pdf,90001,Sampleton,,focused visit,,\n"
    )
    root = fill(
        tmp_path,
        {
            "listings.csv": HEADER + rows,
            "ofsted/1/a.pdf": "a",
            "ofsted/2/b.pdf": "b",
            "ofsted/2/c.PDF": "c",
            "notes.txt": "n",
            "official/table.csv": "t",
            ".hidden/x.txt": "x",
            ".y.txt": "y",
        },
    )
    found = list_folder(root)
    assert [link.url for link in found.links] == [
        "https://files.example/v1/file/1",
        (root / "ofsted/2/b.pdf").as_uri(),
        (root / "notes.txt").as_uri(),
        (root / "ofsted/2/c.PDF").as_uri(),
    ]
    first = found.links[0]
    assert (first.title, first.label) == (
        "Exampleshire, North: children's services inspection",
        "children's services inspection",
    )
    assert (first.published_on, first.urn, first.gss, first.publisher, first.kind) == (
        date(2022, 4, 1),
        "90000",
        "E10000003",
        "Ofsted",
        None,
    )
    assert first.path == str(root / "ofsted/1/a.pdf")
    assert {link.source_id for link in found.links} == {"folder"}
    assert found.warnings == ()


def test_faults_of_rows_are_warnings_with_their_line(tmp_path: Path) -> None:
    rows = (
        "gone.pdf,1,x,,t,2022-01-01,\n../outside.txt,1,x,,t,2022-01-01,\n"
        "a.pdf,1,x,8000025,t,sometime,not an address\nshort.pdf\n"
    )
    root = fill(
        tmp_path / "in",
        {"listings.csv": "\ufeff" + HEADER + rows, "a.pdf": "a", "short.pdf": "s", "../outside.txt": ""},
    )
    found = list_folder(root)
    assert [(link.url, link.published_on, link.gss) for link in found.links] == [
        ((root / "a.pdf").as_uri(), None, None),
        ((root / "short.pdf").as_uri(), None, None),
    ]
    assert [warning.partition("listings.csv, ")[2].split(":")[0] for warning in found.warnings] == [
        "line 2",
        "line 3",
        "line 4",
        "line 4",
        "line 4",
    ]


def test_names_that_are_no_text_are_left_out_and_named(tmp_path: Path) -> None:
    """Other systems pack them into archives in an encoding of their own; nothing can store them."""
    root = fill(tmp_path / "in", {"a.txt": "a"})
    (root / os.fsdecode(b"caf\xe9.txt")).write_text("c")
    (root / os.fsdecode(b"fa\xe7ade")).mkdir()
    found = list_folder(root)
    assert [Path(link.path or "").name for link in found.links] == ["a.txt"]
    assert sorted(warning.removeprefix(f"{root}/").partition(":")[0] for warning in found.warnings) == [
        r"caf\xe9.txt",
        r"fa\xe7ade",
    ]
    with pytest.raises(ConfigError, match=r"fa\\xe7ade: its name is not UTF-8"):
        list_folder(root / os.fsdecode(b"fa\xe7ade"))


def test_a_sidecar_gives_what_the_text_does_not_say(tmp_path: Path) -> None:
    said = (
        'url = "https://example.org/a"\nsource = "trust"\npublisher = "Example Trust"\n'
        'title = "A"\ngss = "E08000025"\nkind = "press_release"\n'
    )
    root = fill(
        tmp_path,
        {
            "a.txt": "a",
            "a.toml": said + "published_on = 2018-06-08\n",
            "b.html": "b",
            "b.html.toml": 'published_on = "8 June 2018"\n',
            "b.toml": "this is not read: the full name wins",
        },
    )
    first, second = list_folder(root, "mine").links
    assert (first.source_id, first.url, first.publisher) == (
        "trust",
        "https://example.org/a",
        "Example Trust",
    )
    assert (first.published_on, first.title, first.gss, first.kind) == (
        date(2018, 6, 8),
        "A",
        "E08000025",
        "press_release",
    )
    assert (second.source_id, second.url, second.published_on) == (
        "mine",
        (root / "b.html").as_uri(),
        date(2018, 6, 8),
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("url = \n", "line 1"),
        ('colour = "red"', "unknown key 'colour'"),
        ('published_on = "soon"', "published_on = 'soon': no date; write it as 2018-06-08."),
        ('gss = "x"', "gss = 'x': no code of an authority; write it as E08000035."),
        ('kind = "novel"', "press_release"),
    ],
)
def test_a_faulty_sidecar_is_named(tmp_path: Path, text: str, part: str) -> None:
    root = fill(tmp_path, {"a.txt": "a", "a.toml": text})
    with pytest.raises(ConfigError, match=r"a\.toml") as caught:
        list_folder(root)
    assert part in str(caught.value)


def test_two_files_of_one_address_are_told(tmp_path: Path) -> None:
    root = fill(tmp_path, {"a.txt": "a", "a.html": "a", "a.toml": 'url = "https://example.org/a"'})
    found = list_folder(root)
    assert [Path(link.path or "").name for link in found.links] == ["a.html"]
    assert "a.txt" in found.warnings[0]


def test_a_folder_is_a_source_of_its_own(tmp_path: Path) -> None:
    source = folder_source(tmp_path)
    assert (source.source_id, source.kind, source.url) == ("folder", "folder", str(tmp_path))
    with pytest.raises(ConfigError, match="no such folder"):
        folder_source(tmp_path / "gone")


def test_unusable_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        list_folder(tmp_path / "gone")
    file = fill(tmp_path, {"a.txt": "a"}) / "a.txt"
    with pytest.raises(ConfigError, match="not a folder"):
        list_folder(file)
    (tmp_path / "listings.csv").write_text("path,url\n")
    with pytest.raises(ConfigError, match="column urn, provider"):
        list_folder(tmp_path)
    (tmp_path / "listings.csv").write_bytes(HEADER.encode() + b"\xff,,,,,,\n")
    with pytest.raises(ConfigError, match="UTF-8"):
        list_folder(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_folder_is_named(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0)
    with pytest.raises(ConfigError, match="cannot be read"):
        list_folder(locked)


def test_the_real_folder_is_announced_whole() -> None:
    real = Path(__file__).parents[2].parent / "shared" / "real"
    if not real.is_dir():
        pytest.skip("../shared/real is not here")
    found = list_folder(real)
    assert len(found.links) == 274
    assert sum(link.urn is not None for link in found.links) == 269
    assert all(link.published_on and link.gss for link in found.links if link.urn)
    assert found.warnings == ()
