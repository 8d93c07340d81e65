"""A store in memory: gone when it is closed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Self

import pyoxigraph

from kg.errors import UnknownStoreError
from kg.namespaces import DEFAULT_BASE
from kg.schema import Vocabulary, load_vocabulary
from kg.stores._oxigraph.store import OxigraphStore


class MemoryStore(OxigraphStore):
    """Papers in the memory of this process. Every opening gives a new, empty store.

    >>> with MemoryStore.open("memory:") as store:
    ...     store.counts().papers, store.find_concepts("GPU")[0].label
    (0, 'graphics processing unit')
    """

    schemes: ClassVar[tuple[str, ...]] = ("memory",)
    example: ClassVar[str] = "memory:"

    @classmethod
    def open(
        cls,
        url: str,
        *,
        base: str = DEFAULT_BASE,
        create: bool = True,  # noqa: ARG003
        read_only: bool = False,
        vocabulary: Vocabulary | None = None,
    ) -> Self:
        if url != "memory:":
            raise UnknownStoreError("a store in memory has no name", mend="write memory:")
        store = cls(pyoxigraph.Store(), place=url, base=base)
        store.write_vocabulary(vocabulary or load_vocabulary())
        store.read_only = read_only
        return store

    @contextmanager
    def _snapshot(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="abstract-kg-") as folder:
            path = Path(folder) / "snapshot.nq"
            self.engine.dump(str(path), pyoxigraph.RdfFormat.N_QUADS)
            yield path


IMPLEMENTATIONS = (MemoryStore,)
