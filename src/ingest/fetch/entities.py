"""XML that declares entities as an attack does is refused before any reader meets it.

Expat stops an expansion at a hundred times the document's size only, which a large document turns into
gigabytes. Feeds declare names for single characters (`nbsp`) at most; those pass.
"""

from __future__ import annotations

import re

from ingest.errors import RefusedError

_LONGEST = 32
"""Characters of a harmless entity: a name for a character or two."""
_DECLARED = re.compile(
    rb"<!ENTITY\s+(?P<parameter>%\s+)?[^\s\"'<>]{1,100}\s+(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')\s*>"
)
_REFERS = re.compile(rb"&[^#\s;]{1,100};|%[^\s;]{1,100};")


def check_entities(url: str, body: bytes) -> None:
    """Judge the entities that a document declares, in whichever width of characters.

    Raises:
        RefusedError: one leads outside the document, refers to another, or is long.
    """
    plain = body.replace(b"\0", b"") if body[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in body[:4] else body
    position = plain.find(b"<!ENTITY")
    while position >= 0:
        found = _DECLARED.match(plain, position)
        value = (found["double"] or found["single"] or b"") if found else b""
        if not found or found["parameter"] or len(value) > _LONGEST or _REFERS.search(value):
            raise RefusedError(
                f"{url}: declares XML entities that expand or lead elsewhere, as an attack does; not read"
            )
        position = plain.find(b"<!ENTITY", found.end())
