"""Sentences that compare: metric, value, unit, what the value is of and against; negated and hedged ones give none."""

import pytest

from kg.components.polarity import Polarity
from kg.components.results import LINK_THRESHOLDS, Models, Results
from kg.components.roles import Roles
from kg.language.linear import load_model
from kg.model import Abstract, Result
from kg.pipeline import load_pipeline
from tests.marked_docs import facts, marked_doc, results

POLARITY = Polarity("polarity.tsv", "polarity_words.tsv")
ROLES = Roles("roles", load_model("roles.tsv"), 0.45)
MODELS = Models(*(load_model(f"results_{part}.tsv") for part in Models._fields))
RESULTS = Results("results", MODELS, 0.45, 0.2, LINK_THRESHOLDS)
Row = tuple[str | None, str, str | None, str | None, str | None]
SENTENCES: list[tuple[str, list[Row]]] = [
    ("[Heron|Method] is 2 times slower than [Toad|Method].", [("slowdown", "2", "x", "Heron", "Toad")]),
    (
        "[Heron|Method] is 2 times slower than [Toad|Method] at half its memory.",
        [("slowdown", "2", "x", "Heron", "Toad"), ("memory consumption", "0.5", "x", "Heron", "Toad")],
    ),
    ("[Heron|Method] runs three times slower than [Toad|Method].", [("slowdown", "3", "x", "Heron", "Toad")]),
    ("[Heron|Method] shows a slowdown of 1.8x against [Toad|Method].", [("slowdown", "1.8", "x", "Heron", "Toad")]),
    ("[Heron|Method] is 20% slower than [Toad|Method].", [("slowdown", "20", "%", "Heron", "Toad")]),
    ("[Heron|Method] is 3.5x faster than [Toad|Method].", [("speed-up", "3.5", "x", "Heron", "Toad")]),
    ("[Heron|Method] is twice as fast as [Toad|Method].", [("speed-up", "2", "x", "Heron", "Toad")]),
    ("[Heron|Method] is half as fast as [Toad|Method].", [("speed-up", "0.5", "x", "Heron", "Toad")]),
    ("[Heron|Method] runs at half the speed of [Toad|Method].", [("speed-up", "0.5", "x", "Heron", "Toad")]),
    ("Compared with [Toad|Method], [Heron|Method] is 4 times faster.", [("speed-up", "4", "x", "Heron", "Toad")]),
    ("[Heron|Method] is 4 times faster compared to [Toad|Method].", [("speed-up", "4", "x", "Heron", "Toad")]),
    ("[Heron|Method] gives a speed-up of 7x over [Toad|Method].", [("speed-up", "7", "x", "Heron", "Toad")]),
    ("[Heron|Method] outperforms [Toad|Method] by 3% in [F1|Metric].", [("F1", "3", "%", "Heron", "Toad")]),
    ("[Heron|Method] outperforms [Toad|Method] by 3%.", [(None, "3", "%", "Heron", "Toad")]),
    (
        "[Toad|Method] is outperformed by [Heron|Method] by 3 points in [BLEU|Metric].",
        [("BLEU", "3", "points", "Heron", "Toad")],
    ),
    (
        "[Heron|Method] improves [accuracy|Metric] by 2.5% over [Toad|Method].",
        [("accuracy", "2.5", "%", "Heron", "Toad")],
    ),
    (
        "[Heron|Method] reduces [energy consumption|Metric] by 40% compared with [Toad|Method].",
        [("energy consumption", "40", "%", "Heron", "Toad")],
    ),
    (
        "[Heron|Method] cuts [latency|Metric] by a factor of 3 relative to [Toad|Method].",
        [("latency", "3", "x", "Heron", "Toad")],
    ),
    ("[Heron|Method] uses 3x less memory than [Toad|Method].", [("memory consumption", "3", "x", "Heron", "Toad")]),
    ("[Heron|Method] needs half the memory of [Toad|Method].", [("memory consumption", "0.5", "x", "Heron", "Toad")]),
    ("[Heron|Method] is 5x smaller than [Toad|Method].", [("model size", "5", "x", "Heron", "Toad")]),
    (
        "[Heron|Method] consumes two thirds of the energy of [Toad|Method].",
        [("energy consumption", "0.667", "x", "Heron", "Toad")],
    ),
    (
        "[Toad|Method] needs 3 times more energy than [Heron|Method].",
        [("energy consumption", "3", "x", "Toad", "Heron")],
    ),
    (
        "The [error rate|Metric] of [Heron|Method] is 2% lower than that of [Toad|Method].",
        [("error rate", "2", "%", "Heron", "Toad")],
    ),
    ("[Heron|Method] trails [Toad|Method] by 2.1 points in [F1|Metric].", [("F1", "2.1", "points", "Heron", "Toad")]),
    ("[Heron|Method] halves the [latency|Metric] of [Toad|Method].", [("latency", "0.5", "x", "Heron", "Toad")]),
    (
        "[Heron|Method] is an order of magnitude faster than [Toad|Method] on a [GPU|Hardware].",
        [("speed-up", "10", "x", "Heron", "Toad")],
    ),
    (
        "Against [Toad|Method], [Heron|Method] saves 30% of the [energy|Metric:energy consumption].",
        [("energy consumption", "30", "%", "Heron", "Toad")],
    ),
    ("[Heron|Method] beats [Toad|Method] by 1.2 [BLEU|Metric] points.", [("BLEU", "1.2", "points", "Heron", "Toad")]),
    (
        "A [GPU|Hardware] is 10x faster than a [CPU|Hardware] for [parsing|Task].",
        [("speed-up", "10", "x", None, "CPU")],
    ),
    ("[Heron|Method] is no slower than [Toad|Method].", []),
    ("[Heron|Method] is not 2 times faster than [Toad|Method].", []),
    ("[Heron|Method] may be 2 times faster than [Toad|Method].", []),
    (
        "[Heron|Method] achieves 91% [accuracy|Metric] without a [GPU|Hardware].",
        [("accuracy", "91", "%", "Heron", None)],
    ),
    (
        "We could not improve [BLEU|Metric] on [ToyBank|Dataset]; [F1|Metric] on [ToyTree|Dataset] rose to 88.1%.",
        [("F1", "88.1", "%", None, None)],
    ),
    (
        "With no loss of [accuracy|Metric], [Heron|Method] is 40% smaller than [Toad|Method].",
        [("model size", "40", "%", "Heron", "Toad")],
    ),
    (
        "[Heron|Method] is 2.7 to 3.9 times slower than [Toad|Method].",
        [("slowdown", "2.7", "x", "Heron", "Toad"), ("slowdown", "3.9", "x", "Heron", "Toad")],
    ),
    ("[Heron|Method] is 15% less accurate than [Toad|Method].", [("accuracy", "15", "%", "Heron", "Toad")]),
    ("[Heron|Method] is slower than [Toad|Method] by a factor of 2.", [("slowdown", "2", "x", "Heron", "Toad")]),
    ("[Heron|Method] is faster than [Toad|Method] by a factor of 2.", [("speed-up", "2", "x", "Heron", "Toad")]),
    (
        "[Heron|Method] slows down [parsing|Task] by 2x compared with [Toad|Method].",
        [("slowdown", "2", "x", "Heron", "Toad")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentence(text: str, expected: list[Row]) -> None:
    found = results(RESULTS(ROLES(POLARITY(marked_doc(text)))))
    assert [(r.metric, r.value, r.unit, r.method, r.baseline) for r in found] == expected


def test_negation_double_negation_and_slower() -> None:
    doc = marked_doc(
        "[FrogNet|Method] runs without a [GPU|Hardware] on a [Cortex-M4|Hardware]. We could not improve [BLEU|Metric] "
        "on [WMT14|Dataset]; [F1|Metric] on [SQuAD|Dataset], however, rose to 88.1%. Not only [CNNs|Method] but also "
        "[transformers|Method] were tested, and no loss of [accuracy|Metric] was seen. [FrogNet|Method] is 2 times "
        "slower than [ToadNet|Method] at half its memory. Our results do not rule out an [FPGA|Hardware]."
    )
    doc = RESULTS(ROLES(POLARITY(doc)))
    polarity = {span.text: span._.polarity for span in doc.spans["mentions"]}
    assert polarity["GPU"] == "negated"
    assert polarity["FPGA"] == "hedged"
    assert all(polarity[name] == "asserted" for name in ("Cortex-M4", "CNNs", "transformers", "SQuAD", "accuracy"))
    found = [(r.metric, r.value, r.unit, r.method, r.baseline, r.dataset) for r in results(doc)]
    assert found == [
        ("F1", "88.1", "%", None, None, "SQuAD"),
        ("slowdown", "2", "x", "FrogNet", "ToadNet", None),
        ("memory consumption", "0.5", "x", "FrogNet", "ToadNet", None),
    ]
    asserted = {(f.predicate, f.object) for f in facts(doc, "role") if f.polarity == "asserted"}
    assert ("runsOn", "Cortex-M4") in asserted
    assert not asserted & {("runsOn", "GPU"), ("runsOn", "FPGA")}


def test_a_failure_stays_apart_from_a_success() -> None:
    text = "We propose HeronNet. HeronNet could not reach 90% accuracy; ToadNet reached 92% accuracy on PondSet."
    found = load_pipeline().extract(Abstract(id="p", key="p", text=text)).facts
    results = {f.object.value: (f.polarity, f.object.method) for f in found if isinstance(f.object, Result)}
    assert results == {"90": ("negated", "HeronNet"), "92": ("asserted", "ToadNet")}
