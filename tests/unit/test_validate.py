"""Validation: good graphs conform, every way of breaking one is reported, and nothing is fetched."""

import socket
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from pyoxigraph import Literal, NamedNode, Quad

from kg.mapping.rdf import to_quads, vocabulary_quads
from kg.model import Extraction, Fact
from kg.namespaces import DEFAULT_BASE, ONTOLOGY, PREFIXES, VOCABULARY_GRAPH
from kg.schema import Term, Vocabulary, load_vocabulary
from kg.store import open_store
from kg.validate import Violation, check_quads, validate
from tests.example_paper import FLASH, GPU, IRI, TINYNET, example_paper
from tests.strategies import extractions

BASE = "https://other.example/kg/"


class Graphs:
    """As much of a store as validation needs: quads as they are, graph by graph."""

    def __init__(self, quads: Iterable[Quad], *, base: str = DEFAULT_BASE) -> None:
        self.base = base
        self.quads = sorted(quads, key=lambda quad: str(quad.graph_name))

    def iter_quads(self, *, include_vocabulary: bool = True) -> Iterator[Quad]:
        return (q for q in self.quads if include_vocabulary or q.graph_name != NamedNode(VOCABULARY_GRAPH))


def kg(name: str) -> NamedNode:
    return NamedNode(ONTOLOGY + name)


def node(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local) if prefix in PREFIXES else NamedNode(name)


def quads_of(*papers: Extraction) -> list[Quad]:
    return [quad for paper in papers for quad in to_quads(paper, base=DEFAULT_BASE)]


def copies(number: int) -> list[Extraction]:
    """Papers that differ in IRI and fact ids alone."""
    paper = example_paper()
    return [
        msgspec.structs.replace(
            paper,
            iri=f"{paper.iri}{n:03}",
            facts=tuple(msgspec.structs.replace(fact, id=f"{fact.id}-{n}") for fact in paper.facts),
        )
        for n in range(number)
    ]


def findings(quads: Iterable[Quad], **options: Any) -> list[Violation]:
    return validate(Graphs(quads), **options).violations  # type: ignore[arg-type]


def test_the_example_conforms_without_a_warning() -> None:
    report = validate(Graphs(quads_of(example_paper())))  # type: ignore[arg-type]
    assert (report.conforms, report.checked, report.counts, report.violations) == (True, 1, {}, [])


@settings(max_examples=15, deadline=None)
@given(extractions(base=BASE))
def test_whatever_is_mapped_has_no_violation(paper: Extraction) -> None:
    report = validate(Graphs(to_quads(paper, base=BASE), base=BASE))  # type: ignore[arg-type]
    assert [finding for finding in report.violations if finding.severity == "violation"] == []
    assert report.checked == 1


@pytest.mark.parametrize(
    ("predicate", "focus"),
    [
        ("kg:key", IRI),
        ("dcterms:identifier", IRI),
        ("dcterms:abstract", IRI),
        ("kg:revision", IRI),
        ("prov:wasGeneratedBy", IRI),
        ("kg:refersTo", IRI + "#mention-text-85-88"),
        ("kg:score", IRI + "#mention-text-85-88"),
        ("skos:prefLabel", GPU),
        ("rdf:subject", DEFAULT_BASE + "fact/f3"),
        ("kg:value", DEFAULT_BASE + "fact/f4"),
        ("kg:comparator", DEFAULT_BASE + "fact/f4"),
        ("rdf:value", IRI + "#sentence-text-0-39"),
        ("kg:paperProposes", IRI),
        ("kg:runsOn", TINYNET),
    ],
)
def test_what_is_missing_is_reported_where_it_is_missing(predicate: str, focus: str) -> None:
    quads = [quad for quad in quads_of(example_paper()) if quad.predicate != node(predicate)]
    found = [finding for finding in findings(quads) if finding.focus == focus and finding.severity == "violation"]
    assert node(predicate).value in [finding.path for finding in found]


def test_a_predicate_or_object_that_is_missing_is_reported() -> None:
    for name in ("rdf:predicate", "rdf:object"):
        quads = [quad for quad in quads_of(example_paper()) if quad.predicate != node(name)]
        assert DEFAULT_BASE + "fact/f3" in [finding.focus for finding in findings(quads)]


