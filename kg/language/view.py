"""What of a paper is analysed, and where each character of it stands in what is stored.

The text of a paper is stored as it was read. The components see it as a careful reader does: without invisible
characters and LaTeX outside of mathematics, words whole at line ends, capitals as usual, without the headings of
structured abstracts and without what stands in another language than English. Of a withdrawn paper they see nothing.
What they find is brought back to the stored text.
"""

import re
from functools import cache
from typing import Final, NamedTuple

import msgspec

from kg.language.aligned import Aligned, Edit
from kg.language.characters import read_characters
from kg.language.document import read_lines
from kg.language.latex_text import read_latex
from kg.language.words import join_broken_words, read_capitals
from kg.model import Abstract, Fact, Result, Span
from kg.reader.languages import ENGLISH, has_english, list_stretches, main_language
from kg.reader.notices import is_withdrawn

VIEW: Final = "view"
"""The key under which the Doc of a paper keeps its view."""
_BREAK: Final = "\n\n"
_UNSPEAKABLE: Final = re.compile("[\x00\ud800-\udfff]")


class View(NamedTuple):
    """Title and text as they are analysed, each with its places in the source."""

    title: Aligned
    text: Aligned
    abstract: Abstract

    @property
    def is_source(self) -> bool:
        """Whether all is analysed as it stands."""
        return isinstance(self.title.starts, range) and isinstance(self.text.starts, range)

    def to_source(self, span: Span) -> Span:
        """The span of the stored title or text that a span of the view covers."""
        aligned = self.title if span.field == "title" else self.text
        if isinstance(aligned.starts, range):
            return span
        start, end = aligned.to_source(span.start, span.end)
        source = self.source(span)
        return msgspec.structs.replace(span, **dict(zip(("start", "end"), _pair(source, start, end), strict=True)))

    def source(self, span: Span) -> str:
        """The stored title or text, whichever the span is of."""
        return (self.abstract.title or "") if span.field == "title" else self.abstract.text

    def fact_to_source(self, fact: Fact) -> Fact:
        """The fact with its evidence, and the quote of a result, in the stored text."""
        if self.is_source:
            return fact
        evidence = tuple(self.to_source(span) for span in fact.evidence)
        found = fact.object
        if isinstance(found, Result) and found.quote and evidence:
            quoted = next((e for e, v in zip(evidence, fact.evidence, strict=True) if self._says(v, found.quote)), None)
            if quoted is not None:
                text = self.source(quoted)[quoted.start : quoted.end]
                found = msgspec.structs.replace(found, quote=text)
        return msgspec.structs.replace(fact, evidence=evidence, object=found)

    def _says(self, span: Span, quote: str) -> bool:
        aligned = self.title if span.field == "title" else self.text
        return aligned.text[span.start : span.end] == quote


def _pair(source: str, start: int, end: int) -> tuple[int, int]:
    """The bounds widened to the braces and command that belong to what lies between: `\\emph{deep} nets`."""
    piece = source[start:end]
    if "{" not in piece and "}" not in piece:
        return start, end
    for _ in range(piece.count("}") - piece.count("{")):
        opened = _OPENED.search(source, max(start - 40, 0), start)
        start = opened.start() if opened else start
    for _ in range(piece.count("{") - piece.count("}")):
        end += source.startswith("}", end)
    return start, end


_OPENED: Final = re.compile(r"(?:\\[A-Za-z]+\s*\{|\{(?:\\[A-Za-z]+\s+)?)\Z")


def make_view(abstract: Abstract, *, longest_title: int, longest_text: int) -> View:
    """The view of a paper, of so many characters of its title and text at most."""
    title = _UNSPEAKABLE.sub("\ufffd", (abstract.title or "")[:longest_title])
    text = _UNSPEAKABLE.sub("\ufffd", abstract.text[:longest_text])
    if is_withdrawn(text) or is_withdrawn(title):
        return View(_nothing(), _nothing(), abstract)
    head, body = _read(title), _read(text)
    stretches = list_stretches(body.text)
    foreign = [s for s in stretches if s.language != ENGLISH]
    if foreign:
        body = body.edit(Edit(s.start, s.end, _BREAK if s.start else "") for s in foreign)
    if head.text and _is_foreign_title(head.text, main_language(stretches)):
        head = _nothing()
    return View(head, _without_headings(body), abstract)


def _nothing() -> Aligned:
    return Aligned("", (), ())


def _read(source: str) -> Aligned:
    return read_capitals(join_broken_words(read_latex(read_characters(Aligned.of(source)))))


def _is_foreign_title(title: str, language: str | None) -> bool:
    """Whether a title is not English: by itself, or as the text is and no word of it is plainly English."""
    stretches = list_stretches(title)
    return main_language(stretches) is not None or (language is not None and not has_english(title))


_HEADING_MARKS: Final = (":", "：", "\n", "—", " - ", " – ")


@cache
def _heading() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(read_lines("text_headings.txt"), key=lambda n: (-len(n), n)))
    return re.compile(
        rf"(?:(?<=\A)|(?<=[.!?:;)\]]\s)|(?<=[.!?)\]])|(?<=\n)|(?<=\s\s))[ \t]{{0,3}}(?:\d\.\s?)?(?i:{names})"
        rf"(?:\s*[:：]|\s+[-–—]{{1,3}}\s+(?=[A-Z])|—(?=[A-Z])|(?<=[A-Z])\s*\n)\s*(?=[^\s])"
    )


def _without_headings(view: Aligned) -> Aligned:
    if not any(mark in view.text for mark in _HEADING_MARKS):
        return view
    return view.sub(_heading(), lambda match: "" if _is_apart(match) else " ")


def _is_apart(match: re.Match[str]) -> bool:
    before = match.string[match.start() - 1 : match.start()]
    return not before or before.isspace()
