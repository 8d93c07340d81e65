"""Entity types and the vocabulary: read from folders, merged by label, found by any form."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import schema
from kg.errors import InputError
from kg.model import ENTITY_TYPES
from kg.namespaces import VOCABULARY, concept_iri, normal_form
from kg.schema import Term, Vocabulary, entity_types, load_vocabulary
from tests.strategies import texts

TYPE = """@prefix kg: <https://abstract-kg.example/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
kg:NAME rdfs:label "name" ; skos:definition "A thing." ; kg:colour "#000000" ; kg:shape "dot" .
"""
HEADER = "label\taliases\tbroader\tclass\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An ontology of our own with two types, Hardware and Method."""
    for name in ("Hardware", "Method"):
        place = tmp_path / "types" / name.lower()
        place.mkdir(parents=True)
        (place / "type.ttl").write_text(TYPE.replace("NAME", name), encoding="utf-8")
    monkeypatch.setattr(schema, "data_folder", lambda name: tmp_path)
    yield tmp_path
    for cached in (entity_types, load_vocabulary, schema._read_type):
        cached.cache_clear()


@pytest.fixture(autouse=True)
def _fresh() -> None:
    for cached in (entity_types, load_vocabulary, schema._read_type):
        cached.cache_clear()


def write(folder: Path, name: str, *rows: str) -> None:
    (folder / "types" / name / "terms.tsv").write_text(HEADER + "".join(row + "\n" for row in rows), encoding="utf-8")


def test_the_shipped_types_are_those_of_the_model() -> None:
    assert sorted(info.name for info in entity_types()) == sorted(ENTITY_TYPES)
    assert all(info.iri.endswith("#" + info.name) and info.label and info.definition for info in entity_types())


def test_a_term_is_read_from_its_row(folder: Path) -> None:
    write(folder, "hardware", 'GPU "card"\tgraphics card|card?\taccelerator|chip\tGraphicsProcessor')
    term = next(iter(load_vocabulary()))
    assert term == Term(
        iri=concept_iri('GPU "card"', VOCABULARY),
        label='GPU "card"',
        types=("Hardware",),
        aliases=("graphics card",),
        doubtful=("card",),
        broader=(concept_iri("accelerator", VOCABULARY), concept_iri("chip", VOCABULARY)),
        classes=("GraphicsProcessor",),
    )


def test_a_label_in_two_folders_is_one_concept_with_two_types(folder: Path) -> None:
    write(folder, "hardware", "crossbar\txbar|array?\tmemory\tCircuit")
    write(folder, "method", "Crossbar\txbar|grid\tnetwork\t")
    (term,) = load_vocabulary()
    assert (term.types, term.aliases, term.doubtful) == (("Hardware", "Method"), ("xbar", "grid"), ("array",))
    assert (term.broader, term.classes) == (
        tuple(concept_iri(n, VOCABULARY) for n in ("memory", "network")),
        ("Circuit",),
    )


def test_a_type_without_terms_and_a_row_without_the_last_cells_are_read(folder: Path) -> None:
    write(folder, "hardware", "plain\t\t")
    assert [(term.label, term.aliases, term.classes) for term in load_vocabulary()] == [("plain", (), ())]


def test_a_type_that_lacks_something_is_refused(folder: Path) -> None:
    path = folder / "types" / "method" / "type.ttl"
    path.write_text(TYPE.replace("NAME", "Method").replace("kg:colour", "kg:color"), encoding="utf-8")
    with pytest.raises(InputError, match="colour") as caught:
        entity_types()
    assert str(path) in str(caught.value)


def test_forms_find_their_terms_labels_before_aliases() -> None:
    terms = [
        Term(iri="urn:b", label="card", types=("Hardware",), aliases=("GPU card",)),
        Term(iri="urn:a", label="GPU", types=("Hardware",), doubtful=("Card",), aliases=("gpu card", "GPU-card")),
    ]
    vocabulary = Vocabulary(terms)
    assert [term.iri for term in vocabulary.find("CARD")] == ["urn:b", "urn:a"]
    assert [term.iri for term in vocabulary.find("gpu-card")] == ["urn:a", "urn:b"]
    assert vocabulary.find("tpu") == []
    assert (vocabulary.get("urn:a"), vocabulary.get("urn:z"), len(vocabulary)) == (terms[1], None, 2)


def test_the_fingerprint_is_of_the_content_not_of_the_order() -> None:
    one, two = (Term(iri=f"urn:{n}", label=n, types=("Task",)) for n in "ab")
    assert Vocabulary([one, two]).fingerprint == Vocabulary([two, one]).fingerprint
    assert Vocabulary([one]).fingerprint != Vocabulary([one, two]).fingerprint
    assert [term.iri for term in Vocabulary([two, one])] == ["urn:a", "urn:b"]


@given(st.lists(texts(min_size=1), min_size=1, max_size=5, unique_by=normal_form))
def test_every_label_is_found_in_any_case(labels: list[str]) -> None:
    terms = [Term(iri=concept_iri(label, VOCABULARY), label=label, types=("Task",)) for label in labels]
    vocabulary = Vocabulary(terms)
    for term in terms:
        assert vocabulary.find(term.label) == [term]


def test_the_shipped_vocabulary_has_no_label_that_normalises_to_nothing() -> None:
    vocabulary = load_vocabulary()
    assert vocabulary.find("GPU")[0].label == "graphics processing unit"
    for term in vocabulary:
        assert not normal_form(term.label).startswith("-"), term.label
        assert term.iri == concept_iri(term.label, VOCABULARY)
        assert term.types == tuple(sorted(term.types))
