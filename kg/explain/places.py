"""Where things of a Doc stand in the stored title and text, and what is written there."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kg.explain import values
from kg.explain.watching import Watched
from kg.language.document import to_span
from kg.language.reasons import ScopeReason
from kg.language.view import VIEW, View
from kg.model import Fact, Polarity, Result, Span


class Scope(NamedTuple):
    """A scope with its places in the stored paper; the cue is empty where it is not known."""

    stretch: Span
    polarity: Polarity
    cue: str
    mentions: tuple[Span, ...]


class Places:
    """Places of one watched abstract; words and characters of its Doc become spans of the stored title or text."""

    def __init__(self, watched: Watched) -> None:
        self.doc = watched.doc
        self.view: View = watched.doc.user_data[VIEW]
        self.extraction = watched.extraction
        told = watched.scopes or [
            ScopeReason(s.start, s.end, s.polarity, s.start, s.start) for s in watched.doc._.scopes
        ]
        self.scopes = [self._place(scope) for scope in told]

    def of_chars(self, start: int, end: int) -> Span:
        """The span of characters `start` to `end` (exclusive) of the Doc."""
        return self.view.to_source(to_span(self.doc, start, end))

    def of_words(self, start: int, end: int) -> Span:
        """The span of words `start` to `end` (exclusive)."""
        piece = self.doc[start:end]
        return self.of_chars(piece.start_char, piece.end_char)

    def of_fact(self, fact: Fact) -> Fact:
        """A fact as a component wrote it, with its evidence in the stored paper."""
        return self.view.fact_to_source(fact)

    def text(self, span: Span) -> str:
        """What stands there."""
        return self.extraction.text_of(span)

    def sentences(self, spans: Iterable[Span]) -> tuple[str, ...]:
        """The sentences in which the spans begin, each once, in the order of the paper."""
        found = {self.extraction.sentence_of(span) for span in spans}
        return tuple(self.text(sentence) for sentence in sorted(found, key=_position))

    def scopes_of_mention(self, mention: Span) -> list[Scope]:
        """What makes a mention negated or hedged."""
        return [scope for scope in self.scopes if mention in scope.mentions]

    def scopes_of_fact(self, fact: Fact) -> list[Scope]:
        """The scopes that gave a fact its polarity; of an asserted one, those of its mentions, which did not."""
        direct = [scope for span in fact.evidence for scope in self.scopes_of_mention(span)]
        if fact.polarity == "asserted":
            return direct
        over = [s for s in self.scopes if any(_lies_over(s.stretch, span, fact) for span in fact.evidence)]
        return [scope for scope in (*direct, *over) if scope.polarity == fact.polarity]

    def show_scopes(self, scopes: Iterable[Scope]) -> tuple[values.Scope, ...]:
        """Scopes as values, each once."""
        return tuple(self._iter_shown(sorted(set(scopes), key=lambda s: (*_position(s.stretch), s.polarity, s.cue))))

    def _iter_shown(self, scopes: Iterable[Scope]) -> Iterator[values.Scope]:
        for stretch, polarity, cue, _ in scopes:
            yield values.Scope(
                polarity=polarity,
                cue=cue,
                start=stretch.start,
                end=stretch.end,
                field=stretch.field,
                text=self.text(stretch),
            )

    def _place(self, scope: ScopeReason) -> Scope:
        return Scope(
            stretch=self.of_chars(scope.start, scope.end),
            polarity=scope.polarity,
            cue=self.doc.text[scope.cue_start : scope.cue_end],
            mentions=tuple(self.of_chars(start, end) for start, end in scope.mentions),
        )


def _lies_over(stretch: Span, span: Span, fact: Fact) -> bool:
    """Whether a stretch holds the beginning of some evidence; of a result, whether it holds any part of it."""
    reach = span.end if isinstance(fact.object, Result) else span.start + 1
    return stretch.field == span.field and stretch.start < reach and span.start < stretch.end


def _position(span: Span) -> tuple[bool, int, int]:
    return (span.field != "title", span.start, span.end)
