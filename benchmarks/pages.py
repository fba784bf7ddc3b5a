"""Main text of web pages: this project beside trafilatura, on pages of our own making.

Each golden article (goldens/*/*.article.html) is measured as it is, and with each piece of furniture of
tests/extract/test_articles.py set at the end of its main part. Figures are of words: precision, recall and F1 against
what a person would call the article, without its heading; then on how many pages a council of the furniture came
through.
Pages and rules are by the same hands, so that figures on pages of others will be lower.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import trafilatura

from ingest.errors import UnreadableError
from ingest.extract.html import extract_html

ROOT = Path(__file__).parents[1]
Reader = Callable[[str], str]


def ours(markup: str) -> str:
    """Return what this project reads, without a selector."""
    try:
        return extract_html(markup).text
    except UnreadableError:
        return ""


def trafilatura_fast(markup: str) -> str:
    """Return what trafilatura reads, as this project calls it."""
    return trafilatura.extract(markup, include_comments=False, fast=True) or ""


def trafilatura_whole(markup: str) -> str:
    """Return what trafilatura reads with its fallbacks."""
    return trafilatura.extract(markup, include_comments=False) or ""


def pages() -> list[tuple[str, str, str]]:
    """Return markup, title and article of every page."""
    spec = spec_from_file_location("test_articles", ROOT / "tests" / "extract" / "test_articles.py")
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    found = []
    for path in made.ARTICLES:
        markup = path.read_text(encoding="utf-8")
        wanted = made.expected(path)
        end = markup.rindex("</main>")
        for furniture in ("", *made.AROUND.values()):
            piece = furniture.format("Otherton Council rated inadequate by Ofsted inspectors")
            whole = markup[:end] + piece + markup[end:]
            found.append((whole, wanted["title"], " ".join(wanted["paragraphs"])))
    return found


def main() -> None:
    """Print the table."""
    made = pages()
    print(f"{len(made)} pages of our own making")
    print(f"{'reader':<20}{'precision':>10}{'recall':>8}{'F1':>7}{'let through':>13}{'pages/s':>9}")
    readers: list[tuple[str, Reader]] = [
        ("this project", ours),
        ("trafilatura, fast", trafilatura_fast),
        ("trafilatura", trafilatura_whole),
    ]
    for name, reader in readers:
        reader(made[0][0])  # imports and caches are not the subject
        right = got = wanted = through = 0
        started = time.perf_counter()
        texts = [reader(markup) for markup, _, _ in made]
        seconds = time.perf_counter() - started
        for text, (_, title, article) in zip(texts, made, strict=True):
            read, true = set(text.replace(title, "").split()), set(article.split())
            right += len(read & true)
            got += len(read)
            wanted += len(true)
            through += "Otherton" in text
        precision, recall = right / max(got, 1), right / wanted
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        rate = len(made) / seconds
        print(f"{name:<20}{precision:>10.3f}{recall:>8.3f}{f1:>7.3f}{through:>13}{rate:>9.0f}")


if __name__ == "__main__":
    main()
