"""One hand-made Extraction that has something of everything: a title, all kinds of facts, a new concept."""

from typing import Final

from kg.model import Abstract, Activity, Concept, Extraction, Fact, Mention, Result, Span, assemble
from kg.namespaces import DEFAULT_BASE, VOCABULARY

TITLE: Final = "TinyNet on flash"
TEXT: Final = (
    "TinyNet (TN) runs on charge-trap flash. It reaches 88.10 % accuracy. It might need a GPU. Nothing else is said."
)
TINYNET: Final = DEFAULT_BASE + "concept/tinynet"
FLASH: Final = VOCABULARY + "charge-trap-flash"
GPU: Final = VOCABULARY + "graphics-processing-unit"
ACCURACY: Final = VOCABULARY + "accuracy"
IRI: Final = DEFAULT_BASE + "paper/p1"
NAMES: Final = {TINYNET: "TinyNet", FLASH: "charge-trap flash", GPU: "graphics processing unit", ACCURACY: "accuracy"}


def _find(piece: str) -> Span:
    start = TEXT.index(piece)
    return Span(start=start, end=start + len(piece))


def _mention(piece: str, iri: str, concept: Concept, *, component: str = "gazetteer") -> Mention:
    span = _find(piece)
    return Mention(
        start=span.start,
        end=span.end,
        text=piece,
        type=concept.types[0],
        concept=NAMES[iri],
        iri=iri,
        score=0.9,
        component=component,
    )


def example_paper() -> Extraction:
    """A new instance each time, equal to the last."""
    concepts = {
        TINYNET: Concept(name="TinyNet", iri=TINYNET, types=("Method",), alternatives=("TN",)),
        FLASH: Concept(name="charge-trap flash", iri=FLASH, types=("Hardware",), known=True),
        GPU: Concept(name="graphics processing unit", iri=GPU, types=("Hardware",), known=True),
        ACCURACY: Concept(name="accuracy", iri=ACCURACY, types=("Metric",), known=True),
    }
    mentions = [
        _mention("TinyNet", TINYNET, concepts[TINYNET], component="patterns"),
        _mention("charge-trap flash", FLASH, concepts[FLASH]),
        _mention("accuracy", ACCURACY, concepts[ACCURACY]),
        _mention("GPU", GPU, concepts[GPU]),
        Mention(start=0, end=7, text="TinyNet", type="Method", concept="TinyNet", iri=TINYNET, field="title"),
    ]
    tinynet, flash, gpu = _find("TinyNet"), _find("charge-trap flash"), _find("GPU")
    relation = {"kind": "relation", "predicate": "runsOn", "subject": "TinyNet", "component": "relations"}
    quote = "reaches 88.10 % accuracy"
    facts = [
        Fact(id="f1", kind="role", predicate="proposes", object="TinyNet", score=0.8, evidence=(tinynet,)),
        Fact(id="f2", object="charge-trap flash", evidence=(tinynet, flash), **relation),  # type: ignore[arg-type]
        Fact(id="f3", object="graphics processing unit", evidence=(gpu,), polarity="hedged", score=0.5, **relation),  # type: ignore[arg-type]
        Fact(
            id="f4",
            kind="result",
            predicate="result",
            object=Result(value="88.10", unit="%", metric="accuracy", method="TinyNet", quote=quote),
            score=0.75,
            component="results",
            evidence=(_find(quote),),
        ),
    ]
    sentences = [Span(start=0, end=len(TITLE), field="title")]
    for piece in TEXT.removesuffix(".").split(". "):
        span = _find(piece)
        sentences.append(Span(start=span.start, end=span.end + 1))
    return assemble(
        Abstract(key="p1", id="P1", title=TITLE, text=TEXT, meta={"authors": ["A. One", None, " "], "date": "2024-02"}),
        iri=IRI,
        activity=Activity(version="0.1.0", configuration="c0", vocabulary="v0"),
        sentences=sentences,
        concepts=concepts.values(),
        mentions=mentions,
        facts=facts,
    )
