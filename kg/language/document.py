"""What the components of the pipeline share: how a paper becomes a `Doc`, and what they write on it.

The text of a Doc is title, blank line, text; the text alone where the paper has no title. On it stand

    doc._.candidates          `Candidate`s that may name a concept, overlaps allowed
    doc.spans["mentions"]     the linked mentions: sorted, without overlaps, `label_` the entity type
    doc._.abbreviations       (short, long) pairs that the paper defines
    doc._.facts               facts whose subject and object are concept names, with an empty id
    doc._.new_concepts        other forms that the paper gives for a concept, by its name
    doc._.scopes              stretches that a cue makes negated or hedged
    doc._.reading             what `kg.language.reading.read` keeps

and each mention carries `span._.concept`, `span._.iri`, `span._.known` (the vocabulary has it), `span._.score`,
`span._.component` and `span._.polarity`. A component imports this module, never another component.
"""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from kg import model
from kg.errors import InputError
from kg.model import EntityType

MENTIONS: Final = "mentions"
_DATA: Final = Path(__file__).parent / "data"
TITLE_GAP: Final = "\n\n"


class Candidate(NamedTuple):
    """Tokens `start` to `end` (exclusive) may name something of type `label`; `score` in 0..1."""

    start: int
    end: int
    label: EntityType
    score: float
    component: str


_DOC_EXTENSIONS: Final[dict[str, Any]] = {
    "title_end": 0,
    "text_start": 0,
    "candidates": [],
    "abbreviations": [],
    "facts": [],
    "new_concepts": {},
    "scopes": [],
    "reading": None,
}
_SPAN_EXTENSIONS: Final[dict[str, Any]] = {
    "concept": "",
    "iri": "",
    "score": 1.0,
    "component": "",
    "known": False,
    "polarity": "asserted",
}


def register_extensions() -> None:
    """Declare every attribute that the components read or write; calling it again changes nothing."""
    for name, default in _DOC_EXTENSIONS.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=default)
    for name, default in _SPAN_EXTENSIONS.items():
        if not Span.has_extension(name):
            Span.set_extension(name, default=default)


register_extensions()


def data_path(name: str) -> Path:
    """A data file as the configuration names it: beside the components, or anywhere if given as an absolute path.

    Raises InputError where it is missing.
    """
    path = _DATA / name
    if not path.is_file():
        raise InputError(
            f"the data file {path} is missing", mend="install the package again or correct the configuration"
        )
    return path


def iter_data(named: Iterable[str]) -> Iterator[str]:
    """Name and content of every data file, and of those in `named` that lie elsewhere: what a fingerprint needs."""
    paths = {p for p in _DATA.iterdir() if p.is_file()} | {_DATA / n for n in named if n and (_DATA / n).is_file()}
    for path in sorted(paths, key=lambda p: (p.name, str(p))):
        yield path.name
        yield path.read_bytes().hex()


def read_lines(name: str) -> list[str]:
    """The lines of a data file without blanks at the ends, empty lines and comments (`#`)."""
    lines = (line.strip() for line in data_path(name).read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def make_doc(nlp: Language, title: str | None, text: str) -> Doc:
    """The tokenised Doc of a paper, no component run yet. An empty title counts as none."""
    head = title + TITLE_GAP if title else ""
    doc = nlp.make_doc(head + text)
    doc._.title_end = len(title or "")
    doc._.text_start = len(head)
    return doc


def get_words(doc: Doc) -> list[str]:
    """The texts of all words, made once a Doc; not to be changed."""
    words: list[str] | None = doc.user_data.get("words")
    if words is None:
        words = doc.user_data["words"] = [token.text for token in doc]
    return words


def get_spaces(doc: Doc) -> list[bool]:
    """Whether a blank follows each word, made once a Doc; not to be changed."""
    spaces: list[bool] | None = doc.user_data.get("spaces")
    if spaces is None:
        spaces = doc.user_data["spaces"] = [bool(token.whitespace_) for token in doc]
    return spaces


def get_text(doc: Doc) -> str:
    """The text of a Doc; faster than `doc.text`, which makes every token."""
    return "".join(word + " " * space for word, space in zip(get_words(doc), get_spaces(doc), strict=True))


def get_offsets(doc: Doc) -> list[int]:
    """The first character of each word, made once a Doc; not to be changed. Faster than asking every token."""
    offsets: list[int] | None = doc.user_data.get("offsets")
    if offsets is None:
        lengths = map(len, get_words(doc))
        steps = (length + space for length, space in zip(lengths, get_spaces(doc), strict=True))
        offsets = doc.user_data["offsets"] = [0, *accumulate(steps)][: len(doc)]
    return offsets


def get_sentence_starts(doc: Doc) -> frozenset[int]:
    """The numbers of the words that open a sentence; empty for an empty Doc. Faster than `doc.sents`."""
    return frozenset({0, *np.flatnonzero(doc.to_array("SENT_START") == 1).tolist()} if len(doc) else ())


def to_span(doc: Doc, start_char: int, end_char: int) -> model.Span:
    """Offsets of a Doc as a span of the title or the text; one that touches both is cut to its first part."""
    if start_char < doc._.title_end:
        return model.Span(start=start_char, end=min(end_char, doc._.title_end), field="title")
    shift = doc._.text_start
    return model.Span(start=max(start_char - shift, 0), end=max(end_char - shift, 0), field="text")


def get_mentions(doc: Doc) -> list[Span]:
    """The linked mentions in order; empty before the linker has run."""
    return list(doc.spans[MENTIONS]) if MENTIONS in doc.spans else []


def add_mention(span: Span, *, concept: str, iri: str, known: bool, score: float = 1.0, component: str = "") -> Span:
    """Write the attributes of a linked mention on its span; the linker then groups the spans as `mentions`."""
    span._.concept = concept
    span._.iri = iri
    span._.known = known
    span._.score = score
    span._.component = component
    return span


def set_mentions(doc: Doc, spans: Iterable[Span]) -> None:
    """Make `spans` the mentions of the Doc, in order of position."""
    ordered = sorted(spans, key=lambda s: (s.start, s.end))
    doc.spans[MENTIONS] = SpanGroup(doc, name=MENTIONS, spans=ordered)
    doc._.reading = None
