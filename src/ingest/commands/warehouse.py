"""Commands that ask the warehouse: sql, shell, tables, search, export, check. Thin skins, like cli.py."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from ingest.commands.common import WarehouseOption, read_text, settings_of
from ingest.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import Console

    from ingest.load import Reader, Relation

_Many = list[str] | None
MOST_ROWS = 200
"""Rows that a table on the screen shows."""
PIPE_WIDTH = 200
"""Columns of a table that goes to no terminal."""
_COMMENT = re.compile(r"--(?:\s|[^=]*\n)")


class _QueryCommand(TyperCommand):
    """Takes for a query also what begins with a comment, as the worked queries do: not for an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put such a query behind the options."""
        queries = [] if "--" in args else [word for word in args if _COMMENT.match(word)]
        if queries:
            args = [*(word for word in args if word not in queries), "--", *queries]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add these commands to the command `ingest`."""
    app.command("sql", cls=_QueryCommand)(sql_command)
    app.command("shell")(shell_command)
    app.command("tables")(tables_command)
    app.command("search")(search_command)
    app.command("export")(export_command)
    app.command("check")(check_command)
    app.command("copy")(copy_command)


def sql_command(
    query: Annotated[
        str | None, typer.Argument(help="A SELECT on the tables and views.", show_default=False)
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Read the query from this file.")] = None,
    form: Annotated[
        str, typer.Option("--format", help="table, csv, json, jsonl or parquet; by the name of --output.")
    ] = "",
    output: Annotated[Path | None, typer.Option(help="Write to this file, not to the screen.")] = None,
    warehouse: WarehouseOption = None,
) -> None:
    """Ask the published copy; runs at any time, also while a run writes. `ingest tables` says what there is."""
    from ingest.load import FORMATS, open_published, open_target

    sql = _query(query, file)
    wanted = form or (output.suffix.lstrip(".").lower() if output else "") or "table"
    if wanted != "table" and wanted not in FORMATS:
        raise ConfigError(f"no format {wanted!r}: choose table, {', '.join(FORMATS)} with --format")
    if wanted == "table" and output:
        raise ConfigError(f"a table is for the screen: choose {', '.join(FORMATS)} with --format")
    if wanted == "parquet" and not output and sys.stdout.isatty():
        raise ConfigError("Parquet is no text: name a file with --output")
    with open_published(settings_of(warehouse).published_place) as reader:
        if wanted == "table":
            show_rows(reader, sql, _console())
        elif output is None:
            reader.write(sql, sys.stdout.buffer, wanted)  # type: ignore[arg-type]
        else:
            with open_target(output) as target:
                rows = reader.write(sql, target, wanted)  # type: ignore[arg-type]
            typer.echo(f"{rows:,} rows written to {output}", err=True)
        typer.echo(told_run(reader), err=True)


def _query(query: str | None, file: Path | None) -> str:
    if (query is None) == (file is None):
        raise ConfigError('give a query or --file, as in: ingest sql "FROM finding_current LIMIT 5"')
    if query is not None:
        return query
    assert file is not None
    return read_text(file)


def told_run(reader: Reader) -> str:
    """Say which run the reader sees."""
    row = reader.published_run()
    return (
        f"as of run {row['run_id']}, {row['started_at']:%Y-%m-%d %H:%M} UTC" if row else "as of no run so far"
    )


def show_rows(reader: Reader, sql: str, console: Console) -> None:
    """Print the first rows of a query as a table."""
    from rich.table import Column, Table
    from rich.text import Text

    columns, rows, more = reader.first_rows(sql, MOST_ROWS)
    table = Table(*(Column(Text(name)) for name in columns), header_style="bold")
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console.print(table)
    if more:
        typer.echo(f"... more than {MOST_ROWS} rows: add LIMIT, or --format csv for all of them", err=True)


def shell_command(warehouse: WarehouseOption = None) -> None:
    """Ask one question after the other; `.help` says how, `.quit` or Ctrl-D ends."""
    from ingest.commands.shell import Shell

    settings = settings_of(warehouse)
    Shell(settings.published_place, _console()).run()


def tables_command(
    name: Annotated[str | None, typer.Argument(help="One table or view.", show_default=False)] = None,
    warehouse: WarehouseOption = None,
) -> None:
    """List what can be asked, or what the columns of one table or view mean."""
    from ingest.load import open_published

    with open_published(settings_of(warehouse).published_place) as reader:
        show_relations(reader.relations(), name, _console())


def show_relations(found: tuple[Relation, ...], name: str | None, console: Console) -> None:
    """Print all tables and views, or the columns of one."""
    from rich.table import Table
    from rich.text import Text

    if name is None:
        table = Table("", "", "", box=None, show_header=False, pad_edge=False)
        for kind in ("view", "macro", "table"):
            for relation in (relation for relation in found if relation.kind == kind):
                table.add_row(kind, Text(relation.name, "bold"), Text(relation.meaning))
        console.print(table)
        return
    chosen = [relation for relation in found if relation.name.partition("(")[0] == name]
    if not chosen:
        raise ConfigError(f"no table or view {name!r}; `ingest tables` lists them")
    console.print(Text(chosen[0].meaning))
    if not chosen[0].columns:
        return
    table = Table("Column", "Type", "Meaning", box=None, header_style="bold", pad_edge=False)
    for column in chosen[0].columns:
        key = " (key)" if column.name in chosen[0].key else ""
        kind = column.type if len(column.type) < 30 else f"{column.type[:27]}..."
        table.add_row(*map(Text, (f"{column.name}{key}", kind, column.meaning)))
    console.print(table)


def search_command(
    words: Annotated[
        str, typer.Argument(help='Words; a "phrase" in double quotes stands as it is.', show_default=False)
    ],
    documents: Annotated[bool, typer.Option("--documents", help="Search documents, not findings.")] = False,
    authority: Annotated[_Many, typer.Option(help="GSS code or name; repeatable.")] = None,
    theme: Annotated[_Many, typer.Option(help="Id or name of a theme; repeatable.")] = None,
    polarity: Annotated[
        _Many, typer.Option(help="strength, concern, recommendation or neutral; repeatable.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Published on or after: 2020, 2020-06 or 2020-06-30.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Published on or before.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to show.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="As lines of JSON.")] = False,
    warehouse: WarehouseOption = None,
) -> None:
    """Search findings (or documents) by words, the best first, with the words marked.

    Exit code 0: found. 1: nothing found.
    """
    from ingest.desk.searching import as_lines, days, polarities, show_hits
    from ingest.load import SearchIndex, Wanted, refresh_index
    from ingest.naming import authority_named, theme_named, use_own_names

    settings = settings_of(warehouse)
    use_own_names(settings)
    wanted = Wanted(
        words,
        "document" if documents else "finding",
        gss=tuple(authority_named(name) for name in authority or ()),
        themes=tuple(theme_named(name) for name in theme or ()),
        polarity=polarities(polarity or ()),
        since=days(since)[0] if since else None,
        until=days(until)[1] if until else None,
        most=limit,
    )
    if refresh_index(settings.published_place):
        typer.echo("The search index was built anew.", err=True)
    with SearchIndex(settings.published_place) as index:
        found = index.find(wanted)
    if as_json:
        typer.echo(as_lines(found), nl=False)
    else:
        show_hits(found, wanted, _console())
    raise typer.Exit(0 if found.hits else 1)


def export_command(
    folder: Annotated[Path, typer.Argument(help="A new folder for the release.", show_default=False)],
    view: Annotated[_Many, typer.Option(help="Only this view or table; repeatable.")] = None,
    form: Annotated[
        _Many, typer.Option("--format", help="csv, parquet, jsonl or xlsx; repeatable; default all.")
    ] = None,
    warehouse: WarehouseOption = None,
) -> None:
    """Write the views as CSV for Excel, Parquet, JSON lines and one workbook, described and with checksums.

    What could identify a child is left out, unless `allow_sensitive` is set in ingest.toml.
    """
    from rich.console import Console

    from ingest.commands.console import reporting
    from ingest.load import FORMS, open_published

    settings = settings_of(warehouse)
    with (
        open_published(settings.published_place) as reader,
        reporting(Console(stderr=True)) as reporter,
    ):
        written = reader.export(
            folder,
            names=tuple(view or ()),
            forms=tuple(form or FORMS),
            sensitive=settings.allow_sensitive,
            progress=reporter.progress,
        )
        run = told_run(reader)
    for part in written:
        kept = f" ({part.kept_back:,} kept back: could identify a child)" if part.kept_back else ""
        typer.echo(f"{part.rows:>9,}  {part.name}{kept}")
    typer.echo(f"Written to {folder}/ {run}; datapackage.json says what each column means.")


def check_command(
    published: Annotated[
        bool, typer.Option("--published", help="Check the readers' copy, not the writer's file.")
    ] = False,
    accept_counts: Annotated[
        bool,
        typer.Option("--accept-counts", help="Fewer rows than in the last run are meant: go on from here."),
    ] = False,
    warehouse: WarehouseOption = None,
) -> None:
    """Run the checks that stand before publication, and show the rows that fail.

    Exit code 0: all pass. 1: some fail.
    """
    from ingest.desk.warehouse_checks import accept, show_checks
    from ingest.load import open_published, open_reader

    settings = settings_of(warehouse)
    if accept_counts:
        typer.echo(accept(settings))
    place = settings.published_place if published else settings.warehouse_place
    with open_published(place) if published else open_reader(place) as reader:
        failed = show_checks(reader.check(), _console())
        typer.echo(f"{place}, {told_run(reader)}", err=True)
    raise typer.Exit(1 if failed else 0)


def copy_command(
    source: Annotated[
        str, typer.Argument(help="The file or ducklake:postgres:... to copy from.", show_default=False)
    ],
    warehouse: WarehouseOption = None,
) -> None:
    """Copy a warehouse into an empty one and publish it: from a file to a DuckLake, or back."""
    from ingest.load import Warehouse, open_settled
    from ingest.lock import run_lock

    settings = settings_of(warehouse)
    place = settings.place_of(source)
    with (
        run_lock(settings.data_dir),
        open_settled(place) as reader,
        Warehouse.open(settings.warehouse_place) as target,
    ):
        copied = target.take_over(reader)
        target.publish(settings.published_place)
    typer.echo(f"{sum(copied.values()):,} rows of {len(copied)} tables copied to {settings.warehouse_place}")


def _console() -> Console:
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH)
