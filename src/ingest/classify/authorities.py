"""Which authorities a text is about: names resolved in their context, with the rule that decided.

`find` reads any text; `assign` files a whole article, release or notice, which may never name its
council. Rules are data (authorities.toml); what is not decidable is said, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from ingest.classify.addresses import REACH, Context, without_addresses
from ingest.classify.names import Candidate, candidates, fold
from ingest.classify.rules import authority_rules
from ingest.model import AuthorityMatch, DocumentKind, Extracted, Link, Role
from ingest.reference import Authority, load

# The end of a sentence, also right before a name; not the stop of a title or an initial.
_END = re.compile(
    r"(?<!\bSt)(?<!\b[A-Z])(?<!\bv)(?<!\bvs)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bRev)(?<!\bProf)(?<!\bCllr)"
    r"[.!?;]['\"’”)]*\s+(?=[\"'“‘(]?(?:[A-Z0-9]|$))|\n\s*\n"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PAST_BODY = re.compile(
    r"\b(?:predecessor|former|then|abolished|dissolved|old|previous|defunct)\b[^.;]{0,40}$", re.I
)
_OF_THE_BODY = re.compile(
    r"^(?:['’]s)?\s+(?:was|were|had been)\s+(?:judged|rated|inspected|graded|placed)"
    r"|^(?:['’]s)?\s+children['’]s (?:services|social care)"
)
_COMPARED = re.compile(
    r"(?:\b(?:unlike|compared (?:with|to)|in contrast (?:with|to)|similar to|as (?:in|at)|than|neighbouring|"
    r"nearby|next (?:door )?to|bordering|alongside|following the example of|improvement partners?,?|"
    # Where somebody worked before, and what a council took the place of.
    r"(?:formerly|previously) (?:(?:of|at|with|for|in)|(?:work|worked|employed|led|part|chief|deputy|head|leader|"
    r"director|assistant|interim)(?: [a-z']+){0,5} (?:of|at|with|for|in|by))|used to work (?:for|at|in)|"
    r"replac(?:ed|es|ing)|success(?:or|ors) (?:councils? |authority )?to|took over from)"
    r"|\bformerly|,\s+(?:and\s+)?not)\s+(?:the\s+)?(?:(?:former|old|abolished)\s+)?$",
    re.IGNORECASE,
)
# Help from a council makes it a mention where another is helped, not where its own families are.
_HELPED = re.compile(
    r"\b(?:support(?:ed)?|help|helped|advice|mentoring) (?:from|by)\s+(?:the\s+)?$", re.IGNORECASE
)
# "Medway Council, in Kent, ...": the county around a council.
_LIES_IN = re.compile(
    r"(?:\s+(?:city|borough|unitary|metropolitan|district|council))*,?\s+in\s+(?:the\s+county\s+of\s+)?",
    re.IGNORECASE,
)
_A_COUNCIL = re.compile(r"\b(?:council|authority|trust|borough|county|city|services)\b", re.IGNORECASE)
_VISITED = re.compile(
    r"^(?:\s+(?:\w+\s+){0,3}(?:council|services|trust|authority))?(?:['’]s?)?\s+(?:\w+\s+){0,3}"
    r"(?:visited|inspected|judged|rated|graded|launched|praised|criticised|told|found|has|have|is|are|was|were)\b",
    re.IGNORECASE,
)
_ITSELF = re.compile(
    r"\b(?:the\s+(?:(?:city|county|borough|district)\s+)?(?:council|trust|(?:local )?authority)|our|we)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A name that was found and does not count, and the rule that says so."""

    name: str
    start: int
    end: int
    rule: str


def find(text: str, *, on: date | None = None) -> list[AuthorityMatch]:
    """Return the authorities that the text is about, one match a mention, in order.

    `on` is the day the text speaks of or was published: it decides between a council and its successors
    and between the authorities that a trust served at different times.
    """
    return examine(text, on=on)[0]


def find_lasting(text: str, *, on: date | None = None) -> list[AuthorityMatch]:
    """Return what `find` does under the codes by which documents are filed.

    A county council that lived on under its name has the code it has now, as in Ofsted's lists.
    """
    gazetteer = load()
    lasting = []
    for match in find(text, on=on):
        authority = gazetteer.by_gss(match.gss)
        heir = gazetteer.by_name(authority.name) if authority and not authority.is_current else None
        lasting.append(replace(match, gss=heir.gss) if heir else match)
    return lasting


