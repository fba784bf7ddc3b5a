"""Commands about what became of pages: versions, and backfill. Thin skins, like cli.py."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ingest.commands.common import WarehouseOption, day_option, settings_of, typed
from ingest.errors import ConfigError


def register(app: typer.Typer) -> None:
    """Add these commands to the command `ingest`."""
    app.command("versions")(versions_command)
    app.command("backfill")(backfill_command)


def versions_command(
    document: Annotated[
        str, typer.Argument(help="Its document_id or url, or the beginning of either.", show_default=False)
    ],
    warehouse: WarehouseOption = None,
) -> None:
    """Show the versions of a document and what each says otherwise, word by word.

    Also where it stood before, and when it was withdrawn.
    """
    from rich.console import Console

    from ingest.desk.versions import show_versions
    from ingest.load import open_published

    settings = settings_of(warehouse)
    with open_published(settings.published_place) as reader:
        show_versions(reader, document, Console())


def backfill_command(
    since: Annotated[date, day_option("Fetch what was published from this day on.")],
    until: Annotated[date | None, day_option("And up to this day; default today.")] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Only this source of the catalogue; repeatable.")
    ] = None,
    pace: Annotated[
        float | None,
        typer.Option(help="Requests per second to one host; default half of requests_per_second.", min=0.01),
    ] = None,
    warehouse: WarehouseOption = None,
) -> None:
    """Fetch what was missed or came before the first run: slowly, mailing nobody, and again from where it stopped.

    Exit codes as of `ingest run`.
    """
    from rich.console import Console

    from ingest.commands.console import reporting, show
    from ingest.pipeline import Order, run
    from ingest.sources import load_catalogue, select
    from ingest.steps.runner import PlainRunner

    if until is not None and until < since:
        raise ConfigError(f"--until {until} is before --since {since}: exchange them.")
    settings = settings_of(warehouse)
    slowly = settings.model_copy(
        update={"requests_per_second": pace or settings.requests_per_second / 2, "requests_at_once": 1}
    )
    order = Order(
        select(load_catalogue(settings.sources_file), source or []),
        command=typed(),
        alerts=False,
        since=since,
        until=until,
        backfill=True,
    )
    with reporting(Console(stderr=True)) as reporter:
        summary = run(slowly, order, PlainRunner(), reporter=reporter)
    show(summary, Console(), [])
    raise typer.Exit(summary.exit_code)
