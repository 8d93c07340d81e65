"""Definitions of abbreviations are found in both directions, and nothing else is."""

from functools import cache

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

import kg.components.abbreviations
import kg.components.sentences
import kg.language.tokenizer  # noqa: F401
from kg.components.abbreviations import find_long_form
from kg.language.document import make_doc


@cache
def make_pipeline() -> Language:
    nlp: Language = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "kg.words.v1"}}})
    nlp.add_pipe("sentences")
    nlp.add_pipe("abbreviations")
    return nlp


def find(text: str, title: str | None = None) -> list[tuple[str, str]]:
    nlp = make_pipeline()
    doc = make_doc(nlp, title, text)
    for _, component in nlp.pipeline:
        doc = component(doc)
    return [(short.text, long.text) for short, long in doc._.abbreviations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We train a leaping frog network (LFN) on toads.", [("LFN", "leaping frog network")]),
        ("We train leaping frog networks (LFNs) on toads.", [("LFNs", "leaping frog networks")]),
        ("The LFN (leaping frog network) is small.", [("LFN", "leaping frog network")]),
        ("A pond-of-frogs (PoF) model hops.", [("PoF", "pond-of-frogs")]),
        (
            "In field programmable gate arrays (FPGA, see below) it is fast.",
            [("FPGA", "field programmable gate arrays")],
        ),
        ("Peak signal-to-noise ratio (PSNR) rose.", [("PSNR", "Peak signal-to-noise ratio")]),
        ("Two pairs: big frog (BF) and small toad (ST).", [("BF", "big frog"), ("ST", "small toad")]),
    ],
)
def test_finds(text: str, expected: list[tuple[str, str]]) -> None:
    assert find(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It is quick (see below) and small (we think).",
        "The year (2019) was long.",
        "It ended. Frogs (LFN) hop on leaping networks.",
        "A value (p < 0.05) was seen.",
        "An empty pair () and an open one ( stay.",
        "Transactions on several systems (STMs) are known.",
    ],
)
def test_finds_nothing(text: str) -> None:
    assert find(text) == []


def test_a_long_form_does_not_begin_in_the_sentence_before() -> None:
    assert find("We like leaping. Frog networks (LFN) hop.") == []


def test_a_title_may_define() -> None:
    assert find("It hops.", title="Leaping frog networks (LFN)") == [("LFN", "Leaping frog networks")]


@given(st.text(alphabet="abcABC -", min_size=1, max_size=12), st.text(alphabet="abcABC -", max_size=60))
def test_a_long_form_holds_the_letters_in_order(short: str, text: str) -> None:
    found = find_long_form(short, text)
    if found is not None:
        rest = iter(text[found:].lower())
        assert all(letter in rest for letter in short.lower() if letter.isalnum())
