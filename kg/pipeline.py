"""Run the spaCy pipeline of `pipeline.cfg` over abstracts: text in, `model.Extraction` out.

A trained recogniser slots in as one more component before the linker: it appends `Candidate`s with its
scores to `doc._.candidates`, and has an attribute `model: str`, the fingerprint of its weights, which goes
into the activity.
"""

import importlib
import importlib.util
import json
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg import __version__
from kg.errors import InputError, KgError
from kg.language import document
from kg.language.one_thread import one_thread
from kg.language.view import VIEW, View, make_view
from kg.model import (
    RESULT_LINKS,
    Abstract,
    Activity,
    Concept,
    EntityType,
    Extraction,
    Fact,
    Mention,
    Result,
    Span,
    assemble,
    decode_extraction,
    encode,
)
from kg.namespaces import DEFAULT_BASE, concept_iri, fingerprint, paper_iri
from kg.reader.notices import iter_data
from kg.schema import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Span as DocSpan

CONFIG: Final = Path(__file__).with_name("pipeline.cfg")
_SLOT_TYPES: Final[dict[str, EntityType]] = {
    "metric": "Metric", "method": "Method", "dataset": "Dataset", "task": "Task", "hardware": "Hardware",
    "baseline": "Method",
}  # fmt: skip
_CHUNK: Final = 16
"""Abstracts that a process is given at once: few, so that the first results come soon."""
_AHEAD: Final = 3
"""Chunks for each process that are read ahead: none waits, and memory stays small."""

_FEW: Final = 40
"""Fewer abstracts are read before other processes have loaded the pipeline."""

OnFailure = Callable[[Abstract, KgError], None]


class Limits(NamedTuple):
    """How many characters of title and text are analysed."""

    title: int
    text: int


class Pipeline:
    """Extracts from one abstract at a time; the outcome depends on nothing but the abstract and `activity`."""

    def __init__(self, nlp: Language, *, config: Path, base: str, limits: Limits, activity: Activity) -> None:
        self.nlp = nlp
        self.config = config
        self.base = base
        self.limits = limits
        self.activity = activity
        self.vocabulary = load_vocabulary()

    def extract(self, abstract: Abstract) -> Extraction:
        """All that the components find in the abstract.

        Raises KgError, naming the paper and the component, where a component fails.
        """
        doc = self.analyse(abstract)
        view: View = doc.user_data[VIEW]
        iri = paper_iri(abstract.key, self.base)
        spans = document.get_mentions(doc)
        names = _Names(self.vocabulary, self.base, spans, doc._.new_concepts)
        facts = [view.fact_to_source(names.settle(fact, iri)) for fact in doc._.facts]
        return assemble(
            abstract,
            iri=iri,
            activity=self.activity,
            sentences=map(view.to_source, _iter_sentences(doc)),
            concepts=names.concepts(),
            mentions=[_to_mention(doc, span, view) for span in spans],
            facts=facts,
        )

    @one_thread
    def analyse(self, abstract: Abstract) -> Doc:
        """The Doc of the abstract after every component, for those who want to look inside.

        Its text is that of the view in `doc.user_data[VIEW]`, which brings offsets back to the abstract.
        """
        view = make_view(abstract, longest_title=self.limits.title, longest_text=self.limits.text)
        doc = document.make_doc(self.nlp, view.title.text, view.text.text)
        doc.user_data[VIEW] = view
        if not len(doc):
            return doc
        for name, component in self.nlp.pipeline:
            try:
                doc = component(doc)
            except Exception as problem:
                raise KgError(
                    f"component {name!r} failed on paper {abstract.id!r}: {type(problem).__name__}: {problem}",
                    mend="report it with the abstract, or leave the component out of pipeline.cfg",
                ) from problem
        return doc

    def iter_extractions(
        self, abstracts: Iterable[Abstract], *, workers: int = 1, on_failure: OnFailure | None = None
    ) -> Iterator[Extraction]:
        """Extractions in the order of the abstracts, which are read no further ahead than the workers need.

        With `workers` above 1, that many processes share the work; each loads the pipeline once. An abstract
        on which a component fails goes to `on_failure` and is left out; without it the KgError is raised,
        as it is when a worker is killed.
        """
        for abstract, outcome in self._iter_outcomes(abstracts, workers):
            if isinstance(outcome, Extraction):
                yield outcome
            elif on_failure is None:
                raise outcome
            else:
                on_failure(abstract, outcome)

    def try_extract(self, abstract: Abstract) -> Extraction | KgError:
        """The Extraction, or the error that kept it from being made."""
        try:
            return self.extract(abstract)
        except KgError as problem:
            return problem

    def _iter_outcomes(
        self, abstracts: Iterable[Abstract], workers: int
    ) -> Iterator[tuple[Abstract, Extraction | KgError]]:
        rest = iter(abstracts)
        first = list(islice(rest, _FEW)) if workers > 1 else []
        if len(first) < _FEW:
            for abstract in chain(first, rest):
                yield abstract, self.try_extract(abstract)
            return
        try:
            yield from _iter_parallel(chain(first, rest), config=self.config, base=self.base, workers=workers)
        except BrokenProcessPool:
            raise KgError(
                "a process that extracts was killed or could not start",
                mend="use fewer workers or free memory; a script needs its main part under if __name__ == '__main__'",
            ) from None


