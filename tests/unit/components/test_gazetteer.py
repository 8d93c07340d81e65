"""Forms of the vocabulary are found whatever capitals, plural, hyphens and spelling they come in."""

from functools import cache

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

import kg.components.abbreviations
import kg.components.sentences
import kg.language.tokenizer  # noqa: F401
from kg.components.gazetteer import Gazetteer
from kg.language.document import make_doc
from kg.language.forms import FormIndex, capitals_agree, fold_form
from kg.model import EntityType
from kg.namespaces import VOCABULARY, concept_iri
from kg.schema import Term, Vocabulary


def term(label: str, entity_type: EntityType, *aliases: str, doubtful: tuple[str, ...] = ()) -> Term:
    iri = concept_iri(label, VOCABULARY)
    return Term(iri=iri, label=label, types=(entity_type,), aliases=aliases, doubtful=doubtful)


TERMS = (
    term("graphics processing unit", "Hardware", "GPU", "graphics processor"),
    term("charge-trap flash", "Hardware", doubtful=("CTF",)),
    term("speed-up", "Metric"),
    term("neural network", "Method"),
    term("convolutional neural network", "Method", "CNN"),
    term("colour segmentation", "Task"),
    term("Python", "Method"),
    term("mean average precision", "Metric", "MAP"),
    term("R²", "Metric", "R^2"),
    term("C++", "Method"),
)


@cache
def make_pipeline() -> Language:
    nlp: Language = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "kg.words.v1"}}})
    nlp.add_pipe("sentences")
    nlp.add_pipe("abbreviations")
    return nlp


def read(text: str, title: str | None = None) -> Doc:
    nlp = make_pipeline()
    doc = make_doc(nlp, title, text)
    for _, component in nlp.pipeline:
        doc = component(doc)
    merged = {t.iri: t for t in TERMS}
    return Gazetteer(FormIndex(Vocabulary(merged.values())), sure=0.9, supported=0.8, doubtful=0.3)(doc)


def find(text: str) -> list[str]:
    doc = read(text)
    return [doc[c.start : c.end].text for c in doc._.candidates]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It needs GPUs and a Graphics Processor.", ["GPUs", "Graphics Processor"]),
        ("Speedups, speed-ups and a speed up were seen.", ["Speedups", "speed-ups", "speed up"]),
        ("Color segmentation and colour-segmentation help.", ["Color segmentation", "colour-segmentation"]),
        ("A convolutional neural network is a neural network.", ["convolutional neural network", "neural network"]),
        ("The map shows MAP values.", ["MAP"]),
        ("We write python in Python.", ["Python"]),
        ("An $R^2$ of 0.9 and R² of 0.8.", ["R^2", "R²"]),
        ("It is written in C++, not in C.", ["C++"]),
        ("It is neural. Networks differ.", []),
        ("A pythonic thing.", []),
    ],
)
def test_finds(text: str, expected: list[str]) -> None:
    assert find(text) == expected


def score_of(text: str, surface: str) -> float:
    doc = read(text)
    return max(float(c.score) for c in doc._.candidates if doc[c.start : c.end].text == surface)


def test_a_doubtful_form_needs_support() -> None:
    assert score_of("The CTF is small.", "CTF") == 0.3
    assert score_of("Charge-trap flash (CTF) is small. CTF lasts.", "CTF") == 0.8
    assert score_of("The clear term frequency (CTF) is small.", "CTF") == 0.3


def test_a_form_of_two_types_gives_a_candidate_for_each() -> None:
    vocabulary = FormIndex(Vocabulary([Term(iri="x", label="toad sorting", types=("Method", "Task"))]))
    nlp = make_pipeline()
    doc = make_doc(nlp, None, "We do toad sorting.")
    for _, component in nlp.pipeline:
        doc = component(doc)
    Gazetteer(vocabulary, sure=0.9, supported=0.8, doubtful=0.3)(doc)
    assert [c.label for c in doc._.candidates] == ["Method", "Task"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("optimisation", "Optimization"), ("data-sets", "data set"), ("analyses", "analysis"), ("$F_1$", "F1")],
)
def test_forms_that_are_the_same(one: str, other: str) -> None:
    assert fold_form(one) == fold_form(other)


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("C#", "C++"), ("k-means", "k-means++"), ("AWS", "AW")])
def test_forms_that_differ(one: str, other: str) -> None:
    assert fold_form(one) != fold_form(other)


@pytest.mark.parametrize(
    ("form", "surface", "agree"),
    [
        ("rose", "ROSE", False),
        ("ROSE", "rose", False),
        ("Spark", "spark", False),
        ("GPU", "GPUs", True),
        ("ImageNet", "Imagenet", True),
        ("accuracy", "Accuracy", True),
        ("Kalman filter", "kalman filter", True),
    ],
)
def test_capitals(form: str, surface: str, agree: bool) -> None:
    assert capitals_agree(form, surface) is agree
