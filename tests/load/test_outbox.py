"""The memory of the alerts: watches, alerts, deliveries."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ingest.errors import WarehouseError
from ingest.load.overdue import overdue
from ingest.model import DeliveryResult

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
        "kind": "alert",
        "channel": "email",
        "recipients": ("a@example.org",),
        "watches": ("mine",),
        "subject": "New",
        "body_text": "text",
        "body_html": "<p>text</p>",
        "status": "pending",
        "attempts": 0,
        "error": None,
        "created_at": build.now,
        "next_try_at": None,
        "sent_at": None,
    } | given


def note(warehouse, delivery_id, status, attempts=1, **given):
    with warehouse.delivery_journal() as journal:
        journal.done(DeliveryResult(delivery_id, status, attempts, **given))


def test_a_watch_begins_once(warehouse):
    earlier, later = date(2024, 1, 1), date(2024, 6, 1)
    assert warehouse.watch_began([("a", None, {"x": 1}), ("b", earlier, {})], TODAY) == {
        "a": TODAY,
        "b": earlier,
    }
    again = warehouse.watch_began([("a", None, {"x": 2}), ("c", None, {})], later)
    assert again == {"a": TODAY, "c": later}
    assert warehouse.watch_began([("a", earlier, {"x": 2}), ("b", None, {})], later)["a"] == earlier
    _, rows = warehouse.reader.query("SELECT watch_id, definition->>'x', is_active FROM watch ORDER BY 1")
    assert rows == [("a", "2", True), ("b", None, True), ("c", None, False)]


def test_alerts_wait_until_they_are_composed(warehouse, build):
    warehouse.record_alerts([alert(build), alert(build, "a2", content={"other": 1})])
    assert [row["alert_id"] for row in warehouse.waiting_alerts()] == ["a1", "a2"]
    assert json.loads(warehouse.waiting_alerts()[1]["content"]) == {"other": 1}
    two = [delivery(build, alert_ids=("a1",)), delivery(build, "d2", alert_ids=("a1",))]
    warehouse.enqueue(two, build.now, ["a1"])
    assert [row["alert_id"] for row in warehouse.waiting_alerts()] == ["a2"]
    warehouse.record_alerts([alert(build)])
    assert [row["alert_id"] for row in warehouse.waiting_alerts()] == ["a2"], "a composed alert stays so"
    told = warehouse.told([build.gss])
    assert [set(row) for row in told] == [{"watch_id", "story_id", "gss", "content_key", "content"}] * 2
    assert warehouse.told(["E00000000"]) == []
    assert [row["alert_id"] for row in warehouse.newest_alerts("mine", build.gss, 1)] == ["a2"]
    assert warehouse.alerted(build.now, build.now + timedelta(hours=1)) == {"mine"}
    assert warehouse.alerted(build.now - timedelta(hours=1), build.now) == set()
    assert warehouse.reader.check() == ()


def test_a_delivery_is_tried_until_it_is_sent(warehouse, build):
    hour = timedelta(hours=1)
    warehouse.enqueue([delivery(build), delivery(build, "d2", created_at=build.now + hour)], build.now)
    assert [row["delivery_id"] for row in warehouse.pending_deliveries(build.now)] == ["d1", "d2"]
    note(warehouse, "d1", "pending", error="451 later", next_try_at=build.now + hour)
    assert [row["delivery_id"] for row in warehouse.pending_deliveries(build.now)] == ["d2"]
    second, first = warehouse.pending_deliveries(build.now + hour)
    assert (first["delivery_id"], first["attempts"], first["error"]) == ("d1", 1, "451 later")
    assert second["delivery_id"] == "d2", "what was tried least comes first"
    assert warehouse.delivery_bodies(["d1"]) == {"d1": ("text", "<p>text</p>")}
    note(warehouse, "d1", "sent", 2, sent_at=build.now)
    note(warehouse, "d2", "failed", error="550 unknown")
    assert warehouse.pending_deliveries(build.now + 9 * hour) == []
    warehouse.mark_delivery("d2", "pending", None)
    (again,) = warehouse.pending_deliveries(build.now)
    assert (again["delivery_id"], again["attempts"]) == ("d2", 0)
    assert [row["delivery_id"] for row in warehouse.deliveries_named("d")] == ["d1", "d2"]


def test_what_is_in_the_outbox_enters_it_once(warehouse, build):
    warehouse.enqueue([delivery(build)], build.now)
    note(warehouse, "d1", "sent", sent_at=build.now)
    warehouse.enqueue([delivery(build, subject="Other")], build.now)
    assert warehouse.pending_deliveries(build.now) == []
    assert warehouse.reader.query("SELECT subject, status FROM delivery")[1] == [("New", "sent")]


def test_rows_and_mails_are_recorded_together_or_not_at_all(warehouse, build):
    warehouse.record_alerts([alert(build)])
    with pytest.raises(WarehouseError, match="rolled back"):
        warehouse.enqueue([delivery(build, subject=None)], build.now, ["a1"])
    assert len(warehouse.waiting_alerts()) == 1
    with pytest.raises(WarehouseError, match="differ in their columns"):
        warehouse.record_alerts([alert(build), alert(build, "a2", composed_at=None)])


@pytest.mark.parametrize(("second", "is_late"), [("name_and_age", False), (None, True)])
def test_what_is_withheld_as_sensitive_is_not_late(warehouse, build, second, is_late):
    documents = []
    for number, rule in enumerate(("name_and_age", second)):
        document = build.document(url=f"https://news.example/{number}", source_id=f"news{number}")
        documents.append(replace(document, reading=replace(document.reading, sensitive=rule)))
    warehouse.store(build.batch(*documents), "r1", build.now)
    warehouse.watch_began([("mine", None, {"frequency": "immediate"})], TODAY)
    content = {"authority": "Exampleshire", "documents": [f"{one.document_id}:1" for one in documents]}
    warehouse.record_alerts([alert(build, content=content)], told_all=True)
    late = overdue(warehouse.reader, build.now + timedelta(hours=3))
    assert [one.id for one in late] == (["a1"] if is_late else [])


def test_the_watchdog_reports_what_should_have_left(warehouse, build):
    watches = [(name, None, {"frequency": name}) for name in ("immediate", "daily", "weekly")]
    warehouse.watch_began([*watches, ("off", None, {"frequency": "immediate", "paused": True})], TODAY)
    names = ["immediate", "daily", "weekly", "off", "removed"]
    warehouse.record_alerts(
        [alert(build, name, watch_id=name, content={"authority": "Exampleshire"}) for name in names]
    )
    warehouse.enqueue([delivery(build)], build.now)
    warehouse.store(build.batch(build.document()), "r1", build.now)

    def late(hours):
        return {one.id for one in overdue(warehouse.reader, build.now + timedelta(hours=hours))}

    document_id = build.document().document_id
    assert late(1.9) == set()
    assert late(2.1) == {"immediate", "d1", document_id}
    assert late(26.6) == {"immediate", "daily", "d1", document_id}
    assert late(7 * 24 + 2.6) == {"immediate", "daily", "weekly", "d1", document_id}
    warehouse.enqueue([], build.now, names)
    note(warehouse, "d1", "sent", sent_at=build.now)
    warehouse.record_alerts([], told_all=True)
    assert late(1000) == set()