def load_pipeline(*, config: Path | None = None, base: str = DEFAULT_BASE) -> Pipeline:
    """The pipeline of a configuration file, by default the one that ships with kg.

    `base` is the base IRI of papers, facts and new concepts. Raises InputError where the configuration
    cannot be read or names a component that does not exist.

    >>> load_pipeline().activity.version == __version__
    True
    """
    path = config or CONFIG
    try:
        settings = spacy.util.load_config(path)
        own = dict(settings.pop("settings", {}))
        _import_components(settings)
        nlp = spacy.util.load_model_from_config(settings, auto_fill=True)
    except (ValueError, OSError) as problem:
        reason = " ".join(str(problem).split())
        raise InputError(f"{path} is no usable configuration: {reason}", mend="start from kg/pipeline.cfg") from None
    activity = _describe(nlp, own)
    for _, component in nlp.pipeline:
        if hasattr(component, "base"):
            component.base = base
    limits = Limits(title=int(own.get("longest_title", 5_000)), text=int(own.get("longest_text", 100_000)))
    return Pipeline(nlp, config=path, base=base, limits=limits, activity=activity)


def _import_components(settings: dict[str, Any]) -> None:
    """Import the modules that register the factories and the tokenizer that the configuration names."""
    importlib.import_module("kg.language.tokenizer")
    for block in settings.get("components", {}).values():
        module = f"kg.components.{block.get('factory', '')}"
        if importlib.util.find_spec(module) is not None:
            importlib.import_module(module)


def _describe(nlp: Language, own: dict[str, Any]) -> Activity:
    """What steers the outcome, as fingerprints: the settings, every data file, the vocabulary, the model."""
    components = {name: dict(nlp.config["components"][name]) for name in nlp.pipe_names}
    settings = json.dumps([nlp.pipe_names, components, own], sort_keys=True, default=str)
    named = {v for block in components.values() for v in block.values() if isinstance(v, str)}
    return Activity(
        version=__version__,
        configuration=fingerprint(settings, *document.iter_data(named), *iter_data(), length=12),
        vocabulary=load_vocabulary().fingerprint,
        model="".join(getattr(component, "model", "") for _, component in nlp.pipeline),
    )


