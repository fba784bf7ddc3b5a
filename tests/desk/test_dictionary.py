"""The data dictionary says what the warehouse is, and its results are those of the sample."""

from __future__ import annotations

from pathlib import Path

from ingest.desk.dictionary import README, markdown, sample_warehouse


def test_the_page_is_what_would_be_written_now(tmp_path: Path) -> None:
    with sample_warehouse(tmp_path) as reader:
        now = markdown(reader)
    assert README.read_text(encoding="utf-8") == now, "write it anew with `make dictionary`"
