"""What the page of errors shows, as plain values for its template."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kg.evaluation.annotations import MentionItem, ResultItem
from kg.evaluation.kinds import KINDS, Kind, Pair, pair_mentions
from kg.evaluation.matching import Comparison, ConceptItem, Item, Match
from kg.model import RESULT_LINKS
from kg.schema import type_names
from kg.viz.wording import relation_label, type_looks

LABELS: Final[dict[Kind, str]] = {
    "right": "right",
    "type": "wrong type",
    "bounds": "wrong bounds",
    "missed": "missed",
    "spurious": "spurious",
}
SIGNS: Final[dict[Kind, str]] = {"right": "✓", "type": "⇄", "bounds": "↔", "missed": "−", "spurious": "+"}
MEANINGS: Final[dict[Kind, str]] = {
    "right": "found as it is in the gold",
    "type": "found, but as another type",
    "bounds": "found, but longer, shorter or shifted",
    "missed": "in the gold, not found",
    "spurious": "found, not in the gold",
}
FACTS: Final = {"concepts": "Concepts", "roles": "Roles", "triples": "Triples", "results": "Results"}


class Piece(NamedTuple):
    """A stretch of a text. `kind` is None where it is no mention; `type` is the number of its type.

    A mention's first word is in `lead`: no line ends between it and the shape of its type. `other` is the number of
    the type that the other side gives, where the types differ.
    """

    text: str
    kind: Kind | None = None
    type: int = 0
    note: str = ""
    lead: str = ""
    other: int | None = None


class Line(NamedTuple):
    """One concept, role, triple or result, as text; `types` are the numbers of the types it speaks of."""

    kind: Kind
    text: str
    types: tuple[int, ...]
    note: str = ""


class Content:
    """The abstracts of an evaluation ready for the page; types are numbered, as their names may be anything."""

    def __init__(self, matches: Sequence[Match]) -> None:
        self.matches = matches
        self._pairs = [pair_mentions(match) for match in matches]
        self.types = self._list_types()
        self._numbers = {look["name"]: number for number, look in enumerate(self.types)}

    def papers(self) -> list[dict[str, Any]]:
        """Each abstract: its two texts in pieces, its facts by part, and how many errors it has."""
        return [self._paper(match, pairs) for match, pairs in zip(self.matches, self._pairs, strict=True)]

    def mention_counts(self) -> list[tuple[int, list[int]]]:
        """For each type that occurs, by number, how many mentions there are of each kind; a gold's type goes first."""
        counted: Counter[tuple[str, Kind]] = Counter()
        for pair in (pair for pairs in self._pairs for pair in pairs):
            counted[_type_of(pair), pair.kind] += 1
        return [(n, [counted[look["name"], kind] for kind in KINDS]) for n, look in enumerate(self.types)]

    def fact_counts(self) -> list[tuple[str, list[int | None]]]:
        """For each part, how many of its items are of each kind; None for kinds that only mentions have."""
        rows: list[tuple[str, list[int | None]]] = []
        for part, label in FACTS.items():
            judged = [match.part(part) for match in self.matches]
            right, missed, spurious = (sum(len(j[side]) for j in judged) for side in range(3))
            rows.append((label, [right, None, None, missed, spurious]))
        return rows

    def _list_types(self) -> list[dict[str, str]]:
        looks = {look["name"]: look for look in type_looks()}
        used = {m.type for pairs in self._pairs for pair in pairs for m in (pair.gold, pair.found) if m is not None}
        known = [looks[name] for name in type_names() if name in used]
        return known + [{**looks["Concept"], "name": name, "label": name} for name in sorted(used - set(type_names()))]

    def _paper(self, match: Match, pairs: Sequence[Pair]) -> dict[str, Any]:
        types = self._concept_types(match)
        facts = {
            "Concepts": _lines(match.concepts, types, lambda c: c.name, lambda c: (c.name,), note=_tell_alias),
            "Roles": _lines(
                match.roles, types, lambda r: f"{r.concept}: {relation_label(r.role)}", lambda r: (r.concept,)
            ),
            "Triples": _lines(
                match.triples,
                types,
                lambda t: f"{t.subject} → {relation_label(t.relation)} → {t.object}",
                lambda t: (t.subject, t.object),
            ),
            "Results": _lines(
                match.results,
                types,
                _tell_result,
                lambda r: [concept for _, concept in (*r.links(), ("metric", r.metric or ""))],
                note=lambda gold, found: "; ".join(_differences(gold, found, match)),
            ),
        }
        lines = [line for part in facts.values() for line in part]
        kinds = Counter([pair.kind for pair in pairs] + [line.kind for line in lines])
        return {
            "id": match.gold.id,
            "title": match.gold.title or "",
            "gold": self._pieces(match.gold.text, [(p.gold, p) for p in pairs if p.gold]),
            "found": self._pieces(match.gold.text, [(p.found, p) for p in pairs if p.found]),
            "facts": facts,
            "errors": sum(number for kind, number in kinds.items() if kind != "right"),
        }

    def _pieces(self, text: str, marks: Sequence[tuple[MentionItem, Pair]]) -> list[Piece]:
        """The text cut at its mentions. A mention that begins inside another one comes after it, between brackets."""
        pieces: list[Piece] = []
        done = 0
        for mention, pair in sorted(marks, key=lambda mark: (mark[0].start, -mark[0].end)):
            stretch = text[mention.start : mention.end]
            if mention.start < done:
                stretch = f"[{stretch}]"
            elif mention.start > done:
                pieces.append(Piece(text[done : mention.start]))
            lead, *rest = re.split(r"(?=\s)", stretch, maxsplit=1)
            partner = _other(mention, pair)
            pieces.append(
                Piece(
                    text="".join(rest),
                    kind=pair.kind,
                    type=self._numbers[mention.type],
                    note=f"concept: {mention.concept}",
                    lead=lead,
                    other=self._numbers[partner.type] if partner and pair.kind == "type" else None,
                )
            )
            done = max(done, mention.end)
        return [*pieces, Piece(text[done:])] if done < len(text) else pieces

    def _concept_types(self, match: Match) -> dict[str, tuple[int, ...]]:
        types: dict[str, dict[int, None]] = {}
        for mention in (*match.gold.mentions, *match.found.mentions):
            if mention.type in self._numbers:
                types.setdefault(mention.concept, {})[self._numbers[mention.type]] = None
        return {name: tuple(numbers) for name, numbers in types.items()}


