"""Fit `calibration.tsv`: how often facts are right, by kind, score and the mentions that they stand on."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from kg.components.calibration import Weights, features
from kg.evaluation.matching import Match
from kg.model import Extraction, Result
from kg.training.stacking import fit_logistic

_PENALTY: Final = 1.0
_LEAST_CASES: Final = 60
"""A predicate with fewer cases takes the weights of its kind."""


class Case(NamedTuple):
    """A fact that was found, its features, and whether it is right."""

    name: str
    features: tuple[float, float]
    right: bool


def iter_cases(extraction: Extraction, match: Match) -> Iterator[Case]:
    """The asserted facts of one abstract."""
    certain: dict[str, float] = {}
    for mention in extraction.mentions:
        certain[mention.concept] = max(certain.get(mention.concept, 0.0), mention.score)
    right = {(item.concept, item.role) for _, item in match.roles.right}
    related = {(item.subject, item.relation, item.object) for _, item in match.triples.right}
    measured = {(item.metric, str(item.value)) for _, item in match.results.right}
    for fact in extraction.facts:
        if fact.polarity != "asserted":
            continue
        name = f"{fact.kind} {fact.predicate}"
        if isinstance(fact.object, Result):
            yield Case(name, features(fact, certain), (fact.object.metric, fact.object.value) in measured)
        elif fact.kind == "role":
            yield Case(name, features(fact, certain), (fact.object, fact.predicate) in right)
        else:
            subject = fact.subject or ""
            turned = fact.predicate == "comparedWith" and (fact.object, fact.predicate, subject) in related
            known = turned or (subject, fact.predicate, fact.object) in related
            yield Case(name, features(fact, certain), known)


def fit_calibration(cases: Iterable[Case]) -> dict[str, Weights]:
    """The weights by kind and predicate."""
    cases = list(cases)
    found: dict[str, Weights] = {}
    for name in sorted({case.name for case in cases}):
        kind = name.split(" ")[0]
        own = [case for case in cases if case.name == name]
        enough = len(own) >= _LEAST_CASES
        found[name] = _fit(own if enough else [case for case in cases if case.name.split(" ")[0] == kind])
    return found


def _fit(cases: Sequence[Case]) -> Weights:
    rows = np.array([(1.0, *case.features) for case in cases])
    fitted = fit_logistic(rows, np.array([case.right for case in cases], dtype=float), penalty=_PENALTY)
    return Weights(*(round(float(w), 4) for w in fitted))


def to_table(weights: dict[str, Weights]) -> str:
    """The data file."""
    lines = ["\t".join(("fact", *Weights._fields))]
    lines += ["\t".join(map(str, (name, *w))) for name, w in weights.items()]
    return "\n".join(lines) + "\n"
