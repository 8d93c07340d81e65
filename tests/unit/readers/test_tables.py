"""CSV and TSV as spreadsheets and databases write them."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.reader import Problem, read_abstracts


def read(path: Path, text: str, name: str | None = None) -> tuple[list[tuple[str, str | None, str]], list[Problem]]:
    path.write_text(text, newline="")
    problems: list[Problem] = []
    found = read_abstracts([str(path)], format=name, on_problem=problems.append)
    return [(a.id, a.title, a.text) for a in found], problems


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("hint", ["", "sep=;\r\n", "\n"])
def test_delimiters(tmp_path: Path, delimiter: str, hint: str) -> None:
    text = hint + "id,TITLE,Abstract\r\na,T,We use a GPU.\r\n".replace(",", delimiter)
    assert read(tmp_path / "a.csv", text) == ([("a", "T", "We use a GPU.")], [])


@pytest.mark.parametrize(
    ("row", "title"),
    [
        ('s,5" wafers,Text.', '5" wafers'),
        ('s,"never closed,Text.', '"never closed'),
        ('s,"closed" too early,Text.', '"closed" too early'),
        ('s,"a ""quoted"" word",Text.', 'a "quoted" word'),
        ('s,"two\nlines",Text.', "two\nlines"),
        ('s,"",Text.', None),
        ('s,NaN,"Text."', None),
    ],
)
def test_no_row_swallows_another(tmp_path: Path, row: str, title: str | None) -> None:
    rows = ["id,title,abstract", "before,B,Before.", row, "after,A,After.", 'last,"L","Last."']
    found, problems = read(tmp_path / "a.csv", "\n".join(rows))
    assert found[1] == ("s", title, "Text.")
    assert [key for key, _, _ in found] == ["before", "s", "after", "last"]
    assert all(p.kind == "warning" and p.line == 3 for p in problems)


def test_many_bad_quotes_in_a_row(tmp_path: Path) -> None:
    rows = "".join(f'r{n},"title {n},Abstract number {n}.\n' for n in range(2000))
    found, problems = read(tmp_path / "a.csv", "id,title,abstract\n" + rows)
    assert len(found) == len(problems) == 2000


def test_too_many_and_too_few_cells(tmp_path: Path) -> None:
    rows = ["id,title,abstract", "a,T,One, two.", "b,T", "c,T,Fine.,,", "d,T,Fine too."]
    found, problems = read(tmp_path / "a.csv", "\n".join(rows))
    assert [key for key, _, _ in found] == ["c", "d"]
    assert [(p.line, p.kind) for p in problems] == [(2, "skipped"), (3, "skipped")]


def test_columns_of_one_name(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", "id,abstract,abstract,\na,,Second.,x\n")[0] == [("a", None, "Second.")]


cells = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]) | st.sampled_from('",;\t\n'), min_size=1
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(titles=st.lists(cells, min_size=1, max_size=5))
def test_what_a_csv_writer_writes_reads_back(tmp_path: Path, titles: list[str]) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerows([("id", "heading", "abstract"), *((f"r{n}", t, "A toy.") for n, t in enumerate(titles))])
    path = tmp_path / "a.csv"
    path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    found = list(read_abstracts([str(path)], on_problem=lambda p: pytest.fail(str(p))))
    wanted = [
        title for title in titles if title.strip() and title.strip().casefold() not in ("nan", "null", "none", "nil")
    ]
    assert [a.meta["heading"] for a in found if "heading" in a.meta] == wanted
