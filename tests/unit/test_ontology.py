"""The ontology: complete for what the mapping emits, nothing idle, labelled, and readable by both RDF libraries."""

import csv
import json
import re
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from pyoxigraph import RdfFormat
from rdflib import OWL, RDF, RDFS, SKOS, URIRef

from kg.mapping import rdf_terms
from kg.mapping.rdf import to_quads, vocabulary_quads
from kg.model import (
    ENTITY_TYPES,
    RELATIONS,
    ROLES,
    Abstract,
    Activity,
    Concept,
    Extraction,
    Fact,
    Mention,
    Result,
    Span,
    assemble,
)
from kg.namespaces import DEFAULT_BASE, ONTOLOGY, PREFIXES, VOCABULARY_GRAPH
from kg.resources import data_folder
from kg.schema import Term, Vocabulary, entity_types, load_vocabulary
from kg.validate import check_quads
from tests.strategies import extractions

FOLDER: Final = data_folder("ontology")
TYPE_FOLDERS: Final = sorted(path for path in (FOLDER / "types").iterdir() if path.is_dir())
EXTERNAL: Final = {
    "bibo": {"doi"},
    "dcterms": {"abstract", "creator", "date", "identifier", "title"},
    "prov": {"Activity", "wasAssociatedWith", "wasGeneratedBy"},
    "rdf": {"JSON", "object", "predicate", "subject", "type", "value"},
    "skos": {"Concept", "ConceptScheme", "altLabel", "broader", "inScheme", "prefLabel"},
    "xsd": {"date", "dateTime", "decimal", "double", "gYear", "gYearMonth", "integer", "string"},
}
"""The terms of other vocabularies that the data use; each is told of in kg.ttl."""


@cache
def ontology() -> rdflib.Graph:
    graph = rdflib.Graph().parse(FOLDER / "kg.ttl", format="turtle")
    for folder in TYPE_FOLDERS:
        graph.parse(folder / "type.ttl", format="turtle")
    return graph


@cache
def declared() -> set[str]:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.NamedIndividual)
    return {str(term) for kind in kinds for term in ontology().subjects(RDF.type, kind) if isinstance(term, URIRef)}


def external() -> set[str]:
    return {PREFIXES[prefix] + name for prefix, names in EXTERNAL.items() for name in names}


def terms_of(quads: list[pyoxigraph.Quad]) -> set[str]:
    """Predicates, classes, datatypes and our own terms elsewhere."""
    found = set()
    for quad in quads:
        found.add(quad.predicate.value)
        if isinstance(quad.object, pyoxigraph.Literal):
            found.add(quad.object.datatype.value)
        elif quad.predicate == rdf_terms.TYPE or quad.object.value.startswith(ONTOLOGY):  # type: ignore[union-attr]
            found.add(quad.object.value)  # type: ignore[union-attr]
    return found


@cache
def full_paper() -> Extraction:
    """A paper with every role, relation, polarity, type and property that there can be."""
    text = "a b c d e f"
    concepts = [
        Concept(name=name, iri=f"{DEFAULT_BASE}concept/{name}", types=(name,), alternatives=("x",))
        for name in ENTITY_TYPES
    ]
    mentions = [
        Mention(
            start=2 * n,
            end=2 * n + 1,
            text=text[2 * n],
            type=c.types[0],
            concept=c.name,
            iri=c.iri,
            component="m" if n else "",
        )
        for n, c in enumerate(concepts)
    ]
    span = (Span(start=10, end=11),)
    links = {"metric": "Metric", "method": "Method", "baseline": "Method"}
    links |= {"dataset": "Dataset", "task": "Task", "hardware": "Hardware"}
    result = Result(value="1", unit="ms", quote="f", **links)  # type: ignore[arg-type]
    facts = [
        *(Fact(id=f"a{r}", kind="role", predicate=r, object="Task", component="r") for r in ROLES),
        *(
            Fact(id=f"b{r}", kind="relation", predicate=r, subject="Method", object="Task", component="r")
            for r in RELATIONS
        ),
        Fact(id="c", kind="result", predicate="result", object=result, evidence=span, component="r"),
        Fact(id="d", kind="role", predicate="uses", object="Method", polarity="hedged"),
        Fact(id="e", kind="role", predicate="uses", object="Method", polarity="negated"),
    ]
    meta = {"authors": ["A"], "date": "2024", "doi": "10.99999/x", "arxiv": "2401.1", "venue": "V", "categories": ["c"]}
    return assemble(
        Abstract(key="k", id="k", title="t", text=text, meta=meta),
        iri=DEFAULT_BASE + "paper/k",
        activity=Activity(version="1", configuration="2", vocabulary="3", model="4"),
        sentences=[Span(start=0, end=11)],
        concepts=concepts,
        mentions=mentions,
        facts=facts,
    )


