"""The index of fingerprints as the warehouse keeps it: rows in the order of arrival, older ones also sorted in files.

The files only save time. Each is named by a checksum that the warehouse has of it; one that is missing, or
of another copy of the warehouse, is written anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.errors import WarehouseError
from ingest.load.database import insert, named_ids, named_rows, registered, upsert
from ingest.model import IndexPart, Overlap

STEP = 16_384
"""Texts of the smallest file; what came since is read from the table."""

_TEXT = ("number", "text_hash", "fingerprints")
_OVERLAP = ("one", "other", "jaccard", "one_share", "other_share", "one_is_held", "other_is_held")
_FILE = ("first_number", "end_number", "checksum")
_RANGE = "number >= $first AND number < $end"
_CHECKSUM = f"""
SELECT format('{{:016x}}', bit_xor(hash(number, text_hash))), count(*)::UBIGINT
FROM text_fingerprint
WHERE {_RANGE}
"""  # noqa: S608
_SIZES = f"SELECT len(fingerprints)::USMALLINT AS size FROM text_fingerprint WHERE {_RANGE} ORDER BY number"  # noqa: S608
_SORTED = f"""
SELECT fingerprint, number
FROM (SELECT unnest(fingerprints) AS fingerprint, number FROM text_fingerprint WHERE {_RANGE})
ORDER BY fingerprint
"""  # noqa: S608


def new_texts(connection: duckdb.DuckDBPyConnection, document_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return (text_hash, text) of these documents' texts that have no fingerprints yet, each once."""
    with named_ids(connection, "given", document_ids):
        places = connection.execute(
            "SELECT document.rowid FROM document SEMI JOIN given ON document_id = given.id WHERE is_current"
        ).fetchall()
    with named_rows(connection, "wanted", [place for (place,) in places]):
        found = dict(
            connection.execute(
                """
                SELECT text_hash, min(document.rowid)
                FROM document
                SEMI JOIN wanted ON document.rowid = wanted.place
                GROUP BY text_hash
                """
            ).fetchall()
        )
    with named_ids(connection, "given", list(found)):
        known = connection.execute(
            "SELECT text_hash FROM text_fingerprint SEMI JOIN given ON text_hash = given.id"
        ).fetchall()
    unknown = {text_hash: found[text_hash] for text_hash in sorted(found.keys() - {row[0] for row in known})}
    texts = _texts_at(connection, list(unknown.values()))
    return [(text_hash, texts[place]) for text_hash, place in unknown.items()]


def numbered_texts(
    connection: duckdb.DuckDBPyConnection, numbers: Collection[int]
) -> dict[int, tuple[str, str]]:
    """Return number -> (text_hash, text); a text that no current document has any more is left out."""
    wanted = pa.table({"number": pa.array(sorted(numbers), pa.uint32())})
    with registered(connection, "wanted", wanted):
        named = connection.execute(
            "SELECT t.number, t.text_hash FROM text_fingerprint AS t SEMI JOIN wanted USING (number)"
        ).fetchall()
    with named_ids(connection, "named", [text_hash for _, text_hash in named]):
        places = dict(
            connection.execute(
                """
                SELECT text_hash, min(document.rowid)
                FROM document
                SEMI JOIN named ON text_hash = named.id
                WHERE is_current
                GROUP BY text_hash
                """
            ).fetchall()
        )
    texts = _texts_at(connection, list(places.values()))
    return {
        number: (text_hash, texts[places[text_hash]]) for number, text_hash in named if text_hash in places
    }


