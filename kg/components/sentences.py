"""Sentences of scientific text, by rules: full stops of abbreviations, numbers, initials and LaTeX end none."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc, Token

from kg.components import document

_ENDS: Final = frozenset(".!?")
_CLOSERS: Final = frozenset(")]}\"'”’»")
_OPENERS: Final = {"(": ")", "[": "]"}
_LONGEST_BRACKET: Final = 120
_PARAGRAPH: Final = re.compile(r"\n[^\S\n]*\n")


class SentenceSplitter:
    """Marks the first word of each sentence; the title is a sentence of its own."""

    def __init__(self, never: Iterable[str], maybe: Iterable[str], openers: Iterable[str]) -> None:
        self.never = frozenset(never)
        self.maybe = frozenset(maybe)
        self.openers = frozenset(openers)

    def __call__(self, doc: Doc) -> Doc:
        starts = set(self._iter_starts(doc))
        for token in doc:
            token.is_sent_start = token.i == 0 or token.i in starts
        return doc

    def _iter_starts(self, doc: Doc) -> Iterator[int]:
        text_start = doc._.text_start
        closed = _inside_brackets(doc)
        for token in doc:
            i = token.i
            if token.idx == text_start and text_start:
                yield i
            elif i and _PARAGRAPH.search(doc[i - 1].text) and not token.is_space:
                yield i
            elif token.text in _ENDS and i not in closed and (start := self._start_after(doc, i)):
                yield start

    def _start_after(self, doc: Doc, stop: int) -> int:
        """The word that opens a sentence after the stop at `stop`; 0 if none does."""
        i = stop + 1
        while i < len(doc) and doc[i].text in _CLOSERS and not doc[i - 1].whitespace_:
            i += 1
        if i >= len(doc):
            return 0
        if not doc[i - 1].whitespace_ and not doc[i].is_space:
            return i if i == stop + 1 and self._is_glued(doc, stop) else 0
        while i < len(doc) and doc[i].is_space:
            i += 1
        return i if i < len(doc) and self._opens(doc, stop, i) else 0

    def _is_glued(self, doc: Doc, stop: int) -> bool:
        """Whether a blank is missing after the stop: `interactions.It suits`."""
        before, after = doc[stop - 1].text, doc[stop + 1].text
        whole = stop > 0 and before.isalpha() and before.islower() and len(before) > 2
        follows = bool(doc[stop + 1].whitespace_) and after.isalpha() and (after.istitle() or after == "A")
        return whole and follows and (after.lower() in self.openers or len(before) > 4) and not _in_url(doc, stop)

    def _opens(self, doc: Doc, stop: int, following: int) -> bool:
        after = doc[following].text
        opener = after.lower() in self.openers
        if doc[stop].text != ".":
            return opener or not after[0].islower()
        word = _word_before(doc, stop)
        if word in self.never or _is_initial(doc, stop):
            return opener and after[0].isupper() and word not in self.never
        if word in self.maybe:
            return opener and after[0].isupper()
        return opener or not (after[0].islower() or after in {",", ";", ":", ".", ")", "-"})


def _word_before(doc: Doc, stop: int) -> str:
    """The word or dotted abbreviation that ends at the stop, without stops and in lower case."""
    parts: list[str] = []
    i = stop - 1
    while i >= 0 and len(parts) < 4:
        parts.append(doc[i].lower_)
        if i < 2 or doc[i - 1].text != "." or doc[i - 1].whitespace_ or doc[i - 2].whitespace_ or len(doc[i - 2]) > 2:
            break
        i -= 2
    return "".join(reversed(parts))


def _is_initial(doc: Doc, stop: int) -> bool:
    """A single capital before the stop, as in `J. Smith`, unless it names something: `type A.`"""
    if stop == 0 or doc[stop - 1].whitespace_:
        return False
    before: Token = doc[stop - 1]
    return len(before) == 1 and before.is_alpha and before.is_upper


def _in_url(doc: Doc, stop: int) -> bool:
    i = stop
    while i > 0 and not doc[i - 1].whitespace_ and not doc[i - 1].is_space:
        i -= 1
    return any(doc[k].text in {"/", "@"} for k in range(i, stop))


def _inside_brackets(doc: Doc) -> set[int]:
    """Tokens within brackets or LaTeX that close again before long."""
    inside: set[int] = set()
    opened: list[tuple[str, int]] = []
    dollar = -1
    for token in doc:
        text = token.text
        if text == "$":
            if dollar >= 0 and token.i - dollar <= _LONGEST_BRACKET:
                inside.update(range(dollar, token.i))
                dollar = -1
            else:
                dollar = token.i
        elif text in _OPENERS:
            opened.append((_OPENERS[text], token.i))
        elif opened and text == opened[-1][0]:
            begin = opened.pop()[1]
            if token.i - begin <= _LONGEST_BRACKET:
                inside.update(range(begin, token.i))
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
