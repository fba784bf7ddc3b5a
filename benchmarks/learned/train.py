"""Learns how much each word speaks for each polarity and theme, and writes src/ingest/classify/learned.npz.

    pip install -r benchmarks/requirements.txt
    python -m benchmarks.learned.train [--folder ../shared/real] [--only-measure]

The sentences come from the published documents under the folder. `labels.csv` says of some of them what a reader
gave: `polarity` (the best first, then what a fair reader could also say), `themes` (must be found), `optional`
(may be). It holds no text: a sentence is known by the SHA-256 of its letters. For the themes, words that stand in
the same sentences are brought together first (latent semantic analysis of all sentences, labelled or not); the
two linear steps are then multiplied into one weight a word.

Prints what score/sentences.py would, by cross-validation (folds by sentence), and the same of the rules alone.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import numpy as np

from ingest.classify import polarity, themes
from ingest.classify.learned import MODEL, WORD, Weights, bare, write_model
from ingest.classify.sentences import split
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
"""Inverse of the regularisation, of the themes."""
OPTIONAL = 0.15
"""Weight of a theme that a reader may give or leave."""
POLARITY_STRENGTH = 1.0
"""Inverse of the regularisation, of the polarity."""
WORDS = 2.0
"""How much the words count beside the verdict of the cues."""
UNDECIDED = 0.5
"""Weight of a sentence whose polarity a fair reader could also give otherwise."""
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and what a reader said of it."""

    text: str
    polarities: tuple[str, ...]
    must: frozenset[str]
    may: frozenset[str]


def key(sentence: str) -> str:
    """Return 16 hex digits that the letters of a sentence give."""
    letters = "".join(filter(str.isalnum, sentence.casefold()))
    return hashlib.sha256(letters.encode()).hexdigest()[:16]


def ngrams(sentence: str) -> list[str]:
    """Return the words and the pairs of neighbouring words of a sentence."""
    words = WORD.findall(bare(sentence))
    return words + [f"{first} {second}" for first, second in pairwise(words)]


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
            said = (frozenset(row[column].split()) for column in ("themes", "optional"))
            found.append(Labelled(text, tuple(row["polarity"].split()), *said))
    print(f"{len(found):,} labelled sentences of {len(known):,}; {lost} labels without their sentence")
    return found


