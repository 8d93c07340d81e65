"""In which language a text stands, told only where it is sure.

The words that English is full of decide first, then the letters (Chinese, Cyrillic, …); py3langid, a naive Bayes
classifier over byte n-grams, is asked only about stretches that neither explains. It is loaded when first needed.

Source: M. Lui and T. Baldwin, "langid.py: an off-the-shelf language identification tool", ACL 2012 demonstrations,
pages 25-30; py3langid is its kept-up successor.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.reader.notices import read_lines

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH: Final = "en"
UNKNOWN: Final = "und"
"""A language that is surely not English and that nothing names (ISO 639-2)."""

_PIECE: Final = re.compile(r"(?:[^.!?;。！？；\n]|[.!?;](?!\s)|\n(?!\s*\n))+(?:[.!?;。！？；]+|\n|$)?")
_WORD: Final = re.compile(r"[^\W\d_]+")
_NOT_LATIN: Final = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff\uff21-\uff5a]")
_DENSE_LETTER: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MARKS: Final = re.compile(r"\\[^A-Za-z\s]|[{}\u00ad\u200b-\u200f\u2060\ufeff]")
_NOISE: Final = re.compile(r"\$[^$]{1,300}\$|\\[A-Za-z]+|https?://\S+|www\.\S+|\S+@\S+")
_COMMON: Final = re.compile(r"\b(?:the|of|and|to|is|that|with|this|are|which|from|our|can|these)\b", re.IGNORECASE)
_GAP: Final = 120
"""Characters without any of these from which a text is looked at closely."""
_DENSITY: Final = 130
"""Characters for each `the`, `of` and `and` at most, where a text is plainly English."""
_SHARE: Final = 0.15
"""Share of English words from which a stretch is English."""
_FEW: Final = 0.1
"""Share of English words up to which a stretch may be anything else."""
_LEAST_WORDS: Final = 4
_LEAST_LETTERS: Final = 20
"""Words and letters below which nothing is guessed: names and short titles look like any language."""
_DOUBT: Final = 0.004
"""How likely English may be at most, where a stretch counts as another language."""
_LEAST_FOREIGN: Final = 40
"""Letters of another language that an English text may quote without a stretch of it being left out."""
_WEIGHT: Final = 3
"""Letters that one Chinese, Japanese or Korean one counts for."""


class Stretch(NamedTuple):
    """Characters `start` to `end` (exclusive) that stand in one language."""

    start: int
    end: int
    language: str
    letters: int


def is_plainly_english(text: str) -> bool:
    """A quick look that spares most texts any other: plain letters, and full of `the`, `of` and `and`.

    >>> is_plainly_english("The speed of the GPU and of the CPU."), is_plainly_english("Die Geschwindigkeit der GPU.")
    (True, False)
    """
    return text.isascii() and (text.count(" the ") + text.count(" of ") + text.count(" and ")) * _DENSITY > len(text)


def find_language(text: str) -> str | None:
    """The code of the language in which most of a text stands, where it is surely another than English; else None.

    >>> find_language("Wir zeigen, dass das Netz auf einer GPU schneller ist."), find_language("Graph networks")
    ('de', None)
    """
    return None if is_plainly_english(text) else main_language(list_stretches(text))


def main_language(stretches: list[Stretch]) -> str | None:
    """The language of most letters; None where it is English, or where enough is."""
    letters: Counter[str] = Counter()
    for stretch in stretches:
        letters[stretch.language] += stretch.letters
    foreign = [(count, code) for code, count in letters.items() if code != ENGLISH]
    if not foreign or letters[ENGLISH] * 3 > sum(count for count, _ in foreign):
        return None
    return max(foreign)[1]


def list_stretches(text: str) -> list[Stretch]:
    """The stretches of a text by language, in order and without gaps.

    What nothing tells goes with its neighbours, else with English. An English text may quote a little of another
    language: it stays one stretch.
    """
    if text.isascii() and not _has_gap(text):
        return [Stretch(0, len(text), ENGLISH, len(text))]
    found = list(_PIECE.finditer(text))
    if not found:
        return []
    bounds = [0, *(match.start() for match in found[1:]), len(text)]
    pieces = [(*edges, *_judge(match.group())) for edges, match in zip(pairwise(bounds), found, strict=True)]
    languages = _fill([language for _, _, language, _ in pieces])
    joined = []
    for language, group in groupby(zip(pieces, languages, strict=True), key=lambda pair: pair[1]):
        alike = [piece for piece, _ in group]
        joined.append(Stretch(alike[0][0], alike[-1][1], language, sum(letters for *_, letters in alike)))
    if any(stretch.language == ENGLISH for stretch in joined):
        joined = list(_iter_without_quotations(joined))
    return joined


def _has_gap(text: str) -> bool:
    """Whether a stretch as long as a sentence has none of the commonest English words."""
    position = 0
    for match in _COMMON.finditer(text):
        if match.start() - position > _GAP:
            return True
        position = match.end()
    return len(text) - position > _GAP or position == 0


def _fill(languages: list[str]) -> list[str]:
    """The languages with those unknown taken from the last known one, at the beginning from the next."""
    known = next((language for language in languages if language), ENGLISH)
    filled = []
    for language in languages:
        known = language or known
        filled.append(known)
    return filled


def _iter_without_quotations(stretches: list[Stretch]) -> Iterator[Stretch]:
    named = (s if s.letters >= _LEAST_FOREIGN else s._replace(language=ENGLISH) for s in stretches)
    for language, group in groupby(named, key=lambda s: s.language):
        found = list(group)
        yield Stretch(found[0].start, found[-1].end, language, sum(s.letters for s in found))


def _judge(piece: str) -> tuple[str, int]:
    """(language, letters) of one sentence; the language is empty where nothing tells."""
    text = unicodedata.normalize("NFC", _MARKS.sub("", _NOISE.sub(" ", piece)))
    words = _WORD.findall(text.lower())
    letters = sum(map(len, words))
    if not text.isascii():
        other, dense = len(_NOT_LATIN.findall(text)), len(_DENSE_LETTER.findall(text))
        weight = other + dense * (_WEIGHT - 1)
        if weight >= _LEAST_LETTERS and weight * 2 > letters + dense * (_WEIGHT - 1):
            language, _ = _guess(text)
            return (language if language != ENGLISH else UNKNOWN), letters + dense * (_WEIGHT - 1)
    share = sum(word in _english() for word in words) / (len(words) or 1)
    if share >= _SHARE:
        return ENGLISH, letters
    if share > _FEW or len(words) < _LEAST_WORDS or letters < _LEAST_LETTERS:
        return "", letters
    language, english = _guess(text)
    return (language if english <= _DOUBT else ""), letters


def has_english(text: str) -> bool:
    """Whether a word that English is full of stands in the text.

    >>> has_english("Learning with noise"), has_english("Maschinelles Lernen")
    (True, False)
    """
    return any(word in _english() for word in _WORD.findall(text.lower()))


@cache
def _english() -> frozenset[str]:
    return frozenset(" ".join(read_lines("english.txt")).split())


@cache
def _languages() -> dict[str, str]:
    return dict(line.split("\t") for line in read_lines("languages.tsv"))


def name_of(code: str) -> str:
    """The English name of a language.

    >>> name_of("de"), name_of("und")
    ('German', 'an unknown language')
    """
    return _languages().get(code, "an unknown language")


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_modelpath(MODEL_DIR / MODEL_FILE, norm_probs=True)
    identifier.set_languages([*_languages(), ENGLISH])
    return identifier


def _guess(text: str) -> tuple[str, float]:
    """The likeliest language, and how likely English is; rounded, so that no last bit of a processor decides."""
    ranked = _identifier().rank(text)
    return ranked[0][0], round(dict(ranked)[ENGLISH], 4)
