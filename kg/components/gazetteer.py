"""Names that the vocabulary has: the longest form at every place, by a hash of its folded words."""

from collections.abc import Iterator
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from kg.language.document import Candidate, get_sentence_starts, get_words
from kg.language.forms import FormIndex, Sense, fold_form, fold_word, load_forms
from kg.schema import load_vocabulary


class Match(NamedTuple):
    """Words `start` to `end` (exclusive) are a form of some concepts of the vocabulary, the likeliest first."""

    start: int
    end: int
    senses: list[Sense]


class Gazetteer:
    """Writes a candidate for every sense of every match.

    A form that the vocabulary marks as doubtful scores `doubtful`, or `supported` where the paper defines it
    as an abbreviation of the concept or names the concept by a sure form as well.
    """

    def __init__(self, index: FormIndex, *, sure: float, supported: float, doubtful: float) -> None:
        self.index = index
        self.sure = sure
        self.supported = supported
        self.doubtful = doubtful

    def __call__(self, doc: Doc) -> Doc:
        matches = list(iter_matches(doc, self.index))
        named = {s.term.iri for m in matches for s in m.senses if s.sure}
        defined = {(fold_form(short.text), fold_form(long.text)) for short, long in doc._.abbreviations}
        for match in matches:
            surface = fold_form(doc[match.start : match.end].text)
            best: dict[str, float] = {}
            for sense in match.senses:
                backed = sense.term.iri in named or any(
                    surface == short and _bears(sense, long) for short, long in defined
                )
                score = self.sure if sense.sure else self.supported if backed else self.doubtful
                for label in sense.term.types:
                    best[label] = max(best.get(label, 0.0), score)
            doc._.candidates += [
                Candidate(match.start, match.end, label, score, "gazetteer") for label, score in sorted(best.items())
            ]
        return doc


def _bears(sense: Sense, key: str) -> bool:
    return any(fold_form(form) == key for form in (sense.term.label, *sense.term.aliases))


def iter_matches(doc: Doc, index: FormIndex) -> Iterator[Match]:
    """The longest matches from left to right; none crosses the border of a sentence or overlaps another."""
    words = get_words(doc)
    folded = [fold_word(word) for word in words]
    opens = get_sentence_starts(doc)
    i = 0
    while i < len(words):
        match = _longest(doc, index, folded, opens, i)
        if match is None:
            i += 1
        else:
            yield match
            i = match.end


def _longest(doc: Doc, index: FormIndex, folded: list[str], opens: frozenset[int], start: int) -> Match | None:
    limit = index.longest_from(folded[start]) if folded[start] else 0
    key, ends = "", []
    for i in range(start, min(start + limit, len(folded))):
        if i > start and i in opens:
            break
        key += folded[i]
        if folded[i] and key in index:
            ends.append((i + 1, key))
    for end, found in reversed(ends):
        if senses := index.find(found, doc[start:end].text):
            return Match(start, end, senses)
    return None


@Language.factory(
    "gazetteer",
    requires=["token.is_sent_start", "doc._.abbreviations"],
    assigns=["doc._.candidates"],
    default_config={"sure": 0.9, "supported": 0.8, "doubtful": 0.3},
)
def create_gazetteer(nlp: Language, name: str, sure: float, supported: float, doubtful: float) -> Gazetteer:  # noqa: ARG001
    """The gazetteer of the vocabulary that ships with kg."""
    return Gazetteer(load_forms(load_vocabulary()), sure=sure, supported=supported, doubtful=doubtful)
