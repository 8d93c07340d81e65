"""A stretch of text without its LaTeX marks, and where each character came from."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_MARK: Final = re.compile(
    r"\\(times|cdot|sim|simeq|approx|pm|mu|leq|geq|le|ge|lt|gt|mathrm|mathbf|mathit|textbf|text|rm|emph|degree|circ)"
    r"(?![A-Za-z])|\\[%$&#_,;:!~ ]|[${}]|(?<=[A-Za-z0-9])~(?=[A-Za-z])"
)
_MEANING: Final = {
    "times": "×",
    "cdot": "·",
    "sim": "~",
    "simeq": "~",
    "approx": "~",
    "pm": "±",
    "mu": "μ",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "lt": "<",
    "gt": ">",
    "degree": "°",
    "circ": "°",
}


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
    for match in _MARK.finditer(text, start, end):
        parts.append(text[position : match.start()])
        starts.extend(range(position, match.start()))
        ends.extend(range(position + 1, match.start() + 1))
        meant = _meaning(match[0])
        parts.append(meant)
        starts.extend([match.start()] * len(meant))
        ends.extend([match.end()] * len(meant))
        position = match.end()
    parts.append(text[position:end])
    starts.extend(range(position, end))
    ends.extend(range(position + 1, end + 1))
    return Plain("".join(parts), starts, ends)


def _meaning(mark: str) -> str:
    if mark[0] != "\\":
        return " " if mark == "~" else ""
    if mark[1].isalpha():
        return _MEANING.get(mark[1:], "")
    return mark[1] if mark[1] in "%$&#_" else " " if mark[1] in ",;:~ " else ""
