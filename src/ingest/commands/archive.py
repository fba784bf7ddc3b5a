"""Commands about the raw archive: verify, warc, prune. Thin skins, like cli.py."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.commands.common import WarehouseOption, day_option, settings_of
from ingest.errors import ConfigError

if TYPE_CHECKING:
    from ingest.fetch import Archive
    from ingest.load.archived import Reference
    from ingest.settings import Settings

archive_app = typer.Typer(
    no_args_is_help=True, help="The raw bytes of all that was fetched: verify, warc, prune."
)

SHOWN = 10
"""Faults of each kind that are named where not all are asked for."""


def register(app: typer.Typer) -> None:
    """Add these commands to the command `ingest`."""
    app.add_typer(archive_app, name="archive")


@archive_app.command("verify")
def verify_command(
    everything: Annotated[bool, typer.Option("--all", help="Name every file, however many.")] = False,
    warehouse: WarehouseOption = None,
) -> None:
    """Compute the hash of every file anew; name what is damaged, missing, unfinished, or of no use.

    Exit code 0: all is well. 1: something is named.
    """
    from rich.console import Console

    from ingest.commands.console import reporting
    from ingest.fetch.upkeep import noted_hashes, verify

    settings, archive = _open(warehouse)
    referred = {reference.content_hash: reference.url for reference in _references(settings)}
    with reporting(Console(stderr=True)) as reporter:
        found = verify(
            archive,
            referred,
            {content_hash for content_hash, _ in noted_hashes(archive)},
            lambda done: reporter.progress("files", done, max(done + 1, len(referred))),
        )
    for kind in ("damaged", "missing", "unfinished", "orphan"):
        faults = [fault for fault in found.faults if fault.kind == kind]
        shown = faults if everything else faults[:SHOWN]
        for fault in shown:
            typer.echo(f"{kind}: {fault.content_hash}: {fault.said}")
        if len(faults) > len(shown):
            typer.echo(f"{kind}: ... and {len(faults) - len(shown):,} more; --all names them")
    typer.echo(
        f"{found.files:,} files, {found.size / 1e6:,.1f} MB on disk for {found.unpacked / 1e6:,.1f} MB; "
        f"{len(found.faults)} to look at"
    )
    raise typer.Exit(1 if found.faults else 0)


@archive_app.command("warc")
def warc_command(
    run: Annotated[str, typer.Argument(help="A run_id of the table `run`, or `last`.", show_default=False)],
    file: Annotated[Path, typer.Argument(help="The file to write, NAME.warc.gz.", show_default=False)],
) -> None:
    """Write all that a run asked for and got as a WARC file, which web archives and their tools read."""
    from ingest import __version__
    from ingest.fetch.journal import read_journal, runs
    from ingest.fetch.warc import write_warc

    _, archive = _open(None)
    known = runs(archive.root)
    if run == "last":
        if not known:
            raise ConfigError(f"{archive.root}: no run has a journal yet; make one with `ingest run`.")
        run = known[-1]
    written = write_warc(archive, read_journal(archive.root, run), file, f"ingest/{__version__}")
    typer.echo(
        f"{file}: run {run}: {written.responses:,} answers, {written.redirects:,} redirects, "
        f"{written.unchanged:,} not modified, {written.files:,} local files, "
        f"{written.without_body:,} whose body was not kept"
    )


@archive_app.command("prune")
def prune_command(
    versions_before: Annotated[
        date | None,
        day_option("Drop also the bytes of documents' earlier versions fetched before this day; text stays."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be dropped.")] = False,
    warehouse: WarehouseOption = None,
) -> None:
    """Drop what nothing refers to and old journals (settings keep_unused_days, keep_journal_days).

    The bytes of every stored version stay, unless --versions-before says otherwise.
    """
    from ingest.fetch.upkeep import prune
    from ingest.load import Warehouse
    from ingest.load.archived import references
    from ingest.lock import run_lock
    from ingest.place import must_be_there

    settings, archive = _open(warehouse)
    must_be_there(settings.warehouse_place)
    now = datetime.now(UTC)
    limit = datetime.combine(versions_before, time(), UTC) if versions_before else None
    # A run that was stopped published nothing: the writer's own file knows what it stored.
    with run_lock(settings.data_dir), Warehouse.open(settings.warehouse_place) as store:
        needed = {
            reference.content_hash
            for reference in references(store.reader)
            if reference.is_current or not limit or not reference.fetched_at or reference.fetched_at >= limit
        }
        # Without a single reference the wrong warehouse was named, or it is not there yet.
        if not needed:
            raise ConfigError(
                f"{settings.warehouse_place}: refers to nothing in the archive; nothing dropped."
            )
        done = prune(
            archive,
            needed,
            unused_before=now - timedelta(days=settings.keep_unused_days),
            journals_before=now - timedelta(days=settings.keep_journal_days),
            dry_run=dry_run,
        )
    verb = "would drop" if dry_run else "dropped"
    typer.echo(f"{verb} {done.files:,} files ({done.size / 1e6:,.1f} MB) and {done.journals:,} journals")


def _open(warehouse: str | None) -> tuple[Settings, Archive]:
    from ingest.fetch import Archive

    settings = settings_of(warehouse)
    root = settings.data_dir / "archive"
    if not root.is_dir():
        raise ConfigError(f"{root}: there is no archive yet; make one with `ingest run`.")
    return settings, Archive(root)


def _references(settings: Settings) -> tuple[Reference, ...]:
    from ingest.load import open_published
    from ingest.load.archived import references

    with open_published(settings.published_place) as reader:
        return references(reader)
