"""The contract of exporters. Implementations live in `kg.exporters`, one file each, found by their name."""

import errno
import os
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import ClassVar, Final

import msgspec

from kg.errors import AccessDeniedError, KgError, StoreFullError, UnknownFormatError, UsageError
from kg.plugins import iter_implementations
from kg.store import Store

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


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
    for known, cls in exporters.items():
        if known.replace("-", "") == name.replace("-", "").lower():
            return cls()
    raise UnknownFormatError(f"unknown export format {name!r}", mend=f"choose one of: {', '.join(exporters)}")


def choose_exporter(path: str | Path | None) -> Exporter:
    """The exporter that the ending of a file name stands for. Raises UnknownFormatError where it stands for none.

    >>> choose_exporter("graph.nq").name
    'n-quads'
    """
    for cls in list_exporters():
        if path is not None and cls.suffixes and str(path).lower().endswith(cls.suffixes):
            return cls()
    names = ", ".join(cls.name for cls in list_exporters())
    raise UnknownFormatError("no format named, and no file ending that tells it", mend=f"name one of: {names}")


def write_export(exporter: Exporter, store: Store, path: str | Path | None) -> None:
    """Write the graph of `store` to a file, to a folder (formats of several files) or to standard output (None).

    Files appear whole or not at all: those already there stay as they are until all is written.
    Raises UsageError, StoreFullError, AccessDeniedError, and the errors of the store.
    """
    if exporter.suffixes:
        part = next(exporter.iter_parts(store))
        if path is None:
            with _plain_errors("standard output"):
                sys.stdout.buffer.writelines(part.chunks)
                sys.stdout.buffer.flush()
        else:
            write_file(path, part.chunks)
        return
    if path is None:
        raise UsageError(f"{exporter.name} is several files", mend="name a folder to write them to")
    folder = Path(path)
    with ExitStack() as undo, _plain_errors(folder):
        if not folder.is_dir():
            folder.mkdir(parents=True)
            undo.callback(folder.rmdir)
        staged = [_stage(folder / part.name, part.chunks, undo) for part in exporter.iter_parts(store)]
        undo.pop_all()
        for finish in staged:
            finish()


def write_file(path: str | Path, chunks: Iterable[bytes]) -> None:
    """Write a file whole or not at all: beside its place first, then moved there.

    A link stays, and what it leads to is written; a device or a pipe takes the content as it comes.
    Raises UsageError, StoreFullError, AccessDeniedError.
    """
    with ExitStack() as undo, _plain_errors(Path(path)):
        finish = _stage(Path(path), chunks, undo)
        finish()
        undo.pop_all()


def _stage(path: Path, chunks: Iterable[bytes], undo: ExitStack) -> Callable[[], Path]:
    """Write beside `path`; the function that is returned moves it there."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if path.exists() and not path.is_file():
        return _write_through(path, chunks)
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=".abstract-kg.", dir=path.parent)
    undo.callback(Path(name).unlink, missing_ok=True)
    with os.fdopen(number, "wb") as file:
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)
    return lambda: Path(name).replace(path)


def _write_through(path: Path, chunks: Iterable[bytes]) -> Callable[[], Path]:
    """Write to what is no file: it must never be replaced by one."""
    with path.open("wb") as device:
        device.writelines(chunks)
    return lambda: path


@contextmanager
def _plain_errors(path: Path | str) -> Iterator[None]:
    """Errors of the file system as ours; what a store raises passes, and so does the end of a reader."""
    try:
        yield
    except (KgError, BrokenPipeError):
        raise
    except PermissionError:
        raise AccessDeniedError(f"{path} may not be written", mend="choose another place or change its mode") from None
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFullError(f"no room left to write {path}", mend="free some or choose another place") from None
        reason = error.strerror or type(error).__name__
        raise UsageError(f"{path} cannot be written: {reason}", mend="choose another place") from None
