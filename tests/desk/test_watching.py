"""A user's files may be links to where they are kept: an edit changes what stands there, and leaves the link."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ingest.curating.entries import note_layout
from ingest.desk import watching


def linked(folder: Path, name: str, text: str) -> tuple[Path, Path]:
    kept = folder / "kept" / name
    kept.parent.mkdir()
    kept.write_text(text)
    link = folder / name
    link.symlink_to(kept)
    return link, kept


def test_watches(tmp_path: Path) -> None:
    link, kept = linked(tmp_path, "watches.toml", "# mine\n")
    watching.save(link, "# ours\n")
    assert (link.is_symlink(), kept.read_text()) == (True, "# ours\n")


def test_sources(tmp_path: Path) -> None:
    link, kept = linked(tmp_path, "sources.toml", '[[source]]\nid = "a"\nurl = "https://a.example"\n')
    note_layout(link, "a", date(2026, 11, 1))
    assert link.is_symlink()
    assert "verified_on = 2026-11-01" in kept.read_text()
