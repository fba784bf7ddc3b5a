"""What stands at which address of the sample: newsroom.toml and its templates, turned into bytes.

Nothing here depends on clock, port or machine: the same day gives the same bytes.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.message import Message
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

PACKAGE = "ingest.sample"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one address answers, whoever asks."""

    body: bytes
    content_type: str
    last_modified: str
    """As HTTP writes it: `Fri, 08 Jun 2018 08:00:00 GMT`."""
    status: int = 200
    location: str | None = None
    fails_once: bool = False
    """True where the first request to a server meets a 503."""

    @property
    def etag(self) -> str:
        """A strong validator: the same bytes, the same tag."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@cache
def answers(day: int) -> Mapping[str, Answer]:
    """Return every address of the newsroom with its answer on that day (counted from 1)."""
    newsroom: dict[str, Any] = tomllib.loads((files(PACKAGE) / "newsroom.toml").read_text("utf-8"))
    environment = Environment(
        loader=PackageLoader(PACKAGE, "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    by_template = {page["template"]: page for page in newsroom["page"]}
    found: dict[str, Answer] = {}
    for page in newsroom["page"]:
        content_type = page.get("content_type", HTML)
        text = environment.get_template(page["template"]).render(
            page=page,
            site=newsroom["site"][urlsplit(page["url"]).netloc],
            pages=by_template,
            day=day,
        )
        found[page["url"]] = Answer(
            body=text.encode(_charset(content_type)),
            content_type=content_type,
            last_modified=_http_date(_modified(page, day)),
            fails_once=page.get("fails_once", False),
        )
    for file in newsroom["file"]:
        found[file["url"]] = Answer(
            body=(files(PACKAGE) / "pages" / file["file"]).read_bytes(),
            content_type=file["content_type"],
            last_modified=_http_date(file["modified"]),
        )
    for redirect in newsroom["redirect"]:
        found[redirect["url"]] = Answer(
            body=b"",
            content_type=HTML,
            last_modified=_http_date(redirect["modified"]),
            status=redirect["status"],
            location=redirect["to"],
        )
    return found


def _modified(page: Mapping[str, Any], day: int) -> date:
    """The day on which the page last changed, as seen on that day of the sample."""
    corrected: date | None = page.get("corrected")
    modified: date = page.get("modified") or page["published"]
    return corrected if corrected and day >= 2 else modified


def _http_date(day: date) -> str:
    return format_datetime(datetime.combine(day, time(8), UTC), usegmt=True)


def _charset(content_type: str) -> str:
    header = Message()
    header["content-type"] = content_type
    return header.get_content_charset("utf-8")
