"""Cells for spreadsheets: no formula, no lost text, numbers untouched."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.mapping.cells import escape_formula, unescape_formula

STARTS = st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", "'", "'=", "''-", "'a"])


@given(STARTS, st.text(max_size=8))
def test_texts_come_back_and_none_is_a_formula(start: str, rest: str) -> None:
    cell = escape_formula(start + rest)
    assert unescape_formula(cell) == start + rest
    assert not re.match(r"[=+\-@\t\r]", cell) or re.fullmatch(r"[+-]?[\d.]+([eE][+-]?\d+)?", cell)


@pytest.mark.parametrize("number", ["-0.42", "+1.5", "-1", "-.5", "+2e-3"])
def test_numbers_stay_numbers(number: str) -> None:
    assert escape_formula(number) == number


@pytest.mark.parametrize("text", ["-1+2 bits", "=1", "+49 30", "-", "@x", "-1\n"])
def test_other_texts_with_a_sign_are_neutralised(text: str) -> None:
    assert escape_formula(text) == "'" + text
