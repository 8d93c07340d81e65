"""Numbers with their units in plain text, before they are joined to ranges and lists."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final, NamedTuple

from kg.language.comparators import comparator_before, plain_form
from kg.language.limits import load_limits
from kg.language.numerals import Numeral, iter_digits, iter_words, plain_decimal, spread_after
from kg.language.quantity_tables import load_context, load_tables
from kg.language.unit_forms import UnitForm, find_currency, find_unit

_CLOSED: Final = re.compile(r"\s?\)")
_FRACTION: Final = re.compile(r"(?<![\w/.])1/([1-9][0-9]{0,3})(?:th|rd|nd)?(?=\s(?:of|the|as)\b)")
_SHARE: Final = re.compile(r"(?<![\w.])([1-9])\sin\s(?:every\s)?(10|100|[3-9])(?=\s[a-z])")
_SUB: Final = re.compile(r"(?<![\w-])sub-?(?=[a-zA-Zμµ])", re.IGNORECASE)
_ARTICLE: Final = re.compile(r"\b(?:an?|one)\s(?=(?:second|minute|hour|day|week|percent|millisecond|microsecond)\b)")
_WORDED_KINDS: Final = frozenset({"ratio", "factor", "orders", "points", "time", "rate"})
_SUB_KINDS: Final = frozenset({"time", "length", "ratio", "angle"})
_SHORT: Final = 8


class Raw(NamedTuple):
    """A number in plain text: its characters, value and unit with the end of the unit.

    `comparator` is what the form itself implies, empty for none.
    """

    start: int
    digits_end: int
    end: int
    value: str
    unit: str | None
    kind: str
    word: bool
    comparator: str = ""


def find_raws(text: str) -> list[Raw]:
    """The numbers of a text in order, without overlaps."""
    found = [*_fractions(text), *_in_digits(text)]
    taken = [(raw.start, raw.end) for raw in found if not raw.word]
    found.extend(_in_phrases(text))
    found.extend(_in_words(text))
    found.extend(_of_one(text))
    found.sort(key=lambda raw: (raw.start, -raw.end))
    kept: list[Raw] = []
    for raw in found:
        clash = raw.word and any(raw.start < e and s < raw.end and (s, e) != (raw.start, raw.end) for s, e in taken)
        if not clash and not (kept and raw.start < kept[-1].end):
            kept.append(raw)
    return kept


def _fractions(text: str) -> Iterator[Raw]:
    """ "1/3 of" and "9 in 10"."""
    for match in _FRACTION.finditer(text):
        value = plain_decimal(round(1 / Decimal(match[1]), 4))
        yield Raw(match.start(), match.end(), match.end(), value, "x", "factor", False)
    for match in _SHARE.finditer(text):
        if int(match[1]) < int(match[2]):
            value = plain_decimal(round(100 * Decimal(match[1]) / Decimal(match[2]), 1))
            yield Raw(match.start(), match.end(), match.end(), value, "%", "ratio", False)


def _in_digits(text: str) -> Iterator[Raw]:
    position = 0
    for numeral in iter_digits(text):
        if numeral.start < position:
            continue
        raw = _with_unit(text, numeral)
        if raw is not None:
            position = raw.end
            yield raw


def _with_unit(text: str, numeral: Numeral) -> Raw | None:
    context, before = load_context(), load_limits("quantities")["before"]
    start, end, comparator = numeral.start, numeral.end, ""
    order = context.order.search(text[max(0, start - before) : start])
    if order is not None:
        closed = _CLOSED.match(text, end)
        if closed is None or abs(float(numeral.value)) < load_limits("quantities")["order"]:
            return None
        start, end, comparator = start - len(order[0]), closed.end(), "~"
    unit = find_unit(text, end)
    spread = spread_after(text, unit.end if unit else end)
    if spread is not None:
        unit, end = _past_spread(text, unit, spread.end())
    if unit is None and (currency := find_currency(text, start)):
        unit, start = currency._replace(end=end), currency.end
    if unit is None and (numeral.factor or _is_factor(text, start)):
        unit = UnitForm(end, "x", "factor")
    if unit is None:
        return Raw(start, numeral.end, end, numeral.value, None, "none", False, comparator)
    value = numeral.value if unit.factor == 1 else plain_decimal(Decimal(numeral.value) * unit.factor)
    last = max(unit.end, end) if spread else unit.end
    return Raw(start, numeral.end, last, value, unit.unit, unit.kind, False, comparator)


def _is_factor(text: str, start: int) -> bool:
    """Whether "a factor of", "a speed-up of" or the like stands before a number."""
    context, begin = load_context(), max(0, start - load_limits("quantities")["before"])
    match = context.factor.search(text, begin, start)
    return match is not None and context.no_factor.search(text, begin, match.start()) is None


def _past_spread(text: str, unit: UnitForm | None, end: int) -> tuple[UnitForm | None, int]:
    """The unit of "89 ± 2%" and "89 (± 2)%", and where the spread ends."""
    inner = find_unit(text, end)
    end = inner.end if inner else end
    closed = _CLOSED.match(text, end)
    end = closed.end() if closed else end
    return unit or inner or find_unit(text, end), end


def _in_phrases(text: str) -> Iterator[Raw]:
    tables = load_tables()
    for match in islice(tables.phrase_pattern.finditer(text), load_limits("quantities")["numbers"]):
        value, unit = tables.phrases[plain_form(match[0])]
        if value:
            yield Raw(match.start(), match.end(), match.end(), value, unit or None, "factor", True)


def _in_words(text: str) -> Iterator[Raw]:
    tables = load_tables()
    for numeral in iter_words(text):
        far = _past_range(text, numeral.end)
        unit = find_unit(text, far)
        if unit is None and _is_factor(text, numeral.start):
            unit = UnitForm(numeral.end, "x", "factor")
        if unit is None or unit.kind not in _WORDED_KINDS:
            continue
        end = numeral.end if far != numeral.end else unit.end
        value = plain_decimal(Decimal(numeral.value) * unit.factor)
        if unit.kind == "rate" and not numeral.comparator and unit.factor == 1 and numeral.value in tables.words:
            continue
        yield Raw(numeral.start, numeral.end, end, value, unit.unit, unit.kind, True, numeral.comparator)


def _past_range(text: str, end: int) -> int:
    """Past the second number word of "two to three"; `end` where there is none."""
    context = load_context()
    joint = context.range_joint.match(text, end) or context.either.match(text, end) or context.both.match(text, end)
    second = load_tables().word_pattern.match(text, joint.end()) if joint else None
    return second.end() if second else end


def _of_one(text: str) -> Iterator[Raw]:
    """One of a unit: "sub-millisecond" and, after a comparator, "less than a second"."""
    for match in _SUB.finditer(text):
        unit = find_unit(text, match.end())
        if unit is not None and unit.kind in _SUB_KINDS and match.end() < unit.end and len(unit.unit) < _SHORT:
            yield Raw(match.start(), unit.end, unit.end, "1", unit.unit, unit.kind, True, "<")
    for match in _ARTICLE.finditer(text):
        unit = find_unit(text, match.end())
        if unit is not None and comparator_before(text, match.start())[0] != "=":
            yield Raw(match.start(), unit.end, unit.end, "1", unit.unit, unit.kind, True)


def add_times(text: str, raws: Sequence[Raw]) -> list[Raw]:
    """The raws with "2 min 30 s" as one, in the smaller unit."""
    kept: list[Raw] = []
    for raw in raws:
        last = kept[-1] if kept else None
        if last and raw.kind == last.kind == "time" and text[last.end : raw.start] in (" ", ", ", " and "):
            factor, unit = 1, last.unit or ""
            while unit != raw.unit and unit in load_tables().steps:
                unit, times = load_tables().steps[unit]
                factor *= times
            if unit == raw.unit and factor > 1 and Decimal(raw.value) < factor:
                value = plain_decimal(Decimal(last.value) * factor + Decimal(raw.value))
                kept[-1] = last._replace(digits_end=raw.digits_end, end=raw.end, value=value, unit=unit)
                continue
        kept.append(raw)
    return kept
