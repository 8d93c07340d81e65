"""From abstracts to filled stores: read, extract and put what is new or changed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final

import msgspec

from kg.errors import KgError, RecordError, UsageError
from kg.model import Abstract, Extraction, decode_extraction, revision
from kg.namespaces import paper_iri
from kg.pipeline import Pipeline
from kg.reader import Problem, Tally, read_abstracts
from kg.store import Store

BATCH: Final = 200


class BuildReport(msgspec.Struct):
    """What a build did so far. `unchanged` papers were in every store already, made by the same activity;
    `failed` ones made a component fail."""

    read: int = 0
    put: int = 0
    unchanged: int = 0
    failed: int = 0


def ignore(*_: object) -> None:
    """Take any report and do nothing with it."""


def read_sources(
    sources: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002 - the word that users know from the command line
    strict: bool = False,
    on_problem: Callable[[Problem], None] = ignore,
    tally: Tally | None = None,
) -> Iterator[Abstract]:
    """As `read_abstracts`, with the first abstract read at once: what is unreadable is known before a store is made."""
    abstracts = read_abstracts(sources, format=format, strict=strict, on_problem=on_problem, tally=tally)
    return chain(list(islice(abstracts, 1)), abstracts)


def build(
    abstracts: Iterable[Abstract],
    stores: Sequence[Store],
    *,
    pipeline: Pipeline,
    workers: int = 1,
    on_progress: Callable[[BuildReport], object] = ignore,
    on_failure: Callable[[Abstract, KgError], object] = ignore,
) -> BuildReport:
    """Extract and put into every store what it does not have; papers that are there unchanged are passed over.

    A build that was cut off goes on where it stopped. `on_progress` is told after every batch, `on_failure`
    of every abstract that made a component fail; it is left out.
    """
    report = BuildReport()
    present = [dict(store.iter_revisions()) for store in stores]

    def note_failure(abstract: Abstract, error: KgError) -> None:
        report.failed += 1
        on_failure(abstract, error)

    changed = _iter_changed(abstracts, present, pipeline, report)
    papers = pipeline.iter_extractions(changed, workers=workers, on_failure=note_failure)
    for batch in _iter_batches(papers):
        for store, revisions in zip(stores, present, strict=True):
            store.put(p for p in batch if revisions.get(p.iri) != revision(p, pipeline.activity))
        report.put += len(batch)
        on_progress(report)
    for store in stores:
        store.flush()
    return report


def _iter_changed(
    abstracts: Iterable[Abstract], present: Sequence[dict[str, str]], pipeline: Pipeline, report: BuildReport
) -> Iterator[Abstract]:
    for abstract in abstracts:
        report.read += 1
        iri, wanted = paper_iri(abstract.key, pipeline.base), revision(abstract, pipeline.activity)
        if all(revisions.get(iri) == wanted for revisions in present):
            report.unchanged += 1
        else:
            yield abstract


def _iter_batches(papers: Iterable[Extraction]) -> Iterator[list[Extraction]]:
    stream = iter(papers)
    while batch := list(islice(stream, BATCH)):
        yield batch


def iter_extraction_file(path: Path) -> Iterator[Extraction]:
    """The Extractions in a file of JSON lines, as `kg extract` writes it.

    Raises RecordError at a line that is none.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield decode_extraction(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise RecordError(
                    str(path), number, f"no extraction: {error}", mend="give a file written by kg extract"
                ) from None


def find_papers(store: Store, names: Iterable[str]) -> list[str]:
    """The IRIs of the papers that `names` (IRIs, keys, ids, DOIs or arXiv ids) stand for.

    Raises UsageError for a name that no paper of the store bears.
    """
    present = {iri for iri, _ in store.iter_revisions()}
    found = []
    for name in names:
        folded = name.strip().casefold()
        tries = (name, *(paper_iri(key, store.base) for key in (name, f"arxiv:{folded}", f"doi:{folded}", folded)))
        iri = next((candidate for candidate in tries if candidate in present), None)
        if iri is None:
            raise UsageError(f"the store has no paper {name!r}", mend="give an id, DOI, arXiv id or IRI")
        found.append(iri)
    return found
