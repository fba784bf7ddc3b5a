from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.sources import load_catalogue, select
from ingest.sources.platforms import default_options, platforms

ENTRY = """
[[source]]
id = "example"
name = "Example"
publisher = "Example Press"
kind = "feed"
url = "https://example.org/feed"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_entry_becomes_a_source(tmp_path: Path) -> None:
    text = (
        ENTRY.replace("feed", "listing", 1)
        + 'gss = "E08000025"\nrecheck_days = 3\n[source.options]\nitem = "li > a"\n'
    )
    (source,) = load_catalogue(written(tmp_path, text))
    assert (source.source_id, source.kind, source.gss, source.recheck_days) == (
        "example",
        "listing",
        "E08000025",
        3,
    )
    assert source.options == {"item": "li > a"}
    assert (source.document_kind, source.licence) == ("other", "")


def test_a_platform_gives_the_selectors_that_an_entry_does_not(tmp_path: Path) -> None:
    entry = ENTRY.replace('"feed"', '"listing"') + 'platform = "jadu"\n'
    (source,) = load_catalogue(written(tmp_path, entry))
    assert source.options == default_options("jadu", "listing")
    (source,) = load_catalogue(written(tmp_path, entry + '[source.options]\nitem = "li.mine"\ndate = ""\n'))
    assert source.options["item"] == "li.mine"
    assert source.options["next"] == default_options("jadu", "listing")["next"]
    assert "date" not in source.options
    (source,) = load_catalogue(written(tmp_path, ENTRY + 'platform = "of-my-own"\n'))
    assert (source.platform, source.options) == ("of-my-own", {})


def test_a_spoilt_platform_is_named(tmp_path: Path) -> None:
    path = tmp_path / "platforms.toml"
    for text, part in (
        ("[a.listing]\nitem = 'li[['\n", "platform 'a', kind 'listing': options.item is not a CSS selector"),
        ("[a]\nmarks = ['(']\n", "a mark is not a regular expression"),
        ("[a]\ncolour = 'red'\n", "unknown key 'colour'"),
        ("a = 1\n", "write [a] above"),
    ):
        path.write_text(text)
        platforms.cache_clear()
        with pytest.raises(ConfigError, match=re.escape(part)):
            platforms(path)
    platforms.cache_clear()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[[source]]\nid = \n", ["not valid TOML", "line 2"]),
        ("", ["no source", "[[source]]"]),
        ('[source]\nid = "a"\n', ["[[source]]"]),
        ("[[sources]]\n" + ENTRY, ["unknown key 'sources'"]),
        (
            ENTRY.replace('"feed"', '"rss"'),
            ["'example' (entry 1)", "kind", "'rss'", "'feed', 'listing', 'ofsted'"],
        ),
        (ENTRY.replace("kind", "sort"), ["'example'", "'kind' is missing"]),
        (ENTRY + 'gss = "8000025"\n', ["'example'", "gss", "'8000025'"]),
        (ENTRY + 'colour = "red"\n', ["unknown key 'colour'", "recheck_days"]),
        (ENTRY + "recheck_days = 0\n", ["recheck_days = 0"]),
        (ENTRY + 'document_kind = "novel"\n', ["document_kind", "'novel'", "press_release"]),
        (ENTRY + ENTRY, ["entry 2", "'example'", "taken"]),
        (ENTRY.replace("https://example.org/feed", "example.org"), ["url", "http://"]),
        (ENTRY.replace("https://example.org/feed", "https://[bad"), ["url"]),
        (ENTRY + '[source.options]\nitem = "li"\n', ["unknown option 'item'", "'feed'"]),
        (ENTRY.replace('"feed"', '"listing"'), ["'options.item' is missing"]),
        (ENTRY.replace('"feed"', '"listing"') + '[source.options]\nitem = "li[["\n', ["options.item", "CSS"]),
        (ENTRY.replace('"feed"', '"listing"') + "[source.options]\nitem = 3\n", ["options.item", "3"]),
        (ENTRY.replace('"example"', '"Not An Id"'), ["id = 'Not An Id'"]),
        (ENTRY + "expected_min = 5\nexpected_max = 4\n", ["expected_max = 4 is less than expected_min = 5"]),
        (ENTRY + "cadence_hours = 0.0\n", ["cadence_hours = 0.0"]),
        (ENTRY + 'layout = "perhaps"\n', ["layout", "'perhaps'", "'unverified'"]),
        (ENTRY + '[source.options]\ninclude = "("\n', ["options.include", "regular expression"]),
        (ENTRY + 'platform = "no such one"\n', ["platform = 'no such one'"]),
    ],
)
def test_faults_are_named_in_one_line(tmp_path: Path, text: str, parts: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load_catalogue(written(tmp_path, text))
    message = str(caught.value)
    assert "sources.toml" in message
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_a_missing_or_binary_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_catalogue(tmp_path / "sources.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_catalogue(tmp_path)
    (tmp_path / "sources.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_catalogue(tmp_path / "sources.toml")


def test_select_keeps_the_order_of_the_catalogue_and_names_the_nearest(tmp_path: Path) -> None:
    sources = load_catalogue(written(tmp_path, ENTRY + ENTRY.replace('"example"', '"sample"')))
    assert select(sources, []) == sources
    assert [source.source_id for source in select(sources, ["sample", "example", "sample"])] == [
        "example",
        "sample",
    ]
    with pytest.raises(ConfigError, match=r"'exmple' is not in the catalogue; nearest: example"):
        select(sources, ["exmple"])
