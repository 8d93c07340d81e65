"""How the linear models and the network are weighed where both judge the same: a data file of few weights.

A row is a part, the weight of the logarithm of what the linear model says, that of the network's score, and a
constant where the decision is yes or no. Without a network the linear models decide alone.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.language.document import read_lines
from kg.language.linear import softmax

Floats = NDArray[np.float64]
_LEAST = 1e-4
_SEEN = 0.005


class Blend(NamedTuple):
    """The weights of one part."""

    linear: float
    network: float
    constant: float = 0.0

    def pool(self, chances: Floats, scores: NDArray[np.float32]) -> Floats:
        """Probabilities of classes: a row each, from probabilities of the linear model and scores of the network.

        >>> Blend(1.0, 0.0).pool(np.array([[0.25, 0.75]]), np.array([[9.0, 0.0]], np.float32)).tolist()
        [[0.25, 0.75]]
        """
        return softmax(self.linear * np.log(np.maximum(chances, _LEAST)) + self.network * scores.astype(np.float64))

    def weigh(self, chances: Floats, scores: NDArray[np.float32]) -> Floats:
        """Probabilities of yes, from the same."""
        total = self.constant + self.linear * log_odds(chances) + self.network * scores.astype(np.float64)
        return np.round(1 / (1 + np.exp(-total)), 6)


def log_odds(chances: Floats) -> Floats:
    """The logarithms of the odds, kept off infinity."""
    bounded = np.clip(chances, _LEAST, 1 - _LEAST)
    found: Floats = np.log(bounded / (1 - bounded))
    return found


def together(alone: float, chance: float) -> str:
    """What to say where the network has changed the probability that the linear model gives alone; else nothing."""
    return f"the linear model alone says {alone:.2f}" if abs(alone - chance) > _SEEN else ""


@cache
def load_blends(name: str) -> dict[str, Blend]:
    """The weights of a data file by part."""
    rows = (line.split("\t") for line in read_lines(name)[1:])
    return {row[0]: Blend(*map(float, row[1:])) for row in rows}
