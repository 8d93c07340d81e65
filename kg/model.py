"""The values that pass between language and graph: an abstract, and what was extracted from it.

All are immutable msgspec structs; offsets count code points, 0-based, end exclusive. `Extraction`
is one JSON line; absent keys take their defaults, so a line may be shortened by hand.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final, Literal

import msgspec

from kg.namespaces import fingerprint

EntityType = str
"""The local name of a class that a folder in `ontology/types/` declares: `Method`, `Hardware`, …"""
Field = Literal["title", "text"]
Kind = Literal["role", "relation", "result"]
Polarity = Literal["asserted", "negated", "hedged"]
Comparator = Literal["=", "<", ">", "<=", ">=", "~"]

ENTITY_TYPES: Final[tuple[EntityType, ...]] = ("Method", "Task", "Dataset", "Hardware", "Metric")
"""The types that the trained models know, in the order of their columns; `kg.schema` knows all that there are."""
ROLES: Final = ("proposes", "uses", "compares", "addresses", "evaluatedOn", "runsOn", "reports", "mentions")
RELATIONS: Final = ("usedFor", "evaluatedOn", "runsOn", "comparedWith", "measuredBy", "partOf", "isA")
RESULT_LINKS: Final = ("method", "dataset", "task", "hardware", "baseline")


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all values: compared and hashed by content."""

    def __post_init__(self) -> None:
        """Make what equals a default that default: `encode` tells it by identity, and equal values are one line."""
        for name, default in _defaults(type(self)):
            value = getattr(self, name)
            if value is not default and value == default:
                msgspec.structs.force_setattr(self, name, default)


@cache
def _defaults(cls: type[Value]) -> tuple[tuple[str, Any], ...]:
    fields = msgspec.structs.fields(cls)
    return tuple((field.name, field.default) for field in fields if field.default is not msgspec.NODEFAULT)


