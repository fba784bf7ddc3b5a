"""What `make benchmark` runs: every benchmark of this folder, one after the other."""

from __future__ import annotations

from benchmarks import classify, documents, load, queries, readers, search


def main() -> None:
    """Print the tables of all of them."""
    for title, benchmark in (
        ("Reading documents", documents.main),
        ("Storing findings", load.main),
        ("Worked queries", queries.main),
        ("Readers beside a publisher", lambda: readers.main(200)),
        ("Search", search.main),
        ("Classifying", lambda: classify.main([])),
    ):
        print(f"{title}\n{'=' * len(title)}\n")
        benchmark()
        print(flush=True)


if __name__ == "__main__":
    main()
