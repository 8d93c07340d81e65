"""Introduced names and phrases with a typed last word become candidates."""

from functools import cache

import pytest
import spacy
from spacy.language import Language

import kg.components.sentences
import kg.language.tokenizer  # noqa: F401
from kg.components.patterns import PatternMatcher, Patterns
from kg.language.document import make_doc

PATTERNS = Patterns(
    introductions={
        ("called",): "Method",
        ("propose",): "Method",
        ("referred", "to", "as"): "Method",
        ("dataset",): "Dataset",
    },
    heads={"network": ("Method", 0.6), "classification": ("Task", 0.7), "processor": ("Hardware", 0.8)},
    outside=frozenset({"the", "a", "we", "use", "for", "with", "our", "of", "and"}),
)


@cache
def make_pipeline() -> Language:
    nlp: Language = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "kg.words.v1"}}})
    nlp.add_pipe("sentences")
    return nlp


def find(text: str, title: str | None = None) -> list[tuple[str, str]]:
    nlp = make_pipeline()
    doc = nlp.get_pipe("sentences")(make_doc(nlp, title, text))
    PatternMatcher(PATTERNS, introduced=0.5)(doc)
    return [(doc[c.start : c.end].text, c.label) for c in doc._.candidates]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We propose ToadNet for it.", [("ToadNet", "Method")]),
        ("We build the dataset PondSet.", [("PondSet", "Dataset")]),
        ("A net called Bufo hops. Bufo is small.", [("Bufo", "Method"), ("Bufo", "Method")]),
        ("It is referred to as B2T here.", [("B2T", "Method")]),
        ("We use the tiny leaping networks.", [("tiny leaping networks", "Method")]),
        ("A spectral-spatial pond network.", [("spectral-spatial pond network", "Method")]),
        (
            "We use frog classification with a pond processor.",
            [("frog classification", "Task"), ("pond processor", "Hardware")],
        ),
        ("The network of a processor.", []),
        ("We propose small things.", []),
        ("It is tiny. Networks differ.", []),
    ],
)
def test_finds(text: str, expected: list[tuple[str, str]]) -> None:
    assert find(text) == expected


def test_a_phrase_does_not_stop_before_another_head() -> None:
    assert find("We use pond network classification.") == [("pond network classification", "Task")]


def test_the_name_before_the_colon_of_a_title() -> None:
    assert find("HopNet hops.", title="HopNet: leaping far") == [("HopNet", "Method"), ("HopNet", "Method")]
    assert find("Deep is deep.", title="Deep: leaping far") == []
