"""Identity: normal forms and IRIs, the same for the vocabulary and for new concepts."""

import hashlib
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kg.namespaces import (
    DEFAULT_BASE,
    ONTOLOGY,
    PREFIXES,
    VOCABULARY,
    concept_iri,
    fingerprint,
    normal_form,
    paper_iri,
    upper_snake,
)
from tests.strategies import ALPHABET, texts


@pytest.mark.parametrize(
    "same",
    [
        ("GPU", "gpu"),
        (
            "Graphics Processing Unit",
            "graphics-processing unit",
            "graphics_processing\u2011unit",
            " graphics  processing unit ",
        ),
        ("$R^2$", "R²", "R2"),
        ("`BERT`", "“BERT”", "bert"),
        ("straße", "STRASSE"),
        ("ﬁnite element method", "finite element method"),
        ("Schrödinger", "Schro\u0308dinger"),
        ("line\nbreak", "line break"),
    ],
)
def test_spellings_of_one_name_are_one(same: tuple[str, ...]) -> None:
    assert len({normal_form(name) for name in same}) == 1


@pytest.mark.parametrize(
    "different",
    [
        ("C", "C++", "C#"),
        ("k-means", "k-means++"),
        ("ResNet-50", "ResNet-101"),
        ("F1", "F2"),
        ("P", "P4", "P/4"),
        ("GPT 3.5", "GPT 35"),
        ("-", "--", "$", "\\", ""),
    ],
)
def test_names_of_different_things_stay_apart(different: tuple[str, ...]) -> None:
    assert len({normal_form(name) for name in different}) == len(different)
    assert len({concept_iri(name, VOCABULARY) for name in different}) == len(different)


@given(texts())
def test_the_normal_form_of_a_normal_form_is_itself(name: str) -> None:
    form = normal_form(name)
    assert form
    if not form.startswith("-"):
        assert normal_form(form) == form


@given(texts())
def test_composed_and_decomposed_letters_are_one_name(name: str) -> None:
    if normal_form(name)[:1] != "-":
        assert normal_form(unicodedata.normalize("NFC", name)) == normal_form(unicodedata.normalize("NFD", name))


@given(texts(), st.sampled_from([VOCABULARY, DEFAULT_BASE + "concept/", "urn:x:"]))
def test_every_name_gives_a_valid_iri(name: str, namespace: str) -> None:
    iri = concept_iri(name, namespace)
    assert NamedNode(iri).value == iri
    assert iri.startswith(namespace)
    assert re.fullmatch(r"[!-~]+", iri)


@given(st.text(ALPHABET, min_size=1), st.text(ALPHABET, min_size=1))
def test_papers_with_different_keys_have_different_iris(one: str, two: str) -> None:
    iris = [paper_iri(key, DEFAULT_BASE) for key in (one, two)]
    assert all(NamedNode(iri).value == iri for iri in iris)
    assert all("#" not in iri and "?" not in iri for iri in iris)
    assert (iris[0] == iris[1]) == (one == two)


@given(st.lists(st.text()), st.lists(st.text()))
def test_fingerprints_tell_tuples_of_texts_apart(one: list[str], two: list[str]) -> None:
    assert (fingerprint(*one) == fingerprint(*two)) == (one == two)
    assert re.fullmatch("[0-9a-f]{20}", fingerprint(*one))


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    assert fingerprint("a", "é", "\ud800") == fingerprint("a", "é", "\ud800", length=64)[:20]
    assert fingerprint("abc", "é", length=12) == hashlib.sha256("3:abc2:é".encode()).hexdigest()[:12]


@pytest.mark.parametrize(
    ("camel", "snake"),
    [("runsOn", "RUNS_ON"), ("isA", "IS_A"), ("paperRunsOn", "PAPER_RUNS_ON"), ("usedFor2D", "USED_FOR2_D")],
)
def test_relationship_types_are_upper_snake(camel: str, snake: str) -> None:
    assert upper_snake(camel) == snake


def test_prefixes_name_different_namespaces() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)
    assert (PREFIXES["kg"], PREFIXES["concept"]) == (ONTOLOGY, VOCABULARY)
    assert all(iri.endswith(("#", "/")) for iri in PREFIXES.values())
    assert not VOCABULARY.startswith(DEFAULT_BASE)
