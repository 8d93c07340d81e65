"""Measured results: value, unit, comparator and metric, with method, dataset, task, hardware and baseline.

Quantities are found by rules; linear models decide which are results, of which metric and of what.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from kg.language.document import to_span
from kg.language.linear import LinearModel, load_model
from kg.language.quantities import Quantity
from kg.language.reading import Named, Reading, Scope, evidence, read, roles_of
from kg.language.result_features import Measured, Metric, ResultReader
from kg.language.role_features import sentence_cues
from kg.model import RESULT_LINKS, Fact, Polarity, Result

_DOUBTFUL: Final = 0.1
_WORDED: Final = 0.05
_QUOTED: Final = 60
LINK_THRESHOLDS: Final = {
    "method": 0.3,
    "dataset": 0.35,
    "task": 0.35,
    "hardware": 0.35,
    "baseline": 0.35,
    "compared": 0.01,
}


class Models(NamedTuple):
    """Whether a quantity is a result, whether it is of a metric, whether it is linked to a mention."""

    quantity: LinearModel
    metric: LinearModel
    link: LinearModel


class Found(NamedTuple):
    """A result with the mentions it refers to."""

    measured: Measured
    score: float
    metric: Metric | None
    links: dict[str, Named]


class Results:
    """Appends a fact for each quantity whose probability reaches `threshold`.

    A metric counts from the probability `metric`, a link from that in `links` for its slot; 'compared' is for a
    baseline after a word of comparison.
    """

    def __init__(self, name: str, models: Models, threshold: float, metric: float, links: dict[str, float]) -> None:
        self.name = name
        self.models = models
        self.threshold = threshold
        self.metric = metric
        self.thresholds = {**LINK_THRESHOLDS, **links}

    def __call__(self, doc: Doc) -> Doc:
        reading = read(doc)
        facts = [self._fact(doc, reading, found) for found in self.iter_results(reading, roles_of(doc))]
        doc._.facts = [*doc._.facts, *facts]
        return doc

    def iter_results(self, reading: Reading, roles: dict[str, str]) -> Iterator[Found]:
        """The results of a reading, in order."""
        reader = ResultReader(reading, roles, sentence_cues(reading))
        chances = self.models.quantity.probabilities([reader.quantity_features(m) for m in reader.measured])
        likely = self._likely(reader, [float(row[1]) for row in chances])
        links = self._choose_links(reader, [m for m, _, _ in likely])
        last: Found | None = None
        for (measured, score, metric), linked in zip(likely, links, strict=True):
            found = Found(measured, score, metric, linked)
            if last is not None and _is_high_end(measured, last.measured):
                found = found._replace(metric=last.metric, links=last.links)
            yield found
            last = found

    def _likely(self, reader: ResultReader, scores: list[float]) -> list[tuple[Measured, float, Metric | None]]:
        """The quantities that are results, with their metrics; both ends of a range, or none."""
        measured = reader.measured
        for index in range(1, len(measured)):
            if _is_high_end(measured[index], measured[index - 1]):
                scores[index - 1 : index + 1] = [max(scores[index - 1 : index + 1])] * 2
        possible = [
            (m, score) for m, score in zip(measured, scores, strict=True) if score >= _DOUBTFUL * self.threshold
        ]
        metrics = self._choose_metrics(reader, [m for m, _ in possible])
        return [
            (m, max(score, self.threshold), metric)
            for (m, score), metric in zip(possible, metrics, strict=True)
            if score >= self.threshold or reader.is_plain(m, score / self.threshold, metric)
        ]

    def _choose_metrics(self, reader: ResultReader, measured: Sequence[Measured]) -> list[Metric | None]:
        choices = [reader.metrics(m) for m in measured]
        samples = [reader.metric_features(m, c) for m, found in zip(measured, choices, strict=True) for c in found]
        rows = iter(self.models.metric.probabilities(samples))
        return [
            _best([(c, float(next(rows)[1])) for c in found], _WORDED if m.quantity.word else self.metric)
            for m, found in zip(measured, choices, strict=True)
        ]

    def _choose_links(self, reader: ResultReader, measured: Sequence[Measured]) -> list[dict[str, Named]]:
        slots = [(m, slot, reader.links(m, slot)) for m in measured for slot in RESULT_LINKS]
        samples = [
            [f"{slot} {feature}" for feature in reader.link_features(m, found, rank)]
            for m, slot, found in slots
            for rank in range(len(found))
        ]
        rows = iter(self.models.link.probabilities(samples))
        linked: dict[int, dict[str, Named]] = {id(m): {} for m in measured}
        for m, slot, found in slots:
            scored = [(mention, float(next(rows)[1])) for mention in found]
            free = [(n, p) for n, p in scored if slot != "baseline" or n not in linked[id(m)].values()]
            best = _best(free, self.thresholds[slot])
            if best is None and slot == "baseline":
                cued = [(n, p) for n, p in free if n.sentence == m.sentence and reader.is_compared(n)]
                best = _best(cued, self.thresholds["compared"])
            if best is not None:
                linked[id(m)][slot] = best
        return [linked[id(m)] for m in measured]

    def _fact(self, doc: Doc, reading: Reading, found: Found) -> Fact:
        q = found.measured.quantity
        start, end = quote_bounds(reading, found)
        names: Any = {slot: mention.concept for slot, mention in found.links.items()}
        result = Result(
            value=q.value,
            unit=q.unit,
            comparator=q.comparator,  # type: ignore[arg-type]
            metric=found.metric.name if found.metric else None,
            quote=reading.text[start:end],
            **names,
        )
        return Fact(
            id="",
            kind="result",
            predicate="result",
            object=result,
            polarity=_polarity(q, doc._.scopes),
            score=round(found.score, 4),
            component=self.name,
            evidence=(to_span(doc, start, end), *evidence(doc, found.links.values())),
        )


def _is_high_end(measured: Measured, before: Measured) -> bool:
    """Whether both are one range."""
    high, low = measured.quantity, before.quantity
    return high.ranged and low.ranged and high.start == low.start and high.comparator == "<="


def _best(scored: Sequence[tuple[Any, float]], threshold: float) -> Any:
    """The likeliest, the first of equals; None below the threshold."""
    best = max(scored, key=lambda item: item[1], default=None)
    return best[0] if best is not None and best[1] >= threshold else None


def _polarity(quantity: Quantity, scopes: Sequence[Scope]) -> Polarity:
    found = {s.polarity for s in scopes if s.start <= quantity.digits_start < s.end}
    return "negated" if "negated" in found else "hedged" if "hedged" in found else "asserted"


def quote_bounds(reading: Reading, found: Found) -> tuple[int, int]:
    """The shortest stretch with the quantity and, where it is near, its metric or the word that implies it."""
    q = found.measured.quantity
    start, end = q.start, q.end
    sentence = reading.sentences[found.measured.sentence]
    if found.metric is not None and found.metric.shown is not None:
        left, right = _shown_bounds(reading, found.metric.shown, found.measured.sentence)
        if q.start - right <= _QUOTED and left - q.end <= _QUOTED:
            start, end = min(start, left), max(end, right)
    end = min(end, max(sentence.end, q.end))
    return _whole_formula(reading.text, sentence.start, start, end)


def _whole_formula(text: str, first: int, start: int, end: int) -> tuple[int, int]:
    """Widened to a dollar sign right before or after, where the stretch cuts a formula of the sentence."""
    if text.count("$", first, start) % 2 and text[start - 1] == "$":
        start -= 1
    if text.count("$", first, end) % 2 and text[end : end + 1] == "$":
        end += 1
    return start, end


def _shown_bounds(reading: Reading, char: int, sentence: int) -> tuple[int, int]:
    """The mention or word that begins at `char`."""
    for mention in reading.mentions_by_sentence()[sentence]:
        if mention.start == char:
            return mention.start, mention.end
    index = reading.word_at(char)
    return reading.starts[index], reading.ends[index]


@Language.factory(
    "results",
    requires=["doc.sents", "doc.spans", "span._.concept", "doc._.scopes"],
    assigns=["doc._.facts"],
    default_config={
        "quantities": "results_quantity.tsv",
        "metrics": "results_metric.tsv",
        "links": "results_link.tsv",
        "threshold": 0.45,
        "metric_threshold": 0.2,
        "link_thresholds": LINK_THRESHOLDS,
    },
)
def create_results(
    nlp: Language,  # noqa: ARG001
    name: str,
    quantities: str,
    metrics: str,
    links: str,
    threshold: float,
    metric_threshold: float,
    link_thresholds: dict[str, float],
) -> Results:
    """Results by the weights in three data files."""
    models = Models(load_model(quantities), load_model(metrics), load_model(links))
    return Results(name, models, threshold, metric_threshold, link_thresholds)
