"""Intervals by the percentile bootstrap (Efron 1979): the figures of many samples drawn from the same abstracts."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

Bounds = tuple[float, float]
Row = tuple[int, int, int, int]
"""Of one figure: what was found rightly, all that was found, what of the gold was found, all of the gold."""
Link = tuple[Hashable, Hashable]
"""What a mention that both have names: in the gold, and as it was found."""
Linked = Mapping[Link, int]
"""How many mentions of one abstract there are of each Link."""

LEVEL: Final = 0.95
_BATCH: Final = 100
"""Samples that are drawn at once: memory stays small however many abstracts there are."""


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """Where the figures of other samples of such abstracts would lie, 95 times of 100. None: nothing to tell it by."""

    p: Bounds | None
    r: Bounds | None
    f1: Bounds | None


def find_intervals(
    rows: Sequence[Sequence[Row]], linked: Sequence[Linked], *, samples: int, seed: int
) -> list[Interval]:
    """The interval of every figure of `rows` (one list an abstract), then that of pairs of `linked` mentions.

    Samples in which a figure has nothing to count are left out of its interval.
    """
    import numpy as np

    numbers = np.asarray(rows, dtype=np.float64)
    pairs = [_Pairs(linked, of) for of in (lambda link: link, lambda link: link[1], lambda link: link[0])]
    drawn = []
    for weights in _iter_weights(len(numbers), samples, seed):
        sums = np.einsum("sd,dfk->sfk", weights, numbers)
        both, found, gold = (group.count(weights) for group in pairs)
        linking = np.stack([both, found, both, gold], axis=-1)[:, None, :]
        drawn.append(np.concatenate([sums, linking], axis=1))
    table = np.concatenate(drawn)
    return [_summarise(table[:, place]) for place in range(table.shape[1])]


def _iter_weights(documents: int, samples: int, seed: int) -> Iterator["Numbers"]:
    """How often each abstract is in each sample."""
    import numpy as np

    random = np.random.default_rng(seed)
    for start in range(0, samples, _BATCH):
        size = min(_BATCH, samples - start)
        yield random.multinomial(documents, np.full(documents, 1 / documents), size=size).astype(np.float64)


def _summarise(drawn: "Numbers") -> Interval:
    import numpy as np

    right, found, hit, gold = drawn.T
    p = np.divide(right, found, out=np.zeros_like(right), where=found > 0)
    r = np.divide(hit, gold, out=np.zeros_like(hit), where=gold > 0)
    f1 = np.divide(2 * p * r, p + r, out=np.zeros_like(p), where=p + r > 0)
    return Interval(p=_middle(p[found > 0]), r=_middle(r[gold > 0]), f1=_middle(f1[found + gold > 0]))


def _middle(values: "Numbers") -> Bounds | None:
    import numpy as np

    if not values.size:
        return None
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return round(float(low), 4), round(float(high), 4)


class _Pairs:
    """How many pairs of mentions fall into one group, in samples of the abstracts.

    Two copies of one abstract in a sample stand for two abstracts: a mention and its own copy are no pair, as they
    would agree whatever was found.
    """

    def __init__(self, linked: Sequence[Linked], group_of: Callable[[Link], Hashable]) -> None:
        import numpy as np

        groups: dict[Hashable, int] = {}
        cells: dict[tuple[int, int], int] = {}
        for document, counted in enumerate(linked):
            for key, number in counted.items():
                cell = (document, groups.setdefault(group_of(key), len(groups)))
                cells[cell] = cells.get(cell, 0) + number
        self.documents = np.fromiter((d for d, _ in cells), dtype=np.intp, count=len(cells))
        self.groups = np.fromiter((g for _, g in cells), dtype=np.intp, count=len(cells))
        self.numbers = np.fromiter(cells.values(), dtype=np.float64, count=len(cells))
        squares = self.numbers**2
        self.squares = np.bincount(self.documents, squares, minlength=len(linked))
        self.within = np.bincount(self.documents, (squares - self.numbers) / 2, minlength=len(linked))

    def count(self, weights: "Numbers") -> "Numbers":
        """The pairs of each sample, a row of `weights`: between different abstracts, and within each copy."""
        import numpy as np

        between = [
            (np.bincount(self.groups, row[self.documents] * self.numbers) ** 2).sum() - row**2 @ self.squares
            for row in weights
        ]
        counted: Numbers = np.asarray(between) / 2 + weights @ self.within
        return counted
