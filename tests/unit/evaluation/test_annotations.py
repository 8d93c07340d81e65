"""Annotated abstracts are read whole, and what is broken or hostile is one line that says where."""

import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError, RecordError
from kg.evaluation import read_found, read_gold, to_annotation
from kg.evaluation.annotations import RoleItem, TripleItem
from tests.evaluated import FOUND, GOLD, write_lines
from tests.samples import sample_papers

TEXT = "Toads use GPUs."
GPU = {"start": 10, "end": 14, "text": "GPUs", "type": "Hardware", "concept": "GPU"}


def gold(**changes: Any) -> dict[str, Any]:
    return {"id": "a", "text": TEXT, "mentions": [GPU], **changes}


def result(**parts: Any) -> dict[str, Any]:
    return gold(results=[parts])


def test_all_parts_of_the_gold_are_read() -> None:
    golds = read_gold(GOLD)
    assert [g.id for g in golds] == ["pond-1", "pond-2", "tadpoles", "newt", "croak"]
    assert golds[0].title == "FrogNet maps ponds"
    assert RoleItem("ToadNet", "compares") in golds[0].roles
    assert TripleItem("FrogNet", "isA", "convolutional neural network") in golds[0].triples
    assert golds[0].results[1].links() == [
        ("method", "FrogNet"),
        ("hardware", "graphics processing unit"),
        ("baseline", "ToadNet"),
    ]


def test_scores_come_from_the_asserted_facts() -> None:
    found = read_found(FOUND, {g.id: g.text for g in read_gold(GOLD)})
    assert set(found) == {"pond-1", "pond-2", "tadpoles", "newt"}
    assert RoleItem("GPU", "runsOn", 0.85) in found["pond-1"].roles
    assert TripleItem("ToadNet", "comparedWith", "FrogNet", 0.5) in found["pond-1"].triples
    assert [r.score for r in found["pond-2"].results] == [0.8, 0.3, 0.6]
    assert {r.score for r in found["newt"].roles} == {1.0}


def test_mentions_of_the_title_are_left_out(tmp_path: Path) -> None:
    title = {**GPU, "start": 90, "end": 99, "field": "title"}
    assert len(read_gold(write_lines(tmp_path / "g.jsonl", gold(mentions=[title, GPU])))[0].mentions) == 1


def test_an_extraction_is_read_as_its_line_is(tmp_path: Path) -> None:
    from kg.model import encode

    for paper in sample_papers():
        path = tmp_path / "line.jsonl"
        path.write_bytes(encode(paper) + b"\n")
        assert read_found(path, {paper.id: paper.text}) == {paper.id: to_annotation(paper)}


def test_a_byte_order_mark_and_empty_lines_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "g.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(gold()).encode() + b"\r\n\r\n \n")
    assert len(read_gold(path)) == 1


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("{", "not JSON"),
        ("\x00", "not JSON"),
        ('{"id": "\\ud800"}', "not JSON"),
        ("[" * 100_000, "not an annotated abstract"),
        ("[]", "not an annotated abstract"),
        ('{"id": "a", "x": ' + "[" * 100_000, "not JSON"),
        ({"id": "a", "text": TEXT}, "'a' has no mentions"),
        ({"id": "a", "mentions": []}, "'a' has no text"),
        (gold(id=7), "$.id"),
        (gold(id=""), "$.id"),
        (gold(mentions=[{**GPU, "start": "1"}]), "$.mentions[0].start"),
        (gold(mentions=[{**GPU, "start": -1}]), "$.mentions[0].start"),
        (gold(mentions=[{**GPU, "end": 99}]), "mention 1 ('GPU') has impossible offsets 10 to 99"),
        (gold(mentions=[{**GPU, "end": 10}]), "impossible offsets 10 to 10"),
        (gold(mentions=[{**GPU, "start": 9}]), "the text there is ' GPUs', not 'GPUs'"),
        (gold(mentions=[{**GPU, "type": "Hardwear"}]), "'Hardwear' is no type: choose among Method, Task"),
        (gold(mentions=[{**GPU, "type": "\x1b[2J"}]), "$.mentions[0].type"),
        (gold(mentions=[{**GPU, "concept": ""}]), "$.mentions[0].concept"),
        (gold(roles={"GPU": ["runs"]}), "'runs' is no role: choose among proposes, uses"),
        (gold(triples=[["GPU", "is", "GPU"]]), "'is' is no relation: choose among usedFor"),
        (gold(triples=[["GPU", "isA"]]), "$.triples"),
        (result(metric="speed"), "value"),
        (result(value=None), "value"),
        (result(value=" "), "a result has no number"),
    ],
)
def test_a_broken_line_is_told_with_file_and_line(tmp_path: Path, broken: object, words: str) -> None:
    path = write_lines(tmp_path / "g.jsonl", gold(id="first"), "", broken)
    with pytest.raises(RecordError) as caught:
        read_gold(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:3: ")
    assert words in message
    assert message.isprintable()
    assert len(message) < 500


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    path = tmp_path / "g.jsonl"
    path.write_bytes(b'{"id": "\xff", "text": "", "mentions": []}\n')
    with pytest.raises(RecordError, match=r"g\.jsonl:1: not JSON"):
        read_gold(path)


def test_an_id_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "g.jsonl", gold(), gold())
    with pytest.raises(RecordError, match=r"g\.jsonl:2: the id 'a' stands on line 1 already"):
        read_gold(path)
    with pytest.raises(RecordError, match=r"g\.jsonl:2: the id 'a'"):
        read_found(path, {})


def test_what_cannot_be_read_or_is_empty_is_told(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "absent", "No such file"), (tmp_path, "directory")):
        with pytest.raises(InputError, match=words):
            read_gold(path)
    with pytest.raises(InputError, match="holds no annotated abstract"):
        read_gold(write_lines(tmp_path / "g.jsonl", " "))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "Other."}, "the text is not that of the gold"),
        ({"text": None, "mentions": [{**GPU, "end": 99}]}, "impossible offsets"),
        ({"mentions": [{**GPU, "score": 1.5}]}, "score"),
        ({"facts": [{"predicate": "uses", "object": "GPU", "score": -1}]}, "score"),
    ],
)
def test_what_does_not_fit_the_gold_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    path = write_lines(tmp_path / "f.jsonl", gold(**changes))
    with pytest.raises(RecordError, match=words):
        read_found(path, {"a": TEXT})


def test_what_was_found_may_bear_any_type_and_relation(tmp_path: Path) -> None:
    line = gold(mentions=[{**GPU, "type": "Other-Term"}], triples=[["GPU", "likes", "GPU"]])
    found = read_found(write_lines(tmp_path / "f.jsonl", line), {"a": TEXT})
    assert found["a"].mentions[0].type == "Other-Term"
