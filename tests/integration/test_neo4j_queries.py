"""Free Cypher against a real server: what it answers, and what it may not do."""

import threading
import time
from collections.abc import Iterator

import pytest

from kg.errors import KgError, ParameterError, QueryError
from kg.namespaces import DEFAULT_BASE
from kg.store import Iri, Store, open_store
from tests.neo4j_server import Server
from tests.samples import sample_papers

pytestmark = pytest.mark.neo4j


@pytest.fixture(scope="module")
def store(neo4j_url: str) -> Iterator[Store]:
    with open_store(neo4j_url) as opened:
        opened.clear()
        opened.put(sample_papers())
        yield opened
        opened.clear()


def test_nodes_relationships_and_paths_are_readable(store: Store) -> None:
    text = (
        "MATCH path = (p:Paper {id: $id})-[r:PAPER_PROPOSES]->(c:Concept)-[:RUNS_ON]->(h:Concept {label: 'GPU'})"
        " RETURN p, c.label AS label, type(r) AS type, path, [n IN nodes(path) | n.iri] AS iris, r.score AS score"
    )
    table = store.query("cypher", text, {"id": "arxiv:2401.00001"})
    assert table.columns == ("p", "label", "type", "path", "iris", "score")
    paper, label, kind, path, iris, score = table.rows[0]
    assert isinstance(paper, Iri)
    assert (label, kind, score) == ("FrogNet", "PAPER_PROPOSES", 1.0)
    assert path == "(Frogs that jump)-[:PAPER_PROPOSES]->(FrogNet)-[:RUNS_ON]->(GPU)"
    assert isinstance(iris, list)
    assert iris[0] == paper
    assert all(isinstance(iri, Iri) for iri in iris)


def test_relationships_and_maps_are_text(store: Store) -> None:
    text = "MATCH (:Concept {label: 'FrogNet'})<-[r:RUNS_ON]-(:Concept) RETURN r UNION RETURN {a: [1, null]} AS r"
    assert store.query("cypher", text).rows == [('{"a": [1, null]}',)]
    text = "MATCH (:Concept {label: 'FrogNet'})-[r:RUNS_ON]->({label: 'GPU'}) RETURN r ORDER BY r.paper LIMIT 1"
    (row,) = store.query("cypher", text).rows
    assert str(row[0]).startswith('[:RUNS_ON {"component": "tests", "evidence": ["text:0-7"')


def test_parameters_of_every_kind_are_bound(store: Store) -> None:
    values = [True, 7, 2**63 - 1, 1.5, "it's", ["a", "b"], None]
    for value in values:
        assert store.query("cypher", "RETURN $x AS x", {"x": value}).rows == [(value,)]
    assert store.query("cypher", "RETURN $x AS x", {"x": Iri("urn:a")}).rows == [("urn:a",)]
    assert store.query("cypher", "RETURN $x.a.b AS x", {"x": {"a": {"b": 1}}}).rows == [(1,)]


