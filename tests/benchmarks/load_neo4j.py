"""How long `put` takes into Neo4j, against the barest loader of the same rows.

    python -m tests.benchmarks.load_neo4j [--papers 600] [--runs 3]

The bare loader gets the rows ready made and sends them table by table with UNWIND, 5,000 rows a transaction, into
the same constraints and indexes. `put` maps papers to rows, looks for papers to replace and keeps each paper whole.
Figures are medians; runs alternate, and the graph is emptied before each. Exit code 1 where the ratio exceeds LIMIT.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import neo4j

from kg.mapping.property_graph import PaperRows, to_rows
from kg.model import (
    ENTITY_TYPES,
    RELATIONS,
    ROLES,
    Abstract,
    Activity,
    Concept,
    Extraction,
    Fact,
    Mention,
    Result,
    Span,
    assemble,
)
from kg.namespaces import DEFAULT_BASE, concept_iri, fingerprint, paper_iri
from kg.stores.neo4j import Neo4jStore
from tests.neo4j_server import Server, running_server, wipe

LIMIT: Final = 1.25
BATCH: Final = 5_000
CONCEPTS: Final = 2_000
ACTIVITY: Final = Activity(version="1", configuration="benchmark", vocabulary="none")


def make_paper(number: int, random_source: random.Random) -> Extraction:
    """A paper as long as abstracts are: 8 sentences, 16 mentions of 10 concepts drawn by Zipf's law, 20 facts."""
    ranks = random_source.choices(range(CONCEPTS), weights=[1 / (n + 1) for n in range(CONCEPTS)], k=14)
    names = [f"concept number {rank}" for rank in dict.fromkeys(ranks)][:10]
    kinds = {name: ENTITY_TYPES[int(name.rpartition(" ")[2]) % len(ENTITY_TYPES)] for name in names}
    iris = {name: concept_iri(name, DEFAULT_BASE + "concept/") for name in names}
    text, sentences, mentions = "", [], []
    for place in range(8):
        begin = len(text)
        for name in (names[2 * place % len(names)], names[(2 * place + 1) % len(names)]):
            text += "Here we speak of "
            start, text = len(text), text + name
            mention: dict[str, Any] = {
                "start": start,
                "end": len(text),
                "text": name,
                "type": kinds[name],
                "concept": name,
            }
            mentions.append(Mention(**mention, iri=iris[name], score=0.9, component="gazetteer"))
            text += " at some length, as abstracts do; "
        sentences.append(Span(start=begin, end=len(text)))
    return assemble(
        Abstract(key=f"b{number}", id=f"b{number}", title=f"Paper {number}", text=text, meta={"authors": ["A", "B"]}),
        iri=paper_iri(f"b{number}", DEFAULT_BASE),
        activity=ACTIVITY,
        sentences=sentences,
        concepts=[Concept(name=name, iri=iris[name], types=(kinds[name],)) for name in names],
        mentions=mentions,
        facts=make_facts(number, names, [mention.span for mention in mentions], random_source),
    )


def make_facts(number: int, names: list[str], spans: list[Span], random_source: random.Random) -> list[Fact]:
    """A role for each concept, eight relations and a result."""
    shapes: list[dict[str, Any]] = [
        {"kind": "role", "predicate": random_source.choice(ROLES), "object": name} for name in names
    ]
    for _ in range(8):
        subject, other = random_source.sample(names, 2) if len(names) > 1 else (names[0], names[0])
        predicate = random_source.choice(RELATIONS)
        shapes.append({"kind": "relation", "subject": subject, "predicate": predicate, "object": other})
    value = Result(value="88.1", unit="%", metric=names[0], method=names[-1], quote="88.1 %")
    shapes.append({"kind": "result", "predicate": "result", "object": value})
    return [
        Fact(
            id=fingerprint(str(number), str(place)),
            score=0.8,
            component="benchmark",
            evidence=(spans[place % len(spans)], spans[-1]),
            **shape,
        )
        for place, shape in enumerate(shapes)
    ]


