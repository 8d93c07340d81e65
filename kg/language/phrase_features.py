"""What the phrase model sees of a word: its letters, its neighbours, and what other components found there."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from spacy.tokens import Doc

from kg.language.document import get_offsets, get_words
from kg.language.forms import fold_word, singular

REACH: Final = 2
OPENING: Final = "<s>"
CLOSING: Final = "</s>"
_BORDERS: Final = frozenset({OPENING, CLOSING})
Words = Sequence[str]


@lru_cache(maxsize=50_000)
def word_features(word: str, offset: int) -> tuple[str, ...]:
    """Features of the word that stands `offset` places after the one in question; they depend on nothing else."""
    if word in _BORDERS:
        return (f"{offset}w{word}",)
    lower = word.lower()
    found = [f"{offset}w{lower}"]
    if abs(offset) > 1:
        return tuple(found)
    found.append(f"{offset}h{shape(word)}")
    if lower.isalpha():
        one = singular(lower)
        found.append(f"{offset}l{one}")
        found += [f"{offset}e{one[-n:]}" for n in (2, 3, 4) if len(one) > n]
        if lower != one:
            found.append(f"{offset}p")
    if offset == 0 and len(word) > 4:
        found += [f"0b{lower[:3]}", f"0b{lower[:4]}"]
    return tuple(found)


@lru_cache(maxsize=50_000)
def shape(word: str) -> str:
    """The kinds of characters of a word, runs cut short: `ResNet` is `XxXx`, `V100` is `Xd4`."""
    out: list[str] = []
    for char in word[:12]:
        kind = "X" if char.isupper() else "x" if char.islower() else "d" if char.isdigit() else char
        if not out or out[-1] != kind:
            out.append(kind)
    length = min(len(word), 4) if word.isupper() else ""
    return "".join(out) + str(length)


def pair_feature(before: str, word: str) -> str:
    """Feature of a word with the one before it."""
    return f"&{before.lower()} {word.lower()}"


def context_features(doc: Doc) -> list[list[str]]:
    """For every word, the features that come from the whole paper: candidates, abbreviations, title, repetition."""
    found: list[list[str]] = [[] for _ in range(len(doc))]
    for c in doc._.candidates:
        bucket = f"{c.component[0]}{c.label}{round(c.score * 10)}"
        last = c.end - 1
        for i in range(c.start, c.end):
            place = "S" if c.end - c.start == 1 else "B" if i == c.start else "E" if i == last else "M"
            found[i].append(f"c{place}{bucket}")
        width = min(c.end - c.start, 4)
        found[c.start].append(f"cw{width}{bucket}")
        if c.start:
            found[c.start - 1].append(f"c<{c.component[0]}{c.label}")
        if c.end < len(doc):
            found[c.end].append(f"c>{c.component[0]}{c.label}")
    for kind, spans in zip("sl", zip(*doc._.abbreviations, strict=True), strict=False):
        for span in spans:
            for i in range(span.start, span.end):
                found[i].append(f"a{kind}{'B' if i == span.start else 'I'}")
    for i, marks in _repetition(doc):
        found[i] += marks
    return found


def _repetition(doc: Doc) -> Iterator[tuple[int, list[str]]]:
    """Words that the title has too, or that come back in the text: what a paper is about."""
    folded = [fold_word(word) for word in get_words(doc)]
    title = {f for f in folded[: bisect_left(get_offsets(doc), doc._.text_start)] if len(f) > 3}
    counts: dict[str, int] = {}
    for f in folded:
        counts[f] = counts.get(f, 0) + 1
    for i, f in enumerate(folded):
        marks = []
        if f in title and counts[f] > 1:
            marks.append("t")
        if len(f) > 3 and counts[f] > 2:
            marks.append(f"r{min(counts[f], 6)}")
        if marks:
            yield i, marks
