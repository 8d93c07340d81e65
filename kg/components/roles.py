"""Roles: what each concept is to the paper (proposed, used, compared with, run on, …).

A linear model over all mentions of a concept chooses the role, together with the network where one has read the
paper; polarity decides how it is stated. A concept
that is only negated or hedged is merely mentioned, and its role is kept as a negated or hedged fact. A concept
of a type that the model was not trained on is merely mentioned.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.language.blend import Blend, load_blends, together
from kg.language.linear import Floats, LinearModel, load_model, softmax
from kg.language.network_reading import FactScores, fact_scores
from kg.language.reading import Named, Reading, evidence, read
from kg.language.reasons import Choice, FactReason
from kg.language.role_features import concept_features, mention_features, role_features, sentence_cues
from kg.model import ROLES, EntityType, Fact, Polarity

ROLES_OF: Final[dict[EntityType, tuple[str, ...]]] = {
    "Method": ("uses", "proposes", "compares", "mentions"),
    "Task": ("addresses", "mentions"),
    "Dataset": ("evaluatedOn", "proposes", "mentions"),
    "Hardware": ("runsOn", "proposes", "compares", "mentions"),
    "Metric": ("reports", "proposes", "mentions"),
}
_FAINT: Final = 0.05


def _roles_of(label: EntityType) -> tuple[str, ...]:
    return ROLES_OF.get(label, ("mentions",))


def allowed_columns(label: EntityType) -> list[int]:
    """The columns of a role model that fit concepts of that type."""
    return [ROLES.index(role) for role in ROLES if role in _roles_of(label)]


class Roles:
    """Appends a role fact for every concept; a second role where its probability reaches `second`."""

    def __init__(self, name: str, weights: LinearModel, second: float, blend: Blend | None = None) -> None:
        self.name = name
        self.weights = weights
        self.second = second
        self.blend = blend

    def __call__(self, doc: Doc) -> Doc:
        reading = read(doc)
        found = [self._fact(doc, *role) for role in self.iter_roles(reading, fact_scores(doc, reading))]
        doc._.facts = [*doc._.facts, *found]
        return doc

    def _fact(self, doc: Doc, role: str, score: float, polarity: Polarity, mentions: Sequence[Named]) -> Fact:
        return Fact(
            id="",
            kind="role",
            predicate=role,
            object=mentions[0].concept,
            polarity=polarity,
            score=round(score, 4),
            component=self.name,
            evidence=evidence(doc, mentions),
        )

    def explain_facts(self, doc: Doc) -> Iterator[FactReason]:
        """What speaks for each role, compared with the likeliest other role of the type."""
        reading = read(doc)
        grouped, cues = reading.mentions_by_concept(), sentence_cues(reading)
        for role, score, polarity, shown in self.iter_roles(reading, fact_scores(doc, reading)):
            mentions = grouped[shown[0].concept]
            choice = self.weights.explain(
                "role",
                "role",
                role_features(reading, mentions, cues),
                self.weights.classes.index(role),
                among=allowed_columns(shown[0].type),
            )
            note = self._note(mentions, choice) or together(choice.chance, score)
            fact = self._fact(doc, role, score, polarity, shown)
            yield FactReason(fact, (choice._replace(chance=score, note=note),))

    def _note(self, mentions: Sequence[Named], choice: Choice) -> str:
        said = {m.polarity for m in mentions}
        if "asserted" not in said and (choice.label != "compares" or "negated" not in said):
            return f"every mention is {' or '.join(sorted(said))}, so the concept is merely mentioned"
        if any(other.chance > choice.chance for other in choice.others):
            return f"a second role, which needs a probability of {self.second:g}"
        return ""

    def iter_roles(
        self, reading: Reading, scores: FactScores | None = None
    ) -> Iterator[tuple[str, float, Polarity, list[Named]]]:
        """Role, probability, polarity and the mention that shows it best."""
        grouped = list(reading.mentions_by_concept().values())
        cues, find = sentence_cues(reading), self.weights.find
        single = [[find(mention_features(reading, mention, cues)) for mention in mentions] for mentions in grouped]
        whole = [find(concept_features(reading, mentions, cues)) for mentions in grouped]
        joined = [dict.fromkeys(chain(rows, *found)) for rows, found in zip(whole, single, strict=True)]
        chances = softmax(self.weights.add(joined))
        chances = self._pool(chances, [mentions[0].concept for mentions in grouped], scores)
        weighed = self._weigh(grouped, single)
        for mentions, row in zip(grouped, chances.tolist(), strict=True):
            for role, score, polarity in self._choose(mentions, row):
                column = self.weights.classes.index(role)
                fitting = [m for m in mentions if m.polarity == polarity or role == "mentions"] or mentions
                yield role, score, polarity, [max(fitting, key=lambda m, c=column: (weighed[m.start][c], -m.start))]  # type: ignore[misc]

    def _pool(self, chances: Floats, concepts: Sequence[str], scores: FactScores | None) -> Floats:
        """The probabilities of linear model and network together, for the concepts that the network has."""
        if scores is None or self.blend is None:
            return chances
        said = scores.roles()
        known = [row for row, concept in enumerate(concepts) if concept in said]
        if known:
            chances = chances.copy()
            chances[known] = self.blend.pool(chances[known], np.stack([said[concepts[row]] for row in known]))
        return chances

    def _weigh(self, grouped: Sequence[Sequence[Named]], single: Sequence[list[list[int]]]) -> dict[int, list[float]]:
        """How much each mention of several by itself speaks for each role; `single` are the rows of its features."""
        none = [0.0] * len(self.weights.classes)
        weighed = {m.start: none for mentions in grouped for m in mentions}
        several = [index for index, mentions in enumerate(grouped) if len(mentions) > 1]
        scores = self.weights.add([rows for index in several for rows in single[index]])
        places = (m.start for index in several for m in grouped[index])
        weighed.update(zip(places, scores.tolist(), strict=True))
        return weighed

    def _choose(self, mentions: Sequence[Named], row: Sequence[float]) -> Iterator[tuple[str, float, Polarity]]:
        columns = allowed_columns(mentions[0].type)
        best = max(columns, key=row.__getitem__)
        polarity = _polarity(mentions)
        role, score = self.weights.classes[best], row[best]
        if polarity == "asserted" or (role == "compares" and polarity == "negated"):
            yield role, score, "asserted"
        else:
            core = _roles_of(mentions[0].type)[0]
            chance = row[self.weights.classes.index(core)]
            if core != "mentions" and chance >= _FAINT:
                yield core, chance, polarity
            yield "mentions", row[self.weights.classes.index("mentions")], "asserted"
            return
        if role != "mentions":
            for column in columns:
                other = self.weights.classes[column]
                if column != best and other != "mentions" and row[column] >= self.second:
                    yield other, row[column], "asserted"


def _polarity(mentions: Sequence[Named]) -> Polarity:
    found = {m.polarity for m in mentions}
    return "asserted" if "asserted" in found else "negated" if "negated" in found else "hedged"


@Language.factory(
    "roles",
    requires=["doc.sents", "doc.spans", "span._.concept", "span._.polarity"],
    assigns=["doc._.facts"],
    default_config={"weights": "roles.tsv", "second": 0.45, "blend": "blend.tsv"},
)
def create_roles(nlp: Language, name: str, weights: str, second: float, blend: str) -> Roles:  # noqa: ARG001
    """Roles by the weights in two data files."""
    return Roles(name, load_model(weights), second, load_blends(blend).get("roles"))
