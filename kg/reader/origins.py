"""Where the input lies: files, folders, globs and standard input, packed or not, each openable twice."""

import errno
import glob
import gzip
import io
import lzma
import os
import re
import shutil
import sys
import tempfile
import weakref
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from kg.errors import InputError
from kg.reader.decoding import PulledStream, as_utf8, wide_encoding
from kg.settings import STORE_MARKER

HEAD: Final = 1 << 16
STANDARD_INPUT: Final = "standard input"
_PACKED: Final = (".gz", ".xz", ".zst")
_SHOWN: Final = 60
"""So much of a name that can be none is repeated: it is often an abstract."""


class Origin:
    """One input: a file on disk, or a copy of a stream that can be read only once."""

    def __init__(self, name: str, path: Path | None, *, spool: BinaryIO | None = None, by_chance: bool = False) -> None:
        self.name = name.encode("utf-8", "replace").decode()
        self.by_chance = by_chance
        """Found in a folder or by a pattern, not named."""
        self._path = path
        self._spool = spool
        if spool is not None:
            weakref.finalize(self, spool.close)

    @property
    def identity(self) -> str:
        """Equal for two names of one file."""
        return os.path.realpath(self._path) if self._path else self.name

    @property
    def plain_name(self) -> str:
        """The file name without the ending of a compression.

        >>> Origin("d/papers.jsonl.xz", None).plain_name
        'papers.jsonl'
        """
        name = Path(self.name).name
        return name[: -len(Path(name).suffix)] if name.lower().endswith(_PACKED) else name

    @contextmanager
    def open(self) -> Iterator[tuple[BinaryIO, bytes]]:
        """The unpacked content as (stream, its first 64 KiB as they stand).

        Raises InputError where the file cannot be opened or is no text.
        """
        with self._open_packed() as packed:
            head = _read_head(packed)
            try:
                packed.seek(0)
                yield as_utf8(_unpack(packed), head), head
            finally:
                packed.seek(0)

    @contextmanager
    def _open_packed(self) -> Iterator[BinaryIO]:
        if self._spool is not None:
            yield self._spool
            return
        with _open_file(Path(self._path or self.name)) as stream:
            yield stream


