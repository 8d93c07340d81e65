"""An explanation on the terminal: coloured and wrapped there, plain lines elsewhere."""

import sys
from collections.abc import Iterable, Sequence
from textwrap import shorten
from typing import Final, Literal

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from kg.explain.values import Candidate, Choice, Explanation, Fact, Feature, Link, Mention, Said, Scope
from kg.model import RESULT_LINKS, Result
from kg.schema import entity_types

_HEADINGS: Final = {"role": "Roles", "relation": "Relations", "result": "Results"}
_FEW: Final = 5
"""How many of a kind that was left out are shown, unless all are asked for."""
_WIDEST: Final = 120
_STRETCH: Final = 70
Part = str | tuple[str, str] | Text
"""A piece of a line: text, text with a style, or styled text."""


def show(explanation: Explanation, *, only: Literal["mentions", "facts"] | None = None, whole: bool = False) -> None:
    """Write an explanation to standard output; with `whole`, everything that was left out."""
    page = _Page(whole=whole)
    page.paper(explanation)
    if only != "facts":
        page.mentions(explanation.mentions)
        page.candidates(explanation.candidates)
    if only != "mentions":
        page.facts(explanation.facts)
        page.left_out(explanation.left_out)


class _Page:
    """Lines with indents; a terminal wraps them at its width, elsewhere each stays one line."""

    def __init__(self, *, whole: bool) -> None:
        self.console = Console(highlight=False, markup=False, emoji=False)
        self.wraps = sys.stdout.isatty()
        self.console.width = min(self.console.width, _WIDEST)
        self.most = None if whole else _FEW
        self.colours = {info.name: f"bold {info.colour}" for info in entity_types()}

    def line(self, indent: int, *parts: Part) -> None:
        """One line, or one paragraph where the terminal wraps it."""
        text = Text()
        for part in parts:
            piece = part if isinstance(part, Text) else Text(part) if isinstance(part, str) else Text(*part)
            text.append_text(piece)
        if self.wraps:
            self.console.print(Padding(text, (0, 0, 0, indent)))
        else:
            self.console.print(Text(" " * indent).append_text(text), soft_wrap=True)

    def heading(self, title: str) -> None:
        """A title after an empty line."""
        self.line(0)
        self.line(0, (title, "bold underline"))

    def typed(self, text: str, entity_type: str) -> tuple[str, str]:
        """A name in the colour of its type."""
        return _clean(text), self.colours.get(entity_type, "bold")

    def paper(self, e: Explanation) -> None:
        """The text with its mentions marked and numbered."""
        activity = e.activity
        made = f"kg {activity.version}, configuration {activity.configuration}, vocabulary {activity.vocabulary}"
        self.line(0, (_clean(e.id), "bold"), (f"  {made}" + f", model {activity.model}" * bool(activity.model), "dim"))
        self.line(0, (f"components: {', '.join(e.components)}", "dim"))
        self.line(0)
        if e.title:
            self.line(0, self._marked(e.title, [m for m in e.mentions if m.field == "title"]))
            self.line(0)
        self.line(0, self._marked(e.text, [m for m in e.mentions if m.field == "text"]))
        if not e.analysed:
            self.line(0)
            self.line(0, "Nothing of it is analysed: it is empty, withdrawn or in another language than English.")

    def _marked(self, text: str, mentions: Iterable[Mention]) -> Text:
        marked = Text()
        position = 0
        for m in mentions:
            marked.append(_clean(text[position : m.start]))
            marked.append(f"[{m.number} {_clean(m.text)}]", self.colours.get(m.type, "bold"))
            position = m.end
        return marked.append(_clean(text[position:]))

    def mentions(self, mentions: Sequence[Mention]) -> None:
        """Each mention with its concept and what competed with it."""
        self.heading("Mentions")
        if not mentions:
            self.line(0, "none")
        for m in mentions:
            own = next((c for c in m.candidates if c.fate == "chosen" and c.span == m.span), None)
            said = _history(own.history) if own else m.component
            self.line(0, (f"{m.number} ", "dim"), self.typed(m.text, m.type), f"  {m.type} {m.score:.2f}  ({said})")
            concept = "the vocabulary's" if m.known else "a new concept"
            self.line(4, "is ", concept, " ", self.typed(m.concept, m.type), _link_words(m))
            self._scopes(m.scopes, m.polarity)
            rivals = [c for c in m.candidates if c.fate != "chosen" or c.span != m.span]
            self._rivals(rivals, 4)

    def candidates(self, candidates: Sequence[Candidate]) -> None:
        """What was said of other stretches, the likeliest first."""
        if candidates:
            self.heading("Elsewhere, no mention")
            ordered = sorted(candidates, key=lambda c: -c.score)
            self._rivals(ordered, 0)

    def _rivals(self, candidates: Sequence[Candidate], indent: int) -> None:
        for c in candidates[: self.most]:
            said = f"  {c.type} {c.score:.2f}  ({_history(c.history)})  "
            self.line(indent, "not ", self.typed(c.text, c.type), said, c.why or c.fate)
        self._count_rest(len(candidates), "candidate", indent)

    def _count_rest(self, number: int, noun: str, indent: int) -> None:
        rest = number - self.most if self.most is not None else 0
        if rest > 0:
            self.line(indent, (f"and {rest} more {noun}{'' if rest == 1 else 's'} (--all shows them)", "dim"))

    def facts(self, facts: Sequence[Fact]) -> None:
        """Roles, relations and results."""
        for kind, title in _HEADINGS.items():
            found = [fact for fact in facts if fact.kind == kind]
            self.heading(title)
            if not found:
                self.line(0, "none")
            for fact in found:
                self._fact(fact)

    def left_out(self, facts: Sequence[Fact]) -> None:
        """Facts that were considered but not written."""
        for kind, title in _HEADINGS.items():
            if found := [fact for fact in facts if fact.kind == kind]:
                self.heading(f"{title} left out")
                for fact in found[: self.most]:
                    self._fact(fact)
                self._count_rest(len(found), kind, 0)

    def _fact(self, fact: Fact) -> None:
        stated = "" if fact.polarity == "asserted" else f"  {fact.polarity}"
        said = _history(fact.history) or fact.component
        self.line(0, (_clean(_statement(fact)), "bold"), f"  {fact.score:.2f}{stated}  ({said})")
        if fact.left_out is not None:
            self.line(4, "left out: ", fact.left_out)
        for sentence in fact.sentences:
            self.line(4, ("in: ", "dim"), (_clean(sentence), "italic"))
        self._scopes(fact.scopes, fact.polarity)
        for choice in fact.choices:
            self._choice(choice)

    def _scopes(self, scopes: Sequence[Scope], polarity: str) -> None:
        for scope in scopes:
            cue = f" by “{_clean(scope.cue)}”" if scope.cue else ""
            kept = "" if polarity == scope.polarity else f", yet {polarity}"
            stretch = shorten(_clean(scope.text), _STRETCH, placeholder=" …")
            self.line(4, (scope.polarity, "bold"), f"{cue} in “{stretch}”{kept}")

    def _choice(self, choice: Choice) -> None:
        needed = "" if choice.threshold is None else f", needed {choice.threshold:g}"
        against = f", rather than {_clean(choice.against)}" if choice.against else ""
        note = f"; {choice.note}" if choice.note else ""
        label = _clean(choice.label or "none")
        chance = f" {choice.probability:.2f}" if choice.label else ""
        self.line(4, f"{choice.part}: ", (label, "bold"), f"{chance}{needed}{against}{note}")
        self._features("for", "green", choice.features_for)
        self._features("against", "red", choice.features_against)
        if choice.others:
            others = (f"{_clean(o.label)} {o.probability:.2f}{' ' * bool(o.why)}{o.why}" for o in choice.others)
            self.line(8, ("or: ", "dim"), ", ".join(list(others)[: self.most]))

    def _features(self, word: str, colour: str, features: Sequence[Feature]) -> None:
        for feature in features:
            self.line(8, (f"{word:7} {feature.weight:+.2f} ", colour), _clean(feature.words))


