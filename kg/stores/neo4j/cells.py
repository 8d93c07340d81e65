"""Values of Neo4j as cells of a table."""

import json
from collections.abc import Mapping
from typing import Any

from neo4j.graph import Node, Path, Relationship

from kg.store import Cell, Iri, Scalar


def to_cell(value: Any, namespaces: tuple[str, ...]) -> Cell:
    """A value as one cell: nodes by their IRI, relationships and paths in Cypher's notation, maps as JSON.

    Text that begins with one of `namespaces` and holds no blank is an IRI. Dates and times are ISO 8601.

    >>> to_cell({"b": [1, None], "a": "x"}, ())
    '{"a": "x", "b": [1, null]}'
    """
    if isinstance(value, list | tuple) and not isinstance(value, Path):
        return [_scalar(item, namespaces) for item in value]
    return _scalar(value, namespaces)


def _scalar(value: Any, namespaces: tuple[str, ...]) -> Scalar:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return Iri(value) if value.startswith(namespaces) and not any(map(str.isspace, value)) else value
    if isinstance(value, Node):
        return Iri(value["iri"]) if "iri" in value else _node(value)
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, Relationship):
        return _relationship(value)
    if isinstance(value, Path):
        return _path(value)
    if isinstance(value, bytes | bytearray):
        return bytes(value).hex()
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True)
    if hasattr(value, "iso_format"):  # the driver's dates, times and durations
        return str(value.iso_format())
    return str(value)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Node | Relationship | Path):
        return str(_scalar(value, ()))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return _text(value)


def _node(node: Node) -> str:
    return f"({_labels(node)}{_properties(node)})"


def _labels(node: Node) -> str:
    return "".join(f":{label}" for label in sorted(node.labels))


def _relationship(relationship: Relationship) -> str:
    return f"[:{relationship.type}{_properties(relationship)}]"


def _properties(entity: Node | Relationship) -> str:
    return " " + json.dumps(_plain(dict(entity)), ensure_ascii=False, sort_keys=True) if len(entity) else ""


def _path(path: Path) -> str:
    """Nodes by label or name, with the direction of each step: (BERT)-[:RUNS_ON]->(GPU)."""
    text = _step(path.nodes[0])
    for before, relationship, after in zip(path.nodes, path.relationships, path.nodes[1:], strict=False):
        arrow = f"-[:{relationship.type}]-"
        forward = relationship.start_node == before
        text += (f"{arrow}>" if forward else f"<{arrow}") + _step(after)
    return text


def _step(node: Node) -> str:
    for key in ("label", "title", "iri", "name"):
        if isinstance(node.get(key), str):
            return f"({node[key]})"
    return f"({_labels(node)})"
