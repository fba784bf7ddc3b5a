"""The answer to one of the doctor's questions, and how it is shown on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

_INDENT = " " * 15


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question: well where there are no cases."""

    what: str
    well: str
    """What is said where nothing is wrong."""
    cases: tuple[str, ...] = ()
    """Lines of one case are divided by line ends; one that begins with "-> " says what to do."""
    remedy: str = ""
    is_notice: bool = False
    """Worth knowing, but nobody has to act."""
    most: int = 3
    """Cases that are named; the remedy says where the others are."""


def show_findings(findings: Iterable[Finding], console: Console) -> None:
    """Print the findings, one after the other."""
    for finding in findings:
        sign, style = (
            ("ok", "green") if not finding.cases else ("--", "dim") if finding.is_notice else ("!!", "red")
        )
        lines = [line for case in finding.cases[: finding.most] for line in case.splitlines()]
        first = lines[0] if lines else finding.well
        _print(console, Text.assemble((f"{sign} ", style), (f"{finding.what:<12}", "bold"), first))
        for line in lines[1:]:
            _print(console, Text(f"{_INDENT}{line}", "cyan" if line.startswith("-> ") else ""))
        if len(finding.cases) > finding.most:
            _print(console, Text(f"{_INDENT}... and {len(finding.cases) - finding.most} more", "dim"))
        if finding.cases and finding.remedy:
            _print(console, Text(f"{_INDENT}-> {finding.remedy}", "cyan"))


def cut(words: str, most: int = 90) -> str:
    """Return the words on one line, cut where they are many."""
    plain = " ".join(words.split())
    return plain if len(plain) <= most else plain[: most - 4].rstrip() + " ..."


def times(number: int) -> str:
    """Say "once" or "3 times"."""
    return "once" if number == 1 else f"{number} times"


def day(value: object) -> str:
    """Say a day, or "never"."""
    return f"{value:%Y-%m-%d}" if value else "never"


def _print(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True)
