"""What every store does. One suite, each store that ships with kg."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import KgError, LanguageError, QueryError, StoreError, StoreVersionError
from kg.mapping.rdf import canonical_nquads, iter_store_quads, vocabulary_quads
from kg.model import ENTITY_TYPES, Concept, Extraction, encode, revision
from kg.namespaces import DEFAULT_BASE, VOCABULARY, concept_iri
from kg.store import Iri, Language, Store, open_store
from tests.samples import PaperMaker, sample_papers
from tests.small_vocabulary import SMALL
from tests.strategies import extractions

KINDS = ("memory", "embedded", pytest.param("neo4j", marks=pytest.mark.neo4j))
TITLES: dict[Language, str] = {
    "sparql": """PREFIX kg: <https://abstract-kg.example/ontology#> PREFIX dcterms: <http://purl.org/dc/terms/>
        SELECT ?paper ?title { GRAPH ?paper { ?paper a kg:Paper ; kg:key ?key OPTIONAL { ?paper dcterms:title ?title } }
        } ORDER BY ?paper""",
    "cypher": "MATCH (p:Paper) WHERE p.key = $key RETURN p.iri AS paper, p.title AS title ORDER BY paper",
}
WRITES: dict[Language, str] = {
    "sparql": "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
    "cypher": "MATCH (n:Paper) DETACH DELETE n",
}


@pytest.fixture(scope="module", params=KINDS)
def store_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of an empty store of each kind."""
    if request.param == "memory":
        return "memory:"
    if request.param == "neo4j":
        return str(request.getfixturevalue("neo4j_url"))
    return str(tmp_path_factory.mktemp("embedded") / "store")


@pytest.fixture(scope="module")
def opened(store_url: str) -> Iterator[Store]:
    with open_store(store_url, vocabulary=SMALL) as store:
        yield store


@pytest.fixture
def store(opened: Store) -> Store:
    opened.clear()
    return opened


def content(store: Store) -> list[bytes]:
    return [encode(paper) for paper in store.iter_papers()]


def new_concept_paper(key: str = "p1") -> Extraction:
    """A paper with a concept that no vocabulary has, and its abbreviation."""
    paper = PaperMaker(key).say("The quasiflux lattice (QFL-9) is new.", quasiflux_lattice="Method").make()
    concepts = [Concept(name=c.name, iri=c.iri, types=c.types, alternatives=("QFL-9",)) for c in paper.concepts]
    return Extraction(
        id=paper.id,
        key=paper.key,
        iri=paper.iri,
        text=paper.text,
        activity=paper.activity,
        sentences=paper.sentences,
        mentions=paper.mentions,
        concepts=tuple(concepts),
    )


def test_papers_come_back_as_they_were_put(store: Store) -> None:
    papers = sample_papers()
    assert store.put(reversed(papers)) == len(papers)
    assert list(store.iter_papers()) == papers


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(papers=st.lists(extractions(), max_size=3, unique_by=lambda paper: paper.iri))
def test_any_paper_round_trips(opened: Store, papers: list[Extraction]) -> None:
    opened.clear()
    for _ in range(2):  # the second time all are replaced
        opened.put(papers)
        assert list(opened.iter_papers()) == sorted(papers, key=lambda paper: paper.iri)


def test_putting_twice_changes_nothing(store: Store) -> None:
    store.put(sample_papers())
    before = content(store), store.counts()
    store.put(sample_papers())
    assert (content(store), store.counts()) == before


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(pair=st.tuples(extractions(), extractions()))
def test_a_replaced_paper_leaves_nothing_behind(opened: Store, pair: tuple[Extraction, Extraction]) -> None:
    old, new = pair
    new = Extraction(**{**{f: getattr(new, f) for f in new.__struct_fields__}, "iri": old.iri})
    opened.clear()
    opened.put([new])
    alone = content(opened), opened.counts()
    opened.clear()
    opened.put([old])
    opened.put([new])
    assert (content(opened), opened.counts()) == alone


def test_of_one_paper_put_twice_at_once_the_last_stays(store: Store) -> None:
    first, last = PaperMaker("p1").say("It says this.").make(), PaperMaker("p1").say("It says that.").make()
    store.put([first, last])
    assert list(store.iter_papers()) == [last]


def test_removing_takes_all_that_came_only_from_a_paper(store: Store) -> None:
    frog, *others = sample_papers()
    store.put(others)
    before = content(store), store.counts()
    store.put([frog])
    assert (content(store), store.counts()) != before
    assert store.remove([frog.iri, frog.iri, DEFAULT_BASE + "paper/none", "no IRI at all"]) == 1
    assert (content(store), store.counts()) == before


