"""Turn the rows of a query into a graph that can be drawn."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from kg.namespaces import fingerprint, normal_form
from kg.schema import entity_types
from kg.store import Cell, Iri, Table
from kg.viz.projection import Evidence, PaperInfo

if TYPE_CHECKING:
    import networkx as nx

_PAPER: Final = "paper"
_TITLE: Final = "title"
_QUOTES: Final = ("sentence", "evidence", "quote")
_PLAIN: Final = {_PAPER, _TITLE, *_QUOTES, "relation", "predicate", "score", "value", "unit", "comparator", "year"}
_CONCEPTS: Final = {"concept", "subject", "object", "baseline", "rival", "other", "source", "target", "from", "to"}


def view_of_rows(table: Table) -> "nx.MultiDiGraph[str]":
    """The concepts that the rows name as nodes; in each row an arrow from the first concept to each other one.

    Columns of concepts are those that hold IRIs (the label beside it in the column of the same name with
    `label`), those named as an entity type (method, hardware, …) and subject, object, baseline, concept and
    the like. An arrow is called as the column `relation` says, else as the column it leads to. A list is a
    path: an arrow from each of its concepts to the next. `paper`, `title`, `sentence`, `score`, `value` and
    `unit` become evidence.

    >>> table = Table(columns=("method", "hardware"), rows=[("BERT", "GPU")])
    >>> [(data["relation"]) for *_, data in view_of_rows(table).edges(data=True)]
    ['hardware']
    """
    import networkx as nx

    drawing = _Drawing(nx.MultiDiGraph(), table)
    for row in table.rows:
        drawing.add(dict(zip(table.columns, row, strict=True)))
    drawing.graph.graph["papers"] = drawing.papers
    return drawing.graph


class _Drawing:
    """A graph that grows row by row."""

    def __init__(self, graph: "nx.MultiDiGraph[str]", table: Table) -> None:
        self.graph = graph
        self.papers: dict[str, PaperInfo] = {}
        self.labels = _label_columns(table)
        self.columns = [name for name in table.columns if name not in self.labels.values() and _names(table, name)]

    def add(self, row: dict[str, Cell]) -> None:
        path = next((cell for name in self.columns if isinstance(cell := row[name], list)), None)
        if path is not None:
            nodes = [self._node(str(name), "path", str(name)) for name in path if name is not None]
            for source, target in pairwise(nodes):
                self._edge(source, target, "path", row)
            return
        named = {name: cell for name in self.columns if (cell := row[name]) not in (None, "")}
        ends = [(name, self._node(cell, name, row.get(self.labels.get(name, "")))) for name, cell in named.items()]
        for name, target in ends[1:]:
            self._edge(ends[0][1], target, str(row.get("relation") or row.get("predicate") or name), row)

    def _node(self, cell: Any, column: str, label: Cell) -> str:
        name = str(label or cell)
        node = str(cell) if isinstance(cell, Iri) else f"concept:{normal_form(name)}"
        if node not in self.graph:
            self.graph.add_node(node, label=name, type=column[:1].upper() + column[1:], papers=0)
        return node

    def _edge(self, source: str, target: str, relation: str, row: dict[str, Cell]) -> None:
        relation = relation.rpartition("#")[2]
        paper, evidence = self._evidence(row)
        attributes: dict[str, Any] = {"relation": relation, "paper": paper, "evidence": evidence}
        if isinstance(score := row.get("score"), int | float):
            attributes["score"] = float(score)
        if (value := row.get("value")) is not None:
            attributes["value"] = f"{value} {row.get('unit') or ''}".strip()
        key = fingerprint(source, relation, target, paper, *(str(part) for part in row.values()))
        self.graph.add_edge(source, target, key=key, **attributes)

    def _evidence(self, row: dict[str, Cell]) -> tuple[str, tuple[Evidence, ...]]:
        paper = str(row.get(_PAPER) or "")
        if paper:
            self.papers.setdefault(paper, PaperInfo(str(row.get(_TITLE) or paper), paper))
        cells = [row.get(name) for name in _QUOTES]
        texts = [str(text) for cell in cells for text in (cell if isinstance(cell, list) else [cell]) if text]
        return paper, tuple(Evidence(paper, text) for text in dict.fromkeys(texts))


def _names(table: Table, column: str) -> bool:
    """Whether a column names concepts."""
    if column.casefold() in _PLAIN:
        return False
    cells = [row[table.columns.index(column)] for row in table.rows]
    known = {info.name.casefold() for info in entity_types()} | _CONCEPTS
    return column.casefold() in known or any(isinstance(cell, Iri | list) for cell in cells)


def _label_columns(table: Table) -> dict[str, str]:
    """The column with the labels, for each column that has one."""
    plain = {name.casefold().replace("_", "").replace("-", ""): name for name in table.columns}
    found = {name: plain.get(f"{name.casefold()}label", "") for name in table.columns}
    return {name: labels for name, labels in found.items() if labels}
