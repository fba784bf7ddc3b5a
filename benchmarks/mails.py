"""Mails a second out of the outbox, beside plain smtplib; and one mail through a real postfix.

    python -m benchmarks.mails [--mails N]

Both send the same bytes over one connection to aiosmtpd on the loopback, in turns of a fiftieth each. Ours also
writes each mail from its row and notes in the warehouse how it fared. Prints a table; asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.mail_sink import mail_sink
from ingest.alerts import Mail, Post, message
from ingest.load import Warehouse
from ingest.steps.mailing import outbox_row, send_pending

NOW = datetime(2025, 6, 14, 7, 30, tzinfo=UTC)
SENDER = "alerts@example.org"
TURNS = 50
_MAIN = """compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
local_recipient_maps =
alias_maps =
fast_flush_domains =
myhostname = mx.example.org
smtpd_relay_restrictions = reject_unauth_destination
virtual_mailbox_domains = example.org
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = static:inbox/
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{uid}
virtual_transport = virtual
maillog_file = {root}/log
maillog_file_prefixes = {root}
"""
_MASTER = """127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
"""


def mails(count: int) -> list[Mail]:
    """Mails of the size of an alert: 6 kB of text, 30 kB of HTML."""
    lines = [f"“Placeholder sentence {n} of a report about nobody.”\n  Ofsted, page {n}\n" for n in range(80)]
    text = "\n".join(lines)
    html = "".join(
        f"<p style='margin:0;font-size:16px;line-height:24px;color:#1b2430'>{line}</p>" for line in lines * 3
    )
    return [
        Mail(
            f"{n:016x}",
            "alert",
            (f"reader{n}@example.org",),
            f"Alert {n}",
            text,
            html,
            NOW,
            watches=("Benchmark",),
        )
        for n in range(count)
    ]


def plain(url: str, letters: Sequence[tuple[str, bytes]]) -> None:
    """Let smtplib alone send finished letters."""
    place = urlsplit(url)
    with smtplib.SMTP(place.hostname or "", place.port or 0) as line:
        for recipient, content in letters:
            line.sendmail(SENDER, [recipient], content)


def ours(url: str, warehouse: Warehouse, folder: Path) -> None:
    """Send what is in the outbox: from rows that wait to rows that say sent."""
    for mail in send_pending(warehouse, Post(SENDER, folder, url), NOW):
        if mail.status != "sent":
            raise SystemExit(f"not sent: {mail.error}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both speeds, then send one mail through postfix."""
    parser = argparse.ArgumentParser(prog="benchmarks.mails")
    parser.add_argument("--mails", type=int, default=10_000)
    count = parser.parse_args(arguments).mails
    every = mails(count)
    took, worked = ({"plain smtplib": 0.0, "ingest": 0.0} for _ in range(2))
    with (
        tempfile.TemporaryDirectory() as made,
        mail_sink() as url,
        Warehouse.open(Path(made) / "w.duckdb") as warehouse,
    ):
        size = -(-count // TURNS)
        for first in range(0, count, size):
            part = every[first : first + size]
            letters = [(mail.recipients[0], message(mail, SENDER, NOW)) for mail in part]
            warehouse.enqueue([outbox_row(mail) for mail in part], NOW)
            for name, run in (
                ("plain smtplib", partial(plain, url, letters)),
                ("ingest", partial(ours, url, warehouse, Path(made))),
            ):
                began, busy = time.perf_counter(), time.process_time()
                run()
                took[name] += time.perf_counter() - began
                worked[name] += time.process_time() - busy
    print(f"{count:,} mails of {len(letters[0][1]) / 1000:.0f} kB each\n")
    print(f"{'':16}{'mails/s':>10}{'beside':>8}{'CPU ms a mail, without the server':>36}")
    for name, seconds in took.items():
        beside = took["plain smtplib"] / seconds
        print(f"{name:16}{count / seconds:>10.0f}{beside:>8.2f}{worked[name] / count * 1000:>36.2f}")
    print(f"\npostfix: {through_postfix(every[0])}")


# ---------------------------------------------------------------- postfix


def through_postfix(mail: Mail) -> str:
    """Send one mail through postfix with a configuration of its own; say what came out, or why it was skipped."""
    if not shutil.which("postfix") and not Path("/usr/sbin/postfix").exists():
        return "skipped: it is not installed"
    if os.geteuid() != 0:
        return "skipped: postfix starts for root only"
    with _postfix() as (port, box), tempfile.TemporaryDirectory() as made:
        with Warehouse.open(Path(made) / "w.duckdb") as warehouse:
            warehouse.enqueue([outbox_row(mail)], NOW)
            url = f"smtp://127.0.0.1:{port}?starttls=off"
            (sent,) = send_pending(warehouse, Post(SENDER, Path(made), url), NOW)
        for _ in range(200):
            found = list((box / "inbox" / "new").glob("*"))
            if found:
                content = found[0].read_text()
                same = f"Message-ID: <{mail.delivery_id}@example.org>" in content
                return f"accepted ({sent.status}) and delivered to a Maildir, Message-ID kept: {same}"
            time.sleep(0.1)
        return f"accepted ({sent.status}: {sent.error}), but nothing was delivered in 20 s"


@contextmanager
def _postfix() -> Iterator[tuple[int, Path]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    root = Path(tempfile.mkdtemp(prefix="postfix-"))
    root.chmod(0o755)
    uid = 65534
    for name in ("etc", "spool", "data", "mail"):
        (root / name).mkdir()
    shutil.chown(root / "data", "postfix")
    os.chown(root / "mail", uid, uid)
    (root / "etc" / "main.cf").write_text(_MAIN.format(root=root, uid=uid))
    (root / "etc" / "master.cf").write_text(_MASTER.format(port=port))
    command = ["/usr/sbin/postfix", "-c", str(root / "etc")]
    running = subprocess.Popen([*command, "start-fg"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port, root / "mail"
    finally:
        subprocess.run([*command, "stop"], capture_output=True, check=False)
        running.wait(30)
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