@pytest.mark.parametrize("value", [2**63, object(), {"a": [object()]}, b"bytes"])
def test_what_cannot_be_bound_is_named(store: Store, value: object) -> None:
    with pytest.raises(ParameterError, match="'x'"):
        store.query("cypher", "RETURN $x", {"x": value})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row", "LOAD CSV"),
        ("LOAD/**/CSV FROM 'http://127.0.0.1:9/' AS row RETURN row", "LOAD CSV"),
        ("L\\u004fAD CSV FROM 'file:///etc/passwd' AS row RETURN row", "LOAD CSV"),
        ("CALL () { LOAD CSV FROM 'file:///x' AS row RETURN row } RETURN row", "LOAD CSV"),
        ("SHOW SETTINGS", "SHOW SETTINGS"),
        ("SHOW TRANSACTIONS", "SHOW TRANSACTIONS"),
        ("TERMINATE TRANSACTION 'neo4j-transaction-1'", "TERMINATE"),
        ("CALL dbms.killConnection('bolt-1')", "dbms.killConnection"),
        ("CALL dbms.listConfig()", "dbms.listConfig"),
        ("CALL db.createLabel('Foo')", "db.createLabel"),
        ("SHOW USERS", "only read"),
        ("CREATE USER ann SET PASSWORD 'abcdefgh'", "only read"),
        ("ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'bcdefghij'", "only read"),
        ("CREATE (:Paper)", "only read"),
        ("MATCH (n) SET n.x = 1", "only read"),
        ("MATCH (n) REMOVE n.iri RETURN n", "only read"),
        ("MERGE (n:Paper {iri: 'x'}) RETURN n", "only read"),
        ("UNWIND [1] AS x CALL (x) { CREATE (:Y) } IN TRANSACTIONS", "only read"),
        ("CREATE INDEX foo FOR (n:Foo) ON (n.x)", "only read"),
        ("DROP CONSTRAINT kg_paper_iri", "only read"),
        ("PROFILE MATCH (n) DELETE n", "execution mode"),
        ("MATCH (n) RETURN n; MATCH (n) DELETE n", "one statement"),
        ("RETURN $missing", "missing"),
        ("RETURN 1 / 0", "/ by zero"),
        ("RETURN nonsense(1)", "nonsense"),
    ],
)
def test_a_query_only_reads_the_graph(store: Store, text: str, says: str) -> None:
    before = store.counts()
    with pytest.raises(QueryError, match=says) as caught:
        store.query("cypher", text)
    assert caught.value.mend
    assert "\n" not in str(caught.value)
    assert store.counts() == before


def test_what_looks_at_the_schema_is_allowed(store: Store) -> None:
    assert ("Paper",) in store.query("cypher", "CALL db.labels() YIELD label RETURN label").rows
    assert store.query("cypher", "SHOW INDEXES YIELD name WHERE name = 'kg_concept_forms' RETURN name").rows
    assert store.query("cypher", "EXPLAIN MATCH (n) RETURN n.iri AS iri").columns == ("iri",)


def test_a_runaway_query_ends_at_its_timeout(store: Store) -> None:
    text = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(a + b) AS n"
    begun = time.monotonic()
    with pytest.raises(QueryError, match=r"too long|more than"):
        store.query("cypher", text, timeout=1.0)
    assert time.monotonic() - begun < 15
    assert store.query("cypher", "RETURN 1 AS one", timeout=30.0).rows == [(1,)]


def test_errors_after_the_first_rows_are_told(store: Store) -> None:
    with pytest.raises(QueryError, match="by zero"):
        store.query("cypher", "UNWIND range(1, 5000) AS x RETURN 1 / (x - 4999) AS y")


def test_queries_of_many_threads_do_not_mix(store: Store) -> None:
    answers: dict[int, object] = {}

    def ask(number: int) -> None:
        answers[number] = store.query("cypher", "RETURN $n AS n", {"n": number}, timeout=60.0).rows

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: [(number,)] for number in range(8)}


def test_hostile_texts_end_in_one_line_and_leave_the_server_alive(store: Store, neo4j_server: Server) -> None:
    deep = ["[", "(", "{a:", "NOT ", "CASE WHEN true THEN ", "CALL {", "- ", "EXISTS {MATCH (a) WHERE "]
    for opening in deep:
        for count in (9, 39, 999):
            with pytest.raises(KgError, match=r".+; .+"):
                store.query("cypher", "RETURN " + opening * count, timeout=20.0)
    assert store.query("cypher", "RETURN 1 AS one").rows == [(1,)]


def test_the_base_decides_what_is_an_iri(store: Store) -> None:
    (row,) = store.query(
        "cypher", "RETURN $a AS a, $b AS b", {"a": DEFAULT_BASE + "x", "b": "https://b.example/x"}
    ).rows
    assert [isinstance(cell, Iri) for cell in row] == [True, False]
