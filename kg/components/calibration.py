"""Scores of facts as probabilities: how often a fact of that kind, with such a score and such mentions, is right.

A logistic regression for each kind and predicate over the log odds of the score that a component gave, and of
the least certain of the mentions that the fact stands on; fitted end to end on abstracts held back from the rest
(after Platt, 1999, Probabilistic outputs for support vector machines).
"""

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import msgspec
from spacy.language import Language
from spacy.tokens import Doc

from kg.language.document import get_mentions, read_lines
from kg.language.odds import log_odds, logistic
from kg.model import Fact, Result

_LEAST: Final = 0.002
"""Probabilities are kept this far from 0 and 1."""


class Weights(NamedTuple):
    """The constant, the weight of the log odds of the score, and that of the least certain mention."""

    constant: float
    score: float
    mention: float


class Calibration:
    """Replaces the score of every fact that `weights` speak of, by kind and predicate ('role uses')."""

    def __init__(self, weights: dict[str, Weights]) -> None:
        self.weights = weights

    def __call__(self, doc: Doc) -> Doc:
        certain = mention_scores(doc)
        doc._.facts = [self._calibrate(fact, certain) for fact in doc._.facts]
        return doc

    def _calibrate(self, fact: Fact, certain: dict[str, float]) -> Fact:
        weights = self.weights.get(f"{fact.kind} {fact.predicate}")
        if weights is None:
            return fact
        score, mention = features(fact, certain)
        total = weights.constant + weights.score * score + weights.mention * mention
        return msgspec.structs.replace(fact, score=logistic(total))


def mention_scores(doc: Doc) -> dict[str, float]:
    """The score of the most certain mention of each concept."""
    found: dict[str, float] = {}
    for span in get_mentions(doc):
        found[span._.concept] = max(found.get(span._.concept, 0.0), span._.score)
    return found


def features(fact: Fact, certain: dict[str, float]) -> tuple[float, float]:
    """The log odds of the score and of the least certain concept that the fact names; 1 counts for what has none."""
    named = [certain[name] for name in _names(fact) if name in certain]
    return log_odds(fact.score, _LEAST), log_odds(min(named, default=1.0), _LEAST)


def _names(fact: Fact) -> Iterator[str]:
    if fact.subject is not None:
        yield fact.subject
    if isinstance(fact.object, Result):
        yield from (name for name in (fact.object.metric,) if name)
    else:
        yield fact.object


@cache
def load_weights(name: str) -> dict[str, Weights]:
    """The weights of a data file by kind and predicate."""
    rows = (line.split("\t") for line in read_lines(name)[1:])
    return {row[0]: Weights(*map(float, row[1:])) for row in rows}


@Language.factory(
    "calibration",
    requires=["doc._.facts", "doc.spans"],
    assigns=["doc._.facts"],
    default_config={"weights": "calibration.tsv"},
)
def create_calibration(nlp: Language, name: str, weights: str) -> Calibration:  # noqa: ARG001
    """The calibration by the weights of a data file."""
    return Calibration(load_weights(weights))
