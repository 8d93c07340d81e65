"""JSON: one object a line, an array of objects, or objects one after another."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import msgspec

from kg.reader import MAX_RECORD, Reader, Record, Source, folded_name

_decode: Final = msgspec.json.Decoder().decode
_decode_with_exact_floats: Final = msgspec.json.Decoder(float_hook=str).decode


def _parse(text: str) -> Any:
    """The value of a piece of JSON. What strict JSON forbids but is found (NaN, half surrogate pairs, raw line ends
    in texts) is taken by the lenient parser. Raises ValueError with the reason.
    """
    try:
        return _decode(text)
    except (msgspec.MsgspecError, RecursionError):
        pass
    try:
        return json.loads(text, strict=False, parse_constant=lambda _: None)
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"no valid JSON: {error.msg} at character {error.pos + 1}") from None
    except ValueError:
        raise ValueError("no valid JSON: a number with too many digits") from None


def _iter_unwrapped(line: int, value: dict[str, Any], raw: bytes | str) -> Iterator[Record]:
    """The record that an object is, or those that it wraps."""
    if not _RECORD_NAMES.isdisjoint(value) or not (inner := _find_inner(value)):
        yield _record(line, value, raw)
    else:
        yield from (Record(line, record) for record in inner)


_RECORD_NAMES: Final = frozenset(("abstract", "text", "title", "id"))


def _record(line: int, value: dict[str, Any], raw: bytes | str) -> Record:
    """The record of an object. A number with a fraction as id (1705.10) keeps its digits."""
    if isinstance(value.get("id"), float):
        with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            value["id"] = _decode_with_exact_floats(raw)["id"]
    return Record(line, value)


class JsonLinesReader(Reader):
    """One JSON object a line."""

    name = "jsonl"
    title = "JSON lines, one object a line"
    suffixes = (".jsonl", ".ndjson", ".jsonlines")

    @classmethod
    def sniff(cls, head: str) -> float:
        first, ended, _ = head.lstrip().partition("\n")
        if not re.match(r'\{\s*["}]', first):
            return 0.0
        return 0.95 if first.rstrip().endswith("}") else 0.0 if ended else 0.6

    def iter_records(self, source: Source) -> Iterator[Record]:
        for line, raw in source.iter_raw_lines():
            if not raw or raw.isspace():
                continue
            try:
                value = _decode(raw)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                try:
                    value = _parse(source.decode(line, raw))
                except ValueError as error:
                    source.skip(line, str(error))
                    continue
            if isinstance(value, dict):
                yield from _iter_unwrapped(line, value, raw)
            else:
                source.skip(line, "no JSON object")


_MARK: Final = re.compile(r'["{}\[\]]')
_IN_STRING: Final = re.compile(r'["\\]')


class JsonReader(Reader):
    """An array of objects, an object that holds such arrays (`items`, `results`, …), or objects in a row."""

    name = "json"
    title = "JSON, an array of objects"
    suffixes = (".json",)

    @classmethod
    def sniff(cls, head: str) -> float:
        start = head.lstrip()[:1]
        if start == "[":
            return 0.9 if re.match(r"\s*\[\s*[{\]]", head) else 0.0
        if not re.match(r'\s*\{\s*["}]', head):
            return 0.0
        return 0.5 if head.lstrip().partition("\n")[0].rstrip().endswith("}") else 0.9

    def iter_records(self, source: Source) -> Iterator[Record]:
        for line, raw in _iter_objects(source):
            try:
                value = _parse(raw)
            except ValueError as error:
                source.skip(line, str(error))
                continue
            if isinstance(value, dict):
                yield from _iter_unwrapped(line, value, raw)


def _find_inner(value: dict[str, Any], depth: int = 0) -> list[dict[str, Any]]:
    """The records that an object wraps: the dicts of its first list of dicts, where it is no record itself."""
    if any(folded_name(name) in _RECORD_NAMES for name in value):
        return []
    for inner in value.values():
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            return inner
        if isinstance(inner, dict) and depth < 2 and (found := _find_inner(inner, depth + 1)):
            return found
    return []


def _iter_objects(source: Source) -> Iterator[tuple[int, str]]:
    """(line, text) of each object that stands at the top or in the array at the top."""
    scan = _Scan()
    for line, piece in source.iter_pieces():
        yield from scan.feed(line, piece)
        if scan.overlong:
            source.skip(scan.begin, f"an object longer than {MAX_RECORD >> 20} MB")
            scan.overlong = False
    if scan.depth > scan.base or scan.in_string:
        source.skip(scan.begin or 1, "JSON that is never closed")


class _Scan:
    """Follows brackets and strings through pieces of text and cuts out whole objects."""

    def __init__(self) -> None:
        self.depth = self.base = self.begin = 0
        self.in_string = self.escaped = self.overlong = False
        self._parts: list[str] = []
        self._size = 0
        self._dropping = False

    def feed(self, line: int, piece: str) -> Iterator[tuple[int, str]]:
        start = 0
        position = int(self.escaped)
        self.escaped = False
        while mark := (_IN_STRING if self.in_string else _MARK).search(piece, position):
            position = mark.end()
            character = mark.group()
            if character == "\\":
                self.escaped = position >= len(piece)
                position += 1
            elif character == '"':
                self.in_string = not self.in_string and self.depth > 0
            elif character in "{[":
                if self._open(character):
                    start, self.begin = mark.start(), line
            elif self._close(character):
                yield self.begin, "".join([*self._parts, piece[start:position]])
                self._parts = []
        if self.depth > self.base:
            self._keep(piece[start:])

    def _open(self, character: str) -> bool:
        """Go one level down. Whether an object may begin here."""
        if character == "[" and not self.depth:
            self.base = 1
        first = self.depth == self.base
        if first:
            self._parts, self._size, self._dropping = [], 0, False
        self.depth += 1
        return first

    def _close(self, character: str) -> bool:
        """Go one level up. Whether an object worth keeping ends here."""
        if self.depth == 0:
            return False
        self.depth -= 1
        whole = self.depth == self.base and character == "}" and not self._dropping
        if self.depth < self.base:
            self.base = 0
        return whole

    def _keep(self, text: str) -> None:
        self._size += len(text)
        if self._size <= MAX_RECORD:
            self._parts.append(text)
        elif not self._dropping:
            self._parts = []
            self._dropping = self.overlong = True


IMPLEMENTATIONS = (JsonLinesReader, JsonReader)
