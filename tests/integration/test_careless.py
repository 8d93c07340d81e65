"""What careless and hostile users do to the command line, on real files and stores."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from kg import cli
from kg.store import open_store
from tests.commands import Outcome, Run

KG: Final = (sys.executable, "-m", "kg")
TEXT: Final = "We propose FrogNet, which runs on a GPU. FrogNet is 2.7 times faster than ToadNet on ImageNet.\n"
TITLED: Final = {"id": "t1", "title": "FrogNet on a GPU", "abstract": TEXT.strip()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of abstracts, the Extraction of one, and a store, `graph`, of both."""
    place = tmp_path_factory.mktemp("careless")
    (place / "one.txt").write_text(TEXT)
    (place / "titled.jsonl").write_text(json.dumps(TITLED) + "\n")
    for words in (
        ["build", place / "one.txt", place / "titled.jsonl", "--workers", "1", "--store", place / "graph"],
        ["extract", place / "titled.jsonl", "--workers", "1", "--out", place / "found.jsonl"],
    ):
        with pytest.raises(SystemExit) as caught:
            cli.main([str(word) for word in words])
        assert caught.value.code == 0
    return place


def assert_refused(outcome: Outcome, code: int, *words: str) -> None:
    """One line on standard error that holds the words, and nothing on standard output."""
    assert outcome.code == code, outcome
    assert outcome.out == ""
    line = outcome.err.strip()
    assert line.startswith("kg: ")
    assert "\n" not in line
    for word in words:
        assert word in line, line


