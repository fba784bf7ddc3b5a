"""What several rooms' tests share: the real documents, the command as a user runs it, a mail server, a PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from post_office import Loopback, PostOffice

from benchmarks.postgres import NoPostgresError, Postgres, postgres
from ingest.place import Lake

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

Ingest = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard() -> None:
    """Shells have what they start in the background ignore Ctrl-C, which all that it starts would inherit."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents beside the checkout."""
    if not (SHARED / "real" / "listings.csv").exists():
        pytest.skip("the real documents (../shared) are not here")
    return SHARED


@pytest.fixture
def ingest(tmp_path: Path) -> Ingest:
    """Run `ingest ARGUMENTS` in an empty folder; keyword arguments become INGEST_ variables."""

    def call(*arguments: object, preexec: Callable[[], None] | None = None, **settings: object):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("INGEST_")}
        environment |= {f"INGEST_{key.upper()}": str(value) for key, value in settings.items()}
        return subprocess.run(
            [sys.executable, "-m", "ingest.cli", *map(str, arguments)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            preexec_fn=preexec,
        )

    return call


@pytest.fixture
def office() -> PostOffice:
    """What the mail server took, and how it is to answer."""
    return PostOffice()


@pytest.fixture
def server(office: PostOffice) -> Iterator[str]:
    """The address of a server that takes everything, unless the office says otherwise."""
    controller = Loopback(office)
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL of the tests' own."""
    try:
        with postgres() as server:
            yield server
    except NoPostgresError as error:
        pytest.skip(str(error))


@pytest.fixture
def lake(postgres_server: Postgres, tmp_path: Path) -> Lake:
    """A place for a DuckLake that is not made yet."""
    return Lake(postgres_server.new_database(), str(tmp_path / "files"), tmp_path / "scratch")
