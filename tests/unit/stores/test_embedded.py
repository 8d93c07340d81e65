"""Opening folders: what is there, what may be there, what is refused and left alone."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.errors import AccessDeniedError, StoreError, StoreVersionError, UnknownStoreError
from kg.namespaces import DEFAULT_BASE, ONTOLOGY
from kg.schema import Term, Vocabulary
from kg.store import open_store
from kg.stores.embedded import EmbeddedStore, parse_folder
from tests.samples import sample_papers
from tests.small_vocabulary import SMALL


def new_store(folder: Path) -> Path:
    open_store(folder, vocabulary=SMALL).close()
    return folder


def listing(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_store_is_made_with_its_parents_and_vocabulary(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b é"
    with open_store(folder, vocabulary=SMALL) as store:
        assert store.find_concepts("GPU")[0].exact
    assert sorted(path.name for path in folder.iterdir()) == ["abstract-kg.json", "graph"]
    assert f'"base": "{DEFAULT_BASE}"' in (folder / "abstract-kg.json").read_text()


def test_a_file_url_and_a_path_name_one_folder(tmp_path: Path) -> None:
    folder = new_store(tmp_path / "my papers")
    with open_store(folder.as_uri(), vocabulary=SMALL) as store:
        store.put(sample_papers())
    with open_store(str(folder), create=False, read_only=True) as store:
        assert store.counts().papers == len(sample_papers())


@pytest.mark.parametrize("url", ["file://host/data", "file:", "file://", "a\0b", ""])
def test_urls_that_name_no_folder_here(url: str) -> None:
    with pytest.raises(UnknownStoreError, match="; give"):
        parse_folder(url)


@pytest.mark.parametrize(("create", "read_only"), [(False, False), (False, True), (True, True)])
def test_nothing_is_made_where_nothing_is_to_be_made(tmp_path: Path, create: bool, read_only: bool) -> None:
    with pytest.raises(StoreError, match=r"there is no store at .*; make one: kg build"):
        open_store(tmp_path / "new", create=create, read_only=read_only)
    assert not (tmp_path / "new").exists()


def test_an_empty_folder_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "abstract-kg.json.new").write_text("what a killed process left")
    open_store(tmp_path, vocabulary=SMALL).close()
    assert (tmp_path / "abstract-kg.json").is_file()


def test_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "papers.txt"
    path.write_text("mine")
    with pytest.raises(StoreError, match="is a file, not the folder of a store; give"):
        open_store(path)
    with pytest.raises(StoreError):
        open_store(path / "below")
    assert path.read_text() == "mine"


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "graph").mkdir()
    (tmp_path / "graph" / "thesis.tex").write_text("mine")
    before = listing(tmp_path)
    for create in (True, False):
        with pytest.raises(StoreError, match="holds other things than a store; give"):
            open_store(tmp_path, create=create)
    assert listing(tmp_path) == before


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ('{"format": 99, "base": "%s"}', "has the store format 99, this is 1; install a newer"),
        ('{"format": 0, "base": "%s"}', "has the store format 0, this is 1; build it again"),
        ('{"format": 1, "base": "urn:other:"}', r"base IRI urn:other:, not .*; set KG_BASE=urn:other:, or"),
        ('{"format": 1, "ba', "is damaged; build"),
        ("", "is damaged; build"),
        ("[]", "is damaged; build"),
    ],
)
def test_other_versions_are_refused_and_left_alone(tmp_path: Path, marker: str, message: str) -> None:
    folder = new_store(tmp_path / "store")
    (folder / "abstract-kg.json").write_text(marker.replace("%s", DEFAULT_BASE))
    before = listing(folder)
    for read_only in (False, True):
        with pytest.raises(StoreVersionError, match=message):
            open_store(folder, read_only=read_only)
    assert listing(folder) == before


def test_a_damaged_graph_is_reported(tmp_path: Path) -> None:
    folder = new_store(tmp_path / "store")
    (folder / "graph" / "CURRENT").write_text("nonsense\n")
    for read_only in (False, True):
        with pytest.raises(StoreError, match=r".+; .+") as caught:
            open_store(folder, read_only=read_only)
        assert str(folder) in str(caught.value)


def test_a_store_is_free_after_a_failed_opening(tmp_path: Path) -> None:
    folder = new_store(tmp_path / "store")
    with pytest.raises(StoreVersionError):
        open_store(folder, base="urn:other:")
    open_store(folder, vocabulary=SMALL).close()


def test_reading_leaves_the_folder_alone(tmp_path: Path) -> None:
    folder = new_store(tmp_path / "store")
    before = {name: data for name, data in listing(folder).items() if "LOG" not in name}
    with open_store(folder, read_only=True) as store:
        store.counts()
        store.query("sparql", "ASK { ?s ?p ?o }", timeout=60)
    assert {name: data for name, data in listing(folder).items() if "LOG" not in name} == before


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may write everywhere: inside, files are opened as somebody else."""
    before = os.geteuid()
    os.seteuid(65534 if before == 0 else before)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    folder = new_store(tmp_path / "store")
    (folder / "abstract-kg.json").chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        for path in (tmp_path / "new", folder):
            with ordinary_user(), pytest.raises(AccessDeniedError, match="no permission; give a folder"):
                open_store(path, vocabulary=SMALL)
    finally:
        tmp_path.chmod(0o700)
    assert not (tmp_path / "new").exists()


