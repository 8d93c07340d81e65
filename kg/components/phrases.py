"""Phrases that name something, known or not: a linear-chain conditional random field over words.

It reads the candidates of the components before it as features, scores them anew by their probability,
and adds phrases of its own. Source: J. Lafferty, A. McCallum and F. Pereira, "Conditional random fields:
probabilistic models for segmenting and labeling sequence data", ICML 2001.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from kg.language.document import Candidate, data_path, get_offsets, get_sentence_starts, get_words
from kg.language.phrase_features import CLOSING, OPENING, REACH, context_features, pair_feature, word_features
from kg.model import ENTITY_TYPES, EntityType

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Phrase = tuple[int, int, EntityType, float]

PLACES: Final = "BIES"
LABELS: Final = ("O", *(f"{place}-{t}" for t in ENTITY_TYPES for place in PLACES))
_WIDTH: Final = 2 * REACH + 1
_CACHED_WORDS: Final = 20_000
_CACHED_PAIRS: Final = 100_000
_FAINT: Final = 0.02
"""Probabilities below it are taken for none."""
_LONGEST_SENTENCE: Final = 600
"""In words; also how many words are read at once."""
LONGEST: Final = 14
"""The most words of a phrase."""


def label_of(entity_type: EntityType, place: str) -> int:
    """The number of a label: place B, I, E or S (a single word) of a phrase of that type."""
    return 1 + len(PLACES) * ENTITY_TYPES.index(entity_type) + PLACES.index(place)


class PhraseModel:
    """Weights in whole numbers (`scale` of them make 1) by feature and label, and from label to label."""

    def __init__(self, features: list[str], weights: Ints, steps: Ints, scale: int) -> None:
        self.rows = {feature: row for row, feature in enumerate(features)}
        self.weights = np.vstack([weights, np.zeros((1, weights.shape[1]), np.int32)]).astype(np.int32)
        self.scale = scale
        self.steps: Floats = np.where(allowed_steps(), np.exp(steps / scale), 0.0)
        self._numbers: dict[str, int] = {}
        self._joints: dict[tuple[str, str], tuple[int, int]] = {}
        self._words = np.zeros((_CACHED_WORDS, _WIDTH, len(LABELS)), np.int32)

    def emissions(self, sentences: list[list[str]], context: list[list[str]]) -> Floats:
        """Scores of the labels for every word of the sentences; `context` has the other features of each."""
        words: list[str] = []
        centres: list[int] = []
        pairs: list[tuple[int, int]] = []
        for sentence in sentences:
            centres += range(len(words), len(words) + len(sentence))
            words += [OPENING] * REACH + sentence + [CLOSING] * REACH
            joints = [self._joint(*pair) for pair in pairwise([OPENING, *sentence, CLOSING])]
            pairs += zip((left for left, _ in joints), (right for _, right in joints[1:]), strict=False)
        numbers = self._number(words)
        width = len(words) - _WIDTH + 1
        known = np.sum([self._words[numbers[place : place + width], place] for place in range(_WIDTH)], axis=0)
        find, absent = self.rows.get, len(self.rows)
        flat: list[int] = []
        starts: list[int] = []
        for pair, features in zip(pairs, context, strict=True):
            starts.append(len(flat))
            flat += pair
            flat += [find(feature, absent) for feature in features]
        rest: Any = np.add.reduceat(self.weights[flat], starts, axis=0)
        return np.asarray((known[centres] + rest) / self.scale, dtype=np.float64)

    def _joint(self, one: str, other: str) -> tuple[int, int]:
        """The rows of two neighbours, as features of the second and of the first."""
        found = self._joints.get((one, other))
        if found is None:
            if len(self._joints) >= _CACHED_PAIRS:
                self._joints.clear()
            feature, absent = pair_feature(one, other), len(self.rows)
            found = (self.rows.get(feature, absent), self.rows.get(">" + feature, absent))
            self._joints[one, other] = found
        return found

    def _number(self, words: list[str]) -> list[int]:
        """The rows of the words in the table of sums over their own features."""
        if len(self._numbers) + len(words) > _CACHED_WORDS:
            self._numbers.clear()
        numbers = []
        for word in words:
            number = self._numbers.get(word)
            if number is None:
                number = self._numbers[word] = len(self._numbers)
                for place in range(_WIDTH):
                    rows = [self.rows[f] for f in word_features(word, place - REACH) if f in self.rows]
                    self._words[number, place] = self.weights[rows].sum(axis=0)
            numbers.append(number)
        return numbers


class Lattice:
    """Probabilities of label sequences for sentences of one paper, padded to one length.

    Both directions are one recursion: backwards, a sentence is read from its end by the transposed steps.
    """

    def __init__(self, model: PhraseModel, emissions: Floats, lengths: list[int]) -> None:
        self.model = model
        self.lengths = np.asarray(lengths)
        places = np.arange(max(lengths))
        inside = places < self.lengths[:, None]
        turned = np.maximum(self.lengths[:, None] - 1 - places, 0)[:, :, None]
        self.potentials: Floats = np.ones((*inside.shape, len(LABELS)))
        self.potentials[inside] = np.exp(emissions - emissions.max(axis=1, keepdims=True))
        both = np.stack([self.potentials, np.take_along_axis(self.potentials, turned, axis=1)])
        reached, sums = _run(both, np.stack([model.steps, model.steps.T]))
        self.norms: Floats = sums[0]
        self.forward: Floats = reached[0] * self.potentials / sums[0][:, :, None]
        backward = np.take_along_axis(reached[1], turned, axis=1)
        chances = self.forward * backward
        totals = chances.sum(axis=2, keepdims=True)
        self.backward: Floats = backward / totals
        self.chances: Floats = np.where(inside[:, :, None], chances / totals, 0.0)

    def iter_phrases(self) -> Iterator[tuple[int, Phrase]]:
        """The number of the sentence, and start, end, type and probability of every phrase that is not faint."""
        for (sentence, start, kind), chance in _above(self.chances[:, :, _OF["S"]], _FAINT):
            yield sentence, (start, start + 1, ENTITY_TYPES[kind], chance)
        rows, starts, kinds = np.nonzero(self.chances[:, :, _OF["B"]] > _FAINT)
        before = _OF["B"][kinds]
        open_chances: Any = self.forward[rows, starts, before]
        for width in range(1, LONGEST):
            going = starts + width < self.lengths[rows]
            rows, starts, kinds, before, open_chances = (x[going] for x in (rows, starts, kinds, before, open_chances))
            if not len(rows):
                return
            ends, last, inner = starts + width, _OF["E"][kinds], _OF["I"][kinds]
            closed = self._step(open_chances, rows, ends, before, last) * self.backward[rows, ends, last]
            for i in np.flatnonzero(closed > _FAINT).tolist():
                start = int(starts[i])
                yield int(rows[i]), (start, start + width + 1, ENTITY_TYPES[kinds[i]], float(closed[i]))
            open_chances = self._step(open_chances, rows, ends, before, inner)
            likely = open_chances * self.backward[rows, ends, inner] >= _FAINT
            going = likely & (self.chances[rows, ends, inner] >= _FAINT)
            rows, starts, kinds, before, open_chances = (x[going] for x in (rows, starts, kinds, inner, open_chances))

    def _step(self, chance: Floats, rows: Any, places: Any, before: Any, label: Any) -> Floats:
        found: Floats = (
            chance * self.model.steps[before, label] * self.potentials[rows, places, label] / self.norms[rows, places]
        )
        return found


def _run(potentials: Floats, steps: Floats) -> tuple[Floats, Floats]:
    """For both directions, what reaches each label before its own potential, and the sums by which it is scaled."""
    reached = np.empty_like(potentials)
    sums = np.empty(potentials.shape[:3])
    current: Floats = np.empty(0)
    for t in range(potentials.shape[2]):
        before = np.matmul(current, steps) if t else np.stack([STARTS, ENDS])[:, None]
        reached[:, :, t] = before
        current = before * potentials[:, :, t]
        total = current.sum(axis=2)
        sums[:, :, t] = total
        current /= total[:, :, None]
    return reached, sums


def _above(chances: Floats, least: float) -> Iterator[tuple[tuple[int, ...], float]]:
    """The places of an array with more than `least`, and what is there."""
    places = np.nonzero(chances > least)
    for place, chance in zip(np.transpose(places).tolist(), chances[places].tolist(), strict=True):
        yield tuple(place), chance


class PhraseRecogniser:
    """Replaces the candidates by phrases with their probability; `component` tells who found them first.

    Candidates of a type that the model was not trained on stay as they are.

    `agreement` (0..1) is the share of a score that comes from the mean over all places of the paper where
    the same words stand: a name is a name everywhere. `floor` is the least score of a name that a pattern introduces.
    """

    def __init__(self, model: PhraseModel, *, agreement: float, floor: float) -> None:
        self.phrase_model = model
        self.agreement = agreement
        self.floor = floor

    def __call__(self, doc: Doc) -> Doc:
        words = _plain_words(doc)
        context = context_features(doc)
        found: list[Phrase] = []
        for block in _iter_blocks(doc):
            sentences = [[words[i] for i in sentence] for sentence in block]
            emissions = self.phrase_model.emissions(sentences, [context[i] for sentence in block for i in sentence])
            lattice = Lattice(self.phrase_model, emissions, [len(sentence) for sentence in block])
            for number, (start, end, label, chance) in lattice.iter_phrases():
                found.append((block[number][start], block[number][end - 1] + 1, label, chance))
        trained = [c for c in doc._.candidates if c.label in ENTITY_TYPES]
        found += self._iter_introduced(trained, found)
        earlier = {(c.start, c.end, c.label): c.component for c in sorted(trained, reverse=True)}
        doc._.candidates = [
            *(
                Candidate(start, end, label, round(score, 4), earlier.get((start, end, label), "phrases"))
                for start, end, label, score in sorted(self._agree(words, _merge(found)))
            ),
            *(c for c in doc._.candidates if c.label not in ENTITY_TYPES),
        ]
        return doc

    def _iter_introduced(self, candidates: list[Candidate], found: list[Phrase]) -> Iterator[Phrase]:
        """Single words that a pattern introduces as names, where the model sees little in them: at the floor."""
        chances = {(start, end, label): chance for start, end, label, chance in found}
        for c in candidates:
            chance = chances.get((c.start, c.end, c.label), 0.0)
            if c.component == "patterns" and c.end == c.start + 1 and chance < self.floor:
                yield c.start, c.end, c.label, self.floor - chance

    def _agree(self, words: list[str], found: list[Phrase]) -> Iterator[Phrase]:
        places: dict[str, list[int]] = {}
        for i, word in enumerate(words):
            places.setdefault(word, []).append(i)
        totals: dict[tuple[tuple[str, ...], str], float] = {}
        for start, end, label, score in found:
            key = (tuple(words[start:end]), label)
            totals[key] = totals.get(key, 0.0) + score
        counts: dict[tuple[str, ...], int] = {}
        for start, end, label, score in found:
            name = tuple(words[start:end])
            if name not in counts:
                width = len(name)
                counts[name] = sum(tuple(words[i : i + width]) == name for i in places[name[0]])
            mean = totals[name, label] / counts[name]
            yield start, end, label, (1 - self.agreement) * score + self.agreement * mean


def _merge(found: list[Phrase]) -> list[Phrase]:
    """The same phrase once, its scores added."""
    scores: dict[tuple[int, int, EntityType], float] = {}
    for start, end, label, score in found:
        scores[start, end, label] = scores.get((start, end, label), 0.0) + score
    return [(*place, score) for place, score in scores.items()]


def _plain_words(doc: Doc) -> list[str]:
    """The words; in a title that capitalises all of them, those that the text never does are in lower case."""
    words = list(get_words(doc))
    offsets = get_offsets(doc)
    title = [i for i in range(bisect_left(offsets, doc._.title_end)) if words[i].isalpha()]
    long = [words[i] for i in title if len(words[i]) > 3]
    if 2 * sum(word[0].isupper() for word in long) > len(long) > 1:
        body, opens = bisect_left(offsets, doc._.text_start), get_sentence_starts(doc)
        named = {words[i] for i in range(body, len(words)) if words[i].istitle() and i not in opens}
        for i in title:
            if words[i].istitle() and words[i] not in named and (i + 1 == len(words) or words[i + 1] != ":" or i):
                words[i] = words[i].lower()
    return words


def _iter_blocks(doc: Doc) -> Iterator[list[list[int]]]:
    """Sentences as the numbers of their words, blanks left out, some at a time; overlong ones are cut."""
    block: list[list[int]] = []
    texts = get_words(doc)
    size = 0
    for start, end in pairwise([*sorted(get_sentence_starts(doc)), len(doc)]):
        words = [i for i in range(start, end) if not texts[i].isspace()]
        for begin in range(0, len(words), _LONGEST_SENTENCE):
            part = words[begin : begin + _LONGEST_SENTENCE]
            block.append(part)
            size += len(part)
        if size > _LONGEST_SENTENCE:
            yield block
            block, size = [], 0
    if block:
        yield block


def allowed_steps() -> NDArray[np.bool_]:
    """Which label may follow which: phrases are whole."""
    opened = np.array([label[0] in "BI" for label in LABELS])
    inside = np.array([label[0] in "IE" for label in LABELS])
    same = np.array([[a[1:] == b[1:] for b in LABELS] for a in LABELS])
    return np.where(inside[None, :], opened[:, None] & same, ~opened[:, None])


STARTS: Final[Floats] = np.array([label[0] in "OBS" for label in LABELS], dtype=np.float64)
ENDS: Final[Floats] = np.array([label[0] in "OES" for label in LABELS], dtype=np.float64)
_OF: Final = {place: np.array([label_of(t, place) for t in ENTITY_TYPES]) for place in PLACES}
"""The labels of a place by type."""


@cache
def load_phrase_model(name: str) -> PhraseModel:
    """The model in a data file that `kg.training.phrases` wrote."""
    with np.load(data_path(name), allow_pickle=False) as data:
        return to_phrase_model(data)


def to_phrase_model(arrays: Mapping[str, Any]) -> PhraseModel:
    """The model of the arrays `features` (names in UTF-8, a line each), `weights`, `steps` and `scale`."""
    features = bytes(arrays["features"]).decode("utf-8").split("\n")
    return PhraseModel(features, arrays["weights"], arrays["steps"], int(arrays["scale"]))


@Language.factory(
    "phrases",
    requires=["token.is_sent_start", "doc._.candidates", "doc._.abbreviations"],
    assigns=["doc._.candidates"],
    default_config={"weights": "phrases.npz", "agreement": 0.7, "floor": 0.4},
)
def create_phrases(nlp: Language, name: str, weights: str, agreement: float, floor: float) -> PhraseRecogniser:  # noqa: ARG001
    """The recogniser with the weights of a data file."""
    return PhraseRecogniser(load_phrase_model(weights), agreement=agreement, floor=floor)
