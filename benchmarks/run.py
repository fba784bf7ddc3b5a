"""What `make benchmark` runs: every benchmark of this folder, one after the other."""

from __future__ import annotations

from benchmarks import classify, documents, duplicates, lake, load, pages, queries, readers, search, site


def main() -> None:
    """Print the tables of all of them."""
    for title, benchmark in (
        ("Reading documents", documents.main),
        ("Main text of web pages", pages.main),
        ("Storing findings", load.main),
        ("Worked queries", queries.main),
        ("A file beside a DuckLake", lake.main),
        ("Readers beside a publisher", lambda: readers.main(200)),
        ("Search", search.main),
        ("Building the site", site.main),
        ("Classifying", lambda: classify.main([])),
        ("Finding copies", lambda: duplicates.main(["20000", "10000", "100000"])),
    ):
        print(f"{title}\n{'=' * len(title)}\n")
        benchmark()
        print(flush=True)


if __name__ == "__main__":
    main()
