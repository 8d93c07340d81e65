"""Layouts: the same every time, nothing on top of anything."""

import itertools
import math
import time

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.viz.layout import SPACING, place_nodes


def closest(places: dict[str, tuple[float, float]]) -> float:
    return min(math.dist(a, b) for a, b in itertools.combinations(places.values(), 2))


def named(graph: "nx.Graph[int]") -> "nx.MultiDiGraph[str]":
    return nx.MultiDiGraph((f"n{a}", f"n{b}") for a, b in graph.edges())


def test_no_node_and_one_node() -> None:
    assert place_nodes(nx.MultiDiGraph()) == {}
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("a")
    assert place_nodes(graph) == {"a": (0.0, 0.0)}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), min_size=1, max_size=60))
def test_every_node_has_its_own_place(edges: list[tuple[int, int]]) -> None:
    graph = named(nx.Graph(edges))
    places = place_nodes(graph)
    assert set(places) == set(graph)
    assert len(places) == 1 or closest(places) > SPACING / 3


def test_the_order_in_which_edges_come_does_not_matter() -> None:
    graph = named(nx.barabasi_albert_graph(60, 2, seed=3))
    other: nx.MultiDiGraph[str] = nx.MultiDiGraph(reversed([(b, a) for a, b in graph.edges()]))
    assert place_nodes(graph) == place_nodes(other)


def test_components_do_not_overlap() -> None:
    parts = [named(nx.relabel_nodes(nx.star_graph(5), {n: 10 * k + n for n in range(6)})) for k in range(8)]
    places = place_nodes(nx.compose_all(parts))
    boxes = []
    for part in parts:
        xs, ys = zip(*(places[n] for n in part), strict=True)
        boxes.append((min(xs), min(ys), max(xs), max(ys)))
    for a, b in itertools.combinations(boxes, 2):
        assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


@pytest.mark.parametrize("sparse", [1, 2])
def test_large_graphs_are_placed_in_seconds(sparse: int) -> None:
    graph = named(nx.barabasi_albert_graph(2000, sparse, seed=1))
    start = time.process_time()
    places = place_nodes(graph)
    assert time.process_time() - start < 20
    assert closest(places) > SPACING / 20
