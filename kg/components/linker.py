"""From candidates to mentions: settle overlaps, then give every mention its concept.

A name is looked up by its folded form: the definition of an abbreviation in the same paper first, then the
vocabulary, then the vocabulary without a generic head. What nothing knows becomes a new concept, named
as the annotation guideline says: singular, without a generic head.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.language.document import Candidate, add_mention, get_mentions, read_lines, set_mentions
from kg.language.forms import FormIndex, Sense, fold_form, load_forms, singular
from kg.language.reasons import LinkReason, Outcome, Verdict
from kg.namespaces import DEFAULT_BASE, VOCABULARY, concept_iri
from kg.schema import load_vocabulary

_PIECE: Final = re.compile(r"[^\W\d_]+")


class Concept(NamedTuple):
    """What a mention is linked to."""

    name: str
    iri: str
    known: bool


class Linker:
    """Writes `doc.spans["mentions"]` and `doc._.new_concepts` from `doc._.candidates`.

    `threshold` is the least score of a candidate that is kept. New concepts live under `base`.
    """

    def __init__(self, index: FormIndex, heads: Iterable[str], *, threshold: float, base: str = DEFAULT_BASE) -> None:
        self.index = index
        self.heads = frozenset(heads)
        self.base = base
        self.threshold = threshold

    def __call__(self, doc: Doc) -> Doc:
        chosen = choose(doc._.candidates, threshold=self.threshold)
        spans = [(Span(doc, c.start, c.end, label=c.label), c) for c in chosen]
        paper = _Paper(self, doc, [span for span, _ in spans])
        mentions = []
        for span, candidate in spans:
            concept = paper.link(span)
            mentions.append(
                add_mention(
                    span,
                    concept=concept.name,
                    iri=concept.iri,
                    known=concept.known,
                    score=candidate.score,
                    component=candidate.component,
                )
            )
        set_mentions(doc, mentions)
        doc._.new_concepts = paper.alternatives(mentions)
        return doc

    def explain_choice(self, doc: Doc) -> Iterator[Verdict]:
        """What became of each candidate."""
        chosen = choose(doc._.candidates, threshold=self.threshold)
        holder = {word: c for c in chosen for word in range(c.start, c.end)}
        for c in sorted(doc._.candidates, key=_rank):
            rival = min((holder[word] for word in range(c.start, c.end) if word in holder), key=_rank, default=None)
            outcome: Outcome = "below" if c.score < self.threshold else "chosen" if rival == c else "lost"
            yield Verdict(c, outcome, self.threshold, rival if outcome == "lost" else None)

    def explain_links(self, doc: Doc) -> Iterator[LinkReason]:
        """How each mention got its concept."""
        spans = get_mentions(doc)
        paper = _Paper(self, doc, spans)
        return (paper.explain(span) for span in spans)

    def new_concept(self, name: str) -> Concept:
        """The concept of that name, the vocabulary's where it has one of the same normal form."""
        term = self.index.vocabulary.get(concept_iri(name, VOCABULARY))
        if term is not None:
            return Concept(term.label, term.iri, True)
        return Concept(name, concept_iri(name, self.base + "concept/"), False)

    def strip_head(self, text: str) -> str:
        """`text` without a generic last word; unchanged where nothing would be left."""
        rest, _, last = text.rpartition(" ")
        return rest if rest and singular(last).lower() in self.heads else text

    def stands_alone(self, rest: str) -> bool:
        """Whether what a generic head leaves is a name by itself: known, or with capitals or digits within."""
        last = rest.rpartition(" ")[2]
        return fold_form(rest) in self.index or any(c.isupper() or c.isdigit() for c in last[1:])


