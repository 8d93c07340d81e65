"""Relations between concepts: usedFor, evaluatedOn, runsOn, comparedWith, measuredBy, partOf, isA.

Candidates are pairs of concepts by their closest mentions; a linear model over types, roles, distance and the
words around and between chooses relation and direction, together with the network where one has read the paper.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.language.blend import Blend, load_blends, together
from kg.language.linear import Floats, LinearModel, load_model
from kg.language.network_reading import FactScores, fact_scores
from kg.language.reading import Named, Reading, Scope, evidence, read, roles_of
from kg.language.reasons import Choice, FactReason
from kg.language.relation_features import Pair, PairReader, iter_pairs
from kg.language.role_features import sentence_cues
from kg.model import EntityType, Fact, Polarity

_FAINT: Final = 0.05
"""Relations that are less likely are not told of when somebody asks what was left out."""
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

    def __init__(
        self, name: str, weights: LinearModel, threshold: float, reach: int, blend: Blend | None = None
    ) -> None:
        self.name = name
        self.weights = weights
        self.threshold = threshold
        self.reach = reach
        self.blend = blend

    def __call__(self, doc: Doc) -> Doc:
        reading = read(doc)
        roles = roles_of(doc)
        relations = self.iter_relations(reading, roles, fact_scores(doc, reading))
        found = [self._fact(doc, *relation) for relation in relations]
        doc._.facts = [*doc._.facts, *found]
        return doc

    def _fact(self, doc: Doc, relation: str, score: float, subject: Named, target: Named) -> Fact:
        return Fact(
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

    def iter_relations(
        self, reading: Reading, roles: dict[str, str], scores: FactScores | None = None
    ) -> Iterator[tuple[str, float, Named, Named]]:
        """Relation, probability, subject and object, in the order of the pairs."""
        pairs = list(iter_pairs(reading, roles, reach=self.reach))
        reader = PairReader(reading, roles, sentence_cues(reading))
        chances = self._pool(self.weights.probabilities([reader.features(pair) for pair in pairs]), pairs, scores)
        related = np.flatnonzero(chances[:, 1:].max(axis=1, initial=0.0) >= self.threshold)
        for index in related.tolist():
            row = chances[index]
            column = self._choose(pairs[index], row)
            if column is not None:
                relation, subject, target = _directed(self.weights.classes[column], pairs[index])
                yield relation, float(row[column]), subject, target

    def _pool(self, chances: Floats, pairs: Sequence[Pair], scores: FactScores | None) -> Floats:
        """The probabilities of linear model and network together."""
        if scores is None or self.blend is None or not pairs:
            return chances
        return self.blend.pool(chances, scores.relations(pairs))

    def _choose(self, pair: Pair, row: Floats) -> int | None:
        """The likelier of the two likeliest relations whose types fit; None where it is below the threshold."""
        for column in ((-row[1:]).argsort(kind="stable")[:2] + 1).tolist():
            if row[column] >= self.threshold and _fits(*_directed(self.weights.classes[column], pair)):
                return int(column)
        return None

    def explain_facts(self, doc: Doc) -> Iterator[FactReason]:
        """What speaks for each relation, and those that are possible but were left out."""
        reading, roles = read(doc), roles_of(doc)
        reader = PairReader(reading, roles, sentence_cues(reading))
        scores = fact_scores(doc, reading)
        for pair in iter_pairs(reading, roles, reach=self.reach):
            features = reader.features(pair)
            alone = self.weights.probabilities([features])
            row = self._pool(alone, [pair], scores)[0]
            chosen = self._choose(pair, row)
            column = int(row[1:].argmax()) + 1 if chosen is None else chosen
            if chosen is None and row[column] < _FAINT:
                continue
            relation, subject, target = _directed(self.weights.classes[column], pair)
            fact = self._fact(doc, relation, float(row[column]), subject, target)
            choice = _reword(self.weights.explain("relation", "relation", features, column), pair)
            why = "" if chosen is not None else self._why_not(float(row[column]), relation, subject, target)
            note = together(float(alone[0, column]), float(row[column]))
            choice = choice._replace(threshold=self.threshold, chance=float(row[column]), note=note)
            yield FactReason(fact, (choice,), why)

    def _why_not(self, chance: float, relation: str, subject: Named, target: Named) -> str:
        if chance < self.threshold:
            return f"the probability is below {self.threshold:g}"
        return f"{relation} does not lead from {subject.type} to {target.type}"


def _directed(label: str, pair: Pair) -> tuple[str, Named, Named]:
    """Relation, subject and object of a class such as 'usedFor<'."""
    relation, subject, target = label[:-1], pair.left, pair.right
    return (relation, target, subject) if label[-1] == "<" else (relation, subject, target)


def _reword(choice: Choice, pair: Pair) -> Choice:
    """The choice with its classes as statements about the pair."""

    def say(label: str) -> str:
        if label[-1] not in "<>":
            return "no relation"
        relation, subject, target = _directed(label, pair)
        return f"{subject.concept} {relation} {target.concept}"

    others = tuple(other._replace(label=say(other.label)) for other in choice.others if other.chance >= _FAINT)
    names = (pair.left.concept, pair.right.concept)
    return choice._replace(label=say(choice.label), rival=say(choice.rival), others=others, names=names)


def _fits(relation: str, subject: Named, target: Named) -> bool:
    """Whether the relation may lead from the type of the one to that of the other."""
    allowed = _ALLOWED.get(relation)
    return allowed is None or (subject.type, target.type) in allowed


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
    default_config={"weights": "relations.tsv", "threshold": 0.3, "reach": 1, "blend": "blend.tsv"},
)
def create_relations(
    nlp: Language,  # noqa: ARG001
    name: str,
    weights: str,
    threshold: float,
    reach: int,
    blend: str,
) -> Relations:
    """Relations by the weights in two data files."""
    return Relations(name, load_model(weights), threshold, reach, load_blends(blend).get("relations"))
