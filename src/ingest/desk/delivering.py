"""What a person or a mail server says of a delivery afterwards, noted in the warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.alerts import read_bounces
from ingest.errors import ConfigError
from ingest.load import Warehouse
from ingest.lock import run_lock
from ingest.place import must_be_there
from ingest.settings import Settings

STATUSES = ("sent", "failed", "bounced", "pending")


def mark(settings: Settings, delivery: str, status: str, note: str) -> str:
    """Note the status of the delivery whose id begins so; return its subject.

    Raises:
        ConfigError: no such status, or not exactly one such delivery.
        BusyError: a run is at work.
    """
    if status not in STATUSES:
        raise ConfigError(f"no status {status!r}: say one of {', '.join(STATUSES)}.")
    with _changing(settings) as warehouse:
        found = warehouse.deliveries_named(delivery) if delivery.strip() else []
        if len(found) != 1:
            some = ", ".join(row["delivery_id"][:12] for row in found[:3])
            raise ConfigError(
                f"{delivery!r} begins more than one delivery: {some}; give more of it."
                if found
                else f"no delivery {delivery!r}: `ingest delivery list --all` shows them."
            )
        (row,) = found
        warehouse.mark_delivery(row["delivery_id"], status, note or None)
        return str(row["subject"])


def take_bounces(settings: Settings, box: Path) -> list[str]:
    """Mark what the notices in a mailbox say could not be delivered; return a line for each.

    Raises:
        ConfigError: there is no mailbox there.
        BusyError: a run is at work.
    """
    lines = []
    with _changing(settings) as warehouse:
        for bounce in read_bounces(box):
            known = warehouse.deliveries_named(bounce.delivery_id)
            if not known:
                continue
            state = "bounced" if bounce.is_permanent else "delayed, its server goes on trying"
            lines.append(f"{bounce.recipient}: {known[0]['subject']}: {state} ({bounce.reason})")
            if bounce.is_permanent:
                said = f"{bounce.recipient}: {bounce.reason}"
                warehouse.mark_delivery(bounce.delivery_id, "bounced", said)
    return lines


@contextmanager
def _changing(settings: Settings) -> Iterator[Warehouse]:
    """The warehouse of an installation that exists, published again where all went well."""
    must_be_there(settings.warehouse_place)
    with run_lock(settings.data_dir), Warehouse.open(settings.warehouse_place) as warehouse:
        yield warehouse
        warehouse.publish(settings.published_place)
