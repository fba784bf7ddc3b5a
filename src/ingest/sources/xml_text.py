"""XML as sites send it -> text that an XML reader can be given: unpacked, decoded, without its prologue.

The document type is dropped, whatever it declares: no feed needs one, and attacks live there. Of its entities
only names for a character or two are kept; HTML's names (`&nbsp;`), which feeds use without declaring them,
become characters. Decoding is done here, so that no reader sees declarations in an encoding of its own choice.
"""

from __future__ import annotations

import codecs
import re
import sys
import zlib
from html.entities import html5

LARGEST = 50_000_000
"""Bytes of a document, unpacked: what the sitemap protocol allows, and more than any feed needs."""

_DECLARED_CHARSET = re.compile(rb"""<\?xml[^>]{0,100}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})""")
_PROLOGUE = re.compile(
    r"""\s++ | \ufeff | <\?.*?\?> | <!--.*?-->
      | <!DOCTYPE [^\[>]*+ (?: \[ (?: "[^"]*+" | '[^']*+' | <!--.*?(?:-->|\Z) | [^\]"'] )*+ \] \s*+ )?+ >""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ENTITY = re.compile(r"""<!ENTITY\s+([A-Za-z][\w.-]{0,31})\s+(?:"([^"]{1,32})"|'([^']{1,32})')\s*>""")
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&([A-Za-z][\w.-]{0,31});|&#(?:[xX]0*([0-9A-Fa-f]{1,6})|0*([0-9]{1,7}));",
    re.DOTALL,
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML allows in no form, not even as a number: half a character breaks the reader off."""
_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})


def xml_text(url: str, body: bytes, charset: str | None) -> tuple[str, list[str]]:
    """Return the document from its root element on (or whatever else came), and what was wrong with it.

    `charset` is what the server declared. Text that is no XML comes back as it is, without leading blanks.
    """
    warnings: list[str] = []
    text = _decode(url, _unpack(url, body, warnings), charset, warnings)
    position = 0
    while part := _PROLOGUE.match(text, position):
        position = part.end()
    prologue, text = text[:position], text[position:]
    if text[:9].upper() == "<!DOCTYPE":
        # A document type that never ends: nothing after it can be told from it.
        warnings.append(f"{url}: its document type is not closed; nothing could be read")
        return "", warnings
    text = _CONTROL.sub("", text)
    return (_named(text, prologue) if "&" in text else text), warnings


def _unpack(url: str, body: bytes, warnings: list[str]) -> bytes:
    if body[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(wbits=31)
        parts: list[bytes] = []
        size = 0
        try:
            for start in range(0, len(body), 65_536):
                parts.append(unpacker.decompress(body[start : start + 65_536], LARGEST + 1 - size))
                size += len(parts[-1])
                if size > LARGEST:
                    break
            else:
                if not unpacker.eof:
                    warnings.append(f"{url}: its gzip file is cut off; read as far as it goes")
        except zlib.error as error:
            warnings.append(f"{url}: its gzip file is damaged ({error}); read as far as it goes")
        body = b"".join(parts)
    if len(body) > LARGEST:
        warnings.append(f"{url}: larger than {LARGEST // 1_000_000} MB; only the first part was read")
    return body[:LARGEST]


def _decode(url: str, body: bytes, charset: str | None, warnings: list[str]) -> str:
    declared = _DECLARED_CHARSET.search(body[:200])
    named = [_mark(body), _wide(body), charset, declared[1].decode() if declared else None]
    known = [name for name in named if name and _is_text_codec(name)]
    for name in known[:1] or ["utf-8"]:
        try:
            return body.decode(name)
        except UnicodeError:
            # A document that was cut may end within a character.
            if len(body) > 4 and (cut := _without_tail(body, name)) is not None:
                return cut
    for name in [*known[1:], "utf-8", "cp1252"]:
        try:
            text = body.decode(name)
        except UnicodeError:
            continue
        warnings.append(
            f"{url}: declared as {known[0] if known else 'utf-8'}, which it is not; read as {name}"
        )
        return text
    warnings.append(f"{url}: in no one character set; characters that do not fit are left out")
    return body.decode("utf-8", "ignore")


def _mark(body: bytes) -> str | None:
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    return next((name for mark, name in marks.items() if body.startswith(mark)), None)


def _wide(body: bytes) -> str | None:
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(body[:2])


def _is_text_codec(name: str) -> bool:
    """Only such as XML is written in: wide ones are told by their first bytes, others hide declarations."""
    try:
        return codecs.lookup(name).name.startswith(("utf-8", "utf-16", "ascii", "iso8859", "cp125", "latin"))
    except (LookupError, ValueError):
        return False


def _without_tail(body: bytes, name: str) -> str | None:
    for length in (1, 2, 3):
        try:
            return body[:-length].decode(name)
        except UnicodeError:
            continue
    return None


def _named(text: str, prologue: str) -> str:
    declared: dict[str, str] = {
        name: double or single
        for name, double, single in _ENTITY.findall(prologue)
        if not re.search(r"[%<]|&(?!#)", double or single)
    }

    def spelled(match: re.Match[str]) -> str:
        whole, name = str(match[0]), match[1]
        if number := match[2] or match[3]:
            code = int(number, 16 if match[2] else 10)
            return whole if code <= sys.maxunicode and not _CONTROL.match(chr(code)) else ""
        if name is None or name in _OWN:
            return whole
        if name in declared:
            return _REFERENCE.sub(spelled, declared[name])  # which holds numbers at most
        characters = html5.get(f"{name};")
        return "".join(f"&#{ord(one)};" for one in characters) if characters else f"&amp;{name};"

    return _REFERENCE.sub(spelled, text)
