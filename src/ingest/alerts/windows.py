"""When digests go: what was found from 08:00 to 08:00, London time, is sent at 08:30.

A daily digest ends every day, a weekly one on Saturday. Wall-clock times are taken, so a day on which the
clocks change is 23 or 25 hours long; 08:00 and 08:30 exist once on each.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ingest.alerts.watch import Frequency

LONDON = ZoneInfo("Europe/London")
ENDS, SENT = time(8, 0), time(8, 30)
_SATURDAY = 5
_DAYS: dict[Frequency, int] = {"daily": 1, "weekly": 7}


def day_of(at: datetime) -> date:
    """The day, in London, on which something happens; in summer a new one begins an hour before that of UTC."""
    return at.astimezone(LONDON).date()


def window_end(at: datetime, frequency: Frequency) -> datetime:
    """The end of the window that an event of this time belongs to; what falls on an end begins the next."""
    local = at.astimezone(LONDON)
    day = local.date()
    if frequency == "weekly":
        day += timedelta(days=(_SATURDAY - day.weekday()) % 7)
    end = datetime.combine(day, ENDS, LONDON)
    # Compared in UTC: two times of one zone would be compared by their faces alone.
    if at.timestamp() < end.timestamp():
        return end
    return datetime.combine(day + timedelta(days=_DAYS[frequency]), ENDS, LONDON)


def window_start(end: datetime, frequency: Frequency) -> datetime:
    """The beginning of the window that ends then."""
    return datetime.combine(end.date() - timedelta(days=_DAYS[frequency]), ENDS, LONDON)


def sent_at(end: datetime) -> datetime:
    """When the digest of the window that ends then is sent: half an hour later."""
    return datetime.combine(end.date(), SENT, LONDON)


def sending_day(found: datetime, frequency: Frequency) -> date:
    """The day, in London, on which what was found at this time is sent."""
    if frequency == "immediate":
        return day_of(found)
    return window_end(found, frequency).date()


def is_due(at: datetime, frequency: Frequency, now: datetime) -> bool:
    """Whether what was found at this time is to be sent now."""
    return frequency == "immediate" or now.timestamp() >= sent_at(window_end(at, frequency)).timestamp()


def last_window(now: datetime, frequency: Frequency) -> tuple[datetime, datetime]:
    """Beginning and end of the newest window whose digest is due."""
    end = window_start(window_end(now, frequency), frequency)
    if now.timestamp() < sent_at(end).timestamp():
        end = window_start(end, frequency)
    return window_start(end, frequency), end
