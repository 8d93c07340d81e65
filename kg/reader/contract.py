"""The contract of readers: what a format must offer, and how its records and their faults are told."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import msgspec

from kg.errors import UnknownFormatError
from kg.plugins import iter_implementations
from kg.reader.decoding import Source


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the input that could not be taken as it stands.

    `line` is 1-based, None where the whole file is meant. `skipped`: a record (or file) is lost;
    `warning`: it was read, with what `reason` tells. Strict reading stops at the `grave` ones: all that
    is skipped, a wrong encoding, and one key borne by different papers.

    >>> str(Problem(file="a.csv", line=7, reason="no abstract", kind="skipped"))
    'a.csv:7: no abstract'
    """

    file: str
    line: int | None
    reason: str
    kind: Literal["skipped", "warning"]
    grave: bool = False

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        text = " ".join(f"{place}: {self.reason}".split())
        return "".join(character if character.isprintable() else "?" for character in text)


class Record(msgspec.Struct):
    """One record as it stands in a file: the line it begins on and its fields under the names found there.

    Which name means title, abstract or DOI is settled later, the same for all formats. `verbatim` keeps
    tags and entities in the text; elsewhere JATS and HTML markup is rendered as plain text.
    """

    line: int
    fields: dict[str, Any]
    verbatim: bool = False


class Reader(ABC):
    """Reads one format. A file in `kg/readers/` lists its classes in IMPLEMENTATIONS."""

    name: ClassVar[str]
    title: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    """File name endings that hint at the format, the usual one first, without that of a compression."""

    @classmethod
    @abstractmethod
    def sniff(cls, head: str) -> float:
        """How surely a file that begins with `head` (up to 64 KiB) is of this format: 0 no, 1 yes."""

    @abstractmethod
    def iter_records(self, source: Source) -> Iterator[Record]:
        """The records of a file, lazily and in order.

        A broken one is told with `source.skip` and left out; the next ones follow.
        """


def list_readers() -> list[type[Reader]]:
    """All readers by name."""
    return sorted(iter_implementations("readers"), key=lambda cls: str(cls.name))


def get_reader(name: str) -> Reader:
    """The reader called `name`. Raises UnknownFormatError.

    >>> get_reader("jsonl").suffixes[0]
    '.jsonl'
    """
    readers = {cls.name: cls for cls in list_readers()}
    if name not in readers:
        raise UnknownFormatError(f"unknown input format {name!r}", mend=f"choose one of: {', '.join(readers)}")
    return readers[name]()


_HINT = 0.5
"""What a fitting suffix adds to a reader's own judgement of the content."""
_SURE = 0.6


def find_reader(file_name: str, head: str, *, by_chance: bool = False) -> Reader | None:
    """The reader that fits a file best by its content and the ending of its name; None where none does.

    `by_chance`: the file was found in a folder, not named; then either the ending or a clear content must speak for
    the format.

    >>> find_reader("papers.txt", "@article{a1, title={T}, abstract={We use a GPU.}}").name
    'bibtex'
    """
    best: tuple[float, type[Reader]] | None = None
    for reader in list_readers():
        content = reader.sniff(head)
        score = content + _HINT * file_name.lower().endswith(reader.suffixes)
        enough = score >= _SURE if by_chance else content > 0 or score > 0
        if enough and (best is None or score > best[0]):
            best = (score, reader)
    return best[1]() if best else None
