"""N-Quads: the whole dataset, sorted, one statement a line; the form in which stores are compared."""

from collections.abc import Iterator
from typing import ClassVar, Final

from kg.exporter import Exporter, Part
from kg.mapping.rdf import canonical_nquads, iter_store_quads
from kg.store import Store


class NQuadsExporter(Exporter):
    """Every quad of the store, the whole vocabulary included, in canonical order."""

    name: ClassVar[str] = "n-quads"
    title: ClassVar[str] = "RDF with its graphs in N-Quads, one a line, sorted"
    suffixes: ClassVar[tuple[str, ...]] = (".nq",)

    def iter_parts(self, store: Store) -> Iterator[Part]:
        yield Part("graph.nq", canonical_nquads(iter_store_quads(store, base=store.base)))


IMPLEMENTATIONS: Final = (NQuadsExporter,)
