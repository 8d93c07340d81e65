"""The schema of a graph of kg in Neo4j: what the store sends, and what a script of Cypher statements begins with."""

from typing import Final

from kg.mapping.property_graph import RELATION_TYPES

FORMAT: Final = 1
"""Version of the graph's shape; another one is refused."""
SCHEMA: Final = (
    "CREATE CONSTRAINT kg_store_name IF NOT EXISTS FOR (n:KgStore) REQUIRE n.name IS UNIQUE",
    "CREATE CONSTRAINT kg_paper_iri IF NOT EXISTS FOR (n:Paper) REQUIRE n.iri IS UNIQUE",
    "CREATE CONSTRAINT kg_concept_iri IF NOT EXISTS FOR (n:Concept) REQUIRE n.iri IS UNIQUE",
    "CREATE CONSTRAINT kg_sentence_iri IF NOT EXISTS FOR (n:Sentence) REQUIRE n.iri IS UNIQUE",
    "CREATE CONSTRAINT kg_result_id IF NOT EXISTS FOR (n:Result) REQUIRE (n.paper, n.id) IS UNIQUE",
    "CREATE INDEX kg_result_iri IF NOT EXISTS FOR (n:Result) ON (n.iri)",
    "CREATE INDEX kg_concept_label IF NOT EXISTS FOR (n:Concept) ON (n.label)",
    "CREATE TEXT INDEX kg_concept_forms IF NOT EXISTS FOR (n:Concept) ON (n.forms)",
    *(
        f"CREATE INDEX kg_{name.lower()}_paper IF NOT EXISTS FOR ()-[r:{name}]-() ON (r.paper)"
        for name in sorted(RELATION_TYPES)
    ),
    "CALL db.awaitIndexes(300)",
)
"""Uniqueness of what identifies a node, and an index for every look-up. Result ids are unique within a paper."""
