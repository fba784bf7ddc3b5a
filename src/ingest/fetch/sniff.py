"""What bytes are, told from the bytes alone: servers send error pages as .pdf and call feeds text/html."""

from __future__ import annotations

import json
import re

_HEAD = 1024
"""How far in a PDF header or an HTML start tag is looked for (Acrobat's rule for `%PDF-`)."""

# Possessive: two dozen comments that lead nowhere would otherwise take minutes.
_HTML_START = re.compile(
    rb"(?:<\?xml[^>]*+>|<!--(?>.*?-->)|\s)*+<(?:!doctype\s+html|html|head|body|title|meta|script|div|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_ANYWHERE = re.compile(rb"<(?:!doctype\s+html|html|body)[\s>]", re.IGNORECASE)
_XML_ROOT = re.compile(
    rb"(?:<\?(?>.*?\?>)|<!--(?>.*?-->)|<!doctype[^>]*+>|\s)*+<([a-z_][\w.:-]*)", re.IGNORECASE | re.DOTALL
)
_FEEDS = {b"rss": "application/rss+xml", b"rdf:rdf": "application/rss+xml", b"feed": "application/atom+xml"}
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(body: bytes) -> str:
    """Return the media type: PDF, HTML, a feed, other XML, JSON, plain text, or application/octet-stream.

    No bytes at all are application/x-empty.
    """
    if not body:
        return "application/x-empty"
    head = _as_ascii(body)
    if _HTML_START.match(head):
        return "text/html"
    if b"%PDF-" in head[:_HEAD]:
        return "application/pdf"
    root = _XML_ROOT.match(head)
    if root and root[1].lower() in _FEEDS:
        return _FEEDS[root[1].lower()]
    if _HTML_ANYWHERE.search(head[:_HEAD]):
        return "text/html"
    if root and head.lstrip().startswith(b"<?xml"):
        return "application/xml"
    if _BINARY.search(head[:_HEAD]):
        return "application/octet-stream"
    return "application/json" if _is_json(body) else "text/plain"


def _as_ascii(body: bytes) -> bytes:
    """Return the first bytes without byte order mark, UTF-16 folded, so that patterns apply."""
    codec = _UTF16.get(body[:2])
    if codec:
        return body[2 : 8 * _HEAD].decode(codec, "replace").encode("utf-8", "replace")
    return body.removeprefix(b"\xef\xbb\xbf")[: 4 * _HEAD]


def _is_json(body: bytes) -> bool:
    if not body.lstrip().startswith((b"{", b"[")):
        return False
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
