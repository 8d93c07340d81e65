"""Whether scores are probabilities: what share of the items of each score is right.

The expected calibration error is the mean distance between score and share right over bins of equal width, weighted
by their size (Naeini, Cooper and Hauskrecht 2015).
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from kg.evaluation.matching import Match

SCORED: Final = ("mentions", "roles", "triples", "results")
"""The parts whose items bear a score of their own."""
BINS: Final = 10
_ROUNDING: Final = 1e-9
"""So that 0.3, which binary numbers miss by a hair, falls into the bin that begins with it."""


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """The items with a score from `low` up to `high`: how many, their mean score, and what share of them is right."""

    low: float
    high: float
    items: int
    mean_score: float
    right: float


class Reliability(msgspec.Struct, frozen=True, kw_only=True):
    """How far scores are from shares of right items. `error` is None where there are none; empty bins are absent."""

    items: int
    error: float | None
    bins: tuple[Bin, ...]


def measure_reliability(matches: Iterable[Match]) -> dict[str, Reliability]:
    """The reliability of the scores of each part of `SCORED`."""
    matches = list(matches)
    return {part: judge_scores(_list_scores(matches, part)) for part in SCORED}


def judge_scores(scores: Sequence[tuple[float, bool]]) -> Reliability:
    """The reliability of scores, 0 to 1, each with whether its item is right.

    >>> judge_scores([(0.9, True), (0.9, False)]).error
    0.4
    """
    members: dict[int, list[tuple[float, bool]]] = {}
    for score, right in scores:
        members.setdefault(min(int(score * BINS + _ROUNDING), BINS - 1), []).append((score, right))
    bins = tuple(_make_bin(number, members[number]) for number in sorted(members))
    distance = sum(b.items * abs(b.mean_score - b.right) for b in bins)
    return Reliability(items=len(scores), error=round(distance / len(scores), 6) if scores else None, bins=bins)


def _make_bin(number: int, members: Sequence[tuple[float, bool]]) -> Bin:
    return Bin(
        low=number / BINS,
        high=(number + 1) / BINS,
        items=len(members),
        mean_score=round(sum(score for score, _ in members) / len(members), 6),
        right=round(sum(right for _, right in members) / len(members), 6),
    )


def _list_scores(matches: Iterable[Match], part: str) -> list[tuple[float, bool]]:
    scores = []
    for match in matches:
        judged = match.part(part)
        scores += [(found.score, True) for _, found in judged.right]
        scores += [(found.score, False) for found in judged.spurious]
    return scores
