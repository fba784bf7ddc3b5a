"""What `make benchmark` runs: every benchmark of this folder, one after the other."""

from __future__ import annotations

from benchmarks import classify, documents, load, site


def main() -> None:
    """Print the tables of documents, load, site and classify."""
    for title, benchmark in (
        ("Reading documents", documents.main),
        ("Storing findings", load.main),
        ("Building the site", site.main),
        ("Classifying", lambda: classify.main([])),
    ):
        print(f"{title}\n{'=' * len(title)}\n")
        benchmark()
        print(flush=True)


if __name__ == "__main__":
    main()
