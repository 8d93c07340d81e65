"""Phrases that name something, known or not: a linear-chain conditional random field over words.

It reads the candidates of the components before it as features, scores them anew by their probability,
and adds phrases of its own. Source: J. Lafferty, A. McCallum and F. Pereira, "Conditional random fields:
probabilistic models for segmenting and labeling sequence data", ICML 2001.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from kg.language.document import Candidate, data_path, get_offsets, get_words
from kg.language.phrase_features import CLOSING, OPENING, REACH, context_features, pair_feature, word_features
from kg.model import ENTITY_TYPES, EntityType

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Phrase = tuple[int, int, EntityType, float]

PLACES: Final = "BIES"
LABELS: Final = ("O", *(f"{place}-{t}" for t in ENTITY_TYPES for place in PLACES))
_WIDTH: Final = 2 * REACH + 1
_CACHED_WORDS: Final = 20_000
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
        self._words = np.zeros((_CACHED_WORDS, _WIDTH, len(LABELS)), np.int32)

    def emissions(self, sentences: list[list[str]], context: list[list[str]]) -> Floats:
        """Scores of the labels for every word of the sentences; `context` has the other features of each."""
        words: list[str] = []
        centres: list[int] = []
        pairs: list[str] = []
        for sentence in sentences:
            centres += range(len(words), len(words) + len(sentence))
            words += [OPENING] * REACH + sentence + [CLOSING] * REACH
            joints = [pair_feature(a, b) for a, b in zip([OPENING, *sentence], [*sentence, CLOSING], strict=True)]
            pairs += joints
        numbers = self._number(words)
        width = len(words) - _WIDTH + 1
        known = np.sum([self._words[numbers[place : place + width], place] for place in range(_WIDTH)], axis=0)
        find, absent = self.rows.get, len(self.rows)
        flat: list[int] = []
        starts: list[int] = []
        joint = 0
        at = 0
        for sentence in sentences:
            for _ in sentence:
                starts.append(len(flat))
                flat.append(find(pairs[joint], absent))
                flat.append(find(">" + pairs[joint + 1], absent))
                flat += [find(feature, absent) for feature in context[at]]
                joint += 1
                at += 1
            joint += 1
        rest: Any = np.add.reduceat(self.weights[flat], starts, axis=0)
        return np.asarray((known[centres] + rest) / self.scale, dtype=np.float64)

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
    """Probabilities of label sequences for sentences of one paper, padded to one length."""

    def __init__(self, model: PhraseModel, emissions: Floats, lengths: list[int]) -> None:
        longest = max(lengths)
        count = len(LABELS)
        self.model = model
        self.potentials: Floats = np.ones((len(lengths), longest, count))
        mask = np.arange(longest) < np.asarray(lengths)[:, None]
        self.potentials[mask] = np.exp(emissions - emissions.max(axis=1, keepdims=True))
        self.forward: Floats = np.zeros_like(self.potentials)
        self.norms: Floats = np.ones(mask.shape)
        self.backward: Floats = np.zeros_like(self.potentials)
        self._run_forward(mask)
        self._run_backward(mask)

    def _run_forward(self, mask: NDArray[np.bool_]) -> None:
        current = self.potentials[:, 0] * STARTS
        for t in range(mask.shape[1]):
            if t:
                current = (self.forward[:, t - 1] @ self.model.steps) * self.potentials[:, t]
            norm = current.sum(axis=1)
            inside = mask[:, t]
            self.norms[:, t] = np.where(inside, norm, 1.0)
            self.forward[:, t] = (
                np.where(inside[:, None], current / norm[:, None], self.forward[:, t - 1])
                if t
                else current / norm[:, None]
            )

    def _run_backward(self, mask: NDArray[np.bool_]) -> None:
        last = mask.shape[1] - 1
        ends = self.forward[:, last] * ENDS
        self.backward[:, last] = ENDS / ends.sum(axis=1, keepdims=True)
        for t in range(last - 1, -1, -1):
            ahead = (self.potentials[:, t + 1] * self.backward[:, t + 1]) @ self.model.steps.T
            ahead /= self.norms[:, t + 1, None]
            self.backward[:, t] = np.where(mask[:, t + 1, None], ahead, self.backward[:, t + 1])

    def iter_phrases(self, sentence: int, length: int) -> Iterator[Phrase]:
        """Every phrase (start, end, type, probability) that is not faint."""
        chances = self.forward[sentence] * self.backward[sentence]
        for number, entity_type in enumerate(ENTITY_TYPES):
            begin, inner, last, single = (1 + number * len(PLACES) + place for place in range(len(PLACES)))
            for start in np.flatnonzero(chances[:length, single] > _FAINT).tolist():
                yield start, start + 1, entity_type, float(chances[start, single])
            for start in np.flatnonzero(chances[:length, begin] > _FAINT).tolist():
                yield from self._extend(sentence, start, length, entity_type, (begin, inner, last))

    def _extend(
        self, sentence: int, start: int, length: int, entity_type: EntityType, labels: tuple[int, int, int]
    ) -> Iterator[Phrase]:
        begin, inner, last = labels
        steps, potentials, norms = self.model.steps, self.potentials[sentence], self.norms[sentence]
        chances = self.forward[sentence] * self.backward[sentence]
        chance, before = self.forward[sentence, start, begin], begin
        for t in range(start + 1, min(length, start + LONGEST)):
            ending = chance * steps[before, last] * potentials[t, last] / norms[t] * self.backward[sentence, t, last]
            if ending > _FAINT:
                yield start, t + 1, entity_type, float(ending)
            chance *= steps[before, inner] * potentials[t, inner] / norms[t]
            before = inner
            if chance * self.backward[sentence, t, inner] < _FAINT or chances[t, inner] < _FAINT:
                break


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
            for number, sentence in enumerate(block):
                for start, end, label, chance in lattice.iter_phrases(number, len(sentence)):
                    found.append((sentence[start], sentence[end - 1] + 1, label, chance))
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
        named = {t.text for t in doc if t.idx >= doc._.text_start and t.is_title and not t.is_sent_start}
        for i in title:
            if words[i].istitle() and words[i] not in named and (i + 1 == len(words) or words[i + 1] != ":" or i):
                words[i] = words[i].lower()
    return words


def _iter_blocks(doc: Doc) -> Iterator[list[list[int]]]:
    """Sentences as the numbers of their words, blanks left out, some at a time; overlong ones are cut."""
    block: list[list[int]] = []
    texts = get_words(doc)
    size = 0
    for sentence in doc.sents:
        words = [i for i in range(sentence.start, sentence.end) if not texts[i].isspace()]
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
