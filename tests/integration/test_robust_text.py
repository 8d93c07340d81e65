"""Odd texts through the command line: what is read, what is said, and that offsets fit what is stored."""

import json
from pathlib import Path
from typing import Any

import pytest

from kg import cli

CROSSREF = r"""
{"DOI":"10.99999/toy.1","title":["Fast <i>k</i>-means &amp; friends"],"abstract":"<jats:title>Abstract</jats:title><jats:sec><jats:title>Aim</jats:title><jats:p>If a&lt;b, then c&gt;d holds for CO<jats:sub>2</jats:sub>.</jats:p></jats:sec><jats:sec><jats:title>Results</jats:title><jats:p>Accuracy was 91 % on\n   <jats:italic>ToySet</jats:italic>, p&lt;0.05.</jats:p></jats:sec>"}
{"DOI":"10.99999/TOY.1","title":["Fast k-means & friends"],"abstract":null}
{"DOI":"10.99999/toy.2","title":["Escaped markup"],"abstract":"&lt;p&gt;RMSE &amp;lt; 0.1 on a GPU.&lt;/p&gt;"}
"""  # noqa: E501 - the records as such a service gives them


def extract(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[list[dict[str, Any]], str]:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["extract", str(path), "--workers", "1"])
    assert stopped.value.code == 0
    told = capsys.readouterr()
    papers = [json.loads(line) for line in told.out.splitlines()]
    for paper in papers:
        for mention in paper.get("mentions", []):
            source = paper["title"] if mention.get("field") == "title" else paper["text"]
            assert source[mention["start"] : mention["end"]] == mention["text"]
    return papers, told.err


def test_crossref_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b2.jsonl"
    path.write_text(CROSSREF.strip())
    (first, second), err = extract(path, capsys)
    assert first["text"] == "If a<b, then c>d holds for CO2. Accuracy was 91 % on ToySet, p<0.05."
    assert first["title"] == "Fast k-means & friends"
    assert second["text"] == "RMSE < 0.1 on a GPU."
    (result,) = second["results"]
    assert (result["metric"], result["comparator"], result["value"]) == ("root mean square error", "<", "0.1")
    surfaces = {m["text"] for m in first["mentions"] + second["mentions"]}
    assert not surfaces & {"Abstract", "Aim", "Results"}
    assert not any(mark in surface for surface in surfaces for mark in "<>&;")
    assert err == ""


def test_markup_in_plain_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("We train <b>BERT</b> on a <i>GPU</i>, p &lt; 0.05.\nNo abstract available\nIf a<b, use an FPGA.\n")
    papers, err = extract(path, capsys)
    assert [p["text"] for p in papers] == ["We train BERT on a GPU, p < 0.05.", "If a<b, use an FPGA."]
    assert err == f"kg: {path}:2: the record has no abstract\n"


def test_withdrawn_and_foreign_papers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jsonl"
    texts = {
        "w": "This paper has been withdrawn by the author due to an error on the GPU.",
        "d": "Wir zeigen, dass BERT auf einer GPU schneller läuft als auf einem gewöhnlichen Prozessor.",
        "e": "We show that BERT runs on a GPU.",
    }
    path.write_text("".join(json.dumps({"id": name, "abstract": text}) + "\n" for name, text in texts.items()))
    papers, err = extract(path, capsys)
    assert {p["id"]: bool(p.get("facts")) for p in papers} == {"w": False, "d": False, "e": True}
    assert {p["id"]: p.get("meta") for p in papers} == {"w": {"withdrawn": True}, "d": {"language": "de"}, "e": None}
    assert err.splitlines() == [
        f"kg: {path}: 1 paper was withdrawn (w): kept, no facts are taken from it",
        (
            f"kg: {path}: 1 abstract (German 1: d) in another language than English: "
            "kept, no facts are taken from the text"
        ),
    ]
