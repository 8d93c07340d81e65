"""Whether an Extraction that comes from outside, perhaps edited by hand, agrees with itself."""

import re
from collections.abc import Iterator
from typing import Final

from kg.model import RELATIONS, RESULT_LINKS, ROLES, Extraction, Fact, Result, Span, project
from kg.namespaces import paper_iri
from kg.schema import type_names

_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")
_PREDICATES: Final = {"role": ROLES, "relation": RELATIONS, "result": ("result",)}


def find_fault(paper: Extraction, *, base: str) -> str | None:
    """The first thing in which the paper contradicts itself or `base`, in words; None where there is none.

    >>> from kg.model import Abstract, Activity, assemble
    >>> activity = Activity(version="1", configuration="", vocabulary="")
    >>> paper = assemble(Abstract(key="p", id="p", text="We use BERT."), iri="urn:a:paper/q", activity=activity)
    >>> find_fault(paper, base="urn:a:")
    'its IRI is urn:a:paper/q, and its key under this base gives urn:a:paper/p'
    """
    return next(_iter_faults(paper, base), None)


def find_unknown_type(paper: Extraction) -> str | None:
    """The first type of its concepts and mentions that no folder in `ontology/types/` declares; None without one."""
    used = {name for concept in paper.concepts for name in concept.types}.union(m.type for m in paper.mentions)
    return min(used.difference(type_names()), default=None)


def _iter_faults(paper: Extraction, base: str) -> Iterator[str]:
    wanted = paper_iri(paper.key, base)
    if paper.iri != wanted:
        yield f"its IRI is {paper.iri}, and its key under this base gives {wanted}"
    if (unknown := find_unknown_type(paper)) is not None:
        yield f"its type {unknown!r} is none of {', '.join(type_names())}"
    yield from _iter_concept_faults(paper, base)
    yield from _iter_span_faults(paper)
    names = {concept.name: concept.iri for concept in paper.concepts}
    for mention in paper.mentions:
        if names.get(mention.concept) != mention.iri:
            yield f"its mention of {mention.concept!r} with the IRI {mention.iri} is of no concept that it lists"
        if mention.text != paper.text_of(mention.span):
            yield f"its mention {mention.text!r} is not what stands at {_place(mention.span)}"
    for fact in paper.facts:
        yield from _iter_fact_faults(fact, names)
    scores = [*(mention.score for mention in paper.mentions), *(fact.score for fact in paper.facts)]
    yield from (f"the score {score} is not from 0 to 1" for score in scores if not 0 <= score <= 1)
    yield from _iter_projection_faults(paper)


def _iter_concept_faults(paper: Extraction, base: str) -> Iterator[str]:
    if len({c.name for c in paper.concepts}) < len(paper.concepts) or len({c.iri for c in paper.concepts}) < len(
        paper.concepts
    ):
        yield "two of its concepts have one name or one IRI"
    for concept in paper.concepts:
        if not _IRI.fullmatch(concept.iri):
            yield f"its concept {concept.name!r} has {concept.iri!r} for an IRI"
        if concept.known == concept.iri.startswith(f"{base}concept/"):
            yield f"its concept {concept.name!r} is {'known' if concept.known else 'new'}, and its IRI says otherwise"
    if len({fact.id for fact in paper.facts}) < len(paper.facts):
        yield "two of its facts have one id"


def _iter_span_faults(paper: Extraction) -> Iterator[str]:
    lengths = {"title": len(paper.title or ""), "text": len(paper.text)}
    evidence = [span for fact in paper.facts for span in fact.evidence]
    for span in (*paper.sentences, *(mention.span for mention in paper.mentions), *evidence):
        if not 0 <= span.start < span.end <= lengths[span.field]:
            yield f"{_place(span)} is no place in its {lengths[span.field]} characters of {span.field}"
    for span in evidence:
        if not any(s.field == span.field and s.start <= span.start and span.end <= s.end for s in paper.sentences):
            yield f"the evidence at {_place(span)} is in none of its sentences"


def _iter_fact_faults(fact: Fact, names: dict[str, str]) -> Iterator[str]:
    result = fact.object if isinstance(fact.object, Result) else None
    if (
        fact.predicate not in _PREDICATES[fact.kind]
        or (fact.kind == "result") != (result is not None)
        or (fact.kind == "relation") != (fact.subject is not None)
    ):
        yield f"its fact {fact.id!r} ({fact.predicate}) is no {fact.kind}"
    used = [fact.subject, *(getattr(result, link) for link in ("metric", *RESULT_LINKS))] if result else [fact.subject]
    used += [fact.object] if isinstance(fact.object, str) else []
    yield from (
        f"its fact {fact.id!r} names {name!r}, which is not among its concepts"
        for name in used
        if name is not None and name not in names
    )


def _iter_projection_faults(paper: Extraction) -> Iterator[str]:
    """What is left out may be left out: a line may be shortened by hand."""
    projection = project(paper.facts)
    for part in ("roles", "triples", "results"):
        said = getattr(paper, part)
        if said and said != getattr(projection, part):
            yield f"its {part} say something other than its facts"


def _place(span: Span) -> str:
    return f"{span.field} {span.start}-{span.end}"
