"""Abstracts in, Extractions out: the same bytes whatever runs beside, and no abstract that breaks a run."""

import multiprocessing
import time
from collections.abc import Iterator
from functools import cache
from itertools import count, islice, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from kg.errors import InputError, KgError
from kg.model import Abstract, Extraction, encode
from kg.pipeline import CONFIG, Pipeline, load_pipeline

TEXT = (
    "We train a convolutional neural network (CNN) on ImageNet with GPUs, e.g. a Tesla V100. "
    "The CNN reaches an accuracy of 91.5% and is 2.5x faster on FPGAs."
)


@cache
def pipeline() -> Pipeline:
    return load_pipeline()


def paper(number: int = 0, text: str = TEXT, title: str | None = "ToadNet: networks that hop") -> Abstract:
    return Abstract(key=f"p{number}", id=f"p{number}", title=title, text=text)


def test_mentions_are_slices_of_the_abstract_and_linked() -> None:
    found = pipeline().extract(paper())
    by_text = {m.text: m for m in found.mentions}
    assert by_text["GPUs"].concept == "graphics processing unit"
    assert by_text["GPUs"].type == "Hardware"
    assert by_text["ImageNet"].type == "Dataset"
    assert by_text["CNN"].iri == by_text["convolutional neural network"].iri
    assert all(found.text_of(m.span) == m.text for m in found.mentions)


def test_sentences_cover_every_mention_and_evidence() -> None:
    found = pipeline().extract(paper())
    assert [found.text_of(s)[:3] for s in found.sentences] == ["Toa", "We ", "The"]
    spans = [m.span for m in found.mentions] + [e for fact in found.facts for e in fact.evidence]
    assert spans
    for span in spans:
        sentence = found.sentence_of(span)
        assert sentence in found.sentences
        assert sentence.start <= span.start < span.end <= sentence.end


def test_names_and_iris_of_concepts_are_one_to_one_and_complete() -> None:
    found = pipeline().extract(paper())
    names = {c.name: c.iri for c in found.concepts}
    assert len(names) == len(set(names.values())) == len(found.concepts)
    assert {(m.concept, m.iri) for m in found.mentions} <= set(names.items())
    assert set(found.roles) <= set(names)


def test_an_extraction_depends_on_its_abstract_alone() -> None:
    alone = encode(pipeline().extract(paper(1)))
    list(pipeline().iter_extractions(paper(n, f"Toad {n} runs on a TPU.") for n in range(5)))
    assert encode(pipeline().extract(paper(1))) == alone
    assert encode(load_pipeline().extract(paper(1))) == alone


def test_workers_change_nothing_and_keep_the_order() -> None:
    papers = [paper(n, f"{TEXT} It has {n} layers.") for n in range(60)]
    one = [encode(e) for e in pipeline().iter_extractions(papers)]
    two = [encode(e) for e in pipeline().iter_extractions(papers, workers=2)]
    assert one == two


def test_few_abstracts_start_no_process() -> None:
    papers = [paper(n) for n in range(5)]
    found = pipeline().iter_extractions(papers, workers=2)
    next(found)
    assert multiprocessing.active_children() == []
    assert len(list(found)) == 4


def test_abstracts_are_not_read_far_ahead() -> None:
    taken = count()

    def endless() -> Iterator[Abstract]:
        for number in taken:
            yield paper(number, "A GPU.")

    assert len(list(islice(pipeline().iter_extractions(endless()), 3))) == 3
    assert next(taken) == 3
    assert len(list(islice(pipeline().iter_extractions(endless(), workers=2), 3))) == 3
    assert next(taken) < 200


def test_a_killed_worker_is_one_clear_error() -> None:
    found = pipeline().iter_extractions((paper(n) for n in count()), workers=2)
    next(found)
    for child in multiprocessing.active_children():
        child.kill()
    with pytest.raises(KgError, match="killed"):
        list(found)


def break_on(text: str) -> Pipeline:
    """A pipeline with a component that fails on a paper that holds `text`."""

    def fail(doc: Doc) -> Doc:
        if text in doc.text:
            raise ZeroDivisionError("no toads")
        return doc

    broken = load_pipeline()
    broken.nlp._components.insert(1, ("fragile", fail))
    return broken


