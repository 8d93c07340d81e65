"""The contract of exporters. Implementations live in `kg.exporters`, one file each, found by their name."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import ClassVar

import msgspec

from kg.errors import UnknownFormatError
from kg.plugins import iter_implementations
from kg.store import Store


class Part(msgspec.Struct, frozen=True):
    """One file of an export: its name (used where there are several) and its content in pieces."""

    name: str
    chunks: Iterable[bytes]


class Exporter(ABC):
    """Writes the whole graph of a store in one format, in an order that depends on the content alone."""

    name: ClassVar[str]
    title: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    """File name endings by which the format is recognised, the usual one first; () for several files in a folder."""
    losses: ClassVar[tuple[str, ...]] = ()
    """What the format does not carry, in words for the user."""

    @abstractmethod
    def iter_parts(self, store: Store) -> Iterator[Part]:
        """The files of the export. The chunks of a part are to be used up before the next part is asked for."""


def list_exporters() -> list[type[Exporter]]:
    """All exporters by name."""
    return sorted(iter_implementations("exporters"), key=lambda cls: str(cls.name))


def get_exporter(name: str) -> Exporter:
    """The exporter called `name`. Raises UnknownFormatError.

    >>> get_exporter("turtle").suffixes[0]
    '.ttl'
    """
    exporters = {cls.name: cls for cls in list_exporters()}
    if name not in exporters:
        raise UnknownFormatError(f"unknown export format {name!r}", mend=f"choose one of: {', '.join(exporters)}")
    return exporters[name]()
