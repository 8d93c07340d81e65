"""A store on a pyoxigraph engine: each paper one named graph, beside them the vocabulary, the names, the store's own.

Graphs of the store's own are in no export and no count: `kg:store` (the fingerprint of the vocabulary) and those of
`kg.stores._oxigraph.names`.
"""

import time
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar, Final

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import LanguageError, StoreError
from kg.mapping.rdf import from_quads, to_quads, vocabulary_quads
from kg.model import Extraction
from kg.namespaces import ONTOLOGY, VOCABULARY_GRAPH
from kg.schema import Vocabulary, type_names
from kg.store import ConceptMatch, Counts, Language, Store, Table
from kg.stores._oxigraph.faults import mapped_faults
from kg.stores._oxigraph.names import PAPER_NAMES, VOCABULARY_NAMES, NameIndex, paper_names, vocabulary_names
from kg.stores._oxigraph.sparql import bind_parameters, check_query
from kg.stores._oxigraph.worker import run_query, run_query_within

FORMAT: Final = 1
BATCH_QUADS: Final = 100_000
BATCH_SECONDS: Final = 5.0
"""A batch ends when it is large, or old: a slow source loses little to a kill, a fast one is stored at full speed."""
BULK_QUADS: Final = 20_000
"""From here on writing files of its own is faster than a transaction."""

_STORE: Final = NamedNode(ONTOLOGY + "store")
_FINGERPRINT: Final = NamedNode(ONTOLOGY + "vocabularyFingerprint")
_VOCABULARY: Final = NamedNode(VOCABULARY_GRAPH)
_REVISION: Final = NamedNode(ONTOLOGY + "revision")
_COUNT: Final = """
SELECT ?type (COUNT({counted}) AS ?count) {{
  VALUES ?type {{ {types} }} GRAPH ?paper {{ ?thing a ?type }} FILTER(?paper != {vocabulary})
}} GROUP BY ?type
"""
_SIZE: Final = "SELECT (COUNT(*) AS ?size) {{ GRAPH {} {{ ?s ?p ?o }} }}"
_OWN: Final = (_STORE, VOCABULARY_NAMES, PAPER_NAMES)
_FACTS: Final = ("AssertedFact", "NegatedFact", "HedgedFact")


