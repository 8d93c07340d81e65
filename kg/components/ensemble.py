"""One score for each candidate, from all that recognisers say of it: the network, the phrase model, the vocabulary.

For each entity type a logistic regression over the log odds that the recognisers give weighs them; it was fitted on
abstracts that neither recogniser had seen, so that a score is about the probability of being right
(Wolpert, 1992, Stacked generalization).
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from kg.language.document import Candidate, get_words, read_lines
from kg.language.network_reading import SPANS, SpanChance
from kg.language.odds import log_odds, logistic
from kg.model import EntityType

_LEAST: Final = 0.003
"""Probabilities are kept this far from 0 and 1; a recogniser that does not name a span gives it this."""
_SILENT: Final = log_odds(0.0, _LEAST)
FEATURES: Final = ("network", "phrases", "agreement", "best")
Key = tuple[int, int, EntityType]


class Weights(NamedTuple):
    """For one entity type: the constant, and the weight of each of FEATURES."""

    constant: float
    features: tuple[float, ...]


class Ensemble:
    """Replaces the candidates of the types in `weights` by those of all recognisers, scored anew.

    Where no network has read the Doc, and for other types, candidates stay as they are. Those below `faint` go.
    """

    def __init__(self, weights: dict[EntityType, Weights], faint: float) -> None:
        self.weights = weights
        self.faint = faint

    def __call__(self, doc: Doc) -> Doc:
        spans: list[SpanChance] | None = doc.user_data.get(SPANS)
        if spans is None:
            return doc
        found = [self._score(*row) for row in iter_features(doc, spans) if row[0].label in self.weights]
        others = [c for c in doc._.candidates if c.label not in self.weights]
        doc._.candidates = sorted([*(c for c in found if c.score >= self.faint), *others])
        return doc

    def _score(self, candidate: Candidate, features: tuple[float, ...]) -> Candidate:
        weights = self.weights[candidate.label]
        total = weights.constant + sum(w * f for w, f in zip(weights.features, features, strict=True))
        return candidate._replace(score=logistic(total))


def iter_features(doc: Doc, spans: Iterable[SpanChance]) -> Iterator[tuple[Candidate, tuple[float, ...]]]:
    """Every candidate of any recogniser with its FEATURES: the log odds by network and phrase model, and mean and
    maximum of the network's over all places of the paper where the same words stand."""
    words = get_words(doc)
    network = {(s.start, s.end, s.label): s.chance for s in spans}
    odds = {key: log_odds(chance, _LEAST) for key, chance in network.items()}
    others: dict[Key, Candidate] = {}
    for c in sorted(doc._.candidates, key=lambda c: c.score):
        others[c.start, c.end, c.label] = c
    repeated = _repeated(words, odds)
    for key in sorted({*network, *others}):
        start, end, label = key
        mine, other = network.get(key, 0.0), others.get(key)
        theirs = log_odds(other.score, _LEAST) if other else _SILENT
        component = other.component if other and other.score > mine else "neural"
        mean, best = repeated.get((tuple(words[start:end]), label), (_SILENT, _SILENT))
        yield Candidate(start, end, label, mine, component), (odds.get(key, _SILENT), theirs, mean, best)


def _repeated(
    words: list[str], odds: dict[Key, float]
) -> dict[tuple[tuple[str, ...], EntityType], tuple[float, float]]:
    """Mean and maximum of the log odds (by key) of a name of a type over all places where its words stand."""
    places: dict[str, list[int]] = {}
    for i, word in enumerate(words):
        places.setdefault(word, []).append(i)
    named: dict[tuple[tuple[str, ...], EntityType], list[float]] = {}
    for (start, end, label), value in odds.items():
        named.setdefault((tuple(words[start:end]), label), []).append(value)
    found = {}
    for (name, label), values in named.items():
        count = sum(tuple(words[i : i + len(name)]) == name for i in places[name[0]])
        silent = _SILENT * (count - len(values))
        found[name, label] = ((sum(values) + silent) / max(count, len(values)), max(values))
    return found


@cache
def load_weights(name: str) -> dict[EntityType, Weights]:
    """The weights in a data file: a row for each type with the constant and the weights of FEATURES."""
    rows = (line.split("\t") for line in read_lines(name)[1:])
    return {row[0]: Weights(float(row[1]), tuple(map(float, row[2:]))) for row in rows}


@Language.factory(
    "ensemble",
    requires=["doc._.candidates"],
    assigns=["doc._.candidates"],
    default_config={"weights": "ensemble.tsv", "faint": 0.02},
)
def create_ensemble(nlp: Language, name: str, weights: str, faint: float) -> Ensemble:  # noqa: ARG001
    """The ensemble with the weights of a data file."""
    return Ensemble(load_weights(weights), faint)
