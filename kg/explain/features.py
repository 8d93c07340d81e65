"""Features of the linear models in words, by the patterns of `features.tsv`.

A row of that file has a model, a pattern and words. The pattern must match a whole feature; in the words, `{1}` stands
for its first group as it is, `{1:place}` for what the codes called `place` make of it, `{first}` and `{second}`
for the concepts of a pair in the order of the text. Rows whose model begins with `=` are codes: name, pattern,
words. Where several rows match, the first one counts.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).with_name("features.tsv")
_PAIR: Final = ("the first", "the second")
Rows = tuple[tuple[re.Pattern[str], str], ...]


def to_words(model: str, feature: str, names: Sequence[str] = ()) -> str:
    """What a feature says; the feature itself, in quotes, where no pattern matches.

    >>> to_words("role", "Ha -1 the"), to_words("role", "Me count 2"), to_words("new", "strange")
    ('“the” right before it', 'named twice', '“strange”')
    >>> to_words("relation", "MeHa L frognet", ("FrogNet", "GPU"))
    'FrogNet, by its name'
    """
    return find_words(model, feature, names) or f"“{feature}”"


def find_words(model: str, feature: str, names: Sequence[str] = ()) -> str | None:
    """The same; None where no pattern matches."""
    return _translate(model, feature, dict(zip(("first", "second"), (*names, *_PAIR[len(names) :]), strict=True)))


def _translate(name: str, text: str, pair: Mapping[str, str]) -> str | None:
    for pattern, words in _load().get(name, ()):
        if match := pattern.fullmatch(text):
            groups = (_Coded(group, pair) for group in match.groups(""))
            return " ".join(words.format(match[0], *groups, **pair).split())
    return None


class _Coded:
    """A group of a feature; formatting it names the codes that put it in words."""

    def __init__(self, text: str, pair: Mapping[str, str]) -> None:
        self.text = text
        self.pair = pair

    def __format__(self, code: str) -> str:
        return (_translate(f"={code}", self.text, self.pair) if code else None) or self.text


@cache
def _load() -> dict[str, Rows]:
    rows: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            model, pattern, words = line.split("\t")
            for name in model.split("|"):
                rows.setdefault(name, []).append((re.compile(pattern, re.DOTALL), words))
    return {model: tuple(found) for model, found in rows.items()}
