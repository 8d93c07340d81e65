"""Relations between concepts: usedFor, evaluatedOn, runsOn, comparedWith, measuredBy, partOf, isA.

Candidates are pairs of concepts by their closest mentions; a linear model over types, roles, distance and the
words around and between chooses relation and direction.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.language.linear import LinearModel, load_model
from kg.language.reading import Named, Reading, Scope, evidence, read, roles_of
from kg.language.relation_features import Pair, PairReader, iter_pairs
from kg.language.role_features import sentence_cues
from kg.model import EntityType, Fact, Polarity

_CLAIMS: Final = frozenset({"usedFor", "runsOn", "partOf", "isA"})
_ALLOWED: Final[dict[str, frozenset[tuple[EntityType, EntityType]]]] = {
    "usedFor": frozenset({("Method", "Task"), ("Method", "Method")}),
    "evaluatedOn": frozenset({("Method", "Dataset")}),
    "runsOn": frozenset({("Method", "Hardware"), ("Task", "Hardware")}),
    "comparedWith": frozenset({("Method", "Method"), ("Hardware", "Hardware")}),
    "measuredBy": frozenset({("Method", "Metric"), ("Task", "Metric"), ("Hardware", "Metric")}),
}


class Relations:
    """Appends a relation fact for each pair whose likeliest relation reaches `threshold`.

    Pairs more than `reach` sentences apart count only where the paper proposes one of the two.
    """

    def __init__(self, name: str, weights: LinearModel, threshold: float, reach: int) -> None:
        self.name = name
        self.weights = weights
        self.threshold = threshold
        self.reach = reach

    def __call__(self, doc: Doc) -> Doc:
        reading = read(doc)
        roles = roles_of(doc)
        found = [
            Fact(
                id="",
                kind="relation",
                subject=subject.concept,
                predicate=relation,
                object=target.concept,
                polarity=polarity_of(relation, subject, target, doc._.scopes),
                score=round(score, 4),
                component=self.name,
                evidence=evidence(doc, (subject, target)),
            )
            for relation, score, subject, target in self.iter_relations(reading, roles)
        ]
        doc._.facts = [*doc._.facts, *found]
        return doc

    def iter_relations(self, reading: Reading, roles: dict[str, str]) -> Iterator[tuple[str, float, Named, Named]]:
        """Relation, probability, subject and object, in the order of the pairs."""
        pairs = list(iter_pairs(reading, roles, reach=self.reach))
        reader = PairReader(reading, roles, sentence_cues(reading))
        chances = self.weights.probabilities([reader.features(pair) for pair in pairs])
        related = np.flatnonzero(chances[:, 1:].max(axis=1, initial=0.0) >= self.threshold)
        for index in related.tolist():
            row = chances[index]
            for column in ((-row[1:]).argsort(kind="stable")[:2] + 1).tolist():
                found = _directed(self.weights.classes[column], pairs[index])
                if row[column] >= self.threshold and found is not None:
                    yield found[0], float(row[column]), found[1], found[2]
                    break


def _directed(label: str, pair: Pair) -> tuple[str, Named, Named] | None:
    """Relation, subject and object of a class such as 'usedFor<'; None where their types do not fit."""
    relation, subject, target = label[:-1], pair.left, pair.right
    if label[-1] == "<":
        subject, target = target, subject
    allowed = _ALLOWED.get(relation)
    fits = allowed is None or (subject.type, target.type) in allowed
    return (relation, subject, target) if fits else None


def polarity_of(relation: str, subject: Named, target: Named, scopes: list[Scope]) -> Polarity:
    """Negated where either is, or where a denied claim holds the object; what is compared stays compared."""
    found = {subject.polarity, target.polarity}
    if "hedged" in found:
        return "hedged"
    if "negated" in found and (relation != "comparedWith" or "asserted" not in found):
        return "negated"
    later = max(subject.start, target.start)
    denied = any(s.polarity == "negated" and s.start <= later < s.end for s in scopes)
    return "negated" if denied and relation in _CLAIMS else "asserted"


@Language.factory(
    "relations",
    requires=["doc.sents", "doc.spans", "span._.concept", "span._.polarity", "doc._.scopes"],
    assigns=["doc._.facts"],
    default_config={"weights": "relations.tsv", "threshold": 0.3, "reach": 1},
)
def create_relations(nlp: Language, name: str, weights: str, threshold: float, reach: int) -> Relations:  # noqa: ARG001
    """Relations by the weights in a data file."""
    return Relations(name, load_model(weights), threshold, reach)
