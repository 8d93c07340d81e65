"""Relations have direction, polarity and the two mentions as evidence."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from kg.components.polarity import Polarity
from kg.components.relations import Relations, polarity_of
from kg.components.roles import Roles
from kg.language.linear import load_model
from kg.language.reading import Named, Scope
from kg.model import ENTITY_TYPES, RELATIONS, project
from kg.model import Polarity as Polarities
from tests.marked_docs import facts, marked_doc

POLARITY = Polarity("polarity.tsv", "polarity_words.tsv")


@cache
def component() -> Relations:
    return Relations("relations", load_model("relations.tsv"), 0.3, 1)


def read(marked: str, *, title: str | None = None) -> Doc:
    roles = Roles("roles", load_model("roles.tsv"), 0.45)
    return component()(roles(POLARITY(marked_doc(marked, title=title))))


def triples(text: str) -> tuple[tuple[str, str, str], ...]:
    return project(read(text)._.facts).triples


@pytest.mark.parametrize(
    ("text", "triple"),
    [
        ("We propose [Newt|Method] for [parsing|Task].", ("Newt", "usedFor", "parsing")),
        ("We evaluate [Newt|Method] on the [ToyBank|Dataset] dataset.", ("Newt", "evaluatedOn", "ToyBank")),
        ("We implemented [Newt|Method] on a [GPU|Hardware].", ("Newt", "runsOn", "GPU")),
        ("Our [Newt|Method] model outperforms [Toad|Method].", ("Newt", "comparedWith", "Toad")),
        ("[Newt|Method] achieves an [accuracy|Metric] of 90%.", ("Newt", "measuredBy", "accuracy")),
        ("We use [memories|Hardware] such as [flash|Hardware].", ("flash", "isA", "memories")),
    ],
)
def test_plain_statements(text: str, triple: tuple[str, str, str]) -> None:
    assert triple in triples(text)


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("[Newt|Method] runs without a [GPU|Hardware].", "negated"),
        ("[Newt|Method] does not run on a [GPU|Hardware].", "negated"),
        ("[Newt|Method] may run on a [GPU|Hardware].", "hedged"),
        ("In future work, [Newt|Method] will be implemented on a [GPU|Hardware].", "hedged"),
    ],
)
def test_negated_and_hedged_relations_say_so(text: str, polarity: str) -> None:
    found = facts(read(text), "relation")
    assert [(f.predicate, f.polarity) for f in found] == [("runsOn", polarity)]
    assert triples(text) == ()


@pytest.mark.parametrize(
    ("relation", "polarities", "expected"),
    [
        ("comparedWith", ("asserted", "negated"), "asserted"),
        ("comparedWith", ("negated", "negated"), "negated"),
        ("comparedWith", ("asserted", "hedged"), "hedged"),
        ("usedFor", ("negated", "asserted"), "negated"),
        ("usedFor", ("asserted", "asserted"), "asserted"),
    ],
)
def test_what_is_named_instead_is_still_compared(
    relation: str, polarities: tuple[Polarities, Polarities], expected: str
) -> None:
    one, other = (Named("Newt", "Method", 0, 1, 0, 4, 0, polarity) for polarity in polarities)
    assert polarity_of(relation, one, other, []) == expected


def test_a_denied_claim_denies_its_object() -> None:
    newt = Named("Newt", "Method", 0, 1, 0, 4, 0)
    parsing = Named("parsing", "Task", 5, 6, 30, 37, 0)
    scopes = [Scope(10, 40, "negated")]
    assert polarity_of("usedFor", newt, parsing, scopes) == "negated"
    assert polarity_of("measuredBy", newt, parsing, scopes) == "asserted"


def test_the_asserted_mentions_of_a_sentence_come_first() -> None:
    text = "[Newt|Method] needs no [GPU|Hardware] for tests, but [Newt|Method] is implemented on a [GPU|Hardware]."
    assert ("Newt", "runsOn", "GPU") in triples(text)


def test_evidence_is_the_two_mentions() -> None:
    doc = read("[Newt|Method] works. We implemented [Newt|Method] on a [GPU|Hardware].")
    fact = facts(doc, "relation")[0]
    assert [doc.text[s.start : s.end] for s in fact.evidence] == ["Newt", "GPU"]
    assert fact.evidence[0].start > 10
    assert fact.component == "relations"
    assert 0.3 <= fact.score <= 1


def test_types_fit() -> None:
    doc = read("[GPU|Hardware] for [ToyBank|Dataset] in [accuracy|Metric] of [Newt|Method], [parsing|Task].")
    kinds = {span._.concept: span.label_ for span in doc.spans["mentions"]}
    for subject, relation, target in project(doc._.facts).triples:
        assert relation in RELATIONS
        assert relation != "runsOn" or (kinds[subject], kinds[target]) != ("Hardware", "Method")


def test_many_mentions_stay_bearable() -> None:
    text = "".join(f"[M{i}|Method] and " for i in range(300)) + "[GPU|Hardware] " * 300
    assert isinstance(read(text)._.facts, list)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.sampled_from(ENTITY_TYPES)), max_size=6))
def test_any_text_is_read(parts: list[tuple[str, str]]) -> None:
    text = "".join(f"{gap.replace('[', '(').replace(']', ')')} [N{i}|{label}] " for i, (gap, label) in enumerate(parts))
    assert all(f.subject != f.object for f in facts(read(text), "relation"))
