"""The neural network in numpy and ONNX Runtime: vectors of words, chances of spans, scores of facts.

The encoder runs in ONNX Runtime, one text at a time on one thread, so that no other text and no number of workers
changes a result; the heads are small and run in numpy. `kg.training.neural.network` has the same heads for
training and names the sources of the method.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from kg.errors import KgError
from kg.language.document import data_path
from kg.language.encoding import HINTS, LOOKS
from kg.model import ENTITY_TYPES

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
P = ParamSpec("P")
T = TypeVar("T")

MANIFEST: Final = "network/network.json"
_APART: Final = np.array([1, 2, 3, 4, 5, 8, 12, 18, 28, 45, 80])
_BUCKETS: Final = len(_APART) + 1
_MANY: Final = 5
_BLOCK: Final = 32
"""Spans are scored for so many first words at once: most products then belong to spans that are short enough."""
# Abramowitz and Stegun, Handbook of Mathematical Functions (1964), formula 7.1.26: error below 1.5e-7
_ERF: Final = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)
_ERF_STEP: Final = 0.3275911


def one_thread(function: Callable[P, T]) -> Callable[P, T]:
    """Small products gain nothing from threads, and their number must not change a result."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with _controller().limit(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return run


@cache
def _controller() -> "ThreadpoolController":
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


class Words(NamedTuple):
    """A text as numbers. `pieces` has both marks; `starts` and `ends` give first and last piece of each word."""

    pieces: list[int]
    starts: list[int]
    ends: list[int]
    looks: list[int]
    hints: list[list[int]]


class Vectors(NamedTuple):
    """The vectors of the first and the last piece of every word: twice (words, hidden)."""

    first: Floats
    last: Floats


class Marks(NamedTuple):
    """Mentions of one text for the fact heads: (first word, last word, concept) each, concepts numbered from 0;
    the number of the type of each concept; how many words the title has."""

    mentions: Sequence[tuple[int, int, int]]
    types: Sequence[int]
    title: int


class Network:
    """Encoder session and head weights."""

    def __init__(self, session: Any, weights: Mapping[str, Floats]) -> None:
        self.session = session
        self.weights = weights
        self.width = len(weights["spans.gold.width"])

    def encode(self, words: Words) -> Vectors:
        """The vectors of the words of one text."""
        states = self.session.run(None, self.inputs(words))[0][0]
        return Vectors(states[words.starts], states[words.ends])

    def inputs(self, words: Words) -> dict[str, NDArray[Any]]:
        """What the encoder session is given for one text."""
        return {"pieces": np.array([words.pieces]), "extra": self._extra(words)}

    def _extra(self, words: Words) -> Floats:
        """What is added to each piece: how its word looks and what the vocabulary hints of it."""
        look, hint = self.weights["look.weight"], self.weights["hint.weight"]
        rows = look[words.looks].copy()
        for row, found in enumerate(words.hints):
            if found:
                rows[row] += hint[found].sum(axis=0)
        extra = np.repeat(look[len(LOOKS)][None], len(words.pieces), axis=0)
        lengths = np.array(words.ends) - np.array(words.starts) + 1
        extra[1 : 1 + int(lengths.sum())] = np.repeat(rows, lengths, axis=0)
        return np.ascontiguousarray(extra[None], dtype=np.float32)

    def _linear(self, x: Floats, name: str) -> Floats:
        return x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    @one_thread
    def spans(self, vectors: Vectors, head: str = "gold") -> Floats:
        """Logarithms of the chances of every span: (words, widths, labels), label 0 being none.

        Spans that leave the text have no meaning.
        """
        path = f"spans.{head}"
        first = gelu(self._linear(vectors.first, f"{path}.first"))
        last = gelu(self._linear(vectors.last, f"{path}.last"))
        form, single = self.weights[f"{path}.form"], self.weights[f"{path}.single.weight"]
        size, labels, _ = form.shape
        words = len(first)
        left = (first @ form.reshape(size, -1)).reshape(words, labels, size)
        padded = np.concatenate([last, np.zeros((self.width - 1, size), np.float32)])
        joint = np.empty((words, self.width, labels), np.float32)
        for begin in range(0, words, _BLOCK):
            end = min(begin + _BLOCK, words)
            block = (left[begin:end].reshape(-1, size) @ padded[begin : end + self.width - 1].T).reshape(
                end - begin, labels, -1
            )
            rows = np.arange(end - begin)[:, None]
            joint[begin:end] = block[rows, :, rows + np.arange(self.width)]
        tail = np.lib.stride_tricks.sliding_window_view(padded @ single[:, size:].T, self.width, axis=0)
        head_scores = first @ single[:, :size].T + self.weights[f"{path}.single.bias"]
        scores = joint + tail.transpose(0, 2, 1) + head_scores[:, None] + self.weights[f"{path}.width"]
        return log_softmax(scores)

    def facts(self, vectors: Vectors, marks: Marks) -> "FactReader":
        """The fact heads over the mentions of a text."""
        return FactReader(self, vectors, marks)


