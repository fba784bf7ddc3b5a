"""Runs over folders of files: what is new, what changed, what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdfs import focused_visit
from plain_runs import NOW, ask, letters, run_folder

from ingest.errors import UnreadableError
from ingest.load import has_index, refresh_index
from ingest.model import Link, Snapshot
from ingest.settings import Settings
from ingest.steps import reading


def test_a_folder_is_read_once_and_again_where_a_file_changed(settings: Settings, tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", "Leeds", "Bradford")
    assert run_folder(settings, folder).new == 2
    assert run_folder(settings, folder).checks[0].fetched == 0
    (folder / "Leeds.pdf").write_bytes(focused_visit("Reading"))
    changed = run_folder(settings, folder)
    assert (changed.new, changed.changed) == (0, 1)
    (folder / "Leeds.pdf").unlink()
    assert run_folder(settings, folder).exit_code == 0


def test_a_run_keeps_the_index_of_those_who_search_and_makes_none_for_others(
    settings: Settings, tmp_path: Path
) -> None:
    folder = letters(tmp_path / "in", "Leeds")
    run_folder(settings, folder)
    assert not has_index(settings.published_place)
    refresh_index(settings.published_place)
    letters(tmp_path / "in", "Bradford")
    run_folder(settings, folder)
    assert refresh_index(settings.published_place) is False, "the run had brought it up to date"


def test_what_is_unreadable_waits_in_quarantine_until_it_can_be_read(
    settings: Settings, tmp_path: Path
) -> None:
    folder = letters(tmp_path / "in", "Leeds")
    (folder / "broken.pdf").write_bytes(focused_visit("Hull")[:-600])
    first = run_folder(settings, folder)
    assert (first.new, first.exit_code) == (1, 1)
    assert [failure.url.rpartition("/")[2] for failure in first.failures] == ["broken.pdf"]
    assert run_folder(settings, folder).exit_code == 0
    (folder / "broken.pdf").write_bytes(focused_visit("Hull"))
    assert run_folder(settings, folder).new == 1
    assert ask(settings, "SELECT count(*) FROM quarantine_open") == [(0,)]


def test_every_fault_of_a_listing_is_named_until_it_is_mended(settings: Settings, tmp_path: Path) -> None:
    folder = letters(tmp_path / "in", "Leeds")
    listing = (
        "path,urn,provider,gss,listing_title,published_on,url\n{}80000,Leeds,,focused visit,2022-04-01,\n"
    )
    (folder / "listings.csv").write_text(listing.format("one.pdf,") + "two.pdf,80000,Leeds,,visit,,\n")
    (failure,) = run_folder(settings, folder).failures
    assert "no file 'one.pdf'" in failure.message
    assert "no file 'two.pdf'" in failure.message
    assert run_folder(settings, folder).counts.quarantine
    (folder / "listings.csv").write_text(listing.format("Leeds.pdf,"))
    assert run_folder(settings, folder).counts.quarantine == ()


def test_a_fault_of_ours_in_one_document_is_quarantined_not_the_end_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Leeds did well.")
    snapshot = Snapshot(
        Link("s", "https://a.example/"), "https://a.example/", "0", "text/plain", None, 1, NOW
    )
    monkeypatch.setattr(reading, "extract", lambda *_, **__: {}["gone"])
    with pytest.raises(UnreadableError, match=r"a rule failed on it \(KeyError in .*make reprocess"):
        reading.read_job(reading.ReadJob(snapshot, path))
