"""Quantities in a sentence: numbers in digits or words with unit, comparator and range.

What the numbers say is read from tables: units, number words, phrases such as "twice" and comparators.
Whether a quantity is a measured result is not decided here.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from math import isfinite
from typing import Final, NamedTuple

from kg.language.latex import Plain, to_plain
from kg.language.quantity_tables import Tables, load_tables

_MOST: Final = 150
_LONGEST: Final = 20
_NUMBER: Final = re.compile(
    r"(?:(?<![\w.])|(?<=\bof)|(?<=\band))"
    r"(10\s?\^\s?[-+−]?[0-9]{1,3}(?![0-9.])"
    r"|[0-9]{1,3}(?:[,\u2009\u202f\u00a0][0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"(?:[eE]([-+−]?[0-9]{1,3})(?!\w)|\s?[×x*·]\s?10\s?\^?\s?([-+−]?[0-9]{1,3})(?![0-9.]))?"
)
_AFTER_NUMBER: Final = re.compile(r"\d[xX]-$")
_FACTOR: Final = re.compile(
    r"\b(?:factors?|speed-?ups?|speed up|acceleration|slow-?downs?)(?: factor)?(?: of| by| is| was)?"
    r"(?: a| about| around| over| nearly| almost| approximately"
    r"| up to| at least| more than| between| from| only| ranging| just)*\s?[~><≥≤]?\s?$",
    re.IGNORECASE,
)
_FILLER: Final = re.compile(
    r"(?:\b(?:an?|the|just|only|of|by|additional|further|factors?|average|total|mere)\s)+$", re.IGNORECASE
)
_PEAK: Final = re.compile(
    r"\b(?:maximum|maximal|max)\s(?:[\w-]+\s){1,3}(?:of|is|was|reaches)(?: only)?\s$", re.IGNORECASE
)
_RANGES: Final = re.compile(r"\b(?:rang|vary|vari|span)\w*(?: \w+){0,2}$")
_GLUE: Final = re.compile(r"\+?[\s-]{0,2}")
_ALONE: Final = re.compile(r"\s?(?:[,.;)]|and\b|or\b|respectively|$)")
_RANGE: Final = re.compile(r"\s?(?:-|–|—|--|−|~|to|through|\.\.\.?)\s?(?:as much as |up to )?")
_LIST: Final = re.compile(r"\s?(?:,|/|and|or|, and|, or|&|vs\.?|versus|and up to)\s?(?:up to |about |~|respectively )?")
_EITHER: Final = re.compile(r"\s(?:or|and)\s")
_BEFORE: Final = 36
_CHANGE: Final = 90
_CHANGES: Final = re.compile(
    r"\b(?:improv|increas|decreas|reduc|ris|rais|rose|drop|fall|fell|boost|grow|grew|cut|lower|chang|went|bring|"
    r"brought|shrink|shrank|declin|advanc|push|mov|jump|enhanc|accelerat|compress|degrad|up|down)\w*[^.;:]*$",
    re.IGNORECASE,
)


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


class _Raw(NamedTuple):
    """A number in plain text: its characters, value and unit with the end of the unit."""

    start: int
    digits_end: int
    end: int
    value: str
    unit: str | None
    kind: str
    word: bool


def find_quantities(text: str, start: int, end: int) -> list[Quantity]:
    """The quantities between two characters of a text, in order.

    >>> [(q.value, q.unit, q.comparator) for q in find_quantities("up to 2.5x, 3 ms", 0, 16)]
    [('2.5', 'x', '<='), ('3', 'ms', '=')]
    """
    plain = to_plain(text, start, end)
    raws = _find_raws(plain.text)
    groups = _group(plain.text, raws)
    return [quantity for group in groups for quantity in _finish(plain, group)]


def _find_raws(text: str) -> list[_Raw]:
    tables = load_tables()
    found = [
        raw for match in islice(_NUMBER.finditer(text), _MOST) if (raw := _digits(text, match, tables)) is not None
    ]
    taken = [(raw.start, raw.end) for raw in found]
    lower = text.lower()
    for match in islice(tables.phrase_pattern.finditer(text), _MOST):
        value, unit = tables.phrases[match[0].lower()]
        if value:
            found.append(_Raw(match.start(), match.end(), match.end(), value, unit or None, "factor", True))
    for match in islice(tables.word_pattern.finditer(text), _MOST):
        unit_found = _unit_after(text, _past_range(text, match.end(), tables), tables)
        if unit_found is None and _FACTOR.search(text[max(0, match.start() - _BEFORE) : match.start()]):
            unit_found = match.end(), "x", "factor"
        if unit_found is not None and unit_found[2] in ("ratio", "factor", "orders", "points", "time"):
            value = tables.words[lower[match.start() : match.end()]]
            far = _past_range(text, match.end(), tables) != match.end()
            end = match.end() if far else unit_found[0]
            found.append(_Raw(match.start(), match.end(), end, value, unit_found[1], unit_found[2], True))
    found.sort(key=lambda raw: (raw.start, -raw.end))
    kept: list[_Raw] = []
    for raw in found:
        clash = raw.word and any(raw.start < e and s < raw.end and (s, e) != (raw.start, raw.end) for s, e in taken)
        if not clash and not (kept and raw.start < kept[-1].end):
            kept.append(raw)
    return kept


def _past_range(text: str, end: int, tables: Tables) -> int:
    """Past the second number word of "two to three"; `end` where there is none."""
    joint = _RANGE.match(text, end) or _EITHER.match(text, end)
    second = tables.word_pattern.match(text, joint.end()) if joint else None
    return second.end() if second else end


def _digits(text: str, match: re.Match[str], tables: Tables) -> _Raw | None:
    begin, end = match.span()
    if end - begin > _LONGEST or _inside_name(text, begin, end):
        return None
    value = re.sub(r"[,\u2009\u202f\u00a0]", "", match[1])
    value = f"0{value}" if value.startswith(".") else value
    exponents = [match[2] or match[3]]
    if "^" in value:
        value, _, power = value.partition("^")
        value, exponents = "1", [power, *exponents]
    exponent = sum(int(text.replace("−", "-")) for text in exponents if text)
    if any(exponents):
        value = f"{value}E{exponent}"
    if not isfinite(float(value)):
        return None
    if begin and text[begin - 1] in "-−+" and (begin == 1 or text[begin - 2] in " (=~<>≈"):
        sign = text[begin - 1]
        begin -= 1
        value = value if sign == "+" else f"-{value}"
    unit = _unit_after(text, end, tables)
    if unit is None and _FACTOR.search(text[max(0, begin - _BEFORE) : begin]):
        return _Raw(begin, end, end, value, "x", "factor", False)
    if unit is None:
        return _Raw(begin, end, end, value, None, "none", False)
    return _Raw(begin, end, unit[0], value, unit[1], unit[2], False)


def _inside_name(text: str, begin: int, end: int) -> bool:
    """A number that belongs to a name: "ResNet-50", "top-1", "4-bit" stays one, "sub-1%" too."""
    before = text[max(0, begin - 4) : begin]
    if begin > 1 and before[-1:] in "-–_^/" and before[-2:-1].isalpha():
        return before.lower() != "sub-" and before[-1:] not in "–/" and not _AFTER_NUMBER.search(before)
    return text[end : end + 1] == "-" and text[end + 1 : end + 2].isdigit() and before[-1:].isalpha()


def _unit_after(text: str, position: int, tables: Tables) -> tuple[int, str, str] | None:
    """Where the unit after `position` ends, the unit and its kind; None where there is none."""
    glue = _GLUE.match(text, position)
    after = glue.end() if glue else position
    match = tables.unit_pattern.match(text, after)
    if match is None:
        return None
    unit, kind = tables.units[match[0]]
    if match[0].endswith("fold") and text[match.end() : match.end() + 6].lstrip(" -").startswith("cross"):
        return None
    if kind == "factor" and text[match.end() : match.end() + 2].lstrip()[:1].isdigit():
        return None
    return match.end(), unit, kind


def _group(text: str, raws: Sequence[_Raw]) -> list[list[tuple[_Raw, str]]]:
    """Runs of numbers joined as a range or a list; each with how it is joined to the one before."""
    groups: list[list[tuple[_Raw, str]]] = []
    for raw in raws:
        joint = _joint(text, groups[-1][-1][0], raw) if groups else ""
        if joint:
            groups[-1].append((raw, joint))
        else:
            groups.append([(raw, "")])
    return groups


def _joint(text: str, one: _Raw, other: _Raw) -> str:
    between = text[one.end : other.start]
    if len(between) > 24 or (one.unit and other.unit and one.kind != other.kind):
        return ""
    if other.value.startswith("-") and not between.strip():
        return ""
    if between.strip() == "" and text[other.start] in "-−":
        return "range"
    if _RANGE.fullmatch(between):
        return "range"
    before = text[max(0, one.start - 12) : one.start].lower()
    if between.strip() == "and" and re.search(r"between (?:about |around )?$", before):
        return "range"
    return "list" if _LIST.fullmatch(between) else ""


def _finish(plain: Plain, group: Sequence[tuple[_Raw, str]]) -> Iterator[Quantity]:
    text = plain.text
    raws = _share_units(text, [raw for raw, _ in group])
    joints = [joint for _, joint in group]
    shared = "="
    for index, raw in enumerate(raws):
        low = index + 1 < len(raws) and joints[index + 1] == "range" and _is_range(text, raw)
        high = joints[index] == "range" and _is_range(text, raws[index - 1])
        comparator, begin = _left(text, raw.start)
        after, end = _right(text, raw.end)
        if comparator == "=":
            comparator, end = after, max(raw.end, end)
        if comparator == "=" and joints[index] == "list":
            comparator = shared
        shared = comparator
        if low:
            comparator = ">="
        elif high:
            comparator = "<="
        first = begin if not high else _left(text, raws[index - 1].start)[1]
        last = end if not low else raws[index + 1].end
        value, unit = _in_orders(raw)
        yield Quantity(
            plain.starts[first],
            plain.ends[last - 1],
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


def _is_range(text: str, first: _Raw) -> bool:
    """Not a change: "improves from 3 to 5" states two values, "from 3 to 5" a range."""
    before = text[max(0, first.start - _CHANGE) : first.start].rstrip().lower()
    plain = first.kind == "factor" or not before.endswith("from") or _RANGES.search(before)
    return bool(plain) or _CHANGES.search(before) is None


def _share_units(text: str, raws: list[_Raw]) -> list[_Raw]:
    """A number of a run without a unit takes that of the next one that has one."""
    shared = list(raws)
    for index in range(len(shared) - 2, -1, -1):
        follow = shared[index + 1]
        if shared[index].unit is None and follow.unit is not None:
            shared[index] = shared[index]._replace(unit=follow.unit, kind=follow.kind)
    for index in range(1, len(shared)):
        before = shared[index - 1]
        bare = shared[index].unit is None and _ALONE.match(text, shared[index].end) is not None
        if bare and before.kind in ("ratio", "factor"):
            shared[index] = shared[index]._replace(unit=before.unit, kind=before.kind)
    return shared


def _in_orders(raw: _Raw) -> tuple[str, str | None]:
    """Orders of magnitude as a factor."""
    if raw.kind != "orders":
        return raw.value, raw.unit
    try:
        power = float(raw.value)
    except ValueError:
        return raw.value, "x"
    whole = power == int(power) and 0 <= power <= 30
    return (str(10 ** int(power)) if whole else f"{10 ** min(power, 300.0):.3g}"), "x"


def _left(text: str, start: int) -> tuple[str, int]:
    """The comparator before a number and where it begins."""
    tables = load_tables()
    begin = max(0, start - _BEFORE)
    comparator, first = "=", start
    for _ in range(3):
        filler = _FILLER.search(text[begin:first])
        edge = begin + filler.start() if filler else first
        match = tables.left_pattern.search(text[begin:edge]) or tables.left_pattern.search(text[begin:first])
        if match is None:
            break
        found = tables.left[" ".join(match[1].lower().split())]
        if comparator in ("=", "~") or found in ("<=", ">="):
            comparator = found
        first = begin + match.start()
    if comparator == "=" and _PEAK.search(text[begin:start]):
        comparator = "<="
    return comparator, first


def _right(text: str, end: int) -> tuple[str, int]:
    match = load_tables().right_pattern.match(text, end)
    if match is None:
        return "=", end
    cue = match[0].strip().lower()
    if cue == "+" and (text[match.end() : match.end() + 1] in {"-", "/", "−"} or text[match.end() :][:1].isalnum()):
        return "=", end
    return load_tables().right[cue], match.end()
