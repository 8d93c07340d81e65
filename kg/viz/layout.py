"""Place the nodes of a graph in the plane, once and for all: equal graphs give equal pictures."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from kg.viz.analysis import to_simple

if TYPE_CHECKING:
    import networkx as nx

Point = tuple[float, float]
SPACING: Final = 90.0
"""The distance kept between nodes, in the units of the picture."""
_SEED: Final = 20250101
_WHOLE: Final = 400
_ASPECT: Final = 1.5


def place_nodes(graph: "nx.MultiDiGraph[str]") -> dict[str, Point]:
    """A position for each node. Connected components stand apart, the largest first, in rows.

    Components of up to 400 nodes are laid out whole by forces (Fruchterman and Reingold 1991); larger ones
    as islands, one a community, on a map of the communities.

    >>> import networkx as nx
    >>> sorted(place_nodes(nx.MultiDiGraph([("a", "b")])))
    ['a', 'b']
    """
    import networkx as nx

    simple = to_simple(graph)
    parts = sorted(nx.connected_components(simple), key=lambda part: (-len(part), min(part)))
    placed = [_place_component(simple, sorted(part)) for part in parts]
    return _pack(placed)


def _place_component(simple: "nx.Graph[str]", nodes: Sequence[str]) -> dict[str, Point]:
    if len(nodes) == 1:
        return {nodes[0]: (0.0, 0.0)}
    if len(nodes) == 2:
        return {nodes[0]: (0.0, 0.0), nodes[1]: (1.5 * SPACING, 0.0)}
    found = _place_whole(simple, nodes) if len(nodes) <= _WHOLE else _place_islands(simple, nodes)
    return _separate(found)


def _place_whole(simple: "nx.Graph[str]", nodes: Sequence[str]) -> dict[str, Point]:
    """The subgraph of `nodes` laid out by forces, around the origin, its area in proportion to their number."""
    import networkx as nx

    part: nx.Graph[str] = nx.Graph()
    part.add_nodes_from(nodes)
    part.add_edges_from(simple.subgraph(nodes).edges())
    radius = SPACING * math.sqrt(len(nodes))
    found = nx.spring_layout(part, seed=_SEED, iterations=150, method="force", weight=None, k=1.2 / math.sqrt(len(nodes)))
    return {node: (float(x) * radius, float(y) * radius) for node, (x, y) in found.items()}


def _place_islands(simple: "nx.Graph[str]", nodes: Sequence[str]) -> dict[str, Point]:
    import networkx as nx

    islands = nx.community.louvain_communities(simple.subgraph(nodes), weight="weight", seed=_SEED)
    islands.sort(key=lambda island: (-len(island), min(island)))
    of = {node: number for number, island in enumerate(islands) for node in island}
    chart: nx.Graph[int] = nx.Graph()
    chart.add_nodes_from(range(len(islands)))
    for source, target in simple.edges(nodes):
        if of[source] != of[target]:
            weight = chart.get_edge_data(of[source], of[target], {"weight": 0})["weight"]
            chart.add_edge(of[source], of[target], weight=weight + 1)
    centres = _place_circles(chart, [SPACING * (1.1 * math.sqrt(len(island)) + 1) for island in islands])
    placed: dict[str, Point] = {}
    for number, island in enumerate(islands):
        inner = _place_whole(simple, sorted(island)) if len(island) > 1 else {node: (0.0, 0.0) for node in island}
        placed.update({node: (x + centres[number][0], y + centres[number][1]) for node, (x, y) in inner.items()})
    return placed


def _place_circles(chart: "nx.Graph[int]", radii: Sequence[float]) -> list[Point]:
    """Centres for circles of those radii: near to those they are joined with, none on another."""
    import networkx as nx
    import numpy as np

    size = math.sqrt(sum(r * r for r in radii))
    found = nx.spring_layout(chart, seed=_SEED, iterations=200, method="force", weight=None)
    points = np.array([found[number] for number in range(len(radii))]) * size
    reach = np.array(radii)
    return [(float(x), float(y)) for x, y in _push_apart(points, reach[:, None] + reach[None, :], rounds=300)]


def _separate(placed: dict[str, Point]) -> dict[str, Point]:
    """The same picture with no two nodes nearer than they should be."""
    import numpy as np

    points = _push_apart(np.array(list(placed.values())), SPACING * 0.8, rounds=40)
    return {node: (float(x), float(y)) for node, (x, y) in zip(placed, points, strict=True)}


def _push_apart(points: Any, wanted: Any, *, rounds: int) -> Any:
    """Move points until each pair is `wanted` apart (a number, or a matrix), or `rounds` are over."""
    import numpy as np

    points = points + np.arange(len(points))[:, None] * [1e-6, -1e-6]
    for _ in range(rounds):
        apart = points[:, None, :] - points[None, :, :]
        distance = np.sqrt((apart**2).sum(axis=2)) + 1e-9
        lack = np.clip(wanted - distance, 0.0, None)
        np.fill_diagonal(lack, 0.0)
        if lack.max(initial=0.0) < 1e-3:
            break
        points = points + (apart * (lack / distance)[:, :, None]).sum(axis=1) * 0.3
    return points


def _pack(parts: Iterable[dict[str, Point]]) -> dict[str, Point]:
    """The parts side by side in rows, as wide as the whole needs to look like a page."""
    boxes = [_moved_to_origin(part) for part in parts]
    area = sum((w + 2 * SPACING) * (h + 2 * SPACING) for _, w, h in boxes)
    width = max([math.sqrt(area * _ASPECT), *(w for _, w, _ in boxes)], default=0.0)
    placed: dict[str, Point] = {}
    left = top = row = 0.0
    for part, wide, high in boxes:
        if left and left + wide > width:
            left, top, row = 0.0, top + row + 2 * SPACING, 0.0
        placed.update({node: (round(x + left, 1), round(y + top, 1)) for node, (x, y) in part.items()})
        left, row = left + wide + 2 * SPACING, max(row, high)
    return placed


def _moved_to_origin(part: dict[str, Point]) -> tuple[dict[str, Point], float, float]:
    left = min(x for x, _ in part.values())
    top = min(y for _, y in part.values())
    moved = {node: (x - left, y - top) for node, (x, y) in part.items()}
    return moved, max(x for x, _ in moved.values()), max(y for _, y in moved.values())
