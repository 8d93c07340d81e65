"""The neural network in numpy and ONNX Runtime: vectors of words, chances of spans, scores of facts.

The encoder runs in ONNX Runtime, one text at a time on one thread, so that no other text and no number of workers
changes a result; the heads are small and run in numpy. `kg.training.neural.network` has the same heads for
training and names the sources of the method.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.errors import KgError
from kg.language.document import data_path
from kg.language.encoding import HINTS, LOOKS
from kg.language.one_thread import one_thread
from kg.model import ENTITY_TYPES

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

MANIFEST: Final = "network/network.json"
HEADS: Final = ("opening", "closing", "between", "form")
"""Outputs of the encoder session besides the vectors of the pieces: each piece as first and as last of a span of the
guideline's types, as one between mentions, and the first one multiplied by the biaffine form."""
_APART: Final = np.array([1, 2, 3, 4, 5, 8, 12, 18, 28, 45, 80])
_BUCKETS: Final = len(_APART) + 1
_MANY: Final = 5
_SLOW: Final = "SkipLayerNormFusion"
"""An optimisation of ONNX Runtime that takes longer than what it replaces (1.32: a fifth of the whole pass)."""
# Abramowitz and Stegun, Handbook of Mathematical Functions (1964), formula 7.1.26: error below 1.5e-7
_ERF: Final = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)
_ERF_STEP: Final = 0.3275911


class Words(NamedTuple):
    """A text as numbers. `pieces` has both marks; `starts` and `ends` give first and last piece of each word."""

    pieces: list[int]
    starts: list[int]
    ends: list[int]
    looks: list[int]
    hints: list[list[int]]


class Vectors(NamedTuple):
    """The vectors of the first and the last piece of every word, (words, hidden) each, and its rows of HEADS."""

    first: Floats
    last: Floats
    opening: Floats
    closing: Floats
    between: Floats
    form: Floats


class Marks(NamedTuple):
    """Mentions of one text for the fact heads: (first word, last word, concept) each, concepts numbered from 0;
    the number of the type of each concept; how many words the title has."""

    mentions: Sequence[tuple[int, int, int]]
    types: Sequence[int]
    title: int


class Layer(NamedTuple):
    """A matrix (in, out) and what is added to each row of its product."""

    matrix: Floats
    bias: Floats


class Parts(NamedTuple):
    """A layer over a concatenation, cut to the parts that are multiplied apart, for a pair those of its left concept
    (or mention) beside those of its right one. `apart` has the bias in it."""

    concepts: Floats
    mentions: Floats
    between: Floats
    apart: Floats
    quantities: Floats


class Network:
    """Encoder session and head weights."""

    def __init__(self, session: Any, weights: Mapping[str, Floats]) -> None:
        self.session = session
        self.weights = weights
        self.width = len(weights["spans.gold.width"])
        self.layers = {
            name.removesuffix(".bias"): _layer(weights, name.removesuffix(".bias"))
            for name in weights
            if name.endswith(".bias")
        }
        kind, node = weights["facts.kind.weight"].shape[1], len(weights["facts.node.bias"])
        self.pair = _split_pair(self.layers["facts.pair_inner"], node, kind)
        self.link = _split_link(self.layers["facts.link_inner"], node, kind)

    def encode(self, words: Words) -> Vectors:
        """The vectors of the words of one text."""
        states, opening, closing, between, form = (found[0] for found in self.session.run(None, self.inputs(words)))
        starts, ends = words.starts, words.ends
        return Vectors(states[starts], states[ends], opening[starts], closing[ends], between[starts], form[starts])

    def inputs(self, words: Words) -> dict[str, NDArray[Any]]:
        """What the encoder session is given for one text."""
        return {"pieces": np.array([words.pieces]), "extra": self._extra(words)}

    def _extra(self, words: Words) -> Floats:
        """What is added to each piece: how its word looks and what the vocabulary hints of it."""
        look, hint = self.weights["look.weight"], self.weights["hint.weight"]
        looks = np.repeat(words.looks, np.subtract(words.ends, words.starts) + 1)
        numbers = np.full(len(words.pieces), len(LOOKS))
        numbers[1 : 1 + len(looks)] = looks
        extra: Floats = look[numbers]
        hinted: dict[tuple[int, ...], list[int]] = {}
        for start, end, found in zip(words.starts, words.ends, words.hints, strict=True):
            if found:
                hinted.setdefault(tuple(found), []).extend(range(start, end + 1))
        for hints, pieces in hinted.items():
            extra[pieces] += hint[list(hints)].sum(axis=0)
        return extra[None]

    def linear(self, x: Floats, name: str) -> Floats:
        """The rows through a layer."""
        matrix, bias = self.layers[name]
        found: Floats = x @ matrix
        found += bias
        return found

    @one_thread
    def spans(self, vectors: Vectors, head: str = "gold") -> Floats:
        """Scores (before the softmax) of every span: (words, widths, labels), label 0 being none.

        Spans that leave the text have no meaning.
        """
        path = f"spans.{head}"
        first, last, form = vectors.opening, vectors.closing, vectors.form
        if head != "gold":
            first = gelu(self.linear(vectors.first, f"{path}.first"))
            last = gelu(self.linear(vectors.last, f"{path}.last"))
            form = first @ self.weights[f"{path}.form"].reshape(first.shape[1], -1)
        words, size = first.shape
        single, bias = self.layers[f"{path}.single"]
        padded = np.concatenate([last, np.zeros((self.width - 1, size), np.float32)])
        scores: Floats = np.matmul(form.reshape(words, -1, size), self._ahead(padded))
        scores += self._ahead(padded @ single[size:])
        scores += (first @ single[:size] + bias)[:, :, None]
        scores += self.weights[f"{path}.width"].T
        return scores.transpose(0, 2, 1)

    def _ahead(self, rows: Floats) -> Floats:
        """For every word the rows of those that a span from it may end with: (words, size, widths)."""
        return np.lib.stride_tricks.sliding_window_view(rows, self.width, axis=0)

    def facts(self, vectors: Vectors, marks: Marks) -> "FactReader":
        """The fact heads over the mentions of a text."""
        return FactReader(self, vectors, marks)


