"""The two XML formats of arXiv: Atom (its search interface) and OAI-PMH (harvests; any repository's Dublin Core too).

Records are cut out of the file by their tags and parsed one by one: memory stays flat, a broken record costs only
itself, and no document type, so no entity, is ever read.
"""

import html
import re
from collections.abc import Iterator
from typing import Any, ClassVar, Final
from xml.parsers import expat

from kg.errors import InputError
from kg.reader import MAX_RECORD, Reader, Record, Source

_LONGEST_TAG: Final = 200
_PORTION: Final = 1 << 15
_DEEPEST: Final = 100
_PROLOG: Final = 1 << 16
_ILLEGAL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMED_ENTITY: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*);")
_BARE_AMPERSAND: Final = re.compile(r"&(?!(?:#\d+|#x[0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);)")
_DOI: Final = re.compile(r"doi:|https?://(?:dx\.)?doi\.org/|10\.\d{4}", re.IGNORECASE)
_DECLARED: Final = re.compile(r"<!ENTITY", re.IGNORECASE)


class Node:
    """An element: its local name, attributes, own and inner text, children."""

    __slots__ = ("attributes", "children", "name", "pieces")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Node] = []
        self.pieces: list[str] = []

    def iter(self, name: str) -> Iterator["Node"]:
        """All elements of that name below this one, in order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.iter(name)

    @property
    def text(self) -> str:
        """All text in the element, blanks folded."""
        return " ".join("".join(self.pieces).split())

    def texts(self, name: str) -> list[str]:
        return [text for node in self.iter(name) if (text := node.text)]

    def first(self, name: str) -> str | None:
        return next(iter(self.texts(name)), None)


def _parse(text: str) -> Node:
    """The tree of one element; prefixes of names are dropped. Raises expat.ExpatError."""
    root = Node("", {})
    stack = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > _DEEPEST:
            raise RecursionError
        node = Node(name.rpartition(":")[2], attributes)
        stack[-1].children.append(node)
        stack.append(node)

    def end(_: str) -> None:
        node = stack.pop()
        stack[-1].pieces.extend(node.pieces)

    def data(piece: str) -> None:
        stack[-1].pieces.append(piece)

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.Parse(text.encode("utf-8", "replace"), True)
    return root.children[0]


class _XmlReader(Reader):
    element: ClassVar[str]
    """Local name of the element that holds one record."""

    def iter_records(self, source: Source) -> Iterator[Record]:
        found = False
        for line, text in _iter_elements(source, self.element):
            found = True
            if (node := _parse_mended(source, line, text)) is None:
                continue
            fields = self.read_fields(node)
            if fields is None:
                source.warn(line, "a deleted record, left out")
            else:
                yield Record(line, fields)
        if not found:
            source.skip(None, f"no <{self.element}> in this XML")

    def read_fields(self, node: Node) -> dict[str, Any] | None:
        """The fields of a record; None where it says that it was deleted."""
        raise NotImplementedError


def _parse_mended(source: Source, line: int, text: str) -> Node | None:
    if _ILLEGAL.search(text):
        source.warn(line, "characters that XML forbids removed")
        text = _ILLEGAL.sub("", text)
    text = _NAMED_ENTITY.sub(lambda entity: html.escape(html.unescape(entity.group())), text)
    try:
        return _parse(_BARE_AMPERSAND.sub("&amp;", text))
    except (expat.ExpatError, RecursionError, IndexError) as error:
        reason = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else "nested too deeply"
        source.skip(line, f"no valid XML: {reason}")
        return None


def _iter_elements(source: Source, name: str) -> Iterator[tuple[int, str]]:
    """(line, text) of each element of that name."""
    cutter = _Cutter(name)
    for line, piece in _iter_portions(source):
        cutter.append(line, piece)
        if not cutter.found and _DECLARED.search(cutter.buffer):
            raise InputError("XML that declares entities is not read")
        while (element := cutter.cut(source)) is not None:
            yield element
    if cutter.inside:
        source.skip(cutter.line, f"no valid XML: <{name}> is never closed")


def _iter_portions(source: Source) -> Iterator[tuple[int, str]]:
    """(line of its beginning, text) of portions large enough that long records are not copied line by line."""
    pieces: list[str] = []
    begin = size = 0
    for number, piece in source.iter_pieces():
        begin = begin if pieces else number
        pieces.append(piece)
        size += len(piece)
        if size >= _PORTION:
            yield begin, "".join(pieces)
            pieces, size = [], 0
    if pieces:
        yield begin, "".join(pieces)


class _Cutter:
    """Cuts whole elements out of text that comes in pieces. `line` is that of the beginning of the buffer."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.buffer = ""
        self.line = 1
        self.inside = self.found = False
        self._start = re.compile(rf"<(?:[\w.-]+:)?{name}(?=[\s>/])")
        self._end = re.compile(rf"</(?:[\w.-]+:)?{name}\s*>")
        self._searched = 0

    def append(self, line: int, piece: str) -> None:
        if not self.buffer:
            self.line = line
        self.buffer += piece

    def cut(self, source: Source) -> tuple[int, str] | None:
        """The next whole element; None where more text is needed first."""
        while mark := (self._end if self.inside else self._start).search(self.buffer, self._searched):
            if not self.inside:
                self._drop(mark.start())
                self.inside = self.found = True
                self._searched = 1
            elif again := self._start.search(self.buffer, 1, mark.start()):
                source.skip(self.line, f"no valid XML: <{self.name}> is never closed")
                self._drop(again.start())
                self._searched = 1
            else:
                element = self.line, self.buffer[: mark.end()]
                self._drop(mark.end())
                self.inside = False
                return element
        self._searched = max(int(self.inside), len(self.buffer) - _LONGEST_TAG)
        if self.inside and len(self.buffer) > MAX_RECORD:
            source.skip(self.line, f"a record longer than {MAX_RECORD >> 20} MB")
            self._drop(len(self.buffer))
            self.inside = False
        elif not self.inside and len(self.buffer) > _PROLOG:
            self._drop(len(self.buffer) - _LONGEST_TAG)
        return None

    def _drop(self, end: int) -> None:
        self.line += self.buffer.count("\n", 0, end)
        self.buffer = self.buffer[end:]
        self._searched = 0


