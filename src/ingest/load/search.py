"""Full-text search: an index over documents and one over findings, in a file beside the published copy.
That of a DuckLake is in the data folder of each machine that searches.

Words are stemmed and ranked by BM25 (DuckDB's extension FTS, which comes as a package). An index cannot be
extended, only built anew; so it is built after a run has published, in a file of its own, and only when a
document or finding changed. Memory is bounded; what does not fit is written to a folder beside it meanwhile.
"""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import duckdb
import duckdb_extensions

from ingest.errors import ConfigError, WarehouseError
from ingest.load.database import connect, dicts
from ingest.load.lake import LakeStorage, attach_published
from ingest.load.lake_parts import quoted
from ingest.load.publish import NAME, connect_newest, swap_in
from ingest.load.snippets import Snippet, best_snippet, words_of
from ingest.place import Lake, Place

Kind = Literal["finding", "document"]
INDEX = "search.duckdb"
MEMORY = "1GB"
"""What building may hold in memory; the rest goes to disk."""
_LAYOUT = 2
"""One more when the tables below change, so that an older index is built anew."""
_STAMP = f"""
SELECT md5(concat_ws(' ', {_LAYOUT}, count(*), bit_xor(hash(document_id, version, digest, duplicate_of)))) AS stamp,
FROM {{document}}
WHERE is_current
"""  # noqa: S608
# Themes in tables of their own, because lists of millions of findings cannot be written to disk meanwhile.
_TABLES = """
CREATE TABLE finding AS
SELECT
    f.finding_id AS id, f.quote AS text, d.title, d.publisher, d.url,
    coalesce(i.published_on, d.published_on) AS published_on, [f.gss] AS gss,
    [coalesce(a.name, f.gss)] AS authorities, f.polarity, f.page,
FROM source.finding AS f
JOIN source.document AS d USING (document_id, version)
LEFT JOIN source.inspection AS i USING (inspection_id)
LEFT JOIN source.authority AS a ON a.gss = f.gss
WHERE d.is_current AND d.duplicate_of IS NULL;

CREATE TABLE finding_theme AS
SELECT finding_id AS id, theme_id,
FROM source.finding_theme;

CREATE TABLE document AS
WITH about AS (
    SELECT
        l.document_id, l.version, list(l.gss ORDER BY l.gss) AS gss,
        list(coalesce(a.name, l.gss) ORDER BY l.gss) AS authorities,
    FROM source.document_authority AS l
    LEFT JOIN source.authority AS a USING (gss)
    WHERE l.role = 'subject'
    GROUP BY l.document_id, l.version
)
SELECT
    d.document_id AS id, d.text, d.title, d.publisher, d.url, d.published_on, coalesce(a.gss, []) AS gss,
    coalesce(a.authorities, []) AS authorities, NULL::VARCHAR AS polarity, NULL::INTEGER AS page,
FROM source.document AS d
LEFT JOIN about AS a USING (document_id, version)
WHERE d.is_current AND d.duplicate_of IS NULL;

CREATE TABLE document_theme AS
SELECT DISTINCT f.document_id AS id, t.theme_id,
FROM source.finding AS f
JOIN source.document AS d USING (document_id, version)
JOIN source.finding_theme AS t USING (finding_id)
WHERE d.is_current;
"""
_INDEX = r"""
PRAGMA create_fts_index(
    '{table}', 'id', {columns}, stemmer = 'english', stopwords = 'english', ignore = '[^a-z0-9]+', overwrite = 1
);
"""
_HITS = """
WITH hit AS (
    SELECT *, fts_main_{table}.match_bm25(id, $words, conjunctive := {every}) AS score,
    FROM {table}
    WHERE {filters}
),
best AS (
    FROM hit
    WHERE score IS NOT NULL
    ORDER BY score DESC, published_on DESC NULLS LAST, id
    LIMIT $most
)
SELECT
    id, text, title, publisher, url, published_on, authorities,
    list_sort(ARRAY(SELECT theme_id FROM {table}_theme AS t WHERE t.id = best.id)) AS themes, polarity, page, score,
FROM best
ORDER BY score DESC, published_on DESC NULLS LAST, id
"""
_HAS_THEME = "id IN (SELECT id FROM {table}_theme WHERE list_contains($themes::VARCHAR[], theme_id))"
_PHRASE = re.compile(r'"([^"]+)"')
# As a keyboard gives it: one line, straight apostrophes.
_TYPED = r"regexp_replace(translate(lower({}), '’‘', repeat(chr(39), 2)), '\s+', ' ', 'g')"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched: words, and what the hits must be. A phrase in double quotes must stand as it is."""

    words: str
    kind: Kind = "finding"
    gss: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    polarity: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    most: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding or document that was found; `score` is BM25, higher is better."""

    id: str
    title: str
    publisher: str
    url: str
    published_on: date | None
    authorities: tuple[str, ...]
    themes: tuple[str, ...]
    polarity: str | None
    page: int | None
    score: float
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class Hits:
    """The best hits; `every_word` is false where none had all the words, so that these have some of them."""

    hits: tuple[Hit, ...]
    every_word: bool


