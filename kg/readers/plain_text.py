"""Plain text: one abstract a line, one a paragraph, or one a file.

How a file of text is taken, unless its format is named:

1. A short first line without a full stop, a blank line, and text below it: a title and one abstract (`text`).
2. Lines that go on in the middle of a sentence (wrapped text): one abstract a file (`text`); where the file is long
   and has blank lines, one abstract a paragraph (`paragraphs`).
3. Anything else: one abstract a line (`lines`).

LaTeX stays as it is; HTML and JATS become plain text, as in every other format, and blanks at both ends are cut.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from kg.reader import MAX_RECORD, Reader, Record, Source

_ENDED: Final = re.compile(r"[.!?:…。]['\")\]}$’”]*\s*$")
_GOES_ON: Final = re.compile(r"[a-z(]")
_TITLE_LENGTH: Final = 250
_ONE_ABSTRACT: Final = 6000
"""Characters beyond which a text of several paragraphs is no single abstract."""
_WRAPPED_SHARE: Final = 0.2


def _layout(head: str) -> str:
    """`lines`, `paragraphs` or `text`, by the rule above."""
    lines = head.split("\n")
    if _has_title(lines):
        return "text"
    pairs = [(a, b) for a, b in pairwise(lines) if a.strip() and b.strip()]
    wrapped = sum(not _ENDED.search(a) and bool(_GOES_ON.match(b.lstrip())) for a, b in pairs)
    if not wrapped or wrapped < _WRAPPED_SHARE * len(pairs):
        return "lines"
    return "paragraphs" if len(head) > _ONE_ABSTRACT and "\n\n" in head.strip() else "text"


def _has_title(lines: list[str]) -> bool:
    if len(lines) < 3:
        return False
    first = lines[0].strip()
    titled = 0 < len(first) <= _TITLE_LENGTH and not _ENDED.search(first) and not lines[1].strip()
    body = [line for line in lines[2:] if line.strip()]
    return titled and bool(body) and (len(body) == 1 or _layout("\n".join(body)) == "text")


class _PlainText(Reader):
    suffixes = (".txt", ".text")

    @classmethod
    def sniff(cls, head: str) -> float:
        return 0.2 if _layout(head) == cls.name else 0.1


class LinesReader(_PlainText):
    """One abstract a line; blank lines part nothing."""

    name = "lines"
    title = "plain text, one abstract a line"

    def iter_records(self, source: Source) -> Iterator[Record]:
        for number, line in source.iter_lines():
            if text := line.strip():
                yield Record(number, {"text": text})


class ParagraphsReader(_PlainText):
    """One abstract a paragraph; blank lines part them."""

    name = "paragraphs"
    title = "plain text, one abstract a paragraph"

    def iter_records(self, source: Source) -> Iterator[Record]:
        for number, text in _iter_blocks(source, blank_ends=True):
            yield Record(number, {"text": text})


class TextReader(_PlainText):
    """One abstract a file, its title above it where a blank line follows."""

    name = "text"
    title = "plain text, one abstract a file"

    def iter_records(self, source: Source) -> Iterator[Record]:
        for number, text in _iter_blocks(source, blank_ends=False):
            lines = text.split("\n")
            if _has_title(lines):
                body = "\n".join(lines[2:]).strip()
                yield Record(number, {"title": lines[0].strip(), "text": body})
            else:
                yield Record(number, {"text": text})


def _iter_blocks(source: Source, *, blank_ends: bool) -> Iterator[tuple[int, str]]:
    """(first line, text) of each run of lines, up to a blank line or to the end of the file."""
    block: list[str] = []
    begin = size = 0
    for number, line in source.iter_lines():
        if line.strip() or (block and not blank_ends):
            begin = begin if block else number
            size += len(line)
            if size <= MAX_RECORD:
                block.append(line)
        elif block:
            yield from _finish(source, begin, block, size)
            block, size = [], 0
    if block:
        yield from _finish(source, begin, block, size)


def _finish(source: Source, begin: int, block: list[str], size: int) -> Iterator[tuple[int, str]]:
    if size > MAX_RECORD:
        source.skip(begin, f"an abstract longer than {MAX_RECORD >> 20} MB")
    else:
        yield begin, "\n".join(block).strip()


IMPLEMENTATIONS = (LinesReader, ParagraphsReader, TextReader)
