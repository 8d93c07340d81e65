"""N-Triples: every triple on a line of its own; the graphs that say which paper stated it are dropped."""

from collections.abc import Iterator
from typing import ClassVar, Final

from pyoxigraph import RdfFormat

from kg.exporter import Exporter, Part
from kg.mapping.rdf_blocks import TRIPLE_LOSSES, iter_blocks, serialize_blocks
from kg.schema import load_vocabulary
from kg.store import Store


class NTriplesExporter(Exporter):
    """Triples in N-Triples, paper by paper."""

    name: ClassVar[str] = "n-triples"
    title: ClassVar[str] = "RDF triples in N-Triples, one a line"
    suffixes: ClassVar[tuple[str, ...]] = (".nt",)
    losses: ClassVar[tuple[str, ...]] = TRIPLE_LOSSES

    def iter_parts(self, store: Store) -> Iterator[Part]:
        blocks = iter_blocks(store, load_vocabulary(), base=store.base)
        yield Part("graph.nt", serialize_blocks(blocks, RdfFormat.N_TRIPLES))


IMPLEMENTATIONS: Final = (NTriplesExporter,)
