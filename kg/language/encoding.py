"""Words as the encoder reads them: word pieces, what a word looks like, and what the vocabulary hints of it."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from spacy.tokens import Doc

from kg.language.document import data_path
from kg.model import ENTITY_TYPES

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LOOKS: Final = ("small", "capital", "capitals", "mixed", "digits", "letters and digits", "sign")
SURE: Final = 0.7
"""From this score a candidate of the vocabulary counts as sure."""
HINTS: Final = 6 * len(ENTITY_TYPES)
"""Hints: sure, doubtful or by a pattern; at the beginning or inside; of which type."""
_SOURCES: Final = ("gazetteer", "patterns")
OPENING: Final = 101
CLOSING: Final = 102
UNKNOWN: Final = 100
_CACHED: Final = 50_000
"""How many words are remembered with their pieces."""


@cache
def load_tokenizer() -> "Tokenizer":
    """The tokenizer of word pieces (BERT, lower case), from its data file."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(data_path("wordpieces.json")))


@cache
def _known_words(tokenizer: "Tokenizer") -> dict[str, list[int]]:  # noqa: ARG001 - one table for each
    """The pieces of words that were met lately."""
    return {}


@lru_cache(_CACHED)
def looks(word: str) -> int:
    """The number of what a word looks like, by its letters and digits.

    >>> [LOOKS[looks(w)] for w in ("cell", "Cell", "GPU", "ResNet", "50", "V100", "-")]
    ['small', 'capital', 'capitals', 'mixed', 'digits', 'letters and digits', 'sign']
    """
    if word.isalpha():
        if word.islower():
            return 0
        if word[1:].islower() or len(word) == 1:
            return 1
        return 2 if word.isupper() else 3
    if word.isdigit():
        return 4
    return 5 if word.isalnum() else 6


def piece_words(words: Sequence[str], tokenizer: "Tokenizer", longest: int) -> tuple[list[int], list[int], list[int]]:
    """The pieces of a text with both marks, and the first and last piece of each word that fits in `longest`."""
    known = _known_words(tokenizer)
    new = [word for word in dict.fromkeys(words) if word not in known]
    if len(known) + len(new) > _CACHED:
        known.clear()
        new = list(dict.fromkeys(words))
    if new:
        known.update(zip(new, _cut(new, tokenizer), strict=True))
    pieces = [OPENING]
    starts: list[int] = []
    ends: list[int] = []
    for word in words:
        ids = known[word]
        if len(pieces) + len(ids) >= longest:
            break
        starts.append(len(pieces))
        pieces += ids
        ends.append(len(pieces) - 1)
    return [*pieces, CLOSING], starts, ends


def _cut(words: Sequence[str], tokenizer: "Tokenizer") -> list[list[int]]:
    """The pieces of each word; all at once, and not by `encode_batch`, which starts threads for it."""
    found = tokenizer.encode(words, is_pretokenized=True, add_special_tokens=False)
    pieces: list[list[int]] = [[] for _ in words]
    for number, piece in zip(found.word_ids, found.ids, strict=True):
        assert number is not None  # only marks belong to no word
        pieces[number].append(piece)
    return [ids or [UNKNOWN] for ids in pieces]


def hints(doc: Doc, words: Iterable[int]) -> list[list[int]]:
    """What gazetteer and patterns say of each word, as numbers below HINTS; `words` are token numbers of the Doc."""
    found: dict[int, set[int]] = {}
    for c in doc._.candidates:
        if c.label in ENTITY_TYPES and c.component in _SOURCES:
            source = 2 if c.component == "patterns" else 0 if c.score >= SURE else 1
            number = 2 * (len(ENTITY_TYPES) * source + ENTITY_TYPES.index(c.label))
            for i in range(c.start, c.end):
                found.setdefault(i, set()).add(number + (i > c.start))
    return [sorted(found[i]) if i in found else [] for i in words]
