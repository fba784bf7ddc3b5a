"""The memory of the alerts: watches, alerts, deliveries."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from ingest.errors import WarehouseError

TODAY = date(2024, 5, 1)


def alert(build, alert_id="a1", **given):
    return {
        "alert_id": alert_id,
        "watch_id": "mine",
        "story_id": "s1",
        "gss": build.gss,
        "reason": "authority matches",
        "content_key": "k1",
        "content": json.dumps({"findings": {"x": "y"}}),
        "run_id": "r1",
        "created_at": build.now,
    } | given


def delivery(build, delivery_id="d1", **given):
    return {
        "delivery_id": delivery_id,
        "watch_id": "mine",
        "recipients": ("a@example.org", "b@example.org"),
        "subject": "New",
        "body_text": "text",
        "body_html": "<p>text</p>",
        "status": "pending",
        "attempts": 0,
        "error": None,
        "created_at": build.now,
        "sent_at": None,
    } | given


def test_a_watch_begins_once(warehouse):
    earlier, later = date(2024, 1, 1), date(2024, 6, 1)
    assert warehouse.watch_began([("a", None, {"x": 1}), ("b", earlier, {})], TODAY) == {
        "a": TODAY,
        "b": earlier,
    }
    again = warehouse.watch_began([("a", None, {"x": 2}), ("b", None, {}), ("c", None, {})], later)
    assert again == {"a": TODAY, "b": earlier, "c": later}
    assert warehouse.watch_began([("a", earlier, {"x": 2})], later) == {"a": earlier}
    _, rows = warehouse.reader.query("SELECT watch_id, definition->>'x' FROM watch ORDER BY 1")
    assert rows == [("a", "2"), ("b", None), ("c", None)]


def test_alerts_wait_until_a_delivery_takes_them(warehouse, build):
    warehouse.record([alert(build), alert(build, "a2", content={"other": 1})], [])
    assert [row["alert_id"] for row in warehouse.waiting_alerts()] == ["a1", "a2"]
    assert json.loads(warehouse.waiting_alerts()[1]["content"]) == {"other": 1}
    warehouse.record([], [delivery(build, alert_ids=("a1",))])
    assert [row["alert_id"] for row in warehouse.waiting_alerts()] == ["a2"]
    warehouse.record([alert(build)], [])
    assert [row["alert_id"] for row in warehouse.waiting_alerts()] == ["a2"], "a taken alert stays taken"
    told = warehouse.told()
    assert [set(row) for row in told] == [{"watch_id", "story_id", "gss", "content_key", "content"}] * 2
    assert warehouse.reader.check() == ()


def test_a_delivery_is_tried_until_it_is_sent(warehouse, build):
    assert warehouse.last_delivery("mine") is None
    warehouse.record([], [delivery(build), delivery(build, "d2", created_at=build.now + timedelta(hours=1))])
    assert [row["delivery_id"] for row in warehouse.pending_deliveries()] == ["d1", "d2"]
    assert warehouse.pending_deliveries()[0]["recipients"] == ["a@example.org", "b@example.org"]
    warehouse.delivery_done("d1", "pending", "451 later", build.now)
    (first, _) = warehouse.pending_deliveries()
    assert (first["attempts"], first["error"], first["sent_at"]) == (1, "451 later", None)
    warehouse.delivery_done("d1", "sent", None, build.now)
    warehouse.delivery_done("d2", "failed", "550 unknown", build.now)
    assert warehouse.pending_deliveries() == []
    _, rows = warehouse.reader.query(
        "SELECT attempts, error, sent_at = ? FROM delivery ORDER BY 1 DESC".replace(
            "?", f"TIMESTAMPTZ '{build.now.isoformat()}'"
        )
    )
    assert rows == [(2, None, True), (1, "550 unknown", None)]
    assert warehouse.last_delivery("mine") == build.now + timedelta(hours=1)


def test_rows_and_mails_are_recorded_together_or_not_at_all(warehouse, build):
    with pytest.raises(WarehouseError, match="rolled back"):
        warehouse.record([alert(build)], [delivery(build, subject=None)])
    assert warehouse.told() == []
    with pytest.raises(WarehouseError, match="differ in their columns"):
        warehouse.record([alert(build), alert(build, "a2", delivery_id="d1")], [])
