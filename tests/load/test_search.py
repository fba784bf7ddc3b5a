"""Full-text search: stems, ranking, filters, snippets, and an index that is built only when it must be."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import ConfigError, WarehouseError
from ingest.load import SearchIndex, Wanted, Warehouse, refresh_index, search
from ingest.load.snippets import LENGTH, best_snippet, words_of


@pytest.fixture
def published(path: Path, build) -> Path:
    """Two documents: an article of 2024 and Ofsted's letter of 2021 about the same authority."""
    store(path, build)
    return path.parent / "published"


def store(path: Path, build, *more) -> None:
    folder = path.parent / "published"
    with Warehouse.open(path) as warehouse:
        article = build.document(
            "https://a.example", text="Return home interviews were delayed for many children."
        )
        letter = build.letter(
            published_on=date(2021, 3, 1), text="Interviewing children who return home works. Café society."
        )
        warehouse.store(build.batch(article, letter, *more), "r1", build.now)
        warehouse.publish(folder)
    refresh_index(folder)


def found(published: Path, words: str, **given) -> list[str]:
    with SearchIndex(published) as index:
        return [hit.url for hit in index.find(Wanted(words, **given)).hits]


def test_words_are_found_by_their_stem_and_marked(published: Path):
    with SearchIndex(published) as index:
        result = index.find(Wanted("interview", kind="document"))
    assert result.every_word
    marked = {hit.snippet.text[start:end] for hit in result.hits for start, end in hit.snippet.marks}
    assert marked == {"interviews", "Interviewing"}
    assert all(hit.authorities == ("Birmingham",) for hit in result.hits)


def test_a_phrase_stands_as_it_is(published: Path):
    assert found(published, '"return home interviews"', kind="document") == ["https://a.example"]


@pytest.mark.parametrize(
    "words",
    ['"return home interviews"', "interviews?", "the interviews of many", "‘return home’", "delayed."],
)
def test_marks_and_small_words_are_not_looked_for(published: Path, words: str):
    with SearchIndex(published) as index:
        result = index.find(Wanted(words, kind="document"))
    assert result.every_word
    assert "https://a.example" in [hit.url for hit in result.hits]


def test_a_phrase_may_run_over_lines_and_have_another_apostrophe(path: Path, build):
    text = "What inspectors saw: the children’s\n\nhome is   safe for all."
    store(path, build, build.document("https://c.example", text=text))
    phrase = '"children\'s home is safe"'
    assert found(path.parent / "published", phrase, kind="document") == ["https://c.example"]


def test_accents_and_case_do_not_matter(published: Path):
    assert found(published, "CAFE", kind="document") == ["https://ofsted.example/letter"]


def test_where_no_hit_has_all_words_those_with_some_come(published: Path):
    with SearchIndex(published) as index:
        result = index.find(Wanted("delayed society", kind="document"))
    assert (len(result.hits), result.every_word) == (2, False)


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({}, 4),
        ({"polarity": ("concern",)}, 2),
        ({"themes": ("voice_engagement",)}, 2),
        ({"themes": ("early_help",)}, 0),
        ({"gss": ("E08000025",)}, 4),
        ({"gss": ("E08000035",)}, 0),
        ({"since": date(2022, 1, 1)}, 2),
        ({"until": date(2022, 1, 1)}, 2),
        ({"most": 1}, 1),
    ],
)
def test_filters_filter(published: Path, given: dict, count: int):
    words = "children plans hildren help"  # Both findings of each document have one of them.
    assert len(found(published, words, **given)) == count


def test_no_word_is_told(published: Path):
    with SearchIndex(published) as index, pytest.raises(ConfigError, match="give a word"):
        index.find(Wanted("!?"))


def test_documents_have_no_polarity(published: Path):
    with SearchIndex(published) as index, pytest.raises(ConfigError, match="leave out the polarity"):
        index.find(Wanted("children", kind="document", polarity=("concern",)))


def test_what_people_type_is_never_sql(published: Path):
    assert found(published, "'; DROP TABLE finding; --") == []
    assert found(published, "children")


def test_it_is_built_only_when_something_changed(path: Path, published: Path, build):
    assert refresh_index(published) is False
    with Warehouse.open(path) as warehouse:
        warehouse.publish(published)
    assert refresh_index(published) is False, "a run that brought nothing"
    new = build.document("https://b.example", text="Kinship carers are supported.")
    with SearchIndex(published) as old:
        store(path, build, new)
        assert old.find(Wanted("kinship", kind="document")).hits == (), "an open index stays as it is"
    assert found(published, "kinship", kind="document") == ["https://b.example"]
    names = sorted(file.name for file in published.iterdir() if file.name.startswith("search"))
    assert names == ["search-000001.duckdb", "search-000002.duckdb", "search.duckdb"]


def test_two_who_search_at_once_build_one_index(path: Path, build, monkeypatch: pytest.MonkeyPatch):
    with Warehouse.open(path) as warehouse:
        warehouse.store(build.batch(build.document()), "r1", build.now)
        warehouse.publish(path.parent / "published")
    both, load_fts = threading.Barrier(2), search._load_fts

    def meet(connection: duckdb.DuckDBPyConnection) -> None:
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        load_fts(connection)

    monkeypatch.setattr(search, "_load_fts", meet)
    with ThreadPoolExecutor(2) as pool:
        built = list(pool.map(refresh_index, [path.parent / "published"] * 2))
    assert sorted(built) == [False, True]
    assert found(path.parent / "published", "children")


def test_a_damaged_index_is_built_anew(published: Path):
    index = (published / "search.duckdb").resolve()
    index.write_bytes(b"not an index")
    assert refresh_index(published) is True
    assert found(published, "children")


def test_without_a_warehouse_there_is_no_index(tmp_path: Path):
    with pytest.raises(WarehouseError, match="no warehouse yet"):
        refresh_index(tmp_path)


TEXTS = st.text(alphabet="ab é.\n", max_size=3 * LENGTH)


@given(TEXTS)
@settings(max_examples=60)
def test_marks_of_a_snippet_are_the_words(text: str):
    snippet = best_snippet(text, {"a", "ab"})
    assert len(snippet.text) <= LENGTH + 4
    assert "\n" not in snippet.text
    for start, end in snippet.marks:
        assert words_of(snippet.text[start:end])[0] in {"a", "ab"}


def test_the_snippet_is_where_most_words_are():
    text = (
        "They care. "
        + "Nothing here. " * 100
        + "\n\nThe leaving care team meets care leavers. "
        + "Other things. " * 50
    )
    snippet = best_snippet(text, {"leaving", "care", "leavers"})
    assert snippet.text.startswith("… The leaving care team meets care leavers.")
