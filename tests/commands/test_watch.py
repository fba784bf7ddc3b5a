"""`ingest watch` and `ingest delivery`, as a user types them."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pdfs import focused_visit

from ingest.alerts import Mail
from ingest.load import Warehouse
from ingest.steps.mailing import outbox_row


def test_a_watch_is_previewed_saved_paused_and_removed(ingest, tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "leeds.pdf").write_bytes(focused_visit("Leeds"))
    (tmp_path / "in" / "leeds.toml").write_text("published_on = 2024-05-01\n")
    assert ingest("run", "--folder", "in", "--no-alerts").returncode == 0
    (tmp_path / "watches.toml").write_text("# mine\n")
    add = [
        "watch",
        "add",
        "Leeds",
        "--authority",
        "Leeds",
        "--email",
        "me@example.org",
        "--until",
        "2024-12-31",
    ]
    refused = ingest(*add, "--most", "0")
    assert (refused.returncode, "say --force" in refused.stderr) == (2, True)
    assert (tmp_path / "watches.toml").read_text() == "# mine\n"
    saved = ingest(*add)
    assert saved.returncode == 0, saved.stderr
    assert "2024-01-01 to 2024-12-31: 1 mail by watch 'Leeds'" in saved.stdout
    assert "2024-05-01  Leeds: Ofsted focused visit" in saved.stdout
    text = (tmp_path / "watches.toml").read_text()
    assert text.startswith("# mine\n")
    assert tomllib.loads(text)["watch"] == [
        {"name": "Leeds", "authorities": ["Leeds"], "email": ["me@example.org"], "frequency": "immediate"}
    ]
    weekly = ingest(
        "watch", "add", "Other", "--region", "London", "--email", "me@example.org", "--frequency", "hourly"
    )
    assert (weekly.returncode, "frequency" in weekly.stderr) == (2, True)
    assert ingest("watch", "pause", "leeds").returncode == 0
    assert "(paused)" in ingest("watch", "list").stdout
    assert ingest("watch", "resume", "Leeds").returncode == 0
    assert ingest("watch", "remove", "Leeds").returncode == 0
    assert (tmp_path / "watches.toml").read_text() == "# mine\n"
    assert ingest("watch", "remove", "Leeds").returncode == 2


def test_deliveries_are_listed_and_marked(ingest, tmp_path: Path):
    now = datetime(2024, 5, 1, 7, tzinfo=UTC)
    mail = Mail("0123456789abcdef", "alert", ("me@example.org",), "Leeds: a visit", "text", "", now)
    later = Mail("f" * 16, "alert", ("me@example.org",), "Kent: a visit", "text", "", now + timedelta(days=1))
    with Warehouse.open(tmp_path / "data" / "warehouse.duckdb") as warehouse:
        warehouse.enqueue([outbox_row(mail), outbox_row(later) | {"status": "sent"}], now)
        warehouse.publish(tmp_path / "data" / "published")
    shown = ingest("delivery", "list")
    assert shown.returncode == 1
    assert "Overdue delivery 01234567, since 2024-05-01 07:00: me@example.org: Leeds: a visit" in shown.stdout
    newest = ingest("delivery", "list", "--all", "--most", "1")
    assert ("Kent" in newest.stdout, newest.returncode) == (True, 1), "what is not shown counts, too"
    assert ingest("delivery", "mark", "0123", "failed").returncode == 0
    assert ingest("delivery", "list", "--all", "--most", "1").returncode == 1
    assert ingest("delivery", "mark", "0123", "lost").returncode == 2
    assert ingest("delivery", "mark", "0123", "sent").stdout == "Marked sent: Leeds: a visit\n"
    quiet = ingest("delivery", "list")
    assert (quiet.returncode, quiet.stdout) == (0, "Nothing waits and nothing failed.\n")