def _type_of(pair: Pair) -> str:
    mention = pair.gold or pair.found
    assert mention is not None
    return mention.type


def _other(mention: MentionItem, pair: Pair) -> MentionItem | None:
    return pair.found if mention is pair.gold else pair.gold


def _lines(
    judged: Comparison[Item],
    types: Mapping[str, tuple[int, ...]],
    tell: Callable[[Item], str],
    names: Callable[[Item], Iterable[str]],
    *,
    note: Callable[[Item, Item], str] = lambda _gold, _found: "",
) -> list[Line]:
    """The right, the missed, the spurious, each told by `tell`; `note` says how a right one differs."""

    def line(kind: Kind, item: Item, said: str = "") -> Line:
        numbers = dict.fromkeys(number for name in names(item) for number in types.get(name, ()))
        return Line(kind, tell(item), tuple(numbers), said)

    return [
        *(line("right", gold, note(gold, found)) for gold, found in judged.right),
        *(line("missed", item) for item in judged.missed),
        *(line("spurious", item) for item in judged.spurious),
    ]


def _tell_alias(gold: ConceptItem, found: ConceptItem) -> str:
    return "" if gold.name == found.name else f"found as {found.name}"


def _tell_result(result: ResultItem) -> str:
    sign = "" if result.comparator in (None, "=") else f"{result.comparator} "
    unit = f" {result.unit}" if result.unit else ""
    links = "".join(f" · {slot} {concept}" for slot, concept in result.links())
    return f"{result.metric or 'no metric'}: {sign}{result.value}{unit}{links}"


def _differences(gold: ResultItem, found: ResultItem, match: Match) -> Iterable[str]:
    """What of a right result is not as in the gold, slot by slot."""
    pairs = [("unit", gold.unit, found.unit), ("comparator", gold.comparator or "=", found.comparator or "=")]
    pairs += [(slot, getattr(gold, slot), getattr(found, slot)) for slot in RESULT_LINKS]
    for slot, meant, said in pairs:
        if (match.names.get(said or "") or said or "") != (meant or ""):
            yield f"{slot}: gold {meant or 'none'}, found {said or 'none'}"
