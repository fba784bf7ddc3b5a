"""The check of a source as it is stored and told: what a run saw of it, judged by its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ingest.load import Reader
from ingest.load.health import source_history
from ingest.model import Failure, Source, SourceCheck
from ingest.steps.health import Sight, judge
from ingest.steps.running import Fetched


def checked(
    source: Source,
    check: SourceCheck,
    fetched: Fetched,
    failed: Sequence[Failure],
    reader: Reader,
    run_id: str,
    now: datetime,
) -> SourceCheck:
    """Return the check with its state; `failed` holds what could not be fetched or read in this run."""
    sight = Sight(
        now=now,
        error=fetched.error,
        error_name=fetched.error_name,
        announcing=fetched.announcing,
        failures=tuple(failed),
        asked=fetched.asked,
        gone=sum(item.reason == "gone" for item in fetched.withdrawn),
        brought=check.new,
    )
    problems = judge(source, sight, source_history(reader, source.source_id, run_id, now))
    if not problems:
        return replace(
            check,
            state="unchanged" if check.status == "unchanged" else "ok",
            announcing=fetched.announcing,
        )
    gravest = problems[0]
    return replace(
        check,
        state=gravest.state,
        severity=gravest.severity,
        message=gravest.message,
        problems=problems,
        announcing=fetched.announcing,
    )
