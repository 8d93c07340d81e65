"""The quads of one paper as an Extraction: the inverse of `kg.mapping.rdf_write`."""

from collections.abc import Iterable
from typing import Any, Final, cast, get_args

import msgspec
from pyoxigraph import Quad

from kg.errors import InputError
from kg.mapping import rdf_terms as t
from kg.model import (
    RELATIONS,
    RESULT_LINKS,
    ROLES,
    Abstract,
    Activity,
    Comparator,
    Concept,
    EntityType,
    Extraction,
    Fact,
    Kind,
    Mention,
    Polarity,
    Result,
    Span,
    assemble,
)
from kg.namespaces import ONTOLOGY, PREFIXES
from kg.schema import type_names

_POLARITIES: Final = {cls.value: cast(Polarity, name) for name, cls in t.POLARITY_CLASSES.items()}
_PREDICATES: Final[dict[str, tuple[Kind, str]]] = {
    **{t.role_iri(name): ("role", name) for name in ROLES},
    **{t.relation_iri(name): ("relation", name) for name in RELATIONS},
}
_LINKS: Final = {name: t.link_iri(name) for name in ("metric", *RESULT_LINKS)}
_AGAIN: Final = "build or load that paper again"
_LABEL: Final = PREFIXES["skos"] + "prefLabel"

Properties = dict[str, list[str]]
"""The values of one subject by predicate: IRIs and lexical forms."""


