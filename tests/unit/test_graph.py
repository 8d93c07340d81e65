"""The Python face."""

from pathlib import Path

import pandas as pd
import pytest

import kg
from kg import KnowledgeGraph
from kg.errors import InputError, LanguageError, UsageError


@pytest.fixture
def graph() -> KnowledgeGraph:
    """A graph of one paper in memory."""
    graph = KnowledgeGraph.open("memory:")
    graph.add_text("We propose FrogNet. FrogNet runs on a GPU.", title="Frogs <b>", id="p1")
    return graph


def test_the_public_names_are_these() -> None:
    assert kg.__all__ == ["KnowledgeGraph", "__version__"]
    assert kg.KnowledgeGraph is KnowledgeGraph


def test_rows_are_dictionaries_and_data_frames(graph: KnowledgeGraph) -> None:
    rows = graph.query("methods-by-hardware", hardware="GPU")
    assert rows[0]["method"] == "FrogNet"
    assert [row["method"] for row in rows[:1]] == ["FrogNet"]
    frame = rows.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame.columns) == list(rows.columns)
    assert len(frame) == len(rows)
    assert "<td>FrogNet</td>" in rows._repr_html_()


def test_counts_show_in_a_notebook(graph: KnowledgeGraph) -> None:
    assert graph.counts().papers == 1
    assert "<td>1</td>" in graph._repr_html_()
    assert repr(graph).startswith("<KnowledgeGraph: 1 papers")


def test_a_text_is_the_paper_that_a_file_with_it_gives(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "10.1000/ABC", "text": "We use a GPU."}\n{"text": "We use a TPU."}\n')
    read, added = KnowledgeGraph.build(str(tmp_path / "a.jsonl")), KnowledgeGraph.open()
    assert added.add_text("We use a GPU.", id="10.1000/ABC") == added.add_text("We use a TPU.") == 1
    assert [(p.key, p.id) for p in added.papers()] == [(p.key, p.id) for p in read.papers()]
    assert added.add_text("<p>If a&lt;b, we use a <b>GPU</b>.</p>", id="b") == 1
    assert {p.id: p.text for p in added.papers()}["b"] == "If a<b, we use a GPU."
    with pytest.raises(InputError, match="empty"):
        added.add_text(" \n")


def test_a_language_that_the_store_does_not_speak(graph: KnowledgeGraph) -> None:
    with pytest.raises(LanguageError, match="cypher"):
        graph.cypher("MATCH (p:Paper) RETURN p")


def test_free_queries_bind_their_parameters(graph: KnowledgeGraph) -> None:
    text = "SELECT ?paper { GRAPH ?paper { ?paper <http://purl.org/dc/terms/identifier> ?id } }"
    assert len(graph.sparql(text, {"id": "p1"})) == 1
    assert len(graph.sparql(text, {"id": 'p1" }'})) == 0


def test_build_export_view_and_remove(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("We use BERT on a GPU.\nWe use BERT on an FPGA.\n")
    with KnowledgeGraph.build(str(tmp_path / "a.txt"), store=str(tmp_path / "graph")) as graph:
        assert graph.counts().papers == 2
        assert graph.add(str(tmp_path / "a.txt")) == 0
        graph.export(tmp_path / "a.ttl")
        assert (tmp_path / "a.ttl").stat().st_size > 1000
        assert graph.view(tmp_path / "a.html").read_text().startswith("<!doctype html>")
        assert graph.to_networkx().number_of_nodes() > 0
        key = next(graph.papers()).key
        assert graph.remove(key) == 1
        with pytest.raises(UsageError, match="no paper"):
            graph.remove(key)
