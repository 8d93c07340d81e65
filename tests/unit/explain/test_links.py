"""The linker says by which form, head, definition or context a mention got its concept, and which it refused."""

from functools import cache

import spacy
from spacy.language import Language

import kg.components.abbreviations
import kg.components.sentences
import kg.language.tokenizer  # noqa: F401
from kg.components.linker import Linker
from kg.language.document import Candidate, make_doc
from kg.language.forms import FormIndex
from kg.language.reasons import LinkReason, Verdict
from kg.namespaces import VOCABULARY, concept_iri
from kg.schema import Term, Vocabulary

FLASH = "flash memory"


def term(label: str, *aliases: str, doubtful: tuple[str, ...] = (), broader: tuple[str, ...] = ()) -> Term:
    above = tuple(concept_iri(name, VOCABULARY) for name in broader)
    iri = concept_iri(label, VOCABULARY)
    return Term(iri=iri, label=label, types=("Hardware",), aliases=aliases, doubtful=doubtful, broader=above)


INDEX = FormIndex(
    Vocabulary(
        (
            term("graphics processing unit", "GPU"),
            term(FLASH),
            term("charge-trap flash", doubtful=("CTF",), broader=(FLASH,)),
        )
    )
)


@cache
def language() -> Language:
    nlp: Language = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "kg.words.v1"}}})
    nlp.add_pipe("sentences")
    nlp.add_pipe("abbreviations")
    return nlp


def ask(text: str, *surfaces: str) -> dict[str, LinkReason]:
    """The reasons for the first occurrence of each surface."""
    doc = make_doc(language(), None, text)
    for _, component in language().pipeline:
        doc = component(doc)
    for surface in surfaces:
        span = doc.char_span(text.index(surface), text.index(surface) + len(surface))
        assert span is not None
        doc._.candidates += [Candidate(span.start, span.end, "Hardware", 0.9, "tests")]
    linker = Linker(INDEX, ["model", "cell"], threshold=0.35)
    doc = linker(doc)
    return {text[reason.start : reason.end]: reason for reason in linker.explain_links(doc)}


def test_a_form_of_the_vocabulary() -> None:
    found = ask("We use GPUs.", "GPUs")["GPUs"]
    assert (found.concept, found.looked_up, found.form, found.sure) == ("graphics processing unit", "GPUs", "GPU", True)


def test_a_head_that_is_left_aside() -> None:
    known = ask("We use GPU models.", "GPU models")["GPU models"]
    assert (known.concept, known.looked_up, known.stripped) == ("graphics processing unit", "GPU", "models")
    new = ask("We use ZorgNet models.", "ZorgNet models")["ZorgNet models"]
    assert (new.concept, new.form, new.looked_up, new.stripped) == ("ZorgNet", None, "ZorgNet", "models")
    kept = ask("We use topic models.", "topic models")["topic models"]
    assert (kept.concept, kept.looked_up, kept.stripped) == ("topic model", "topic models", "")


def test_an_abbreviation_that_the_paper_defines() -> None:
    found = ask("A charge-trap flash (CTF) leaks. CTF ages.", "CTF")["CTF"]
    assert (found.concept, found.long_form, found.form) == (
        "charge-trap flash",
        "charge-trap flash",
        "charge-trap flash",
    )


def test_a_doubtful_form_needs_backing() -> None:
    refused = ask("We use CTF.", "CTF")["CTF"]
    assert (refused.concept, refused.form, refused.refused) == ("CTF", None, ("charge-trap flash",))
    named = ask("We use CTF. A charge-trap flash leaks.", "CTF", "charge-trap flash")["CTF"]
    assert (named.form, named.sure, named.refused) == ("CTF", False, ())
    assert "sure form" in named.backing
    near = ask("We use CTF, a flash memory.", "CTF", FLASH)["CTF"]
    assert near.concept == "charge-trap flash"
    assert FLASH in near.backing


def test_what_became_of_each_candidate() -> None:
    doc = make_doc(language(), None, "big flash memory cell")
    for _, component in language().pipeline:
        doc = component(doc)
    best, wide, faint, other = (
        Candidate(1, 3, "Hardware", 0.8, "one"),
        Candidate(0, 4, "Hardware", 0.7, "two"),
        Candidate(3, 4, "Method", 0.2, "three"),
        Candidate(1, 3, "Hardware", 0.6, "four"),
    )
    doc._.candidates = [faint, wide, other, best]
    found = list(Linker(INDEX, [], threshold=0.35).explain_choice(doc))
    assert found == [
        Verdict(best, "chosen", 0.35),
        Verdict(wide, "lost", 0.35, best),
        Verdict(other, "lost", 0.35, best),
        Verdict(faint, "below", 0.35),
    ]
