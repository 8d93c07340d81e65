"""Sentences of scientific text, by rules: full stops of abbreviations, numbers, initials and LaTeX end none."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.language import document

_ENDS: Final = frozenset(".!?")
_CLOSERS: Final = frozenset(")]}\"'”’»")
_OPENERS: Final = {"(": ")", "[": "]"}
_LONGEST_BRACKET: Final = 120
_CONTINUERS: Final = frozenset(",;:.)-")


class SentenceSplitter:
    """Marks the first word of each sentence; the title is a sentence of its own.

    Words after a full stop count as opening a sentence unless the word before it is one of `never`; after one
    of `maybe`, or in lower case, only the `openers` do.
    """

    def __init__(self, never: Iterable[str], maybe: Iterable[str], openers: Iterable[str]) -> None:
        self.never = frozenset(never)
        self.maybe = frozenset(maybe)
        self.openers = frozenset(openers)

    def __call__(self, doc: Doc) -> Doc:
        words = _Words(document.get_words(doc), document.get_spaces(doc))
        starts = {0, *self._iter_starts(words)}
        if doc._.title_end:
            starts |= {
                token.i
                for token in doc.char_span(doc._.text_start, doc._.text_start + 1, alignment_mode="expand") or ()
            }
        marks = np.full((len(doc), 1), -1, dtype=np.int64)
        marks[[start for start in starts if start < len(doc)]] = 1
        return doc.from_array(["SENT_START"], marks.astype(np.uint64))  # type: ignore[arg-type]

    def _iter_starts(self, words: "_Words") -> Iterator[int]:
        closed = _inside_brackets(words.texts)
        for i, text in enumerate(words.texts):
            if text in _ENDS:
                if i not in closed and (start := self._start_after(words, i)):
                    yield start
            elif text[0] == "\n" and text.count("\n") > 1 and i + 1 < len(words.texts):
                yield i + 1

    def _start_after(self, words: "_Words", stop: int) -> int:
        """The word that opens a sentence after the stop at `stop`; 0 if none does."""
        texts, count = words.texts, len(words.texts)
        i = stop + 1
        while i < count and texts[i] in _CLOSERS and not words.spaces[i - 1]:
            i += 1
        if i >= count:
            return 0
        if not words.spaces[i - 1] and not texts[i].isspace():
            return i if i == stop + 1 and self._is_glued(words, stop) else 0
        while i < count and texts[i].isspace():
            i += 1
        return i if i < count and self._opens(words, stop, i) else 0

    def _is_glued(self, words: "_Words", stop: int) -> bool:
        """Whether a blank is missing after the stop: `interactions.It suits`."""
        before, after = words.texts[stop - 1], words.texts[stop + 1]
        whole = stop > 0 and before.isalpha() and before.islower() and len(before) > 2
        follows = words.spaces[stop + 1] and after.isalpha() and (after.istitle() or after == "A")
        return whole and follows and (after.lower() in self.openers or len(before) > 4) and not words.is_url(stop)

    def _opens(self, words: "_Words", stop: int, following: int) -> bool:
        after = words.texts[following]
        opener = after.lower() in self.openers
        if words.texts[stop] != ".":
            return opener or not after[0].islower()
        word = words.before(stop)
        if word in self.never:
            return False
        if word in self.maybe or words.is_initial(stop):
            return opener and after[0].isupper()
        if stop and words.texts[stop - 1] == ".":
            return after[0].isupper()
        if word.isdigit() and stop > 1 and words.texts[stop - 2] in _ENDS:
            return False
        return opener or not (after[0].islower() or after in _CONTINUERS)


class _Words(NamedTuple):
    """The words of a Doc, and whether a blank follows each."""

    texts: list[str]
    spaces: list[bool]

    def before(self, stop: int) -> str:
        """The word or dotted abbreviation that ends at the stop, without stops and in lower case."""
        parts: list[str] = []
        i = stop - 1
        while i >= 0 and len(parts) < 4:
            parts.append(self.texts[i].lower())
            dotted = i > 1 and self.texts[i - 1] == "." and not self.spaces[i - 1] and not self.spaces[i - 2]
            if not dotted or len(self.texts[i - 2]) > 2:
                break
            i -= 2
        return "".join(reversed(parts))

    def is_initial(self, stop: int) -> bool:
        """A single capital before the stop, as in `J. Rivers`."""
        before = self.texts[stop - 1] if stop else ""
        return len(before) == 1 and before.isupper() and not self.spaces[stop - 1]

    def is_url(self, stop: int) -> bool:
        """Whether the stop stands in a path or an address."""
        i = stop
        while i > 0 and not self.spaces[i - 1] and not self.texts[i - 1].isspace():
            i -= 1
        return not {"/", "@"}.isdisjoint(self.texts[i:stop])


def _inside_brackets(texts: list[str]) -> set[int]:
    """Words within brackets or LaTeX that close again before long."""
    inside: set[int] = set()
    opened: list[tuple[str, int]] = []
    dollar = -1
    for i, text in enumerate(texts):
        if text == "$":
            if dollar >= 0 and i - dollar <= _LONGEST_BRACKET:
                inside.update(range(dollar, i))
                dollar = -1
            else:
                dollar = i
        elif text in _OPENERS:
            opened.append((_OPENERS[text], i))
        elif opened and text == opened[-1][0]:
            begin = opened.pop()[1]
            if i - begin <= _LONGEST_BRACKET:
                inside.update(range(begin, i))
    return inside


@Language.factory(
    "sentences",
    assigns=["token.is_sent_start", "doc.sents"],
    default_config={"abbreviations": "abbreviations.txt", "openers": "openers.txt"},
)
def create_sentences(nlp: Language, name: str, abbreviations: str, openers: str) -> SentenceSplitter:  # noqa: ARG001
    """The splitter with the word lists of two data files."""
    lines = [line.split() for line in document.read_lines(abbreviations)]
    words = {kind: [w for line in lines if line[0] == kind for w in line[1:]] for kind in ("never", "maybe")}
    return SentenceSplitter(words["never"], words["maybe"], " ".join(document.read_lines(openers)).split())
