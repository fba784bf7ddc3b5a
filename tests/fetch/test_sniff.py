import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.fetch import sniff


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        (b"\r\n\x00junk before\n%PDF-1.4\n", "application/pdf"),
        (b" " * 2000 + b"%PDF-1.4", "text/plain"),
        (b"<!DOCTYPE html>\n<html><body>Not found, see %PDF-1.4", "text/html"),
        (b"\xef\xbb\xbf\n<HTML lang='en'>", "text/html"),
        (b"<!-- saved --><head><title>x", "text/html"),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0'><html>", "text/html"),
        ("<!doctype html><p>x".encode("utf-16"), "text/html"),
        (b"Warning: something\n<html><body>x", "text/html"),
        (b"<?xml version='1.0'?><rss version='2.0'>", "application/rss+xml"),
        (b"<!-- made by x --><feed xmlns='http://www.w3.org/2005/Atom'>", "application/atom+xml"),
        (b"<rdf:RDF xmlns:rdf='x'>", "application/rss+xml"),
        (b"<?xml version='1.0'?><urlset>", "application/xml"),
        (b' {"results": []}', "application/json"),
        (b"[Embargoed until noon] Inspectors found", "text/plain"),
        (b"Inspectors found that children are safe.", "text/plain"),
        ("Inspectors\u2019 visit".encode("cp1252"), "text/plain"),
        ("Inspectors\u2019 visit".encode("utf-16"), "text/plain"),
        (b"PK\x03\x04\x14\x00\x06\x00", "application/octet-stream"),
        (b"\x89PNG\r\n\x1a\n\x00", "application/octet-stream"),
        (b"", "application/x-empty"),
        # As frameworks leave them; with a pattern that tries every way through them this would not end.
        (b"<!---->" * 60 + b"<app-root>", "text/plain"),
        (b"<!---->" * 60 + b"<html>", "text/html"),
        (b"<?a?><!-- b -->" * 60 + b"c", "text/plain"),
    ],
)
def test_bytes_tell_what_they_are(body: bytes, media_type: str) -> None:
    assert sniff(body) == media_type


@settings(max_examples=80)
@given(st.binary(max_size=300))
def test_no_bytes_are_an_error(body: bytes) -> None:
    assert "/" in sniff(body)
