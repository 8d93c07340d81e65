"""Papers out of Neo4j, counts, and concepts by name."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from neo4j import ManagedTransaction

from kg.errors import InputError, StoreError
from kg.mapping.property_graph import PaperRows, from_rows
from kg.model import Extraction
from kg.namespaces import normal_form
from kg.schema import type_names
from kg.store import ConceptMatch, Counts, select_alike
from kg.stores.neo4j import statements
from kg.stores.neo4j.connection import Connection
from kg.stores.neo4j.errors import translated

PAGE_PAPERS: Final = 200
_REVISIONS: Final = 10_000
_READS: Final = 5
T = TypeVar("T")


def read(connection: Connection, doing: str, work: Callable[[ManagedTransaction], T]) -> T:
    """Do `work`, which only reads, in one transaction that the driver retries."""
    with translated(f"{doing} at {connection.url}"), connection.session(read=True) as session:
        return session.execute_read(work)


def iter_papers(connection: Connection, iris: Sequence[str] | None = None) -> Iterator[Extraction]:
    """All papers or those asked for, by ascending IRI, a page at a time."""
    for page in _iter_pages(connection, iris):
        found = read(connection, "reading papers", lambda tx, page=page: _read_page(tx, page))  # type: ignore[misc]
        for iri in page:
            if iri in found:
                try:
                    yield from_rows(found[iri])
                except InputError as error:
                    raise StoreError(error.what, mend="run the build with this paper again") from error


def _iter_pages(connection: Connection, iris: Sequence[str] | None) -> Iterator[list[str]]:
    if iris is not None:
        wanted = sorted(set(iris))
        yield from (wanted[start : start + PAGE_PAPERS] for start in range(0, len(wanted), PAGE_PAPERS))
        return
    after = ""
    while page := read(connection, "reading papers", lambda tx, after=after: _next_page(tx, after)):  # type: ignore[misc]
        yield page
        after = page[-1]


def _next_page(tx: ManagedTransaction, after: str) -> list[str]:
    return [record["iri"] for record in tx.run(statements.PAGE, after=after, limit=PAGE_PAPERS)]


def _read_page(tx: ManagedTransaction, iris: list[str]) -> dict[str, PaperRows]:
    """The rows of papers. Read again where a paper was replaced meanwhile: a transaction sees what others commit."""
    for _ in range(_READS):
        nodes = {record["paper"]: record["node"] for record in tx.run(statements.READ_NODES, iris=iris)}
        found = _read_rows(tx, [iri for iri in iris if iri in nodes])
        if nodes == {record["paper"]: record["node"] for record in tx.run(statements.READ_NODES, iris=iris)}:
            return found
    raise StoreError("the papers change faster than they can be read", mend="wait until the other process has written")


def _read_rows(tx: ManagedTransaction, iris: list[str]) -> dict[str, PaperRows]:
    found: dict[str, PaperRows] = {}
    for record in tx.run(statements.READ_PAPERS, iris=iris):
        tables: dict[str, Any] = {"sentences": [], "concepts": [], "mentions": [], "results": []}
        found[record["paper"]] = PaperRows(paper=record["row"], facts={}, links={}, **tables)

    for table, statement in statements.READ_TABLES:
        for record in tx.run(statement, iris=iris):
            rows = found.get(record["paper"])
            if rows is not None:
                held = getattr(rows, table)
                of_type = held if record["type"] is None else held.setdefault(record["type"], [])
                of_type.append(record["row"])
    return found


def iter_revisions(connection: Connection) -> Iterator[tuple[str, str]]:
    """(IRI, revision) of every paper, by ascending IRI."""
    after = ""
    while page := read(connection, "reading papers", lambda tx, after=after: _read_revisions(tx, after)):  # type: ignore[misc]
        yield from page
        after = page[-1][0]


def _read_revisions(tx: ManagedTransaction, after: str) -> list[tuple[str, str]]:
    return [(r["iri"], r["revision"] or "") for r in tx.run(statements.REVISIONS, after=after, limit=_REVISIONS)]


def count(connection: Connection) -> Counts:
    """Papers, concepts that papers name, facts and results."""
    return read(connection, "counting", _count)


def _count(tx: ManagedTransaction) -> Counts:
    def total(statement: str) -> int:
        return sum(int(record["n"]) for record in tx.run(statement))

    results = total(statements.COUNT_RESULTS)
    by_type = {record["type"]: int(record["n"]) for record in tx.run(statements.count_concepts())}
    concepts = {label: by_type.get(label, 0) for label in type_names()}
    return Counts(
        papers=total(statements.COUNT_PAPERS),
        concepts=concepts,
        facts=total(statements.COUNT_FACTS) + results,
        results=results,
    )


def find_concepts(connection: Connection, text: str, limit: int) -> list[ConceptMatch]:
    """The concepts that `text` may name, best first."""
    whole = text.encode("utf-8", "replace").decode()  # the wire takes no lone surrogates
    return read(connection, "looking up a concept", lambda tx: _find(tx, whole, limit))


def _find(tx: ManagedTransaction, text: str, limit: int) -> list[ConceptMatch]:
    name, form = text.strip(), normal_form(text)
    exact = [*tx.run(statements.FIND_IRI, iri=name), *tx.run(statements.FIND_FORM, part=f"\n{form}\n", limit=1_000)]
    matches = {record["iri"]: _match(record.data(), name, form) for record in exact}
    if not matches:
        alike = tx.run(statements.FIND_FORM, part=form, limit=50 * limit)
        matches = {record["iri"]: _match(record.data(), name, form) for record in alike}
    if not matches:
        near = tx.run(statements.FIND_FORM, part=f"\n{form[:1]}", limit=20_000)
        matches = _spelt_alike([record.data() for record in near], form, limit)
    return sorted(matches.values())[:limit]


def _match(record: dict[str, Any], text: str, form: str) -> ConceptMatch:
    forms = record["forms"].strip("\n").split("\n")
    if record["iri"] == text:
        rank = 0
    elif forms[0] == form:
        rank = 1
    elif form in forms:
        rank = 2
    else:
        rank = 3 if any(other.startswith(form) for other in forms) else 4
    return _ranked(record, rank)


def _spelt_alike(records: list[dict[str, Any]], form: str, limit: int) -> dict[str, ConceptMatch]:
    """Concepts with a name that is spelt much like the form (rank 5)."""
    bearers: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        for other in record["forms"].strip("\n").split("\n"):
            bearers.setdefault(other, []).append(record)
    close = select_alike(form, bearers, limit=limit)
    return {record["iri"]: _ranked(record, 5) for other in close for record in bearers[other]}


def _ranked(record: dict[str, Any], rank: int) -> ConceptMatch:
    types = tuple(label for label in type_names() if label in record["labels"])
    return ConceptMatch(rank=rank, label=record["label"], iri=record["iri"], types=types)