def test_a_graph_without_its_paper_is_reported() -> None:
    quads = [quad for quad in quads_of(example_paper()) if quad.object != kg("Paper")]
    report = validate(Graphs(quads))  # type: ignore[arg-type]
    assert not report.conforms
    assert report.checked == 1
    assert ("violation", IRI) in [(finding.severity, finding.focus) for finding in report.violations]


FACT = DEFAULT_BASE + "fact/f2"
MENTION = IRI + "#mention-text-85-88"
RESULT = DEFAULT_BASE + "fact/f4"


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "severity"),
    [
        (IRI, "dcterms:title", Literal("second title"), "violation"),
        (IRI, "kg:key", Literal(5), "violation"),
        (IRI, "dcterms:date", Literal("soon"), "violation"),
        (IRI, "kg:year", Literal("2024"), "violation"),
        (IRI, "kg:sentence", NamedNode(IRI + "#sentence"), "violation"),
        (IRI, "kg:reportsResult", NamedNode(FACT), "violation"),
        (IRI, "kg:paperRunsOn", NamedNode(FLASH), "violation"),
        (IRI + "#mention-x", "rdf:type", kg("TaskMention"), "violation"),
        (IRI + "#mention-text-0-7", "rdf:type", kg("TaskMention"), "violation"),
        (MENTION, "kg:score", Literal("2", datatype=node("xsd:decimal")), "violation"),
        (MENTION, "kg:inSentence", NamedNode(IRI), "violation"),
        (FACT, "kg:evidence", NamedNode(FLASH), "violation"),
        (FACT, "rdf:type", kg("HedgedFact"), "violation"),
        (FACT, "rdf:type", kg("NegatedFact"), "violation"),
        (FACT, "rdf:predicate", NamedNode("urn:likes"), "violation"),
        (RESULT, "rdf:predicate", kg("runsOn"), "violation"),
        (RESULT, "kg:unit", Literal("ms"), "violation"),
        (RESULT, "kg:comparator", Literal("!="), "violation"),
        (RESULT, "kg:resultHardware", NamedNode(TINYNET), "warning"),
        (GPU, "skos:prefLabel", Literal("another"), "violation"),
        (GPU, "skos:altLabel", Literal("anders", language="de"), "violation"),
    ],
)
def test_what_is_too_much_or_wrong_is_reported(subject: str, predicate: str, value: Any, severity: str) -> None:
    graph = NamedNode(IRI)
    report = validate(Graphs([*quads_of(example_paper()), Quad(NamedNode(subject), node(predicate), value, graph)]))  # type: ignore[arg-type]
    assert severity in [finding.severity for finding in report.violations if finding.focus == subject]
    assert report.conforms == (severity == "warning")
    assert all(finding.message for finding in report.violations)


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (Fact(id="w", kind="role", predicate="runsOn", object="TinyNet"), "runs on is no hardware"),
        (Fact(id="w", kind="role", predicate="uses", object="accuracy"), "uses is no method"),
        (Fact(id="w", kind="role", predicate="proposes", object="TinyNet"), ""),
        (Fact(id="w", kind="role", predicate="compares", object="accuracy"), "compared with is no method"),
        (Fact(id="w", kind="role", predicate="addresses", object="accuracy"), "addresses is no task"),
        (Fact(id="w", kind="role", predicate="evaluatedOn", object="accuracy"), "evaluated on is no dataset"),
        (Fact(id="w", kind="role", predicate="reports", object="TinyNet"), "reports is no metric"),
        (Fact(id="w", kind="relation", predicate="runsOn", subject="accuracy", object="TinyNet"), "to hardware"),
        (
            Fact(id="w", kind="relation", predicate="usedFor", subject="TinyNet", object="accuracy"),
            "to a task or method",
        ),
        (Fact(id="w", kind="relation", predicate="evaluatedOn", subject="TinyNet", object="accuracy"), "to a dataset"),
        (Fact(id="w", kind="relation", predicate="measuredBy", subject="TinyNet", object="TinyNet"), "to a metric"),
        (
            Fact(id="w", kind="relation", predicate="comparedWith", subject="TinyNet", object="charge-trap flash"),
            "joins method with method",
        ),
        (Fact(id="w", kind="relation", predicate="isA", subject="TinyNet", object="accuracy"), ""),
        (Fact(id="w", kind="relation", predicate="partOf", subject="TinyNet", object="accuracy"), ""),
    ],
)
def test_unlikely_facts_are_warnings(fact: Fact, says: str) -> None:
    paper = example_paper()
    likely = msgspec.structs.replace(fact, evidence=paper.facts[0].evidence)
    report = validate(Graphs(quads_of(msgspec.structs.replace(paper, facts=(*paper.facts, likely)))))  # type: ignore[arg-type]
    assert report.conforms
    assert any(says in finding.message for finding in report.violations) if says else report.violations == []


