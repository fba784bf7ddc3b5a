"""`ingest sources list | check | add`: the catalogue seen, proved and extended. Thin skins, like cli.py."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.errors import ConfigError

if TYPE_CHECKING:
    from ingest.settings import Settings

sources_app = typer.Typer(
    no_args_is_help=True, help="The catalogue of sources: list it, prove it live, add to it."
)

_Golden = Annotated[
    Path | None,
    typer.Option(
        help="The folder of golden pages; default goldens/ beside the catalogue.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands to the command `ingest`."""
    app.add_typer(sources_app, name="sources")


@sources_app.command("list")
def list_command(
    kind: Annotated[str | None, typer.Option(help="Only sources of this kind.")] = None,
) -> None:
    """Show every source of the catalogue: kind, platform, council, how often, whether its layout is proved."""
    from rich.console import Console

    from ingest.curating.screens import show_sources
    from ingest.settings import load_settings
    from ingest.sources import load_catalogue

    settings = load_settings()
    sources = load_catalogue(settings.sources_file)
    chosen = [source for source in sources if kind in (None, source.kind)]
    if not chosen:
        known = ", ".join(sorted({source.kind for source in sources}))
        raise ConfigError(f"--kind {kind}: no source is of that kind; the catalogue has {known}.")
    show_sources(chosen, _goldens(settings, None), Console())


@sources_app.command("check")
def check_command(
    ids: Annotated[list[str], typer.Argument(help="Ids of sources in the catalogue.", show_default=False)],
    items: Annotated[int, typer.Option(min=0, max=20, help="How many items are read as a dry run.")] = 3,
    golden: _Golden = None,
    no_note: Annotated[bool, typer.Option("--no-note", help="Leave the catalogue as it is.")] = False,
) -> None:
    """Prove entries live: what they announce, what each selector matches, the first items as a run reads them.

    Stores none of it, but notes in the catalogue that the layout is verified, and when; or that it no longer is,
    where the pages came and are read wrongly. Exit code 0: proved. 1: something is wrong, named with the golden
    page beside it.
    """
    from rich.console import Console
    from rich.text import Text

    from ingest.curating.entries import note_layout
    from ingest.curating.screens import show_noted, show_trial
    from ingest.curating.trial import try_source
    from ingest.naming import use_own_names
    from ingest.settings import load_settings
    from ingest.sources import load_catalogue, select
    from ingest.steps.running import utc_now

    settings = load_settings()
    use_own_names(settings)
    console = Console()
    is_broken = False
    for source in select(load_catalogue(settings.sources_file), ids):
        with Console(stderr=True).status(Text(f"Looking at {source.name}")):
            trial = try_source(settings, source, _goldens(settings, golden), items=items)
        show_trial(trial, console)
        verified_on = None if trial.problems else utc_now().date()
        if not no_note:
            if verified_on or (trial.is_disproved and source.layout == "verified"):
                note_layout(settings.sources_file, source.source_id, verified_on)
            show_noted(trial, settings.sources_file, verified_on, console)
        is_broken = is_broken or bool(trial.problems)
    raise typer.Exit(1 if is_broken else 0)


@sources_app.command("add")
def add_command(
    url: Annotated[str, typer.Argument(help="The page where news appears.", show_default=False)],
    source_id: Annotated[
        str | None, typer.Option("--id", help="The entry's id; default from the address.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The entry's name.")] = None,
    gss: Annotated[str | None, typer.Option(help="The council it speaks for, as GSS code or name.")] = None,
    kind: Annotated[str | None, typer.Option(help="Take this kind: feed, listing, sitemap.")] = None,
    golden: _Golden = None,
    no_golden: Annotated[bool, typer.Option("--no-golden", help="Keep no golden page.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: write the best proposal.")] = False,
) -> None:
    """Find what a page offers to be watched, show the items it would have found, and write the entry.

    Exit code 0: written. 1: nothing to watch was found, or you declined.
    """
    from rich.console import Console
    from rich.text import Text

    from ingest.curating.entries import entry_text, write_entry
    from ingest.curating.proposal import keep_golden, propose, with_answers
    from ingest.curating.screens import show_proposals
    from ingest.naming import use_own_names
    from ingest.settings import load_settings
    from ingest.sources import load_catalogue
    from ingest.steps.running import utc_now

    if not url.startswith(("https://", "http://")):
        raise ConfigError(f"{url}: not a web address; write it like https://news.example.gov.uk/children.")
    settings = load_settings()
    use_own_names(settings)
    path = settings.sources_file
    taken = {source.source_id for source in load_catalogue(path)} if path.exists() else set()
    with Console(stderr=True).status(Text(f"Looking at {url} and beside it")):
        found = propose(settings, url, taken)
    console = Console()
    chosen = [proposal for proposal in found if kind in (None, proposal.source.kind)]
    if not chosen:
        of_kind = f" of kind {kind}" if kind else ""
        console.print(
            f"{url}: nothing{of_kind} to watch was found: no feed, no sitemap, no list of items with links. "
            "Try the page that lists the news itself.",
            markup=False,
        )
        raise typer.Exit(1)
    show_proposals(chosen, console)
    best = chosen[0]
    if not yes and len(chosen) > 1:
        number = typer.prompt("Which one", default=1, type=int)
        if not 1 <= number <= len(chosen):
            raise ConfigError(f"there is no proposal {number}: choose 1 to {len(chosen)}.")
        best = chosen[number - 1]
    best = with_answers(best, source_id=source_id, name=name, gss=gss)
    console.print()
    console.print(entry_text(best.source), markup=False, highlight=False)
    if not yes and not typer.confirm(f"Write it to {path}", default=True):
        raise typer.Exit(1)
    write_entry(path, best.source)
    typer.echo(f"Written to {path}. Next: ingest sources check {best.source.source_id}")
    if not no_golden and (
        golden is not None or yes or typer.confirm("Keep the page as golden page", default=True)
    ):
        kept = keep_golden(_goldens(settings, golden), best, utc_now().date())
        typer.echo(f"Golden page: {kept}\nIt is its publisher's: keep it, but do not pass it on.")


def _goldens(settings: Settings, given: Path | None) -> Path:
    from ingest.sources.golden import FOLDER

    return given or settings.sources_file.parent / FOLDER
