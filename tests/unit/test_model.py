"""The values between language and graph: canonical order, projection, lossless lines."""

import random
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import (
    Abstract,
    Activity,
    Concept,
    Extraction,
    Fact,
    Mention,
    Result,
    Span,
    assemble,
    decode_extraction,
    encode,
    project,
    revision,
)
from tests.example_paper import FLASH, IRI, TINYNET, example_paper
from tests.strategies import extractions

ACTIVITY = Activity(version="1", configuration="c", vocabulary="v")


WHOLE = '{"id":"p","key":"p","iri":"i","text":"","activity":{"version":"1","configuration":"","vocabulary":""}}'


def assembled(paper: Extraction, dice: random.Random) -> Extraction:
    def shuffled(items: Any) -> list[Any]:
        copy = [*items, *items]
        dice.shuffle(copy)
        return copy

    return assemble(
        Abstract(key=paper.key, id=paper.id, text=paper.text, title=paper.title, meta=paper.meta),
        iri=paper.iri,
        activity=paper.activity,
        sentences=shuffled(paper.sentences),
        concepts=shuffled(paper.concepts),
        mentions=shuffled(paper.mentions),
        facts=shuffled(paper.facts),
    )


@given(extractions(), st.randoms(use_true_random=False))
def test_the_order_and_repetition_of_parts_make_no_difference(paper: Extraction, dice: random.Random) -> None:
    assert encode(assembled(paper, dice)) == encode(paper)


@given(extractions())
def test_an_extraction_comes_back_from_its_line(paper: Extraction) -> None:
    line = encode(paper)
    assert b"\n" not in line
    assert decode_extraction(line) == paper
    assert encode(decode_extraction(line)) == line


def test_lines_do_not_depend_on_the_seed_of_hashes() -> None:
    code = "from tests.example_paper import example_paper; from kg.model import encode; print(encode(example_paper()))"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, check=True,
        ).stdout
        for seed in ("0", "1")
    }  # fmt: skip
    assert len(runs) == 1


def test_of_facts_with_one_id_the_best_scored_stays() -> None:
    facts = [Fact(id="f", kind="role", predicate="uses", object="x", score=score) for score in (0.2, 0.9, 0.5)]
    paper = assemble(Abstract(key="k", id="k", text=""), iri=IRI, activity=ACTIVITY, facts=facts)
    assert [fact.score for fact in paper.facts] == [0.9]


def test_titles_come_first_and_facts_follow_their_evidence() -> None:
    paper = example_paper()
    assert [sentence.field for sentence in paper.sentences] == ["title"] + ["text"] * 4
    assert [mention.text for mention in paper.mentions] == [
        "TinyNet",
        "TinyNet",
        "charge-trap flash",
        "accuracy",
        "GPU",
    ]
    assert [fact.id for fact in paper.facts] == ["f1", "f2", "f4", "f3"]
    assert [concept.iri for concept in paper.concepts] == sorted(concept.iri for concept in paper.concepts)


def test_types_and_alternatives_of_a_concept_are_sorted_and_single() -> None:
    concept = Concept(name="n", iri="urn:n", types=("Task", "Method", "Task"), alternatives=("b", "a", "b"))
    paper = assemble(Abstract(key="k", id="k", text=""), iri=IRI, activity=ACTIVITY, concepts=[concept])
    assert (paper.concepts[0].types, paper.concepts[0].alternatives) == (("Method", "Task"), ("a", "b"))


def test_evidence_is_sorted_and_single() -> None:
    spans = (Span(start=5, end=6), Span(start=1, end=2), Span(start=5, end=6), Span(start=9, end=10, field="title"))
    fact = Fact(id="f", kind="role", predicate="uses", object="x", evidence=spans)
    paper = assemble(Abstract(key="k", id="k", text=""), iri=IRI, activity=ACTIVITY, facts=[fact])
    assert paper.facts[0].evidence == (spans[3], spans[1], spans[0])


