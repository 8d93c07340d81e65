"""Check the prebuilt queries: golden rows on the fixture graph, or speed and agreement on a user's stores."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kg.catalogue.definitions import PreparedQuery, list_queries
from kg.catalogue.fixture import read_fixture
from kg.catalogue.running import run_query
from kg.errors import InputError, KgError, UnknownConceptError
from kg.resources import data_folder
from kg.store import Cell, Language, Store, Table, open_store


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Golden rows: what a query answers to those parameters on the fixture graph, with the sentences if so asked."""

    parameters: dict[str, Any]
    rows: list[list[Any]]
    evidence: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one check. `problem` is empty where all is well; `note` says what could not be tried."""

    query: str
    language: Language
    parameters: dict[str, Any]
    rows: int = 0
    milliseconds: float = 0.0
    problem: str = ""
    note: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem


def check_queries(*stores: Store, golden: bool = False) -> list[Outcome]:
    """Check every prebuilt query in every language that it and the stores speak.

    With `golden` rows are compared with the golden ones: on stores that hold the fixture graph, on one in memory
    where none is given. Without, each query is tried with its example on the user's `stores`: it must keep to its
    time budget, and stores of different languages (which are taken to hold the same papers) must agree.

    >>> all(outcome.ok for outcome in check_queries(golden=True))
    True
    """
    if golden and not stores:
        vocabulary, papers = read_fixture()
        with open_store("memory:", vocabulary=vocabulary) as store:
            store.put(papers)
            return check_queries(store, golden=True)
    check = _check_golden if golden else _check_example
    return [outcome for query in list_queries() for outcome in check(query, stores)]


def read_cases(query: PreparedQuery) -> list[Case]:
    """The golden rows of a query. Raises InputError."""
    path = data_folder("queries") / query.name / "expected.json"
    return _decode(path)


def _decode(path: Path) -> list[Case]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Case])
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(f"{path}: {error}", mend="correct it") from None


def _check_golden(query: PreparedQuery, stores: Sequence[Store]) -> Iterator[Outcome]:
    cases = read_cases(query)
    for store, language in _iter_languages(query, stores):
        for case in cases:
            outcome, table = _try(query, store, language, case.parameters, evidence=case.evidence)
            if table is not None and (problem := _compare(to_plain_rows(table), case.rows)):
                outcome = msgspec.structs.replace(outcome, problem=f"rows differ from the golden ones: {problem}")
            yield outcome


def _check_example(query: PreparedQuery, stores: Sequence[Store]) -> Iterator[Outcome]:
    first: Table | None = None
    for store, language in _iter_languages(query, stores):
        outcome, table = _try(query, store, language, query.arguments)
        problem = outcome.problem
        if table is not None and not problem:
            if first is not None and (difference := _compare(to_plain_rows(table), to_plain_rows(first))):
                problem = f"the stores disagree: {difference}"
            elif outcome.milliseconds > query.budget_ms:
                problem = f"took {outcome.milliseconds:.0f} ms, the budget is {query.budget_ms} ms"
        first = first or table
        yield msgspec.structs.replace(outcome, problem=problem)


def _iter_languages(query: PreparedQuery, stores: Sequence[Store]) -> Iterator[tuple[Store, Language]]:
    for store in stores:
        for language in store.languages:
            if language in query.texts:
                yield store, language


def _try(
    query: PreparedQuery, store: Store, language: Language, parameters: dict[str, Any], *, evidence: bool = False
) -> tuple[Outcome, Table | None]:
    begun = time.perf_counter()
    table, problem, note = None, "", ""
    try:
        table = run_query(store, query.name, parameters, evidence=evidence, language=language)
    except UnknownConceptError as error:
        note = error.what
    except KgError as error:
        problem = str(error)
    outcome = Outcome(
        query=query.name,
        language=language,
        parameters=parameters,
        rows=len(table.rows) if table else 0,
        milliseconds=1000 * (time.perf_counter() - begun),
        problem=problem,
        note=note,
    )
    return outcome, table


def to_plain_rows(table: Table) -> list[list[Any]]:
    """Rows as JSON has them, numbers to six digits: engines add and divide differently at the last one."""
    return [[_to_plain(cell) for cell in row] for row in table.rows]


def _to_plain(cell: Cell) -> Any:
    if isinstance(cell, float):
        return float(f"{cell:.6g}")
    return [_to_plain(item) for item in cell] if isinstance(cell, list) else cell


def _compare(found: list[list[Any]], wanted: list[list[Any]]) -> str:
    """The first difference in words; empty where there is none."""
    for number, (one, other) in enumerate(zip(found, wanted, strict=False), start=1):
        if one != other:
            return f"row {number} is {one}, not {other}"
    return "" if len(found) == len(wanted) else f"{len(found)} rows, not {len(wanted)}"
