"""Measured results: values, units, comparators, direction, links; settings and counts are none."""

import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from kg.components.polarity import Polarity
from kg.components.results import LINK_THRESHOLDS, Models, Results
from kg.components.roles import Roles
from kg.language.document import make_doc
from kg.language.linear import load_model
from tests.marked_docs import facts, language, marked_doc, results

POLARITY = Polarity("polarity.tsv", "polarity_words.tsv")


@cache
def component() -> Results:
    models = Models(*(load_model(f"results_{part}.tsv") for part in Models._fields))
    return Results("results", models, 0.45, 0.2, LINK_THRESHOLDS)


def read(marked: str) -> Doc:
    roles = Roles("roles", load_model("roles.tsv"), 0.45)
    return component()(roles(POLARITY(marked_doc(marked))))


def values(text: str) -> list[tuple[str, str | None, str, str | None]]:
    return [(r.value, r.unit, r.comparator, r.metric) for r in results(read(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"[Newt|Method] achieves an [accuracy|Metric] of $91\%$.", ("91", "%", "=", "accuracy")),
        ("[Newt|Method] reaches 98.83% [accuracy|Metric].", ("98.83", "%", "=", "accuracy")),
        ("The [accuracy|Metric] of [Newt|Method] reaches 89 percent.", ("89", "%", "=", "accuracy")),
        ("It reaches an [F1|Metric] of up to 93.5%.", ("93.5", "%", "<=", "F1")),
        ("[Newt|Method] gives a [speedup|Metric:speed-up] of 120.", ("120", "x", "=", "speed-up")),
        (r"[Newt|Method] is 120$\times$ faster than [Toad|Method].", ("120", "x", "=", "speed-up")),
        ("[Newt|Method] is more than 2.7 times faster than [Toad|Method].", ("2.7", "x", ">", "speed-up")),
        ("[Newt|Method] is 2 times slower than [Toad|Method].", ("2", "x", "=", "slowdown")),
        ("[Newt|Method] is three orders of magnitude faster than [Toad|Method].", ("1000", "x", "=", "speed-up")),
        ("[Newt|Method] is an order of magnitude faster than [Toad|Method].", ("10", "x", "=", "speed-up")),
        ("[Newt|Method] trains with half the memory of [Toad|Method].", ("0.5", "x", "=", "memory consumption")),
        ("We achieve a [BLEU|Metric] score of 31.2.", ("31.2", None, "=", "BLEU")),
        (
            "It consumes at least 1,250.5 mW of [power|Metric:power consumption].",
            ("1250.5", "mW", ">=", "power consumption"),
        ),
        ("The [PSNR|Metric] changed by −0.42 dB.", ("-0.42", "dB", "=", "PSNR")),
        ("The [latency|Metric] is about 3 ms.", ("3", "ms", "~", "latency")),
    ],
)
def test_stated_values(text: str, expected: tuple[str, str | None, str, str | None]) -> None:
    assert values(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "We train [Newt|Method] with 8 [GPUs|Hardware].",
        "We compare 8,730 models on 97 datasets.",
        "In 2019 we proposed [Newt|Method] with 12 layers.",
        r"We train with differential privacy ($\epsilon = 8$).",
        "There was no loss of [accuracy|Metric].",
        "We could not raise [BLEU|Metric] on [ToyBank|Dataset].",
    ],
)
def test_settings_and_counts_are_no_results(text: str) -> None:
    assert results(read(text)) == []


def test_a_range_is_two_results_with_one_quote() -> None:
    found = results(
        read(r"Its [speedup|Metric:speed-up] of [Newt|Method] over [Toad|Method] is from 2.86$\times$ to 8.52$\times$.")
    )
    assert [(r.value, r.comparator) for r in found] == [("2.86", ">="), ("8.52", "<=")]
    assert found[0].quote == found[1].quote
    assert found[0].quote.endswith(r"from 2.86$\times$ to 8.52$\times$") or found[0].quote.endswith(r"8.52$\times$")
    assert {(r.method, r.baseline) for r in found} == {("Newt", "Toad")}


def test_a_change_is_two_values() -> None:
    found = values("[Newt|Method] improves the [accuracy|Metric] from 41.8% to 51.0%.")
    assert [(value, comparator) for value, _, comparator, _ in found] == [("41.8", "="), ("51.0", "=")]


def test_comparison_has_direction_and_baseline() -> None:
    (found,) = results(read("Our [Newt|Method] outperforms [Toad|Method] by 2.7x on a [GPU|Hardware]."))
    assert (found.method, found.baseline, found.hardware) == ("Newt", "Toad", "GPU")


def test_a_claim_that_failed_leaves_the_next_clause_alone() -> None:
    text = "We did not raise [BLEU|Metric] on [ToyBank|Dataset]; [F1|Metric] on [ToyTree|Dataset], however, is 88.1%."
    (found,) = results(read(text))
    assert (found.metric, found.value, found.dataset) == ("F1", "88.1", "ToyTree")


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("[Newt|Method] may reach an [accuracy|Metric] of 95%.", "hedged"),
        ("[Newt|Method] did not reach an [accuracy|Metric] of 95%.", "negated"),
    ],
)
def test_polarity(text: str, polarity: str) -> None:
    doc = read(text)
    assert results(doc) == []
    assert [r.value for r in results(doc, polarity)] == ["95"]


def test_quote_is_exact_and_is_the_evidence() -> None:
    doc = read(r"On a [GPU|Hardware], [Newt|Method] achieves an [accuracy|Metric] of $91.5\%$ in the end.")
    (fact,) = facts(doc, "result")
    (found,) = results(doc)
    assert found.quote == r"accuracy of $91.5\%$"
    assert found.quote in [doc.text[s.start : s.end] for s in fact.evidence]


@pytest.mark.parametrize(
    "text", ["7" * 100_000, "(" * 100_000, "$" * 100_000, "1," * 50_000, "1.5x-" * 20_000, "1 to " * 20_000]
)
def test_long_runs_take_no_longer_than_they_must(text: str) -> None:
    doc = make_doc(language(), None, text)
    started = time.process_time()
    component()(doc)
    assert time.process_time() - started < 5


@settings(max_examples=80, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("0123456789.,-–−+~<>%x×$\\{}^ e\u2009ms#()"), max_size=60), st.text(max_size=30)
)
def test_any_text_is_read(digits: str, other: str) -> None:
    clean = other.replace("[", "(").replace("]", ")")
    doc = read(f"[Newt|Method] reaches {digits} [accuracy|Metric] {clean}")
    for found in results(doc):
        assert found.quote in doc.text
        assert float(found.value) is not None
