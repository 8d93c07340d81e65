"""Mentions get one concept each: the paper's own definition first, then the vocabulary, else a new name."""

from functools import cache

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

import kg.components.abbreviations
import kg.components.sentences
import kg.language.tokenizer  # noqa: F401
from kg.components.linker import Linker, choose
from kg.language.document import Candidate, get_mentions, make_doc
from kg.language.forms import FormIndex
from kg.model import EntityType
from kg.namespaces import DEFAULT_BASE, VOCABULARY, concept_iri
from kg.schema import Term, Vocabulary


def term(label: str, entity_type: EntityType, *aliases: str, doubtful: tuple[str, ...] = (), broader: str = "") -> Term:
    return Term(
        iri=concept_iri(label, VOCABULARY),
        label=label,
        types=(entity_type,),
        aliases=aliases,
        doubtful=doubtful,
        broader=(concept_iri(broader, VOCABULARY),) if broader else (),
    )


INDEX = FormIndex(
    Vocabulary(
        (
            term("graphics processing unit", "Hardware", "GPU"),
            term("flash memory", "Hardware"),
            term("charge-trap flash", "Hardware", doubtful=("CTF",), broader="flash memory"),
            term("Kalman filter", "Method"),
            term("speed-up", "Metric", "acceleration"),
            term("particle acceleration", "Task", "acceleration"),
        )
    )
)


@cache
def make_pipeline() -> Language:
    nlp: Language = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "kg.words.v1"}}})
    nlp.add_pipe("sentences")
    nlp.add_pipe("abbreviations")
    return nlp


def link(text: str, *names: tuple[str, EntityType], title: str | None = None) -> Doc:
    """Link every occurrence of the given surfaces."""
    nlp = make_pipeline()
    doc = make_doc(nlp, title, text)
    for _, component in nlp.pipeline:
        doc = component(doc)
    for surface, label in names:
        begin = doc.text.find(surface)
        while begin >= 0:
            span = doc.char_span(begin, begin + len(surface))
            assert span is not None
            doc._.candidates.append(Candidate(span.start, span.end, label, 0.9, "test"))
            begin = doc.text.find(surface, begin + len(surface))
    return Linker(INDEX, ["model", "algorithm"], base=DEFAULT_BASE, threshold=0.5)(doc)


def concepts(doc: Doc) -> list[tuple[str, str, bool]]:
    return [(m.text, m._.concept, m._.known) for m in get_mentions(doc)]


def test_forms_of_the_vocabulary() -> None:
    doc = link("GPUs and a Kalman-filter algorithm.", ("GPUs", "Hardware"), ("Kalman-filter algorithm", "Method"))
    assert concepts(doc) == [
        ("GPUs", "graphics processing unit", True),
        ("Kalman-filter algorithm", "Kalman filter", True),
    ]
    assert get_mentions(doc)[0]._.iri == VOCABULARY + "graphics-processing-unit"


def test_the_type_settles_which_sense() -> None:
    assert concepts(link("An acceleration.", ("acceleration", "Task"))) == [
        ("acceleration", "particle acceleration", True)
    ]
    assert concepts(link("An acceleration.", ("acceleration", "Metric"))) == [("acceleration", "speed-up", True)]


def test_a_definition_in_the_paper_wins() -> None:
    doc = link("The grand pond user (GPU) hops. A GPU is wet.", ("grand pond user", "Method"), ("GPU", "Method"))
    assert [c for _, c, _ in concepts(doc)] == ["grand pond user"] * 3
    assert doc._.new_concepts == {"grand pond user": ("GPU",)}


def test_a_doubtful_form_is_linked_only_with_support() -> None:
    assert concepts(link("A CTF hops.", ("CTF", "Method"))) == [("CTF", "CTF", False)]
    near = link("A CTF is like flash memory.", ("CTF", "Hardware"), ("flash memory", "Hardware"))
    assert concepts(near)[0] == ("CTF", "charge-trap flash", True)
    defined = link(
        "A charge trap flash (CTF) lasts. CTF it is.", ("charge trap flash", "Hardware"), ("CTF", "Hardware")
    )
    assert {c for _, c, _ in concepts(defined)} == {"charge-trap flash"}


@pytest.mark.parametrize(
    ("surface", "name"),
    [("toad networks", "toad network"), ("ToadNet model", "ToadNet"), ("Toad-hops", "Toad-hop"), ("model", "model")],
)
def test_new_names_are_singular_and_without_generic_head(surface: str, name: str) -> None:
    doc = link(f"We use {surface} here.", (surface, "Method"))
    assert concepts(doc) == [(surface, name, False)]
    assert get_mentions(doc)[0]._.iri == concept_iri(name, DEFAULT_BASE + "concept/")


def test_capitals_of_a_title_are_not_those_of_a_name() -> None:
    doc = link("It hops.", ("Particle Toad Zorg", "Method"), title="On Particle Toad Zorg")
    assert concepts(doc) == [("Particle Toad Zorg", "particle Toad Zorg", False)]


def test_variants_of_a_new_name_are_one_concept() -> None:
    doc = link("Toad hopping helps. We study toad-hopping.", ("Toad hopping", "Task"), ("toad-hopping", "Task"))
    assert {c for _, c, _ in concepts(doc)} == {"toad-hopping"}
    assert len({m._.iri for m in get_mentions(doc)}) == 1


def test_titles_count() -> None:
    doc = link("It hops.", ("ToadNet", "Method"), title="ToadNet: a net")
    assert concepts(doc) == [("ToadNet", "ToadNet", False)]


def test_overlaps_go_to_the_better_then_the_longer() -> None:
    low = Candidate(0, 1, "Method", 0.6, "a")
    long = Candidate(0, 3, "Task", 0.7, "a")
    same = Candidate(2, 3, "Method", 0.7, "b")
    faint = Candidate(5, 6, "Method", 0.4, "b")
    assert choose([low, long, same, faint], threshold=0.5) == [long]
