"""Reliability: bins, shares, and the expected calibration error."""

import pytest

from kg.evaluation import measure_reliability
from kg.evaluation.calibration import judge_scores
from tests.evaluated import invented


def test_scores_that_are_shares_have_no_error() -> None:
    judged = judge_scores([(0.75, True), (0.75, True), (0.75, True), (0.75, False)])
    assert judged.error == 0
    assert [(b.low, b.high, b.items, b.mean_score, b.right) for b in judged.bins] == [(0.7, 0.8, 4, 0.75, 0.75)]


def test_the_error_weighs_bins_by_their_size() -> None:
    judged = judge_scores([(0.9, True)] * 3 + [(0.1, True)])
    assert judged.error == pytest.approx((3 * 0.1 + 0.9) / 4)


@pytest.mark.parametrize(("score", "low"), [(0.0, 0.0), (0.1, 0.1), (0.3, 0.3), (0.6, 0.6), (0.999, 0.9), (1.0, 0.9)])
def test_a_score_on_an_edge_belongs_to_the_bin_that_it_begins(score: float, low: float) -> None:
    assert [b.low for b in judge_scores([(score, True)]).bins] == [low]


def test_nothing_found_has_no_error() -> None:
    assert judge_scores([]).error is None


def test_every_found_item_is_judged_once() -> None:
    reliability = measure_reliability(invented())
    assert {part: judged.items for part, judged in reliability.items()} == {
        "mentions": 20,
        "roles": 18,
        "triples": 8,
        "results": 7,
    }
    rights = {part: round(sum(b.items * b.right for b in judged.bins)) for part, judged in reliability.items()}
    assert rights == {"mentions": 13, "roles": 15, "triples": 6, "results": 4}
