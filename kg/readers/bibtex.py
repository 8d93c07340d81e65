"""BibTeX, entry by entry: a broken entry costs only itself.

Keys are taken as they are, capitals and small letters apart. Titles, authors and venues lose their braces and LaTeX
accents; the abstract keeps its LaTeX, with blanks and line ends folded as BibTeX does.
"""

import logging
import re
from collections.abc import Iterator
from typing import Any, Final

from kg.reader import MAX_RECORD, Reader, Record, Source, decode_latex

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

_ENTRY: Final = re.compile(r"\s*@\s*\w+\s*[{(]")
_SNIFFED: Final = re.compile(r"^[ \t]*@[A-Za-z]+\s*[{(]\s*[^\s,={}]*\s*,", re.MULTILINE)
_MACRO: Final = re.compile(r"[^\s#\"{}]+")
_SHORT_NUMBER: Final = re.compile(r"\d{1,2}")
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DECODED: Final = frozenset({"title", "booktitle", "journal", "journaltitle", "publisher", "school", "institution"})
_DROPPED: Final = frozenset({"file", "abstract-url", "bdsk-url-1", "bdsk-url-2", "date-added", "date-modified"})


class BibtexReader(Reader):
    """Entries of a BibTeX or BibLaTeX database that have an abstract."""

    name = "bibtex"
    title = "BibTeX"
    suffixes = (".bib", ".bibtex", ".biblatex")

    @classmethod
    def sniff(cls, head: str) -> float:
        if head.lstrip()[:1] in ("{", "[", "<"):
            return 0.0
        return 0.9 if _SNIFFED.search(head) else 0.0

    def iter_records(self, source: Source) -> Iterator[Record]:
        macros = {month: month for month in _MONTHS}
        for line, text in _iter_chunks(source):
            yield from _iter_entries(source, line, text, macros)


def _iter_chunks(source: Source) -> Iterator[tuple[int, str]]:
    """(first line, text) from each line that begins an entry up to the next one."""
    chunk: list[str] = []
    begin, size = 1, 0
    for number, line in source.iter_lines():
        if _ENTRY.match(line):
            if chunk:
                yield from _bounded(source, begin, chunk, size)
            chunk, begin, size = [], number, 0
        size += len(line)
        if size <= MAX_RECORD:
            chunk.append(line)
    yield from _bounded(source, begin, chunk, size)


def _bounded(source: Source, begin: int, chunk: list[str], size: int) -> Iterator[tuple[int, str]]:
    if size > MAX_RECORD:
        source.skip(begin, f"an entry longer than {MAX_RECORD >> 20} MB")
    else:
        yield begin, "\n".join(chunk)


def _iter_entries(source: Source, line: int, text: str, macros: dict[str, str]) -> Iterator[Record]:
    from bibtexparser import model
    from bibtexparser.entrypoint import parse_string

    if "@" not in text:
        return
    try:
        blocks = parse_string(text, parse_stack=[]).blocks
    except Exception as error:  # the parser raises what it did not foresee
        source.skip(line, f"no valid BibTeX: {error}")
        return
    for found in blocks:
        begin = line + (found.start_line or 0)
        block = found
        if isinstance(found, model.DuplicateFieldKeyBlock | model.DuplicateBlockKeyBlock):
            block = found.ignore_error_block or found
        if isinstance(block, model.String):
            macros[block.key.lower()] = _resolve(block.value, macros) or ""
        elif isinstance(block, model.ParsingFailedBlock):
            reason = getattr(block.error, "abort_reason", "") or "it cannot be parsed"
            source.skip(begin, f"no valid BibTeX entry: {reason}")
        elif isinstance(block, model.Entry):
            yield from _read_entry(source, begin, block, macros)


def _read_entry(source: Source, line: int, entry: Any, macros: dict[str, str]) -> Iterator[Record]:
    fields: dict[str, Any] = {}
    for field in entry.fields:
        value = _resolve(field.value, macros)
        if value is None:
            source.skip(line, f"no valid BibTeX entry: braces or quotes of {field.key!r} do not pair")
            return
        fields.setdefault(field.key.lower(), " ".join(value.split()))
    yield Record(line, _tidy(entry.key, entry.entry_type, fields))


def _tidy(key: str, entry_type: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields under the names that the other formats use too."""
    for name in _DROPPED & fields.keys():
        del fields[name]
    for name in _DECODED & fields.keys():
        fields[name] = decode_latex(fields[name])
    for people in {"author", "editor"} & fields.keys():
        fields[people] = [decode_latex(name) for name in _split_names(fields[people])]
    if fields.get("archiveprefix", fields.get("eprinttype", "arxiv")).lower() != "arxiv" and "eprint" in fields:
        fields["eprintid"] = fields.pop("eprint")
    if "year" in fields and "date" not in fields:
        fields["date"] = _date(fields.pop("year"), fields.pop("month", ""), fields.pop("day", ""))
    given = fields.pop("id", None)
    return {"id": key or given, "type": entry_type, **fields}


def _split_names(text: str) -> list[str]:
    """The names between the `and`s that stand outside of braces."""
    names, depth, current = [], 0, ""
    for piece in re.split(r"([{}]|\s+and\s+)", text):
        depth += (piece == "{") - (piece == "}")
        if depth == 0 and piece.strip() == "and":
            names.append(current)
            current = ""
        else:
            current += piece
    return [name.strip() for name in [*names, current] if name.strip() and name.strip() != "others"]


def _date(year: str, month: str, day: str) -> str:
    name = month.strip("{}. ").lower()[:3]
    if name in _MONTHS:
        month = str(_MONTHS.index(name) + 1)
    if not _SHORT_NUMBER.fullmatch(month):
        return year
    return f"{year}-{month}-{day}" if _SHORT_NUMBER.fullmatch(day) else f"{year}-{month}"


def _resolve(value: str, macros: dict[str, str]) -> str | None:
    """The text of a value such as `{a} # "b" # macro`; None where its braces or quotes do not pair."""
    parts: list[str] = []
    position = 0
    while position < len(value):
        character = value[position]
        if character.isspace() or character == "#":
            position += 1
            continue
        end = _find_end(value, position)
        if end is None or (value[end:].lstrip()[:1] not in ("", "#")):
            return None
        piece = value[position:end]
        parts.append(piece[1:-1] if character in '{"' else macros.get(piece.lower(), piece))
        position = end
    return "".join(parts)


def _find_end(value: str, start: int) -> int | None:
    """Where the braced, quoted or bare piece that begins at `start` ends."""
    if value[start] not in '{"':
        macro = _MACRO.match(value, start)
        return macro.end() if macro else None
    depth = 0
    for mark in re.finditer(r'\\[{}"\\]|[{}"]', value[start:]):
        character = mark.group()
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
        closed = character == "}" if value[start] == "{" else character == '"' and mark.start() > 0
        if closed and depth == 0:
            return start + mark.end()
    return None


IMPLEMENTATIONS = (BibtexReader,)
