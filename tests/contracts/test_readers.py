"""What every reader must do, run on each of them with the fixture that bears its name."""

import gzip
import lzma
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import KgError, RecordError
from kg.model import Abstract
from kg.reader import MAX_RECORD, Problem, Reader, find_reader, get_reader, list_readers, read_abstracts

FIXTURES = Path(__file__).parents[1] / "fixtures/readers"
TEXTS = [
    "We train TinyNet on ToySet and reach an accuracy of 91.5 % on a GPU.",
    "We compare ToadNet with TinyNet, e.g. on WordSet, where F1 rises to 0.88.",
    "An FPGA runs our sorter 3.2x faster than a CPU, as Fig. 2 shows.",
]
READERS = list_readers()
RECORD_READERS = [cls for cls in READERS if cls.name not in ("lines", "paragraphs", "text")]

every_reader = pytest.mark.parametrize("reader", READERS, ids=lambda cls: str(cls.name))


def fixture_of(reader: type[Reader]) -> Path:
    (path,) = FIXTURES.glob(f"{reader.name}.*")
    return path


def read(path: Path, name: str | None = None, *, strict: bool = False) -> tuple[list[Abstract], list[Problem]]:
    problems: list[Problem] = []
    return list(read_abstracts([str(path)], format=name, strict=strict, on_problem=problems.append)), problems


def texts_of(reader: type[Reader], path: Path) -> list[str]:
    return [" ".join(abstract.text.split()) for abstract in read(path, reader.name)[0]]


def expected(reader: type[Reader]) -> list[str]:
    return TEXTS[:1] if reader.name == "text" else TEXTS


@every_reader
def test_it_describes_itself(reader: type[Reader]) -> None:
    assert get_reader(reader.name).name == reader.name
    assert reader.title
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in reader.suffixes)
    assert 0 <= reader.sniff("") < 0.6
    assert 0 < reader.sniff(fixture_of(reader).read_text()) <= 1


def test_names_are_unique() -> None:
    assert len({cls.name for cls in READERS}) == len(READERS)


@every_reader
def test_it_reads_its_format(reader: type[Reader]) -> None:
    assert texts_of(reader, fixture_of(reader)) == expected(reader)


@every_reader
def test_lines_are_where_records_begin(reader: type[Reader]) -> None:
    path = fixture_of(reader)
    first = {"csv": "t1,", "tsv": "1\t", "bibtex": "@inproceedings", "atom": "<entry>", "oai": "<record>"}
    lines = path.read_text().splitlines()
    with path.open("rb") as stream:
        from kg.reader import Source

        source = Source(path.name, stream, lambda *_: None)
        found = [record.line for record in get_reader(reader.name).iter_records(source)]
    assert found == sorted(found)
    assert len(found) == len(expected(reader))
    assert first.get(reader.name, "") in lines[found[0] - 1]


@pytest.mark.parametrize("reader", RECORD_READERS, ids=lambda cls: str(cls.name))
def test_it_is_recognised_by_content_and_by_ending(reader: type[Reader]) -> None:
    head = fixture_of(reader).read_text()
    for name in (f"papers{reader.suffixes[0]}", "papers.txt", "papers"):
        chosen = find_reader(name, head)
        assert chosen is not None
        assert chosen.name == reader.name


