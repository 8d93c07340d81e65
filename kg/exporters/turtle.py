"""Turtle: every triple, prefixes, readable; the graphs that say which paper stated it are dropped."""

from collections.abc import Iterator
from typing import ClassVar, Final

from pyoxigraph import RdfFormat

from kg.exporter import Exporter, Part
from kg.mapping.rdf_blocks import TRIPLE_LOSSES, iter_blocks, serialize_blocks
from kg.schema import load_vocabulary
from kg.store import Store


class TurtleExporter(Exporter):
    """Triples in Turtle, paper by paper."""

    name: ClassVar[str] = "turtle"
    title: ClassVar[str] = "RDF triples in Turtle"
    suffixes: ClassVar[tuple[str, ...]] = (".ttl", ".turtle")
    losses: ClassVar[tuple[str, ...]] = TRIPLE_LOSSES

    def iter_parts(self, store: Store) -> Iterator[Part]:
        blocks = iter_blocks(store, load_vocabulary(), base=store.base)
        yield Part("graph.ttl", serialize_blocks(blocks, RdfFormat.TURTLE))


IMPLEMENTATIONS: Final = (TurtleExporter,)