def has_index(published: Place) -> bool:
    """Say whether somebody has searched, so that there is an index to be kept up to date."""
    return (_folder(published) / INDEX).exists()


def refresh_index(published: Place) -> bool:
    """Build the index of the published copy where it is missing or older than its content; say whether it was.

    Raises:
        ConfigError: a DuckLake of which a package or a setting is missing.
        WarehouseError: there is no published copy, or the disk refused.
    """
    if not _is_outdated(published):
        return False
    folder = _folder(published)
    with _alone(folder):
        if not _is_outdated(published):  # Another process has built it meanwhile.
            return False
        swap_in(folder, "search", lambda target: _build(target, published))
    return True


def _is_outdated(published: Place) -> bool:
    if isinstance(published, Lake):
        copy = LakeStorage(published).published()
    else:
        copy = connect_newest(published / NAME)
    with copy:
        stamp = _stamp(copy, "document")
    return _stored_stamp(_folder(published) / INDEX) != stamp


def _stamp(connection: duckdb.DuckDBPyConnection, document: str) -> str:
    """Return what differs where a document or finding does."""
    ((stamp,),) = connection.execute(_STAMP.format(document=document)).fetchall()
    return str(stamp)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process builds an index here: two of them would write one file."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".search.lock").open("a")
    except OSError as error:
        raise WarehouseError(
            f"{folder}: the search index cannot be written ({error.strerror}); mend permissions"
        ) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _folder(published: Place) -> Path:
    return published.scratch.with_suffix(".search") if isinstance(published, Lake) else published


def _stored_stamp(index: Path) -> str | None:
    if not index.exists():
        return None
    try:
        with connect_newest(index) as connection:
            (row,) = connection.execute("SELECT stamp FROM stamp").fetchall()
            return str(row[0])
    except (duckdb.Error, WarehouseError):
        return None  # Damaged or of another program: it is built anew.


def _build(target: Path, published: Place) -> None:
    part = target.with_name(target.name + ".part")
    spill = target.with_name(target.name + ".tmp")
    part.unlink(missing_ok=True)
    try:
        with connect(part) as connection:
            _load_fts(connection)
            connection.execute(f"SET memory_limit = '{MEMORY}'")
            connection.execute("SET temp_directory = ?", [str(spill)])
            connection.execute("SET preserve_insertion_order = false")
            if isinstance(published, Lake):
                attach_published(connection, published, "source")
            else:
                copy = quoted(str((published / NAME).resolve()))
                connection.execute(f"ATTACH {copy} AS source (READ_ONLY)")
            connection.execute(_TABLES)
            stamp = _stamp(connection, "source.document")
            connection.execute("CREATE TABLE stamp AS SELECT $stamp AS stamp", {"stamp": stamp})
            connection.execute("DETACH source")
            connection.execute(_INDEX.format(table="finding", columns="'text'"))
            connection.execute(_INDEX.format(table="document", columns="'title', 'text'"))
            connection.execute("CHECKPOINT")
        part.replace(target)
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise WarehouseError(f"{target}: the search index could not be built ({said})") from error
    finally:
        part.unlink(missing_ok=True)
        shutil.rmtree(spill, ignore_errors=True)


