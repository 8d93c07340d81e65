"""Units, number words, phrases and comparators, read from tables and compiled to patterns."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from kg.language.document import read_lines


class Tables(NamedTuple):
    """What the data files say, with a pattern for the forms of each.

    Units give unit and kind, phrases value and unit, number words a value, comparators (before and after a
    number) one of the signs of a result.
    """

    units: dict[str, tuple[str, str]]
    unit_pattern: re.Pattern[str]
    phrases: dict[str, tuple[str, str]]
    phrase_pattern: re.Pattern[str]
    words: dict[str, str]
    word_pattern: re.Pattern[str]
    left: dict[str, str]
    left_pattern: re.Pattern[str]
    right: dict[str, str]
    right_pattern: re.Pattern[str]


@cache
def load_tables() -> Tables:
    """The tables of units, phrases, number words and comparators."""
    units: dict[str, tuple[str, str]] = {}
    for unit, kind, forms in _rows("units.tsv"):
        for form in forms.split("|"):
            units.setdefault(form, (unit, kind))
    phrases = {phrase: (value, unit) for phrase, value, unit in _rows("number_phrases.tsv")}
    words = {row[0]: row[1] for row in _rows("number_words.tsv")}
    sides = list(_rows("comparators.tsv"))
    left = {cue: comparator for cue, comparator, side in sides if side == "left"}
    right = {cue: comparator for cue, comparator, side in sides if side == "right"}
    return Tables(
        units,
        re.compile(rf"(?:{_any(units)})(?![\w²^])(?!-[a-z])"),
        phrases,
        re.compile(rf"(?<![\w-])(?:{_any(phrases)})(?!\w)", re.IGNORECASE),
        words,
        re.compile(rf"(?<![\w-])(?:{_any(words)})(?![\w])", re.IGNORECASE),
        left,
        re.compile(
            rf"((?<!\w)(?:{_any(c for c in left if c[0].isalpha())})(?=[\s~]|$)|sub-"
            rf"|(?:{_any(c for c in left if not c[0].isalpha())}))\s?$",
            re.IGNORECASE,
        ),
        right,
        re.compile(rf"\s?(?:{_any(right)})(?!\w)", re.IGNORECASE),
    )


def _rows(name: str) -> Iterator[list[str]]:
    for line in read_lines(name)[1:]:
        cells = line.split("\t")
        yield cells if len(cells) != 1 else [*cells, "", ""]


def _any(forms: Iterable[str]) -> str:
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return "|".join(re.escape(form) for form in ordered)
