"""JSON in its many layouts."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.reader import Problem, get_reader, read_abstracts
from kg.reader.decoding import Source

RECORDS = [{"id": f"r{n}", "abstract": f'Abstract {n} with "quotes", \\ and {{braces}}.'} for n in range(3)]


def read(path: Path, name: str | None = None) -> tuple[list[str], list[Problem]]:
    problems: list[Problem] = []
    return [a.id for a in read_abstracts([str(path)], format=name, on_problem=problems.append)], problems


@pytest.mark.parametrize("name", ["papers.json", "papers.jsonl", "papers", "papers.txt"])
@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        "\n".join(map(json.dumps, RECORDS)),
        "\n".join(json.dumps(record, indent=1) for record in RECORDS),
        json.dumps({"status": "ok", "message": {"total": 3, "items": RECORDS}}, indent=2),
        json.dumps({"results": RECORDS}),
    ],
    ids=["array", "pretty array", "lines", "pretty objects", "wrapped", "wrapped in one line"],
)
def test_layouts(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert read(path) == (["r0", "r1", "r2"], [])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())), min_size=1),
    indent=st.none() | st.integers(0, 2),
    ascii_only=st.booleans(),
)
def test_any_array_is_cut_into_its_objects(
    tmp_path: Path, records: list[dict[str, Any]], indent: int | None, ascii_only: bool
) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(records, indent=indent, ensure_ascii=ascii_only), encoding="utf-8")
    with path.open("rb") as stream:
        source = Source("a.json", stream, lambda *_: pytest.fail("a problem in good JSON"))
        found = [record.fields for record in get_reader("json").iter_records(source)]
    assert found == records


def test_what_strict_json_forbids_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'{"id": "nan", "abstract": "One.", "score": NaN}\n'
        b'{"id": "half", "abstract": "Two \\ud83d."}\n'
        b'{"id": "byte", "abstract": "Na\xefve three."}\n'
        b'{"id": "tab", "abstract": "Four\tfive."}\n'
        b'{"id": 1705.10, "abstract": "A number as id."}\n'
        b'{"id": "far", "abstract": "Six.", "far": 1e999}\n'
    )
    abstracts = list(read_abstracts([str(path)], on_problem=lambda _: None))
    assert [a.text for a in abstracts[:4]] == ["One.", "Two \ufffd.", "Naïve three.", "Four\tfive."]
    assert abstracts[4].id == "1705.10"
    assert not abstracts[0].meta
    assert not abstracts[5].meta


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "x", "abstract": "cut', "no valid JSON"),
        ("[1, 2]", "no JSON object"),
        ('"text"', "no JSON object"),
        ("[" * 5000, "nested too deeply"),
        ('{"n": ' + "9" * 5000 + "}", "number"),
        ('{"abstract": "' + "x" * (6 << 20) + '"}', "longer than 5 MB"),
    ],
)
def test_a_broken_line_costs_only_itself(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([json.dumps(RECORDS[0]), line, json.dumps(RECORDS[1])]))
    ids, problems = read(path)
    assert ids == ["r0", "r1"]
    assert [(p.line, p.kind) for p in problems] == [(2, "skipped")]
    assert reason in problems[0].reason or reason == "number"


def test_an_array_cut_short_keeps_its_whole_records(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(RECORDS, indent=1)[:-30])
    ids, problems = read(path)
    assert ids == ["r0", "r1"]
    assert "never closed" in problems[0].reason
