"""Snapshot -> text: PDF, HTML and plain text, in blocks with spans into one text.

Readers are imported where they are used, so that a worker pays for none that it does not need.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ingest.errors import UnreadableError
from ingest.model import Extracted, Snapshot

__all__ = ["extract"]


def extract(snapshot: Snapshot, body: bytes, *, content: str | None = None) -> Extracted:
    """Return what a person reads in the bytes.

    Args:
        snapshot: says where they come from and what they are.
        body: the bytes as they arrived.
        content: CSS selector of a page's article, where its source gives one.

    Raises:
        UnreadableError: damaged, empty, encrypted, or not what its name promises.
    """
    media_type = snapshot.media_type
    if media_type != "application/pdf" and _promises_pdf(snapshot):
        raise UnreadableError(
            f"announced as a PDF, but {_what(media_type, body)} came. Fetch it again later."
        )
    if media_type == "application/pdf":
        from ingest.extract.pdf import extract_pdf

        return extract_pdf(body)
    if media_type in ("text/html", "application/xhtml+xml"):
        from ingest.extract.html import decode, extract_html

        return extract_html(decode(body, snapshot.charset), content=content)
    if media_type == "text/plain":
        from ingest.extract.html import decode
        from ingest.extract.plain import extract_plain

        return extract_plain(decode(body, snapshot.charset))
    raise UnreadableError(f"no reader for {media_type}: PDF, HTML and plain text are read.")


def _promises_pdf(snapshot: Snapshot) -> bool:
    names = (snapshot.link.path or "", urlsplit(snapshot.final_url).path, urlsplit(snapshot.link.url).path)
    return any(name.lower().endswith(".pdf") for name in names)


def _what(media_type: str, body: bytes) -> str:
    if media_type == "text/html":
        title = re.search(rb"<title[^>]*>([^<]{1,120})", body[:20000], re.IGNORECASE)
        words = " ".join(title[1].decode("utf-8", "replace").split()) if title else "without a title"
        return f"an HTML page ({words})"
    return media_type
