"""Fit how the recognisers are weighed, on abstracts that none of them has seen (Wolpert, 1992, Stacked generalization).

The last fifth of the annotated abstracts is kept apart: vocabulary, phrase model, linear models and network of the
other four read it, and what they say is set against the annotation.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from spacy.tokens import Doc

from kg.components.ensemble import FEATURES, Ensemble, Weights, iter_features
from kg.components.linker import choose
from kg.language.document import Candidate
from kg.language.network_reading import SPANS
from kg.model import ENTITY_TYPES, EntityType

Floats = NDArray[np.float64]
_PENALTY: Final = 1.0


class Case(NamedTuple):
    """A candidate of a Doc, what the recognisers say of it, and whether the annotation has it."""

    document: int
    candidate: Candidate
    features: tuple[float, ...]
    right: bool


def gold_spans(doc: Doc, annotated: dict[str, Any]) -> set[tuple[int, int, EntityType]]:
    """The annotated mentions as first token, last token and one, and type."""
    shift = doc._.text_start
    first = {token.idx - shift: token.i for token in doc}
    last = {token.idx + len(token) - shift: token.i for token in doc}
    return {(first[m["start"]], last[m["end"]] + 1, m["type"]) for m in annotated["mentions"]}


def collect_cases(docs: Sequence[Doc], annotated: Sequence[dict[str, Any]]) -> list[Case]:
    """Every candidate in the texts; titles are not annotated."""
    cases = []
    for number, (doc, gold) in enumerate(zip(docs, annotated, strict=True)):
        wanted = gold_spans(doc, gold)
        for candidate, features in iter_features(doc, doc.user_data[SPANS]):
            if doc[candidate.start].idx >= doc._.text_start:
                right = (candidate.start, candidate.end, candidate.label) in wanted
                cases.append(Case(number, candidate, features, right))
    return cases


def fit_weights(cases: Iterable[Case]) -> dict[EntityType, Weights]:
    """A logistic regression for each type."""
    found: dict[EntityType, Weights] = {}
    cases = list(cases)
    for label in ENTITY_TYPES:
        own = [c for c in cases if c.candidate.label == label]
        features = np.array([(1.0, *c.features) for c in own])
        fitted = fit_logistic(features, np.array([c.right for c in own], dtype=float), penalty=_PENALTY)
        found[label] = Weights(round(float(fitted[0]), 4), tuple(round(float(w), 4) for w in fitted[1:]))
    return found


def fit_logistic(features: Floats, right: Floats, *, penalty: float) -> Floats:
    """Weights of least cross entropy plus `penalty` / 2 times the squares of all but the first, the constant."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = features @ weights
        value = np.logaddexp(0.0, scores).sum() - scores @ right
        slope = features.T @ (1 / (1 + np.exp(-scores)) - right)
        kept = np.concatenate([[0.0], weights[1:]])
        return float(value + penalty / 2 * (kept @ kept)), slope + penalty * kept

    found: Any = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x, dtype=np.float64)


def to_table(weights: dict[EntityType, Weights]) -> str:
    """The data file of the ensemble."""
    lines = ["\t".join(("type", "constant", *FEATURES))]
    lines += ["\t".join(map(str, (label, w.constant, *w.features))) for label, w in weights.items()]
    return "\n".join(lines) + "\n"


def score_spans(
    docs: Sequence[Doc], annotated: Sequence[dict[str, Any]], ensemble: Ensemble, threshold: float
) -> dict[str, tuple[int, int, int]]:
    """Right, found and wanted spans in all and by type, of copies of the candidates."""
    total = {label: np.zeros(3, int) for label in ("all", *ENTITY_TYPES)}
    for doc, gold in zip(docs, annotated, strict=True):
        kept = doc._.candidates
        chosen = {
            (c.start, c.end, c.label)
            for c in choose(ensemble(doc)._.candidates, threshold=threshold)
            if doc[c.start].idx >= doc._.text_start
        }
        doc._.candidates = kept
        wanted = gold_spans(doc, gold)
        for label, row in total.items():
            mine, theirs = ({s for s in x if label in ("all", s[2])} for x in (chosen, wanted))
            row += (len(mine & theirs), len(mine), len(theirs))
    return {label: (int(row[0]), int(row[1]), int(row[2])) for label, row in total.items()}