class _Names:
    """The concepts of one paper by name: those of its mentions, and those that only facts name."""

    def __init__(
        self, vocabulary: Vocabulary, base: str, spans: Iterable["DocSpan"], new: dict[str, tuple[str, ...]]
    ) -> None:
        self.vocabulary = vocabulary
        self.namespace = base + "concept/"
        self.new = new
        self.found: dict[str, Concept] = {}
        for span in spans:
            self._add(span._.concept, span._.iri, span._.known, {span.label_})

    def _add(self, name: str, iri: str, known: bool, types: Iterable[EntityType]) -> None:
        old = self.found.get(name)
        self.found[name] = Concept(
            name=name,
            iri=iri,
            types=tuple(sorted({*types, *(old.types if old else ())})),
            known=known,
            alternatives=self.new.get(name, ()),
        )

    def concepts(self) -> list[Concept]:
        """Every concept, once all facts are settled."""
        return list(self.found.values())

    def resolve(self, name: str, entity_type: EntityType) -> Concept:
        """The concept that a fact names, made from the vocabulary or as new where no mention has it."""
        if name not in self.found:
            terms = self.vocabulary.find(name)
            terms.sort(key=lambda t: entity_type not in t.types)
            if terms:
                if terms[0].label not in self.found:
                    self._add(terms[0].label, terms[0].iri, True, {entity_type})
                return self.found[terms[0].label]
            self._add(name, concept_iri(name, self.namespace), False, {entity_type})
        return self.found[name]

    def settle(self, fact: Fact, paper: str) -> Fact:
        """The fact with its id, its concepts by the names that this paper gives them, and a rounded score."""
        named: str | Result
        if isinstance(fact.object, Result):
            identity, named = self._settle_result(fact.object)
            subject, subject_iri = None, ""
        else:
            target = self.resolve(fact.object, "Method")
            identity, named = target.iri, target.name
            source = self.resolve(fact.subject, "Method") if fact.subject is not None else None
            subject, subject_iri = (source.name, source.iri) if source else (None, "")
        return msgspec.structs.replace(
            fact,
            id=fingerprint(paper, fact.predicate, subject_iri, identity, fact.polarity),
            subject=subject,
            object=named,
            score=round(fact.score, 3),
        )

    def _settle_result(self, result: Result) -> tuple[str, Result]:
        slots = {slot: getattr(result, slot) for slot in ("metric", *RESULT_LINKS)}
        linked = {slot: self.resolve(name, _SLOT_TYPES[slot]) for slot, name in slots.items() if name is not None}
        named = msgspec.structs.replace(result, **{slot: concept.name for slot, concept in linked.items()})
        identity = msgspec.to_builtins(msgspec.structs.replace(result, **{s: c.iri for s, c in linked.items()}))
        return json.dumps(identity, sort_keys=True), named


def _to_mention(doc: Doc, span: "DocSpan", view: View) -> Mention:
    place = view.to_source(document.to_span(doc, span.start_char, span.end_char))
    return Mention(
        start=place.start,
        end=place.end,
        field=place.field,
        text=view.source(place)[place.start : place.end],
        type=span.label_,
        concept=span._.concept,
        iri=span._.iri,
        score=round(span._.score, 3),
        component=span._.component,
    )


def _iter_sentences(doc: Doc) -> Iterator[Span]:
    """The sentences without the blanks around them; those of blanks alone are left out."""
    if not len(doc):
        return
    for sentence in doc.sents:
        text = sentence.text
        start = sentence.start_char + len(text) - len(text.lstrip())
        if text.strip():
            yield document.to_span(doc, start, start + len(text.strip()))


_worker: Pipeline


def _start_worker(config: Path, base: str) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = load_pipeline(config=config, base=base)


def _extract_chunk(abstracts: tuple[Abstract, ...]) -> list[bytes | tuple[str, str]]:
    """Outcomes of one chunk: a line of JSON without what the abstract has itself, or the two texts of an error."""
    return [_pack(_worker.try_extract(abstract)) for abstract in abstracts]


def _pack(outcome: Extraction | KgError) -> bytes | tuple[str, str]:
    if isinstance(outcome, KgError):
        return outcome.what, outcome.mend
    return encode(msgspec.structs.replace(outcome, text="", title=None, meta={}))


def _unpack(abstract: Abstract, packed: bytes | tuple[str, str]) -> Extraction | KgError:
    if isinstance(packed, tuple):
        return KgError(packed[0], mend=packed[1])
    found = decode_extraction(packed)
    return msgspec.structs.replace(found, text=abstract.text, title=abstract.title, meta=abstract.meta)


def _iter_parallel(
    abstracts: Iterable[Abstract], *, config: Path, base: str, workers: int
) -> Iterator[tuple[Abstract, Extraction | KgError]]:
    pool = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker, initargs=(config, base)
    )
    waiting: deque[tuple[tuple[Abstract, ...], Future[list[bytes | tuple[str, str]]]]] = deque()
    try:
        source = iter(abstracts)
        while chunk := tuple(islice(source, _CHUNK)):
            waiting.append((chunk, pool.submit(_extract_chunk, chunk)))
            if len(waiting) >= workers * _AHEAD:
                yield from _collect(*waiting.popleft())
        while waiting:
            yield from _collect(*waiting.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _collect(
    chunk: tuple[Abstract, ...], future: "Future[list[bytes | tuple[str, str]]]"
) -> Iterator[tuple[Abstract, Extraction | KgError]]:
    for abstract, packed in zip(chunk, future.result(), strict=True):
        yield abstract, _unpack(abstract, packed)
