"""TriG: the whole dataset, one graph a paper and the vocabulary, with prefixes."""

from collections.abc import Iterator
from typing import ClassVar, Final

from pyoxigraph import RdfFormat

from kg.exporter import Exporter, Part
from kg.mapping.rdf_blocks import iter_graphs, serialize_blocks
from kg.store import Store


class TriGExporter(Exporter):
    """The whole dataset in TriG, paper by paper."""

    name: ClassVar[str] = "trig"
    title: ClassVar[str] = "RDF with its graphs in TriG, readable"
    suffixes: ClassVar[tuple[str, ...]] = (".trig",)

    def iter_parts(self, store: Store) -> Iterator[Part]:
        blocks = iter_graphs(store, base=store.base)
        yield Part("graph.trig", serialize_blocks(blocks, RdfFormat.TRIG))


IMPLEMENTATIONS: Final = (TriGExporter,)