def next_number(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the next text: one more than the last."""
    found = connection.execute("SELECT coalesce(max(number) + 1, 0) FROM text_fingerprint").fetchone()
    return int(found[0]) if found else 0


def add_texts(
    connection: duckdb.DuckDBPyConnection,
    texts: Mapping[int, tuple[str, npt.NDArray[np.uint64]]],
    overlaps: Sequence[Overlap],
) -> None:
    """Store number -> (text_hash, fingerprints) and the overlaps found; within a transaction."""
    insert(
        connection,
        "text_fingerprint",
        _TEXT,
        [(number, text_hash, found) for number, (text_hash, found) in texts.items()],
    )
    rows = [
        (o.one, o.other, o.jaccard, o.one_share, o.other_share, o.one_is_held, o.other_is_held)
        for o in overlaps
    ]
    upsert(connection, "text_overlap", _OVERLAP, rows, key=2)


def index_parts(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[IndexPart]:
    """Yield the parts of the index: those in files, mapped and not read, and the newest from the table.

    The files' sizes are those of the binary digits of what is stored, so that there are few and each text is
    written again only when its part doubles.

    Raises:
        WarehouseError: the disk refused a file.
    """
    total = next_number(connection)
    first = 0
    kept = set()
    for power in reversed(range((total // STEP).bit_length())):
        if total // STEP >> power & 1:
            end = first + (STEP << power)
            checksum = _file_of(connection, folder, first, end)
            kept.add(checksum)
            yield IndexPart(first, *(np.memmap(path, kind, "r") for path, kind in _paths(folder, checksum)))
            first = end
    _forget_others(connection, folder, kept)
    newest = {"first": first, "end": total}
    sizes = connection.execute(_SIZES, newest).fetchnumpy()["size"]
    columns = connection.execute(_SORTED, newest).fetchnumpy()
    yield IndexPart(first, *map(np.asarray, (sizes, columns["fingerprint"], columns["number"])))


def _texts_at(connection: duckdb.DuckDBPyConnection, rows: Sequence[int]) -> dict[int, str]:
    """Fetch by row, which reads these texts and not the whole column."""
    if not rows:
        return {}
    with named_rows(connection, "wanted", rows):
        sql = "SELECT rowid, text FROM document SEMI JOIN wanted ON document.rowid = wanted.place"
        return dict(connection.execute(sql).fetchall())


def _file_of(connection: duckdb.DuckDBPyConnection, folder: Path, first: int, end: int) -> str:
    given = {"first": first, "end": end}
    known = connection.execute(
        "SELECT checksum FROM fingerprint_file WHERE first_number = $first AND end_number = $end", given
    ).fetchone()
    if known and all(path.exists() for path, _ in _paths(folder, known[0])):
        return str(known[0])
    found = connection.execute(_CHECKSUM, given).fetchone()
    checksum = f"{found[0]}-{first}-{end}" if found else ""
    _write(connection, folder, checksum, given)
    upsert(connection, "fingerprint_file", _FILE, [(first, end, checksum)], key=2)
    return checksum


def _write(
    connection: duckdb.DuckDBPyConnection, folder: Path, checksum: str, given: Mapping[str, int]
) -> None:
    """Write to files of another name first: one that has its name is whole."""
    paths = [path for path, _ in _paths(folder, checksum)]
    drafts = [path.with_suffix(path.suffix + ".draft") for path in paths]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            files = [stack.enter_context(draft.open("wb")) for draft in drafts]
            for query, targets in ((_SIZES, files[:1]), (_SORTED, files[1:])):
                for batch in connection.execute(query, given).to_arrow_reader(1 << 17):
                    for file, column in zip(targets, batch.columns, strict=True):
                        file.write(column.to_numpy())
        for draft, path in zip(drafts, paths, strict=True):
            draft.replace(path)
    except OSError as error:
        raise WarehouseError(
            f"{folder}: the index of texts cannot be written ({error.strerror}); free space and run again"
        ) from error


def _paths(folder: Path, checksum: str) -> tuple[tuple[Path, type[np.generic]], ...]:
    """Return the files of a part, in the order of the fields of an IndexPart."""
    return (
        (folder / f"{checksum}.sizes", np.uint16),
        (folder / f"{checksum}.keys", np.uint64),
        (folder / f"{checksum}.numbers", np.uint32),
    )


def _forget_others(connection: duckdb.DuckDBPyConnection, folder: Path, kept: set[str]) -> None:
    with named_ids(connection, "kept", sorted(kept)):
        connection.execute("DELETE FROM fingerprint_file WHERE checksum NOT IN (SELECT id FROM kept)")
    wanted = {path for checksum in kept for path, _ in _paths(folder, checksum)}
    for path in folder.glob("*"):
        if path not in wanted:
            path.unlink(missing_ok=True)
