"""Fetching over a loopback internet: completeness, manners, second runs, speed, and kill -9.

    python -m benchmarks.internet [--hosts 60] [--pages 20000] [--rate 10] [--kills 50]
                                  [--only speed,runs,kills,resumed]

Prints tables; asserts nothing. `speed` fetches the same usable items with this program's fetcher, with plain httpx
and, where they are installed for `--python`, with scrapy; each with two requests at a time to a host and no pauses.
`runs` does `ingest run` twice over all of it at `--rate` requests a second and host. `kills` ends runs over a smaller
internet by kill -9, each at a moment of its own; `resumed` ends one run over all of it so many times, again and again.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import itertools
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.internet_kill import differences, finish, internet, kill, kill_at, moments, start, tables
from benchmarks.internet_site import HARMLESS, World

AT_ONCE = 2
Log = list[tuple[float, float, str, str, int, int]]
"""The server's: `benchmarks.internet_site.Site.log`."""
KILL_HOSTS, KILL_PAGES, KILL_SEED = 6, 120, 1
SPIDER = """
import json, sys, scrapy
from scrapy.crawler import CrawlerProcess
urls = json.load(open(sys.argv[1]))
count = 0
class Spider(scrapy.Spider):
    name = "urls"
    async def start(self):
        for url in urls:
            yield scrapy.Request(url)
    def parse(self, response):
        global count
        count += len(response.body) > 0
process = CrawlerProcess({"CONCURRENT_REQUESTS": 200, "CONCURRENT_REQUESTS_PER_DOMAIN": 2, "LOG_ENABLED": False,
    "ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": 0, "TELNETCONSOLE_ENABLED": False})
import time
crawler = process.create_crawler(Spider)
began, cpu = time.perf_counter(), time.process_time()
process.crawl(crawler)
process.start()
print(json.dumps([count, time.perf_counter() - began, time.process_time() - cpu]))
"""


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hosts", type=int, default=60)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--rate", type=float, default=10.0, help="requests a second and host, in `runs`")
    parser.add_argument("--rounds", type=int, default=3, help="of each client, in `speed`")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--only", default="speed,runs,kills,resumed")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has scrapy")
    chosen = parser.parse_args(arguments)
    parts = chosen.only.split(",")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        if {"speed", "runs"} & set(parts):
            with internet(place, chosen.hosts, chosen.pages) as world:
                print(f"{chosen.hosts} hosts, {chosen.pages:,} items, 5 % of them failing\n")
                if "speed" in parts:
                    show_speed(world, place, chosen.python, chosen.rounds)
                if "runs" in parts:
                    show_runs(world, place, chosen.rate)
        if "kills" in parts:
            show_kills(place / "kills", chosen.kills)
        if "resumed" in parts:
            show_resumed(place / "resumed", chosen.hosts, chosen.pages, chosen.kills)


# ------------------------------------------------------------------ speed


def show_speed(world: World, place: Path, python: str, rounds: int) -> None:
    """Print requests a second of each client, rounds of all taking turns."""
    urls = [[world.url(host, item.path) for item in host.items if not item.error] for host in world.hosts]
    count = sum(map(len, urls))
    clients: dict[str, Callable[[], tuple[float, float]]] = {
        "ingest (robots, guard, hashes, archive, journal)": lambda: ours(urls, place),
        "httpx, one AsyncClient": lambda: timed(lambda: plain(urls, shared=True)),
        "httpx, an AsyncClient for each host": lambda: timed(lambda: plain(urls, shared=False)),
        "scrapy (robots)": lambda: scrapy(urls, place, python),
    }
    asyncio.run(plain(urls, shared=False))  # the server makes its pages once
    best: dict[str, tuple[float, float]] = {}
    absent: dict[str, str] = {}
    for _ in range(rounds):
        for name, client in clients.items():
            if name in absent:
                continue
            try:
                seconds, cpu = client()
            except LookupError as error:
                absent[name] = str(error)
                continue
            before = best.get(name, (float("inf"), float("inf")))
            best[name] = min(seconds, before[0]), min(cpu, before[1])
    base = best["httpx, one AsyncClient"]
    print(f"{count:,} items, {AT_ONCE} at a time to a host, no pauses; best of {rounds}, taking turns")
    print(f"{'':50}{'items/s':>9}{'to httpx':>10}{'CPU ms each':>13}{'to httpx':>10}")
    for name in clients:
        if name in absent:
            print(f"{name:50}{absent[name]}")
            continue
        seconds, cpu = best[name]
        print(
            f"{name:50}{count / seconds:9,.0f}{base[0] / seconds:10.2f}{cpu / count * 1000:13.2f}{base[1] / cpu:10.2f}"
        )
    print(flush=True)


