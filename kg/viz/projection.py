"""Project papers onto one directed multigraph of networkx: concepts, and the statements between them."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from kg.model import Extraction, Fact, Polarity, Result, Span
from kg.namespaces import normal_form
from kg.store import Store

if TYPE_CHECKING:
    import networkx as nx

MENTIONS_KEPT: Final = 12
_FORMS: Final = 40
_ALIASES: Final = 6
_SOURCES: Final = ("method", "hardware", "task", "dataset")


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """A sentence of a paper (by IRI) that states something. `marks` are (start, end) in it, in code points."""

    paper: str
    sentence: str
    marks: tuple[tuple[int, int], ...] = ()


class PaperInfo(msgspec.Struct, frozen=True, gc=False):
    """What a reader needs to find a paper; `link` is None where its key is neither a DOI nor an arXiv id."""

    label: str
    id: str
    link: str | None = None


def to_networkx(
    source: Store | Iterable[Extraction],
    *,
    papers: bool = False,
    polarities: Iterable[Polarity] = ("asserted",),
    min_score: float = 0.0,
) -> "nx.MultiDiGraph[str]":
    """Everything in `source` as a MultiDiGraph whose nodes are IRIs and whose edges are facts, keyed by fact id.

    Nodes carry `label`, `aliases` (up to six other names), `type` (the most frequent), `types`, `papers`
    (how many name it) and `evidence` (up to twelve sentences that do). Edges carry `relation`, `paper` (IRI),
    `score` (0 to 1), `polarity` and `evidence`. A result is an edge from its method (else hardware, task,
    dataset) to its metric, with `value`; `graph["left_out"]` counts those that name no two concepts. With
    `papers` there is a node for each paper and an edge for each role. `graph["papers"]` maps IRIs to PaperInfo.

    >>> to_networkx([]).number_of_nodes()
    0
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    building = _Building(graph, papers=papers, polarities=frozenset(polarities), min_score=min_score)
    for paper in source.iter_papers() if isinstance(source, Store) else source:
        building.add(paper)
    return building.finish()


class _Building:
    """A graph that grows paper by paper."""

    def __init__(
        self, graph: "nx.MultiDiGraph[str]", *, papers: bool, polarities: frozenset[str], min_score: float
    ) -> None:
        self.graph = graph
        self.with_papers = papers
        self.polarities = polarities
        self.min_score = min_score
        self.papers: dict[str, PaperInfo] = {}
        self.left_out = 0
        self.names: dict[str, dict[str, int]] = {}
        self.types: dict[str, dict[str, int]] = {}
        self.evidence: dict[str, list[Evidence]] = {}
        self.forms: dict[str, dict[str, None]] = {}

    def add(self, paper: Extraction) -> None:
        self.papers[paper.iri] = paper_info(paper)
        quoting = Quoting(paper)
        iris = {concept.name: concept.iri for concept in paper.concepts}
        for concept in paper.concepts:
            _count(self.names.setdefault(concept.iri, {}), concept.name)
            for name in concept.types:
                _count(self.types.setdefault(concept.iri, {}), name)
            if concept.alternatives:
                self.forms.setdefault(concept.iri, {}).update(dict.fromkeys(concept.alternatives))
        self._add_mentions(paper, quoting)
        if self.with_papers:
            self.graph.add_node(paper.iri, label=paper.title or paper.id, type="Paper", types=("Paper",), papers=1)
        for fact in paper.facts:
            if fact.polarity in self.polarities and fact.score >= self.min_score:
                self._add_fact(paper, fact, iris, quoting)

    def _add_mentions(self, paper: Extraction, quoting: "Quoting") -> None:
        spans: dict[str, list[Span]] = {}
        for mention in paper.mentions:
            forms = self.forms.setdefault(mention.iri, {})
            if len(forms) < _FORMS:
                forms[mention.text] = None
            kept = self.evidence.setdefault(mention.iri, [])
            if len(kept) < MENTIONS_KEPT:
                spans.setdefault(mention.iri, []).append(mention.span)
        for iri, found in spans.items():
            kept = self.evidence[iri]
            kept.extend(list(quoting.quote(found))[: MENTIONS_KEPT - len(kept)])

    def _add_fact(self, paper: Extraction, fact: Fact, iris: dict[str, str], quoting: "Quoting") -> None:
        ends = self._ends(paper, fact, iris)
        if ends is None:
            self.left_out += fact.kind == "result"
            return
        relation = "paper" + fact.predicate[0].upper() + fact.predicate[1:] if fact.kind == "role" else fact.predicate
        attributes: dict[str, Any] = {"value": show_value(fact.object)} if isinstance(fact.object, Result) else {}
        self.graph.add_edge(
            *ends,
            key=fact.id,
            relation=relation,
            paper=paper.iri,
            score=fact.score,
            polarity=fact.polarity,
            evidence=tuple(quoting.quote(fact.evidence)),
            **attributes,
        )

    def _ends(self, paper: Extraction, fact: Fact, iris: dict[str, str]) -> tuple[str, str] | None:
        if isinstance(fact.object, Result):
            sources = [name for field in _SOURCES if (name := getattr(fact.object, field)) is not None]
            source = iris[sources[0]] if sources else paper.iri if self.with_papers else None
            return (source, iris[fact.object.metric]) if source and fact.object.metric else None
        if fact.kind == "role":
            return (paper.iri, iris[fact.object]) if self.with_papers else None
        return iris[fact.subject or ""], iris[fact.object]

    def finish(self) -> "nx.MultiDiGraph[str]":
        for iri, names in self.names.items():
            types = _by_count(self.types.get(iri, {}))
            label = _by_count(names)[0]
            self.graph.add_node(
                iri,
                label=label,
                aliases=_other_names(label, self.forms.get(iri, {})),
                type=types[0] if types else "Concept",
                types=types,
                papers=sum(names.values()),
                evidence=tuple(self.evidence.get(iri, ())),
            )
        self.graph.graph.update(papers=self.papers, left_out=self.left_out)
        return self.graph


