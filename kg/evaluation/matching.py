"""Lay what was found beside the gold, abstract by abstract, and tell what is right, missed and spurious.

Names of concepts are free: those that were found are first aligned with those of the gold by the mentions that both
share. What counts as equal is the annotation guideline's: a mention by span and type, a role by concept and name, a
triple by its three parts (comparisons either way round), a result by metric and value.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

from kg.evaluation.annotations import Annotation, MentionItem, ResultItem, RoleItem, TripleItem

Item = TypeVar("Item")
Name = tuple[bool, str]
"""A concept: by its name in the gold (True), or by that which was found where the gold has none such."""
TypedConcept = tuple[str, str]
"""The type of a mention, and the concept that it names."""

PARTS: Final = (
    *("concepts", "roles", "core_roles", "triples"),
    *("results", "result_values", "result_units", "result_links"),
)
"""What is scored beside mentions, in the order of the figures."""
_EXACT: Final = 10
"""How many overlaps one equal span is worth when concepts are aligned."""


class Comparison(NamedTuple, Generic[Item]):
    """One part of one abstract: the pairs (gold, found) that agree, what was missed, what is spurious."""

    right: tuple[tuple[Item, Item], ...]
    missed: tuple[Item, ...]
    spurious: tuple[Item, ...]

    def counts(self, keep: Callable[[Item], bool] = lambda _: True) -> tuple[int, int, int]:
        """How many are right, found, and in the gold, of the items to keep."""
        right = sum(keep(gold) for gold, _ in self.right)
        return right, right + sum(map(keep, self.spurious)), right + sum(map(keep, self.missed))


class ConceptItem(NamedTuple):
    """A concept that mentions name, with the types of its mentions."""

    name: str
    types: tuple[str, ...]


class LinkItem(NamedTuple):
    """A concept that stands in a slot of a result."""

    value: str | int | float
    slot: str
    concept: str
    score: float


class Match(NamedTuple):
    """One abstract, the gold beside what was found.

    `names` gives the gold's name for concepts that were found; `overlaps` are the found mentions that overlap a gold
    one of their type and how many there are, then the same of the gold; `linked` are the concepts of mentions that
    both have, as the gold and as was found.
    """

    gold: Annotation
    found: Annotation
    names: Mapping[str, str]
    overlaps: tuple[int, int, int, int]
    linked: Sequence[tuple[TypedConcept, TypedConcept]]
    mentions: Comparison[MentionItem]
    concepts: Comparison[ConceptItem]
    roles: Comparison[RoleItem]
    core_roles: Comparison[RoleItem]
    triples: Comparison[TripleItem]
    results: Comparison[ResultItem]
    result_values: Comparison[ResultItem]
    result_units: Comparison[ResultItem]
    result_links: Comparison[LinkItem]

    def part(self, name: str) -> Comparison[Any]:
        """One of `PARTS`."""
        found: Comparison[Any] = getattr(self, name)
        return found


def match_all(golds: Iterable[Annotation], found: Mapping[str, Annotation], *, min_score: float = 0.0) -> list[Match]:
    """Every abstract of the gold beside what was found in it; nothing where `found` does not have its id."""
    return [match_abstract(gold, found.get(gold.id, Annotation(id=gold.id)), min_score=min_score) for gold in golds]


def match_abstract(gold: Annotation, found: Annotation, *, min_score: float = 0.0) -> Match:
    """Compare one abstract. What was found with a score below `min_score` serves to align concepts and nothing else.

    >>> from kg.evaluation.annotations import MentionItem
    >>> gpu = MentionItem(start=0, end=3, type="Hardware", concept="GPU")
    >>> match_abstract(Annotation(id="p", mentions=(gpu,)), Annotation(id="p")).mentions.counts()
    (0, 0, 1)
    """
    names = align(gold.mentions, found.mentions)
    mentions = [m for m in found.mentions if m.score >= min_score]
    roles = [r for r in found.roles if r.score >= min_score]
    results = [r for r in found.results if r.score >= min_score]
    core = ([r for r in items if r.role != "mentions"] for items in (gold.roles, roles))
    by_key = {m.key: m.concept for m in gold.mentions}
    judge = _Judge(names, known=frozenset(m.concept for m in gold.mentions))
    return Match(
        gold=gold,
        found=found,
        names=names,
        overlaps=(*_count_overlaps(mentions, gold.mentions), *_count_overlaps(gold.mentions, mentions)),
        linked=[((m.type, by_key[m.key]), (m.type, m.concept)) for m in mentions if m.key in by_key],
        mentions=_compare(
            _once(gold.mentions, _mention_key), _once(mentions, _mention_key), _mention_key, _mention_key
        ),
        concepts=_compare(
            _gather(gold.mentions), _gather(mentions), lambda c: _in_gold(c.name), lambda c: judge.name(c.name)
        ),
        roles=judge.compare_roles(gold.roles, roles),
        core_roles=judge.compare_roles(*core),
        triples=judge.compare_triples(gold.triples, [t for t in found.triples if t.score >= min_score]),
        results=_compare(gold.results, results, judge.gold_result, judge.found_result),
        result_values=_compare(gold.results, results, lambda r: parse_value(r.value), lambda r: parse_value(r.value)),
        result_units=_compare(gold.results, results, _quantity, _quantity),
        result_links=_compare(
            _link(gold.results),
            _link(results),
            lambda link: (parse_value(link.value), link.slot, _in_gold(link.concept)),
            lambda link: (parse_value(link.value), link.slot, judge.name(link.concept)),
        ),
    )


def align(gold: Sequence[MentionItem], found: Sequence[MentionItem]) -> dict[str, str]:
    """The gold's name for each concept found, one to one: those first whose mentions share most.

    Equal spans count ten times an overlap; mentions of different types share nothing.
    """
    shared: Counter[tuple[str, str]] = Counter()
    for one in found:
        for other in gold:
            if one.type == other.type and one.overlaps(other):
                shared[one.concept, other.concept] += _EXACT if one.key == other.key else 1
    names: dict[str, str] = {}
    taken: set[str] = set()
    for (name, meant), _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        if name not in names and meant not in taken:
            names[name] = meant
            taken.add(meant)
    return names


def parse_value(value: str | int | float) -> float | str:
    """A stated value as a number, or in small letters where it is none.

    >>> parse_value("1,200"), parse_value("\u22123.5 %"), parse_value("Twice")
    (1200.0, -3.5, 'twice')
    """
    text = str(value).replace(",", "").replace("\u2212", "-").strip().rstrip("%x\u00d7").strip()
    try:
        return float(text)
    except ValueError:
        return text.lower()


class _Judge:
    """Tells which concepts, roles, triples and metrics of one abstract are the same."""

    def __init__(self, names: Mapping[str, str], *, known: frozenset[str]) -> None:
        self.names = names
        self.known = known

    def name(self, found: str) -> Name:
        return (True, self.names[found]) if found in self.names else (False, found)

    def compare_roles(self, gold: Iterable[RoleItem], found: Iterable[RoleItem]) -> Comparison[RoleItem]:
        def gold_key(item: RoleItem) -> Hashable:
            return (_in_gold(item.concept), item.role)

        def found_key(item: RoleItem) -> Hashable:
            return (self.name(item.concept), item.role)

        return _compare(_once(gold, gold_key), _once(found, found_key), gold_key, found_key)

    def compare_triples(self, gold: Iterable[TripleItem], found: Iterable[TripleItem]) -> Comparison[TripleItem]:
        def gold_key(item: TripleItem) -> Hashable:
            return _statement(_in_gold(item.subject), item.relation, _in_gold(item.object))

        def found_key(item: TripleItem) -> Hashable:
            return _statement(self.name(item.subject), item.relation, self.name(item.object))

        return _compare(_once(gold, gold_key), _once(found, found_key), gold_key, found_key)

    def gold_result(self, item: ResultItem) -> Hashable:
        metric = item.metric if item.metric in self.known else plain(item.metric or "")
        return (metric if item.metric else None, parse_value(item.value))

    def found_result(self, item: ResultItem) -> Hashable:
        metric = self.names.get(item.metric or "") or plain(item.metric or "")
        return (metric if item.metric else None, parse_value(item.value))


def plain(name: str) -> str:
    """A metric or unit that no mention names, so that case, hyphens and blanks make no difference.

    >>> plain("Speed-Up  factor")
    'speed up factor'
    """
    return " ".join(name.casefold().replace("-", " ").split())


def _in_gold(name: str) -> Name:
    return (True, name)


def _mention_key(mention: MentionItem) -> Hashable:
    return mention.key


def _statement(subject: Name, relation: str, target: Name) -> Hashable:
    if relation == "comparedWith":
        return (relation, frozenset((subject, target)))
    return (relation, subject, target)


def _quantity(item: ResultItem) -> Hashable:
    return (parse_value(item.value), plain(item.unit or ""), item.comparator or "=")


def _link(results: Iterable[ResultItem]) -> list[LinkItem]:
    return [LinkItem(r.value, slot, concept, r.score) for r in results for slot, concept in r.links()]


def _gather(mentions: Iterable[MentionItem]) -> list[ConceptItem]:
    types: dict[str, dict[str, None]] = {}
    for mention in mentions:
        types.setdefault(mention.concept, {})[mention.type] = None
    return [ConceptItem(name, tuple(found)) for name, found in types.items()]


def _count_overlaps(mentions: Sequence[MentionItem], others: Sequence[MentionItem]) -> tuple[int, int]:
    hit = sum(any(m.type == other.type and m.overlaps(other) for other in others) for m in mentions)
    return hit, len(mentions)


def _score(item: object) -> float:
    score: float = getattr(item, "score", 1.0)
    return score


def _once(items: Iterable[Item], key: Callable[[Item], Hashable]) -> list[Item]:
    """The best scored item of each key, in the order in which the keys come up."""
    best: dict[Hashable, Item] = {}
    for item in items:
        known = best.setdefault(key(item), item)
        if _score(item) > _score(known):
            best[key(item)] = item
    return list(best.values())


def _compare(
    gold: Iterable[Item],
    found: Sequence[Item],
    gold_key: Callable[[Item], Hashable],
    found_key: Callable[[Item], Hashable],
) -> Comparison[Item]:
    """Pair items of equal keys, each at most once, the best scored first."""
    waiting: dict[Hashable, list[Item]] = {}
    for item in gold:
        waiting.setdefault(gold_key(item), []).append(item)
    partner: dict[int, Item] = {}
    for place in sorted(range(len(found)), key=lambda place: -_score(found[place])):
        if same := waiting.get(found_key(found[place])):
            partner[place] = same.pop(0)
    return Comparison(
        right=tuple((partner[place], found[place]) for place in sorted(partner)),
        missed=tuple(item for same in waiting.values() for item in same),
        spurious=tuple(item for place, item in enumerate(found) if place not in partner),
    )
