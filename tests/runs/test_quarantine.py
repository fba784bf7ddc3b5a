"""A run over hostile files: what cannot be read waits in quarantine with its reason, the rest is stored."""

from __future__ import annotations

from pathlib import Path

import hostile
from pdfs import focused_visit

from ingest.load import open_published
from ingest.pipeline import Order, run
from ingest.settings import Settings
from ingest.sources import folder_source
from ingest.steps.runner import PlainRunner

HOSTILE = {
    "bomb.pdf": (hostile.bomb(1200), "LimitError", "needed more than"),
    "forms.pdf": (hostile.doubling_forms(40), "LimitError", "needed more than"),
    "closed.pdf": (hostile.encrypted(), "UnreadableError", "encrypted"),
    "empty.pdf": (b"", "UnreadableError", "announced as a PDF"),
    "none.pdf": (hostile.no_pages(), "UnreadableError", "not a readable PDF"),
    "tree.pdf": (hostile.own_child(), "UnreadableError", "damaged"),
    "noise.txt": (bytes(range(256)) * 100, "UnreadableError", "no reader for"),
    "blank.html": (b"<html><body></body></html>", "UnreadableError", "no article text"),
}


def test_every_failure_is_a_row_with_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, (body, _, _) in HOSTILE.items():
        (folder / name).write_bytes(body)
    with (folder / "large.pdf").open("wb") as file:
        file.truncate(200_000_000)
    (folder / "letter.pdf").write_bytes(focused_visit("Leeds"))
    damaged = list(hostile.mutations(focused_visit("Leeds"), focused_visit("Bradford"), 60, 13))
    for number, body in enumerate(damaged):
        (folder / f"damaged-{number}.pdf").write_bytes(body)
    settings = Settings(data_dir=tmp_path / "data", workers=2, read_seconds=3)
    summary = run(settings, Order((folder_source(folder),), "test", alerts=False), PlainRunner())
    assert summary.exit_code == 1
    with open_published(settings.published_place) as reader:
        rows = {Path(failure.url).name: failure for failure in reader.quarantine()}
        stored = {Path(url).name for (url,) in reader.query("SELECT url FROM document")[1]}
    for name, (_, error, words) in HOSTILE.items():
        assert rows[name].error == error
        assert words in rows[name].message
    assert "larger than 50,000,000 bytes" in rows["large.pdf"].message
    assert "letter.pdf" in stored
    files = {path.name for path in folder.iterdir()}
    assert stored | rows.keys() == files, "nothing is lost"
    assert not stored & rows.keys()
