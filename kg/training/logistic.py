"""Multinomial logistic regression on named features: fitted with scipy, written as a table of weights."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from kg.language.linear import LinearModel, parse_model


def fit(
    samples: Sequence[Sequence[str]],
    labels: Sequence[str],
    classes: Sequence[str],
    *,
    penalty: float = 1.0,
    seen: int = 3,
    rounds: int = 120,
) -> LinearModel:
    """The model of least cross entropy plus `penalty` / 2 times the squared weights.

    Features seen fewer than `seen` times are left out; `rounds` bounds the steps of the optimiser.
    """
    counts = Counter(feature for sample in samples for feature in sample)
    rows = {feature: row for row, feature in enumerate(sorted(f for f, n in counts.items() if n >= seen))}
    matrix = _matrix(samples, rows)
    wanted = np.asarray([classes.index(label) for label in labels])
    shape = (len(rows), len(classes))

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(shape)
        scores = matrix @ weights
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        picked = chances[np.arange(len(wanted)), wanted]
        value = -np.log(np.maximum(picked, 1e-300)).sum() + penalty / 2 * (flat @ flat)
        chances[np.arange(len(wanted)), wanted] -= 1
        return float(value), np.asarray(matrix.T @ chances).ravel() + penalty * flat

    start = np.zeros(shape[0] * shape[1])
    found: Any = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": rounds})
    weights = np.vstack([found.x.reshape(shape), np.zeros((1, shape[1]))])
    return LinearModel(tuple(classes), rows, weights)


def _matrix(samples: Sequence[Sequence[str]], rows: dict[str, int]) -> csr_matrix:
    columns: list[int] = []
    starts = [0]
    for sample in samples:
        columns.extend(sorted(rows[f] for f in sample if f in rows))
        starts.append(len(columns))
    return csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(samples), len(rows)))


def to_table(model: LinearModel, *, least: float, digits: int = 2) -> str:
    """The table of weights; per feature the mean over the classes is taken off, then what is below `least` left out."""
    weights = model.weights - model.weights.mean(axis=1, keepdims=True) if least else model.weights
    lines = ["\t".join(("feature", *model.classes))]
    for feature, row in sorted(model.rows.items()):
        cells = [_cell(w, digits) if abs(w) >= least else "" for w in weights[row]]
        if any(cells):
            lines.append("\t".join((feature, *cells)))
    return "\n".join(lines) + "\n"


def _cell(weight: float, digits: int) -> str:
    text = f"{weight:.{digits}f}".rstrip("0").rstrip(".")
    return "" if text in {"0", "-0"} else text


def reduced(model: LinearModel, *, least: float, digits: int = 2) -> LinearModel:
    """The model as its table holds it."""
    return parse_model(to_table(model, least=least, digits=digits))
