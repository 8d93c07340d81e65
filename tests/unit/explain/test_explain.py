"""An explanation tells what extraction does, of every component, and changes nothing."""

from collections.abc import Callable
from functools import cache
from itertools import count
from math import log
from pathlib import Path

import msgspec
import pytest
from spacy.language import Language
from spacy.tokens import Doc

import kg
from kg.errors import KgError
from kg.explain import Explanation, explain
from kg.explain.values import Candidate, Fact, Mention
from kg.explain.watching import watch
from kg.language.document import Candidate as Written
from kg.language.linear import parse_model
from kg.model import Abstract, Result
from kg.pipeline import Pipeline, load_pipeline
from kg.reader import read_abstracts

NEWT = (
    "We propose NewtNet, a convolutional neural network (CNN) for pond mapping. NewtNet runs without a GPU. "
    "CNNs reach an accuracy of 91.2% on PondSet. They could run on an FPGA."
)
"""A paper with an abbreviation, a negation, a hedge and a result."""
_NUMBERS = count()


@cache
def pipeline() -> Pipeline:
    return load_pipeline()


def paper(text: str = NEWT, title: str | None = None) -> Abstract:
    return Abstract(key="p", id="p", text=text, title=title)


@cache
def newt() -> Explanation:
    return explain(paper(), pipeline())


@cache
def examples() -> tuple[Abstract, ...]:
    path = Path(kg.__file__).parent / "examples" / "papers.jsonl"
    return tuple(read_abstracts([str(path)], on_problem=print))


def mention(explanation: Explanation, text: str, which: int = 0) -> Mention:
    return [m for m in explanation.mentions if m.text == text][which]


def fact(explanation: Explanation, statement: str) -> Fact:
    """The fact of that statement: `subject predicate object` or `predicate object`."""
    found = {" ".join(filter(None, (f.subject, f.predicate, str(f.object)))): f for f in explanation.facts}
    return found[statement]


def with_component(
    change: Callable[[Doc], None], *, before: str | None = None, after: str | None = None, name: str = "oracle"
) -> Pipeline:
    """A pipeline with one more component, which knows nothing of explanations."""

    def run(doc: Doc) -> Doc:
        change(doc)
        return doc

    changed = load_pipeline()
    factory = f"tests_{name}_{next(_NUMBERS)}"
    Language.component(factory, func=run)
    changed.nlp.add_pipe(factory, name=name, before=before, after=after)
    return changed


def test_extraction_is_the_same_when_watched() -> None:
    for abstract in examples():
        assert watch(pipeline(), abstract).extraction == pipeline().extract(abstract)


def test_every_mention_and_fact_of_the_examples_is_explained() -> None:
    for abstract in examples():
        explanation, extraction = explain(abstract, pipeline()), pipeline().extract(abstract)
        assert [m.span for m in explanation.mentions] == [m.span for m in extraction.mentions]
        assert [f.id for f in explanation.facts] == [f.id for f in extraction.facts]
        for m in explanation.mentions:
            assert m.candidates[0].fate == "chosen", m
            assert m.candidates[0].span == m.span
            assert m.link is not None
            assert m.polarity == "asserted" or m.polarity in {s.polarity for s in m.scopes}
        for f in explanation.facts:
            assert f.choices, f
            assert f.sentences, f
            assert f.history[-1].score == f.score
            assert f.polarity == "asserted" or f.scopes, f


def test_the_linker_explains_what_it_does() -> None:
    for abstract in examples():
        watched = watch(pipeline(), abstract)
        linked = [(s.start_char, s.end_char, s._.concept) for s in watched.doc.spans["mentions"]]
        assert [(link.start, link.end, link.concept) for link in watched.links] == linked


def test_offsets_lead_to_the_text() -> None:
    text = "We run NewtNet on a GPU, not on an FPGA."
    explanation = explain(paper(text, "NewtNet on a TPU"), pipeline())
    stretches: list[Mention | Candidate] = [*explanation.mentions, *explanation.candidates]
    stretches += [c for m in explanation.mentions for c in m.candidates]
    assert {s.field for s in stretches} == {"title", "text"}
    for s in stretches:
        assert (text if s.field == "text" else "NewtNet on a TPU")[s.start : s.end] == s.text
    for scope in fact(explanation, "runsOn field-programmable gate array").scopes:
        assert text[scope.start : scope.end] == scope.text


