"""The fixture graph: hand-checked papers and a small vocabulary of their own, on which golden rows are checked."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from kg.catalogue.definitions import read_yaml
from kg.errors import InputError
from kg.model import (
    RESULT_LINKS,
    Abstract,
    Activity,
    Concept,
    EntityType,
    Extraction,
    Fact,
    Mention,
    Polarity,
    Result,
    Span,
    Value,
    assemble,
)
from kg.namespaces import DEFAULT_BASE, VOCABULARY, concept_iri, fingerprint, paper_iri
from kg.resources import data_folder
from kg.schema import Term, Vocabulary

SCORE: Final = 0.9
_ACTIVITY: Final = Activity(version="fixture", configuration="fixture", vocabulary="fixture")


class _Entry(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    aliases: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()


class _Triple(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    is_: tuple[str, str, str] = msgspec.field(name="is")
    polarity: Polarity = "asserted"
    score: float = SCORE


class _Paper(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper as papers.yaml gives it; see the head of that file."""

    id: str
    text: tuple[str, ...]
    mentions: dict[EntityType, dict[str, str | None]]
    roles: dict[str, tuple[str, ...]]
    triples: tuple[tuple[str, str, str] | _Triple, ...]
    results: tuple[Result, ...]
    title: str | None = None
    meta: dict[str, Any] = msgspec.field(default_factory=dict)


def read_fixture(folder: Path | None = None, *, base: str = DEFAULT_BASE) -> tuple[Vocabulary, list[Extraction]]:
    """The vocabulary and the papers of the fixture graph. Raises InputError, naming the file and the key.

    >>> vocabulary, papers = read_fixture()
    >>> vocabulary.find("CTF")[0].label, papers[0].mentions[0].text
    ('charge-trap flash', 'TrapNet')
    """
    folder = folder or data_folder("queries") / "_fixture"
    entries = _read(folder / "vocabulary.yaml", dict[EntityType, dict[str, _Entry]])
    vocabulary = Vocabulary(
        Term(
            iri=concept_iri(label, VOCABULARY),
            label=label,
            types=(kind,),
            aliases=entry.aliases,
            broader=tuple(concept_iri(name, VOCABULARY) for name in entry.broader),
        )
        for kind, labels in entries.items()
        for label, entry in labels.items()
    )
    papers = _read(folder / "papers.yaml", tuple[_Paper, ...])
    return vocabulary, [_Expansion(paper, vocabulary, base).expand() for paper in papers]


def _read(path: Path, kind: Any) -> Any:
    try:
        return msgspec.convert(read_yaml(path), kind)
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: {error}", mend="correct that key") from None


class _Expansion:
    """One paper on its way from the short form to an Extraction."""

    def __init__(self, paper: _Paper, vocabulary: Vocabulary, base: str) -> None:
        self.paper = paper
        self.base = base
        self.iri = paper_iri(paper.id, base)
        self.text = " ".join(paper.text)
        self.known = {term.label: term.iri for term in vocabulary}
        self.mentions = sorted(self.iter_mentions(), key=lambda m: (m.field != "title", m.start))

    def expand(self) -> Extraction:
        paper = self.paper
        abstract = Abstract(key=paper.id, id=paper.id, text=self.text, title=paper.title, meta=paper.meta)
        return assemble(
            abstract,
            iri=self.iri,
            activity=_ACTIVITY,
            sentences=self.iter_sentences(),
            concepts=self.iter_concepts(),
            mentions=self.mentions,
            facts=self.iter_facts(),
        )

    def concept_iri(self, name: str) -> str:
        return self.known.get(name) or concept_iri(name, self.base + "concept/")

    def iter_sentences(self) -> Iterator[Span]:
        if self.paper.title:
            yield Span(field="title", start=0, end=len(self.paper.title))
        start = 0
        for sentence in self.paper.text:
            yield Span(start=start, end=start + len(sentence))
            start += len(sentence) + 1

    def iter_mentions(self) -> Iterator[Mention]:
        surfaces = {
            s: (kind, s if name is None else name)
            for kind, forms in self.paper.mentions.items()
            for s, name in forms.items()
        }
        longest = sorted(surfaces, key=lambda s: (-len(s), s))
        pattern = re.compile("|".join(rf"(?<!\w){re.escape(surface)}(?!\w)" for surface in longest))
        for field, text in (("title", self.paper.title or ""), ("text", self.text)):
            for match in pattern.finditer(text) if surfaces else ():
                kind, name = surfaces[match[0]]
                yield Mention(
                    field=field,  # type: ignore[arg-type]
                    start=match.start(),
                    end=match.end(),
                    text=match[0],
                    type=kind,
                    concept=name,
                    iri=self.concept_iri(name),
                    score=SCORE,
                    component="fixture",
                )

    def iter_concepts(self) -> Iterator[Concept]:
        types: dict[str, set[EntityType]] = {}
        for mention in self.mentions:
            types.setdefault(mention.concept, set()).add(mention.type)
        for name, kinds in types.items():
            yield Concept(name=name, iri=self.concept_iri(name), types=tuple(sorted(kinds)), known=name in self.known)

    def iter_facts(self) -> Iterator[Fact]:
        for name, roles in self.paper.roles.items():
            for role in roles:
                yield self.fact("role", role, name, evidence=(self.spans(name)[0],))
        for given in self.paper.triples:
            triple = given if isinstance(given, _Triple) else _Triple(is_=given)
            subject, relation, name = triple.is_
            evidence = self.nearest(subject, name)
            yield self.fact("relation", relation, name, subject, triple.polarity, triple.score, evidence)
        for result in self.paper.results:
            for name in (result.metric, *(getattr(result, link) for link in RESULT_LINKS)):
                if name is not None:
                    self.spans(name)
            start = self.text.find(result.quote)
            if not result.quote or start < 0:
                raise InputError(f"{self.paper.id}: the quote {result.quote!r} is not in the text", mend="correct it")
            yield self.fact("result", "result", result, evidence=(Span(start=start, end=start + len(result.quote)),))

    def fact(
        self,
        kind: Any,
        predicate: str,
        value: str | Result,
        subject: str | None = None,
        polarity: Polarity = "asserted",
        score: float = SCORE,
        evidence: tuple[Span, ...] = (),
    ) -> Fact:
        parts = (self.iri, predicate, subject or "", polarity, msgspec.json.encode(value).decode())
        return Fact(
            id=fingerprint(*parts),
            kind=kind,
            predicate=predicate,
            object=value,
            subject=subject,
            polarity=polarity,
            score=score,
            component="fixture",
            evidence=evidence,
        )

    def spans(self, name: str) -> list[Span]:
        found = [mention.span for mention in self.mentions if mention.concept == name]
        if not found:
            raise InputError(f"{self.paper.id}: nothing in the text is marked as {name!r}", mend="mark a mention of it")
        return found

    def nearest(self, first: str, second: str) -> tuple[Span, ...]:
        """The first pair of mentions in one sentence, else the first mentions."""
        sentences = list(self.iter_sentences())
        for sentence in sentences[1:] + sentences[:1] if self.paper.title else sentences:
            inside = [
                next(
                    (
                        s
                        for s in self.spans(name)
                        if s.field == sentence.field and sentence.start <= s.start < sentence.end
                    ),
                    None,
                )
                for name in (first, second)
            ]
            if inside[0] and inside[1]:
                return (inside[0], inside[1])
        return (self.spans(first)[0], self.spans(second)[0])