# What is named as input


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_not_the_working_directory(kg: Run, name: str, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(TEXT)
    assert_refused(kg("build", name, "--store", "graph"), 3, "an empty name")
    assert not (tmp_path / "graph").exists()


def test_a_text_given_for_a_file_is_one_short_line(kg: Run) -> None:
    outcome = kg("build", TEXT.strip() * 50, "--store", "graph")
    assert_refused(outcome, 3, "cannot read We propose FrogNet")
    assert len(outcome.err) < 200


def test_a_store_in_the_folder_of_abstracts_is_passed_over(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(TEXT)
    for told in ("1 paper stored in abstract-kg", "0 papers stored, 1 unchanged in abstract-kg"):
        outcome = kg("build", ".")
        assert (outcome.code, outcome.out.strip(), outcome.err) == (0, told, "")
    assert kg("build", "*").out.strip() == "0 papers stored, 1 unchanged in abstract-kg"
    assert_refused(kg("build", "abstract-kg", "--store", "other"), 3, "abstract-kg is a store", "kg load --from")


def test_a_pattern_matches_files_and_passes_over_the_rest(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.bin").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "empty").mkdir()
    (tmp_path / "lost").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    outcome = kg("build", "*", "--store", "graph")
    assert (outcome.code, outcome.out.strip()) == (0, "1 paper stored, 1 warning in graph")
    assert_refused(kg("build", "emp*", "--store", "graph"), 3, "no file matches emp*")


def test_a_pipe_and_a_loop_of_links_are_read_once(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.txt").write_text(TEXT)
    (tmp_path / "in" / "loop").symlink_to("..")
    script = 'exec "$@" build <(cat in/one.txt) in in/one.txt --store graph'
    done = subprocess.run(
        ["bash", "-c", script, "bash", *KG], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "1 paper stored, 1 repeated record in graph")


# Where output goes


def test_a_link_stays_a_link(kg: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "graph.ttl").symlink_to("real/graph.ttl")
    assert kg("export", "--store", folder / "graph", "--out", "graph.ttl").code == 0
    assert (tmp_path / "graph.ttl").is_symlink()
    assert (tmp_path / "real" / "graph.ttl").stat().st_size > 1000


def test_a_pipe_is_written_to_and_not_replaced(folder: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen([*KG, "extract", folder / "one.txt", "--workers", "1", "--out", pipe], stdout=-3) as running:
        assert json.loads(pipe.read_text())["text"] == TEXT.strip()
        assert running.wait(60) == 0
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_standard_output_under_its_other_name(folder: Path) -> None:
    done = subprocess.run(
        [*KG, "export", "--store", folder / "graph", "--format", "turtle", "--out", "/dev/stdout"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "a kg:Paper" in done.stdout


def test_a_reader_that_has_seen_enough_is_no_failure(folder: Path) -> None:
    script = 'set -o pipefail; "$@" | head -n 1'
    for words in (
        ["extract", "one.txt", "one.txt", "titled.jsonl"],
        ["export", "--store", "graph", "--format", "n-quads"],
    ):
        done = subprocess.run(
            ["bash", "-c", script, "bash", *KG, *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), words
        assert len(done.stdout.splitlines()) == 1


def test_closed_standard_streams(folder: Path) -> None:
    for words in (
        ["stats", "--store", "graph"],
        ["extract", "one.txt"],
        ["export", "--store", "graph", "--format", "trig"],
    ):
        done = subprocess.run(
            ["bash", "-c", '"$@" >&- <&-', "bash", *KG, *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    script = '"$@" build - --store never <&-'
    done = subprocess.run(["bash", "-c", script, "bash", *KG], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "standard input: the file is empty" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_the_terminal(kg: Run, tmp_path: Path, encoding: str) -> None:
    title = "Ünï — 😀"
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "u", "title": title, "abstract": TEXT}))
    assert kg("build", "in.jsonl", "--store", "graph").code == 0
    query = "SELECT ?title { GRAPH ?p { ?p dcterms:title ?title } }"
    words = [*KG, "sparql", query, "--store", "graph", "--format"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}

    def ask(name: str) -> str:
        done = subprocess.run([*words, name], cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode("utf-8" if name != "table" else encoding)

    assert ask("csv") == f"title\r\n{title}\r\n"
    assert json.loads(ask("json")) == [{"title": title}]
    assert title.encode(encoding, "replace").decode(encoding) in ask("table")


def test_a_narrow_terminal_gets_lines_for_columns(folder: Path) -> None:
    command = "-m kg query methods-by-hardware --hardware GPU --evidence --store graph"
    words = ["script", "-qec", f"{sys.executable} {command}", "/dev/null"]
    done = subprocess.run(
        words,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "40"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "method\x1b[0m: FrogNet" in done.stdout
    assert "hardware\x1b[0m: graphics processing unit" in done.stdout


def test_two_spellings_of_one_store(kg: Run, folder: Path) -> None:
    outcome = kg("build", folder / "one.txt", "--store", "graph", "--store", "./x/../graph/")
    assert (outcome.code, outcome.out.strip()) == (0, "1 paper stored in graph")
    assert_refused(kg("load", "--from", "graph", "--to", "./graph"), 2, "the same store")


# What is asked


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ('SELECT (<urn:a> AS ?iri) ("a"@en AS ?text) (?u AS ?none) {}', {"iri": "urn:a", "text": "a", "none": None}),
        ("CONSTRUCT { <urn:s> <urn:p> true } {}", {"subject": "urn:s", "predicate": "urn:p", "object": True}),
        ("ASK {}", {"ask": True}),
    ],
)
def test_json_holds_every_kind_of_answer(kg: Run, folder: Path, query: str, row: dict[str, Any]) -> None:
    outcome = kg("sparql", query, "--store", folder / "graph", "--format", "json")
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out) == [row]


def test_a_parameter_that_binds_nothing_is_refused(kg: Run, folder: Path) -> None:
    query = "SELECT ?p { GRAPH ?p { ?p kg:key ?key } }"
    bound = kg("sparql", query, "--param", "key=t1", "--store", folder / "graph", "--format", "csv")
    assert bound.out.split() == ["p", "https://abstract-kg.example/id/paper/t1"]
    for words in (["--param", "kye=t1"], ["--param", "ke=t1"]):
        assert_refused(kg("sparql", query, *words, "--store", folder / "graph"), 2, "no variable 'k")
    twice = ["--param", "key=t1", "--param", "key=t2"]
    assert_refused(kg("sparql", query, *twice, "--store", folder / "graph"), 2, "key is given twice")


@pytest.mark.parametrize("words", [["query", "methods-by-hardware", "--hardware"], ["remove"]])
def test_an_argument_that_is_no_text(kg: Run, folder: Path, words: list[str]) -> None:
    assert_refused(kg(*words, "\udcff\udcfe", "--store", folder / "graph"), 2, "\\udcff")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("10.1000/ABC", "https://doi.org/10.1000/aBc"),
        ("10.1000/ABC", "DOI: 10.1000/abc"),
        ("10.1000/ABC", " 10.1000/abc "),
        ("arXiv:1706.03762v5", "https://arxiv.org/pdf/1706.03762v2.pdf"),
        ("arXiv:1706.03762v5", "1706.03762"),
        ("a b/../#%20\n'\"", "a b/../#%20\n'\""),
    ],
)
def test_a_paper_is_removed_by_any_spelling_once(kg: Run, given: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": given, "abstract": TEXT}) + "\n")
    assert kg("build", "in.jsonl", "--store", "graph").code == 0
    assert kg("remove", name, "--store", "graph").out == "1 paper removed\n"
    assert_refused(kg("remove", name, "--store", "graph"), 2, "no paper")


def test_a_key_of_different_papers_names_none_of_them(kg: Run, tmp_path: Path) -> None:
    lines = [json.dumps({"id": "k", "abstract": text}) for text in (TEXT, TEXT * 2)]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    assert kg("build", "in.jsonl", "--store", "graph").code == 0
    assert_refused(kg("remove", "k", "--store", "graph"), 2, "'k' is the key of 2 different papers", "paper/k~")


# Extractions that were edited by hand


def _drop_concepts(paper: dict[str, Any]) -> None:
    paper["concepts"] = []


def _first(part: str, **changes: Any) -> Callable[[dict[str, Any]], None]:
    def change(paper: dict[str, Any]) -> None:
        paper[part][0].update(changes)

    return change


def _whole(**changes: Any) -> Callable[[dict[str, Any]], None]:
    def change(paper: dict[str, Any]) -> None:
        paper.update(changes)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_drop_concepts, "is of no concept that it lists"),
        (_first("mentions", start=90_000, end=90_001), "is no place"),
        (_first("mentions", start=-5), "is no place"),
        (_first("mentions", start=9, end=3), "is no place"),
        (_first("mentions", text="zebra"), "'zebra' is not what stands"),
        (_first("facts", evidence=[{"start": 5000, "end": 6000}]), "is no place"),
        (_first("facts", predicate="evil> <x"), "(evil> <x) is no"),
        (_first("facts", object="unknown"), "names 'unknown'"),
        (_first("facts", score=7), "score 7"),
        (_whole(sentences=[]), "is in none of its sentences"),
        (_whole(key="t2"), "its key under this base gives"),
        (_whole(iri="https://other.example/paper/t1"), "its key under this base gives"),
        (_whole(roles={"FrogNet": ["addresses"]}), "its roles say something other"),
        (_first("concepts", iri="no iri"), "no iri"),
        (_first("mentions", type="Banana"), "Banana"),
    ],
)
def test_an_inconsistent_extraction_is_refused_before_anything_is_written(
    kg: Run, folder: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], words: str
) -> None:
    good = (folder / "found.jsonl").read_text()
    paper = json.loads(good)
    change(paper)
    (tmp_path / "edited.jsonl").write_text(good + json.dumps(paper) + "\n")
    assert_refused(kg("load", "--from", "edited.jsonl", "--to", "graph"), 3, "edited.jsonl:2:", words)
    assert not (tmp_path / "graph").exists()


def test_broken_lines_and_other_content_under_one_name(kg: Run, folder: Path, tmp_path: Path) -> None:
    good = (folder / "found.jsonl").read_text()
    for name, content, words in (
        ("cut.jsonl", good + good[:200], "cut.jsonl:2: no extraction"),
        ("none.jsonl", "\n\n", "none.jsonl holds no extraction"),
        ("abstract.jsonl", '{"id":"x","abstract":"We use BERT."}\n', "abstract.jsonl:1: no extraction"),
        ("other.jsonl", good + good.replace("FrogNet on a GPU", "FrogNet on a TPU", 1), "other.jsonl:2:"),
    ):
        (tmp_path / name).write_text(content)
        assert_refused(kg("load", "--from", name, "--to", "graph"), 3, words)
    assert not (tmp_path / "graph").exists()
    (tmp_path / "twice.jsonl").write_text(good + good)
    assert kg("load", "--from", "twice.jsonl", "--to", "graph").out == "1 paper loaded into graph\n"
    with open_store(tmp_path / "graph", create=False) as store:
        assert store.counts().papers == 1
