"""The checks before publication, on demand: what passes, what fails with its rows, and fewer rows accepted."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ingest import __version__
from ingest.load import CheckFailure, Warehouse, all_checks
from ingest.lock import run_lock
from ingest.model import make_id
from ingest.place import must_be_there
from ingest.settings import Settings
from ingest.steps.running import utc_now


def show_checks(failures: Sequence[CheckFailure], console: Console) -> int:
    """Print every check and the first rows of those that fail; return how many do."""
    failed = {failure.name: failure for failure in failures}
    for name, meaning in all_checks():
        style, word = ("red", "FAILED") if name in failed else ("green", "ok")
        console.print(Text.assemble((f"{word:<7}", style), (f"{name:<30}", "bold"), meaning))
        if name in failed:
            _show_rows(failed[name], console)
    return len(failed)


def _show_rows(failure: CheckFailure, console: Console) -> None:
    table = Table(*failure.columns, header_style="bold")
    for row in failure.examples:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console.print(table)
    if failure.rows > len(failure.examples):
        console.print(f"... {failure.rows} rows in all", highlight=False)


def accept(settings: Settings) -> str:
    """Take what the warehouse holds now as what the next run is compared with; return a line that says so.

    Raises:
        BusyError: a run is at work.
        WarehouseError: there is no warehouse yet.
    """
    must_be_there(settings.warehouse_place)
    with run_lock(settings.data_dir), Warehouse.open(settings.warehouse_place) as warehouse:
        now = utc_now()
        run_id = f"{now:%Y%m%dT%H%M%S}-{make_id(now.isoformat())[:6]}"
        warehouse.begin_run(run_id, "ingest check --accept-counts", now, __version__, alerts=False)
        warehouse.end_run(run_id, "done", {}, now)
    return "Accepted: the next run is compared with what is stored now."