def examine(text: str, *, on: date | None = None) -> tuple[list[AuthorityMatch], list[Rejected]]:
    """Return what `find` returns, and beside it every name that was rejected."""
    kept: list[tuple[Candidate, Context]] = []
    rejected: list[Rejected] = []
    verdicts: dict[tuple[str, bool, Context], str] = {}
    for candidate in candidates(text):
        if candidate.kind == "decoy":
            rejected.append(Rejected(candidate.name, candidate.start, candidate.end, "other_name"))
            continue
        context = _context(text, candidate)
        seen = (text[candidate.start : candidate.end], candidate.styled, context)
        rule = verdicts[seen] if seen in verdicts else _rejecting(text, candidate, context)
        verdicts[seen] = rule
        if rule:
            rejected.append(Rejected(candidate.name, candidate.start, candidate.end, rule))
        else:
            kept.append((candidate, context))
    kept, postal = without_addresses(kept)
    rejected.extend(Rejected(found.name, found.start, found.end, rule) for found, rule in postal)

    named = {
        candidate.gss[0] for candidate, _ in kept if candidate.kind != "body" and len(candidate.gss) == 1
    }
    matches: list[AuthorityMatch] = []
    previous = 0
    for candidate, context in kept:
        codes, rule = _resolve(candidate, context, named, on)
        if not codes:
            rejected.append(Rejected(candidate.name, candidate.start, candidate.end, rule))
            continue
        is_around = previous > 0 and _LIES_IN.fullmatch(text, previous, candidate.start) is not None
        previous = candidate.end
        role: Role = "mention" if is_around or _is_beside(candidate, context, kept) else "subject"
        evidence = text[candidate.start : candidate.end]
        matches += [
            AuthorityMatch(code, role, evidence, rule, candidate.start, candidate.end) for code in codes
        ]
    return matches, sorted(rejected, key=lambda item: item.start)


def _is_beside(candidate: Candidate, context: Context, kept: list[tuple[Candidate, Context]]) -> bool:
    """Say whether a name only stands beside what the sentence is about: compared with it, or its helper."""
    if _COMPARED.search(context.left):
        return True
    if not _HELPED.search(context.left):
        return False
    start = candidate.start - len(context.left)
    end = candidate.end + len(context.right)
    return _A_COUNCIL.search(context.left) is not None or any(
        start <= other.start < end and other.name != candidate.name for other, _ in kept
    )


def _context(text: str, candidate: Candidate) -> Context:
    left = text[max(0, candidate.start - REACH) : candidate.start]
    right = text[candidate.end : candidate.end + REACH]
    left = _END.split(left)[-1].lstrip()
    stop_right = _END.search(right)
    if stop_right:
        right = right[: stop_right.start() + 1]
    if "\n" in left or "\n" in right:
        left, right = left.replace("\n", " "), right.replace("\n", " ")
    return Context(left, right, left + text[candidate.start : candidate.end] + right)


def _rejecting(text: str, candidate: Candidate, context: Context) -> str:
    if candidate.kind == "acronym":
        return ""
    name = fold(text[candidate.start : candidate.end])
    for rule in authority_rules().rules:
        if rule.holds(name, candidate.styled, context.left, context.right, context.sentence):
            return rule.rule_id
    return ""


def _resolve(
    candidate: Candidate, context: Context, named: set[str], on: date | None
) -> tuple[tuple[str, ...], str]:
    """Return the codes that a name stands for on its day, and the rule; no code where it stands for none."""
    day = _day(context.sentence, on)
    if candidate.kind == "body" or (candidate.kind == "acronym" and len(candidate.gss) > 1):
        return _served(candidate, named, day)
    if len(candidate.gss) > 1:
        return candidate.gss, "names_of_two"
    authority = load().by_gss(candidate.gss[0])
    if authority is None:
        return (), "unknown_code"
    rule = {"typo": "misspelt_name", "acronym": "acronym"}.get(
        candidate.kind, "council_name" if candidate.styled else "name"
    )
    if authority.is_current:
        past = _past_self(authority, on)
        return ((past.gss,), "abolished_council") if past else ((authority.gss,), rule)
    lived = day is not None and authority.valid_to is not None and day <= authority.valid_to
    if candidate.styled or lived or _PAST_BODY.search(context.left):
        return (authority.gss,), "abolished_council"
    if day is None and _OF_THE_BODY.match(context.right):
        return (authority.gss,), "abolished_council"
    return (), "region_name"


