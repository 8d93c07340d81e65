"""Random values for property tests: `extractions()` draws Extractions in canonical form."""

import json
from itertools import pairwise
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st

from kg.model import (
    ENTITY_TYPES,
    RELATIONS,
    ROLES,
    Abstract,
    Activity,
    Concept,
    Extraction,
    Fact,
    Field,
    Mention,
    Result,
    Span,
    assemble,
)
from kg.namespaces import DEFAULT_BASE, VOCABULARY, concept_iri, fingerprint, paper_iri

settings.register_profile("kg", deadline=None)  # a busy machine is no failure
settings.load_profile("kg")

ALPHABET: Final = st.characters(exclude_categories=["Cs"])
"""Every character but surrogates, which readers replace."""

_ODD_VALUES: Final = (
    "88.10",
    "1e400",
    "-0.0",
    "007",
    "NaN",
    "1_000",
    "",
    "1,000",
    "٣",
    "0." + "3" * 40,
    "+5",
    ".5",
    "5.",
)
_ODD_DATES: Final = ("2024", "2024-02", "2024-02-29", "2024-03-31T02:30:00+01:00", "0000-00-00", "2023-02-29", "soon")


def texts(alphabet: st.SearchStrategy[str] = ALPHABET, *, min_size: int = 0) -> st.SearchStrategy[str]:
    """Short texts of any characters, now and then with what breaks formats."""
    odd = st.sampled_from(["\r\n", "\t", '"', "\\", "<b>", "'", "|", "=1+1", "\u2028", "é", "e\u0301", " "])
    return st.text(alphabet, min_size=min_size, max_size=40) | st.tuples(
        st.text(alphabet, min_size=min_size, max_size=5), odd, st.text(alphabet, max_size=5)
    ).map("".join)


def scores() -> st.SearchStrategy[float]:
    """Scores as the pipeline rounds them."""
    return st.integers(0, 10_000).map(lambda n: n / 10_000)


def metas(alphabet: st.SearchStrategy[str] = ALPHABET) -> st.SearchStrategy[dict[str, Any]]:
    """What a source says beside title and text: usual keys, and any nested JSON, integers of any size included."""
    text = st.text(alphabet, max_size=12)
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text
    values = st.recursive(
        leaves, lambda v: st.lists(v, max_size=3) | st.dictionaries(text, v, max_size=3), max_leaves=6
    )
    usual = st.fixed_dictionaries(
        {},
        optional={
            "authors": st.lists(text | st.none(), max_size=3) | st.none(),
            "date": st.sampled_from(_ODD_DATES) | st.dates().map(str) | st.datetimes().map(lambda d: d.isoformat()),
            "doi": st.sampled_from(["10.99999/Toy|1", "", None]),
            "arxiv": st.sampled_from(["2401.00001", "cs/0001001"]),
            "venue": text,
            "categories": st.lists(st.sampled_from(["cs.LG", "cs.AR", ""]), max_size=3),
        },
    )
    return st.tuples(st.dictionaries(text, values, max_size=3), usual).map(
        lambda pair: _through_json(pair[0] | pair[1])
    )


def _through_json(meta: dict[str, Any]) -> dict[str, Any]:
    """Only what JSON itself carries."""
    loaded: dict[str, Any] = json.loads(json.dumps(meta))
    return loaded


def activities() -> st.SearchStrategy[Activity]:
    hexes = st.sampled_from(["", "0a1b2c", "ffee00112233"])
    return st.builds(
        Activity, version=st.sampled_from(["0.1.0", "2.0rc1"]), configuration=hexes, vocabulary=hexes, model=hexes
    )


@st.composite
def concepts_of(draw: st.DrawFn, base: str, alphabet: st.SearchStrategy[str]) -> list[Concept]:
    """Up to five concepts with distinct names and IRIs, known and new."""
    names = draw(st.lists(texts(alphabet, min_size=1), max_size=5, unique_by=lambda n: concept_iri(n, VOCABULARY)))
    found = []
    for name in names:
        known = draw(st.booleans())
        types = draw(st.sets(st.sampled_from(ENTITY_TYPES), min_size=1, max_size=3))
        found.append(
            Concept(
                name=name,
                iri=concept_iri(name, VOCABULARY if known else base + "concept/"),
                types=tuple(sorted(types)),
                known=known,
                alternatives=() if known else tuple(sorted(draw(st.sets(texts(alphabet, min_size=1), max_size=2)))),
            )
        )
    return found


