"""A paper as the components that find facts read it: words, sentences and mentions with their offsets.

Words are cut anew from the text, so that facts depend on the tokenizer only through sentences and mentions:
a mention begins and ends a word, whatever stands around it ("GPU" in "GPU-free").
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, wraps
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from spacy.tokens import Doc

from kg import model
from kg.language.document import get_mentions, get_text, to_span
from kg.model import EntityType, Polarity

T = TypeVar("T")
_WORD: Final = re.compile(r"\w+(?:[-'’]\w+)*|[^\w\s]")


Mark = tuple[int, int, str, str, str]


class Scope(NamedTuple):
    """Characters `start` to `end` (exclusive) of a Doc that a cue makes negated or hedged."""

    start: int
    end: int
    polarity: Polarity


class Sentence(NamedTuple):
    """Words `first` to `last` (exclusive), characters `start` to `end` of the Doc; `place` runs from 0 to 1."""

    first: int
    last: int
    start: int
    end: int
    title: bool
    place: float


class Named(NamedTuple):
    """A mention: words `first` to `last` (exclusive), characters `start` to `end`, and the sentence it begins in."""

    concept: str
    type: EntityType
    first: int
    last: int
    start: int
    end: int
    sentence: int
    polarity: Polarity = "asserted"


def once(function: Callable[["Reading"], T]) -> Callable[["Reading"], T]:
    """What a function finds in a reading is worked out once a reading; not to be changed."""

    @wraps(function)
    def run(reading: "Reading") -> T:
        kept = reading.kept
        if function not in kept:
            kept[function] = function(reading)
        found: T = kept[function]
        return found

    return run


class _Reading(NamedTuple):
    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[Sentence]
    mentions: list[Named]


class Reading(_Reading):
    """Lower-case words with their offsets, sentences and mentions in order; `text` is the whole of the Doc."""

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """What functions decorated by `once` have found."""
        return {}

    @once
    def mentions_by_concept(self) -> dict[str, list[Named]]:
        """The mentions of every concept, concepts in the order of their first mention."""
        found: dict[str, list[Named]] = {}
        for mention in self.mentions:
            found.setdefault(mention.concept, []).append(mention)
        return found

    @once
    def mentions_by_sentence(self) -> list[list[Named]]:
        """The mentions that begin in each sentence."""
        found: list[list[Named]] = [[] for _ in self.sentences]
        for mention in self.mentions:
            found[mention.sentence].append(mention)
        return found

    def word_at(self, char: int) -> int:
        """The index of the last word that begins at or before `char`; 0 before the first."""
        return max(bisect_right(self.starts, char) - 1, 0)


def read(doc: Doc) -> Reading:
    """The reading of a Doc whose sentences and mentions are set; without sentences it is one.

    It is kept on the Doc until `set_mentions` changes these; polarities change by `mark_polarity`.
    """
    kept: Reading | None = doc._.reading
    if kept is None:
        marks = [(s.start_char, s.end_char, s.label_, s._.concept, s._.polarity) for s in get_mentions(doc)]
        kept = doc._.reading = make_reading(get_text(doc), _bounds(doc), marks, title_end=doc._.title_end)
    return kept


def mark_polarity(doc: Doc, found: Mapping[tuple[int, int], Polarity]) -> None:
    """Write the polarity of mentions, by their first and last character, on their spans and in the reading."""
    if not found:
        return
    for span in get_mentions(doc):
        if (polarity := found.get((span.start_char, span.end_char))) is not None:
            span._.polarity = polarity
    reading = read(doc)
    mentions = [m._replace(polarity=found.get((m.start, m.end), m.polarity)) for m in reading.mentions]
    doc._.reading = reading._replace(mentions=mentions)


def _bounds(doc: Doc) -> list[tuple[int, int]]:
    """First and last character of each sentence; faster than `doc.sents`, which makes every token."""
    if not len(doc):
        return []
    starts = np.flatnonzero(doc.to_array("SENT_START") == 1).tolist()
    begins = [0, *(i for i in starts if i)]
    ends = [*begins[1:], len(doc)]
    return [(doc[begin].idx, doc[end - 1].idx + len(doc[end - 1])) for begin, end in zip(begins, ends, strict=True)]


def make_reading(
    text: str,
    bounds: Sequence[tuple[int, int]],
    marks: Iterable[Mark],
    *,
    title_end: int = 0,
) -> Reading:
    """A reading from sentence bounds and marks (start, end, type, concept, polarity) in order, without overlaps."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def cut(begin: int, end: int) -> None:
        for match in _WORD.finditer(text, begin, end):
            words.append(match[0].lower())
            starts.append(match.start())
            ends.append(match.end())

    placed: list[tuple[int, int, int, int, str, str, str]] = []
    position = 0
    for start, end, label, concept, polarity in marks:
        if end <= start or start < position:
            continue
        cut(position, start)
        first = len(words)
        cut(start, end)
        placed.append((first, len(words), start, end, label, concept, polarity))
        position = end
    cut(position, len(text))
    sentences = _sentences(bounds, starts, title_end, len(text))
    heads = [sentence.start for sentence in sentences]
    mentions = [
        Named(concept, label, first, last, start, end, max(bisect_right(heads, start) - 1, 0), polarity)  # type: ignore[arg-type]
        for first, last, start, end, label, concept, polarity in placed
        if last > first
    ]
    return Reading(text, words, starts, ends, sentences, mentions)


def _sentences(bounds: Sequence[tuple[int, int]], starts: Sequence[int], title_end: int, length: int) -> list[Sentence]:
    bounds = list(bounds) or [(0, length)]
    heads = [0, *(start for start, _ in bounds[1:]), length + 1]
    body = [start for start, _ in bounds if start >= title_end]
    found: list[Sentence] = []
    first = 0
    for index, (start, end) in enumerate(bounds):
        last = bisect_right(starts, heads[index + 1] - 1)
        title = start < title_end
        rank = index - (len(bounds) - len(body))
        place = 0.0 if title or len(body) < 2 else rank / (len(body) - 1)
        found.append(Sentence(first, last, start, end, title, place))
        first = last
    return found


def evidence(doc: Doc, mentions: Iterable[Named]) -> tuple[model.Span, ...]:
    """The mentions as spans of title or text, in order and without repeats."""
    known: dict[tuple[int, int], model.Span] = doc.user_data.setdefault("evidence", {})
    places = sorted({(m.start, m.end) for m in mentions})
    for place in places:
        if place not in known:
            known[place] = to_span(doc, *place)
    return tuple([known[place] for place in places])


def roles_of(doc: Doc) -> dict[str, str]:
    """The likeliest role of each concept, whatever its polarity."""
    best: dict[str, tuple[float, str]] = {}
    for fact in doc._.facts:
        if fact.kind == "role" and fact.score > best.get(fact.object, (-1.0, ""))[0]:
            best[fact.object] = (fact.score, fact.predicate)
    return {concept: role for concept, (_, role) in best.items()}
