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
    frozenset(pair) for pair in (("Dataset", "Hardware"), ("Dataset", "Task"), ("Dataset", "Metric"), ("Metric",))
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
        if frozenset((one[0].type, other[0].type)) in _UNRELATED:
            continue
        pair = _closest(one, other)
        known = {roles.get(one[0].concept, ""), roles.get(other[0].concept, "")}
        wide = pair.distance == 0 and pair.right.first - pair.left.last > _WIDE
        far = pair.distance > reach and "proposes" not in known
        idle = "mentions" in known or ("compares" in known and "proposes" not in known)
        if not (wide or far or (pair.distance and idle)):
            yield pair


def _closest(one: Sequence[Named], other: Sequence[Named]) -> Pair:
    best: Pair | None = None
    least: tuple[int, bool, int] | None = None
    together: set[int] = set()
    for a in one:
        for b in other:
            left, right = (a, b) if a.start <= b.start else (b, a)
            apart = right.sentence - left.sentence
            if apart == 0:
                together.add(left.sentence)
            doubted = left.polarity != "asserted" or right.polarity != "asserted"
            rank = (apart, doubted, right.first - left.last)
            if least is None or rank < least:
                best, least = Pair(left, right, apart, 0), rank
    assert best is not None
    return best._replace(together=len(together))


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

    def features(self, pair: Pair) -> list[str]:
        """Every feature of the pair, each led by its two types."""
        left, right = pair.left, pair.right
        kinds = f"{left.type[:2]}{right.type[:2]}"
        found = [kinds]
        found.extend(f"{kinds} {feature}" for feature in self._general(pair))
        if pair.distance == 0:
            found.extend(f"{kinds} {feature}" for feature in self._inside(pair))
            found.extend(self._between(pair))
        else:
            found.extend(f"{kinds} {feature}" for feature in self._across(pair))
        return list(dict.fromkeys(found))

    def _general(self, pair: Pair) -> Iterator[str]:
        left, right = pair.left, pair.right
        roles = f"{self.roles.get(left.concept, '')}-{self.roles.get(right.concept, '')}"
        apart = min(pair.distance, 4)
        yield f"roles {roles} {apart}"
        yield f"apart {apart}"
        yield f"together {min(pair.together, 3)}"
        yield f"counts {min(self.count[left.concept], 4)} {min(self.count[right.concept], 4)}"
        if self.reading.sentences[left.sentence].title:
            yield f"title {apart} {roles}"
        own = self.cues[right.sentence].own
        yield f"own {self.cues[left.sentence].own} {own} {apart}"
        names = self.lower[left.concept], self.lower[right.concept]
        yield f"L {names[0]}"
        yield f"R {names[1]}"
        yield from _name_features(*names)

    def _inside(self, pair: Pair) -> Iterator[str]:
        """One sentence names both."""
        left, right = pair.left, pair.right
        words = self.reading.words
        roles = f"{self.roles.get(left.concept, '')}-{self.roles.get(right.concept, '')}"
        sentence = self.reading.sentences[left.sentence]
        gap = right.first - left.last
        yield f"gap {gap if gap < 4 else 4 + min(gap // 5, 6)}"
        masked, between = self._masked(pair)
        yield f"mentions between {min(between, 4)}"
        if len(masked) <= _SHORT:
            yield f"path {' '.join(masked)}"
            yield f"path {' '.join(masked)} {roles}"
        path = " ".join(w for w in masked if w == "#" or w in cue_classes() or w in _JOINTS)
        yield f"cues {path[:80]}"
        if all(word in _JOINTS for word in masked):
            yield f"joined {roles}"
            yield "joined"
        before = words[max(sentence.first, left.first - _AROUND) : left.first]
        after = words[right.last : min(sentence.last, right.last + _AROUND)]
        for distance, word in enumerate(reversed(before), 1):
            yield f"-{distance} {word}"
            yield f"- {word}"
        for distance, word in enumerate(after, 1):
            yield f"+{distance} {word}"
        if masked:
            yield f"b1 {masked[0]}"
            yield f"bn {masked[-1]}"
            yield f"b12 {' '.join(masked[:2])}"
            yield f"bmn {' '.join(masked[-2:])}"
        for word in dict.fromkeys(masked[:_LONG]):
            yield f"b {word}"
        for cue in self._cues_before(sentence.first, left.first):
            yield f"<< {cue}"
        near = self._nearest(pair)
        yield f"nearest {near}"
        yield f"nearest {near} {roles}"
        yield f"polarity {left.polarity} {right.polarity}"

    def _between(self, pair: Pair) -> Iterator[str]:
        """Cue classes between, whatever the types."""
        classes = cue_classes()
        left, right = pair.left, pair.right
        for word in dict.fromkeys(self.reading.words[left.last : right.first][:_LONG]):
            for cue in classes.get(word, ()):
                yield f"{left.type[:2]} c {cue}"
                yield f"{right.type[:2]} c' {cue}"

    def _across(self, pair: Pair) -> Iterator[str]:
        """No sentence names both."""
        left, right = pair.left, pair.right
        roles = f"{self.roles.get(left.concept, '')}-{self.roles.get(right.concept, '')}"
        sentence = self.reading.sentences[right.sentence]
        apart = min(pair.distance, 3)
        words = self.reading.words
        for distance, word in enumerate(reversed(words[max(sentence.first, right.first - _AROUND) : right.first]), 1):
            yield f"a-{distance} {word}"
        for cue in self._cues_before(sentence.first, right.first):
            yield f"a<< {cue} {apart}"
        rivals = self._of_type(right.sentence, left.type)
        yield f"rivals {min(len(rivals), 2)} {roles}"
        yield f"first {words[sentence.first] if sentence.first < len(words) else ''}"
        same = self._of_type(left.sentence, left.type)
        yield f"position {min(same.index(left.concept), 2)} {roles}"

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
        classes = cue_classes()
        return list(
            dict.fromkeys(
                c for word in self.reading.words[max(start, end - _WIDE) : end] for c in classes.get(word, ())
            )
        )

    def _nearest(self, pair: Pair) -> str:
        """Whether each is the other's nearest of its type in the sentence, on that side."""
        between = {m.type for m in self._mentions_between(pair)}
        return f"{pair.left.type in between}{pair.right.type in between}"

    def _of_type(self, sentence: int, label: str) -> list[str]:
        key = (sentence, label)
        if key not in self.ranks:
            self.ranks[key] = list(dict.fromkeys(m.concept for m in self.by_sentence[sentence] if m.type == label))
        return self.ranks[key]


def _name_features(left: str, right: str) -> Iterator[str]:
    """How the two names share words: heads tell kinds from their subkinds."""
    one, other = left.split(), right.split()
    if one and other and one[-1] == other[-1]:
        yield f"same head {len(one) > len(other)}{len(one) < len(other)}"
    if left in right or right in left:
        place = "end" if left.endswith(right) or right.endswith(left) else "in"
        yield f"contains {place} {left in right}"
    shared = len(set(one) & set(other))
    if shared:
        yield f"shared {min(shared, 3)}"
