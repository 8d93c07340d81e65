"""What speaks for a relation between two concepts of a paper, as named features for a linear model."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple

from kg.language.cues import cue_classes
from kg.language.reading import Named, Reading
from kg.language.role_features import SentenceCues
from kg.model import ENTITY_TYPES

_CONCEPTS: Final = 200
_MENTIONS: Final = 40
_WIDE: Final = 120
_LONG: Final = 30
_SHORT: Final = 6
_AROUND: Final = 3
_UNRELATED: Final = frozenset(
    places
    for one, other in (("Dataset", "Hardware"), ("Dataset", "Task"), ("Dataset", "Metric"), ("Metric", "Metric"))
    for places in ((one, other), (other, one))
)
_JOINTS: Final = frozenset({",", "and", "or", "/", "as", "well", "both", "&", ";", "#"})


class Pair(NamedTuple):
    """Two concepts by the mentions that stand closest, in the order of the text."""

    left: Named
    right: Named
    distance: int
    together: int


def iter_pairs(reading: Reading, roles: Mapping[str, str], *, reach: int) -> Iterator[Pair]:
    """Every pair of concepts that may be related: the closest mentions, those that are asserted first.

    Pairs more than `reach` sentences apart count only where the paper proposes one of them; pairs in different
    sentences not at all where one is merely mentioned, or only compared; concepts of other types than the model
    was trained on never.
    """
    concepts = [found for found in reading.mentions_by_concept().values() if found[0].type in ENTITY_TYPES]
    grouped = [mentions[:_MENTIONS] for mentions in concepts[:_CONCEPTS]]
    for one, other in combinations(grouped, 2):
        if (one[0].type, other[0].type) in _UNRELATED:
            continue
        pair = _closest(one, other)
        known = (roles.get(one[0].concept, ""), roles.get(other[0].concept, ""))
        wide = pair.distance == 0 and pair.right.first - pair.left.last > _WIDE
        far = pair.distance > reach and "proposes" not in known
        idle = "mentions" in known or ("compares" in known and "proposes" not in known)
        if not (wide or far or (pair.distance and idle)):
            yield pair


def _closest(one: Sequence[Named], other: Sequence[Named]) -> Pair:
    best: tuple[Named, Named] | None = None
    nearest = 0
    least = (False, 0)
    together: set[int] = set()
    for a in one:
        for b in other:
            left, right = (a, b) if a.start <= b.start else (b, a)
            apart = right.sentence - left.sentence
            if apart == 0:
                together.add(left.sentence)
            if best is not None and apart > nearest:
                continue
            rank = (left.polarity != "asserted" or right.polarity != "asserted", right.first - left.last)
            if best is None or apart < nearest or rank < least:
                best, nearest, least = (left, right), apart, rank
    assert best is not None
    return Pair(*best, nearest, len(together))


class PairReader:
    """The features of pairs of one reading; `roles` gives the likeliest role of each concept."""

    def __init__(self, reading: Reading, roles: Mapping[str, str], cues: Sequence[SentenceCues]) -> None:
        self.reading = reading
        self.roles = roles
        self.cues = cues
        self.count = {concept: len(found) for concept, found in reading.mentions_by_concept().items()}
        self.by_sentence = reading.mentions_by_sentence()
        self.lower = {concept: concept.lower() for concept in self.count}
        self.order = {m.start: i for found in self.by_sentence for i, m in enumerate(found)}
        self.ranks: dict[tuple[int, str], list[str]] = {}
        self.before: dict[tuple[int, int], list[str]] = {}
        self.parts = {concept: name.split() for concept, name in self.lower.items()}

    def features(self, pair: Pair) -> list[str]:
        """Every feature of the pair, each led by its two types."""
        left, right = pair.left, pair.right
        kinds = f"{left.type[:2]}{right.type[:2]}"
        found = [kinds]
        found.extend(self._general(pair, kinds))
        if pair.distance == 0:
            found.extend(self._inside(pair, kinds))
            found.extend(self._between(pair))
        else:
            found.extend(self._across(pair, kinds))
        return list(dict.fromkeys(found))

    def _general(self, pair: Pair, kinds: str) -> Iterator[str]:
        left, right = pair.left, pair.right
        roles = f"{self.roles.get(left.concept, '')}-{self.roles.get(right.concept, '')}"
        apart = min(pair.distance, 4)
        yield f"{kinds} roles {roles} {apart}"
        yield f"{kinds} apart {apart}"
        yield f"{kinds} together {min(pair.together, 3)}"
        yield f"{kinds} counts {min(self.count[left.concept], 4)} {min(self.count[right.concept], 4)}"
        if self.reading.sentences[left.sentence].title:
            yield f"{kinds} title {apart} {roles}"
        own = self.cues[right.sentence].own
        yield f"{kinds} own {self.cues[left.sentence].own} {own} {apart}"
        yield f"{kinds} L {self.lower[left.concept]}"
        yield f"{kinds} R {self.lower[right.concept]}"
        yield from self._names(left.concept, right.concept, kinds)

    def _inside(self, pair: Pair, kinds: str) -> Iterator[str]:
        """One sentence names both."""
        left, right = pair.left, pair.right
        words = self.reading.words
        roles = f"{self.roles.get(left.concept, '')}-{self.roles.get(right.concept, '')}"
        sentence = self.reading.sentences[left.sentence]
        gap = right.first - left.last
        yield f"{kinds} gap {gap if gap < 4 else 4 + min(gap // 5, 6)}"
        masked, between = self._masked(pair)
        yield f"{kinds} mentions between {min(between, 4)}"
        if len(masked) <= _SHORT:
            yield f"{kinds} path {' '.join(masked)}"
            yield f"{kinds} path {' '.join(masked)} {roles}"
        classes = cue_classes()
        path = " ".join([w for w in masked if w == "#" or w in classes or w in _JOINTS])
        yield f"{kinds} cues {path[:80]}"
        if all(word in _JOINTS for word in masked):
            yield f"{kinds} joined {roles}"
            yield f"{kinds} joined"
        before = words[max(sentence.first, left.first - _AROUND) : left.first]
        after = words[right.last : min(sentence.last, right.last + _AROUND)]
        for distance, word in enumerate(reversed(before), 1):
            yield f"{kinds} -{distance} {word}"
            yield f"{kinds} - {word}"
        for distance, word in enumerate(after, 1):
            yield f"{kinds} +{distance} {word}"
        if masked:
            yield f"{kinds} b1 {masked[0]}"
            yield f"{kinds} bn {masked[-1]}"
            yield f"{kinds} b12 {' '.join(masked[:2])}"
            yield f"{kinds} bmn {' '.join(masked[-2:])}"
        for word in dict.fromkeys(masked[:_LONG]):
            yield f"{kinds} b {word}"
        for cue in self._cues_before(sentence.first, left.first):
            yield f"{kinds} << {cue}"
        near = self._nearest(pair)
        yield f"{kinds} nearest {near}"
        yield f"{kinds} nearest {near} {roles}"
        yield f"{kinds} polarity {left.polarity} {right.polarity}"

    def _between(self, pair: Pair) -> Iterator[str]:
        """Cue classes between, whatever the types."""
        classes = cue_classes()
        left, right = pair.left, pair.right
        for word in dict.fromkeys(self.reading.words[left.last : right.first][:_LONG]):
            for cue in classes.get(word, ()):
                yield f"{left.type[:2]} c {cue}"
                yield f"{right.type[:2]} c' {cue}"

    def _across(self, pair: Pair, kinds: str) -> Iterator[str]:
        """No sentence names both."""
        left, right = pair.left, pair.right
        roles = f"{self.roles.get(left.concept, '')}-{self.roles.get(right.concept, '')}"
        sentence = self.reading.sentences[right.sentence]
        apart = min(pair.distance, 3)
        words = self.reading.words
        for distance, word in enumerate(reversed(words[max(sentence.first, right.first - _AROUND) : right.first]), 1):
            yield f"{kinds} a-{distance} {word}"
        for cue in self._cues_before(sentence.first, right.first):
            yield f"{kinds} a<< {cue} {apart}"
        rivals = self._of_type(right.sentence, left.type)
        yield f"{kinds} rivals {min(len(rivals), 2)} {roles}"
        yield f"{kinds} first {words[sentence.first] if sentence.first < len(words) else ''}"
        same = self._of_type(left.sentence, left.type)
        yield f"{kinds} position {min(same.index(left.concept), 2)} {roles}"

    def _masked(self, pair: Pair) -> tuple[list[str], int]:
        """The words between, each mention as its type; lists of one type as one."""
        masked: list[str] = []
        position, between = pair.left.last, self._mentions_between(pair)
        for mention in between:
            masked.extend(self.reading.words[position : mention.first])
            masked.append("#")
            position = mention.last
        masked.extend(self.reading.words[position : pair.right.first])
        return masked, len(between)

    def _mentions_between(self, pair: Pair) -> list[Named]:
        found = self.by_sentence[pair.left.sentence]
        return found[self.order[pair.left.start] + 1 : self.order[pair.right.start]]

    def _cues_before(self, start: int, end: int) -> list[str]:
        """The cue classes of the words from `start` to `end`; the same words stand before many pairs."""
        found = self.before.get((start, end))
        if found is None:
            words, classes = self.reading.words[max(start, end - _WIDE) : end], cue_classes()
            found = list(dict.fromkeys(c for word in words for c in classes.get(word, ())))
            self.before[start, end] = found
        return found

    def _nearest(self, pair: Pair) -> str:
        """Whether each is the other's nearest of its type in the sentence, on that side."""
        between = {m.type for m in self._mentions_between(pair)}
        return f"{pair.left.type in between}{pair.right.type in between}"

    def _of_type(self, sentence: int, label: str) -> list[str]:
        key = (sentence, label)
        if key not in self.ranks:
            self.ranks[key] = list(dict.fromkeys(m.concept for m in self.by_sentence[sentence] if m.type == label))
        return self.ranks[key]

    def _names(self, left: str, right: str, kinds: str) -> Iterator[str]:
        """How the names of two concepts share words: heads tell kinds from their subkinds."""
        one, other = self.parts[left], self.parts[right]
        left, right = self.lower[left], self.lower[right]
        if one and other and one[-1] == other[-1]:
            yield f"{kinds} same head {len(one) > len(other)}{len(one) < len(other)}"
        if left in right or right in left:
            place = "end" if left.endswith(right) or right.endswith(left) else "in"
            yield f"{kinds} contains {place} {left in right}"
        shared = len({*one}.intersection(other))
        if shared:
            yield f"{kinds} shared {min(shared, 3)}"
