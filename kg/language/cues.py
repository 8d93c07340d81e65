"""Cue words of facts: classes of words that announce a contribution, a use, a comparison and so on."""

from functools import cache

from kg.language.document import read_lines


@cache
def cue_classes() -> dict[str, tuple[str, ...]]:
    """The classes of each cue word, in the order of the file.

    >>> cue_classes()["propose"]
    ('propose',)
    """
    found: dict[str, list[str]] = {}
    for line in read_lines("fact_cues.tsv")[1:]:
        cue, words = line.split("\t")
        for word in words.split():
            found.setdefault(word, []).append(cue)
    return {word: tuple(cues) for word, cues in found.items()}
