"""RDF/XML: every triple for tools that read nothing newer; graphs are dropped, control characters replaced."""

from collections.abc import Iterator
from typing import ClassVar, Final

from pyoxigraph import RdfFormat

from kg.exporter import Exporter, Part
from kg.mapping.rdf_blocks import TRIPLE_LOSSES, iter_blocks, serialize_blocks
from kg.schema import load_vocabulary
from kg.store import Store


class RdfXmlExporter(Exporter):
    """Triples in RDF/XML, paper by paper."""

    name: ClassVar[str] = "rdf-xml"
    title: ClassVar[str] = "RDF triples in RDF/XML"
    suffixes: ClassVar[tuple[str, ...]] = (".rdf", ".owl", ".xml")
    losses: ClassVar[tuple[str, ...]] = (*TRIPLE_LOSSES, "control characters: U+FFFD stands for each")

    def iter_parts(self, store: Store) -> Iterator[Part]:
        blocks = iter_blocks(store, load_vocabulary(), base=store.base)
        yield Part("graph.rdf", serialize_blocks(blocks, RdfFormat.RDF_XML))


IMPLEMENTATIONS: Final = (RdfXmlExporter,)
