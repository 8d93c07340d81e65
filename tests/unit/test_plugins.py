"""New readers, stores and exporters are one file each, here or in another package; a new query is one folder."""

import importlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from kg import plugins
from kg.catalogue import definitions, get_query, list_queries, run_query
from kg.exporter import choose_exporter, get_exporter, list_exporters, write_export
from kg.plugins import Group, iter_implementations
from kg.reader import find_reader, list_readers, read_abstracts
from kg.resources import data_folder
from kg.store import open_store
from tests.samples import sample_papers
from tests.small_vocabulary import SMALL

EXPORTER: Final = """
from kg.exporter import Exporter, Part


class KeysExporter(Exporter):
    name = "keys"
    title = "the key of each paper, one a line"
    suffixes = (".keys",)

    def iter_parts(self, store):
        yield Part("papers.keys", (paper.key.encode() + b"\\n" for paper in store.iter_papers()))


IMPLEMENTATIONS = (KeysExporter,)
"""
READER: Final = """
from kg.reader import Reader, Record


class CardReader(Reader):
    name = "cards"
    title = "index cards: %% between them"
    suffixes = (".cards",)

    @classmethod
    def sniff(cls, head):
        return 0.9 if head.startswith("%%") else 0.0

    def iter_records(self, source):
        for line, text in source.iter_lines():
            if not text.startswith("%%"):
                yield Record(line, {"text": text})


IMPLEMENTATIONS = (CardReader,)
"""
STORE: Final = """
from kg.stores.memory import MemoryStore


class ScratchStore(MemoryStore):
    schemes = ("scratch",)
    example = "scratch:"

    @classmethod
    def open(cls, url, **options):
        return super().open("memory:", **options)


IMPLEMENTATIONS = (ScratchStore,)
"""
TEXTS: Final[dict[Group, str]] = {"exporters": EXPORTER, "readers": READER, "stores": STORE}


@pytest.fixture(params=["file", "package"])
def _plugged(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One file more in each plural folder, or another package that offers the same."""
    package = tmp_path / "kg_more-1.0.dist-info"
    package.mkdir()
    points = ""
    for group, text in TEXTS.items():
        place = tmp_path / f"kg_more_{group}.py" if request.param == "package" else tmp_path / group / "more.py"
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
        points += f"[kg.{group}]\nmore = kg_more_{group}\n"
        if request.param == "file":
            folder = importlib.import_module(f"kg.{group}")
            monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(place.parent)])
    if request.param == "package":
        (package / "METADATA").write_text("Metadata-Version: 2.1\nName: kg-more\nVersion: 1.0\n")
        (package / "entry_points.txt").write_text(points)
        monkeypatch.syspath_prepend(str(tmp_path))
    plugins._own_modules.cache_clear()
    yield
    plugins._own_modules.cache_clear()


@pytest.mark.usefixtures("_plugged")
def test_an_exporter_is_one_file(tmp_path: Path) -> None:
    assert "keys" in [exporter.name for exporter in list_exporters()]
    papers = sample_papers()
    with open_store("memory:", vocabulary=SMALL) as store:
        store.put(papers)
        write_export(get_exporter("keys"), store, tmp_path / "papers.keys")
    assert (tmp_path / "papers.keys").read_text().splitlines() == [paper.key for paper in papers]
    assert choose_exporter("papers.keys").name == "keys"


@pytest.mark.usefixtures("_plugged")
def test_a_reader_is_one_file(tmp_path: Path) -> None:
    assert "cards" in [reader.name for reader in list_readers()]
    (tmp_path / "a.cards").write_text("%%\nWe use BERT.\n%%\nWe use a GPU.\n")
    abstracts = list(read_abstracts([str(tmp_path / "a.cards")], on_problem=print))
    assert [abstract.text for abstract in abstracts] == ["We use BERT.", "We use a GPU."]
    found = find_reader("papers.txt", "%%\nWe use BERT.")
    assert found is not None
    assert found.name == "cards"


@pytest.mark.usefixtures("_plugged")
def test_a_store_is_one_file() -> None:
    with open_store("scratch:", vocabulary=SMALL) as store:
        assert store.put(sample_papers()) == store.counts().papers == 4


@pytest.mark.parametrize("group", ["exporters", "readers", "stores"])
def test_without_more_files_there_is_nothing_more(group: Group) -> None:
    names = {cls.__name__ for cls in iter_implementations(group)}
    assert names
    assert names.isdisjoint({"KeysExporter", "CardReader", "ScratchStore"})


def test_a_query_is_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(data_folder("queries"), tmp_path / "queries"))
    shutil.copytree(folder / "methods-by-hardware", folder / "who-runs-where")
    monkeypatch.setattr(definitions, "data_folder", lambda _: folder)
    list_queries.cache_clear()
    try:
        assert "who-runs-where" in [query.name for query in list_queries()]
        assert get_query("who-runs-where").example.startswith("kg query who-runs-where --hardware")
        with open_store("memory:", vocabulary=SMALL) as store:
            store.put(sample_papers())
            assert run_query(store, "who-runs-where", {"hardware": "GPU"}).rows
    finally:
        list_queries.cache_clear()
