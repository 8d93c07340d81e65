"""Answers as rows, here and from a process of their own."""

import time
from collections.abc import Iterator

import pyoxigraph
import pytest

from kg.errors import QueryError
from kg.store import Iri, Table, open_store
from kg.stores._oxigraph.rows import read_answer
from kg.stores._oxigraph.store import OxigraphStore
from tests.small_vocabulary import SMALL

XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = f"""SELECT ?x {{ VALUES ?x {{
  <urn:a> "text" "label"@en 5 -7 1.50 1e3 true false "2024-02"^^<{XSD}gYearMonth> "NaN"^^<{XSD}double>
  "many"^^<{XSD}integer> "123456789012345678901234567890"^^<{XSD}integer> "1"^^<{XSD}boolean> UNDEF "" }} }}"""
CELLS = [
    Iri("urn:a"),
    "text",
    "label",
    5,
    -7,
    1.5,
    1000.0,
    True,
    False,
    "2024-02",
    None,  # NaN, which is not equal to itself
    "many",
    "123456789012345678901234567890",
    True,
    None,
    "",
]
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"GRAPH ?g{n} {{ ?a{n} ?b{n} ?c{n} }}" for n in range(4)) + " }"


@pytest.fixture(scope="module")
def store() -> Iterator[OxigraphStore]:
    with open_store("memory:", vocabulary=SMALL) as opened:
        assert isinstance(opened, OxigraphStore)
        yield opened


@pytest.mark.parametrize("timeout", [None, 60.0])
def test_values_become_values_of_python(store: OxigraphStore, timeout: float | None) -> None:
    rows = store.query("sparql", VALUES, timeout=timeout).rows
    nan = CELLS.index(None)
    assert rows[nan][0] != rows[nan][0]
    cells = [None if at == nan else row[0] for at, row in enumerate(rows)]
    assert cells == CELLS
    assert [type(cell) for cell in cells] == [type(cell) for cell in CELLS]


@pytest.mark.parametrize("timeout", [None, 60.0])
def test_kinds_of_queries(store: OxigraphStore, timeout: float | None) -> None:
    def ask(text: str) -> Table:
        return store.query("sparql", text, {"p": Iri("urn:p")}, timeout=timeout)

    assert ask("ASK { }") == Table(columns=("ask",), rows=[(True,)])
    graph = ask("CONSTRUCT { <urn:b> ?p 2 . <urn:a> ?p 'x' . <urn:a> ?p 'x' } { }")
    assert graph == Table(
        columns=("subject", "predicate", "object"),
        rows=[(Iri("urn:a"), Iri("urn:p"), "x"), (Iri("urn:b"), Iri("urn:p"), 2)],
    )
    assert ask("DESCRIBE <urn:nobody>").rows == []
    assert ask("SELECT ?a ?b { }") == Table(columns=("a", "b"), rows=[(None, None)])


@pytest.mark.parametrize("timeout", [None, 60.0])
@pytest.mark.parametrize(
    "query", ["SELECT ?x WHERE", "SELECT ?x { ?x nosuch:p ?y }", "SELECT (1/0 AS ?x ?y) {}", "", "\ud800"]
)
def test_errors_of_the_engine_are_query_errors(store: OxigraphStore, query: str, timeout: float | None) -> None:
    with pytest.raises(QueryError, match=r".+; correct it"):
        store.query("sparql", query, timeout=timeout)


def test_an_endless_query_is_stopped_and_the_store_goes_on(store: OxigraphStore) -> None:
    begun = time.monotonic()
    with pytest.raises(QueryError, match=r"stopped after 3 s; narrow it, or allow more time"):
        store.query("sparql", ENDLESS, timeout=3.0)
    assert time.monotonic() - begun < 30
    assert store.query("sparql", "ASK { }").rows == [(True,)]


def test_blank_nodes_are_told_by_their_label() -> None:
    (row,) = read_answer(pyoxigraph.Store().query("SELECT ?x { BIND(BNODE() AS ?x) }"))[1]
    assert str(row[0]).startswith("_:")
