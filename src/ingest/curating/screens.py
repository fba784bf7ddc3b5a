"""What people see of sources: the catalogue, a trial, proposals for a new entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ingest.curating.proposal import Proposal
from ingest.curating.trial import Trial
from ingest.model import Source
from ingest.sources.golden import goldens_of

SHOWN = 5
"""Items of a proposal that are shown."""


def show_sources(sources: Sequence[Source], goldens: Path, console: Console) -> None:
    """Print the catalogue as a table."""
    table = _table("id", "kind", "platform", "every", "proved", "golden")
    for source in sources:
        table.add_row(
            source.source_id,
            source.kind,
            source.platform,
            f"{source.cadence_hours:g} h" if source.cadence_hours else "",
            _proved(source),
            "yes" if goldens_of(goldens, source) else "none",
        )
    console.print(table)
    unproved = sum(source.layout == "unverified" for source in sources)
    proved = "All are proved." if not unproved else f"{unproved} not proved yet: ingest sources check ID"
    console.print(f"{len(sources)} sources. {proved}", highlight=False)


def show_trial(trial: Trial, console: Console) -> None:
    """Print what a trial found: pages, selectors, items; and what is wrong, with the golden page beside it."""
    source = trial.source
    console.print(f"\n[bold]{escape(source.source_id)}[/]  {escape(source.name)}", highlight=False)
    for look in trial.looks:
        is_last = look is trial.looks[-1]
        moved = f" -> {look.final_url}" if look.final_url != look.url else ""
        console.print(f"  {escape(look.url)}{escape(moved)}", highlight=False, soft_wrap=True)
        table = _table("", "matched", "selector")
        for match in (*look.matches, *([trial.content] if is_last and trial.content else [])):
            count = f"{match.count}" if match.of is None else f"{match.count} of {match.of}"
            table.add_row(
                match.name, escape(match.selector), f"[red]{count}[/]" if match.is_broken else count
            )
        console.print(table)
    if trial.items:
        table = _table("date", "title and first words")
        for item in trial.items:
            if item.error:
                table.add_row("", f"[red]{escape(item.error)}[/]")
            else:
                when = item.published_on.isoformat() if item.published_on else "none"
                size = f"({len(item.text.split())} words, {escape(item.kind)})"
                table.add_row(when, f"{escape(item.title)}\n[dim]{escape(item.first_words)}  {size}[/]")
        console.print(table)
    for note in trial.notes[:SHOWN]:
        console.print(f"  note: {escape(note)}", highlight=False)
    if len(trial.notes) > SHOWN:
        console.print(f"  note: and {len(trial.notes) - SHOWN} more of that sort", highlight=False)
    if trial.problems:
        _show_problems(trial, console)
    else:
        console.print(
            f"  [green]Proved[/]: {trial.announced} items announced, {len(trial.items)} read.",
            highlight=False,
        )


def show_proposals(proposals: Sequence[Proposal], console: Console) -> None:
    """Print what could be watched, and the items that the first of it would have found."""
    table = _table("", "kind", "items", "dated", "how it was found", "address")
    for number, proposal in enumerate(proposals, start=1):
        announced = len(proposal.found.links) or len(proposal.found.follow)
        table.add_row(
            str(number),
            proposal.source.kind,
            str(announced),
            str(proposal.dated),
            proposal.how,
            escape(proposal.source.url),
        )
    console.print(table)
    for number, proposal in enumerate(proposals, start=1):
        console.print(f"\n{number}: what it would have found", highlight=False)
        for link in proposal.found.links[:SHOWN]:
            when = link.published_on.isoformat() if link.published_on else "no date   "
            console.print(
                f"  {when}  {escape(link.title or link.url)}",
                highlight=False,
                no_wrap=True,
                overflow="ellipsis",
            )
        rest = len(proposal.found.links) - SHOWN
        if rest > 0:
            console.print(f"  and {rest} more", highlight=False)
        if proposal.found.follow:
            console.print(f"  and what {len(proposal.found.follow)} further pages announce", highlight=False)
        for warning in proposal.found.warnings[:2]:
            console.print(f"  note: {escape(warning)}", highlight=False)


def show_noted(trial: Trial, path: Path, verified_on: date | None, console: Console) -> None:
    """Print what the catalogue says of the layout now."""
    if not trial.problems:
        said = f'layout = "verified" and verified_on = {verified_on} written to {path}'
    elif trial.source.layout == "unverified":
        said = ""
    elif trial.is_disproved:
        said = f'it was proved before; layout = "unverified" written to {path}'
    else:
        said = "it stays proved: what could not be fetched says nothing of its layout"
    if said:
        console.print(f"  {escape(said)}", highlight=False, soft_wrap=True)


def _proved(source: Source) -> str:
    if source.layout == "unverified":
        return "no"
    return source.verified_on.isoformat() if source.verified_on else "yes"


def _show_problems(trial: Trial, console: Console) -> None:
    console.print("  [red]Not proved[/]:", highlight=False, soft_wrap=True)
    for problem in trial.problems:
        console.print(f"    {escape(problem)}", highlight=False, soft_wrap=True)
    for golden, lines in trial.goldens:
        items, further = golden.expected.get("item", ()), golden.expected.get("follow", ())
        state = (
            "is read as it must be"
            if not lines
            else "is not read as it must be: the entry itself is at fault"
        )
        console.print(
            f"  Golden page beside it: {escape(str(golden.page))} ({escape(golden.made)}; {len(items)} items, "
            f"{len(further)} further pages) {state}.",
            highlight=False,
            soft_wrap=True,
        )
    if not trial.goldens:
        console.print(
            "  There is no golden page: `ingest sources add URL` keeps one.", highlight=False, soft_wrap=True
        )
    if trial.proposal:
        console.print(
            "  These selectors would choose what looks like items on the page:",
            highlight=False,
            soft_wrap=True,
        )
        for name, selector in trial.proposal.items():
            console.print(f'    {name} = "{escape(selector)}"', highlight=False, soft_wrap=True)


def _table(*heads: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for number, head in enumerate(heads):
        # What is typed again must stand in one piece.
        table.add_column(head, overflow="fold", no_wrap=number == 0)
    return table
