"""One suite over all exporters: export, parse again with something independent, compare; what is lost is declared."""

import csv
import io
import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import networkx as nx
import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings

from kg.exporter import get_exporter, list_exporters, write_export
from kg.mapping.cells import unescape_formula
from kg.mapping.elements import EDGE_PROPERTIES, NODE_PROPERTIES, Edge, Node, iter_elements
from kg.mapping.rdf import iter_store_quads, to_quads, vocabulary_quads
from kg.model import Extraction
from kg.namespaces import ONTOLOGY, VOCABULARY, VOCABULARY_GRAPH
from kg.schema import Vocabulary, load_vocabulary
from kg.store import Store, open_store
from tests.samples import PaperMaker, sample_papers
from tests.strategies import extractions

NAMES = [str(exporter.name) for exporter in list_exporters()]
RDF = {
    "turtle": (pyoxigraph.RdfFormat.TURTLE, "turtle"),
    "n-triples": (pyoxigraph.RdfFormat.N_TRIPLES, "nt"),
    "rdf-xml": (pyoxigraph.RdfFormat.RDF_XML, "xml"),
    "n-quads": (pyoxigraph.RdfFormat.N_QUADS, "nquads"),
    "trig": (pyoxigraph.RdfFormat.TRIG, "trig"),
    "json-ld": (pyoxigraph.RdfFormat.JSON_LD, "json-ld"),
}
TRIPLES = {"turtle", "n-triples", "rdf-xml"}
XML_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Quads = set[tuple[str, ...]]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with open_store("memory:", vocabulary=small_vocabulary()) as made:
        made.put([*sample_papers(), known_paper()])
        yield made


def small_vocabulary() -> Vocabulary:
    """Some of the terms that ship with kg: those of `known_paper`, all that are broader, and a hundred others."""
    terms = {term.iri: term for term in list(load_vocabulary())[:100]}
    border = [concept.iri for concept in known_paper().concepts]
    while border:
        term = load_vocabulary().terms[border.pop()]
        terms[term.iri] = term
        border.extend(iri for iri in term.broader if iri in load_vocabulary().terms and iri not in terms)
    return Vocabulary(terms.values())


def known_paper() -> Extraction:
    """A paper that names a term of the vocabulary which has a broader one."""
    term = next(term for term in load_vocabulary() if term.broader and load_vocabulary().get(term.broader[0]))
    maker = PaperMaker("known").say_named(f"We use {term.label}.", {term.label: term.types[0]})
    made = maker.play("mentions", term.label).make()
    mention = msgspec.structs.replace(made.mentions[0], iri=term.iri)
    concept = msgspec.structs.replace(made.concepts[0], iri=term.iri, known=True)
    return msgspec.structs.replace(made, concepts=(concept,), mentions=(mention,))


@pytest.fixture(scope="module")
def exported(store: Store) -> dict[str, dict[str, bytes]]:
    """The files of each format, made once."""
    return {name: export(name, store) for name in NAMES}


def export(name: str, store: Store) -> dict[str, bytes]:
    return {part.name: b"".join(part.chunks) for part in get_exporter(name).iter_parts(store)}


def only(files: dict[str, bytes]) -> bytes:
    (content,) = files.values()
    return content


@pytest.mark.parametrize("name", NAMES)
def test_each_says_what_it_is(name: str) -> None:
    exporter = get_exporter(name)
    assert re.fullmatch(r"[a-z][a-z-]*", exporter.name)
    assert exporter.title
    assert not exporter.title.endswith(".")
    assert all(suffix.startswith(".") for suffix in exporter.suffixes)
    assert all(loss and not loss.endswith(".") for loss in exporter.losses)


def test_no_two_share_a_suffix() -> None:
    suffixes = [suffix for exporter in list_exporters() for suffix in exporter.suffixes]
    assert len(suffixes) == len(set(suffixes))


@pytest.mark.parametrize("name", NAMES)
def test_equal_stores_give_equal_bytes(name: str, exported: dict[str, dict[str, bytes]]) -> None:
    with open_store("memory:", vocabulary=small_vocabulary()) as other:
        other.put(reversed([*sample_papers(), known_paper()]))
        assert export(name, other) == exported[name]


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_store_gives_a_valid_document(name: str) -> None:
    with open_store("memory:", vocabulary=small_vocabulary()) as empty:
        files = export(name, empty)
    if name in RDF:
        quads = list(pyoxigraph.parse(only(files), format=RDF[name][0]))
        assert {str(quad.predicate) for quad in quads if quad.predicate.value.startswith(ONTOLOGY)} == set()
        assert quads
    elif name == "graphml":
        assert len(nx.parse_graphml(only(files).decode())) == 0
    else:
        assert all(files.values())


# ---------------------------------------------------------------- RDF


