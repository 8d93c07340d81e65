"""The Python face: a knowledge graph to open, fill, ask and export."""

import html
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

from kg.errors import InputError, MissingExtraError
from kg.model import Extraction
from kg.namespaces import DEFAULT_BASE
from kg.store import Cell, Counts, Store, Table, open_store

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd


class Rows(Sequence[dict[str, Cell]]):
    """The answer to a query: rows as dictionaries by column."""

    def __init__(self, table: Table) -> None:
        self.columns = table.columns
        self._rows = table.rows

    @overload
    def __getitem__(self, index: int) -> dict[str, Cell]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Cell]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Cell] | list[dict[str, Cell]]:
        if isinstance(index, slice):
            return [self._as_dict(row) for row in self._rows[index]]
        return self._as_dict(self._rows[index])

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<{len(self)} rows: {', '.join(self.columns)}>"

    def _as_dict(self, row: tuple[Cell, ...]) -> dict[str, Cell]:
        return dict(zip(self.columns, row, strict=True))

    def to_pandas(self) -> "pd.DataFrame":
        """The rows as a DataFrame. Raises MissingExtraError without pandas."""
        try:
            import pandas as pd
        except ImportError:
            raise MissingExtraError("pandas", "pandas") from None
        return pd.DataFrame(self._rows, columns=list(self.columns))

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{'' if cell is None else html.escape(str(cell))}</td>" for cell in row) + "</tr>"
            for row in self._rows[:100]
        )
        more = f"<p>… and {len(self) - 100} more rows</p>" if len(self) > 100 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


class KnowledgeGraph:
    """A graph of papers, concepts and measured results in one store.

    >>> graph = KnowledgeGraph.open("memory:")
    >>> graph.add_text("BERT runs on a GPU.")
    1
    >>> [row["hardware"] for row in graph.query("methods-by-hardware", hardware="GPU")]
    ['graphics processing unit']
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def open(cls, url: str = "memory:", *, base: str = DEFAULT_BASE, create: bool = True) -> Self:
        """The graph in the store at `url` (a path, `memory:`, `bolt://…`); made where there is none and `create`."""
        return cls(open_store(url, base=base, create=create))

    @classmethod
    def build(cls, *sources: str, store: str = "memory:", workers: int = 1, strict: bool = False) -> Self:
        """A graph of what files, folders and globs hold, in the store at `store`.

        Raises InputError, with `strict` at the first broken record; broken records are else passed over.
        """
        graph = cls.open(store)
        graph.add(*sources, workers=workers, strict=strict)
        return graph

    def add(self, *sources: str, workers: int = 1, strict: bool = False) -> int:
        """Read, extract and put what is new or changed in the sources. Returns how many papers were put."""
        from kg.build import build, read_sources
        from kg.pipeline import load_pipeline

        abstracts = read_sources(sources, strict=strict)
        return build(abstracts, [self.store], pipeline=load_pipeline(base=self.base), workers=workers).put

    def add_text(self, text: str, *, title: str | None = None, id: str | None = None) -> int:  # noqa: A002
        """Extract one abstract and put it. Returns 1.

        `id` may be a DOI or an arXiv id; without it the paper is named by its content, as it is when it is read from
        a file. Raises InputError for an empty text.
        """
        from kg.build import ignore
        from kg.pipeline import load_pipeline
        from kg.reader import Record
        from kg.reader.record import parse_record

        fields = {"id": id, "title": title, "text": text}
        abstract = parse_record(Record(line=1, fields=fields), ignore).abstract
        if abstract is None:
            raise InputError("the text is empty", mend="give an abstract")
        return self.store.put([load_pipeline(base=self.base).extract(abstract)])

    def remove(self, *names: str) -> int:
        """Remove papers by id, DOI, arXiv id or IRI. Raises UsageError for an unknown one."""
        from kg.build import get_paper_iris

        return self.store.remove(get_paper_iris(self.store, names))

    @property
    def base(self) -> str:
        """The base IRI of papers, facts and new concepts."""
        return self.store.base

    def papers(self) -> Iterator[Extraction]:
        """Every paper with all that was extracted from it, by IRI."""
        return self.store.iter_papers()

    def query(self, name: str, *, evidence: bool = False, **parameters: Any) -> Rows:
        """Run a prebuilt query; `min_score=0.5` stands for the parameter `min-score`. See `kg query --list`."""
        from kg.catalogue import run_query

        named = {key.replace("_", "-"): value for key, value in parameters.items() if value is not None}
        return Rows(run_query(self.store, name, named, evidence=evidence))

    def sparql(self, text: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run a SPARQL query; parameters are bound to its variables. Raises LanguageError, QueryError."""
        return Rows(self.store.query("sparql", text, parameters))

    def cypher(self, text: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run a reading Cypher query with `$parameters`. Raises LanguageError, QueryError."""
        return Rows(self.store.query("cypher", text, parameters))

    def export(self, path: str | Path, *, format: str | None = None) -> None:  # noqa: A002
        """Write the whole graph to `path` in a format that `kg export --list` names, by default by its ending."""
        from kg.exporter import choose_exporter, get_exporter, write_export

        write_export(get_exporter(format) if format else choose_exporter(path), self.store, Path(path))

    def view(self, path: str | Path = "graph.html", **options: Any) -> Path:
        """Write an interactive picture that opens without a network; options as in `kg.viz.write_view`."""
        from kg.viz import write_view

        write_view(self.store, Path(path), **options)
        return Path(path)

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """The concepts and the relations between them as a networkx graph."""
        from kg.viz import to_networkx

        return to_networkx(self.store)

    def counts(self) -> Counts:
        """How many papers, concepts, facts, results and quads there are."""
        return self.store.counts()

    def close(self) -> None:
        """Release the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        counts = self.counts()
        return (
            f"<KnowledgeGraph: {counts.papers} papers, {sum(counts.concepts.values())} concepts, {counts.facts} facts>"
        )

    def _repr_html_(self) -> str:
        counts = self.counts()
        cells: list[tuple[str, int]] = [("papers", counts.papers), *counts.concepts.items()]
        cells += [("facts", counts.facts), ("results", counts.results)]
        head = "".join(f"<th>{html.escape(name)}</th>" for name, _ in cells)
        body = "".join(f"<td>{number}</td>" for _, number in cells)
        return f"<table><caption>Knowledge graph</caption><tr>{head}</tr><tr>{body}</tr></table>"
