"""Papers out of Neo4j, counts, and concepts by name."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from neo4j import ManagedTransaction

from kg.errors import InputError, StoreError
from kg.mapping.property_graph import LABELS, PaperRows, from_rows
from kg.model import EntityType, Extraction
from kg.namespaces import normal_form
from kg.store import ConceptMatch, Counts
from kg.stores.neo4j import statements
from kg.stores.neo4j.connection import Connection
from kg.stores.neo4j.errors import translated

PAGE_PAPERS: Final = 200
_REVISIONS: Final = 10_000
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
    def run(statement: str) -> Iterator[dict[str, Any]]:
        return (record.data() for record in tx.run(statement, iris=iris))

    found = {
        record["paper"]: PaperRows(
            paper=record["row"], sentences=[], concepts=[], mentions=[], facts={}, results=[], links={}
        )
        for record in run(statements.READ_PAPERS)
    }
    for record in run(statements.READ_SENTENCES):
        found[record["paper"]].sentences.append(record["row"])
    for record in run(statements.READ_NAMES):
        found[record["paper"]].concepts.append({"to": record["to"], "properties": record["row"]})
    for record in run(statements.READ_MENTIONS):
        found[record["paper"]].mentions.append({"to": record["to"], "properties": record["row"]})
    for statement in (statements.READ_ROLES, *statements.READ_RELATIONS):
        for record in run(statement):
            row = {"from": record.get("from"), "to": record["to"], "properties": record["row"]}
            if record["paper"] in found:
                found[record["paper"]].facts.setdefault(record["type"], []).append(row)
    for record in run(statements.READ_RESULTS):
        found[record["paper"]].results.append(record["row"])
    for record in run(statements.READ_LINKS):
        found[record["paper"]].links.setdefault(record["type"], []).append(record)
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
    by_type = {record["type"]: int(record["n"]) for record in tx.run(statements.COUNT_CONCEPTS)}
    concepts: dict[EntityType, int] = {label: by_type.get(label, 0) for label in LABELS}  # type: ignore[misc]
    return Counts(
        papers=total(statements.COUNT_PAPERS),
        concepts=concepts,
        facts=total(statements.COUNT_FACTS) + results,
        results=results,
    )


def find_concepts(connection: Connection, text: str, limit: int) -> list[ConceptMatch]:
    """The concepts that `text` may name, best first."""
    return read(connection, "looking up a concept", lambda tx: _find(tx, text, limit))


def _find(tx: ManagedTransaction, text: str, limit: int) -> list[ConceptMatch]:
    form = normal_form(text)
    records = [*tx.run(statements.FIND_IRI, iri=text.strip()), *tx.run(statements.FIND_EXACT, form=f"\n{form}\n")]
    matches = {record["iri"]: _match(record.data(), text.strip(), form) for record in reversed(records)}
    if len(matches) < limit:
        for record in tx.run(statements.FIND_ALIKE, form=form, limit=limit * 5):
            matches.setdefault(record["iri"], _match(record.data(), text.strip(), form))
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
        rank = 3 if any(f.startswith(form) for f in forms) else 4
    types = tuple(sorted(label for label in record["labels"] if label in LABELS))
    return ConceptMatch(rank=rank, label=record["label"], iri=record["iri"], types=types)