class OxigraphStore(Store):
    """What `put`, `remove` and questions are to both stores. Subclasses open the engine and take snapshots."""

    languages: ClassVar[tuple[Language, ...]] = ("sparql",)

    def __init__(self, engine: pyoxigraph.Store, *, place: str, base: str, read_only: bool = False) -> None:
        self.base = base
        self.place = place
        self.read_only = read_only
        self._engine: pyoxigraph.Store | None = engine
        self._names: NameIndex | None = None
        self._dirty = False

    @abstractmethod
    def _snapshot(self) -> AbstractContextManager[Path]:
        """A copy that a child process may read meanwhile: a folder of the engine, or a file of N-Quads."""

    @property
    def engine(self) -> pyoxigraph.Store:
        """The engine. Raises StoreError once the store is closed."""
        if self._engine is None:
            raise StoreError(f"{self.place}: the store is closed", mend="open it again")
        return self._engine

    def _writer(self) -> pyoxigraph.Store:
        if self.read_only:
            raise StoreError(f"{self.place}: the store is open for reading only", mend="open it for writing")
        engine = self.engine
        self._names = None
        self._dirty = True
        return engine

    def write_vocabulary(self, vocabulary: Vocabulary) -> bool:
        """Store the vocabulary in place of another version of it. Returns False where it is there already."""
        current = Quad(_STORE, _FINGERPRINT, Literal(vocabulary.fingerprint), _STORE)
        with mapped_faults(self.place):
            if current in self.engine:
                return False
            engine = self._writer()
            for quad in list(engine.quads_for_pattern(_STORE, _FINGERPRINT, None, _STORE)):
                engine.remove(quad)
            engine.remove_graph(_VOCABULARY)
            engine.remove_graph(VOCABULARY_NAMES)
            engine.bulk_extend(vocabulary_quads(vocabulary))
            engine.bulk_extend(vocabulary_names(vocabulary))
            engine.extend([current])
        return True

    def put(self, papers: Iterable[Extraction]) -> int:
        return self.put_graphs((paper.iri, to_quads(paper, base=self.base)) for paper in papers)

    def put_graphs(self, graphs: Iterable[tuple[str, Sequence[Quad]]]) -> int:
        """Like `put`, for papers that are quads already: (IRI of the paper, all quads of its graph)."""
        self._writer()
        count = size = 0
        batch: dict[str, Sequence[Quad]] = {}
        begun = time.monotonic()
        try:
            for iri, quads in graphs:
                count += 1
                size += len(quads)
                batch[iri] = quads
                if size >= BATCH_QUADS or time.monotonic() - begun > BATCH_SECONDS:
                    full, batch, size = batch, {}, 0
                    self._write_batch(full)
                    begun = time.monotonic()
        finally:
            if batch:
                self._write_batch(batch)
        return count

    def _write_batch(self, batch: Mapping[str, Sequence[Quad]]) -> None:
        engine = self._writer()
        with mapped_faults(self.place):
            nodes = {iri: NamedNode(iri) for iri in batch}
            old = {iri for iri, node in nodes.items() if engine.contains_named_graph(node)}
            new = [quad for iri, quads in batch.items() if iri not in old for quad in quads]
            names = [name for quads in batch.values() for name in paper_names(quads, base=self.base)]
            engine.extend(names)
            if len(new) >= BULK_QUADS:
                engine.bulk_extend(new)
            elif new:
                engine.extend(new)
            for iri in sorted(old):
                engine.update(_replacement(nodes[iri], batch[iri]))

    def remove(self, iris: Iterable[str]) -> int:
        engine = self._writer()
        count = 0
        with mapped_faults(self.place):
            for iri in iris:
                if (node := self._find_paper(iri)) is not None:
                    engine.remove_graph(node)
                    count += 1
        return count

    def _find_paper(self, iri: str) -> NamedNode | None:
        try:
            node = NamedNode(iri)
        except ValueError:
            return None
        return node if next(self.engine.quads_for_pattern(node, _REVISION, None, node), None) else None

    def clear(self) -> None:
        engine = self._writer()
        self.remove([iri for iri, _ in self.iter_revisions()])
        with mapped_faults(self.place):
            engine.remove_graph(PAPER_NAMES)

    def iter_papers(self, iris: Sequence[str] | None = None) -> Iterator[Extraction]:
        known = [iri for iri, _ in self.iter_revisions()] if iris is None else sorted(set(iris))
        for iri in known:
            if (node := self._find_paper(iri)) is not None:
                with mapped_faults(self.place):
                    quads = list(self.engine.quads_for_pattern(None, None, None, node))
                yield from_quads(quads, base=self.base)

    def iter_revisions(self) -> Iterator[tuple[str, str]]:
        with mapped_faults(self.place):
            found = sorted(
                (quad.subject.value, quad.object.value)
                for quad in self.engine.quads_for_pattern(None, _REVISION, None, None)
                if quad.subject == quad.graph_name
                and isinstance(quad.subject, NamedNode)
                and isinstance(quad.object, Literal)
            )
        yield from found

    def iter_quads(self, *, include_vocabulary: bool = True) -> Iterator[Quad]:
        """All quads, the vocabulary's first, then paper by paper by ascending IRI; within a graph by their N-Quads."""
        papers = [NamedNode(iri) for iri, _ in self.iter_revisions()]
        for graph in [*([_VOCABULARY] if include_vocabulary else []), *papers]:
            with mapped_faults(self.place):
                quads = sorted(self.engine.quads_for_pattern(None, None, None, graph), key=str)
            yield from quads

    def find_concepts(self, text: str, *, limit: int = 10) -> list[ConceptMatch]:
        with mapped_faults(self.place):
            self._names = self._names or NameIndex(self.engine, base=self.base)
            return self._names.find(text, limit=limit)

    def counts(self) -> Counts:
        own = [run_query(self.engine, _SIZE.format(graph)).rows[0][0] for graph in _OWN]
        with mapped_faults(self.place):
            quads = len(self.engine) - sum(map(int, map(str, own)))
        concepts = self._count(type_names(), counted="DISTINCT ?thing")
        others = self._count(("Paper", "Result", *_FACTS), counted="*")
        return Counts(
            papers=others["Paper"],
            concepts={name: concepts[name] for name in type_names()},
            facts=sum(others[name] for name in _FACTS),
            results=others["Result"],
            quads=quads,
        )

    def _count(self, types: Iterable[str], *, counted: str) -> Counter[str]:
        """How many things of those types the papers' graphs hold."""
        names = " ".join(f"<{ONTOLOGY}{name}>" for name in types)
        table = run_query(self.engine, _COUNT.format(counted=counted, types=names, vocabulary=_VOCABULARY))
        return Counter({str(kind).removeprefix(ONTOLOGY): int(str(count)) for kind, count in table.rows})

    def query(
        self,
        language: Language,
        text: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Table:
        """As the contract says. With `timeout` (seconds) the query runs on a snapshot in a process of its own."""
        if language != "sparql":
            raise LanguageError(f"{self.place}: this store does not speak {language}", mend="give the URL of a Neo4j")
        check_query(text)
        bound = bind_parameters(text, parameters)
        engine = self.engine
        if timeout is None:
            return run_query(engine, bound)
        with mapped_faults(self.place), self._snapshot() as snapshot:
            return run_query_within(snapshot, bound, timeout)

    def flush(self) -> None:
        if self._dirty and not self.read_only:
            with mapped_faults(self.place):
                self.engine.flush()
            self._dirty = False

    def close(self) -> None:
        if self._engine is None:
            return
        try:
            self.flush()
        finally:
            self._engine = self._names = None


def _replacement(graph: NamedNode, quads: Iterable[Quad]) -> str:
    """An update that puts the quads in place of the graph, in one transaction."""
    triples = " .\n".join(f"{quad.subject} {quad.predicate} {quad.object}" for quad in quads)
    return f"DROP SILENT GRAPH {graph} ;\nINSERT DATA {{ GRAPH {graph} {{\n{triples}\n}} }}"
