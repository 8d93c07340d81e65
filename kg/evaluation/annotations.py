"""Annotated abstracts, by people or by the extractor, and how they are read from JSON lines.

A line holds `id`, `text`, `mentions` (`start`, `end`, `type`, `concept`), `roles` (concept to its roles), `triples`
and `results`, as `kg extract` writes them too. Scores of roles, triples and results come from the `facts` of the
line; whatever has no score has 1.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import msgspec

from kg.errors import InputError, RecordError
from kg.model import RELATIONS, RESULT_LINKS, ROLES, Extraction, Field, Polarity, encode
from kg.schema import type_names

Score = Annotated[float, msgspec.Meta(ge=0, le=1)]
_MEND: Final = "give one annotated abstract a line, as the gold or kg extract writes them"
_OFFSETS: Final = "offsets count code points of the text from 0, the end is the first one after the mention"


class MentionItem(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the text that names a concept."""

    start: Annotated[int, msgspec.Meta(ge=0)]
    end: int
    type: Annotated[str, msgspec.Meta(pattern=r"^[\w.-]{1,60}$")]
    concept: Annotated[str, msgspec.Meta(min_length=1)]
    text: str | None = None
    field: Field = "text"
    score: Score = 1.0

    @property
    def key(self) -> tuple[int, int, str]:
        """Where it stands and its type: mentions of equal keys are the same."""
        return (self.start, self.end, self.type)

    def overlaps(self, other: "MentionItem") -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


class ResultItem(msgspec.Struct, frozen=True, kw_only=True):
    """A measured value; None where the text does not say."""

    value: str | int | float
    metric: str | None = None
    unit: str | None = None
    comparator: str | None = None
    method: str | None = None
    dataset: str | None = None
    task: str | None = None
    hardware: str | None = None
    baseline: str | None = None
    quote: str | None = None
    score: Score = 1.0

    def links(self) -> list[tuple[str, str]]:
        """The slots that name a concept, each with it."""
        named = ((slot, getattr(self, slot)) for slot in RESULT_LINKS)
        return [(slot, concept) for slot, concept in named if concept]


class RoleItem(NamedTuple):
    """A role that a concept has in the paper."""

    concept: str
    role: str
    score: float = 1.0


class TripleItem(NamedTuple):
    """A relation between two concepts."""

    subject: str
    relation: str
    object: str
    score: float = 1.0


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """What an abstract says, according to people or to the extractor. Mentions of the title are left out."""

    id: str
    text: str = ""
    title: str | None = None
    mentions: tuple[MentionItem, ...] = ()
    roles: tuple[RoleItem, ...] = ()
    triples: tuple[TripleItem, ...] = ()
    results: tuple[ResultItem, ...] = ()


class _FactLine(msgspec.Struct):
    predicate: str
    object: str | ResultItem
    subject: str | None = None
    polarity: Polarity = "asserted"
    score: Score = 1.0


