"""A store as RDF in blocks, one a paper, so that formats can be written without holding the whole graph."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from kg.mapping.elements import VOCABULARY_LOSS, UsedConcepts
from kg.mapping.rdf import iter_store_quads, to_quads, vocabulary_quads
from kg.namespaces import PREFIXES
from kg.schema import Vocabulary
from kg.store import Store

Term = NamedNode | BlankNode | Literal | Triple
_WITH_PREFIXES: Final = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML)
XML_ILLEGAL: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that no XML 1.0 document holds, not even escaped."""
TRIPLE_LOSSES: Final = (
    "named graphs: which paper a direct triple comes from (fact nodes still say it, with their evidence)",
    VOCABULARY_LOSS,
)


def iter_graphs(store: Store, *, base: str) -> Iterator[list[Quad]]:
    """Every quad of a store, a block for each named graph: the vocabulary, then the papers by IRI."""
    for _, quads in groupby(iter_store_quads(store, base=base), key=lambda quad: quad.graph_name):
        yield sorted(quads, key=str)


def iter_blocks(store: Store, vocabulary: Vocabulary, *, base: str) -> Iterator[list[Quad]]:
    """The quads of each paper, by IRI, then the terms of the vocabulary that they name, and all that are broader.

    Blocks are sorted, so that equal papers give equal blocks.
    """
    used = UsedConcepts(vocabulary)
    for paper in store.iter_papers():
        used.add(paper)
        yield sorted(to_quads(paper, base=base), key=str)
    yield sorted(vocabulary_quads(Vocabulary(used.terms())), key=str)


def serialize_blocks(blocks: Iterable[list[Quad]], rdf_format: RdfFormat) -> Iterator[bytes]:
    """One document in Turtle, N-Triples, RDF/XML, TriG or N-Quads, a piece for each block.

    Each block is written on its own, without the declarations that stand once at the top: the serializer
    puts them in an order of its own at every run. Formats without graphs get the triples. RDF/XML can hold
    no control characters: U+FFFD stands for them.
    """
    head, tail = _frame(rdf_format)
    yield head
    for block in blocks:
        yield _body(_serialize(block, rdf_format), rdf_format)
    yield tail


def _frame(rdf_format: RdfFormat) -> tuple[bytes, bytes]:
    """What stands before and after all blocks."""
    if rdf_format == RdfFormat.RDF_XML:
        names = "".join(f'\n\txmlns:{prefix}="{iri}"' for prefix, iri in sorted(PREFIXES.items()))
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{names}>\n'.encode(), b"</rdf:RDF>\n"
    if rdf_format in _WITH_PREFIXES:
        return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(PREFIXES.items())).encode(), b""
    return b"", b""


def _body(document: bytes, rdf_format: RdfFormat) -> bytes:
    if rdf_format == RdfFormat.RDF_XML:
        start = document.index(b">", document.index(b"<rdf:RDF")) + 1
        body = document[start : document.rindex(b"</rdf:RDF>")].lstrip(b"\n")
        return body.replace(b"\r", b"&#xD;")  # parsers of XML read a bare carriage return as a line feed
    start = 0
    while document.startswith(b"@prefix ", start):
        start = document.index(b"\n", start) + 1
    return document[start:]


def _serialize(block: list[Quad], rdf_format: RdfFormat) -> bytes:
    prefixes = PREFIXES if rdf_format in _WITH_PREFIXES else None
    if rdf_format.supports_datasets:
        return serialize(block, format=rdf_format, prefixes=prefixes) or b""
    clean = _without_controls if rdf_format == RdfFormat.RDF_XML else _same
    triples = (Triple(quad.subject, quad.predicate, clean(quad.object)) for quad in block)
    return serialize(triples, format=rdf_format, prefixes=prefixes) or b""


def _same(term: Term) -> Term:
    return term


def _without_controls(term: Term) -> Term:
    if isinstance(term, Literal) and XML_ILLEGAL.search(term.value):
        return Literal(XML_ILLEGAL.sub("\ufffd", term.value), datatype=term.datatype)
    return term
