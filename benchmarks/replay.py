"""A year of alerts, hour by hour: is every watch told of everything once, also when much goes wrong?

    python -m benchmarks.replay [--kills N] [--keep DIR [--only undisturbed|disturbed|table]]

Plays the documents of ../shared/real and 200 generated articles about them to 100 watches, first undisturbed,
then with a mail server that fails at random 30 % of the time, the process killed N times (100), the machine
asleep over both clock changes (and its clock set back in autumn), and two runs started at once. What was to be
told is worked out apart from the code under test, in `replay_expected`. Prints a table; asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.mail_sink import mail_sink
from benchmarks.replay_expected import Telling, expected
from benchmarks.replay_world import AUTUMN, HOURS, SPRING, Arrival, moment, real_documents, timeline, watches
from ingest.errors import BusyError
from ingest.load import Warehouse, open_reader
from ingest.lock import run_lock
from ingest.model import Batch, SourceCheck
from ingest.settings import Settings
from ingest.steps.linking import link
from ingest.steps.mailing import read_watches, tell
from ingest.steps.running import Progress, Silent

DEFAULT = Path(__file__).parents[1].parent / "shared" / "real"
DRAIN = 9 * 24
"""Hours after the year in which digests and what was put off still leave."""
_BUSY = 3


@dataclass(frozen=True)
class Step:
    """One run: the hours whose documents have come by then, and what the clock says."""

    hours: tuple[int, ...]
    now: datetime


def steps(*, disturbed: bool) -> list[Step]:
    """Every hour of the year; disturbed, the machine sleeps over the clock changes, and its clock goes wrong."""
    made: list[Step] = []
    missed: list[int] = []
    for hour in range(HOURS + DRAIN):
        now = moment(hour)
        asleep = any(
            night - timedelta(hours=1) <= now < night + timedelta(hours=12) for night in (SPRING, AUTUMN)
        )
        missed.append(hour)
        if disturbed and asleep:
            continue
        made.append(Step(tuple(missed), now))
        if disturbed and now - AUTUMN == timedelta(hours=12, minutes=17):
            made.append(Step((), now - timedelta(hours=1)))  # set back by hand, to be sure
        missed = []
    return made


class Year:
    """One replay: its folder, its settings, its steps."""

    def __init__(
        self, folder: Path, arrivals: Sequence[Arrival], watches_file: Path, url: str, disturbed: bool
    ) -> None:
        self.settings = Settings(data_dir=folder, smtp_url=url, mail_from="alerts@example.org", workers=1)
        self.watches = read_watches(watches_file)
        self.steps = steps(disturbed=disturbed)
        self._by_hour: dict[int, list[Arrival]] = {}
        for arrival in arrivals:
            self._by_hour.setdefault(arrival.hour, []).append(arrival)
        self._done = folder / "done"
        self._counts = folder / "disturbed_by.json"
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def done(self) -> int:
        """How many steps were finished."""
        return int(self._done.read_text() or 0) if self._done.exists() else 0

    @property
    def counts(self) -> dict[str, int]:
        """How often it was disturbed, by what."""
        return dict(json.loads(self._counts.read_text())) if self._counts.exists() else {}

    def note(self, counts: Mapping[str, int]) -> None:
        """Keep how often it was disturbed."""
        self._counts.write_text(json.dumps(counts))

    def play(self, most: int | None = None) -> None:
        """Go on from where it stopped, as a scheduler would: a step that was cut off is done again."""
        with run_lock(self.settings.data_dir), Warehouse.open(self.settings.warehouse_place) as warehouse:
            first = self.done
            warehouse.begin_run(f"from-{first}", "replay", self.steps[first].now, "0")
            last = len(self.steps) if most is None else min(len(self.steps), first + most)
            for number in range(first, last):
                self._step(warehouse, number, is_first=number == first)
                part = self._done.with_suffix(".part")
                part.write_text(str(number + 1))
                part.replace(self._done)

    def _step(self, warehouse: Warehouse, number: int, *, is_first: bool) -> None:
        step = self.steps[number]
        reads = [arrival.read for hour in step.hours for arrival in self._by_hour.get(hour, ())]
        progress = Progress()
        if reads:
            batch = Batch(
                "replay",
                SourceCheck("replay", "Replayed year", "new", new=len(reads)),
                documents=tuple(read.document for read in reads),
                version_hashes={read.document.document_id: read.version_hash for read in reads},
            )
            progress.stored.append(warehouse.store(batch, f"from-{number}", step.now))
        if reads or is_first:
            link(warehouse, progress, Silent())
        tell(self.settings, self.watches, warehouse, f"from-{number}", step.now)


def disturbed(year: Year, kills: int) -> None:
    """Play it in processes that are killed, and now and then two at once."""
    chance = random.Random(11)
    counts = Counter(year.counts)
    while year.done < len(year.steps):
        if counts["killed"] < kills:
            counts["twice at once"] += _at_once(year)
            child = _fork(year, None)
            goal = year.done + chance.randrange(1, 2 * len(year.steps) // (kills + 20))
            while year.done < goal and year.done < len(year.steps):
                time.sleep(0.002)
            time.sleep(chance.random() * 0.05)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            counts["killed"] += 1
        else:
            os.waitpid(_fork(year, None), 0)
        year.note(counts)
        print(f"{year.done} of {len(year.steps)} hours, killed {counts['killed']} times", file=sys.stderr)


def _at_once(year: Year) -> int:
    """Start two runs of the next hour together; return whether one was turned away."""
    pair = [_fork(year, 1), _fork(year, 1)]
    return sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == _BUSY for child in pair)


def _fork(year: Year, most: int | None) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        year.play(most)
        code = 0
    except BusyError:
        code = _BUSY
    finally:
        os._exit(code)


# ---------------------------------------------------------------- what arrived


_SENT = """
SELECT d.delivery_id, d.recipients[1] AS recipient, a.alert_id, a.watch_id, a.story_id, a.gss, a.created_at,
FROM delivery AS d
JOIN delivery_alert USING (delivery_id)
JOIN alert AS a USING (alert_id)
"""


@dataclass(frozen=True)
class Outcome:
    """The figures of one replay."""

    mails: int
    same_id: int
    expected: int
    told: int
    missing: int
    repeated: int
    tellings: frozenset[tuple[str, str, str, str]]


def outcome(year: Year, log: Path, wanted: dict[Telling, str]) -> Outcome:
    """Compare what the mail server took with what was to be told."""
    took = Counter(
        json.loads(line)["id"].strip("<>").partition("@")[0] for line in log.read_text().splitlines()
    )
    hours = {step.now: step.hours for step in year.steps}
    with open_reader(year.settings.warehouse_place) as reader:
        rows = [row for row in reader.dicts(_SENT) if row["delivery_id"] in took]
    told: Counter[Telling] = Counter()
    for row in rows:
        there = (row["recipient"], row["watch_id"], row["story_id"], row["gss"])
        keys = [(*there, hour) for hour in hours[row["created_at"]] if (*there, hour) in wanted]
        told[keys[0] if keys else (*there, -1)] += 1
    return Outcome(
        mails=len(took),
        same_id=sum(took.values()) - len(took),
        expected=len(wanted),
        told=sum(told.values()),
        missing=sum(key not in told for key in wanted),
        repeated=sum(number - (key in wanted) for key, number in told.items()),
        tellings=frozenset(
            (row["recipient"], row["watch_id"], row["story_id"], row["alert_id"]) for row in rows
        ),
    )


_FAULTS = {"undisturbed": 0.0, "disturbed": 0.3}


def main(arguments: Sequence[str] | None = None) -> None:
    """Play the years, or go on with them, and print the table of those that are at their end."""
    parser = argparse.ArgumentParser(prog="benchmarks.replay")
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument(
        "--keep", type=Path, help="Leave warehouses and logs here; a year that is there goes on."
    )
    parser.add_argument("--only", choices=[*_FAULTS, "table"], help="Play this year alone, or none.")
    given = parser.parse_args(arguments)
    if not (given.folder / "listings.csv").exists():
        print(f"skipped: {given.folder} holds no listings.csv")
        return
    letters = real_documents(given.folder)
    arrivals = timeline(letters)
    print(
        f"{len(letters)} real documents and {len(arrivals) - len(letters)} arrivals of 200 articles",
        file=sys.stderr,
    )
    with tempfile.TemporaryDirectory() as made:
        root = given.keep or Path(made)
        root.mkdir(parents=True, exist_ok=True)
        who = watches(letters, root / "watches.toml")
        came = [(arrival.hour, arrival.read.document.document_id) for arrival in arrivals]
        results = []
        for name, faults in _FAULTS.items():
            log = root / f"{name}.jsonl"
            log.touch()
            with mail_sink(log, faults) as url:
                year = Year(root / name, arrivals, root / "watches.toml", url, disturbed=faults > 0)
                if given.only in (None, name):
                    _play(year, given.kills if faults else 0)
            if year.done < len(year.steps):
                continue
            with open_reader(year.settings.warehouse_place) as reader:
                wanted = expected(reader, who, came)
            results.append(Result(name, outcome(year, log, wanted), year.counts, wanted))
        _print(results)


def _play(year: Year, kills: int) -> None:
    began = time.monotonic()
    if kills:
        disturbed(year, kills)
    else:
        year.play()
    print(f"{year.done} hours in {time.monotonic() - began:.0f} s", file=sys.stderr)


@dataclass(frozen=True)
class Result:
    """One replayed year."""

    name: str
    found: Outcome
    disturbed_by: dict[str, int]
    wanted: dict[Telling, str]


def _print(results: Sequence[Result]) -> None:
    if not results:
        return
    print(
        f"{'':14}{'mails':>8}{'expected':>10}{'told':>8}{'missing':>9}{'repeated':>10}{'same id again':>15}"
    )
    for result in results:
        found = result.found
        print(
            f"{result.name:14}{found.mails:>8,}{found.expected:>10,}{found.told:>8,}{found.missing:>9,}"
            f"{found.repeated:>10,}{found.same_id:>15,}"
        )
    reasons = Counter(results[0].wanted.values())
    print("Expected:", ", ".join(f"{number:,} {why}" for why, number in reasons.most_common()))
    disturbances = [f"{n} {what}" for result in results for what, n in result.disturbed_by.items()]
    if disturbances:
        print("Disturbed by:", ", ".join(disturbances))
    if len(results) > 1:
        print(f"The same tellings in all: {len({result.found.tellings for result in results}) == 1}")
    print(
        "'same id again': the server took a mail and we were killed before noting it; the Message-ID is the same."
    )


if __name__ == "__main__":
    main()
