"""Who inspected, and to whom the letter went: names as covers, opening sentences and signatures give them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.classify.ofsted import OPENING, OfstedTitle
from ingest.model import Extracted

_TITLE = (
    r"(?:Senior )?(?:one |two |three |four )?(?:of )?(?:Her|His) Majesty[’'`]s Inspectors?(?: of Education)?"
    r"|\(?HMI(?: designate)?\)?"
    r"|\(?(?:Associate|Ofsted|CQC|Social Care|Regulatory|Team|Lead|Contracted|Seconded|Additional) [Ii]nspectors?\)?"
    r"|\b(?:Regional|Regulatory|Senior|Principal) (?:Inspection |Social Care )?(?:Manager|Director|Officer|Adviser)\b"
    r"|\bSocial Care\b"
    r"|\b(?:AI|OBE|CBE|MBE|SHMI|SCRI|QC)\b|\([^)]*\)"
)
_NAME = re.compile(
    r"(?:(?:Ms|Mr|Mrs|Miss|Dr|Sir|Dame|Professor|Prof)\.?\s+)?"
    r"([A-ZÀ-Þ][\wÀ-ÿ’'-]*\.?(?:\s+(?:van|de|von|la|le|der|di)\b)*(?:\s+[A-ZÀ-Þ][\wÀ-ÿ’'-]*\.?){1,3})"
)
# Its first letter first, by which most of a long text is passed over at once.
_LEAD = re.compile(
    r"[LlRr](?<=\b[LlRr])(?<![Dd]eputy [LlRr])(?i:ead|eporting)(?i: inspectors?(?: on site)?)\s*:?\s*"
)
_TEAM_LABEL = re.compile(r"[Ii]nspectors?(?: ?\([^)]{0,60}\))? ?:\s*")
# "Ada Example and Zoë Sample" stand behind it; other sentences say what inspectors were told, or who led a project.
_WERE = re.compile(
    r"(?i:\b(?:inspectors?|HMI)(?: for (?:this|the) (?:focused |monitoring )?(?:visit|inspection))? (?:were|was)"
    r"|\b(?:visit|inspection)\b[^.]{0,200}? (?:conducted|carried out|undertaken|led) by)\s+"
    r"(?=(?:[a-z]+ (?:of )?)?[A-ZÀ-Þ])"
)
_TEAM_HEADING = re.compile(r"(?:the )?inspection team", re.IGNORECASE)
_INSPECTORATE = re.compile(
    r"\b(?:Ofsted|CQC|Care Quality Commission|HMI|[Ll]ead [Ii]nspector|[Ii]nspector)\b"
)
_SIGNED = re.compile(r"\bYours? (?:sincerely|faithfully)\b[,\s]*", re.IGNORECASE)
_DEAR = re.compile(r"^Dear\s+(?P<name>.+?)\s*,?$", re.MULTILINE)
_ROLE = re.compile(
    r"\b(?:director|chief|executive|officer|head of|commissioner|manager|chair|lead member|DCS)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\d|\b(?:street|road|lane|house|hall|square|centre|council offices|PO box|floor|avenue|council)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class People:
    """The people of one document; empty or None where it names none."""

    leads: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    addressee: str | None = None
    addressee_role: str | None = None


def read_people(extracted: Extracted, title: OfstedTitle) -> People:
    """Read inspectors and addressee."""
    is_letter = title.form.document_kind == "ofsted_letter"
    named = _named_team(extracted, title)
    # A joint letter is signed by the inspectorates' directors, who were not there.
    is_signed = title.form.kind in ("focused_visit", "monitoring_visit")
    leads = _leads_on_cover(extracted) or (_signature(extracted) if is_signed else ())
    if not leads and not is_letter:
        leads = _leads_in_text(extracted)
    listed = _listed_team(extracted)
    if title.form.kind == "area_send":
        listed, count = _joint_team(extracted)
        leads = leads or listed[:count]
    team = tuple(dict.fromkeys([*leads, *named, *listed]))
    if not is_letter:
        return People(leads, team)
    addressee, role = _addressee(extracted, title)
    return People(leads, team, addressee, role)


def names(words: str) -> tuple[str, ...]:
    """Return the people of a list such as "Ada Example HMI, Zoë Sample and two others"."""
    bare = re.sub(_TITLE, ",", words)
    parts = re.split(r"[,;\t\n]|\band\b|&", bare)
    found = (_NAME.fullmatch(part.strip(" .:–-")) for part in parts)
    return tuple(dict.fromkeys(" ".join(match[1].split()) for match in found if match))


def _leads_on_cover(extracted: Extracted) -> tuple[str, ...]:
    match = _LEAD.search(extracted.text[:OPENING])
    if not match:
        return ()
    return names(extracted.text[match.end() : match.end() + 160].split("\n")[0])


def _leads_in_text(extracted: Extracted) -> tuple[str, ...]:
    """Reports of 2013 to 2018 and area SEND reports name the team on their last pages."""
    found: list[str] = []
    for match in _LEAD.finditer(extracted.text, OPENING):
        after = names(extracted.text[match.end() : match.end() + 80].split("\n")[0])
        if extracted.text[match.start() : match.end()].rstrip().endswith(":") and after:
            return after
        # "A. Person, Ofsted HMI Lead inspector": the name stands before
        line = extracted.text[max(0, match.start() - 70) : match.start()].split("\n")[-1]
        before = [name.strip() for name in _NAME.findall(_INSPECTORATE.sub(",", line))]
        found.extend(before[-1:])
    return tuple(dict.fromkeys(found))


def _named_team(extracted: Extracted, title: OfstedTitle) -> tuple[str, ...]:
    for match in _WERE.finditer(extracted.text, title.start, title.start + 4000):
        rest = extracted.text[match.end() : match.end() + 500]
        if found := names(re.split(r"\.(?:\s+[A-Z]|\s*\n|$)|\n\n", rest)[0]):
            return found
    return ()


def _joint_team(extracted: Extracted) -> tuple[tuple[str, ...], int]:
    """Area SEND reports end with the people of two inspectorates, in two columns; the first of each leads."""
    headings = [
        block
        for block in extracted.blocks
        if block.kind == "heading" and _TEAM_HEADING.fullmatch(extracted.text, block.start, block.end)
    ]
    end = extracted.text[headings[-1].end :] if headings else ""
    return names(_INSPECTORATE.sub(",", end)), len(re.findall("lead inspector", end, re.IGNORECASE))


def _listed_team(extracted: Extracted) -> tuple[str, ...]:
    found: list[str] = []
    for match in _TEAM_LABEL.finditer(extracted.text):
        line = extracted.text[match.end() : match.end() + 600].split("\n\n")[0]
        found.extend(names(line))
    return tuple(dict.fromkeys(found))


def _signature(extracted: Extracted) -> tuple[str, ...]:
    """The name after the last "Yours sincerely", or before the title that ends a letter without it."""
    signed = list(_SIGNED.finditer(extracted.text))
    if signed:
        return names(extracted.text[signed[-1].end() : signed[-1].end() + 90])[:1]
    last = [extracted.text[block.start : block.end] for block in extracted.blocks[-2:]]
    return names(" ".join(last))[:1]


def _addressee(extracted: Extracted, title: OfstedTitle) -> tuple[str | None, str | None]:
    """Name and role from the lines above "Dear"; a letter to a partnership goes to whom it greets."""
    dear = _DEAR.search(extracted.text, 0, title.end)
    if not dear:
        return None, None
    if title.form.kind == "jtai":
        return dear["name"], None
    lines = [line.strip(" ,") for line in extracted.text[: dear.start()].split("\n") if line.strip()]
    surname = dear["name"].split()[-1].strip(",.")
    addressee: str | None = None
    for nth, line in enumerate(lines):
        name, _, rest = line.partition(",")
        if surname not in line or not names(name):
            continue
        following = [rest.strip(), *lines[nth + 1 : nth + 3]]
        role = [part for part in following if part and _ROLE.search(part) and not _PLACE.search(part)]
        addressee = addressee or names(name)[0]
        if role:
            return addressee, " ".join(role)
    return addressee, None
