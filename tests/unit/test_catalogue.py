"""The catalogue of prebuilt queries: its files, parameters, rows and evidence."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.catalogue import (
    Outcome,
    Parameter,
    PreparedQuery,
    check_queries,
    get_query,
    list_queries,
    read_fixture,
    run_query,
)
from kg.catalogue import definitions as definitions_module
from kg.catalogue.checking import read_cases
from kg.catalogue.definitions import read_query
from kg.catalogue.parameters import ANYTHING, resolve_parameters, to_bindings
from kg.errors import InputError, KgError, ParameterError, UnknownConceptError, UnknownQueryError
from kg.model import decode_extraction, encode
from kg.namespaces import VOCABULARY
from kg.resources import data_folder
from kg.store import Iri, Store, Table, open_store

TEN = {
    "compared-with",
    "datasets-by-task",
    "evidence",
    "hardware-by-method",
    "leaderboard",
    "methods-by-hardware",
    "methods-by-task",
    "neighbourhood",
    "shortest-path",
    "speed-ups",
}


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    vocabulary, papers = read_fixture()
    with open_store("memory:", vocabulary=vocabulary) as opened:
        opened.put(papers)
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of one query's folder, to be broken."""
    return Path(shutil.copytree(data_folder("queries") / "methods-by-hardware", tmp_path / "own-query"))


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "query.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_ten_are_there() -> None:
    assert {query.name for query in list_queries()} >= TEN


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: str(query.name))
def test_a_folder_is_complete(query: PreparedQuery) -> None:
    assert set(query.texts) == {"sparql", "cypher"}
    assert query.question.endswith("?")
    assert query.description
    assert query.budget_ms > 0
    assert all(parameter.help for parameter in query.parameters)
    assert query.parameters[-1].name == "limit"
    assert query.columns[-1].name == "sources"
    required = {p.name for p in query.parameters if p.required}
    assert required <= set(query.arguments)
    for name in required:
        assert name.upper() in query.question


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: str(query.name))
def test_each_parameter_is_used_in_both_texts(query: PreparedQuery) -> None:
    for parameter in query.parameters[:-1]:
        name = parameter.name.replace("-", "_")
        assert f"$_{name}" in query.texts["sparql"], parameter.name
        assert f"${name}" in query.texts["cypher"], parameter.name


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: str(query.name))
def test_sparql_names_its_graphs(query: PreparedQuery) -> None:
    text = query.texts["sparql"]
    assert "GRAPH ?" in text
    assert not re.search(r"\bFROM\s+(NAMED\s+)?<", text)


def test_golden_cases_name_known_parameters() -> None:
    for query in list_queries():
        known = {parameter.name for parameter in query.parameters}
        assert all(set(case.parameters) <= known for case in read_cases(query))


def test_unknown_query_proposes_one() -> None:
    with pytest.raises(UnknownQueryError, match="did you mean methods-by-hardware"):
        get_query("method-by-hardwar")
    with pytest.raises(UnknownQueryError, match="did you mean speed-ups"):
        get_query("speed")
    with pytest.raises(UnknownQueryError, match="there are: compared-with, "):
        get_query("zzz")


@pytest.mark.parametrize("name", ["", ".", "..", "../queries/evidence", "_fixture", "evidence/", "a\nb"])
def test_a_name_is_no_path(name: str) -> None:
    with pytest.raises(UnknownQueryError) as caught:
        get_query(name)
    assert "\n" not in str(caught.value)


def test_loading_is_fast() -> None:
    list_queries.cache_clear()
    definitions_module._read_once.cache_clear()
    begun = time.process_time()
    assert len(list_queries()) >= 10
    assert time.process_time() - begun < 0.2