class _Line(msgspec.Struct):
    """`activity` is in every line that kg extract writes; it leaves out mentions where there are none."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    activity: Any = None
    mentions: tuple[MentionItem, ...] = ()
    text: str | None = None
    title: str | None = None
    roles: dict[str, tuple[str, ...]] = {}
    triples: tuple[tuple[str, str, str], ...] = ()
    results: tuple[ResultItem, ...] = ()
    facts: tuple[_FactLine, ...] = ()


_decoder: Final = msgspec.json.Decoder(_Line)


def read_gold(path: Path) -> list[Annotation]:
    """The annotated abstracts of a file, in its order.

    Raises InputError for a file that cannot be read or is empty, RecordError at the first line that is not
    an annotated abstract, contradicts itself or repeats an id.
    """
    lines: dict[str, int] = {}
    golds = []
    for number, line in _iter_lines(path):
        if line.id in lines:
            raise _refuse(path, number, f"the id {line.id!r} stands on line {lines[line.id]} already")
        if line.text is None:
            raise _refuse(path, number, f"{line.id!r} has no text")
        if fault := _find_gold_fault(line) or _find_offset_fault(line, line.text):
            raise _refuse(path, number, f"{line.id!r}: {fault}")
        lines[line.id] = number
        golds.append(_to_annotation(line, line.text))
    if not golds:
        raise InputError(f"{path} holds no annotated abstract", mend=_MEND)
    return golds


def read_found(path: Path, texts: Mapping[str, str]) -> dict[str, Annotation]:
    """What was found in the abstracts whose `texts` are given by id; lines of other abstracts are passed over.

    Raises InputError and RecordError as `read_gold` does, and RecordError where a text is not the one given.
    """
    lines: dict[str, int] = {}
    found = {}
    for number, line in _iter_lines(path):
        if line.id in lines:
            raise _refuse(path, number, f"the id {line.id!r} stands on line {lines[line.id]} already")
        lines[line.id] = number
        if (text := texts.get(line.id)) is None:
            continue
        if line.text is not None and line.text != text:
            raise _refuse(path, number, f"{line.id!r}: the text is not that of the gold", mend="extract from the gold")
        if fault := _find_offset_fault(line, text):
            raise _refuse(path, number, f"{line.id!r}: {fault}")
        found[line.id] = _to_annotation(line, text)
    return found


def to_annotation(extraction: Extraction) -> Annotation:
    """An Extraction as what was found in its abstract.

    >>> from kg.model import Activity, Mention
    >>> gpu = Mention(start=0, end=3, text="GPU", type="Hardware", concept="GPU", iri="urn:gpu", score=0.9)
    >>> activity = Activity(version="1", configuration="", vocabulary="")
    >>> paper = Extraction(id="p", key="p", iri="urn:p", text="GPU", activity=activity, mentions=(gpu,))
    >>> to_annotation(paper).mentions[0].score
    0.9
    """
    return _to_annotation(_decoder.decode(encode(extraction)), extraction.text)


def _iter_lines(path: Path) -> Iterator[tuple[int, _Line]]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                raw = line.removeprefix(b"\xef\xbb\xbf").strip()
                if raw:
                    yield number, _parse_line(path, number, raw)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}", mend=_MEND) from None


def _parse_line(path: Path, number: int, raw: bytes) -> _Line:
    try:
        line = _decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise _refuse(path, number, f"not an annotated abstract: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refuse(path, number, f"not JSON: {error}") from None
    if line.activity is None and b'"mentions"' not in raw:
        raise _refuse(path, number, f"{line.id!r} has no mentions; where there are none, write an empty list")
    return line


def _refuse(path: Path, number: int, reason: str, *, mend: str = _MEND) -> RecordError:
    return RecordError(str(path), number, reason, mend=_OFFSETS if "offsets" in reason else mend)


def _find_gold_fault(line: _Line) -> str:
    """What people mistype: names that are none. Empty where all is well."""
    words = [("type", m.type, type_names()) for m in line.mentions]
    words += [("role", role, ROLES) for roles in line.roles.values() for role in roles]
    words += [("relation", relation, RELATIONS) for _, relation, _ in line.triples]
    for kind, word, known in words:
        if word not in known:
            return f"{word!r} is no {kind}: choose among {', '.join(known)}"
    return next((f"a result has no number: {r.value!r}" for r in line.results if not str(r.value).strip()), "")


def _find_offset_fault(line: _Line, text: str) -> str:
    for number, mention in enumerate(line.mentions, 1):
        if mention.field == "title":
            continue
        name = f"mention {number} ({mention.concept!r})"
        if not mention.start < mention.end <= len(text):
            return (
                f"{name} has impossible offsets {mention.start} to {mention.end}: the text has {len(text)} characters"
            )
        there = text[mention.start : mention.end]
        if mention.text is not None and mention.text != there:
            return f"{name} has wrong offsets: the text there is {there!r}, not {mention.text!r}"
    return ""


def _to_annotation(line: _Line, text: str) -> Annotation:
    scores = _Scores(line.facts)
    return Annotation(
        id=line.id,
        text=text,
        title=line.title,
        mentions=tuple(m for m in line.mentions if m.field != "title"),
        roles=tuple(
            RoleItem(concept, role, scores.of_fact(None, role, concept))
            for concept, roles in line.roles.items()
            for role in dict.fromkeys(roles)
        ),
        triples=tuple(TripleItem(s, r, o, scores.of_fact(s, r, o)) for s, r, o in line.triples),
        results=tuple(map(scores.add_to, line.results)),
    )


class _Scores:
    """The scores of the asserted facts of a line."""

    def __init__(self, facts: tuple[_FactLine, ...]) -> None:
        self._facts: dict[tuple[str | None, str, str], float] = {}
        self._results: dict[ResultItem, list[float]] = {}
        for fact in facts:
            if fact.polarity != "asserted":
                continue
            if isinstance(fact.object, ResultItem):
                self._results.setdefault(fact.object, []).append(fact.score)
            else:
                key = (fact.subject, fact.predicate, fact.object)
                self._facts[key] = max(fact.score, self._facts.get(key, 0.0))

    def of_fact(self, subject: str | None, predicate: str, target: str) -> float:
        return self._facts.get((subject, predicate, target), 1.0)

    def add_to(self, result: ResultItem) -> ResultItem:
        waiting = self._results.get(result)
        return msgspec.structs.replace(result, score=waiting.pop(0)) if waiting else result
