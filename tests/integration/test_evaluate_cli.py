"""`kg evaluate` on real files: the figures of the scorer, all outputs, and one line for whatever is wrong."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.model import Abstract, encode
from kg.pipeline import load_pipeline
from tests.commands import Outcome, Run
from tests.evaluated import FOLDER, FOUND, GOLD, write_lines


def figures_of(outcome: Outcome) -> dict[str, Any]:
    """The figures of `--json` without what the scorer does not print."""
    assert outcome.code == 0, outcome.err
    told = json.loads(outcome.out)
    for figure in told.values():
        if isinstance(figure, dict):
            figure.pop("interval", None)
    return dict(told)


def run_scorer(shared: Path, gold: Path, predicted: Path) -> Any:
    command = [sys.executable, str(shared / "gold" / "score.py"), str(gold), str(predicted), "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_the_invented_gold_gets_the_figures_of_the_scorer(kg: Run) -> None:
    outcome = kg("evaluate", GOLD, "--predicted", FOUND, "--json", "--samples", "10")
    assert figures_of(outcome) == json.loads((FOLDER / "expected.json").read_text())
    assert outcome.err == "kg: 1 of 5 abstracts missing from what was found, counted as empty: 'croak'\n"


@pytest.mark.shared
def test_the_figures_kept_with_the_tests_are_those_of_the_scorer(shared: Path) -> None:
    assert run_scorer(shared, GOLD, FOUND) == json.loads((FOLDER / "expected.json").read_text())


@pytest.mark.shared
def test_the_shipped_pipeline_gets_the_figures_of_the_scorer(kg: Run, shared: Path, tmp_path: Path) -> None:
    gold = shared / "gold" / "dev.jsonl"
    papers = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    abstracts = [Abstract(key=p["id"], id=p["id"], title=p["title"], text=p["text"]) for p in papers]
    found = [json.loads(encode(paper)) for paper in load_pipeline().iter_extractions(abstracts)]
    predicted = write_lines(tmp_path / "found.jsonl", *({"mentions": [], **paper} for paper in found))
    expected = run_scorer(shared, gold, predicted)
    assert figures_of(kg("evaluate", gold, "--json", "--samples", "20")) == expected
    assert figures_of(kg("evaluate", gold, "--predicted", predicted, "--json", "--samples", "0")) == expected


def test_the_table_tells_figures_intervals_and_counts(kg: Run) -> None:
    outcome = kg("evaluate", GOLD, "--predicted", FOUND)
    lines = {line.split()[0]: line for line in outcome.out.splitlines()}
    assert lines["5"].startswith("5 abstracts; 95 % intervals of F1 from 1000 samples")
    assert lines["mentions"].split()[1:4] == ["0.650", "0.565", "0.605"]
    assert lines["mentions"].split()[5] == "to"
    assert lines["mentions"].split()[-3:] == ["13", "20", "23"]
    assert len(lines["mentions_overlap"].split()) == 7
    assert outcome.out == kg("evaluate", GOLD, "--predicted", FOUND).out
    assert outcome.out != kg("evaluate", GOLD, "--predicted", FOUND, "--seed", "1").out
    assert " to " not in kg("evaluate", GOLD, "--predicted", FOUND, "--samples", "0").out


def test_the_shipped_pipeline_extracts_where_no_file_is_given(kg: Run, tmp_path: Path) -> None:
    outcome = kg("evaluate", GOLD, "--errors", "page.html")
    assert outcome.out.startswith("5 abstracts")
    assert outcome.err == "wrote page.html; open it in a browser\n"
    assert "FrogNet maps ponds" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_calibration_is_told_part_by_part(kg: Run) -> None:
    out = kg("evaluate", GOLD, "--predicted", FOUND, "--calibration").out
    assert "\nmentions: 20 found, expected calibration error 0.212\n" in out
    assert "  0.9 to 1.0      11       0.919        1.000\n" in out
    told = json.loads(kg("evaluate", GOLD, "--predicted", FOUND, "--calibration", "--json").out)["calibration"]
    assert set(told) == {"mentions", "roles", "triples", "results"}
    assert told["roles"]["bins"][-1] == {"low": 0.9, "high": 1.0, "items": 8, "mean_score": 0.9625, "right": 1.0}


def test_a_lowest_score_leaves_out_what_has_less(kg: Run, tmp_path: Path) -> None:
    counted = ["evaluate", GOLD, "--predicted", FOUND, "--json", "--samples", "0", "--min-score", "0.8"]
    told = json.loads(kg(*counted, "--errors", "page.html").out)
    assert (told["mentions"]["tp"], told["mentions"]["pred"], told["mentions"]["gold"]) == (13, 13, 23)
    assert (told["triples"]["tp"], told["triples"]["pred"]) == (3, 3)
    assert "a score of at least 0.8 counts as found" in (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("nonsense", "not JSON"),
        ({"id": "b", "text": "A toad."}, "'b' has no mentions"),
        ({"id": "a", "text": "A toad.", "mentions": []}, "the id 'a' stands on line 1 already"),
        (
            {"id": "b", "text": "A", "mentions": [{"start": 0, "end": 9, "type": "Task", "concept": "\x1b[31m"}]},
            "impossible offsets 0 to 9",
        ),
    ],
)
@pytest.mark.parametrize("which", ["gold", "predicted"])
def test_what_is_broken_is_one_line_that_says_where(kg: Run, tmp_path: Path, row: Any, words: str, which: str) -> None:
    whole = [{"id": name, "text": text, "mentions": []} for name, text in (("a", "A toad."), ("b", "A"))]
    gold = write_lines(tmp_path / "gold.jsonl", *((whole[0], row) if which == "gold" else whole))
    found = write_lines(tmp_path / "found.jsonl", whole[0], row)
    outcome = kg("evaluate", gold, *(() if which == "gold" else ("--predicted", found)))
    assert outcome.code == 3
    assert outcome.out == ""
    assert outcome.err.startswith(f"kg: {gold if which == 'gold' else found}:2: ")
    assert words in outcome.err
    assert outcome.err.strip().isprintable()


def test_what_is_absent_or_wrongly_asked_for_is_one_line(kg: Run, tmp_path: Path) -> None:
    for arguments, code, words in (
        (["absent.jsonl"], 3, "cannot read absent.jsonl: No such file"),
        ([tmp_path], 3, "directory"),
        ([GOLD, "--predicted", "absent.jsonl"], 3, "cannot read absent.jsonl"),
        ([GOLD, "--predicted", FOUND, "--min-score", "2"], 2, "--min-score"),
        ([GOLD, "--predicted", FOUND, "--samples", "-1"], 2, "--samples"),
        ([GOLD, "--predicted", FOUND, "--errors", tmp_path / "gold.jsonl" / "x.html"], 2, "cannot be written"),
    ):
        (tmp_path / "gold.jsonl").touch()
        outcome = kg("evaluate", *arguments)
        assert (outcome.code, outcome.out) == (code, "")
        assert words in outcome.err
        assert outcome.err.splitlines()[-1].startswith("kg: ")


def test_help_has_an_example(kg: Run) -> None:
    assert "Example: kg evaluate gold.jsonl --errors errors.html" in kg("evaluate", "--help").out
