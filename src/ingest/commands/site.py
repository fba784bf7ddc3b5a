"""The command `ingest site`: a thin skin, like cli.py."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ingest.commands.common import WarehouseOption, settings_of


def register(app: typer.Typer) -> None:
    """Add the command to `ingest`."""
    app.command("site")(site_command)


def site_command(
    out: Annotated[
        Path | None, typer.Option(help="The folder; default <data_dir>/site.", show_default=False)
    ] = None,
    base_url: Annotated[
        str,
        typer.Option(
            help="Where the site will stand, as https://example.org/, for links in feeds; default site_url."
        ),
    ] = "",
    warehouse: WarehouseOption = None,
) -> None:
    """Write the published copy as static pages: no server needed, open index.html in a browser.

    Only pages whose content changed are written again. Exit code 0: done. 2: nothing done, one line says why.
    """
    import time

    from rich.console import Console

    from ingest.commands.console import reporting
    from ingest.errors import ConfigError
    from ingest.steps.publishing_site import publish_site

    if base_url and not base_url.startswith(("http://", "https://")):
        raise ConfigError(f"--base-url {base_url!r}: give a web address, as https://example.org/")
    settings = settings_of(warehouse)
    began = time.perf_counter()
    with reporting(Console(stderr=True)) as reporter:
        content, built = publish_site(
            settings,
            out,
            base_url=base_url,
            report=lambda done, total: reporter.progress("Drawing pages", done, total),
        )
    folder = out or settings.data_dir / "site"
    covered = sum(bool(place.events) for place in content.places)
    typer.echo(
        f"Site      {covered} of {len(content.places)} authorities with documents, {len(content.events)} stories, "
        f"{content.statements:,} statements"
    )
    typer.echo(
        f"Files     {built.written:,} written, {built.unchanged:,} unchanged, {built.removed:,} removed; "
        f"{built.bytes / 1e6:.1f} MB; heaviest page {built.heaviest[0]} ({built.heaviest[1] / 1000:.0f} kB)"
    )
    typer.echo(f"Time      {time.perf_counter() - began:.1f} s")
    typer.echo(f"Open it:  {(folder / 'index.html').resolve().as_uri()}")
