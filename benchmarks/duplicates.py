"""How well and how fast copies are found, beside rensa and datasketch, and what one more document costs.

Usage: python -m benchmarks.duplicates [ARTICLES [STORED...]]

100,000 articles by default, and 10,000, 100,000 and 1,000,000 stored texts; each program runs in a process of
its own on the same articles. The other two come with `pip install -r benchmarks/requirements.txt`.
"""

from __future__ import annotations

import importlib.util
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from benchmarks.planted import WORDS, Planted, Writer, planted, prose
from ingest.dedupe import Matcher, find_duplicates
from ingest.load import Warehouse
from ingest.model import make_id
from ingest.steps.linking import AT_ONCE, compare_texts
from ingest.steps.running import Silent

Pairs = set[tuple[int, int]]
FEW, MANY = 128, 1024
"""Documents that two runs bring: what the larger takes longer is what its documents take."""
_WORD = re.compile(r"\w+")
_FILL = """
INSERT INTO document BY NAME
SELECT
    document_id, 1 AS version, 'news' AS source_id, url, url AS final_url, url AS address, '' AS title,
    'news_article' AS kind, 'Example News' AS publisher, DATE '2024-01-01' AS published_on, text,
    [] AS blocks, [] AS notes, 'text/html' AS media_type, length(text) AS size, document_id AS content_hash,
    document_id AS text_hash, document_id AS version_hash, document_id AS digest, true AS is_current, true AS is_told,
    TIMESTAMPTZ '2024-01-01 00:00:00Z' AS fetched_at, 'r1' AS run_id,
FROM incoming
"""


# ---------------------------------------------------------------- three programs


def ours(texts: list[str]) -> Pairs:
    """Fingerprints, index and exact comparison, as a run does it."""
    matcher = Matcher((), lambda numbers: {number: (str(number), texts[number]) for number in numbers})
    found: Pairs = set()
    for start in range(0, len(texts), AT_ONCE):
        chunk = texts[start : start + AT_ONCE]
        _, overlaps = matcher.add({start + i: (str(start + i), text) for i, text in enumerate(chunk)})
        found.update((int(overlap.one), int(overlap.other)) for overlap in overlaps)
    return found


def rensa(texts: list[str]) -> Pairs:
    """rensa's own MinHash and LSH: candidates, which nobody checks."""
    from rensa import RMinHash, RMinHashLSH

    lsh = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    found: Pairs = set()
    for number, text in enumerate(texts):
        sketch = RMinHash(num_perm=128, seed=42)
        sketch.update(_runs(text))
        found.update((other, number) for other in lsh.query(sketch))
        lsh.insert(number, sketch)
    return found


def datasketch(texts: list[str]) -> Pairs:
    """datasketch's MinHash and LSH: candidates, which nobody checks."""
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=0.5, num_perm=128)
    found: Pairs = set()
    for number, text in enumerate(texts):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([run.encode() for run in _runs(text)])
        found.update((other, number) for other in lsh.query(sketch))
        lsh.insert(number, sketch)
    return found


PROGRAMS: dict[str, Callable[[list[str]], Pairs]] = {"ingest": ours, "rensa": rensa, "datasketch": datasketch}


def _runs(text: str) -> list[str]:
    words = _WORD.findall(text.casefold())
    return [" ".join(words[i : i + 4]) for i in range(len(words) - 3)]


def measure(name: str, count: int) -> dict[str, object]:
    """Run one program in this process; memory is what it takes beyond the articles."""
    articles = planted(count)
    PROGRAMS[name](articles.texts[:100])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    pairs = PROGRAMS[name](articles.texts)
    seconds = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"seconds": seconds, "count": len(articles.texts), "mb": memory / 1024, **_judged(articles, pairs)}


def _judged(articles: Planted, pairs: Pairs) -> dict[str, object]:
    copies: Pairs = set().union(*articles.copies.values())
    return {
        "planted": len(copies),
        "recall": {sort: len(of & pairs) / len(of) for sort, of in articles.copies.items()},
        "traps": {sort: (len(of & pairs), len(of)) for sort, of in articles.traps.items()},
        "precision": len(pairs & copies) / max(len(pairs), 1),
    }


def _compare(count: int) -> None:
    results = {}
    for name in PROGRAMS:
        if name != "ingest" and importlib.util.find_spec(name) is None:
            print(f"{name}: not installed; `pip install -r benchmarks/requirements.txt` brings it.")
            continue
        command = [sys.executable, "-m", "benchmarks.duplicates", "--alone", name, str(count)]
        results[name] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    first = results["ingest"]
    print(f"{first['count']:,} articles of {WORDS} words or more, {first['planted']:,} planted pairs\n")
    print(f"{'':28}" + "".join(f"{name:>12}" for name in results))
    rows: list[tuple[str, Callable[[dict[str, object]], str]]] = [
        ("articles a second of CPU", lambda r: f"{r['count'] / r['seconds']:,.0f}"),  # type: ignore[operator]
        ("memory, MB", lambda r: f"{r['mb']:,.0f}"),
        ("precision", lambda r: f"{r['precision']:.4f}"),
    ]
    rows += [(f"recall: {sort}", lambda r, sort=sort: f"{r['recall'][sort]:.4f}") for sort in first["recall"]]  # type: ignore[misc]
    rows += [
        (f"taken for one: {sort}", lambda r, sort=sort: "{} of {}".format(*r["traps"][sort]))  # type: ignore[misc]
        for sort in first["traps"]
    ]
    for label, value in rows:
        print(f"{label:33}" + "".join(f"{value(result):>14}" for result in results.values()))
    if "rensa" in results:
        ratio = first["seconds"] / results["rensa"]["seconds"]
        print(f"\nCPU time beside rensa alone: {ratio:.2f} times; ours includes the exact comparison.")


