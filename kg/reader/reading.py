"""Read abstracts from any mix of sources: two passes, the first for the keys, so that no order changes an id."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from kg.errors import InputError, RecordError
from kg.model import Abstract
from kg.reader.contract import Problem, Reader, Record, find_reader, get_reader
from kg.reader.decoding import Kind, Source, wide_encoding
from kg.reader.identity import content_hash
from kg.reader.oddities import Oddities
from kg.reader.origins import DAMAGE, Origin, find_binary, list_origins
from kg.reader.record import parse_record
from kg.reader.repeats import Ledger, Place, Verdict
from kg.reader.values import Report

OnProblem = Callable[[Problem], None]


class Tally(msgspec.Struct):
    """What one reading came to; complete once the abstracts are used up.

    `expected` is how many records with text the first pass counted, None until it is done; `repeated` counts
    records that say nothing new about a paper that another record gives.
    """

    expected: int | None = None
    abstracts: int = 0
    repeated: int = 0
    skipped: int = 0
    warnings: int = 0


def read_abstracts(
    sources: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002 - the word users know from the command line
    strict: bool = False,
    on_problem: OnProblem,
    tally: Tally | None = None,
) -> Iterator[Abstract]:
    """Every paper in the sources, lazily, in the order of files, folders (sorted) and records.

    A source is a file, a folder, a glob, or `-` for standard input. `format` names a reader; by default it is
    recognised file by file. Records of one paper give one abstract, the richest; different papers under one
    key get `~` and 8 hex digits of their content after it. What cannot be read is told to `on_problem` and
    skipped; with `strict` the first grave problem raises RecordError before anything is yielded. Raises
    UnknownFormatError, and InputError where a source is missing or no abstract is found in any.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "a.txt").write_text("We use BERT on a GPU.")
    ...     [abstract.text for abstract in read_abstracts([folder], on_problem=print)]
    ['We use BERT on a GPU.']
    """
    reader = get_reader(format) if format is not None else None
    reading = _Reading(list_origins(sources), reader, strict=strict)
    return reading.iter_abstracts(on_problem, tally if tally is not None else Tally())


class _Reading:
    def __init__(self, origins: list[Origin], reader: Reader | None, *, strict: bool) -> None:
        self._origins = origins
        self._readers: list[Reader | None] = [reader] * len(origins)
        self._strict = strict

    def iter_abstracts(self, on_problem: OnProblem, tally: Tally) -> Iterator[Abstract]:
        problems: list[Problem] = []
        verdict, papers = self._judge(lambda problem: problems.append(problem) if len(problems) < 2 else None)
        tally.expected = papers
        if not papers and len(problems) == 1:
            raise InputError(str(problems[0]), mend=_MEND)

        def tell(problem: Problem) -> None:
            if problem.kind == "skipped":
                tally.skipped += 1
            else:
                tally.warnings += 1
            on_problem(problem)

        yield from self._iter_judged(verdict, tell, tally)
        if not papers:
            raise InputError(f"no abstract in {', '.join(o.name for o in self._origins[:3])}", mend=_MEND)

    def _judge(self, tell: OnProblem) -> tuple[Verdict, int]:
        """The first pass. Returns the verdict and how many records have text; raises what strict reading raises."""
        ledger = Ledger()
        papers = 0
        for _, place, record in self._iter_records(self._stop_at(tell)):
            parsed = parse_record(record, _ignore, with_meta=False)
            ledger.add(parsed.key, parsed.abstract, place, _encode(record))
            papers += parsed.abstract is not None
        verdict = ledger.judge()
        for place in verdict.textless[:2]:
            self._stop_at(tell)(self._textless(place))
        if self._strict and verdict.parted:
            for _ in self._iter_judged(verdict, self._stop_at(tell), Tally()):
                pass
        return verdict, papers

    def _stop_at(self, tell: OnProblem) -> OnProblem:
        def stop(problem: Problem) -> None:
            if self._strict and problem.grave:
                raise RecordError(
                    problem.file, problem.line or 1, problem.reason, mend="mend it or read without strict"
                )
            tell(problem)

        return stop

    def _iter_judged(self, verdict: Verdict, tell: OnProblem, tally: Tally) -> Iterator[Abstract]:
        """The second pass."""
        told: set[str] = set()
        oddities = Oddities()
        for ordinal, place, record in self._iter_records(tell):
            if ordinal in verdict.merged:
                tally.repeated += 1
                continue
            parsed = parse_record(record, self._warner(place, tell))
            abstract = parsed.abstract
            if abstract is None:
                tell(self._textless(place))
                continue
            if places := verdict.parted.get(ordinal):
                if place == places[0] and abstract.key not in told:
                    told.add(abstract.key)
                    tell(self._conflict(abstract.key, places))
                abstract = _parted(abstract)
            tally.abstracts += 1
            oddities.add(parsed)
            yield abstract
        for reason in oddities.iter_reasons():
            tell(Problem(file=self._all_names(), line=None, reason=reason, kind="warning"))

    def _all_names(self) -> str:
        """The first file, and how many more there are."""
        more = len(self._origins) - 1
        return self._origins[0].name + (f" and {more} more" if more else "")

    def _warner(self, place: Place, tell: OnProblem) -> Report:
        name = self._origins[place.file].name
        return lambda reason: tell(Problem(file=name, line=place.line, reason=reason, kind="warning"))

    def _iter_records(self, tell: OnProblem) -> Iterator[tuple[int, Place, Record]]:
        ordinal = 0
        for file, origin in enumerate(self._origins):
            for record in self._iter_file(file, origin, tell):
                yield ordinal, Place(file, record.line), record
                ordinal += 1

    def _iter_file(self, file: int, origin: Origin, tell: OnProblem) -> Iterator[Record]:
        source: Source | None = None

        def note(line: int | None, reason: str, kind: Kind, grave: bool) -> None:
            tell(Problem(file=origin.name, line=line, reason=reason, kind=kind, grave=grave))

        try:
            with origin.open() as (stream, head):
                reader = self._find_reader(file, origin, head, note)
                if reader is None:
                    return
                source = Source(origin.name, stream, note)
                yield from reader.iter_records(source)
        except InputError as error:
            if isinstance(error, RecordError):
                raise
            note(None, error.what, "skipped", True)
        except DAMAGE as error:
            after = f"after line {source.line}" if source and source.line else "at its beginning"
            cut = "cut off" if isinstance(error, EOFError) else "damaged"
            note(source.line or None if source else None, f"the file is {cut} {after}", "skipped", True)

    def _find_reader(
        self, file: int, origin: Origin, head: bytes, note: Callable[[int | None, str, Kind, bool], None]
    ) -> Reader | None:
        """The reader for a file, found once; None where it is to be left out, which is told."""
        if not head.strip():
            note(None, "the file is empty", "warning", False)
            return None
        if what := find_binary(head):
            note(None, f"{what}, no text", "warning" if origin.by_chance else "skipped", not origin.by_chance)
            return None
        if self._readers[file] is None:
            text = head.decode(wide_encoding(head) or "utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
            self._readers[file] = find_reader(origin.plain_name, text, by_chance=origin.by_chance)
        if self._readers[file] is None:
            note(None, "left out: no format fits; name the file itself or its format", "warning", False)
        return self._readers[file]

    def _textless(self, place: Place) -> Problem:
        reason = "the record has no abstract"
        return Problem(file=self._origins[place.file].name, line=place.line, reason=reason, kind="skipped", grave=True)

    def _conflict(self, key: str, places: list[Place]) -> Problem:
        shown = ", ".join(f"{self._origins[place.file].name}:{place.line}" for place in places[:10])
        more = f" and {len(places) - 10} more" if len(places) > 10 else ""
        reason = f"the key {key} is borne by different papers ({shown}{more}): each gets a key of its own"
        first = self._origins[places[0].file].name
        return Problem(file=first, line=places[0].line, reason=reason, kind="warning", grave=True)


_MEND = "give files with at least one abstract"


def _parted(abstract: Abstract) -> Abstract:
    suffix = content_hash(abstract.title, abstract.text, length=8)
    return msgspec.structs.replace(abstract, key=f"{abstract.key}~{suffix}")


def _ignore(_: str) -> None:
    """The first pass leaves it to the second to tell what was dropped."""


def _encode(record: Record) -> bytes:
    """All that a record says, as bytes that depend on nothing else."""
    try:
        return msgspec.json.encode(record.fields, order="sorted")
    except (TypeError, ValueError, OverflowError, RecursionError):
        return repr(sorted((name, value) for name, value in record.fields.items() if isinstance(value, str))).encode(
            "utf-8", "replace"
        )
