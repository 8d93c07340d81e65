"""Sentences end where they should, and nowhere else."""

from functools import cache

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

import kg.components.sentences
import kg.language.tokenizer  # noqa: F401
from kg.language.document import make_doc


@cache
def make_pipeline() -> Language:
    pipeline: Language = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "kg.words.v1"}}})
    pipeline.add_pipe("sentences")
    return pipeline


@pytest.fixture
def nlp() -> Language:
    return make_pipeline()


def split(nlp: Language, text: str, title: str | None = None) -> list[str]:
    doc = nlp.get_pipe("sentences")(make_doc(nlp, title, text))
    return [sentence.text.strip() for sentence in doc.sents if sentence.text.strip()]


@pytest.mark.parametrize(
    "text",
    [
        "We use small chips, e.g. GPUs and i.e. FPGAs, as in Fig. 2 or Sec. 3.1 below.",
        "It runs 2.5x faster (approx. 3.2 ms vs. 8 ms) than before.",
        "The scheme of Miller et al. [3] needs no. 7 resp. no. 8 of the list.",
        "The work of J. K. Rivers is extended by Prof. Stone.",
        "Let $x. Y$ be a pair (see the notes. They are long) that we keep.",
        "The code is at frog.org/Toad.It works",
        "The value rose to 0.95 and then to .97 in the end.",
        "Why ... because it is small, cf. Eq. 4.",
    ],
)
def test_stays_whole(nlp: Language, text: str) -> None:
    assert split(nlp, text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We tried it. It works.", ["We tried it.", "It works."]),
        ("We know interactions.It suits both.", ["We know interactions.", "It suits both."]),
        ("Does it work? Yes! 3D chips do.", ["Does it work?", "Yes!", "3D chips do."]),
        ("Done in 2012. 64 cores are used.", ["Done in 2012.", "64 cores are used."]),
        ("As shown by Miller et al. We go on.", ["As shown by Miller et al.", "We go on."]),
        ("Gates, wires, etc. The rest is simple.", ["Gates, wires, etc.", "The rest is simple."]),
        ("It is a network of type I. We train it.", ["It is a network of type I.", "We train it."]),
        ('He said "stop." Then it stopped.', ['He said "stop."', "Then it stopped."]),
        ("it is small. we like it.", ["it is small.", "we like it."]),
        ("One part\n\nAnother part", ["One part", "Another part"]),
    ],
)
def test_splits(nlp: Language, text: str, expected: list[str]) -> None:
    assert split(nlp, text) == expected


def test_title_is_a_sentence_of_its_own(nlp: Language) -> None:
    assert split(nlp, "it hops.", title="FrogNet: a net") == ["FrogNet: a net", "it hops."]


@given(st.text(max_size=200))
def test_sentences_cover_any_text_once(text: str) -> None:
    pipeline = make_pipeline()
    doc = pipeline.get_pipe("sentences")(make_doc(pipeline, None, text.encode("utf-8", "ignore").decode()))
    assert "".join(sentence.text_with_ws for sentence in doc.sents) == doc.text if len(doc) else doc.text == ""
