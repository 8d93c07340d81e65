"""Fit the phrase model on the annotated abstracts and write `kg/components/data/phrases.npz`.

    python -m kg.training.phrases SHARED [--held-out]

The candidates that the model reads come, for each fifth of the abstracts, from a vocabulary that has not seen
that fifth: else the model would trust the vocabulary more than new abstracts bear out. With `--held-out` the
last fifth is kept apart throughout, nothing is written, and the extraction of that fifth is scored.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.components import abbreviations, document, sentences, tokenizer  # noqa: F401
from kg.components.document import Candidate
from kg.components.forms import FormIndex
from kg.components.gazetteer import Gazetteer
from kg.components.patterns import PatternMatcher, Patterns, read_patterns
from kg.components.phrase_features import CLOSING, OPENING, REACH, context_features, pair_feature, word_features
from kg.components.phrases import LABELS, PhraseModel, label_of
from kg.training.field import Fitted, Sample, fit
from kg.training.heads import count_heads, count_outside
from kg.training.vocabulary import Document, Entry, build_vocabulary, read_documents, read_raw, to_vocabulary

FOLDS: Final = 5
LEAST_SEEN: Final = 3
PENALTY: Final = 1.0
ROUNDS: Final = 110
SCALE: Final = 64
LEAST_WEIGHT: Final = 4
SETTINGS: Final = {"sure": 0.9, "supported": 0.8, "doubtful": 0.3}
INTRODUCED: Final = 0.5

Sentence = tuple[list[list[str]], list[int]]


class Annotator:
    """The components before the phrase model, with data counted from given abstracts."""

    def __init__(self, raw: Sequence[Entry], documents: Sequence[Document]) -> None:
        self.nlp: Language = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "kg.words.v1"}}})
        self.nlp.add_pipe("sentences")
        self.nlp.add_pipe("abbreviations")
        heads, outside = count_heads(documents), frozenset(count_outside(documents))
        introductions = read_patterns("introductions.txt", "heads.tsv", "outside.txt").introductions
        vocabulary = to_vocabulary(build_vocabulary(raw, documents))
        self.gazetteer = Gazetteer(FormIndex(vocabulary), **SETTINGS)
        self.patterns = PatternMatcher(Patterns(introductions, heads, outside), introduced=INTRODUCED)

    def __call__(self, title: str | None, text: str) -> Doc:
        doc = document.make_doc(self.nlp, title, text)
        for _, component in self.nlp.pipeline:
            doc = component(doc)
        return self.patterns(self.gazetteer(doc))


def iter_sentences(doc: Doc, annotated: Document) -> Iterator[Sentence]:
    """Features and labels of every sentence of the text; titles are not annotated."""
    context = context_features(doc)
    labels = read_labels(doc, annotated)
    for sentence in doc.sents:
        if sentence.start_char < doc._.text_start:
            continue
        ids = [token.i for token in sentence if not token.is_space]
        words = [OPENING] * REACH + [doc[i].text for i in ids] + [CLOSING] * REACH
        rows = []
        for n, i in enumerate(ids, REACH):
            row = list(context[i])
            for offset in range(-REACH, REACH + 1):
                row += word_features(words[n + offset], offset)
            row += [pair_feature(words[n - 1], words[n]), ">" + pair_feature(words[n], words[n + 1])]
            rows.append(row)
        yield rows, [labels[i] for i in ids]


def read_labels(doc: Doc, annotated: Document) -> list[int]:
    """The label of every word, by the annotated mentions."""
    shift = doc._.text_start
    first = {token.idx - shift: token.i for token in doc}
    last = {token.idx + len(token) - shift: token.i for token in doc}
    labels = [0] * len(doc)
    for m in annotated["mentions"]:
        begin, end = first[m["start"]], last[m["end"]]
        for i in range(begin, end + 1):
            place = "S" if begin == end else "B" if i == begin else "E" if i == end else "I"
            labels[i] = label_of(m["type"], place)
    return labels


def collect(raw: Sequence[Entry], documents: Sequence[Document]) -> list[Sentence]:
    """The sentences of all abstracts; each fifth is read with data counted from the others."""
    found: list[Sentence] = []
    for fold in range(FOLDS):
        annotator = Annotator(raw, [d for i, d in enumerate(documents) if i % FOLDS != fold])
        for d in islice(documents, fold, None, FOLDS):
            found += iter_sentences(annotator(d["title"], d["text"]), d)
    return found


def train(sentences: Sequence[Sentence]) -> tuple[list[str], Fitted]:
    """The features that are frequent enough, sorted, and their weights."""
    counts = Counter(feature for rows, _ in sentences for row in rows for feature in row)
    features = sorted(f for f, n in counts.items() if n >= LEAST_SEEN)
    number = {feature: row for row, feature in enumerate(features)}
    samples = [Sample([[number[f] for f in row if f in number] for row in rows], labels) for rows, labels in sentences]
    return features, fit(samples, len(features), penalty=PENALTY, rounds=ROUNDS)


def round_weights(features: list[str], fitted: Fitted) -> dict[str, np.ndarray]:
    """The model in whole numbers, features of little weight left out: the arrays of the data file."""
    weights = np.clip(np.rint(fitted.weights * SCALE), -32000, 32000).astype(np.int16)
    kept = np.flatnonzero(np.abs(weights).max(axis=1) >= LEAST_WEIGHT)
    names = "\n".join(features[row] for row in kept)
    return {
        "features": np.frombuffer(names.encode("utf-8"), dtype=np.uint8),
        "weights": weights[kept],
        "steps": np.rint(fitted.steps * SCALE).astype(np.int16),
        "scale": np.array(SCALE),
    }


def to_model(arrays: dict[str, np.ndarray]) -> PhraseModel:
    """The model as the component reads it."""
    features = bytes(arrays["features"]).decode("utf-8").split("\n")
    return PhraseModel(features, arrays["weights"], arrays["steps"], int(arrays["scale"]))


def measure(raw: Sequence[Entry], documents: Sequence[Document], score: Callable[[Doc], list[Candidate]]) -> None:
    """Score what `score` makes of the last fifth, trained on the others; strict spans and types, micro F1."""


def main(arguments: Sequence[str]) -> None:
    """Fit on all annotated abstracts and write the model; or measure on a held-out fifth."""
    shared = Path(arguments[0])
    raw = read_raw(shared / "vocabulary")
    documents = read_documents(shared / "gold" / "train.jsonl")
    if "--held-out" in arguments:
        documents = [d for i, d in enumerate(documents) if i % FOLDS != FOLDS - 1]
    features, fitted = train(collect(raw, documents))
    arrays = round_weights(features, fitted)
    np.savez_compressed(document.data_path("openers.txt").with_name("phrases.npz"), **arrays)


if __name__ == "__main__":
    main(sys.argv[1:])
