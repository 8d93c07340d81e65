"""The sentences behind the rows of an answer, read from the papers themselves.

A row names its sources: `PAPER FACT` (two IRIs; the fact's id alone will do) for a fact that states it, `PAPER`
alone where it rests on what that paper says about the row's concepts.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from kg.model import Extraction, Fact, Result, Span
from kg.namespaces import VOCABULARY_GRAPH
from kg.store import Cell, Iri, Store, Table

SOURCES: Final = "sources"
COLUMNS: Final = ("paper", "title", "sentence")
PAPERS_PER_ROW: Final = 3
BATCH: Final = 200
"""Rows whose papers are held at once."""


class Source(NamedTuple):
    """Where a row is from; sorted, facts come before mere papers."""

    implied: bool
    paper: str
    fact: str


def with_evidence(store: Store, table: Table, *, shown: set[str]) -> Table:
    """Each row once for every sentence behind it; once without where there is none.

    Adds what of paper, title and sentence `shown` has not; only the columns in `shown` are kept of the others.
    """
    kept = [name for name in table.columns if name in shown]
    added = [name for name in COLUMNS if name not in kept]
    if "sentence" in kept:
        return select_columns(table, shown)
    rows: list[tuple[Cell, ...]] = []
    for start in range(0, len(table.rows), BATCH):
        some = [dict(zip(table.columns, row, strict=True)) for row in table.rows[start : start + BATCH]]
        for row, sentences in zip(some, _find_sentences(store, some), strict=True):
            for found in sentences or [(None, None, None)]:
                extra = dict(zip(COLUMNS, found, strict=True))
                rows.append((*(row[name] for name in kept), *(extra[name] for name in added)))
    return Table(columns=(*kept, *added), rows=rows)


def select_columns(table: Table, shown: set[str]) -> Table:
    """The table with the columns in `shown` alone."""
    places = [index for index, name in enumerate(table.columns) if name in shown]
    rows = [tuple(row[index] for index in places) for row in table.rows]
    return Table(columns=tuple(table.columns[index] for index in places), rows=rows)


def _find_sentences(
    store: Store, rows: Sequence[dict[str, Cell]]
) -> Iterator[list[tuple[str | None, str | None, str | None]]]:
    chosen = [_choose_sources(row[SOURCES]) for row in rows]
    wanted = sorted({source.paper for sources in chosen for source in sources})
    papers = {paper.iri: paper for paper in store.iter_papers(wanted)} if wanted else {}
    for row, sources in zip(rows, chosen, strict=True):
        concepts = {str(cell) for cell in _iter_iris(row.values())}
        found: list[tuple[str | None, str | None, str | None]] = []
        for iri, some in groupby(sources, key=lambda source: source.paper):
            if (paper := papers.get(iri)) is not None:
                facts = _find_facts(paper, {source.fact for source in some}, concepts)
                found += [(paper.id, paper.title, paper.text_of(s)) for s in _find_spans(paper, facts)]
        yield found


def _iter_iris(cells: Iterable[Cell]) -> Iterator[Iri]:
    for cell in cells:
        yield from (item for item in (cell if isinstance(cell, list) else [cell]) if isinstance(item, Iri))


def _choose_sources(cell: Cell) -> list[Source]:
    """The sources of the first papers, those first that state the row."""
    sources = sorted(_parse_source(str(text)) for text in (cell if isinstance(cell, list) else []))
    papers = dict.fromkeys(source.paper for source in sources if source.paper != VOCABULARY_GRAPH)
    first = list(papers)[:PAPERS_PER_ROW]
    stated = {source.paper for source in sources if not source.implied}
    kept = [s for s in sources if s.paper in first and not (s.implied and s.paper in stated)]
    return sorted(kept, key=lambda source: (first.index(source.paper), source))


def _parse_source(text: str) -> Source:
    paper, _, fact = text.partition(" ")
    return Source(not fact, paper, fact.rpartition("/")[2])


def _find_facts(paper: Extraction, ids: set[str], concepts: set[str]) -> list[Fact]:
    """The facts with those ids; without ids the asserted ones between the concepts, else the roles of the concepts."""
    if ids != {""}:
        return [fact for fact in paper.facts if fact.id in ids]
    names = {concept.name for concept in paper.concepts if concept.iri in concepts}
    asserted = [fact for fact in paper.facts if fact.polarity == "asserted" and not isinstance(fact.object, Result)]
    relations = [fact for fact in asserted if fact.subject in names and fact.object in names]
    return relations or [f for f in asserted if f.kind == "role" and f.object in names and f.predicate != "mentions"]


def _find_spans(paper: Extraction, facts: Iterable[Fact]) -> list[Span]:
    """The sentences of the facts' evidence, each once, in the order of the facts."""
    return list(dict.fromkeys(paper.sentence_of(span) for fact in facts for span in fact.evidence))
