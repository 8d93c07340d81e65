"""The network: one encoder, and heads for spans, roles, relations and results that share its vectors.

Spans are scored by a biaffine form over their first and last word (Dozat and Manning, 2017; Yu, Bohnet and
Poesio, 2020, Named Entity Recognition as Dependency Parsing). A concept is the element-wise maximum over its
mentions; a pair is read with the maximum over the words between its closest mentions.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.components.results import SLOTS
from kg.language.encoding import HINTS, LOOKS
from kg.model import ENTITY_TYPES, ROLES
from kg.training.facts import CLASSES
from kg.training.neural.encoder import HIDDEN, Encoder
from kg.training.neural.samples import SCIERC, SCIREX, TDMSCI, Sample

WIDTH: Final = 14
"""The most words of a span."""
SPAN: Final = 160
NODE: Final = 160
PAIR: Final = 128
APART: Final = 12
"""Buckets of distance: words between the two mentions, and sentences do not count."""
CORPORA: Final = {
    "gold": 1 + len(ENTITY_TYPES),
    "scierc": 1 + len(SCIERC),
    "scirex": 1 + len(SCIREX),
    "tdmsci": 1 + len(TDMSCI),
}


class SpanHead(nn.Module):
    """Scores of every span of at most WIDTH words for every label, label 0 being none."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.labels = labels
        self.first = nn.Linear(HIDDEN, SPAN)
        self.last = nn.Linear(HIDDEN, SPAN)
        self.form = nn.Parameter(torch.randn(SPAN, labels, SPAN) * 0.02)
        self.single = nn.Linear(2 * SPAN, labels)
        self.width = nn.Parameter(torch.zeros(WIDTH, labels))
        self.dropout = nn.Dropout(0.2)

    def forward(self, firsts: Tensor, lasts: Tensor) -> Tensor:
        """Vectors of the first and last pieces of the words (texts, words, hidden); (texts, words, WIDTH, labels).

        Spans that leave the text hold scores of the padding; the caller masks them.
        """
        texts, words, _ = firsts.shape
        first = self.dropout(functional.gelu(self.first(firsts)))
        last = self.dropout(functional.gelu(self.last(lasts)))
        left = (first @ self.form.reshape(SPAN, -1)).view(texts, words, self.labels, SPAN)
        ahead = functional.pad(last, (0, 0, 0, WIDTH - 1)).unfold(1, WIDTH, 1)
        joint = torch.matmul(left, ahead).transpose(2, 3)
        one, other = self.single.weight.split(SPAN, dim=1)
        tail = functional.pad(last @ other.T, (0, 0, 0, WIDTH - 1)).unfold(1, WIDTH, 1).transpose(2, 3)
        return joint + (first @ one.T + self.single.bias)[:, :, None] + tail + self.width


class FactHeads(nn.Module):
    """Roles of concepts, relations of pairs, results of quantities."""

    def __init__(self) -> None:
        super().__init__()
        self.node = nn.Linear(2 * HIDDEN, NODE)
        self.between = nn.Linear(HIDDEN, NODE)
        self.kind = nn.Embedding(len(ENTITY_TYPES), 16)
        self.role_inner = nn.Linear(NODE + 16 + 2, 96)
        self.role = nn.Linear(96, len(ROLES))
        self.pair_inner = nn.Linear(5 * NODE + 32 + APART, PAIR)
        self.pair = nn.Linear(PAIR, len(CLASSES))
        self.quantity = nn.Linear(2 * HIDDEN, NODE)
        self.result = nn.Linear(NODE, 1)
        self.link_inner = nn.Linear(4 * NODE + 16 + 2 * APART, PAIR)
        self.link = nn.Linear(PAIR, len(SLOTS))
        self.dropout = nn.Dropout(0.1)


class Facts(NamedTuple):
    """Scores for one text: (concepts, roles), (pairs, classes), (quantities,), (quantities, concepts, slots)."""

    roles: Tensor
    pairs: Tensor
    results: Tensor
    links: Tensor


