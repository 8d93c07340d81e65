"""The vocabulary is built from raw rows and annotated abstracts, and the shipped one holds together."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kg.model import ENTITY_TYPES
from kg.namespaces import VOCABULARY, concept_iri
from kg.resources import data_folder
from kg.schema import load_vocabulary
from kg.training.vocabulary import Entry, build_vocabulary, classify, read_documents, read_raw, write_terms

CLASSES = Path(__file__).parents[3] / "kg" / "training" / "classes.tsv"


def annotate(text: str, *names: tuple[str, str, str]) -> dict[str, Any]:
    """An annotated abstract in which every occurrence of each (surface, type, concept) is a mention."""
    mentions = []
    for surface, entity_type, concept in names:
        begin = text.find(surface)
        while begin >= 0:
            end = begin + len(surface)
            mentions.append({"start": begin, "end": end, "text": surface, "type": entity_type, "concept": concept})
            begin = text.find(surface, end)
    return {"id": text[:5], "title": "A title", "text": text, "mentions": mentions}


def raw(
    label: str, *aliases: str, doubtful: tuple[str, ...] = (), broader: tuple[str, ...] = (), seen: int = 1
) -> Entry:
    forms = Counter(dict.fromkeys([*aliases, *doubtful], 0))
    return Entry(
        label=label, type="Method", broader=list(broader), abstracts=seen, forms=forms, doubtful=set(doubtful), raw=True
    )


def by_label(entries: list[Entry]) -> dict[str, Entry]:
    return {e.label: e for e in entries}


def test_annotated_names_join_the_raw_concept_of_the_same_form() -> None:
    documents = [annotate("A toad nets helps.", ("toad nets", "Method", "toad net"))]
    found = by_label(build_vocabulary([raw("toad-net", "TN")], documents))
    assert set(found) == {"toad-net"}
    assert found["toad-net"].documents == 1


def test_an_alias_that_is_rarely_a_name_goes() -> None:
    documents = [annotate(f"In case {n} the pond is deep.") for n in range(12)]
    found = by_label(build_vocabulary([raw("pond network", "pond", "PN")], documents))
    assert set(found["pond network"].forms) == {"PN"}


def test_an_alias_that_is_often_no_name_is_doubtful() -> None:
    plain = [annotate(f"In case {n} the pond is deep.") for n in range(8)]
    named = [annotate(f"In case {n} a pond learns.", ("pond", "Method", "pond network")) for n in range(2)]
    found = by_label(build_vocabulary([raw("pond network", "pond")], plain + named))
    assert found["pond network"].doubtful == {"pond"}


def test_a_form_of_two_concepts_stays_with_the_more_frequent() -> None:
    documents = [annotate(f"Case {n}: a hopper net.", ("hopper net", "Method", "leaping network")) for n in range(3)]
    found = by_label(build_vocabulary([raw("leaping network"), raw("jumping network", "hopper net")], documents))
    assert "hopper net" in found["leaping network"].forms
    assert "hopper net" not in found["jumping network"].forms


def test_ancestors_come_along_and_missing_parents_go() -> None:
    entries = [raw("toad net", broader=("net", "absent")), raw("net", broader=("thing",), seen=0), raw("thing", seen=0)]
    found = by_label(build_vocabulary([*entries, raw("unsaid net", seen=0)], []))
    assert set(found) == {"toad net", "net", "thing"}
    assert found["toad net"].broader == ["net"]


def test_classes_come_from_the_nearest_listed_ancestor() -> None:
    entries = [
        Entry(label="flash memory", type="Hardware", raw_class="non-volatile memory"),
        Entry(label="pond flash", type="Hardware", broader=["flash memory"], raw_class="non-volatile memory"),
        Entry(label="toad chip", type="Hardware", raw_class="GPU"),
        Entry(label="odd thing", type="Hardware", raw_class="other"),
    ]
    assert classify(entries, CLASSES) == {
        "flash memory": "FlashMemory",
        "pond flash": "FlashMemory",
        "toad chip": "GraphicsProcessor",
        "odd thing": "",
    }


def ancestors(label: str) -> set[str]:
    vocabulary = load_vocabulary()
    found: set[str] = set()
    waiting = [concept_iri(label, VOCABULARY)]
    while waiting:
        term = vocabulary.get(waiting.pop())
        assert term is not None
        new = set(term.broader) - found
        found |= new
        waiting += new
    return found


@pytest.mark.parametrize(
    ("narrow", "broad"),
    [
        ("NVIDIA Tesla V100", "graphics processing unit"),
        ("NVIDIA Titan X", "graphics processing unit"),
        ("charge-trap flash", "non-volatile memory"),
        ("memristor", "non-volatile memory"),
        ("phase-change memory", "non-volatile memory"),
    ],
)
def test_hardware_is_found_under_what_it_is(narrow: str, broad: str) -> None:
    assert concept_iri(broad, VOCABULARY) in ancestors(narrow)


def test_every_parent_of_the_shipped_vocabulary_exists_and_none_is_its_own_ancestor() -> None:
    vocabulary = load_vocabulary()
    assert len(vocabulary) > 20_000
    for term in vocabulary:
        assert all(vocabulary.get(parent) is not None for parent in term.broader)
        assert term.iri not in ancestors(term.label)


@pytest.mark.shared
@pytest.mark.slow
def test_the_shipped_files_are_what_the_builder_writes(shared: Path, tmp_path: Path) -> None:
    entries = build_vocabulary(read_raw(shared / "vocabulary"), read_documents(shared / "gold" / "train.jsonl"))
    for entity_type in ENTITY_TYPES:
        (tmp_path / entity_type.lower()).mkdir()
    write_terms(entries, tmp_path, classify(entries, CLASSES))
    for entity_type in ENTITY_TYPES:
        name = Path(entity_type.lower()) / "terms.tsv"
        assert (tmp_path / name).read_bytes() == (data_folder("ontology") / "types" / name).read_bytes()
