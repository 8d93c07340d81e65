"""An Extraction as quads. The shape is told in `kg.mapping.rdf`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import InputError
from kg.mapping import rdf_terms as t
from kg.mapping.consistency import find_unknown_type
from kg.mapping.metadata import select_usual
from kg.model import (
    RELATIONS,
    RESULT_LINKS,
    ROLES,
    Concept,
    Extraction,
    Fact,
    Mention,
    Result,
    Span,
    revision,
)
from kg.schema import type_names
from kg.units import convert

_KG: Final = t.kg
_PREDICATES: Final = {
    "role": {name: t.node(t.role_iri(name)) for name in ROLES},
    "relation": {name: t.node(t.relation_iri(name)) for name in RELATIONS},
}
_LINKS: Final = {name: t.node(t.link_iri(name)) for name in ("metric", *RESULT_LINKS)}
_JSON: Final = msgspec.json.Encoder(order="deterministic")
_USUAL: Final = {kind: _KG(kind + "Component") for kind in ("mention", "role", "relation", "result")}
_SCORE, _COMPONENT, _EVIDENCE = _KG("score"), _KG("component"), _KG("evidence")
_SENTENCE, _IN_SENTENCE, _REFERS_TO = _KG("sentence"), _KG("inSentence"), _KG("refersTo")


class PaperWriter:
    """Gathers the quads of one paper. Raises InputError where the Extraction cannot be mapped without loss."""

    def __init__(self, paper: Extraction, *, base: str) -> None:
        if not paper.iri.startswith(base + "paper/"):
            raise InputError(
                f"paper {paper.key!r} has the IRI {paper.iri}, which is not under the base IRI {base}",
                mend="use the base IRI with which it was extracted",
            )
        self.paper = paper
        self.base = base
        self.node = NamedNode(paper.iri)
        self.quads: list[Quad] = []
        self.direct: dict[Quad, None] = {}
        self.concepts = {concept.name: t.node(concept.iri) for concept in paper.concepts}
        if len(self.concepts) < len(paper.concepts) or len({c.iri for c in paper.concepts}) < len(paper.concepts):
            raise self.error("two concepts with one name or one IRI", "give each concept once")
        if (unknown := find_unknown_type(paper)) is not None:
            raise self.error(f"the unknown type {unknown!r}", f"choose among: {', '.join(type_names())}")
        if len({fact.id for fact in paper.facts}) < len(paper.facts):
            raise self.error("two facts with one id", "give each fact an id of its own")
        self.usual = {
            "mention": _most_common(mention.component for mention in paper.mentions),
            **{kind: _most_common(f.component for f in paper.facts if f.kind == kind) for kind in _PREDICATES},
            "result": _most_common(f.component for f in paper.facts if f.kind == "result"),
        }
        self.sentences: dict[Span, NamedNode] = {}
        self.spans: dict[Span, NamedNode] = {}
        self.repeats: Counter[Span] = Counter()

    def write(self) -> list[Quad]:
        self.write_paper()
        self.write_activity()
        for concept in self.paper.concepts:
            self.write_concept(concept)
        for mention in self.paper.mentions:
            self.write_mention(mention)
        for fact in self.paper.facts:
            self.write_fact(fact)
        self.write_sentences()
        self.quads += self.direct
        return self.quads

    def error(self, reason: str, mend: str) -> InputError:
        return InputError(f"paper {self.paper.key!r}: {reason}", mend=mend)

    def add(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> None:
        self.quads.append(Quad(subject, predicate, value, self.node))

    def write_paper(self) -> None:
        paper, node, add = self.paper, self.node, self.add
        add(node, t.TYPE, _KG("Paper"))
        add(node, _KG("key"), Literal(paper.key))
        add(node, t.IDENTIFIER, Literal(paper.id))
        if paper.title is not None:
            add(node, t.TITLE, Literal(paper.title))
        add(node, t.ABSTRACT, Literal(paper.text))
        add(node, _KG("revision"), Literal(revision(paper, paper.activity)))
        for kind, component in self.usual.items():
            if component:
                add(node, _USUAL[kind], t.plain(component))
        if paper.meta:
            add(node, _KG("meta"), Literal(_JSON.encode(paper.meta).decode(), datatype=t.JSON))
            self.quads += dict.fromkeys(Quad(node, p, value, node) for p, value in _usual(paper.meta))

    def write_activity(self) -> None:
        activity, add = self.paper.activity, self.add
        parts = (activity.version, activity.configuration, activity.vocabulary, activity.model)
        node = t.node(t.activity_iri(parts, self.base))
        add(self.node, t.GENERATED_BY, node)
        add(node, t.TYPE, t.ACTIVITY)
        for name, value in zip(("version", "configuration", "vocabularyVersion", "model"), parts, strict=True):
            if value:
                add(node, _KG(name), t.plain(value))
        add(node, t.ASSOCIATED_WITH, _KG("pipeline"))

    def write_concept(self, concept: Concept) -> None:
        node = self.concepts[concept.name]
        for name in concept.types:
            self.add(node, t.TYPE, _KG(name))
        self.add(node, t.PREF_LABEL, t.plain(concept.name))
        for label in concept.alternatives:
            self.add(node, t.ALT_LABEL, t.plain(label))

    def write_mention(self, mention: Mention) -> None:
        span, add = mention.span, self.add
        concept = self.concept(mention.concept)
        if concept.value != mention.iri:
            raise self.error(f"a mention of {mention.concept!r} has the IRI {mention.iri}", "give its concept's IRI")
        node = self.new_mention(span)
        add(node, t.TYPE, _KG(mention.type + "Mention"))
        add(node, _REFERS_TO, concept)
        self.write_place(node, span)
        add(node, _SCORE, t.score_literal(mention.score))
        if mention.component != self.usual["mention"]:
            add(node, _COMPONENT, t.plain(mention.component))
        if mention.text != self.paper.text_of(span):
            add(node, t.VALUE, Literal(mention.text))

    def new_mention(self, span: Span) -> NamedNode:
        """A node of its own even for the second mention at one place; evidence points to the first."""
        iri = t.span_iri(self.paper.iri, "mention", span)
        if span in self.spans:
            self.repeats[span] += 1
            return NamedNode(f"{iri}-{self.repeats[span]}")
        self.spans[span] = NamedNode(iri)
        return self.spans[span]

    def write_place(self, node: NamedNode, span: Span) -> None:
        sentence = self.paper.sentence_of(span)
        if sentence is not span:
            self.add(node, _IN_SENTENCE, self.sentence(sentence))

    def sentence(self, span: Span) -> NamedNode:
        if span not in self.sentences:
            self.sentences[span] = NamedNode(t.span_iri(self.paper.iri, "sentence", span))
        return self.sentences[span]

    def evidence(self, span: Span) -> NamedNode:
        """The mention at that place, else a span of its own."""
        if span not in self.spans:
            node = self.spans[span] = NamedNode(t.span_iri(self.paper.iri, "span", span))
            self.add(node, t.TYPE, _KG("EvidenceSpan"))
            self.write_place(node, span)
        return self.spans[span]

    def write_sentences(self) -> None:
        """All sentences by their IRI; those with a mention or evidence also with their text."""
        told = set(self.sentences)
        for span in self.paper.sentences:
            node = self.sentence(span)
            self.add(self.node, _SENTENCE, node)
            if span in told:
                self.add(node, t.TYPE, _KG("Sentence"))
                self.add(node, t.VALUE, Literal(self.paper.text_of(span)))

    def concept(self, name: str) -> NamedNode:
        if name not in self.concepts:
            raise self.error(f"{name!r} is not among its concepts", "list every concept that it names")
        return self.concepts[name]

    def write_fact(self, fact: Fact) -> None:
        node, add = NamedNode(t.fact_iri(fact.id, self.base)), self.add
        add(node, t.TYPE, t.POLARITY_CLASSES[fact.polarity])
        if isinstance(fact.object, Result):
            self.write_result(node, fact, fact.object)
        else:
            self.write_statement(node, fact, fact.object)
        add(node, _SCORE, t.score_literal(fact.score))
        if fact.component != self.usual[fact.kind]:
            add(node, _COMPONENT, t.plain(fact.component))
        for span in fact.evidence:
            add(node, _EVIDENCE, self.evidence(span))

    def write_statement(self, node: NamedNode, fact: Fact, name: str) -> None:
        predicate = _PREDICATES.get(fact.kind, {}).get(fact.predicate)
        if predicate is None or (fact.subject is None) != (fact.kind == "role"):
            raise self.error(f"fact {fact.id!r} is no {fact.kind} that kg knows", "see the kinds of facts in kg.model")
        subject = self.node if fact.subject is None else self.concept(fact.subject)
        concept = self.concept(name)
        self.add(node, t.SUBJECT, subject)
        self.add(node, t.PREDICATE, predicate)
        self.add(node, t.OBJECT, concept)
        if fact.polarity == "asserted":
            self.direct[Quad(subject, predicate, concept, self.node)] = None

    def write_result(self, node: NamedNode, fact: Fact, result: Result) -> None:
        if (fact.kind, fact.predicate, fact.subject) != ("result", "result", None):
            raise self.error(f"fact {fact.id!r} holds a result and is none", "see the kinds of facts in kg.model")
        add = self.add
        add(node, t.TYPE, _KG("Result"))
        add(node, t.SUBJECT, self.node)
        add(node, _KG("value"), Literal(result.value))
        if (number := t.number_literal(result.value)) is not None:
            add(node, _KG("numericValue"), number)
            if (amount := convert(number.value, result.unit)) is not None:
                add(node, _KG("baseValue"), Literal(amount.number))
                add(node, _KG("baseUnit"), t.plain(amount.unit))
        if result.unit is not None:
            add(node, _KG("unit"), t.plain(result.unit))
        add(node, _KG("comparator"), t.plain(result.comparator))
        if result.quote:
            add(node, _KG("quote"), Literal(result.quote))
        for link, predicate in _LINKS.items():
            if (name := getattr(result, link)) is not None:
                add(node, predicate, self.concept(name))
        if fact.polarity == "asserted":
            add(self.node, _KG("reportsResult"), node)


def _most_common(components: Iterable[str]) -> str:
    """The commonest of them, the first in the alphabet among equals; empty where there are none."""
    return min(Counter(components).items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))[0]


def _usual(meta: dict[str, Any]) -> Iterator[tuple[NamedNode, Literal]]:
    """What is sane of the usual keys, as properties of the paper."""
    usual = select_usual(meta)
    yield from ((t.CREATOR, Literal(name)) for name in usual.get("authors", ()))
    yield from ((_KG("category"), t.plain(name)) for name in usual.get("categories", ()))
    for key, predicate in (("doi", t.DOI), ("arxiv", _KG("arxiv")), ("venue", _KG("venue"))):
        yield from ((predicate, Literal(text)) for text in usual.get(key, ()))
    for text in usual.get("date", ()):
        if (date := t.date_literal(text)) is not None:
            yield from ((t.DATE, date), (_KG("year"), t.integer(int(text[:4]))))
