"""The command line on real files and stores: what a user types, what they see, and the exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kg import cli
from kg.model import Extraction
from kg.store import open_store
from tests.commands import Outcome, Run

ABSTRACTS = (
    "We propose FrogNet, a convolutional neural network for image classification. FrogNet runs on a GPU.\n"
    "ToadNet is evaluated on ImageNet. It is 2.7 times faster than FrogNet on an FPGA.\n"
)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of two abstracts."""
    path = tmp_path_factory.mktemp("two") / "two.txt"
    path.write_text(ABSTRACTS)
    return path


@pytest.fixture(scope="module")
def store(two: Path) -> Path:
    """An embedded store of two papers, made once."""
    path = two.parent / "graph"
    with pytest.raises(SystemExit) as caught:
        cli.main(["build", str(two), "--workers", "1", "--store", str(path)])
    assert caught.value.code == 0
    return path


def content(store: Path) -> list[Extraction]:
    """All papers of a store."""
    with open_store(store, create=False, read_only=True) as opened:
        return list(opened.iter_papers())


def assert_one_line(outcome: Outcome, code: int, *words: str) -> None:
    """One line on standard error that says the words, no traceback, that exit code."""
    assert outcome.code == code, outcome
    last = outcome.err.strip().splitlines()[-1]
    assert last.startswith("kg: ")
    assert "Traceback" not in outcome.err
    for word in words:
        assert word in last, last


def test_build_query_and_evidence(kg: Run, store: Path) -> None:
    found = kg("query", "methods-by-hardware", "--hardware", "GPU", "--format", "json", "--evidence", "--store", store)
    rows = json.loads(found.out)
    assert {row["hardware"] for row in rows} == {"graphics processing unit"}
    assert rows[0]["method"] == "FrogNet"
    assert "FrogNet runs on a GPU." in found.out


def test_building_again_changes_nothing(kg: Run, store: Path, two: Path) -> None:
    again = kg("build", two, "--store", store)
    assert again.out.startswith("0 papers stored, 2 unchanged")


def test_add_replaces_and_remove_takes_out(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "p1", "abstract": "We use BERT on a GPU."}\n')
    (tmp_path / "b.jsonl").write_text(
        '{"id": "p1", "abstract": "We use BERT on a TPU."}\n{"id": "p2", "abstract": "We use an FPGA."}\n'
    )
    assert kg("build", "a.jsonl", "--store", "g").code == 0
    assert kg("add", "b.jsonl", "--store", "g").out.startswith("2 papers stored")
    assert json.loads(kg("stats", "--store", "g", "--format", "json").out)["papers"] == 2
    assert kg("remove", "p2", "--store", "g").out == "1 paper removed\n"
    assert_one_line(kg("remove", "p2", "--store", "g"), 2, "no paper 'p2'")
    assert json.loads(kg("stats", "--store", "g", "--format", "json").out)["papers"] == 1


