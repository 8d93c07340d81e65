"""Papers into Neo4j and out of it: whole papers, in retryable transactions."""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Final, TypeVar

from neo4j import ManagedTransaction
from neo4j.exceptions import ConstraintError

from kg.errors import InputError
from kg.mapping.property_graph import PaperRows, Row, concept_forms, to_rows
from kg.model import Extraction
from kg.stores.neo4j import statements
from kg.stores.neo4j.connection import Connection
from kg.stores.neo4j.errors import translated

BATCH_ROWS: Final = 5_000
"""Rows of one transaction, as far as whole papers allow."""
BATCH_SECONDS: Final = 5.0
"""A slow source does not keep what it gave longer than this."""
REMOVE_PAPERS: Final = 100
MAX_KEY: Final = 7_000
"""Bytes of an IRI or name; Neo4j's indexes take some 8,000 for all keys of an entry together."""
_ATTEMPTS: Final = 3
T = TypeVar("T")


def write(connection: Connection, doing: str, work: Callable[[ManagedTransaction], T]) -> T:
    """Do `work` in one transaction that the driver retries.

    A violated constraint means that another process put the same thing at the same moment: the next attempt
    finds and replaces it.
    """
    attempt = 1
    with translated(f"{doing} at {connection.url}"), connection.session() as session:
        while True:
            try:
                return session.execute_write(work)
            except ConstraintError:
                if attempt == _ATTEMPTS:
                    raise
                attempt += 1


def put_papers(connection: Connection, papers: Iterable[Extraction], *, base: str) -> int:
    """Write papers in batches, each in one transaction that first removes what it replaces: a kill leaves no half.

    Where `papers` or a paper of it raises, those before are written first.
    """
    count = size = 0
    batch: dict[str, PaperRows] = {}
    begun = time.monotonic()
    try:
        for paper in papers:
            rows = to_rows(paper, base=base)
            _check_keys(rows)
            count += 1
            size += len(rows)
            batch[paper.iri] = rows
            if size >= BATCH_ROWS or time.monotonic() - begun > BATCH_SECONDS:
                full, batch, size = batch, {}, 0
                _write_batch(connection, full)
                begun = time.monotonic()
    finally:
        if batch:
            _write_batch(connection, batch)
    return count


def _check_keys(rows: PaperRows) -> None:
    """Raise InputError where an IRI or name is longer than Neo4j's indexes take: it would end the whole batch."""
    keys = [rows.paper["iri"], *(row["to"] for row in rows.concepts)]
    keys += [row["properties"]["name"] for row in rows.concepts]
    longest = max(keys, key=len)
    if len(longest) > MAX_KEY // 4 and len(longest.encode()) > MAX_KEY:
        raise InputError(
            f"paper {rows.paper['id']!r:.100} has a name or IRI of {len(longest)} characters",
            mend=f"give it one of at most {MAX_KEY} bytes",
        )


def _write_batch(connection: Connection, batch: dict[str, PaperRows]) -> None:
    papers = list(batch.values())
    write(connection, "writing papers", lambda tx: _replace(tx, papers))


def remove_papers(connection: Connection, iris: Iterable[str]) -> int:
    """Remove papers with all that only they stated. Returns how many there were."""
    wanted = sorted(set(iris))
    count = 0
    for start in range(0, len(wanted), REMOVE_PAPERS):
        some = wanted[start : start + REMOVE_PAPERS]
        count += write(connection, "removing papers", lambda tx, some=some: _remove(tx, some))  # type: ignore[misc]
    return count


def clear_papers(connection: Connection) -> None:
    """Remove every paper."""
    while iris := write(connection, "removing papers", lambda tx: column(tx, statements.PAGE, after="", limit=1_000)):
        remove_papers(connection, iris)


