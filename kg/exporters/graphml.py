"""GraphML with typed attributes, for Gephi, yEd, Cytoscape and networkx; written as it comes, not held in memory."""

from collections.abc import Iterator
from typing import Any, ClassVar, Final
from xml.sax.saxutils import escape, quoteattr

from kg.exporter import Exporter, Part
from kg.mapping.elements import EDGE_PROPERTIES, LOSSES, NODE_PROPERTIES, Edge, Node, iter_elements
from kg.mapping.rdf_blocks import XML_ILLEGAL
from kg.schema import load_vocabulary
from kg.store import Store

_TYPES: Final = {str: "string", list: "string", int: "long", float: "double", bool: "boolean"}
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation='
    '"http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)


class GraphMlExporter(Exporter):
    """Papers, results and concepts as nodes, facts as directed edges; parallel edges have ids."""

    name: ClassVar[str] = "graphml"
    title: ClassVar[str] = "nodes and edges in GraphML, for Gephi, yEd, Cytoscape"
    suffixes: ClassVar[tuple[str, ...]] = (".graphml",)
    losses: ClassVar[tuple[str, ...]] = (
        *LOSSES,
        "lists: their members are joined by ' | '",
        "control characters: U+FFFD stands for each",
    )

    def iter_parts(self, store: Store) -> Iterator[Part]:
        yield Part("graph.graphml", _iter_chunks(store))


def _iter_chunks(store: Store) -> Iterator[bytes]:
    yield _HEAD.encode()
    for kind, properties in (("node", NODE_PROPERTIES), ("edge", EDGE_PROPERTIES)):
        for name, value_type in properties.items():
            key = f'<key id="{kind}-{name}" for="{kind}" attr.name="{name}" attr.type="{_TYPES[value_type]}"/>\n'
            yield key.encode()
    yield b'<graph id="abstract-kg" edgedefault="directed">\n'
    for element in iter_elements(store, load_vocabulary(), base=store.base):
        yield _element(element).encode()
    yield b"</graph>\n</graphml>\n"


def _element(element: Node | Edge) -> str:
    if isinstance(element, Node):
        kind, ends = "node", ""
    else:
        kind, ends = "edge", f" source={quoteattr(element.source)} target={quoteattr(element.target)}"
    data = "".join(f'<data key="{kind}-{name}">{_text(value)}</data>' for name, value in element.properties.items())
    return f"<{kind} id={quoteattr(element.id)}{ends}>{data}</{kind}>\n"


def _text(value: Any) -> str:
    text = " | ".join(value) if isinstance(value, list) else str(value)
    return escape(XML_ILLEGAL.sub("\ufffd", text), {"\r": "&#13;"})


IMPLEMENTATIONS: Final = (GraphMlExporter,)
