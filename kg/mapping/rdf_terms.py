"""The IRIs and literals of the RDF mapping, each made once."""

import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, cast
from urllib.parse import quote, unquote

from pyoxigraph import Literal, NamedNode

from kg.errors import InputError
from kg.model import Field, Span
from kg.namespaces import ONTOLOGY, PREFIXES, SAFE, fingerprint


@lru_cache(maxsize=50_000)
def node(iri: str) -> NamedNode:
    """The node with that IRI. Raises ValueError where it is none."""
    return NamedNode(iri)


def kg(name: str) -> NamedNode:
    """The class or property of the project's ontology with that local name."""
    return node(ONTOLOGY + name)


def _of(prefix: str, name: str) -> NamedNode:
    return node(PREFIXES[prefix] + name)


TYPE: Final = _of("rdf", "type")
SUBJECT: Final = _of("rdf", "subject")
PREDICATE: Final = _of("rdf", "predicate")
OBJECT: Final = _of("rdf", "object")
VALUE: Final = _of("rdf", "value")
JSON: Final = _of("rdf", "JSON")
IDENTIFIER: Final = _of("dcterms", "identifier")
TITLE: Final = _of("dcterms", "title")
ABSTRACT: Final = _of("dcterms", "abstract")
CREATOR: Final = _of("dcterms", "creator")
DATE: Final = _of("dcterms", "date")
DOI: Final = _of("bibo", "doi")
PREF_LABEL: Final = _of("skos", "prefLabel")
ALT_LABEL: Final = _of("skos", "altLabel")
BROADER: Final = _of("skos", "broader")
IN_SCHEME: Final = _of("skos", "inScheme")
SKOS_CONCEPT: Final = _of("skos", "Concept")
CONCEPT_SCHEME: Final = _of("skos", "ConceptScheme")
GENERATED_BY: Final = _of("prov", "wasGeneratedBy")
ASSOCIATED_WITH: Final = _of("prov", "wasAssociatedWith")
ACTIVITY: Final = _of("prov", "Activity")
DECIMAL: Final = _of("xsd", "decimal")

POLARITY_CLASSES: Final = {
    "asserted": kg("AssertedFact"),
    "negated": kg("NegatedFact"),
    "hedged": kg("HedgedFact"),
}


def role_iri(role: str) -> str:
    """The IRI of a paper's role for a concept.

    >>> role_iri("runsOn").rpartition("#")[2]
    'paperRunsOn'
    """
    return f"{ONTOLOGY}paper{role[:1].upper()}{role[1:]}"


def relation_iri(relation: str) -> str:
    """The IRI of a relation between two concepts."""
    return ONTOLOGY + relation


def link_iri(link: str) -> str:
    """The IRI that leads from a result to its metric, method, dataset, task, hardware or baseline.

    >>> link_iri("metric").rpartition("#")[2]
    'resultMetric'
    """
    return f"{ONTOLOGY}result{link[:1].upper()}{link[1:]}"


def fact_iri(identifier: str, base: str) -> str:
    """The IRI of the fact with that id."""
    plain = identifier.isalnum() and identifier.isascii()
    return f"{base}fact/{identifier if plain else quote(identifier, safe=SAFE)}"


def fact_id(iri: str, base: str) -> str:
    """The id of the fact with that IRI. Raises InputError where the IRI lies under another base."""
    if not iri.startswith(base + "fact/"):
        raise InputError(f"the fact <{iri}> is not under the base IRI {base}", mend="give the base it was written with")
    return unquote(iri[len(base) + 5 :])


def activity_iri(parts: tuple[str, str, str, str], base: str) -> str:
    """The IRI of an extraction run, from its (version, configuration, vocabulary, model)."""
    return f"{base}activity/{fingerprint(*parts)}"


def span_iri(paper: str, kind: str, span: Span) -> str:
    """The IRI of a sentence, mention or other span of a paper.

    >>> span_iri("https://a.example/id/paper/p1", "mention", Span(start=3, end=8))
    'https://a.example/id/paper/p1#mention-text-3-8'
    """
    return f"{paper}#{kind}-{span.field}-{span.start}-{span.end}"


def parse_span(iri: str) -> Span:
    """The span whose IRI that is. Raises InputError.

    >>> parse_span("https://a.example/id/paper/p1#sentence-title-0-20")
    Span(start=0, end=20, field='title')
    """
    parts = iri.rpartition("#")[2].split("-")
    if len(parts) < 4 or parts[1] not in ("title", "text") or not (parts[2] + parts[3]).isdecimal():
        raise InputError(f"<{iri}> names no span of a paper", mend="build the graph again")
    return Span(start=int(parts[2]), end=int(parts[3]), field=cast(Field, parts[1]))


@lru_cache(maxsize=10_000)
def integer(value: int) -> Literal:
    """An xsd:integer."""
    return Literal(value)


@lru_cache(maxsize=20_000)
def score_literal(score: float) -> Literal:
    """An xsd:decimal in canonical form, as RDF stores keep it.

    >>> score_literal(1.0).value, score_literal(0.0001).value, score_literal(0.00001).value
    ('1', '0.0001', '0.00001')
    """
    text = repr(score + 0.0)  # no -0.0, which the cache would take for 0.0
    if "e" in text:
        text = format(Decimal(text), "f")
    return Literal(text.removesuffix(".0"), datatype=DECIMAL)


@lru_cache(maxsize=50_000)
def plain(text: str) -> Literal:
    """A plain string that recurs: a component's name, a unit, a label."""
    return Literal(text)


NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
"""A decimal number in digits, with or without an exponent."""


def number_literal(value: str) -> Literal | None:
    """The xsd:double that a result's value stands for; None where it is no finite number.

    >>> str(number_literal("88.10")), number_literal("n/a")
    ('"88.1"^^<http://www.w3.org/2001/XMLSchema#double>', None)
    """
    number = float(value) if NUMBER.fullmatch(value) else float("inf")
    return Literal(number) if abs(number) != float("inf") else None


_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII)
_DATATYPES: Final = {4: "gYear", 7: "gYearMonth", 10: "date"}


def date_literal(text: str) -> Literal | None:
    """A date as precise as it is known; None where it is none.

    >>> date_literal("2024-02").datatype.value.rpartition("#")[2], date_literal("2023-02-29")
    ('gYearMonth', None)
    """
    if not _DATE.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError:
        return None
    if len(text) in _DATATYPES:
        return Literal(text, datatype=_of("xsd", _DATATYPES[len(text)]))
    offset = moment.utcoffset()
    if offset is not None and abs(offset.total_seconds()) > 14 * 3600:
        return None
    written = moment.isoformat()
    if moment.microsecond:
        written = re.sub(r"(\.\d*?)0+(?=$|[+-])", r"\1", written)
    return Literal(re.sub(r"[+-]00:00$", "Z", written), datatype=_of("xsd", "dateTime"))