def _day(sentence: str, on: date | None) -> date | None:
    """The day that a sentence speaks of: its first year, else the day of the text."""
    year = _YEAR.search(sentence)
    return date(int(year.group()), 3, 1) if year else on


def _past_self(authority: Authority, on: date | None) -> Authority | None:
    """The dissolved council of the same name, where the text is of its time (Dorset before April 2019)."""
    if on is None or authority.valid_from is None or on >= authority.valid_from:
        return None
    for other in load().all:
        if (
            other.urn  # a council that only changed its code keeps its provider number, and is one body
            and other.valid_to
            and authority.gss in other.successors
            and other.name.startswith(authority.name)
        ):
            return other
    return None


def _served(candidate: Candidate, named: set[str], day: date | None) -> tuple[tuple[str, ...], str]:
    bodies = [b for b in load().bodies if b.name == candidate.name]
    served = [b for b in bodies if (b.serves(day) if day else b.end is None)] or bodies
    codes = tuple(dict.fromkeys(code for body in served for code in body.gss))
    narrowed = tuple(code for code in codes if code in named)
    return (narrowed, "delivery_body_narrowed") if narrowed else (codes, "delivery_body")


def assign(
    extracted: Extracted, link: Link, kind: DocumentKind, published_on: date | None
) -> tuple[tuple[AuthorityMatch, ...], tuple[str, ...]]:
    """File a whole document of the press, a council, a trust or the government.

    Returns one match an authority (subject or mention, the first telling occurrence as evidence) and
    notes in words on what could not be decided. In order: names in the text; the authority that the
    source speaks for; the site's address; the publisher.
    """
    best: dict[str, AuthorityMatch] = {}
    weight: dict[str, float] = {}
    for match in find_lasting(extracted.text, on=published_on):
        gain = _weight(extracted, match)
        weight[match.gss] = weight.get(match.gss, 0) + gain
        known = best.get(match.gss)
        if known is None or (known.role == "mention" and match.role == "subject"):
            best[match.gss] = match
    for match in find_lasting(extracted.title, on=published_on):
        weight[match.gss] = weight.get(match.gss, 0) + 4
        best.setdefault(
            match.gss, AuthorityMatch(match.gss, "subject", f"title: {match.evidence}", match.rule)
        )

    own, proof, rule = _own_authority(link, kind)
    if own and (not best or own in best or _ITSELF.search(extracted.text)):
        weight[own] = weight.get(own, 0) + 6
        best.setdefault(own, AuthorityMatch(own, "subject", proof, rule))
    if not best:
        note = "names no authority, and neither its source nor its address stands for one"
        return (), (note,)
    enough = min(2, max(weight.values()) / 2)
    filed = [
        match if weight[code] >= enough else replace(match, role="mention") for code, match in best.items()
    ]
    filed.sort(key=lambda m: (m.role != "subject", -weight[m.gss], m.gss))
    return tuple(filed), ()


def _weight(extracted: Extracted, match: AuthorityMatch) -> float:
    """How much a mention says that the document is about the authority: place, and what follows it."""
    assert match.start is not None
    assert match.end is not None
    weight = 0.5 if match.role == "mention" else 1.0
    if match.start < 300:
        weight += 1
    if _VISITED.match(extracted.text[match.end : match.end + 80]):
        weight += 1
    return weight


def _own_authority(link: Link, kind: DocumentKind) -> tuple[str | None, str, str]:
    """Return the authority that the source speaks for, the proof, and the rule."""
    gazetteer = load()
    if link.gss:
        return gazetteer.canonical(link.gss), f"source: {link.source_id}", "source_authority"
    if kind in ("press_release", "other"):
        site = gazetteer.by_domain(link.url)
        if site:
            return site.gss, f"address: {link.url}", "site_address"
        publisher = gazetteer.by_name(link.publisher) if link.publisher else None
        if publisher:
            return publisher.gss, f"publisher: {link.publisher}", "publisher"
    return None, "", ""
