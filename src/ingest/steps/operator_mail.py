"""Tells the operator once when a source breaks and once when it recovers, through the outbox of the alerts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from ingest.alerts.operator import Notice, operator_mail
from ingest.load import Warehouse
from ingest.load.health import note_told, untold_outages
from ingest.model import Outage, Source
from ingest.settings import Settings
from ingest.steps.mailing import enqueue
from ingest.steps.remedies import golden_page, heading, remedy


def tell_operator(
    settings: Settings, sources: Sequence[Source], warehouse: Warehouse, clock: Callable[[], datetime]
) -> None:
    """Put a mail about what broke and recovered into the outbox, to leave with the others.

    Without an operator nothing is noted as told, so that one who is set later hears of what is still broken.
    """
    outages = untold_outages(warehouse.reader) if settings.operator else ()
    if not outages:
        return
    known = {source.source_id: source for source in sources}
    mail = operator_mail([_notice(outage, known.get(outage.source_id), settings) for outage in outages])
    now = clock()
    enqueue(warehouse, "operator", [settings.operator], mail.key, mail.subject, mail.text, mail.html, now=now)
    warehouse.write("what the operator is told", note_told, outages, now)


def _notice(outage: Outage, source: Source | None, settings: Settings) -> Notice:
    about = source or Source(outage.source_id, outage.name, "", "feed", outage.page)
    golden = golden_page(settings.sources_file, about)
    return Notice(
        outage,
        heading(outage.state),
        remedy(outage.state, about, golden, settings.sources_file),
        str(golden or ""),
    )
