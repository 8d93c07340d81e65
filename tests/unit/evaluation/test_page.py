"""The page of errors: what it shows, that texts stay texts, that it asks no host for anything."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.evaluation import Match, match_abstract, measure, write_error_page
from kg.evaluation.annotations import MentionItem, ResultItem, RoleItem, TripleItem
from kg.evaluation.content import Content
from kg.evaluation.kinds import KINDS
from kg.viz.colour import contrast
from tests.evaluated import annotation, invented, mention
from tests.samples import HOSTILE, RTL


class Page(HTMLParser):
    """What a browser would see: elements with attributes, the marks with their texts, the facts with theirs."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def kinds(self, tag: str) -> list[str | None]:
        return [a["data-kind"] for t, a in self.elements if t == tag and "data-kind" in a]


def write(matches: Sequence[Match], path: Path, source: str = "gold.jsonl") -> Page:
    write_error_page(matches, path, figures=measure(matches), source=source)
    return Page(path.read_text(encoding="utf-8"))


def hostile() -> Match:
    text = f"{HOSTILE} and {RTL}"
    gold = annotation(
        MentionItem(start=0, end=9, type="Method", concept=HOSTILE),
        name=HOSTILE,
        text=text,
        roles=(RoleItem(HOSTILE, "uses"),),
        results=(ResultItem(value=HOSTILE, metric=HOSTILE, unit=HOSTILE),),
    )
    found = annotation(
        MentionItem(start=0, end=9, type="Task", concept=RTL),
        name=HOSTILE,
        triples=(TripleItem(HOSTILE, "<i>", RTL),),
    )
    return match_abstract(gold, found)


def test_every_mention_and_fact_is_on_the_page(tmp_path: Path) -> None:
    matches = invented()
    page = write(matches, tmp_path / "page.html")
    marks, facts = page.kinds("span"), page.kinds("li")
    assert len(marks) == sum(len(m.gold.mentions) + len(m.found.mentions) for m in matches)
    assert {kind: marks.count(kind) for kind in KINDS} == {
        "right": 26,
        "type": 4,
        "bounds": 4,
        "missed": 6,
        "spurious": 3,
    }
    for kind in ("right", "missed", "spurious"):
        parts = [getattr(m.part(part), kind) for m in matches for part in ("concepts", "roles", "triples", "results")]
        assert facts.count(kind) == sum(map(len, parts))
    assert "found as FPGA board" in page.text
    assert "unit: gold %, found percent" in page.text


def test_the_counts_are_those_of_the_figures() -> None:
    content, figures = Content(invented()), measure(invented())
    by_type = {content.types[number]["name"]: row for number, row in content.mention_counts()}
    for name, (right, *_) in by_type.items():
        assert right == figures[f"mentions.{name}"].tp
    for label, (right_facts, _, _, missed, spurious) in content.fact_counts():
        figure = figures[label.lower()]
        assert right_facts == figure.tp
        assert right_facts is not None
        assert (missed, spurious) == ((figure.gold or 0) - right_facts, (figure.pred or 0) - right_facts)


@pytest.mark.parametrize("side", ["gold", "found"])
def test_both_texts_are_whole(side: str) -> None:
    for match, paper in zip(invented(), Content(invented()).papers(), strict=True):
        assert "".join(piece.lead + piece.text for piece in paper[side]) == match.gold.text


def test_mentions_inside_others_are_shown_too() -> None:
    text = "deep toad nets"
    found = annotation(mention(0, 14), mention(5, 9), mention(10, 14), text=text)
    paper = Content([match_abstract(annotation(text=text), found)]).papers()[0]
    assert [piece.lead + piece.text for piece in paper["found"]] == [text, "[toad]", "[nets]"]


def test_texts_are_never_markup(tmp_path: Path) -> None:
    page = write([hostile(), *invented()], tmp_path / "page.html", source=HOSTILE)
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert HOSTILE in page.text
    assert "<i>" in page.text
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    assert {tag for tag, _ in page.elements}.isdisjoint({"b", "i", "img", "iframe", "object", "form>"})
    assert "alert(1)</script>" not in html
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


def test_the_page_asks_no_host_for_anything(tmp_path: Path) -> None:
    page = write(invented(), tmp_path / "page.html")
    for tag, attributes in page.elements:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            value = attributes.get(name)
            assert value is None or (tag, value) == ("link", "data:,") or (tag == "use" and value.startswith("#"))
    policy = next(a["content"] or "" for t, a in page.elements if t == "meta" and a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert not re.search(r"@import|url\(|https?:", (tmp_path / "page.html").read_text(encoding="utf-8"))


def test_equal_matches_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write(invented(), tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_colours_can_be_told_from_their_ground() -> None:
    css = (Path(__file__).parents[3] / "kg" / "evaluation" / "page" / "page.css").read_text(encoding="utf-8")
    for scheme in re.findall(r":root \{(.*?)\n *\}", css, re.DOTALL):
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", scheme))
        for kind in KINDS:
            assert contrast(colours[kind], colours[f"{kind}-ground"]) >= 4.5
            assert contrast(colours["text"], colours[f"{kind}-ground"]) >= 7


def test_a_page_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="folder"):
        write(invented(), tmp_path)
