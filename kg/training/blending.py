"""Fit how linear models and network are weighed where both judge the same facts: `blend.tsv`.

Read on abstracts that neither has seen, with the annotated mentions.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kg.components.results import SLOTS, Models
from kg.language.blend import Blend, log_odds
from kg.language.linear import LinearModel
from kg.language.network_reading import FactScores, fact_scores
from kg.language.result_features import ResultReader
from kg.language.role_features import sentence_cues
from kg.model import RESULT_LINKS, ROLES
from kg.namespaces import normal_form
from kg.training.facts import (
    CLASSES,
    Paper,
    iter_pair_samples,
    iter_role_samples,
    match_results,
    predict_roles,
)
from kg.training.stacking import fit_logistic

Floats = NDArray[np.float64]
_LEAST: Final = 1e-4
_PENALTY: Final = 0.5
YES_OR_NO: Final = ("quantity", "metric", "link")


class Linear(NamedTuple):
    """The linear models of all facts."""

    roles: LinearModel
    relations: LinearModel
    results: Models


class Evidence(NamedTuple):
    """For each part: what the linear model says, what the network says, and what the annotation says.

    Rows of classes with the number of the right one; for yes or no single figures with 0 or 1.
    """

    linear: dict[str, list[Any]]
    network: dict[str, list[Any]]
    right: dict[str, list[int]]

    def add(self, part: str, linear: Any, network: Any, right: int) -> None:
        """One decision."""
        self.linear.setdefault(part, []).append(linear)
        self.network.setdefault(part, []).append(network)
        self.right.setdefault(part, []).append(right)


def collect_evidence(papers: Sequence[Paper], models: Linear, *, reach: int) -> Evidence:
    """All decisions on papers whose Docs a network has read."""
    found = Evidence({}, {}, {})
    for paper in papers:
        scores = fact_scores(paper.doc, paper.reading)
        if scores is None or scores.reader is None:
            continue
        roles = predict_roles(models.roles, paper)
        _add_roles(found, paper, models.roles, scores)
        samples = list(iter_pair_samples(paper, roles, reach=reach))
        if samples:
            chances = models.relations.probabilities([features for _, features, _ in samples])
            said = scores.relations([pair for pair, _, _ in samples])
            for row, (_, _, labels) in enumerate(samples):
                found.add("relations", chances[row], said[row], CLASSES.index(labels[0]))
        _add_results(found, paper, models.results, scores, roles)
    return found


def _add_roles(found: Evidence, paper: Paper, model: LinearModel, scores: FactScores) -> None:
    said = scores.roles()
    samples = list(iter_role_samples(paper))
    chances = model.probabilities([features for _, _, features in samples])
    for row, (concept, _, _) in enumerate(samples):
        right = paper.gold["roles"].get(concept, ())
        if concept in said and right:
            found.add("roles", chances[row], said[concept], ROLES.index(right[0]))


def _add_results(found: Evidence, paper: Paper, models: Models, scores: FactScores, roles: dict[str, str]) -> None:
    reader = ResultReader(paper.reading, roles, sentence_cues(paper.reading))
    said = scores.results(reader.measured)
    if said is None:
        return
    gold = match_results(paper, reader)
    chances = models.quantity.probabilities([reader.quantity_features(m) for m in reader.measured])
    for row, measured in enumerate(reader.measured):
        result = gold.get(id(measured))
        found.add("quantity", chances[row, 1], said[0][row], int(result is not None))
        if result is None:
            continue
        named = [m for m in reader.metrics(measured) if m.mention is not None and m.name in scores.numbers]
        likely = models.metric.probabilities([reader.metric_features(measured, m) for m in named])
        for i, metric in enumerate(named):
            score = said[1][row, scores.numbers[metric.name], 0]
            same = normal_form(metric.name) == normal_form(result["metric"] or "")
            found.add("metric", likely[i, 1], score, int(same))
        for slot in RESULT_LINKS:
            rivals = reader.links(measured, slot)
            features = [[f"{slot} {f}" for f in reader.link_features(measured, rivals, k)] for k in range(len(rivals))]
            likely = models.link.probabilities(features)
            for k, mention in enumerate(rivals):
                if mention.concept in scores.numbers:
                    score = said[1][row, scores.numbers[mention.concept], SLOTS.index(slot)]
                    found.add("link", likely[k, 1], score, int(mention.concept == result[slot]))


def fit_blends(evidence: Evidence) -> dict[str, Blend]:
    """The weights of every part by least cross entropy."""
    found: dict[str, Blend] = {}
    for part, right in evidence.right.items():
        linear, network = np.array(evidence.linear[part]), np.array(evidence.network[part], dtype=np.float64)
        if part in YES_OR_NO:
            features = np.stack([np.ones(len(right)), log_odds(linear), network], axis=1)
            constant, one, other = fit_logistic(features, np.array(right, dtype=float), penalty=_PENALTY)
            found[part] = Blend(*(round(float(w), 4) for w in (one, other, constant)))
        else:
            found[part] = _fit_pool(np.log(np.maximum(linear, _LEAST)), network, np.array(right))
    return found


def _fit_pool(linear: Floats, network: Floats, right: NDArray[np.int64]) -> Blend:
    rows = np.arange(len(right))

    def loss(weights: Floats) -> float:
        scores = weights[0] * linear + weights[1] * network
        scores = scores - scores.max(axis=1, keepdims=True)
        return float((np.log(np.exp(scores).sum(axis=1)) - scores[rows, right]).sum())

    found: Any = minimize(loss, np.array([0.5, 0.5]), method="Nelder-Mead")
    return Blend(round(float(found.x[0]), 4), round(float(found.x[1]), 4))


def to_table(blends: dict[str, Blend]) -> str:
    """The data file."""
    lines = ["\t".join(("part", *Blend._fields))]
    lines += ["\t".join(map(str, (part, *blend))) for part, blend in blends.items()]
    return "\n".join(lines) + "\n"
