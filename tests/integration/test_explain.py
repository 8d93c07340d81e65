"""`kg explain` on files and standard input: readable lines, one JSON object, one line for each mistake."""

import io
import json
import re
from pathlib import Path

import pytest

from kg.explain.values import Explanation
from tests.commands import Run

TEXT = "We propose NewtNet for pond mapping. It runs without a GPU and has an accuracy of 91.2% on PondSet."


@pytest.fixture
def newt(tmp_path: Path) -> Path:
    path = tmp_path / "newt.txt"
    path.write_text(f"NewtNet for ponds\n\n{TEXT}\n")
    return path


def test_the_page_shows_text_mentions_and_facts(kg: Run, newt: Path) -> None:
    code, out, err = kg("explain", newt)
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    lines = out.splitlines()
    assert "[1 NewtNet] for ponds" in lines
    assert re.search(r"runs without a \[\d+ GPU\] and has", out)
    for heading in ("Mentions", "Roles", "Relations", "Results"):
        assert heading in lines
    assert re.search(r"^\d+ GPU  Hardware \d\.\d\d  \(.*\d\.\d\d\)$", out, re.MULTILINE)
    assert "    negated by “without” in “without a GPU”" in lines
    assert re.search(r"^        for     \+\d\.\d\d .*“propose”", out, re.MULTILINE)
    assert not [line for line in lines if line.endswith(" ")]


def test_only_a_part_is_shown(kg: Run, newt: Path) -> None:
    mentions = kg("explain", newt, "--only", "mentions").out
    facts = kg("explain", newt, "--only", "facts").out
    assert "\nMentions\n" in mentions
    assert "\nRoles\n" not in mentions
    assert "\nMentions\n" not in facts
    assert "\nRoles\n" in facts
    about = kg("explain", newt, "--about", "gpu", "--only", "mentions").out
    assert re.findall(r"\[\d+ ([^\]]*)\]", about) == ["GPU"]


def test_json_holds_everything(kg: Run, newt: Path) -> None:
    import msgspec

    found = msgspec.json.decode(kg("explain", newt, "--json").out, type=Explanation)
    assert found.text == TEXT
    assert {"linker", "roles"} <= set(found.components)
    assert {f.kind for f in found.facts} == {"role", "relation", "result"}
    parts = json.loads(kg("explain", newt, "--json", "--only", "facts").out).keys()
    assert "facts" in parts
    assert "mentions" not in parts


def test_standard_input_and_a_paper_of_many(kg: Run, newt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(TEXT.encode()), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", stream)
    assert "NewtNet]" in kg("explain", "-").out
    Path("two.jsonl").write_text(
        json.dumps({"id": "a", "abstract": TEXT}) + "\n" + json.dumps({"id": "b", "abstract": "We use a TPU."}) + "\n"
    )
    assert re.search(r"We use a \[\d TPU\]", kg("explain", "two.jsonl", "--paper", "b").out)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["no.txt"], 3, "no.txt"),
        (["two.txt"], 2, "holds 2 abstracts; name one by --paper"),
        (["two.txt", "--paper", "x"], 3, "no paper 'x'"),
        (["newt.txt", "--about", "zebra"], 2, "no concept 'zebra'"),
        (["newt.txt", "--only", "nothing"], 2, "--only"),
        (["newt.txt", "--input-format", "nothing"], 2, "unknown input format"),
        ([], 2, "IN"),
    ],
)
def test_mistakes_are_told_in_one_line(kg: Run, newt: Path, arguments: list[str], code: int, message: str) -> None:
    Path("two.txt").write_text("We use BERT on a GPU.\nWe use a TPU.\n")
    outcome = kg("explain", *arguments)
    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_hostile_text_cannot_steer_the_terminal(kg: Run) -> None:
    Path("hostile.txt").write_text("A \x1b[31mGPU\x1b[0m runs [bold]BERT[/bold] \x07 on \u202eImageNet.\n")
    out = kg("explain", "hostile.txt").out
    assert not {"\x1b", "\x07", "\u202e"} & set(out)
    assert "[bold]" in out
