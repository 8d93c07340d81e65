"""Cue words of facts: classes of words that announce a contribution, a use, a comparison and so on."""

from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "data" / "fact_cues.tsv"


@cache
def cue_classes() -> dict[str, tuple[str, ...]]:
    """The classes of each cue word, in the order of the file.

    >>> cue_classes()["propose"]
    ('propose',)
    """
    found: dict[str, list[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines()[1:]:
        cue, words = line.split("\t")
        for word in words.split():
            found.setdefault(word, []).append(cue)
    return {word: tuple(cues) for word, cues in found.items()}
