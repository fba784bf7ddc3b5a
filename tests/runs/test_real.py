"""The real documents beside the checkout, read as a user would, and scored with the scripts that lie there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.load import Reader, open_published


def run_folder(shared: Path, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ingest.cli", "run", "--folder", str(shared / "real"), "--no-alerts"],
        env={**os.environ, "INGEST_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def data(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    done = run_folder(shared, folder)
    assert done.returncode == 1, done.stderr
    assert "50004190" in done.stdout, "the HTML page under a PDF name is named"
    return folder


@pytest.fixture
def reader(data: Path) -> Iterator[Reader]:
    with open_published(data / "published") as reader:
        yield reader


def score(shared: Path, script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(shared / "score" / script), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_every_inspection_and_grade_is_what_ofsted_published(shared: Path, data: Path) -> None:
    done = score(shared, "inspections.py", data / "published" / "warehouse.duckdb")
    assert done.returncode == 0, done.stdout


def test_every_listed_improvement_is_whole(shared: Path, data: Path) -> None:
    done = score(shared, "improvements.py", data / "published" / "warehouse.duckdb", "--misses", 100)
    # 13 lines of the reading are themselves wrong: Ofsted's letterhead is glued to the last item of a page
    # (twelve), or an item and all that follow it are cut off at a page's end (one).
    assert done.stdout.count("miss:") == 13, done.stdout


def test_sentences_are_filed_as_read(shared: Path) -> None:
    command = f"{sys.executable} -m ingest.cli explain --jsonl"
    done = score(shared, "sentences.py", "--command", command)
    exact, polarity, themes = (
        float(re.search(pattern, done.stdout)[1])  # type: ignore[index]
        for pattern in (r"exact \(([\d.]+)%", r"right \(([\d.]+)%", r"themes: .*F1 ([\d.]+)")
    )
    assert exact >= 97, done.stdout
    assert polarity >= 95, done.stdout
    assert themes >= 0.85, done.stdout


def test_findings_of_the_seed_articles_match_their_reading(shared: Path, data: Path) -> None:
    done = score(shared, "seeds.py", data / "published" / "warehouse.duckdb")
    shares = dict(re.findall(r"(\w[\w ]*) \d+/\d+ \((\d+)%\)", done.stdout.splitlines()[-1]))
    least = {"authorities": 100, "kind": 100, "findings recall": 95, "precision": 85, "speaker": 95}
    assert {measure: int(shares[measure]) >= share for measure, share in least.items()} == dict.fromkeys(
        least, True
    ), done.stdout


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT quote FROM finding JOIN document USING (document_id, version) "
        "WHERE substring(text, start_char + 1, end_char - start_char) <> quote",
        "SELECT quote FROM finding WHERE regexp_matches(quote, 'Piccadilly Gate|M1 2WD|Crown copyright|Textphone')",
        "SELECT section FROM finding WHERE section ILIKE 'What the inspection judgements mean%'",
        "SELECT quote FROM finding WHERE regexp_matches(quote, '(?i)an? (outstanding|good) (local authority|LSCB) ')",
        "SELECT url FROM document AS d LEFT JOIN (SELECT DISTINCT document_id, start_char, end_char FROM finding) "
        "USING (document_id) WHERE kind LIKE 'ofsted%' GROUP BY url, text "
        "HAVING coalesce(sum(end_char - start_char), 0) < 0.65 * length(text)",
        # Nothing is said twice: of no document do two findings share a word.
        "SELECT url, quote FROM finding JOIN document USING (document_id, version) WHERE is_current "
        "QUALIFY start_char < max(end_char) OVER (PARTITION BY document_id ORDER BY start_char, end_char "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)",
        "SELECT inspection_id FROM inspection WHERE started_on > published_on OR ended_on < started_on",
        "SELECT url FROM document WHERE kind LIKE 'ofsted%' AND document_id NOT IN "
        "(SELECT document_id FROM document_authority)",
    ],
    ids=[
        "quotes",
        "letterheads",
        "boilerplate",
        "scale",
        "hardly read",
        "said twice",
        "dates",
        "authorities",
    ],
)
def test_nothing_in_the_tables_is_wrong_on_its_face(reader: Reader, sql: str) -> None:
    assert reader.query(sql)[1] == []


def test_a_letter_as_pdf_and_as_pasted_text_are_one_document(reader: Reader) -> None:
    ((one, other),) = reader.query(
        "SELECT d.media_type, o.media_type FROM document AS d JOIN document AS o ON o.document_id = d.duplicate_of"
    )[1]
    assert {one, other} == {"application/pdf", "text/plain"}


def test_two_articles_with_one_quotation_about_two_visits_are_two_stories(reader: Reader) -> None:
    rows = reader.query(
        "SELECT inspection_id, count(*) FROM inspection_document WHERE gss = 'E08000025' "
        "AND kind = 'monitoring_visit' GROUP BY ALL ORDER BY 1"
    )[1]
    assert rows == [
        ("E08000025-monitoring_visit-2018-05", 2),
        ("E08000025-monitoring_visit-reported-2018-09", 1),
    ]


def test_a_second_run_reads_no_file(shared: Path, data: Path) -> None:
    done = run_folder(shared, data)
    assert done.returncode == 0, done.stderr
    assert "0 new, 0 changed, 0 read differently" in done.stdout
    assert "Reading" not in done.stderr
