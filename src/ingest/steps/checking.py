"""The check of a source as it is stored and told: what a run saw of it, judged by its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.load.health import source_history
from ingest.model import Failure, SourceCheck
from ingest.steps.health import Sight, judge
from ingest.steps.running import Fetched, Work


def checked(work: Work, fetched: Fetched, check: SourceCheck, failed: Sequence[Failure]) -> SourceCheck:
    """Return the check with its state; `failed` holds what could not be fetched or read in this run."""
    source, now = fetched.source, work.clock()
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
    problems = judge(source, sight, source_history(work.warehouse.reader, source.source_id, work.run_id, now))
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
