"""What the warehouse knows that can tell which council a text means, and the texts that name none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from ingest.load.database import dicts
from ingest.model import (
    DEDUCED,
    AuthorityMatch,
    Known,
    KnownJudgement,
    OfficeHolder,
    UnnamedDocument,
)

_JUDGEMENTS = """
SELECT DISTINCT
    i.gss,
    j.grade,
    coalesce(i.started_on, i.published_on) AS first,
    coalesce(i.published_on, i.ended_on, i.started_on) AS last,
FROM judgement AS j
INNER JOIN inspection AS i USING (inspection_id)
WHERE j.area = 'overall' AND j.grade IS NOT NULL AND coalesce(i.started_on, i.published_on) IS NOT NULL
ORDER BY ALL
"""
_OFFICE_HOLDERS = """
SELECT DISTINCT gss, addressee AS name, coalesce(letter_on, published_on) AS "on",
FROM inspection
WHERE addressee IS NOT NULL AND coalesce(letter_on, published_on) IS NOT NULL
ORDER BY ALL
"""
_DEDUCED = f"({', '.join(repr(rule) for rule in DEDUCED)})"
# A release and an article may mean a council without naming it; what Ofsted wrote has one in its title.
_UNNAMED = f"""
SELECT
    d.document_id, d.kind, d.published_on, d.text,
    a.gss, a.role, a.evidence, a.rule, a.start_char AS "start", a.end_char AS "end",
FROM document AS d
LEFT JOIN document_authority AS a USING (document_id, version)
WHERE d.is_current AND NOT starts_with(d.kind, 'ofsted_') AND (a.gss IS NULL OR a.rule IN {_DEDUCED})
ORDER BY d.document_id
"""  # noqa: S608
_MATCH = ("gss", "role", "evidence", "rule", "start", "end")


def known(connection: duckdb.DuckDBPyConnection) -> Known:
    """Return the overall grades and the heads of children's services of which documents told."""
    return Known(
        tuple(KnownJudgement(**row) for row in dicts(connection, _JUDGEMENTS)),
        tuple(OfficeHolder(**row) for row in dicts(connection, _OFFICE_HOLDERS)),
    )


def filed(connection: duckdb.DuckDBPyConnection) -> dict[str, AuthorityMatch]:
    """Return under which authority current documents were filed by deduction, by their ids."""
    rows = dicts(connection, f"SELECT * EXCLUDE (text) FROM ({_UNNAMED}) WHERE gss IS NOT NULL")  # noqa: S608
    return {row["document_id"]: _match(row) for row in rows}


def unnamed(connection: duckdb.DuckDBPyConnection) -> tuple[UnnamedDocument, ...]:
    """Return the current documents that name no authority, those that were filed by deduction included."""
    return tuple(
        UnnamedDocument(
            row["document_id"],
            row["kind"],
            row["text"],
            row["published_on"],
            _match(row) if row["gss"] else None,
        )
        for row in dicts(connection, _UNNAMED)
    )


def _match(row: Mapping[str, Any]) -> AuthorityMatch:
    return AuthorityMatch(**{name: row[name] for name in _MATCH})
