"""A shell for SQL on the published copy: many questions, the newest copy for each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress

from rich.console import Console

from ingest.commands.warehouse import show_relations, show_rows, told_run
from ingest.errors import ConfigError
from ingest.load import open_published
from ingest.place import Place

_HELP = """A question ends with a semicolon and may go over several lines.
.tables          what can be asked
.tables NAME     what the columns of one mean
.run             which run you see
.quit            end (also Ctrl-D)"""


class Shell:
    """Reads questions from standard input and prints their answers, until it ends."""

    def __init__(self, published: Place, console: Console) -> None:
        self._published = published
        self._console = console

    def run(self) -> None:
        """Ask and answer until the input ends; a faulty question is told and the next is read.

        Raises:
            WarehouseError: there is no published copy.
        """
        interactive = sys.stdin.isatty()
        with open_published(self._published) as reader:
            run = told_run(reader)
        if interactive:
            with suppress(ImportError):
                import readline  # noqa: F401  # Editing and history of `input`.
            self._console.print(f"{run}. `.help` says how.", highlight=False)
        for question in _questions(interactive):
            run = self._answer(question, run)

    def _answer(self, question: str, run: str) -> str:
        """Print the answer; return the run that it is of."""
        with open_published(self._published) as reader:
            newest = told_run(reader)
            if newest != run:
                self._console.print(f"A new run was published: {newest}", highlight=False)
            try:
                word, _, rest = question.partition(" ")
                if word == ".help":
                    self._console.print(_HELP, highlight=False)
                elif word == ".tables":
                    show_relations(reader.relations(), rest.strip() or None, self._console)
                elif word == ".run":
                    self._console.print(newest, highlight=False)
                elif word.startswith("."):
                    raise ConfigError(f"{word}: unknown; `.help` lists what there is")
                else:
                    show_rows(reader, question, self._console)
            except ConfigError as error:
                self._console.print(str(error), style="red", markup=False, highlight=False)
            except KeyboardInterrupt:
                self._console.print("Stopped.")
        return newest


def _questions(interactive: bool) -> Iterator[str]:
    held: list[str] = []
    while True:
        try:
            line = input(("ingest> " if not held else "   ...> ") if interactive else "")
        except EOFError:
            if held:
                yield "\n".join(held)
            return
        except KeyboardInterrupt:
            sys.stdout.write("\n")
            held = []
            continue
        if not held and line.strip() in (".quit", ".exit"):
            return
        if not held and line.startswith("."):
            yield line.strip()
        elif line.strip() or held:
            held.append(line)
            if line.rstrip().endswith(";"):
                yield "\n".join(held)
                held = []
