"""The vocabulary in Neo4j, and the node that says what the store is."""

from collections.abc import Callable
from typing import Any, Final

from neo4j import ManagedTransaction

from kg.errors import StoreError, StoreVersionError
from kg.mapping.cypher_schema import FORMAT, SCHEMA
from kg.mapping.property_graph import Row, term_row
from kg.schema import Vocabulary
from kg.stores.neo4j import statements
from kg.stores.neo4j.connection import Connection
from kg.stores.neo4j.errors import translated
from kg.stores.neo4j.writing import by_types, column, send, tidy_concepts, write

BATCH_TERMS: Final = 5_000
_DOING: Final = "writing the vocabulary"
Step = Callable[[ManagedTransaction, list[Row]], None]


def prepare(connection: Connection, *, base: str, create: bool, read_only: bool) -> str | None:
    """Check that the store is ours, with the same base, or begin it. Returns the fingerprint of its vocabulary."""
    found = _metadata(connection)
    if found is None:
        if not create or read_only:
            raise StoreError(
                f"{connection.url} holds no graph of kg",
                mend="build one first: kg build FILE --store " + connection.url,
            )
        _begin(connection, base)
        found = _metadata(connection) or {}
    if found["format"] != FORMAT:
        raise StoreVersionError(
            f"the graph at {connection.url} has format {found['format']}, this version of kg writes {FORMAT}",
            mend="use the version of kg that wrote it, or build into another database",
        )
    if found["base"] != base:
        raise StoreVersionError(
            f"the graph at {connection.url} has the base IRI {found['base']}, not {base}",
            mend=f"set KG_BASE={found['base']}, or build into another database",
        )
    return str(found["vocabulary"])


def _metadata(connection: Connection) -> dict[str, Any] | None:
    with translated(f"opening {connection.url}"), connection.session(read=True) as session:
        record = session.execute_read(lambda tx: tx.run(statements.METADATA).single())
        return record.data() if record is not None else None


def _begin(connection: Connection, base: str) -> None:
    """Constraints and indexes, then the node. Refuses a database that uses our labels for something else."""
    with translated(f"opening {connection.url}"), connection.session() as session:
        foreign = session.run(statements.FOREIGN).single()
        if foreign is not None:
            raise StoreError(
                f"the database at {connection.url} holds {foreign['label']} nodes that are not from kg",
                mend="give kg a database of its own (KG_NEO4J_DATABASE)",
            )
        for statement in SCHEMA:
            session.run(statement).consume()
    write(
        connection,
        "creating the store",
        lambda tx: tx.run(statements.CREATE_METADATA, base=base, format=FORMAT).consume(),
    )


def write_vocabulary(connection: Connection, vocabulary: Vocabulary) -> None:
    """Put every term, drop those that are gone, note the fingerprint last: what a kill leaves is done again."""
    rows = [term_row(term) for term in vocabulary]
    broader = [{"from": t.iri, "to": b} for t in vocabulary for b in t.broader if vocabulary.get(b) is not None]
    steps: list[tuple[Step, list[Row]]] = [(_merge, rows), (_narrow, broader)]
    if _iris(connection, statements.HAS_CONCEPTS):
        gone = sorted(set(_iris(connection, statements.TERM_IRIS)) - {row["iri"] for row in rows})
        steps = [(_retire, [{"iri": iri} for iri in gone]), (_merge, rows), (_renew, rows), (_narrow, broader)]
    for step, todo in steps:
        for start in range(0, len(todo), BATCH_TERMS):
            some = todo[start : start + BATCH_TERMS]
            write(connection, _DOING, lambda tx, step=step, some=some: step(tx, some))  # type: ignore[misc]
    write(connection, _DOING, lambda tx: tx.run(statements.SET_VOCABULARY, vocabulary=vocabulary.fingerprint).consume())


def _iris(connection: Connection, statement: str) -> list[str]:
    with translated(f"{_DOING} at {connection.url}"), connection.session(read=True) as session:
        return session.execute_read(lambda tx: column(tx, statement))


def _retire(tx: ManagedTransaction, rows: list[Row]) -> None:
    iris = [row["iri"] for row in rows]
    tx.run(statements.RETIRE_TERMS, iris=iris).consume()
    tidy_concepts(tx, iris)


def _merge(tx: ManagedTransaction, rows: list[Row]) -> None:
    for types, some in by_types(rows):
        send(tx, statements.merge_terms(types), some)


def _renew(tx: ManagedTransaction, rows: list[Row]) -> None:
    """Drop what an earlier vocabulary said of these terms."""
    iris = [row["iri"] for row in rows]
    for statement in (statements.DELETE_BROADER, *statements.drop_labels()):
        tx.run(statement, iris=iris).consume()


def _narrow(tx: ManagedTransaction, rows: list[Row]) -> None:
    send(tx, statements.CREATE_BROADER, rows)
