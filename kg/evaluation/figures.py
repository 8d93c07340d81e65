"""Precision, recall and F1 of every part, summed over abstracts, with bootstrap intervals."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from kg.evaluation.bootstrap import Interval, Linked, Row, find_intervals
from kg.evaluation.matching import PARTS, Match
from kg.model import ENTITY_TYPES

LINKING: Final = "linking_pairs"
OVERLAP: Final = "mentions_overlap"


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Precision, recall and F1, 0 to 1, and the counts behind them: right, predicted, in the gold.

    Counts are None where precision and recall count different things. `interval` is None where none was asked for.
    """

    p: float
    r: float
    f1: float
    tp: int | None = None
    pred: int | None = None
    gold: int | None = None
    interval: Interval | None = None


class Counts(NamedTuple):
    """The rows of each abstract by figure, and the links between the mentions of all of them."""

    names: list[str]
    rows: list[list[Row]]
    linked: list[Linked]


def measure(matches: Sequence[Match], *, samples: int = 1000, seed: int = 0) -> dict[str, Figure]:
    """The figures by name: `mentions`, by type, and every other part.

    Intervals come from drawing the abstracts anew `samples` times, from 0 (no intervals) up. Equal seeds give equal
    intervals; fewer than two abstracts give none.
    """
    counts = count(matches)
    totals = [_total(column) for column in zip(*counts.rows, strict=True)] if counts.rows else []
    totals.append(_count_linking(counts.linked))
    intervals: list[Interval | None] = [None] * len(totals)
    if samples and len(matches) > 1:
        intervals = [*find_intervals(counts.rows, counts.linked, samples=samples, seed=seed)]
    return {
        name: make_figure(row, counted=name != OVERLAP, interval=interval)
        for name, row, interval in zip([*counts.names, LINKING], totals, intervals, strict=True)
    }


def count(matches: Iterable[Match]) -> Counts:
    """What the figures are summed from."""
    matches = list(matches)
    types = _list_types(matches)
    names = ["mentions", OVERLAP, *(f"mentions.{name}" for name in types), *PARTS]
    return Counts(
        names=names,
        rows=[_count_one(match, types) for match in matches],
        linked=[Counter((gold, found) for gold, found in match.linked) for match in matches],
    )


def make_figure(row: Row, *, counted: bool = True, interval: Interval | None = None) -> Figure:
    """The figures that counts give; 0 where nothing was found, or nothing is in the gold.

    >>> make_figure((1, 2, 1, 4)).f1
    0.3333333333333333
    """
    right, found, hit, gold = row
    p = right / found if found else 0.0
    r = hit / gold if gold else 0.0
    f1 = 2 * p * r / (p + r) if p + r else 0.0
    if not counted:
        return Figure(p=p, r=r, f1=f1, interval=interval)
    return Figure(p=p, r=r, f1=f1, tp=right, pred=found, gold=gold, interval=interval)


def _list_types(matches: Iterable[Match]) -> list[str]:
    """The types that models know, then any other that occurs."""
    seen = {m.type for match in matches for side in (match.gold, match.found) for m in side.mentions}
    return [*ENTITY_TYPES, *sorted(seen.difference(ENTITY_TYPES))]


def _count_one(match: Match, types: Iterable[str]) -> list[Row]:
    exact = [match.mentions.counts()]
    typed = [match.mentions.counts(lambda m, name=name: m.type == name) for name in types]  # type: ignore[misc]
    parts = [match.part(name).counts() for name in PARTS]
    rows: list[Row] = [(right, found, right, gold) for right, found, gold in (*exact, *typed, *parts)]
    right, found, hit, gold = match.overlaps
    rows.insert(1, (right, found, hit, gold))
    return rows


def _total(column: Iterable[Row]) -> Row:
    right, found, hit, gold = (sum(numbers) for numbers in zip(*column, strict=True))
    return right, found, hit, gold


def _count_linking(linked: Iterable[Linked]) -> Row:
    """Of all pairs of mentions, in whatever abstracts: those that name one concept in both, as found, in the gold."""
    both: Counter[object] = Counter()
    gold: Counter[object] = Counter()
    found: Counter[object] = Counter()
    for counted in linked:
        for (one, other), number in counted.items():
            both[one, other] += number
            gold[one] += number
            found[other] += number
    right, of_gold, of_found = (sum(n * (n - 1) // 2 for n in groups.values()) for groups in (both, gold, found))
    return right, of_found, right, of_gold