def _load_fts(connection: duckdb.DuckDBPyConnection) -> None:
    duckdb_extensions.import_extension("fts", con=connection)
    connection.execute("LOAD fts")


class SearchIndex:
    """The index of a published folder, opened for questions; a context manager."""

    def __init__(self, published: Place) -> None:
        """Open it.

        Raises:
            WarehouseError: there is none, or it cannot be opened.
        """
        self._connection = connect_newest(_folder(published) / INDEX)
        _load_fts(self._connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def find(self, wanted: Wanted) -> Hits:
        """Return the best hits with all of the words; where there are none, with some of them.

        Raises:
            ConfigError: there is no word to search for, or documents are to be of a polarity.
        """
        if wanted.kind == "document" and wanted.polarity:
            raise ConfigError(
                "a document holds strengths and concerns: leave out the polarity, or search findings"
            )
        if not words_of(wanted.words):
            raise ConfigError(f"nothing to search for in {wanted.words!r}: give a word or more")
        for every in (True, False):
            rows = self._rows(wanted, every)
            if rows:
                break
        stems = set(self._stems(words_of(wanted.words)).values())
        known = self._stems({word for row in rows for word in words_of(row["text"])})
        marked = {word for word, stem in known.items() if stem in stems}
        return Hits(tuple(_hit(row, marked) for row in rows), every)

    def _rows(self, wanted: Wanted, every: bool) -> list[dict[str, Any]]:
        filters: list[str] = ["true"]
        given: dict[str, object] = {"words": self._indexed(wanted), "most": wanted.most}
        for name, column, values in (
            ("gss", "list_has_any(gss, $gss::VARCHAR[])", wanted.gss),
            ("themes", _HAS_THEME.format(table=wanted.kind), wanted.themes),
            ("polarity", "list_contains($polarity::VARCHAR[], polarity)", wanted.polarity),
        ):
            if values:
                filters.append(column)
                given[name] = list(values)
        for name, condition, day in (
            ("since", "published_on >= $since::DATE", wanted.since),
            ("until", "published_on <= $until::DATE", wanted.until),
        ):
            if day is not None:
                filters.append(condition)
                given[name] = day
        for number, phrase in enumerate(_PHRASE.findall(wanted.words)):
            filters.append(f"contains({_TYPED.format('text')}, {_TYPED.format(f'$phrase{number}')})")
            given[f"phrase{number}"] = phrase
        sql = _HITS.format(table=wanted.kind, every=int(every), filters=" AND ".join(filters))
        return dicts(self._connection, sql, given)

    def _indexed(self, wanted: Wanted) -> str:
        """The words that the index can hold: no text has "all" where a mark or an "of" counts as one."""
        rows = self._connection.execute(f"SELECT sw FROM fts_main_{wanted.kind}.stopwords").fetchall()  # noqa: S608
        ignored = {word for (word,) in rows}
        return " ".join(word for word in words_of(wanted.words) if word not in ignored)

    def _stems(self, words: Sequence[str] | set[str]) -> dict[str, str]:
        rows = self._connection.execute(
            "SELECT word, stem(word, 'english') FROM (SELECT unnest($words::VARCHAR[]) AS word)",
            {"words": sorted(set(words))},
        ).fetchall()
        return dict(rows)


def _hit(row: dict[str, Any], marked: set[str]) -> Hit:
    snippet = best_snippet(row.pop("text"), marked)
    row |= {key: tuple(row[key]) for key in ("authorities", "themes")}
    return Hit(**row, snippet=snippet)
