"""The phrase model's probabilities are those of its definition, and what it does with candidates."""

from itertools import pairwise, product

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

import kg.language.tokenizer  # noqa: F401
from kg.components.phrases import ENDS, LABELS, STARTS, Lattice, PhraseModel, PhraseRecogniser, allowed_steps, label_of
from kg.language.document import Candidate, make_doc
from kg.language.phrase_features import shape, word_features

WORDS = ["toad", "net", "hops"]


def make_model(seed: int = 3) -> PhraseModel:
    """Random weights for the words of one sentence."""
    chance = np.random.default_rng(seed)
    features = sorted({f for word in WORDS for offset in (-1, 0, 1) for f in word_features(word, offset)})
    weights = chance.integers(-60, 60, (len(features), len(LABELS))).astype(np.int32)
    steps = chance.integers(-60, 60, (len(LABELS), len(LABELS))).astype(np.int32)
    return PhraseModel(features, weights, steps, 64)


def brute_force(model: PhraseModel) -> dict[tuple[int, int, str], float]:
    """The probability of every phrase, by summing over all label sequences."""
    scores = model.emissions([WORDS], [[] for _ in WORDS])
    totals: dict[tuple[int, int, str], float] = {}
    everything = 0.0
    for path in product(range(len(LABELS)), repeat=len(WORDS)):
        weight = STARTS[path[0]] * ENDS[path[-1]]
        for a, b in pairwise(path):
            weight *= model.steps[a, b]
        if not weight:
            continue
        weight *= float(np.exp(sum(scores[i, label] for i, label in enumerate(path))))
        everything += weight
        start = 0
        for i, label in enumerate(path):
            place, _, entity_type = LABELS[label].partition("-")
            start = i if place in "BS" else start
            if place in "ES":
                totals[start, i + 1, entity_type] = totals.get((start, i + 1, entity_type), 0.0) + weight
    return {phrase: total / everything for phrase, total in totals.items()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_probabilities_are_those_of_all_label_sequences(seed: int) -> None:
    model = make_model(seed)
    lattice = Lattice(model, model.emissions([WORDS], [[] for _ in WORDS]), [len(WORDS)])
    expected = brute_force(model)
    found = {phrase[:3]: phrase[3] for _, phrase in lattice.iter_phrases()}
    assert found
    for phrase, chance in found.items():
        assert chance == pytest.approx(expected[phrase], rel=1e-6)
    assert {phrase for phrase, chance in expected.items() if chance > 0.05} <= set(found)


def test_sentences_of_one_paper_do_not_touch_each_other() -> None:
    model = make_model()
    both = [WORDS, WORDS[:2]]
    lattice = Lattice(model, model.emissions(both, [[] for _ in range(5)]), [3, 2])
    alone = Lattice(model, model.emissions([WORDS[:2]], [[], []]), [2])
    together = {phrase[:3]: phrase[3] for number, phrase in lattice.iter_phrases() if number == 1}
    apart = {phrase[:3]: phrase[3] for _, phrase in alone.iter_phrases()}
    assert together == pytest.approx(apart)


def test_phrases_are_whole() -> None:
    allowed = allowed_steps()
    assert allowed[label_of("Method", "B"), label_of("Method", "E")]
    assert not allowed[label_of("Method", "B"), label_of("Task", "E")]
    assert not allowed[0, label_of("Task", "I")]
    assert not allowed[label_of("Task", "I"), 0]
    assert allowed[label_of("Task", "E"), label_of("Hardware", "S")]


def read(text: str, *candidates: Candidate, model: PhraseModel | None = None) -> Doc:
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "kg.words.v1"}}})
    doc = make_doc(nlp, None, text)
    for token in doc:
        token.is_sent_start = token.i == 0
    doc._.candidates = list(candidates)
    return PhraseRecogniser(model or make_model(), agreement=0.5, floor=0.4)(doc)


def test_a_phrase_keeps_the_name_of_who_found_it_first() -> None:
    plain = read("toad net hops")
    first = plain._.candidates[0]
    again = read("toad net hops", Candidate(first.start, first.end, first.label, 0.9, "gazetteer"))
    assert {c.component for c in plain._.candidates} == {"phrases"}
    assert "gazetteer" in {c.component for c in again._.candidates}


def test_an_introduced_name_has_at_least_the_floor() -> None:
    silent = PhraseModel(["none"], np.zeros((1, len(LABELS)), np.int32), np.zeros((len(LABELS),) * 2, np.int32), 64)
    doc = read("We propose ToadNet here", Candidate(2, 3, "Method", 0.5, "patterns"), model=silent)
    assert max(c.score for c in doc._.candidates if (c.start, c.end, c.label) == (2, 3, "Method")) >= 0.4


@pytest.mark.parametrize(("word", "expected"), [("ResNet", "XxXx"), ("V100", "Xd4"), ("GPU", "X3"), ("toad", "x")])
def test_shapes(word: str, expected: str) -> None:
    assert shape(word) == expected


def test_an_empty_text_has_no_phrases() -> None:
    assert read("")._.candidates == []
