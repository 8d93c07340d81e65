"""Neo4j as a store, over Bolt with the official driver; neither APOC nor another plug-in is needed.

The driver is imported when a store is opened, not before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from kg.errors import LanguageError, StoreError
from kg.model import Extraction
from kg.namespaces import DEFAULT_BASE
from kg.schema import Vocabulary, load_vocabulary
from kg.settings import Neo4jCredentials, read_neo4j_credentials
from kg.store import ConceptMatch, Counts, Language, Store, Table

if TYPE_CHECKING:
    from kg.stores.neo4j.connection import Connection


class Neo4jStore(Store):
    """A graph of papers in a Neo4j database.

    It keeps to its own labels (KgStore, Paper, Concept, Sentence, Result) and leaves other nodes alone.
    """

    schemes: ClassVar[tuple[str, ...]] = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
    languages: ClassVar[tuple[Language, ...]] = ("cypher",)
    example: ClassVar[str] = "bolt://localhost:7687"

    def __init__(self, connection: "Connection", *, base: str, read_only: bool) -> None:
        self.base = base
        self.read_only = read_only
        self._open: Connection | None = connection
        self.url = connection.url

    @classmethod
    def open(
        cls,
        url: str,
        *,
        base: str = DEFAULT_BASE,
        create: bool = True,
        read_only: bool = False,
        vocabulary: Vocabulary | None = None,
        credentials: Neo4jCredentials | None = None,
    ) -> Self:
        """Open the graph in the Neo4j at `url`; log in with `credentials`, else with what the environment says."""
        from kg.stores.neo4j.connection import Connection
        from kg.stores.neo4j.vocabulary import prepare, write_vocabulary

        connection = Connection(url, credentials or read_neo4j_credentials())
        try:
            stored = prepare(connection, base=base, create=create, read_only=read_only)
            if not read_only and stored != (wanted := vocabulary or load_vocabulary()).fingerprint:
                write_vocabulary(connection, wanted)
        except BaseException:
            connection.close()
            raise
        return cls(connection, base=base, read_only=read_only)

    def put(self, papers: Iterable[Extraction]) -> int:
        from kg.stores.neo4j.writing import put_papers

        return put_papers(self._writable(), papers, base=self.base)

    def remove(self, iris: Iterable[str]) -> int:
        from kg.stores.neo4j.writing import remove_papers

        return remove_papers(self._writable(), iris)

    def clear(self) -> None:
        from kg.stores.neo4j.writing import clear_papers

        clear_papers(self._writable())

    def iter_papers(self, iris: Sequence[str] | None = None) -> Iterator[Extraction]:
        from kg.stores.neo4j.reading import iter_papers

        return iter_papers(self._connection, iris)

    def iter_revisions(self) -> Iterator[tuple[str, str]]:
        from kg.stores.neo4j.reading import iter_revisions

        return iter_revisions(self._connection)

    def find_concepts(self, text: str, *, limit: int = 10) -> list[ConceptMatch]:
        from kg.stores.neo4j.reading import find_concepts

        return find_concepts(self._connection, text, limit)

    def counts(self) -> Counts:
        from kg.stores.neo4j.reading import count

        return count(self._connection)

    def query(
        self,
        language: Language,
        text: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Table:
        from kg.stores.neo4j.querying import run_query

        if language != "cypher":
            raise LanguageError(
                f"Neo4j does not speak {language.upper() if language == 'sparql' else language!r}",
                mend="ask in Cypher (kg cypher), or ask a store on disk",
            )
        return run_query(self._connection, text, parameters or {}, base=self.base, timeout=timeout)

    def close(self) -> None:
        connection, self._open = self._open, None
        if connection is not None:
            connection.close()

    @property
    def _connection(self) -> "Connection":
        if self._open is None:
            raise StoreError(f"{self.url}: the store is closed", mend="open it again")
        return self._open

    def _writable(self) -> "Connection":
        if self.read_only:
            raise StoreError(f"{self.url}: the store is open for reading only", mend="open it for writing")
        return self._connection


IMPLEMENTATIONS: Final = (Neo4jStore,)