class PaperReader:
    """Rebuilds one paper. Raises InputError where its quads are incomplete or of several papers."""

    def __init__(self, quads: Iterable[Quad], *, base: str) -> None:
        self.base = base
        self.types = {ONTOLOGY + name: name for name in type_names()}
        self.mention_types = {iri + "Mention": name for iri, name in self.types.items()}
        self.iri = ""
        self.subjects: dict[str, Properties] = {}
        for quad in quads:
            subject, predicate, value = quad.subject.value, quad.predicate.value, quad.object.value  # type: ignore[union-attr]
            properties = self.subjects.setdefault(subject, {})
            properties.setdefault(predicate, []).append(value)
            if quad.graph_name.value != self.iri:  # type: ignore[union-attr]
                self.enter(quad.graph_name.value)  # type: ignore[union-attr]
        if not self.iri:
            raise InputError("no quads to read a paper from", mend="give the quads of one paper's graph")
        self.names = {s: p[_LABEL][0] for s, p in self.subjects.items() if _LABEL in p}

    def enter(self, graph: str) -> None:
        if self.iri:
            raise InputError(f"the quads of <{self.iri}> and <{graph}> are mixed", mend="read one paper at a time")
        self.iri = graph

    def read(self) -> Extraction:
        paper = self.subjects.get(self.iri, {})
        meta = self.one(paper, ONTOLOGY + "meta", "")
        abstract = Abstract(
            key=self.one(paper, ONTOLOGY + "key"),
            id=self.one(paper, t.IDENTIFIER.value),
            text=self.one(paper, t.ABSTRACT.value),
            title=paper.get(t.TITLE.value, [None])[0],
            meta=self.read_meta(meta) if meta else {},
        )
        mentions, facts = [], []
        for iri, properties in self.subjects.items():
            for kind in properties.get(t.TYPE.value, ()):
                if kind in self.mention_types:
                    mentions.append(self.read_mention(iri, properties, self.mention_types[kind], abstract))
                elif kind in _POLARITIES:
                    facts.append(self.read_fact(iri, properties, _POLARITIES[kind]))
        return assemble(
            abstract,
            iri=self.iri,
            activity=self.read_activity(self.one(paper, t.GENERATED_BY.value)),
            sentences=[t.parse_span(iri) for iri in paper.get(ONTOLOGY + "sentence", ())],
            concepts=[self.read_concept(iri, name) for iri, name in self.names.items()],
            mentions=mentions,
            facts=facts,
        )

    def read_meta(self, text: str) -> dict[str, Any]:
        try:
            return msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise InputError(f"the metadata of <{self.iri}> is no JSON object: {error}", mend=_AGAIN) from None

    def one(self, properties: Properties, predicate: str, default: str | None = None) -> str:
        values = properties.get(predicate)
        if values is not None:
            return values[0]
        if default is None:
            raise InputError(f"the graph <{self.iri}> lacks <{predicate}>", mend=_AGAIN)
        return default

    def name(self, iri: str) -> str:
        if iri not in self.names:
            raise InputError(f"the graph <{self.iri}> has no label of <{iri}>", mend=_AGAIN)
        return self.names[iri]

    def score(self, iri: str, properties: Properties) -> float:
        text = self.one(properties, ONTOLOGY + "score")
        try:
            return float(text)
        except ValueError:
            raise InputError(f"the score of <{iri}> is no number: {text!r}", mend=_AGAIN) from None

    def component(self, properties: Properties, kind: str) -> str:
        usual = self.one(self.subjects[self.iri], f"{ONTOLOGY}{kind}Component", "")
        return self.one(properties, ONTOLOGY + "component", usual)

    def read_activity(self, iri: str) -> Activity:
        properties = self.subjects.get(iri, {})
        return Activity(
            version=self.one(properties, ONTOLOGY + "version", ""),
            configuration=self.one(properties, ONTOLOGY + "configuration", ""),
            vocabulary=self.one(properties, ONTOLOGY + "vocabularyVersion", ""),
            model=self.one(properties, ONTOLOGY + "model", ""),
        )

    def read_concept(self, iri: str, name: str) -> Concept:
        properties = self.subjects[iri]
        types = sorted(self.types[kind] for kind in properties.get(t.TYPE.value, ()) if kind in self.types)
        return Concept(
            name=name,
            iri=iri,
            types=tuple(types),
            known=not iri.startswith(self.base + "concept/"),
            alternatives=tuple(sorted(properties.get(t.ALT_LABEL.value, ()))),
        )

    def read_mention(self, iri: str, properties: Properties, kind: EntityType, abstract: Abstract) -> Mention:
        span = t.parse_span(iri)
        concept = self.one(properties, ONTOLOGY + "refersTo")
        whole = (abstract.title or "") if span.field == "title" else abstract.text
        return Mention(
            start=span.start,
            end=span.end,
            text=self.one(properties, t.VALUE.value, whole[span.start : span.end]),
            type=kind,
            concept=self.name(concept),
            iri=concept,
            score=self.score(iri, properties),
            component=self.component(properties, "mention"),
            field=span.field,
        )

    def read_fact(self, iri: str, properties: Properties, polarity: Polarity) -> Fact:
        subject: str | None = None
        value: str | Result
        if ONTOLOGY + "Result" in properties[t.TYPE.value]:
            kind: Kind = "result"
            predicate = "result"
            value = self.read_result(properties)
        else:
            kind, predicate = self.predicate(self.one(properties, t.PREDICATE.value))
            value = self.name(self.one(properties, t.OBJECT.value))
            subject = None if kind == "role" else self.name(self.one(properties, t.SUBJECT.value))
        return Fact(
            id=t.fact_id(iri, self.base),
            kind=kind,
            predicate=predicate,
            object=value,
            subject=subject,
            polarity=polarity,
            score=self.score(iri, properties),
            component=self.component(properties, kind),
            evidence=tuple(self.read_evidence(properties)),
        )

    def predicate(self, iri: str) -> tuple[Kind, str]:
        if iri not in _PREDICATES:
            raise InputError(f"the graph <{self.iri}> has a fact with the unknown predicate <{iri}>", mend="remove it")
        return _PREDICATES[iri]

    def read_evidence(self, properties: Properties) -> list[Span]:
        return [t.parse_span(iri) for iri in properties.get(ONTOLOGY + "evidence", ())]

    def read_result(self, properties: Properties) -> Result:
        comparator = self.one(properties, ONTOLOGY + "comparator")
        if comparator not in get_args(Comparator):
            raise InputError(f"the graph <{self.iri}> has the unknown comparator {comparator!r}", mend=_AGAIN)
        links = {name: properties[iri][0] for name, iri in _LINKS.items() if iri in properties}
        return Result(
            value=self.one(properties, ONTOLOGY + "value"),
            unit=properties.get(ONTOLOGY + "unit", [None])[0],
            comparator=cast(Comparator, comparator),
            quote=self.one(properties, ONTOLOGY + "quote", ""),
            **{name: self.name(iri) for name, iri in links.items()},
        )