@every_reader
@pytest.mark.parametrize(
    ("suffix", "pack"),
    [
        (".gz", gzip.compress),
        (".xz", lzma.compress),
        (".zst", zstandard.ZstdCompressor().compress),
        ("", gzip.compress),
    ],
)
def test_packed_files_read_alike(
    reader: type[Reader], suffix: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / (fixture_of(reader).name + suffix)
    path.write_bytes(pack(fixture_of(reader).read_bytes()))
    assert texts_of(reader, path) == expected(reader)


@every_reader
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encodings_and_line_ends_read_alike(reader: type[Reader], encoding: str, tmp_path: Path) -> None:
    path = tmp_path / fixture_of(reader).name
    text = fixture_of(reader).read_text().replace("\n", "\r\n")
    if encoding == "utf-16-le":
        text = "\ufeff" + text
    path.write_bytes(text.encode(encoding))
    if reader.name in ("atom", "oai"):
        path.write_bytes(text.replace('encoding="UTF-8"', "").encode(encoding))
    assert texts_of(reader, path) == expected(reader)


@every_reader
def test_one_wrong_byte_is_told_and_loses_nothing(reader: type[Reader], tmp_path: Path) -> None:
    path = tmp_path / fixture_of(reader).name
    path.write_bytes(fixture_of(reader).read_bytes().replace(b"on a GPU.", b"on a GPU \x96 cheap."))
    abstracts, problems = read(path, reader.name)
    assert len(abstracts) == len(expected(reader))
    assert "on a GPU – cheap." in abstracts[0].text
    (wrong,) = [problem for problem in problems if "0x96" in problem.reason]
    assert b"\x96" in path.read_bytes().splitlines()[(wrong.line or 0) - 1]
    assert wrong.kind == "warning"
    with pytest.raises(RecordError) as stopped:
        read(path, reader.name, strict=True)
    assert stopped.value.line == wrong.line


BROKEN = {
    "jsonl": ('"t2", ', '"t2" '),
    "json": ('"t2", ', '"t2" '),
    "csv": (",,2022,", ",,2022,,,,surplus"),
    "tsv": ("0.88.\t", "0.88.\t\tsurplus\tsurplus"),
    "bibtex": ('title = "Toads', "title = }Toads"),
    "atom": ("</title>\n    <summary>We", "\n    <summary>We"),
    "oai": ("<title>Toads", "<titel>Toads"),
}


@pytest.mark.parametrize("reader", RECORD_READERS, ids=lambda cls: str(cls.name))
def test_a_broken_record_costs_only_itself(reader: type[Reader], tmp_path: Path) -> None:
    path = tmp_path / fixture_of(reader).name
    whole = fixture_of(reader).read_text()
    old, new = BROKEN[reader.name]
    assert old in whole
    path.write_text(whole.replace(old, new, 1))
    abstracts, problems = read(path, reader.name)
    assert [" ".join(abstract.text.split()) for abstract in abstracts] == [TEXTS[0], TEXTS[2]]
    (skipped,) = [problem for problem in problems if problem.kind == "skipped"]
    assert skipped.line
    with pytest.raises(RecordError, match=rf"{path.name}:{skipped.line}: "):
        read(path, reader.name, strict=True)


@pytest.mark.parametrize("reader", RECORD_READERS, ids=lambda cls: str(cls.name))
def test_a_huge_record_is_skipped_and_memory_stays_flat(reader: type[Reader], tmp_path: Path) -> None:
    path = tmp_path / fixture_of(reader).name
    head, middle, tail = fixture_of(reader).read_text().partition("We compare")
    path.write_text(head + middle + "x" * 2 * MAX_RECORD + tail)
    abstracts, problems = read(path, reader.name)
    found = [" ".join(abstract.text.split()) for abstract in abstracts]
    assert found == [TEXTS[0], TEXTS[2]]
    assert "MB" in next(problem.reason for problem in problems if problem.kind == "skipped")


@every_reader
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_raise_nothing_but_our_own_errors(
    reader: type[Reader], data: st.DataObject, tmp_path: Path
) -> None:
    content = bytearray(fixture_of(reader).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content)))
        width = data.draw(st.integers(0, 40))
        content[at : at + width] = data.draw(st.binary(max_size=20) | st.sampled_from(NASTY))
    path = tmp_path / "damaged"
    path.write_bytes(content)
    for name in (reader.name, None):
        with suppress(KgError):
            for abstract in read(path, name)[0]:
                assert abstract.text.strip()
                assert not set(abstract.text) & set("\0\r\x1b")


NASTY = [
    b'"',
    b"{",
    b"}",
    b"[" * 3000,
    b"\\",
    b"\\ud800",
    b"<!ENTITY a 'b'>",
    b"<![CDATA[",
    b"&#0;",
    b"&nbsp;",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b"NaN",
    b"9" * 5000,
    b"<record>",
    b"</entry>",
    b"@article{",
    b"\x1f\x8b\x08",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
]
