"""What is refused before the engine sees it, and parameters."""

import contextlib

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ParameterError, QueryError
from kg.store import Iri
from kg.stores._oxigraph.sparql import MAX_DEPTH, MAX_LENGTH, bind_parameters, check_query, iter_tokens
from tests.strategies import ALPHABET, texts

HOST = "<http://127.0.0.1:1/>"
BODY = "{ ?s ?p ?o }"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ SERVICE {HOST} {BODY} }}",
        f"select * {{ service silent {HOST} {BODY} }}",
        f"SELECT * {{ SeRvIcE{HOST}{BODY} }}",
        f"SELECT * {{ ?s ?p trueSERVICE{HOST}{BODY} }}",
        f"SELECT * {{ ?s ?p 5SERVICE{HOST}{BODY} }}",
        f"SELECT * {{ SERVICESILENT{HOST}{BODY} }}",
        f"PREFIX : {HOST} SELECT * {{ SERVICE:x{BODY} }}",
        f"PREFIX ex: <http://[::1]:> SELECT * {{ ?s ?p ex:SERVICE {HOST} {BODY} }}",
        f"SELECT * {{ # a comment\n SERVICE {HOST} {BODY} }}",
        f"SELECT * {{ ?s ?p 'text' SERVICE {HOST} {BODY} }}",
        f"SELECT * {{ ?s ?p '''it's''' . SERVICE {HOST} {BODY} }}",
        f"SELECT * {{ ?s ?p '' . SERVICE {HOST} {BODY} }}",
        f"SELECT * {{ BIND({HOST} AS ?v) FILTER(1<2)SERVICE?v#>\n{BODY} }}",
        f"PREFIX ex: {HOST} SELECT * {{ BIND({HOST} AS ?v) FILTER(?a<ex:b)SERVICE?v#>\n{BODY} }}",
        f"PREFIX ex: {HOST} SELECT * {{ FILTER(?a<ex:b#>'''\n) SERVICE {HOST} {BODY} #'''\n }}",
        f"PREFIX ex: {HOST} SELECT * {{ FILTER(?a<ex:b#>'''\n) <urn:x#y> ?p ?o . SERVICE {HOST} {BODY} #'''\n }}",
        f"SELECT * {{ <http://x/\\u0041#> ?p ?o . SERVICE {HOST} {BODY} }}",
    ],
)
def test_other_endpoints_are_not_asked(query: str) -> None:
    with pytest.raises(QueryError, match="SERVICE is not allowed; "):
        check_query(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'a web service' }",
        'SELECT * { ?s ?p """service\n"here" """ }',
        "SELECT ?service { ?service ?p $SERVICE }",
        "SELECT * { <http://example.org/service> ?p <http://example.org/#SERVICE> }",
        "SELECT * { ?s <urn:x?a=service&service> ?o } # SERVICE <urn:x> {}",
        "SELECT * { ?s ?p ?o FILTER(?o < 3 && ?o > 1 && CONTAINS(?s, 'service')) }",
    ],
)
def test_the_word_may_stand_where_it_is_no_keyword(query: str) -> None:
    check_query(query)


@pytest.mark.parametrize("deep", ["{", "(", "["])
def test_nesting_is_limited(deep: str) -> None:
    check_query("SELECT * " + deep * MAX_DEPTH)
    with pytest.raises(QueryError, match="nested too deep; "):
        check_query("SELECT * " + deep * 20_000)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { FILTER(" + "!" * 20_000 + "?a) }",
        "SELECT * { FILTER(?a" + "||?a" * 20_000 + ") }",
        "SELECT * { FILTER(1" + "+1" * 20_000 + ") }",
        "SELECT * { ?s <a:b>" + "|<a:b>" * 20_000 + " ?o }",
        "SELECT * { " + "{} UNION " * 5_000 + "{} }",
        "SELECT * { " + "".join(f"BIND(1 AS ?v{n}) " for n in range(5_000)) + "}",
        "SELECT * { " + " " * MAX_LENGTH + "}",
    ],
)
def test_what_would_overflow_the_engine_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match=r"too long|characters"):
        check_query(query)


def test_many_values_are_taken() -> None:
    values = " ".join(f"<urn:{n}> 'text {n}' {n} kg:x{n}" for n in range(2_000))
    check_query(f"SELECT * {{ VALUES ?x {{ {values} }} ?x ?p ?o }}")


@pytest.mark.parametrize(
    "update", ["INSERT DATA { }", "  delete where { }", "PREFIX a: <urn:a> DROP ALL", "LOAD <urn:a>"]
)
def test_updates_are_told_apart_from_errors(update: str) -> None:
    with pytest.raises(QueryError, match="changes the store; only queries"):
        check_query(update)


