"""Pages: what is on them, what is not, and what is refused."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from kg.errors import AccessDeniedError, UnknownConceptError, UsageError
from kg.schema import Vocabulary, entity_types
from kg.store import Cell, Iri, Scalar, Table, open_store
from kg.viz import colour, to_networkx, view_of_rows, write_rows_view, write_view
from kg.viz.colour import DARK_GROUND, contrast
from kg.viz.wording import inverse_label, relation_label, type_looks
from tests.samples import HOSTILE, RTL, sample_papers


class Page(HTMLParser):
    """What a browser would see: elements with attributes, the embedded data, the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._data = False
        self.data: dict[str, Any] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._data = dict(attrs).get("id") == "data"

    def handle_data(self, data: str) -> None:
        if self._data and data.strip():
            self.data = json.loads(data)
            self._data = False
        self.texts.append(data)


@pytest.fixture(scope="module")
def graph() -> "nx.MultiDiGraph[str]":
    return to_networkx(sample_papers())


def draw(graph: "nx.MultiDiGraph[str]", folder: Path, **options: Any) -> Page:
    write_view(graph, folder / "page.html", **options)
    return Page((folder / "page.html").read_text(encoding="utf-8"))


def labels(page: Page) -> set[str]:
    return {node["label"] for node in page.data["nodes"]}


