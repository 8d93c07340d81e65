"""From a record, whatever its field names, to an Abstract: identity, title, text and what else there is."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import msgspec

from kg.model import Abstract
from kg.reader.contract import Record
from kg.reader.dates import find_date
from kg.reader.identity import content_hash, find_arxiv, find_doi, find_key
from kg.reader.languages import ENGLISH, Stretch, is_plainly_english, list_stretches, main_language
from kg.reader.markup import render
from kg.reader.notices import is_withdrawn, says_no_abstract
from kg.reader.people import decode_latex, find_name, split_authors
from kg.reader.values import Report, clean, is_huge, is_nothing, plain, shown, texts

_NAMES: Final[dict[str, str]] = {
    "id": "id identifier key paperid corpusid itemid accessionnumber",
    "title": "title displayname articletitle documenttitle papertitle",
    "text": "abstract text summary description abstracttext ab",
    "doi": "doi",
    "arxiv": "arxiv arxivid eprint",
    "authors": "authors author creators creator authornames au",
    "date": (
        "date published publicationdate publisheddate datepublished publishedonline publishedprint issued created "
        "year publicationyear pubyear py updated updatedate"
    ),
    "venue": "venue journal journalref journaltitle containertitle booktitle publicationtitle sourcetitle conference",
    "categories": "categories category subjects subject fieldsofstudy",
}
_ROLES: Final = {name: (role, rank) for role, names in _NAMES.items() for rank, name in enumerate(names.split())}
TEXT_NAMES: Final = frozenset(_NAMES["text"].split())
_OWN_OUTPUT: Final = frozenset(
    ["iri", "activity", "sentences", "concepts", "mentions", "facts", "roles", "triples", "results"]
)
_LONGEST_ID: Final = 1000


@lru_cache(maxsize=4096)
def folded_name(name: str) -> str:
    """A field's name with case, blanks and marks folded away.

    >>> folded_name("Publication Year"), folded_name("journal-ref")
    ('publicationyear', 'journalref')
    """
    return re.sub(r"[\W_]+", "", name.lower())


class Parsed(msgspec.Struct):
    """What a record comes to. `abstract` is None where it has no text; `key` then tells the paper it belongs to.

    `language` is that of the text where it is surely not English, `other` a second one beside English; None else.
    """

    key: str | None
    abstract: Abstract | None
    language: str | None = None
    other: str | None = None
    withdrawn: bool = False


def parse_record(record: Record, report: Report, *, with_meta: bool = True) -> Parsed:
    """The abstract of a record. What had to be dropped is told to `report`, the record's id named.

    Without `with_meta` only what tells papers apart is read: identifiers, title and text.
    """
    fields = _with_own_meta(record.fields)
    roles, rest = _plan(tuple(fields))
    given = _find_id(fields, roles, report)

    def tell(reason: str) -> None:
        report(reason if given is None else f"record {given}: {reason}")

    identifiers = _read_roles(fields, roles, _IDENTIFIERS, tell)
    doi = identifiers.get("doi")
    if given is not None:
        if arxiv := identifiers.get("arxiv") or find_arxiv(given):
            identifiers["arxiv"] = arxiv
        elif doi is None:
            doi = find_doi(given)
    key = find_key(doi=doi, arxiv=identifiers.get("arxiv"), given=given)
    title = _read_text(fields, roles.get("title", ()), "title", record.verbatim, tell)
    text = _read_text(fields, roles.get("text", ()), "text", record.verbatim, tell)
    if text is None:
        return Parsed(key, None)
    key = key or f"sha256:{content_hash(title, text, length=16)}"
    if not with_meta:
        return Parsed(key, Abstract(key=key, id=given or key, title=title, text=text))
    meta = _read_meta(fields, roles, rest, identifiers, tell)
    language, other = find_languages(text)
    if language is not None:
        meta.setdefault("language", language)
    withdrawn = is_withdrawn(text) or (title is not None and is_withdrawn(title))
    if withdrawn:
        meta.setdefault("withdrawn", True)
    abstract = Abstract(key=key, id=given or key, title=title, text=text, meta=meta)
    return Parsed(key, abstract, language, other, withdrawn)


def find_languages(text: str) -> tuple[str | None, str | None]:
    """The language of a text that is surely not English, and a second one beside English; None where there is none.

    >>> find_languages("We use a GPU."), find_languages("Wir zeigen, dass das Netz schnell ist.")
    ((None, None), ('de', None))
    """
    if is_plainly_english(text) and "---" not in text:
        return None, None
    stretches = list_stretches(text)
    main = main_language(stretches)
    foreign: list[Stretch] = [s for s in stretches if s.language != ENGLISH]
    return main, None if main or not foreign else max(foreign, key=lambda s: s.letters).language


_Fields = dict[str, Any]
_Roles = dict[str, tuple[str, ...]]


@lru_cache(maxsize=1024)
def _plan(names: tuple[str, ...]) -> tuple[_Roles, tuple[str, ...]]:
    """The names that bear a role, the best first, and the others; what kg itself extracted is left out."""
    own = _OWN_OUTPUT if "mentions" in names and "text" in names else frozenset()
    ranked: dict[str, list[tuple[int, str]]] = {}
    rest = []
    for name in names:
        role = _ROLES.get(folded_name(name))
        if role is not None:
            ranked.setdefault(role[0], []).append((role[1], name))
        elif name not in own:
            rest.append(name)
    return {role: tuple(name for _, name in sorted(found)) for role, found in ranked.items()}, tuple(rest)


def _with_own_meta(fields: _Fields) -> _Fields:
    """The fields with those of `meta`, where kg itself wrote the record, beside them."""
    meta = fields.get("meta")
    if not isinstance(meta, dict):
        return fields
    inner = {name: value for name, value in meta.items() if _ROLES.get(folded_name(name), ("",))[0] not in _CONTENT}
    return {**inner, **{name: value for name, value in fields.items() if name != "meta"}}


_CONTENT: Final = frozenset(("id", "title", "text"))


def _find_id(fields: _Fields, roles: _Roles, report: Report) -> str | None:
    for name in roles.get("id", ()):
        value = fields[name]
        if is_nothing(value):
            continue
        if isinstance(value, bool | list | dict) or is_huge(value):
            report(f"{name}: {shown(value)} is no id, dropped")
            continue
        text = clean(str(value), name, report)
        if len(text) > _LONGEST_ID:
            report(f"{name}: an id of {len(text)} characters dropped")
        elif text.strip():
            return text
    return None


def _read_text(fields: _Fields, names: tuple[str, ...], role: str, verbatim: bool, report: Report) -> str | None:
    """The first usable text under these names."""
    for name in names:
        value = _as_text(fields[name], role)
        if is_nothing(value):
            continue
        if not isinstance(value, str):
            report(f"{name}: {shown(value)} is no text, dropped")
            continue
        text = clean(value if verbatim else render(value), name, report)
        if text and not text.isspace() and not (role == "text" and says_no_abstract(text)):
            return text
    return None


def _as_text(value: Any, role: str) -> Any:
    """A list of texts as one, a number as the title it is; anything else as it comes."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return " ".join(value) if role == "text" else value[0]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if role == "title" and is_number and not is_nothing(value) and not is_huge(value) else value


