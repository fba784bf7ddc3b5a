"""Commands for who is told of what, and for what was sent: watch, delivery. Thin skins, like cli.py."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.commands.common import WarehouseOption, day_option, settings_of
from ingest.errors import ConfigError, WarehouseError

if TYPE_CHECKING:
    from rich.console import Console

    from ingest.alerts import Watch
    from ingest.desk.previewing import Preview
    from ingest.settings import Settings

watch_app = typer.Typer(
    no_args_is_help=True, help="Who is told of what: add, list, preview, pause, resume, remove."
)
delivery_app = typer.Typer(no_args_is_help=True, help="What was sent and what was not: list, mark, bounces.")

MOST = 250
"""Mails a year above which a new watch is refused without --force: one for each working day."""
_SHOWN = 20

NameArgument = Annotated[str, typer.Argument(help="The name of the watch.", show_default=False)]
DaysOption = Annotated[int, typer.Option(min=1, help="Days to play back.")]
UntilOption = Annotated[date | None, day_option("The last day to play back; default today.")]
_Many = list[str] | None


def register(app: typer.Typer) -> None:
    """Add these commands to the command `ingest`."""
    app.add_typer(watch_app, name="watch")
    app.add_typer(delivery_app, name="delivery")


@watch_app.command("add")
def add_command(
    name: NameArgument,
    email: Annotated[_Many, typer.Option(help="Who is told; repeatable.")] = None,
    authority: Annotated[_Many, typer.Option(help="Name or GSS code, or all; repeatable.")] = None,
    region: Annotated[_Many, typer.Option(help="All authorities of a region; repeatable.")] = None,
    neighbours_of: Annotated[_Many, typer.Option(help="The statistical neighbours of this one.")] = None,
    group: Annotated[_Many, typer.Option(help="A group under [groups] in watches.toml.")] = None,
    theme: Annotated[_Many, typer.Option(help="Only this theme (id or name); repeatable.")] = None,
    polarity: Annotated[
        _Many, typer.Option(help="Only concern, strength, recommendation or neutral; repeatable.")
    ] = None,
    kind: Annotated[
        _Many, typer.Option(help="Only this kind of visit or document (monitoring_visit, news); repeatable.")
    ] = None,
    include: Annotated[_Many, typer.Option(help="Only with this word; * for any ending.")] = None,
    exclude: Annotated[_Many, typer.Option(help="Not with this word.")] = None,
    frequency: Annotated[str, typer.Option(help="immediate, daily or weekly.")] = "immediate",
    since: Annotated[
        date | None, day_option("Of what comes in from now on, what was published since.")
    ] = None,
    note: Annotated[str, typer.Option(help="A word to yourself, shown in the mail.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", help="Say so when a period brings nothing.")] = False,
    webhook: Annotated[str | None, typer.Option(help="An https address that gets the same as JSON.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Save it also when it would send too much.")] = False,
    most: Annotated[int, typer.Option(help="Mails a year that are too much.")] = MOST,
    until: UntilOption = None,
    warehouse: WarehouseOption = None,
) -> None:
    """Show what a watch would have sent over the last year, then save it in watches.toml."""
    from rich.console import Console

    from ingest.desk import watching

    if not (authority or region or neighbours_of or group):
        raise ConfigError(
            "about whom is missing: say --authority Leeds (or all), --region, --neighbours-of or --group."
        )
    if not (email or webhook):
        raise ConfigError("who is told is missing: say --email you@example.org, or --webhook.")
    given: dict[str, Any] = {
        "name": name,
        "authorities": authority,
        "regions": region,
        "neighbours_of": neighbours_of,
        "groups": group,
        "themes": theme,
        "polarity": polarity,
        "kinds": kind,
        "include": include,
        "exclude": exclude,
        "email": email,
        "webhook": webhook,
        "frequency": frequency,
        "since": since,
        "note": note,
        "quiet": quiet,
    }
    settings = settings_of(warehouse)
    path = settings.watches_file
    watch, text = watching.draft(path, {key: value for key, value in given.items() if value})
    try:
        found = _preview(settings, watch, 365, until)
    except WarehouseError:
        typer.echo("There is no warehouse yet, so nothing could be played back.")
    else:
        _show(found, watch, Console())
        if len(found.mails) > most and not force:
            raise ConfigError(
                f"{len(found.mails)} mails a year are more than {most}, so it was not saved: narrow it (--theme, "
                "--polarity, --frequency weekly), or say --force."
            )
    watching.save(path, text)
    typer.echo(f"Saved: watch {watch.name!r} in {path}. The next run tells what is published from then on.")


@watch_app.command("list")
def list_command() -> None:
    """Show the watches of watches.toml."""
    from rich.console import Console
    from rich.table import Table

    from ingest.alerts.render import scope
    from ingest.desk import watching

    settings = settings_of(None)
    watches = watching.read_all(settings.watches_file)
    if not watches:
        typer.echo(f"Nobody watches ({settings.watches_file}). `ingest watch add --help` says how.")
        return
    table = Table("name", "what", "to", header_style="bold", box=None)
    for watch in watches:
        to = [*watch.recipients, *([watch.webhook] if watch.webhook else [])]
        table.add_row(watch.name, scope(watch) + (" (paused)" if watch.paused else ""), "\n".join(to))
    Console().print(table)


@watch_app.command("preview")
def preview_command(
    name: NameArgument, days: DaysOption = 365, until: UntilOption = None, warehouse: WarehouseOption = None
) -> None:
    """Show mail by mail what a watch would have sent."""
    from rich.console import Console

    from ingest.desk import watching

    settings = settings_of(warehouse)
    watch = watching.find(settings.watches_file, name)
    _show(_preview(settings, watch, days, until), watch, Console())


@watch_app.command("pause")
def pause_command(name: NameArgument) -> None:
    """Tell a watch nothing until it is resumed; what comes meanwhile is not told later."""
    from ingest.desk import watching

    watching.pause(settings_of(None).watches_file, name, paused=True)
    typer.echo(f"Paused: {name}. `ingest watch resume` goes on.")


@watch_app.command("resume")
def resume_command(name: NameArgument) -> None:
    """Go on with a paused watch."""
    from ingest.desk import watching

    watching.pause(settings_of(None).watches_file, name, paused=False)
    typer.echo(f"Resumed: {name}.")


@watch_app.command("remove")
def remove_command(name: NameArgument) -> None:
    """Take a watch out of watches.toml; what was told stays in the warehouse."""
    from ingest.desk import watching

    watching.remove(settings_of(None).watches_file, name)
    typer.echo(f"Removed: {name}.")


@delivery_app.command("list")
def deliveries_command(
    everything: Annotated[bool, typer.Option("--all", help="Also what was sent.")] = False,
    most: Annotated[int, typer.Option(min=1, help="Rows to show.")] = _SHOWN,
    warehouse: WarehouseOption = None,
) -> None:
    """Show what did not arrive, and what waits for longer than it may.

    Exit code 0: all was sent. 1: something was not.
    """
    from rich.console import Console
    from rich.table import Table

    from ingest.doctor.finding import times
    from ingest.load import open_published
    from ingest.load.deliveries import delivery_rows
    from ingest.load.overdue import overdue

    with open_published(settings_of(warehouse).published_place) as reader:
        unsent = delivery_rows(reader, everything=False, most=most)
        rows = delivery_rows(reader, everything=True, most=most) if everything else unsent
        late = overdue(reader, datetime.now(UTC))
    table = Table("id", "written", "to", "subject", "status", header_style="bold", box=None)
    for row in rows:
        state = row["status"] + (f", tried {times(row['attempts'])}: {row['error']}" if row["error"] else "")
        to = "\n".join(row["recipients"])
        table.add_row(
            row["delivery_id"][:8], f"{row['created_at']:%Y-%m-%d %H:%M}", to, row["subject"], state
        )
    if rows:
        Console().print(table)
    for one in late[:_SHOWN]:
        typer.echo(f"Overdue {one.what} {one.id[:8]}, since {one.since:%Y-%m-%d %H:%M}: {one.words}")
    if not rows and not late:
        typer.echo("Nothing waits and nothing failed.")
    raise typer.Exit(1 if unsent or late else 0)


@delivery_app.command("mark")
def mark_command(
    delivery: Annotated[str, typer.Argument(help="Its id, or the beginning.", show_default=False)],
    status: Annotated[str, typer.Argument(help="sent, failed, bounced, or pending to send it again.")],
    note: Annotated[str, typer.Option(help="Why, in a few words.")] = "",
    warehouse: WarehouseOption = None,
) -> None:
    """Say what became of a delivery; `pending` sends it again with the next run."""
    from ingest.desk import delivering

    subject = delivering.mark(settings_of(warehouse), delivery, status, note)
    typer.echo(f"Marked {status}: {subject}")


@delivery_app.command("bounces")
def bounces_command(
    box: Annotated[Path, typer.Argument(help="An mbox file or Maildir.", show_default=False)],
    warehouse: WarehouseOption = None,
) -> None:
    """Read the mailbox that gets bounces, and mark what could not be delivered."""
    from ingest.desk import delivering

    lines = delivering.take_bounces(settings_of(warehouse), box)
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo("No bounce of ours in it.")


def _preview(settings: Settings, watch: Watch, days: int, until: date | None) -> Preview:
    from ingest.desk.previewing import preview
    from ingest.load import open_published

    end = until or datetime.now(UTC).date()
    with open_published(settings.published_place) as reader:
        return preview(reader, watch, end, days, sensitive=settings.allow_sensitive)


def _show(found: Preview, watch: Watch, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    count = len(found.mails)
    noun = "mail" if count == 1 else "mails"
    people = f" to each of {len(watch.recipients)} recipients" if len(watch.recipients) > 1 else ""
    console.print(
        f"{found.start} to {found.end}: {count} {noun}{people} by watch {watch.name!r}", markup=False
    )
    table = Table("day", "mail", header_style="bold", box=None)
    for day, mail in found.mails[-_SHOWN:]:
        table.add_row(str(day), Text(mail.subject))
    if count:
        console.print(table)
    if count > _SHOWN:
        console.print(f"... and {count - _SHOWN} before these")
