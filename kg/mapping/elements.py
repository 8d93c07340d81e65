"""A store as a plain property graph: nodes and edges with flat properties, for formats that know nothing else.

Nodes are papers, measured results and concepts: those that papers name, and their broader terms in the
vocabulary. Edges are roles (paper to concept), relations (concept to concept), results with their concepts,
and `BROADER`. Lists of texts are the only values that are not scalar.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from kg.mapping.property_graph import to_rows
from kg.model import Extraction
from kg.schema import Term, Vocabulary
from kg.store import Store

Scalar = str | int | float | bool
Properties = dict[str, Scalar | list[str]]

NODE_PROPERTIES: Final[dict[str, type]] = {
    "kind": str,
    "label": str,
    "types": list,
    "alternatives": list,
    "key": str,
    "identifier": str,
    "text": str,
    "authors": list,
    "date": str,
    "year": int,
    "doi": str,
    "arxiv": str,
    "venue": str,
    "categories": list,
    "paper": str,
    "value": str,
    "numericValue": float,
    "unit": str,
    "baseValue": float,
    "baseUnit": str,
    "comparator": str,
    "quote": str,
    "score": float,
    "polarity": str,
    "component": str,
    "sentences": list,
}
EDGE_PROPERTIES: Final[dict[str, type]] = {
    "type": str,
    "paper": str,
    "score": float,
    "polarity": str,
    "component": str,
    "evidence": list,
    "sentences": list,
}
VOCABULARY_LOSS: Final = "terms of the vocabulary that are neither named by a paper nor broader than such a term"
LOSSES: Final = (
    "mentions that no fact rests on, and where sentences begin and end (facts carry their sentences as text)",
    "the extraction activity and metadata beside authors, date, DOI, arXiv id, venue and categories",
    VOCABULARY_LOSS,
)


class Node(msgspec.Struct, frozen=True):
    """A node; `properties` are among NODE_PROPERTIES, absent where there is no value."""

    id: str
    properties: Properties


class Edge(msgspec.Struct, frozen=True):
    """A directed edge; `properties` are among EDGE_PROPERTIES."""

    id: str
    source: str
    target: str
    properties: Properties


def iter_elements(store: Store, vocabulary: Vocabulary, *, base: str) -> Iterator[Node | Edge]:
    """Papers, results and edges paper by paper, then the concepts by IRI; equal papers give equal elements.

    >>> from kg.schema import load_vocabulary
    >>> from kg.store import open_store
    >>> list(iter_elements(open_store("memory:"), load_vocabulary(), base="https://a.example/"))
    []
    """
    concepts = UsedConcepts(vocabulary)
    for paper in store.iter_papers():
        concepts.add(paper)
        yield from _paper_elements(paper, base)
    yield from concepts.elements()


def _paper_elements(paper: Extraction, base: str) -> Iterator[Node | Edge]:
    rows = to_rows(paper, base=base)
    properties = {key: value for key, value in rows.paper.items() if key in NODE_PROPERTIES}
    label = paper.title or paper.id
    yield Node(paper.iri, {"kind": "Paper", "label": label, "identifier": paper.id, **properties})
    results: dict[str, str] = {}
    for row in rows.results:
        results[row["id"]] = row["iri"]
        kept = {key: value for key, value in row.items() if key in NODE_PROPERTIES}
        yield Node(row["iri"], {"kind": "Result", "label": _result_label(row), **kept})
        yield Edge(f"{row['iri']}#reported", paper.iri, row["iri"], {"type": "REPORTS_RESULT", "paper": paper.iri})
    for name in sorted(rows.facts):
        for row in rows.facts[name]:
            stated = {key: value for key, value in row["properties"].items() if key in EDGE_PROPERTIES}
            yield Edge(f"{base}fact/{row['properties']['id']}", row["from"], row["to"], {"type": name, **stated})
    for name in sorted(rows.links):
        for row in rows.links[name]:
            result = results[row["id"]]
            yield Edge(f"{result}#{name}", result, row["to"], {"type": name, "paper": paper.iri})


def _result_label(row: dict[str, Any]) -> str:
    sign = row.get("comparator", "=")
    return f"{'' if sign == '=' else sign + ' '}{row['value']} {row.get('unit', '')}".strip()


class UsedConcepts:
    """The concepts that papers name, gathered paper by paper."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.names: dict[str, set[str]] = {}
        self.alternatives: dict[str, set[str]] = {}
        self.types: dict[str, set[str]] = {}

    def add(self, paper: Extraction) -> None:
        """Note the concepts of a paper."""
        for concept in paper.concepts:
            self.names.setdefault(concept.iri, set()).add(concept.name)
            self.types.setdefault(concept.iri, set()).update(concept.types)
            if concept.alternatives:
                self.alternatives.setdefault(concept.iri, set()).update(concept.alternatives)

    def terms(self) -> list[Term]:
        """The terms of the vocabulary among them and all that are broader, by IRI."""
        found: dict[str, Term] = {}
        border = list(self.names)
        while border:
            iri = border.pop()
            term = self.vocabulary.get(iri)
            if term is not None and iri not in found:
                found[iri] = term
                border.extend(term.broader)
        return [found[iri] for iri in sorted(found)]

    def elements(self) -> Iterator[Node | Edge]:
        """A node for each, and an edge to each broader one."""
        terms = {term.iri: term for term in self.terms()}
        for iri in sorted({*self.names, *terms}):
            yield Node(iri, self._properties(iri, terms.get(iri)))
        for iri, term in terms.items():
            for broader in term.broader:
                if broader in terms:
                    yield Edge(f"{iri}#broader-{broader}", iri, broader, {"type": "BROADER"})

    def _properties(self, iri: str, term: Term | None) -> Properties:
        names = sorted(self.names.get(iri, ()))
        label = term.label if term else names[0]
        own = (*term.aliases, *term.doubtful) if term else ()
        others = sorted({*own, *names, *self.alternatives.get(iri, ())} - {label})
        types = sorted({*self.types.get(iri, ()), *(term.types if term else ())})
        properties: Properties = {"kind": "Concept", "label": label, "types": types}
        return properties | {"alternatives": others} if others else properties
