"""Annotated abstracts as numbers for the network: pieces, words, spans, concepts, pairs and quantities.

A word is a token of the pipeline that is no blank. Every word has at least one piece; the network reads a span by
the first piece of its first word and the last piece of its last.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from spacy.tokens import Doc

from kg.components.results import SLOTS
from kg.language.encoding import hints, load_tokenizer, looks, piece_words
from kg.language.reading import read
from kg.language.relation_features import iter_pairs
from kg.language.result_features import ResultReader
from kg.language.role_features import sentence_cues
from kg.model import ENTITY_TYPES, ROLES
from kg.namespaces import normal_form
from kg.training.fact_docs import gold_doc, load_language
from kg.training.facts import CLASSES, Paper, match_results
from kg.training.phrases import FOLDS, Annotator
from kg.training.vocabulary import Document, Entry

LONGEST: Final = 500
REACH: Final = 3
NONE: Final = 0


class Sample(msgspec.Struct):
    """One text. Words are counted without blanks; `first` is where spans are annotated (after the title).

    `spans` are (first word, last word, label); `mentions` (first word, last word, concept); `concepts` has the
    number of the type of each; `roles` the numbers of its roles; `pairs` (concept, concept, mention, mention, class);
    `quantities` (first word, last word, is a result, concept or -1 for each slot, slots that are known).
    """

    name: str
    pieces: list[int]
    starts: list[int]
    ends: list[int]
    looks: list[int]
    hints: list[list[int]]
    first: int
    spans: list[tuple[int, int, int]]
    mentions: list[tuple[int, int, int]] = []
    concepts: list[int] = []
    roles: list[list[int]] = []
    pairs: list[tuple[int, int, int, int, int]] = []
    quantities: list[tuple[int, int, int, list[int]]] = []


@cache
def _language() -> Any:
    return load_language()


def _base(name: str, doc: Doc, features: Doc | None) -> tuple[Sample, list[int]]:
    """Words and pieces of a Doc, cut at LONGEST pieces; and the word of every token."""
    words = [t.i for t in doc if not t.is_space]
    pieces, starts, ends = piece_words([doc[i].text for i in words], load_tokenizer(), LONGEST)
    words = words[: len(starts)]
    found = hints(features, words) if features is not None else [[] for _ in words]
    place = [-1] * len(doc)
    for n, i in enumerate(words):
        place[i] = n
    first = sum(doc[i].idx < doc._.text_start for i in words)
    return Sample(name, pieces, starts, ends, [looks(doc[i].text) for i in words], found, first, []), place


def _mark(doc: Doc, place: Sequence[int], start: int, end: int) -> tuple[int, int] | None:
    """First and last word of characters `start` to `end`; None where the text was cut or a word is split."""
    span = doc.char_span(start, end, alignment_mode="strict")
    if span is None or place[span.start] < 0 or place[span.end - 1] < 0:
        return None
    return place[span.start], place[span.end - 1]


def read_annotated(
    raw: Sequence[Entry], seen: Sequence[Document], unseen: Sequence[Document]
) -> tuple[list[Sample], list[Sample]]:
    """Samples of `seen` and of `unseen` abstracts. What the vocabulary hints never comes from the abstract itself:
    each fifth of the seen is read with a vocabulary of the others, the unseen with that of all seen."""
    found: dict[str, Sample] = {}
    for fold in range(FOLDS):
        annotator = Annotator(raw, [d for i, d in enumerate(seen) if i % FOLDS != fold])
        for d in islice(seen, fold, None, FOLDS):
            found[d["id"]] = make_sample(d, annotator)
    if not unseen:
        return [found[d["id"]] for d in seen], []
    annotator = Annotator(raw, seen)
    return [found[d["id"]] for d in seen], [make_sample(d, annotator) for d in unseen]


def make_sample(annotated: Document, annotator: Annotator) -> Sample:
    """All that the annotation says of one abstract."""
    doc = gold_doc(_language(), annotated)
    sample, place = _base(annotated["id"], doc, annotator(annotated["title"], annotated["text"]))
    shift = doc._.text_start
    for m in annotated["mentions"]:
        mark = _mark(doc, place, m["start"] + shift, m["end"] + shift)
        if mark is not None:
            sample.spans.append((*mark, 1 + ENTITY_TYPES.index(m["type"])))
    reading = read(doc)
    number: dict[str, int] = {}
    at: dict[int, int] = {}
    for mention in reading.mentions:
        mark = _mark(doc, place, mention.start, mention.end)
        if mark is None:
            continue
        if mention.concept not in number:
            number[mention.concept] = len(number)
            sample.concepts.append(ENTITY_TYPES.index(mention.type))
            sample.roles.append([ROLES.index(r) for r in annotated["roles"].get(mention.concept, ())])
        at[mention.start] = len(sample.mentions)
        sample.mentions.append((*mark, number[mention.concept]))
    _add_pairs(sample, annotated, doc, number, at)
    _add_quantities(sample, annotated, doc, number, place)
    return sample


def _add_pairs(sample: Sample, annotated: Document, doc: Doc, number: dict[str, int], at: dict[int, int]) -> None:
    gold: dict[tuple[str, str], list[str]] = defaultdict(list)
    for subject, relation, target in annotated["triples"]:
        gold[subject, target].append(f"{relation}>")
        gold[target, subject].append(f"{relation}{'>' if relation == 'comparedWith' else '<'}")
    for pair in iter_pairs(read(doc), {}, reach=REACH):
        left, right = pair.left, pair.right
        if left.start in at and right.start in at:
            label = (gold[left.concept, right.concept] or ["none"])[0]
            sample.pairs.append(
                (number[left.concept], number[right.concept], at[left.start], at[right.start], CLASSES.index(label))
            )


def _add_quantities(
    sample: Sample, annotated: Document, doc: Doc, number: dict[str, int], place: Sequence[int]
) -> None:
    reader = ResultReader(read(doc), {}, sentence_cues(read(doc)))
    matched = match_results(Paper(annotated, read(doc), doc), reader)
    forms = {normal_form(concept): n for concept, n in number.items()}
    for measured in reader.measured:
        q = measured.quantity
        span = doc.char_span(q.digits_start, q.digits_end, alignment_mode="expand")
        words = [place[t.i] for t in span if place[t.i] >= 0] if span is not None else []
        if not words:
            continue
        result = matched.get(id(measured))
        links = [-1] * len(SLOTS)
        if result is not None:
            links = [forms.get(normal_form(result[slot] or ""), -1) for slot in SLOTS]
        sample.quantities.append((words[0], words[-1], int(result is not None), links))


def _tokens_sample(
    name: str, tokens: Sequence[str], marks: Iterable[tuple[int, int, str]], labels: Sequence[str], annotator: Annotator
) -> Sample:
    """A sample of given tokens, joined by blanks; `marks` are (first token, last token, label)."""
    text = " ".join(tokens)
    offsets = np.cumsum([0, *(len(t) + 1 for t in tokens)])
    doc = annotator(None, text)
    sample, place = _base(name, doc, doc)
    for begin, end, label in marks:
        mark = _mark(doc, place, int(offsets[begin]), int(offsets[end + 1]) - 1)
        if mark is not None and label in labels:
            sample.spans.append((*mark, 1 + labels.index(label)))
    return sample


SCIERC: Final = ("Method", "Task", "Material", "Metric", "OtherScientificTerm", "Generic")
SCIREX: Final = ("Method", "Task", "Material", "Metric")
TDMSCI: Final = ("TASK", "DATASET", "METRIC")
BRACKETS: Final = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
"""How the Penn Treebank, and SciERC after it, writes brackets."""


def read_scierc(path: Path, annotator: Annotator) -> Iterator[Sample]:
    """Whole abstracts of SciERC with its six types."""
    for line in path.read_text(encoding="utf-8").splitlines():
        d = json.loads(line)
        tokens = [BRACKETS.get(t, t) for sentence in d["sentences"] for t in sentence]
        marks = [(b, e, label) for sentence in d["ner"] for b, e, label in sentence]
        yield _tokens_sample(f"scierc {d['doc_key']}", tokens, marks, SCIERC, annotator)


def read_scirex(path: Path, annotator: Annotator) -> Iterator[Sample]:
    """Title and abstract of the papers of SciREX."""
    for line in path.read_text(encoding="utf-8").splitlines():
        d = json.loads(line)
        marks = [(b, e - 1, label) for b, e, label in d["ner"]]
        tokens = [BRACKETS.get(t, t) for t in d["words"]]
        yield _tokens_sample(f"scirex {d['doc_id']}", tokens, marks, SCIREX, annotator)


def read_conll(path: Path, annotator: Annotator) -> Iterator[Sample]:
    """The sentences of TDMSci, some thirty together: tokens are (text, offset, tag)."""
    tokens: list[str] = []
    marks: list[tuple[int, int, str]] = []
    number = sentences = 0
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.strip():
            text, *_, tag = line.split("\t")
            if tag.startswith("B-"):
                marks.append((len(tokens), len(tokens), tag[2:]))
            elif tag.startswith("I-") and marks:
                marks[-1] = (marks[-1][0], len(tokens), marks[-1][2])
            tokens.append(text)
        else:
            sentences += 1
        if tokens and not line.strip() and (sentences % 6 == 0):
            yield _tokens_sample(f"tdmsci {number}", tokens, marks, TDMSCI, annotator)
            tokens, marks, number = [], [], number + 1
    if tokens:
        yield _tokens_sample(f"tdmsci {number}", tokens, marks, TDMSCI, annotator)
