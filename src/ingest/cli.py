"""The command `ingest`: a thin skin on the pipeline. Rooms are imported where a command needs them."""

from __future__ import annotations

import shlex
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.commands import archive, mending, pages, site, sources, story, warehouse, watch
from ingest.commands.common import WarehouseOption, day_option, read_text, settings_of, typed
from ingest.errors import BusyError, ConfigError, IngestError, WarehouseError
from ingest.place import masked

if TYPE_CHECKING:
    from ingest.model import Source

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="News and Ofsted reports about English councils' children's services: found, read, stored, announced.",
)

UNUSABLE = 2
INTERRUPTED = 130


@app.command("run")
def run_command(
    folder: Annotated[
        Path | None, typer.Option(help="Read the files under this folder, not the sources of the catalogue.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Only this source of the catalogue; repeatable.")
    ] = None,
    warehouse: WarehouseOption = None,
    no_alerts: Annotated[bool, typer.Option("--no-alerts", help="Write no mails: for backfills.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Ask all sources, and for every known item again, however old.")
    ] = False,
    since: Annotated[date | None, day_option("Leave out what was published before.")] = None,
) -> None:
    """Do the main job once: fetch what is new, read it, store it, tell who watches.

    Exit code 0: done. 1: done, with items in quarantine or sources failing. 2: nothing done.
    """
    from rich.console import Console

    from ingest.commands.console import reporting, show
    from ingest.pipeline import Order, run
    from ingest.sources import folder_source, load_catalogue, select
    from ingest.steps.runner import PlainRunner

    settings = settings_of(warehouse)
    if folder is not None:
        if source:
            raise ConfigError("--folder and --source exclude each other: leave one of them out.")
        sources: tuple[Source, ...] = (folder_source(folder),)
    else:
        sources = select(load_catalogue(settings.sources_file), source or [])
    order = Order(
        sources,
        full=full,
        command=typed(),
        alerts=not no_alerts,
        since=since,
        only_due=not (full or source or since or folder),
    )
    with reporting(Console(stderr=True)) as reporter:
        summary = run(settings, order, PlainRunner(), reporter=reporter)
    place = f" --warehouse {shlex.quote(masked(warehouse))}" if warehouse else ""
    if folder is not None and not any(check.announced for check in summary.checks):
        typer.echo(f"{folder}: holds nothing to read: no .pdf, .html or .txt file.", err=True)
    show(summary, Console(), [("Look inside", f'ingest sql{place} "FROM finding_current LIMIT 5"')])
    raise typer.Exit(summary.exit_code)


@app.command("explain")
def explain_command(
    text: Annotated[str | None, typer.Argument(help="A sentence or more.", show_default=False)] = None,
    file: Annotated[Path | None, typer.Option(help="Read the text from this file.")] = None,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl", help='Read lines {"id", "text", "gss"?} from standard input, answer in JSON.'
        ),
    ] = False,
) -> None:
    """Classify a text without storing it: what matched, and by which rule."""
    from rich.console import Console

    from ingest.classify.explain import explain, explain_lines
    from ingest.desk.explained import show_explanation
    from ingest.naming import use_own_names
    from ingest.settings import load_settings

    use_own_names(load_settings())
    if jsonl:
        for line in explain_lines(sys.stdin):
            sys.stdout.write(line.rstrip("\n") + "\n")
        return
    if file is not None:
        text = read_text(file)
    if not text or not text.strip():
        raise ConfigError('nothing to explain: give a text, --file or --jsonl, as in: ingest explain "..."')
    show_explanation(explain(text), Console())


@app.command("inspect")
def inspect_command(
    file: Annotated[Path, typer.Argument(help="A PDF, HTML or text file.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="All that was read, as JSON.")] = False,
    published_on: Annotated[date | None, day_option("When a listing says it was published.")] = None,
    urn: Annotated[str | None, typer.Option(help="Ofsted's provider number, as a listing gives it.")] = None,
    gss: Annotated[str | None, typer.Option(help="The authority under which a listing files it.")] = None,
) -> None:
    """Read one file without storing it and print what was read, page by page, to be checked.

    Exit code 0: read. 1: unreadable, and why. 2: no such file.
    """
    import shutil

    from ingest.desk import inspecting
    from ingest.settings import load_settings

    settings = load_settings()
    document = inspecting.inspect_file(
        file,
        cpu_seconds=settings.read_seconds,
        megabytes=settings.read_megabytes,
        published_on=published_on,
        urn=urn,
        gss=gss,
    )
    width = min(shutil.get_terminal_size((100, 24)).columns, 140)
    typer.echo(inspecting.as_json(document) if as_json else inspecting.as_text(document, width))


@app.command("reconcile")
def reconcile_command(
    official: Annotated[
        list[Path] | None,
        typer.Option(help="Ofsted's statistics as CSV: inspection history or in-year; repeatable."),
    ] = None,
    listings: Annotated[
        Path | None, typer.Option(help="What Ofsted's site announces: gss, listing_title, published_on, url.")
    ] = None,
    warehouse: WarehouseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as JSON.")] = False,
) -> None:
    """Compare the published copy with Ofsted's statistics, and with a listing of its documents.

    Exit code 0: nothing differs. 1: something does. 2: unusable input.
    """
    from rich.console import Console

    from ingest.commands.console import show_comparison
    from ingest.load import open_published
    from ingest.official.reconcile import reconcile
    from ingest.official.statistics import read_listing, read_official
    from ingest.reference import load as load_gazetteer

    if not official and listings is None:
        raise ConfigError("nothing to compare with: give --official CSV, --listings CSV, or both.")
    settings = settings_of(warehouse)
    gazetteer = load_gazetteer()
    rows = [row for path in official or [] for row in read_official(path, gazetteer)]
    listed = read_listing(listings, gazetteer) if listings else ()
    with open_published(settings.published_place) as reader:
        comparison = reconcile(
            rows,
            reader.inspections(),
            reader.ofsted_documents(),
            listed,
            quarantine=reader.quarantine(),
            names={authority.gss: authority.name for authority in gazetteer.all},
        )
    if as_json:
        typer.echo(comparison.as_json())
    else:
        show_comparison(comparison, Console(width=None if sys.stdout.isatty() else 160))
    raise typer.Exit(1 if comparison.differences else 0)


mending.register(app)
pages.register(app)
sources.register(app)
story.register(app)
warehouse.register(app)
watch.register(app)
archive.register(app)
site.register(app)


def main() -> None:
    """Run the command; errors of ours are one line and an exit code, never a traceback."""
    try:
        code = app(prog_name="ingest", standalone_mode=False) or 0
    except (ConfigError, BusyError, WarehouseError) as error:
        code = _say(f"ingest: {error}", UNUSABLE)
    except IngestError as error:
        code = _say(f"ingest: {error}", 1)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:
        usage = getattr(error, "format_message", None)  # typer's own errors about arguments
        if usage is None:
            raise
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "ingest"
        code = _say(f"ingest: {usage().rstrip('.')}. See `{command} --help`.", UNUSABLE)
    if code == INTERRUPTED:
        _say("Stopped. What was read is stored; run again to go on.", code)
    sys.exit(code)


def _say(line: str, code: int) -> int:
    typer.echo(line, err=True)
    return code


if __name__ == "__main__":
    main()
