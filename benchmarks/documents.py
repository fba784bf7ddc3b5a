"""Speed of the main job over a folder of real documents, beside what PDF libraries need for the text alone.

    python -m benchmarks.documents [FOLDER]

FOLDER is as `ingest run --folder` takes it (default: ../shared/real). Prints tables; asserts nothing.
"""

from __future__ import annotations

import io
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path

DEFAULT = Path(__file__).parents[1].parent / "shared" / "real"
ROUNDS = 3
SEED, SUBSET = 1, 10
"""Files for the slow libraries: so many, chosen with this seed, the same for every library."""

Reader = Callable[[bytes], int]
"""Reads all the text of a PDF and returns the number of its pages."""


def pdfium_text(body: bytes) -> int:
    """Read with pypdfium2, text alone."""
    import pypdfium2

    with pypdfium2.PdfDocument(body) as document:
        for page in document:
            text = page.get_textpage()
            text.get_text_range()
            text.close()
            page.close()
        return len(document)


def ours(body: bytes) -> int:
    """Read with this program: lines with their place and type, put together to blocks."""
    from ingest.extract.pdf import extract_pdf

    return extract_pdf(body).pages or 0


def ours_classified(body: bytes) -> int:
    """Read with this program, and find authority, inspection, grades and findings in it."""
    from ingest.classify import read
    from ingest.extract.pdf import extract_pdf
    from ingest.model import Link

    extracted = extract_pdf(body)
    read(extracted, Link("benchmark", "https://benchmark.example/"))
    return extracted.pages or 0


def pypdf_text(body: bytes) -> int:
    """Read with pypdf."""
    import pypdf

    document = pypdf.PdfReader(io.BytesIO(body))
    for page in document.pages:
        page.extract_text()
    return len(document.pages)


def pdfminer_text(body: bytes) -> int:
    """Read with pdfminer.six."""
    from pdfminer.high_level import extract_text
    from pdfminer.pdfpage import PDFPage

    extract_text(io.BytesIO(body))
    return sum(1 for _ in PDFPage.get_pages(io.BytesIO(body)))


def pdfplumber_text(body: bytes) -> int:
    """Read with pdfplumber."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(body)) as document:
        for page in document.pages:
            page.extract_text()
        return len(document.pages)


READERS: tuple[tuple[str, str, Reader], ...] = (
    ("pypdfium2, text alone", "pypdfium2", pdfium_text),
    ("ingest, text in blocks", "ingest", ours),
    ("ingest, read and classified", "ingest", ours_classified),
    ("pypdf", "pypdf", pypdf_text),
    ("pdfminer.six", "pdfminer", pdfminer_text),
    ("pdfplumber", "pdfplumber", pdfplumber_text),
)


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds the work takes by the clock on the wall."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def pdfium_in_processes(bodies: Sequence[bytes]) -> float:
    """Return the seconds that pypdfium2 needs for the text alone in as many processes as there are processors.

    No program that reads with pdfium can be faster; half the time of one process would be two whole processors.
    """
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(pdfium_text, bodies[:SUBSET]))  # start-up is not the subject
        return min(timed(lambda: list(pool.map(pdfium_text, bodies))) for _ in range(ROUNDS))


def ingest(folder: Path, place: Path) -> tuple[float, float, float]:
    """Run `ingest run --folder` into a place; return seconds, seconds of CPU, and peak memory in megabytes.

    The memory is the sum of what is resident in the command and all its children, looked at every 20 ms;
    what they share is counted for each.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("INGEST_")}
    environment["INGEST_DATA_DIR"] = str(place)
    command = [sys.executable, "-m", "ingest.cli", "run", "--folder", str(folder), "--no-alerts"]
    before, began, peak = processor_time(), time.perf_counter(), 0
    with tempfile.TemporaryFile("w+") as errors:  # nobody empties a pipe while it is watched
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
        while process.poll() is None:
            peak = max(peak, resident(process.pid))
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        errors.seek(0)
        if process.returncode not in (0, 1):
            raise SystemExit(
                f"ingest run ended with code {process.returncode}: {errors.read().strip()[-300:]}"
            )
    return seconds, processor_time() - before, peak / 1e6


def processor_time() -> float:
    """Return the CPU seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident(pid: int) -> int:
    """Return the bytes that a process and its children hold in memory now; 0 where it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = {child for task in tasks for child in (task / "children").read_text().split()}
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(resident(int(child)) for child in children)


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print."""
    folder = Path(arguments[0]) if arguments else DEFAULT
    bodies = [path.read_bytes() for path in sorted(folder.rglob("*.pdf"))]
    bodies = [body for body in bodies if body.startswith(b"%PDF-")]
    if not bodies:
        print(f"No PDFs under {folder}: give a folder of documents, or put ../shared beside the checkout.")
        return
    pages = sum(pdfium_text(body) for body in bodies)
    alone = min(timed(lambda: [pdfium_text(body) for body in bodies]) for _ in range(ROUNDS))
    rows: list[tuple[str, str]] = [
        ("pypdfium2, text alone, one process", f"{alone:.2f} s, {pages / alone:,.0f} pages/s"),
        (f"  in {os.cpu_count()} processes at once", f"{pdfium_in_processes(bodies):.2f} s"),
    ]
    runs, spent, memory = [], [], 0.0
    with tempfile.TemporaryDirectory() as place:
        for number in range(ROUNDS):
            seconds, processor, peak = ingest(folder, Path(place) / str(number))
            runs.append(seconds)
            spent.append(processor)
            memory = max(memory, peak)
        again = min(ingest(folder, Path(place) / "0")[0] for _ in range(ROUNDS))
    fresh = min(runs)
    helped = min(timed(show_help) for _ in range(ROUNDS))
    rows += [
        ("ingest run --folder, fresh warehouse", f"{fresh:.2f} s ({', '.join(f'{s:.2f}' for s in runs)})"),
        ("  over pypdfium2's text alone", f"{fresh / alone:.2f}"),
        ("  CPU time of all its processes", f"{min(spent):.2f} s"),
        ("  peak memory, all processes", f"{memory:,.0f} MB"),
        ("the same again, nothing new", f"{again:.2f} s"),
        ("ingest --help", f"{helped:.2f} s"),
    ]
    print(f"{len(bodies)} PDFs, {pages:,} pages; best of {ROUNDS}\n")
    for name, value in rows:
        print(f"{name:40}{value}")
    compare(bodies)


def show_help() -> None:
    """Run `ingest --help`."""
    subprocess.run(
        [sys.executable, "-m", "ingest.cli", "--help"], stdout=subprocess.DEVNULL, check=True, env=os.environ
    )


def compare(bodies: Sequence[bytes]) -> None:
    """Print the speed of each library that is installed, on the same few files."""
    chosen = random.Random(SEED).sample(bodies, min(SUBSET, len(bodies)))
    print(f"\n{len(chosen)} of them (seed {SEED}), one process{'':8}pages/s   to pypdfium2")
    base = 0.0
    for name, module, read in READERS:
        if find_spec(module) is None:
            print(f"{name:40}not installed")
            continue
        read(chosen[0])  # imports and caches are not the subject
        rounds = ROUNDS if module in ("pypdfium2", "ingest") else 1
        count = sum(read(body) for body in chosen) if rounds > 1 else 0
        best = float("inf")
        for _ in range(rounds):
            began = time.perf_counter()
            count = sum(read(body) for body in chosen)
            best = min(best, time.perf_counter() - began)
        speed = count / best
        base = base or speed
        print(f"{name:40}{speed:7.1f}{speed / base:14.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