def _clean(text: str) -> str:
    """Text on one line, character for character: what a terminal would take for a command is a blank."""
    return "".join(c if c.isprintable() else " " for c in text)


def _history(history: Sequence[Said]) -> str:
    return ", ".join(h.component + (" dropped it" if h.score is None else f" {h.score:.2f}") for h in history)


def _link_words(mention: Mention) -> str:
    """How it got its concept, as the rest of a sentence."""
    link = mention.link
    if link is None:
        return ""
    parts = [f"short for “{_clean(link.long_form)}” in this paper"] if link.long_form is not None else []
    if link.stripped_head:
        parts.append(f"its head “{_clean(link.stripped_head)}” left aside")
    parts.append(_form_words(mention, link))
    if link.refused:
        parts.append(f"not {' or '.join(map(_clean, link.refused))}, which nothing else in the paper backs")
    if link.alternatives:
        parts.append(f"also called {', '.join(map(_clean, link.alternatives))}")
    return ": " + "; ".join(parts)


def _form_words(mention: Mention, link: Link) -> str:
    looked_up = _clean(link.looked_up)
    if link.vocabulary_form is not None:
        read_as = "" if looked_up == link.vocabulary_form else f", read as “{_clean(link.vocabulary_form)}”"
        form = f"it has the form “{looked_up}”{read_as}"
        return form if link.sure else f"{form}, which also means something else, but {link.backing}"
    if mention.known:
        return f"“{looked_up}” has the normal form of its name"
    return f"“{looked_up}” is no form in the vocabulary" if not link.refused else f"named after “{looked_up}”"


def _statement(fact: Fact) -> str:
    if not isinstance(fact.object, Result):
        return f"{fact.subject or 'paper'} {fact.predicate} {fact.object}"
    r = fact.object
    links = ", ".join(f"{slot} {getattr(r, slot)}" for slot in RESULT_LINKS if getattr(r, slot) is not None)
    value = f"{r.metric or 'no metric'} {r.comparator} {r.value}{' ' + r.unit if r.unit else ''}"
    return f"{value} ({links})" if links else value
