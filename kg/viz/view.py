"""Write a picture of a graph as one HTML page that opens without any network."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from kg.errors import UnknownConceptError, UsageError
from kg.exporter import write_file
from kg.namespaces import normal_form
from kg.schema import entity_types
from kg.store import Store, Table
from kg.viz.analysis import find_neighbourhood, select_best
from kg.viz.projection import to_networkx
from kg.viz.rows import view_of_rows

if TYPE_CHECKING:
    import networkx as nx

LIMIT: Final = 300
_SUGGESTED: Final = 3


class ViewSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a picture shows: how many nodes and statements, of how many nodes there were to show."""

    path: str
    nodes: int
    statements: int
    available: int


def write_view(
    source: "Store | nx.MultiDiGraph[str]",
    path: str | Path,
    *,
    around: str | None = None,
    hops: int = 2,
    types: Sequence[str] = (),
    min_score: float = 0.0,
    limit: int = LIMIT,
    papers: bool = False,
    title: str | None = None,
) -> ViewSummary:
    """Draw `source`, or the neighbourhood of the concept `around` (label, alias or IRI), as the page `path`.

    Shown are concepts that take part in a statement, of `types` only where given (names such as Method),
    and statements with at least `min_score` (0 to 1). Of more than `limit` nodes the nearest to `around` stay,
    then those with most neighbours; the page says so. With `papers` each paper is a node too.
    Equal graphs give equal bytes. Raises UsageError, UnknownConceptError; StoreFullError or AccessDeniedError
    where the file cannot be written.
    """
    from kg.viz.content import Content
    from kg.viz.page import render_page

    if limit < 1 or hops < 0:
        raise UsageError("limit must be at least 1 and hops at least 0", mend="give larger numbers")
    wanted = _type_names(types)
    centres = _get_centres(source, around) if isinstance(source, Store) and around else []
    graph = to_networkx(source, papers=papers, min_score=min_score) if isinstance(source, Store) else source
    if around and not isinstance(source, Store):
        centres = _get_nodes(graph, around)
    candidates = _select(graph, wanted, min_score=min_score, centres=centres, hops=hops)
    shown = candidates.subgraph(select_best(candidates, limit, distance=_distances(candidates, centres, hops)))
    focus = centres[0] if len(centres) == 1 else None
    content = Content(shown)
    html = render_page(
        content,
        heading=title or _heading(shown, focus, around, hops),
        summary=_summary(shown, len(content.edges), len(candidates), near=bool(centres)),
        empty=_explain_empty(graph),
        focus=focus,
    )
    write_file(path, [html.encode()])
    return ViewSummary(path=str(path), nodes=len(shown), statements=len(content.edges), available=len(candidates))


def write_rows_view(
    table: Table, path: str | Path, *, title: str | None = None, limit: int = LIMIT, store: Store | None = None
) -> ViewSummary:
    """Draw the rows of a query as the page `path`; see `view_of_rows` for what becomes a node and what an arrow."""
    return write_view(view_of_rows(table, store=store), path, title=title, limit=limit)


def _type_names(types: Sequence[str]) -> frozenset[str]:
    """The entity types of those names, whatever their case."""
    known = {info.name.casefold(): info.name for info in entity_types()}
    for name in types:
        if name.casefold() not in known:
            raise UsageError(f"unknown type {name!r}", mend=f"choose among: {', '.join(sorted(known.values()))}")
    return frozenset(known[name.casefold()] for name in types)


def _get_centres(store: Store, name: str) -> list[str]:
    """The concepts that `name` names best. Raises UnknownConceptError."""
    matches = store.find_concepts(name, limit=50)
    best = [match.iri for match in matches if match.exact and match.rank == matches[0].rank]
    if not best:
        raise _unknown(name, [match.label for match in matches])
    return best


def _get_nodes(graph: "nx.MultiDiGraph[str]", name: str) -> list[str]:
    """The same in a graph, by IRI, label or other name."""
    if name in graph:
        return [name]
    wanted = normal_form(name)
    by_label = [n for n, data in graph.nodes(data=True) if normal_form(data.get("label", n)) == wanted]
    found = by_label or [
        n for n, data in graph.nodes(data=True) if wanted in {normal_form(alias) for alias in data.get("aliases", ())}
    ]
    if not found:
        alike = sorted(data.get("label", n) for n, data in graph.nodes(data=True) if wanted in normal_form(n))
        raise _unknown(name, alike)
    return sorted(found)


def _unknown(name: str, alike: Sequence[str]) -> UnknownConceptError:
    meant = ", ".join(alike[:_SUGGESTED])
    return UnknownConceptError(
        f"no concept is called {name!r}", mend=f"did you mean {meant}?" if meant else "look for one with another name"
    )


def _select(
    graph: "nx.MultiDiGraph[str]", types: frozenset[str], *, min_score: float, centres: Sequence[str], hops: int
) -> "nx.MultiDiGraph[str]":
    """The part of `graph` that may be shown: joined nodes of the types wanted, near the centres if there are any."""
    import networkx as nx

    if types:
        graph = graph.subgraph(n for n, data in graph.nodes(data=True) if data.get("type") in {*types, "Paper"})
    if min_score:
        weak = [e for e in graph.edges(keys=True) if graph.edges[e].get("score", 1.0) < min_score]
        graph = nx.MultiDiGraph(graph)
        graph.remove_edges_from(weak)
    if centres:
        return graph.subgraph(find_neighbourhood(graph, centres, hops=hops))
    return graph.subgraph(n for n in graph if graph.succ[n] or graph.pred[n])


def _distances(graph: "nx.MultiDiGraph[str]", centres: Sequence[str], hops: int) -> dict[str, int]:
    return find_neighbourhood(graph, centres, hops=hops)


def _heading(graph: "nx.MultiDiGraph[str]", focus: str | None, around: str | None, hops: int) -> str:
    if around is None:
        return "Knowledge graph"
    label = graph.nodes[focus].get("label", around) if focus and focus in graph else around
    return f"Around {label}, up to {_count(hops, 'step')}"


def _summary(graph: "nx.MultiDiGraph[str]", statements: int, available: int, *, near: bool) -> str:
    """What is shown, and of how much."""
    papers = {data["paper"] for *_, data in graph.edges(data=True) if data.get("paper")}
    source = f" from {_count(len(papers), 'paper')}" if papers else ""
    stated = f"{_count(statements, 'statement')}{source}"
    if available <= len(graph):
        return f"{_count(len(graph), 'concept')} and {stated}"
    chosen = "nearest and best connected" if near else "best connected"
    return f"The {len(graph):,} {chosen} of {available:,} concepts, with {stated}"


def _explain_empty(graph: "nx.MultiDiGraph[str]") -> str:
    if not len(graph):
        return "There is nothing to show: the graph has no concepts yet."
    return "There is nothing to show: no statement joins two concepts that pass the choices made."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
