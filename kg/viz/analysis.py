"""Measures over a projection: centrality, communities, and choosing what is worth showing."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final, Literal

from kg.errors import UsageError

if TYPE_CHECKING:
    import networkx as nx

Measure = Literal["degree", "betweenness", "pagerank"]
_SEED: Final = 20250101
_SAMPLES: Final = 200


def centrality(graph: "nx.MultiDiGraph[str]", *, measure: Measure = "degree") -> dict[str, float]:
    """How central each node is, 0 to 1, arrows and parallel edges ignored.

    Betweenness of large graphs is estimated from 200 nodes, always the same ones. Raises UsageError.

    >>> import networkx as nx
    >>> centrality(nx.MultiDiGraph([("a", "b"), ("a", "c")]))["a"]
    1.0
    """
    import networkx as nx

    simple = to_simple(graph)
    if measure == "degree":
        return nx.degree_centrality(simple)
    if measure == "betweenness":
        samples = _SAMPLES if len(simple) > _SAMPLES else None
        return nx.betweenness_centrality(simple, k=samples, seed=_SEED)
    if measure == "pagerank":
        return nx.pagerank(simple)
    raise UsageError(f"unknown measure {measure!r}", mend="choose degree, betweenness or pagerank")


def communities(graph: "nx.MultiDiGraph[str]") -> list[set[str]]:
    """Groups of nodes with more edges inside than between (Blondel et al. 2008), the largest first.

    >>> import networkx as nx
    >>> communities(nx.MultiDiGraph([("a", "b"), ("c", "d")])) == [{"a", "b"}, {"c", "d"}]
    True
    """
    import networkx as nx

    simple = to_simple(graph)
    if not simple.number_of_edges():
        return [{node} for node in simple]
    found = nx.community.louvain_communities(simple, weight="weight", seed=_SEED)
    return sorted(found, key=lambda group: (-len(group), min(group)))


def to_simple(graph: "nx.MultiDiGraph[str]") -> "nx.Graph[str]":
    """The graph without arrows and loops; parallel edges are one edge whose `weight` counts them. Nodes sorted."""
    import networkx as nx

    simple: nx.Graph[str] = nx.Graph()
    simple.add_nodes_from(sorted(graph))
    for source, target in sorted((min(s, t), max(s, t)) for s, t in graph.edges()):
        if simple.has_edge(source, target):
            simple[source][target]["weight"] += 1
        elif source != target:
            simple.add_edge(source, target, weight=1)
    return simple


def find_neighbourhood(graph: "nx.MultiDiGraph[str]", centres: Iterable[str], *, hops: int) -> dict[str, int]:
    """The nodes at most `hops` edges from a centre, arrows ignored, each with its distance; centres have 0.

    >>> import networkx as nx
    >>> find_neighbourhood(nx.MultiDiGraph([("a", "b"), ("c", "b")]), ["a"], hops=1)
    {'a': 0, 'b': 1}
    """
    distance = {centre: 0 for centre in centres if centre in graph}
    border: Collection[str] = list(distance)
    for step in range(1, hops + 1):
        border = sorted({n for node in border for n in (*graph.succ[node], *graph.pred[node])} - distance.keys())
        distance.update(dict.fromkeys(border, step))
    return distance


def select_best(graph: "nx.MultiDiGraph[str]", limit: int, *, distance: dict[str, int] | None = None) -> list[str]:
    """At most `limit` nodes: the nearest first where distances are given, then those with most neighbours."""
    neighbours = {node: len({*graph.succ[node], *graph.pred[node]} - {node}) for node in graph}

    def rank(node: str) -> tuple[int, int, int, str]:
        return (distance or {}).get(node, 0), -neighbours[node], -graph.nodes[node].get("papers", 0), node

    return sorted(graph, key=rank)[:limit]
