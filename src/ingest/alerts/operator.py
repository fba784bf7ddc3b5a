"""The mail to the operator: which sources broke and which recovered, and what to do about them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ingest.links import address
from ingest.model import Outage, make_id
from ingest.wording import counted, listed, shorten, tidy

_WIDTH = 78
_SUBJECT = 150
_NAMED = 2


@dataclass(frozen=True, slots=True)
class Notice:
    """An outage with the words for it."""

    outage: Outage
    heading: str
    """Its state in a few words."""
    remedy: str
    golden: str = ""
    """Where the page as it should be is kept; empty where it is not."""


@dataclass(frozen=True, slots=True)
class OperatorMail:
    """A mail that is not yet addressed."""

    key: str
    """The same notices make the same mail."""
    subject: str
    text: str
    html: str


def operator_mail(notices: Sequence[Notice]) -> OperatorMail:
    """Compose one mail of all notices that are due; at least one."""
    broke = [notice for notice in notices if notice.outage.what == "broke"]
    back = [notice for notice in notices if notice.outage.what == "recovered"]
    keys = sorted(f"{n.outage.what} {n.outage.source_id} {n.outage.began_run_id}" for n in notices)
    paragraphs = [*map(_broke, broke), *map(_back, back)]
    paragraphs.append(["`ingest doctor` shows all sources, and what else needs someone."])
    return OperatorMail(
        key=make_id("operator", *keys),
        subject=_subject(broke, back),
        text="\n\n".join("\n".join(map(_wrapped, lines)) for lines in paragraphs) + "\n",
        html=_html(paragraphs),
    )


def _subject(broke: Sequence[Notice], back: Sequence[Notice]) -> str:
    parts = []
    for notices, verb in ((broke, "broke"), (back, "recovered")):
        if notices:
            names = [tidy(notice.outage.name) for notice in notices]
            more = len(names) - _NAMED
            shown = names if more <= 0 else [*names[:_NAMED], f"{more} more"]
            parts.append(f"{counted(len(names), 'source')} {verb}: {listed(shown)}")
    return shorten("; ".join(parts), _SUBJECT)


def _broke(notice: Notice) -> list[str]:
    outage = notice.outage
    lines = [f"{tidy(outage.name)} ({outage.source_id}): {notice.heading}", tidy(outage.message)]
    if outage.page:
        lines.append(f"Page: {tidy(outage.page)}")
    if notice.golden:
        lines.append(f"As it should be: {notice.golden}")
    lines.append(
        f"Broken since {outage.began_at:%Y-%m-%d %H:%M} UTC, found in {counted(outage.checks, 'run')}."
    )
    lines.append(f"What to do: {tidy(notice.remedy)}")
    return lines


def _back(notice: Notice) -> list[str]:
    outage = notice.outage
    assert outage.ended_at
    return [
        f"{tidy(outage.name)} ({outage.source_id}) is well again",
        f"It was broken from {outage.began_at:%Y-%m-%d %H:%M} to {outage.ended_at:%Y-%m-%d %H:%M} UTC "
        f"({notice.heading}). What it published meanwhile is fetched as far as it still announces it.",
    ]


def _wrapped(line: str) -> str:
    return textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _html(paragraphs: Sequence[Sequence[str]]) -> str:
    shown = "".join(
        f"<p><strong>{escape(first)}</strong>{''.join(f'<br>{_linked(line)}' for line in rest)}</p>"
        for first, *rest in paragraphs
    )
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"></head><body>{shown}</body></html>\n'
    )


def _linked(line: str) -> str:
    head, _, rest = line.partition(": ")
    place = address(rest)
    if place.href is None:
        return escape(line)
    return f'{escape(head)}: <a href="{escape(place.href)}">{escape(place.text)}</a>'
