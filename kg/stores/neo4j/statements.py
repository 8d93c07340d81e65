"""The Cypher that the store sends: fixed texts, made from the names of the ontology alone."""

from typing import Final

from kg.mapping.property_graph import LINK_TYPES, RELATION_TYPES, ROLE_TYPES
from kg.schema import type_names

FOREIGN: Final = (
    "MATCH (n:Paper|Concept|Sentence|Result) WITH n LIMIT 1"
    " RETURN [x IN labels(n) WHERE x IN ['Paper', 'Concept', 'Sentence', 'Result']][0] AS label"
)
METADATA: Final = (
    "MATCH (s:KgStore {name: 'abstract-kg'}) RETURN s.base AS base, s.format AS format, s.vocabulary AS vocabulary"
)
CREATE_METADATA: Final = (
    "MERGE (s:KgStore {name: 'abstract-kg'}) ON CREATE SET s.base = $base, s.format = $format, s.vocabulary = ''"
)
SET_VOCABULARY: Final = "MATCH (s:KgStore {name: 'abstract-kg'}) SET s.vocabulary = $vocabulary"

# ---------------------------------------------------------------- papers: write

EXISTING: Final = "UNWIND $iris AS iri MATCH (p:Paper {iri: iri}) RETURN iri"
CREATE_PAPERS: Final = "UNWIND $rows AS row CREATE (p:Paper) SET p = row"
CREATE_SENTENCES: Final = (
    "UNWIND $rows AS row MATCH (p:Paper {iri: row.paper}) CREATE (p)-[:HAS_SENTENCE]->(s:Sentence) SET s = row"
)
_NEW_CONCEPT: Final = "ON CREATE SET c.label = row.label, c.altLabels = [], c.forms = row.forms"


def merge_concepts(types: tuple[str, ...]) -> str:
    """Concepts that papers name and that have these types."""
    return f"UNWIND $rows AS row MERGE (c:Concept {{iri: row.iri}}) {_NEW_CONCEPT}{_labels(types)}"


def merge_terms(types: tuple[str, ...]) -> str:
    """Concepts of the vocabulary that have these types."""
    return f"UNWIND $rows AS row MERGE (c:Concept {{iri: row.iri}}) SET c += row{_labels(types)}"


def _labels(types: tuple[str, ...]) -> str:
    return "".join(f" SET c:{label}" for label in type_names() if label in types)


CREATE_NAMES: Final = (
    "UNWIND $rows AS row MATCH (p:Paper {iri: row.from}) MATCH (c:Concept {iri: row.to})"
    " CREATE (p)-[r:NAMES]->(c) SET r = row.properties"
)
CREATE_MENTIONS: Final = (
    "UNWIND $rows AS row MATCH (s:Sentence {iri: row.from}) MATCH (c:Concept {iri: row.to})"
    " CREATE (s)-[r:MENTIONS]->(c) SET r = row.properties"
)
CREATE_FACTS: Final[dict[str, str]] = {
    name: f"UNWIND $rows AS row MATCH (a:{start} {{iri: row.from}}) MATCH (c:Concept {{iri: row.to}})"
    f" CREATE (a)-[r:{name}]->(c) SET r = row.properties"
    for start, names in (("Paper", ROLE_TYPES), ("Concept", RELATION_TYPES))
    for name in names
}
CREATE_RESULTS: Final = (
    "UNWIND $rows AS row MATCH (p:Paper {iri: row.paper}) CREATE (p)-[:REPORTS_RESULT]->(r:Result) SET r = row"
)
CREATE_LINKS: Final[dict[str, str]] = {
    name: "UNWIND $rows AS row MATCH (r:Result {paper: row.paper, id: row.id}) MATCH (c:Concept {iri: row.to})"
    f" CREATE (r)-[:{name}]->(c)"
    for name in LINK_TYPES
}

# ---------------------------------------------------------------- papers: remove
# Each statement finds its start by index and goes on behind a WITH: plans are made while the graph is small.

_PAPERS: Final = "UNWIND $iris AS iri MATCH (p:Paper {iri: iri}) WITH p MATCH (p)"
_CONCEPTS: Final = "UNWIND $iris AS iri MATCH (c:Concept {iri: iri}) WITH c"
NAMED: Final = f"{_PAPERS}-[:NAMES]->(c:Concept) RETURN DISTINCT c.iri AS iri ORDER BY iri"
DELETE_PARTS: Final = (
    *(
        f"UNWIND $iris AS iri MATCH ()-[r:{name} {{paper: iri}}]->() USING INDEX r:{name}(paper) DELETE r"
        for name in sorted(RELATION_TYPES)
    ),
    f"{_PAPERS}-[:HAS_SENTENCE]->(s:Sentence) DETACH DELETE s",
    f"{_PAPERS}-[:REPORTS_RESULT]->(r:Result) DETACH DELETE r",
    "UNWIND $iris AS iri MATCH (p:Paper {iri: iri}) DETACH DELETE p",
)
DELETE_ORPHANS: Final = f"{_CONCEPTS} WHERE c.vocabulary IS NULL AND NOT EXISTS {{ (c)--() }} DELETE c"


def drop_labels() -> tuple[str, ...]:
    """Take the label of each type from those concepts that no longer have it."""
    return tuple(
        f"{_CONCEPTS} WHERE c:{label} AND NOT '{label}' IN coalesce(c.types, [])"
        f" AND NOT EXISTS {{ MATCH (c)<-[n:NAMES]-() WHERE '{label}' IN n.types }} REMOVE c:{label}"
        for label in type_names()
    )


