"""Learns how much each word speaks for each theme, and writes src/ingest/classify/theme_model.npz.

    pip install -r benchmarks/requirements.txt
    python -m benchmarks.themes.train [--folder ../shared/real] [--only-measure]

The sentences come from the published documents under the folder. `labels.csv` says of some of them which
themes a reader gave (`themes`: must be found; `optional`: may be). It holds no text: a sentence is known by the
SHA-256 of its letters. Words that stand in the same sentences are brought together first (latent semantic
analysis of all sentences, labelled or not); the two linear steps are then multiplied into one weight a word.

Prints precision, recall and F1 by cross-validation (folds by sentence), and those of the phrases alone.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ingest.classify.sentences import split
from ingest.classify.theme_model import MODEL, ngrams, write_model
from ingest.classify.themes import LIKELY, hints
from ingest.errors import IngestError
from ingest.extract.pdf import extract_pdf
from ingest.reference import load_themes

LABELS = Path(__file__).with_name("labels.csv")
FEWEST = 25
"""Sentences in which a word or a pair must stand to be weighed."""
MOST_COMMON = 0.2
"""Share of the sentences above which a word says nothing."""
DIRECTIONS = 200
NEARNESS = 3.0
"""How much the directions count beside the words themselves."""
STRENGTH = 1.0
"""Inverse of the regularisation."""
OPTIONAL = 0.15
"""Weight of a theme that a reader may give or leave."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and what a reader said of it."""

    text: str
    must: frozenset[str]
    may: frozenset[str]


def key(sentence: str) -> str:
    """Return 16 hex digits that the letters of a sentence give."""
    letters = "".join(filter(str.isalnum, sentence.casefold()))
    return hashlib.sha256(letters.encode()).hexdigest()[:16]


def sentences(folder: Path) -> Iterator[str]:
    """Yield every sentence of the running text of every readable PDF of the folder."""
    for path in sorted(folder.rglob("*.pdf")):
        try:
            extracted = extract_pdf(path.read_bytes())
        except IngestError as error:
            print(f"{path.name}: left out: {error}", file=sys.stderr)
            continue
        for block in extracted.blocks:
            if block.kind in ("paragraph", "bullet"):
                for start, end in split(extracted.text, block.start, block.end):
                    yield extracted.text[start:end]


def labelled(texts: Sequence[str]) -> list[Labelled]:
    """Return the labelled ones among the sentences; say how many labels found none."""
    known = {key(text): text for text in texts}
    found, lost = [], 0
    with LABELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = known.get(row["sentence"])
            if text is None:
                lost += 1
                continue
            found.append(Labelled(text, frozenset(row["themes"].split()), frozenset(row["optional"].split())))
    print(f"{len(found):,} labelled sentences of {len(known):,}; {lost} labels without their sentence")
    return found


class Features:
    """Sentences as rows of numbers: words and pairs by rarity, their directions, the phrases found."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.vectoriser = TfidfVectorizer(
            analyzer=lambda text: ngrams(hints(text)[0]), min_df=FEWEST, max_df=MOST_COMMON, binary=True
        )
        counted = self.vectoriser.fit_transform(texts)
        self.directions = TruncatedSVD(DIRECTIONS, random_state=0).fit(counted).components_.T
        self.names = [f"{kind} {t.theme_id}" for t in load_themes() for kind in ("points", "clear", "strong")]

    def of(self, texts: Sequence[str]) -> Any:
        """Return sentences x (words, directions, phrases)."""
        from scipy.sparse import csr_matrix, hstack

        counted = self.vectoriser.transform(texts)
        found = [hints(text)[1] for text in texts]
        phrases = csr_matrix([[row.get(name, 0.0) for name in self.names] for row in found])
        return hstack([counted, csr_matrix(NEARNESS * (counted @ self.directions)), phrases]).tocsr()


def fit(rows: Any, labels: Sequence[Labelled], themes: Sequence[str]) -> tuple[Any, Any]:
    """Return the weights (themes x features) and the bias of each theme."""
    from sklearn.linear_model import LogisticRegression

    weights, bias = [], []
    for theme in themes:
        given = np.array([theme in label.must or theme in label.may for label in labels])
        sure = np.array([OPTIONAL if theme in label.may else 1.0 for label in labels])
        model = LogisticRegression(C=STRENGTH, max_iter=300).fit(rows, given, sample_weight=sure)
        weights.append(model.coef_[0])
        bias.append(model.intercept_[0])
    return np.array(weights), np.array(bias)


def measure(labels: Sequence[Labelled], odds: Any, themes: Sequence[str]) -> str:
    """Return precision, recall and F1, as score/sentences.py counts them."""
    right = wrong = missed = 0
    for label, row in zip(labels, odds, strict=True):
        have = {theme for theme, value in zip(themes, row, strict=True) if value > LIKELY} or {
            themes[row.argmax()]
        }
        right += len(have & label.must)
        wrong += len(have - label.must - label.may)
        missed += len(label.must - have)
    precision, recall = right / (right + wrong), right / (right + missed)
    return f"precision {precision:.3f}, recall {recall:.3f}, F1 {2 * precision * recall / (precision + recall):.3f}"


def main() -> None:
    """Measure by cross-validation, then learn from all labels and write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("../shared/real"))
    parser.add_argument("--only-measure", action="store_true")
    options = parser.parse_args()
    texts = list(dict.fromkeys(sentences(options.folder)))
    if not texts:
        sys.exit(f"{options.folder}: no readable PDF here; name a folder of Ofsted's documents with --folder")
    labels = labelled(texts)
    themes = [theme.theme_id for theme in load_themes()]
    features = Features(texts)
    rows = features.of([label.text for label in labels])
    fold = np.array([int(key(label.text), 16) % FOLDS for label in labels])
    odds = np.zeros((len(labels), len(themes)))
    for number in range(FOLDS):
        learning = fold != number
        weights, bias = fit(
            rows[learning], [x for x, use in zip(labels, learning, strict=True) if use], themes
        )
        odds[~learning] = rows[~learning] @ weights.T + bias
    print(f"cross-validated, {FOLDS} folds: {measure(labels, odds, themes)}")
    if options.only_measure:
        return
    weights, bias = fit(rows, labels, themes)
    grams = features.vectoriser.get_feature_names_out().tolist()
    direct, turned, phrases = np.split(weights, [len(grams), len(grams) + DIRECTIONS], axis=1)
    write_model(
        MODEL,
        themes,
        grams,
        rarity=features.vectoriser.idf_,
        weights=(direct + NEARNESS * turned @ features.directions.T).T,
        hints=features.names,
        hint_weights=phrases.T,
        bias=bias,
    )
    print(f"{MODEL.name}: {len(grams):,} words and pairs, {MODEL.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