def test_a_fact_without_evidence_is_a_warning() -> None:
    quads = [quad for quad in quads_of(example_paper()) if quad.predicate != kg("evidence")]
    report = validate(Graphs(quads))  # type: ignore[arg-type]
    assert report.conforms
    assert report.counts == {"warning": 4}


def test_papers_do_not_lend_each_other_what_they_lack() -> None:
    """A label in one paper's graph does not stand for the one that another paper's graph lacks."""
    first, second = copies(2)
    label = node("skos:prefLabel")
    broken = [quad for quad in quads_of(second) if quad.predicate != label or quad.subject != NamedNode(GPU)]
    assert GPU in [finding.focus for finding in findings([*quads_of(first), *broken])]


def test_the_order_of_quads_in_a_graph_makes_no_difference() -> None:
    quads = [quad for quad in quads_of(*copies(3)) if quad.predicate != kg("refersTo")]
    assert findings(quads) == findings(quads[::-1]) == findings(sorted(quads, key=str)) != []


def test_limit_checks_the_first_papers() -> None:
    papers = copies(5)
    broken = [quad for quad in quads_of(*papers) if quad.graph_name != NamedNode(papers[3].iri)]
    broken += [quad for quad in quads_of(papers[3]) if quad.predicate != kg("key")]
    store = Graphs(broken)
    assert [validate(store, limit=n).checked for n in (0, 3, 9)] == [0, 3, 5]  # type: ignore[arg-type]
    assert [validate(store, limit=n).conforms for n in (3, 4)] == [True, False]  # type: ignore[arg-type]


def test_findings_are_all_counted_and_the_first_thousand_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.validate._KEPT", 5)
    quads = [quad for quad in quads_of(*copies(3)) if quad.predicate != kg("evidence")]
    report = validate(Graphs(quads))  # type: ignore[arg-type]
    assert (report.counts, len(report.violations)) == ({"warning": 12}, 5)


def test_other_graphs_are_none_of_its_business() -> None:
    stray = Quad(NamedNode("urn:x"), kg("score"), Literal("none"), NamedNode("urn:mine"))
    assert findings([*quads_of(example_paper()), stray]) == []


def test_the_vocabulary_is_checked_where_asked_for() -> None:
    quads = list(vocabulary_quads(Vocabulary([Term(iri=f"urn:{n}", label=str(n), types=("Task",)) for n in range(3)])))
    broken = [quad for quad in quads if quad.object != Literal("1")]
    assert findings(quads, vocabulary=True) == findings(broken) == []
    assert {finding.focus for finding in findings(broken, vocabulary=True)} == {"urn:1"}


@pytest.mark.slow
def test_the_shipped_vocabulary_conforms() -> None:
    assert findings(vocabulary_quads(load_vocabulary()), vocabulary=True) == []


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    imports = Quad(NamedNode(IRI), node("owl:imports"), NamedNode("https://imports.example/x.ttl"), NamedNode(IRI))
    ontology = Quad(NamedNode(IRI), node("rdf:type"), node("owl:Ontology"), NamedNode(IRI))
    assert check_quads([*quads_of(example_paper()), imports, ontology]) == []


def test_a_finding_is_one_line_for_the_user() -> None:
    assert str(Violation("warning", "urn:x", None, "Odd.")) == "warning: <urn:x>: Odd."
    assert str(Violation("violation", "urn:x", "urn:p", "Bad.")) == "violation: <urn:x> urn:p: Bad."


def test_a_real_store_is_checked_as_it_is() -> None:
    with open_store("memory:") as store:
        store.put(copies(2))
        report = validate(store)
        assert (report.conforms, report.checked, report.counts) == (True, 2, {})
        store.engine.remove_graph(NamedNode(IRI + "000"))  # type: ignore[attr-defined]
        broken = [quad for quad in quads_of(copies(1)[0]) if quad.predicate != kg("key")]
        store.engine.extend(broken)  # type: ignore[attr-defined]
        assert [finding.focus for finding in validate(store).violations] == [IRI + "000"]