@cache
def seen() -> frozenset[str]:
    return frozenset(terms_of([*to_quads(full_paper(), base=DEFAULT_BASE), *vocabulary_quads(Vocabulary([_TERM]))]))


_TERM: Final = Term(iri="urn:x", label="x", types=("Hardware",), broader=("urn:y",))


@given(extractions())
def test_every_term_in_the_quads_of_a_paper_is_declared(paper: Extraction) -> None:
    used = terms_of(to_quads(paper, base=DEFAULT_BASE))
    assert used <= declared() | external()
    assert {term for term in used if not term.startswith(PREFIXES["xsd"])} <= seen()


def test_every_term_in_the_vocabulary_graph_is_declared() -> None:
    assert terms_of(list(vocabulary_quads(load_vocabulary()))) <= declared() | external()


def test_nothing_declared_is_idle() -> None:
    """What no quad uses is a superterm, a kind of hardware, or the look of an entity type."""
    graph = ontology()
    used = seen() | {str(o) for p in (RDFS.subClassOf, RDFS.subPropertyOf) for o in graph.objects(None, p)}
    used |= {str(c) for c in graph.transitive_subjects(RDFS.subClassOf, URIRef(ONTOLOGY + "Hardware"))}
    used |= {str(p) for p in graph.predicates()}
    assert {term for term in declared() if term.startswith(ONTOLOGY)} - used == set()
    assert {term for term in external() if not term.startswith(PREFIXES["xsd"])} - used == set()


def test_the_files_hold_the_same_triples_for_both_libraries() -> None:
    for path in (FOLDER / "kg.ttl", FOLDER / "shapes.ttl", *(folder / "type.ttl" for folder in TYPE_FOLDERS)):
        triples = list(pyoxigraph.parse(path=str(path), format=RdfFormat.TURTLE))
        assert len(triples) == len(rdflib.Graph().parse(path, format="turtle")), path


def test_the_shapes_are_valid_shacl() -> None:
    import pyshacl

    shapes = rdflib.Graph().parse(FOLDER / "shapes.ttl", format="turtle")
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, text
    used = {term for triple in shapes for term in triple if isinstance(term, URIRef) and str(term).startswith(ONTOLOGY)}
    names = {str(s) for s in shapes.subjects(RDF.type, URIRef(PREFIXES["sh"] + "NodeShape"))}
    assert {str(term) for term in used} - names <= declared()


def test_every_term_is_labelled_and_explained_in_english() -> None:
    graph = ontology()
    for name in sorted(term for term in declared() if term.startswith(ONTOLOGY)):
        labels = list(graph.objects(URIRef(name), RDFS.label))
        texts = [*graph.objects(URIRef(name), SKOS.definition), *graph.objects(URIRef(name), RDFS.comment)]
        assert [getattr(label, "language", None) for label in labels] == ["en"], name
        assert texts, name
        assert {getattr(text, "language", None) for text in texts} == {"en"}, name


