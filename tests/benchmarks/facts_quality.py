"""Score roles, relations and results where the mentions are given, and time the components.

    python tests/benchmarks/facts_quality.py [SHARED] [--held-out]

SHARED is ../shared by default. The shipped weights are scored on dev.jsonl; with --held-out, weights learnt
from four fifths of train.jsonl (minutes) on the last fifth as well. Needs what `kg.training` needs.
"""

import importlib.util
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

from spacy.tokens import Doc

from kg.components.polarity import Polarity
from kg.components.relations import Relations
from kg.components.results import LINK_THRESHOLDS, Models, Results
from kg.components.roles import Roles
from kg.language.linear import load_model
from kg.model import project
from kg.training.facts import Paper, load_papers, train_relations, train_results, train_roles, unseen_roles

SHARED = Path(__file__).parents[3] / "shared"
PARTS = ("roles", "core_roles", "triples", "result_values", "results", "result_units", "result_links")
Components = Sequence[Callable[[Doc], Doc]]


def shipped() -> Components:
    """The components with their weights and defaults as in the pipeline."""
    results = Models(*(load_model(f"results_{part}.tsv") for part in Models._fields))
    return (
        Roles("roles", load_model("roles.tsv"), 0.45),
        Relations("relations", load_model("relations.tsv"), 0.3, 1),
        Results("results", results, 0.45, 0.2, LINK_THRESHOLDS),
    )


def learnt(papers: Sequence[Paper]) -> Components:
    """The components with weights learnt from `papers` alone."""
    roles = unseen_roles(papers)
    return (
        Roles("roles", train_roles(papers), 0.45),
        Relations("relations", train_relations(papers, roles), 0.3, 1),
        Results("results", train_results(papers, roles), 0.45, 0.2, LINK_THRESHOLDS),
    )


def report(name: str, papers: Sequence[Paper], components: Components, scorer: ModuleType) -> None:
    """Print precision, recall and F1 of every part."""
    predicted = {}
    for paper in papers:
        paper.doc._.facts = []
        for component in components:
            component(paper.doc)
        found = project(paper.doc._.facts)
        results = [{key: getattr(result, key) for key in result.__struct_fields__} for result in found.results]
        predicted[paper.gold["id"]] = {**paper.gold, "roles": found.roles, "triples": found.triples, "results": results}
    figures, _ = scorer.score([paper.gold for paper in papers], predicted)
    print(f"{name}: {len(papers)} abstracts")
    for part in PARTS:
        print(f"  {part:14s} P {figures[part]['p']:.3f}  R {figures[part]['r']:.3f}  F1 {figures[part]['f1']:.3f}")


def report_speed(papers: Sequence[Paper], components: Components) -> None:
    """Print milliseconds of processor time an abstract, the best of five runs."""
    everything: Components = (Polarity("polarity.tsv", "polarity_words.tsv"), *components)
    best = {component: float("inf") for component in everything}
    for _ in range(5):
        for paper in papers:
            paper.doc._.facts, paper.doc._.reading = [], None
        for component in everything:
            started = time.process_time()
            for paper in papers:
                component(paper.doc)
            best[component] = min(best[component], time.process_time() - started)
    for component, seconds in best.items():
        print(f"  {type(component).__name__:14s} {1000 * seconds / len(papers):.2f} ms")
    print(f"  {'all':14s} {1000 * sum(best.values()) / len(papers):.2f} ms")


def main(arguments: list[str]) -> None:
    """Score, then time."""
    named = [a for a in arguments if not a.startswith("-")]
    gold = (Path(named[0]) if named else SHARED) / "gold"
    spec = importlib.util.spec_from_file_location("score", gold / "score.py")
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    dev = load_papers(gold / "dev.jsonl")
    report("dev.jsonl, shipped weights", dev, shipped(), scorer)
    report_speed(dev, shipped())
    if "--held-out" in arguments:
        papers = load_papers(gold / "train.jsonl")
        components = learnt([paper for index, paper in enumerate(papers) if index % 5])
        report("a fifth of train.jsonl, weights of the other four", papers[::5], components, scorer)


if __name__ == "__main__":
    main(sys.argv[1:])
