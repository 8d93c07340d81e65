"""The store on a real Neo4j: log-in, creation, vocabulary, what it shares a database with, and who else writes."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest

from kg.build import build
from kg.errors import AccessDeniedError, InputError, StoreError, StoreUnreachableError, StoreVersionError
from kg.mapping.property_graph import RELATION_TYPES
from kg.model import Abstract, Concept, Extraction, Mention, assemble
from kg.namespaces import DEFAULT_BASE, VOCABULARY, concept_iri
from kg.pipeline import load_pipeline
from kg.reader import Problem, read_abstracts
from kg.schema import Term, Vocabulary
from kg.settings import Neo4jCredentials
from kg.stores.memory import MemoryStore
from kg.stores.neo4j import Neo4jStore
from tests.neo4j_server import Server, wipe
from tests.samples import ACTIVITY, PaperMaker, sample_papers

pytestmark = pytest.mark.neo4j
CHIP = Term(iri=concept_iri("chip", VOCABULARY), label="chip", types=("Hardware",), aliases=("microchip",))
GPU = Term(
    iri=concept_iri("GPU", VOCABULARY), label="GPU", types=("Hardware",), doubtful=("card",), broader=(CHIP.iri,)
)
SMALL = Vocabulary([CHIP, GPU])
Ask = Callable[..., list[Any]]


@pytest.fixture
def server(neo4j_server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """An empty database, and a vocabulary of two terms for it."""
    wipe(neo4j_server)
    monkeypatch.setattr("kg.stores.neo4j.load_vocabulary", lambda: SMALL)
    return neo4j_server


@pytest.fixture
def ask(server: Server) -> Iterator[Ask]:
    """Runs Cypher past the store. Gives the first column."""
    with neo4j.GraphDatabase.driver(server.url, auth=(server.user, server.password)) as driver:

        def run(text: str, **parameters: Any) -> list[Any]:
            with driver.session() as session:
                return session.run(neo4j.Query(text), parameters).value()

        yield run


def open_with(server: Server, **options: Any) -> Neo4jStore:
    return Neo4jStore.open(server.url, **options)


# ---------------------------------------------------------------- log-in


def test_a_wrong_password_is_refused_in_one_line(server: Server) -> None:
    with pytest.raises(AccessDeniedError, match=r"user name or password; set KG_NEO4J_USER and KG_NEO4J_PASSWORD"):
        open_with(server, credentials=Neo4jCredentials(user=server.user, password="wrong-password"))
    open_with(server).close()


def test_no_password_is_refused_in_one_line(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_NEO4J_PASSWORD")
    with pytest.raises(AccessDeniedError, match="set KG_NEO4J_USER and KG_NEO4J_PASSWORD"):
        open_with(server)


def test_an_unknown_database_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_NEO4J_DATABASE", "nowhere")
    with pytest.raises(StoreError, match="database of that name; set KG_NEO4J_DATABASE"):
        open_with(server)


def test_the_web_port_is_told_from_bolt(server: Server) -> None:
    if server.http_port is None:
        pytest.skip("the web port of a foreign server is unknown")
    with pytest.raises(StoreUnreachableError, match="web server's port"):
        Neo4jStore.open(f"bolt://127.0.0.1:{server.http_port}")


# ---------------------------------------------------------------- creation


def test_opening_creates_constraints_and_indexes_once(server: Server, ask: Ask) -> None:
    for _ in range(2):
        open_with(server).close()
    unique = set(ask("SHOW CONSTRAINTS YIELD name RETURN name"))
    assert unique == {"kg_store_name", "kg_paper_iri", "kg_concept_iri", "kg_sentence_iri", "kg_result_id"}
    indexes = set(ask("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"))
    assert indexes - unique == {"kg_concept_label", "kg_concept_forms", "kg_result_iri"} | {
        f"kg_{name.lower()}_paper" for name in RELATION_TYPES
    }
    assert ask("MATCH (s:KgStore) RETURN s.base") == [DEFAULT_BASE]


def test_a_store_that_is_not_there_is_not_created_by_reading(server: Server, ask: Ask) -> None:
    for options in ({"create": False}, {"read_only": True}):
        with pytest.raises(StoreError, match="holds no graph of kg; build one first: kg build"):
            open_with(server, **options)
    assert ask("MATCH (n) RETURN n") == []


def test_another_format_is_refused(server: Server, ask: Ask) -> None:
    open_with(server).close()
    ask("MATCH (s:KgStore) SET s.format = 99")
    with pytest.raises(StoreVersionError, match=r"format 99.*; use the version of kg"):
        open_with(server)


def test_foreign_nodes_under_our_labels_are_refused_and_others_left_alone(server: Server, ask: Ask) -> None:
    ask("CREATE (:Paper {name: 'wallpaper'})")
    with pytest.raises(StoreError, match="Paper nodes that are not from kg; give kg a database of its own"):
        open_with(server)
    ask("MATCH (n:Paper) DELETE n")
    ask("CREATE (:Person {name: 'Ann'})-[:KNOWS]->(:Person {name: 'Bo'})")
    with open_with(server) as store:
        store.put(sample_papers())
        store.clear()
    assert sorted(ask("MATCH (n:Person) RETURN n.name")) == ["Ann", "Bo"]
    assert ask("MATCH ()-[r:KNOWS]->() RETURN count(r)") == [1]


def test_what_a_user_ties_to_a_concept_stays(server: Server, ask: Ask) -> None:
    with open_with(server) as store:
        store.put(sample_papers())
        ask("MATCH (c:Concept {label: 'FrogNet'}) CREATE (:Note {text: 'mine'})-[:ABOUT]->(c)")
        store.clear()
        assert ask("MATCH (:Note)-[:ABOUT]->(c) RETURN c.label") == ["FrogNet"]
        assert store.counts().papers == 0


# ---------------------------------------------------------------- vocabulary


def test_the_vocabulary_is_there_with_its_hierarchy(server: Server, ask: Ask) -> None:
    with open_with(server) as store:
        assert ask("MATCH (c:Concept:Hardware {vocabulary: true}) RETURN c.label ORDER BY c.label") == ["GPU", "chip"]
        assert ask("MATCH (:Concept {label: 'GPU'})-[:BROADER]->(b) RETURN b.label") == ["chip"]
        assert [match.label for match in store.find_concepts("Card")] == ["GPU"]
        assert [match.rank for match in store.find_concepts("micro")] == [3]
        assert [match.rank for match in store.find_concepts("crochi")] == [4]
        assert [(match.label, match.rank) for match in store.find_concepts("mikrochip")] == [("chip", 5)]


def test_a_new_vocabulary_replaces_the_old(server: Server, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    uses = paper_using(GPU, "Method")
    with open_with(server) as store:
        store.put([uses])
    board = Term(iri=concept_iri("board", VOCABULARY), label="board", types=("Hardware",))
    changed = Term(iri=GPU.iri, label="graphics unit", types=("Task",), broader=(board.iri,))
    monkeypatch.setattr("kg.stores.neo4j.load_vocabulary", lambda: Vocabulary([changed, board]))
    with open_with(server, read_only=True) as store:
        assert store.find_concepts("card")[0].label == "GPU"
    with open_with(server) as store:
        assert ask("MATCH (c:Concept {vocabulary: true}) RETURN c.label ORDER BY c.label") == ["board", "graphics unit"]
        assert ask("MATCH (c)-[:BROADER]->(b) RETURN [c.label, b.label]") == [["graphics unit", "board"]]
        assert set(ask("MATCH (c:Concept {label: 'graphics unit'}) RETURN labels(c)")[0]) == {
            "Concept",
            "Method",
            "Task",
        }
        assert not [match for match in store.find_concepts("card") if match.exact]
        assert list(store.iter_papers()) == [uses]
    monkeypatch.setattr("kg.stores.neo4j.load_vocabulary", lambda: Vocabulary([board]))
    with open_with(server) as store:
        assert ask("MATCH (c:Concept {iri: $iri}) RETURN [c.vocabulary, labels(c)]", iri=GPU.iri) == [
            [None, ["Concept", "Method"]]
        ]
        store.clear()
        assert ask("MATCH (c:Concept) RETURN c.label") == ["board"]


def test_an_unfinished_vocabulary_is_finished_at_the_next_opening(server: Server, ask: Ask) -> None:
    open_with(server).close()
    ask("MATCH (s:KgStore) SET s.vocabulary = ''")
    ask("MATCH (c:Concept {label: 'chip'}) DETACH DELETE c")
    open_with(server).close()
    assert ask("MATCH (:Concept {label: 'GPU'})-[r:BROADER]->(b) RETURN b.label") == ["chip"]
    assert ask("MATCH (s:KgStore) RETURN s.vocabulary") == [SMALL.fingerprint]


# ---------------------------------------------------------------- papers


def paper_using(term: Term, kind: str, key: str = "u1", name: str | None = None) -> Extraction:
    """A paper that names a term of the vocabulary and uses it as another type."""
    label = name or term.label
    text = f"{label} is used."
    mention = {"start": 0, "end": len(label), "text": label, "type": kind, "concept": label, "iri": term.iri}
    concept = {"name": label, "iri": term.iri, "types": (kind,), "known": term.iri.startswith(VOCABULARY)}
    return assemble(
        Abstract(key=key, id=key, text=text),
        iri=f"{DEFAULT_BASE}paper/{key}",
        activity=ACTIVITY,
        concepts=[Concept(**concept)],  # type: ignore[arg-type]
        mentions=[Mention(**mention)],  # type: ignore[arg-type]
    )


def test_labels_follow_the_papers_that_are_there(server: Server, ask: Ask) -> None:
    labels = "MATCH (c:Concept {label: 'GPU'}) RETURN labels(c)"
    with open_with(server) as store:
        store.put([paper_using(GPU, "Method", "u1"), paper_using(GPU, "Task", "u2")])
        assert set(ask(labels)[0]) == {"Concept", "Hardware", "Method", "Task"}
        store.remove([DEFAULT_BASE + "paper/u1"])
        assert set(ask(labels)[0]) == {"Concept", "Hardware", "Task"}
        store.put([paper_using(GPU, "Hardware", "u2")])
        assert set(ask(labels)[0]) == {"Concept", "Hardware"}


def test_the_name_of_a_new_concept_does_not_depend_on_the_order(server: Server, ask: Ask) -> None:
    term = Term(iri=concept_iri("frognet", DEFAULT_BASE + "concept/"), label="", types=("Method",))
    papers = [paper_using(term, "Method", key, name) for key, name in (("a", "frognet"), ("b", "FrogNet"))]
    with open_with(server) as store:
        for order in (papers, papers[::-1]):
            for batch in (order, order[:1], order[1:]):
                store.put(batch)
            found = ask("MATCH (c:Concept {iri: $iri}) RETURN [c.label, c.altLabels]", iri=term.iri)
            assert found == [["FrogNet", ["frognet"]]]
            assert list(store.iter_papers()) == papers
        store.remove([papers[1].iri])
        assert ask("MATCH (c:Concept {iri: $iri}) RETURN [c.label, c.altLabels]", iri=term.iri) == [["frognet", []]]
        store.clear()


def test_values_that_neo4j_cannot_hold_come_back(server: Server, ask: Ask) -> None:
    metas: list[dict[str, Any]] = [
        {"doi": None, "date": "2024-03-31T02:30:00+01:00", "authors": ["A", None, 3], "citations": 2**64},
        {"doi": "", "date": "0000-00-00", "authors": None, "categories": ["cs.LG", 1, True], "citations": -0.0},
        {"date": 2024, "meta": {"a": [1, "b", None], "deep": [[[]], {"": {}}]}},
    ]
    papers = [
        PaperMaker(f"p{place}", title, **meta).say("We use BERT.", BERT="Method").play("uses", "BERT").make()
        for place, (title, meta) in enumerate(zip((None, "", "None"), metas, strict=True))
    ]
    with open_with(server) as store, MemoryStore.open("memory:") as other:
        for target in (store, other):
            target.put(papers)
            assert [paper.meta for paper in target.iter_papers()] == metas
            assert list(target.iter_papers()) == papers
        assert store.counts().facts == other.counts().facts
        assert ask("MATCH (p:Paper) RETURN p.title ORDER BY p.iri") == [None, "", "None"]
        assert ask("MATCH (p:Paper) RETURN p.date ORDER BY p.iri") == ["2024-03-31T02:30:00+01:00", None, None]
        assert ask("MATCH (p:Paper) WHERE p.doi IS NOT NULL RETURN p") == []
        assert ask("MATCH (p:Paper) RETURN p.authors ORDER BY p.iri") == [["A"], None, None]


ODD_RECORDS = """\
{"id": "o1", "title": null, "doi": null, "date": "2020-02-30", "authors": [null, "Ann", 7], "n": 36893488147419103232}
{"id": "o2", "title": "", "doi": "", "date": "2020-02-29T23:59:59-05:00", "authors": null, "tags": [1, "x", null]}
{"id": null, "doi": "", "nested": {"list": [[1], {"a": null}]}}
{"id": 12, "date": 2020, "zero": -0.0}
"""


def test_records_with_odd_values_give_the_same_papers_in_every_store(server: Server, tmp_path: Path) -> None:
    records = tmp_path / "odd.jsonl"
    texts = (
        "We train a ResNet on a GPU.",
        "An FPGA runs the LSTM.",
        "We use an SVM on MNIST.",
        "We use an SVM on a CPU.",
    )
    lines = ODD_RECORDS.splitlines()
    records.write_text(
        "".join(f'{line[:-1]}, "abstract": "{text}"}}\n' for line, text in zip(lines, texts, strict=True))
    )
    problems: list[Problem] = []
    pipeline = load_pipeline()
    with open_with(server) as store, MemoryStore.open("memory:") as other:
        for target in (store, other):
            build(read_abstracts([str(records)], on_problem=problems.append), [target], pipeline=pipeline)
        assert store.counts().papers == 4
        assert list(store.iter_papers()) == list(other.iter_papers())
        assert not {"None", "null"} & {paper.title for paper in store.iter_papers()}
        assert {paper.meta.get("date") for paper in store.iter_papers()} >= {"2020-02-29T23:59:59-05:00"}
    assert {(problem.file, problem.line) for problem in problems} == {(str(records), 1)}


def test_a_name_too_long_for_an_index_names_its_paper_and_loses_no_other(server: Server) -> None:
    long = PaperMaker("l1").say_named("X" * 9_000 + " is used.", {"X" * 9_000: "Method"}).make()
    papers = sample_papers()
    with open_with(server) as store:
        with pytest.raises(InputError, match=r"'l1'.*characters; give"):
            store.put([papers[0], long])
        assert list(store.iter_papers()) == papers[:1]
        long_text = PaperMaker("l2").say("word " * 100_000).make()
        store.put([long_text])
        assert list(store.iter_papers([long_text.iri])) == [long_text]


def test_a_fact_stated_once_is_one_relationship_however_often_put(server: Server, ask: Ask) -> None:
    with open_with(server) as store:
        for _ in range(3):
            store.put(sample_papers())
    facts = [fact for paper in sample_papers() for fact in paper.facts if fact.kind != "result"]
    assert sorted(ask("MATCH ()-[r]->() WHERE r.id IS NOT NULL RETURN r.id")) == sorted(fact.id for fact in facts)


# ---------------------------------------------------------------- others who write


def test_two_writers_of_the_same_papers_leave_each_once(server: Server, ask: Ask) -> None:
    papers = sample_papers()
    faults: list[BaseException] = []
    with open_with(server) as one, open_with(server) as other:

        def write(store: Neo4jStore) -> None:
            try:
                for _ in range(6):
                    store.put(papers)
            except BaseException as error:
                faults.append(error)

        threads = [threading.Thread(target=write, args=(store,)) for store in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not faults
        assert list(one.iter_papers()) == papers
        assert one.counts().facts == sum(len(paper.facts) for paper in papers)
    assert ask("MATCH (s:Sentence) RETURN count(s)") == [sum(len(paper.sentences) for paper in papers)]


def test_a_reader_sees_whole_papers_while_another_writes(server: Server) -> None:
    first, last = (PaperMaker("w").say(text, X="Method").play(role, "X").make() for text, role in VERSIONS)
    with open_with(server) as writer, open_with(server, read_only=True) as reader:
        writer.put([first])
        done = threading.Event()

        def write() -> None:
            for number in range(20):
                writer.put([(last, first)[number % 2]])
            done.set()

        thread = threading.Thread(target=write)
        thread.start()
        seen = 0
        while not done.is_set() or not seen:
            try:
                papers = list(reader.iter_papers([first.iri]))
            except StoreError as error:
                if "change faster" not in str(error):
                    raise
                continue
            assert papers in ([first], [last], [])
            seen += 1
        thread.join()


VERSIONS = (("X is used here.", "uses"), ("Now X is proposed, at length. X is good.", "proposes"))

WRITER = """
import sys
from kg.stores import neo4j
from kg.stores.neo4j import writing
from tests.integration.test_neo4j import SMALL, numbered
neo4j.load_vocabulary = lambda: SMALL
writing.BATCH_ROWS = 500
with neo4j.Neo4jStore.open(sys.argv[1]) as store:
    def papers():
        for number in range(100_000):
            yield numbered(number)
            if number == 40:
                print("begun", flush=True)
    store.put(papers())
"""


def numbered(number: int) -> Extraction:
    """A paper with a few facts."""
    made = PaperMaker(f"k{number:06}").say(f"Net{number % 50} runs on a Board.", Board="Hardware")
    made.say_named(f"Net{number % 50} is new.", {f"Net{number % 50}": "Method"})
    return made.play("proposes", f"Net{number % 50}").relate(f"Net{number % 50}", "runsOn", "Board").make()


def test_a_killed_build_leaves_whole_papers_and_goes_on(server: Server, ask: Ask) -> None:
    open_with(server).close()
    command = [sys.executable, "-c", WRITER, server.url]
    folder = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    for _ in range(2):
        with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            before = ask("MATCH (p:Paper) RETURN count(p)")
            while ask("MATCH (p:Paper) RETURN count(p)") == before and process.poll() is None:
                time.sleep(0.2)
            process.kill()
        with open_with(server) as store:
            there = list(store.iter_papers())
            assert there
            assert there == [numbered(number) for number in range(len(there))]
            assert store.counts().facts == 2 * len(there)
            store.put(numbered(number) for number in range(len(there) + 5))
            assert store.counts().papers == len(there) + 5
            assert ask("MATCH (s:Sentence) RETURN count(s)") == [2 * (len(there) + 5)]
