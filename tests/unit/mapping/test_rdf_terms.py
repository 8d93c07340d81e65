"""IRIs and literals of the RDF mapping."""

from decimal import Decimal

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import InputError
from kg.mapping import rdf_terms as t
from kg.model import RELATIONS, ROLES, Span
from kg.namespaces import DEFAULT_BASE, PREFIXES
from tests.strategies import ALPHABET, scores

FIELDS = st.sampled_from(["title", "text"])


def stored(literal: Literal) -> object:
    store = pyoxigraph.Store()
    node = NamedNode("urn:x")
    store.add(Quad(node, node, literal, node))
    return next(iter(store)).object


@given(FIELDS, st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(["mention", "sentence", "span"]))
def test_a_span_comes_back_from_its_iri(field: str, start: int, end: int, kind: str) -> None:
    span = Span(start=start, end=end, field=field)  # type: ignore[arg-type]
    iri = t.span_iri("https://a.example/paper/x#1-2", kind, span)
    assert t.parse_span(iri) == t.parse_span(iri + "-7") == span


@pytest.mark.parametrize("iri", ["urn:x", "urn:x#mention-text-1", "urn:x#mention-body-1-2", "urn:x#mention-text-1-b"])
def test_an_iri_of_no_span_is_refused(iri: str) -> None:
    with pytest.raises(InputError, match="no span"):
        t.parse_span(iri)


@given(st.text(ALPHABET))
def test_a_fact_id_comes_back_from_its_iri(identifier: str) -> None:
    iri = t.fact_iri(identifier, DEFAULT_BASE)
    assert t.fact_id(t.node(iri).value, DEFAULT_BASE) == identifier


def test_roles_and_relations_have_iris_of_their_own() -> None:
    iris = {*map(t.role_iri, ROLES), *map(t.relation_iri, RELATIONS)}
    assert len(iris) == len(ROLES) + len(RELATIONS)


@given(scores() | st.floats(-1e9, 1e9))
def test_a_score_comes_back_and_is_written_as_stores_keep_it(score: float) -> None:
    literal = t.score_literal(score)
    assert float(literal.value) == score
    assert "e" not in literal.value.lower()
    if score == round(score, 4):
        assert stored(literal) == literal
        assert Decimal(literal.value) == Decimal(str(score))


@pytest.mark.parametrize(
    ("value", "number"),
    [("88.10", "88.1"), ("-5", "-5"), ("+5.", "5"), (".5", "0.5"), ("1e3", "1000"), ("1e-2", "0.01")],
)
def test_numbers_are_doubles_as_stores_keep_them(value: str, number: str) -> None:
    literal = t.number_literal(value)
    assert literal is not None
    assert (literal.value, stored(literal)) == (number, literal)


@pytest.mark.parametrize("value", ["", "n/a", "nan", "inf", "1e999", "1_000", "1,000", "٣", " 1", "0x10", "1 2"])
def test_what_is_no_finite_number_has_no_literal(value: str) -> None:
    assert t.number_literal(value) is None


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("2024", "2024", "gYear"),
        ("2024-02", "2024-02", "gYearMonth"),
        ("2024-02-29", "2024-02-29", "date"),
        ("2024-02-29T12:30", "2024-02-29T12:30:00", "dateTime"),
        ("2024-03-31T02:30:00+01:00", "2024-03-31T02:30:00+01:00", "dateTime"),
        ("2024-03-31T02:30:00.500Z", "2024-03-31T02:30:00.5Z", "dateTime"),
        ("2024-03-31T02:30:00-00:00", "2024-03-31T02:30:00Z", "dateTime"),
        ("2024-03-31T02:30:00.120000-05:30", "2024-03-31T02:30:00.12-05:30", "dateTime"),
    ],
)
def test_dates_are_as_precise_as_they_are_known(text: str, value: str, kind: str) -> None:
    literal = t.date_literal(text)
    assert literal == Literal(value, datatype=NamedNode(PREFIXES["xsd"] + kind))
    assert stored(literal) == literal


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "0000", "0000-00-00", "2023-02-29", "2024-13", "24-01-01", "2024-1-1", "2024-W05", "20240229"),
        *("2024-02-29T25:00", "2024-02-29T12:00+15:00", "2024-02-29T12", "2024-02-29 12:00", "٢٠٢٤"),
    ],
)
def test_what_is_no_date_has_no_literal(text: str) -> None:
    assert t.date_literal(text) is None
