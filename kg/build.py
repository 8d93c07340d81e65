"""From abstracts to filled stores: read, extract and put what is new or changed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from kg.errors import InputError, RecordError, UsageError
from kg.model import Abstract, Extraction, decode_extraction, revision
from kg.namespaces import DEFAULT_BASE, paper_iri
from kg.pipeline import Pipeline
from kg.reader import Problem, read_abstracts
from kg.store import Store

BATCH: Final = 200


class BuildReport(msgspec.Struct):
    """What a build did. `unchanged` papers were in every store already, made by the same activity."""

    read: int = 0
    put: int = 0
    unchanged: int = 0
    skipped: int = 0
    warnings: int = 0


def ignore(*_: object) -> None:
    """Take any report and do nothing with it."""


class _Tally:
    """Counts problems on their way to the caller."""

    def __init__(self, report: BuildReport, on_problem: Callable[[Problem], object]) -> None:
        self.report = report
        self.on_problem = on_problem

    def __call__(self, problem: Problem) -> None:
        if problem.skipped:
            self.report.skipped += 1
        else:
            self.report.warnings += 1
        self.on_problem(problem)


def build(
    sources: Sequence[str],
    stores: Sequence[Store],
    *,
    pipeline: Pipeline,
    format: str | None = None,  # noqa: A002 - the word that users know from the command line
    strict: bool = False,
    workers: int = 1,
    on_problem: Callable[[Problem], object] = ignore,
    on_progress: Callable[[BuildReport], object] = ignore,
) -> BuildReport:
    """Fill every store with what the sources hold; papers that are there unchanged are passed over.

    A build that was cut off goes on where it stopped. `on_problem` is told of every broken record,
    `on_progress` after every batch. Raises InputError where nothing readable was found; with `strict`
    RecordError at the first broken record, before anything is written.
    """
    report = BuildReport()
    present = [dict(store.iter_revisions()) for store in stores]
    abstracts = read_abstracts(sources, format=format, strict=strict, on_problem=_Tally(report, on_problem))
    changed = _iter_changed(abstracts, present, pipeline, report)
    for batch in _iter_batches(pipeline.iter_extractions(changed, workers=workers)):
        for store, revisions in zip(stores, present, strict=True):
            store.put(p for p in batch if revisions.get(p.iri) != revision(p, pipeline.activity))
        report.put += len(batch)
        on_progress(report)
    for store in stores:
        store.flush()
    if not report.read:
        raise InputError(f"no abstract found in {', '.join(sources)}", mend="give files with at least one abstract")
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
    base = getattr(store, "base", DEFAULT_BASE)
    present = {iri for iri, _ in store.iter_revisions()}
    found = []
    for name in names:
        folded = name.strip().casefold()
        tries = (name, *(paper_iri(key, base) for key in (name, f"arxiv:{folded}", f"doi:{folded}", folded)))
        iri = next((candidate for candidate in tries if candidate in present), None)
        if iri is None:
            raise UsageError(
                f"the store has no paper {name!r}", mend="give an id, DOI, arXiv id or IRI"
            )
        found.append(iri)
    return found
