"""Characters that look alike read as one: accents composed, ligatures and full-width forms plain, nothing invisible."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from kg.language.aligned import Aligned
from kg.language.document import read_lines

_COMBINED: Final = re.compile(r"[^\W\d_][\u0300-\u036f]+")
_NUMBER: Final = re.compile(r"\d{3}(?!\d)")
_GROUPING: Final = frozenset("\u00a0\u2009\u202f")


@cache
def _kinds() -> dict[str, str]:
    """How each character of `unicode.tsv` is read; the others are read as they are."""
    found: dict[str, str] = {}
    for line in read_lines("unicode.tsv"):
        kind, bounds = line.split("\t")[:2]
        first, last = (int(bound, 16) for bound in bounds.split("-"))
        found.update((chr(code), _reading(kind, chr(code))) for code in range(first, last + 1))
    return found


def _reading(kind: str, character: str) -> str:
    if kind == "plain":
        return unicodedata.normalize("NFKC", character)
    return " " if kind == "blank" else ""


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("[" + "".join(_iter_ranges(sorted(map(ord, _kinds())))) + "]")


def _iter_ranges(codes: list[int]) -> Iterator[str]:
    start = previous = codes[0]
    for code in [*codes[1:], 0x110000]:
        if code != previous + 1:
            yield f"\\U{start:08x}-\\U{previous:08x}"
            start = code
        previous = code


def read_characters(view: Aligned) -> Aligned:
    """The text with its characters in plain form. A thin blank that groups digits stays.

    >>> read_characters(Aligned.of("e\\u0301 \\ufb01n\\u00adal 10\\u2009000")).text
    'é final 10\\u2009000'
    """
    if view.text.isascii():
        return view
    view = view.sub(_pattern(), _plain)
    return view.sub(_COMBINED, lambda match: unicodedata.normalize("NFC", match[0]))


def _plain(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()] if match.start() else ""
    groups = match[0] in _GROUPING and before.isdigit() and _NUMBER.match(match.string, match.end())
    return match[0] if groups else _kinds()[match[0]]
