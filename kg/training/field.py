"""Fit the weights of a linear-chain conditional random field by maximum likelihood with scipy's L-BFGS.

Needs scipy, which kg itself does not. The sums run in one order, so that the same input gives the same weights.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from kg.components.phrases import ENDS, LABELS, STARTS, allowed_steps

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
_BATCH: Final = 1000


class Sample(NamedTuple):
    """One sentence: the features of every word as row numbers, and its label."""

    rows: list[list[int]]
    labels: list[int]


class Fitted(NamedTuple):
    """Weights by feature row and label, and from label to label."""

    weights: Floats
    steps: Floats


def fit(samples: Sequence[Sample], rows: int, *, penalty: float, rounds: int) -> Fitted:
    """The weights of least negative log likelihood plus `penalty` / 2 times their squares."""
    task = _Task(sorted((s for s in samples if s.labels), key=lambda s: len(s.labels)), rows, penalty)
    count = len(LABELS)
    start = np.zeros(rows * count + count * count)
    found: Any = minimize(task.loss, start, jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 7})
    weights, steps = task.unpack(found.x)
    return Fitted(weights, np.where(allowed_steps(), steps, 0.0))


class _Task:
    def __init__(self, samples: Sequence[Sample], rows: int, penalty: float) -> None:
        self.rows = rows
        self.penalty = penalty
        self.matrix = _matrix([row for sample in samples for row in sample.rows], rows)
        self.transposed: csr_matrix = self.matrix.T.tocsr()
        self.labels: Whole = np.array([label for sample in samples for label in sample.labels])
        lengths = np.array([len(sample.labels) for sample in samples])
        ends = np.cumsum(lengths)
        self.batches = list(_iter_batches(ends - lengths, lengths))
        self.joined = np.ones(len(self.labels) - 1, dtype=bool)
        self.joined[ends[:-1] - 1] = False
        self.seen_steps: Floats = np.zeros((len(LABELS), len(LABELS)))
        np.add.at(self.seen_steps, (self.labels[:-1][self.joined], self.labels[1:][self.joined]), 1)

    def unpack(self, flat: Floats) -> tuple[Floats, Floats]:
        count = len(LABELS)
        return flat[: self.rows * count].reshape(self.rows, count), flat[self.rows * count :].reshape(count, count)

    def loss(self, flat: Floats) -> tuple[float, Floats]:
        weights, steps = self.unpack(flat)
        scores = np.asarray(self.matrix @ weights.astype(np.float32), dtype=np.float64)
        chances: Floats = np.where(allowed_steps(), np.exp(steps), 0.0)
        gradient: Floats = np.zeros_like(scores)
        expected: Floats = np.zeros_like(chances)
        total = 0.0
        for batch in self.batches:
            value, marginals, pairs = _expect(scores, batch, chances)
            inside = batch >= 0
            gradient[batch[inside]] = marginals[inside]
            expected += pairs
            total += value
        places = np.arange(len(self.labels))
        total -= scores[places, self.labels].sum() + (self.seen_steps * steps).sum()
        gradient[places, self.labels] -= 1
        down = np.asarray(self.transposed @ gradient.astype(np.float32), dtype=np.float64)
        slope = np.concatenate([down.ravel(), np.where(allowed_steps(), expected - self.seen_steps, 0.0).ravel()])
        return float(total + self.penalty / 2 * (flat @ flat)), slope + self.penalty * flat


def _matrix(samples: Sequence[Sequence[int]], rows: int) -> csr_matrix:
    indices = [row for sample in samples for row in sample]
    pointers = np.cumsum([0, *map(len, samples)])
    return csr_matrix((np.ones(len(indices), np.float32), indices, pointers), shape=(len(samples), rows))


def _iter_batches(starts: Whole, lengths: Whole) -> Any:
    """Word numbers of sentences of like length, one sentence a row, filled up with -1."""
    for begin in range(0, len(starts), _BATCH):
        first, size = starts[begin : begin + _BATCH, None], lengths[begin : begin + _BATCH, None]
        places = np.arange(size.max())[None, :]
        yield np.where(places < size, first + places, -1)


def _expect(scores: Floats, batch: Whole, steps: Floats) -> tuple[float, Floats, Floats]:
    """Log normaliser, marginals of the labels and expected steps of one batch (forward-backward, scaled)."""
    inside = batch >= 0
    local = scores[np.maximum(batch, 0)]
    highest = local.max(axis=2, keepdims=True)
    potentials = np.where(inside[:, :, None], np.exp(local - highest), 1.0)
    forward = np.empty_like(potentials)
    total = 0.0
    current = potentials[:, 0] * STARTS
    for t in range(batch.shape[1]):
        if t:
            current = (forward[:, t - 1] @ steps) * potentials[:, t]
        norm = current.sum(axis=1)
        here = inside[:, t]
        total += float(np.where(here, np.log(norm) + highest[:, t, 0], 0.0).sum())
        forward[:, t] = np.where(here[:, None], current / norm[:, None], forward[:, max(t - 1, 0)])
    last = forward[:, -1] * ENDS
    total += float(np.log(last.sum(axis=1)).sum())
    backward = np.empty_like(potentials)
    backward[:, -1] = ENDS / last.sum(axis=1, keepdims=True)
    pairs = np.zeros_like(steps)
    for t in range(batch.shape[1] - 2, -1, -1):
        here = inside[:, t + 1]
        ahead = potentials[:, t + 1] * backward[:, t + 1]
        message = ahead @ steps.T
        norm = (forward[:, t] * message).sum(axis=1)
        share = np.where(here, 1 / norm, 0.0)
        pairs += (forward[:, t] * share[:, None]).T @ ahead
        backward[:, t] = np.where(here[:, None], message / norm[:, None], backward[:, t + 1])
    return total, forward * backward, pairs * steps