class AtomReader(_XmlReader):
    """Atom feeds, as the search interface of arXiv gives them."""

    name = "atom"
    title = "arXiv Atom feed"
    suffixes = (".atom", ".xml")
    element = "entry"

    @classmethod
    def sniff(cls, head: str) -> float:
        return 0.95 if re.search(r"<(?:[\w.-]+:)?feed[\s>]", head) and head.lstrip().startswith("<") else 0.0

    def read_fields(self, node: Node) -> dict[str, Any] | None:
        rest = {"doi", "comment", "journal_ref"}
        return {
            "id": node.first("id"),
            "title": node.first("title"),
            "abstract": node.first("summary") or node.first("content"),
            "authors": [name for author in node.iter("author") if (name := author.first("name"))],
            "published": node.first("published"),
            "updated": node.first("updated"),
            "categories": [term for category in node.iter("category") if (term := category.attributes.get("term"))],
            **{name: node.first(name) for name in sorted(rest)},
        }


class OaiReader(_XmlReader):
    """OAI-PMH harvests: arXiv's own formats (arXiv, arXivRaw) and Dublin Core (oai_dc) of any repository."""

    name = "oai"
    title = "OAI-PMH harvest (arXiv, arXivRaw, oai_dc)"
    suffixes = (".oai", ".xml")
    element = "record"

    @classmethod
    def sniff(cls, head: str) -> float:
        if not head.lstrip().startswith("<"):
            return 0.0
        return (
            0.95
            if re.search(r"<(?:[\w.-]+:)?(?:OAI-PMH|ListRecords|GetRecord)[\s>]", head)
            else 0.3 * ("<record" in head)
        )

    def read_fields(self, node: Node) -> dict[str, Any] | None:
        header = next(node.iter("header"), None)
        if header is not None and header.attributes.get("status") == "deleted":
            return None
        metadata = next(node.iter("metadata"), node)
        identifier = header.first("identifier") if header is not None else None
        if next(metadata.iter("dc"), None) is not None or next(metadata.iter("description"), None) is not None:
            return {"id": identifier, **_read_dublin_core(metadata)}
        return {"id": metadata.first("id") or identifier, **_read_arxiv(metadata)}


def _read_arxiv(metadata: Node) -> dict[str, Any]:
    people = [{child.name: child.text for child in author.children} for author in metadata.iter("author")]
    version = next(metadata.iter("version"), None)
    names = ("title", "abstract", "categories", "doi", "journal-ref", "comments", "report-no", "license", "updated")
    return {
        "authors": people or metadata.first("authors"),
        "created": metadata.first("created") or (version.first("date") if version is not None else None),
        **{name: metadata.first(name) for name in names},
    }


def _read_dublin_core(metadata: Node) -> dict[str, Any]:
    """Dublin Core says little about what a value is: the longest description that is no comment is the abstract."""
    descriptions = [text for text in metadata.texts("description") if not text.startswith("Comment:")]
    identifiers = metadata.texts("identifier")
    return {
        "title": metadata.first("title"),
        "abstract": max(descriptions, key=len, default=None),
        "authors": metadata.texts("creator"),
        "date": metadata.first("date"),
        "categories": metadata.texts("subject"),
        "doi": next(filter(_DOI.match, identifiers), None),
        "identifiers": identifiers,
        "language": metadata.first("language"),
    }


IMPLEMENTATIONS = (AtomReader, OaiReader)