def test_only_papers_can_be_removed(store: Store) -> None:
    store.put(sample_papers())
    before = content(store), store.counts()
    assert store.remove([VOCABULARY, "https://abstract-kg.example/vocabulary", sample_papers()[0].concepts[0].iri]) == 0
    assert (content(store), store.counts()) == before


def test_some_papers_are_asked_for(store: Store) -> None:
    papers = sample_papers()
    store.put(papers)
    wanted = [papers[2].iri, DEFAULT_BASE + "paper/none", papers[0].iri, papers[2].iri]
    assert list(store.iter_papers(wanted)) == [papers[0], papers[2]]
    assert list(store.iter_papers([])) == []


def test_revisions_tell_what_is_there(store: Store) -> None:
    papers = sample_papers()
    store.put(papers)
    assert list(store.iter_revisions()) == [(paper.iri, revision(paper, paper.activity)) for paper in papers]


def test_what_was_put_before_an_error_stays(store: Store) -> None:
    papers = sample_papers()

    def source() -> Iterator[Extraction]:
        yield from papers[:2]
        raise RuntimeError("the source breaks")

    with pytest.raises(RuntimeError, match="the source breaks"):
        store.put(source())
    assert list(store.iter_papers()) == papers[:2]


def test_a_paper_of_another_base_is_refused_and_the_others_stay(store: Store) -> None:
    papers = sample_papers()
    foreign = PaperMaker("p9", base="urn:other:").say("It says this.").make()
    with pytest.raises(KgError, match="base"):
        store.put([papers[0], foreign])
    assert list(store.iter_papers()) == papers[:1]


def test_counts_are_those_of_the_papers(store: Store) -> None:
    papers = sample_papers()
    store.put(papers)
    counts = store.counts()
    facts = [fact for paper in papers for fact in paper.facts]
    assert counts.papers == len(papers)
    assert counts.facts == len(facts)
    assert counts.results == sum(fact.kind == "result" for fact in facts)
    for name in ENTITY_TYPES:
        named = {c.iri for paper in papers for c in paper.concepts if name in c.types}
        assert counts.concepts[name] == len(named), name


def test_concepts_of_the_vocabulary_are_found(store: Store) -> None:
    term = SMALL.find("GPU")[0]
    for text, rank in ((term.iri, 0), (term.label, 1), (term.label.upper().replace(" ", "-"), 1), (" gpu ", 2)):
        best = store.find_concepts(text)[0]
        assert (best.iri, best.label, best.rank, best.exact) == (term.iri, term.label, rank, True), text
        assert "Hardware" in best.types


def test_new_concepts_are_found_by_all_their_names_while_a_paper_has_them(store: Store) -> None:
    first, second = new_concept_paper("p1"), new_concept_paper("p2")
    store.put([first, second])
    iri = concept_iri("quasiflux lattice", DEFAULT_BASE + "concept/")
    for text, rank in ((iri, 0), ("Quasiflux-Lattice", 1), ("qfl 9", 2)):
        (match,) = [m for m in store.find_concepts(text) if m.exact]
        assert (match.iri, match.label, match.rank, match.types) == (iri, "quasiflux lattice", rank, ("Method",))
    store.remove([first.iri])
    assert [m.iri for m in store.find_concepts("QFL-9") if m.exact] == [iri]
    store.remove([second.iri])
    for text in (iri, "quasiflux lattice", "QFL-9"):
        assert not [m for m in store.find_concepts(text) if m.exact], text


def test_unknown_names_give_no_exact_match(store: Store) -> None:
    for text in ("no such thing anywhere", "", "'", '"', "<", "\\", "%zz", "urn:x y", "}", "*", "\0", "\n", "ſ"):
        assert not [match for match in store.find_concepts(text) if match.exact], text


def test_matches_are_limited(store: Store) -> None:
    assert len(store.find_concepts("memor", limit=3)) <= 3


def test_clearing_leaves_the_vocabulary(store: Store) -> None:
    empty = store.counts()
    store.put([*sample_papers(), new_concept_paper()])
    store.clear()
    assert store.counts() == empty
    assert not list(store.iter_papers())
    assert store.find_concepts("GPU")[0].exact
    assert not [match for match in store.find_concepts("QFL-9") if match.exact]


def test_queries_bind_parameters(store: Store) -> None:
    papers = sample_papers()
    store.put(papers)
    for language in store.languages:
        for paper in papers:
            table = store.query(language, TITLES[language], {"key": paper.key})
            assert table.columns == ("paper", "title")
            assert table.rows == [(paper.iri, paper.title)], paper.key


@pytest.mark.parametrize(
    "value", ["x' OR 1=1", 'odd/1" } DROP ALL #', "\\", "p1' RETURN 1 //", "\n", "?key", "<urn:a>"]
)
def test_parameters_cannot_inject(store: Store, value: str) -> None:
    store.put(sample_papers())
    before = content(store)
    for language in store.languages:
        assert store.query(language, TITLES[language], {"key": value}).rows == []
    assert content(store) == before


