"""The command `ingest story`: what belongs together, why, and how to put that right. A thin skin, like cli.py."""

from __future__ import annotations

from typing import Annotated

import typer

from ingest.commands.common import WarehouseOption, known_sources, login, settings_of
from ingest.errors import ConfigError


def register(app: typer.Typer) -> None:
    """Add this command to the command `ingest`."""
    app.command("story")(story_command)


def story_command(
    story: Annotated[
        str,
        typer.Argument(
            help="Its story_id or inspection_id, or the id or address of one of its documents.",
            show_default=False,
        ),
    ],
    add: Annotated[
        str | None, typer.Option(metavar="DOCUMENT", help="This document belongs to it; needs --note.")
    ] = None,
    remove: Annotated[
        str | None, typer.Option(metavar="DOCUMENT", help="This document does not; needs --note.")
    ] = None,
    note: Annotated[str, typer.Option(help="Why, in a few words.")] = "",
    by: Annotated[str | None, typer.Option(help="Who says so; default your login name.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as JSON.")] = False,
    warehouse: WarehouseOption = None,
) -> None:
    """Show a story: its inspection, each document with score and reasons, what came of it.

    --add and --remove correct it; that stays when rules change. `ingest corrections` lists and withdraws.
    """
    import shutil

    from ingest.desk.stories import as_json as told_as_json
    from ingest.desk.stories import as_text, find_story, regroup
    from ingest.load import open_published

    settings = settings_of(warehouse)
    if add and remove:
        raise ConfigError("--add and --remove exclude each other: say one at a time.")
    document = add or remove
    if document:
        who = by or login()
        said = regroup(
            settings, known_sources(settings), story, document, belongs=bool(add), note=note, by=who
        )
        typer.echo(said)
        return
    width = min(shutil.get_terminal_size((100, 24)).columns, 140)
    with open_published(settings.published_place) as reader:
        told = find_story(reader, story)
    typer.echo(told_as_json(told) if as_json else as_text(told, width))