def load_barely(driver: neo4j.Driver, papers: list[PaperRows]) -> None:
    """What one would write by hand for these rows."""
    concepts = {row["to"]: row["properties"] for paper in papers for row in paper.concepts}
    by_type: dict[str, list[dict[str, Any]]] = {}
    for iri, concept in concepts.items():
        row = {"iri": iri, "label": concept["name"]}
        by_type.setdefault(concept["types"][0], []).append(row)
    steps = [("UNWIND $rows AS row CREATE (p:Paper) SET p = row", [paper.paper for paper in papers])]
    steps += [
        (f"UNWIND $rows AS row MERGE (c:Concept {{iri: row.iri}}) SET c.label = row.label, c:{name}", rows)
        for name, rows in by_type.items()
    ]
    of_paper = "UNWIND $rows AS row MATCH (p:Paper {iri: row.paper}) CREATE"
    steps.append((f"{of_paper} (p)-[:HAS_SENTENCE]->(s:Sentence) SET s = row", joined(papers, "sentences")))
    steps.append((f"{of_paper} (p)-[:REPORTS_RESULT]->(r:Result) SET r = row", joined(papers, "results")))
    steps.append((relationship("Paper", "NAMES"), joined(papers, "concepts")))
    steps.append((relationship("Sentence", "MENTIONS"), joined(papers, "mentions")))
    for name, rows in tables(papers, "facts").items():
        steps.append((relationship("Paper" if name.startswith("PAPER_") else "Concept", name), rows))
    ends = "MATCH (r:Result {paper: row.paper, id: row.id}) MATCH (c:Concept {iri: row.to})"
    for name, rows in tables(papers, "links").items():
        steps.append((f"UNWIND $rows AS row {ends} CREATE (r)-[:{name}]->(c)", rows))
    with driver.session() as session:
        for statement, rows in steps:
            for start in range(0, len(rows), BATCH):
                some = rows[start : start + BATCH]
                session.execute_write(lambda tx, s=statement, r=some: tx.run(s, rows=r).consume())  # type: ignore[misc]


def relationship(label: str, name: str) -> str:
    ends = f"MATCH (a:{label} {{iri: row.from}}) MATCH (b:Concept {{iri: row.to}})"
    return f"UNWIND $rows AS row {ends} CREATE (a)-[r:{name}]->(b) SET r = row.properties"


def joined(papers: list[PaperRows], table: str) -> list[dict[str, Any]]:
    return [row for paper in papers for row in getattr(paper, table)]


def tables(papers: list[PaperRows], group: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for paper in papers:
        for name, rows in getattr(paper, group).items():
            found.setdefault(name, []).extend(rows)
    return found


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(server: Server, papers: list[Extraction], runs: int) -> tuple[list[float], list[float]]:
    """Seconds of the bare loader and of `put`, run by run; the first of each warms up and is dropped."""
    os.environ |= {"KG_NEO4J_USER": server.user, "KG_NEO4J_PASSWORD": server.password}
    wipe(server)
    rows = [to_rows(paper, base=DEFAULT_BASE) for paper in papers]
    bare, put = [], []
    with (
        Neo4jStore.open(server.url) as store,
        neo4j.GraphDatabase.driver(server.url, auth=(server.user, server.password)) as driver,
    ):
        for _ in range(runs + 1):
            bare.append(seconds(lambda: load_barely(driver, rows)))
            store.clear()
            put.append(seconds(lambda: store.put(papers)))
            assert store.counts().papers == len(papers)
            store.clear()
    return bare[1:], put[1:]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=600)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    random_source = random.Random(1)
    papers = [make_paper(number, random_source) for number in range(options.papers)]
    total = sum(len(to_rows(paper, base=DEFAULT_BASE)) for paper in papers)
    with running_server(heap="1g") as server:
        bare, put = measure(server, papers, options.runs)
    ratio = statistics.median(put) / statistics.median(bare)
    for name, figures in (("bare loader", bare), ("put", put)):
        middle = statistics.median(figures)
        print(f"{name:12} {middle:6.2f} s  {total / middle:7.0f} rows/s  {len(papers) / middle:6.1f} papers/s")
    print(f"ratio        {ratio:6.2f}  (at most {LIMIT})")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