class FactReader:
    """Scores (before the softmax or logistic function) of roles, relations and results of one text."""

    @one_thread
    def __init__(self, network: Network, vectors: Vectors, marks: Marks) -> None:
        self.network = network
        self.vectors = vectors
        self.marks = np.array(marks.mentions, dtype=np.int64).reshape(-1, 3)
        self.kinds = network.weights["facts.kind.weight"][list(marks.types)]
        self.count = len(marks.types)
        first, last, owner = self.marks.T
        joined = np.concatenate([vectors.first[first], vectors.last[last]], axis=1)
        self.mentions = gelu(network._linear(joined, "facts.node"))
        self.concepts = np.full((self.count, self.mentions.shape[1]), -np.inf, np.float32)
        np.maximum.at(self.concepts, owner, self.mentions)
        self.often = np.minimum(np.bincount(owner, minlength=self.count), _MANY)[:, None] / _MANY
        self.titled = np.zeros((self.count, 1), np.float32)
        self.titled[owner[first < marks.title]] = 1.0
        self.ranges = RangeMax(gelu(network._linear(vectors.first, "facts.between")))

    @one_thread
    def roles(self) -> Floats:
        """(concepts, roles)"""
        features = np.concatenate([self.concepts, self.kinds, self.titled, self.often], axis=1, dtype=np.float32)
        return self.network._linear(gelu(self.network._linear(features, "facts.role_inner")), "facts.role")

    @one_thread
    def relations(self, pairs: Sequence[tuple[int, int, int, int]]) -> Floats:
        """(pairs, classes) for (concept, concept, mention, mention) in the order of the text."""
        p = np.array(pairs, dtype=np.int64).reshape(-1, 4)
        left, right = self.marks[p[:, 2]], self.marks[p[:, 3]]
        between = self.ranges(left[:, 1] + 1, right[:, 0])
        apart = one_hot(bucket(right[:, 0] - left[:, 1] - 1), _BUCKETS)
        c, m, k = self.concepts, self.mentions, self.kinds
        features = np.concatenate(
            [c[p[:, 0]], c[p[:, 1]], m[p[:, 2]], m[p[:, 3]], between, k[p[:, 0]], k[p[:, 1]], apart], axis=1
        )
        return self.network._linear(gelu(self.network._linear(features, "facts.pair_inner")), "facts.pair")

    @one_thread
    def results(self, quantities: Sequence[tuple[int, int]]) -> tuple[Floats, Floats]:
        """(quantities,) whether it is a result, and (quantities, concepts, slots) whether it is linked, for
        (first word, last word) of each quantity."""
        q = np.array(quantities, dtype=np.int64).reshape(-1, 2)
        joined = np.concatenate([self.vectors.first[q[:, 0]], self.vectors.last[q[:, 1]]], axis=1)
        marks = gelu(self.network._linear(joined, "facts.quantity"))
        results = self.network._linear(marks, "facts.result")[:, 0]
        rows, columns = np.divmod(np.arange(len(q) * self.count), max(self.count, 1))
        near = self._closest(q).reshape(-1)
        m = self.marks[near]
        before = m[:, 0] < q[rows, 0]
        begin = np.where(before, m[:, 1] + 1, q[rows, 1] + 1)
        end = np.where(before, q[rows, 0], m[:, 0])
        side = one_hot(bucket(end - begin) + _BUCKETS * before, 2 * _BUCKETS)
        features = np.concatenate(
            [
                marks[rows],
                self.concepts[columns],
                self.mentions[near],
                self.ranges(begin, end),
                self.kinds[columns],
                side,
            ],
            axis=1,
        )
        links = self.network._linear(gelu(self.network._linear(features, "facts.link_inner")), "facts.link")
        return results, links.reshape(len(q), self.count, -1)

    def _closest(self, quantities: Ints) -> Ints:
        """For every quantity and concept the mention that stands closest, the earlier of two."""
        apart = np.maximum(
            self.marks[None, :, 0] - quantities[:, 1, None], quantities[:, 0, None] - self.marks[None, :, 1]
        )
        found = np.zeros((len(quantities), self.count), np.int64)
        for concept in range(self.count):
            own = np.flatnonzero(self.marks[:, 2] == concept)
            found[:, concept] = own[apart[:, own].argmin(axis=1)]
        return found