def test_add_needs_a_store(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "two.txt").write_text(ABSTRACTS)
    assert_one_line(kg("add", "two.txt", "--store", "nowhere"), 4, "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_extract_then_load_gives_the_same_graph(kg: Run, store: Path, two: Path, tmp_path: Path) -> None:
    assert kg("extract", two, "--out", "found.jsonl").code == 0
    assert len((tmp_path / "found.jsonl").read_text().splitlines()) == 2
    assert kg("load", "--from", "found.jsonl", "--to", "other").out.startswith("2 papers loaded")
    assert kg("load", "--from", store, "--to", "third").out.startswith("2 papers loaded")
    assert content(store) == content(tmp_path / "other") == content(tmp_path / "third") != []


def test_extract_to_standard_output(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("We use BERT on a GPU.\n")
    line = json.loads(kg("extract", "one.txt").out)
    assert line["text"] == "We use BERT on a GPU."
    assert {m["text"] for m in line["mentions"]} >= {"BERT", "GPU"}


def test_sparql_with_bound_parameter(kg: Run, store: Path) -> None:
    text = "SELECT ?c WHERE { GRAPH ?p { ?c skos:prefLabel ?name } }"
    found = kg("sparql", text, "--param", "name=FrogNet", "--store", store, "--format", "csv")
    assert found.out.splitlines()[0] == "c"
    assert "frognet" in found.out


def test_view_writes_a_page(kg: Run, store: Path, tmp_path: Path) -> None:
    assert kg("view", "--around", "GPU", "--store", store, "--out", "a.html").code == 0
    assert "FrogNet" in (tmp_path / "a.html").read_text()
    assert (
        kg("view", "--query", "methods-by-hardware", "--store", store, "--out", "b.html", "--hardware", "GPU").code == 0
    )
    assert "FrogNet" in (tmp_path / "b.html").read_text()


def test_validate(kg: Run, store: Path) -> None:
    assert kg("validate", "--store", store).out == "2 papers conform to the shapes\n"


def test_doctor_names_what_to_mend(kg: Run, store: Path, tmp_path: Path) -> None:
    fine = kg("doctor", "--store", store)
    assert fine.code == 0
    assert f"ok   store {store}: 2 papers" in fine.out
    broken = kg("doctor", "--store", "bolt://127.0.0.1:1")
    assert broken.code == 1
    assert "MEND store bolt://127.0.0.1:1" in broken.out


def test_query_lists_and_describes(kg: Run) -> None:
    assert len(kg("query", "--list").out.splitlines()) >= 10
    assert "--hardware" in kg("query", "methods-by-hardware", "--help").out


def test_no_command_loads_a_heavy_library_before_it_runs() -> None:
    script = (
        "import sys; from kg.cli import cli; [cli.get_command(None, name) for name in cli.list_commands(None)];"
        "heavy = ('spacy', 'numpy', 'rdflib', 'pyshacl', 'networkx', 'pyvis', 'neo4j', 'pandas', 'pint', 'rich');"
        "print([name for name in heavy if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_demo_shows_the_whole_path(kg: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_BASE", "https://papers.example/id/")
    shown = kg("demo")
    assert shown.code == 0, shown.err
    assert shown.out.count("$ kg query") == 3
    assert (tmp_path / "demo" / "graph.html").stat().st_size > 10_000
    assert "Try next" in shown.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["bild", "x"], 2, ["no command 'bild'", "kg build"]),
        (["build"], 2, ["IN"]),
        (["build", "absent.txt", "--store", "g"], 3, ["absent.txt"]),
        (["build", "two.txt", "--store", "mongodb://x"], 4, ["mongodb", "bolt://"]),
        (["build", "two.txt", "--input-format", "docx", "--store", "g"], 2, ["docx", "jsonl"]),
        (["query", "methods-by-hardware", "--store", "absent"], 4, ["absent"]),
        (["load", "--from", "absent", "--to", "memory:"], 4, ["absent"]),
    ],
)
def test_wrong_use_is_one_line(kg: Run, tmp_path: Path, arguments: list[str], code: int, words: list[str]) -> None:
    (tmp_path / "two.txt").write_text(ABSTRACTS)
    assert_one_line(kg(*arguments), code, *words)
    assert not (tmp_path / "g").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["query", "methods-by-hardwear"], 2, ["methods-by-hardware"]),
        (["query", "leaderboard", "--metrik", "F1"], 2, ["--metric"]),
        (["query", "hardware-by-method", "--method"], 2, ["needs a value"]),
        (["query", "methods-by-hardware", "--hardware", "unheard-of thing"], 2, ["unheard-of thing"]),
        (["query", "methods-by-hardware", "--min-score", "much"], 2, ["min-score", "much"]),
        (["query", "evidence"], 2, ["--"]),
        (["query", "methods-by-hardware", "--hardware", 'GPU" } ; DROP ALL #'], 2, ["DROP ALL"]),
        (["query", "methods-by-hardware", "--hardware", "GPU'}) DETACH DELETE n //"], 2, ["DETACH"]),
        (["sparql", "SELECT"], 5, ["SPARQL"]),
        (["sparql", "DELETE WHERE { ?s ?p ?o }"], 5, []),
        (["sparql", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"], 5, ["SERVICE"]),
        (["cypher", "MATCH (n) RETURN n"], 4, ["cypher", "Neo4j"]),
        (["export", "--format", "docx"], 2, ["docx", "turtle"]),
        (["export"], 2, ["turtle"]),
        (["view", "--around", "unheard-of thing"], 2, ["unheard-of thing"]),
    ],
)
def test_wrong_questions_are_one_line(kg: Run, store: Path, arguments: list[str], code: int, words: list[str]) -> None:
    before = content(store)
    assert_one_line(kg(*arguments, "--store", store), code, *words)
    assert content(store) == before


def bad_files() -> dict[str, bytes]:
    """Files that no reader can make an abstract of."""
    return {
        "empty.txt": b"",
        "blank.jsonl": b"\n\n",
        "binary.txt": bytes(range(256)) * 64,
        "cut.jsonl.gz": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03abc",
        "broken.jsonl": b'{"id": "a", "abstract": \n',
        "long.jsonl": b'{"id": "a", "abstract": "' + b"x " * 5_500_000 + b'"}\n',
    }


