"""A stretch of text without its LaTeX marks, and where each character came from."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from kg.language.document import read_lines

_MARK_SIGNS: Final = r"\\[%$&#_,;:!~ ()]|[${}]|(?<=[A-Za-z0-9])~(?=[A-Za-z])"
_DOLLAR: Final = re.compile(r"(?<![\\$])\$")


@cache
def _commands() -> tuple[dict[str, str], re.Pattern[str]]:
    """What each command stands for, nothing for those that only set type, and a pattern for all marks."""
    rows = (line.split("\t") for line in read_lines("latex.tsv")[1:])
    meaning = {command: "".join(sign) for command, *sign in rows}
    names = "|".join(sorted(meaning, key=lambda name: (-len(name), name)))
    return meaning, re.compile(rf"\^?\\circ(?![A-Za-z])|\\(?:{names})(?![A-Za-z])|{_MARK_SIGNS}")


class Plain(NamedTuple):
    """Text without marks; character `i` stood from `starts[i]` to `ends[i]` (exclusive)."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def to_plain(text: str, start: int, end: int) -> Plain:
    """Characters `start` to `end` of `text` in plain writing.

    >>> to_plain(r"a score of $89\\%$", 0, 17).text
    'a score of 89%'
    """
    if not any(mark in text[start:end] for mark in "$\\{~"):
        return Plain(text[start:end], range(start, end), range(start + 1, end + 1))
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = start
    price = _is_price(text, start, end)
    for match in _commands()[1].finditer(text, start, end):
        parts.append(text[position : match.start()])
        starts.extend(range(position, match.start()))
        ends.extend(range(position + 1, match.start() + 1))
        meant = match[0] if price and match[0] == "$" else _meaning(match[0])
        parts.append(meant)
        starts.extend([match.start()] * len(meant))
        ends.extend([match.end()] * len(meant))
        position = match.end()
    parts.append(text[position:end])
    starts.extend(range(position, end))
    ends.extend(range(position + 1, end + 1))
    return Plain("".join(parts), starts, ends)


def _is_price(text: str, start: int, end: int) -> bool:
    """Whether the only dollar sign stands before a digit: no formula, but money."""
    if text.count("$", start, end) > text.count("\\$", start, end) + 1:
        return False
    match = _DOLLAR.search(text, start, end)
    return match is not None and text[match.end() : match.end() + 1].isdigit()


def _meaning(mark: str) -> str:
    if mark[0] == "^":
        return "°"
    if mark[0] != "\\":
        return " " if mark == "~" else ""
    if mark[1].isalpha():
        return _commands()[0][mark[1:]]
    return mark[1] if mark[1] in "%$&#_" else " " if mark[1] in ",;:~ " else ""