def _open_file(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise _unreadable(str(path), error) from None


def _read_head(packed: BinaryIO) -> bytes:
    stream = _unpack(packed)
    head = b""
    try:
        while len(head) < HEAD and (more := stream.read(HEAD - len(head))):
            head += more
    except DAMAGE:
        if not head:
            raise
    return head


DAMAGE: Final[tuple[type[Exception], ...]] = (EOFError, OSError, lzma.LZMAError, zlib.error)
"""What reading a damaged or truncated file raises."""


def _unpack(packed: BinaryIO) -> BinaryIO:
    magic = packed.read(6)
    packed.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return io.BufferedReader(gzip.GzipFile(fileobj=packed), HEAD)
    if magic == b"\xfd7zXZ\0":
        return io.BufferedReader(lzma.LZMAFile(packed), HEAD)
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        return io.BufferedReader(PulledStream(_iter_zstd(packed)), HEAD)
    return packed


def _iter_zstd(packed: BinaryIO) -> Iterator[bytes]:
    """Unpack frame by frame. The bytes are fed in small portions, so that a bomb cannot swell in one step."""
    import zstandard

    frame = None
    try:
        while portion := packed.read(1024):
            while portion:
                frame = frame or zstandard.ZstdDecompressor().decompressobj()
                yield frame.decompress(portion)
                portion = frame.unused_data if frame.eof else b""
                frame = None if frame.eof else frame
    except zstandard.ZstdError as error:
        raise OSError(str(error)) from None
    if frame is not None:
        raise EOFError


def list_origins(sources: Sequence[str]) -> list[Origin]:
    """Every input that the sources name, each once: folders with all below them in order, globs sorted.

    Raises InputError for a source that is not there.
    """
    found: dict[str, Origin] = {}
    for source in sources:
        for origin in _list_one(source):
            found.setdefault(origin.identity, origin)
    return list(found.values())


def _list_one(source: str) -> list[Origin]:
    if source == "-":
        return [Origin(STANDARD_INPUT, None, spool=_spool(sys.stdin.buffer))]
    if not source.strip():
        raise InputError("an empty name stands for no file", mend="give a file, a folder, or - for standard input")
    path = Path(source)
    try:
        if path.is_dir():
            return _list_folder(path)
        if path.exists():
            return [_list_named(path)]
    except OSError as error:
        shown = source if len(source) <= _SHOWN else source[:_SHOWN] + "…"
        raise _unreadable(shown, error) from None
    if not glob.has_magic(source):
        raise InputError(f"there is no file or folder {source}", mend="check the path")
    return _list_matches(source)


def _list_named(path: Path) -> Origin:
    if path.is_file():
        return Origin(str(path), path)
    with _open_file(path) as stream:
        return Origin(str(path), path, spool=_spool(stream))


def _list_matches(pattern: str) -> list[Origin]:
    matches = [Path(match) for match in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207 - keeps the user's spelling
    found = []
    for path in matches:
        if path.is_dir():
            found += list(_iter_folder(path))
        elif path.is_file():
            found.append(Origin(str(path), path, by_chance=True))
    if not found:
        raise InputError(f"no file matches {pattern}", mend="check the path")
    return found


def _list_folder(folder: Path) -> list[Origin]:
    if (folder / STORE_MARKER).is_file():
        raise InputError(f"{folder} is a store, no folder of abstracts", mend="copy it with kg load --from")
    found = list(_iter_folder(folder))
    if not found:
        raise InputError(f"the folder {folder} holds no file", mend="name a folder with abstracts")
    return found


def _iter_folder(folder: Path) -> Iterator[Origin]:
    """The files below, in order. Stores are passed over: the default one lies beside the abstracts."""

    def complain(error: OSError) -> None:
        raise _unreadable(str(error.filename), error)

    for parent, folders, files in os.walk(folder, onerror=complain):
        if STORE_MARKER in files:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = (Path(parent) / name for name in sorted(files) if not name.startswith("."))
        yield from (Origin(str(path), path, by_chance=True) for path in paths if path.is_file())


def _spool(stream: BinaryIO) -> BinaryIO:
    """A copy of a stream on disk: the keys are read before the abstracts."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as its Origin
    try:
        shutil.copyfileobj(stream, copy)
        copy.seek(0)
    except OSError as error:
        copy.close()
        if error.errno == errno.ENOSPC:
            mend = "free some room or set TMPDIR to a larger folder"
            raise InputError("no room for a copy of standard input", mend=mend) from None
        raise _unreadable(STANDARD_INPUT, error) from None
    return copy


def _unreadable(name: str, error: OSError) -> InputError:
    mend = "check its permissions" if isinstance(error, PermissionError) else "check the path"
    return InputError(f"cannot read {name}: {error.strerror or error}", mend=mend)


_SIGNATURES: Final = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or office document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x7fELF": "a program",
    b"BZh91AY&SY": "packed with bzip2",
    b"PAR1\x15": "a Parquet file",
    b"SQLite format 3\0": "an SQLite database",
    b"\xd0\xcf\x11\xe0": "an office document",
}
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def find_binary(head: bytes) -> str | None:
    """What a file that begins with `head` is where it is no text; None for text.

    A few stray control characters do not make it binary.

    >>> find_binary(b"%PDF-1.7 ..."), find_binary(b"We use a GPU.")
    ('a PDF document', None)
    """
    for signature, what in _SIGNATURES.items():
        if head.startswith(signature):
            return what
    if wide_encoding(head) or len(_CONTROLS.findall(head)) <= max(4, len(head) // 20):
        return None
    return "a binary file"
