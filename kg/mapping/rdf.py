"""RDF: quads <-> Extraction, and the vocabulary as quads.

Shape (kg: is `kg.namespaces.ONTOLOGY`); one named graph a paper, whose name is the paper's IRI P:

    P  a kg:Paper ; kg:key ; dcterms:identifier ; dcterms:title ? ; dcterms:abstract ; kg:revision ;
       kg:meta "…"^^rdf:JSON ? ; kg:sentence S … ; prov:wasGeneratedBy A ; kg:reportsResult F … ;
       kg:mentionComponent ? ; kg:roleComponent ? ; kg:relationComponent ? ; kg:resultComponent ? ;
       dcterms:creator … ; dcterms:date ? ; kg:year ? ; bibo:doi ? ; kg:arxiv ? ; kg:venue ? ; kg:category …
    A  BASE activity/HASH: a prov:Activity ; kg:version ; kg:configuration ; kg:vocabularyVersion ; kg:model ? ;
       prov:wasAssociatedWith kg:pipeline
    S  P#sentence-FIELD-START-END: a kg:Sentence ; rdf:value "…"
    M  P#mention-FIELD-START-END: a kg:MethodMention (or of another type) ; kg:refersTo C ; kg:inSentence S ;
       kg:score ; kg:component ?
    E  P#span-FIELD-START-END, evidence that is no mention: a kg:EvidenceSpan ; kg:inSentence S
    C  a kg:Method (each type it has in the paper) ; skos:prefLabel ; skos:altLabel …
    F  BASE fact/ID: a kg:AssertedFact | kg:NegatedFact | kg:HedgedFact ; rdf:subject P | C ; rdf:predicate R ;
       rdf:object C ; kg:score ; kg:component ? ; kg:evidence M | E …
    F  a result: also a kg:Result ; rdf:subject P ; kg:value "as stated" ; kg:numericValue ? ; kg:unit ? ;
       kg:baseValue ? ; kg:baseUnit ? ; kg:comparator ; kg:quote ? ;
       kg:resultMetric C ? (resultMethod, resultDataset, …) ; no rdf:predicate, rdf:object
    P R C, C R C   the direct triple of each asserted fact

What a reader of the graph may rely on:
- Where a span lies is said by its IRI alone: field (title or text), start, end; code points, end exclusive. (Offsets as
  properties would be one quad in eight.) The second mention at one place has `-1` after it.
- A sentence without mention or evidence is there only as object of kg:sentence.
- The text of a mention is the stretch of dcterms:title or dcterms:abstract; rdf:value is there only where it differs.
- The commonest component of a paper's mentions (roles, relations, results) is named once, at the paper; kg:component
  is there only where another one found the thing. No component at all is the empty one.
- Literals have no language. There are no blank nodes.
- Numbers are written in the canonical form that RDF stores keep; what must come back letter by letter is a string.
- kg:baseValue and kg:baseUnit (2.5 ms: 0.0025 and "s") are worked out and there only where the base unit is not the
  stated one, and not for shares and factors: compare COALESCE(?baseValue, ?numericValue) among results with the same
  COALESCE(?baseUnit, ?unit).
- A concept is new, that is in no vocabulary, exactly when its IRI starts with BASE concept/.
"""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from kg.errors import InputError
from kg.mapping import rdf_terms as t
from kg.mapping.rdf_read import PaperReader
from kg.mapping.rdf_write import PaperWriter
from kg.model import Extraction
from kg.namespaces import ONTOLOGY, VOCABULARY_GRAPH
from kg.schema import Vocabulary, load_vocabulary
from kg.store import Store

_RUN: Final = 1_000_000


def to_quads(paper: Extraction, *, base: str) -> list[Quad]:
    """The quads of a paper, each once, all in the graph named by the paper's IRI.

    `base` is the base IRI of the store. Raises InputError where the Extraction cannot be mapped without loss:
    a name without concept, an IRI under another base, a character that no RDF literal holds.

    >>> from kg.model import Activity, Extraction
    >>> activity = Activity(version="1", configuration="c", vocabulary="v")
    >>> paper = Extraction(id="p1", key="p1", iri="urn:x:paper/p1", text="A GPU.", activity=activity)
    >>> str(to_quads(paper, base="urn:x:")[1].object)
    '"p1"'
    """
    try:
        return PaperWriter(paper, base=base).write()
    except ValueError as error:
        raise InputError(f"paper {paper.key!r} cannot be written as RDF: {error}", mend="correct that record") from None