def _replace(tx: ManagedTransaction, batch: list[PaperRows]) -> None:
    there = column(tx, statements.EXISTING, iris=[rows.paper["iri"] for rows in batch])
    before = _delete(tx, there) if there else []
    concepts = _concepts(batch)
    send(tx, statements.CREATE_PAPERS, [rows.paper for rows in batch])
    for types, some in by_types(concepts):
        send(tx, statements.merge_concepts(types), some)
    send(tx, statements.CREATE_SENTENCES, _joined(rows.sentences for rows in batch))
    send(tx, statements.CREATE_NAMES, _joined(rows.concepts for rows in batch))
    send(tx, statements.CREATE_MENTIONS, _joined(rows.mentions for rows in batch))
    for name, statement in statements.CREATE_FACTS.items():
        send(tx, statement, _joined(rows.facts.get(name, ()) for rows in batch))
    send(tx, statements.CREATE_RESULTS, _joined(rows.results for rows in batch))
    for name, statement in statements.CREATE_LINKS.items():
        send(tx, statement, _joined(rows.links.get(name, ()) for rows in batch))
    tidy_concepts(tx, before)
    _rename(tx, column(tx, statements.DIVERGENT, rows=concepts))


def _remove(tx: ManagedTransaction, iris: list[str]) -> int:
    there = column(tx, statements.EXISTING, iris=iris)
    if there:
        tidy_concepts(tx, _delete(tx, there))
    return len(there)


def _delete(tx: ManagedTransaction, iris: list[str]) -> list[str]:
    """Delete papers with their parts. Returns the concepts that they named, which may be orphans now."""
    named = column(tx, statements.NAMED, iris=iris)
    for statement in statements.DELETE_PARTS:
        tx.run(statement, iris=iris).consume()
    return named


def tidy_concepts(tx: ManagedTransaction, concepts: list[str]) -> None:
    """Delete those concepts that nothing names any more; of the others, drop labels and names that none uses."""
    if concepts:
        tx.run(statements.DELETE_ORPHANS, iris=concepts).consume()
        for statement in statements.drop_labels():
            tx.run(statement, iris=concepts).consume()
        _rename(tx, column(tx, statements.RENAMED, iris=concepts))


def _rename(tx: ManagedTransaction, concepts: list[str]) -> None:
    """Give new concepts the least of their names and all their alternatives, whatever the order of the papers."""
    if concepts:
        records = tx.run(statements.NAMES_OF, iris=concepts).data()
        send(tx, statements.RENAME, [_named(r["iri"], r["names"], chain(*r["alternatives"])) for r in records])


def _named(iri: str, names: Iterable[str], alternatives: Iterable[str]) -> Row:
    label, *others = sorted(set(names))
    known = sorted({*others, *alternatives} - {label})
    return {"iri": iri, "label": label, "altLabels": known, "forms": concept_forms(label, known)}


def _concepts(batch: list[PaperRows]) -> list[Row]:
    """One row a concept, by IRI: writers that meet lock in the same order."""
    found: dict[str, Row] = {}
    for row in _joined(rows.concepts for rows in batch):
        stated = row["properties"]
        one = found.get(row["to"])
        if one is None:
            found[row["to"]] = {
                "iri": row["to"],
                "label": stated["name"],
                "forms": concept_forms(stated["name"]),
                "types": stated["types"],
                "alternatives": stated["alternatives"],
            }
        else:
            one["types"] = sorted({*one["types"], *stated["types"]})
            one["alternatives"] = sorted({*one["alternatives"], *stated["alternatives"]})
            if stated["name"] != one["label"]:
                one["alternatives"] = sorted({*one["alternatives"], stated["name"]})
    return [found[iri] for iri in sorted(found)]


def by_types(rows: Iterable[Row]) -> Iterator[tuple[tuple[str, ...], list[Row]]]:
    """Rows of concepts by their set of types."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(sorted(row["types"])), []).append(row)
    yield from found.items()


def _joined(tables: Iterable[Iterable[Row]]) -> list[Row]:
    return [row for table in tables for row in table]


def send(tx: ManagedTransaction, statement: str, rows: list[Row]) -> None:
    """Run a statement over rows, if there are any."""
    if rows:
        tx.run(statement, rows=rows).consume()


def column(tx: ManagedTransaction, statement: str, **parameters: Any) -> list[str]:
    """The IRIs that a statement returns."""
    return [record["iri"] for record in tx.run(statement, **parameters)]
