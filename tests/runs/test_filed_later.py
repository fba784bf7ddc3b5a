"""A release that names no council: filed by what a later report tells, and read as its source's pages are read."""

from __future__ import annotations

from pathlib import Path

from pdfs import ilacs_report
from plain_runs import Clock, ask, run_folder
from static_site import static_site

from ingest.fetch import Archive
from ingest.model import Source
from ingest.pipeline import Order, reprocess, run
from ingest.settings import Settings
from ingest.sources import folder_source
from ingest.steps.runner import PlainRunner
from ingest.steps.summary import Summary

RELEASE = (
    "Inspectors visited the council in June. It was rated good in December 2021. "
    "Inspectors found that caseloads are too high."
)
REPORT = ilacs_report("Leeds", rows=[("Overall effectiveness", "Good")])
FILED = """
SELECT gss, rule FROM document_authority JOIN document USING (document_id, version) WHERE url NOT LIKE '%.pdf'
"""
FOUND = "SELECT quote FROM finding_current WHERE polarity = 'concern' AND url NOT LIKE '%.pdf'"


def test_a_release_that_names_no_council_is_filed_when_the_report_that_tells_is_there(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    text = f"Praise for council staff\n\nPublished on 4 July 2022\n\n{RELEASE}\n"
    (folder / "release.txt").write_text(text, encoding="utf-8")
    run_folder(settings, folder)
    assert (ask(settings, FILED), ask(settings, FOUND)) == ([], [])
    (folder / "report.pdf").write_bytes(REPORT)
    run_folder(settings, folder)
    assert ask(settings, FILED) == [("E08000035", "event_constraint")]
    assert ask(settings, FOUND) == [("Inspectors found that caseloads are too high.",)]
    assert run_folder(settings, folder).updated == 0
    assert reprocess(settings, [folder_source(folder)], PlainRunner(), clock=Clock()).updated == 0


def test_what_is_filed_later_is_read_with_the_selector_of_its_source(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "report.pdf").write_bytes(REPORT)
    versions = "SELECT version, text FROM document WHERE url NOT LIKE '%.pdf'"
    with static_site() as site:
        site.html("/news", "<li><a href='/1'>Praise for staff</a><time datetime='2022-07-04'></time></li>")
        beside = (
            "<p>Offices of the council are closed on Monday; those who need help ring the main number.</p>"
        )
        site.html(
            "/1",
            f"<html><body><main>{beside}<div class='body'><p>{RELEASE}</p></div></main></body></html>",
        )
        options = {"item": "li", "date": "time", "content": ".body"}
        source = Source("news", "News", "P", "listing", f"{site.url}/news", options=options)
        settings = settings.model_copy(update={"allow_hosts": ("127.0.0.1",)})

        def look() -> Summary:
            return run(settings, Order((source,), "test", alerts=False), PlainRunner(), clock=Clock())

        look()
        run_folder(settings, folder, alerts=False)
        assert ask(settings, FILED) == [], "this run does not know how the source's pages are read"
        ((kept,),) = ask(settings, "SELECT content_hash FROM document WHERE url NOT LIKE '%.pdf'")
        archived = Archive(settings.data_dir / "archive").path(kept)
        body = archived.read_bytes()
        archived.unlink()
        failed = look()
        assert ["not in the archive" in failure.message for failure in failed.failures] == [True]
        assert failed.exit_code == 1
        archived.write_bytes(body)
        look()
    assert ask(settings, FILED) == [("E08000035", "event_constraint")]
    assert ask(settings, versions) == [(1, RELEASE)]