def test_a_failing_component_is_named_with_the_paper() -> None:
    broken = break_on("Bufo")
    with pytest.raises(KgError, match=r"'fragile'.*'p7'.*no toads"):
        broken.extract(paper(7, "Bufo hops."))
    failures: list[tuple[str, str]] = []
    papers = [paper(1), paper(2, "Bufo hops."), paper(3)]
    found = broken.iter_extractions(papers, on_failure=lambda a, problem: failures.append((a.id, str(problem))))
    assert [e.id for e in found] == ["p1", "p3"]
    assert [name for name, _ in failures] == ["p2"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n\n",
        "\x00 a GPU \x00",
        "$" * 500,
        "((((" * 300,
        "a" * 50_000,
        "GPU " * 20_000,
        "-" * 9_000,
        "\ufeffGPU",
    ],
)
def test_odd_texts_pass(text: str) -> None:
    for title in (None, "", "A GPU"):
        found = pipeline().extract(paper(text=text, title=title))
        assert (found.text, found.title) == (text, title)


def test_lone_surrogates_do_not_stop_the_components() -> None:
    assert [m.text for m in pipeline().extract(paper(text="A \ud800 on a GPU.", title=None)).mentions] == ["GPU"]


def test_what_lies_beyond_the_limit_is_kept_unread() -> None:
    text = "We use a GPU. " + "The toad hops over the pond again and again. " * 230_000
    started = time.process_time()
    found = pipeline().extract(paper(text=text))
    assert time.process_time() - started < 20
    assert found.text == text
    assert max(s.end for s in found.sentences) <= pipeline().limits.text


def test_new_concepts_live_under_the_base() -> None:
    found = load_pipeline(base="https://toads.example/").extract(paper(text="We propose ZorgHopNet, a neural network."))
    new = [c for c in found.concepts if not c.known]
    assert found.iri == "https://toads.example/paper/p0"
    assert all(c.iri.startswith("https://toads.example/concept/") for c in new)
    assert "ZorgHopNet" in {c.name for c in new}


def test_the_activity_tells_configurations_apart_but_not_bases(tmp_path: Path) -> None:
    other = tmp_path / "other.cfg"
    other.write_text(CONFIG.read_text().replace("longest = 12", "longest = 9"))
    plain = load_pipeline().activity
    assert load_pipeline(base="https://toads.example/").activity == plain
    assert load_pipeline(config=other).activity.configuration != plain.configuration


def test_components_can_be_switched_off(tmp_path: Path) -> None:
    other = tmp_path / "other.cfg"
    lines = CONFIG.read_text().splitlines()
    switched = [
        'pipeline = ["sentences","abbreviations","gazetteer","linker"]' if x.startswith("pipeline = ") else x
        for x in lines
    ]
    other.write_text("\n".join(switched))
    found = load_pipeline(config=other).extract(paper())
    assert {m.component for m in found.mentions} == {"gazetteer"}
    assert found.facts == ()


@pytest.mark.parametrize(
    "content", ["", "nonsense", '[nlp]\nlang = "en"\npipeline = ["toads"]\n[components.toads]\nfactory = "toads"\n']
)
def test_an_unusable_configuration_is_one_clear_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.cfg"
    path.write_text(content)
    with pytest.raises(InputError, match=r"broken\.cfg"):
        load_pipeline(config=path)
    with pytest.raises(InputError, match="absent"):
        load_pipeline(config=tmp_path / "absent.cfg")


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="aB1 .,()$-\n\x00é\u00a0GPUsCN", max_size=120), st.none() | st.text(alphabet="aB :.", max_size=20)
)
def test_any_text_gives_whole_mentions_in_order(text: str, title: str | None) -> None:
    found: Extraction = pipeline().extract(paper(text=text, title=title))
    places = [(m.field != "title", m.start, m.end) for m in found.mentions]
    assert places == sorted(places)
    assert all(found.text_of(m.span) == m.text != "" for m in found.mentions)
    assert all(a[2] <= b[1] or a[0] != b[0] for a, b in pairwise(places))
