"""The comparator of a number: "up to", "more than", "~" before it, "or more" behind it."""

import re
from typing import Final

from kg.language.limits import load_limits
from kg.language.quantity_tables import load_context, load_tables

_PLUS: Final = re.compile(r"\+(?![-/−])")
_WORDS: Final = 3


def comparator_before(text: str, start: int) -> tuple[str, int]:
    """The comparator before a number and where it begins."""
    tables, context = load_tables(), load_context()
    begin = max(0, start - load_limits("quantities")["before"])
    comparator, first = "=", start
    spread = context.spread.search(text[begin:start])
    if spread is not None and begin + spread.end() == start:
        first = begin + spread.start()
    for _ in range(_WORDS):
        filler = context.filler.search(text[begin:first])
        edge = begin + filler.start() if filler else first
        match = tables.left_pattern.search(text[begin:edge]) or tables.left_pattern.search(text[begin:first])
        if match is None:
            break
        found = tables.left[plain_form(match[1])]
        if comparator in ("=", "~") or found in ("<=", ">="):
            comparator = found
        first = begin + match.start()
    if comparator == "=" and context.peak.search(text[begin:start]):
        comparator = "<="
    return comparator, first if comparator != "=" else start


def comparator_after(text: str, digits_end: int, end: int) -> tuple[str, int]:
    """The comparator behind a number whose digits and unit end there, and where the quantity ends with it."""
    if digits_end < end and _PLUS.match(text, digits_end):
        return ">", end
    match = load_tables().right_pattern.match(text, end)
    if match is None:
        return "=", end
    cue = plain_form(match[0])
    if cue == "+" and (text[match.end() : match.end() + 1] in {"-", "/", "−"} or text[match.end() :][:1].isalnum()):
        return "=", end
    return load_tables().right[cue], match.end()


def plain_form(form: str) -> str:
    """A form as the tables have it: in small letters, single blanks."""
    return " ".join(form.lower().split())
