"""Rows of the property graph: nothing is lost, and Neo4j can hold all of them."""

import json
from typing import Any

import pytest
from hypothesis import given

from kg.errors import InputError
from kg.mapping.property_graph import (
    LINK_TYPES,
    RELATION_TYPES,
    ROLE_TYPES,
    PaperRows,
    from_rows,
    term_row,
    to_rows,
)
from kg.model import Abstract, Activity, Concept, Extraction, Fact, Mention, Result, Span, assemble
from kg.namespaces import DEFAULT_BASE
from kg.schema import Term
from tests.strategies import extractions

ACTIVITY = Activity(version="1", configuration="c", vocabulary="v")


def paper(**meta: Any) -> Extraction:
    """A paper that says one thing of each kind."""
    text = "We use BERT. It runs on a GPU at 90 %."
    new = DEFAULT_BASE + "concept/"
    return assemble(
        Abstract(key="p", id="p", title="On BERT", text=text, meta=meta),
        iri=DEFAULT_BASE + "paper/p",
        activity=ACTIVITY,
        sentences=[Span(start=0, end=12), Span(start=13, end=38), Span(start=0, end=7, field="title")],
        concepts=[
            Concept(name="BERT", iri=new + "bert", types=("Method",), alternatives=("B",)),
            Concept(name="gpu", iri=new + "gpu", types=("Hardware",)),
        ],
        mentions=[
            Mention(start=7, end=11, text="BERT", type="Method", concept="BERT", iri=new + "bert"),
            Mention(start=26, end=29, text="GPU", type="Hardware", concept="gpu", iri=new + "gpu"),
        ],
        facts=[
            Fact(id="f1", kind="role", predicate="uses", object="BERT", evidence=(Span(start=7, end=11),)),
            Fact(
                id="f2",
                kind="relation",
                subject="BERT",
                predicate="runsOn",
                object="gpu",
                polarity="hedged",
                evidence=(Span(start=7, end=11), Span(start=26, end=29)),
            ),
            Fact(id="f3", kind="result", predicate="result", object=Result(value="90", unit="%", method="BERT")),
        ],
    )


def values(rows: PaperRows) -> list[Any]:
    """Every property value among the rows."""
    tables = [[rows.paper], rows.sentences, rows.concepts, rows.mentions, rows.results]
    tables += [*rows.facts.values(), *rows.links.values()]
    cells = [value for table in tables for row in table for value in row.values()]
    return [value for cell in cells for value in (cell.values() if isinstance(cell, dict) else [cell])]


@given(extractions())
def test_rows_give_back_the_extraction(extraction: Extraction) -> None:
    assert from_rows(to_rows(extraction, base=DEFAULT_BASE)) == extraction


@given(extractions())
def test_rows_hold_only_what_neo4j_holds(extraction: Extraction) -> None:
    for value in values(to_rows(extraction, base=DEFAULT_BASE)):
        if isinstance(value, list):
            assert all(isinstance(item, str) for item in value)
        elif isinstance(value, int):
            assert -(2**63) <= value < 2**63
        else:
            assert isinstance(value, str | float)


def test_shape_of_a_paper() -> None:
    rows = to_rows(paper(), base=DEFAULT_BASE)
    iri = DEFAULT_BASE + "paper/p"
    assert [row["text"] for row in rows.sentences] == ["On BERT", "We use BERT.", "It runs on a GPU at 90 %."]
    assert rows.mentions[0]["from"] == iri + "#sentence-text-0-12"
    assert set(rows.facts) == {"PAPER_USES", "RUNS_ON"}
    relation = rows.facts["RUNS_ON"][0]
    assert (relation["from"], relation["to"]) == (DEFAULT_BASE + "concept/bert", DEFAULT_BASE + "concept/gpu")
    assert relation["properties"]["evidence"] == ["text:7-11", "text:26-29"]
    assert relation["properties"]["sentences"] == ["We use BERT.", "It runs on a GPU at 90 %."]
    assert relation["properties"]["polarity"] == "hedged"
    assert rows.results[0]["numericValue"] == 90.0
    assert rows.results[0]["iri"] == DEFAULT_BASE + "fact/f3"
    assert rows.links == {"RESULT_METHOD": [{"paper": iri, "id": "f3", "to": DEFAULT_BASE + "concept/bert"}]}


