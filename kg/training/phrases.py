"""Fit the phrase model on the annotated abstracts and write `kg/language/data/phrases.npz`.

    python -m kg.training.phrases SHARED [--held-out]

The candidates that the model reads come, for each fifth of the abstracts, from a vocabulary that has not seen
that fifth: else the model would trust the vocabulary more than new abstracts bear out. With `--held-out` the
last fifth is kept apart throughout, nothing is written, and the extraction of that fifth is scored.
"""

import importlib
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from kg.components.gazetteer import Gazetteer
from kg.components.linker import choose
from kg.components.patterns import PatternMatcher, Patterns, read_patterns
from kg.components.phrases import PhraseModel, PhraseRecogniser, label_of, to_phrase_model
from kg.language import document
from kg.language.forms import FormIndex
from kg.language.phrase_features import CLOSING, OPENING, REACH, context_features, pair_feature, word_features
from kg.model import ENTITY_TYPES
from kg.pipeline import CONFIG
from kg.training.field import Fitted, Sample, fit
from kg.training.heads import count_heads, count_outside
from kg.training.vocabulary import Document, Entry, build_vocabulary, read_documents, read_raw, to_vocabulary

FOLDS: Final = 5
LEAST_SEEN: Final = 3
PENALTY: Final = 2.0
ROUNDS: Final = 100
SCALE: Final = 64
LEAST_WEIGHT: Final = 4
COMPONENTS: Final[dict[str, Any]] = spacy.util.load_config(CONFIG)["components"]
"""The settings that the pipeline has."""

Sentence = tuple[list[list[str]], list[int]]


class Annotator:
    """The components before the phrase model, with data counted from given abstracts."""

    def __init__(self, raw: Sequence[Entry], documents: Sequence[Document]) -> None:
        importlib.import_module("kg.language.tokenizer")
        self.nlp: Language = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "kg.words.v1"}}})
        for name in ("sentences", "abbreviations"):
            importlib.import_module(f"kg.components.{name}")
            self.nlp.add_pipe(name)
        heads, outside = count_heads(documents), frozenset(count_outside(documents))
        introductions = read_patterns("introductions.txt", "heads.tsv", "outside.txt").introductions
        vocabulary = to_vocabulary(build_vocabulary(raw, documents))
        self.gazetteer = Gazetteer(FormIndex(vocabulary), **_scores("gazetteer"))
        self.patterns = PatternMatcher(Patterns(introductions, heads, outside), **_scores("patterns"))

    def __call__(self, title: str | None, text: str) -> Doc:
        doc = document.make_doc(self.nlp, title, text)
        for _, component in self.nlp.pipeline:
            doc = component(doc)
        return self.patterns(self.gazetteer(doc))


def _scores(component: str) -> dict[str, float]:
    return {name: value for name, value in COMPONENTS[component].items() if isinstance(value, float)}


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


def round_weights(features: list[str], fitted: Fitted) -> dict[str, NDArray[Any]]:
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


def select_marks(doc: Doc, threshold: float) -> set[tuple[int, int, str]]:
    """Start, end and type of the best candidates in the text, without overlap."""
    shift = doc._.text_start
    spans = [(doc[c.start : c.end], c.label) for c in choose(doc._.candidates, threshold=threshold)]
    return {
        (span.start_char - shift, span.end_char - shift, label) for span, label in spans if span.start_char >= shift
    }


def measure(annotator: Annotator, model: PhraseModel, documents: Sequence[Document]) -> None:
    """Print precision, recall and F1 of exact spans and types at several thresholds."""
    recogniser = PhraseRecogniser(model, **_scores("phrases"))
    read = [(d, recogniser(annotator(d["title"], d["text"]))) for d in documents]
    for threshold in (0.3, 0.35, 0.4, 0.45, 0.5):
        right: Counter[str] = Counter()
        found: Counter[str] = Counter()
        wanted: Counter[str] = Counter()
        for d, doc in read:
            gold = {(m["start"], m["end"], m["type"]) for m in d["mentions"]}
            chosen = select_marks(doc, threshold)
            for counter, spans in ((right, gold & chosen), (found, chosen), (wanted, gold)):
                counter.update(span[2] for span in spans)
                counter["all"] += len(spans)
        figures = (f"{t} {2 * right[t] / (found[t] + wanted[t]):.3f}" for t in ("all", *ENTITY_TYPES))
        print(
            f"threshold {threshold}: F1",
            *figures,
            f"P {right['all'] / found['all']:.3f} R {right['all'] / wanted['all']:.3f}",
        )


def main(arguments: Sequence[str]) -> None:
    """Fit on all annotated abstracts and write the model; or fit on four fifths and measure on the last."""
    shared = Path(arguments[0])
    raw = read_raw(shared / "vocabulary")
    documents = read_documents(shared / "gold" / "train.jsonl")
    held_out = "--held-out" in arguments
    seen = [d for i, d in enumerate(documents) if not held_out or i % FOLDS != FOLDS - 1]
    arrays = round_weights(*train(collect(raw, seen)))
    if held_out:
        measure(Annotator(raw, seen), to_phrase_model(arrays), documents[FOLDS - 1 :: FOLDS])
    else:
        np.savez_compressed(document.data_path("openers.txt").with_name("phrases.npz"), **arrays)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(sys.argv[1:])
