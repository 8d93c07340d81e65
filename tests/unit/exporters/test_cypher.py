"""Cypher literals and scripts; a real Neo4j reads what was written."""

import neo4j
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.exporter import get_exporter
from kg.exporters.cypher import to_literal
from kg.model import Extraction
from kg.namespaces import DEFAULT_BASE
from kg.schema import Vocabulary
from kg.store import Store, open_store
from tests.neo4j_server import Server, wipe
from tests.samples import sample_papers

TRICKY = [
    "it's",
    'say "hi"',
    "back\\slash",
    "\\u0027 + 1",
    "\\\\u0027",
    "end\\",
    "a\r\nb\tc\b\f\v\x00\x1f\x7f\x85",
    "\u2028\u2029\ufeff",
    "`tick` ${x} $param {a: 1} // no comment /* nor this */ ;",
    "𝔸 شبكة",
    "",
]


def script(papers: list[Extraction]) -> list[str]:
    """The statements of the script, split at line ends as a shell does."""
    with open_store("memory:", vocabulary=Vocabulary([])) as store:
        store.put(papers)
        (part,) = get_exporter("cypher").iter_parts(store)
        return b"".join(part.chunks).decode().splitlines()


def test_each_line_is_one_statement() -> None:
    lines = script(sample_papers())
    assert all(line.endswith(";") for line in lines)
    assert all(line.startswith(("CREATE ", "CALL db.awaitIndexes", "MERGE (s:KgStore", "UNWIND [")) for line in lines)


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        (None, "null"),
        ("x", "'x'"),
        (True, "true"),
        (3, "3"),
        (0.5, "0.5"),
        ([1, "a"], "[1, 'a']"),
        ({"a": "b"}, "{a: 'b'}"),
        (float("inf"), "toFloat('Infinity')"),
    ],
)
def test_literals(value: object, literal: str) -> None:
    assert to_literal(value) == literal


@pytest.mark.neo4j
def test_a_server_reads_texts_as_they_were(neo4j_server: Server) -> None:
    with driver(neo4j_server) as session:
        for text in TRICKY:
            assert session.run(f"RETURN {to_literal(text)} AS text").single(strict=True)["text"] == text
        for number in (1e-300, 1e300, float("inf"), float("-inf"), -0.42, 2**62):
            assert session.run(f"RETURN {to_literal(number)} AS n").single(strict=True)["n"] == number


@pytest.mark.neo4j
def test_any_text_comes_back(neo4j_server: Server) -> None:
    with driver(neo4j_server) as session:

        @settings(max_examples=60, deadline=None)
        @given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=20))
        def check(texts: list[str]) -> None:
            assert session.run(f"RETURN {to_literal(texts)} AS t").single(strict=True)["t"] == texts

        check()


@pytest.mark.neo4j
def test_the_script_fills_a_neo4j_and_may_run_twice(neo4j_server: Server, neo4j_url: str) -> None:
    wipe(neo4j_server)
    papers = sample_papers()
    statements = script(papers)
    with driver(neo4j_server) as session:
        for _ in range(2):
            for statement in statements:
                session.run(statement.removesuffix(";")).consume()
            counted = count(session)
        assert counted == count(session)
    with open_store("memory:", vocabulary=Vocabulary([])) as memory:
        memory.put(papers)
        wanted = memory.counts()
    with open_store(neo4j_url, base=DEFAULT_BASE, vocabulary=Vocabulary([])) as store:
        found = store.counts()
        assert (found.papers, found.concepts, found.facts, found.results) == (
            wanted.papers,
            wanted.concepts,
            wanted.facts,
            wanted.results,
        )
        assert list(store.iter_papers()) == papers
        check_same_as_put(store, neo4j_server)


def check_same_as_put(store: Store, server: Server) -> None:
    """What the script made is what the store itself makes."""
    with driver(server) as session:
        before = count(session)
        store.put(sample_papers())
        assert count(session) == before


def count(session: neo4j.Session) -> dict[str, int]:
    found = session.run(
        "MATCH (n) WHERE n.vocabulary IS NULL UNWIND labels(n) AS name RETURN name, count(*) AS n"
    ).data()
    found += session.run("MATCH ()-[r]->() WHERE type(r) <> 'BROADER' RETURN type(r) AS name, count(*) AS n").data()
    return {row["name"]: row["n"] for row in found}


class driver:  # noqa: N801 - reads as a function
    """A session with a server."""

    def __init__(self, server: Server) -> None:
        self.driver = neo4j.GraphDatabase.driver(server.url, auth=(server.user, server.password))

    def __enter__(self) -> neo4j.Session:
        self.session = self.driver.session()
        return self.session

    def __exit__(self, *_: object) -> None:
        self.session.close()
        self.driver.close()
