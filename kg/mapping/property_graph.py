"""From an Extraction to rows of a property graph and back, without loss.

Names derive from IRIs: labels are local names of classes, relationship types upper-snake local names of
properties, property keys local names. A property graph holds no maps, no nulls, no lists of mixed types and
no integers beyond 64 bits: the whole of a paper's `meta` is kept as canonical JSON in `metaJson`; `authors`,
`date`, `year`, `doi`, `arxiv`, `venue` and `categories` stand beside it where they are what their name says.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from kg.errors import InputError
from kg.mapping.consistency import find_unknown_type
from kg.mapping.metadata import LISTS, select_usual
from kg.mapping.rdf_terms import fact_iri, link_iri, number_literal, relation_iri, role_iri, span_iri
from kg.model import (
    RELATIONS,
    RESULT_LINKS,
    ROLES,
    Abstract,
    Activity,
    Concept,
    Extraction,
    Fact,
    Mention,
    Result,
    Span,
    assemble,
    revision,
)
from kg.namespaces import normal_form, upper_snake
from kg.schema import Term, type_names
from kg.units import convert

Row = dict[str, Any]


def type_of(iri: str) -> str:
    """The relationship type of the property with that IRI.

    >>> type_of("https://abstract-kg.example/ontology#paperRunsOn")
    'PAPER_RUNS_ON'
    """
    return upper_snake(iri.rpartition("#")[2])


ROLE_TYPES: Final = {type_of(role_iri(name)): name for name in ROLES}
RELATION_TYPES: Final = {type_of(relation_iri(name)): name for name in RELATIONS}
LINK_TYPES: Final = {type_of(link_iri(name)): name for name in ("metric", *RESULT_LINKS)}
_TYPE_OF_FACT: Final = {("role", name): key for key, name in ROLE_TYPES.items()} | {
    ("relation", name): key for key, name in RELATION_TYPES.items()
}
_PLAIN: Final = ("value", "unit", "comparator", "quote")


class PaperRows(msgspec.Struct, frozen=True, kw_only=True):
    """One paper as rows. Those of nodes are their properties; those of relationships `from`, `to`, `properties`.

    paper      properties of (:Paper)
    sentences  properties of (:Sentence); `listed` is false where a span lies in no sentence of the paper
    concepts   (:Paper)-[:NAMES]->(:Concept {iri: to}): `name`, `types`, `known`, `alternatives`
    mentions   (:Sentence {iri: from})-[:MENTIONS]->(:Concept {iri: to})
    facts      by relationship type: roles (from the paper) and relations (from a concept)
    results    properties of (:Result)
    links      by relationship type: (:Result {paper, id})-[:RESULT_METRIC]->(:Concept {iri: to})
    """

    paper: Row
    sentences: list[Row] = []
    concepts: list[Row] = []
    mentions: list[Row] = []
    facts: dict[str, list[Row]] = {}
    results: list[Row] = []
    links: dict[str, list[Row]] = {}

    def __len__(self) -> int:
        single = len(self.sentences) + len(self.concepts) + len(self.mentions) + len(self.results)
        return 1 + single + sum(map(len, self.facts.values())) + sum(map(len, self.links.values()))


def to_rows(extraction: Extraction, *, base: str) -> PaperRows:
    """The rows of a paper. Raises InputError where it does not lie under `base`, a fact names no concept of it,
    or a type is none of the ontology.

    >>> activity = Activity(version="1", configuration="", vocabulary="")
    >>> paper = assemble(Abstract(key="p", id="p", text="We use BERT."), iri="urn:a:paper/p", activity=activity)
    >>> from_rows(to_rows(paper, base="urn:a:")) == paper
    True
    """
    if not extraction.iri.startswith(base + "paper/"):
        raise InputError(
            f"paper {extraction.id!r} has the IRI {extraction.iri}, which is not under the base IRI {base}",
            mend="use the base IRI with which it was extracted",
        )
    if (unknown := find_unknown_type(extraction)) is not None:
        raise InputError(
            f"paper {extraction.id!r}: the unknown type {unknown!r}", mend=f"choose among: {', '.join(type_names())}"
        )
    try:
        return _Writer(extraction, base).rows()
    except KeyError as missing:
        raise InputError(
            f"a fact of paper {extraction.id!r} names {missing}, which is not among its concepts or relations",
            mend="extract the paper again",
        ) from None


class _Writer:
    def __init__(self, extraction: Extraction, base: str) -> None:
        self.extraction = extraction
        self.base = base
        self.iris = {concept.name: concept.iri for concept in extraction.concepts}
        self.sentences: dict[Span, bool] = dict.fromkeys(extraction.sentences, True)

    def rows(self) -> PaperRows:
        paper = self.extraction
        mentions = [self._mention(mention) for mention in paper.mentions]
        facts: dict[str, list[Row]] = {}
        results: list[Row] = []
        links: dict[str, list[Row]] = {}
        for fact in paper.facts:
            if isinstance(fact.object, Result):
                results.append(self._result(fact, fact.object))
                for key, name in LINK_TYPES.items():
                    if (concept := getattr(fact.object, name)) is not None:
                        link = {"paper": paper.iri, "id": fact.id, "to": self.iris[concept]}
                        links.setdefault(key, []).append(link)
            else:
                start = paper.iri if fact.kind == "role" else self.iris[fact.subject or ""]
                row: Row = {"from": start, "to": self.iris[fact.object], "properties": self._statement(fact)}
                facts.setdefault(_TYPE_OF_FACT[fact.kind, fact.predicate], []).append(row)
        return PaperRows(
            paper=_paper_row(paper),
            sentences=[self._sentence(span, listed=listed) for span, listed in self.sentences.items()],
            concepts=[_concept_row(paper.iri, concept) for concept in paper.concepts],
            mentions=mentions,
            facts=facts,
            results=results,
            links=links,
        )

    def _sentence(self, span: Span, *, listed: bool) -> Row:
        paper = self.extraction
        row = {
            "iri": span_iri(paper.iri, "sentence", span),
            "paper": paper.iri,
            "field": span.field,
            "start": span.start,
            "end": span.end,
            "text": paper.text_of(span),
        }
        return row if listed else row | {"listed": False}

    def _mention(self, mention: Mention) -> Row:
        sentence = self.extraction.sentence_of(mention.span)
        self.sentences.setdefault(sentence, False)
        return {
            "from": span_iri(self.extraction.iri, "sentence", sentence),
            "to": mention.iri,
            "properties": {
                "paper": self.extraction.iri,
                "field": mention.field,
                "start": mention.start,
                "end": mention.end,
                "type": mention.type,
                "score": mention.score,
                "component": mention.component,
            },
        }

    def _statement(self, fact: Fact) -> Row:
        sentences = dict.fromkeys(self.extraction.sentence_of(span) for span in fact.evidence)
        return {
            "id": fact.id,
            "paper": self.extraction.iri,
            "score": fact.score,
            "polarity": fact.polarity,
            "component": fact.component,
            "evidence": [f"{span.field}:{span.start}-{span.end}" for span in fact.evidence],
            "sentences": [self.extraction.text_of(sentence) for sentence in sentences],
        }

    def _result(self, fact: Fact, result: Result) -> Row:
        row = {"iri": fact_iri(fact.id, self.base), **self._statement(fact)}
        row |= {key: value for key in _PLAIN if (value := getattr(result, key)) is not None}
        number = number_literal(result.value)
        if number is None:
            return row
        row["numericValue"] = float(number.value)
        amount = convert(number.value, result.unit)
        return row if amount is None else row | {"baseValue": amount.number, "baseUnit": amount.unit}


def _paper_row(paper: Extraction) -> Row:
    row: Row = {
        "iri": paper.iri,
        "key": paper.key,
        "id": paper.id,
        "text": paper.text,
        "revision": revision(paper, paper.activity),
        "version": paper.activity.version,
        "configuration": paper.activity.configuration,
        "vocabularyVersion": paper.activity.vocabulary,
        "model": paper.activity.model,
    }
    if paper.title is not None:
        row["title"] = paper.title
    if paper.meta:
        row["metaJson"] = json.dumps(paper.meta, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        row |= dict(_usual(paper.meta))
    return row


def _usual(meta: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, texts in select_usual(meta).items():
        yield key, texts if key in LISTS else texts[0]
        if key == "date":
            yield "year", int(texts[0][:4])


def _concept_row(paper: str, concept: Concept) -> Row:
    properties = {
        "paper": paper,
        "name": concept.name,
        "types": list(concept.types),
        "known": concept.known,
        "alternatives": list(concept.alternatives),
    }
    return {"from": paper, "to": concept.iri, "properties": properties}


def from_rows(rows: PaperRows) -> Extraction:
    """The Extraction that `to_rows` wrote. Raises InputError where a row it needs is absent."""
    try:
        return _read(rows)
    except KeyError as missing:
        raise InputError(
            f"paper {rows.paper.get('iri')!r} is incomplete in the store: {missing} is absent", mend="build it again"
        ) from None


def _read(rows: PaperRows) -> Extraction:
    paper = rows.paper
    names = {row["to"]: row["properties"]["name"] for row in rows.concepts}
    abstract = Abstract(
        key=paper["key"],
        id=paper["id"],
        text=paper["text"],
        title=paper.get("title"),
        meta=json.loads(paper.get("metaJson", "{}")),
    )
    extraction = Extraction(id=abstract.id, key="", iri="", text=abstract.text, title=abstract.title, activity=_NOBODY)
    return assemble(
        abstract,
        iri=paper["iri"],
        activity=Activity(
            version=paper["version"],
            configuration=paper["configuration"],
            vocabulary=paper["vocabularyVersion"],
            model=paper["model"],
        ),
        sentences=[_span(row) for row in rows.sentences if row.get("listed", True)],
        concepts=[_read_concept(row) for row in rows.concepts],
        mentions=[_read_mention(row, names, extraction) for row in rows.mentions],
        facts=[*_read_facts(rows, names), *_read_results(rows, names)],
    )


_NOBODY: Final = Activity(version="", configuration="", vocabulary="")


def _span(row: Row) -> Span:
    return Span(field=row["field"], start=row["start"], end=row["end"])


def _read_concept(row: Row) -> Concept:
    stated = row["properties"]
    return Concept(
        name=stated["name"],
        iri=row["to"],
        types=tuple(stated["types"]),
        known=stated["known"],
        alternatives=tuple(stated["alternatives"]),
    )


def _read_mention(row: Row, names: dict[str, str], texts: Extraction) -> Mention:
    stated = row["properties"]
    return Mention(
        field=stated["field"],
        start=stated["start"],
        end=stated["end"],
        text=texts.text_of(_span(stated)),
        type=stated["type"],
        concept=names[row["to"]],
        iri=row["to"],
        score=stated["score"],
        component=stated["component"],
    )


def _read_facts(rows: PaperRows, names: dict[str, str]) -> Iterator[Fact]:
    for key, stated in rows.facts.items():
        for row in stated:
            rest = {"object": names[row["to"]], **_read_statement(row["properties"])}
            if key in ROLE_TYPES:
                yield Fact(kind="role", predicate=ROLE_TYPES[key], **rest)
            else:
                yield Fact(kind="relation", predicate=RELATION_TYPES[key], subject=names[row["from"]], **rest)


def _read_results(rows: PaperRows, names: dict[str, str]) -> Iterator[Fact]:
    links: dict[str, dict[str, str]] = {}
    for key, linked in rows.links.items():
        for row in linked:
            links.setdefault(row["id"], {})[LINK_TYPES[key]] = names[row["to"]]
    for row in rows.results:
        parts: Row = {key: row[key] for key in _PLAIN if key in row}
        result = Result(**(parts | links.get(row["id"], {})))
        yield Fact(kind="result", predicate="result", object=result, **_read_statement(row))


def _read_statement(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "polarity": row["polarity"],
        "score": row["score"],
        "component": row["component"],
        "evidence": tuple(_parse_span(text) for text in row["evidence"]),
    }


def _parse_span(text: str) -> Span:
    field, _, offsets = text.partition(":")
    start, _, end = offsets.partition("-")
    return Span(field="title" if field == "title" else "text", start=int(start), end=int(end))


def concept_forms(label: str, alternatives: Iterable[str] = ()) -> str:
    """The normal forms of a concept's names, label first, each between line ends: one text to search in.

    >>> concept_forms("Graphics processing unit", ["GPU", "gpu"])
    '\\ngraphics-processing-unit\\ngpu\\n'
    """
    forms = dict.fromkeys(normal_form(name) for name in (label, *alternatives))
    return "\n" + "\n".join(forms) + "\n"


def term_row(term: Term) -> Row:
    """The properties of (:Concept {vocabulary: true}) for a term; `types` and `classes` are those of the vocabulary."""
    alternatives = (*term.aliases, *term.doubtful)
    return {
        "iri": term.iri,
        "label": term.label,
        "altLabels": list(alternatives),
        "forms": concept_forms(term.label, alternatives),
        "types": list(term.types),
        "classes": list(term.classes),
        "vocabulary": True,
    }
