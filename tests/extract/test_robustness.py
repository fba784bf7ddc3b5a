"""Whatever a file holds, reading it ends: in a document whose places are true, or in a reason."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hostile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfs import focused_visit, ilacs_report

from ingest.classify import read
from ingest.errors import IngestError, LimitError, UnreadableError
from ingest.extract import pdf_lines
from ingest.extract.html import decode, extract_html
from ingest.extract.plain import extract_plain
from ingest.model import Extracted, Link, Reading, Snapshot
from ingest.steps.reading import TARGET, ReadDocument, ReadJob
from ingest.workers import WorkerPool

LEEDS = Link("test", "https://news.example/leeds", gss="E08000035")
OPENING = "Leeds City Council news\n\nOfsted visited Leeds City Council children's services in May 2024.\n\n"


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(TARGET, size=2, cpu_seconds=4, megabytes=1024) as pool:
        yield pool


def job(path: Path) -> ReadJob:
    link = Link("test", path.as_uri(), path=str(path), gss="E08000035")
    return ReadJob(
        Snapshot(link, link.url, "", "application/pdf", None, path.stat().st_size, datetime.now(UTC)), path
    )


def outcomes(pool: WorkerPool, folder: Path, bodies: Iterable[bytes]) -> list[ReadDocument | IngestError]:
    """Return what became of each file, in order; every document that was read has true places."""
    jobs = []
    for number, body in enumerate(bodies):
        path = folder / f"{number}.pdf"
        path.write_bytes(body)
        jobs.append(job(path))
    found = [result for _, result in sorted(pool.run(jobs), key=lambda pair: pair[0])]
    assert len(found) == len(jobs)
    for result in found:
        if isinstance(result, ReadDocument):
            assert_true_places(result.document.extracted, result.document.reading)
        else:
            assert str(result)
    return found


def assert_true_places(extracted: Extracted, reading: Reading) -> None:
    end = 0
    for block in extracted.blocks:
        assert end <= block.start < block.end <= len(extracted.text)
        end = block.end
    for finding in reading.findings:
        assert extracted.text[finding.start : finding.end] == finding.quote
    for inspection in reading.inspections:
        for judgement in inspection.judgements:
            if judgement.start is not None:
                assert extracted.text[judgement.start : judgement.end] == judgement.evidence


# ---------------------------------------------------------------- damaged files


def test_damaged_letters_are_read_or_refused(pool: WorkerPool, tmp_path: Path) -> None:
    letter = focused_visit("Leeds")
    report = ilacs_report("Leeds", rows=[("Overall effectiveness", "Good")])
    bodies = [*hostile.mutations(letter, report, 150, 7), *hostile.mutations(report, letter, 150, 8)]
    kinds = Counter(type(result) for result in outcomes(pool, tmp_path, bodies))
    assert kinds[ReadDocument] > 50
    assert kinds[UnreadableError] > 50
    assert set(kinds) <= {ReadDocument, UnreadableError, LimitError}


def test_damaged_real_documents_are_read_or_refused(pool: WorkerPool, tmp_path: Path, shared: Path) -> None:
    whole = [
        path for path in sorted((shared / "real" / "ofsted").rglob("*.pdf")) if path.stat().st_size > 9000
    ]
    chosen = random.Random(11).sample(whole, 6)
    for number, path in enumerate(chosen):
        folder = tmp_path / str(number)
        folder.mkdir()
        other = chosen[number - 1].read_bytes()
        outcomes(pool, folder, hostile.mutations(path.read_bytes(), other, 50, number))


# ---------------------------------------------------------------- hostile files

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "ten thousand pages": (lambda: hostile.many_pages(10_000), "10000 pages"),
    "too many pages": (lambda: hostile.many_pages(pdf_lines.MOST_PAGES + 1), "20,001 pages"),
    "no pages": (hostile.no_pages, "not a readable PDF"),
    "claims a thousand million pages": (lambda: hostile.claims_pages(10**9), "1 pages"),
    "a deep page tree": (lambda: hostile.deep_tree(100_000), "damaged"),
    "a page tree that holds itself": (hostile.own_child, "damaged"),
    "a deep array": (lambda: hostile.deep_array(1_000_000), "1 pages"),
    "a deep operand": (lambda: hostile.deep_operand(1_000_000), "1 pages"),
    "a length that is its own stream": (hostile.own_length, "1 pages"),
    "a table that precedes itself": (hostile.own_predecessor, "1 pages"),
    "a form that draws itself": (hostile.own_form, "needed more than"),
    "forms that double": (lambda: hostile.doubling_forms(40), "needed more than"),
    "a bomb": (lambda: hostile.bomb(1200), "needed more than"),
    "text without end": (lambda: hostile.endless_text(100), "needed more than"),
    "encrypted": (hostile.encrypted, "encrypted"),
    "open to all, though encrypted": (lambda: hostile.encrypted(""), "1 pages"),
    "empty": (lambda: b"", "cut short"),
    "no PDF": (lambda: random.Random(1).randbytes(50_000) + b"%%EOF", "not a readable PDF"),
}


def test_hostile_files_take_bounded_time_and_memory(pool: WorkerPool, tmp_path: Path) -> None:
    made = [make() for make, _ in HOSTILE.values()]
    found = outcomes(pool, tmp_path, [*made, focused_visit("Leeds")])
    for (name, (_, words)), result in zip(HOSTILE.items(), found, strict=False):
        told = f"{result.document.extracted.pages} pages" if isinstance(result, ReadDocument) else str(result)
        assert words in told, f"{name}: {told}"
    assert isinstance(found[-1], ReadDocument), "the pool reads on after all of them"


def test_two_hundred_megabytes_of_ballast_are_read_past(pool: WorkerPool, tmp_path: Path) -> None:
    path = tmp_path / "large.pdf"
    hostile.write_large(path, 200)
    ((_, result),) = pool.run([job(path)])
    assert isinstance(result, ReadDocument)
    assert result.document.extracted.text == "Leaders know their services well."
    path.unlink()


def test_more_text_than_any_report_is_refused_with_its_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = focused_visit("Leeds")
    characters = sum(len(line.text) for page in pdf_lines.read_lines(letter) for line in page.lines)
    monkeypatch.setattr(pdf_lines, "MOST_CHARACTERS", characters // 2)
    with pytest.raises(LimitError, match=r"more than .* characters"):
        pdf_lines.read_lines(letter)


# ---------------------------------------------------------------- pages and texts


def survives(text: str) -> None:
    """Read the text as a page and as plain text; what is read has true places."""
    for reader in (extract_plain, extract_html, lambda markup: extract_html(markup, content="article, p")):
        try:
            extracted = reader(text)
        except UnreadableError:
            continue
        assert_true_places(extracted, read(extracted, LEEDS))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=400))
def test_any_characters_are_read_or_refused(text: str) -> None:
    survives(text)
    survives(OPENING + text)
    survives(f"<article><h1>Leeds</h1><p>{OPENING}{text}</p></article>")


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=2000), st.sampled_from([None, "utf-8", "utf-16", "windows-1252", "no-such-charset"])
)
def test_any_bytes_are_decoded_or_refused(body: bytes, charset: str | None) -> None:
    try:
        survives(decode(body, charset))
    except UnreadableError:
        pass


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["@graph", "datePublished", "x"]), inner, max_size=3)
        ),
    )
)
def test_any_metadata_of_a_page_is_read_or_left_alone(data: object) -> None:
    import json

    page = (
        f"<script type='application/ld+json'>{json.dumps(data)}</script><article><p>{OPENING}</p></article>"
    )
    assert "Leeds" in extract_html(page, content="article").text


@pytest.mark.parametrize(
    "text",
    [
        OPENING + "leaders know their services well and plans are clear " * 40_000,
        OPENING + "a" * 5_000_000,
        OPENING + "Plans for \ud800 children \udfff are late. " * 5_000,
        OPENING + random.Random(2).randbytes(300_000).decode("latin-1"),
        OPENING + "\n" * 2_000_000 + "end",
        OPENING + "\u00a0" * 2_000_000 + "end",
        OPENING + "“said " * 100_000,
        OPENING + "1 to 2 May 2024 " * 30_000,
        OPENING + "Leeds and Bradford, " * 4_000,
        "Inspection of " * 50_000 + "children's services\nLead inspector: A",
        "Focused visit to Leeds children's services\n\nThis letter summarises the findings of the visit on 1 May 2024. "
        + "What needs to improve? " * 30_000,
    ],
    ids=[
        "line",
        "word",
        "surrogates",
        "binary",
        "lines",
        "spaces",
        "quotes",
        "dates",
        "names",
        "titles",
        "letter",
    ],
)
def test_texts_out_of_all_measure_are_read_in_the_time_of_their_length(text: str) -> None:
    extracted = extract_plain(text)
    assert_true_places(extracted, read(extracted, LEEDS))


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 30_000 + f"<p>{OPENING}",
        "<table><tr><td>" * 5_000 + OPENING,
        "<" * 500_000,
        "<article><p>" + "&amp;" * 300_000,
        "<script type='application/ld+json'>" + "[" * 300_000 + f"</script><article><p>{OPENING}",
        "<article><p>" + "&#xD800;\x00" * 100 + OPENING,
        "<!--" * 200_000,
    ],
    ids=["deep", "tables", "brackets", "entities", "json", "half characters", "comments"],
)
def test_pages_out_of_all_measure_are_read_or_refused(markup: str) -> None:
    for content in (None, "article"):
        try:
            assert extract_html(markup, content=content).text
        except UnreadableError:
            pass
