"""Quads per paper, and papers mapped per second, over annotated abstracts.

    python tests/benchmarks/quads_per_paper.py [FILE.jsonl]

FILE holds what `kg extract` writes, or annotated abstracts (without FILE: the 2,319 of the training set, which are
denser than arXiv at large and may take 330 quads on average instead of 300). Annotations name no component, score or
polarity: each is given one, as the pipeline gives it.
"""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kg.mapping.rdf import from_quads, to_quads
from kg.model import (
    RESULT_LINKS,
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
)
from kg.namespaces import DEFAULT_BASE, VOCABULARY, concept_iri, fingerprint, paper_iri

TRAIN: Final = Path(__file__).parents[3] / "shared" / "gold" / "train.jsonl"
_ACTIVITY: Final = Activity(version="0.1.0", configuration="0" * 12, vocabulary="1" * 12)
_SENTENCE: Final = re.compile(r"\S.*?(?:[.!?](?=\s+[A-Z])|$)", re.DOTALL)


def read_annotated(row: dict[str, Any]) -> Extraction:
    """An annotated abstract as the pipeline would extract it, with the usual metadata of an arXiv record."""
    arxiv = row["id"].removeprefix("arxiv:")
    date = f"20{arxiv[:2]}-{arxiv[2:4]}-01" if arxiv[:1].isdigit() else "2001-01-01"
    meta = {"authors": ["A. One", "B. Two", "C. Three"], "arxiv": arxiv, "date": date, "categories": ["cs.LG", "cs.AR"]}
    types: dict[str, set[Any]] = {}
    for mention in row["mentions"]:
        types.setdefault(mention["concept"], set()).add(mention["type"])
    for result in row["results"]:
        for link in ("metric", *RESULT_LINKS):
            if result[link] is not None and result[link] not in types:
                types[result[link]] = {"Method" if link == "baseline" else link.capitalize()}
    iris = {name: concept_iri(name, VOCABULARY) for name in types}
    taken = Counter(iris.values())
    iris = {name: iri if taken[iri] == 1 else f"{iri}~{fingerprint(name)}" for name, iri in iris.items()}
    mentions = [Mention(**m, iri=iris[m["concept"]], score=0.9, component="gazetteer") for m in row["mentions"]]
    spans: dict[str, list[Span]] = {}
    for mention in mentions:
        spans.setdefault(mention.concept, []).append(mention.span)
    return assemble(
        Abstract(key=row["id"], id=row["id"], title=row["title"], text=row["text"], meta=meta),
        iri=paper_iri(row["id"], DEFAULT_BASE),
        activity=_ACTIVITY,
        sentences=[Span(start=m.start(), end=m.end()) for m in _SENTENCE.finditer(row["text"])],
        concepts=[Concept(name=n, iri=iris[n], types=tuple(sorted(types[n])), known=True) for n in types],
        mentions=mentions,
        facts=[*_read_roles(row, spans), *_read_triples(row, spans), *_read_results(row)],
    )


def _read_roles(row: dict[str, Any], spans: dict[str, list[Span]]) -> list[Fact]:
    return [
        _fact(row, kind="role", predicate=role, object=concept, evidence=(spans[concept][0],))
        for concept, roles in row["roles"].items()
        for role in roles
    ]


def _read_triples(row: dict[str, Any], spans: dict[str, list[Span]]) -> list[Fact]:
    return [
        _fact(row, kind="relation", subject=a, predicate=p, object=b, evidence=(spans[a][0], spans[b][0]))
        for a, p, b in map(tuple, row["triples"])
    ]


def _read_results(row: dict[str, Any]) -> list[Fact]:
    facts = []
    for result in row["results"]:
        start = row["text"].find(result["quote"])
        names = {k: result[k] for k in ("metric", *RESULT_LINKS)}
        value = Result(value=result["value"], unit=result["unit"], comparator=result["comparator"], **names)
        evidence = (Span(start=start, end=start + len(result["quote"])),)
        facts.append(_fact(row, kind="result", predicate="result", object=value, evidence=evidence))
    return facts


def _fact(row: dict[str, Any], **parts: Any) -> Fact:
    return Fact(id=fingerprint(row["id"], repr(parts)), score=0.85, component="relations", **parts)


def _read_papers(path: Path) -> Iterator[Extraction]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield decode_extraction(line) if "iri" in row else read_annotated(row)


def main() -> int:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else TRAIN
    papers = total = 0
    seconds = Counter[str]()
    found = Counter[str]()
    for paper in _read_papers(path):
        begin = time.process_time()
        quads = to_quads(paper, base=DEFAULT_BASE)
        mapped = time.process_time()
        if from_quads(quads, base=DEFAULT_BASE) != paper:
            raise SystemExit(f"{paper.key} does not come back")
        seconds.update({"to_quads": mapped - begin, "from_quads": time.process_time() - mapped})
        papers, total = papers + 1, total + len(quads)
        found.update(quad.predicate.value for quad in quads)
    most = 330 if path == TRAIN else 300
    print(f"{papers} papers: {total / papers:.1f} quads a paper; at most {most}")
    for name, spent in seconds.items():
        print(f"{name}: {papers / spent:.0f} papers/s of processor time")
    for predicate, count in found.most_common(25):
        print(f"{count / papers:7.2f}  {predicate}")
    return 0 if total <= most * papers else 1


if __name__ == "__main__":
    raise SystemExit(main())
