"""Why each fact was written, and which were not."""

from collections.abc import Iterator, Sequence
from typing import Final

from kg.explain import values
from kg.explain.features import to_words
from kg.explain.places import Places
from kg.explain.watching import Watched
from kg.language import reasons
from kg.language.reasons import FactReason
from kg.model import Fact, Result

Key = tuple[object, ...]
_REPEATED: Final = "it says what another fact says, which has a higher score"


class Facts:
    """The facts of one watched abstract; at most `strongest` features are shown for a choice, and as many against."""

    def __init__(self, watched: Watched, places: Places, *, strongest: int) -> None:
        self.watched = watched
        self.places = places
        self.strongest = strongest
        self.reasons: dict[Key, list[FactReason]] = {}
        told = [r._replace(fact=places.of_fact(r.fact)) for found in watched.facts.values() for r in found]
        self.passed_over = [reason for reason in told if reason.left_out]
        for reason in told:
            if not reason.left_out:
                self.reasons.setdefault(_key(reason.fact), []).append(reason)
        self.steps = [(step.component, [places.of_fact(fact) for fact in step.facts]) for step in watched.steps]
        self.histories = _hear(self.steps)

    def written(self) -> Iterator[values.Fact]:
        """The facts of the Extraction, in its order."""
        for fact in self.watched.extraction.facts:
            choices = tuple(c for reason in self.reasons.get(_key(fact), ()) for c in reason.choices)
            yield self._show(fact, choices)

    def left_out(self) -> Iterator[values.Fact]:
        """The facts that a component considered, the likeliest first."""
        for reason in sorted([*self.passed_over, *self._iter_lost()], key=lambda r: -r.fact.score):
            yield self._show(reason.fact, reason.choices, reason.left_out)

    def _iter_lost(self) -> Iterator[FactReason]:
        """Facts that were written and did not stay."""
        kept = {_key(fact) for fact in self.watched.extraction.facts}
        last: dict[Key, tuple[int, Fact]] = {}
        for number, (_, facts) in enumerate(self.steps):
            last.update((_key(fact), (number, fact)) for fact in facts)
        for key, (number, fact) in last.items():
            if key not in kept:
                gone = number + 1 < len(self.steps)
                why = f"dropped by {self.steps[number + 1][0]}" if gone else _REPEATED
                choices = tuple(c for reason in self.reasons.get(key, ()) for c in reason.choices)
                yield FactReason(fact, choices, why)

    def _show(self, fact: Fact, choices: Sequence[reasons.Choice], left_out: str | None = None) -> values.Fact:
        return values.Fact(
            id=fact.id,
            kind=fact.kind,
            subject=fact.subject,
            predicate=fact.predicate,
            object=fact.object,
            polarity=fact.polarity,
            score=round(fact.score, 3),
            component=fact.component,
            evidence=fact.evidence,
            sentences=self.places.sentences(fact.evidence),
            scopes=self.places.show_scopes(self.places.scopes_of_fact(fact)),
            choices=tuple(self._show_choice(choice) for choice in choices),
            history=tuple(self.histories.get(_key(fact), ())),
            left_out=left_out,
        )

    def _show_choice(self, choice: reasons.Choice) -> values.Choice:
        features = [
            values.Feature(name=w.feature, words=to_words(choice.model, w.feature, choice.names), weight=w.weight)
            for w in choice.weights
        ]
        return values.Choice(
            part=choice.part,
            label=choice.label or None,
            probability=round(choice.chance, 3),
            threshold=choice.threshold,
            against=choice.rival or None,
            features_for=tuple(f for f in features if f.weight > 0)[: self.strongest],
            features_against=tuple(f for f in features if f.weight < 0)[: self.strongest],
            others=tuple(values.Other(label=o.label, probability=round(o.chance, 3), why=o.why) for o in choice.others),
            note=choice.note,
        )


def _key(fact: Fact) -> Key:
    """What stays of a fact while components score it anew and the pipeline settles its names and its id."""
    named: object = fact.object
    if isinstance(fact.object, Result):
        r = fact.object
        named = (r.value, r.unit, r.comparator, r.quote)
    evidence = frozenset((s.field, s.start, s.end) for s in fact.evidence)
    return (fact.kind, fact.subject, fact.predicate, named, fact.polarity, evidence)


def _hear(steps: Sequence[tuple[str, list[Fact]]]) -> dict[Key, list[values.Said]]:
    """Every change of a fact's score, in the order of the pipeline."""
    histories: dict[Key, list[values.Said]] = {}
    before: dict[Key, float] = {}
    for component, facts in steps:
        now = {_key(fact): round(fact.score, 3) for fact in facts}
        for key, score in now.items():
            if score != before.get(key):
                histories.setdefault(key, []).append(values.Said(component=component, score=score))
        before = now
    return histories
