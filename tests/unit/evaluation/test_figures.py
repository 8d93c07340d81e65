"""The figures are those of the scorer that comes with the annotated abstracts; intervals behave."""

import importlib.util
import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from kg.evaluation import Figure, match_all, measure, read_found, read_gold
from kg.evaluation.bootstrap import _Pairs
from kg.model import RELATIONS, ROLES
from tests.evaluated import FOLDER, annotation, invented, mention, write_lines

TEXT = "0123456789" * 3


def plain(figures: dict[str, Figure]) -> dict[str, Any]:
    """Without the number of abstracts and intervals, as the scorer prints them."""
    told: dict[str, Any] = msgspec.to_builtins(figures)
    return {name: {key: value for key, value in figure.items() if key != "interval"} for name, figure in told.items()}


def test_the_invented_gold_gets_the_figures_of_the_scorer() -> None:
    expected = json.loads((FOLDER / "expected.json").read_text())
    assert {"documents": 5, **plain(measure(invented()))} == expected


# Any annotations get the figures of the scorer

CONCEPTS = st.sampled_from(["a", "b", "c", "Speed-up", "speed up"])


@st.composite
def mentions(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(st.integers(0, 27))
    end = draw(st.integers(start + 1, min(30, start + 4)))
    kind = draw(st.sampled_from(["Method", "Hardware", "Metric"]))
    found: dict[str, Any] = {"start": start, "end": end, "type": kind, "concept": draw(CONCEPTS)}
    found["score"] = draw(st.sampled_from([0.2, 0.6, 1.0]))
    return found


RESULTS = st.fixed_dictionaries(
    {"value": st.sampled_from(["1", "1.0", "2x", "two", "1,000", 3, 2.5])},
    optional={
        "metric": st.none() | CONCEPTS,
        "unit": st.sampled_from([None, "%", "X", "x"]),
        "comparator": st.sampled_from([None, "=", ">="]),
        "method": st.none() | CONCEPTS,
        "baseline": st.none() | CONCEPTS,
    },
)
PAPERS = st.fixed_dictionaries(
    {
        "mentions": st.lists(mentions(), max_size=6),
        "roles": st.dictionaries(CONCEPTS, st.lists(st.sampled_from(ROLES), max_size=2), max_size=4),
        "triples": st.lists(st.tuples(CONCEPTS, st.sampled_from(RELATIONS[-4:]), CONCEPTS), max_size=4),
        "results": st.lists(RESULTS, max_size=3),
    }
)


@pytest.fixture(scope="module")
def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "gold" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(papers=st.lists(st.tuples(PAPERS, st.none() | PAPERS), min_size=1, max_size=4), cut=st.sampled_from([0.0, 0.5]))
def test_any_annotations_get_the_figures_of_the_scorer(
    scorer: ModuleType, tmp_path: Path, papers: list[tuple[Any, Any]], cut: float
) -> None:
    golds = [{"id": str(n), "text": TEXT, **gold} for n, (gold, _) in enumerate(papers)]
    found = [{"id": str(n), "text": TEXT, **said} for n, (_, said) in enumerate(papers) if said is not None]
    read = read_gold(write_lines(tmp_path / "gold.jsonl", *golds))
    matches = match_all(
        read, read_found(write_lines(tmp_path / "found.jsonl", *found), {g.id: g.text for g in read}), min_score=cut
    )
    ours = plain(measure(matches, samples=0))
    theirs, _ = scorer.score(golds, {paper["id"]: paper for paper in found})
    kept = [{**paper, "mentions": [m for m in paper["mentions"] if m["score"] >= cut]} for paper in found]
    filtered, _ = scorer.score(golds, {paper["id"]: paper for paper in kept})
    for name, figure in ours.items():
        by_mentions = name.startswith("mentions") or name == "linking_pairs"
        if cut == 0 or name != "concepts":
            assert figure == (filtered if by_mentions else theirs)[name], name


# Intervals


def test_equal_seeds_give_equal_intervals_and_others_others() -> None:
    first, again, other = (measure(invented(), seed=seed) for seed in (3, 3, 4))
    assert first == again != other
    assert plain(first) == plain(other)


def test_an_interval_holds_its_figure_and_is_in_order() -> None:
    for figure in measure(invented()).values():
        assert figure.interval is not None
        for value, bounds in ((figure.p, figure.interval.p), (figure.r, figure.interval.r)):
            assert bounds is not None
            assert 0 <= bounds[0] <= value <= bounds[1] <= 1


def test_what_is_all_right_has_no_width() -> None:
    papers = [annotation(mention(0, 5), name=str(n)) for n in range(5)]
    figures = measure(match_all(papers, {p.id: p for p in papers}))
    assert figures["mentions"].interval is not None
    assert figures["mentions"].interval.f1 == (1.0, 1.0)


def test_where_there_is_nothing_to_tell_by_there_is_no_interval() -> None:
    papers = [annotation(mention(0, 5), name=str(n)) for n in range(5)]
    figures = measure(match_all(papers, {}))
    assert figures["triples"].interval is not None
    assert figures["triples"].interval.f1 is None
    assert figures["mentions"].interval is not None
    assert (figures["mentions"].interval.p, figures["mentions"].interval.r) == (None, (0.0, 0.0))
    assert all(figure.interval is None for figure in measure(match_all(papers[:1], {})).values())
    assert all(figure.interval is None for figure in measure(match_all(papers, {}), samples=0).values())


def test_intervals_are_those_of_scipy() -> None:
    random = np.random.default_rng(5)
    papers = [annotation(*(mention(10 * k, 10 * k + 5) for k in range(8)), name=str(n)) for n in range(40)]
    kept = random.random((40, 8)) < 0.7
    found = {
        p.id: annotation(*(m for m, keep in zip(p.mentions, row, strict=True) if keep), name=p.id)
        for p, row in zip(papers, kept, strict=True)
    }
    ours = measure(match_all(papers, found), samples=4000)["mentions"].interval
    theirs = stats.bootstrap((kept.mean(axis=1),), np.mean, n_resamples=4000, method="percentile", rng=random)
    assert ours is not None
    assert ours.r == pytest.approx((theirs.confidence_interval.low, theirs.confidence_interval.high), abs=0.01)


@given(
    papers=st.lists(
        st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy")), max_size=5), min_size=2, max_size=4
    ),
    weights=st.lists(st.integers(0, 3), min_size=4, max_size=4),
)
def test_a_mention_and_its_copy_in_a_sample_are_no_pair(
    papers: list[list[tuple[str, str]]], weights: list[int]
) -> None:
    weights = weights[: len(papers)]
    counted = _Pairs([Counter(links) for links in papers], lambda link: link[0])
    copies = [
        (number, place, link)
        for number, links in enumerate(papers)
        for _ in range(weights[number])
        for place, link in enumerate(links)
    ]
    within = sum(
        weight * sum(a[0] == b[0] for a, b in combinations(links, 2))
        for weight, links in zip(weights, papers, strict=True)
    )
    across = sum(a[2][0] == b[2][0] for a, b in combinations(copies, 2) if a[0] != b[0])
    assert counted.count(np.array([weights], dtype=np.float64))[0] == within + across
