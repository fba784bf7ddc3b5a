"""One form for the many addresses of one page: with tracking, for phones, for printing, as AMP. Pure.

Rules are those of the sites at hand and of the common content systems; an address is never fetched in this
form, only compared.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

_TRACKING = re.compile(
    r"utm_\w+|_?(?:ga|gl|hs\w+)|fbclid|gclid|gclsrc|dclid|msclkid|yclid|igshid|mc_[ce]id|mkt_tok|oly_\w+_id"
    r"|at_\w+|ns_\w+|cmpid?|wt\.\w+|s_cid|icid|ito|xtor|ref|ref_?src|referrer|spm|trk|share|shared|feature|rss"
)
"""Parameters that say where a reader came from. `source` and `id` are not among them: they may name a page."""
_PRESENTATION = re.compile(
    r"(?:print|printable|printer|print_?view|view_?print|mobile|amp|output_?type)(?:able|ed|er|page|version)?"
)
_PRESENTATION_VALUES = {"", "1", "true", "yes", "amp", "print", "mobile"}
_HOST = re.compile(r"^(?:www\d?|m|mobile|amp|print)\.(?=[^.]+\.[^.]+)")
_SUFFIX = re.compile(
    r"(?:/(?:amp|print|printable|printable/print|mobile)|\.amp|/index\.(?:html?|php|aspx?))$"
)
_PREFIX = re.compile(r"^/(?:amp|print|mobile)(?=/.)")
_AMP_FILE = re.compile(r"\.amp(?=\.html?$)")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_address(url: str) -> str:
    """Return the form that all addresses of one page have in common; what is no web address stays as it is.

    Scheme, `www.`, `m.`, port, fragment, trailing marks and the order of parameters count for nothing;
    the letter case of the path does.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname:
        return url
    host = _HOST.sub("", parts.hostname.rstrip("."))
    if port and port not in _DEFAULT_PORTS.values():
        host = f"{host}:{port}"
    return f"https://{host}{_path(parts.path)}{_query(parts.query)}"


def page_address(url: str, final_url: str) -> str:
    """Return the address by which a document is known: where the request ended, in canonical form.

    A front page is no end: a site that lost a page, or asks for consent first, leads there.
    """
    arrived = canonical_address(final_url)
    return canonical_address(url) if _is_front(arrived) else arrived


def claimed_address(address: str, claimed: str | None) -> str | None:
    """Return the address that a page calls its canonical one, in canonical form.

    None for another site's, and for the front page, which careless sites name on every page.
    """
    if not claimed:
        return None
    try:
        named = canonical_address(urljoin(address, claimed))
        is_own = urlsplit(named).netloc == urlsplit(address).netloc
    except ValueError:  # what a page writes there need not be an address
        return None
    return named if is_own and not _is_front(named) else None


def _path(path: str) -> str:
    # Escaped or not, one letter is one letter.
    plain = quote(
        unquote(path, errors="surrogateescape"), safe="/:@!$&'()*+,;=~-._", errors="surrogateescape"
    )
    plain = re.sub(r"/{2,}", "/", plain).rstrip("/.,;:)'\"")
    while (shorter := _SUFFIX.sub("", plain).rstrip("/")) != plain:
        plain = shorter
    return _AMP_FILE.sub("", _PREFIX.sub("", plain))


def _query(query: str) -> str:
    kept = sorted(
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        if not _TRACKING.fullmatch(name.lower())
        and not (_PRESENTATION.fullmatch(name.lower()) and value.lower() in _PRESENTATION_VALUES)
    )
    return "?" + urlencode(kept, errors="surrogateescape") if kept else ""


def _is_front(address: str) -> bool:
    return address.startswith("https://") and not {"/", "?"} & set(address.removeprefix("https://"))