class Quoting:
    """Quotes the sentences of one paper, each cut out once."""

    def __init__(self, paper: Extraction) -> None:
        self.paper = paper
        self.sentences: dict[Span, str] = {}

    def quote(self, spans: Iterable[Span]) -> Iterator[Evidence]:
        """One Evidence for each sentence in which a span begins, in the order of the spans."""
        marks: dict[Span, list[tuple[int, int]]] = {}
        for span in spans:
            sentence = self.paper.sentence_of(span)
            ends = (span.start - sentence.start, min(span.end, sentence.end) - sentence.start)
            marks.setdefault(sentence, []).append(ends)
        for sentence, found in marks.items():
            text = self.sentences.setdefault(sentence, self.paper.text_of(sentence))
            yield Evidence(self.paper.iri, text, tuple(sorted(set(found))))


def paper_info(paper: Extraction) -> PaperInfo:
    """The paper's title (else its id), its id, and where it can be read."""
    kind, _, rest = paper.key.partition(":")
    places = {"doi": "https://doi.org/", "arxiv": "https://arxiv.org/abs/"}
    return PaperInfo(paper.title or paper.id, paper.id, places[kind] + rest if kind in places and rest else None)


def show_value(result: Result) -> str:
    """A measured value as people write it.

    >>> show_value(Result(value="98.83", unit="%", comparator="<="))
    '≤ 98.83 %'
    """
    sign = {"=": "", "<=": "≤ ", ">=": "≥ ", "~": "≈ "}.get(result.comparator, result.comparator + " ")
    return sign + result.value + (f" {result.unit}" if result.unit else "")


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def _by_count(names: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (-names[name], name)))


def _other_names(label: str, forms: Iterable[str]) -> tuple[str, ...]:
    """The first forms that differ by more than case, hyphens and a plural, each in its shortest spelling."""
    found: dict[str, str] = {}
    for form in forms:
        core = _core(form)
        found[core] = min(found.get(core, form), form, key=lambda text: (len(text), text))
    found.pop(_core(label), None)
    return tuple(found.values())[:_ALIASES]


def _core(name: str) -> str:
    return normal_form(name).removesuffix("s")
