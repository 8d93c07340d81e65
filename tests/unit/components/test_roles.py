"""Every concept gets a role; polarity decides how it is stated."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from kg.components.polarity import Polarity
from kg.components.roles import ROLES_OF, Roles, allowed_columns
from kg.language.linear import load_model
from kg.model import ENTITY_TYPES, ROLES, project
from tests.marked_docs import facts, marked_doc

POLARITY = Polarity("polarity.tsv", "polarity_words.tsv")


@cache
def component() -> Roles:
    return Roles("roles", load_model("roles.tsv"), 0.45)


def read(marked: str, *, title: str | None = None) -> Doc:
    return component()(POLARITY(marked_doc(marked, title=title)))


PAPER = (
    "[Parsing|Task:parsing] of long sentences is slow. In this paper, we propose [Newt|Method], a parser that uses "
    "[beam search|Method]. We evaluate [Newt|Method] on the [ToyBank|Dataset] dataset and run it on a "
    "[GPU|Hardware:graphics processing unit]. [Newt|Method] outperforms [Toad|Method] in terms of [accuracy|Metric]."
)


@pytest.mark.parametrize(
    ("concept", "role"),
    [
        ("Newt", "proposes"),
        ("beam search", "uses"),
        ("ToyBank", "evaluatedOn"),
        ("graphics processing unit", "runsOn"),
        ("Toad", "compares"),
        ("accuracy", "reports"),
        ("parsing", "addresses"),
    ],
)
def test_plain_statements(concept: str, role: str) -> None:
    assert project(read(PAPER)._.facts).roles[concept] == (role,)


def test_every_concept_has_an_asserted_role_with_one_mention_as_evidence() -> None:
    doc = read(PAPER, title="[Newt|Method] for [parsing|Task]")
    assert set(project(doc._.facts).roles) == {span._.concept for span in doc.spans["mentions"]}
    texts = [(doc.text[: doc._.title_end], doc.text[doc._.text_start :])[s.field == "text"][s.start : s.end]
             for f in facts(doc, "role") for s in f.evidence]  # fmt: skip
    assert len(texts) == len(facts(doc, "role"))
    assert "GPU" in texts


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("We propose [Newt|Method], which does not require a [GPU|Hardware].", "negated"),
        ("We propose [Newt|Method], and plan to run it on a [GPU|Hardware].", "hedged"),
    ],
)
def test_what_is_negated_or_hedged_is_merely_mentioned(text: str, polarity: str) -> None:
    found = {(f.predicate, f.polarity) for f in facts(read(text), "role") if f.object == "GPU"}
    assert found == {("runsOn", polarity), ("mentions", "asserted")}


def test_asserted_once_is_asserted() -> None:
    text = "[Newt|Method] runs on a [GPU|Hardware]. [Toad|Method] runs without a [GPU|Hardware]."
    assert "runsOn" in project(read(text)._.facts).roles["GPU"]


def test_roles_fit_their_types() -> None:
    assert set(ROLES_OF) == set(ENTITY_TYPES)
    assert all(ROLES[column] in ROLES_OF[label] for label in ENTITY_TYPES for column in allowed_columns(label))


def test_no_mentions_no_facts() -> None:
    assert read("Nothing is named here.")._.facts == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from(ENTITY_TYPES), st.text(max_size=80))
def test_any_text_gets_a_role(before: str, label: str, after: str) -> None:
    clean = [text.replace("[", "(").replace("]", ")") for text in (before, after)]
    doc = read(f"{clean[0]} [Newt|{label}] {clean[1]}")
    assert "Newt" in project(doc._.facts).roles
