"""Queries that users write: checked before they run, run without the right to write, answered as a table."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any, Final

import neo4j

from kg.errors import ParameterError, QueryError
from kg.namespaces import ONTOLOGY, VOCABULARY
from kg.store import Table
from kg.stores.neo4j.cells import to_cell
from kg.stores.neo4j.connection import Connection
from kg.stores.neo4j.cypher_check import check_text
from kg.stores.neo4j.errors import translated

GRACE_SECONDS: Final = 3.0
"""How long past its timeout a query is waited for: the server cannot interrupt its own planning."""
_PROCEDURES: Final = (
    "db.labels",
    "db.relationshipTypes",
    "db.propertyKeys",
    "db.schema.nodeTypeProperties",
    "db.schema.relTypeProperties",
    "db.schema.visualization",
    "db.index.fulltext.queryNodes",
    "db.index.fulltext.queryRelationships",
    "db.index.vector.queryNodes",
    "db.index.vector.queryRelationships",
    "dbms.components",
)
_REFUSED: Final = {
    "LoadCSV": "LOAD CSV",
    "ShowSettings": "SHOW SETTINGS",
    "ShowTransactions": "SHOW TRANSACTIONS",
    "TerminateTransactions": "TERMINATE TRANSACTIONS",
}
"""What a session without the right to write may do all the same: read files, look at and stop what others run."""


def run_query(
    connection: Connection, text: str, parameters: Mapping[str, Any], *, base: str, timeout: float | None
) -> Table:
    """The rows that `text` gives. `timeout` is in seconds. Raises QueryError, ParameterError."""
    check_text(text)
    bound = {name: _bound(name, value) for name, value in parameters.items()}
    if timeout is None:
        return _ask(connection, text, bound, base, None)
    answer: list[Table | BaseException] = []

    def ask() -> None:
        try:
            answer.append(_ask(connection, text, bound, base, timeout))
        except BaseException as error:  # raised again by the caller
            answer.append(error)

    worker = threading.Thread(target=ask, daemon=True, name="kg-cypher")
    worker.start()
    worker.join(timeout + GRACE_SECONDS)
    if not answer:
        raise QueryError(f"the query took more than {timeout:g} s", mend="ask for less, or give it more time")
    if isinstance(answer[0], BaseException):
        raise answer[0]
    return answer[0]


def _ask(connection: Connection, text: str, parameters: dict[str, Any], base: str, timeout: float | None) -> Table:
    namespaces = (base, VOCABULARY, ONTOLOGY)
    with translated("the query", QueryError), connection.session(read=True) as session:
        _check_plan(session.run(_query("EXPLAIN " + text, timeout), parameters).consume())
        result = session.run(_query(text, timeout), parameters)
        columns = tuple(result.keys())
        rows = [tuple(to_cell(value, namespaces) for value in record) for record in result]
    return Table(columns, rows)


def _query(text: str, timeout: float | None) -> neo4j.Query:
    return neo4j.Query(text, timeout=timeout)


def _bound(name: str, value: Any) -> Any:
    """`value` where the driver can send it. Raises ParameterError."""
    if isinstance(value, bool) or value is None or isinstance(value, str | float):
        return value
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, list | tuple):
        return [_bound(name, item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _bound(name, item) for key, item in value.items()}
    raise ParameterError(
        f"parameter {name!r} holds what Neo4j cannot: {value!r:.80}", mend="give text, numbers up to 64 bits, or lists"
    )


def _check_plan(summary: neo4j.ResultSummary) -> None:
    """Raise QueryError where the planned query does more than read the graph."""
    operators = list(_iter_operators(summary.plan or {}))
    for operator, details in operators:
        if operator in _REFUSED:
            raise QueryError(f"the query may not use {_REFUSED[operator]}", mend="read the graph alone")
        procedure = details.partition("(")[0]
        if operator == "ProcedureCall" and procedure not in _PROCEDURES:
            allowed = ", ".join(_PROCEDURES)
            raise QueryError(f"the query may not call {procedure}", mend=f"use MATCH, or one of: {allowed}")
    if summary.query_type not in (None, "r"):
        raise QueryError("queries only read, and this one would change something", mend="leave out what writes")


def _iter_operators(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    waiting = [plan]
    while waiting:
        step = waiting.pop()
        yield str(step.get("operatorType", "")).partition("@")[0], str((step.get("args") or {}).get("Details", ""))
        waiting.extend(step.get("children") or ())
