"""Find concepts by name. An IRI holds the normal form of the label; the other names are kept in graphs of their own.

Two graphs say `<concept> kg:form "normal form"` for each alternative name: `kg:vocabularyNames`, and `kg:paperNames`
for new concepts. They only hint: whether a concept bears the name is read from its labels, so entries may be stale.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

from kg.namespaces import ONTOLOGY, PREFIXES, VOCABULARY, VOCABULARY_GRAPH, concept_iri, normal_form
from kg.schema import Vocabulary, type_names
from kg.store import ConceptMatch, select_alike

VOCABULARY_NAMES: Final = NamedNode(ONTOLOGY + "vocabularyNames")
PAPER_NAMES: Final = NamedNode(ONTOLOGY + "paperNames")
_FORM: Final = NamedNode(ONTOLOGY + "form")
_TYPE: Final = NamedNode(PREFIXES["rdf"] + "type")
_PREF_LABEL: Final = NamedNode(PREFIXES["skos"] + "prefLabel")
_ALT_LABEL: Final = NamedNode(PREFIXES["skos"] + "altLabel")
_VOCABULARY_GRAPH: Final = NamedNode(VOCABULARY_GRAPH)
_READ: Final = 1_000
"""Papers repeat the labels of a new concept; more repeats than this tell nothing new."""


def vocabulary_names(vocabulary: Vocabulary) -> Iterator[Quad]:
    """The entries for the vocabulary's alternative names."""
    for term in vocabulary:
        node = NamedNode(term.iri)
        forms = {normal_form(name) for name in term.aliases + term.doubtful} - {normal_form(term.label)}
        yield from (Quad(node, _FORM, Literal(form), VOCABULARY_NAMES) for form in sorted(forms))


def paper_names(quads: Iterable[Quad], *, base: str) -> list[Quad]:
    """The entries for the alternative names that a paper gives for new concepts."""
    new = f"{base}concept/"
    return [
        Quad(quad.subject, _FORM, Literal(normal_form(quad.object.value)), PAPER_NAMES)
        for quad in quads
        if quad.predicate == _ALT_LABEL
        and isinstance(quad.object, Literal)
        and isinstance(quad.subject, NamedNode)
        and quad.subject.value.startswith(new)
    ]


class NameIndex:
    """Look-ups by name in a store whose new concepts are under `base`. It is to be dropped when the store changes."""

    def __init__(self, store: pyoxigraph.Store, *, base: str) -> None:
        self.store = store
        self.base = base
        self._forms: dict[str, set[str]] | None = None

    def find(self, text: str, *, limit: int) -> list[ConceptMatch]:
        """Concepts that bear the name; where none does, some whose names are alike. Best first."""
        text = text.encode("utf-8", "replace").decode()  # the engine takes no lone surrogates
        form = normal_form(text)
        known = dict.fromkeys(iri for name in (text, form) for iri in self._iter_candidates(name))
        found = [match for iri in known if (match := self._match(iri, text.strip(), form))]
        return sorted(found)[:limit] or self._find_alike(form, limit=limit)

    def _iter_candidates(self, name: str) -> Iterator[str]:
        if ":" in name:
            yield name.strip()
        yield concept_iri(name, VOCABULARY)
        yield concept_iri(name, self.base + "concept/")
        for quad in self.store.quads_for_pattern(None, _FORM, Literal(name), None):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject.value

    def _match(self, iri: str, text: str, form: str) -> ConceptMatch | None:
        try:
            node = NamedNode(iri)
        except ValueError:
            return None
        labels = self._read_labels(node, _PREF_LABEL)
        if not labels:
            return None
        if iri == text:
            rank = 0
        elif form in map(normal_form, labels):
            rank = 1
        elif form in map(normal_form, self._read_labels(node, _ALT_LABEL)):
            rank = 2
        else:
            return None
        return ConceptMatch(rank=rank, label=labels[0], iri=iri, types=self._read_types(node))

    def _read_labels(self, node: NamedNode, predicate: NamedNode) -> list[str]:
        """The vocabulary's where it has the concept, else those in papers."""
        for graph in (_VOCABULARY_GRAPH, None):
            quads = islice(self.store.quads_for_pattern(node, predicate, None, graph), _READ)
            if labels := sorted({quad.object.value for quad in quads if isinstance(quad.object, Literal)}):
                return labels
        return []

    def _read_types(self, node: NamedNode) -> tuple[str, ...]:
        return tuple(
            name
            for name in type_names()
            if next(self.store.quads_for_pattern(node, _TYPE, NamedNode(ONTOLOGY + name), None), None) is not None
        )

    def _find_alike(self, form: str, *, limit: int) -> list[ConceptMatch]:
        """Names that begin with the form (rank 3), hold it (4) or are spelt much like it (5)."""
        if self._forms is None:
            self._forms = self._read_forms()
        forms = self._forms
        ranks = {other: 3 if other.startswith(form) else 4 for other in forms if form in other}
        if not ranks:
            ranks = dict.fromkeys(select_alike(form, forms, limit=limit), 5)
        best = sorted(ranks, key=lambda other: (ranks[other], len(other), other))[:limit]
        found: dict[str, int] = {}
        for other in best:
            for iri in sorted(forms[other]):
                found.setdefault(iri, ranks[other])
        return [match for iri, rank in found.items() if (match := self._describe(iri, rank))][:limit]

    def _describe(self, iri: str, rank: int) -> ConceptMatch | None:
        node = NamedNode(iri)
        labels = self._read_labels(node, _PREF_LABEL)
        return ConceptMatch(rank=rank, label=labels[0], iri=iri, types=self._read_types(node)) if labels else None

    def _read_forms(self) -> dict[str, set[str]]:
        """The IRIs that bear each normal form."""
        forms: dict[str, set[str]] = {}
        text = f"SELECT DISTINCT ?c ?name {{ GRAPH ?g {{ ?c {_PREF_LABEL} ?name }} FILTER(isIRI(?c)) }}"
        for concept, name in self.store.query(text):  # type: ignore[union-attr]
            forms.setdefault(normal_form(name.value), set()).add(concept.value)
        for quad in self.store.quads_for_pattern(None, _FORM, None, None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                forms.setdefault(quad.object.value, set()).add(quad.subject.value)
        return forms
