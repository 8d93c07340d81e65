"""Two tables, nodes.csv and edges.csv: for spreadsheets, and in an exact variant for programs.

RFC 4180: UTF-8, comma, CRLF row ends, quotes doubled. Lists are JSON arrays. `id`, `source` and `target` are
IRIs. In the variant for spreadsheets a text that would run as a formula (it begins with = + - @, tab or
carriage return, and is no number) has an apostrophe before it.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from kg.exporter import Exporter, Part
from kg.mapping.cells import escape_formula
from kg.mapping.elements import EDGE_PROPERTIES, LOSSES, NODE_PROPERTIES, Edge, Node, iter_elements
from kg.schema import load_vocabulary
from kg.store import Store

_LOSSES: Final = (*LOSSES, "the difference between an empty text and none")
_CHUNK: Final = 1 << 18
_NODE_COLUMNS: Final = ("id", *NODE_PROPERTIES)
_EDGE_COLUMNS: Final = ("id", "source", "target", *EDGE_PROPERTIES)


class CsvExporter(Exporter):
    """A folder with nodes.csv and edges.csv; the store is read once for each."""

    name: ClassVar[str] = "csv"
    title: ClassVar[str] = "node and edge lists for spreadsheets (a folder)"
    suffixes: ClassVar[tuple[str, ...]] = ()
    losses: ClassVar[tuple[str, ...]] = (
        *_LOSSES,
        "texts that begin with = + - @, tab or carriage return have an apostrophe before them (csv-exact has not)",
    )
    exact: ClassVar[bool] = False

    def iter_parts(self, store: Store) -> Iterator[Part]:
        yield Part("nodes.csv", _iter_chunks(_NODE_COLUMNS, self._iter_rows(store, Node)))
        yield Part("edges.csv", _iter_chunks(_EDGE_COLUMNS, self._iter_rows(store, Edge)))

    def _iter_rows(self, store: Store, kind: type[Node] | type[Edge]) -> Iterator[Mapping[str, str]]:
        for element in iter_elements(store, load_vocabulary(), base=store.base):
            if isinstance(element, kind):
                ends = {"source": element.source, "target": element.target} if isinstance(element, Edge) else {}
                cells = {name: self._cell(value) for name, value in element.properties.items()}
                yield {"id": element.id, **ends, **cells}

    def _cell(self, value: Any) -> str:
        if isinstance(value, list):
            return json.dumps(value, ensure_ascii=False)
        if not isinstance(value, str):
            return repr(value)
        return value if self.exact else escape_formula(value)


class ExactCsvExporter(CsvExporter):
    """The same with every text as it is."""

    name: ClassVar[str] = "csv-exact"
    title: ClassVar[str] = "node and edge lists with exact texts, for programs (a folder)"
    losses: ClassVar[tuple[str, ...]] = _LOSSES
    exact: ClassVar[bool] = True


def _iter_chunks(columns: Sequence[str], rows: Iterator[Mapping[str, str]]) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(row)
        if text.tell() > _CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


IMPLEMENTATIONS: Final = (CsvExporter, ExactCsvExporter)
