"""Serve all schedules of prefect.yaml from one process, on a machine where no Prefect server runs.

`make schedule`. Where PREFECT_API_URL names a server, its schedules are used; else a server is started on
this machine for as long as this process lives.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import yaml
from rich.console import Console

from flows.environment import prepare
from ingest.errors import ConfigError, IngestError
from ingest.settings import load_settings

CONFIG = Path("prefect.yaml")
START_SECONDS = 120


def main() -> int:
    """Serve until interrupted."""
    console = Console(stderr=True)
    try:
        prepare(load_settings().data_dir)
        with _server(console) as address:
            os.environ["PREFECT_API_URL"] = address
            _serve(console, address)
    except IngestError as error:
        console.print(f"ingest: {error}", highlight=False, markup=False)
        return 2
    except KeyboardInterrupt:
        console.print("Schedules stopped.")
    return 0


def deployments(config: Path = CONFIG) -> list[dict[str, Any]]:
    """Return the deployments of prefect.yaml.

    Raises:
        ConfigError: the file is missing or unusable.
    """
    try:
        content = yaml.safe_load(config.read_text(encoding="utf-8"))
        return list(content["deployments"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{config}: no usable deployments: {error}. Run from the project's folder."
        ) from error


def runnable(entry: dict[str, Any]) -> Any:
    """Return a deployment of prefect.yaml as Prefect serves it.

    Raises:
        ConfigError: a key is missing, or the entrypoint is no flow of this project.
    """
    from prefect.client.schemas.objects import ConcurrencyLimitConfig
    from prefect.schedules import Cron

    try:
        path, _, function = entry["entrypoint"].partition(":")
        flow = getattr(import_module(path.removesuffix(".py").replace("/", ".")), function)
        return flow.to_deployment(
            name=entry["name"],
            description=entry["description"],
            parameters=entry["parameters"],
            schedules=[Cron(one["cron"], timezone=one["timezone"]) for one in entry["schedules"]],
            concurrency_limit=ConcurrencyLimitConfig(**entry["concurrency_limit"]),
        )
    except (KeyError, TypeError, ValueError, ImportError, AttributeError) as error:
        name = entry.get("name", "without a name")
        raise ConfigError(f"{CONFIG}: deployment {name}: not usable: {error!r}. Mend it.") from error


def _serve(console: Console, address: str) -> None:
    from prefect import serve

    entries = deployments()
    served = [runnable(entry) for entry in entries]
    for entry in entries:
        for schedule in entry["schedules"]:
            console.print(
                f"{entry['name']:<14} {schedule['cron']:<14} {schedule['timezone']}   {entry['description']}",
                highlight=False,
            )
    console.print(
        f"Serving {len(served)} schedules at {address.removesuffix('/api')}; stop with Ctrl-C.",
        highlight=False,
    )
    serve(*served, print_starting_message=False)


@contextmanager
def _server(console: Console) -> Iterator[str]:
    """Yield the address of the Prefect API: the user's, or that of a server of our own."""
    named = os.environ.get("PREFECT_API_URL")
    if named:
        console.print(f"Using the Prefect server at {named}", highlight=False)
        yield named
        return
    port = _free_port()
    address = f"http://127.0.0.1:{port}/api"
    console.print("No Prefect server is set (PREFECT_API_URL): starting one here (10 to 30 seconds) ...")
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(address, process)
        yield address
    finally:
        with suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/health", timeout=2, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass  # it does not listen yet
        time.sleep(0.5)
    raise ConfigError("the Prefect server did not start: run `prefect server start` to see why.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