def test_the_candidates_of_a_mention_tell_their_way() -> None:
    gpu = mention(newt(), "GPU")
    assert gpu.candidates[0].history[-1].score == gpu.score
    assert ("gazetteer", 0.9) in {(h.component, h.score) for c in gpu.candidates for h in c.history}


def test_what_lost_what_was_faint_and_what_was_dropped_is_told() -> None:
    def disturb(doc: Doc) -> None:
        place = next(t.i for t in doc if t.text == "GPU")
        doc._.candidates += [
            Written(place - 1, place + 1, "Hardware", 0.5, "oracle"),
            Written(place, place + 1, "Method", 0.2, "oracle"),
            Written(0, 1, "Method", 0.1, "oracle"),
        ]

    def drop(doc: Doc) -> None:
        doc._.candidates = [c for c in doc._.candidates if c.label != "Task"]

    explanation = explain(paper(), with_component(disturb, before="linker"))
    rivals = {(c.text, c.type): (c.fate, c.why) for c in mention(explanation, "GPU").candidates}
    assert rivals["a GPU", "Hardware"][0] == "lost"
    assert "lost to “GPU” as Hardware" in rivals["a GPU", "Hardware"][1]
    assert rivals["GPU", "Method"] == ("below threshold", "below the threshold 0.35")
    assert ("We", "below threshold", "oracle") in {(c.text, c.fate, c.component) for c in explanation.candidates}
    dropped = explain(paper(), with_component(drop, before="linker", name="sieve"))
    assert ("pond mapping", "dropped", "dropped by sieve") in {(c.text, c.fate, c.why) for c in dropped.candidates}


def test_two_components_that_say_the_same_are_both_told() -> None:
    def agree(doc: Doc) -> None:
        doc._.candidates += [c._replace(score=c.score - 0.01, component="echo") for c in doc._.candidates]

    gpu = mention(explain(paper(), with_component(agree, before="linker", name="echo")), "GPU")
    same = [c for c in gpu.candidates if c.span == gpu.span and c.type == gpu.type]
    assert [(c.component, c.fate) for c in same] == [(gpu.component, "chosen"), ("echo", "lost")]
    assert same[1].why == f"{gpu.component} said the same with a higher score"
    assert same[0].history[0].component == "gazetteer"
    assert [h.component for h in same[1].history] == ["echo"]


def test_facts_of_an_unknown_component_and_new_scores_are_told() -> None:
    def rescore(doc: Doc) -> None:
        doc._.facts = [msgspec.structs.replace(f, score=0.5, component="oracle") for f in doc._.facts[1:]]
        doc._.facts.append(msgspec.structs.replace(doc._.facts[0], predicate="studies", polarity="negated"))

    before = newt()
    after = explain(paper(), with_component(rescore))
    assert {f.id for f in after.facts} - {f.id for f in before.facts} == {
        f.id for f in after.facts if f.predicate == "studies"
    }
    unknown = next(f for f in after.facts if f.predicate == "studies")
    assert unknown.choices == ()
    assert [h.component for h in unknown.history] == ["oracle"]
    one = next(f for f in before.facts if f.kind == "relation")
    (same,) = [f for f in after.facts if f.id == one.id]
    assert [h.component for h in same.history] == [*(h.component for h in one.history), "oracle"]
    assert same.choices == one.choices
    assert "dropped by oracle" in {f.left_out for f in after.left_out}


def test_a_linker_that_gives_no_reasons_is_shown_by_what_it_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.components.linker import Linker

    monkeypatch.delattr(Linker, "explain_choice")
    monkeypatch.delattr(Linker, "explain_links")
    explanation = explain(paper(), pipeline())
    gpu = mention(explanation, "GPU")
    assert gpu.link is None
    assert gpu.candidates[0].fate == "chosen"
    assert len(explanation.mentions) == len(newt().mentions)


def test_a_pipeline_without_a_linker_has_candidates_only() -> None:
    bare = load_pipeline()
    for name in ("linker", "polarity", "roles", "relations", "results"):
        bare.nlp.remove_pipe(name)
    explanation = explain(paper(), bare)
    assert explanation.mentions == ()
    assert {c.fate for c in explanation.candidates} <= {"lost", "dropped"}