class Network(nn.Module):
    """Encoder and heads."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.look = nn.Embedding(len(LOOKS) + 1, HIDDEN)
        self.hint = nn.Embedding(HINTS + 1, HIDDEN, padding_idx=HINTS)
        nn.init.zeros_(self.look.weight)
        nn.init.zeros_(self.hint.weight)
        self.spans = nn.ModuleDict({name: SpanHead(labels) for name, labels in CORPORA.items()})
        self.facts = FactHeads()

    def encode(self, batch: "Batch") -> Tensor:
        """The vector of every piece: (texts, pieces, hidden), in full precision."""
        e = self.encoder
        extra = self.look(batch.looks) + self.hint(batch.hints).sum(dim=2)
        states = e.pieces(batch.pieces) + e.places.weight[: batch.pieces.shape[1]] + e.segment + extra
        states = e.dropout(e.norm(states))
        wide = torch.where(batch.mask, 0.0, -1e9)[:, None, None, :] if not bool(batch.mask.all()) else None
        for layer in e.layers:
            states = layer(states, wide)
        return states.float()

    def words(self, states: Tensor, batch: "Batch") -> tuple[Tensor, Tensor]:
        """The vectors of the first and the last piece of every word: twice (texts, words, hidden)."""
        rows = torch.arange(len(states))[:, None]
        return states[rows, batch.starts], states[rows, batch.ends]

    def facts_of(self, firsts: Tensor, lasts: Tensor, sample: Sample) -> Facts:
        """What the fact heads say of one text; its word vectors are (words, hidden)."""
        h = self.facts
        pick = torch.tensor
        mentions = pick(sample.mentions).view(-1, 3)
        marks = torch.cat([firsts[mentions[:, 0]], lasts[mentions[:, 1]]], dim=1)
        vectors = h.dropout(functional.gelu(h.node(marks)))
        count = len(sample.concepts)
        owner = mentions[:, 2:].expand(-1, NODE)
        concepts = torch.zeros(count, NODE).scatter_reduce(0, owner, vectors, "amax", include_self=False)
        kinds = h.kind(pick(sample.concepts, dtype=torch.long))
        titled = torch.zeros(count, 1).index_put((mentions[mentions[:, 0] < sample.first, 2],), torch.tensor(1.0))
        often = torch.bincount(mentions[:, 2], minlength=count).clamp(max=5)[:, None] / 5.0
        inner = functional.gelu(h.role_inner(torch.cat([concepts, kinds, titled, often], dim=1)))
        roles = h.role(h.dropout(inner))
        context = functional.gelu(h.between(firsts))
        ranges = RangeMax(context)
        pairs = self._pairs(sample, mentions, vectors, concepts, kinds, ranges)
        results, links = self._results(sample, mentions, vectors, concepts, kinds, ranges, firsts, lasts)
        return Facts(roles, pairs, results, links)

    def _pairs(
        self, sample: Sample, mentions: Tensor, vectors: Tensor, concepts: Tensor, kinds: Tensor, ranges: "RangeMax"
    ) -> Tensor:
        h = self.facts
        if not sample.pairs:
            return torch.zeros(0, len(CLASSES))
        p = torch.tensor(sample.pairs)
        left, right = mentions[p[:, 2]], mentions[p[:, 3]]
        between = ranges(left[:, 1] + 1, right[:, 0])
        apart = distance_bucket(right[:, 0] - left[:, 1] - 1)
        features = torch.cat(
            [
                concepts[p[:, 0]], concepts[p[:, 1]], vectors[p[:, 2]], vectors[p[:, 3]], between,
                kinds[p[:, 0]], kinds[p[:, 1]], functional.one_hot(apart, APART).float(),
            ],
            dim=1,
        )  # fmt: skip
        return h.pair(h.dropout(functional.gelu(h.pair_inner(features))))

    def _results(
        self,
        sample: Sample,
        mentions: Tensor,
        vectors: Tensor,
        concepts: Tensor,
        kinds: Tensor,
        ranges: "RangeMax",
        firsts: Tensor,
        lasts: Tensor,
    ) -> tuple[Tensor, Tensor]:
        h = self.facts
        count = len(sample.concepts)
        if not sample.quantities or not count:
            return torch.zeros(0), torch.zeros(0, count, len(SLOTS))
        q = torch.tensor([x[:2] for x in sample.quantities])
        marks = h.dropout(functional.gelu(h.quantity(torch.cat([firsts[q[:, 0]], lasts[q[:, 1]]], dim=1))))
        results = h.result(marks)[:, 0]
        close = closest_mentions(sample)
        rows, columns = torch.meshgrid(torch.arange(len(q)), torch.arange(count), indexing="ij")
        rows, columns, near = rows.reshape(-1), columns.reshape(-1), torch.tensor(close).reshape(-1)
        m = mentions[near]
        before = m[:, 0] < q[rows, 0]
        begin = torch.where(before, m[:, 1] + 1, q[rows, 1] + 1)
        end = torch.where(before, q[rows, 0], m[:, 0])
        apart = distance_bucket(end - begin)
        side = functional.one_hot(apart + APART * before.long(), 2 * APART).float()
        features = torch.cat(
            [marks[rows], concepts[columns], vectors[near], ranges(begin, end), kinds[columns], side], dim=1
        )
        links = h.link(h.dropout(functional.gelu(h.link_inner(features))))
        return results, links.view(len(q), count, len(SLOTS))


def closest_mentions(sample: Sample) -> list[list[int]]:
    """For every quantity and concept the mention that stands closest, the earlier of two."""
    found = []
    for first, last, *_ in sample.quantities:
        best: dict[int, tuple[int, int]] = {}
        for number, (begin, end, concept) in enumerate(sample.mentions):
            apart = max(begin - last, first - end)
            if concept not in best or apart < best[concept][0]:
                best[concept] = (apart, number)
        found.append([best[concept][1] for concept in range(len(sample.concepts))])
    return found


def distance_bucket(apart: Tensor) -> Tensor:
    """Up to 5 words each for itself, then about doubling: 0..APART-1."""
    steps = torch.tensor([1, 2, 3, 4, 5, 8, 12, 18, 28, 45, 80])
    return torch.bucketize(apart.clamp(min=0), steps, right=True)


class RangeMax:
    """Element-wise maximum of any stretch of rows by a sparse table: two looks a stretch. Zero for an empty one."""

    def __init__(self, rows: Tensor) -> None:
        levels = [rows]
        step = 1
        while 2 * step <= len(rows):
            levels.append(
                torch.maximum(
                    levels[-1][: len(rows) - 2 * step + 1], levels[-1][step : step + len(rows) - 2 * step + 1]
                )
            )
            step *= 2
        self.offsets = torch.tensor([0, *torch.tensor([len(level) for level in levels]).cumsum(0).tolist()])
        self.table = torch.cat(levels)

    def __call__(self, begin: Tensor, end: Tensor) -> Tensor:
        size = (end - begin).clamp(min=0)
        level = torch.log2(size.clamp(min=1).float() + 0.1).floor().long()
        low = self.offsets[level] + begin.clamp(max=len(self.table) - 1)
        high = self.offsets[level] + (end - (1 << level)).clamp(min=0)
        low, high = (torch.where(size > 0, x, 0) for x in (low, high))
        return torch.maximum(self.table[low], self.table[high]) * (size > 0)[:, None]


class Batch(NamedTuple):
    """Samples of one corpus padded to one length."""

    samples: list[Sample]
    pieces: Tensor
    mask: Tensor
    looks: Tensor
    hints: Tensor
    starts: Tensor
    ends: Tensor


def make_batch(samples: list[Sample], *, shown: Collection[str] | None = None) -> Batch:
    """`shown` names the samples whose hints of the vocabulary are shown; None shows all."""
    pieces, words = max(len(s.pieces) for s in samples), max(1, *(len(s.starts) for s in samples), 1)
    shape = (len(samples), pieces)
    ids, mask = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.bool)
    look = torch.full(shape, len(LOOKS))
    most = max([1, *(len(h) for s in samples for h in s.hints)])
    hints = torch.full((*shape, most), HINTS)
    starts, ends = (torch.zeros(len(samples), words, dtype=torch.long) for _ in range(2))
    for row, s in enumerate(samples):
        ids[row, : len(s.pieces)] = torch.tensor(s.pieces)
        mask[row, : len(s.pieces)] = True
        starts[row, : len(s.starts)] = torch.tensor(s.starts, dtype=torch.long)
        ends[row, : len(s.ends)] = torch.tensor(s.ends, dtype=torch.long)
        told = shown is None or s.name in shown
        for word, (begin, end) in enumerate(zip(s.starts, s.ends, strict=True)):
            look[row, begin : end + 1] = s.looks[word]
            if told and s.hints[word]:
                hints[row, begin : end + 1, : len(s.hints[word])] = torch.tensor(s.hints[word])
    return Batch(samples, ids, mask, look, hints, starts, ends)