class RangeMax:
    """Element-wise maximum of any stretch of rows by a sparse table: two looks a stretch. Zero for an empty one.

    >>> RangeMax(np.array([[1.0], [3.0], [2.0]]))(np.array([0, 2, 1]), np.array([2, 3, 1])).tolist()
    [[3.0], [2.0], [0.0]]
    """

    def __init__(self, rows: Floats) -> None:
        levels = [rows]
        step = 1
        while 2 * step <= len(rows):
            size = len(rows) - 2 * step + 1
            levels.append(np.maximum(levels[-1][:size], levels[-1][step : step + size]))
            step *= 2
        self.offsets = np.cumsum([0, *(len(level) for level in levels)])
        self.table = np.concatenate(levels)

    def __call__(self, begin: Ints, end: Ints) -> Floats:
        size = np.maximum(end - begin, 0)
        level = np.log2(np.maximum(size, 1) + 0.1).astype(np.int64)
        low = self.offsets[level] + begin
        high = self.offsets[level] + end - (1 << level)
        low, high = (np.where(size > 0, x, 0) for x in (low, high))
        found: Floats = np.maximum(self.table[low], self.table[high]) * (size > 0)[:, None]
        return found


def bucket(apart: Ints) -> Ints:
    """Distances in words as one of few numbers: up to 5 each for itself, then about doubling."""
    return np.searchsorted(_APART, np.maximum(apart, 0), side="right")


def one_hot(numbers: Ints, size: int) -> Floats:
    """A row for each number with 1 at its place."""
    return np.eye(size, dtype=np.float32)[numbers]


def gelu(x: Floats) -> Floats:
    """x times the normal distribution function of x (Hendrycks and Gimpel, 2016)."""
    z = np.abs(x) * np.float32(0.7071067811865476)
    t = 1 / (1 + np.float32(_ERF_STEP) * z)
    series = np.full(t.shape, _ERF[4], np.float32)
    for factor in reversed(_ERF[:4]):
        series = np.asarray(series * t + np.float32(factor), np.float32)
    erf = np.copysign(1 - series * t * np.exp(-z * z), x)
    result: Floats = 0.5 * x * (1 + erf)
    return result


def log_softmax(scores: Floats) -> Floats:
    """Logarithms of the chances along the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


@cache
def load_network(manifest: str = MANIFEST) -> Network:
    """The network that a manifest in the data folder names: `{"version": …, "files": {name: SHA-256}}`.

    Raises KgError where a file is missing or is not the one that the manifest names, or where onnxruntime
    cannot be loaded.
    """
    path = data_path(manifest)
    named = json.loads(path.read_text(encoding="utf-8"))
    for name, digest in named["files"].items():
        _check(path.with_name(name), digest)
    encoder, heads = (path.with_name(name) for name in named["files"])
    try:
        import onnxruntime
    except ImportError as problem:
        raise KgError(
            f"onnxruntime cannot be loaded: {problem}",
            mend="pip install onnxruntime, or leave 'neural' out of pipeline.cfg",
        ) from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # else the longest text decides on the memory for all that follow
    session = onnxruntime.InferenceSession(encoder.read_bytes(), options, providers=["CPUExecutionProvider"])
    with np.load(heads, allow_pickle=False) as arrays:
        weights = {name: arrays[name].astype(np.float32) for name in arrays.files}
    assert len(weights["hint.weight"]) == HINTS + 1
    assert len(weights["facts.kind.weight"]) == len(ENTITY_TYPES)
    return Network(session, weights)


def fingerprint_of(manifest: str = MANIFEST) -> str:
    """A short name of the weights that a manifest names."""
    return hashlib.sha256(data_path(manifest).read_bytes()).hexdigest()[:12]


def _check(path: Path, digest: str) -> None:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as problem:
        raise KgError(f"{path} cannot be read: {problem.strerror}", mend="install the package again") from None
    if found != digest:
        raise KgError(
            f"{path} is not the file that {MANIFEST} names (SHA-256 differs)", mend="install the package again"
        )
