"""A cue of negation or doubt governs what it should and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from kg.components.polarity import Polarity
from kg.language.document import get_mentions
from tests.marked_docs import marked_doc

POLARITY = Polarity("polarity.tsv", "polarity_words.tsv")


def marked(doc: Doc, polarity: str) -> list[str]:
    return [span.text for span in get_mentions(POLARITY(doc)) if span._.polarity == polarity]


NEGATED = [
    ("[Newt|Method] works without a [GPU|Hardware] on a [Cortex-A9|Hardware].", ["GPU"]),
    (
        "[Newt|Method] does not require any [GPU|Hardware] or [FPGA|Hardware] and runs on a [CPU|Hardware].",
        ["GPU", "FPGA"],
    ),
    ("No [TPU|Hardware] is needed for [parsing|Task].", ["TPU"]),
    ("[GPUs|Hardware] are not used here; [CPUs|Hardware] are.", ["GPUs"]),
    ("[GPUs|Hardware] cannot be used for [parsing|Task].", ["GPUs"]),
    ("[Newt|Method] needs neither [GPUs|Hardware] nor [TPUs|Hardware].", ["GPUs", "TPUs"]),
    ("[Newt|Method] does not run on a [GPU|Hardware] but on an [FPGA|Hardware].", ["GPU"]),
    ("[Newt|Method] removes the need for [GPUs|Hardware] in [parsing|Task].", ["GPUs"]),
    ("[Newt|Method] takes [CPUs|Hardware] instead of [GPUs|Hardware].", ["GPUs"]),
    ("A [GPU|Hardware]-free build of [Newt|Method] exists.", ["GPU"]),
    ("[Newt|Method] was not evaluated on [ToyBank|Dataset] but on [ToyTree|Dataset].", ["ToyBank"]),
    ("[Newt|Method] trains without using [BERT|Method] or a [GPU|Hardware].", ["BERT", "GPU"]),
    ("[Newt|Method], which does not use [attention|Method], runs on a [TPU|Hardware].", ["attention"]),
    ("[Newt|Method] does without a [graphics card|Hardware] ([GPU|Hardware]).", ["graphics card", "GPU"]),
    ("We use no [dropout|Method], nor do we apply [attention|Method].", ["dropout", "attention"]),
    ("We have never used a [GPU|Hardware].", ["GPU"]),
]
NOT_NEGATED = [
    "Not only [CNNs|Method] but also [transformers|Method] were tried.",
    "[Newt|Method] does not only use [BERT|Method] but also [GRUs|Method].",
    "There was no loss of [accuracy|Metric].",
    "[Newt|Method] runs on a [GPU|Hardware] with no [accuracy|Metric] loss.",
    "We did not improve [BLEU|Metric] on [ToyBank|Dataset].",
    "[Newt|Method] cannot run without a [GPU|Hardware].",
    "[Newt|Method] cannot dispense with a [GPU|Hardware].",
    "With or without a [GPU|Hardware], [Newt|Method] is quick.",
    "[Newt|Method] does not beat [Toad|Method] on [ToyBank|Dataset].",
    "[Newt|Method] was moved without changing the [parser|Method].",
    "It is not uncommon to use [GRUs|Method].",
    "No more than one [GPU|Hardware] is used.",
    "No [GPU|Hardware] kernels were rewritten.",
]
HEDGED = [
    ("Our data do not rule out a [TPU|Hardware].", ["TPU"]),
    ("A [TPU|Hardware] cannot be ruled out.", ["TPU"]),
    ("[Newt|Method] runs on a [GPU|Hardware] and may be moved to [FPGAs|Hardware].", ["FPGAs"]),
    ("We plan to port it to an [FPGA|Hardware].", ["FPGA"]),
    ("In the future, we will use [TPUs|Hardware].", ["TPUs"]),
    ("A port to [TPUs|Hardware] is left for future work.", ["TPUs"]),
    ("It is not clear whether a [TPU|Hardware] helps; a [GPU|Hardware] does.", ["TPU"]),
    ("It could potentially use [FPGAs|Hardware] or [ASICs|Hardware].", ["FPGAs", "ASICs"]),
    ("It runs on [CPUs|Hardware], an outlook for future work on [TPUs|Hardware].", ["TPUs"]),
    ("A (potentially [analog|Hardware]) part of the [GPU|Hardware].", ["analog"]),
    ("It is expected to work on [TPUs|Hardware].", ["TPUs"]),
]


@pytest.mark.parametrize(("text", "expected"), NEGATED)
def test_negation_reaches_its_object_only(text: str, expected: list[str]) -> None:
    assert marked(marked_doc(text), "negated") == expected


@pytest.mark.parametrize("text", NOT_NEGATED)
def test_seeming_and_double_negation_negate_nothing(text: str) -> None:
    doc = marked_doc(text)
    assert marked(doc, "asserted") == [span.text for span in get_mentions(doc)]


@pytest.mark.parametrize(("text", "expected"), HEDGED)
def test_doubt_covers_its_clause(text: str, expected: list[str]) -> None:
    assert marked(marked_doc(text), "hedged") == expected


def test_a_denied_outcome_is_a_scope_that_ends_with_its_clause() -> None:
    doc = POLARITY(marked_doc("We could not raise [BLEU|Metric] on [ToyBank|Dataset]; [F1|Metric], however, rose."))
    assert [(doc.text[s.start : s.end], s.polarity) for s in doc._.scopes] == [("not raise BLEU on ToyBank", "negated")]


def test_may_is_a_month_too() -> None:
    assert marked(marked_doc("In May 2021 we used a [GPU|Hardware]."), "asserted") == ["GPU"]


def test_we_could_is_no_doubt() -> None:
    assert marked(marked_doc("We could show that it runs on a [GPU|Hardware]."), "hedged") == []


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    doc = POLARITY(marked_doc(text.replace("[", "(")))
    assert all(0 <= s.start < s.end <= len(doc.text) for s in doc._.scopes)
