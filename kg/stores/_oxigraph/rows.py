"""What the engine answers, as rows."""

from collections.abc import Iterator
from typing import Any, Final

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Triple,
)

from kg.namespaces import PREFIXES
from kg.store import Cell, Iri

_XSD: Final = PREFIXES["xsd"]
_INTEGERS: Final = frozenset(
    _XSD + name
    for name in (
        *("integer", "int", "long", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
_FLOATS: Final = frozenset(_XSD + name for name in ("decimal", "double", "float"))
_BOOLEAN: Final = _XSD + "boolean"
_LIMIT: Final = 2**63


def read_answer(answer: Any) -> tuple[tuple[str, ...], Iterator[tuple[Cell, ...]]]:
    """(columns, rows) of an answer: SELECT as asked, ASK one column `ask`, graphs their triples in order."""
    if isinstance(answer, QuerySolutions):
        return tuple(v.value for v in answer.variables), (tuple(map(to_cell, solution)) for solution in answer)
    if isinstance(answer, QueryBoolean):
        return ("ask",), iter([(bool(answer),)])
    assert isinstance(answer, QueryTriples)
    triples = sorted(set(answer), key=str)
    return ("subject", "predicate", "object"), (tuple(map(to_cell, triple)) for triple in triples)


def to_cell(term: NamedNode | Literal | BlankNode | Triple | None) -> Cell:
    """A term as a value of Python; what is no number, or beyond 64 bits, stays text.

    >>> to_cell(Literal(5)), to_cell(Literal("GPU", language="en")), to_cell(NamedNode("urn:a"))
    (5, 'GPU', 'urn:a')
    """
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return Iri(term.value)
    if isinstance(term, Literal):
        return _to_value(term.value, term.datatype.value)
    return str(term)


def _to_value(text: str, datatype: str) -> Cell:
    try:
        if datatype in _INTEGERS:
            number = int(text)
            return number if -_LIMIT <= number < _LIMIT else text
        if datatype in _FLOATS:
            return float(text)
    except ValueError:
        return text
    return text in ("true", "1") if datatype == _BOOLEAN and text in ("true", "false", "1", "0") else text