def test_neither_spacy_nor_pyvis_is_imported() -> None:
    code = (
        "import sys; from kg.catalogue import *; list_queries(); read_fixture();"
        "print([m for m in ('spacy', 'pyvis', 'rdflib', 'networkx', 'neo4j', 'pandas', 'pint') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---------------------------------------------------------------- broken folders


def test_own_folder_reads(folder: Path) -> None:
    assert read_query(folder).name == "own-query"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("budget_ms: 2000", "budget_ms: soon", r"query\.yaml: Expected `int`, got `str` - at `\$\.budget_ms`"),
        (
            "question:",
            "frage:",
            r"query\.yaml: Object (contains unknown field `frage`|missing required field `question`)",
        ),
        ("type: concept, entity", "type: colour, entity", r"parameters\[0\]\.type"),
        (
            "entity: [Hardware]",
            "entity: [Gadget]",
            r"entity names the unknown type 'Gadget' - at `\$\.parameters\[0\]`",
        ),
        ("order: [-stated", "order: [-started", "order names what is no column"),
        ("example: {hardware", "example: {hardwares", "example names what is no parameter"),
        ("name: papers", "name: stated", "a column is named twice"),
        ("name: basis", "name: limit", "a parameter is named twice, or limit"),
        ("choices: [any, stated, paper], ", "", "a choice has no choices"),
        ("question: ", "question: [", "no readable YAML"),
        ("example: {hardware: GPU}", "example: !!python/object/apply:os.getcwd []", "no readable YAML"),
    ],
)
def test_a_broken_file_is_named_with_its_key(folder: Path, old: str, new: str, says: str) -> None:
    edit(folder, old, new)
    with pytest.raises(InputError, match=says) as caught:
        read_query(folder)
    assert "query.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_texts(folder: Path) -> None:
    (folder / "query.rq").unlink()
    assert set(read_query(folder).texts) == {"cypher"}
    (folder / "query.cypher").unlink()
    with pytest.raises(InputError, match=r"neither query\.rq nor query\.cypher"):
        read_query(folder)


# ---------------------------------------------------------------- parameters


def ask(store: Store, name: str, **given: Any) -> Table:
    return run_query(store, name, given)


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("hardware-by-method", {}, "hardware-by-method needs method: .*for example: kg query hardware-by-method"),
        ("shortest-path", {"from": "GPU"}, "shortest-path needs to"),
        ("leaderboard", {"metrik": "accuracy"}, "takes no parameter 'metrik'; did you mean metric?"),
        ("leaderboard", {"zzz": "1"}, "it takes: metric, dataset"),
        ("leaderboard", {"best": "tallest"}, "best cannot be 'tallest'; choose one of: highest, lowest"),
        ("leaderboard", {"min-score": "high"}, "min-score is no number: 'high'"),
        ("leaderboard", {"min-score": "nan"}, "min-score cannot be nan; give a number from 0 to 1"),
        ("leaderboard", {"min-score": "1.5"}, "min-score cannot be 1.5"),
        ("leaderboard", {"limit": "many"}, "limit is no whole number: 'many'"),
        ("leaderboard", {"limit": "2.5"}, "limit is no whole number"),
        ("leaderboard", {"limit": "0"}, "limit cannot be 0; give a whole number of at least 1"),
        ("leaderboard", {"metric": "  "}, "metric is empty"),
        ("leaderboard", {"metric": "x" * 501}, "metric has 501 characters"),
        (
            "shortest-path",
            {"from": "GPU", "to": "BERT", "hops": 5},
            "hops cannot be 5; give a whole number from 1 to 4",
        ),
        ("shortest-path", {"from": "GPU", "to": "graphics processor"}, "from and to are the same concept"),
    ],
)
def test_bad_parameters(store: Store, name: str, given: dict[str, Any], says: str) -> None:
    with pytest.raises(ParameterError, match=says) as caught:
        run_query(store, name, given)
    assert "\n" not in str(caught.value)


def test_a_concept_is_named_by_label_alias_or_iri(store: Store) -> None:
    answers = [
        ask(store, "methods-by-hardware", hardware=name).rows
        for name in (
            "GPU",
            "graphics  Processing-unit",
            "gpu",
            VOCABULARY + "graphics-processing-unit",
            Iri(VOCABULARY + "graphics-processing-unit"),
        )
    ]
    assert answers[0]
    assert all(answer == answers[0] for answer in answers)


def test_of_several_concepts_the_one_in_papers_is_meant(store: Store) -> None:
    rows = ask(store, "neighbourhood", concept="LSM").rows
    assert rows == ask(store, "neighbourhood", concept="liquid state machine").rows
    assert rows


def test_a_name_of_several_concepts_is_refused() -> None:
    with open_store("memory:", vocabulary=read_fixture()[0]) as opened:
        with pytest.raises(
            ParameterError, match=r"concept 'LSM' may be any of: .*liquid state machine <http.*log-struct"
        ):
            ask(opened, "neighbourhood", concept="LSM")
        assert ask(opened, "neighbourhood", concept="liquid state machine").rows


