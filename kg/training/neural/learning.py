"""Train the network: batches, losses, weight averaging, checkpoints that a run which was cut off goes on from."""

import math
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.training.neural.network import CORPORA, WIDTH, Batch, Network, make_batch
from kg.training.neural.samples import Sample

T = TypeVar("T")
_FEW: Final = 4
"""Texts at a time for a head that is trained by itself."""


class Recipe(NamedTuple):
    """How long and how fast. Rates are those after warm-up; they fall to nothing along a line."""

    passes: int = 6
    batch_pieces: int = 2600
    encoder_rate: float = 1.5e-4
    head_rate: float = 1e-3
    warm_up: float = 0.06
    decay: float = 0.01
    averaging: float = 0.998
    hint_dropout: float = 0.15
    seed: int = 1
    extra_passes: tuple[tuple[str, float], ...] = (("scierc", 1.0), ("scirex", 0.5), ("tdmsci", 0.5))
    """For each other corpus its passes for each pass over the annotated abstracts."""
    finish_passes: int = 10
    finish_rate: float = 5e-4
    """For the head of SciERC, which then goes on by itself on what the encoder gives."""
    facts: float = 0.5
    """The weight of each decision on roles, relations and results against one on a span."""


def span_targets(batch: Batch) -> tuple[Tensor, Tensor]:
    """Label of every span (texts, words, WIDTH), and which spans count: within the text, after the title."""
    texts, words = batch.starts.shape
    labels = torch.zeros(texts, words, WIDTH, dtype=torch.long)
    counts = torch.zeros(texts, words, WIDTH, dtype=torch.bool)
    for row, s in enumerate(batch.samples):
        size = len(s.starts)
        places = torch.arange(words)[:, None]
        counts[row] = (places >= s.first) & (places + torch.arange(WIDTH) < size)
        for first, last, label in s.spans:
            if last - first < WIDTH:
                labels[row, first, last - first] = label
    return labels, counts


def loss_of(network: Network, batch: Batch, corpus: str, recipe: Recipe, bf16: bool) -> Tensor:
    """The summed loss of a batch by word."""
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        states = network.encode(batch)
    firsts, lasts = network.words(states, batch)
    scores = network.spans[corpus](firsts, lasts)
    labels, counts = span_targets(batch)
    total = functional.cross_entropy(scores[counts], labels[counts], reduction="sum")
    if corpus == "gold":
        for row, sample in enumerate(batch.samples):
            if sample.mentions:
                total = total + recipe.facts * facts_loss(network, firsts[row], lasts[row], sample)
    return total / sum(len(s.starts) for s in batch.samples)


def facts_loss(network: Network, firsts: Tensor, lasts: Tensor, sample: Sample) -> Tensor:
    """The summed loss of roles, relations and results of one text."""
    facts = network.facts_of(firsts, lasts, sample)
    roles = torch.zeros_like(facts.roles)
    for concept, found in enumerate(sample.roles):
        roles[concept, found] = 1.0
    told = torch.tensor([bool(found) for found in sample.roles])
    total = functional.cross_entropy(
        facts.roles[told], roles[told] / roles[told].sum(dim=1, keepdim=True), reduction="sum"
    )
    if sample.pairs:
        total = total + functional.cross_entropy(
            facts.pairs, torch.tensor([p[4] for p in sample.pairs]), reduction="sum"
        )
    if len(facts.results):
        results = torch.tensor([float(q[2]) for q in sample.quantities])
        total = total + functional.binary_cross_entropy_with_logits(facts.results, results, reduction="sum")
        links = torch.zeros_like(facts.links)
        for row, (*_, found) in enumerate(sample.quantities):
            for slot, concept in enumerate(found):
                if concept >= 0:
                    links[row, concept, slot] = 1.0
        real = results > 0
        total = total + functional.binary_cross_entropy_with_logits(facts.links[real], links[real], reduction="sum")
    return total


def make_batches(samples: Sequence[Sample], pieces: int, order: random.Random) -> list[list[Sample]]:
    """Samples of like length together, at most `pieces` with padding; the order is drawn anew."""
    ranked = sorted(samples, key=lambda s: (len(s.pieces) + order.uniform(-12, 12), s.name))
    batches: list[list[Sample]] = [[]]
    for sample in ranked:
        if batches[-1] and len(sample.pieces) * (len(batches[-1]) + 1) > pieces:
            batches.append([])
        batches[-1].append(sample)
    order.shuffle(batches)
    return batches


