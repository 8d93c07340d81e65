"""Quantities in a sentence: numbers in digits or words with unit, comparator and range.

What the numbers say is read from tables: units, number words, phrases such as "twice" and comparators.
Whether a quantity is a measured result is not decided here.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kg.language.comparators import comparator_after, comparator_before
from kg.language.latex import Plain, to_plain
from kg.language.limits import load_limits
from kg.language.quantity_tables import load_context, load_word_classes
from kg.language.raw_quantities import Raw, add_times, find_raws

_ALONE: Final = re.compile(r"\s?(?:[,.;)]|and\b|or\b|respectively|$)")
_CLOSED: Final = re.compile(r"\s?\)")
_ASIDE: Final = re.compile(r"\s\([^()0-9]{1,20}\)")
_SHARE: Final = re.compile(r"(?<![\w.])([1-9])\sin\s(?:every\s)?(10|100|[3-9])(?=\s[a-z])")
_SHARES: Final = frozenset({"ratio", "points"})
_LENGTHS: Final = frozenset({"length", "money"})
_ORDERS: Final = 30


class Quantity(NamedTuple):
    """Characters `start` to `end` of the Doc, from the comparator to the unit; the number at `digits_start`.

    `unit` is None where none stands there; `rank` counts from 0 within a list of `length` quantities.
    """

    start: int
    end: int
    digits_start: int
    digits_end: int
    value: str
    unit: str | None
    kind: str
    comparator: str
    word: bool = False
    ranged: bool = False
    rank: int = 0
    length: int = 1


def find_quantities(text: str, start: int, end: int) -> list[Quantity]:
    """The quantities between two characters of a text, in order.

    >>> [(q.value, q.unit, q.comparator) for q in find_quantities("up to 2.5x, 3 ms", 0, 16)]
    [('2.5', 'x', '<='), ('3', 'ms', '=')]
    """
    plain = to_plain(text, start, end)
    groups = _group(plain.text, add_times(plain.text, find_raws(plain.text)))
    found: list[Quantity] = []
    for group in groups:
        found.extend(_finish(plain, group, found[-1] if found else None))
    return found


def _group(text: str, raws: Sequence[Raw]) -> list[list[tuple[Raw, str]]]:
    """Runs of numbers joined as a range or a list; each with how it is joined to the one before."""
    groups: list[list[tuple[Raw, str]]] = []
    for raw in raws:
        joint = _joint(text, groups[-1][-1][0], raw) if groups else ""
        if joint:
            groups[-1].append((raw, joint))
        else:
            groups.append([(raw, "")])
    return groups


def _joint(text: str, one: Raw, other: Raw) -> str:
    context, limits = load_context(), load_limits("quantities")
    between = _ASIDE.sub("", text[one.end : other.start])
    if len(between) > limits["joint"] or (one.unit and other.unit and one.kind != other.kind):
        return ""
    if other.value.startswith("-") and not between.strip():
        return ""
    if between.strip() == "" and text[other.start] in "-−":
        return "range"
    if context.range_joint.fullmatch(between):
        return "range"
    before = text[max(0, one.start - limits["before"]) : one.start]
    if between.strip() == "and" and context.between.search(before):
        return "range"
    if _is_either(context.either, between, one, other):
        return "range"
    return "list" if context.list_joint.fullmatch(between) else ""


def _is_either(either: re.Pattern[str], between: str, one: Raw, other: Raw) -> bool:
    """ "four or five orders of magnitude"."""
    whole = one.value.isdecimal() and other.value.isdecimal() and either.fullmatch(between) is not None
    return whole and int(other.value) - int(one.value) == 1 and other.kind in ("orders", "factor")


def _finish(plain: Plain, group: Sequence[tuple[Raw, str]], last: Quantity | None) -> Iterator[Quantity]:
    text = plain.text
    raws = _share_units(text, group)
    joints = [joint for _, joint in group]
    shared = _bracketed(plain, raws[0], last)
    for index, raw in enumerate(raws):
        low = index + 1 < len(raws) and joints[index + 1] == "range" and _is_range(text, raw, raws[index + 1])
        high = joints[index] == "range" and _is_range(text, raws[index - 1], raw)
        comparator, begin, end = _compared(text, raw)
        if comparator == "=" and (joints[index] == "list" or index == 0):
            comparator = shared
        shared = comparator
        if low or high:
            pair = (raw, raws[index + 1]) if low else (raws[index - 1], raw)
            comparator = ">=" if low == _rises(*pair) else "<="
        first = begin if not high else _compared(text, raws[index - 1])[1]
        until = end if not low else raws[index + 1].end
        value, unit = _in_orders(raw)
        yield Quantity(
            plain.starts[first],
            plain.ends[until - 1],
            plain.starts[raw.start],
            plain.ends[raw.digits_end - 1],
            value,
            unit,
            raw.kind,
            comparator,
            raw.word,
            low or high,
            index,
            len(raws),
        )


def _bracketed(plain: Plain, raw: Raw, last: Quantity | None) -> str:
    """The comparator of the number before, where this one stands alone in brackets behind it: "up to 2x (5x)"."""
    if last is None or last.kind != raw.kind or plain.text[raw.start - 1 : raw.start] != "(":
        return "="
    near = 0 <= plain.starts[raw.start] - last.end <= len(" ($(")
    return last.comparator if near and not last.ranged and _CLOSED.match(plain.text, raw.end) else "="


def _rises(low: Raw, high: Raw) -> bool:
    return float(low.value) <= float(high.value) or low.kind != high.kind


def _compared(text: str, raw: Raw) -> tuple[str, int, int]:
    """The comparator of a number, where it begins and where the quantity ends."""
    comparator, begin = comparator_before(text, raw.start)
    after, end = comparator_after(text, raw.digits_end if not raw.word else raw.end, raw.end)
    if comparator == "=":
        comparator, end = after, max(raw.end, end)
    else:
        end = raw.end
    if raw.comparator and comparator == "=":
        comparator = raw.comparator
    if comparator == ">" and text[begin : raw.start].lower().startswith(load_word_classes()["better"]):
        before = text[max(0, begin - load_limits("quantities")["before"]) : begin]
        lower = raw.kind in _LENGTHS or load_context().lower_is_better.search(before)
        comparator = "<" if lower else ">"
    return comparator, begin, end


def _is_range(text: str, first: Raw, second: Raw) -> bool:
    """Not a change: "improves from 3 to 5" states two values, "from 3 to 5" a range."""
    context, limits = load_context(), load_limits("quantities")
    begin = comparator_before(text, first.start)[1]
    before = text[max(0, begin - limits["change"]) : begin].rstrip().lower()
    started = before.endswith(" from")
    if first.kind == "factor" or context.ranging.search(before):
        return True
    if not started and (first.kind not in _SHARES or context.plain_before.search(before)):
        return True
    if started and not _rises(first, second):
        return False
    if not started and not text[first.end : second.start].strip().isalpha():
        return True
    return context.changes.search(before if started else before[-limits["before"] :]) is None


def _share_units(text: str, group: Sequence[tuple[Raw, str]]) -> list[Raw]:
    """A number of a run without a unit takes that of the next one that has one."""
    shared = [raw for raw, _ in group]
    for index in range(len(shared) - 2, -1, -1):
        follow = shared[index + 1]
        if shared[index].unit is None and follow.unit is not None and follow.kind != "count":
            shared[index] = shared[index]._replace(unit=follow.unit, kind=follow.kind)
    for index in range(1, len(shared)):
        before = shared[index - 1]
        ranged = group[index][1] == "range" and before.kind == "factor"
        bare = shared[index].unit is None and (ranged or _ALONE.match(text, shared[index].end) is not None)
        if bare and before.kind in ("ratio", "factor"):
            shared[index] = shared[index]._replace(unit=before.unit, kind=before.kind)
    return shared


def _in_orders(raw: Raw) -> tuple[str, str | None]:
    """Orders of magnitude as a factor."""
    if raw.kind != "orders":
        return raw.value, raw.unit
    power = float(raw.value)
    whole = power == int(power) and 0 <= power <= _ORDERS
    return (str(10 ** int(power)) if whole else f"{10 ** min(power, 300.0):.3g}"), "x"
