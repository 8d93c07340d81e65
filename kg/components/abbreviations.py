"""Abbreviations that a paper defines, found as Schwartz and Hearst do.

Source: A. S. Schwartz and M. A. Hearst, "A simple algorithm for identifying abbreviation definitions in
biomedical text", Pacific Symposium on Biocomputing 2003, pages 451-462.
"""

from bisect import bisect_right
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.language.document import get_sentence_starts, get_words, read_lines


class AbbreviationFinder:
    """Writes `doc._.abbreviations`: (short, long) from `long form (SF)` and `SF (long form)`.

    `longest` is the length in characters of the longest short form; `stop_words` are never one.
    """

    def __init__(self, *, longest: int, stop_words: frozenset[str]) -> None:
        self.longest = longest
        self.stop_words = stop_words

    def __call__(self, doc: Doc) -> Doc:
        doc._.abbreviations = list(self._iter_pairs(doc))
        return doc

    def _iter_pairs(self, doc: Doc) -> Iterator[tuple[Span, Span]]:
        starts = sorted(get_sentence_starts(doc))
        for opened, closed in _iter_brackets(doc):
            sentence = starts[bisect_right(starts, opened) - 1]
            inner = _first_part(doc, opened + 1, closed)
            pair = self._long_before(doc, inner, sentence, opened) if self._is_short(inner) else None
            if pair is None and len(inner) > 1:
                pair = self._short_before(doc, doc[opened + 1 : closed], sentence, opened)
            if pair is not None:
                yield pair

    def _long_before(self, doc: Doc, short: Span, sentence: int, end: int) -> tuple[Span, Span] | None:
        text = _letters_of(short.text)
        limit = min(len(text) + 5, len(text) * 2)
        begin = max(sentence, end - 2 * limit)
        window = doc[begin:end]
        found = find_long_form(text, window.text)
        if found is None:
            return None
        long = doc.char_span(window.start_char + found, window.end_char)
        if long is None or _is_unfit(long, text) or sum(t.is_alpha for t in long) > limit:
            return None
        return short, long

    def _short_before(self, doc: Doc, long: Span, sentence: int, opened: int) -> tuple[Span, Span] | None:
        begin = opened
        while begin > sentence and (begin == opened or not doc[begin - 1].whitespace_):
            begin -= 1
        short = doc[begin:opened]
        if not self._is_short(short) or sum(c.isupper() for c in short.text) < 2:
            return None
        text = _letters_of(short.text)
        if find_long_form(text, long.text) != 0 or _is_unfit(long, text):
            return None
        return short, long

    def _is_short(self, span: Span) -> bool:
        text = span.text
        return (
            2 <= len(text) <= self.longest
            and text[0].isalnum()
            and any(c.isalpha() for c in text)
            and (any(c.isupper() for c in text) or len(text) < 4)
            and len(text.split()) <= 2
            and text.lower() not in self.stop_words
        )


def find_long_form(short: str, text: str) -> int | None:
    """Where in `text` the long form of `short` begins, if it ends where the text does; None if there is none.

    Every letter and digit of the short form is matched from right to left, the first one at the
    beginning of a word.

    >>> find_long_form("RBM", "we train a restricted Boltzmann machine")
    11
    """
    place = len(text) - 1
    for index in range(len(short) - 1, -1, -1):
        char = short[index].lower()
        if not char.isalnum():
            continue
        while place >= 0 and (text[place].lower() != char or (index == 0 and place > 0 and text[place - 1].isalnum())):
            place -= 1
        if place < 0:
            return None
        place -= 1
    return place + 1


def _letters_of(short: str) -> str:
    """The short form without a plural s: `CNNs` abbreviates `convolutional neural networks` as `CNN` does."""
    return short[:-1] if len(short) > 2 and short.endswith("s") and short[-2].isupper() else short


def _is_unfit(long: Span, short: str) -> bool:
    text = long.text
    words = text.split()
    return (
        len(text) <= len(short)
        or short.lower() in (w.lower() for w in words)
        or any(token.is_sent_start and token.i > long.start for token in long)
        or (text.isalpha() and text[1:].islower() and not text.lower().startswith(short.lower()) and len(short) > 2)
        or text.count("(") != text.count(")")
    )


def _iter_brackets(doc: Doc) -> Iterator[tuple[int, int]]:
    """Opening and closing words of the brackets that hold at most a dozen words and no bracket."""
    opened = -1
    for i, word in enumerate(get_words(doc)):
        if word in {"(", "["}:
            opened = i
        elif word in {")", "]"}:
            if 0 <= opened < i - 1 and i - opened < 16:
                yield opened, i
            opened = -1


def _first_part(doc: Doc, start: int, end: int) -> Span:
    """The words up to the first comma or semicolon: `(RBM, see below)`."""
    for i in range(start, end):
        if doc[i].text in {",", ";", ":"}:
            return doc[start:i]
    return doc[start:end]


@Language.factory(
    "abbreviations",
    requires=["token.is_sent_start"],
    assigns=["doc._.abbreviations"],
    default_config={"longest": 12, "stop_words": "openers.txt"},
)
def create_abbreviations(nlp: Language, name: str, longest: int, stop_words: str) -> AbbreviationFinder:  # noqa: ARG001
    """The finder with the stop words of a data file."""
    return AbbreviationFinder(longest=longest, stop_words=frozenset(" ".join(read_lines(stop_words)).lower().split()))