def test_only_asserted_facts_are_projected() -> None:
    paper = example_paper()
    assert paper.roles == {"TinyNet": ("proposes",)}
    assert paper.triples == (("TinyNet", "runsOn", "charge-trap flash"),)
    assert [result.value for result in paper.results] == ["88.10"]
    denied = [msgspec.structs.replace(fact, polarity="negated") for fact in paper.facts]
    nothing = project(denied)
    assert (nothing.roles, nothing.triples, nothing.results) == ({}, (), ())


def test_spans_have_texts_and_sentences() -> None:
    paper = example_paper()
    assert [paper.text_of(mention.span) for mention in paper.mentions] == [mention.text for mention in paper.mentions]
    assert paper.text_of(paper.sentence_of(paper.mentions[2].span)) == "TinyNet (TN) runs on charge-trap flash."
    assert paper.text_of(paper.sentence_of(paper.mentions[0].span)) == "TinyNet on flash"
    outside = Span(start=5000, end=5001)
    assert paper.sentence_of(outside) is outside
    assert paper.text_of(outside) == ""
    untitled = msgspec.structs.replace(paper, title=None)
    assert untitled.text_of(paper.mentions[0].span) == ""


def test_a_revision_changes_with_what_is_read_and_with_what_reads() -> None:
    paper = example_paper()
    abstract = Abstract(key=paper.key, id=paper.id, text=paper.text, title=paper.title, meta=paper.meta)
    same = revision(abstract, paper.activity)
    assert same == revision(paper, paper.activity)
    changes: list[dict[str, Any]] = [
        {"key": "x"},
        {"id": "x"},
        {"text": "x"},
        {"title": None},
        {"title": ""},
        {"meta": {}},
    ]
    others = [revision(msgspec.structs.replace(abstract, **change), paper.activity) for change in changes]
    others += [revision(abstract, msgspec.structs.replace(paper.activity, **{name: "x"})) for name in
               ("version", "configuration", "vocabulary", "model")]  # fmt: skip
    assert len({same, *others}) == len(others) + 1


def test_a_line_may_leave_out_what_has_a_default() -> None:
    line = (
        '{"id":"p","key":"p","iri":"urn:paper/p","text":"A GPU.","activity":{"version":"1","configuration":"c",'
        '"vocabulary":"v"},"mentions":[{"start":2,"end":5,"text":"GPU","type":"Hardware","concept":"GPU","iri":"urn:g"}]}'
    )
    paper = decode_extraction(line)
    assert (paper.title, paper.meta, paper.facts, paper.activity.model) == (None, {}, (), "")
    assert (paper.mentions[0].field, paper.mentions[0].score) == ("text", 1.0)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        '{"id":"p"}',
        WHOLE.replace('"text":""', '"text":null'),
        WHOLE.replace('"key":"p",', ""),
        WHOLE.replace('"version":"1",', ""),
        WHOLE[:-1] + ',"x":1}',
        WHOLE[:-1] + ',"mentions":[{"start":0,"end":1,"text":"x","type":null,"concept":"x","iri":"x"}]}',
    ],
)
def test_a_line_of_another_shape_is_refused(line: str) -> None:
    assert decode_extraction(WHOLE).key == "p"
    with pytest.raises(msgspec.DecodeError):
        decode_extraction(line)


def test_values_are_equal_and_hashed_by_content() -> None:
    assert Mention(start=0, end=1, text="x", type="Task", concept="x", iri=FLASH) in {
        Mention(start=0, end=1, text="x", type="Task", concept="x", iri=FLASH)
    }
    assert Result(value="1") != Result(value="1.0")
    assert Concept(name="n", iri=TINYNET, types=()) == Concept(name="n", iri=TINYNET, types=(), known=False)


def test_equal_values_are_one_line_however_they_came_about() -> None:
    field: Any = "".join(["te", "xt"])
    mention: dict[str, Any] = {"start": 0, "end": 1, "text": "x", "type": "Task", "concept": "x", "iri": "urn:x"}
    assert encode(Span(start=0, end=1, field=field)) == encode(Span(start=0, end=1))
    assert encode(Mention(**mention, score=float("1.0"))) == encode(Mention(**mention))
    assert encode(msgspec.json.decode(b'{"start":0,"end":1,"field":"text"}', type=Span)) == encode(Span(start=0, end=1))
