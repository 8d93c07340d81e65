"""JSON-LD: one object a paper, in the terms of the context that ships with kg and stands at the top of the file.

The context is written out, so that a reader fetches nothing. Numbers are strings with a type in the
context, as JSON numbers would come back in another form.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Final

from pyoxigraph import Literal, NamedNode, Quad

from kg.exporter import Exporter, Part
from kg.mapping.elements import VOCABULARY_LOSS
from kg.mapping.rdf_blocks import iter_blocks
from kg.namespaces import PREFIXES
from kg.resources import data_folder
from kg.schema import load_vocabulary
from kg.store import Store

_TYPE: Final = PREFIXES["rdf"] + "type"
_STRING: Final = PREFIXES["xsd"] + "string"


class JsonLdExporter(Exporter):
    """Named graphs as JSON-LD 1.1, compacted, a line for each subject."""

    name: ClassVar[str] = "json-ld"
    title: ClassVar[str] = "RDF with its graphs in JSON-LD 1.1, with the context in the file"
    suffixes: ClassVar[tuple[str, ...]] = (".jsonld",)
    losses: ClassVar[tuple[str, ...]] = (VOCABULARY_LOSS,)

    def iter_parts(self, store: Store) -> Iterator[Part]:
        yield Part("graph.jsonld", _iter_chunks(iter_blocks(store, load_vocabulary(), base=store.base)))


def _iter_chunks(blocks: Iterable[list[Quad]]) -> Iterator[bytes]:
    context = json.loads((data_folder("ontology") / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    terms = Terms(context)
    yield b'{"@context": ' + _dump(context) + b',\n"@graph": ['
    for number, block in enumerate(block for block in blocks if block):
        graph: dict[str, Any] = {"id": _name(block[0].graph_name), "graph": []}
        nodes = b",\n".join(_dump(node) for node in terms.iter_nodes(block))
        yield (b",\n" if number else b"\n") + _dump(graph)[:-2] + b"\n" + nodes + b"]}"
    yield b"\n]}\n"


class Terms:
    """Names of a JSON-LD context, looked up from IRI to name."""

    def __init__(self, context: dict[str, Any]) -> None:
        plain = {k: v for k, v in context.items() if isinstance(v, str) and not v.startswith("@")}
        self.prefixes = {k: v for k, v in plain.items() if v.endswith(("#", "/"))}
        detailed = {k: v for k, v in context.items() if isinstance(v, dict)}
        self.names: dict[str, str] = {}
        self.coercions: dict[str, str] = {}
        for name, definition in {**{k: {"@id": v} for k, v in plain.items()}, **detailed}.items():
            if name not in self.prefixes:
                iri = self.expand(definition["@id"])
                self.names[iri] = name
                self.coercions[iri] = self.expand(definition.get("@type", ""))

    def expand(self, name: str) -> str:
        """The IRI of a compact one; other texts as they are."""
        prefix, colon, rest = name.partition(":")
        return self.prefixes[prefix] + rest if colon and prefix in self.prefixes else name

    def iter_nodes(self, block: Iterable[Quad]) -> Iterator[dict[str, Any]]:
        """One object for each subject, subjects and properties in the order of the block."""
        nodes: dict[str, dict[str, Any]] = {}
        for quad in block:
            subject = _name(quad.subject)
            node = nodes.setdefault(subject, {"id": subject})
            iri = quad.predicate.value
            name = "type" if iri == _TYPE else self.names.get(iri, iri)
            value = self._value(iri, quad.object)
            node[name] = value if name not in node else [*_listed(node[name]), value]
        yield from nodes.values()

    def _value(self, predicate: str, term: Any) -> Any:
        if predicate == _TYPE:
            return self.names.get(term.value, term.value)
        coercion = self.coercions.get(predicate, "")
        if isinstance(term, Literal):
            datatype = term.datatype.value
            if term.language:
                return {"@value": term.value, "@language": term.language}
            if datatype == coercion or (datatype == _STRING and not coercion):
                return term.value
            return {"@value": term.value, "@type": datatype}
        if coercion == "@vocab":
            return self.names.get(term.value, term.value)
        return term.value if coercion == "@id" else {"id": term.value}


def _name(term: Any) -> str:
    return str(term.value) if isinstance(term, NamedNode) else str(term)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


IMPLEMENTATIONS: Final = (JsonLdExporter,)
