"""BibTeX with macros, LaTeX and faults."""

import logging
from pathlib import Path

import pytest

from kg.model import Abstract
from kg.reader import Problem, read_abstracts


def read(path: Path, text: str) -> tuple[list[Abstract], list[Problem]]:
    path.write_text(text)
    problems: list[Problem] = []
    return list(read_abstracts([str(path)], on_problem=problems.append)), problems


def test_fields(tmp_path: Path) -> None:
    (paper,), problems = read(
        tmp_path / "a.bib",
        r"""Notes outside of entries, 100 % free.
@STRING(jot = "Journal of " # {Toys})
@PREAMBLE{"\newcommand{\x}{}"}
@Article {Key:2021,
  Author = "Erd{\H o}s, P{\'a}l and {The Toy and Game Team} and others",
  TITLE = {{BERT} on $R^2$: a {\em Toy}},
  journal = jot,
  year = "2021", month = "3", day = 4,
  Abstract = {We use \textbf{BERT} at 88\% of $O(n^2)$
     and "quotes" {in braces} a~lot.},
  keywords = {toys, games},
  file = {:/home/me/secret.pdf:PDF},
}""",
    )
    assert problems == []
    assert (paper.key, paper.title) == ("Key:2021", "BERT on $R^2$: a Toy")
    assert paper.text == r'We use \textbf{BERT} at 88\% of $O(n^2)$ and "quotes" {in braces} a~lot.'
    assert paper.meta == {
        "authors": ["Erdős, Pál", "The Toy and Game Team"],
        "venue": "Journal of Toys",
        "date": "2021-03-04",
        "keywords": "toys, games",
        "type": "article",
    }


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("@article{x, title={Never closed, abstract={We use a TPU.}", "end of file"),
        ("@article{x, title={A} b, abstract={We use a TPU.}}", "do not pair"),
        ("@article{x title={A}, abstract={We use a TPU.}}", "comma"),
        ("@article{x, title, abstract={We use a TPU.}}", "`=`"),
        ('@article{x, title="A, abstract={We use a TPU.}}', ""),
    ],
)
def test_a_broken_entry_costs_only_itself(
    tmp_path: Path, broken: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    good = "@misc{{{}, abstract={{We use a {}.}}}}\n"
    found, problems = read(tmp_path / "a.bib", good.format("a", "GPU") + broken + "\n" + good.format("b", "CPU"))
    assert [paper.id for paper in found] == ["a", "b"]
    assert [(p.line, p.kind) for p in problems] == [(2, "skipped")]
    assert reason in problems[0].reason
    assert capsys.readouterr() == ("", "")
    assert logging.getLogger("bibtexparser").level == logging.NOTSET


def test_repeated_fields_and_several_entries_in_a_line(tmp_path: Path) -> None:
    text = (
        "@misc{a, abstract={First.}, abstract={Second.}} @misc{b, abstract={Third.}, eprint={hal-1}, archiveprefix=HAL}"
    )
    found, problems = read(tmp_path / "a.bib", text)
    assert [(paper.key, paper.text) for paper in found] == [("a", "First."), ("b", "Third.")]
    assert problems == []


def test_a_month_that_is_none(tmp_path: Path) -> None:
    (paper,), _ = read(tmp_path / "a.bib", "@misc{a, year=2020, month={summer}, abstract={A toy.}}")
    assert paper.meta["date"] == "2020"
