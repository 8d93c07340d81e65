"""Linear models over named features, read from a table of weights.

A table is tab-separated: the header names the classes, each row a feature and its weight for every class
(empty for none). Scores are probabilities by softmax. Features that the table lacks count nothing.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.language.document import data_path
from kg.language.reasons import Choice, Option, Weight

Floats = NDArray[np.float64]


class LinearModel(NamedTuple):
    """Weights by feature and class; `rows` numbers the features, the row after the last is all zero."""

    classes: tuple[str, ...]
    rows: dict[str, int]
    weights: Floats

    def probabilities(self, samples: Sequence[Sequence[str]]) -> Floats:
        """One row a sample, one column a class, rounded to 6 digits; every row sums to one."""
        return softmax(self.scores(samples))

    def scores(self, samples: Sequence[Sequence[str]]) -> Floats:
        """The sums of the weights, before softmax."""
        return self.add([self.find(features) for features in samples])

    def find(self, features: Iterable[str]) -> list[int]:
        """The rows of the features that the table has."""
        return [row for row in map(self.rows.get, features) if row is not None]

    def add(self, samples: Sequence[Iterable[int]]) -> Floats:
        """The sums of the weights of rows, one row a sample."""
        if not samples:
            return np.zeros((0, len(self.classes)))
        flat: list[int] = []
        offsets: list[int] = []
        for rows in samples:
            offsets.append(len(flat))
            flat.append(len(self.rows))
            flat.extend(rows)
        sums: Any = np.add.reduceat(self.weights.take(flat, axis=0), offsets, axis=0)
        return np.asarray(sums, dtype=np.float64)

    def weigh(self, features: Sequence[str], column: int, rival: int) -> tuple[Weight, ...]:
        """What every feature adds to the log odds of one class against another, the strongest first.

        >>> model = parse_model("feature\\tno\\tyes\\nbias\\t1\\t\\nfast\\t\\t2.5\\n")
        >>> model.weigh(["bias", "fast", "slow"], 1, 0)
        (Weight(feature='fast', weight=2.5), Weight(feature='bias', weight=-1.0))
        """
        known = [feature for feature in features if feature in self.rows]
        rows = [self.weights[self.rows[feature]] for feature in known]
        found = [Weight(f, round(float(w[column] - w[rival]), 4)) for f, w in zip(known, rows, strict=True)]
        return tuple(sorted((w for w in found if w.weight), key=lambda w: (-abs(w.weight), w.feature)))

    def explain(
        self, part: str, model: str, features: Sequence[str], column: int, *, among: Sequence[int] = ()
    ) -> Choice:
        """Why that class, compared with the likeliest other of the classes `among` (all of them if empty)."""
        row = self.probabilities([features])[0]
        rivals = sorted({*(among or range(len(self.classes)))} - {column}, key=lambda c: (-row[c], c))
        return Choice(
            part=part,
            model=model,
            label=self.classes[column],
            chance=float(row[column]),
            rival=self.classes[rivals[0]] if rivals else "",
            weights=self.weigh(features, column, rivals[0]) if rivals else (),
            others=tuple(Option(self.classes[c], float(row[c])) for c in rivals),
        )


def softmax(scores: Floats) -> Floats:
    """Row by row; rounded, so that the last bits of different processors do not show."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True)) if len(scores) else scores
    total = shifted.sum(axis=1, keepdims=True)
    return np.round(shifted / total, 6) if len(scores) else scores


@cache
def load_model(name: str) -> LinearModel:
    """The model in the data file of that name."""
    return parse_model(data_path(name).read_text(encoding="utf-8"))


def parse_model(table: str) -> LinearModel:
    """A model from the text of its table.

    >>> model = parse_model("feature\\tno\\tyes\\nbias\\t1\\t\\nfast\\t\\t2.5\\n")
    >>> model.probabilities([["bias", "fast"], ["bias", "slow"]]).argmax(axis=1).tolist()
    [1, 0]
    """
    lines = table.split("\n")
    classes = tuple(lines[0].split("\t")[1:])
    rows: dict[str, int] = {}
    values: list[list[float]] = []
    for line in lines[1:]:
        if line:
            feature, *cells = line.split("\t")
            rows[feature] = len(values)
            values.append([float(cell or 0) for cell in cells])
    values.append([0.0] * len(classes))
    return LinearModel(classes, rows, np.asarray(values, dtype=np.float64))
