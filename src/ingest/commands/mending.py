"""Commands for when something is wrong: correct, corrections, doctor, themes. Thin skins, like cli.py."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ingest.commands.common import WarehouseOption, known_sources, login, settings_of

corrections_app = typer.Typer(no_args_is_help=True, help="What people corrected: list, export, withdraw.")
themes_app = typer.Typer(no_args_is_help=True, help="Try an edit of the theme rules before it is kept.")

_Many = list[str] | None


def register(app: typer.Typer) -> None:
    """Add these commands to the command `ingest`."""
    app.command("correct")(correct_command)
    app.command("doctor")(doctor_command)
    app.add_typer(corrections_app, name="corrections")
    app.add_typer(themes_app, name="themes")


def correct_command(
    document: Annotated[
        str, typer.Argument(help="Its document_id or url, or the beginning of either.", show_default=False)
    ],
    finding: Annotated[
        str | None, typer.Option(help="The finding_id that is meant, or its beginning.")
    ] = None,
    authority: Annotated[
        _Many,
        typer.Option(help="It is about this one (GSS code or name), and no other; repeatable; or none."),
    ] = None,
    remove_authority: Annotated[_Many, typer.Option(help="It is not about this one; repeatable.")] = None,
    theme: Annotated[_Many, typer.Option(help="The finding is on this theme too; repeatable.")] = None,
    remove_theme: Annotated[_Many, typer.Option(help="It is not on this theme; repeatable.")] = None,
    polarity: Annotated[
        str | None, typer.Option(help="strength, concern, recommendation or neutral.")
    ] = None,
    not_a_finding: Annotated[
        bool, typer.Option("--not-a-finding", help="The sentence finds nothing.")
    ] = False,
    note: Annotated[str, typer.Option(help="Why, in a few words; needed.")] = "",
    by: Annotated[str | None, typer.Option(help="Who says so; default your login name.")] = None,
    warehouse: WarehouseOption = None,
) -> None:
    """Put right what the rules got wrong: wins in every table, view and alert, and stays when rules change."""
    from ingest.desk.correcting import Wish, correct

    settings = settings_of(warehouse)
    wish = Wish(
        document=document,
        finding=finding,
        authorities=tuple(authority or ()),
        remove_authorities=tuple(remove_authority or ()),
        themes=tuple(theme or ()),
        remove_themes=tuple(remove_theme or ()),
        polarity=polarity,
        not_a_finding=not_a_finding,
        note=note,
        by=by or login(),
    )
    result = correct(settings, known_sources(settings), wish)
    for line in result.lines:
        typer.echo(f"Corrected {line}" if not line.startswith("Mind") else line)


@corrections_app.command("list")
def list_command(warehouse: WarehouseOption = None) -> None:
    """Show what was corrected, what the rules say instead, by whom and why."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ingest.load import open_published

    with open_published(settings_of(warehouse).published_place) as reader:
        rows = reader.dicts("FROM correction_list")
    if not rows:
        typer.echo("Nothing was corrected. `ingest correct --help` says how.")
        return
    table = Table(header_style="bold", box=None)
    for head in ("id", "document", "says", "rules say", "by", "note"):
        table.add_column(head, overflow="fold")
    for row in rows:
        says = f"{row['what'].replace('_', ' ')} {row['value']}".strip()
        words = f'{says}\n"{row["quote"][:60]}"' if row["quote"] else says
        state = row["machine"] or "not read yet"
        cells = (
            row["correction_id"][:8],
            row["title"] or row["url"],
            words,
            state if row["is_applied"] else f"{state}\n(finds no place)",
            f"{row['made_by']}\n{row['made_at']:%Y-%m-%d}",
            row["note"],
        )
        table.add_row(*map(Text, cells))
    Console().print(table)


@corrections_app.command("export")
def export_command(
    file: Annotated[Path, typer.Argument(help="The file to write, as lines of JSON.", show_default=False)],
    warehouse: WarehouseOption = None,
) -> None:
    """Write the corrections to a file that the tests of the rules can run."""
    from ingest.desk.correcting import export
    from ingest.load import open_published

    with open_published(settings_of(warehouse).published_place) as reader:
        count = export(reader, file)
    typer.echo(f"{count} correction{'' if count == 1 else 's'} written to {file}")


@corrections_app.command("withdraw")
def withdraw_command(
    correction_id: Annotated[str, typer.Argument(help="Its id, or the beginning.", show_default=False)],
    warehouse: WarehouseOption = None,
) -> None:
    """Take a correction back: the rules decide again."""
    from ingest.desk.correcting import withdraw

    settings = settings_of(warehouse)
    withdrawn = withdraw(settings, known_sources(settings), correction_id)
    typer.echo(f"Withdrawn: {withdrawn.what.replace('_', ' ')} {withdrawn.value} of {withdrawn.url}")


def doctor_command(warehouse: WarehouseOption = None) -> None:
    """Say what needs a person: sources, quarantine, mails, unknown names, unfiled documents; and what to do.

    Exit code 0: all is well. 1: something needs attention.
    """
    from rich.console import Console

    from ingest.doctor.finding import show_findings
    from ingest.doctor.visit import examine
    from ingest.steps.running import utc_now

    report = examine(settings_of(warehouse), utc_now())
    show_findings(report.findings, Console())
    raise typer.Exit(1 if report.needs_attention else 0)


@themes_app.command("check")
def themes_check_command(
    file: Annotated[Path, typer.Argument(help="An edited copy of classify/themes.toml.", show_default=False)],
    warehouse: WarehouseOption = None,
) -> None:
    """Show which stored findings gain or lose a theme by an edit, before it is kept.

    Exit code 0: nothing changes. 1: something does. 2: the file is unusable.
    """
    from rich.console import Console

    from ingest.desk.theme_check import compare, show_changes

    changes = compare(file, settings_of(warehouse))
    show_changes(changes, Console())
    raise typer.Exit(1 if changes.changed else 0)
