"""Sources, identity over several files, problems and strict reading."""

import gzip
import io
import itertools
import json
import lzma
import os
import socket
import sys
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import pytest
import zstandard

from kg.errors import InputError, RecordError, UnknownFormatError
from kg.model import Abstract
from kg.reader import Problem, Tally, read_abstracts


def read(*sources: str | Path, strict: bool = False, format: str | None = None) -> tuple[list[Abstract], list[Problem]]:  # noqa: A002
    problems: list[Problem] = []
    found = read_abstracts([str(s) for s in sources], format=format, strict=strict, on_problem=problems.append)
    return list(found), problems


def write_lines(path: Path, records: Iterable[object]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def record(key: str, text: str = "We use a GPU.", **more: object) -> dict[str, object]:
    return {"id": key, "abstract": text, **more}


def test_the_two_corpora_hold_22_papers(shared: Path) -> None:
    abstracts, problems = read(shared / "corpora/abstracts-1.txt", shared / "corpora/abstracts-2.txt")
    assert (len(abstracts), problems) == (22, [])


@pytest.mark.parametrize("name", ["dev", "train"])
def test_annotated_abstracts_keep_their_text(shared: Path, name: str) -> None:
    lines = map(json.loads, (shared / f"gold/{name}.jsonl").read_text().splitlines())
    wanted = {line["id"]: (line["title"], line["text"]) for line in itertools.islice(lines, 300)}
    found = {a.id: (a.title, a.text) for a in read(shared / f"gold/{name}.jsonl")[0] if a.id in wanted}
    assert found == wanted


def test_folders_are_read_in_order_and_what_fits_no_format_is_told(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.txt").write_text("Never read.")
    (tmp_path / "b" / "2.txt").write_text("Second abstract.")
    (tmp_path / "a.txt").write_text("First abstract.")
    (tmp_path / "notes.md").write_text("# Notes\n")
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7 \0\1\2")
    abstracts, problems = read(tmp_path)
    assert [a.text for a in abstracts] == ["First abstract.", "Second abstract."]
    assert sorted(Path(p.file).name for p in problems) == ["notes.md", "paper.pdf"]
    assert {p.kind for p in problems} == {"warning"}


def test_globs_and_repeated_sources(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text("First abstract.")
    (tmp_path / "2.txt").write_text("Second abstract.")
    (tmp_path / "3.md").write_text("Third.")
    abstracts, problems = read(tmp_path / "*.txt", tmp_path / "1.txt", tmp_path)
    assert [a.text for a in abstracts] == ["First abstract.", "Second abstract."]
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("source", "message"),
    [("nothing-*.txt", "no file matches"), ("nothing.txt", "there is no file"), (".", "holds no file")],
)
def test_sources_that_are_not_there(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_abstracts([str(tmp_path / source)], on_problem=print)


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormatError, match="bibtex"):
        read_abstracts([str(tmp_path)], format="docx", on_problem=print)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"%PDF-1.7\n...", "PDF document, no text"),
        (bytes(range(256)) * 20, "a binary file, no text"),
        (b"\x1f\x8b\x08\0", "cut off"),
        (b"\xfd7zXZ\0 not really", "damaged"),
        (b"\x28\xb5\x2f\xfd not really", "damaged"),
        (b"id,title,year\n1,T,2020\n", "no column for the abstract"),
        (b'{"id": "a", "title": "T"}\n', "no abstract"),
    ],
)
def test_a_file_with_nothing_to_read_gives_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "file.csv" if content.startswith(b"id,") else tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as error:
        read(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_bad_file_among_good_ones_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("First abstract.")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    abstracts, problems = read(tmp_path / "a.txt", tmp_path / "b.png")
    assert len(abstracts) == 1
    assert [p.kind for p in problems] == ["skipped"]


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        with pytest.raises(InputError, match=f"cannot read {path}: "):
            read(path)


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [(".gz", gzip.compress), (".xz", lzma.compress), (".zst", zstandard.ZstdCompressor(level=1).compress)],
)
def test_a_truncated_archive_keeps_what_came_before(tmp_path: Path, suffix: str, pack: object) -> None:
    assert callable(pack)
    noise = os.urandom(40_000).hex()
    lines = [json.dumps(record(f"r{n}", f"Abstract {n} {noise[n * 40 : n * 40 + 900]}")) for n in range(500)]
    packed = pack("\n".join(lines).encode())
    path = tmp_path / f"cut.jsonl{suffix}"
    path.write_bytes(packed[: len(packed) * 3 // 4])
    abstracts, problems = read(path)
    assert 0 < len(abstracts) < 500
    assert problems[-1].kind == "skipped"
    assert "cut off after line" in problems[-1].reason
    with pytest.raises(RecordError, match="cut off"):
        read(path, strict=True)


def test_several_frames_or_members_are_one_file(tmp_path: Path) -> None:
    one, two = (json.dumps(record(f"r{n}", f"Abstract number {n}.")).encode() + b"\n" for n in (1, 2))
    for suffix, pack in (
        (".gz", gzip.compress),
        (".xz", lzma.compress),
        (".zst", zstandard.ZstdCompressor().compress),
    ):
        path = tmp_path / f"two.jsonl{suffix}"
        path.write_bytes(pack(one) + pack(two))
        assert [a.id for a in read(path)[0]] == ["r1", "r2"]


def test_standard_input_packed_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = json.dumps(record("r1")).encode()
    for data in (content, gzip.compress(content)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert [a.id for a in read("-")[0]] == ["r1"]


def test_a_pipe_is_read_as_a_file(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"We use a GPU.\nWe use a TPU.\n")
    os.close(writing)
    assert len(read(f"/dev/fd/{reading}")[0]) == 2
    os.close(reading)


def test_ids_do_not_depend_on_the_order() -> None:
    records = [record("k", "One."), record("k", "Two."), record("K", "Three."), record("k", "One.", year=2020)]
    wanted = None
    for order in itertools.permutations(records):
        found = {(a.key, a.text, str(a.meta)) for a in read_records(order)}
        wanted = wanted or found
        assert found == wanted
    assert wanted is not None
    assert {key.split("~")[0] for key, _, _ in wanted} == {"k", "K"}
    assert len(wanted) == 3


def read_records(records: Iterable[object]) -> list[Abstract]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return read(write_lines(Path(folder, "r.jsonl"), records))[0]


def test_a_conflict_names_key_files_and_lines(tmp_path: Path) -> None:
    one = write_lines(tmp_path / "1.jsonl", [record("x", "Other."), record("k", "One.")])
    two = write_lines(tmp_path / "2.jsonl", [record("k", "Two.")])
    abstracts, problems = read(one, two)
    assert [a.id for a in abstracts] == ["x", "k", "k"]
    assert abstracts[1].key != abstracts[2].key
    (problem,) = problems
    assert f"{one}:2, {two}:1" in problem.reason
    assert " k " in problem.reason
    with pytest.raises(RecordError, match=r"1\.jsonl:2: the key k"):
        read(one, two, strict=True)


def test_the_richer_record_of_a_paper_wins(tmp_path: Path) -> None:
    records = [
        {"DOI": "10.99999/a", "abstract": None, "title": "Another title, no text"},
        {"doi": "10.99999/A", "abstract": "We use a  GPU."},
        {"doi": "https://doi.org/10.99999/A", "abstract": "We use a GPU.", "title": "T"},
    ]
    tally = Tally()
    path = write_lines(tmp_path / "r.jsonl", records)
    problems: list[Problem] = []
    (abstract,) = read_abstracts([str(path)], on_problem=problems.append, tally=tally)
    assert (abstract.key, abstract.title, problems) == ("doi:10.99999/a", "T", [])
    assert (tally.abstracts, tally.repeated, tally.skipped) == (1, 2, 0)
    assert len(read(path, strict=True)[0]) == 1


def test_a_record_without_text_is_told_and_strict_reading_stops(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "r.jsonl", [record("a"), {"id": "b", "title": "T"}, record("c", "We use a TPU.")])
    abstracts, problems = read(path)
    assert [a.id for a in abstracts] == ["a", "c"]
    assert [(p.line, p.kind) for p in problems] == [(2, "skipped")]
    with pytest.raises(RecordError, match=r"r\.jsonl:2: .*no abstract"):
        read(path, strict=True)


def test_bibtex_with_mark_repeated_keys_and_a_wrong_byte(tmp_path: Path) -> None:
    entries = [
        b"@article{k1, title={First}, abstract={We use a GPU.}}\n",
        b"@article{k1, title={Other}, abstract={We use an FPGA.}}\n",
        b"@article{K1, title={Na\xefve third}, abstract={We use a TPU \x96 twice.}}\n",
        b"@article{k1, title={First}, abstract={We use a GPU.}}\n",
    ]
    keys = set()
    for order in itertools.permutations(entries):
        path = tmp_path / "b.bib"
        path.write_bytes(b"\xef\xbb\xbf" + b"".join(order))
        abstracts, problems = read(path)
        keys.add(frozenset((a.key, a.title, a.text) for a in abstracts))
        assert len(abstracts) == 3
        assert len(problems) == 2
        assert all(p.kind == "warning" and p.grave for p in problems)
    (found,) = keys
    assert ("K1", "Naïve third", "We use a TPU – twice.") in found
    assert sum(key.startswith("k1~") for key, _, _ in found) == 2


def test_values_of_every_kind(tmp_path: Path) -> None:
    lines = [
        (
            '{"id":"p1","title":null,"doi":null,"date":"2024-03-31T02:30:00+01:00","authors":["A",null,3],'
            '"categories":[],"citations":18446744073709551616,"meta":{"a":[1,"b",null]},"abstract":"One BERT."}'
        ),
        (
            '{"id":"p2","title":"","doi":"","date":"0000-00-00","authors":null,"categories":["cs.LG",1,true],'
            '"citations":-0.0,"abstract":"Two BERTs."}'
        ),
        '{"id":null,"title":"No id","abstract":"We use a GPU."}',
        '{"id":7,"date":2024,"abstract":"We use a TPU.","score":NaN,"venue":"None","half":"\\ud800"}',
    ]
    path = tmp_path / "b.jsonl"
    path.write_text("\n".join(lines))
    (p1, p2, unnamed, seven), problems = read(path)
    assert p1.meta == {
        "date": "2024-03-31T02:30:00+01:00",
        "authors": ["A"],
        "citations": 2**64,
        "a": [1, "b", None],
    }
    assert p2.meta == {"categories": ["cs.LG"], "citations": -0.0}
    assert (p1.title, p2.title) == (None, None)
    assert unnamed.key == unnamed.id
    assert unnamed.key.startswith("sha256:")
    assert (seven.id, seven.key, seven.meta) == ("7", "7", {"date": "2024", "half": "\ufffd"})
    assert all(p.kind == "warning" and not p.grave for p in problems)
    assert len(read(path, strict=True)[0]) == 4
    told = [str(p) for p in problems]
    assert any("p1" in line and "authors" in line and "null, 3" in line for line in told)
    assert any("p2" in line and "0000-00-00" in line for line in told)


def test_spreadsheet_cells_stay_as_they_are(tmp_path: Path) -> None:
    long = "We use a GPU. " * 20_000
    path = tmp_path / "b.csv"
    path.write_text(
        "id,title,abstract\n"
        's1,"=HYPERLINK(""x""&A1,""open"")","PSNR changed by -0.42 dB."\n'
        's2,"-1+2 bits\nin two lines","We use an FPGA."\n'
        's3,5" wafers with a bare quote,We use a TPU.\n'
        's4,"never closed,We use a CPU.\n'
        f"s5,@long,{long}\n"
    )
    abstracts, problems = read(path)
    assert [a.title for a in abstracts] == [
        '=HYPERLINK("x"&A1,"open")',
        "-1+2 bits\nin two lines",
        '5" wafers with a bare quote',
        '"never closed',
        "@long",
    ]
    assert abstracts[-1].text == long
    assert [(p.line, p.kind) for p in problems] == [(6, "warning")]


def test_memory_does_not_grow_with_the_corpus(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.jsonl"
        with path.open("w") as stream:
            for n in range(count):
                stream.write(json.dumps(record(f"r{n}", f"Abstract {n} says nothing. " * 40)) + "\n")
        tracemalloc.start()
        total = sum(1 for _ in read_abstracts([str(path)], on_problem=print))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert total == count
        return top

    small, large = peak(200), peak(4000)
    assert large - small < 4000 * 100


def test_a_bomb_is_read_with_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.jsonl.zst"
    packer = zstandard.ZstdCompressor().compressobj()
    with path.open("wb") as stream:
        stream.write(packer.compress(json.dumps(record("r1")).encode() + b"\n"))
        for _ in range(100):
            stream.write(packer.compress(b"x" * (1 << 20)))
        stream.write(packer.flush())
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    abstracts, problems = read(path)
    top = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [a.id for a in abstracts] == ["r1"]
    assert "longer than 5 MB" in problems[0].reason
    assert top < 90 << 20


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "r.jsonl", [record("a")])
    found = read_abstracts([str(path)], on_problem=print)
    path.write_text(json.dumps(record("b")))
    assert [a.id for a in found] == ["b"]
