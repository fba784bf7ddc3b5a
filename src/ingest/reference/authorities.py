"""England's children's services authorities, past and present, as the rest of the program looks them up.

Facts: ONS register of geographic codes, Ofsted's provider numbers, the reorganisation orders. An
authority that ended stays, because older documents are about it; its `successors` allow a roll-up.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from ingest.errors import ConfigError

HERE = Path(__file__).parent
AUTHORITIES = HERE / "authorities.csv"
BODIES = HERE / "delivery_bodies.csv"

# What a name may wear in a title or a watch, and still be the same authority.
_DRESS = re.compile(
    r"^(?:the\s+)?(?:(?:london|royal|metropolitan)\s+borough\s+of|(?:city|county|borough|council)\s+of(?:\s+the)?)\s+"
    r"|(?:\s+(?:city|county|borough|metropolitan|district|mbc|unitary|local|council|corporation|authority))+$"
    r"|(?:\s+(?:local\s+authority\s+)?children['’]s\s+(?:social\s+care\s+)?services)$",
    re.IGNORECASE,
)
_PLAIN = {ord(c): " " for c in "-‐‑‒–—.,"} | {ord("&"): " and ", ord("’"): "'"}


@dataclass(frozen=True, slots=True)
class Authority:
    """A council with duties for children's social care; `valid_to` is its last day, None while it lives."""

    gss: str
    name: str
    region: str
    type: str
    is_current: bool
    valid_from: date | None = None
    valid_to: date | None = None
    urn: str | None = None
    """Ofsted's provider number; of a body that kept its number on reorganisation only the newest has it."""
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    former_gss: tuple[str, ...] = ()
    """Codes that the same council had before a change of boundary."""
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryBody:
    """A trust or company that runs services for one or more authorities from `start` to `end` inclusive."""

    name: str
    gss: tuple[str, ...]
    start: date
    end: date | None = None
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    def serves(self, on: date | None) -> bool:
        """Say whether the body ran services on that day; without a day, whether it ever did."""
        return on is None or (self.start <= on and (self.end is None or on <= self.end))


@dataclass(frozen=True, slots=True)
class OwnName:
    """A name that the user adds; `gss` is empty where it only looks like an authority's."""

    name: str
    gss: str


def plain(name: str) -> str:
    """Return the name as it is compared: lower case, `and` for `&`, no hyphens, dots or doubled spaces."""
    return " ".join(name.translate(_PLAIN).casefold().split())


class Gazetteer:
    """All authorities and delivery bodies, by code, number, name and web address."""

    def __init__(
        self,
        authorities: Iterable[Authority],
        bodies: Iterable[DeliveryBody] = (),
        others: Iterable[str] = (),
    ) -> None:
        self.all: tuple[Authority, ...] = tuple(authorities)
        self.bodies: tuple[DeliveryBody, ...] = tuple(bodies)
        self.others: tuple[str, ...] = tuple(others)
        """Names of the user's that look like an authority's and are none."""
        self._by_gss = {code: a for a in self.all for code in (a.gss, *a.former_gss)}
        self._by_urn = {a.urn: a for a in self.all if a.urn}

    def by_gss(self, code: str) -> Authority | None:
        """Return the authority that has or once had this code."""
        return self._by_gss.get(code.strip().upper())

    def canonical(self, code: str) -> str:
        """Return today's code of the authority; an unknown code comes back as it is."""
        found = self.by_gss(code)
        return found.gss if found else code

    def by_urn(self, urn: str | int) -> Authority | None:
        """Return the authority with this Ofsted provider number."""
        return self._by_urn.get(str(urn).strip())

    def by_name(self, name: str) -> Authority | None:
        """Return the authority so called, by name, alias or council style, in any case.

        A county council that lived on under the same name and number ("Somerset County Council") is
        the present body; one that was dissolved ("Cumbria County Council") is itself.
        """
        wanted = plain(name)
        found = self._by_name.get(wanted)
        while found is None:
            bare = _DRESS.sub("", wanted).strip()
            if not bare or bare == wanted:
                return None
            wanted, found = bare, self._by_name.get(bare)
        return found

    def by_domain(self, host: str) -> Authority | None:
        """Return the authority whose site (or whose trust's) a host name or address belongs to.

        None where the site belongs to a body that serves several authorities.
        """
        host = (urlsplit(host).hostname or "") if "//" in host else host.split("/")[0].split(":")[0]
        host = host.casefold().strip(".")
        while "." in host:
            codes = self._by_domain.get(host)
            if codes is not None:
                return self.by_gss(next(iter(codes))) if len(codes) == 1 else None
            host = host.partition(".")[2]
        return None

    def nearest(self, name: str, n: int = 3) -> list[str]:
        """Return up to n names that resemble the given one, for a message about an unknown name."""
        spelt = {plain(word): a.name for a in self.all for word in (a.name, *a.aliases)}
        close = difflib.get_close_matches(plain(name), spelt, n=n * 3, cutoff=0.5)
        return list(dict.fromkeys(spelt[word] for word in close))[:n]

    @cached_property
    def _by_name(self) -> dict[str, Authority]:
        # A present body wins over a past one of the same name.
        ordered = sorted(self.all, key=lambda a: a.is_current)
        names = {plain(word): a for a in ordered for word in (*a.aliases, a.name)}
        for past in self.all:
            heirs = [a for a in self.all if a.gss in past.successors]
            if len(heirs) == 1 and plain(past.name).startswith(plain(heirs[0].name)):
                names[plain(past.name)] = heirs[0]
        return names

    @cached_property
    def _by_domain(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for authority in self.all:
            for host in authority.domains:
                found.setdefault(host, set()).add(authority.gss)
        for body in self.bodies:
            shared = {code for other in self.bodies if other.name == body.name for code in other.gss}
            live = {code for code in shared if (a := self.by_gss(code)) and a.is_current}
            for host in body.domains:
                found.setdefault(host, set()).update(live)
        return found


def csv_rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and cells of a file of the package; raise ConfigError naming it and the fault."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in needed if column not in (reader.fieldnames or ())]
            if missing:
                raise ConfigError(f"{path.name}: no column {missing[0]!r}; put it back")
            for number, row in enumerate(reader, start=2):
                yield number, {key: (value or "").strip() for key, value in row.items() if key}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path} cannot be read ({error}); install the package again") from error