def from_quads(quads: Iterable[Quad], *, base: str) -> Extraction:
    """The paper whose graph that is: the inverse of `to_quads`, whatever the order of the quads.

    Quads with other properties are ignored. Raises InputError where needed ones are missing or papers are mixed.

    >>> from kg.model import Activity, Extraction
    >>> activity = Activity(version="1", configuration="c", vocabulary="v")
    >>> paper = Extraction(id="p1", key="p1", iri="urn:x:paper/p1", text="A GPU.", activity=activity)
    >>> from_quads(reversed(to_quads(paper, base="urn:x:")), base="urn:x:") == paper
    True
    """
    return PaperReader(quads, base=base).read()


def vocabulary_quads(vocabulary: Vocabulary) -> Iterator[Quad]:
    """The vocabulary's terms as SKOS concepts, in the vocabulary's own graph.

    >>> from kg.schema import Term, Vocabulary
    >>> len(list(vocabulary_quads(Vocabulary([Term(iri="urn:gpu", label="GPU", types=("Hardware",))]))))
    5
    """
    graph = NamedNode(VOCABULARY_GRAPH)
    yield Quad(graph, t.TYPE, t.CONCEPT_SCHEME, graph)
    for term in vocabulary:
        node = NamedNode(term.iri)
        labels = dict.fromkeys(label for label in term.aliases + term.doubtful if label != term.label)
        values: list[tuple[NamedNode, NamedNode | Literal]] = [(t.TYPE, t.SKOS_CONCEPT)]
        values += [(t.TYPE, t.node(ONTOLOGY + name)) for name in dict.fromkeys(term.types + term.classes)]
        values += [(t.PREF_LABEL, Literal(term.label))]
        values += [(t.ALT_LABEL, Literal(label)) for label in labels]
        values += [(t.BROADER, t.node(iri)) for iri in term.broader]
        values += [(t.IN_SCHEME, graph)]
        yield from (Quad(node, predicate, value, graph) for predicate, value in values)


def iter_store_quads(store: Store, *, base: str, include_vocabulary: bool = True) -> Iterator[Quad]:
    """Every quad of a store, graph by graph: its own where it keeps quads, else mapped from its papers."""
    own = getattr(store, "iter_quads", None)
    if own is not None:
        yield from own() if include_vocabulary else own(include_vocabulary=False)
        return
    if include_vocabulary:
        yield from vocabulary_quads(load_vocabulary())
    for paper in store.iter_papers():
        yield from to_quads(paper, base=base)


def canonical_nquads(quads: Iterable[Quad]) -> Iterator[bytes]:
    """N-Quads lines, sorted by bytes, each once: equal datasets give equal bytes, as there are no blank nodes.

    More than a million quads are sorted in temporary files.

    >>> one, two = (Quad(NamedNode(f"urn:{n}"), NamedNode("urn:p"), Literal("x")) for n in "ab")
    >>> list(canonical_nquads([two, one, two]))
    [b'<urn:a> <urn:p> "x" .\\n', b'<urn:b> <urn:p> "x" .\\n']
    """
    rest = iter(quads)
    with ExitStack() as files:
        runs: list[Iterable[bytes]] = []
        while run := _sort_run(islice(rest, _RUN)):
            if len(run) < _RUN and not runs:
                runs.append(run)
                continue
            file = files.enter_context(tempfile.TemporaryFile())
            file.writelines(run)
            file.seek(0)
            runs.append(file)
        last = None
        for line in heapq.merge(*runs):
            if line != last:
                yield line
                last = line


def _sort_run(quads: Iterable[Quad]) -> list[bytes]:
    data = serialize(quads, format=RdfFormat.N_QUADS) or b""
    return sorted(set(data.splitlines(keepends=True)))
