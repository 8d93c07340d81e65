"""The RDF mapping: lossless, in a fixed shape, and refused where it would lose something."""

import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from kg.errors import InputError
from kg.mapping import rdf
from kg.mapping.rdf import canonical_nquads, from_quads, iter_store_quads, to_quads, vocabulary_quads
from kg.model import Extraction, Fact, Mention, Result, Span, assemble
from kg.namespaces import DEFAULT_BASE, ONTOLOGY, PREFIXES, VOCABULARY_GRAPH
from kg.schema import Term, Vocabulary
from tests.example_paper import ACCURACY, FLASH, GPU, IRI, TEXT, TINYNET, example_paper
from tests.strategies import extractions

OTHER_BASE = "https://other.example/kg/"
META = '{"authors":["A. One",null," "],"date":"2024-02"}'
GOLDEN = Path(__file__).parents[2] / "golden" / "example_paper.trig"


def kg(name: str) -> NamedNode:
    return NamedNode(ONTOLOGY + name)


def changed(paper: Extraction, **parts: Any) -> Extraction:
    """The paper with other parts, in canonical form again."""
    raw = msgspec.structs.replace(paper, **parts)
    return assemble(
        raw,  # type: ignore[arg-type]  # has all that an Abstract has
        iri=raw.iri,
        activity=raw.activity,
        sentences=raw.sentences,
        concepts=raw.concepts,
        mentions=raw.mentions,
        facts=raw.facts,
    )


@given(extractions(), st.randoms(use_true_random=False))
def test_a_paper_comes_back_from_its_quads_in_any_order(paper: Extraction, dice: random.Random) -> None:
    quads = to_quads(paper, base=DEFAULT_BASE)
    assert len(set(quads)) == len(quads)
    assert {quad.graph_name for quad in quads} == {NamedNode(paper.iri)}
    dice.shuffle(quads)
    assert from_quads(quads, base=DEFAULT_BASE) == paper


@given(extractions(base=OTHER_BASE))
def test_a_store_gives_back_the_very_quads(paper: Extraction) -> None:
    quads = to_quads(paper, base=OTHER_BASE)
    store = pyoxigraph.Store()
    store.extend(quads)
    assert set(store) == set(quads)
    assert from_quads(store, base=OTHER_BASE) == paper


@given(extractions(), st.sampled_from([RdfFormat.N_QUADS, RdfFormat.TRIG]))
def test_a_paper_comes_back_from_a_dump(paper: Extraction, form: RdfFormat) -> None:
    dump = pyoxigraph.serialize(to_quads(paper, base=DEFAULT_BASE), format=form)
    assert dump is not None
    assert from_quads(pyoxigraph.parse(dump, format=form), base=DEFAULT_BASE) == paper


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # rdflib's own call
@settings(max_examples=25, deadline=None)
@given(extractions())
def test_rdflib_reads_the_nquads(paper: Extraction) -> None:
    import rdflib

    quads = to_quads(paper, base=DEFAULT_BASE)
    dump = b"".join(canonical_nquads(quads))
    dataset = rdflib.Dataset()
    dataset.parse(io.BytesIO(dump), format="nquads")
    graph = dataset.graph(rdflib.URIRef(paper.iri))
    assert len(graph) == len(quads)
    subject, identifier = rdflib.URIRef(paper.iri), rdflib.URIRef(PREFIXES["dcterms"] + "identifier")
    assert str(graph.value(subject, identifier)) == paper.id


def test_a_very_long_text_comes_back() -> None:
    paper = changed(example_paper(), text=TEXT + " é" * 2_000_000)
    assert from_quads(to_quads(paper, base=DEFAULT_BASE), base=DEFAULT_BASE) == paper


def test_the_shape_is_the_golden_one() -> None:
    expected = set(pyoxigraph.parse(path=str(GOLDEN), format=RdfFormat.TRIG))
    assert set(to_quads(example_paper(), base=DEFAULT_BASE)) == expected


def test_results_in_different_units_can_be_compared() -> None:
    stated = {"a": ("900", "ms"), "b": ("2.0", "s"), "c": ("0.5", "hours"), "d": ("7", "%"), "e": ("many", "ms")}
    facts = [
        Fact(id=name, kind="result", predicate="result", object=Result(value=value, unit=unit))
        for name, (value, unit) in stated.items()
    ]
    paper = changed(example_paper(), facts=facts)
    quads = to_quads(paper, base=DEFAULT_BASE)
    assert from_quads(quads, base=DEFAULT_BASE) == paper
    assert {q.subject.value[-1] for q in quads if q.predicate == kg("baseValue")} == {"a", "c"}  # type: ignore[union-attr]
    store = pyoxigraph.Store()
    store.extend(quads)
    found = store.query(
        f"""PREFIX kg: <{ONTOLOGY}> SELECT ?value ?common WHERE {{ GRAPH ?paper {{
            ?fact kg:numericValue ?value ; kg:unit ?unit
            OPTIONAL {{ ?fact kg:baseValue ?base_value ; kg:baseUnit ?base_unit }} }}
            BIND(COALESCE(?base_value, ?value) AS ?common) FILTER(COALESCE(?base_unit, ?unit) = "s")
        }} ORDER BY ?common"""
    )
    assert [(row["value"].value, row["common"].value) for row in found] == [  # type: ignore[union-attr]
        ("900", "0.9"),
        ("2", "2"),
        ("0.5", "1800"),
    ]


