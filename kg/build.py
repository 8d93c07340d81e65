"""From abstracts to filled stores: read, extract and put what is new or changed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from kg.errors import InputError, KgError, RecordError, UsageError
from kg.mapping.consistency import find_fault
from kg.model import Abstract, Extraction, decode_extraction, revision
from kg.namespaces import paper_iri
from kg.reader import Problem, Tally, find_named_key, read_abstracts
from kg.store import Store

if TYPE_CHECKING:
    from kg.pipeline import Pipeline

BATCH: Final = 200
"""Papers that are extracted before they are put: what a kill may lose, in a store that is durable at once."""


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
    pipeline: "Pipeline",
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
    abstracts: Iterable[Abstract], present: Sequence[dict[str, str]], pipeline: "Pipeline", report: BuildReport
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


def read_extractions(path: Path, *, base: str) -> Iterator[Extraction]:
    """The Extractions in a file of JSON lines, as `kg extract` writes it; a line that is there twice is given once.

    The whole file is judged before this returns. Raises InputError for a file that cannot be read or holds none,
    RecordError at a line that is no Extraction, contradicts itself or `base`, or speaks of a paper of another line.
    """
    lines: dict[str, int] = {}
    for number, line, paper in _iter_numbered(path):
        if fault := find_fault(paper, base=base):
            raise _bad_line(path, number, f"paper {paper.id!r}: {fault}")
        if lines.setdefault(paper.iri, hash(line)) != hash(line):
            raise _bad_line(path, number, f"paper {paper.id!r} stands on an earlier line with other content")
    if not lines:
        raise InputError(f"{path} holds no extraction", mend=_WRITTEN)
    return _iter_once(path)


_WRITTEN: Final = "give a file written by kg extract"


def _iter_once(path: Path) -> Iterator[Extraction]:
    given: set[str] = set()
    for _, _, paper in _iter_numbered(path):
        if paper.iri not in given:
            given.add(paper.iri)
            yield paper


def _iter_numbered(path: Path) -> Iterator[tuple[int, bytes, Extraction]]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, line.strip(), _parse_line(path, number, line)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}", mend=_WRITTEN) from None


def _parse_line(path: Path, number: int, line: bytes) -> Extraction:
    try:
        return decode_extraction(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _bad_line(path, number, f"no extraction: {error}") from None


def _bad_line(path: Path, number: int, reason: str) -> RecordError:
    return RecordError(str(path), number, reason, mend=_WRITTEN)


def get_paper_iris(store: Store, names: Iterable[str]) -> list[str]:
    """The IRIs of the papers that `names` (IRIs, keys, ids, DOIs or arXiv ids, however spelt) stand for.

    Raises UsageError for a name that no paper of the store bears, or that several do.
    """
    present = {iri for iri, _ in store.iter_revisions()}
    return [_get_paper_iri(present, name, store.base) for name in names]


def _get_paper_iri(present: set[str], name: str, base: str) -> str:
    folded = name.strip().casefold()
    keys = (name, name.strip(), find_named_key(name) or folded, folded, f"doi:{folded}", f"arxiv:{folded}")
    tries = (name, *(paper_iri(key, base) for key in keys))
    if iri := next((candidate for candidate in tries if candidate in present), None):
        return iri
    if parted := sorted(iri for iri in present if iri.rpartition("~")[0] in tries):
        shown = ", ".join(parted[:5])
        raise UsageError(f"{name!r} is the key of {len(parted)} different papers", mend=f"give an IRI: {shown}")
    raise UsageError(f"the store has no paper {name!r}", mend="give an id, DOI, arXiv id or IRI")
