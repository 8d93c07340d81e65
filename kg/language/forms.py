"""Surface forms of names: which differences do not matter, and an index from forms to concepts.

Two forms are the same where they differ in capitals, hyphens, blanks, plural and British or American
spelling only. Short names in capitals and names that are also common words keep their capitals.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from kg.language.document import read_lines
from kg.schema import Term, Vocabulary

LONGEST: Final = 10
_PART: Final = re.compile(r"[^\W_]+|[^\w\s]")
_JOINERS: Final = frozenset("-‐‑‒–—−_ \t\n${}\\^`\"'“”‘’")
_IRREGULAR: Final = {
    "analyses": "analysis", "bases": "basis", "corpora": "corpus", "criteria": "criterion", "data": "data",
    "hypotheses": "hypothesis", "indexes": "index", "indices": "index", "matrices": "matrix", "media": "medium",
    "phenomena": "phenomenon", "series": "series", "simplices": "simplex", "syntheses": "synthesis",
    "theses": "thesis", "vertices": "vertex", "axes": "axis", "automata": "automaton", "quanta": "quantum",
    "spectra": "spectrum", "lemmata": "lemma", "schemata": "schema", "appendices": "appendix",
    "parentheses": "parenthesis", "diagnoses": "diagnosis", "prognoses": "prognosis", "caches": "cache",
    "cashes": "cash", "species": "species", "lens": "lens", "chaos": "chaos", "physics": "physics", "bus": "bus",
    "buses": "bus", "gas": "gas", "gases": "gas", "bias": "bias", "biases": "bias", "news": "news",
    "lies": "lie", "movies": "movie", "cookies": "cookie", "calories": "calorie", "ties": "tie", "zombies": "zombie",
    "halves": "half", "leaves": "leaf", "wolves": "wolf", "knives": "knife", "mice": "mouse", "men": "man",
    "women": "woman", "children": "child", "people": "people", "feet": "foot", "halos": "halo", "atlas": "atlas",
    "canvas": "canvas", "alias": "alias", "aliases": "alias", "has": "has", "was": "was", "always": "always",
    "perhaps": "perhaps", "across": "across", "cosmos": "cosmos", "mechanics": "mechanics", "heroes": "hero",
}  # fmt: skip
_SINGULAR_ENDINGS: Final = ("ss", "us", "is", "ics", "ous", "os")
_SIBILANTS: Final = ("sses", "shes", "ches", "xes", "zzes")


class Sense(NamedTuple):
    """A concept that a form may stand for. `sure` unless the vocabulary marks the form as doubtful."""

    form: str
    term: Term
    sure: bool


@lru_cache(maxsize=100_000)
def singular(word: str) -> str:
    """The singular of a noun, capitals kept; names in capitals only lose a small s.

    >>> [singular(w) for w in ("networks", "GPUs", "AWS", "analyses", "memories", "classes", "bus", "Matrices")]
    ['network', 'GPU', 'AWS', 'analysis', 'memory', 'class', 'bus', 'Matrix']
    """
    lower = word.lower()
    if lower in _IRREGULAR:
        found = _IRREGULAR[lower]
        return found if word.islower() else word[0] + found[1:] if word.istitle() else word
    if len(word) < 3 or not word.endswith("s") or word.endswith(_SINGULAR_ENDINGS):
        return word
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(_SIBILANTS):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=1)
def _spelling() -> tuple[dict[str, str], tuple[int, ...]]:
    endings = dict(line.split("\t")[:2] for line in read_lines("spelling.tsv"))
    return endings, tuple(sorted({len(e) for e in endings}, reverse=True))


@lru_cache(maxsize=200_000)
def fold_word(word: str) -> str:
    """One word without what does not matter: plural, spelling, capitals; empty for hyphens and LaTeX marks.

    >>> [fold_word(w) for w in ("Behaviours", "optimisation", "GPUs", "-", "+")]
    ['behavior', 'optimization', 'gpu', '', '+']
    """
    if word in _JOINERS:
        return ""
    one = unicodedata.normalize("NFKC", singular(word)).casefold()
    if len(one) > 4:
        endings, lengths = _spelling()
        for length in lengths:
            if length <= len(one) and (american := endings.get(one[-length:])):
                return one[:-length] + american
    return one


def fold_form(form: str) -> str:
    """The key of a form: its folded words without blanks.

    >>> fold_form("Speed-ups") == fold_form("speedup"), fold_form("$R^2$"), fold_form("C++")
    (True, 'r2', 'c++')
    """
    return "".join(map(fold_word, _PART.findall(form)))


def capitals_agree(form: str, surface: str) -> bool:
    """Whether the capitals of `surface` allow it to be `form`.

    A single word written with capitals keeps them (`MAP`, `Adam`, `SciPy`); longer names and plain
    words may be written either way, but a plain word is no acronym (`rose`, `ROSE`).

    >>> capitals_agree("MAP", "map"), capitals_agree("Kalman filter", "kalman filter"), capitals_agree("GPU", "GPUs")
    (False, True, True)
    """
    if " " in form.strip() or "-" in form:
        return True
    word, seen = (unicodedata.normalize("NFKC", singular(w.strip("$"))) for w in (form, surface))
    if word == seen:
        return True
    if not any(c.isupper() for c in word):
        return not (1 < len(seen) < 6 and seen.isupper())
    if (word.isupper() and len(word) < 6) or word.istitle():
        return _letters(word) == _letters(seen)
    return seen[0].isupper() or len(word) > 7


def _letters(word: str) -> str:
    return "".join(c for c in word if c.isalnum())


class FormIndex:
    """The forms of a vocabulary by their folded key.

    `small` maps capitalised words to themselves in small letters where most labels write them so.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._senses: dict[str, list[Sense]] = {}
        self._longest: dict[str, int] = {}
        self.small = _small_words(term.label for term in vocabulary)
        for term in vocabulary:
            for form, sure in _iter_forms(term):
                self._add(Sense(form, term, sure))

    def _add(self, sense: Sense) -> None:
        words = _PART.findall(sense.form)
        folded = [f for f in map(fold_word, words) if f]
        if not folded:
            return
        self._senses.setdefault("".join(folded), []).append(sense)
        if len(words) > self._longest.get(folded[0], 0):
            self._longest[folded[0]] = len(words)

    def longest_from(self, folded: str) -> int:
        """The most words that a form beginning with that folded word may span, joined or not; 0 if none begins so."""
        known = self._longest.get(folded, 0)
        return known + 2 if known > 1 else int(known or folded in self._senses)

    def __contains__(self, key: object) -> bool:
        return key in self._senses

    def find(self, key: str, surface: str) -> list[Sense]:
        """The senses of a folded key whose capitals agree with the surface, sure ones and labels first."""
        found = [s for s in self._senses.get(key, ()) if capitals_agree(s.form, surface)]
        return sorted(found, key=lambda s: (not s.sure, s.form != s.term.label, s.term.iri))


def _small_words(labels: Iterable[str]) -> dict[str, str]:
    words = Counter(word for label in labels for word in _PART.findall(label))
    return {w.capitalize(): w for w, n in words.items() if w.islower() and w.isalpha() and n > words[w.capitalize()]}


def _iter_forms(term: Term) -> Iterator[tuple[str, bool]]:
    yield term.label, term.label not in term.doubtful
    for alias in term.aliases:
        yield alias, True
    for alias in term.doubtful:
        if alias != term.label:
            yield alias, False


@lru_cache(maxsize=2)
def load_forms(vocabulary: Vocabulary) -> FormIndex:
    """The index of a vocabulary, built once a process."""
    return FormIndex(vocabulary)