def test_the_page_names_no_host(graph: "nx.MultiDiGraph[str]", tmp_path: Path) -> None:
    page = draw(graph, tmp_path)
    for tag, attributes in page.elements:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            value = attributes.get(name)
            assert value is None or (tag, value) == ("link", "data:,")
    policy = next(a["content"] or "" for t, a in page.elements if t == "meta" and a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "http" not in policy
    assert not re.search(r"@import|url\(", (tmp_path / "page.html").read_text(encoding="utf-8").split("</style>")[0])


def test_equal_graphs_give_equal_bytes(tmp_path: Path) -> None:
    write_view(to_networkx(sample_papers()), tmp_path / "a.html")
    write_view(to_networkx(sample_papers()), tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_texts_are_data_never_markup(graph: "nx.MultiDiGraph[str]", tmp_path: Path) -> None:
    page = draw(graph, tmp_path, title=HOSTILE)
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "alert(1)</script>" not in html
    assert "<b>bold" not in html
    assert "\u2028" not in html.split('id="data">')[1].split("</script>")[0]
    assert {HOSTILE, RTL} <= labels(page)
    assert sum(tag == "script" for tag, _ in page.elements) == 6
    sentences = [text for _, text in page.data["page"]["sentences"]]
    assert any(HOSTILE in text for text in sentences)


def test_marks_count_as_javascript_does(graph: "nx.MultiDiGraph[str]", tmp_path: Path) -> None:
    page = draw(graph, tmp_path)
    node = next(node for node in page.data["nodes"] if node["label"] == HOSTILE)
    [[sentence, [[start, end]]]] = node["evidence"]
    units = page.data["page"]["sentences"][sentence][1].encode("utf-16-le")
    assert units[2 * start : 2 * end].decode("utf-16-le") == HOSTILE


def test_arrows_are_directed_and_parallel_ones_kept_apart(graph: "nx.MultiDiGraph[str]", tmp_path: Path) -> None:
    page = draw(graph, tmp_path)
    ids = {node["label"]: node["id"] for node in page.data["nodes"]}
    both = {ids[RTL], ids[HOSTILE]}
    between = [edge for edge in page.data["edges"] if {edge["from"], edge["to"]} == both]
    assert sorted(edge["relation"] for edge in between) == ["isA", "partOf", "usedFor"]
    assert all(edge["arrows"] == "to" for edge in between)
    bends = [(e["smooth"] and (e["smooth"]["type"], e["smooth"]["roundness"]), e["from"] < e["to"]) for e in between]
    assert len(set(bends)) == 3


def test_a_statement_of_two_papers_is_one_arrow_with_both_sentences(
    graph: "nx.MultiDiGraph[str]", tmp_path: Path
) -> None:
    page = draw(graph, tmp_path)
    ids = {node["label"]: node["id"] for node in page.data["nodes"]}
    (edge,) = [e for e in page.data["edges"] if (e["from"], e["to"]) == (ids["FrogNet"], ids["GPU"])]
    assert (edge["papers"], edge["relation"], len({number for number, *_ in edge["evidence"]})) == (2, "runsOn", 2)


def test_places_are_given_and_physics_is_off(graph: "nx.MultiDiGraph[str]", tmp_path: Path) -> None:
    page = draw(graph, tmp_path)
    assert page.data["options"]["physics"] == {"enabled": False}
    assert all(isinstance(node["x"], float) and isinstance(node["y"], float) for node in page.data["nodes"])


def test_a_limit_keeps_the_best_and_says_so(graph: "nx.MultiDiGraph[str]", tmp_path: Path) -> None:
    page = draw(graph, tmp_path, limit=3)
    assert len(page.data["nodes"]) == 3
    assert "FrogNet" in labels(page)
    assert any("The 3 best connected of 7 concepts" in text for text in page.texts)


def test_around_shows_the_neighbourhood_and_selects_its_centre(graph: "nx.MultiDiGraph[str]", tmp_path: Path) -> None:
    page = draw(graph, tmp_path, around="gpu", hops=1)
    assert labels(page) == {"GPU", "FrogNet", "ToadNet"}
    focus = page.data["page"]["focus"]
    assert next(node["label"] for node in page.data["nodes"] if node["id"] == focus) == "GPU"


def test_types_and_scores_choose(graph: "nx.MultiDiGraph[str]", tmp_path: Path) -> None:
    page = draw(graph, tmp_path, types=["method", "Hardware"], min_score=0.7)
    assert {node["type"] for node in page.data["nodes"]} == {"Method", "Hardware"}
    assert {edge["relation"] for edge in page.data["edges"]} == {"runsOn", "partOf"}


def test_a_page_with_papers_shows_their_roles(tmp_path: Path) -> None:
    page = draw(to_networkx(sample_papers(), papers=True), tmp_path)
    assert {"proposes", "runs on or studies"} <= {edge["label"] for edge in page.data["edges"]}
    assert "Frogs that jump" in labels(page)


@pytest.mark.parametrize(("options", "text"), [({}, "no concepts yet"), ({"min_score": 1.0}, "no statement joins")])
def test_nothing_to_show_is_said(options: dict[str, Any], text: str, tmp_path: Path) -> None:
    graph = to_networkx(sample_papers() if options else [])
    page = draw(graph, tmp_path, **options)
    assert page.data == {}
    assert any(text in found for found in page.texts)


def test_an_unknown_centre_is_refused_with_what_may_be_meant(graph: "nx.MultiDiGraph[str]", tmp_path: Path) -> None:
    with pytest.raises(UnknownConceptError, match="did you mean FrogNet"):
        write_view(graph, tmp_path / "page.html", around="frog")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": 0}, "limit"),
        ({"hops": -1, "around": "GPU"}, "hops"),
        ({"types": ["Gadget"]}, "unknown type 'Gadget'"),
    ],
)
def test_senseless_options_are_refused(
    graph: "nx.MultiDiGraph[str]", tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        write_view(graph, tmp_path / "page.html", **options)


def test_a_page_that_cannot_be_written_is_an_error_of_ours(graph: "nx.MultiDiGraph[str]", tmp_path: Path) -> None:
    with pytest.raises((UsageError, AccessDeniedError), match="cannot be written"):
        write_view(graph, tmp_path)


def test_types_differ_by_shape_and_are_readable_on_both_grounds() -> None:
    styles = (Path(colour.__file__).parent / "page" / "page.css").read_text()
    light, dark = re.findall(r"--ground: (#\w{6});", styles)
    assert dark == DARK_GROUND.lower()
    looks = type_looks()
    assert {info.name for info in entity_types()} <= {look["name"] for look in looks}
    assert len({look["shape"] for look in looks}) == len(looks)
    for look in looks:
        assert contrast(look["colour"], light) >= 4.5
        assert contrast(look["dark"], DARK_GROUND) >= 4.5


def test_every_relation_of_the_model_has_words() -> None:
    from kg.model import RELATIONS, ROLES

    for relation in (*RELATIONS, *("paper" + role[0].upper() + role[1:] for role in ROLES)):
        assert relation_label(relation).islower()
        assert "(from)" not in inverse_label(relation)


def test_rows_with_iris_labels_and_evidence() -> None:
    columns = ("hardware", "method", "score", "hardware_iri", "method_iri", "sources", "paper", "title", "sentence")
    shared: tuple[Cell, ...] = ("GPU", "FrogNet", 0.5, Iri("urn:g"), Iri("urn:m"), ["urn:p fact"], "p")
    rows: list[tuple[Cell, ...]] = [
        (*shared, "Frogs", "FrogNet runs on a GPU."),
        (*shared, "Frogs", "A GPU is used by FrogNet."),
    ]
    graph = view_of_rows(Table(columns=columns, rows=rows))
    assert {(n, data["label"], data["type"]) for n, data in graph.nodes(data=True)} == {
        ("urn:m", "FrogNet", "Method"),
        ("urn:g", "GPU", "Hardware"),
    }
    assert {(s, t, data["relation"], data["score"], data["paper"]) for s, t, data in graph.edges(data=True)} == {
        ("urn:m", "urn:g", "hardware", 0.5, "p")
    }
    sentences = [found.sentence for *_, data in graph.edges(data=True) for found in data["evidence"]]
    assert sentences == ["FrogNet runs on a GPU.", "A GPU is used by FrogNet."]
    assert graph.graph["papers"]["p"].label == "Frogs"


def test_rows_with_a_relation() -> None:
    columns = ("paper", "title", "subject", "relation", "object", "paper_iri", "subject_iri", "object_iri")
    rows: list[tuple[Cell, ...]] = [
        ("p", "Frogs", "FrogNet", "usedFor", "ponds", Iri("urn:p"), Iri("urn:f"), Iri("urn:o")),
        ("p", "Frogs", None, "paperUses", "FrogNet", Iri("urn:p"), None, Iri("urn:f")),
    ]
    graph = view_of_rows(Table(columns=columns, rows=rows))
    assert {(s, t, data["relation"]) for s, t, data in graph.edges(data=True)} == {
        ("urn:f", "urn:o", "usedFor"),
        ("urn:p", "urn:f", "paperUses"),
    }
    assert graph.nodes["urn:p"] == {"label": "Frogs", "type": "Paper", "papers": 1}


def test_rows_that_are_paths() -> None:
    columns = ("hops", "path", "steps", "iris")
    iris: list[Scalar] = [Iri("urn:a"), Iri("urn:b"), Iri("urn:c")]
    rows: list[tuple[Cell, ...]] = [(2, ["a", "b", "c"], ["usedFor", "isA"], iris)]
    graph = view_of_rows(Table(columns=columns, rows=rows))
    assert [(s, t, data["relation"]) for s, t, data in graph.edges(data=True)] == [
        ("urn:a", "urn:b", "usedFor"),
        ("urn:b", "urn:c", "isA"),
    ]
    bare = view_of_rows(Table(columns=("path",), rows=[(["a", "b"],)]))
    assert [data["relation"] for *_, data in bare.edges(data=True)] == ["path"]


def test_a_store_tells_types() -> None:
    with open_store("memory:", vocabulary=Vocabulary([])) as store:
        store.put(sample_papers())
        iri = next(match.iri for match in store.find_concepts("FrogNet"))
        table = Table(columns=("concept", "rival", "concept_iri"), rows=[("FrogNet", "unheard of", Iri(iri))])
        graph = view_of_rows(table, store=store)
    assert {data["label"]: data["type"] for _, data in graph.nodes(data=True)} == {
        "FrogNet": "Method",
        "unheard of": "Concept",
    }


def test_a_store_is_drawn_like_its_graph(tmp_path: Path) -> None:
    with open_store("memory:", vocabulary=Vocabulary([])) as store:
        store.put(sample_papers())
        write_view(store, tmp_path / "store.html", around="gpu", hops=1)
        write_view(to_networkx(store), tmp_path / "graph.html", around="GPU", hops=1)
        with pytest.raises(UnknownConceptError, match="no concept is called 'frog'"):
            write_view(store, tmp_path / "page.html", around="frog")
    assert (tmp_path / "store.html").read_bytes() == (tmp_path / "graph.html").read_bytes()


def test_rows_become_a_page(tmp_path: Path) -> None:
    table = Table(columns=("method", "hardware"), rows=[("FrogNet", "GPU")])
    assert write_rows_view(table, tmp_path / "rows.html", title="Which methods run on it?").statements == 1
    assert "Which methods run on it?" in (tmp_path / "rows.html").read_text(encoding="utf-8")
    write_rows_view(Table(columns=("method",), rows=[]), tmp_path / "none.html")
    assert "nothing to show" in (tmp_path / "none.html").read_text(encoding="utf-8")
