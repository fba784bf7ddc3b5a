"""`ingest themes check`: what an edit of the theme rules changes in the user's own findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Ingest

import ingest.classify

RULES = Path(ingest.classify.__file__).parent / "themes.toml"


@pytest.fixture
def stored(ingest: Ingest, tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "visit.txt").write_text(
        "Inspectors found that Leeds helps children in zorblatt lodges well.\n\n"
        "Inspectors found that return home interviews in Leeds are late.\n"
    )
    ingest("run", "--folder", folder)
    return tmp_path


def test_an_unchanged_file_changes_nothing(ingest: Ingest, stored: Path) -> None:
    done = ingest("themes", "check", RULES)
    assert (done.returncode, "Nothing changes" in done.stdout) == (0, True), done.stderr


def test_gains_and_losses_are_counted_and_shown(ingest: Ingest, stored: Path) -> None:
    edited = stored / "edited.toml"
    text = RULES.read_text()
    section = text.index("[placement_sufficiency]")
    place = text.index('strong = """', section) + len('strong = """')
    edited.write_text(text[:place] + "\nzorblatt lodge*;" + text[place:])
    done = ingest("themes", "check", edited)
    assert done.returncode == 1, done.stderr
    assert "1 of 2 findings change" in done.stdout
    assert "+ Inspectors found that Leeds helps children in zorblatt lodges well." in done.stdout
    assert "[zorblatt lodge*]" in done.stdout
    assert "placement_sufficiency" in done.stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[voice", ["edited.toml", "table declaration"]),
        ('[no_theme]\nstrong = "a"', ["edited.toml", "no_theme"]),
        ("voice_engagement = 1", ["edited.toml", "voice_engagement", "table"]),
        ('[voice_engagement]\nloud = "a"', ["edited.toml", "loud"]),
        ('[voice_engagement]\nstrong = "a"', ["edited.toml", "no phrases"]),
    ],
)
def test_a_faulty_file_gets_one_line(ingest: Ingest, tmp_path: Path, text: str, words: list[str]) -> None:
    (tmp_path / "edited.toml").write_text(text)
    done = ingest("themes", "check", "edited.toml")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    for word in words:
        assert word in done.stderr
