"""The themes file: whole, and checked on load."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.reference import load_themes
from ingest.reference.themes import read_themes


def test_the_28_themes_have_ids_names_and_definitions() -> None:
    themes = load_themes()
    assert len({theme.theme_id for theme in themes}) == 28
    assert all(theme.name and theme.definition for theme in themes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[early_help]\nname = 'x'\n", r"\[early_help\] needs a definition"),
        ("[Early Help]\n", "cannot be read"),
        ('["Early Help"]\nname = "x"\n', "is not a table with an id"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "themes.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_themes(path)