def test_only_asserted_facts_have_a_direct_triple() -> None:
    quads = to_quads(example_paper(), base=DEFAULT_BASE)
    direct = {(q.subject, q.object) for q in quads if q.predicate == kg("runsOn")}
    assert direct == {(NamedNode(TINYNET), NamedNode(FLASH))}
    assert NamedNode(GPU) in {q.object for q in quads if q.predicate == NamedNode(PREFIXES["rdf"] + "object")}


def test_a_fact_stated_twice_has_one_direct_triple_and_both_statements() -> None:
    paper = example_paper()
    twice = [msgspec.structs.replace(f, id=f.id + "x") for f in paper.facts]
    both = changed(paper, facts=(*paper.facts, *twice))
    quads = to_quads(both, base=DEFAULT_BASE)
    assert sum(q.predicate == kg("runsOn") for q in quads) == 1
    assert from_quads(quads, base=DEFAULT_BASE) == both


def test_two_mentions_at_one_place_both_come_back() -> None:
    paper = example_paper()
    here = next(m for m in paper.mentions if m.text == "accuracy")
    there = [msgspec.structs.replace(here, type=kind, score=0.1) for kind in ("Method", "Task")]
    both = changed(paper, mentions=(*paper.mentions, *there))
    assert from_quads(to_quads(both, base=DEFAULT_BASE), base=DEFAULT_BASE) == both


def test_spans_outside_every_sentence_and_texts_that_differ_come_back() -> None:
    paper = example_paper()
    odd = Mention(start=3, end=900, text="other", type="Metric", concept="accuracy", iri=ACCURACY)
    fact = Fact(id="a/b c", kind="role", predicate="reports", object="accuracy", evidence=(Span(start=1, end=2),))
    changed_paper = changed(paper, sentences=(), mentions=(*paper.mentions, odd), facts=(*paper.facts, fact))
    assert from_quads(to_quads(changed_paper, base=DEFAULT_BASE), base=DEFAULT_BASE) == changed_paper


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda p: {"iri": "https://elsewhere.example/paper/p1"}, "base IRI"),
        (lambda p: {"iri": DEFAULT_BASE + "paper/a b"}, "cannot be written as RDF"),
        (lambda p: {"id": "\ud800"}, "cannot be written as RDF"),
        (lambda p: {"concepts": p.concepts[1:]}, "is not among its concepts"),
        (lambda p: {"concepts": (*p.concepts, msgspec.structs.replace(p.concepts[0], iri="urn:x"))}, "one name or one"),
        (lambda p: {"concepts": (*p.concepts, msgspec.structs.replace(p.concepts[0], name="x"))}, "one name or one"),
        (lambda p: {"facts": (p.facts[0], p.facts[0])}, "two facts with one id"),
        (lambda p: {"facts": (msgspec.structs.replace(p.facts[0], predicate="likes"),)}, "no role that kg knows"),
        (lambda p: {"facts": (msgspec.structs.replace(p.facts[0], subject="TinyNet"),)}, "no role that kg knows"),
        (lambda p: {"facts": (msgspec.structs.replace(p.facts[0], kind="relation"),)}, "no relation that kg knows"),
        (lambda p: {"facts": (msgspec.structs.replace(p.facts[0], kind="result"),)}, "no result that kg knows"),
        (lambda p: {"facts": (msgspec.structs.replace(_result(p), kind="role"),)}, "holds a result"),
        (lambda p: {"mentions": (msgspec.structs.replace(p.mentions[0], iri=GPU),)}, "has the IRI"),
    ],
)
def test_what_would_be_lost_is_refused(spoil: Callable[[Extraction], dict[str, Any]], says: str) -> None:
    paper = example_paper()
    with pytest.raises(InputError, match=says) as caught:
        to_quads(msgspec.structs.replace(paper, **spoil(paper)), base=DEFAULT_BASE)
    assert "p1" in str(caught.value)
    assert caught.value.mend


def _result(paper: Extraction) -> Fact:
    return next(fact for fact in paper.facts if fact.kind == "result")


def test_the_commonest_component_is_named_once() -> None:
    quads = to_quads(example_paper(), base=DEFAULT_BASE)
    usual = {q.object for q in quads if q.predicate == kg("mentionComponent")}
    own = {q.object for q in quads if q.predicate == kg("component")}
    assert (usual, own) == ({Literal("gazetteer")}, {Literal("patterns"), Literal("")})


