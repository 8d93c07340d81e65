"""XML of arXiv: odd layouts, faults and attacks."""

from pathlib import Path

import pytest

from kg.errors import InputError
from kg.model import Abstract
from kg.reader import Problem, read_abstracts

ENTRY = "<entry><id>http://arxiv.org/abs/2101.0000{n}v1</id><title>T{n}</title><summary>{text}</summary></entry>"


def feed(*texts: str, head: str = "<?xml version='1.0'?>") -> str:
    entries = "".join(ENTRY.format(n=n, text=text) for n, text in enumerate(texts, 1))
    return f"{head}<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>"


def read(path: Path, content: str | bytes, name: str | None = None) -> tuple[list[Abstract], list[Problem]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    problems: list[Problem] = []
    return list(read_abstracts([str(path)], format=name, on_problem=problems.append)), problems


def test_all_in_one_line_and_prefixed(tmp_path: Path) -> None:
    text = feed("One.", "Two.").replace("<entry", "<a:entry").replace("</entry", "</a:entry")
    found, problems = read(tmp_path / "a.xml", text)
    assert [a.key for a in found] == ["arxiv:2101.00001", "arxiv:2101.00002"]
    assert problems == []


def test_entities_and_sections(tmp_path: Path) -> None:
    found, _ = read(tmp_path / "a.xml", feed("a &lt; b &amp; c &eacute; &#8211; R&D", "<![CDATA[x < y & z]]>"))
    assert [a.text for a in found] == ["a < b & c é – R&D", "x < y & z"]


def test_a_declared_encoding_is_no_fault(tmp_path: Path) -> None:
    content = feed("Na\xefve.", head='<?xml version="1.0" encoding="ISO-8859-1"?>').encode("latin-1")
    (paper,), problems = read(tmp_path / "a.xml", content)
    assert (paper.text, problems) == ("Naïve.", [])


@pytest.mark.parametrize("encoding", ["undefined", "idna", "rot13", "utf-7", "unknown", "us-ascii"])
def test_odd_declared_encodings_are_passed_over(tmp_path: Path, encoding: str) -> None:
    content = feed("Fine.", head=f'<?xml version="1.0" encoding="{encoding}"?>')
    assert [a.text for a in read(tmp_path / "a.xml", content)[0]] == ["Fine."]


@pytest.mark.parametrize("name", ["atom", "oai"])
def test_declared_entities_are_refused(tmp_path: Path, name: str) -> None:
    bomb = "<!DOCTYPE x [" + "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10)) + "]>"
    secret = "<!DOCTYPE x [<!ENTITY e9 SYSTEM 'file:///etc/passwd'>]>"
    for head in (bomb, secret):
        with pytest.raises(InputError, match="declares entities"):
            read(tmp_path / "a.xml", feed("&e9;", head=head), name)


def test_a_document_type_without_entities_is_no_harm(tmp_path: Path) -> None:
    assert len(read(tmp_path / "a.xml", feed("One.", head="<!DOCTYPE feed>"))[0]) == 1


def test_records_that_are_never_closed(tmp_path: Path) -> None:
    text = feed("One.", "Two.", "Three.").replace("Two.</summary></entry>", "Two.")
    found, problems = read(tmp_path / "a.xml", text)
    assert [a.text for a in found] == ["One.", "Three."]
    assert "never closed" in problems[0].reason
    found, problems = read(tmp_path / "b.xml", feed("One.", "Two.")[:-30])
    assert [a.text for a in found] == ["One."]
    assert "never closed" in problems[0].reason


def test_deep_nesting_costs_only_its_record(tmp_path: Path) -> None:
    found, problems = read(tmp_path / "a.xml", feed("<b>" * 5000 + "x" + "</b>" * 5000, "Two."))
    assert [a.text for a in found] == ["Two."]
    assert "nested too deeply" in problems[0].reason


def test_characters_that_xml_forbids(tmp_path: Path) -> None:
    (paper,), problems = read(tmp_path / "a.xml", feed("One\0 two\x0b."))
    assert (paper.text, len(problems)) == ("One two.", 1)


def test_an_empty_harvest_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no <record> in this XML"):
        read(tmp_path / "a.xml", "<OAI-PMH><error code='noRecordsMatch'/></OAI-PMH>")


def test_lines_of_records_in_a_long_file(tmp_path: Path) -> None:
    entries = "\n\n".join(ENTRY.format(n=1, text=f"Text {n} of many. " * 90 * (n != 700)) for n in range(900))
    _, problems = read(tmp_path / "a.xml", f"<feed>\n{entries}\n</feed>")
    assert [p.line for p in problems if p.kind == "skipped"] in ([], [1402])
    assert any(p.line == 2 for p in problems)
