"""The contract of stores. Implementations live in `kg.stores` and are found by the scheme of their URL."""

import difflib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, ClassVar, Literal, Self

import msgspec

from kg.errors import UnknownStoreError, UsageError
from kg.model import EntityType, Extraction
from kg.namespaces import DEFAULT_BASE
from kg.plugins import iter_implementations
from kg.schema import Vocabulary

Language = Literal["sparql", "cypher"]
Scalar = str | int | float | bool | None
Cell = Scalar | list[Scalar]


class Iri(str):
    """An IRI in a row or a parameter, told apart from plain text by its class."""

    __slots__ = ()


class Table(msgspec.Struct, frozen=True):
    """Rows of a query. IRIs are `Iri`, numbers are int or float, unbound is None."""

    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


class ConceptMatch(msgspec.Struct, frozen=True, order=True):
    """A concept that a text may name. `exact` where the preferred label, an alternative one or the IRI is it.

    `rank`: 0 the IRI, 1 the preferred label, 2 an alternative label; only alike are 3 (a name begins so), 4 (holds it)
    and 5 (is spelt much like it).
    """

    rank: int
    label: str
    iri: str
    types: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        return self.rank < 3


class Counts(msgspec.Struct, frozen=True):
    """What a store holds. `quads` is None for stores that hold none; `concepts` counts those that papers name."""

    papers: int
    concepts: dict[EntityType, int]
    facts: int
    results: int
    quads: int | None = None


class Store(ABC):
    """A place that holds papers with all that was extracted from them, and answers queries.

    A paper is put, replaced and removed whole. Use as a context manager; `close` frees locks and sockets.
    """

    schemes: ClassVar[tuple[str, ...]]
    languages: ClassVar[tuple[Language, ...]]
    example: ClassVar[str]
    """One URL of this kind, for help and messages."""
    base: str = DEFAULT_BASE
    """The base IRI of papers, facts and new concepts, as kept in the store."""

    @classmethod
    @abstractmethod
    def open(
        cls,
        url: str,
        *,
        base: str = DEFAULT_BASE,
        create: bool = True,
        read_only: bool = False,
        vocabulary: Vocabulary | None = None,
    ) -> Self:
        """Open the store at `url`.

        `create=False` raises StoreError where there is none. `base` is kept at creation; another one later
        raises StoreVersionError. A store opened for writing is given `vocabulary`, None being the one that ships
        with kg, in place of another. Raises the errors under StoreError, each with its mend.
        """

    @abstractmethod
    def put(self, papers: Iterable[Extraction]) -> int:
        """Add papers, each replacing the one with the same IRI. Returns how many were put.

        Takes any iterable and works in batches; what was put before an error or a kill stays, whole.
        """

    @abstractmethod
    def remove(self, iris: Iterable[str]) -> int:
        """Remove papers by IRI with all that came only from them. Returns how many were there; unknown ones are not."""

    @abstractmethod
    def iter_papers(self, iris: Sequence[str] | None = None) -> Iterator[Extraction]:
        """All papers, or those asked for, as they were put, by ascending IRI."""

    @abstractmethod
    def iter_revisions(self) -> Iterator[tuple[str, str]]:
        """(paper IRI, its `kg.model.revision`) of every paper, by ascending IRI."""

    @abstractmethod
    def find_concepts(self, text: str, *, limit: int = 10) -> list[ConceptMatch]:
        """The concepts that `text` (label, alias or IRI, case and hyphens folded) may name, best first."""

    @abstractmethod
    def counts(self) -> Counts:
        """How many papers, concepts, facts, results and quads there are."""

    @abstractmethod
    def query(
        self,
        language: Language,
        text: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Table:
        """Run a query that only reads. Parameters are bound, never pasted; None leaves a variable unbound.

        Raises LanguageError, QueryError.
        """

    @abstractmethod
    def clear(self) -> None:
        """Remove every paper. The vocabulary stays."""

    @abstractmethod
    def close(self) -> None:
        """Release the store. Closing twice is harmless."""

    def flush(self) -> None:  # noqa: B027 - stores that are always durable need not override it
        """Make all that was put durable."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def select_alike(form: str, forms: Iterable[str], *, limit: int) -> list[str]:
    """The normal forms that are spelt much like `form`, the likest first: what rank 5 of every store means.

    >>> select_alike("resnet", ["resnets", "resent", "rose", "unet"], limit=2)
    ['resnets', 'resent']
    """
    near = sorted(other for other in forms if other[:1] == form[:1] and abs(len(other) - len(form)) < 4)
    return difflib.get_close_matches(form, near, n=limit, cutoff=0.75)


def parse_scheme(url: str) -> str:
    """The scheme of a store URL; `file` for paths, those with a Windows drive letter included.

    >>> parse_scheme("./abstract-kg"), parse_scheme("C:\\\\papers"), parse_scheme("neo4j+s://db.example")
    ('file', 'file', 'neo4j+s')
    """
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):", url)
    return match[1].lower() if match else "file"


def get_store_class(url: str | PathLike[str]) -> type[Store]:
    """The class that speaks `url`, a path or URL; `kg.stores` and installed plug-ins offer them.

    Raises UnknownStoreError for a URL that none speaks, UsageError for one with a user name or password in it,
    which no message repeats.

    >>> get_store_class("./abstract-kg").languages
    ('sparql',)
    """
    address = str(url)
    scheme = parse_scheme(address)
    if scheme != "file" and re.search("//.*@", address, re.DOTALL):
        mend = "put them into KG_NEO4J_USER and KG_NEO4J_PASSWORD"
        raise UsageError("the store URL holds a user name or password", mend=mend)
    examples = []
    for cls in iter_implementations("stores"):
        if scheme in cls.schemes:
            found: type[Store] = cls
            return found
        examples.append(cls.example)
    mend = f"give one such as {', '.join(examples)}; a folder with a colon in its name as ./NAME"
    raise UnknownStoreError(f"no store speaks {scheme!r}", mend=mend)


def open_store(
    url: str | PathLike[str],
    *,
    base: str = DEFAULT_BASE,
    create: bool = True,
    read_only: bool = False,
    vocabulary: Vocabulary | None = None,
) -> Store:
    """Open the store at a path or URL. Options and errors as in `Store.open`, and those of `get_store_class`.

    >>> with open_store("memory:") as store:
    ...     store.counts().papers
    0
    """
    cls = get_store_class(url)
    return cls.open(str(url), base=base, create=create, read_only=read_only, vocabulary=vocabulary)
