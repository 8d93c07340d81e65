"""One concept by any of its names, and the one paper that is meant."""

from functools import cache
from pathlib import Path

import pytest

from kg.errors import InputError, UnknownConceptError, UsageError
from kg.explain import Explanation, explain
from kg.explain.about import tell_about
from kg.explain.paper import get_abstract
from kg.model import Abstract
from kg.pipeline import load_pipeline

TEXT = "We run NewtNet on GPUs. A graphics processing unit trains NewtNet to an accuracy of 90%. We saw newts."


@cache
def newt() -> Explanation:
    return explain(Abstract(key="p", id="p", text=TEXT), load_pipeline())


@pytest.mark.parametrize("name", ["gpu", "GPUs", "graphics processing unit", "Graphics Processing Units"])
def test_a_concept_is_found_by_any_name(name: str) -> None:
    found = tell_about(newt(), name)
    assert [m.text for m in found.mentions] == ["GPUs", "graphics processing unit"]
    assert found.facts
    assert all("graphics processing unit" in fact.concepts() for fact in found.facts)


def test_numbers_of_mentions_stay() -> None:
    found = tell_about(newt(), "accuracy")
    assert [m.number for m in found.mentions] == [m.number for m in newt().mentions if m.text == "accuracy"]


def test_an_unknown_concept_is_told_in_one_line() -> None:
    with pytest.raises(UnknownConceptError, match=r"no concept 'zebra'; it has: .*NewtNet"):
        tell_about(newt(), "zebra")
    with pytest.raises(UnknownConceptError, match="'we saw' stands in the paper, but no component"):
        tell_about(newt(), "we saw")
    empty = explain(Abstract(key="p", id="p", text="Nothing."), load_pipeline())
    with pytest.raises(UnknownConceptError, match="nothing was found in it"):
        tell_about(empty, "zebra")


@pytest.fixture
def papers(tmp_path: Path) -> str:
    path = tmp_path / "papers.jsonl"
    path.write_text(
        '{"id": "toad", "abstract": "Toads hop on a GPU."}\n'
        '{"doi": "10.1000/ABC", "abstract": "Newts swim."}\n'
        '{"id": "arXiv:2401.00001v2", "abstract": "Frogs sing."}\n'
        '{"id": "twin", "abstract": "One twin."}\n{"id": "twin", "abstract": "Another twin altogether."}\n'
    )
    return str(path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("toad", "Toads hop on a GPU."),
        ("10.1000/abc", "Newts swim."),
        ("https://doi.org/10.1000/ABC", "Newts swim."),
        ("doi:10.1000/abc", "Newts swim."),
        ("2401.00001", "Frogs sing."),
        ("arXiv:2401.00001", "Frogs sing."),
    ],
)
def test_a_paper_is_found_by_any_name(papers: str, name: str, text: str) -> None:
    assert get_abstract(papers, paper=name, on_problem=print).text == text


def test_no_paper_and_several_papers_are_told(papers: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no paper 'nix'; it has: toad"):
        get_abstract(papers, paper="nix", on_problem=print)
    with pytest.raises(UsageError, match="has 2 papers 'twin'; name one by --paper: twin~"):
        get_abstract(papers, paper="twin", on_problem=print)
    with pytest.raises(UsageError, match=r"holds 5 abstracts; name one by --paper: toad, .*$") as caught:
        get_abstract(papers, on_problem=print)
    assert "--input-format" not in str(caught.value)
    lines = tmp_path / "lines.txt"
    lines.write_text("One.\nTwo.\n")
    with pytest.raises(UsageError, match="--input-format text"):
        get_abstract(str(lines), on_problem=print)
    assert get_abstract(str(lines), format="text", on_problem=print).text == "One.\nTwo."


def test_a_twin_is_found_by_its_key(papers: str) -> None:
    with pytest.raises(UsageError) as caught:
        get_abstract(papers, paper="twin", on_problem=print)
    key = caught.value.mend.split(", ")[-1]
    assert get_abstract(papers, paper=key, on_problem=print).text == "Another twin altogether."