def test_a_failing_component_is_named() -> None:
    def fail(_: Doc) -> None:
        raise ZeroDivisionError("no toads")

    with pytest.raises(KgError, match=r"'fragile'.*no toads"):
        explain(paper(), with_component(fail, name="fragile"))


@pytest.mark.parametrize("text", ["", " ", "$" * 300, "((((" * 100, "GPU " * 3_000, "\x00 a GPU \x00", "a \ud800 GPU"])
def test_odd_texts_are_explained(text: str) -> None:
    explanation = explain(paper(text), pipeline())
    assert len(explanation.mentions) == len(pipeline().extract(paper(text)).mentions)


def test_links_tell_form_abbreviation_head_and_doubt() -> None:
    def link(text: str, of: str) -> tuple[str | None, str | None, str, bool, str, tuple[str, ...]]:
        found = mention(explain(paper(text), pipeline()), of).link
        assert found is not None
        return found.vocabulary_form, found.long_form, found.stripped_head, found.sure, found.backing, found.refused

    assert link("We use a GPU.", "GPU") == ("GPU", None, "", True, "", ())
    short = link("We study charge trap flash (CTF). The CTF cells leak.", "CTF")
    assert short[1] == "charge trap flash"
    new = link("We propose ZorgHopNet, a network.", "ZorgHopNet")
    assert new[:3] == (None, None, "")


def test_polarity_names_its_cue() -> None:
    gpu = fact(newt(), "runsOn graphics processing unit")
    assert (gpu.polarity, {s.cue for s in gpu.scopes}) == ("negated", {"without"})
    fpga = fact(newt(), "runsOn field-programmable gate array")
    assert (fpga.polarity, {s.cue for s in fpga.scopes}) == ("hedged", {"could"})


def test_a_result_tells_all_its_choices() -> None:
    (result,) = [f for f in newt().facts if isinstance(f.object, Result)]
    parts = {c.part: c for c in result.choices}
    assert parts["result"].probability == result.history[0].score
    assert result.history[-1].score == result.score
    assert parts["metric"].label == "accuracy"
    assert isinstance(result.object, Result)
    for part in ("method", "dataset"):
        assert part not in parts or parts[part].label == getattr(result.object, part)


def test_what_was_left_out_says_why() -> None:
    explanation = explain(paper("We use 8 GPUs of 2019. NewtNet and ToadNet serve parsing."), pipeline())
    numbers = {f.object.value: f.left_out for f in explanation.left_out if isinstance(f.object, Result)}
    assert numbers.keys() >= {"8"}
    assert all(why and "below" in why for why in numbers.values())
    scores = [f.score for f in explanation.left_out]
    assert scores == sorted(scores, reverse=True)


def test_weights_add_up_to_the_log_odds() -> None:
    with pipeline().nlp.select_pipes(disable=["neural"]):
        watched = [watch(pipeline(), abstract) for abstract in examples()[:5]]
    for one in watched:
        for reason in (r for found in one.facts.values() for r in found):
            choice = reason.choices[0]
            other = choice.others[0].chance if choice.others else 0.0
            if min(choice.chance, other) > 0.001:
                odds = log(choice.chance / other)
                assert sum(w.weight for w in choice.weights) == pytest.approx(odds, abs=0.02), choice


def test_a_model_explains_a_class_against_its_likeliest_rival() -> None:
    model = parse_model("feature\ta\tb\tc\nx\t1\t2\t-1\ny\t0.5\t\t\n")
    choice = model.explain("part", "kind", ["x", "y", "z"], 1)
    assert (choice.label, choice.rival) == ("b", "a")
    assert [(w.feature, w.weight) for w in choice.weights] == [("x", 1.0), ("y", -0.5)]
    assert model.explain("part", "kind", ["x"], 1, among=[1, 2]).rival == "c"
    assert model.explain("part", "kind", [], 0).weights == ()


def test_features_are_cut_to_the_number_asked_for() -> None:
    for strongest in (0, 1, 5):
        found = explain(paper(), pipeline(), strongest=strongest)
        for choice in (c for f in found.facts for c in f.choices):
            assert len(choice.features_for) <= strongest
            assert len(choice.features_against) <= strongest
            weights = [abs(w.weight) for w in choice.features_for]
            assert weights == sorted(weights, reverse=True)


def test_an_explanation_is_the_same_every_time() -> None:
    one, two = (msgspec.json.encode(explain(paper(), load_pipeline())) for _ in range(2))
    assert one == two
