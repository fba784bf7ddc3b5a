"""What others wrote (names, titles, paths) is printed as it is: square brackets are no markup."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from ingest.commands.console import ConsoleReporter


def test_a_stage_names_what_its_source_is_called() -> None:
    console = Console(file=StringIO(), width=200)
    ConsoleReporter(console).stage("Reading 2 documents of News [old] [/archive]")
    assert console.file.getvalue() == "Reading 2 documents of News [old] [/archive] ...\n"  # type: ignore[attr-defined]
