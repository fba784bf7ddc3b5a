"""A mail server on the loopback, in a process of its own, that may fail at random; it notes what it took."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from pathlib import Path


class _Sink:
    """Takes mail; of every hundred, `faults` are put off, or their connection is dropped."""

    def __init__(self, log: Path | None, faults: float) -> None:
        self._log = log.open("a", encoding="utf-8") if log else None
        self._chance, self._faults = random.Random(7), faults

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        dice = self._chance.random()
        if dice < self._faults * 0.6:
            return "451 4.3.0 try later"
        if dice < self._faults:
            server.transport.close()
            return "421 gone"
        if self._log:
            head = BytesHeaderParser().parsebytes(envelope.content)
            row = {"id": head["Message-ID"], "to": envelope.rcpt_tos, "subject": head["Subject"]}
            self._log.write(json.dumps(row) + "\n")
            self._log.flush()
        return "250 kept"


def _serve(port: int, log: Path | None, faults: float) -> None:
    from aiosmtpd.smtp import SMTP

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(_Sink(log, faults)), "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def mail_sink(log: Path | None = None, faults: float = 0.0) -> Iterator[str]:
    """Serve until the block ends; give the address as INGEST_SMTP_URL has it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = multiprocessing.get_context("fork").Process(
        target=_serve, args=(port, log, faults), daemon=True
    )
    process.start()
    try:
        for _ in range(200):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"smtp://127.0.0.1:{port}?starttls=off"
    finally:
        process.terminate()
        process.join()
