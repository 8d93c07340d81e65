"""What is fitted on held-back abstracts: weights of recognisers, pools of models, probabilities of facts."""

import numpy as np
import pytest

from kg.language.document import Candidate
from kg.training import blending, calibrating, stacking
from kg.training.blending import Evidence, fit_blends
from kg.training.calibrating import fit_calibration
from kg.training.stacking import Case, fit_logistic, fit_weights

RANDOM = np.random.default_rng(7)


def test_a_logistic_regression_finds_the_weights_that_made_the_data() -> None:
    features = np.column_stack([np.ones(20_000), RANDOM.normal(size=(20_000, 2))])
    chances = 1 / (1 + np.exp(-features @ np.array([-0.5, 1.0, 2.0])))
    right = (RANDOM.random(20_000) < chances).astype(float)
    assert fit_logistic(features, right, penalty=1.0).tolist() == pytest.approx([-0.5, 1.0, 2.0], abs=0.1)


def test_the_ensemble_learns_whom_to_trust() -> None:
    cases = []
    for number in range(600):
        right = number % 2 == 0
        noise = float(RANDOM.normal())
        features = (2.0 if right else -2.0, noise, 0.0, 0.0)
        cases.append(Case(number, Candidate(0, 1, "Method", 0.5, "neural"), features, right))
    for label in ("Task", "Dataset", "Hardware", "Metric"):
        cases += [c._replace(candidate=c.candidate._replace(label=label)) for c in cases[:600]]
    weights = fit_weights(cases)["Method"]
    assert weights.features[0] > 1
    assert abs(weights.features[1]) < 0.2
    assert stacking.to_table({"Method": weights}).startswith("type\tconstant\tnetwork")


def test_a_pool_leans_on_the_model_that_is_right() -> None:
    evidence = Evidence({}, {}, {})
    for number in range(400):
        right = number % 3
        scores = np.full(3, -1.0)
        scores[right] = 1.5
        evidence.add("roles", RANDOM.dirichlet(np.ones(3)), scores, right)
        evidence.add("quantity", float(RANDOM.random()), 2.0 if right else -2.0, int(right > 0))
    blends = fit_blends(evidence)
    assert blends["roles"].network > abs(blends["roles"].linear)
    assert blends["quantity"].network > 0.5
    assert blending.to_table(blends).splitlines()[0] == "part\tlinear\tnetwork\tconstant"


def test_calibration_gives_the_share_that_is_right() -> None:
    cases = [calibrating.Case("role uses", (4.0, 4.0), number % 4 > 0) for number in range(800)]
    cases += [calibrating.Case("role uses", (-4.0, -4.0), number % 10 == 0) for number in range(800)]
    cases += [calibrating.Case("role rare", (4.0, 4.0), True)] * 3
    weights = fit_calibration(cases)
    high = weights["role uses"]
    chance = 1 / (1 + np.exp(-(high.constant + 4 * high.score + 4 * high.mention)))
    assert chance == pytest.approx(0.75, abs=0.02)
    assert weights["role rare"] != high
