"""Parameters: from what a user gives to values that a store binds. None of it becomes part of a query's text."""

import math
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from kg.catalogue.definitions import LIMIT, Parameter, PreparedQuery
from kg.errors import ParameterError, UnknownConceptError
from kg.namespaces import ONTOLOGY, PREFIXES
from kg.store import ConceptMatch, Iri, Language, Store

Value = Iri | str | int | float | None
MAX_LENGTH: Final = 500
ANYTHING: Final = Iri(ONTOLOGY + "Any")
IN_PAPERS: Final[dict[Language, str]] = {
    "sparql": f"SELECT ?p {{ GRAPH ?p {{ $_concept <{PREFIXES['skos']}prefLabel> ?l . ?p a <{ONTOLOGY}Paper> }} }}"
    " LIMIT 1",
    "cypher": "MATCH (p:Paper)-[:NAMES]->(:Concept {iri: $concept}) RETURN p.iri AS p LIMIT 1",
}
"""A row where a paper names the concept."""


def resolve_parameters(store: Store, query: PreparedQuery, given: Mapping[str, Any]) -> dict[str, Value]:
    """A value for each parameter, defaults filled in, None where there is none; concepts as IRIs of the store.

    Names may be written with `_` for `-`; a value of None counts as left out. Raises ParameterError for what is
    missing, unknown or malformed, UnknownConceptError for a name that no concept bears.
    """
    named = {name.replace("_", "-"): value for name, value in given.items() if value is not None}
    known = {p.name: p for p in query.parameters}
    for name in named:
        if name not in known:
            raise ParameterError(f"{query.name} takes no parameter {name!r}", mend=_propose(name, list(known)))
    values = {name: _resolve(store, query, p, named.get(name)) for name, p in known.items()}
    for name, p in known.items():
        if p.differs_from and values[name] == values[p.differs_from]:
            raise ParameterError(f"{p.differs_from} and {name} are the same concept", mend="give two different ones")
    return values


def to_bindings(query: PreparedQuery, values: Mapping[str, Value], language: Language) -> dict[str, Value]:
    """The values under the names that the text uses: `$min_score` in Cypher, `$_min_score` in SPARQL.

    A concept left out is null in Cypher. In SPARQL it is kg:Any: with a constant in its place the engine drops the
    part of the query that is not needed before it begins.
    """
    bound: dict[str, Value] = {}
    for p in query.parameters:
        if p is LIMIT:
            continue
        value, name = values[p.name], p.name.replace("-", "_")
        if language == "cypher":
            bound[name] = str(value) if isinstance(value, Iri) else value
        elif value is None and p.type == "concept":
            bound["_" + name] = ANYTHING
        else:
            bound["_" + name] = value
    return bound


def _resolve(store: Store, query: PreparedQuery, p: Parameter, given: Any) -> Value:
    if given is None:
        if p.required:
            raise ParameterError(f"{query.name} needs {p.name}: {p.help}", mend=f"for example: {query.example}")
        if p.type == "concept" and p.default is not None:
            return _get_default(store, p)
        return p.default
    text = str(given).strip()
    if not text:
        raise ParameterError(f"{p.name} is empty", mend="give a value, or leave the parameter out")
    if len(text) > MAX_LENGTH:
        raise ParameterError(f"{p.name} has {len(text)} characters", mend=f"give at most {MAX_LENGTH}")
    if p.type == "concept":
        return _get_concept(store, p, text)
    if p.type == "choice":
        return _parse_choice(p, text)
    return text if p.type == "text" else _parse_number(p, text)


def _parse_choice(p: Parameter, text: str) -> str:
    folded = {choice.casefold(): choice for choice in p.choices}
    if text.casefold() not in folded:
        raise ParameterError(f"{p.name} cannot be {text!r}", mend=f"choose one of: {', '.join(p.choices)}")
    return folded[text.casefold()]


def _parse_number(p: Parameter, text: str) -> int | float:
    kind, article = (int, "whole number") if p.type == "integer" else (float, "number")
    try:
        value = kind(text)
    except ValueError:
        raise ParameterError(f"{p.name} is no {article}: {text!r}", mend=f"give a {article} in digits") from None
    low, high = p.minimum, p.maximum
    endless = isinstance(value, float) and not math.isfinite(value)
    if endless or (low is not None and value < low) or (high is not None and value > high):
        bounds = f"from {low:g} to {high:g}" if low is not None and high is not None else f"of at least {low or 0:g}"
        raise ParameterError(f"{p.name} cannot be {text}", mend=f"give a {article} {bounds}")
    return value


def _get_default(store: Store, p: Parameter) -> Value:
    """The concept that the default names; where the store has none of that name, one that nothing refers to."""
    exact = _find_exact(store, p, str(p.default))
    return Iri(exact[0].iri) if exact else ANYTHING


def _get_concept(store: Store, p: Parameter, text: str) -> Iri:
    """The one concept of that name. Raises UnknownConceptError, ParameterError where there are several."""
    best = _find_exact(store, p, text)
    if not best:
        raise _unknown(store, p, text)
    if len(best) > 1:
        best = [match for match in best if _is_in_papers(store, match.iri)] or best
    if len(best) > 1:
        names = ", ".join(f"{match.label} <{match.iri}>" for match in best)
        raise ParameterError(
            f"{p.name} {text!r} may be any of: {names}", mend="give the label or IRI of the one you mean"
        )
    return Iri(best[0].iri)


def _find_exact(store: Store, p: Parameter, text: str) -> list[ConceptMatch]:
    """The matches that bear that name: those of the right type where there are any, of the best rank."""
    exact = [match for match in store.find_concepts(text, limit=20) if match.exact]
    fitting = [match for match in exact if match.rank == 0 or set(match.types) & set(p.entity)] or exact
    return [match for match in fitting if match.rank == min(m.rank for m in fitting)]


def _is_in_papers(store: Store, iri: str) -> bool:
    language = next((known for known in IN_PAPERS if known in store.languages), None)
    if language is None:
        return False
    bindings = {"concept": str(iri)} if language == "cypher" else {"_concept": Iri(iri)}
    return bool(store.query(language, IN_PAPERS[language], bindings).rows)


def _unknown(store: Store, p: Parameter, text: str) -> UnknownConceptError:
    labels = list(dict.fromkeys(match.label for match in store.find_concepts(text, limit=5)))
    mend = f"did you mean {' or '.join(labels)}?" if labels else "try another name, or see kg query --list"
    return UnknownConceptError(f"no concept of this graph is called {text!r} ({p.name})", mend=mend)


def _propose(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"did you mean {near[0]}?" if near else f"it takes: {', '.join(known)}"
