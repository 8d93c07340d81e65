"""Numbers in plain text, in digits and in words, with their exact values as decimals."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import islice
from math import isfinite
from typing import Final, NamedTuple

from kg.language.limits import load_limits
from kg.language.quantity_tables import any_of, load_context, load_tables, load_word_classes

_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
_POWER: Final = r"(?:\s?\^\s?[-+−]?[0-9]{1,3}(?![0-9.])|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})"
_BLANKS: Final = "\u2009\u202f\u00a0"
_NUMBER: Final = re.compile(
    r"(?=[.0-9])(?:(?<![\w.@])|(?<=\bof)|(?<=\band)|(?<=[0-9]and)|(?<=\b[xX]))"
    rf"(?:(10{_POWER})"
    rf"|([0-9]{{1,3}}(?:[,'’{_BLANKS}][0-9]{{3}})+(?![0-9])(?:\.[0-9]+)?"
    r"|[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9.,]|[ -]?[A-Z])|[0-9]{1,3}(?:, ?000)+(?![0-9])"
    r"|[0-9]+(?:\.[0-9]+)?|\.[0-9]+))"
    rf"(?:[eE]([-+−]?[0-9]{{1,3}})(?!\w)|\s?[×x*·]\s?10({_POWER}|[-−][0-9]{{1,3}}(?![0-9.]))"
    r"|(?<=\.[0-9])\s?[×x*·]\s?10([1-9][0-9]?)(?![0-9.])|(?<=\.[0-9]{2})\s?[×x*·]\s?10([1-9][0-9]?)(?![0-9.]))?"
)
_OTHER_POINT: Final = re.compile(r"[0-9]{1,3}[:,][0-9]{1,2}(?![0-9:,.])")
_AFTER_NUMBER: Final = re.compile(r"\d[xX]-$")
_MINUS_POWER: Final = re.compile(r"−[0-9]{1,2}(?![0-9.,]|\s?(?:%|[x×]))")
_HALF: Final = re.compile(r"\sand\sa\shalf(?!\w)", re.IGNORECASE)
_JOINT: Final = re.compile(r"[\s-](?:and\s)?")
_TIMES_BEFORE: Final = re.compile(r"(?:^|[^\s0-9)])\s?(×\s?)$")
_NAME_BEFORE: Final = 4


class Numeral(NamedTuple):
    """Characters `start` to `end` of plain text and the number they say; `comparator` where the form implies one."""

    start: int
    end: int
    value: str
    comparator: str = ""
    factor: bool = False


def iter_digits(text: str) -> Iterator[Numeral]:
    """The numbers in digits; those that belong to a name ("ResNet-50", "x86", "3D") left out.

    >>> [n.value for n in iter_digits("1 234.5, 1.5×10^6 and 10⁻³ on ResNet-50")]
    ['1', '234.5', '1.5E6', '1E-3']
    """
    limits, position = load_limits("quantities"), 0
    for match in islice(_NUMBER.finditer(text), limits["numbers"]):
        if match.start() < position:
            continue
        numeral = _other_point(text, match) or _digits(text, match)
        if numeral is not None and numeral.end - numeral.start <= limits["longest"]:
            yield numeral
            position = numeral.end


def _other_point(text: str, match: re.Match[str]) -> Numeral | None:
    """A comma or colon for a point, where a unit follows at once: "2,5 %"."""
    found = _OTHER_POINT.match(text, match.start())
    if found is None or any(match.groups()[2:]) or found.end() < match.end():
        return None
    unit = load_tables().unit_pattern.match(text, found.end() + text.startswith(" ", found.end()))
    if unit is None or load_tables().units[" ".join(unit[0].split())][1] == "count":
        return None
    return Numeral(match.start(), found.end(), re.sub("[:,]", ".", found[0]))


def _digits(text: str, match: re.Match[str]) -> Numeral | None:
    begin, end = match.span()
    if _inside_name(text, begin, end):
        return None
    power, plain, *exponents = match.groups()
    value = "1" if power else re.sub(rf"[ ,'’{_BLANKS}]", "", plain)
    value = f"0{value}" if value.startswith(".") else value
    raised = [power[2:] if power else None, *exponents]
    if value == "10" and not any(raised) and (bare := _MINUS_POWER.match(text, end)):
        value, raised, end = "1", [bare[0]], bare.end()
    if any(raised):
        value = f"{value}E{sum(_exponent(part) for part in raised if part)}"
    if not isfinite(float(value)):
        return None
    by_x = text[begin - 1 : begin] in ("x", "X") and begin > 0
    if by_x:
        begin -= 1
    elif begin and text[begin - 1] in "-−+" and (begin == 1 or text[begin - 2] in " (=~<>≈"):
        begin -= 1
        value = value if text[begin] == "+" else f"-{value}"
    elif times := _TIMES_BEFORE.search(text, max(0, begin - _NAME_BEFORE), begin):
        by_x, begin = True, times.start(1)
    return Numeral(begin, end, value, factor=by_x)


def _exponent(part: str) -> int:
    return int(part.translate(_RAISED).replace("^", "").replace(" ", ""))


def _inside_name(text: str, begin: int, end: int) -> bool:
    """A number that belongs to a name: "ResNet-50", "top-1", "x86"; "4-bit" and "sub-1%" do not."""
    before = text[max(0, begin - _NAME_BEFORE) : begin]
    classes = load_word_classes()
    if before[-1:] in ("x", "X"):
        return text[begin:end] in classes["name after x"] or text[end : end + 1] in ("-", "_")
    if text[end : end + 1] in classes["scaled name after"] and not text[end + 1 : end + 2].isalnum():
        return True
    if begin > 1 and before[-1:] in "-–_^/" and before[-2:-1].isalpha():
        return before.lower() != "sub-" and before[-1:] not in "–/" and not _AFTER_NUMBER.search(before)
    return text[end : end + 1] == "-" and text[end + 1 : end + 2].isdigit() and before[-1:].isalpha()


@cache
def _inner() -> re.Pattern[str]:
    """A number word behind another, after a hyphen too."""
    return re.compile(rf"(?:{any_of(load_tables().words)})(?!\w)", re.IGNORECASE)


def iter_words(text: str) -> Iterator[Numeral]:
    """The numbers in words: "twenty-five", "two hundred and ten", "two and a half", "hundreds of".

    >>> [(n.value, n.comparator) for n in iter_words("One hundred and five, two and a half, thousands of")]
    [('105', ''), ('2.5', ''), ('1000', '>=')]
    """
    tables, position = load_tables(), 0
    for match in islice(tables.word_pattern.finditer(text), load_limits("quantities")["numbers"]):
        if match.start() < position:
            continue
        start = match.start()
        start -= 2 if text[max(0, start - 2) : start].lower() == "a " and float(_word(match[0])[0]) >= 100 else 0
        value, comparator = _word(match[0])
        end, total = match.end(), Decimal(value)
        while not comparator and (joined := _join(text, end, total)):
            end, total = joined
        half = _HALF.match(text, end)
        if half and total == int(total):
            end, total = half.end(), total + Decimal("0.5")
        yield Numeral(start, end, plain_decimal(total), comparator)
        position = end


def _word(form: str) -> tuple[str, str]:
    return load_tables().words[" ".join(form.lower().split())]


def _join(text: str, end: int, total: Decimal) -> tuple[int, Decimal] | None:
    """Where the next word adds to or multiplies the number so far, its end and the new number."""
    joint = _JOINT.match(text, end)
    match = _inner().match(text, joint.end()) if joint and total == int(total) else None
    if joint is None or match is None:
        return None
    value, comparator = _word(match[0])
    part = Decimal(value)
    if comparator or part != int(part):
        return None
    bare = "and" not in joint[0]
    if part >= 100 and bare and part > total:
        return match.end(), total * part
    tens = total % 100
    if bare and tens >= 20 and tens % 10 == 0 and part < 10:
        return match.end(), total + part
    return (match.end(), total + part) if total >= 100 and total % 100 == 0 and part < 100 else None


def plain_decimal(number: Decimal) -> str:
    """A decimal without exponent and without zeros at the end."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def spread_after(text: str, end: int) -> re.Match[str] | None:
    """The number of "± 0.2" or "(±0.2)" right behind another, as a match of that number."""
    mark = load_context().spread.match(text, end)
    return _NUMBER.match(text, mark.end()) if mark else None
