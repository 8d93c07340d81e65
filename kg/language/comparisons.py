"""Who is compared with whom around a value: the subject of the comparison and what it is measured against.

"A is 2 times slower than B", "B is outperformed by A by 3 %", "compared with B, A needs half the memory": the
frame is read from words, whatever the value. Where the text has no such frame there is no comparison.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from kg.language.document import read_lines
from kg.language.limits import load_limits
from kg.language.quantities import Quantity
from kg.language.quantity_tables import any_of
from kg.language.reading import Named, Reading, Sentence

_ENDS = frozenset(";:")
_COMPARED = ("Method", "Hardware")


class Comparison(NamedTuple):
    """The mention that a value is stated of, and the mention that it is stated against; None where not said."""

    subject: Named | None
    baseline: Named | None


_NONE = Comparison(None, None)


@cache
def comparison_words() -> Mapping[str, re.Pattern[str]]:
    """A pattern of whole words for each class; those before a name end where the pattern ends."""
    rows = (line.split("\t") for line in read_lines("comparison_words.tsv")[1:])
    return {label: re.compile(rf"(?<!\w)(?:{any_of(words.split('|'))})(?!\w)") for label, words in rows}


def find_comparison(reading: Reading, number: int, mentions: Sequence[Named], quantity: Quantity) -> Comparison:
    """The comparison that a quantity of sentence `number` states; `mentions` are those of the sentence.

    Only its clause counts, between semicolons and colons. A plain value ("91 %") states none.
    """
    start, end = quantity.start, quantity.end
    if not _is_relative(reading.text, quantity):
        return _NONE
    first, last = _clause(reading, reading.sentences[number], start, end)
    near = [m for m in mentions if m.type in _COMPARED and first <= m.first and m.last <= last]
    passive = _passive(reading, near)
    if passive is not None:
        return passive
    baselines = [_whole(near, m) for m in near if _is_against(reading, m, first)]
    baseline = min(baselines, key=lambda m: (_apart(m, start, end), m.start), default=None)
    if baseline is not None:
        baseline = _of_rank(reading, near, baseline, quantity)
    else:
        baseline = _share_of(reading, near, start, end)
    methods = [m for m in near if m.type == "Method" and m not in baselines and m is not baseline]
    subjects = [m for m in methods if _is_subject(reading, m)]
    before = [m for m in subjects if m.end <= start]
    return Comparison(before[-1] if before else None, baseline)


def _is_relative(text: str, quantity: Quantity) -> bool:
    """A factor, points, or a share that something differs by: "by 3 %", "20 % slower"."""
    if quantity.kind in ("factor", "orders", "points"):
        return True
    if quantity.kind != "ratio":
        return False
    reach, classes = load_limits("comparisons")["relative"], comparison_words()
    before = text[max(0, quantity.start - reach) : quantity.start].rstrip(" $~").lower()
    if any(m.end() == len(before) for m in classes["by"].finditer(before)):
        return True
    return classes["relative"].search(text[quantity.end : quantity.end + reach].lower()) is not None


def _of_rank(reading: Reading, near: Sequence[Named], first: Named, quantity: Quantity) -> Named:
    """Of the baselines in a list as long as that of the values the one in the same place."""
    joined, joint = [first], comparison_words()["joint"]
    for mention in near:
        if mention.first >= joined[-1].last:
            between = reading.words[joined[-1].last : mention.first]
            if not between or not all(joint.fullmatch(word) or word == "," for word in between):
                break
            joined.append(mention)
    same = quantity.length == len(joined) and not quantity.ranged
    return joined[quantity.rank] if same else first


def _clause(reading: Reading, sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    first, last = reading.word_at(start), reading.word_at(max(start, end - 1)) + 1
    while first > sentence.first and reading.words[first - 1] not in _ENDS:
        first -= 1
    while last < sentence.last and reading.words[last] not in _ENDS:
        last += 1
    return first, last


def _whole(near: Sequence[Named], mention: Named) -> Named:
    """The last of names side by side: "single-precision cuSOLVER"."""
    for follow in near:
        mention = follow if follow.first == mention.last else mention
    return mention


def _apart(mention: Named, start: int, end: int) -> int:
    """Characters to the value; what stands behind it is closer."""
    return mention.start - end if mention.start >= end else start - mention.end + load_limits("comparisons")["behind"]


def _before(reading: Reading, mention: Named, first: int) -> str:
    """The words before the mention without those that belong to its name phrase."""
    words, index = reading.words, mention.first
    least = max(first, index - load_limits("comparisons")["name"])
    while index > least and comparison_words()["before name"].fullmatch(words[index - 1]):
        index -= 1
    return " ".join(words[max(first, index - load_limits("comparisons")["marker"]) : index])


def _is_against(reading: Reading, mention: Named, first: int) -> bool:
    before, classes = _before(reading, mention, first), comparison_words()
    return any(m.end() == len(before) for c in ("against", "beats") for m in classes[c].finditer(before))


def _is_subject(reading: Reading, mention: Named) -> bool:
    """Whether a verb follows, after a bracket or an adverb at most."""
    classes, words, index = comparison_words(), reading.words, mention.last
    for _ in range(load_limits("comparisons")["verb"]):
        if index >= len(words):
            return False
        if classes["subject verbs"].fullmatch(words[index]):
            return True
        if not (classes["adverbs"].fullmatch(words[index]) or words[index].endswith("ly")):
            return False
        index += 1
    return False


def _passive(reading: Reading, near: Sequence[Named]) -> Comparison | None:
    """ "B is outperformed by A": the one that does it is the subject."""
    for one, other in pairwise(near):
        between = " ".join(reading.words[one.last : other.first])
        if comparison_words()["beaten"].search(between):
            return Comparison(other, one)
    return None


def _share_of(reading: Reading, near: Sequence[Named], start: int, end: int) -> Named | None:
    """ "half the memory of B", "halves the latency of B"."""
    if not comparison_words()["shares"].search(reading.text[start:end].lower()):
        return None
    last = reading.word_at(max(start, end - 1)) + 1
    for mention in near:
        if last < mention.first <= last + load_limits("comparisons")["share"]:
            before = _before(reading, mention, last)
            if before.split()[-1:] == ["of"] and "," not in reading.words[last : mention.first]:
                return mention
    return None
