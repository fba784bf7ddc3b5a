"""The data dictionary warehouse/README.md: made from the warehouse itself and from a run over the bundled sample.

`make dictionary` writes it; a test compares it with what would be written.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.load import RELEASED, Reader, Relation, open_published, worked_queries
from ingest.pipeline import Order, run
from ingest.sample import Newsroom, sources_path, watches_path
from ingest.settings import Settings
from ingest.sources import load_catalogue
from ingest.steps.runner import PlainRunner

README = Path(__file__).parents[3] / "warehouse" / "README.md"
_SHOWN = 8
"""Rows of a result that are printed."""
_WIDE = 90
"""Characters of a value that are printed."""
_INTRO = """# The warehouse

What can be asked, table by table, and how. **This page is generated** by `make dictionary` from the comments in the
database; mend them in `comments/` (tables) and `views/` (views), not here. `ingest tables` prints the same.

- Start with the views. Tables hold every version of a document; views show what is current, once.
- Authorities are GSS codes, themes are ids; the tables `authority` and `theme` have their names.
- `document.text[start_char:end_char]` is the quote, in characters from 0 (in SQL: `text[start_char + 1 : end_char]`).
- Dates are days; times are UTC. Unknown is null, with the reason beside it where there is one.
- What could identify a child carries `is_sensitive`; exports and mails leave it out.
"""


@contextmanager
def sample_warehouse(folder: Path) -> Iterator[Reader]:
    """Run the job over the bundled sample in an empty folder and open what it published."""
    now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def clock() -> datetime:
        nonlocal now
        now += timedelta(seconds=1)
        return now

    settings = Settings(data_dir=folder, requests_per_second=1000, workers=1)
    with Newsroom() as room:
        order = Order(
            load_catalogue(sources_path()), "sample", proxy=room.proxy_url, watches_file=watches_path()
        )
        run(settings, order, PlainRunner(), clock=clock)
    with open_published(settings.published_place) as reader:
        yield reader


def markdown(reader: Reader) -> str:
    """Return the whole page: worked queries with their results here, then views, macros and tables."""
    found = reader.relations()
    parts = [_INTRO, _contents(found), "## Worked queries\n", *_queries(reader)]
    for kind, title in (("view", "Views"), ("macro", "Macros"), ("table", "Tables")):
        parts.append(f"## {title}\n")
        parts += [_relation(relation) for relation in found if relation.kind == kind]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def _contents(found: Sequence[Relation]) -> str:
    rows = [
        (f"[`{relation.name}`](#{_anchor(relation.name)})", relation.meaning)
        for relation in found
        if relation.kind != "table"
    ]
    return _table(("view or macro", "one row is, or what it tells"), rows)


def _anchor(heading: str) -> str:
    """The anchor that GitHub and others make of a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _queries(reader: Reader) -> Iterator[str]:
    yield (
        f"Each is a file in [queries/](queries) and runs as it stands: `ingest sql --file warehouse/queries/NAME.sql`. "
        f"The results are those of the bundled sample, {_SHOWN} rows at most."
    )
    for query in worked_queries():
        question, _, sql = query.text.partition("\n")
        columns, rows = reader.query(query.text)
        yield f"### {query.name}\n\n{question.removeprefix('-- ')}\n\n```sql\n{sql.strip()}\n```\n"
        if rows:
            yield _table(columns, [[_value(value) for value in row] for row in rows[:_SHOWN]])
        else:
            yield "The sample holds nothing of this kind."
        if len(rows) > _SHOWN:
            yield f"... and {len(rows) - _SHOWN} more rows."


def _relation(relation: Relation) -> str:
    lines = [f"### {relation.name}", "", relation.meaning, ""]
    if key := relation.key or RELEASED.get(relation.name, ()):
        lines += [f"Key: {', '.join(f'`{column}`' for column in key)}", ""]
    if relation.columns:
        lines.append(
            _table(
                ("column", "type", "meaning"),
                [(f"`{column.name}`", _type(column.type), column.meaning) for column in relation.columns],
            )
        )
    return "\n".join(lines)


def _type(name: str) -> str:
    short = re.sub(r"^STRUCT\(.*\)(\[\])?$", r"STRUCT\1", name)
    return short.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _value(value: object) -> str:
    text = "" if value is None else re.sub(r"\s+", " ", str(value))
    return text if len(text) <= _WIDE else text[: _WIDE - 1].rstrip() + "…"


def main() -> int:
    """Write the page."""
    with tempfile.TemporaryDirectory() as folder, sample_warehouse(Path(folder)) as reader:
        README.write_text(markdown(reader), encoding="utf-8")
    sys.stdout.write(f"{README.name} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
