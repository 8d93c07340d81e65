"""A Cypher script that fills a Neo4j without kg: constraints, then MERGE statements, one a line.

Labels, relationship types and property names come from the ontology alone; all else is a literal. Running it
again changes nothing. What it makes is a store of kg as well: open it with its bolt:// URL.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final

from kg.exporter import Exporter, Part
from kg.mapping.cypher_schema import FORMAT, SCHEMA
from kg.mapping.elements import VOCABULARY_LOSS, UsedConcepts
from kg.mapping.property_graph import (
    LINK_TYPES,
    RELATION_TYPES,
    ROLE_TYPES,
    PaperRows,
    Row,
    concept_forms,
    term_row,
    to_rows,
)
from kg.schema import load_vocabulary, type_names
from kg.store import Store

_ROWS: Final = 200
_ESCAPES: Final = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_SPECIAL: Final = re.compile(r"[\\'\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
"""What is escaped: the two that end or begin something, and what editors and shells may take as a line end."""
_FLUSH: Final = 2_000
"""Rows gathered before they are written, so that few statements do much."""
_TO_CONCEPT: Final = "MERGE (c:Concept {iri: row.to}) "
_PAPERS: Final = "MERGE (p:Paper {iri: row.iri}) SET p += row"
_SENTENCES: Final = (
    "MATCH (p:Paper {iri: row.paper}) MERGE (s:Sentence {iri: row.iri}) SET s += row MERGE (p)-[:HAS_SENTENCE]->(s)"
)
_NAMES: Final = (
    f"MATCH (p:Paper {{iri: row.from}}) {_TO_CONCEPT}"
    "MERGE (p)-[r:NAMES {name: row.properties.name}]->(c) SET r += row.properties"
)
_MENTION_KEY: Final = ", ".join(
    f"{name}: row.properties.{name}" for name in ("paper", "field", "start", "end", "type", "score", "component")
)
_MENTIONS: Final = (
    f"MATCH (s:Sentence {{iri: row.from}}) {_TO_CONCEPT}MERGE (s)-[r:MENTIONS {{{_MENTION_KEY}}}]->(c)"
    " SET r += row.properties"
)
_FACT_KEY: Final = "{paper: row.properties.paper, id: row.properties.id}"
_ROLES: Final = (
    f"MATCH (a:Paper {{iri: row.from}}) {_TO_CONCEPT}MERGE (a)-[r:%s {_FACT_KEY}]->(c) SET r += row.properties"
)
_RELATIONS: Final = (
    f"MERGE (a:Concept {{iri: row.from}}) {_TO_CONCEPT}MERGE (a)-[r:%s {_FACT_KEY}]->(c) SET r += row.properties"
)
_RESULTS: Final = (
    "MATCH (p:Paper {iri: row.paper}) MERGE (r:Result {paper: row.paper, id: row.id}) SET r += row"
    " MERGE (p)-[:REPORTS_RESULT]->(r)"
)
_LINKS: Final = f"MATCH (r:Result {{paper: row.paper, id: row.id}}) {_TO_CONCEPT}MERGE (r)-[:%s]->(c)"
_CONCEPTS: Final = "MERGE (c:Concept {iri: row.iri}) SET c += row"
_TYPED: Final = "MATCH (c:Concept {iri: row}) SET c:%s"
_BROADER: Final = "MATCH (a:Concept {iri: row.from}) MATCH (b:Concept {iri: row.to}) MERGE (a)-[:BROADER]->(b)"


class CypherExporter(Exporter):
    """Papers in batches, then the concepts with their labels and broader terms."""

    name: ClassVar[str] = "cypher"
    title: ClassVar[str] = "Cypher script for an empty Neo4j (cypher-shell --file)"
    suffixes: ClassVar[tuple[str, ...]] = (".cypher", ".cql")
    losses: ClassVar[tuple[str, ...]] = (VOCABULARY_LOSS,)

    def iter_parts(self, store: Store) -> Iterator[Part]:
        yield Part("graph.cypher", (statement.encode() for statement in _iter_statements(store)))


def _iter_statements(store: Store) -> Iterator[str]:
    yield from (f"{statement};\n" for statement in SCHEMA)
    yield (
        f"MERGE (s:KgStore {{name: 'abstract-kg'}}) ON CREATE SET s.base = {to_literal(store.base)},"
        f" s.format = {FORMAT}, s.vocabulary = '';\n"
    )
    used = UsedConcepts(load_vocabulary())
    waiting: list[PaperRows] = []
    for paper in store.iter_papers():
        used.add(paper)
        waiting.append(to_rows(paper, base=store.base))
        if sum(map(len, waiting)) >= _FLUSH:
            yield from _iter_paper_statements(waiting)
            waiting = []
    yield from _iter_paper_statements(waiting)
    yield from _iter_concept_statements(used)


def _iter_paper_statements(papers: Sequence[PaperRows]) -> Iterator[str]:
    yield from _unwind(_PAPERS, (rows.paper for rows in papers))
    yield from _unwind(_SENTENCES, (row for rows in papers for row in rows.sentences))
    yield from _unwind(_NAMES, (row for rows in papers for row in rows.concepts))
    yield from _unwind(_MENTIONS, (row for rows in papers for row in rows.mentions))
    for template, names in ((_ROLES, ROLE_TYPES), (_RELATIONS, RELATION_TYPES)):
        for name in names:
            yield from _unwind(template % name, (row for rows in papers for row in rows.facts.get(name, ())))
    yield from _unwind(_RESULTS, (row for rows in papers for row in rows.results))
    for name in LINK_TYPES:
        yield from _unwind(_LINKS % name, (row for rows in papers for row in rows.links.get(name, ())))


def _iter_concept_statements(used: UsedConcepts) -> Iterator[str]:
    terms = {term.iri: term for term in used.terms()}
    new = (_new_concept(used, iri) for iri in sorted(used.names) if iri not in terms)
    yield from _unwind(_CONCEPTS, new)
    yield from _unwind(_CONCEPTS, map(term_row, terms.values()))
    types = {
        iri: {*used.types.get(iri, ()), *(terms[iri].types if iri in terms else ())} for iri in {*used.names, *terms}
    }
    for label in type_names():
        yield from _unwind(_TYPED % label, sorted(iri for iri, found in types.items() if label in found))
    broader = ({"from": iri, "to": to} for iri, term in terms.items() for to in term.broader if to in terms)
    yield from _unwind(_BROADER, broader)


def _new_concept(used: UsedConcepts, iri: str) -> Row:
    label, *others = sorted(used.names[iri])
    known = sorted({*others, *used.alternatives.get(iri, ())} - {label})
    return {"iri": iri, "label": label, "altLabels": known, "forms": concept_forms(label, known)}


def _unwind(action: str, rows: Iterable[Any]) -> Iterator[str]:
    """Statements that do `action` for each row, some rows each."""
    for some in _batched(rows):
        yield f"UNWIND {to_literal(some)} AS row {action};\n"


def _batched(rows: Iterable[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def to_literal(value: Any) -> str:
    """A Cypher literal on one line: texts, numbers, booleans, lists, and maps whose keys are names.

    >>> to_literal({"a": ["it's", 1, 0.5, True]})
    "{a: ['it\\\\'s', 1, 0.5, true]}"
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {to_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_literal, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "toFloat('NaN')" if math.isnan(value) else f"toFloat('{'-' if value < 0 else ''}Infinity')"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + _SPECIAL.sub(_escape, str(value)) + "'"


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


IMPLEMENTATIONS: Final = (CypherExporter,)