def test_properties_have_domain_and_range_and_name_declared_terms() -> None:
    graph = ontology()
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in graph.subjects(RDF.type, kind):
            assert len(list(graph.objects(term, RDFS.domain))) == 1, term
            assert len(list(graph.objects(term, RDFS.range))) == 1, term
    for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.seeAlso, OWL.disjointWith):
        for term in graph.objects(None, predicate):
            assert not str(term).startswith(ONTOLOGY) or str(term) in declared(), term


def test_only_known_prefixes_are_used() -> None:
    known = {*PREFIXES.values(), "https://abstract-kg.example/", "https://spdx.org/", "https://www.rfc-editor.org/"}
    for term in {t for triple in ontology() for t in triple if isinstance(t, URIRef)}:
        assert str(term).startswith(tuple(known)), term


def test_roles_and_relations_are_properties_of_the_model() -> None:
    graph = ontology()
    roles = {str(p) for p in graph.subjects(RDFS.subPropertyOf, URIRef(ONTOLOGY + "paperRole"))}
    relations = {str(p) for p in graph.subjects(RDFS.subPropertyOf, URIRef(ONTOLOGY + "relatedTo"))}
    assert roles == set(map(rdf_terms.role_iri, ROLES))
    assert relations == set(map(rdf_terms.relation_iri, RELATIONS))


def test_the_hardware_tree_is_a_tree() -> None:
    graph = ontology()
    hardware = URIRef(ONTOLOGY + "Hardware")
    kinds = set(graph.transitive_subjects(RDFS.subClassOf, hardware)) - {hardware}
    assert len(kinds) == 26
    assert all(len(list(graph.objects(kind, RDFS.subClassOf))) == 1 for kind in kinds)
    flash = set(graph.transitive_objects(URIRef(ONTOLOGY + "ChargeTrapFlash"), RDFS.subClassOf))
    assert {URIRef(ONTOLOGY + name) for name in ("FlashMemory", "NonVolatileMemory", "Memory", "Hardware")} <= flash


def test_classes_that_the_vocabulary_names_are_declared() -> None:
    named = {ONTOLOGY + name for term in load_vocabulary() for name in term.classes}
    assert named <= declared()


@pytest.mark.parametrize("folder", TYPE_FOLDERS, ids=lambda folder: folder.name)
def test_a_type_folder_is_valid_and_complete(folder: Path) -> None:
    quads = list(pyoxigraph.parse(path=str(folder / "type.ttl"), format=RdfFormat.TURTLE))
    assert check_quads(quads) == []
    classes = {q.subject.value for q in quads if q.object.value == str(OWL.Class)}
    name = next(q.subject.value for q in quads if q.predicate.value == ONTOLOGY + "colour")
    assert name.removeprefix(ONTOLOGY).lower() == folder.name
    assert classes == {name, name + "Mention"}
    with (folder / "terms.tsv").open(encoding="utf-8", newline="") as lines:
        assert next(csv.reader(lines, delimiter="\t")) == ["label", "aliases", "broader", "class"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rdfs:subClassOf kg:Concept", "rdfs:subClassOf kg:Thing"),
        ('rdfs:label "', 'rdfs:comment "'),
        ('skos:definition "', 'skos:note "'),
        ('kg:colour "#', 'kg:colour "'),
        ('kg:shape "', 'kg:shape "round'),
        ("a owl:Class", "a owl:Thing"),
    ],
)
def test_a_broken_type_file_is_reported(old: str, new: str) -> None:
    text = (TYPE_FOLDERS[0] / "type.ttl").read_text(encoding="utf-8")
    assert old in text
    quads = list(pyoxigraph.parse(text.replace(old, new), format=RdfFormat.TURTLE))
    assert [finding.severity for finding in check_quads(quads)] == ["violation"]


def test_entity_types_look_different_without_colour_too() -> None:
    types = entity_types()
    assert {info.name for info in types} == set(ENTITY_TYPES) == {f.name.capitalize() for f in TYPE_FOLDERS}
    assert len({info.colour for info in types}) == len({info.shape for info in types}) == len(types)


