"""Who is told of what: watches, matching, digests, and mails that leave once.

`load_watches` -> `match` (what is new to whom) -> `due` -> `compose` (one mail per person) -> `send`. Between
the steps the caller stores: alerts before `compose`, mails before `send`, and what `send` reports.
"""

from ingest.alerts.bounces import Bounce, read_bounces
from ingest.alerts.digest import Mail, compose, due, quiet
from ingest.alerts.feeds import atom, feed_entry
from ingest.alerts.matching import match
from ingest.alerts.message import message
from ingest.alerts.outbox import Post, send
from ingest.alerts.told import Alert, Told
from ingest.alerts.watch import Watch
from ingest.alerts.watches import FEEDS, load_watches, parse_watches

__all__ = [
    "FEEDS",
    "Alert",
    "Bounce",
    "Mail",
    "Post",
    "Told",
    "Watch",
    "atom",
    "compose",
    "due",
    "feed_entry",
    "load_watches",
    "match",
    "message",
    "parse_watches",
    "quiet",
    "read_bounces",
    "send",
]