@given(st.text(ALPHABET) | st.text("<>\"'#\\{}?$:a.1 \n"))
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(token.text for token in iter_tokens(text)) == text


@given(st.text(ALPHABET) | st.text("serviceSERVICE<>\"'#\\{}?:a \n"))
def test_any_text_is_checked_without_crash(text: str) -> None:
    with contextlib.suppress(QueryError):
        check_query(text)


def ask(query: str, **parameters: object) -> list[tuple[str | None, ...]]:
    """Rows of a query over a few triples, as the engine writes terms."""
    store = pyoxigraph.Store()
    data = '<urn:a> <urn:p> <urn:b> . <urn:b> <urn:p> <urn:c> . <urn:a> <urn:n> 5 . <urn:b> <urn:n> "x" .'
    store.load(f"GRAPH <urn:g> {{ {data} }}", pyoxigraph.RdfFormat.TRIG)
    answer = store.query(bind_parameters(query, parameters))
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    return [tuple(term if term is None else str(term) for term in row) for row in answer]


GRAPH = "GRAPH ?g"


@pytest.mark.parametrize(
    ("query", "parameters", "rows"),
    [
        (f"SELECT ?y {{ {GRAPH} {{ ?x <urn:p> ?y }} }}", {"x": Iri("urn:a")}, [("<urn:b>",)]),
        (f"SELECT ?x ?y {{ {GRAPH} {{ ?x <urn:p> ?y }} }}", {"x": Iri("urn:a")}, [("<urn:a>", "<urn:b>")]),
        (
            f"SELECT ?y {{ {GRAPH} {{ ?x <urn:p>+ ?y }} }} ORDER BY ?y",
            {"x": Iri("urn:a")},
            [("<urn:b>",), ("<urn:c>",)],
        ),
        (f"SELECT ?x {{ {GRAPH} {{ ?x <urn:n> ?v FILTER(?v = ?wanted) }} }}", {"wanted": 5}, [("<urn:a>",)]),
        (f"SELECT ?x {{ {GRAPH} {{ ?x <urn:n> ?v }} FILTER(!BOUND(?o) || ?v = ?o) }}", {"o": "x"}, [("<urn:b>",)]),
        (
            f"SELECT ?x {{ {GRAPH} {{ ?x <urn:n> ?v }} FILTER(!BOUND( ?o ) || ?v = ?o) }} ORDER BY ?x",
            {"o": None},
            [("<urn:a>",), ("<urn:b>",)],
        ),
        (
            f"SELECT ?x (COUNT(?y) AS ?n) {{ {{ SELECT ?x ?y {{ {GRAPH} {{ ?x <urn:p> ?y }} }} }} }} GROUP BY ?x",
            {"x": Iri("urn:a")},
            [("<urn:a>", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>')],
        ),
        ("SELECT ?s { VALUES ?s { <urn:z> } FILTER('?x' != $x) }", {"x": "y"}, [("<urn:z>",)]),
        ("SELECT (?x AS ?z) { }", {"x": True}, [('"true"^^<http://www.w3.org/2001/XMLSchema#boolean>',)]),
    ],
)
def test_parameters_are_bound(query: str, parameters: dict[str, object], rows: list[tuple[str, ...]]) -> None:
    assert ask(query, **parameters) == rows


@given(texts() | st.text("\\\"'{}<>?\n\r\t\0 ux0041"))
def test_any_text_is_bound_as_it_is(value: str) -> None:
    (row,) = ask("SELECT (STR(?value) AS ?same) { }", value=value)
    assert row == (str(pyoxigraph.Literal(value)),)


@given(st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.booleans())
def test_any_number_is_bound_as_it_is(value: float) -> None:
    assert ask("SELECT ?value { FILTER(?value = ?value) }", value=value) == [(str(pyoxigraph.Literal(value)),)]


@pytest.mark.parametrize("value", [Iri("no iri"), Iri("urn:a> ?p ?o } #"), ["a"], {"a": 1}, b"a", 1j])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(ParameterError, match=r"parameter x: .+; give"):
        bind_parameters("ASK { ?x ?p ?o }", {"x": value})


@pytest.mark.parametrize(
    "query", ["SELECT * { BIND(1 AS ?x) }", "SELECT * { VALUES ?x { 1 } }", "SELECT * { VALUES (?y ?x) { (1 2) } }"]
)
def test_a_variable_that_the_query_sets_is_no_parameter(query: str) -> None:
    with pytest.raises(ParameterError, match="gives \\?x a value itself"):
        bind_parameters(query, {"x": 1})