@pytest.mark.parametrize("name", bad_files())
def test_unreadable_files_are_one_line_and_write_nothing(kg: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bad_files()[name])
    assert_one_line(kg("build", name, "--store", "g"), 3, name)


@pytest.mark.parametrize("name", ["broken.jsonl", "long.jsonl"])
def test_a_broken_record_takes_no_other_with_it(kg: Run, tmp_path: Path, name: str) -> None:
    good = b'{"id": "good", "abstract": "We use BERT on a GPU."}\n'
    (tmp_path / name).write_bytes(good + bad_files()[name])
    done = kg("build", name, "--store", "g")
    assert done.out.startswith("1 paper stored, 1 broken record skipped")
    assert f"{name}:2" in done.err
    assert_one_line(kg("build", name, "--strict", "--store", "h"), 3, f"{name}:2")


def test_odd_text_is_kept_and_found(kg: Run, tmp_path: Path) -> None:
    text = "We use BERT <b>on</b> a GPU; accuracy is $89\\%$ &amp; more. \\frac{1}{2} <script>alert(1)</script>"
    (tmp_path / "odd.jsonl").write_text(json.dumps({"id": "odd", "abstract": text}) + "\n")
    (tmp_path / "xss.txt").write_text("BERT finds <script>alert(1)</script> in <b> and </b>.\n")
    (tmp_path / "nul.txt").write_bytes(b"We use a TPU.\x00 It is fast.\n")
    (tmp_path / "latin.txt").write_bytes("Na\xefve Bayes runs on a GPU.\n".encode("latin-1"))
    done = kg("build", "odd.jsonl", "xss.txt", "nul.txt", "latin.txt", "--store", "g")
    assert done.out.startswith("4 papers stored"), done
    assert "latin.txt:1" in done.err
    assert "nul.txt:1" in done.err
    texts = {paper.id: paper.text for paper in content(tmp_path / "g")}
    assert "Na\u00efve Bayes runs on a GPU." in texts.values()
    assert "We use a TPU. It is fast." in texts.values()
    assert texts["odd"] == "We use BERT on a GPU; accuracy is $89\\%$ & more. \\frac{1}{2}"
    assert "BERT finds <script>alert(1)</script> in <b> and </b>." in texts.values()


def test_a_locked_store_says_so(kg: Run, store: Path, two: Path) -> None:
    program = "import sys; from kg.store import open_store; s = open_store(sys.argv[1]); print(1, flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert_one_line(kg("build", two, "--store", store), 4, "another process")
        holder.communicate(b"\n")
    assert kg("build", two, "--store", store).code == 0


def test_neo4j_that_is_down_says_so(kg: Run, tmp_path: Path) -> None:
    (tmp_path / "two.txt").write_text(ABSTRACTS)
    assert_one_line(kg("build", "two.txt", "--store", "bolt://127.0.0.1:1"), 4, "bolt://127.0.0.1:1")


def test_credentials_in_a_url_are_refused_and_not_shown(kg: Run) -> None:
    outcome = kg("stats", "--store", "bolt://neo4j:topsecret@127.0.0.1:1")
    assert outcome.code in (2, 4)
    assert "topsecret" not in outcome.err + outcome.out
    assert "KG_NEO4J_PASSWORD" in outcome.err


def test_internal_errors_are_one_line(kg: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_DEBUG", raising=False)
    monkeypatch.setattr("kg.cli.cli.main", lambda *_, **__: 1 / 0)
    assert_one_line(kg("stats"), 1, "internal error", "KG_DEBUG")


def test_a_closed_pipe_is_no_error(store: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m kg export --format nquads --store {store} | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


def test_csv_cells_are_no_formulas(kg: Run, tmp_path: Path) -> None:
    row = {"id": "f", "title": "=1+1", "abstract": "PSNR changed by -0.42 dB when TinyNet ran on a GPU."}
    (tmp_path / "f.jsonl").write_text(json.dumps(row) + "\n")
    assert kg("build", "f.jsonl", "--store", "g").code == 0
    text = "SELECT ?t (-0.42 AS ?n) { GRAPH ?p { ?p dcterms:title ?t } }"
    assert kg("sparql", text, "--store", "g", "--format", "csv").out.splitlines()[1] == "'=1+1,-0.42"
