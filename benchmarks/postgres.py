"""A PostgreSQL of its own in a temporary folder, for tests and benchmarks; reached by a socket in that folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

USER = "postgres"
"""Who runs the server where root asks for it: initdb refuses root."""


class NoPostgresError(Exception):
    """There is none here, or nobody to run it as; says which. One that is broken raises CalledProcessError."""


@dataclass
class Postgres:
    """A running server."""

    folder: Path
    _programs: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def new_database(self) -> str:
        """Make an empty database; return how libpq reaches it."""
        name = f"lake{next(self._numbers)}"
        _call(self._programs / "createdb", "-h", self.folder, "-U", "ingest", name)
        return f"dbname={name} host={self.folder} user=ingest"


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server while the block runs; nothing of it stays.

    Raises:
        NoPostgresError: PostgreSQL is not installed, or root has nobody to run it as.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        folder.chmod(0o755)
        _give_away(folder)
        data, control = folder / "data", programs / "pg_ctl"
        _call(programs / "initdb", "-D", data, "-U", "ingest", "-A", "trust", "--no-sync", "-E", "UTF8")
        # Durability is PostgreSQL's own affair; here it would only cost time.
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        _call(control, "-D", data, "-l", folder / "log", "-o", options, "-w", "-t", "60", "start")
        try:
            yield Postgres(folder, programs)
        finally:
            _call(control, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder of the newest server's programs; Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        raise NoPostgresError("no PostgreSQL server here (apt-get install postgresql)")
    return found[-1].parent


def _give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        try:
            user = pwd.getpwnam(USER)
        except KeyError as error:
            raise NoPostgresError(
                f"root cannot run PostgreSQL, and there is no user {USER!r} here"
            ) from error
        os.chown(folder, user.pw_uid, user.pw_gid)


def _call(program: Path, *arguments: object) -> None:
    user = pwd.getpwnam(USER) if os.geteuid() == 0 else None
    try:
        subprocess.run(
            [program, *map(str, arguments)],
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd="/",
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
    except subprocess.CalledProcessError as error:
        error.add_note(error.stderr)
        raise
