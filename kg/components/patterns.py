"""Candidates from patterns: names that a paper introduces, and phrases whose last word tells their type.

The patterns are data: `introductions.txt` lists the words before a name and its type, `heads.tsv` the last words of
phrases with their type, `outside.txt` the words that no phrase holds; the latter two are counted from
annotated abstracts.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from kg.language.document import Candidate, get_words, read_lines
from kg.language.forms import singular
from kg.model import EntityType

_LONGEST: Final = 6
_LINKS: Final = frozenset("-–/")


class Patterns(NamedTuple):
    """The data of the component; `heads` gives type and share of the phrases with that last word that are names."""

    introductions: dict[tuple[str, ...], EntityType]
    heads: dict[str, tuple[EntityType, float]]
    outside: frozenset[str]


class PatternMatcher:
    """Appends candidates: `introduced` is the score of introduced names, heads bring their own."""

    def __init__(self, patterns: Patterns, *, introduced: float) -> None:
        self.patterns = patterns
        self.introduced = introduced
        self.widths = sorted({len(words) for words in patterns.introductions}, reverse=True)

    def __call__(self, doc: Doc) -> Doc:
        words = get_words(doc)
        lower = [word.lower() for word in words]
        names: dict[str, EntityType] = {}
        for name, label in self._iter_introduced(doc, words, lower):
            names.setdefault(name, label)
        found = [
            Candidate(i, i + 1, names[word], self.introduced, "patterns")
            for i, word in enumerate(words)
            if word in names
        ]
        found += self._iter_headed(doc, lower)
        doc._.candidates += sorted(set(found))
        return doc

    def _iter_introduced(self, doc: Doc, words: list[str], lower: list[str]) -> Iterator[tuple[str, EntityType]]:
        if len(doc) > 2 and words[1] == ":" and doc._.title_end and is_name_like(words[0], opening=True):
            yield words[0], "Method"
        for i, word in enumerate(words):
            if i and is_name_like(word, opening=False):
                for width in self.widths:
                    if label := self.patterns.introductions.get(tuple(lower[max(0, i - width) : i])):
                        yield word, label

    def _iter_headed(self, doc: Doc, lower: list[str]) -> Iterator[Candidate]:
        """Phrases that end in a typed head: leftwards to a word that no phrase holds."""
        for i, word in enumerate(lower):
            head = self.patterns.heads.get(singular(word))
            if head is None or (i + 1 < len(lower) and self._goes_on(doc, lower, i)):
                continue
            start = i
            while i - start < _LONGEST and self._may_hold(doc, lower, start):
                start -= 1
            while start < i and lower[start] in _LINKS:
                start += 1
            if start < i:
                yield Candidate(start, i + 1, head[0], head[1], "patterns")

    def _goes_on(self, doc: Doc, lower: list[str], i: int) -> bool:
        """Whether the phrase goes on after word `i`: another head or a hyphen follows."""
        following = lower[i + 1]
        return not doc[i + 1].is_sent_start and (singular(following) in self.patterns.heads or following in _LINKS)

    def _may_hold(self, doc: Doc, lower: list[str], start: int) -> bool:
        """Whether the word before `start` may belong to the same phrase."""
        if start == 0 or doc[start].is_sent_start:
            return False
        before = lower[start - 1]
        return before in _LINKS or (before.isalnum() and before not in self.patterns.outside)


def is_name_like(word: str, *, opening: bool) -> bool:
    """Whether a word looks like a name of its own: capitals or digits within, or a capital inside a sentence.

    >>> [is_name_like(w, opening=False) for w in ("ResNet", "V100", "networks", "Adam", "A")]
    [True, True, False, True, False]
    """
    if len(word) < 2 or not word[0].isalpha():
        return False
    inner = any(c.isupper() or c.isdigit() for c in word[1:])
    return inner or (word[0].isupper() and not opening)


def read_patterns(introductions: str, heads: str, outside: str) -> Patterns:
    """The patterns of three data files."""
    return Patterns(
        dict(_iter_introductions(read_lines(introductions))),
        dict(_iter_heads(read_lines(heads))),
        frozenset(" ".join(read_lines(outside)).split()),
    )


def _iter_introductions(lines: Iterable[str]) -> Iterator[tuple[tuple[str, ...], EntityType]]:
    for line in lines:
        words, _, entity_type = line.partition("\t")
        yield tuple(words.split()[:-1]), entity_type or "Method"


def _iter_heads(lines: Iterable[str]) -> Iterator[tuple[str, tuple[EntityType, float]]]:
    for line in lines:
        word, entity_type, share = line.split("\t")
        yield word, (entity_type, float(share))


@Language.factory(
    "patterns",
    requires=["token.is_sent_start"],
    assigns=["doc._.candidates"],
    default_config={
        "introduced": 0.5,
        "introductions": "introductions.txt",
        "heads": "heads.tsv",
        "outside": "outside.txt",
    },
)
def create_patterns(
    nlp: Language,  # noqa: ARG001
    name: str,  # noqa: ARG001
    introduced: float,
    introductions: str,
    heads: str,
    outside: str,
) -> PatternMatcher:
    """The matcher with the patterns of data files."""
    return PatternMatcher(read_patterns(introductions, heads, outside), introduced=introduced)
