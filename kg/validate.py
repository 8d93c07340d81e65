"""Check a store against the SHACL shapes of the ontology, one paper at a time, with no network.

A store that keeps quads is checked as it is; any other through the quads of its papers. Beside the shapes, each
paper's graph must hold its paper, and the direct triples must be those of its asserted facts, no more and no less.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
import pyoxigraph

from kg.mapping import rdf_terms as t
from kg.mapping.rdf import iter_store_quads
from kg.model import RELATIONS, ROLES
from kg.namespaces import PREFIXES, VOCABULARY_GRAPH
from kg.resources import data_folder
from kg.store import Store

if TYPE_CHECKING:
    import rdflib

Severity = Literal["violation", "warning", "info"]

_SH: Final = PREFIXES["sh"]
_SUBCLASS: Final = PREFIXES["rdfs"] + "subClassOf"
_KEPT: Final = 1000
_TERMS: Final = 2000
_DIRECT: Final = {*map(t.role_iri, ROLES), *map(t.relation_iri, RELATIONS)}
_PARTS: Final = (t.SUBJECT, t.PREDICATE, t.OBJECT)
_Quads = list[pyoxigraph.Quad]


class Violation(msgspec.Struct, frozen=True):
    """One finding: how bad, at which node, along which property (None: the node itself, or a longer path), in words."""

    severity: Severity
    focus: str
    path: str | None
    message: str

    def __str__(self) -> str:
        where = f"<{self.focus}> {self.path}" if self.path else f"<{self.focus}>"
        return f"{self.severity}: {where}: {self.message}"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a validation found. `conforms` unless a violation was found; warnings do not count.

    `violations` holds the first thousand findings, worst first within a paper; `counts` says how many there are
    of each severity. `checked` is the number of papers.
    """

    conforms: bool
    checked: int
    counts: dict[Severity, int]
    violations: list[Violation]


def validate(store: Store, *, limit: int | None = None, vocabulary: bool = False) -> Report:
    """Check the papers of a store, the first `limit` by IRI where given; its vocabulary too where asked for.

    Memory does not grow with the store, as it gives its quads graph by graph.

    >>> from kg.store import open_store
    >>> with open_store("memory:") as store:
    ...     validate(store).conforms
    True
    """
    checked = 0
    counts: Counter[Severity] = Counter()
    kept: list[Violation] = []
    for graph, quads in _iter_graphs(store, vocabulary):
        if graph.startswith(store.base + "paper/"):
            if checked == limit:
                break
            checked += 1
            found = [*_check_paper(graph, quads), *check_quads(quads)]
        elif graph == VOCABULARY_GRAPH:
            found = [finding for batch in _batch_terms(quads) for finding in check_quads(batch)]
        else:
            continue
        counts.update(finding.severity for finding in found)
        kept += sorted(found, key=_rank)[: _KEPT - len(kept)]
    return Report(conforms=not counts["violation"], checked=checked, counts=dict(counts), violations=kept)


def check_quads(quads: Iterable[pyoxigraph.Quad]) -> list[Violation]:
    """What the shapes find in some quads, taken as one graph whatever their graphs; worst first.

    >>> check_quads([])
    []
    """
    import pyshacl
    import rdflib

    data = rdflib.Graph()
    lines = pyoxigraph.serialize((quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES)
    data.parse(data=lines or b"", format="nt")
    shapes, subclasses = _load_shapes()
    for triple in subclasses:
        data.add(triple)
    conforms, report, _ = pyshacl.validate(
        data, shacl_graph=shapes, inplace=True, inference="none", do_owl_imports=False, meta_shacl=False
    )
    return [] if conforms else sorted(_read_report(report), key=_rank)


def _rank(finding: Violation) -> tuple[int, str, str, str]:
    order = ("violation", "warning", "info").index(finding.severity)
    return (order, finding.focus, finding.path or "", finding.message)


def _iter_graphs(store: Store, vocabulary: bool) -> Iterator[tuple[str, _Quads]]:
    quads = iter_store_quads(store, base=store.base, include_vocabulary=vocabulary)
    for graph, members in groupby(quads, key=lambda quad: quad.graph_name):
        yield getattr(graph, "value", ""), list(members)


def _batch_terms(quads: _Quads) -> Iterator[_Quads]:
    by_subject: dict[str, _Quads] = {}
    for quad in quads:
        by_subject.setdefault(str(quad.subject), []).append(quad)
    terms = iter(by_subject.values())
    while batch := [quad for term in islice(terms, _TERMS) for quad in term]:
        yield batch


def _check_paper(graph: str, quads: _Quads) -> Iterator[Violation]:
    """What shapes cannot say: the paper is there, and the direct triples are those of the asserted facts."""
    paper = pyoxigraph.NamedNode(graph)
    if not any(q.subject == paper and q.predicate == t.TYPE and q.object == t.kg("Paper") for q in quads):
        yield Violation("violation", graph, t.TYPE.value, "The graph holds no paper of its name.")
    direct = {(str(q.subject), q.predicate.value, str(q.object)) for q in quads if q.predicate.value in _DIRECT}
    meant = set(_iter_asserted(quads))
    for subject, predicate, _ in sorted(meant - direct):
        yield Violation("violation", subject[1:-1], predicate, "An asserted fact has no direct triple.")
    for subject, predicate, _ in sorted(direct - meant):
        yield Violation("violation", subject[1:-1], predicate, "No asserted fact states the direct triple.")


def _iter_asserted(quads: _Quads) -> Iterator[tuple[str, str, str]]:
    parts: dict[Any, dict[Any, Any]] = {}
    for quad in quads:
        if quad.predicate in _PARTS or quad.object == t.POLARITY_CLASSES["asserted"]:
            parts.setdefault(quad.subject, {})[quad.predicate] = quad.object
    for fact in parts.values():
        if t.TYPE in fact and all(part in fact for part in _PARTS):
            yield str(fact[t.SUBJECT]), fact[t.PREDICATE].value, str(fact[t.OBJECT])


@cache
def _load_shapes() -> tuple["rdflib.Graph", list[Any]]:
    """The shapes, those of the entity types with them, and the subclass statements among the ontology's own classes."""
    import rdflib

    folder = data_folder("ontology")
    types = sorted((folder / "types").glob("*/type.ttl"))
    ontology, shapes = rdflib.Graph(), rdflib.Graph()
    for graph, first in ((ontology, "kg.ttl"), (shapes, "shapes.ttl")):
        for path in (folder / first, *types):
            graph.parse(path, format="turtle")
    own = [s for s in ontology.triples((None, rdflib.URIRef(_SUBCLASS), None)) if str(s[2]).startswith(PREFIXES["kg"])]
    return shapes, own


def _read_report(report: "rdflib.Graph") -> Iterator[Violation]:
    import rdflib

    def term(name: str) -> rdflib.URIRef:
        return rdflib.URIRef(_SH + name)

    severities: dict[str, Severity] = {_SH + "Violation": "violation", _SH + "Warning": "warning", _SH + "Info": "info"}
    for result in report.subjects(rdflib.RDF.type, term("ValidationResult")):
        path = report.value(result, term("resultPath"))
        yield Violation(
            severity=severities.get(str(report.value(result, term("resultSeverity"))), "violation"),
            focus=str(report.value(result, term("focusNode"))),
            path=str(path) if isinstance(path, rdflib.URIRef) else None,
            message=str(report.value(result, term("resultMessage"))),
        )