@st.composite
def spans_of(draw: st.DrawFn, field: Field, length: int) -> tuple[list[Span], list[Span]]:
    """(sentences, tokens) of a text: neither overlap, each token lies in a sentence."""
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=12)))
    tokens = [Span(start=a, end=b, field=field) for a, b in pairwise(cuts)]
    sentences, rest = [], tokens
    while rest:
        size = draw(st.integers(1, len(rest)))
        sentences.append(Span(start=rest[0].start, end=rest[size - 1].end, field=field))
        rest = rest[size:]
    return sentences, tokens


@st.composite
def facts_of(
    draw: st.DrawFn, concepts: list[Concept], tokens: list[Span], alphabet: st.SearchStrategy[str]
) -> list[Fact]:
    """Up to six facts of all kinds and polarities; without concepts, results alone."""
    names = [concept.name for concept in concepts]
    some = st.sampled_from(names) if names else st.nothing()
    maybe = st.none() | some
    results = st.builds(
        Result,
        value=st.sampled_from(_ODD_VALUES) | st.floats(0, 1e6).map(str) | st.text(alphabet, max_size=6),
        unit=st.none() | st.sampled_from(["%", "x", "", "µs", "ms", "°C", "MHz", "GB/min", "GPU-hours"]),
        comparator=st.sampled_from(["=", "<", ">", "<=", ">=", "~"]),
        quote=st.text(alphabet, max_size=12),
        **dict.fromkeys(("metric", "method", "dataset", "task", "hardware", "baseline"), maybe),
    )
    shapes: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
        {"kind": st.just("result"), "predicate": st.just("result"), "object": results}
    )
    if names:
        role = {"kind": st.just("role"), "predicate": st.sampled_from(ROLES), "object": some}
        relation = {
            "kind": st.just("relation"),
            "predicate": st.sampled_from(RELATIONS),
            "object": some,
            "subject": some,
        }
        shapes |= st.fixed_dictionaries(role) | st.fixed_dictionaries(relation)
    spans = st.lists(st.sampled_from(tokens), max_size=3).map(tuple) if tokens else st.just(())
    found = []
    for number, shape in enumerate(draw(st.lists(shapes, max_size=6))):
        found.append(
            Fact(
                id=fingerprint(str(number), draw(st.text(alphabet, max_size=3))),
                polarity=draw(st.sampled_from(["asserted", "negated", "hedged"])),
                score=draw(scores()),
                component=draw(st.sampled_from(["", "relations", "results"])),
                evidence=draw(spans),
                **shape,
            )
        )
    return found


@st.composite
def extractions(
    draw: st.DrawFn, *, base: str = DEFAULT_BASE, alphabet: st.SearchStrategy[str] = ALPHABET
) -> Extraction:
    """Extractions as `kg.model.assemble` makes them.

    Titles are None, empty or any text; mentions lie inside the text and do not overlap; each evidence span lies
    in one sentence; texts are made of `alphabet`; new concepts are under `base`.
    """
    key = draw(texts(alphabet, min_size=1))
    title = draw(st.none() | st.just("") | texts(alphabet))
    abstract = Abstract(
        key=key, id=draw(texts(alphabet)), title=title, text=draw(texts(alphabet)), meta=draw(metas(alphabet))
    )
    concepts = draw(concepts_of(base, alphabet))
    sentences, tokens = draw(spans_of("text", len(abstract.text)))
    if title:
        more = draw(spans_of("title", len(title)))
        sentences, tokens = sentences + more[0], tokens + more[1]
    mentions = []
    for span in tokens if concepts else ():
        concept = draw(st.none() | st.sampled_from(concepts))
        if concept is not None:
            whole = (title or "") if span.field == "title" else abstract.text
            mentions.append(
                Mention(
                    start=span.start,
                    end=span.end,
                    field=span.field,
                    text=whole[span.start : span.end],
                    type=draw(st.sampled_from(concept.types)),
                    concept=concept.name,
                    iri=concept.iri,
                    score=draw(scores()),
                    component=draw(st.sampled_from(["", "gazetteer", "patterns"])),
                )
            )
    return assemble(
        abstract,
        iri=paper_iri(key, base),
        activity=draw(activities()),
        sentences=sentences,
        concepts=concepts,
        mentions=mentions,
        facts=draw(facts_of(concepts, tokens, alphabet)),
    )
