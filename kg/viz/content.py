"""What a page shows, as the plain values that it embeds: nodes, edges, sentences, papers."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from kg.viz.layout import place_nodes
from kg.viz.projection import Evidence, PaperInfo
from kg.viz.wording import inverse_label, relation_label, type_looks

if TYPE_CHECKING:
    import networkx as nx

QUOTED: Final = 10
"""How many sentences an arrow brings along at most; the page says how many more there are."""
_SMALLEST, _LARGEST = 8.0, 22.0
_CURVE: Final = 0.22


class Content:
    """The nodes and edges of `graph` ready for the page; sentences and papers are numbered as they come up."""

    def __init__(self, graph: "nx.MultiDiGraph[str]") -> None:
        self.graph = graph
        self.known: dict[str, PaperInfo] = graph.graph.get("papers", {})
        self.types = type_looks()
        self.sentences: dict[tuple[str, str], int] = {}
        self.papers: dict[str, int] = {}
        self.numbers = {iri: number for number, iri in enumerate(sorted(graph))}
        self.nodes = self._make_nodes()
        self.edges = self._make_edges()

    def page(self, *, focus: str | None) -> dict[str, Any]:
        """Everything that is neither node nor edge."""
        infos = [self.known.get(iri) or PaperInfo(iri, iri) for iri in self.papers]
        return {
            "focus": self.numbers.get(focus or ""),
            "papers": [[info.label, info.id, info.link] for info in infos],
            "sentences": [[self.papers[paper], text] for paper, text in self.sentences],
            "types": self.types,
        }

    def _make_nodes(self) -> list[dict[str, Any]]:
        places = place_nodes(self.graph)
        looks = {look["name"]: look for look in self.types}
        degrees = {n: len({*self.graph.succ[n], *self.graph.pred[n]} - {n}) for n in self.graph}
        most = max(degrees.values(), default=0) or 1
        made = []
        for iri, number in self.numbers.items():
            data = self.graph.nodes[iri]
            look = looks.get(data.get("type", ""), looks["Concept"])
            grown = (_LARGEST - _SMALLEST) * math.sqrt(degrees[iri] / most)
            made.append(
                {
                    "id": number,
                    "label": data.get("label") or iri,
                    "type": look["name"],
                    "shape": look["shape"],
                    "color": look["colour"],
                    "x": places[iri][0],
                    "y": places[iri][1],
                    "size": round(_SMALLEST + grown, 1),
                    "papers": data.get("papers", 0),
                    "aliases": list(data.get("aliases", ())),
                    "iri": iri,
                    "evidence": [self._quote(found) for found in data.get("evidence", ())],
                }
            )
        return made

    def _make_edges(self) -> list[dict[str, Any]]:
        """One arrow for each statement (subject, relation, object), however many papers make it."""
        statements: dict[tuple[int, int, str], list[dict[str, Any]]] = {}
        for source, target, _, data in sorted(self.graph.edges(keys=True, data=True), key=lambda e: (e[0], e[1], e[2])):
            statement = (self.numbers[source], self.numbers[target], data.get("relation", "related"))
            statements.setdefault(statement, []).append(data)
        curves = _bend(statements)
        made = []
        for number, (key, facts) in enumerate(sorted(statements.items(), key=lambda item: item[0])):
            first, second, relation = key
            papers = len({fact["paper"] for fact in facts if fact.get("paper")}) or len(facts)
            made.append(
                {
                    "id": number,
                    "from": first,
                    "to": second,
                    "relation": relation,
                    "label": relation_label(relation),
                    "inverse": inverse_label(relation),
                    "score": round(max(fact.get("score", 1.0) for fact in facts), 4),
                    "papers": papers,
                    "width": round(1 + min(3.0, math.log2(papers)), 2),
                    **self._quote_facts(facts),
                    **curves[key],
                }
            )
        return made

    def _quote_facts(self, facts: Iterable[dict[str, Any]]) -> dict[str, Any]:
        """The sentences of the best scored facts, and how many more there are."""
        ordered = sorted(facts, key=lambda fact: (-fact.get("score", 1.0), fact.get("paper", "")))
        found = [(fact, sentence) for fact in ordered for sentence in fact.get("evidence", ())]
        quoted = [[*self._quote(s), fact.get("score", 1.0), fact.get("value")] for fact, s in found[:QUOTED]]
        return {"evidence": quoted, "more": len(found) - len(quoted)}

    def _quote(self, found: Evidence) -> list[Any]:
        """Numbers of the sentence and of the UTF-16 units that are marked in it, as JavaScript counts."""
        self.papers.setdefault(found.paper, len(self.papers))
        number = self.sentences.setdefault((found.paper, found.sentence), len(self.sentences))
        return [number, [[_units(found.sentence, end) for end in mark] for mark in found.marks]]


def _units(text: str, points: int) -> int:
    """How many UTF-16 units the first code points of a text are."""
    return len(text[:points].encode("utf-16-le", "surrogatepass")) // 2


def _bend(statements: Iterable[tuple[int, int, str]]) -> dict[tuple[int, int, str], dict[str, Any]]:
    """How arrows between the same two nodes keep apart: a curve of its own for each, a circle for loops."""
    between: dict[tuple[int, int], list[tuple[int, int, str]]] = {}
    for key in sorted(statements):
        between.setdefault((min(key[:2]), max(key[:2])), []).append(key)
    bent: dict[tuple[int, int, str], dict[str, Any]] = {}
    for (low, high), keys in between.items():
        for place, key in enumerate(keys):
            if low == high:
                bent[key] = {"smooth": False, "selfReference": {"size": 16 + 8 * place}}
                continue
            curve = (place - (len(keys) - 1) / 2) * min(_CURVE, 1.2 / len(keys)) * (1 if key[0] == low else -1)
            kind = "curvedCW" if curve > 0 else "curvedCCW"
            bent[key] = {
                "smooth": {"enabled": True, "type": kind, "roundness": round(abs(curve), 3)} if curve else False
            }
    return bent
