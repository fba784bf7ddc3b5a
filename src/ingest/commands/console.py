"""Showing a run on a terminal: stages, a progress bar, and the summary on one screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from ingest.official.reconcile import Comparison
from ingest.steps.summary import Summary, sources_table

MOST_SOURCES = 14
"""Sources shown one by one; of more, only those with news or trouble are."""


class ConsoleReporter:
    """Prints each stage as a line and long work as a bar, on standard error."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._lock = Lock()
        """Fetching reports from its own thread, while documents are read."""

    def stage(self, text: str) -> None:
        """Print the stage."""
        self._console.print(f"{text} ...", style="dim", markup=False, highlight=False)

    def progress(self, text: str, done: int, total: int) -> None:
        """Move the bar of that name; short work shows none, and no bar is shown where nobody watches."""
        if total < 10 or not self._console.is_terminal:
            return
        with self._lock:
            if self._progress is None:
                self._progress = Progress(
                    TextColumn("  {task.description}"),
                    BarColumn(),
                    MofNCompleteColumn(),
                    TimeRemainingColumn(),
                    console=self._console,
                    transient=True,
                )
                self._progress.start()
            if text not in self._tasks:
                self._tasks[text] = self._progress.add_task(text, total=total)
            self._progress.update(self._tasks[text], completed=done, total=total)
            if done >= total:
                self._progress.remove_task(self._tasks.pop(text))
            if not self._tasks:
                self._finish()

    def finish(self) -> None:
        """Take all bars away."""
        with self._lock:
            self._finish()

    def _finish(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
            self._tasks.clear()


@contextmanager
def reporting(console: Console) -> Iterator[ConsoleReporter]:
    """Report until the block ends, however it ends."""
    reporter = ConsoleReporter(console)
    try:
        yield reporter
    finally:
        reporter.finish()


def show(summary: Summary, console: Console, next_commands: list[tuple[str, str]]) -> None:
    """Print the summary."""
    checks = [
        check
        for check in summary.checks
        if check.status != "unchanged" or len(summary.checks) <= MOST_SOURCES
    ]
    if checks:
        table = Table(
            "Source", "Status", "Fetched", "New", "Failed", box=None, pad_edge=False, header_style="bold"
        )
        for row in sources_table(checks):
            table.add_row(*map(Text, row))
        console.print(table)
        console.print()
    figures = Table(show_header=False, box=None, pad_edge=False)
    figures.add_column(style="bold")
    figures.add_column(overflow="fold")
    for name, value in [*summary.rows(), *summary.places()]:
        figures.add_row(name, Text(value))
    figures.add_row("Time", f"{summary.seconds:.1f} s")
    console.print(figures)
    for line in summary.lines():
        console.print(f"- {line}", markup=False, highlight=False, soft_wrap=True)
    if next_commands:
        console.print()
        for what, command in next_commands:
            console.print(f"{what}:  {command}", markup=False, highlight=False, soft_wrap=True)


def show_comparison(comparison: Comparison, console: Console) -> None:
    """Print every difference with both values and the evidence, then what was compared."""
    if comparison.differences:
        table = Table("Authority", "Published", "What", "Official", "Stored", "Evidence", header_style="bold")
        for found in comparison.differences:
            place = f"p. {found.page}: " if found.page else ""
            cells = (
                f"{found.authority}\n{found.gss}",
                str(found.published_on or ""),
                found.what,
                found.official or "(none)",
                found.stored or "(none)",
                f"{place}{found.evidence}\n{found.url}",
            )
            table.add_row(*map(Text, cells))
        console.print(table)
    for row in comparison.not_stored:
        line = f"- not stored: {row.name} ({row.gss}), {row.kind} begun {row.started_on}, published {row.published_on}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print(comparison.summary(), markup=False, highlight=False, soft_wrap=True)