def test_the_right_type_goes_before_another() -> None:
    """An alias that a method and hardware share means the hardware where hardware is asked for."""
    from kg.schema import Term, Vocabulary

    terms = [
        Term(iri=f"urn:{kind}", label=f"{kind} thing", aliases=("XPU",), types=(kind,))
        for kind in ("Method", "Hardware")
    ]
    with open_store("memory:", vocabulary=Vocabulary(terms)) as opened:
        values = resolve_parameters(opened, get_query("methods-by-hardware"), {"hardware": "XPU"})
        assert values["hardware"] == "urn:Hardware"
        with pytest.raises(ParameterError, match="may be any of"):
            resolve_parameters(opened, get_query("neighbourhood"), {"concept": "XPU"})


def test_unknown_concept(store: Store) -> None:
    with pytest.raises(UnknownConceptError, match=r"'BERTT' \(method\); did you mean BERT\?"):
        ask(store, "hardware-by-method", method="BERTT")
    with pytest.raises(UnknownConceptError, match="try another name"):
        ask(store, "hardware-by-method", method="qqqqqqqqqqq")


def test_a_default_concept_that_the_store_lacks_gives_no_rows() -> None:
    from kg.schema import Term, Vocabulary

    with open_store("memory:", vocabulary=Vocabulary([Term(iri="urn:x", label="x", types=("Method",))])) as opened:
        assert ask(opened, "speed-ups").rows == []


def test_values_may_be_text_or_what_they_are(store: Store) -> None:
    rows = ask(store, "leaderboard", metric="accuracy", min_score="0.5", limit="2", best="LOWEST").rows
    assert (
        rows
        == run_query(store, "leaderboard", {"metric": "accuracy", "min-score": 0.5, "limit": 2, "best": "lowest"}).rows
    )
    assert len(rows) == 2
    assert ask(store, "leaderboard", metric="accuracy", dataset=None).rows


def test_bindings() -> None:
    query = get_query("methods-by-hardware")
    values = {"hardware": None, "basis": "any", "min-score": 0.5, "limit": None}
    assert to_bindings(query, values, "cypher")["hardware"] is None
    assert to_bindings(query, values, "sparql")["_hardware"] == ANYTHING
    assert to_bindings(query, {**values, "hardware": Iri("urn:a")}, "cypher") == {
        "hardware": "urn:a",
        "basis": "any",
        "min_score": 0.5,
    }


# ---------------------------------------------------------------- rows and evidence


def test_limit_cuts_the_ordered_rows(store: Store) -> None:
    everything = ask(store, "methods-by-hardware").rows
    assert ask(store, "methods-by-hardware", limit=3).rows == everything[:3]
    assert ask(store, "methods-by-hardware", limit="9" * 400).rows == everything


def test_evidence_repeats_a_row_for_each_sentence(store: Store) -> None:
    plain = ask(store, "methods-by-hardware", hardware="CTF")
    table = run_query(store, "methods-by-hardware", {"hardware": "CTF"}, evidence=True)
    assert table.columns == (*plain.columns, "paper", "title", "sentence")
    assert list(dict.fromkeys(row[:5] for row in table.rows)) == plain.rows
    assert len(table.rows) > len(plain.rows)


def test_evidence_is_of_at_most_three_papers() -> None:
    vocabulary, papers = read_fixture()
    copies = [decode_extraction(encode(papers[1]).replace(b"fx-02", f"fx-02-{n}".encode())) for n in range(6)]
    with open_store("memory:", vocabulary=vocabulary) as opened:
        opened.put(copies)
        table = run_query(opened, "hardware-by-method", {"method": "BERT"}, evidence=True)
    assert {row[2:4] for row in table.rows} == {(6, 6)}
    assert [row[5] for row in table.rows] == ["fx-02-0", "fx-02-1", "fx-02-2"]


def test_a_row_of_the_vocabulary_has_no_sentence(store: Store) -> None:
    table = run_query(store, "neighbourhood", {"concept": "GPU", "relation": "broader"}, evidence=True)
    assert table.rows
    assert all(row[-1] is None for row in table.rows)