def test_the_vocabulary_follows_its_version(tmp_path: Path) -> None:
    folder = new_store(tmp_path / "store")
    other = Vocabulary([Term(iri="urn:old", label="oldfangled thing", types=("Method",), aliases=("OFT",))])
    with EmbeddedStore.open(str(folder), vocabulary=SMALL) as store:
        store.put(sample_papers())
        before = store.counts()
        assert not store.write_vocabulary(SMALL)
        assert store.write_vocabulary(other)
        assert store.find_concepts("OFT")[0].label == "oldfangled thing"
        assert not [match for match in store.find_concepts("TPU") if match.exact]
    with EmbeddedStore.open(str(folder), read_only=True, vocabulary=SMALL) as store:
        assert store.find_concepts("OFT")[0].exact
    with EmbeddedStore.open(str(folder), vocabulary=SMALL) as store:
        assert not [match for match in store.find_concepts("OFT") if match.exact]
        assert store.find_concepts("TPU")[0].exact
        assert list(store.iter_papers()) == sample_papers()
        assert store.counts() == before


def test_left_over_snapshots_go(tmp_path: Path) -> None:
    folder = new_store(tmp_path / "store")
    (folder / "snapshot-x" / "graph").mkdir(parents=True)
    with open_store(folder, vocabulary=SMALL) as store:
        assert store.query("sparql", "ASK { GRAPH ?g { ?s ?p ?o } }", timeout=60).rows == [(True,)]
    assert sorted(path.name for path in folder.iterdir()) == ["abstract-kg.json", "graph"]


def test_a_store_can_be_moved_and_copied(tmp_path: Path) -> None:
    folder = new_store(tmp_path / "store")
    with open_store(folder, vocabulary=SMALL) as store:
        store.put(sample_papers())
    shutil.move(folder, tmp_path / "moved")
    with open_store(tmp_path / "moved", read_only=True) as store:
        assert list(store.iter_papers()) == sample_papers()


def test_the_stores_own_graphs_are_in_no_export(tmp_path: Path) -> None:
    with EmbeddedStore.open(str(tmp_path / "store"), vocabulary=SMALL) as store:
        store.put(sample_papers())
        papers = list(store.iter_quads(include_vocabulary=False))
        everything = list(store.iter_quads())
    assert {str(quad.graph_name).strip("<>") for quad in papers} == {paper.iri for paper in sample_papers()}
    assert everything[-len(papers) :] == papers
    assert not [quad for quad in everything if str(quad.graph_name).startswith(f"<{ONTOLOGY}")]
