"""The words of the vocabulary: how they are written, and whether a broken word is one word or two."""

import re
from collections import Counter
from functools import cache
from typing import Final, NamedTuple

from kg.language.aligned import Aligned, Edit
from kg.language.document import read_lines
from kg.schema import load_vocabulary

_WORD: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_PART: Final = re.compile(r"[^\W_]+")
_BROKEN: Final = re.compile(r"(?<![\w-])(?P<left>[^\W\d_][\w-]*)-[ \t]*\r?\n[ \t]*(?P<right>[^\W\d_]+)")
_PARTED: Final = re.compile(r"\b(?P<left>[a-z]{2,})- (?P<right>[a-z]{3,})\b")
_CAPITALS: Final = re.compile(r"[^\W_]+")
_DEFINED: Final = re.compile(r"\(([^\W_]{2,8})S?\)")
_OPENING: Final = re.compile(r"(?:\A|[.!?:]\s+|\n\s*)[\"'(\[]*")
_FREQUENT: Final = "eaio"
_FEW: Final = 0.05
"""Share of the four commonest small letters from which a text is not set in capitals: a look that spares the count."""
_MOSTLY: Final = 0.9
_LONG_WORD: Final = 5
_LEAST_LONG: Final = 3
"""Long words in capitals, unknown as names, from which a text is set in capitals."""


class Words(NamedTuple):
    """`names`: the usual writing of words by their small letters; `plain`: words that are written small;
    `compounds`: words with a hyphen, in small letters."""

    names: dict[str, str]
    plain: frozenset[str]
    compounds: frozenset[str]


@cache
def load_words() -> Words:
    """The words of all labels and aliases and of the lists of common words, made when first needed."""
    written: Counter[str] = Counter()
    alone: dict[str, str] = {}
    compounds: set[str] = set()
    for term in load_vocabulary():
        for form in (term.label, *term.aliases):
            words = _PART.findall(form)
            written.update(words)
            compounds.update(word.lower() for word in _WORD.findall(form) if "-" in word)
            if len(words) == 1 and words[0] == form:
                alone.setdefault(form.lower(), form)
    common = frozenset(word for name in ("outside.txt", "openers.txt") for word in " ".join(read_lines(name)).split())
    small = {word: count for word, count in written.items() if word.islower()}
    best: dict[str, tuple[int, str]] = {}
    for word, count in written.items():
        best[word.lower()] = max(best.get(word.lower(), (0, "")), (count, word))
    names = {low: form for low, (count, form) in best.items() if form != low and count > small.get(low, 0)}
    names.update((low, form) for low, form in alone.items() if form != low and not small.get(low))
    names = {low: form for low, form in names.items() if low not in common and len(low) > 1}
    return Words(names, frozenset(small) | common, frozenset(compounds))


def join_broken_words(view: Aligned) -> Aligned:
    """Words that a line end broke, joined: `convolu-` and `tional`; a hyphen that belongs there stays.

    >>> join_broken_words(Aligned.of("a convolu-\\ntional net of state-of-the-\\nart")).text
    'a convolutional net of state-of-the-art'
    """
    text = view.text
    if "-" not in text:
        return view
    if "\n" in text:
        view = view.edit(_iter_joined(text, _BROKEN, sure=False))
    return view.edit(_iter_joined(view.text, _PARTED, sure=True)) if "- " in view.text else view


def _iter_joined(text: str, pattern: re.Pattern[str], *, sure: bool) -> list[Edit]:
    """`sure`: only where the joined word is known and its end alone is none."""
    edits = []
    low = text.lower()
    for match in pattern.finditer(text):
        left, right = match["left"], match["right"]
        start, end = match.end("left"), match.start("right")
        if sure:
            known = load_words()
            if (left + right).lower() in known.plain and right.lower() not in known.plain:
                edits.append(Edit(start, end))
        else:
            edits.append(Edit(start, end, "-" if _keeps_hyphen(left, right, low) else ""))
    return edits


def _keeps_hyphen(left: str, right: str, low: str) -> bool:
    """Whether the hyphen belongs to the word: by its parts, by the same paper (in small letters), by the vocabulary."""
    joined, hyphened = (left + right).lower(), f"{left}-{right}".lower()
    if "-" in left or right[0].isupper() or left.isupper() or left[-1].isdigit():
        return True
    if _occurs(hyphened, low) or _occurs(joined, low):
        return _occurs(hyphened, low)
    known = load_words()
    if joined in known.plain or joined in known.names:
        return False
    last = left.rpartition("-")[2].lower()
    return hyphened in known.compounds or (last in known.plain and right.lower() in known.plain)


def _occurs(word: str, text: str) -> bool:
    """Whether a word of the text begins so."""
    at = text.find(word)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(word, at + 1)
    return at >= 0


def read_capitals(view: Aligned) -> Aligned:
    """A text that is set in capitals as it would usually be written: known names and defined abbreviations keep theirs.

    >>> read_capitals(Aligned.of("WE TRAIN A CONVOLUTIONAL NEURAL NETWORK (CNN) ON IMAGENET.")).text
    'We train a convolutional neural network (CNN) on ImageNet.'
    """
    text = view.text
    if sum(map(text.count, _FREQUENT)) > _FEW * len(text) or not _is_set_in_capitals(text):
        return view
    known = load_words()
    defined = {word for word in _DEFINED.findall(text) if word.lower() not in known.plain}
    openings = {match.end() for match in _OPENING.finditer(text)}

    def usual(match: re.Match[str]) -> str:
        word = match[0]
        stem = word[:-1] if word.endswith("S") else word
        if not word.isupper():
            return word
        if word in defined or any(c.isdigit() for c in word):
            return _named(word) or word
        if stem in defined:
            return stem + "s"
        written = _named(word)
        if written is None and stem != word and (single := _named(stem)) and single.isupper():
            written = single + "s"
        small = written or word.lower()
        if len(small) != len(word):
            return word
        return small[0].upper() + small[1:] if match.start() in openings else small

    return view.sub(_CAPITALS, usual)


def _named(word: str) -> str | None:
    return load_words().names.get(word.lower())


def _is_set_in_capitals(text: str) -> bool:
    cased = [character for character in text if character.isupper() or character.islower()]
    if sum(map(str.isupper, cased)) < _MOSTLY * len(cased):
        return False
    long = {word for word in _CAPITALS.findall(text) if len(word) >= _LONG_WORD and word.isupper()}
    return len(long) >= _LEAST_LONG and sum(word.lower() not in load_words().names for word in long) >= _LEAST_LONG