class FactReader:
    """Scores (before the softmax or logistic function) of roles, relations and results of one text.

    Pairs and links are read as concatenations of what concepts, mentions and words say. The product of a
    concatenation is the sum of the products of its parts, and most parts are shared: each is multiplied once.
    """

    @one_thread
    def __init__(self, network: Network, vectors: Vectors, marks: Marks) -> None:
        self.network = network
        self.vectors = vectors
        self.marks = np.array(marks.mentions, dtype=np.int64).reshape(-1, 3)
        self.count = len(marks.types)
        first, last, owner = self.marks.T
        joined = np.concatenate([vectors.first[first], vectors.last[last]], axis=1)
        self.mentions = gelu(network.linear(joined, "facts.node"))
        often = np.bincount(owner, minlength=self.count)
        self.order = np.argsort(owner, kind="stable")
        self.begins = np.cumsum(often) - often
        kinds = network.weights["facts.kind.weight"][list(marks.types)]
        together = np.maximum.reduceat(self.mentions[self.order], self.begins, axis=0)
        self.concepts = np.concatenate([together, kinds], axis=1)
        self.often = np.minimum(often, _MANY)[:, None] / _MANY
        self.titled = np.zeros((self.count, 1), np.float32)
        self.titled[owner[first < marks.title]] = 1.0
        self.ranges = RangeMax(vectors.between)

    @one_thread
    def roles(self) -> Floats:
        """(concepts, roles)"""
        features = np.concatenate([self.concepts, self.titled, self.often], axis=1, dtype=np.float32)
        return self.network.linear(gelu(self.network.linear(features, "facts.role_inner")), "facts.role")

    @one_thread
    def relations(self, pairs: Sequence[tuple[int, int, int, int]]) -> Floats:
        """(pairs, classes) for (concept, concept, mention, mention) in the order of the text."""
        one, other, left, right = np.array(pairs, dtype=np.int64).reshape(-1, 4).T
        begin, end = self.marks[left, 1] + 1, self.marks[right, 0]
        parts = self.network.pair
        inner = self.ranges(begin, end) @ parts.between
        size = inner.shape[1]
        concepts, mentions = self.concepts @ parts.concepts, self.mentions @ parts.mentions
        inner += concepts[one, :size]
        inner += concepts[other, size:]
        inner += mentions[left, :size]
        inner += mentions[right, size:]
        inner += parts.apart[bucket(end - begin)]
        return self.network.linear(gelu(inner), "facts.pair")

    @one_thread
    def results(self, quantities: Sequence[tuple[int, int]]) -> tuple[Floats, Floats]:
        """(quantities,) whether it is a result, and (quantities, concepts, slots) whether it is linked, for
        (first word, last word) of each quantity."""
        q = np.array(quantities, dtype=np.int64).reshape(-1, 2)
        joined = np.concatenate([self.vectors.first[q[:, 0]], self.vectors.last[q[:, 1]]], axis=1)
        marks = gelu(self.network.linear(joined, "facts.quantity"))
        results = self.network.linear(marks, "facts.result")[:, 0]
        links = self.network.linear(gelu(self._links(q, marks)), "facts.link")
        return results, links.reshape(len(q), self.count, -1)

    def _links(self, quantities: Ints, marks: Floats) -> Floats:
        """The inner layer of every link, those of one quantity side by side."""
        near = self._closest(quantities)
        first, last = (x[:, None] for x in quantities.T)
        before = self.marks[near, 0] < first
        begin = np.where(before, self.marks[near, 1] + 1, last + 1).reshape(-1)
        end = np.where(before, first, self.marks[near, 0]).reshape(-1)
        parts = self.network.link
        inner = (self.ranges(begin, end) @ parts.between).reshape(*near.shape, -1)
        inner += (marks @ parts.quantities)[:, None]
        inner += self.concepts @ parts.concepts
        inner += (self.mentions @ parts.mentions)[near]
        inner += parts.apart[bucket(end - begin).reshape(near.shape) + _BUCKETS * before]
        return inner.reshape(-1, inner.shape[-1])

    def _closest(self, quantities: Ints) -> Ints:
        """For every quantity and concept the mention that stands closest, the earlier of two."""
        first, last = (x[:, None] for x in quantities.T)
        apart = np.maximum(self.marks[:, 0] - last, first - self.marks[:, 1])
        size = len(self.marks)
        ranks = (apart * size + np.arange(size))[:, self.order]  # what is as close is ranked by its number
        return np.asarray(np.minimum.reduceat(ranks, self.begins, axis=1) % size)


