"""Place the nodes of a graph in the plane, once and for all: equal graphs give equal pictures."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from kg.viz.analysis import to_simple

if TYPE_CHECKING:
    import networkx as nx

Point = tuple[float, float]
SPACING: Final = 64.0
"""The distance kept between nodes, in the units of the picture."""
_SEED: Final = 20250101
_WHOLE: Final = 400
_ASPECT: Final = 1.4
_STRETCH: Final = 1.12


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
    return _place_whole(simple, nodes) if len(nodes) <= _WHOLE else _place_islands(simple, nodes)


def _place_whole(simple: "nx.Graph[str]", nodes: Sequence[str]) -> dict[str, Point]:
    """The subgraph of `nodes` laid out by forces, around the origin, its area in proportion to their number."""
    import networkx as nx
    import numpy as np

    part: nx.Graph[str] = nx.Graph()
    part.add_nodes_from(nodes)
    part.add_edges_from(simple.subgraph(nodes).edges())
    radius = SPACING * math.sqrt(len(nodes))
    apart = 1.2 / math.sqrt(len(nodes))
    found = nx.spring_layout(part, seed=_SEED, iterations=100, method="force", weight=None, k=apart)
    points = _spread(np.array([found[node] for node in nodes]), radius)
    points = _push_apart(points, SPACING * 0.9, rounds=60)
    return {node: (float(x), float(y)) for node, (x, y) in zip(nodes, points, strict=True)}


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
    centres = _place_circles(chart, [SPACING * (math.sqrt(len(island)) + 1) for island in islands])
    placed: dict[str, Point] = {}
    for number, island in enumerate(islands):
        inner = _place_component(simple, sorted(island)) if len(islands) > 1 else _place_whole(simple, nodes)
        placed.update({node: (x + centres[number][0], y + centres[number][1]) for node, (x, y) in inner.items()})
    return placed


def _place_circles(chart: "nx.Graph[int]", radii: Sequence[float]) -> list[Point]:
    """Centres for circles of those radii: near to those they are joined with, none on another."""
    import networkx as nx
    import numpy as np

    size = 0.5 * math.sqrt(sum(r * r for r in radii))
    found = nx.spring_layout(chart, seed=_SEED, iterations=200, method="force", weight=None)
    points = np.array([found[number] for number in range(len(radii))]) * size
    reach = np.array(radii)
    return [(float(x), float(y)) for x, y in _push_apart(points, reach[:, None] + reach[None, :], rounds=300)]


def _spread(points: Any, radius: float) -> Any:
    """The same picture in a disc of that radius, filled half way to evenly: crowds loosen, strays come nearer."""
    import numpy as np

    points = points - np.median(points, axis=0)
    distance = np.sqrt((points**2).sum(axis=1)) + 1e-9
    even = np.sqrt((np.argsort(np.argsort(distance, kind="stable"), kind="stable") + 0.5) / len(points))
    wanted = radius * (0.6 * even + 0.4 * distance / distance.max())
    return points * (wanted / distance)[:, None] * [_STRETCH, 1.0 / _STRETCH]


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
    """The parts on one page, each as far up as it fits, then as far left (skyline packing)."""
    boxes = [_moved_to_origin(part) for part in parts]
    gap = 2 * SPACING
    area = sum((w + gap) * (h + gap) for _, w, h in boxes)
    width = max([math.sqrt(area * _ASPECT), *(w + gap for _, w, _ in boxes)], default=0.0)
    skyline: list[tuple[float, float, float]] = [(0.0, width, 0.0)]
    placed: dict[str, Point] = {}
    for part, wide, high in boxes:
        top, left = min(_heights(skyline, wide + gap, width))
        skyline = _raise(skyline, left, left + wide + gap, top + high + gap)
        placed.update({node: (round(x + left, 1), round(y + top, 1)) for node, (x, y) in part.items()})
    return placed


def _heights(skyline: Sequence[tuple[float, float, float]], wide: float, width: float) -> Iterator[tuple[float, float]]:
    """(top, left) of the places for a box: the skyline is (left, right, height) of its steps."""
    for left, _, _ in skyline:
        if left + wide <= width + 1e-6:
            yield max(height for a, b, height in skyline if a < left + wide - 1e-6 and b > left + 1e-6), left


def _raise(
    skyline: Sequence[tuple[float, float, float]], left: float, right: float, height: float
) -> list[tuple[float, float, float]]:
    cut = [(a, min(b, left), h) for a, b, h in skyline if a < left]
    cut.append((left, right, height))
    cut += [(max(a, right), b, h) for a, b, h in skyline if b > right + 1e-6]
    return cut


def _moved_to_origin(part: dict[str, Point]) -> tuple[dict[str, Point], float, float]:
    left = min(x for x, _ in part.values())
    top = min(y for _, y in part.values())
    moved = {node: (x - left, y - top) for node, (x, y) in part.items()}
    return moved, max(x for x, _ in moved.values()), max(y for _, y in moved.values())