_MetaReaders = dict[str, Callable[[Any, str, Report], Any]]


def _read_roles(fields: _Fields, roles: _Roles, readers: _MetaReaders, report: Report) -> _Fields:
    """For each role the first value that its reader accepts."""
    read: _Fields = {}
    for role, reader in readers.items():
        for name in roles.get(role, ()):
            value = fields[name]
            if not is_nothing(value) and (kept := reader(value, name, report)) is not None:
                read[role] = kept
                break
    return read


def _read_meta(fields: _Fields, roles: _Roles, rest: tuple[str, ...], identifiers: _Fields, report: Report) -> _Fields:
    meta = _read_roles(fields, roles, _DESCRIPTIONS, report)
    meta.update(identifiers)
    spare = [name for role, names in roles.items() if role not in _CONTENT for name in names[1:]]
    spare += [name for name in roles.get("id", ())[1:] if not str(fields[name]).startswith(_KEY_PREFIXES)]
    for name in (*rest, *spare):
        value = fields[name]
        if is_nothing(value):
            continue
        name = clean(name, "name of a property", report)
        if name not in meta and not is_nothing(kept := plain(value, name, report)):
            meta[name] = kept
    return meta


_KEY_PREFIXES: Final = ("doi:", "arxiv:", "sha256:")


_DOIS: Final = re.compile(r"10\.\d{4,9}/[^\s;,]+")


def _read_doi(value: Any, name: str, report: Report) -> str | None:
    text = clean(value, name, report) if isinstance(value, str) else ""
    doi = find_doi(text)
    if doi is None:
        report(f"{name}: {shown(value)} is no DOI, dropped")
    elif len(text) > len(doi) + 8 and len(found := set(_DOIS.findall(text.lower()))) > 1:
        report(f"{name}: {len(found)} DOIs, the first one ({doi}) taken")
    return doi


def _read_arxiv(value: Any, name: str, report: Report) -> str | None:
    found = find_arxiv(value) if isinstance(value, str) else None
    if found is None:
        report(f"{name}: {shown(value)} is no arXiv id, dropped")
    return found


def _read_date(value: Any, name: str, report: Report) -> str | None:
    found = find_date(value)
    if found is None:
        report(f"{name}: {shown(value)} is no date, dropped")
    return found


def _read_authors(value: Any, name: str, report: Report) -> list[str] | None:
    if isinstance(value, dict):
        value = [value]
    if isinstance(value, list):
        value = [find_name(item) or item for item in value]
    names = texts(value, name, report, split=split_authors)
    return [decode_latex(person) for person in names] or None


def _read_categories(value: Any, name: str, report: Report) -> list[str] | None:
    if isinstance(value, list):
        value = [find_name(item) or item for item in value]
    return texts(value, name, report, split=_split_categories) or None


def _split_categories(text: str) -> list[str]:
    return re.split("[;,]", text) if re.search("[;,]", text) else text.split()


def _read_venue(value: Any, name: str, report: Report) -> str | None:
    first = value[0] if isinstance(value, list) else value
    venue = find_name(first)
    if venue is None:
        report(f"{name}: {shown(value)} is no name, dropped")
    return clean(venue, name, report) if venue else None


_IDENTIFIERS: Final[_MetaReaders] = {"doi": _read_doi, "arxiv": _read_arxiv}
_DESCRIPTIONS: Final[_MetaReaders] = {
    "authors": _read_authors,
    "categories": _read_categories,
    "date": _read_date,
    "venue": _read_venue,
}
