"""Projections: what becomes a node, an edge, evidence."""

import pickle

import networkx as nx
import pytest
from hypothesis import given, settings

from kg.errors import UsageError
from kg.model import Extraction
from kg.viz import Evidence, centrality, communities, find_neighbourhood, to_networkx
from kg.viz.analysis import Measure, select_best, to_simple
from tests.samples import HOSTILE, RTL, sample_papers
from tests.strategies import extractions


@pytest.fixture(scope="module")
def graph() -> "nx.MultiDiGraph[str]":
    return to_networkx(sample_papers())


def node_called(graph: "nx.MultiDiGraph[str]", label: str) -> str:
    return next(n for n, data in graph.nodes(data=True) if data["label"] == label)


def test_nodes_carry_label_type_papers_and_sentences(graph: "nx.MultiDiGraph[str]") -> None:
    gpu = graph.nodes[node_called(graph, "GPU")]
    assert (gpu["type"], gpu["types"], gpu["papers"]) == ("Hardware", ("Hardware",), 2)
    assert [evidence.sentence for evidence in gpu["evidence"]] == [
        "FrogNet runs on a GPU.",
        "ToadNet runs on a GPU and is part of FrogNet.",
    ]
    evidence = gpu["evidence"][0]
    assert [evidence.sentence[start:end] for start, end in evidence.marks] == ["GPU"]


def test_every_asserted_fact_is_an_edge_of_its_own(graph: "nx.MultiDiGraph[str]") -> None:
    frog, gpu = node_called(graph, "FrogNet"), node_called(graph, "GPU")
    stated = [data for *_, data in graph.edges(frog, data=True) if data["relation"] == "runsOn"]
    assert len(stated) == graph.number_of_edges(frog, gpu) == 2
    assert {data["paper"][-1] for data in stated} == {"1", "2"}
    assert all(data["polarity"] == "asserted" and data["score"] == 0.8 for data in stated)
    assert not graph.has_edge(frog, node_called(graph, "FPGA"))


def test_other_polarities_are_there_when_asked_for() -> None:
    graph = to_networkx(sample_papers(), polarities=("negated",))
    assert [data["polarity"] for *_, data in graph.edges(data=True)] == ["negated"]


def test_results_join_method_and_metric_and_others_are_counted(graph: "nx.MultiDiGraph[str]") -> None:
    frog, accuracy = node_called(graph, "FrogNet"), node_called(graph, "accuracy")
    (result,) = graph.get_edge_data(frog, accuracy).values()
    assert (result["relation"], result["value"]) == ("result", "88.10 %")
    sentence = result["evidence"][0]
    assert [sentence.sentence[start:end] for start, end in sentence.marks] == ["accuracy is 88.10 %"]
    assert graph.graph["left_out"] == 1


def test_papers_and_roles_are_there_when_asked_for() -> None:
    graph = to_networkx(sample_papers(), papers=True)
    papers = [n for n, data in graph.nodes(data=True) if data["type"] == "Paper"]
    assert len(papers) == 4
    roles = {data["relation"] for n in papers for *_, data in graph.edges(n, data=True)}
    assert roles == {"paperProposes", "paperRunsOn", "paperCompares"}


def test_papers_are_named_with_a_link_only_where_their_key_gives_one(graph: "nx.MultiDiGraph[str]") -> None:
    links = {info.id: info.link for info in graph.graph["papers"].values()}
    assert links == {
        "arxiv:2401.00001": "https://arxiv.org/abs/2401.00001",
        "doi:10.99999/toy.2": "https://doi.org/10.99999/toy.2",
        "odd/1": None,
        "void": None,
    }


def test_low_scores_are_left_out() -> None:
    scores = [data["score"] for *_, data in to_networkx(sample_papers(), min_score=0.7).edges(data=True)]
    assert scores
    assert min(scores) >= 0.7


def test_order_of_papers_does_not_change_the_graph(graph: "nx.MultiDiGraph[str]") -> None:
    other = to_networkx(reversed(sample_papers()))
    assert set(other) == set(graph)
    assert set(other.edges(keys=True)) == set(graph.edges(keys=True))
    assert all(other.nodes[n]["label"] == graph.nodes[n]["label"] for n in graph)


def test_evidence_can_be_sent_to_another_process() -> None:
    evidence = Evidence("urn:p", RTL, ((0, 3),))
    assert pickle.loads(pickle.dumps(evidence)) == evidence


@settings(max_examples=60, deadline=None)
@given(extractions())
def test_any_extraction_becomes_a_graph(paper: Extraction) -> None:
    graph = to_networkx([paper], papers=True, polarities=("asserted", "negated", "hedged"))
    left_out = graph.graph["left_out"]
    assert graph.number_of_edges() + left_out == len(paper.facts)
    assert {concept.iri for concept in paper.concepts} <= set(graph)


def test_centrality_and_communities_are_the_same_at_every_call(graph: "nx.MultiDiGraph[str]") -> None:
    measures: list[Measure] = ["degree", "betweenness"]
    for measure in measures:
        values = centrality(graph, measure=measure)
        assert values == centrality(graph, measure=measure)
        assert max(values, key=lambda n: values[n]) == node_called(graph, "FrogNet")
    groups = communities(graph)
    assert groups == communities(graph)
    assert sorted(n for group in groups for n in group) == sorted(graph)
    assert {node_called(graph, RTL), node_called(graph, HOSTILE)} in groups


def test_an_unknown_measure_is_named(graph: "nx.MultiDiGraph[str]") -> None:
    with pytest.raises(UsageError, match="choose degree"):
        centrality(graph, measure="fame")  # type: ignore[arg-type]


def test_neighbourhood_counts_steps_whatever_the_arrows_say(graph: "nx.MultiDiGraph[str]") -> None:
    gpu, task = node_called(graph, "GPU"), node_called(graph, "pond mapping")
    assert find_neighbourhood(graph, [gpu], hops=0) == {gpu: 0}
    assert task not in find_neighbourhood(graph, [gpu], hops=1)
    assert find_neighbourhood(graph, [gpu], hops=2)[task] == 2


def test_the_best_are_the_nearest_then_the_best_connected(graph: "nx.MultiDiGraph[str]") -> None:
    assert select_best(graph, 1) == [node_called(graph, "FrogNet")]
    gpu = node_called(graph, "GPU")
    assert select_best(graph, 1, distance=dict.fromkeys(graph, 1) | {gpu: 0}) == [gpu]


def test_the_simple_graph_has_no_loops_and_counts_parallel_edges() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph([("b", "a"), ("a", "b"), ("a", "a")])
    simple = to_simple(graph)
    assert dict(simple["a"]) == {"b": {"weight": 2}}