def test_broader_terms_exist_and_do_not_go_round() -> None:
    vocabulary = load_vocabulary()
    for term in vocabulary:
        assert all(iri in vocabulary.terms for iri in term.broader), term.label
    done: set[str] = set()
    for start in vocabulary.terms:
        path: list[str] = []
        pending = [(start, 0)]
        while pending:
            iri, depth = pending.pop()
            del path[depth:]
            assert iri not in path, f"{iri} is broader than itself"
            if iri not in done:
                path.append(iri)
                pending += [(broader, depth + 1) for broader in vocabulary.terms[iri].broader]
        done.add(start)


def test_the_scheme_of_the_vocabulary_is_its_graph() -> None:
    scheme = pyoxigraph.NamedNode(VOCABULARY_GRAPH)
    first = next(vocabulary_quads(load_vocabulary()))
    assert (first.subject, first.object, first.graph_name) == (scheme, rdf_terms.CONCEPT_SCHEME, scheme)


def context() -> dict[str, object]:
    found: dict[str, object] = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    return found


def test_the_context_has_a_term_for_everything_and_fetches_nothing() -> None:
    terms = {key: value for key, value in context().items() if not key.startswith("@")}
    prefixes = {key: value for key, value in terms.items() if str(value).startswith("http")}
    assert prefixes == {key: PREFIXES[key] for key in prefixes}
    expanded = set()
    for value in terms.values():
        name = value["@id"] if isinstance(value, dict) else value
        prefix, colon, local = str(name).partition(":")
        if colon and prefix in prefixes:
            expanded.add(PREFIXES[prefix] + local)
    needed = {
        term for term in seen() - {PREFIXES["rdf"] + "type"} if not re.match(r".*(#JSON|XMLSchema#.*|#pipeline)$", term)
    }
    assert needed <= expanded
    assert {term for term in expanded if term.startswith(ONTOLOGY)} <= declared()


@pytest.mark.filterwarnings("ignore:(ConjunctiveGraph|Dataset.default_context):DeprecationWarning")  # rdflib's own
def test_both_libraries_read_json_ld_with_the_context() -> None:
    fact = {
        "id": "urn:f",
        "type": ["AssertedFact", "Result"],
        "predicate": "runsOn",
        "score": "0.9",
        "numericValue": "88.1",
        "meta": '{"a":1.0}',
        "evidence": ["urn:e"],
        "text": "x",
    }
    text = json.dumps({"@context": context(), "id": "urn:g", "graph": [fact]})
    kg, xsd = ONTOLOGY, PREFIXES["xsd"]
    expected = {
        f'<urn:f> <{kg}score> "0.9"^^<{xsd}decimal> <urn:g>',
        f'<urn:f> <{kg}numericValue> "88.1"^^<{xsd}double> <urn:g>',
        f"<urn:f> <{kg}evidence> <urn:e> <urn:g>",
        f'<urn:f> <{PREFIXES["rdf"]}value> "x" <urn:g>',
        f"<urn:f> <{PREFIXES['rdf']}predicate> <{kg}runsOn> <urn:g>",
        f"<urn:f> <{PREFIXES['rdf']}type> <{kg}AssertedFact> <urn:g>",
        f"<urn:f> <{PREFIXES['rdf']}type> <{kg}Result> <urn:g>",
        f'<urn:f> <{kg}meta> "{{\\"a\\":1.0}}"^^<{PREFIXES["rdf"]}JSON> <urn:g>',
    }
    assert {str(quad) for quad in pyoxigraph.parse(text, format=RdfFormat.JSON_LD)} == expected
    graph = rdflib.Graph().parse(data=json.dumps({"@context": context(), **fact}), format="json-ld")
    assert {f"{s.n3()} {p.n3()} {o.n3()} <urn:g>" for s, p, o in graph} == expected
