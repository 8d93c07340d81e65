"""CSV and TSV with a header row. A quote out of place costs no other row."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import Final

from kg.reader import MAX_RECORD, TEXT_NAMES, Reader, Record, Source, folded_name

_KNOWN: Final = frozenset({"id", "title", "doi", "author", "authors", "year", "date"}) | TEXT_NAMES


class _Table(Reader):
    delimiters: str

    @classmethod
    def sniff(cls, head: str) -> float:
        row = _skip_hint(head.lstrip("\n")).partition("\n")[0]
        if not any(delimiter in row for delimiter in cls.delimiters) or row.lstrip()[:1] in "{[@<":
            return 0.0
        names = {folded_name(cell.strip().strip('"')) for cell in row.split(_find_delimiter(row, cls.delimiters))}
        known = len(names & _KNOWN)
        return 0.8 if names & TEXT_NAMES and known > 1 else 0.4 if known > 1 else 0.0

    def iter_records(self, source: Source) -> Iterator[Record]:
        # The only limit the csv module knows is one for the process; it is raised, never lowered.
        csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD))
        lines = _Lines(source)
        header = lines.take()
        while header is not None and (not header[1].strip() or header[1].lower().startswith("sep=")):
            header = lines.take()
        if header is None:
            return
        delimiter = _find_delimiter(header[1], self.delimiters)
        names = [name.strip() for name in _parse([header[1]], delimiter) or header[1].split(delimiter)]
        if not any(folded_name(name) in TEXT_NAMES for name in names):
            source.skip(header[0], f"the header names no column for the abstract: {', '.join(names)[:100]}")
            return
        for line, cells in _iter_rows(lines, delimiter, len(names), source):
            if any(cell.strip() for cell in cells[len(names) :]):
                source.skip(line, f"{len(cells)} cells where the header has {len(names)}")
            else:
                yield Record(line, _named(names, cells))


def _named(names: list[str], cells: list[str]) -> dict[str, str]:
    """The cells by column; of columns with the same name the first that is filled counts."""
    fields: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if name and not fields.get(name):
            fields[name] = cell
    return fields


class CsvReader(_Table):
    """Comma- or semicolon-separated values with a header row."""

    name = "csv"
    title = "CSV with a header row"
    suffixes = (".csv",)
    delimiters = ",;|\t"


class TsvReader(_Table):
    """Tab-separated values with a header row."""

    name = "tsv"
    title = "TSV with a header row"
    suffixes = (".tsv", ".tab")
    delimiters = "\t"

    @classmethod
    def sniff(cls, head: str) -> float:
        return super().sniff(head) * 1.1


def _skip_hint(text: str) -> str:
    return text.partition("\n")[2].lstrip("\n") if text.lower().startswith("sep=") else text


def _find_delimiter(row: str, delimiters: str) -> str:
    return max(delimiters, key=row.count)


class _Lines:
    """Numbered lines that can be given back."""

    def __init__(self, source: Source) -> None:
        self._lines = source.iter_lines()
        self._returned: deque[tuple[int, str]] = deque()

    def take(self) -> tuple[int, str] | None:
        return self._returned.popleft() if self._returned else next(self._lines, None)

    def give_back(self, lines: list[tuple[int, str]]) -> None:
        self._returned.extendleft(reversed(lines))


def _iter_rows(lines: _Lines, delimiter: str, width: int, source: Source) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each row. A row whose quotes do not close as they should is its first line alone."""
    while first := lines.take():
        number, text = first
        if not text.strip():
            continue
        if '"' not in text:
            yield number, text.split(delimiter)
            continue
        taken = [first]
        cells = _parse_over_lines(lines, taken, delimiter)
        if cells is None or (len(taken) > 1 and len(cells) != width):
            alone = _parse_alone(text, delimiter, width)
            if cells is None or len(alone) == width:
                lines.give_back(taken[1:])
                source.warn(number, "a quotation mark that is never closed: taken as part of the text")
                cells = alone
        yield number, cells


def _parse_over_lines(lines: _Lines, taken: list[tuple[int, str]], delimiter: str) -> list[str] | None:
    """The cells of the row that begins with the line taken, to which the lines it needs are added.

    None where its quotes are wrong.
    """

    def supply() -> Iterator[str]:
        yield taken[0][1] + "\n"
        size = len(taken[0][1])
        while size <= MAX_RECORD and (line := lines.take()):
            taken.append(line)
            size += len(line[1])
            yield line[1] + "\n"

    try:
        return next(csv.reader(supply(), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _parse(lines: list[str], delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader(lines, delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _parse_alone(text: str, delimiter: str, width: int) -> list[str]:
    """The cells of one line with a quote out of place, in the reading that gives the right number of them."""
    bare = text.split(delimiter)
    try:
        loose = next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return bare
    return loose if len(loose) == width != len(bare) else bare


IMPLEMENTATIONS = (CsvReader, TsvReader)