def test_a_result_carries_its_value_in_base_units() -> None:
    fact = Fact(id="f", kind="result", predicate="result", object=Result(value="2.50", unit="ms"))
    extraction = assemble(
        Abstract(key="p", id="p", title=None, text="x"),
        iri=DEFAULT_BASE + "paper/p",
        activity=ACTIVITY,
        sentences=[],
        concepts=[],
        mentions=[],
        facts=[fact],
    )
    rows = to_rows(extraction, base=DEFAULT_BASE)
    row = rows.results[0]
    assert (row["value"], row["unit"], row["numericValue"]) == ("2.50", "ms", 2.5)
    assert (row["baseValue"], row["baseUnit"]) == (0.0025, "s")
    assert from_rows(rows) == extraction
    assert "baseValue" not in to_rows(paper(), base=DEFAULT_BASE).results[0]


def test_types_derive_from_iris() -> None:
    assert ROLE_TYPES["PAPER_EVALUATED_ON"] == "evaluatedOn"
    assert RELATION_TYPES["EVALUATED_ON"] == "evaluatedOn"
    assert RELATION_TYPES["IS_A"] == "isA"
    assert LINK_TYPES["RESULT_BASELINE"] == "baseline"
    assert not set(ROLE_TYPES) & set(RELATION_TYPES)


def test_what_neo4j_cannot_hold_is_kept_as_json() -> None:
    meta = {"citations": 2**64, "nested": {"a": [1, "b", None]}, "authors": ["A", None, 3], "doi": None, "venue": ""}
    row = to_rows(paper(**meta), base=DEFAULT_BASE).paper
    assert row["authors"] == ["A"]
    assert not {"citations", "nested", "doi", "venue"} & set(row)
    assert json.loads(row["metaJson"]) == meta


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024-03-31T02:30:00+01:00", ("2024-03-31T02:30:00+01:00", 2024)),
        ("2024", ("2024", 2024)),
        ("0000-00-00", (None, None)),
        ("soon", (None, None)),
        (2024, (None, None)),
    ],
)
def test_dates(date: Any, expected: tuple[Any, Any]) -> None:
    row = to_rows(paper(date=date), base=DEFAULT_BASE).paper
    assert (row.get("date"), row.get("year")) == expected


def test_a_span_outside_all_sentences_keeps_its_place() -> None:
    whole = paper()
    bare = assemble(
        Abstract(key="p", id="p", title="On BERT", text=whole.text),
        iri=whole.iri,
        activity=ACTIVITY,
        concepts=whole.concepts,
        mentions=whole.mentions,
        facts=whole.facts,
    )
    rows = to_rows(bare, base=DEFAULT_BASE)
    assert [row["listed"] for row in rows.sentences] == [False, False]
    assert from_rows(rows) == bare


def test_a_fact_about_an_unlisted_concept_names_the_paper() -> None:
    fact = Fact(id="f", kind="role", predicate="uses", object="nowhere")
    broken = assemble(
        Abstract(key="p7", id="p7", text="x"), iri=DEFAULT_BASE + "paper/7", activity=ACTIVITY, facts=[fact]
    )
    with pytest.raises(InputError, match=r"'p7' names 'nowhere'.*; extract"):
        to_rows(broken, base=DEFAULT_BASE)


def test_a_paper_of_another_base_is_refused() -> None:
    with pytest.raises(InputError, match="not under the base IRI urn:other:"):
        to_rows(paper(), base="urn:other:")


def test_incomplete_rows_name_the_paper() -> None:
    rows = to_rows(paper(), base=DEFAULT_BASE)
    rows.concepts.clear()
    with pytest.raises(InputError, match=r"paper/p.*incomplete"):
        from_rows(rows)


def test_length_counts_all_rows() -> None:
    assert len(to_rows(paper(), base=DEFAULT_BASE)) == 1 + 3 + 2 + 2 + 2 + 1 + 1


def test_terms_carry_every_form() -> None:
    term = Term(
        iri="http://a.example/gpu", label="Graphics Unit", types=("Hardware",), aliases=("GPU",), doubtful=("G",)
    )
    row = term_row(term)
    assert row["altLabels"] == ["GPU", "G"]
    assert row["forms"] == "\ngraphics-unit\ngpu\ng\n"
    assert row["vocabulary"] is True
