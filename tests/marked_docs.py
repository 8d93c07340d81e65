"""Docs from sentences with marked mentions: `"[NewtNet|Method] runs on a [GPU|Hardware]."`."""

import re
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.components import sentences
from kg.language import tokenizer
from kg.language.document import add_mention, make_doc, set_mentions
from kg.model import Fact, Result
from kg.namespaces import VOCABULARY, concept_iri

_MARK = re.compile(r"\[([^|\]]+)\|([A-Z][a-z]+)(?::([^\]]+))?\]")


@cache
def language() -> Language:
    """Tokenizer and sentences."""
    assert sentences.create_sentences
    nlp = spacy.blank("en")
    nlp.tokenizer = tokenizer.WordTokenizer(nlp.vocab)
    nlp.add_pipe("sentences")
    return nlp


def marked_doc(marked: str, *, title: str | None = None) -> Doc:
    """A Doc whose marked stretches are mentions: `[form|Type]`, or `[form|Type:concept]`."""
    head, marks = _unmark(f"{title}\n\n" if title else "")
    body, more = _unmark(marked, len(head))
    doc = make_doc(language(), head.removesuffix("\n\n") or None, body)
    for _, component in language().pipeline:
        doc = component(doc)
    spans = []
    for start, end, label, concept in [*marks, *more]:
        span = doc.char_span(start, end, label=label)
        assert span is not None, doc.text[start:end]
        spans.append(add_mention(span, concept=concept, iri=concept_iri(concept, VOCABULARY), known=True))
    set_mentions(doc, spans)
    return doc


def _unmark(marked: str, shift: int = 0) -> tuple[str, list[tuple[int, int, str, str]]]:
    text, marks, position = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[position : match.start()]
        start = shift + len(text)
        text += match[1]
        marks.append((start, shift + len(text), match[2], match[3] or match[1]))
        position = match.end()
    return text + marked[position:], marks


def facts(doc: Doc, kind: str) -> list[Fact]:
    """The facts of one kind."""
    return [fact for fact in doc._.facts if fact.kind == kind]


def results(doc: Doc, polarity: str = "asserted") -> list[Result]:
    """The results of one polarity."""
    return [f.object for f in doc._.facts if isinstance(f.object, Result) and f.polarity == polarity]
