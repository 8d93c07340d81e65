"""Units, number words, phrases and comparators, read from tables and compiled to patterns."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from kg.language.document import read_lines


class Tables(NamedTuple):
    """What the data files say, with a pattern for the forms of each.

    Units give unit and kind, phrases value and unit, number words value and comparator, comparators (before and
    after a number) one of the signs of a result. `steps` gives for a unit of time the next smaller one and how
    many of it, `compounds` the kind of a unit per another by both kinds.
    """

    units: dict[str, tuple[str, str]]
    unit_pattern: re.Pattern[str]
    phrases: dict[str, tuple[str, str]]
    phrase_pattern: re.Pattern[str]
    words: dict[str, tuple[str, str]]
    word_pattern: re.Pattern[str]
    left: dict[str, str]
    left_pattern: re.Pattern[str]
    right: dict[str, str]
    right_pattern: re.Pattern[str]
    scales: dict[str, int]
    steps: dict[str, tuple[str, int]]
    compounds: dict[tuple[str, str], str]


@cache
def load_tables() -> Tables:
    """The tables of units, phrases, number words and comparators."""
    units: dict[str, tuple[str, str]] = {}
    for unit, kind, forms in _rows("units.tsv"):
        for form in forms.split("|"):
            units.setdefault(form, (unit, kind))
    phrases = {phrase: (value, unit) for phrase, value, unit in _rows("number_phrases.tsv")}
    words = {word: (value, comparator) for word, value, comparator in _rows("number_words.tsv")}
    sides = list(_rows("comparators.tsv"))
    left = {cue: comparator for cue, comparator, side in sides if side == "left"}
    right = {cue: comparator for cue, comparator, side in sides if side == "right"}
    return Tables(
        units,
        re.compile(rf"(?:{any_of(units)})(?![\w²^])(?!-[a-z])"),
        phrases,
        re.compile(rf"(?={_first(phrases)})(?<![\w-])(?:{any_of(phrases)})(?!\w)", re.IGNORECASE),
        words,
        re.compile(rf"(?={_first(words)})(?<![\w-])(?:{any_of(words)})(?!\w)", re.IGNORECASE),
        left,
        re.compile(rf"({_left_forms(left)})\s?$", re.IGNORECASE),
        right,
        re.compile(rf"\s?(?:{any_of(right)})(?!\w)", re.IGNORECASE),
        {unit: int(factor) for unit, factor, *_ in _rows("scales.tsv")},
        {larger: (smaller, int(times)) for larger, smaller, times in _rows("time_steps.tsv")},
        {(one, other): kind for one, other, kind in _rows("compound_kinds.tsv")},
    )


@cache
def load_word_classes() -> dict[str, tuple[str, ...]]:
    """The words and phrases of each class that reads what stands around a number."""
    return {label: tuple(phrases.split("|")) for label, phrases, *_ in _rows("quantity_words.tsv")}


class Context(NamedTuple):
    """Patterns for what stands before, between and after numbers, made of the word classes."""

    factor: re.Pattern[str]
    filler: re.Pattern[str]
    peak: re.Pattern[str]
    ranging: re.Pattern[str]
    changes: re.Pattern[str]
    range_joint: re.Pattern[str]
    list_joint: re.Pattern[str]
    between: re.Pattern[str]
    either: re.Pattern[str]
    both: re.Pattern[str]
    spread: re.Pattern[str]
    order: re.Pattern[str]
    lower_is_better: re.Pattern[str]
    no_factor: re.Pattern[str]
    plain_before: re.Pattern[str]


@cache
def load_context() -> Context:
    """The patterns around numbers."""
    words = {label: any_of(phrases) for label, phrases in load_word_classes().items()}
    left = _left_forms(load_tables().left)
    i = re.IGNORECASE
    return Context(
        re.compile(
            rf"\b(?:{words['factor head']})(?:\s?(?:{words['factor link']}))?"
            rf"(?:\s(?:{words['factor filler']})(?=\s)|\s?(?:{left}))*\s?$",
            i,
        ),
        re.compile(rf"(?:\b(?:{words['filler']})\s)+$", i),
        re.compile(rf"\b(?:{words['peak']})\s(?:[\w/-]+\s){{1,4}}(?:{words['peak verb']})(?: only)?\s$", i),
        re.compile(rf"\b(?:{words['range stem']})\w*(?: \w+){{0,2}}$", i),
        re.compile(rf"\b(?:{words['change stem']})\w*(?:[^.;:]|[.:](?=[0-9]))*$", i),
        re.compile(rf"\s?[-+]?\s?(?:{words['range joint']})\s?(?:(?:{words['range after']})\s)?", i),
        re.compile(rf"\s?(?:{words['list joint']})\s?(?:(?:{words['list after']})\s?)?", i),
        re.compile(rf"\b(?:{words['between']})\s?$", i),
        re.compile(rf"\s(?:{words['either']})\s", i),
        re.compile(rf"\s(?:{words['both']})\s", i),
        re.compile(rf"\s?\(?\s?(?:{words['spread']})\s?", i),
        re.compile(rf"\b(?:{words['order mark']})\s?\(\s?$"),
        re.compile(rf"\b(?:{words['lower is better']})\b", i),
        re.compile(rf"\b(?:{words['no factor']})[ -]?$"),
        re.compile(rf"\b(?:{words['plain before']})$", i),
    )


def _left_forms(left: Iterable[str]) -> str:
    forms = list(left)
    worded = any_of(c for c in forms if c[0].isalpha())
    signs = any_of(c for c in forms if not c[0].isalpha())
    return rf"(?<!\w)(?:{worded})(?=[\s~]|$)|sub-|(?:{signs})"


def _rows(name: str) -> Iterator[list[str]]:
    lines = read_lines(name)
    width = lines[0].count("\t") + 1
    for line in lines[1:]:
        cells = line.split("\t")
        yield [*cells, *[""] * (width - len(cells))]


def _first(forms: Iterable[str]) -> str:
    """The letters that a form begins with: what spares the search most places."""
    return f"[{''.join(sorted({form[0] for form in forms}))}]"


def any_of(forms: Iterable[str]) -> str:
    """A pattern for any of the forms, the longest first; a blank stands for any white space."""
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in ordered)