class _Paper:
    """The names of one paper: its abbreviations, and one concept for each folded form and type."""

    def __init__(self, linker: Linker, doc: Doc, spans: list[Span]) -> None:
        self.linker = linker
        self.longs = {fold_form(short.text): long for short, long in doc._.abbreviations}
        self.senses = {(span.start, span.end): self._senses(span.text) for span in spans}
        self.sure = Counter(s.term.iri for found in self.senses.values() for s in found[:1] if s.sure)
        self.new: dict[str, Concept] = {}
        self.names: dict[str, Concept] = {}
        self.spans = (*spans, *self.longs.values())

    def _senses(self, text: str) -> list[Sense]:
        index = self.linker.index
        found = index.find(fold_form(text), text)
        if not found and (shorter := self.linker.strip_head(text)) != text:
            found = index.find(fold_form(shorter), shorter)
        return found

    def link(self, span: Span) -> Concept:
        named, senses = self._look_up(span)
        usable = self._usable(senses, span.label_, trusted=named is not span)
        return Concept(usable[0].term.label, usable[0].term.iri, True) if usable else self._new(named)

    def _look_up(self, span: Span) -> tuple[Span, list[Sense]]:
        """What names the concept, the mention or its long form, and what that may stand for."""
        long = self.longs.get(fold_form(span.text))
        return (span, self.senses[span.start, span.end]) if long is None else (long, self._senses(long.text))

    def _usable(self, senses: list[Sense], label: str, *, trusted: bool) -> list[Sense]:
        usable = [s for s in senses if trusted or s.sure or self.sure[s.term.iri] or self._near(s)]
        usable.sort(key=lambda s: label not in s.term.types)
        return usable

    def explain(self, span: Span) -> LinkReason:
        """Why `link` gives the concept that it gives."""
        named, senses = self._look_up(span)
        trusted = named is not span
        usable = self._usable(senses, span.label_, trusted=trusted)
        concept = usable[0].term.label if usable else self._new(named).name
        text = " ".join(named.text.split())
        rest = self.linker.strip_head(text)
        whole = fold_form(text) in self.linker.index and bool(self.linker.index.find(fold_form(text), text))
        kept = whole if usable else not self.linker.stands_alone(rest)
        refused = sorted({s.term.label for s in senses if s not in usable})
        return LinkReason(
            start=span.start_char,
            end=span.end_char,
            concept=concept,
            looked_up=text if kept else rest,
            long_form=text if trusted else None,
            stripped="" if kept else text[len(rest) :].strip(),
            form=usable[0].form if usable else None,
            sure=not usable or usable[0].sure,
            backing=self._backing(usable[0], trusted=trusted) if usable and not usable[0].sure else "",
            refused=tuple(refused),
        )

    def _backing(self, sense: Sense, *, trusted: bool) -> str:
        """What backs a doubtful sense, in words."""
        if trusted:
            return "the paper itself defines it"
        if self.sure[sense.term.iri]:
            return "the paper names the concept by a sure form as well"
        broader = (self.linker.index.vocabulary.get(iri) for iri in sense.term.broader if self.sure[iri])
        return f"the paper also names {', '.join(sorted(term.label for term in broader if term))}, its broader concept"

    def _near(self, sense: Sense) -> bool:
        """Whether the paper names something directly broader than a doubtful sense: the context that backs it."""
        return any(self.sure[iri] for iri in sense.term.broader)

    def _new(self, span: Span) -> Concept:
        name = new_name(span, self.linker)
        key = fold_form(name)
        if key not in self.new:
            found = self.linker.new_concept(self._best_names.get(key, name))
            self.new[key] = self.names.setdefault(found.iri, found)
        return self.new[key]

    @cached_property
    def _best_names(self) -> dict[str, str]:
        """By key the first name whose capitals are no title's and no sentence's."""
        names: dict[str, str] = {}
        for span in sorted(self.spans, key=lambda s: (_is_opening(s), s.start, s.end)):
            name = new_name(span, self.linker)
            names.setdefault(fold_form(name), name)
        return names

    def alternatives(self, mentions: Iterable[Span]) -> dict[str, tuple[str, ...]]:
        """The abbreviations that the paper itself gives for its new concepts."""
        found: dict[str, set[str]] = {}
        for span in mentions:
            if not span._.known and fold_form(span.text) in self.longs and singular(span.text) != span._.concept:
                found.setdefault(span._.concept, set()).add(singular(span.text))
        return {name: tuple(sorted(forms)) for name, forms in sorted(found.items())}


def new_name(span: Span, linker: Linker) -> str:
    """The canonical name of an unknown concept: singular, no generic head, capitals only where they are its own.

    A capital of a word that the vocabulary writes small is the title's or the sentence's, not the name's;
    a single word in the middle of a sentence keeps it.
    """
    text = " ".join(span.text.split())
    rest = linker.strip_head(text)
    words = (rest if linker.stands_alone(rest) else text).split(" ")
    head, hyphen, last = words[-1].rpartition("-")
    words[-1] = head + hyphen + singular(last)
    if len(words) > 1 or _is_opening(span):
        words = [_PIECE.sub(lambda m: linker.index.small.get(m[0], m[0]), word) for word in words]
    return " ".join(words)


def _is_opening(span: Span) -> bool:
    return bool(span[0].is_sent_start) or span[0].idx < span.doc._.title_end


def _rank(c: Candidate) -> tuple[float, int, int, str, str]:
    return (-c.score, c.start - c.end, c.start, c.label, c.component)


def choose(candidates: Iterable[Candidate], *, threshold: float) -> list[Candidate]:
    """The best candidates without overlap: by score, then the longer, then the earlier."""
    taken: set[int] = set()
    chosen = []
    for c in sorted(candidates, key=_rank):
        if c.score < threshold:
            break
        places = range(c.start, c.end)
        if taken.isdisjoint(places):
            taken.update(places)
            chosen.append(c)
    return sorted(chosen)


@Language.factory(
    "linker",
    requires=["doc._.candidates", "doc._.abbreviations"],
    assigns=["doc.spans", "doc._.new_concepts", "span._.concept", "span._.iri", "span._.known", "span._.score"],
    default_config={"threshold": 0.35, "heads": "generic_heads.txt"},
)
def create_linker(nlp: Language, name: str, threshold: float, heads: str) -> Linker:  # noqa: ARG001
    """The linker to the vocabulary that ships with kg."""
    words = " ".join(read_lines(heads)).split()
    return Linker(load_forms(load_vocabulary()), words, threshold=threshold)