def schedule(corpora: dict[str, list[Sample]], recipe: Recipe, number: int) -> list[tuple[str, list[Sample]]]:
    """The batches of pass `number`, corpora mixed."""
    order = random.Random(f"{recipe.seed} {number}")  # noqa: S311
    plan = [("gold", b) for b in make_batches(corpora["gold"], recipe.batch_pieces, order)]
    for corpus, share in recipe.extra_passes:
        if not corpora.get(corpus):
            continue
        batches = make_batches(corpora[corpus], recipe.batch_pieces, order)
        whole = math.floor(share * (number + 1)) - math.floor(share * number) if share < 1 else round(share)
        plan += [(corpus, b) for b in batches * whole]
    order.shuffle(plan)
    return plan


class Average:
    """Exponential moving average of the weights."""

    def __init__(self, network: nn.Module, keep: float) -> None:
        self.keep = keep
        self.steps = 0
        self.weights = {k: v.detach().clone() for k, v in network.named_parameters() if v.requires_grad}

    def update(self, network: nn.Module) -> None:
        self.steps += 1
        keep = min(self.keep, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for name, value in network.named_parameters():
                if value.requires_grad:
                    self.weights[name].lerp_(value, 1 - keep)


def train(
    network: Network,
    corpora: dict[str, list[Sample]],
    recipe: Recipe,
    state: Path,
    *,
    bf16: bool,
    report: Any = print,
    loss: Any = loss_of,
) -> None:
    """Train in place, to the averaged weights; a checkpoint after every pass lies at `state`."""
    torch.manual_seed(recipe.seed)
    network.encoder.pieces.weight.requires_grad = False
    network.encoder.places.weight.requires_grad = False
    trained = {n: p for n, p in network.named_parameters() if p.requires_grad}
    rates = {True: recipe.encoder_rate, False: recipe.head_rate}
    groups = [
        {"params": [p for n, p in trained.items() if n.startswith("encoder") is inside], "top": rate}
        for inside, rate in rates.items()
    ]
    optimiser = torch.optim.AdamW([{**g, "lr": g["top"]} for g in groups], betas=(0.9, 0.98), weight_decay=recipe.decay)
    average = Average(network, recipe.averaging)
    plans = [len(schedule(corpora, recipe, n)) for n in range(recipe.passes)]
    total, begin = sum(plans), 0
    if state.exists():
        kept = torch.load(state, weights_only=False)
        network.load_state_dict(kept["network"])
        optimiser.load_state_dict(kept["optimiser"])
        average.weights, average.steps, begin = kept["average"], kept["steps"], kept["pass"] + 1
        torch.set_rng_state(kept["random"])
    step = sum(plans[:begin])
    for number in range(begin, recipe.passes):
        started, shown, count = time.monotonic(), 0.0, 0
        drop = random.Random(f"hints {recipe.seed} {number}")  # noqa: S311
        network.train()
        for corpus, samples in schedule(corpora, recipe, number):
            share = step / total
            pace = min(share / recipe.warm_up, (1 - share) / (1 - recipe.warm_up))
            for group in optimiser.param_groups:
                group["lr"] = group["top"] * max(pace, 0.01)
            shown_hints = {s.name for s in samples if drop.random() >= recipe.hint_dropout}
            batch = make_batch(samples, shown=shown_hints)
            found = loss(network, batch, corpus, recipe, bf16)
            optimiser.zero_grad(set_to_none=True)
            found.backward()
            nn.utils.clip_grad_norm_(trained.values(), 1.0)
            optimiser.step()
            average.update(network)
            step += 1
            if corpus == "gold":
                shown, count = shown + float(found.detach()), count + 1
        kept = {
            "network": network.state_dict(), "optimiser": optimiser.state_dict(), "average": average.weights,
            "steps": average.steps, "pass": number, "random": torch.get_rng_state(),
        }  # fmt: skip
        torch.save(kept, state.with_suffix(".new"))
        state.with_suffix(".new").replace(state)
        report(
            f"pass {number + 1}/{recipe.passes}: loss {shown / max(count, 1):.4f}, {time.monotonic() - started:.0f} s",
            average,
        )
    network.load_state_dict(average.weights, strict=False)


def finish_head(network: Network, samples: Sequence[Sample], corpus: str, recipe: Recipe, *, bf16: bool) -> None:
    """Train the span head of a corpus further, by itself: the vectors of its texts are worked out once and kept."""
    torch.manual_seed(recipe.seed)
    order = random.Random(f"{corpus} {recipe.seed}")  # noqa: S311
    network.eval()
    kept = []
    with torch.no_grad():
        for sample in samples:
            batch = make_batch([sample])
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                states = network.encode(batch)
            kept.append((*network.words(states, batch), *span_targets(batch)))
    head = network.spans[corpus].train()
    optimiser = torch.optim.AdamW(head.parameters(), weight_decay=recipe.decay)
    batches = [chunk for _ in range(recipe.finish_passes) for chunk in _shuffled(kept, _FEW, order)]
    for number, chunk in enumerate(batches):
        optimiser.param_groups[0]["lr"] = recipe.finish_rate * (1 - number / len(batches))
        total = sum(
            functional.cross_entropy(head(firsts, lasts)[counts], labels[counts], reduction="sum")
            for firsts, lasts, labels, counts in chunk
        )
        optimiser.zero_grad()
        (total / sum(firsts.shape[1] for firsts, *_ in chunk)).backward()
        optimiser.step()


def _shuffled(rows: Sequence[T], size: int, order: random.Random) -> list[list[T]]:
    """All rows in a new order, `size` at a time."""
    mixed = order.sample(rows, len(rows))
    return [mixed[i : i + size] for i in range(0, len(mixed), size)]


class Score(NamedTuple):
    """What was right, found and annotated."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def __add__(self, other: "Score") -> "Score":  # type: ignore[override]
        return Score(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0


def choose_spans(chances: Tensor, size: int, begin: int, *, bias: float = 0.0) -> list[tuple[int, int, int]]:
    """The likeliest spans without overlap; `chances` (words, WIDTH, labels) are logarithms of probabilities."""
    best, label = chances[..., 1:].max(dim=-1)
    better = best + bias > chances[..., 0]
    found = []
    for start, width in better.nonzero().tolist():
        if start >= begin and start + width < size:
            found.append((-float(best[start, width]), start, start + width, int(label[start, width]) + 1))
    taken: set[int] = set()
    chosen = []
    for _, start, end, kind in sorted(found):
        places = range(start, end + 1)
        if taken.isdisjoint(places):
            taken.update(places)
            chosen.append((start, end, kind))
    return sorted(chosen)


def iter_scores(
    network: Network, samples: Iterable[Sample], corpus: str, *, bf16: bool = False
) -> Iterator[tuple[Sample, Tensor, Tensor, Tensor]]:
    """Each sample with the logarithms of the chances of its spans and its word vectors, one text at a time."""
    network.eval()
    with torch.no_grad():
        for sample in samples:
            batch = make_batch([sample])
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                states = network.encode(batch)
            firsts, lasts = network.words(states, batch)
            scores = network.spans[corpus](firsts, lasts)[0]
            yield sample, functional.log_softmax(scores, dim=-1), firsts[0], lasts[0]


def measure(
    network: Network, samples: Sequence[Sample], corpus: str = "gold", *, bf16: bool = False
) -> dict[str, float]:
    """F1 of spans by label, and on the annotated mentions the share of roles, F1 of relations, results and links."""
    labels = CORPORA[corpus]
    spans = [Score() for _ in range(labels)]
    roles, pairs, results, links = Score(), Score(), Score(), Score()
    for sample, chances, firsts, lasts in iter_scores(network, samples, corpus, bf16=bf16):
        found = set(choose_spans(chances, len(sample.starts), sample.first))
        gold = set(sample.spans)
        for label in range(labels):
            mine, theirs = ({s for s in x if label in (0, s[2])} for x in (found, gold))
            spans[label] += Score(len(mine & theirs), len(mine), len(theirs))
        if corpus != "gold" or not sample.mentions:
            continue
        facts = network.facts_of(firsts, lasts, sample)
        told = [(c, r) for c, r in enumerate(sample.roles) if r]
        roles += Score(sum(int(facts.roles[c].argmax()) in r for c, r in told), len(told), len(told))
        best = facts.pairs.argmax(dim=1).tolist() if sample.pairs else []
        pairs += Score(
            sum(b == p[4] and b > 0 for b, p in zip(best, sample.pairs, strict=True)),
            sum(b > 0 for b in best),
            sum(p[4] > 0 for p in sample.pairs),
        )
        real = [int(x > 0) for x in facts.results.tolist()]
        truth = [q[2] for q in sample.quantities][: len(real)]
        results += Score(sum(a and b for a, b in zip(real, truth, strict=True)), sum(real), sum(truth))
        for row, (*_, wanted) in enumerate(sample.quantities):
            if sample.quantities[row][2]:
                likely = facts.links[row] > 0
                for slot, concept in enumerate(wanted):
                    chosen = likely[:, slot].nonzero().flatten().tolist()
                    links += Score(concept in chosen, len(chosen), concept >= 0)
    named = {"all": spans[0].f1, **{f"label {n}": s.f1 for n, s in enumerate(spans) if n}}
    if corpus == "gold":
        named |= {"roles": roles.f1, "relations": pairs.f1, "results": results.f1, "links": links.f1}
    return {name: round(value, 4) for name, value in named.items()}
