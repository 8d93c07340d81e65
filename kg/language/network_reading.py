"""One Doc as the network reads it: windows of words, their vectors, and what the heads say of spans and facts."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from spacy.tokens import Doc

from kg.language.document import get_offsets, get_sentence_starts, get_words
from kg.language.encoding import hints, load_tokenizer, looks, piece_words
from kg.language.network import FactReader, Floats, Marks, Network, Vectors, Words, log_softmax
from kg.language.reading import Reading
from kg.language.relation_features import Pair
from kg.language.result_features import Measured
from kg.model import ENTITY_TYPES, EntityType

READING: Final = "network"
"""The key under which a Doc keeps its reading."""
SPANS: Final = "network spans"
"""The key under which a Doc keeps the spans that the network takes for names."""
PIECES: Final = 500
"""The most pieces of a window; the encoder was trained on no more."""
_WORDS: Final = 380
_SLACK: Final = 0.01
"""Far more than rounding does to the logarithm of a chance."""


class SpanChance(NamedTuple):
    """Tokens `start` to `end` (exclusive) name something of type `label` with probability `chance`."""

    start: int
    end: int
    label: EntityType
    chance: float


class NetworkReading:
    """The words of a Doc with their vectors. Words are the tokens that are no blanks."""

    def __init__(self, network: Network, doc: Doc) -> None:
        self.network = network
        texts = get_words(doc)
        tokens = [i for i in range(len(doc)) if not texts[i].isspace()]
        self.windows: list[Vectors] = []
        self.tokens: list[int] = []
        starts = get_sentence_starts(doc)
        while len(self.tokens) < len(tokens):
            rest = tokens[len(self.tokens) :]
            window = _first_window(rest, starts)
            pieces, begins, ends = piece_words([texts[i] for i in window], load_tokenizer(), PIECES)
            if len(begins) < len(window):
                window = _first_window(window[: max(len(begins), 1)], starts)
                pieces, begins, ends = piece_words([texts[i] for i in window], load_tokenizer(), PIECES)
            shown = hints(doc, window)
            self.windows.append(network.encode(Words(pieces, begins, ends, [looks(texts[i]) for i in window], shown)))
            self.tokens += window
        self.word_of = {token: word for word, token in enumerate(self.tokens)}
        self.vectors = _join(self.windows)
        self.title = bisect_left(self.tokens, bisect_left(get_offsets(doc), doc._.title_end))

    def iter_spans(self, faint: float) -> Iterator[SpanChance]:
        """Spans whose chance of one of the types is `faint` or more; none crosses a window."""
        for places, scores in self._iter_likely("gold", faint):
            chances = np.exp(scores[:, 1:])
            for row, label in np.argwhere(chances >= faint).tolist():
                yield SpanChance(*places[row], ENTITY_TYPES[label], float(chances[row, label]))

    def choose_spans(self, head: str) -> list["HeadSpan"]:
        """The spans that any head of the network takes for likelier than none, the likeliest first; overlaps stay."""
        found = [
            HeadSpan(*place, int(row[1:].argmax()), float(row[1:].max()))
            for places, scores in self._iter_likely(head, 1.0)
            for place, row in zip(places, scores, strict=True)
            if row[1:].max() > row[0]
        ]
        return sorted(found, key=lambda s: (-s.score, s.start, s.end))

    def _iter_likely(self, head: str, least: float) -> Iterator[tuple[list[tuple[int, int]], Floats]]:
        """For each window the spans with a label that may be so many times as likely as none: first and last token
        (exclusive), and the logarithms of the chances of all labels. These are not worked out for the many others."""
        offset = 0
        for vectors in self.windows:
            size = len(vectors.first)
            scores = self.network.spans(vectors, head)
            near = scores[..., 1:].max(axis=-1) - scores[..., 0] >= np.log(least) - _SLACK
            near &= np.arange(size)[:, None] + np.arange(self.network.width) < size
            starts, widths = near.nonzero()
            firsts, lasts = (starts + offset).tolist(), (starts + widths + offset).tolist()
            places = [(self.tokens[i], self.tokens[j] + 1) for i, j in zip(firsts, lasts, strict=True)]
            yield places, log_softmax(scores[starts, widths])
            offset += size


class HeadSpan(NamedTuple):
    """Tokens `start` to `end` (exclusive), the number of the label of a head, and the logarithm of its probability."""

    start: int
    end: int
    label: int
    score: float


def _first_window(tokens: Sequence[int], sentence_starts: frozenset[int]) -> list[int]:
    """As many whole sentences as fit in a window; a part of the first where that one is too long."""
    if len(tokens) <= _WORDS:
        return list(tokens)
    cut = next((n for n in range(_WORDS, 0, -1) if tokens[n] in sentence_starts), _WORDS)
    return list(tokens[:cut])


def _join(windows: Sequence[Vectors]) -> Vectors:
    if len(windows) == 1:
        return windows[0]
    if not windows:
        return Vectors(*[np.zeros((0, 0), np.float32)] * len(Vectors._fields))
    return Vectors(*(np.concatenate(parts) for parts in zip(*windows, strict=True)))


class FactScores:
    """What the network says of the facts of a Doc whose mentions are set."""

    def __init__(self, network_reading: NetworkReading, doc: Doc, reading: Reading) -> None:
        self.words = _WordFinder(network_reading, doc)
        self.numbers: dict[str, int] = {}
        self.places: dict[int, int] = {}
        types: list[int] = []
        marks: list[tuple[int, int, int]] = []
        for mention in reading.mentions:
            bounds = self.words.find(mention.start, mention.end)
            if bounds is None or mention.type not in ENTITY_TYPES:
                continue
            if mention.concept not in self.numbers:
                self.numbers[mention.concept] = len(self.numbers)
                types.append(ENTITY_TYPES.index(mention.type))
            self.places[mention.start] = len(marks)
            marks.append((*bounds, self.numbers[mention.concept]))
        self.reader: FactReader | None = None
        if marks:
            self.reader = network_reading.network.facts(
                network_reading.vectors, Marks(marks, types, network_reading.title)
            )

    def roles(self) -> dict[str, Floats]:
        """The scores of the roles of each concept."""
        if self.reader is None:
            return {}
        rows = self.reader.roles()
        return {concept: rows[number] for concept, number in self.numbers.items()}

    def relations(self, pairs: Sequence[Pair]) -> Floats:
        """The scores of the classes for each pair, of which there is at least one."""
        assert self.reader is not None
        numbers, places = self.numbers, self.places
        ends = ((p.left, p.right) for p in pairs)
        return self.reader.relations(
            [(numbers[a.concept], numbers[b.concept], places[a.start], places[b.start]) for a, b in ends]
        )

    def results(self, measured: Sequence[Measured]) -> tuple[Floats, Floats] | None:
        """Scores of each quantity being a result, and of its links: (quantities, concepts, slots)."""
        if self.reader is None or not measured:
            return None
        bounds = [self.words.find(m.quantity.digits_start, m.quantity.digits_end) or (0, 0) for m in measured]
        return self.reader.results(bounds)


class _WordFinder:
    """From characters of a Doc to words of the network."""

    def __init__(self, network_reading: NetworkReading, doc: Doc) -> None:
        self.offsets = get_offsets(doc)
        self.word_of = network_reading.word_of

    def find(self, start: int, end: int) -> tuple[int, int] | None:
        """First and last word that the characters touch; None where there is none."""
        first, last = bisect_right(self.offsets, start) - 1, bisect_left(self.offsets, end)
        words = [self.word_of[i] for i in range(max(first, 0), last) if i in self.word_of]
        return (words[0], words[-1]) if words else None


def fact_scores(doc: Doc, reading: Reading) -> FactScores | None:
    """What the network says of the facts of the Doc, worked out once; None where no network has read it."""
    network_reading: NetworkReading | None = doc.user_data.get(READING)
    if network_reading is None:
        return None
    kept: tuple[Reading, FactScores] | None = doc.user_data.get("fact scores")
    if kept is None or kept[0] is not reading:
        kept = doc.user_data["fact scores"] = (reading, FactScores(network_reading, doc, reading))
    return kept[1]
