"""The prebuilt queries on the fixture graph: golden rows in each language, on each store that speaks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.catalogue import Column, PreparedQuery, check_queries, list_queries, read_fixture, run_query
from kg.catalogue.checking import read_cases, to_plain_rows
from kg.catalogue.parameters import resolve_parameters, to_bindings
from kg.errors import KgError, LanguageError, UnknownConceptError
from kg.model import Extraction
from kg.store import Cell, Store, Table, open_store

KINDS = ("memory", "embedded", pytest.param("neo4j", marks=pytest.mark.neo4j))
QUERIES = list_queries()
HOSTILE = (
    'GPU" } ; DROP ALL #',
    "'}) DETACH DELETE n //",
    "> } UNION { ?s ?p ?o } #",
    "GPU\\u0022 OR 1=1",
    "$_hardware",
    "GPU`}] RETURN 1 //",
    "<https://abstract-kg.example/concept/bert>",
    "\x00\x01",
    "?" * 400,
)


def fill(store: Store) -> None:
    store.clear()
    store.put(read_fixture()[1])


@pytest.fixture(scope="module", params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The fixture graph in a store of each kind."""
    url = "memory:"
    if request.param == "embedded":
        url = str(tmp_path_factory.mktemp("queries") / "graph")
    elif request.param == "neo4j":
        url = str(request.getfixturevalue("neo4j_url"))
    with open_store(url, vocabulary=read_fixture()[0]) as opened:
        fill(opened)
        yield opened


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query.name))
def test_golden_rows(store: Store, query: PreparedQuery) -> None:
    tried = 0
    for language in store.languages:
        for case in read_cases(query):
            table = run_query(store, query.name, case.parameters, evidence=case.evidence, language=language)
            assert to_plain_rows(table) == case.rows, (language, case.parameters)
            tried += 1
    assert tried >= 4


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query.name))
def test_golden_rows_are_not_all_empty(query: PreparedQuery) -> None:
    cases = read_cases(query)
    assert sum(bool(case.rows) for case in cases) >= len(cases) // 2
    assert any(case.evidence for case in cases)


@pytest.mark.parametrize("query", [q for q in QUERIES if q.name != "shortest-path"], ids=lambda query: str(query.name))
def test_the_order_of_the_store_is_the_canonical_one(store: Store, query: PreparedQuery) -> None:
    """So that a text asked elsewhere gives the same answer; the fixture has no texts that engines sort differently."""
    language = store.languages[0]
    values = resolve_parameters(store, query, query.arguments)
    raw = store.query(language, query.texts[language], to_bindings(query, values, language))
    table = run_query(store, query.name, query.arguments)
    shown = [name for name in query.columns if not name.hidden and name.type in ("concept", "integer", "text")]
    assert raw.rows
    assert project(raw, shown) == project(table, shown)


def project(table: Table, columns: list[Column]) -> list[tuple[Cell, ...]]:
    places = [table.columns.index(column.name) for column in columns]
    return list(dict.fromkeys(tuple(row[place] for place in places) for row in table.rows))


def test_every_row_has_evidence(store: Store) -> None:
    for name in (
        "methods-by-hardware",
        "compared-with",
        "datasets-by-task",
        "methods-by-task",
        "speed-ups",
        "leaderboard",
    ):
        table = run_query(store, name, evidence=True)
        sentences = [row[table.columns.index("sentence")] for row in table.rows]
        assert sentences
        assert all(sentences), name


def test_evidence_is_a_sentence_of_its_paper(store: Store) -> None:
    papers: dict[str, Extraction] = {paper.id: paper for paper in store.iter_papers()}
    table = run_query(store, "methods-by-hardware", {"hardware": "hardware accelerator"}, evidence=True)
    for row in table.rows:
        found = dict(zip(table.columns, row, strict=True))
        paper = papers[str(found["paper"])]
        assert found["title"] == paper.title
        assert found["sentence"] in [paper.text_of(sentence) for sentence in paper.sentences]


def test_hidden_columns_are_iris(store: Store) -> None:
    table = run_query(store, "methods-by-hardware", {"hardware": "TPU"}, hidden=True)
    assert table.columns[-3:] == ("method_iri", "hardware_iri", "sources")
    assert str(table.rows[0][-2]) == "https://abstract-kg.example/concept/tensor-processing-unit"


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query.name))
def test_a_parameter_never_becomes_part_of_the_query(store: Store, query: PreparedQuery, value: str) -> None:
    before = store.counts()
    for parameter in query.parameters:
        good = {name: text for name, text in query.arguments.items() if name != parameter.name}
        if parameter.type in ("concept", "choice", "number", "integer"):
            with pytest.raises(KgError) as caught:
                run_query(store, query.name, {**good, parameter.name: value})
            assert "\n" not in str(caught.value)
            assert caught.value.exit_code == 2
    assert store.counts() == before


def test_a_concept_that_no_vocabulary_has_is_found(store: Store) -> None:
    table = run_query(store, "hardware-by-method", {"method": "TrapNet"})
    assert [row[0] for row in table.rows] == ["charge-trap flash", "central processing unit"]


def test_what_charge_trap_flash_is_and_what_runs_on_it(store: Store) -> None:
    rows = {tuple(row[:3]) for row in run_query(store, "neighbourhood", {"concept": "CTF"}).rows}
    assert ("charge-trap flash", "isA", "non-volatile memory") in rows
    assert ("charge-trap flash", "broader", "flash memory") in rows
    assert ("TrapNet", "runsOn", "charge-trap flash") in rows


def test_denied_and_supposed_facts_are_no_answers(store: Store) -> None:
    for hardware in ("FPGA", "TPU"):
        rows = run_query(store, "methods-by-hardware", {"hardware": hardware, "basis": "stated"}).rows
        assert rows
        assert "LilyFormer" not in [row[0] for row in rows]


def test_a_language_that_the_store_does_not_speak(store: Store) -> None:
    other = "cypher" if store.languages == ("sparql",) else "sparql"
    with pytest.raises(LanguageError, match="compared-with cannot be asked in"):
        run_query(store, "compared-with", language=other)  # type: ignore[arg-type]


def test_unknown_concept_proposes_others(store: Store) -> None:
    with pytest.raises(UnknownConceptError, match=r"charge-trap") as caught:
        run_query(store, "neighbourhood", {"concept": "charge-trap flas"})
    assert caught.value.exit_code == 2


def test_check_on_a_users_store(store: Store) -> None:
    outcomes = check_queries(store)
    assert {outcome.query for outcome in outcomes} == {query.name for query in QUERIES}
    assert [outcome.problem for outcome in outcomes if not outcome.ok] == []


@pytest.mark.neo4j
def test_stores_of_both_languages_are_compared(neo4j_url: str, tmp_path: Path) -> None:
    vocabulary, papers = read_fixture()
    with (
        open_store(neo4j_url, vocabulary=vocabulary) as one,
        open_store(tmp_path / "graph", vocabulary=vocabulary) as two,
    ):
        fill(one)
        fill(two)
        assert [outcome.problem for outcome in check_queries(one, two) if not outcome.ok] == []
        two.remove([papers[1].iri])
        disagreeing = {outcome.query for outcome in check_queries(one, two) if "disagree" in outcome.problem}
    assert "hardware-by-method" in disagreeing
