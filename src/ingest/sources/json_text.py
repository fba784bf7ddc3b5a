"""JSON as sites send it -> its records, also where the end is missing."""

from __future__ import annotations

import json
import re
from typing import Any

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[\s,]*")


def read_records(body: bytes, key: str) -> tuple[dict[str, Any], list[Any], str]:
    """Return the object, the list under its `key`, and what was wrong ("" where nothing was).

    A document that breaks off gives the records that are whole. One without such a list gives none.
    """
    whole = read_object(body)
    if not whole:
        return _rescued(body.decode("utf-8-sig", "replace"), key)
    records = whole.get(key)
    if not isinstance(records, list):
        return {}, [], f"not JSON with a list {key!r}"
    return whole, records, ""


def read_object(body: bytes) -> dict[str, Any]:
    """Return the object that the document is, an empty one where it is none."""
    try:
        whole = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return {}
    return whole if isinstance(whole, dict) else {}


def words(record: dict[str, Any], key: str) -> str:
    """Return the text under `key` with single spaces, "" where there is none."""
    value = record.get(key)
    # Sites that cut titles leave half an emoji (`\ud83d`), which nothing can store.
    return " ".join(value.encode("utf-8", "ignore").decode().split()) if isinstance(value, str) else ""


def _rescued(text: str, key: str) -> tuple[dict[str, Any], list[Any], str]:
    start = re.search(rf'"{re.escape(key)}"\s*:\s*\[', text)
    if start is None:
        return {}, [], f"not JSON with a list {key!r}"
    records: list[Any] = []
    position = start.end()
    while True:
        position = _BLANK.match(text, position).end()  # type: ignore[union-attr] # matches everywhere
        try:
            record, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        records.append(record)
    return {}, records, f"malformed JSON; only its first {len(records)} records could be read"
