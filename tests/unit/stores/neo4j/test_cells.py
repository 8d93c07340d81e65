"""Values of Neo4j as cells."""

from datetime import date
from typing import Any

import neo4j.time
import pytest

from kg.store import Iri
from kg.stores.neo4j.cells import to_cell

SPACES = ("https://a.example/id/",)


@pytest.mark.parametrize("value", [None, True, 1, 2.5, "text", "", ["a", None, 1]])
def test_plain_values_stay(value: Any) -> None:
    assert to_cell(value, SPACES) == value


def test_iris_are_told_from_text() -> None:
    assert isinstance(to_cell("https://a.example/id/paper/p", SPACES), Iri)
    assert not isinstance(to_cell("https://a.example/id/paper/p is a paper", SPACES), Iri)
    assert not isinstance(to_cell("https://b.example/", SPACES), Iri)
    listed = to_cell(["https://a.example/id/x"], SPACES)
    assert isinstance(listed, list)
    assert isinstance(listed[0], Iri)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (neo4j.time.Date(2024, 2, 29), "2024-02-29"),
        (neo4j.time.DateTime(2024, 3, 31, 2, 30), "2024-03-31T02:30:00.000000000"),
        (date(2024, 2, 29), "2024-02-29"),
        (b"\x00\xff", "00ff"),
        ({"b": {"c": [1, None]}, "a": b"\x01"}, '{"a": "01", "b": {"c": [1, null]}}'),
    ],
)
def test_other_values_become_text(value: Any, text: str) -> None:
    assert to_cell(value, ()) == text


def test_a_list_in_a_list_is_one_text() -> None:
    assert to_cell([[1, 2], "x"], ()) == ["[1, 2]", "x"]