# ---------------------------------------------------------------- one more document


def _more(sizes: list[int]) -> None:
    print(
        f"\nOne more document: a run that brings {FEW} and one that brings {MANY:,}, a quarter of them copies, in a\n"
        "warehouse of so many texts. Most are stand-ins with fingerprints by chance; the copies are of real ones\n"
        "among them. Milliseconds of CPU: what each document more takes, and what a run takes beside, however many.\n"
    )
    print(f"{'':>10}{'a run':^36}{'a document more':^24}")
    print(
        f"{'stored':>10}{'opening':>12}{'comparing':>12}{'deciding':>12}{'comparing':>12}{'deciding':>12}{'MB':>8}"
    )
    writer = Writer(7)
    with tempfile.TemporaryDirectory() as folder, Warehouse.open(Path(folder) / "w.duckdb") as warehouse:
        warehouse._connection.execute("SET enable_progress_bar = false")
        parents = [prose(writer.words(WORDS)) for _ in range(len(sizes) * (FEW + MANY) // 4)]
        ids = _store(warehouse, [(f"https://news.example/real-{i}", text) for i, text in enumerate(parents)])
        compare_texts(warehouse, ids, Silent())
        for size in sizes:
            _fill(warehouse, size)
            few, many = (_run(warehouse, f"{size}-{new}", new, writer, parents) for new in (FEW, MANY))
            more = [(after - before) / (MANY - FEW) for before, after in zip(few, many, strict=True)]
            fixed = [before - FEW * each for before, each in zip(few, more, strict=True)]
            disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) >> 20
            numbers = "".join(f"{ms:12,.1f}" for ms in fixed) + "".join(f"{ms:12,.2f}" for ms in more[1:])
            print(f"{size:>10,}{numbers}{disk:>8,}", flush=True)


def _run(warehouse: Warehouse, name: str, new: int, writer: Writer, parents: list[str]) -> tuple[float, ...]:
    """Bring new documents, a quarter of them copies of parents; return what opening, comparing and deciding take."""
    batch = [prose(writer.edited(parents.pop().split(), 0.1)) for _ in range(new // 4)]
    batch += [prose(writer.words(WORDS)) for _ in range(new - len(batch))]
    ids = _store(warehouse, [(f"https://news.example/{name}-{i}", text) for i, text in enumerate(batch)])
    warehouse.index_parts()  # writes the files, which a run before has done
    clock = _Clock()
    matcher = Matcher(warehouse.index_parts(), warehouse.numbered_texts)
    opening = clock.lap()
    texts = warehouse.new_texts(ids)
    found, overlaps = matcher.add(texts)
    warehouse.add_texts({n: (texts[n][0], found[n]) for n in found}, overlaps)
    comparing = clock.lap()
    if len(overlaps) != new // 4:
        raise SystemExit(f"{len(overlaps)} overlaps were found instead of {new // 4}")
    warehouse.set_duplicates(ids, find_duplicates(*warehouse.alike(ids)))
    return opening, comparing, clock.lap()


class _Clock:
    """Milliseconds of CPU since the last lap, of all threads."""

    def __init__(self) -> None:
        self._began = time.process_time()

    def lap(self) -> float:
        began, self._began = self._began, time.process_time()
        return (self._began - began) * 1000


def _fill(warehouse: Warehouse, size: int) -> None:
    """Add stand-ins with as many fingerprints as an article has, until there are `size` texts."""
    connection = warehouse._connection
    stored = connection.execute("SELECT count(*) FROM text_fingerprint").fetchall()[0][0]
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE stand_in AS
        SELECT n AS number, format('{:016x}', hash(n)) AS id, [hash(n * 64 + i) // 8 FOR i IN range(37)] AS marks,
        FROM range(?, ?) AS t(n)
        """,
        [stored, size],
    )
    connection.execute("INSERT INTO text_fingerprint SELECT number, id, marks FROM stand_in")
    rows = "SELECT id AS document_id, 'https://stand.example/' || id AS url, 'Stand-in ' || id AS text FROM stand_in"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW incoming AS {rows}")
    connection.execute(_FILL)
    connection.execute("DROP VIEW incoming")
    connection.execute("CHECKPOINT")


def _store(warehouse: Warehouse, documents: list[tuple[str, str]]) -> list[str]:
    """Write rows without what reading would add; a real run does this in its own time."""
    ids = [make_id(url) for url, _ in documents]
    rows = pa.table(
        {"document_id": ids, "url": [url for url, _ in documents], "text": [t for _, t in documents]}
    )
    connection = warehouse._connection
    connection.register("incoming", rows)
    connection.execute(_FILL)
    connection.unregister("incoming")
    return ids


def main(arguments: list[str] | None = None) -> None:
    """Print both tables."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["--alone"]:
        print(json.dumps(measure(given[1], int(given[2]))))
        return
    numbers = [int(word) for word in given]
    _compare(numbers[0] if numbers else 100_000)
    _more(numbers[1:] or [10_000, 100_000, 1_000_000])


if __name__ == "__main__":
    main()
