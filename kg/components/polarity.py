"""Polarity: which mentions and stretches of a sentence are negated or hedged.

A cue governs what follows it closely, never the whole sentence: "without" and "no" the noun phrase after
them, "not" the object of its verb, "may" its clause. What is only denied as an outcome ("could not improve
BLEU") negates the claim, not the mention. A negation within a negation cancels it.
"""

from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

from kg import model
from kg.language.polarity_scopes import Governed, ScopeFinder, find_cues, load_cues, load_words
from kg.language.reading import Reading, Scope, mark_polarity, read
from kg.language.reasons import ScopeReason


class Polarity:
    """Writes `span._.polarity` on mentions and the stretches under a cue to `doc._.scopes`."""

    def __init__(self, cues: str, words: str) -> None:
        self.cues = load_cues(cues)
        self.words = load_words(words)

    def __call__(self, doc: Doc) -> Doc:
        marked: dict[tuple[int, int], model.Polarity] = {}
        scopes: list[Scope] = []
        for governed in self.iter_governed(read(doc)):
            scopes.append(Scope(governed.start, governed.end, governed.polarity))
            for place in governed.mentions:
                if marked.get(place) != "negated":
                    marked[place] = governed.polarity
        mark_polarity(doc, marked)
        doc._.scopes = sorted(set(scopes))
        return doc

    def iter_governed(self, reading: Reading) -> Iterator[Governed]:
        """What each cue of the reading governs."""
        grouped = reading.mentions_by_sentence()
        for number, sentence in enumerate(reading.sentences):
            cues = find_cues(reading, sentence, self.cues, self.words)
            if cues:
                yield from ScopeFinder(reading, sentence, grouped[number], self.words).iter_governed(cues)

    def explain_scopes(self, doc: Doc) -> Iterator[ScopeReason]:
        """What each cue governs, taken by itself."""
        reading = read(doc)
        grouped = reading.mentions_by_sentence()
        for number, sentence in enumerate(reading.sentences):
            finder = ScopeFinder(reading, sentence, grouped[number], self.words)
            for cue in find_cues(reading, sentence, self.cues, self.words):
                place = reading.starts[cue.first], reading.ends[cue.last - 1]
                for found in finder.iter_governed([cue]):
                    yield ScopeReason(found.start, found.end, found.polarity, *place, found.mentions)


@Language.factory(
    "polarity",
    requires=["doc.sents", "doc.spans"],
    assigns=["doc._.scopes", "span._.polarity"],
    default_config={"cues": "polarity.tsv", "words": "polarity_words.tsv"},
)
def create_polarity(nlp: Language, name: str, cues: str, words: str) -> Polarity:  # noqa: ARG001
    """Polarity by the cues and word classes of two data files."""
    return Polarity(cues, words)
