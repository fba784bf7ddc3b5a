"""GOV.UK: answers of its search API, and of its content API for single items.

Search: https://docs.publishing.service.gov.uk/repos/search-api/; content: https://content-api.publishing.service.gov.uk/.
With option `details = "yes"` the search only leads to the content API, which knows when an item was first
published (the search gives its last change) and the files that belong to it: a notice or direction is a PDF
beside its page. Option `pages` limits how many pages of a search are read.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from bs4 import BeautifulSoup

from ingest.model import Link, Source
from ingest.sources.announcement import (
    Announcement,
    announced,
    normal_label,
    resolve,
    unique,
    with_parameter,
)
from ingest.sources.dates import parse_date
from ingest.sources.json_text import read_object, read_records, words

CONTENT_API = "/api/content"
_READABLE = (".pdf", ".html", ".htm")


def parse_govuk(source: Source, url: str, body: bytes) -> Announcement:
    """Return what a search finds or what one item consists of, by the address that was asked."""
    if f"{CONTENT_API}/" in urlsplit(url).path:
        return _content(source, url, body)
    return _search(source, url, body)


def _search(source: Source, url: str, body: bytes) -> Announcement:
    answer, results, fault = read_records(body, "results")
    if fault and not results:
        return Announcement(warnings=(f"{url}: not an answer of the GOV.UK search API ({fault})",))
    warnings = [f"{url}: {fault}"] if fault else []
    links: list[Link] = []
    follow: list[str] = []
    has_details = source.options.get("details") == "yes"
    for number, result in enumerate(results, start=1):
        fields = result if isinstance(result, dict) else {}
        title = words(fields, "title")
        # Addresses are relative to the site that answered, unless they name another.
        address = resolve(url, words(fields, "link")) if words(fields, "link") else None
        if address is None:
            warnings.append(f"{url}: result {number} ({title or 'no title'}) has no web address; left out")
        elif has_details and words(fields, "link").startswith("/"):
            follow.append(urljoin(url, CONTENT_API + words(fields, "link")))
        else:
            label = _label(words(fields, "content_store_document_type") or words(fields, "format"))
            published_on = parse_date(words(fields, "public_timestamp"))
            links.append(announced(source, address, title=title, published_on=published_on, label=label))
    older = _older(source, url, answer, len(results))
    return Announcement(unique(links), tuple(dict.fromkeys(follow)), older, tuple(warnings), bool(fault))


def _older(source: Source, url: str, answer: dict[str, Any], found: int) -> str | None:
    start, total = answer.get("start", 0), answer.get("total", 0)
    if not (isinstance(start, int) and isinstance(total, int)) or not found or start + found >= total:
        return None
    size = dict(parse_qsl(urlsplit(url).query)).get("count", "")
    pages = (start + found) // (int(size) if size.isdecimal() and int(size) else found)
    if "pages" in source.options and pages >= int(source.options["pages"]):
        return None
    return with_parameter(url, "start", str(start + found))


def _content(source: Source, url: str, body: bytes) -> Announcement:
    fields = read_object(body)
    address = resolve(url, words(fields, "base_path")) if words(fields, "base_path") else None
    if address is None:
        return Announcement(warnings=(f"{url}: not an answer of the GOV.UK content API (no base_path)",))
    title = words(fields, "title")
    published_on = parse_date(words(fields, "first_published_at") or words(fields, "public_updated_at"))
    label = _label(words(fields, "document_type"))
    if fields.get("withdrawn_notice"):
        label = f"{label} (withdrawn)"
    links = [announced(source, address, title=title, published_on=published_on, label=label)]
    details = fields.get("details")
    for name, target in _files(details if isinstance(details, dict) else {}):
        file = resolve(address, target)
        if file and (
            urlsplit(file).path.endswith(_READABLE) or "." not in urlsplit(file).path.rpartition("/")[2]
        ):
            whole = name if title in name else f"{title}: {name}" if name else title
            links.append(announced(source, file, title=whole, published_on=published_on, label=label))
    return Announcement(unique(links))


def _files(details: dict[str, Any]) -> list[tuple[str, str]]:
    """Return name and address of each attachment; older items give them as fragments of HTML."""
    attachments = details.get("attachments")
    found = [
        (words(one, "title"), words(one, "url"))
        for one in (attachments if isinstance(attachments, list) else [])
        if isinstance(one, dict) and words(one, "url")
    ]
    documents = details.get("documents")
    for fragment in documents if isinstance(documents, list) else []:
        if not isinstance(fragment, str):
            continue
        # The first link of a fragment is a picture of the file, the second its name.
        named = [
            (" ".join(anchor.get_text(" ").split()), str(anchor["href"]))
            for anchor in BeautifulSoup(fragment, "lxml").select("a[href]")
        ]
        found.extend((name, target) for name, target in named if name)
    return found


def _label(document_type: str) -> str:
    return normal_label(document_type.replace("_", " "))
