"""The pipeline as if it had never seen the held-out fifth: vocabulary, patterns and models are those of the rest."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc

from kg.components.patterns import Patterns, read_patterns
from kg.evaluation.annotations import Annotation, to_annotation
from kg.evaluation.matching import Match, match_abstract
from kg.language.document import make_doc
from kg.language.forms import FormIndex
from kg.model import Abstract, Extraction
from kg.pipeline import CONFIG, Pipeline, load_pipeline
from kg.training.fact_docs import mark_gold
from kg.training.heads import count_heads, count_outside
from kg.training.vocabulary import Document, Entry, build_vocabulary, to_vocabulary


def held_out_pipeline(
    raw: Sequence[Entry], seen: Sequence[Document], files: Mapping[str, Mapping[str, Any]], work: Path
) -> Pipeline:
    """The shipped pipeline with the settings in `files` (by component) replaced, and all that is counted from
    abstracts counted from `seen` alone. `work` is a folder for its configuration."""
    config = spacy.util.load_config(CONFIG)
    for component, settings in files.items():
        if component in config["nlp"]["pipeline"]:
            config["components"][component].update(settings)
    path = work / "held-out.cfg"
    config.to_disk(path)
    pipeline = load_pipeline(config=path)
    vocabulary = to_vocabulary(build_vocabulary(raw, seen))
    index = FormIndex(vocabulary)
    pipeline.vocabulary = vocabulary
    components: dict[str, Any] = dict(pipeline.nlp.pipeline)
    for name, component in components.items():
        if name in ("gazetteer", "linker"):
            component.index = index
        if name == "patterns":
            introductions = read_patterns("introductions.txt", "heads.tsv", "outside.txt").introductions
            component.patterns = Patterns(introductions, count_heads(seen), frozenset(count_outside(seen)))
    return pipeline


def mark_docs(pipeline: Pipeline, documents: Sequence[Document], *, last: str, gold: bool) -> list[Doc]:
    """The Docs of the abstracts after the components up to `last`; with `gold`, the annotated mentions on them, with
    their polarity."""
    names = pipeline.nlp.pipe_names
    first = pipeline.nlp.pipeline[: names.index(last) + 1]
    polarity = pipeline.nlp.get_pipe("polarity")
    docs = []
    for d in documents:
        doc = make_doc(pipeline.nlp, d["title"], d["text"])
        for _, component in first:
            doc = component(doc)
        docs.append(polarity(mark_gold(doc, d)) if gold else doc)
    return docs


def read_all(pipeline: Pipeline, documents: Sequence[Document]) -> list[Extraction]:
    """The extraction of every annotated abstract."""
    papers = (Abstract(id=d["id"], key=d["id"], title=d["title"], text=d["text"]) for d in documents)
    return list(pipeline.iter_extractions(papers))


def match(golds: Sequence[Annotation], extractions: Sequence[Extraction]) -> list[Match]:
    """Every abstract beside what was found in it."""
    return [match_abstract(gold, to_annotation(found)) for gold, found in zip(golds, extractions, strict=True)]