def _day(path: Path, line: int, column: str, value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ConfigError(f"{path.name} line {line}: {column} {value!r} is not YYYY-MM-DD") from None


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split("|") if part.strip())


def read_authorities(path: Path = AUTHORITIES) -> tuple[Authority, ...]:
    """Read and check the authorities; raise ConfigError naming file, line and fault."""
    found: list[Authority] = []
    seen: dict[str, int] = {}
    for line, row in csv_rows(path, ("gss", "name", "region", "type", "valid_from", "valid_to")):
        codes = (row["gss"], *_parts(row.get("former_gss", "")))
        for code in codes:
            if not re.fullmatch(r"E\d{8}", code):
                raise ConfigError(f"{path.name} line {line}: {code!r} is not a GSS code such as E08000025")
            if code in seen:
                raise ConfigError(f"{path.name} line {line}: {code} is already on line {seen[code]}")
            seen[code] = line
        if not row["name"]:
            raise ConfigError(f"{path.name} line {line}: no name for {row['gss']}")
        ends = _day(path, line, "valid_to", row["valid_to"])
        found.append(
            Authority(
                gss=row["gss"],
                name=row["name"],
                region=row["region"],
                type=row["type"],
                is_current=ends is None,
                valid_from=_day(path, line, "valid_from", row["valid_from"]),
                valid_to=ends,
                urn=row.get("urn") or None,
                aliases=_parts(row.get("aliases", "")),
                domains=_parts(row.get("domains", "")),
                former_gss=codes[1:],
                successors=_parts(row.get("successors", "")),
            )
        )
    for authority in found:
        for code in authority.successors:
            if code not in seen:
                raise ConfigError(f"{path.name}: {authority.gss} has the unknown successor {code}")
    return tuple(found)


def read_bodies(known: Iterable[str], path: Path = BODIES) -> tuple[DeliveryBody, ...]:
    """Read and check the delivery bodies; `known` are the codes that they may serve."""
    codes = frozenset(known)
    found: list[DeliveryBody] = []
    for line, row in csv_rows(path, ("name", "gss", "start", "end")):
        start = _day(path, line, "start", row["start"])
        serves = _parts(row["gss"])
        unknown = [code for code in serves if code not in codes]
        if unknown or not serves or not start or not row["name"]:
            fault = f"unknown authority {unknown[0]}" if unknown else "name, gss and start are needed"
            raise ConfigError(f"{path.name} line {line}: {fault}")
        found.append(
            DeliveryBody(
                name=row["name"],
                gss=serves,
                start=start,
                end=_day(path, line, "end", row["end"]),
                aliases=_parts(row.get("aliases", "")),
                domains=_parts(row.get("domains", "")),
            )
        )
    return tuple(found)


_own: tuple[OwnName, ...] = ()


def use_names(names: tuple[OwnName, ...]) -> None:
    """Let `load` return the user's names too from now on, in place of those that were added before."""
    global _own
    _own = names


def names_in_use() -> tuple[OwnName, ...]:
    """Return the user's names, to be handed to worker processes."""
    return _own


def load() -> Gazetteer:
    """Return the gazetteer, made once a process; raise ConfigError where the package's data is bad."""
    return _extended(_own) if _own else packaged()


@lru_cache(maxsize=1)
def packaged() -> Gazetteer:
    """Return the gazetteer of the package alone."""
    authorities = read_authorities()
    return Gazetteer(authorities, read_bodies(a.gss for a in authorities))


@lru_cache(maxsize=1)
def _extended(names: tuple[OwnName, ...]) -> Gazetteer:
    none = [own.name for own in names if not own.gss]
    silent = {plain(name) for name in none}
    authorities = []
    for authority in packaged().all:
        more = (own.name for own in names if own.gss == authority.gss)
        aliases = [alias for alias in authority.aliases if plain(alias) not in silent]
        authorities.append(replace(authority, aliases=tuple(dict.fromkeys((*aliases, *more)))))
    return Gazetteer(authorities, packaged().bodies, none)
