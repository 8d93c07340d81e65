"""Which class opens a URL; plug-ins."""

import sys
from pathlib import Path

import pytest

from kg.errors import StoreError, UnknownStoreError, UsageError
from kg.store import get_store_class, open_store, parse_scheme

PLUGIN = '''
"""A store that another package brings: papers in a dictionary."""

from kg.store import Counts, Store

KEPT = {}


class ShelfStore(Store):
    schemes = ("shelf",)
    languages = ()
    example = "shelf:NAME"

    def __init__(self, papers):
        self.papers = papers

    @classmethod
    def open(cls, url, *, base="", create=True, read_only=False, vocabulary=None):
        return cls(KEPT.setdefault(url, {}))

    def put(self, papers):
        before = len(self.papers)
        self.papers.update((paper.iri, paper) for paper in papers)
        return len(self.papers) - before

    def remove(self, iris):
        return sum(self.papers.pop(iri, None) is not None for iri in iris)

    def iter_papers(self, iris=None):
        return iter([self.papers[iri] for iri in sorted(self.papers) if iris is None or iri in iris])

    def iter_revisions(self):
        return iter([])

    def find_concepts(self, text, *, limit=10):
        return []

    def counts(self):
        return Counts(papers=len(self.papers), concepts={}, facts=0, results=0)

    def query(self, language, text, parameters=None, *, timeout=None):
        raise NotImplementedError

    def clear(self):
        self.papers.clear()

    def close(self):
        pass


IMPLEMENTATIONS = (ShelfStore,)
'''


@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        ("", "file"),
        ("abstract-kg", "file"),
        ("./a:b", "file"),
        ("/data/x y", "file"),
        ("C:\\papers", "file"),
        ("c:/papers", "file"),
        ("file:///data", "file"),
        ("FILE:///data", "file"),
        ("memory:", "memory"),
        ("neo4j+ssc://db.example:7687", "neo4j+ssc"),
        ("bolt://[::1]", "bolt"),
    ],
)
def test_schemes(url: str, scheme: str) -> None:
    assert parse_scheme(url) == scheme


@pytest.mark.parametrize("scheme", ["bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc", "memory", "file"])
def test_every_promised_scheme_has_a_store(scheme: str) -> None:
    assert scheme in get_store_class(f"{scheme}://host.example").schemes


@pytest.mark.parametrize("url", ["http://localhost:7474", "sqlite:x.db", "ftp://x", "my:folder", "neo4j2://x"])
def test_an_unknown_scheme_is_answered_with_examples(url: str) -> None:
    with pytest.raises(UnknownStoreError) as caught:
        open_store(url)
    assert str(caught.value).startswith(
        f"no store speaks {parse_scheme(url)!r}; give one such as ./abstract-kg, memory:"
    )
    assert "bolt://" in str(caught.value)


@pytest.mark.parametrize(
    "url", ["bolt://neo4j:s3cret@localhost", "neo4j+s://s3cret@db", "nosuch://a:s3cret@b", "bolt://u:s3c/s3cret@h"]
)
def test_credentials_in_a_url_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageError, match="KG_NEO4J_PASSWORD") as caught:
        open_store(url)
    assert "s3cret" not in str(caught.value)


def test_a_folder_may_have_an_at_sign(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store at"):
        open_store(tmp_path / "a@b", create=False)


def test_another_package_brings_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kg_shelf.py").write_text(PLUGIN)
    package = tmp_path / "kg_shelf-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: kg-shelf\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[kg.stores]\nshelf = kg_shelf\n")
    with pytest.raises(UnknownStoreError):
        open_store("shelf:a")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    from tests.samples import sample_papers

    papers = sample_papers()
    with open_store("shelf:a") as store:
        assert store.put(papers) == len(papers)
        assert store.remove([papers[0].iri]) == 1
        assert list(store.iter_papers()) == papers[1:]
    with pytest.raises(UnknownStoreError, match="shelf:NAME"):
        open_store("nosuch:a")