class Words:
    """The words and pairs of every sentence, by rarity."""

    def __init__(self, texts: Sequence[str], labels: Sequence[Labelled]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectoriser = TfidfVectorizer(analyzer=ngrams, min_df=FEWEST, max_df=MOST_COMMON, binary=True)
        self.of_all = vectoriser.fit_transform(texts)
        self.of_labelled = vectoriser.transform([label.text for label in labels])
        self.grams: list[str] = vectoriser.get_feature_names_out().tolist()
        self.rarity = vectoriser.idf_


class ThemeLesson:
    """One regression a theme, over the words, their directions and the phrases found."""

    def __init__(self, words: Words, labels: Sequence[Labelled]) -> None:
        from scipy.sparse import csr_matrix, hstack
        from sklearn.decomposition import TruncatedSVD

        self.answers = [theme.theme_id for theme in load_themes()]
        self.hints = [f"{kind} {theme}" for theme in self.answers for kind in ("points", "clear", "strong")]
        self._labels = labels
        self._directions = TruncatedSVD(DIRECTIONS, random_state=0).fit(words.of_all).components_.T
        near = csr_matrix(NEARNESS * (words.of_labelled @ self._directions))
        found = hinted([themes.hints(label.text) for label in labels], self.hints)
        self._rows = hstack([words.of_labelled, near, found]).tocsr()

    def fit(self, use: Any) -> tuple[Any, Any]:
        """Return the weights (themes x features) and the bias of each theme, from the rows of `use`."""
        from sklearn.linear_model import LogisticRegression

        weights, bias = [], []
        for theme in self.answers:
            given = np.array([theme in label.must or theme in label.may for label in self._labels])
            sure = np.array([OPTIONAL if theme in label.may else 1.0 for label in self._labels])
            model = LogisticRegression(C=STRENGTH, max_iter=300)
            model.fit(self._rows[use], given[use], sample_weight=sure[use])
            weights.append(model.coef_[0])
            bias.append(model.intercept_[0])
        return np.array(weights), np.array(bias)

    def odds(self, weights: Any, bias: Any, of: Any) -> Any:
        """Return the log-odds of the rows of `of`."""
        return self._rows[of] @ weights.T + bias

    def measure(self, odds: Any) -> str:
        """Return precision, recall and F1, as score/sentences.py counts them."""
        right = wrong = missed = 0
        for label, row in zip(self._labels, odds, strict=True):
            likely = {theme for theme, value in zip(self.answers, row, strict=True) if value > themes.LIKELY}
            have = likely or {self.answers[row.argmax()]}
            right += len(have & label.must)
            wrong += len(have - label.must - label.may)
            missed += len(label.must - have)
        precision, recall = right / (right + wrong), right / (right + missed)
        f1 = 2 * precision * recall / (precision + recall)
        return f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"

    def weights(self, weights: Any, bias: Any) -> Weights:
        """Return what the program keeps: the directions multiplied into the words."""
        turn = weights.shape[1] - len(self.hints)
        direct, turned, found = np.split(weights, [turn - DIRECTIONS, turn], axis=1)
        words = direct + NEARNESS * turned @ self._directions.T
        return Weights(self.answers, words.T, self.hints, found.T, bias)


class PolarityLesson:
    """One regression over the words and the verdict of the cues."""

    def __init__(self, words: Words, labels: Sequence[Labelled]) -> None:
        from scipy.sparse import hstack

        self.answers = sorted({label.polarities[0] for label in labels})
        self.hints = [
            f"{kind} {answer}" for kind in ("says", *get_args(polarity.Footing)) for answer in self.answers
        ]
        self._labels = labels
        self.ruled = [polarity.by_rules(label.text) for label in labels]
        verdicts = hinted([polarity.hints(parts) for parts in self.ruled], self.hints)
        self._rows = hstack([WORDS * words.of_labelled, verdicts]).tocsr()
        self._given = np.array([label.polarities[0] for label in labels])
        self._sure = np.array([1.0 if len(label.polarities) == 1 else UNDECIDED for label in labels])

    def fit(self, use: Any) -> tuple[Any, Any]:
        """Return the weights (polarities x features) and the bias of each, from the rows of `use`."""
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=POLARITY_STRENGTH, max_iter=400)
        model.fit(self._rows[use], self._given[use], sample_weight=self._sure[use])
        return model.coef_, model.intercept_

    def odds(self, weights: Any, bias: Any, of: Any) -> Any:
        """Return the log-odds of the rows of `of`."""
        return self._rows[of] @ weights.T + bias

    def measure(self, odds: Any) -> str:
        """Return the share that is right and the F1 of each judgement, as score/sentences.py counts them."""
        return self._scores([self.answers[place] for place in odds.argmax(axis=1)])

    def measure_rules(self) -> str:
        """Return the same of the cues alone."""
        return self._scores([polarity.overall(parts)[0] for parts in self.ruled])

    def _scores(self, answers: Sequence[str]) -> str:
        right = 0
        counts = {"strength": [0, 0], "concern": [0, 0]}  # both; one of the two
        for label, have in zip(self._labels, answers, strict=True):
            right += have in label.polarities
            truth = have if have in label.polarities else label.polarities[0]
            for side, count in counts.items():
                count[0] += have == side == truth
                count[1] += (have == side) != (truth == side)
        said = ", ".join(
            f"F1 {side} {2 * both / (2 * both + one):.3f}" for side, (both, one) in counts.items()
        )
        return f"{right / len(answers):.3f} right, {said}"

    def weights(self, weights: Any, bias: Any) -> Weights:
        """Return what the program keeps."""
        words, verdicts = np.split(weights, [-len(self.hints)], axis=1)
        return Weights(self.answers, WORDS * words.T, self.hints, verdicts.T, bias)


def hinted(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Any:
    """Return hints as rows of numbers, one column a name."""
    from scipy.sparse import csr_matrix

    return csr_matrix([[row.get(name, 0.0) for name in names] for row in rows])


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
    words = Words(texts, labels)
    of_polarity, of_themes = PolarityLesson(words, labels), ThemeLesson(words, labels)
    fold = np.array([int(key(label.text), 16) % FOLDS for label in labels])
    print(f"polarity by the cues alone: {of_polarity.measure_rules()}")
    for name, lesson in (("polarity", of_polarity), ("themes", of_themes)):
        odds = np.zeros((len(labels), len(lesson.answers)))
        for number in range(FOLDS):
            odds[fold == number] = lesson.odds(*lesson.fit(fold != number), fold == number)
        print(f"{name}, cross-validated in {FOLDS} folds: {lesson.measure(odds)}")
    if options.only_measure:
        return
    everything = np.ones(len(labels), bool)
    write_model(
        MODEL,
        words.grams,
        words.rarity,
        polarity=of_polarity.weights(*of_polarity.fit(everything)),
        themes=of_themes.weights(*of_themes.fit(everything)),
    )
    print(f"{MODEL.name}: {len(words.grams):,} words and pairs, {MODEL.stat().st_size / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
