"""Turn the rows of a query into a graph that can be drawn."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from kg.namespaces import fingerprint, normal_form
from kg.schema import entity_types
from kg.store import Cell, Iri, Store, Table
from kg.viz.projection import Evidence, PaperInfo

if TYPE_CHECKING:
    import networkx as nx

_CONCEPTS: Final = ("concept", "subject", "object", "baseline", "rival", "other", "source", "target", "from", "to")
_HUB: Final = "method"

Row = dict[str, Cell]


def view_of_rows(table: Table, *, store: Store | None = None) -> "nx.MultiDiGraph[str]":
    """The concepts that the rows name, with an arrow from each row's method, else first concept, to its other ones.

    Concepts are in the columns called as an entity type (method, hardware, …), subject, object, baseline and the
    like, and in those beside which a column of the same name with `_iri` stands. An arrow is called as the
    column `relation` says, else as the column it leads to. `path` is a list of concepts with an arrow from each
    to the next (`iris` and `steps` tell their IRIs and relations). A row without subject is said of its paper.
    `paper`, `title`, `sentence`, `score`, `value` and `unit` become evidence. `store` tells types that no column does.

    >>> table = Table(columns=("method", "hardware"), rows=[("BERT", "GPU")])
    >>> [data["relation"] for *_, data in view_of_rows(table).edges(data=True)]
    ['hardware']
    """
    import networkx as nx

    drawing = _Drawing(nx.MultiDiGraph(), table.columns)
    for row in table.rows:
        drawing.add(dict(zip(table.columns, row, strict=True)))
    if store is not None:
        _look_up_types(drawing.graph, store)
    drawing.graph.graph["papers"] = drawing.papers
    return drawing.graph


class _Drawing:
    """A graph that grows row by row."""

    def __init__(self, graph: "nx.MultiDiGraph[str]", columns: tuple[str, ...]) -> None:
        self.graph = graph
        self.papers: dict[str, PaperInfo] = {}
        self.types = {info.name.casefold(): str(info.name) for info in entity_types()}
        named = {*self.types, *_CONCEPTS, *(name.removesuffix("_iri") for name in columns if name.endswith("_iri"))}
        concepts = [name for name in columns if name in named - {"paper"}]
        self.columns = sorted(concepts, key=lambda name: name != _HUB)
        self.has_subject = "subject" in columns

    def add(self, row: Row) -> None:
        if isinstance(row.get("path"), list):
            self._add_path(row)
            return
        named = {name: cell for name in self.columns if (cell := row[name]) not in (None, "")}
        ends = [(name, self._node(name, str(cell), row.get(f"{name}_iri") or cell)) for name, cell in named.items()]
        if self.has_subject and "subject" not in named and (paper := self._paper(row)):
            self.graph.add_node(paper, label=self.papers[paper].label, type="Paper", papers=1)
            ends.insert(0, ("paper", paper))
        for name, target in ends[1:]:
            self._edge(ends[0][1], target, str(row.get("relation") or name), row)

    def _add_path(self, row: Row) -> None:
        labels, iris, steps = (_listed(row.get(name)) for name in ("path", "iris", "steps"))
        known = iris if len(iris) == len(labels) else labels
        nodes = [self._node("path", label, iri) for label, iri in zip(labels, known, strict=True)]
        named = steps if len(steps) == len(nodes) - 1 else ["path"] * len(nodes)
        for (source, target), relation in zip(pairwise(nodes), named, strict=False):
            self._edge(source, target, relation, row)

    def _node(self, column: str, label: str, identity: Cell) -> str:
        node = str(identity) if isinstance(identity, Iri) else f"concept:{normal_form(label)}"
        if node not in self.graph:
            self.graph.add_node(node, label=label, type=self.types.get(column, "Concept"), papers=0)
        return node

    def _edge(self, source: str, target: str, relation: str, row: Row) -> None:
        paper = self._paper(row)
        evidence = tuple(Evidence(paper, text) for text in _listed(row.get("sentence")))
        attributes: dict[str, Any] = {"relation": relation, "paper": paper, "evidence": evidence}
        if isinstance(score := row.get("score"), int | float):
            attributes["score"] = float(score)
        if (value := row.get("value")) is not None:
            sign = "" if row.get("comparator") in (None, "=") else f"{row['comparator']} "
            attributes["value"] = f"{sign}{value} {row.get('unit') or ''}".strip()
        key = fingerprint(source, relation, target, *(repr(cell) for cell in row.values()))
        self.graph.add_edge(source, target, key=key, **attributes)

    def _paper(self, row: Row) -> str:
        paper = str(row.get("paper_iri") or row.get("paper") or "")
        if paper:
            given = str(row.get("paper") or paper)
            self.papers.setdefault(paper, PaperInfo(str(row.get("title") or given), given))
        return paper


def _listed(cell: Cell) -> list[Any]:
    return [item for item in (cell if isinstance(cell, list) else [cell]) if item not in (None, "")]


def _look_up_types(graph: "nx.MultiDiGraph[str]", store: Store) -> None:
    for node, data in graph.nodes(data=True):
        if data["type"] == "Concept" and not node.startswith("concept:"):
            found = [match for match in store.find_concepts(node, limit=1) if match.iri == node and match.types]
            data["type"] = found[0].types[0] if found else "Concept"
