"""The memory of the alerts: what is watched since when, what was told, and the mails to be sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

import duckdb

from ingest.errors import WarehouseError
from ingest.load.database import arrow_table, dicts, registered

Watched = tuple[str, date | None, Mapping[str, object]]
"""(watch_id, since, definition): `since` is None where the user names no day."""

_JSON = {"content", "definition"}
_ALERT_IDS = "alert_ids"


def began(connection: duckdb.DuckDBPyConnection, watches: Iterable[Watched], today: date) -> dict[str, date]:
    """Note the watches and return the day on which each began; to be called within a transaction.

    A new watch begins on its `since`, or today; a known one keeps its day unless the user names another.
    """
    known: dict[str, date] = dict(connection.execute("SELECT watch_id, began_on FROM watch").fetchall())
    rows: list[Mapping[str, object]] = []
    days: dict[str, date] = {}
    for watch_id, since, definition in watches:
        days[watch_id] = since or known.get(watch_id, today)
        rows.append({"watch_id": watch_id, "began_on": days[watch_id], "definition": definition})
    _upsert(connection, "watch", "watch_id", rows)
    return days


def record(
    connection: duckdb.DuckDBPyConnection,
    alerts: Sequence[Mapping[str, object]],
    deliveries: Sequence[Mapping[str, object]],
    *,
    told_all: bool = False,
) -> None:
    """Write alerts and deliveries, over those of the same id; to be called within a transaction.

    The keys are the columns of the tables; `content` is JSON text, or any value that JSON can hold. A
    delivery may also name its `alert_ids`: those alerts wait no longer. `told_all`: the watches were asked
    about every document that there is.
    """
    _upsert(connection, "alert", "alert_id", alerts)
    mails = [{key: value for key, value in row.items() if key != _ALERT_IDS} for row in deliveries]
    _upsert(connection, "delivery", "delivery_id", mails)
    for row in deliveries:
        connection.execute(
            "UPDATE alert SET delivery_id = ? WHERE alert_id IN (SELECT unnest(?::VARCHAR[]))",
            [row["delivery_id"], list(cast(Iterable[str], row.get(_ALERT_IDS, ())))],
        )
    if told_all:
        connection.execute("UPDATE document SET is_told = true WHERE NOT is_told")


def delivery_done(
    connection: duckdb.DuckDBPyConnection, delivery_id: str, status: str, error: str | None, at: datetime
) -> None:
    """Note an attempt to send: `sent`, `pending` (tried again by the next run) or `failed` for good."""
    connection.execute(
        """
        UPDATE delivery
        SET status = $status, error = $error, attempts = attempts + 1,
            sent_at = CASE WHEN $status = 'sent' THEN $at::TIMESTAMPTZ END
        WHERE delivery_id = $delivery_id
        """,
        {"status": status, "error": error, "at": at, "delivery_id": delivery_id},
    )


def pending_deliveries(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the mails that were not accepted yet, the oldest first."""
    return dicts(
        connection,
        "SELECT * FROM delivery WHERE status = 'pending' ORDER BY created_at, delivery_id",
    )


def waiting_alerts(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the alerts that wait for their digest."""
    return dicts(connection, "SELECT * FROM alert WHERE delivery_id IS NULL ORDER BY created_at, alert_id")


def told(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return what every alert said: watch_id, story_id, gss, content_key, content (JSON text)."""
    return dicts(
        connection,
        "SELECT watch_id, story_id, gss, content_key, content FROM alert ORDER BY created_at, alert_id",
    )


def last_delivery(connection: duckdb.DuckDBPyConnection, watch_id: str) -> datetime | None:
    """Return when the newest mail of a watch was written."""
    rows = dicts(connection, "SELECT max(created_at) AS at FROM delivery WHERE watch_id = ?", [watch_id])
    at: datetime | None = rows[0]["at"]
    return at


def _upsert(
    connection: duckdb.DuckDBPyConnection, table: str, key: str, rows: Sequence[Mapping[str, object]]
) -> None:
    """Write the columns that the rows have; those that they leave out keep what a stored row has."""
    if not rows:
        return
    columns = list(rows[0])
    if any(row.keys() != rows[0].keys() for row in rows):
        raise WarehouseError(f"the rows for table {table} differ in their columns: give each row all of them")
    values = [tuple(_value(column, row[column]) for column in columns) for row in rows]
    updates = ", ".join(f"{column} = excluded.{column}" for column in columns if column != key)
    once = {row[columns.index(key)]: row for row in values}
    with registered(connection, "given", arrow_table(connection, table, columns, list(once.values()))):
        connection.execute(
            f"INSERT INTO {table} BY NAME SELECT * FROM given ON CONFLICT DO UPDATE SET {updates}"  # noqa: S608
        )


def _value(column: str, value: object) -> object:
    if column in _JSON and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value
