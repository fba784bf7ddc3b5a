"""Who is told of what: watches, matching, digests, and mails that leave once.

`load_watches` -> `match` (what is new to whom) -> `due` -> `compose` (one mail per watch) -> `send`. Between
the steps the caller stores: alerts before `compose`, mails before `send`, and what `send` reports.
"""

from ingest.alerts.digest import Mail, compose, due
from ingest.alerts.matching import match
from ingest.alerts.message import message
from ingest.alerts.outbox import DeliveryResult, send
from ingest.alerts.told import Alert, Told
from ingest.alerts.watch import Watch
from ingest.alerts.watches import load_watches

__all__ = [
    "Alert",
    "DeliveryResult",
    "Mail",
    "Told",
    "Watch",
    "compose",
    "due",
    "load_watches",
    "match",
    "message",
    "send",
]