class RangeMax:
    """Element-wise maximum of any stretch of rows by a sparse table: two looks a stretch. Zero for an empty one.

    >>> RangeMax(np.array([[1.0], [3.0], [2.0]]))(np.array([0, 2, 1]), np.array([2, 3, 1])).tolist()
    [[3.0], [2.0], [0.0]]
    """

    def __init__(self, rows: Floats) -> None:
        self.table = rows[None]

    def _grow(self, levels: int) -> None:
        """Level n has the maximum of 2^n rows from each on; its last rows, which have not as many, are not looked at.
        Few texts need all levels."""
        known = len(self.table)
        table = np.empty((levels, *self.table.shape[1:]), np.float32)
        table[:known] = self.table
        for level in range(known, levels):
            below, step = table[level - 1], 1 << (level - 1)
            np.maximum(below[:-step], below[step:], out=table[level, :-step])
        self.table = table

    def __call__(self, begin: Ints, end: Ints) -> Floats:
        size = np.maximum(end - begin, 0)
        level = np.log2(np.maximum(size, 1) + 0.1).astype(np.int64)
        levels = int(level.max(initial=0)) + 1
        if levels > len(self.table):
            self._grow(levels)
        low, high = (np.where(size > 0, x, 0) for x in (begin, end - (1 << level)))
        found: Floats = np.maximum(self.table[level, low], self.table[level, high])
        found *= (size > 0)[:, None]
        return found


def bucket(apart: Ints) -> Ints:
    """Distances in words as one of few numbers: up to 5 each for itself, then about doubling."""
    return np.searchsorted(_APART, np.maximum(apart, 0), side="right")


def _layer(weights: Mapping[str, Floats], name: str) -> Layer:
    """Turned once: a product with a matrix that lies as it is read takes half the time."""
    return Layer(np.ascontiguousarray(weights[f"{name}.weight"].T), weights[f"{name}.bias"])


def _split_pair(layer: Layer, node: int, kind: int) -> Parts:
    rows = np.cumsum([*[node] * 5, kind, kind])
    left, right, at_left, at_right, between, kind_left, kind_right, apart = np.split(layer.matrix, rows)
    assert len(apart) == _BUCKETS
    concepts = np.block([[left, right], [kind_left, kind_right]])
    return Parts(concepts, np.hstack([at_left, at_right]), between, apart + layer.bias, np.zeros((0, 0), np.float32))


def _split_link(layer: Layer, node: int, kind: int) -> Parts:
    quantity, concepts, mentions, between, kinds, side = np.split(layer.matrix, np.cumsum([*[node] * 4, kind]))
    assert len(side) == 2 * _BUCKETS
    return Parts(np.vstack([concepts, kinds]), mentions, between, side + layer.bias, quantity)


def gelu(x: Floats) -> Floats:
    """x times the normal distribution function of x (Hendrycks and Gimpel, 2016)."""
    z = np.abs(x)
    z *= np.float32(0.7071067811865476)
    t = z * np.float32(_ERF_STEP)
    t += 1
    np.reciprocal(t, out=t)
    series = np.full(t.shape, _ERF[4], np.float32)
    for factor in reversed(_ERF[:4]):
        series *= t
        series += np.float32(factor)
    series *= t
    series *= np.exp(-z * z)
    result: Floats = np.copysign(1 - series, x)
    result += 1
    result *= 0.5 * x
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
    session = onnxruntime.InferenceSession(
        encoder.read_bytes(), options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOW]
    )
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
