"""The ensemble, the blend and the calibration: arithmetic on scores."""

import msgspec
import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from kg.components.calibration import Calibration, create_calibration
from kg.components.calibration import Weights as FactWeights
from kg.components.ensemble import FEATURES, Ensemble, Weights, iter_features, load_weights
from kg.language.blend import Blend, load_blends
from kg.language.document import Candidate, add_mention, make_doc, set_mentions
from kg.language.network_reading import SPANS, SpanChance
from kg.language.odds import log_odds
from kg.language.tokenizer import WordTokenizer
from kg.model import ENTITY_TYPES, Fact, Result

NLP = spacy.blank("en")
NLP.tokenizer = WordTokenizer(NLP.vocab)


def doc_of(text: str, candidates: list[Candidate], spans: list[SpanChance] | None) -> Doc:
    doc = make_doc(NLP, None, text)
    doc._.candidates = candidates
    if spans is not None:
        doc.user_data[SPANS] = spans
    return doc


def equal_weights() -> dict[str, Weights]:
    return {label: Weights(0.0, (0.5, 0.5, 0.0, 0.0)) for label in ENTITY_TYPES}


def test_both_recognisers_count() -> None:
    spans = [SpanChance(0, 1, "Hardware", 0.9), SpanChance(2, 3, "Method", 0.9)]
    doc = doc_of("GPU and BERT", [Candidate(0, 1, "Hardware", 0.9, "gazetteer")], spans)
    found = {(c.start, c.label): c for c in Ensemble(equal_weights(), 0.02)(doc)._.candidates}
    assert found[0, "Hardware"].score == pytest.approx(0.9)
    assert found[2, "Method"].score == pytest.approx(
        1 / (1 + np.exp(-(log_odds(0.9, 0.003) + log_odds(0.0, 0.003)) / 2)), abs=1e-4
    )
    assert found[2, "Method"].component == "neural"


def test_without_a_network_and_for_other_types_nothing_changes() -> None:
    kept = [Candidate(0, 1, "Hardware", 0.4, "phrases")]
    assert Ensemble(equal_weights(), 0.02)(doc_of("GPU", list(kept), None))._.candidates == kept
    own = Candidate(0, 1, "Molecule", 0.4, "gazetteer")
    assert own in Ensemble(equal_weights(), 0.02)(doc_of("GPU", [own], []))._.candidates


def test_the_same_words_elsewhere_count() -> None:
    spans = [SpanChance(0, 1, "Method", 0.9), SpanChance(2, 3, "Method", 0.1)]
    doc = doc_of("BERT and BERT", [], spans)
    rows = {c.start: dict(zip(FEATURES, f, strict=True)) for c, f in iter_features(doc, spans)}
    assert rows[0]["best"] == rows[2]["best"] == pytest.approx(log_odds(0.9, 0.003))
    assert rows[0]["agreement"] == pytest.approx(0.0)


def test_the_shipped_weights_trust_every_recogniser() -> None:
    weights = load_weights("ensemble.tsv")
    assert set(weights) == set(ENTITY_TYPES)
    assert all(w.features[0] > 0 and w.features[1] > 0 for w in weights.values())
    assert set(load_blends("blend.tsv")) == {"roles", "relations", "quantity", "metric", "link"}


def test_blends() -> None:
    linear = np.array([[0.2, 0.8]])
    assert Blend(1.0, 0.0).pool(linear, np.zeros((1, 2), np.float32)).tolist() == [[0.2, 0.8]]
    swung = Blend(1.0, 1.0).pool(linear, np.array([[5.0, 0.0]], np.float32))
    assert swung[0, 0] > 0.9
    assert Blend(1.0, 0.0).weigh(np.array([0.3]), np.zeros(1, np.float32)).tolist() == [pytest.approx(0.3)]


def test_calibration_counts_the_least_certain_mention() -> None:
    doc = doc_of("BERT on SQuAD", [], None)
    spans = [doc[0:1], doc[2:3]]
    for span, score in zip(spans, (0.9, 0.5), strict=True):
        add_mention(span, concept=span.text, iri="x:" + span.text, known=False, score=score)
    set_mentions(doc, spans)
    fact = Fact(id="", kind="relation", subject="BERT", predicate="evaluatedOn", object="SQuAD", score=0.5)
    other = msgspec.structs.replace(fact, predicate="partOf")
    doc._.facts = [fact, other]
    found = Calibration({"relation evaluatedOn": FactWeights(1.0, 1.0, 1.0)})(doc)._.facts
    assert found[0].score == pytest.approx(1 / (1 + np.exp(-1.0)), abs=1e-4)
    assert found[1] == other


def test_calibrated_scores_are_probabilities_whatever_they_were() -> None:
    doc = doc_of("x", [], None)
    result = Result(value="1", metric="accuracy")
    doc._.facts = [Fact(id="", kind="result", predicate="result", object=result, score=s) for s in (0.0, 0.5, 1.0)]
    calibration = create_calibration(NLP, "calibration", "calibration.tsv")
    scores = [fact.score for fact in calibration(doc)._.facts]
    assert all(0 <= s <= 1 for s in scores)
    assert scores == sorted(scores)
