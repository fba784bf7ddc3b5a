"""PDFs that no publisher means to make: endless, circular, deeply nested, or far too large."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
WORDS = b"BT /F1 12 Tf 72 700 Td (Leaders know their services well.) Tj ET"
MEGABYTE = 1 << 20


def pdf(objects: Mapping[int, bytes], *, trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects; 1 is its catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = {}
    for number, body in objects.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    xref, size = out.tell(), max(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        place = places.get(number)
        out.write(b"%010d 00000 n \n" % place if place else b"0000000000 00000 f \n")
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, xref))
    return out.getvalue()


def stream(body: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), more, body)


def page(contents: bytes = b"4 0 R", *, parent: int = 2, more: bytes = b"") -> bytes:
    return (
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %s "
        b"/Resources << /Font << /F1 5 0 R >> %s >> >>" % (parent, contents, more)
    )


def one_page(contents: bytes, *, more: bytes = b"", others: Mapping[int, bytes] | None = None) -> bytes:
    """Return a PDF of one page; `contents` is a stream object."""
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: page(more=more),
            4: contents,
            5: FONT,
            **(others or {}),
        }
    )


def many_pages(count: int) -> bytes:
    """Return pages that all show the same sentence."""
    kids = b" ".join(b"%d 0 R" % (6 + number) for number in range(count))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
        4: stream(WORDS),
        5: FONT,
    }
    return pdf(objects | {6 + number: page() for number in range(count)})


def no_pages() -> bytes:
    return pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 0 >>"})


def claims_pages(count: int) -> bytes:
    """One page that says it is a thousand million."""
    whole = one_page(stream(WORDS))
    return whole.replace(b"/Count 1 ", b"/Count %d " % count)


def deep_tree(depth: int) -> bytes:
    """Return a page under `depth` nodes of the page tree."""
    objects = {1: b"<< /Type /Catalog /Pages 6 0 R >>", 4: stream(WORDS), 5: FONT}
    for number in range(6, 6 + depth):
        parent = b"/Parent %d 0 R" % (number - 1) if number > 6 else b""
        objects[number] = b"<< /Type /Pages %s /Kids [%d 0 R] /Count 1 >>" % (parent, number + 1)
    objects[6 + depth] = page(parent=5 + depth)
    return pdf(objects)


def deep_array(depth: int) -> bytes:
    return one_page(stream(WORDS), more=b"/Deep " + b"[" * depth + b"]" * depth)


def deep_operand(depth: int) -> bytes:
    return one_page(stream(b"[" * depth + b"]" * depth + b" TJ " + WORDS))


def own_child() -> bytes:
    """The page tree's only kid is the page tree."""
    return pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"})


def own_length() -> bytes:
    """The length of the content stream is the content stream."""
    return one_page(b"<< /Length 4 0 R >>\nstream\n" + WORDS + b"\nendstream")


def own_form() -> bytes:
    """A form that draws itself, twice, so that its depth alone does not bound the work."""
    form = stream(
        WORDS + b" /X0 Do /X0 Do",
        b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources "
        b"<< /Font << /F1 5 0 R >> /XObject << /X0 6 0 R >> >>",
    )
    return one_page(stream(b"/X0 Do"), more=b"/XObject << /X0 6 0 R >>", others={6: form})


def doubling_forms(levels: int) -> bytes:
    """Forms that each draw the next one twice: 2 ** levels sentences from a few hundred bytes."""
    others = {}
    for number in range(6, 6 + levels):
        names = b"/Font << /F1 5 0 R >> /XObject << /X %d 0 R >>" % (number + 1)
        others[number] = stream(
            b"/X Do /X Do",
            b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << %s >>" % names,
        )
    others[6 + levels] = stream(
        WORDS, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >>"
    )
    return one_page(stream(b"/X Do"), more=b"/XObject << /X 6 0 R >>", others=others)


def own_predecessor() -> bytes:
    """The cross-reference table's predecessor is itself."""
    whole = one_page(stream(WORDS))
    place = int(whole.rsplit(b"startxref\n", 1)[1].split()[0])
    return whole.replace(b"/Root 1 0 R ", b"/Root 1 0 R /Prev %d " % place)


def bomb(megabytes: int, *, filters: int = 2) -> bytes:
    """Return a content stream of blanks that unpacks to so many megabytes."""
    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(b" " * MEGABYTE) for _ in range(megabytes)) + packer.flush()
    for _ in range(filters - 1):
        body = zlib.compress(body)
    return one_page(stream(body, b"/Filter [%s]" % (b"/FlateDecode " * filters)))


def endless_text(megabytes: int) -> bytes:
    """Return a packed page on which text never ends."""
    line = b"BT /F1 9 Tf 72 700 Td (Leaders know their services well, and plans are clear.) Tj ET\n"
    packer = zlib.compressobj(1)
    block = line * (MEGABYTE // len(line))
    body = b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()
    return one_page(stream(body, b"/Filter /FlateDecode"))


def write_large(path: Path, megabytes: int) -> None:
    """Write a PDF of one sentence with so many megabytes of ballast in a stream that nothing shows."""
    chance = random.Random(3)
    ballast = chance.randbytes(MEGABYTE) * megabytes
    path.write_bytes(one_page(stream(WORDS), others={6: stream(ballast)}))


def encrypted(user: str = "secret") -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption(user, ownerPassword="owner"))
    canvas.drawString(72, 700, "Leaders know their services well.")
    canvas.save()
    return file.getvalue()


def mutations(whole: bytes, other: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Yield damaged copies: cut short, bytes flipped, pieces lost, doubled or taken from another file."""
    chance = random.Random(seed)
    for number in range(count):
        body = bytearray(whole)
        match number % 5:
            case 0:
                del body[chance.randrange(len(body)) :]
            case 1:
                # A file that is cut short but says that it is whole.
                del body[chance.randrange(len(body)) : -32]
            case 2:
                for _ in range(chance.randint(1, 200)):
                    body[chance.randrange(len(body))] = chance.randrange(256)
            case 3:
                start = chance.randrange(len(body))
                place = chance.randrange(len(other))
                size = chance.randint(1, len(body) // 4)
                body[start : start + size] = other[place : place + size]
            case 4:
                start, size = chance.randrange(len(body)), chance.randint(1, 5000)
                body[start:start] = body[start : start + size] * chance.randint(1, 20)
        yield bytes(body)
