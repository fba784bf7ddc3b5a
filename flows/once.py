"""Run a flow once from a terminal: `python -m flows.once daily --sample`. Behind `make run`.

Prefect takes seconds to import and longer to start, so a line says so first.
"""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from flows.environment import prepare
from ingest.errors import IngestError
from ingest.settings import load_settings
from ingest.steps.summary import Summary


def main() -> int:
    """Return 0 when the flow has run, 2 when it could not: items in quarantine do not fail a flow."""
    parser = argparse.ArgumentParser(prog="python -m flows.once", description=__doc__)
    parser.add_argument("flow", choices=["daily", "reprocess"])
    parser.add_argument("--sample", action="store_true", help="read the bundled sample, served over loopback")
    parser.add_argument(
        "--day", type=int, default=1, help="the sample's day: on day 2 an article is corrected"
    )
    parser.add_argument(
        "--on", choices=["threads", "processes", "dask"], help="reprocess: read as Prefect tasks"
    )
    parser.add_argument(
        "--scheduler", default="", help="address of a Dask scheduler; else Dask on this machine"
    )
    arguments = parser.parse_args()
    if arguments.on and arguments.flow != "reprocess":
        parser.error("--on is for reprocess")
    if arguments.scheduler and arguments.on != "dask":
        parser.error("--scheduler is for --on dask")
    console = Console(stderr=True)
    try:
        prepare(load_settings().data_dir)
        console.print("[dim]Starting Prefect (10 to 30 seconds) ...[/dim]", highlight=False)
        summary = _run(arguments)
    except IngestError as error:
        console.print(f"ingest: {error}", highlight=False, markup=False)
        return 2
    except KeyboardInterrupt:
        console.print("Stopped. What was read is stored; run again to go on.")
        return 130
    _show(summary, arguments.sample)
    return 0


def _run(arguments: argparse.Namespace) -> Summary:
    if arguments.flow == "reprocess":
        from flows.reprocess import reprocess

        return reprocess(on=arguments.on, scheduler=arguments.scheduler)
    from flows.daily import daily

    return daily(sample_day=arguments.day if arguments.sample else None)


def _show(summary: Summary, sample: bool) -> None:
    from ingest.commands.console import show

    commands = [
        ("Ask it", '.venv/bin/ingest sql "SELECT authority, polarity, quote FROM finding_current LIMIT 10"'),
    ]
    if sample:
        commands.append(("Again", "make run          (finds nothing new)"))
        commands.append(("Next day", "make run DAY=2    (an article was corrected)"))
    show(summary, Console(), commands)


if __name__ == "__main__":
    sys.exit(main())