# Names of a new concept: the least of those that papers use, with all alternatives.
DIVERGENT: Final = (
    "UNWIND $rows AS row MATCH (c:Concept {iri: row.iri}) WITH c, row WHERE c.vocabulary IS NULL"
    " AND (c.label <> row.label OR any(a IN row.alternatives WHERE NOT a IN c.altLabels)) RETURN DISTINCT c.iri AS iri"
)
NAMES_OF: Final = (
    f"{_CONCEPTS} WHERE c.vocabulary IS NULL MATCH (c)<-[n:NAMES]-()"
    " RETURN c.iri AS iri, collect(DISTINCT n.name) AS names, collect(DISTINCT n.alternatives) AS alternatives"
)
RENAMED: Final = (
    f"{_CONCEPTS} WHERE c.vocabulary IS NULL AND size(c.altLabels) > 0 RETURN c.iri AS iri"  # else it has one name
)
RENAME: Final = (
    "UNWIND $rows AS row MATCH (c:Concept {iri: row.iri})"
    " SET c.label = row.label, c.altLabels = row.altLabels, c.forms = row.forms"
)

# ---------------------------------------------------------------- papers: read

PAGE: Final = "MATCH (p:Paper) WHERE p.iri > $after RETURN p.iri AS iri ORDER BY iri LIMIT $limit"
REVISIONS: Final = (
    "MATCH (p:Paper) WHERE p.iri > $after RETURN p.iri AS iri, p.revision AS revision ORDER BY iri LIMIT $limit"
)
READ_PAPERS: Final = "UNWIND $iris AS iri MATCH (p:Paper {iri: iri}) RETURN iri AS paper, properties(p) AS row"
READ_NODES: Final = "UNWIND $iris AS iri MATCH (p:Paper {iri: iri}) RETURN iri AS paper, elementId(p) AS node"


def _read(pattern: str, row: str, kind: str = "null") -> str:
    return f"{pattern} RETURN iri AS paper, {kind} AS type, {row} AS row"


_ENDS: Final = "{from: a.iri, to: c.iri, properties: properties(r)}"
_START: Final = "UNWIND $iris AS iri MATCH (p:Paper {iri: iri}) WITH p, iri MATCH (p)"
_RELATION: Final = "UNWIND $iris AS iri MATCH (a:Concept)-[r:{0} {{paper: iri}}]->(c:Concept) USING INDEX r:{0}(paper)"
_ROLES: Final = f"{_START}-[r:{'|'.join(ROLE_TYPES)}]->(c:Concept)"
_LINKS: Final = f"{_START}-[:REPORTS_RESULT]->(r:Result)-[l:{'|'.join(LINK_TYPES)}]->(c:Concept)"
READ_TABLES: Final[tuple[tuple[str, str], ...]] = (
    ("sentences", _read(f"{_START}-[:HAS_SENTENCE]->(s:Sentence)", "properties(s)")),
    ("concepts", _read(f"{_START}-[r:NAMES]->(c:Concept)", "{to: c.iri, properties: properties(r)}")),
    ("mentions", _read(f"{_START}-[:HAS_SENTENCE]->(a:Sentence)-[r:MENTIONS]->(c:Concept)", _ENDS)),
    ("facts", _read(_ROLES, "{to: c.iri, properties: properties(r)}", "type(r)")),
    *(("facts", _read(_RELATION.format(name), _ENDS, "type(r)")) for name in RELATION_TYPES),
    ("results", _read(f"{_START}-[:REPORTS_RESULT]->(r:Result)", "properties(r)")),
    ("links", _read(_LINKS, "{id: r.id, to: c.iri}", "type(l)")),
)
"""(attribute of PaperRows, statement); a statement gives the paper, the type where rows go by type, and the row."""

COUNT_PAPERS: Final = "MATCH (p:Paper) RETURN count(p) AS n"
COUNT_RESULTS: Final = "MATCH (r:Result) RETURN count(r) AS n"
COUNT_FACTS: Final = " UNION ALL ".join(
    f"MATCH (:{start})-[r:{name}]->() RETURN count(r) AS n"
    for start, names in (("Paper", ROLE_TYPES), ("Concept", RELATION_TYPES))
    for name in names
)


def count_concepts() -> str:
    """How many concepts of each type papers name."""
    return " UNION ALL ".join(
        f"MATCH (c:{label}) WHERE EXISTS {{ MATCH (c)<-[n:NAMES]-() WHERE '{label}' IN n.types }}"
        f" RETURN '{label}' AS type, count(c) AS n"
        for label in type_names()
    )


_CONCEPT: Final = " RETURN c.iri AS iri, c.label AS label, c.forms AS forms, labels(c) AS labels"
FIND_IRI: Final = "MATCH (c:Concept {iri: $iri})" + _CONCEPT
FIND_FORM: Final = (
    "MATCH (c:Concept) WHERE c.forms CONTAINS $part"
    + _CONCEPT
    + " ORDER BY c.forms CONTAINS '\\n' + $part DESC, size(c.label), c.label, c.iri LIMIT $limit"
)

# ---------------------------------------------------------------- vocabulary

HAS_CONCEPTS: Final = "MATCH (c:Concept) WITH c LIMIT 1 RETURN c.iri AS iri"
TERM_IRIS: Final = "MATCH (c:Concept) WHERE c.vocabulary RETURN c.iri AS iri ORDER BY iri"
DELETE_BROADER: Final = f"{_CONCEPTS} MATCH (c)-[r:BROADER]->() DELETE r"
CREATE_BROADER: Final = (
    "UNWIND $rows AS row MATCH (a:Concept {iri: row.from}) MATCH (b:Concept {iri: row.to}) MERGE (a)-[:BROADER]->(b)"
)
RETIRE_TERMS: Final = f"{_CONCEPTS} REMOVE c.vocabulary, c.types, c.classes WITH c MATCH (c)-[r:BROADER]-() DELETE r"