class Abstract(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One abstract as a reader gives it.

    `key` names the paper for good (`doi:…` folded to lower case, `arxiv:…` without version, the given
    id, or `sha256:` and 16 hex digits of its content); `id` is the id as given, or the key where none
    was. `text` is verbatim. `meta` holds what else the source had, as JSON values: `authors` (list of
    str), `date` (ISO 8601, as precise as known), `doi`, `arxiv`, `venue`, `categories` (list of str), …
    """

    key: str
    id: str
    text: str
    title: str | None = None
    meta: dict[str, Any] = {}


class Span(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A stretch of the title or the text."""

    start: int
    end: int
    field: Field = "text"


class Mention(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A stretch of text that names a concept. `concept` is its name, `iri` its identity."""

    start: int
    end: int
    text: str
    type: EntityType
    concept: str
    iri: str
    score: float = 1.0
    component: str = ""
    field: Field = "text"

    @property
    def span(self) -> Span:
        return Span(start=self.start, end=self.end, field=self.field)


class Concept(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A concept of one paper. `known` where the vocabulary has it; `types` are its uses in this paper.

    `alternatives` are the other forms the paper itself gives for a new concept (its abbreviation).
    """

    name: str
    iri: str
    types: tuple[EntityType, ...]
    known: bool = False
    alternatives: tuple[str, ...] = ()


class Result(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A measured value. Concepts are given by name; None where the text does not say.

    `value` is a decimal number in digits ('88.1'), `unit` as the field writes it ('%', 'x', 'ms'),
    `quote` the shortest piece of the text that states it.
    """

    value: str
    metric: str | None = None
    unit: str | None = None
    comparator: Comparator = "="
    method: str | None = None
    dataset: str | None = None
    task: str | None = None
    hardware: str | None = None
    baseline: str | None = None
    quote: str = ""


class Fact(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One statement of a paper, with its evidence.

    kind      subject          predicate        object
    role      None: the paper  one of ROLES     name of a concept
    relation  name of concept  one of RELATIONS name of a concept
    result    None: the paper  'result'         a Result

    `evidence` are the spans that say it: the mentions of its arguments, or a result's quote. Each lies
    in one sentence of the Extraction. `component` names the pipeline component that found it.
    """

    id: str
    kind: Kind
    predicate: str
    object: str | Result
    subject: str | None = None
    polarity: Polarity = "asserted"
    score: float = 1.0
    component: str = ""
    evidence: tuple[Span, ...] = ()


class Activity(Value, frozen=True, kw_only=True):
    """What made an Extraction: the version of kg and fingerprints of all that steers the outcome."""

    version: str
    configuration: str
    vocabulary: str
    model: str = ""


class Extraction(Value, frozen=True, kw_only=True, omit_defaults=True):
    """All that was found in one abstract: the seam between language and graph.

    `facts` is the truth; `roles`, `triples` and `results` are its asserted projection for scoring and
    easy reading. `sentences` are in order, title first. `concepts` lists every concept that a mention
    or fact names, sorted by IRI; names are unique within a paper.
    """

    id: str
    key: str
    iri: str
    text: str
    activity: Activity
    title: str | None = None
    meta: dict[str, Any] = {}
    sentences: tuple[Span, ...] = ()
    concepts: tuple[Concept, ...] = ()
    mentions: tuple[Mention, ...] = msgspec.field(default_factory=lambda: ())  # written even where it is empty
    facts: tuple[Fact, ...] = ()
    roles: dict[str, tuple[str, ...]] = {}
    triples: tuple[tuple[str, str, str], ...] = ()
    results: tuple[Result, ...] = ()

    def text_of(self, span: Span) -> str:
        """The characters that `span` covers."""
        return ((self.title or "") if span.field == "title" else self.text)[span.start : span.end]

    def sentence_of(self, span: Span) -> Span:
        """The sentence in which `span` begins; `span` itself where no sentence holds it."""
        for sentence in self.sentences:
            if sentence.field == span.field and sentence.start <= span.start < sentence.end:
                return sentence
        return span


def revision(paper: Abstract | Extraction, activity: Activity) -> str:
    """A fingerprint of what an abstract says and what reads it: equal where extraction would give the same.

    A build skips papers whose revision the store has already.
    """
    content = (paper.key, paper.id, paper.title, paper.text, paper.meta, activity)
    return fingerprint(_encoder.encode(content).decode("utf-8", "surrogatepass"))


class Projection(Value, frozen=True, kw_only=True):
    """The asserted facts in the form of the annotation guideline."""

    roles: dict[str, tuple[str, ...]]
    triples: tuple[tuple[str, str, str], ...]
    results: tuple[Result, ...]


def project(facts: Iterable[Fact]) -> Projection:
    """The asserted facts as roles by concept, triples and results, in the order of the facts."""
    roles: dict[str, list[str]] = {}
    triples: list[tuple[str, str, str]] = []
    results: list[Result] = []
    for fact in facts:
        if fact.polarity != "asserted":
            continue
        if isinstance(fact.object, Result):
            results.append(fact.object)
        elif fact.kind == "role":
            roles.setdefault(fact.object, []).append(fact.predicate)
        else:
            triples.append((fact.subject or "", fact.predicate, fact.object))
    return Projection(
        roles={name: tuple(found) for name, found in roles.items()}, triples=tuple(triples), results=tuple(results)
    )


def assemble(
    abstract: Abstract,
    *,
    iri: str,
    activity: Activity,
    sentences: Iterable[Span] = (),
    concepts: Iterable[Concept] = (),
    mentions: Iterable[Mention] = (),
    facts: Iterable[Fact] = (),
) -> Extraction:
    """An Extraction in canonical order: equal content gives equal bytes, whatever the order of the parts.

    Mentions and sentences go by position, title first; concepts by IRI, their types and alternatives by
    name; facts by first evidence, then id, the best scored of equal ids kept; evidence by position without
    repeats.
    """
    best: dict[str, Fact] = {}
    for fact in facts:
        tidy = msgspec.structs.replace(fact, evidence=tuple(sorted(set(fact.evidence), key=_position)))
        known = best.get(fact.id)
        if known is None or (tidy.score, _encoder.encode(known)) > (known.score, _encoder.encode(tidy)):
            best[fact.id] = tidy
    ordered = sorted(best.values(), key=lambda f: (tuple(map(_position, f.evidence[:1])), f.id))
    projection = project(ordered)
    return Extraction(
        id=abstract.id,
        key=abstract.key,
        iri=iri,
        text=abstract.text,
        title=abstract.title,
        meta=abstract.meta,
        activity=activity,
        sentences=tuple(sorted(set(sentences), key=_position)),
        concepts=tuple(sorted(set(map(_sort_parts, concepts)), key=lambda c: (c.iri, c.name))),
        mentions=tuple(sorted(set(mentions), key=lambda m: (_position(m.span), *_order(m)))),
        facts=tuple(ordered),
        roles=projection.roles,
        triples=projection.triples,
        results=projection.results,
    )


def _sort_parts(concept: Concept) -> Concept:
    types, alternatives = tuple(sorted(set(concept.types))), tuple(sorted(set(concept.alternatives)))
    return msgspec.structs.replace(concept, types=types, alternatives=alternatives)


def _order(mention: Mention) -> tuple[str, str, str, float]:
    return (mention.type, mention.iri, mention.component, mention.score)


def _position(span: Span) -> tuple[bool, int, int]:
    return (span.field != "title", span.start, span.end)


_encoder = msgspec.json.Encoder(order="deterministic", decimal_format="string")
_decoder = msgspec.json.Decoder(Extraction)


def encode(value: Value) -> bytes:
    """One line of JSON without the line end; equal values give equal bytes."""
    return _encoder.encode(value)


def decode_extraction(line: bytes | str) -> Extraction:
    """The Extraction that a line of JSON holds.

    Raises msgspec.ValidationError (bad shape) or msgspec.DecodeError (bad JSON).
    """
    return _decoder.decode(line)
