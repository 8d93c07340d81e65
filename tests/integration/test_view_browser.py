"""The picture in a real browser without network: it stands still, answers, and shows texts as texts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kg.viz import Evidence, to_networkx, write_view
from tests.samples import HOSTILE, RTL, sample_papers

pytestmark = pytest.mark.browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    yield made
    finish(made)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("view") / "sample.html"
    write_view(to_networkx(sample_papers()), path)
    return path


def show(context: BrowserContext, path: Path) -> Page:
    """Open a page. What it asks for, logs or pops up beside itself is noted; `finish` fails on it."""
    page = context.new_page()
    page.on("request", lambda request: note(context, request.url.replace(path.as_uri(), "")))
    page.on("console", lambda message: note(context, message.text))
    page.on("pageerror", lambda error: note(context, str(error)))
    page.on("dialog", lambda dialog: note(context, f"dialog {dialog.message}"))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]")
    return page


PROBLEMS: dict[BrowserContext, list[str]] = {}


def note(context: BrowserContext, problem: str) -> None:
    PROBLEMS.setdefault(context, []).extend([problem] if problem else [])


def finish(context: BrowserContext) -> None:
    """Close, and fail if a page did what it should not."""
    context.close()
    assert PROBLEMS.pop(context, []) == []


def on_screen(page: Page, label: str) -> dict[str, float]:
    """Where a node is drawn, in CSS pixels of the window."""
    script = """label => {
        const node = [...graph.nodes.values()].find((n) => n.label === label);
        const at = picture.network.canvasToDOM({ x: node.x, y: node.y });
        const box = document.getElementById("canvas").getBoundingClientRect();
        return { x: at.x + box.left, y: at.y + box.top };
    }"""
    found: dict[str, float] = page.evaluate(script, label)
    return found


def positions(page: Page) -> Any:
    return page.evaluate("JSON.stringify([picture.network.getPositions(), picture.network.getViewPosition()])")


def test_nothing_moves_and_nothing_is_loading(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    before = positions(page)
    page.wait_for_timeout(700)
    assert positions(page) == before
    assert page.evaluate("picture.network.physics.physicsEnabled") is False
    expect(page.locator("[role=progressbar], #loadingBar, progress")).to_have_count(0)


def test_search_suggests_centres_and_tells(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    search = page.get_by_role("combobox", name="Find a concept")
    search.fill("net")
    expect(page.get_by_role("option")).to_have_count(2)
    search.press("ArrowDown")
    search.press("Enter")
    expect(page.locator("#details h2")).to_have_text("ToadNet")
    place = on_screen(page, "ToadNet")
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    assert abs(place["x"] - box["x"] - box["width"] / 2) < 2
    assert abs(place["y"] - box["y"] - box["height"] / 2) < 2
    search.fill("no such thing")
    expect(page.get_by_role("option")).to_have_text("No concept of that name is shown")
    search.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_click_shows_the_sentence_with_the_mention_marked(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    place = on_screen(page, "GPU")
    page.mouse.click(place["x"], place["y"])
    details = page.get_by_role("complementary", name="Details")
    expect(details.locator("h2")).to_have_text("GPU")
    expect(details.locator("figure").first).to_contain_text("FrogNet runs on a GPU.")
    expect(details.locator("mark").first).to_have_text("GPU")
    expect(details.get_by_role("link", name="arxiv:2401.00001").first).to_have_attribute(
        "href", "https://arxiv.org/abs/2401.00001"
    )


def test_a_click_on_an_arrow_shows_the_statement(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    a, b = on_screen(page, "FrogNet"), on_screen(page, "pond mapping")
    page.mouse.click((a["x"] + b["x"]) / 2, (a["y"] + b["y"]) / 2)
    expect(page.locator("#details .statement")).to_have_text("FrogNetused forpond mapping")
    expect(page.locator("#details mark")).to_have_text(["FrogNet", "pond mapping"])


def test_filters_hide_and_reset_shows_again(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    status = page.locator("#shown[role=status]")
    expect(status).to_have_text("7 nodes, 9 statements")
    page.get_by_role("checkbox", name="hardware").uncheck()
    expect(status).to_have_text("6 nodes, 7 statements")
    page.get_by_role("checkbox", name="used for").uncheck()
    expect(status).not_to_contain_text("7 statements")
    page.get_by_role("button", name="Reset filters").click()
    expect(status).to_have_text("7 nodes, 9 statements")
    page.get_by_role("slider", name="Lowest score").fill("0.75")
    assert page.evaluate("[...graph.shown.edges].every((id) => graph.edges.get(id).score >= 0.75)")
    hidden = page.evaluate("picture.network.body.data.nodes.get({ filter: (n) => n.hidden }).length")
    assert hidden == 7 - page.evaluate("graph.shown.nodes.size") > 0


def test_a_hidden_node_that_is_looked_for_comes_back(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    page.get_by_role("checkbox", name="hardware").uncheck()
    page.get_by_role("combobox").fill("GPU")
    page.get_by_role("combobox").press("Enter")
    expect(page.get_by_role("checkbox", name="hardware")).to_be_checked()
    expect(page.locator("#details h2")).to_have_text("GPU")


def test_hostile_texts_are_shown_as_they_are(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    page.get_by_role("combobox").fill("alert")
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("#details h2")).to_have_text(" ".join(HOSTILE.split()))
    assert page.evaluate("document.querySelector('#details h2').textContent") == HOSTILE
    expect(page.locator("b")).to_have_count(0)
    assert page.evaluate("document.scripts.length") == 6


def test_mixed_directions_read_in_order(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    page.get_by_role("combobox").fill("عصبية")
    page.get_by_role("combobox").press("Enter")
    script = """() => {
        const text = document.querySelector("#details h2 bdi").firstChild;
        return ["شبكة", "GPU", "عصبية", "(v2)"].map((word) => {
            const range = document.createRange();
            range.setStart(text, text.data.indexOf(word));
            range.setEnd(text, text.data.indexOf(word) + word.length);
            return range.getBoundingClientRect().left;
        });
    }"""
    lefts = page.evaluate(script)
    assert lefts == sorted(lefts, reverse=True)
    assert page.evaluate("label => graph.directionOf(label)", RTL) == "rtl"


def test_the_table_gives_the_same_as_text(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    page.get_by_text("All statements shown, as a table").click()
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(10)
    row = rows.filter(has_text="pond mapping")
    expect(row.get_by_role("cell")).to_have_text(["FrogNet", "used for", "pond mapping", "1", "0.60"])
    row.get_by_role("button", name="used for").click()
    expect(page.locator("#details")).to_be_focused()
    expect(page.locator("#details .statement")).to_contain_text("used for")


def test_keys_reach_everything(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.name || ''"))
    assert {"search", "canvas", "type", "relation", "score"} <= reached
    page.locator("#canvas").focus()
    before = page.evaluate("picture.network.getViewPosition().x")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("picture.network.getViewPosition().x") > before
    scale = page.evaluate("picture.network.getScale()")
    page.keyboard.press("+")
    assert page.evaluate("picture.network.getScale()") > scale


def test_dark_and_narrow(browser: Browser, sample: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark", offline=True)
    page = show(context, sample)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(21, 23, 26)"
    shown = page.evaluate("picture.network.body.data.nodes.get(0).color.background")
    assert shown == page.evaluate("graph.types.get(graph.nodes.get(0).type).dark")
    page.emulate_media(color_scheme="light")
    light = "graph.types.get(graph.nodes.get(0).type).colour"
    for _ in range(50):  # the page hears of it with its next frame
        if page.evaluate("picture.network.body.data.nodes.get(0).color.background") == page.evaluate(light):
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail("the marks kept their dark colours")
    finish(context)


def test_an_empty_graph_says_so(context: BrowserContext, tmp_path: Path) -> None:
    write_view(to_networkx([]), tmp_path / "empty.html")
    page = context.new_page()
    page.goto((tmp_path / "empty.html").as_uri())
    expect(page.get_by_role("main")).to_contain_text("There is nothing to show")


def test_two_thousand_nodes_can_be_searched(context: BrowserContext, tmp_path: Path) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(2000):
        kind = ("Method", "Task", "Dataset", "Hardware", "Metric")[number % 5]
        graph.add_node(f"n{number:04}", label=f"concept number {number}", type=kind, papers=1)
    for number in range(1, 2000):
        said = (Evidence("urn:p", f"Sentence {number}."),)
        graph.add_edge(f"n{number:04}", f"n{number // 3:04}", relation="usedFor", paper="urn:p", evidence=said)
    assert write_view(graph, tmp_path / "big.html", limit=2000).nodes == 2000
    page = show(context, tmp_path / "big.html")
    page.get_by_role("combobox").fill("number 1777")
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("#details h2")).to_have_text("concept number 1777")
    expect(page.locator("#details h3").first).to_have_text("used for (1)")
