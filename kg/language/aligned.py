"""A text as it is read, beside the text as it stands: every character knows where it came from."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple


class Edit(NamedTuple):
    """Characters `start` to `end` (exclusive) are read as `text`."""

    start: int
    end: int
    text: str = ""


class Aligned(NamedTuple):
    """Character `i` of `text` stands at `starts[i]` to `ends[i]` (exclusive) of the source.

    >>> view = Aligned.of(r"a \\emph{net}").edit([Edit(2, 8), Edit(11, 12)])
    >>> view.text, view.to_source(2, 5)
    ('a net', (8, 11))
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, source: str) -> "Aligned":
        """The source, read as it stands."""
        return cls(source, range(len(source)), range(1, len(source) + 1))

    def edit(self, edits: Iterable[Edit]) -> "Aligned":
        """The text after edits, which are in order and without overlap; of the same length they keep every place."""
        edits = list(edits)
        if not edits:
            return self
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for edit in edits:
            parts += (self.text[position : edit.start], edit.text)
            starts += self.starts[position : edit.start]
            ends += self.ends[position : edit.start]
            position = edit.end
            if len(edit.text) == edit.end - edit.start:
                starts += self.starts[edit.start : edit.end]
                ends += self.ends[edit.start : edit.end]
            elif edit.text:
                starts += [self.starts[edit.start]] * len(edit.text)
                ends += [self.ends[edit.end - 1]] * len(edit.text)
        parts.append(self.text[position:])
        starts += self.starts[position:]
        ends += self.ends[position:]
        return Aligned("".join(parts), starts, ends)

    def sub(self, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> "Aligned":
        """The text with each match read as what `replace` gives; a match that it gives back stays."""
        found = ((match, replace(match)) for match in pattern.finditer(self.text))
        return self.edit(Edit(match.start(), match.end(), text) for match, text in found if text != match[0])

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Where characters `start` to `end` stand in the source."""
        if end <= start or not self.starts:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]