@pytest.mark.parametrize("missing", ["kg:key", "dcterms:abstract", "prov:wasGeneratedBy", "kg:score", "kg:refersTo"])
def test_a_graph_that_lacks_something_is_refused(missing: str) -> None:
    prefix, _, name = missing.partition(":")
    quads = [q for q in to_quads(example_paper(), base=DEFAULT_BASE) if q.predicate.value != PREFIXES[prefix] + name]
    with pytest.raises(InputError, match=name):
        from_quads(quads, base=DEFAULT_BASE)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (kg("runsOn"), kg("likes"), "unknown predicate"),
        (NamedNode(GPU), NamedNode("urn:x"), "no label"),
        (NamedNode(IRI + "#mention-text-85-88"), NamedNode(IRI + "#mention-text-x-88"), "no span"),
        (NamedNode(DEFAULT_BASE + "fact/f1"), NamedNode("urn:fact/f1"), "base IRI"),
        (Literal("1", datatype=NamedNode(PREFIXES["xsd"] + "decimal")), Literal("high"), "no number"),
        (Literal("="), Literal("!="), "comparator"),
        (Literal(META, datatype=NamedNode(PREFIXES["rdf"] + "JSON")), Literal("[1]"), "no JSON object"),
    ],
)
def test_a_graph_that_says_something_else_is_refused(old: Any, new: Any, says: str) -> None:
    def swap(term: Any) -> Any:
        return new if term == old else term

    quads = to_quads(example_paper(), base=DEFAULT_BASE)
    label = NamedNode(PREFIXES["skos"] + "prefLabel")
    swapped = [
        Quad(q.subject if q.predicate == label else swap(q.subject), q.predicate, swap(q.object), q.graph_name)
        for q in quads
    ]
    with pytest.raises(InputError, match=says):
        from_quads(swapped, base=DEFAULT_BASE)


def test_no_quads_and_mixed_papers_are_refused() -> None:
    with pytest.raises(InputError, match="no quads"):
        from_quads([], base=DEFAULT_BASE)
    one = example_paper()
    two = msgspec.structs.replace(one, iri=one.iri + "~2")
    with pytest.raises(InputError, match="mixed"):
        from_quads(to_quads(one, base=DEFAULT_BASE) + to_quads(two, base=DEFAULT_BASE), base=DEFAULT_BASE)


def test_other_properties_in_the_graph_are_ignored() -> None:
    paper = example_paper()
    note = Quad(NamedNode(paper.iri), NamedNode(PREFIXES["skos"] + "note"), Literal("checked"), NamedNode(paper.iri))
    assert from_quads([*to_quads(paper, base=DEFAULT_BASE), note], base=DEFAULT_BASE) == paper


def test_the_vocabulary_is_a_graph_of_skos_concepts() -> None:
    term = Term(
        iri="urn:gpu",
        label="GPU",
        types=("Hardware",),
        aliases=("graphics card", "GPU"),
        doubtful=("card",),
        broader=("urn:accelerator",),
        classes=("GraphicsProcessor",),
    )
    quads = list(vocabulary_quads(Vocabulary([term])))
    assert {q.graph_name for q in quads} == {NamedNode(VOCABULARY_GRAPH)}
    found = {(q.predicate.value.rpartition("#")[2], q.object.value) for q in quads if q.subject.value == "urn:gpu"}  # type: ignore[union-attr]
    assert found == {
        ("type", PREFIXES["skos"] + "Concept"),
        ("type", ONTOLOGY + "Hardware"),
        ("type", ONTOLOGY + "GraphicsProcessor"),
        ("prefLabel", "GPU"),
        ("altLabel", "graphics card"),
        ("altLabel", "card"),
        ("broader", "urn:accelerator"),
        ("inScheme", VOCABULARY_GRAPH),
    }
    assert len(quads) == len(set(quads)) == len(found) + 1


@given(st.lists(extractions(), max_size=3), st.integers(1, 50))
def test_canonical_lines_do_not_depend_on_order_or_on_how_they_were_sorted(papers: list[Extraction], run: int) -> None:
    quads = [quad for paper in papers for quad in to_quads(paper, base=DEFAULT_BASE)]
    expected = list(canonical_nquads(quads))
    assert expected == sorted(set(expected))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdf, "_RUN", run)
        assert list(canonical_nquads(quads[::-1] + quads)) == expected


class _Papers:
    """As much of a store as exporting needs: papers, and no quads of its own."""

    def iter_papers(self) -> list[Extraction]:
        return [example_paper()]


class _Quads(_Papers):
    def iter_quads(self) -> list[Quad]:
        return to_quads(example_paper(), base=DEFAULT_BASE)


def test_the_quads_of_a_store_are_its_own_or_those_of_its_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    vocabulary = Vocabulary([Term(iri="urn:gpu", label="GPU", types=("Hardware",))])
    monkeypatch.setattr(rdf, "load_vocabulary", lambda: vocabulary)
    own = to_quads(example_paper(), base=DEFAULT_BASE)
    assert list(iter_store_quads(_Quads(), base=DEFAULT_BASE)) == own  # type: ignore[arg-type]
    mapped = list(iter_store_quads(_Papers(), base=DEFAULT_BASE))  # type: ignore[arg-type]
    assert mapped == [*vocabulary_quads(vocabulary), *own]