def test_queries_only_read(store: Store) -> None:
    store.put(sample_papers())
    before = content(store)
    for language in store.languages:
        for timeout in (None, 30.0):
            with pytest.raises(QueryError):
                store.query(language, WRITES[language], timeout=timeout)
    assert content(store) == before


def test_broken_queries_are_reported(store: Store) -> None:
    for language in store.languages:
        for text in ("", "SELECT", "MATCH", "🦀", "{" * 40, "\0"):
            with pytest.raises(QueryError):
                store.query(language, text)


def test_another_language_is_refused(store: Store) -> None:
    languages: tuple[Language, ...] = ("sparql", "cypher")
    for language in set(languages) - set(store.languages):
        with pytest.raises(LanguageError, match=r".+; .+"):
            store.query(language, TITLES[language], {"key": "p1"})


@pytest.fixture(params=KINDS)
def target(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Iterator[Store]:
    """A second, empty store of each kind; there is one Neo4j for the tests, so memory stands in for another."""
    if request.param == "neo4j" and "cypher" not in store.languages:
        url = str(request.getfixturevalue("neo4j_url"))
    else:
        url = str(tmp_path / "target") if request.param == "embedded" else "memory:"
    with open_store(url, vocabulary=SMALL) as other:
        other.clear()
        yield other


def test_a_graph_moves_to_any_other_store(store: Store, target: Store) -> None:
    papers = [*sample_papers(), new_concept_paper()]
    store.put(papers)
    assert target.put(store.iter_papers()) == len(papers)
    assert content(target) == content(store)
    one, other = (
        list(canonical_nquads(iter_store_quads(side, base=DEFAULT_BASE, include_vocabulary=False)))
        for side in (store, target)
    )
    assert one == other
    counts = [side.counts() for side in (store, target)]
    assert [(c.papers, c.concepts, c.facts, c.results) for c in counts[:1]] == [
        (c.papers, c.concepts, c.facts, c.results) for c in counts[1:]
    ]
    assert {c.quads for c in counts} <= {None, len(one) + len(list(vocabulary_quads(SMALL)))}


def test_iris_in_rows_are_told_apart(store: Store) -> None:
    store.put(sample_papers())
    if "sparql" in store.languages:
        (row,) = store.query("sparql", TITLES["sparql"], {"key": "void"}).rows
        assert isinstance(row[0], Iri)
        assert row[1] is None


@pytest.fixture
def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that is not open; the kind is given by indirect parameters."""
    if request.param == "embedded":
        return str(tmp_path / "own")
    return "memory:" if request.param == "memory" else str(request.getfixturevalue("neo4j_url"))


@pytest.mark.parametrize("own_url", KINDS, indirect=True)
def test_a_closed_store_says_so(own_url: str) -> None:
    store = open_store(own_url, vocabulary=SMALL)
    store.close()
    store.close()
    for use in (
        lambda: store.put(sample_papers()),
        lambda: store.remove(["urn:a"]),
        store.counts,
        lambda: list(store.iter_papers()),
        lambda: list(store.iter_revisions()),
        lambda: store.find_concepts("GPU"),
        lambda: store.query(store.languages[0], TITLES[store.languages[0]], {"key": "p1"}),
        store.clear,
    ):
        with pytest.raises(StoreError, match="closed"):
            use()


@pytest.mark.parametrize("own_url", KINDS, indirect=True)
def test_a_store_open_for_reading_is_not_written(own_url: str) -> None:
    if own_url != "memory:":
        with open_store(own_url, vocabulary=SMALL) as store:
            store.clear()
            store.put(sample_papers())
    with open_store(own_url, create=False, read_only=True, vocabulary=SMALL) as store:
        before = content(store), store.counts()
        for write in (lambda: store.put([new_concept_paper()]), lambda: store.remove(["urn:a"]), store.clear):
            with pytest.raises(StoreError, match="reading"):
                write()
        assert (content(store), store.counts()) == before
        assert store.find_concepts("GPU")[0].exact


@pytest.mark.parametrize("own_url", KINDS[1:], indirect=True)
def test_what_was_put_is_there_after_reopening_with_the_same_base_alone(own_url: str) -> None:
    with open_store(own_url, vocabulary=SMALL) as store:
        store.clear()
        store.put(sample_papers())
    with pytest.raises(StoreVersionError, match=DEFAULT_BASE):
        open_store(own_url, base="https://other.example/", vocabulary=SMALL)
    with open_store(own_url, vocabulary=SMALL) as store:
        assert list(store.iter_papers()) == sample_papers()
        store.clear()
