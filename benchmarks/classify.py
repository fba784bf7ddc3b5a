"""Speed of the classifier: the gazetteer pass in MB/s, each step per document, and growth with length.

    python -m benchmarks.classify [FOLDER]

FOLDER holds text files or Ofsted PDFs (default: ../shared/real, where it exists; else an invented text).
Prints tables; asserts nothing.
"""

from __future__ import annotations

import gc
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

import pypdfium2

from ingest.classify import read
from ingest.classify.authorities import find
from ingest.classify.findings import statements
from ingest.classify.names import candidates
from ingest.classify.polarity import judge
from ingest.classify.sentences import split
from ingest.classify.themes import match
from ingest.extract.pdf import extract_pdf
from ingest.model import AuthorityMatch, Block, Extracted, Link
from ingest.reference import load

INVENTED = (
    "Inspectors visited services in Exampleshire and in Leeds. While supervision is regular, plans are not "
    "yet specific. Return home interviews are offered, but take-up remains too low. Staff know children well.\n\n"
) * 40


def texts(folder: Path, pdfs: Sequence[Path]) -> list[str]:
    """Return the text of every file of the folder and of the PDFs."""
    found = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.rglob("*.txt"))]
    for path in pdfs:
        with pypdfium2.PdfDocument(path) as document:
            found.append("\n\n".join(page.get_textpage().get_text_bounded() for page in document))
    return found


def document(text: str) -> Extracted:
    """Return the text in paragraphs, as extraction would."""
    blocks = [
        Block("paragraph", found.start(), found.end()) for found in re.finditer(r"\S(?:.|\n(?!\n))*", text)
    ]
    return Extracted(title="", text=text, blocks=tuple(blocks))


def _statements_of_one_line(text: str) -> object:
    line = Extracted(title="", text=text, blocks=(Block("paragraph", 0, len(text)),))
    return statements(line, "press_release", [AuthorityMatch(load().all[0].gss, "subject", "", "")])


def beside_extraction(paths: Sequence[Path]) -> None:
    """Print what it costs to read PDFs in one process: text out of them, then all that is found in it.

    By turns, document for document, and the best of three times of each, so that what else the machine does
    hits both alike. Memory is collected as in a worker process.
    """
    spent = [[float("inf"), float("inf")] for _ in paths]
    for _ in range(3):
        for best, path in zip(spent, paths, strict=True):
            body = path.read_bytes()
            began = time.process_time()
            extracted = extract_pdf(body)
            between = time.process_time()
            read(extracted, Link("benchmark", f"https://benchmark.example/{path.name}", title=path.stem))
            best[:] = min(best[0], between - began), min(best[1], time.process_time() - between)
            gc.freeze()
    extraction, classification = (sum(times) for times in zip(*spent, strict=True))
    print(f"\n{len(paths)} PDFs in one process              seconds of processor time")
    print(f"  {'text in blocks':<32} {extraction:8.2f}")
    print(
        f"  {'all that is found in it':<32} {classification:8.2f}   {classification / extraction:.2f} times"
    )


def flashtext(names: Iterable[str], text: str) -> Callable[[], object] | None:
    """Return the search with flashtext, or None where it is not installed."""
    if find_spec("flashtext") is None:
        return None
    from flashtext import KeywordProcessor

    processor = KeywordProcessor(case_sensitive=True)
    processor.add_keywords_from_list(list(names))
    return lambda: processor.extract_keywords(text, span_info=True)


def seconds(work: Callable[[], object]) -> float:
    """Return the best of two runs, in seconds of processor time."""
    best = float("inf")
    for _ in range(2):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    default = Path(__file__).parents[1].parent / "shared" / "real"
    folder = Path(arguments[0]) if arguments else default
    pdfs = [path for path in sorted(folder.rglob("*.pdf")) if path.read_bytes()[:5] == b"%PDF-"]
    corpus = texts(folder, pdfs) or [INVENTED]
    whole = "\n\n".join(corpus)
    megabytes = len(whole.encode("utf-8", "replace")) / 1e6
    print(f"{len(corpus)} documents, {megabytes:.1f} MB of text\n")

    candidates("warm")
    names = sorted({name for a in load().all for name in (a.name, *a.aliases)}, key=len, reverse=True)
    alternation = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b")
    sample = whole[:1_000_000]
    print("gazetteer pass                       MB/s")
    for label, work in (
        ("all names, one pass", lambda: candidates(sample)),
        ("names in context (find)", lambda: find(sample)),
        ("one large `re` alternation", lambda: alternation.findall(sample)),
        ("flashtext", flashtext(names, sample)),
    ):
        speed = f"{len(sample) / 1e6 / seconds(work):8.1f}" if work else "not installed"
        print(f"  {label:<32} {speed:>8}")

    sentences = [whole[start:end] for start, end in split(whole)]
    print(f"\nsteps, {len(sentences)} sentences         microseconds each")
    for name, step in (("polarity", judge), ("themes", match)):
        spent = seconds(lambda step=step: [step(sentence) for sentence in sentences])  # type: ignore[misc]
        print(f"  {name:<32} {spent / len(sentences) * 1e6:8.1f}")
    print(f"  {'split':<32} {seconds(lambda: split(whole)) / len(sentences) * 1e6:8.1f}")

    authority = AuthorityMatch(load().all[0].gss, "subject", "", "")
    documents = [document(text) for text in corpus]
    spent = seconds(lambda: [statements(d, "ofsted_report", [authority]) for d in documents])
    print(f"\nall statements of all documents: {spent:.1f} s")

    if pdfs:
        beside_extraction(pdfs)

    print("\ntwice the input                      times as long")
    for label, piece in (
        ("ordinary text", INVENTED),
        ("one trigger word", "not "),
        ("one name", "Reading "),
        ("one open quotation", "“said "),
        ("one concession", "while, "),
        ("one exclusion", "team leader "),
        ("one word without an end", "x"),
        ("one stop", "."),
        ("one mark from right to left", "\u202e \u200f"),
    ):
        short = piece * (200_000 // len(piece))
        for name, work_on in (
            ("find", find),
            ("judge", judge),
            ("themes", match),
            ("statements, release", _statements_of_one_line),
        ):
            once, twice = (
                seconds(lambda text=text, work_on=work_on: work_on(text)) for text in (short, short * 2)
            )  # type: ignore[misc]
            print(f"  {label + ', ' + name:<32} {twice / max(once, 1e-4):8.1f}   ({once:.2f} s)")


if __name__ == "__main__":
    main(sys.argv[1:])