def test_paths_are_lists(store: Store) -> None:
    table = run_query(store, "shortest-path", {"from": "quantization", "to": "transformer"}, hidden=True)
    assert [row[0] for row in table.rows] == [2, 2, 2]
    first = dict(zip(table.columns, table.rows[0], strict=True))
    assert first["path"] == ["quantization", "BERT", "transformer"]
    assert isinstance(first["iris"], list)
    assert all(isinstance(iri, Iri) for iri in first["iris"])


def test_no_path_longer_than_asked_for(store: Store) -> None:
    assert run_query(store, "shortest-path", {"from": "TrapNet", "to": "SQuAD", "hops": 3}).rows == []
    assert len(run_query(store, "shortest-path", {"from": "TrapNet", "to": "SQuAD"}).rows) == 1


# ---------------------------------------------------------------- fixture graph and checks


def test_the_fixture_graph_is_sound() -> None:
    vocabulary, papers = read_fixture()
    assert 12 <= len(papers) <= 15
    assert len({paper.iri for paper in papers}) == len(papers)
    assert {fact.polarity for paper in papers for fact in paper.facts} == {"asserted", "negated", "hedged"}
    for paper in papers:
        assert decode_extraction(encode(paper)) == paper
        names = {concept.name for concept in paper.concepts}
        assert all(fact.object in names for fact in paper.facts if isinstance(fact.object, str))
        for fact in paper.facts:
            assert fact.evidence
            assert all(paper.sentence_of(span) in paper.sentences for span in fact.evidence)
        for concept in paper.concepts:
            assert concept.known == (vocabulary.get(concept.iri) is not None)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "papers.yaml",
            "  roles:\n    TrapNet",
            "  rolls:\n    TrapNet",
            r"papers\.yaml: Object contains unknown field `rolls`",
        ),
        (
            "papers.yaml",
            'quote: "an accuracy of 91.2%',
            'quote: "an accuracy of 91.3%',
            "fx-01: the quote .* is not in the text",
        ),
        (
            "papers.yaml",
            "    ResNet-50: [compares]",
            "    ResNet-51: [compares]",
            "fx-01: nothing in the text is marked as 'ResNet-51'",
        ),
        (
            "vocabulary.yaml",
            "aliases: [TPU]",
            "alias: [TPU]",
            r"vocabulary\.yaml: Object contains unknown field `alias`",
        ),
    ],
)
def test_a_slip_in_the_fixture_is_named(tmp_path: Path, file: str, old: str, new: str, says: str) -> None:
    copy = Path(shutil.copytree(data_folder("queries") / "_fixture", tmp_path / "fixture"))
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=says):
        read_fixture(copy)


def test_check_on_golden_rows() -> None:
    outcomes = check_queries(golden=True)
    assert {outcome.query for outcome in outcomes} >= TEN
    assert [outcome for outcome in outcomes if not outcome.ok] == []


def test_check_finds_rows_that_differ(store: Store) -> None:
    with open_store("memory:", vocabulary=read_fixture()[0]) as fewer:
        fewer.put(read_fixture()[1][:5])
        problems = [outcome.problem for outcome in check_queries(fewer, golden=True) if not outcome.ok]
    assert any("rows differ from the golden ones" in problem for problem in problems)


def test_check_holds_to_the_budget(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import msgspec

    hasty = msgspec.structs.replace(get_query("leaderboard"), budget_ms=0)
    monkeypatch.setattr("kg.catalogue.checking.list_queries", lambda: [hasty])
    (outcome,) = check_queries(store)
    assert "the budget is 0 ms" in outcome.problem


def test_check_passes_over_concepts_that_a_store_lacks() -> None:
    from kg.schema import Term, Vocabulary

    with open_store("memory:", vocabulary=Vocabulary([Term(iri="urn:x", label="x", types=("Method",))])) as opened:
        outcomes = {outcome.query: outcome for outcome in check_queries(opened)}
    assert outcomes["hardware-by-method"].ok
    assert "no concept of this graph is called 'BERT'" in outcomes["hardware-by-method"].note


def test_every_error_is_one_of_ours() -> None:
    for error in (ParameterError, UnknownConceptError, UnknownQueryError):
        assert issubclass(error, KgError)
        assert error.exit_code == 2
    assert Parameter(name="x", type="text", help="y").required is False
    assert Outcome(query="q", language="sparql", parameters={}).ok
