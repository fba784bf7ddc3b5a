"""The memory of the alerts: what is watched since when, what was told, and what is to be sent.

Functions that write are to be called within a transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import duckdb

from ingest.errors import WarehouseError
from ingest.load.database import dicts, named_ids, upsert

Watched = tuple[str, date | None, Mapping[str, object]]
"""(watch_id, since, definition): `since` is None where the user names no day."""
Fields = Mapping[str, object]
"""A row: columns of its table and their values."""

_JSON = {"content", "definition"}


def began(connection: duckdb.DuckDBPyConnection, watches: Iterable[Watched], today: date) -> dict[str, date]:
    """Note the watches and return the day on which each began; watches that are not named are not active.

    A new watch begins on its `since`, or today; a known one keeps its day unless the user names another.
    """
    stored = connection.execute("SELECT watch_id, began_on, definition, is_active FROM watch").fetchall()
    known: dict[str, date] = {watch_id: day for watch_id, day, _, _ in stored}
    rows: list[Fields] = []
    days: dict[str, date] = {}
    for watch_id, since, definition in watches:
        days[watch_id] = since or known.get(watch_id, today)
        text = _value("definition", definition)
        rows.append({"watch_id": watch_id, "began_on": days[watch_id], "definition": text, "is_active": True})
    # Nothing is written while nothing changes: most runs bring no other watches.
    if {tuple(row.values()) for row in rows} != {row for row in stored if row[-1]}:
        connection.execute("UPDATE watch SET is_active = false WHERE is_active")
        _upsert(connection, "watch", "watch_id", rows)
    return days


def record_alerts(
    connection: duckdb.DuckDBPyConnection, alerts: Sequence[Fields], *, told_all: bool = False
) -> None:
    """Write alerts, over those of the same id; `content` is JSON text, or any value that JSON can hold.

    `told_all`: the watches were asked about every document that there is.
    """
    _upsert(connection, "alert", "alert_id", alerts)
    if told_all:
        connection.execute("UPDATE document SET is_told = true WHERE NOT is_told")


def enqueue(
    connection: duckdb.DuckDBPyConnection,
    deliveries: Sequence[Fields],
    composed: Sequence[str],
    at: datetime,
) -> None:
    """Put what is to be sent into the outbox; what is there already stays as it is, sent or not.

    The keys are the columns of `delivery`, and `alert_ids`: what it tells. The alerts that are `composed` wait
    no longer.
    """
    mails = [{key: value for key, value in row.items() if key != "alert_ids"} for row in deliveries]
    _upsert(connection, "delivery", "delivery_id", mails, keep=True)
    pairs = [
        (row["delivery_id"], alert_id)
        for row in deliveries
        for alert_id in dict.fromkeys(_ids(row.get("alert_ids", ())))
    ]
    upsert(connection, "delivery_alert", ("delivery_id", "alert_id"), pairs, key=2, keep=True)
    if composed:
        with named_ids(connection, "composed", list(composed)):
            connection.execute(
                "UPDATE alert SET composed_at = ? WHERE alert_id IN (SELECT id FROM composed)", [at]
            )


def mark(connection: duckdb.DuckDBPyConnection, delivery_id: str, status: str, error: str | None) -> None:
    """Note what a person or a mail server says of a delivery afterwards; `pending` sends it again at once."""
    connection.execute(
        """
        UPDATE delivery
        SET status = $status, error = $error, next_try_at = NULL,
            attempts = CASE WHEN $status = 'pending' THEN 0 ELSE attempts END
        WHERE delivery_id = $delivery_id
        """,
        {"status": status, "error": error, "delivery_id": delivery_id},
    )


def pending_deliveries(connection: duckdb.DuckDBPyConnection, now: datetime) -> list[dict[str, Any]]:
    """Return what is to be tried now, without its bodies: mails first, then what was tried least.

    So what fails, or stops the program, holds up no other.
    """
    return dicts(
        connection,
        """
        SELECT * EXCLUDE (body_text, body_html)
        FROM delivery
        WHERE status = 'pending' AND coalesce(next_try_at <= ?, true)
        ORDER BY channel, attempts, created_at, delivery_id
        """,
        [now],
    )


def delivery_bodies(
    connection: duckdb.DuckDBPyConnection, delivery_ids: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Return text and HTML of these deliveries by id."""
    with named_ids(connection, "wanted", delivery_ids):
        rows = connection.execute(
            "SELECT delivery_id, body_text, body_html FROM delivery SEMI JOIN wanted ON delivery_id = wanted.id"
        ).fetchall()
    return {delivery_id: (text, html) for delivery_id, text, html in rows}


def deliveries_named(connection: duckdb.DuckDBPyConnection, words: str) -> list[dict[str, Any]]:
    """Return the deliveries whose id begins so; at most six."""
    return dicts(
        connection,
        "SELECT delivery_id, recipients, subject, status FROM delivery "
        "WHERE starts_with(delivery_id, ?) ORDER BY delivery_id LIMIT 6",
        [words],
    )


def waiting_alerts(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the alerts that wait for their digest."""
    return dicts(connection, "SELECT * FROM alert WHERE composed_at IS NULL ORDER BY created_at, alert_id")


def told(connection: duckdb.DuckDBPyConnection, authorities: Sequence[str]) -> list[dict[str, Any]]:
    """Return what every alert said of these: watch_id, story_id, gss, content_key, content (JSON text)."""
    with named_ids(connection, "about", list(dict.fromkeys(authorities))):
        return dicts(
            connection,
            """
            SELECT watch_id, story_id, gss, content_key, content,
            FROM alert
            WHERE gss IN (SELECT id FROM about)
            ORDER BY created_at, alert_id
            """,
        )


def alerted(connection: duckdb.DuckDBPyConnection, start: datetime, end: datetime) -> set[str]:
    """Return the watches that have an alert from `start` to before `end`."""
    rows = connection.execute(
        "SELECT DISTINCT watch_id FROM alert WHERE created_at >= ? AND created_at < ?", [start, end]
    ).fetchall()
    return {watch_id for (watch_id,) in rows}


def newest_alerts(
    connection: duckdb.DuckDBPyConnection, watch_id: str, gss: str | None, most: int
) -> list[dict[str, Any]]:
    """Return the newest alerts of a watch, about one authority where one is given."""
    return dicts(
        connection,
        """
        SELECT * FROM alert
        WHERE watch_id = $watch_id AND ($gss IS NULL OR gss = $gss)
        ORDER BY created_at DESC, alert_id DESC
        LIMIT $most
        """,
        {"watch_id": watch_id, "gss": gss, "most": most},
    )


def _ids(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, Iterable) else []


def _upsert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    key: str,
    rows: Sequence[Fields],
    *,
    keep: bool = False,
) -> None:
    """Write the columns that the rows have; those that they leave out keep what a stored row has."""
    if not rows:
        return
    if any(row.keys() != rows[0].keys() for row in rows):
        raise WarehouseError(f"the rows for table {table} differ in their columns: give each row all of them")
    columns = [key, *(column for column in rows[0] if column != key)]
    values = [tuple(_value(column, row[column]) for column in columns) for row in rows]
    upsert(connection, table, columns, values, key=1, keep=keep)


def _value(column: str, value: object) -> object:
    if column in _JSON and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value
