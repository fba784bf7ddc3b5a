"""Runs over a small internet that are ended by kill -9 at random moments, and what the next run makes of it."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.internet_site import MAX_BYTES, World, make_world

LOGS = frozenset({"run", "source_check", "source_poll", "schema_migration"})
"""Tables that tell of runs and not of what was found."""
Tables = dict[str, list[tuple[Any, ...]]]


@contextmanager
def internet(place: Path, hosts: int, pages: int, *, seed: int = 1, errors: float = 0.05) -> Iterator[World]:
    """Serve an internet from a process of its own while the block runs."""
    place.mkdir(parents=True, exist_ok=True)
    ready = place / "port"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.internet_site", "--ready", str(ready)]
    command += ["--hosts", str(hosts), "--pages", str(pages), "--seed", str(seed), "--errors", str(errors)]
    server = subprocess.Popen(command, cwd=Path(__file__).parents[1])
    try:
        while not ready.exists():
            if server.poll() is not None:
                raise SystemExit("the loopback internet did not start")
            time.sleep(0.02)
        world = make_world(hosts, pages, int(ready.read_text()), seed, errors)
        (place / "sources.toml").write_text(world.catalogue())
        yield world
    finally:
        server.kill()
        server.wait()


def start(place: Path, data: Path, *, rate: float = 1000.0, **settings: object) -> subprocess.Popen[str]:
    """Start `ingest run` over the internet whose catalogue is in `place`, in a process group of its own."""
    kept = {
        k: v for k, v in os.environ.items() if not (k.startswith("INGEST_") or k.lower().endswith("_proxy"))
    }
    values = {
        "data_dir": data,
        "sources_file": place / "sources.toml",
        "allow_hosts": '["127.0.0.0/8"]',
        "requests_per_second": rate,
        "max_bytes": MAX_BYTES,
        # So that a run right after another one asks all sources.
        "poll_floor_minutes": 0.0001,
        "poll_ceiling_hours": 0.000001,
        **settings,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "ingest.cli", "run", "--no-alerts"],
        cwd=place,
        env=kept | {f"INGEST_{name.upper()}": str(value) for name, value in values.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for a run and return what it printed; one that could not be done ends the program."""
    said, _ = process.communicate()
    if process.returncode not in (0, 1):
        raise SystemExit(f"ingest run ended with code {process.returncode}: {said[-2000:]}")
    return said


def kill(process: subprocess.Popen[str]) -> bool:
    """Kill a run and all its children; return whether it was still at work."""
    was_running = process.poll() is None
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.communicate()
    return was_running


def tables(data: Path) -> Tables:
    """Return what the published warehouse holds, without times, run ids, and how often something was tried."""
    from ingest.load import open_published

    with open_published(data / "published") as reader:
        names = [name for (name,) in reader.query("SELECT table_name FROM duckdb_tables() ORDER BY 1")[1]]
        found: Tables = {}
        for name in names:
            if name in LOGS:
                continue
            columns = [
                column
                for (column,) in reader.query(
                    f"SELECT column_name FROM duckdb_columns() WHERE table_name = '{name}' ORDER BY column_index"
                )[1]
                if not (column.endswith(("_at", "run_id")))
            ]
            listed = ", ".join(f'"{column}"' for column in columns)
            rows = reader.query(f"SELECT {listed} FROM {name} ORDER BY ALL")[1]
            found[name] = [tuple(map(_without_tries, row)) for row in rows]
    return found


def _without_tries(value: object) -> object:
    return re.sub(r" \(tries: \d+\)", "", value) if isinstance(value, str) else value


def kill_at(place: Path, data: Path, seconds: float) -> bool:
    """Kill a run so many seconds after its start, then let the next one finish; return whether it was at work."""
    process = start(place, data)
    time.sleep(seconds)
    was_running = kill(process)
    finish(start(place, data))
    return was_running


def moments(count: int, longest: float, seed: int) -> list[float]:
    """Return random moments of a run that takes so many seconds."""
    chance = random.Random(seed)
    return [chance.uniform(0.3, longest) for _ in range(count)]


def differences(one: Tables, other: Tables) -> list[str]:
    """Name the tables that differ, each with its first rows that stand in one alone."""
    said = []
    for name in sorted(one.keys() | other.keys()):
        left, right = one.get(name, []), other.get(name, [])
        if left != right:
            odd = [row for row in left if row not in right][:2] + [row for row in right if row not in left][
                :2
            ]
            said.append(f"{name}: {len(left)} rows against {len(right)}; {odd}")
    return said