def ours(urls: Sequence[Sequence[str]], place: Path) -> tuple[float, float]:
    """Fetch with this program's fetcher as a run does, a thread for each source; return seconds and CPU seconds."""
    from ingest.fetch import Archive, Fetcher, Guard, Journal
    from ingest.model import Link

    root = place / "archive"
    shutil.rmtree(root, ignore_errors=True)
    journal = Journal(root, "speed")
    fetcher = Fetcher(
        Archive(root),
        user_agent="ingest/0.1 (benchmark)",
        contact="",
        timeout=30.0,
        requests_per_second=1e9,
        max_bytes=200_000,
        clock=lambda: datetime.now(UTC),
        guard=Guard(allow=["127.0.0.0/8"]),
        at_once=AT_ONCE,
        journal=journal,
    )
    began, cpu = time.perf_counter(), time.process_time()
    with fetcher, ThreadPoolExecutor(len(urls)) as pool:
        results = pool.map(lambda some: fetcher.items([(Link("s", url), None) for url in some]), urls)
        missing = sum(not isinstance(result, tuple) for results_of in results for result in results_of)
    journal.seal()
    if missing:
        raise SystemExit(f"{missing} items were not fetched")
    return time.perf_counter() - began, time.process_time() - cpu


def timed(work: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Return the seconds and CPU seconds that some work takes."""

    async def run() -> None:
        await work()

    began, cpu = time.perf_counter(), time.process_time()
    asyncio.run(run())
    return time.perf_counter() - began, time.process_time() - cpu


async def plain(urls: Sequence[Sequence[str]], *, shared: bool) -> None:
    """Fetch with httpx and forget what comes."""
    # Without an expiry: on a busy machine the pool closes connections that it has just given out.
    many = httpx.Limits(max_connections=1000, max_keepalive_connections=1000, keepalive_expiry=None)

    async def work(client: httpx.AsyncClient, todo: collections.deque[str]) -> None:
        while todo:
            response = await client.get(todo.popleft())
            assert response.content

    clients = [httpx.AsyncClient(limits=many, trust_env=False) for _ in range(1 if shared else len(urls))]
    queues = [collections.deque(some) for some in urls]
    await asyncio.gather(
        *(
            work(clients[index % len(clients)], queue)
            for index, queue in enumerate(queues)
            for _ in range(AT_ONCE)
        )
    )
    for client in clients:
        await client.aclose()


def scrapy(urls: Sequence[Sequence[str]], place: Path, python: str) -> tuple[float, float]:
    """Fetch with scrapy in a process of its own.

    Raises:
        LookupError: it is not installed.
    """
    (place / "urls.json").write_text(json.dumps([url for some in zip(*urls, strict=False) for url in some]))
    (place / "spider.py").write_text(SPIDER)
    listed = json.loads((place / "urls.json").read_text())
    done = subprocess.run(
        [python, str(place / "spider.py"), str(place / "urls.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    if "No module named 'scrapy'" in done.stderr:
        raise LookupError("not installed; name an interpreter that has it with --python")
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    count, seconds, cpu = json.loads(done.stdout.splitlines()[-1])
    if count != len(listed):
        raise SystemExit(f"scrapy fetched {count} of {len(listed)} items")
    share = sum(map(len, urls)) / len(listed)  # hosts with fewer usable items leave some of the others' out
    return seconds * share, cpu * share


# ------------------------------------------------------------------ runs


def show_runs(world: World, place: Path, rate: float) -> None:
    """Do two runs and print what they found and what the server saw."""
    data = place / "data"
    first = one_run(world, place, data, rate)
    listed = collections.Counter(urls_of(data))
    quarantined = tables(data)["quarantine"]
    second = one_run(world, place, data, rate)
    announced = dict(world.item_urls())
    usable = {url for url, item in announced.items() if not item.error or item.error in HARMLESS}
    once = sum(listed[url] == 1 for url in usable)
    gaps, most = manners(first.log)
    rows = [
        ("announced items", f"{len(announced):,}, {len(usable):,} of them to be had"),
        (
            "  stored exactly once by the first run",
            f"{once:,}; more than once {sum(n > 1 for n in listed.values()):,}",
        ),
        ("  stored though not to be had", f"{len(set(listed) - usable):,}"),
        ("  in quarantine", f"{len(quarantined):,} of {len(announced) - len(usable):,} failing"),
        ("  found by the second run", f"{(collections.Counter(urls_of(data)) - listed).total():,}"),
        ("first run", first.told()),
        ("second run", second.told()),
        ("  of the first run's requests", f"{100 * len(second.log) / len(first.log):.2f} %"),
        ("  of the first run's bytes", f"{100 * second.sent / first.sent:.2f} %"),
        ("requests at a time to a host, most", f"{most}"),
        (f"gaps below {1000 / rate:.0f} ms between a host's requests", gaps(1 / rate)),
        ("requests to what robots.txt forbids", f"{sum(e[3].startswith('/private') for e in first.log)}"),
    ]
    for name, value in rows:
        print(f"{name:50}{value}")
    print(flush=True)


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: its seconds, those of all processors, and what the server saw."""

    seconds: float
    cpu: float
    log: Log

    @property
    def sent(self) -> int:
        """Bytes that the server sent."""
        return sum(entry[5] for entry in self.log)

    def told(self) -> str:
        """Return it as a line."""
        return f"{self.seconds:,.0f} s, {self.cpu:,.0f} s of CPU, {len(self.log):,} requests, {self.sent / 1e6:,.2f} MB"


def one_run(world: World, place: Path, data: Path, rate: float) -> Measured:
    """Do one run and return what it took."""
    control(world, "/_forget")
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    finish(start(place, data, rate=rate))
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(seconds, cpu, control(world, "/_log"))


def urls_of(data: Path) -> list[str]:
    """Return the addresses of all current documents."""
    from ingest.load import open_published

    with open_published(data / "published") as reader:
        return [url for (url,) in reader.query("SELECT url FROM document WHERE is_current")[1]]


def control(world: World, path: str) -> Log:
    """Ask the server for its log, or to forget it."""
    answer = httpx.get(world.url(world.hosts[0], path), trust_env=False, timeout=60)
    return [tuple(entry) for entry in answer.json()] if answer.content else []


def manners(log: Log) -> tuple[Callable[[float], str], int]:
    """Return how to judge the gaps between a host's requests, and the most requests at a time to one host."""
    by_host: dict[str, list[tuple[float, float]]] = {}
    for began, ended, host, *_ in log:
        by_host.setdefault(host, []).append((began, ended))
    gaps, most = [], 0
    for times in by_host.values():
        times.sort()
        gaps += [later[0] - earlier[0] for earlier, later in itertools.pairwise(times)]
        marks = sorted([(began, 1) for began, _ in times] + [(ended, -1) for _, ended in times])
        now = 0
        for _, step in marks:
            now += step
            most = max(most, now)

    def judge(wanted: float) -> str:
        close = [gap for gap in gaps if gap < wanted]
        return f"{len(close)} of {len(gaps):,}; the smallest {1000 * min(gaps):.1f} ms"

    return judge, most


# ------------------------------------------------------------------ kills


def show_kills(place: Path, count: int) -> None:
    """End runs at random moments; print whether the next run made the same warehouse of it."""
    with internet(place, KILL_HOSTS, KILL_PAGES):
        began = time.perf_counter()
        finish(start(place, place / "whole"))
        longest = time.perf_counter() - began
        whole = tables(place / "whole")
        at_work, wrong = 0, []
        for number, seconds in enumerate(moments(count, longest, KILL_SEED), start=1):
            shutil.rmtree(place / "killed", ignore_errors=True)
            at_work += kill_at(place, place / "killed", seconds)
            found = differences(whole, tables(place / "killed"))
            if found:
                wrong.append(f"killed after {seconds:.2f} s: {'; '.join(found)[:500]}")
            print(f"{number} of {count} runs killed, {len(wrong)} not as they should be", file=sys.stderr)
    print(f"{KILL_HOSTS} hosts, {KILL_PAGES} items; an uninterrupted run takes {longest:.1f} s")
    print(f"{'runs killed at a random moment (kill -9)':50}{count}, {at_work} of them while at work")
    print(f"{'  next run made the same warehouse':50}{count - len(wrong)}")
    for line in wrong:
        print(f"  {line}")


def show_resumed(place: Path, hosts: int, pages: int, count: int) -> None:
    """End one run again and again; print whether it came to the same warehouse in the end."""
    with internet(place, hosts, pages):
        began = time.perf_counter()
        finish(start(place, place / "whole"))
        longest = time.perf_counter() - began
        at_work = 0
        began = time.perf_counter()
        for number, seconds in enumerate(moments(count, 2 * longest / count, KILL_SEED), start=1):
            process = start(place, place / "killed")
            time.sleep(seconds)
            at_work += kill(process)
            print(f"killed {number} of {count} times", file=sys.stderr)
        finish(start(place, place / "killed"))
        spent = time.perf_counter() - began
        whole = tables(place / "whole")
        found = differences(whole, tables(place / "killed"))
    print(f"\n{hosts} hosts, {pages:,} items; an uninterrupted run takes {longest:,.0f} s")
    print(f"{'one run killed and resumed (kill -9)':50}{count} times, {at_work} of them while at work")
    print(f"{'  seconds in all':50}{spent:,.0f}")
    print(
        f"{'  the same warehouse in the end':50}{'no' if found else 'yes'}, {len(whole['document']):,} documents"
    )
    for line in found:
        print(f"  {line[:500]}")


if __name__ == "__main__":
    main(sys.argv[1:])
