"""Annotated abstracts as Docs: the given mentions instead of found ones, in text and title."""

import importlib
import re
from collections.abc import Iterator
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.language import tokenizer
from kg.language.document import add_mention, make_doc, set_mentions
from kg.namespaces import VOCABULARY, concept_iri


def load_language() -> Language:
    """Tokenizer and sentences alone."""
    nlp = spacy.blank("en")
    nlp.tokenizer = tokenizer.WordTokenizer(nlp.vocab)
    importlib.import_module("kg.components.sentences")
    nlp.add_pipe("sentences")
    return nlp


def gold_doc(nlp: Language, gold: dict[str, Any]) -> Doc:
    """A Doc with the annotated mentions, read by the components of `nlp`."""
    doc = make_doc(nlp, gold["title"], gold["text"])
    for _, component in nlp.pipeline:
        doc = component(doc)
    return mark_gold(doc, gold)


def mark_gold(doc: Doc, gold: dict[str, Any]) -> Doc:
    """Set the annotated mentions on a Doc, and in its title every form that the text annotates."""
    spans: list[Span] = []
    for start, end, label, concept in [*_title_marks(gold), *_text_marks(gold, doc._.text_start)]:
        span = doc.char_span(start, end, label=label, alignment_mode="expand")
        if span is not None and len(span) and not (spans and spans[-1].end > span.start):
            add_mention(span, concept=concept, iri=concept_iri(concept, VOCABULARY), known=True)
            spans.append(span)
    set_mentions(doc, spans)
    return doc


def _text_marks(gold: dict[str, Any], shift: int) -> list[tuple[int, int, str, str]]:
    return [(m["start"] + shift, m["end"] + shift, m["type"], m["concept"]) for m in gold["mentions"]]


def _title_marks(gold: dict[str, Any]) -> list[tuple[int, int, str, str]]:
    title = gold["title"] or ""
    taken: list[tuple[int, int, str, str]] = []
    for form, label, concept in _forms(gold):
        for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", title, re.IGNORECASE):
            start, end = match.span()
            if all(end <= other[0] or other[1] <= start for other in taken):
                taken.append((start, end, label, concept))
    return sorted(taken)


def _forms(gold: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for mention in gold["mentions"]:
        for form in (mention["text"], mention["concept"]):
            found.setdefault(form.lower(), (mention["type"], mention["concept"]))
    for form, (label, concept) in sorted(found.items(), key=lambda item: (-len(item[0]), item[0])):
        if len(form) > 1:
            yield form, label, concept
