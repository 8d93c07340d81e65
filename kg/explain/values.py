"""An explanation as a value: what `kg explain --json` writes. Offsets are those of an Extraction."""

from typing import Literal

import msgspec

from kg.model import Activity, EntityType, Field, Kind, Polarity, Result, Span

Fate = Literal["chosen", "below threshold", "lost", "dropped", "not chosen"]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """After that component had run, the candidate or fact had this score; None where it was gone."""

    component: str
    score: float | None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch that may name something of that type, and what became of it.

    `score` is the last it had. A `lost` one overlaps a better one, `dropped` ones were taken out by a component before
    the choice. `history` lists each change of score in the order of the pipeline.
    """

    start: int
    end: int
    text: str
    type: EntityType
    component: str
    score: float
    fate: Fate
    why: str
    history: tuple[Said, ...]
    field: Field = "text"

    @property
    def span(self) -> Span:
        return Span(start=self.start, end=self.end, field=self.field)


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """How a mention got its concept; the fields are those of `kg.language.reasons.LinkReason`."""

    looked_up: str
    long_form: str | None
    stripped_head: str
    vocabulary_form: str | None
    sure: bool
    backing: str
    refused: tuple[str, ...]
    alternatives: tuple[str, ...]


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch that `cue` makes negated or hedged; the cue is empty where the component does not tell it."""

    polarity: Polarity
    cue: str
    start: int
    end: int
    text: str
    field: Field = "text"


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A mention with all candidates that competed for its place, itself first, and why it has its concept.

    `number` counts the mentions in the order of the text; `link` is None where the component gives no reason.
    """

    number: int
    start: int
    end: int
    text: str
    type: EntityType
    concept: str
    iri: str
    known: bool
    score: float
    component: str
    polarity: Polarity
    candidates: tuple[Candidate, ...]
    link: Link | None
    scopes: tuple[Scope, ...]
    field: Field = "text"

    @property
    def span(self) -> Span:
        return Span(start=self.start, end=self.end, field=self.field)


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """A feature of a model by its name there and in words; `weight` is what it adds to the log odds."""

    name: str
    words: str
    weight: float


class Other(msgspec.Struct, frozen=True, kw_only=True):
    """What else might have been chosen."""

    label: str
    probability: float
    why: str


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One decision of a model; see `kg.language.reasons.Choice`. `label` is None where nothing was chosen."""

    part: str
    label: str | None
    probability: float
    threshold: float | None
    against: str | None
    features_for: tuple[Feature, ...]
    features_against: tuple[Feature, ...]
    others: tuple[Other, ...]
    note: str


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact with its evidence and what speaks for it; `left_out` tells why it was not written, None if it was.

    `id` is empty for a fact that was left out. `sentences` are those that hold the evidence.
    """

    id: str
    kind: Kind
    subject: str | None
    predicate: str
    object: str | Result
    polarity: Polarity
    score: float
    component: str
    evidence: tuple[Span, ...]
    sentences: tuple[str, ...]
    scopes: tuple[Scope, ...]
    choices: tuple[Choice, ...]
    history: tuple[Said, ...]
    left_out: str | None = None

    def concepts(self) -> set[str]:
        """The names of all concepts that the fact speaks of."""
        if isinstance(self.object, Result):
            slots = (getattr(self.object, f) for f in ("metric", "method", "dataset", "task", "hardware", "baseline"))
            return {name for name in slots if name}
        return {name for name in (self.subject, self.object) if name}


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What each component made of one abstract, and why.

    `components` are those of the pipeline in order. `analysed` is false where nothing of the paper is read, as it is
    withdrawn or stands in another language. `candidates` are those that compete with no mention. `left_out`
    are facts that were considered but not written.
    """

    id: str
    key: str
    title: str | None
    text: str
    activity: Activity
    components: tuple[str, ...]
    analysed: bool
    mentions: tuple[Mention, ...]
    candidates: tuple[Candidate, ...]
    facts: tuple[Fact, ...]
    left_out: tuple[Fact, ...]
