"""Learn the weights of roles, relations and results from annotated abstracts: `python -m kg.training.facts SHARED`.

Deterministic: the same abstracts give the same tables. Roles that the relations build on are predicted by
models that have not seen the abstract.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from spacy.tokens import Doc

from kg import language
from kg.components.polarity import Polarity
from kg.components.results import Models
from kg.components.roles import ROLES_OF, allowed_columns
from kg.language.linear import LinearModel
from kg.language.reading import Reading, read
from kg.language.relation_features import Pair, PairReader, iter_pairs
from kg.language.result_features import ResultReader
from kg.language.role_features import role_features, sentence_cues
from kg.model import RELATIONS, RESULT_LINKS, ROLES
from kg.namespaces import normal_form
from kg.training.fact_docs import gold_doc, load_language
from kg.training.logistic import fit, reduced, to_table
from kg.training.vocabulary import read_documents

DATA = Path(language.__file__).parent / "data"
CLASSES = ("none", *(f"{r}>" for r in RELATIONS), *(f"{r}<" for r in RELATIONS if r != "comparedWith"))
ROLE_LEAST = 0.1
RELATION_LEAST = 0.15
RESULT_LEAST = 0.08
FOLDS = 4


class Paper(NamedTuple):
    """An annotated abstract as it is read."""

    gold: dict[str, Any]
    reading: Reading
    doc: Doc


def load_papers(path: Path) -> list[Paper]:
    """The abstracts of a JSON lines file with their annotated mentions and found polarity."""
    nlp = load_language()
    polarity = Polarity("polarity.tsv", "polarity_words.tsv")
    papers = []
    for gold in read_documents(path):
        doc = polarity(gold_doc(nlp, gold))
        papers.append(Paper(gold, read(doc), doc))
    return papers


def train_roles(papers: Sequence[Paper]) -> LinearModel:
    """The role model."""
    samples, labels = [], []
    for paper in papers:
        for concept, mentions, features in iter_role_samples(paper):
            fitting = [r for r in paper.gold["roles"].get(concept, ()) if r in ROLES_OF[mentions[0].type]]
            if fitting:
                samples.append(features)
                labels.append(fitting[0])
    return reduced(fit(samples, labels, ROLES, penalty=8, seen=3), least=ROLE_LEAST)


def iter_role_samples(paper: Paper) -> Iterator[tuple[str, Any, list[str]]]:
    """Concept, mentions and features of every concept of a paper."""
    cues = sentence_cues(paper.reading)
    for concept, mentions in paper.reading.mentions_by_concept().items():
        yield concept, mentions, role_features(paper.reading, mentions, cues)


def predict_roles(model: LinearModel, paper: Paper) -> dict[str, str]:
    """The likeliest role of each concept."""
    found = list(iter_role_samples(paper))
    chances = model.probabilities([features for _, _, features in found])
    return {
        concept: max((float(row[c]), -c, model.classes[c]) for c in allowed_columns(mentions[0].type))[2]
        for (concept, mentions, _), row in zip(found, chances, strict=True)
    }


def unseen_roles(papers: Sequence[Paper]) -> list[dict[str, str]]:
    """The roles of each paper by a model of the other papers."""
    found: list[dict[str, str]] = [{} for _ in papers]
    for fold in range(FOLDS):
        model = train_roles([p for i, p in enumerate(papers) if i % FOLDS != fold])
        for i in range(fold, len(papers), FOLDS):
            found[i] = predict_roles(model, papers[i])
    return found


def iter_pair_samples(
    paper: Paper, roles: dict[str, str], *, reach: int = 1
) -> Iterator[tuple[Pair, list[str], list[str]]]:
    """Pair, features and the classes annotated, 'none' where there are none."""
    gold = defaultdict(list)
    for subject, relation, target in paper.gold["triples"]:
        gold[subject, target].append(f"{relation}>")
        gold[target, subject].append(f"{relation}{'>' if relation == 'comparedWith' else '<'}")
    reader = PairReader(paper.reading, roles, sentence_cues(paper.reading))
    for pair in iter_pairs(paper.reading, roles, reach=reach):
        yield pair, reader.features(pair), gold[pair.left.concept, pair.right.concept] or ["none"]


def train_relations(papers: Sequence[Paper], roles: Sequence[dict[str, str]]) -> LinearModel:
    """The relation model; a pair with two relations counts for both."""
    samples, labels = [], []
    for paper, known in zip(papers, roles, strict=True):
        for _, features, found in iter_pair_samples(paper, known):
            for label in dict.fromkeys(found):
                samples.append(features)
                labels.append(label)
    return reduced(fit(samples, labels, CLASSES, penalty=6, seen=4, rounds=80), least=RELATION_LEAST)


def train_results(papers: Sequence[Paper], roles: Sequence[dict[str, str]]) -> Models:
    """The models of quantities, metrics and links."""
    samples: dict[str, list[list[str]]] = {part: [] for part in Models._fields}
    labels: dict[str, list[str]] = {part: [] for part in Models._fields}
    for paper, known in zip(papers, roles, strict=True):
        for part, features, yes in iter_result_samples(paper, known):
            samples[part].append(features)
            labels[part].append("yes" if yes else "no")
    return Models(
        *(
            reduced(fit(samples[part], labels[part], ("no", "yes"), penalty=4, seen=2), least=RESULT_LEAST)
            for part in Models._fields
        )
    )


def iter_result_samples(paper: Paper, roles: dict[str, str]) -> Iterator[tuple[str, list[str], bool]]:
    """Which model, features and whether the annotation says so. What links to a result is learnt from results alone."""
    reader = ResultReader(paper.reading, roles, sentence_cues(paper.reading))
    gold = match_results(paper, reader)
    for measured in reader.measured:
        yield "quantity", reader.quantity_features(measured), id(measured) in gold
        found = gold.get(id(measured))
        if found is None:
            continue
        for metric in reader.metrics(measured):
            same = normal_form(metric.name) == normal_form(found["metric"] or "")
            yield "metric", reader.metric_features(measured, metric), same
        for slot in RESULT_LINKS:
            mentions = reader.links(measured, slot)
            for rank, mention in enumerate(mentions):
                features = [f"{slot} {feature}" for feature in reader.link_features(measured, mentions, rank)]
                yield "link", features, mention.concept == found[slot]


def match_results(paper: Paper, reader: ResultReader) -> dict[int, dict[str, Any]]:
    """The annotated result of each quantity that has one: the first with that value within its quote."""
    shift = len(paper.reading.text) - len(paper.gold["text"])
    found: dict[int, dict[str, Any]] = {}
    for result in paper.gold["results"]:
        quotes = [m.span() for m in re.finditer(re.escape(result["quote"]), paper.gold["text"])]
        for measured in reader.measured:
            q = measured.quantity
            within = any(start + shift < q.end and q.start < end + shift for start, end in quotes)
            if id(measured) not in found and within and _number(q.value) == _number(result["value"]):
                found[id(measured)] = result
                break
    return found


def _number(value: str) -> float | str:
    try:
        return float(value.replace(",", "").replace("\u2212", "-"))
    except ValueError:
        return value


def write_model(name: str, model: LinearModel) -> None:
    """Write the table of a model where the components look for it."""
    (DATA / f"{name}.tsv").write_text(to_table(model, least=0), encoding="utf-8")


def main(shared: Path) -> None:
    """Train all models on the annotated abstracts below `shared` and write their tables."""
    papers = load_papers(shared / "gold" / "train.jsonl")
    write_model("roles", train_roles(papers))
    roles = unseen_roles(papers)
    for part, model in zip(Models._fields, train_results(papers, roles), strict=True):
        write_model(f"results_{part}", model)
    write_model("relations", train_relations(papers, roles))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
