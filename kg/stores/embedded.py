"""The store in a folder, for one machine and no server.

DIR/abstract-kg.json   format and base IRI; its presence says that the folder is a store; the lock is on it
DIR/graph/             the engine's files
DIR/snapshot-*/        what a query with a time limit reads while it runs; left-overs go at the next opening
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final, Self
from urllib.parse import unquote, urlsplit

import msgspec
import pyoxigraph

from kg.errors import StoreError, StoreVersionError, UnknownStoreError
from kg.namespaces import DEFAULT_BASE
from kg.schema import Vocabulary, load_vocabulary
from kg.settings import STORE_MARKER as MARKER
from kg.stores._oxigraph.faults import mapped_faults
from kg.stores._oxigraph.lock import SHARED_LOCKS, FolderLock
from kg.stores._oxigraph.store import FORMAT, OxigraphStore

GRAPH: Final = "graph"
_UNFINISHED: Final = MARKER + ".new"
_SNAPSHOT: Final = "snapshot-"


class Marker(msgspec.Struct, frozen=True):
    """What DIR/abstract-kg.json says."""

    format: int
    base: str


class EmbeddedStore(OxigraphStore):
    """Papers in a folder. Opened for writing it is for one process; several may read while none writes.

    >>> with tempfile.TemporaryDirectory() as folder, EmbeddedStore.open(folder + "/papers") as store:
    ...     store.counts().papers
    0
    """

    schemes: ClassVar[tuple[str, ...]] = ("file",)
    example: ClassVar[str] = "./abstract-kg"

    def __init__(self, folder: Path, lock: FolderLock, *, base: str, read_only: bool) -> None:
        self._folder = folder
        self._lock = lock
        graph = str(folder / GRAPH)
        static = read_only and SHARED_LOCKS
        with mapped_faults(str(folder)):
            engine = pyoxigraph.Store.read_only(graph) if static else pyoxigraph.Store(graph)
        super().__init__(engine, place=str(folder), base=base, read_only=read_only)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        base: str = DEFAULT_BASE,
        create: bool = True,
        read_only: bool = False,
        vocabulary: Vocabulary | None = None,
    ) -> Self:
        folder = parse_folder(url)
        with mapped_faults(str(folder)):
            if not _is_store(folder):
                if not create or read_only:
                    mend = f"make one: kg build ABSTRACTS --store {folder}"
                    raise StoreError(f"there is no store at {folder}", mend=mend)
                _write_marker(folder, base)
            lock = FolderLock(folder / MARKER, place=str(folder), shared=read_only)
        try:
            _check_marker(folder, base)
            store = cls(folder, lock, base=base, read_only=read_only)
        except BaseException:
            lock.release()
            raise
        if not read_only:
            store._prepare(vocabulary or load_vocabulary())
        return store

    def _prepare(self, vocabulary: Vocabulary) -> None:
        """Finish what a killed process left, and bring the vocabulary up to date."""
        try:
            for left_over in self._folder.glob(_SNAPSHOT + "*"):
                shutil.rmtree(left_over, ignore_errors=True)
            self.write_vocabulary(vocabulary)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _snapshot(self) -> Iterator[Path]:
        if self.read_only:
            yield self._folder / GRAPH
            return
        with tempfile.TemporaryDirectory(prefix=_SNAPSHOT, dir=self._folder) as folder:
            snapshot = Path(folder) / GRAPH
            self.engine.backup(str(snapshot))
            yield snapshot

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._lock.release()


def parse_folder(url: str) -> Path:
    """The folder that a path or a file URL names. Raises UnknownStoreError.

    >>> parse_folder("file:///data/my%20papers").as_posix(), parse_folder("./papers").as_posix()
    ('/data/my papers', 'papers')
    """
    if "\0" in url or not url:
        raise UnknownStoreError(f"no folder can be called {url!r}", mend="give one such as ./abstract-kg")
    if not url.lower().startswith("file:"):
        return Path(url).expanduser()
    parts = urlsplit(url)
    if parts.netloc not in ("", "localhost") or not parts.path:
        mend = "give the path of a folder on this machine"
        raise UnknownStoreError("a file URL names another machine, or nothing", mend=mend)
    path = unquote(parts.path)
    return Path(path[1:] if os.name == "nt" and path[2:3] == ":" else path)


def _is_store(folder: Path) -> bool:
    """Whether a store is there; False where one can be made. Raises StoreError where neither holds."""
    if (folder / MARKER).is_file():
        return True
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise StoreError(f"{folder} is a file, not the folder of a store", mend="give a new or empty folder")
    if any(entry.name != _UNFINISHED for entry in folder.iterdir()):
        raise StoreError(f"{folder} holds other things than a store", mend="give a new or empty folder")
    return False


def _write_marker(folder: Path, base: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / _UNFINISHED
    with unfinished.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(Marker(format=FORMAT, base=base))) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / MARKER)


def _check_marker(folder: Path, base: str) -> None:
    try:
        marker = msgspec.json.decode((folder / MARKER).read_bytes(), type=Marker)
    except msgspec.MsgspecError:
        raise StoreVersionError(f"{folder / MARKER} is damaged", mend="build the store again in a new folder") from None
    if marker.format != FORMAT:
        newer = marker.format > FORMAT
        mend = "install a newer abstract-kg" if newer else "build it again in a new folder, or move it with kg load"
        raise StoreVersionError(f"{folder} has the store format {marker.format}, this is {FORMAT}", mend=mend)
    if marker.base != base:
        mend = f"set KG_BASE={marker.base}, or give another folder"
        raise StoreVersionError(f"{folder} was made with the base IRI {marker.base}, not {base}", mend=mend)


IMPLEMENTATIONS = (EmbeddedStore,)
