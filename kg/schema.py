"""The entity types and the vocabulary, read from `ontology/types/`: one folder a type.

A folder holds `type.ttl` (the class with label, definition, colour and shape; the class of its mentions and
their SHACL shape) and `terms.tsv`: tab-separated with a header; `label` (canonical, singular), `aliases`
(joined by `|`; a trailing `?` marks a form that also means something else), `broader` (labels joined by `|`),
`class` (local name of a class of the ontology, or empty). The same label in two folders is one concept with
two types.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.errors import InputError
from kg.model import ENTITY_TYPES, EntityType
from kg.namespaces import ONTOLOGY, PREFIXES, VOCABULARY, concept_iri, fingerprint, normal_form
from kg.resources import data_folder

_RDFS: Final = PREFIXES["rdfs"]
_SKOS: Final = PREFIXES["skos"]
_COLOUR: Final = ONTOLOGY + "colour"
_SHAPE: Final = ONTOLOGY + "shape"
_NAME: Final = re.compile("[A-Z][A-Za-z0-9]*")


class TypeInfo(msgspec.Struct, frozen=True):
    """One entity type: its name is the local name of its class. `colour` is #rrggbb, `shape` a vis.js node shape."""

    name: EntityType
    label: str
    definition: str
    colour: str
    shape: str

    @property
    def iri(self) -> str:
        return ONTOLOGY + self.name


class Term(msgspec.Struct, frozen=True):
    """One concept of the vocabulary. `doubtful` are aliases that also mean something else; `broader` are IRIs."""

    iri: str
    label: str
    types: tuple[EntityType, ...]
    aliases: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


class Vocabulary:
    """Terms by IRI and by form.

    >>> vocabulary = load_vocabulary()
    >>> [term.label for term in vocabulary.find("GPU")]
    ['graphics processing unit']
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms: dict[str, Term] = {term.iri: term for term in sorted(terms, key=lambda t: t.iri)}
        self.fingerprint: str = fingerprint(*(msgspec.json.encode(t).decode() for t in self.terms.values()), length=12)
        self._by_form: dict[str, list[Term]] | None = None

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms.values())

    def __len__(self) -> int:
        return len(self.terms)

    def get(self, iri: str) -> Term | None:
        """The term with that IRI, or None."""
        return self.terms.get(iri)

    def find(self, form: str) -> list[Term]:
        """The terms that bear `form` as label or alias (case, hyphens and blanks folded): label first, then by IRI."""
        if self._by_form is None:
            self._by_form = self._index()
        return self._by_form.get(normal_form(form), [])

    def _index(self) -> dict[str, list[Term]]:
        index: dict[str, list[Term]] = {}
        for names in (lambda t: (t.label,), lambda t: t.aliases + t.doubtful):
            for term in self:
                for name in names(term):
                    bearers = index.setdefault(normal_form(name), [])
                    if term not in bearers:
                        bearers.append(term)
        return index


@cache
def entity_types() -> tuple[TypeInfo, ...]:
    """The entity types, by name."""
    return tuple(_read_type(folder) for folder in _type_folders())


def type_names() -> tuple[EntityType, ...]:
    """The names of the entity types: first those that the models are trained on, then the others.

    >>> type_names()
    ('Method', 'Task', 'Dataset', 'Hardware', 'Metric')
    """
    names = {info.name for info in entity_types()}
    return (*(name for name in ENTITY_TYPES if name in names), *sorted(names.difference(ENTITY_TYPES)))


@cache
def load_vocabulary() -> Vocabulary:
    """The vocabulary that ships with kg, read once."""
    rows: dict[str, Term] = {}
    for folder in _type_folders():
        for term in _read_terms(folder / "terms.tsv", _read_type(folder).name):
            rows[term.iri] = _merge(rows[term.iri], term) if term.iri in rows else term
    return Vocabulary(rows.values())


def _type_folders() -> list[Path]:
    return sorted(p.parent for p in (data_folder("ontology") / "types").glob("*/type.ttl"))


@cache
def _read_type(folder: Path) -> TypeInfo:
    path = folder / "type.ttl"
    classes: dict[str, dict[str, str]] = {}
    for quad in parse(path=str(path), format=RdfFormat.TURTLE):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            classes.setdefault(quad.subject.value, {})[quad.predicate.value] = quad.object.value
    subject, found = next(((s, p) for s, p in classes.items() if _COLOUR in p or _SHAPE in p), ("", {}))
    name = subject.removeprefix(ONTOLOGY)
    if found and not _NAME.fullmatch(name):
        raise InputError(f"{path} declares {subject!r}", mend=f"call the class {ONTOLOGY} and letters")
    try:
        return TypeInfo(
            name=name,
            colour=found[_COLOUR],
            shape=found[_SHAPE],
            label=found[_RDFS + "label"],
            definition=found[_SKOS + "definition"],
        )
    except KeyError as missing:
        raise InputError(f"{path} lacks {missing}", mend="add that property to the class") from None


def _read_terms(path: Path, entity_type: EntityType) -> Iterator[Term]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            forms = _split(row["aliases"])
            yield Term(
                iri=concept_iri(row["label"], VOCABULARY),
                label=row["label"],
                types=(entity_type,),
                aliases=tuple(f for f in forms if not f.endswith("?")),
                doubtful=tuple(f[:-1] for f in forms if f.endswith("?")),
                broader=tuple(concept_iri(label, VOCABULARY) for label in _split(row["broader"])),
                classes=tuple(_split(row.get("class", ""))),
            )


def _split(cell: str | None) -> list[str]:
    return [part for part in (cell or "").split("|") if part]


def _merge(first: Term, second: Term) -> Term:
    return Term(
        iri=first.iri,
        label=first.label,
        types=tuple(sorted({*first.types, *second.types})),
        aliases=tuple(dict.fromkeys(first.aliases + second.aliases)),
        doubtful=tuple(dict.fromkeys(first.doubtful + second.doubtful)),
        broader=tuple(sorted({*first.broader, *second.broader})),
        classes=tuple(sorted({*first.classes, *second.classes})),
    )
