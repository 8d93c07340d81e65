"""What components answer when they are asked why. Nothing of it is worked out unless somebody asks.

A component may have any of these methods. `kg.explain` calls them right after the component has run on the Doc;
a component that has none is shown by what it wrote.

    explain_choice(doc) -> Iterable[Verdict]        what became of each candidate
    explain_links(doc)  -> Iterable[LinkReason]     why each mention has its concept
    explain_scopes(doc) -> Iterable[ScopeReason]    which cue makes which stretch negated or hedged
    explain_facts(doc)  -> Iterable[FactReason]     what speaks for each fact, and which facts were left out
"""

from typing import Literal, NamedTuple

from kg.language.document import Candidate
from kg.model import Fact, Polarity

Outcome = Literal["chosen", "below", "lost"]


class Verdict(NamedTuple):
    """A candidate became a mention, or did not: its score is below `threshold`, or `rival` has its place."""

    candidate: Candidate
    outcome: Outcome
    threshold: float
    rival: Candidate | None = None


class LinkReason(NamedTuple):
    """How the mention at characters `start` to `end` of a Doc got its concept.

    `long_form` is the definition that the paper gives where the mention is an abbreviation. `looked_up` is what
    was looked for in the vocabulary: the mention or long form, without a generic head where that was `stripped`.
    `form` is the form of the vocabulary that it is, None for a new concept. A form that also means something
    else is not `sure`: `backing` says what backs it, `refused` names the concepts that nothing backs.
    """

    start: int
    end: int
    concept: str
    looked_up: str
    long_form: str | None = None
    stripped: str = ""
    form: str | None = None
    sure: bool = True
    backing: str = ""
    refused: tuple[str, ...] = ()


class ScopeReason(NamedTuple):
    """The cue at `cue_start` to `cue_end` makes characters `start` to `end` negated or hedged, and those mentions."""

    start: int
    end: int
    polarity: Polarity
    cue_start: int
    cue_end: int
    mentions: tuple[tuple[int, int], ...] = ()


class Weight(NamedTuple):
    """What a feature adds to the log odds of a class against its rival."""

    feature: str
    weight: float


class Option(NamedTuple):
    """Something else that might have been chosen; `why` it was not, where more than its probability tells."""

    label: str
    chance: float
    why: str = ""


class Choice(NamedTuple):
    """One decision of a model: `label` with probability `chance`; an empty label where nothing was chosen.

    `model` names the kind of features, as in `kg/explain/features.tsv`; `part` what was decided. The weights speak for
    (above 0) or against `label` compared with `rival`, the strongest first. `threshold` is the least
    probability that counts, None where the likeliest wins. `names` are the two concepts that features of pairs
    speak of, in the order of the text.
    """

    part: str
    model: str
    label: str
    chance: float
    threshold: float | None = None
    rival: str = ""
    weights: tuple[Weight, ...] = ()
    others: tuple[Option, ...] = ()
    note: str = ""
    names: tuple[str, ...] = ()


class FactReason(NamedTuple):
    """A fact as the component wrote it, or would have written it but for `left_out`."""

    fact: Fact
    choices: tuple[Choice, ...] = ()
    left_out: str = ""