def parse_rdflib(name: str, content: bytes) -> Quads:
    """(subject, predicate, object, graph) in N-Triples notation; the graph is empty for triples."""
    dataset = rdflib.Dataset(default_union=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset.parse(data=content, format=RDF[name][1])
    return {
        (str(s), str(p), term_text(o), "" if name in TRIPLES else str(getattr(g, "identifier", g)))
        for s, p, o, g in dataset.quads((None, None, None, None))
    }


def term_text(term: Any) -> str:
    if isinstance(term, rdflib.Literal):
        datatype = str(term.datatype or "http://www.w3.org/2001/XMLSchema#string")
        return json.dumps([str(term), datatype, term.language])
    return str(term)


def oxigraph_text(term: Any) -> str:
    if isinstance(term, pyoxigraph.Literal):
        return json.dumps([term.value, term.datatype.value, term.language])
    return str(term.value)


def as_texts(quads: Iterator[pyoxigraph.Quad], *, graphs: bool, xml: bool = False) -> Quads:
    found: Quads = set()
    for quad in quads:
        value: Any = quad.object
        if xml and isinstance(value, pyoxigraph.Literal):
            value = pyoxigraph.Literal(XML_ILLEGAL.sub("\ufffd", value.value), datatype=value.datatype)
        graph = getattr(quad.graph_name, "value", "") if graphs else ""
        found.add((str(quad.subject.value), quad.predicate.value, oxigraph_text(value), graph))  # type: ignore[union-attr]
    return found


@pytest.fixture(autouse=True)
def exact_literals(monkeypatch: pytest.MonkeyPatch) -> None:
    """rdflib rewrites numbers on reading unless told not to."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def stated(store: Store) -> Iterator[pyoxigraph.Quad]:
    """What papers state, and the vocabulary as far as they use it."""
    used = {concept.iri for paper in store.iter_papers() for concept in paper.concepts}
    vocabulary = load_vocabulary()
    border = [vocabulary.terms[iri] for iri in used if iri in vocabulary.terms]
    while border:
        new = [b for term in border for b in term.broader if b in vocabulary.terms and b not in used]
        used.update(new)
        border = [vocabulary.terms[iri] for iri in new]
    for paper in store.iter_papers():
        yield from to_quads(paper, base=store.base)
    yield from vocabulary_quads(Vocabulary(vocabulary.terms[iri] for iri in used if iri in vocabulary.terms))


@pytest.mark.parametrize("name", sorted({*RDF} - {"n-quads", "trig"}))
def test_rdf_comes_back(name: str, store: Store, exported: dict[str, dict[str, bytes]]) -> None:
    content = only(exported[name])
    wanted = as_texts(stated(store), graphs=name not in TRIPLES, xml=name == "rdf-xml")
    assert parse_rdflib(name, content) == wanted
    again = pyoxigraph.parse(content, format=RDF[name][0])
    assert as_texts(again, graphs=name not in TRIPLES) == wanted


@pytest.mark.parametrize("name", ["n-quads", "trig"])
def test_the_whole_dataset_comes_back(name: str, store: Store, exported: dict[str, dict[str, bytes]]) -> None:
    content = only(exported[name])
    wanted = as_texts(iter_store_quads(store, base=store.base), graphs=True)
    assert as_texts(pyoxigraph.parse(content, format=RDF[name][0]), graphs=True) == wanted
    assert parse_rdflib(name, content) == wanted
    assert len({s for s, _, _, graph in wanted if graph == VOCABULARY_GRAPH}) > 100


def test_n_quads_are_sorted_lines(exported: dict[str, dict[str, bytes]]) -> None:
    lines = only(exported["n-quads"]).splitlines()
    assert lines == sorted(set(lines))


def test_turtle_uses_the_prefixes(exported: dict[str, dict[str, bytes]]) -> None:
    text = only(exported["turtle"]).decode()
    assert text.count("@prefix kg: ") == 1
    assert "a kg:Paper" in text
    assert f"<{ONTOLOGY}Paper>" not in text


def test_json_ld_carries_its_context_and_reads_well(exported: dict[str, dict[str, bytes]]) -> None:
    document = json.loads(only(exported["json-ld"]))
    assert not [
        value for value in document["@context"].values() if isinstance(value, str) and value.endswith(".jsonld")
    ]
    papers = [node for graph in document["@graph"] for node in graph["graph"] if node.get("type") == "Paper"]
    assert {"Frogs that jump", "=1+1 is a title, @too"} <= {paper.get("title") for paper in papers}


@pytest.fixture(scope="module")
def spare() -> Iterator[Store]:
    with open_store("memory:", vocabulary=small_vocabulary()) as made:
        yield made


@settings(max_examples=25, deadline=None)
@given(paper=extractions())
@pytest.mark.parametrize("name", ["turtle", "n-triples", "json-ld", "rdf-xml"])
def test_any_paper_comes_back_from_rdf(name: str, spare: Store, paper: Extraction) -> None:
    spare.clear()
    spare.put([paper])
    content = only(export(name, spare))
    wanted = as_texts(stated(spare), graphs=name == "json-ld", xml=name == "rdf-xml")
    assert as_texts(pyoxigraph.parse(content, format=RDF[name][0]), graphs=name == "json-ld") == wanted


# ---------------------------------------------------------------- node and edge lists


def elements(store: Store) -> tuple[dict[str, Node], dict[str, Edge]]:
    found = list(iter_elements(store, load_vocabulary(), base=store.base))
    nodes = {element.id: element for element in found if isinstance(element, Node)}
    edges = {element.id: element for element in found if isinstance(element, Edge)}
    assert len(nodes) + len(edges) == len(found)
    return nodes, edges


def test_every_edge_joins_nodes_that_are_there(store: Store) -> None:
    nodes, edges = elements(store)
    assert all(edge.source in nodes and edge.target in nodes for edge in edges.values())
    facts = [fact for paper in store.iter_papers() for fact in paper.facts]
    typed = [e for e in edges.values() if "polarity" in e.properties]
    results = [n for n in nodes.values() if n.properties["kind"] == "Result"]
    assert len(typed) + len(results) == len(facts)


def test_broader_terms_of_the_vocabulary_are_nodes_too(store: Store) -> None:
    nodes, edges = elements(store)
    broader = [edge for edge in edges.values() if edge.properties["type"] == "BROADER"]
    assert broader
    assert all(edge.target.startswith(VOCABULARY) and edge.target in nodes for edge in broader)


def test_graphml_comes_back(store: Store, exported: dict[str, dict[str, bytes]]) -> None:
    nodes, edges = elements(store)
    graph: Any = nx.parse_graphml(only(exported["graphml"]).decode(), force_multigraph=True)
    assert graph.is_directed()
    assert {n: dict(data) for n, data in graph.nodes(data=True)} == {n: plain(e.properties) for n, e in nodes.items()}
    again = {key: (source, target, dict(data)) for source, target, key, data in graph.edges(keys=True, data=True)}
    assert again == {key: (e.source, e.target, plain(e.properties)) for key, e in edges.items()}


def plain(properties: dict[str, Any]) -> dict[str, Any]:
    """Properties as GraphML holds them."""
    joined = {key: " | ".join(v) if isinstance(v, list) else v for key, v in properties.items()}
    return {key: XML_ILLEGAL.sub("\ufffd", v) if isinstance(v, str) else v for key, v in joined.items()}


@pytest.mark.parametrize("name", ["csv", "csv-exact"])
def test_csv_comes_back(name: str, store: Store, exported: dict[str, dict[str, bytes]]) -> None:
    files = exported[name]
    nodes, edges = elements(store)
    undo = unescape_formula if name == "csv" else str
    read = {
        kind: list(csv.DictReader(io.StringIO(files[f"{kind}.csv"].decode(), newline="")))
        for kind in ("nodes", "edges")
    }
    assert [tuple(row) for row in read["nodes"][:1]] == [("id", *NODE_PROPERTIES)]
    for row, node in zip(read["nodes"], nodes.values(), strict=True):
        assert without_empty({"id": node.id, **node.properties}) == values(row, NODE_PROPERTIES, undo)
    for row, edge in zip(read["edges"], edges.values(), strict=True):
        ends = {"id": edge.id, "source": edge.source, "target": edge.target}
        assert without_empty(ends | edge.properties) == values(row, EDGE_PROPERTIES, undo)


def without_empty(properties: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if value != ""}


def values(row: dict[str, str], types: dict[str, type], undo: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, cell in row.items():
        if cell:
            kind = types.get(name, str)
            found[name] = json.loads(cell) if kind is list else undo(cell) if kind is str else kind(cell)
    return found


def test_csv_for_spreadsheets_holds_no_formula_and_keeps_numbers(exported: dict[str, dict[str, bytes]]) -> None:
    rows = list(csv.reader(io.StringIO(exported["csv"]["nodes.csv"].decode(), newline="")))
    cells = [cell for row in rows for cell in row]
    assert "'=1+1 is a title, @too" in cells
    assert "'-Toy" in cells
    assert "-0.42" in cells
    assert not [cell for cell in cells if re.match(r"[=+@\t\r]|-(?!0\.42$)", cell)]


def test_csv_has_crlf_rows_and_cells_of_any_length() -> None:
    with open_store("memory:", vocabulary=small_vocabulary()) as made:
        made.put([PaperMaker("long", "x" * 200_000).make()])
        content = export("csv", made)["nodes.csv"]
    csv.field_size_limit(1 << 20)
    (row,) = csv.DictReader(io.StringIO(content.decode(), newline=""))
    assert row["label"] == "x" * 200_000
    assert content.count(b"\n") == content.count(b"\r\n") == 2


# ---------------------------------------------------------------- files


def test_files_and_folders_are_written(store: Store, exported: dict[str, dict[str, bytes]], tmp_path: Path) -> None:
    for exporter in list_exporters():
        path = tmp_path / f"{exporter.name}{exporter.suffixes[0] if exporter.suffixes else ''}"
        write_export(exporter(), store, path)
        files = exported[exporter.name]
        written = {path.name: path} if path.is_file() else {file.name: file for file in path.iterdir()}
        assert [file.read_bytes() for _, file in sorted(written.items())] == [files[name] for name in sorted(files)]


def test_a_single_file_goes_to_standard_output(
    store: Store, exported: dict[str, dict[str, bytes]], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    write_export(get_exporter("n-triples"), store, None)
    assert capfdbinary.readouterr().out == only(exported["n-triples"])
