"""Ask a prebuilt query: the same rows in the same order from every store."""

from collections.abc import Mapping
from typing import Any, Final, cast

from kg.catalogue.definitions import Column, Parameter, PreparedQuery, get_query
from kg.catalogue.evidence import select_columns, with_evidence
from kg.catalogue.parameters import Value, resolve_parameters, to_bindings
from kg.errors import LanguageError, QueryError
from kg.store import Cell, Iri, Language, Scalar, Store, Table

PREFERENCE: Final[tuple[Language, ...]] = ("sparql", "cypher")


def run_query(
    store: Store,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    evidence: bool = False,
    hidden: bool = False,
    language: Language | None = None,
) -> Table:
    """The answer to the prebuilt query `name`.

    `parameters` are values by name, as text or as what they are; concepts by label, alias or IRI. `evidence` repeats
    each row for every sentence behind it, from up to three papers, and adds paper, title and sentence where the row
    has them not. `hidden` adds the columns that are else left out: IRIs, and the facts that a row rests on.
    `language` is the one that the store speaks where None. Raises UnknownQueryError, ParameterError,
    UnknownConceptError, LanguageError, and what the store raises.

    >>> from kg.catalogue import read_fixture
    >>> from kg.store import open_store
    >>> vocabulary, papers = read_fixture()
    >>> with open_store("memory:", vocabulary=vocabulary) as store:
    ...     _ = store.put(papers)
    ...     run_query(store, "methods-by-hardware", {"hardware": "TPU"}).rows[0][:4]
    ('ReedFormer', 'tensor processing unit', 1, 1)
    """
    query = get_query(name)
    values = resolve_parameters(store, query, parameters or {})
    spoken = _choose_language(store, query, language)
    table = _ask(store, query, values, spoken)
    limit = values["limit"]
    if limit is not None:
        table = Table(columns=table.columns, rows=table.rows[: int(limit)])
    shown = {c.name for c in query.columns if hidden or not c.hidden}
    return with_evidence(store, table, shown=shown) if evidence else select_columns(table, shown)


def _choose_language(store: Store, query: PreparedQuery, language: Language | None) -> Language:
    for candidate in (language,) if language else PREFERENCE:
        if candidate in query.texts and candidate in store.languages:
            return candidate
    wanted = language or " or ".join(store.languages)
    raise LanguageError(f"{query.name} cannot be asked in {wanted} here", mend="use a store on disk, or a Neo4j")


def _ask(store: Store, query: PreparedQuery, values: Mapping[str, Value], language: Language) -> Table:
    deepening = next((p for p in query.parameters if p.deepen), None)
    table = Table(columns=tuple(c.name for c in query.columns), rows=[])
    for step in _iter_steps(deepening, values):
        bindings = to_bindings(query, {**values, **step}, language)
        table = _arrange(query, store.query(language, query.texts[language], bindings))
        if table.rows:
            break
    return table


def _iter_steps(deepening: Parameter | None, values: Mapping[str, Value]) -> list[dict[str, Value]]:
    if deepening is None:
        return [{}]
    return [{deepening.name: depth} for depth in range(1, int(values[deepening.name] or 1) + 1)]


def _arrange(query: PreparedQuery, table: Table) -> Table:
    """Columns as defined, cells of their types, each row once, in canonical order: engines sort texts differently."""
    missing = [c.name for c in query.columns if c.name not in table.columns]
    if missing:
        raise QueryError(f"the text of {query.name} gives no column {', '.join(missing)}", mend="install kg again")
    places = [(c, table.columns.index(c.name)) for c in query.columns]
    rows = {tuple(_to_cell(column, row[index]) for column, index in places): None for row in table.rows}
    names = [c.name for c in query.columns]
    order = [(names.index(key.removeprefix("-")), key.startswith("-")) for key in query.order]
    ordered = sorted(rows, key=lambda row: [_sort_key(row[index], down) for index, down in order])
    plain = [tuple(list(cell) if isinstance(cell, tuple) else cell for cell in row) for row in ordered]
    return Table(columns=tuple(names), rows=plain)


def _to_cell(column: Column, cell: Cell) -> Scalar | tuple[Scalar, ...]:
    if column.type in ("list", "iris"):
        items = cell.split("\n") if isinstance(cell, str) else cell if isinstance(cell, list) else []
        return tuple(Iri(item) if column.type == "iris" else item for item in items if item not in (None, ""))
    if cell is None or isinstance(cell, list):
        return None
    if column.type == "iri":
        return Iri(cell)
    if column.type in ("integer", "number"):
        return int(cell) if column.type == "integer" else float(cell)
    return str(cell)


def _sort_key(cell: Any, down: bool) -> tuple[bool, Any]:
    """None comes last, whatever the direction."""
    if isinstance(cell, tuple):
        return (False, sorted(map(str, cell)))
    if cell is None:
        return (True, 0)
    return (False, -cast(float, cell) if down else cell)
