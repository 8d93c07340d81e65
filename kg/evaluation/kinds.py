"""What kind of error each mention is: each found mention is laid beside at most one of the gold."""

from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple

from kg.evaluation.annotations import MentionItem
from kg.evaluation.matching import Match

Kind = Literal["right", "type", "bounds", "missed", "spurious"]
KINDS: Final[tuple[Kind, ...]] = ("right", "type", "bounds", "missed", "spurious")


class Pair(NamedTuple):
    """A mention of the gold beside the found one that stands for it; None where there is none on that side.

    `type`: the types differ, and perhaps the bounds too. `bounds`: only the bounds differ.
    """

    kind: Kind
    gold: MentionItem | None
    found: MentionItem | None


def pair_mentions(match: Match) -> list[Pair]:
    """Every mention of an abstract, in the order of the text.

    Equal ones first; then of those left over the ones with equal bounds, then those that share most characters,
    of one type before those of two.
    """
    pairs = [Pair("right", gold, found) for gold, found in match.mentions.right]
    missed, spurious = list(match.mentions.missed), list(match.mentions.spurious)
    for kind, fits in _STEPS:
        for gold, found in _choose(missed, spurious, fits):
            missed.remove(gold)
            spurious.remove(found)
            pairs.append(Pair(kind, gold, found))
    pairs += [Pair("missed", gold, None) for gold in missed]
    pairs += [Pair("spurious", None, found) for found in spurious]
    return sorted(pairs, key=_place)


_Fits = Callable[[MentionItem, MentionItem], bool]
_STEPS: Final[tuple[tuple[Kind, _Fits], ...]] = (
    ("type", lambda gold, found: gold.key[:2] == found.key[:2]),
    ("bounds", lambda gold, found: gold.type == found.type),
    ("type", lambda _gold, _found: True),
)


def _choose(
    missed: Iterable[MentionItem], spurious: list[MentionItem], fits: _Fits
) -> list[tuple[MentionItem, MentionItem]]:
    """Overlapping pairs that fit, each mention once, those that share most characters first."""
    near = [(g, f) for g in missed for f in spurious if g.overlaps(f) and fits(g, f)]
    near.sort(key=lambda pair: (-_shared(*pair), pair[0].key, pair[1].key))
    taken: set[tuple[str, MentionItem]] = set()
    chosen = []
    for gold, found in near:
        sides = {("gold", gold), ("found", found)}
        if not sides & taken:
            taken |= sides
            chosen.append((gold, found))
    return chosen


def _shared(one: MentionItem, other: MentionItem) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _place(pair: Pair) -> tuple[int, int, str]:
    mention = pair.gold or pair.found
    assert mention is not None
    return mention.key
