"""The page of errors in a real browser without network: filters, order, dark and narrow, texts as texts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kg.evaluation import match_abstract, measure, write_error_page
from kg.evaluation.annotations import MentionItem, RoleItem
from tests.evaluated import annotation, invented
from tests.samples import HOSTILE

pytestmark = pytest.mark.browser
SPURIOUS = ["88.1 %+ (spurious, metric)", "models+ (spurious, method)", "tadpoles+ (spurious, method)"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("errors") / "page.html"
    hostile = annotation(
        MentionItem(start=0, end=len(HOSTILE), type="Task", concept=HOSTILE),
        name=HOSTILE,
        text=HOSTILE,
        roles=(RoleItem(HOSTILE, "addresses"),),
    )
    matches = [*invented(), match_abstract(hostile, annotation(name=HOSTILE))]
    write_error_page(matches, path, figures=measure(matches), source="gold.jsonl")
    return path


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    yield made
    made.close()


def show(context: BrowserContext, path: Path, problems: list[str] | None = None) -> Page:
    """Open the page. What it asks for, logs or pops up beside itself goes to `problems`."""
    noted = problems if problems is not None else []
    page = context.new_page()
    page.on("request", lambda request: noted.extend([request.url] if request.url != path.as_uri() else []))
    page.on("console", lambda message: noted.append(message.text))
    page.on("pageerror", lambda error: noted.append(str(error)))
    page.on("dialog", lambda dialog: noted.append(dialog.message))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]")
    return page


def test_kinds_and_types_filter_marks_facts_and_abstracts(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    status = page.locator("#shown[role=status]")
    expect(status).to_have_text("6 of 6 abstracts")
    expect(page.locator("article").first.locator(".side").first.locator(".mark:not(.off)")).to_have_count(7)
    for kind in ("right", "wrong type", "wrong bounds", "missed"):
        page.get_by_role("checkbox", name=kind, exact=True).uncheck()
    expect(page.locator(".text .mark:not(.off)")).to_have_text(SPURIOUS)
    assert set(page.locator("li:visible").evaluate_all("all => all.map((li) => li.dataset.kind)")) == {"spurious"}
    page.get_by_role("checkbox", name="method").uncheck()
    expect(status).to_have_text("2 of 6 abstracts")
    page.get_by_role("button", name="Reset").click()
    expect(status).to_have_text("6 of 6 abstracts")
    for kind in ("right", "wrong type", "wrong bounds", "missed", "spurious"):
        page.get_by_role("checkbox", name=kind, exact=True).uncheck()
    expect(page.get_by_text("Nothing is left with these filters.")).to_be_visible()


def test_a_mark_that_is_filtered_out_reads_as_plain_text(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    page.get_by_role("checkbox", name="right", exact=True).uncheck()
    text = page.locator("article").first.locator(".side").first.locator(".text")
    assert text.inner_text().startswith("We present FrogNet, a")


def test_the_worst_can_come_first(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    page.get_by_label("Order").select_option("most errors first")
    errors = page.locator("article").evaluate_all("all => all.map((a) => Number(a.dataset.errors))")
    assert errors == sorted(errors, reverse=True)
    page.get_by_label("Order").select_option("as in the file")
    places = page.locator("article").evaluate_all("all => all.map((a) => Number(a.dataset.place))")
    assert places == sorted(places)


def test_kinds_differ_by_sign_and_line_too(context: BrowserContext, sample: Path) -> None:
    page = show(context, sample)
    legend = page.locator(".legend .mark")
    lines = legend.evaluate_all("all => all.map((m) => getComputedStyle(m).borderTop.replace(/rgb.*/, ''))")
    signs = page.locator(".legend .sign").all_inner_texts()
    assert len(set(lines)) == len(set(signs)) == 5


def test_hostile_texts_are_shown_as_they_are(context: BrowserContext, sample: Path) -> None:
    problems: list[str] = []
    page = show(context, sample, problems)
    card = page.locator("article").last
    assert card.locator("h2").evaluate("h => h.textContent") == HOSTILE
    assert HOSTILE in card.locator(".text").last.evaluate("p => p.textContent")
    assert page.evaluate("document.scripts.length") == 1
    expect(page.locator("b")).to_have_count(0)
    assert problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_narrow_in_both_schemes(browser: Browser, sample: Path, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True, color_scheme=scheme)  # type: ignore[arg-type]
    page = show(context, sample)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(247, 247, 245)", "dark": "rgb(21, 23, 26)"}[scheme]
    gold, found = (page.locator("article").first.locator(".side").nth(n).bounding_box() for n in (0, 1))
    assert gold is not None
    assert found is not None
    assert found["y"] >= gold["y"] + gold["height"]
    context.close()


def test_without_scripts_everything_is_there(browser: Browser, sample: Path) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(sample.as_uri())
    expect(page.locator("article")).to_have_count(6)
    expect(page.locator("#filters")).to_be_hidden()
    context.close()
