"""Measured results: value, unit, comparator and metric, with method, dataset, task, hardware and baseline.

Quantities are found by rules; linear models decide which are results, of which metric and of what, together with
the network where one has read the paper.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.language.blend import Blend, load_blends, together
from kg.language.comparisons import Comparison
from kg.language.document import to_span
from kg.language.linear import Floats, LinearModel, load_model
from kg.language.network_reading import FactScores, fact_scores
from kg.language.quantities import Quantity
from kg.language.reading import Named, Reading, Scope, evidence, read, roles_of
from kg.language.reasons import Choice, FactReason, Option
from kg.language.result_features import Measured, Metric, ResultReader
from kg.language.role_features import sentence_cues
from kg.model import RESULT_LINKS, Fact, Polarity, Result

SLOTS: Final = ("metric", *RESULT_LINKS)
"""The slots of a result in the order of the network."""
_DOUBTFUL: Final = 0.1
_FAINT: Final = 0.05
"""What is less likely is not told of when somebody asks what else might have been chosen."""
_WORDING: Final = "the wording decides, such as a comparison or a range"
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

    def __init__(
        self,
        name: str,
        models: Models,
        threshold: float,
        metric: float,
        links: dict[str, float],
        blends: Mapping[str, Blend] | None = None,
    ) -> None:
        self.name = name
        self.blends = blends or {}
        self.models = models
        self.threshold = threshold
        self.metric = metric
        self.thresholds = {**LINK_THRESHOLDS, **links}

    def __call__(self, doc: Doc) -> Doc:
        reading = read(doc)
        results = self.iter_results(reading, roles_of(doc), fact_scores(doc, reading))
        facts = [self._fact(doc, reading, found) for found in results]
        doc._.facts = [*doc._.facts, *facts]
        return doc

    def iter_results(
        self, reading: Reading, roles: dict[str, str], scores: FactScores | None = None
    ) -> Iterator[Found]:
        """The results of a reading, in order."""
        reader = ResultReader(reading, roles, sentence_cues(reading))
        if not reader.measured:
            return
        judge = Judge(self.models, self.blends, reader, scores)
        likely = self._likely(reader, judge)
        links = self._choose_links(reader, judge, [m for m, _, _ in likely])
        last: Found | None = None
        for (measured, score, metric), linked in zip(likely, links, strict=True):
            found = Found(measured, score, metric, linked)
            if last is not None and _is_high_end(measured, last.measured):
                found = found._replace(metric=last.metric, links=last.links)
            yield found
            last = found

    def _likely(self, reader: ResultReader, judge: "Judge") -> list[tuple[Measured, float, Metric | None]]:
        """The quantities that are results, with their metrics; both ends of a range, or none."""
        measured = reader.measured
        scores = judge.results()
        for index in range(1, len(measured)):
            if _is_high_end(measured[index], measured[index - 1]):
                scores[index - 1 : index + 1] = [max(scores[index - 1 : index + 1])] * 2
        possible = [
            (m, score) for m, score in zip(measured, scores, strict=True) if score >= _DOUBTFUL * self.threshold
        ]
        metrics = self._choose_metrics(reader, judge, [m for m, _ in possible])
        return [
            (m, max(score, self.threshold), metric)
            for (m, score), metric in zip(possible, metrics, strict=True)
            if score >= self.threshold or reader.is_plain(m, score / self.threshold, metric)
        ]

    def _choose_metrics(
        self, reader: ResultReader, judge: "Judge", measured: Sequence[Measured]
    ) -> list[Metric | None]:
        choices = [reader.metrics(m) for m in measured]
        chances = judge.metrics([(m, c) for m, found in zip(measured, choices, strict=True) for c in found])
        rows = iter(chances)
        return [
            _best([(c, next(rows)) for c in found], _WORDED if m.quantity.word else self.metric)
            for m, found in zip(measured, choices, strict=True)
        ]

    def _choose_links(
        self, reader: ResultReader, judge: "Judge", measured: Sequence[Measured]
    ) -> list[dict[str, Named]]:
        slots = [(m, slot, reader.links(m, slot)) for m in measured for slot in RESULT_LINKS]
        rows = iter(judge.links(slots))
        linked: dict[int, dict[str, Named]] = {id(m): {} for m in measured}
        for m, slot, found in slots:
            scored = [(mention, next(rows)) for mention in found]
            free = [(n, p) for n, p in scored if slot != "baseline" or n not in linked[id(m)].values()]
            best = _best(free, self.thresholds[slot])
            if best is None and slot == "baseline":
                cued = [(n, p) for n, p in free if n.sentence == m.sentence and reader.is_compared(n)]
                best = _best(cued, self.thresholds["compared"])
            if best is not None:
                linked[id(m)][slot] = best
        return [_as_worded(linked[id(m)], reader.comparison(m)) for m in measured]

    def explain_facts(self, doc: Doc) -> Iterator[FactReason]:
        """What speaks for each quantity being a result, for its metric and its links; those left out too."""
        reading, roles = read(doc), roles_of(doc)
        reader = ResultReader(reading, roles, sentence_cues(reading))
        scores = fact_scores(doc, reading)
        written = {found.measured: found for found in self.iter_results(reading, roles, scores)}
        chances = Judge(self.models, self.blends, reader, scores).results()
        for measured, chance in zip(reader.measured, chances, strict=True):
            choice = self.models.quantity.explain("result", "quantity", reader.quantity_features(measured), 1)
            note = together(choice.chance, chance)
            choice = choice._replace(
                label="a result", chance=chance, rival="", others=(), threshold=self.threshold, note=note
            )
            found = written.get(measured)
            if found is None:
                fact = self._fact(doc, reading, Found(measured, choice.chance, None, {}))
                yield FactReason(fact, (choice,), f"the probability is below {self.threshold:g}")
                continue
            if choice.chance < self.threshold:
                choice = choice._replace(note=_WORDING)
            links = (self._explain_link(reader, found, slot) for slot in RESULT_LINKS)
            choices = (choice, self._explain_metric(reader, found), *links)
            yield FactReason(self._fact(doc, reading, found), tuple(c for c in choices if c is not None))

    def _explain_metric(self, reader: ResultReader, found: Found) -> Choice | None:
        measured = found.measured
        features = [reader.metric_features(measured, metric) for metric in reader.metrics(measured)]
        names = [metric.name for metric in reader.metrics(measured)]
        least = _WORDED if measured.quantity.word else self.metric
        return _explain_one(
            self.models.metric, "metric", "metric", names, features, found.metric.name if found.metric else "", least
        )

    def _explain_link(self, reader: ResultReader, found: Found, slot: str) -> Choice | None:
        rivals = reader.links(found.measured, slot)
        features = [
            [f"{slot} {feature}" for feature in reader.link_features(found.measured, rivals, rank)]
            for rank in range(len(rivals))
        ]
        chosen = found.links[slot].concept if slot in found.links else ""
        names = [mention.concept for mention in rivals]
        return _explain_one(self.models.link, slot, "link", names, features, chosen, self.thresholds[slot])

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


class Judge:
    """What the models say of the quantities of one reading, each with the network where one has read the paper."""

    def __init__(
        self, models: Models, blends: Mapping[str, Blend], reader: ResultReader, scores: FactScores | None
    ) -> None:
        self.models = models
        self.blends = blends
        self.reader = reader
        self.rows = {m: row for row, m in enumerate(reader.measured)}
        self.said = scores.results(reader.measured) if scores is not None and blends else None
        self.numbers = scores.numbers if scores is not None else {}

    def results(self) -> list[float]:
        """The probability of each quantity that it is a result."""
        reader = self.reader
        chances = self.models.quantity.probabilities([reader.quantity_features(m) for m in reader.measured])[:, 1]
        if self.said is not None:
            chances = self.blends["quantity"].weigh(chances, self.said[0])
        return [float(chance) for chance in chances]

    def metrics(self, choices: Sequence[tuple[Measured, Metric]]) -> list[float]:
        """The probability of each pair that the quantity is a value of the metric."""
        chances = self.models.metric.probabilities([self.reader.metric_features(m, c) for m, c in choices])[:, 1]
        concepts = [c.mention.concept if c.mention is not None else "" for _, c in choices]
        return self._with_network(chances, "metric", [m for m, _ in choices], ["metric"] * len(choices), concepts)

    def links(self, slots: Sequence[tuple[Measured, str, Sequence[Named]]]) -> list[float]:
        """The probability of each mention, slot after slot, that it fills the slot."""
        samples = [
            [f"{slot} {feature}" for feature in self.reader.link_features(m, found, rank)]
            for m, slot, found in slots
            for rank in range(len(found))
        ]
        flat = [(m, slot, mention.concept) for m, slot, found in slots for mention in found]
        chances = self.models.link.probabilities(samples)[:, 1]
        return self._with_network(
            chances, "link", [m for m, _, _ in flat], [s for _, s, _ in flat], [c for *_, c in flat]
        )

    def _with_network(
        self, chances: Floats, part: str, measured: Sequence[Measured], slots: Sequence[str], concepts: Sequence[str]
    ) -> list[float]:
        found: list[float] = chances.tolist()
        if self.said is None:
            return found
        known = [i for i, concept in enumerate(concepts) if concept in self.numbers]
        if known:
            scores = np.array(
                [self.said[1][self.rows[measured[i]], self.numbers[concepts[i]], SLOTS.index(slots[i])] for i in known]
            )
            for i, chance in zip(known, self.blends[part].weigh(chances[known], scores).tolist(), strict=True):
                found[i] = chance
        return found


def _as_worded(linked: dict[str, Named], stated: Comparison) -> dict[str, Named]:
    """The links in agreement with a comparison that the text states: "A is slower than B" is of A, against B."""
    if stated.baseline is None:
        return linked
    agreed = dict(linked)
    if agreed.get("method") is not None and agreed["method"].concept == stated.baseline.concept:
        del agreed["method"]
    if stated.subject is not None and stated.subject.concept != stated.baseline.concept:
        agreed.setdefault("method", stated.subject)
    if "baseline" not in agreed or stated.baseline.concept not in [m.concept for m in linked.values()]:
        agreed["baseline"] = stated.baseline
    return agreed


def _is_high_end(measured: Measured, before: Measured) -> bool:
    """Whether both are one range."""
    high, low = measured.quantity, before.quantity
    return high.ranged and low.ranged and high.start == low.start and high.comparator == "<="


def _best(scored: Sequence[tuple[Any, float]], threshold: float) -> Any:
    """The likeliest, the first of equals; None below the threshold."""
    best = max(scored, key=lambda item: item[1], default=None)
    return best[0] if best is not None and best[1] >= threshold else None


def _explain_one(
    model: LinearModel,
    part: str,
    kind: str,
    names: Sequence[str],
    features: Sequence[Sequence[str]],
    chosen: str,
    threshold: float,
) -> Choice | None:
    """Why the one of that name was chosen among several; None where nothing was, and nothing was near."""
    chances = [float(row[1]) for row in model.probabilities(features)]
    options = sorted(map(Option, names, chances), key=lambda o: (-o.chance, o.label))
    others = tuple(o for o in options if o.label != chosen and o.chance >= _FAINT)
    if chosen not in names:
        passed = not chosen and bool(others) and others[0].chance >= threshold
        note = "the wording speaks against what is likelier" if passed else _WORDING * bool(chosen)
        nothing = Choice(part, kind, chosen, 0.0, threshold, others=others, note=note)
        return nothing if chosen or others else None
    choice = model.explain(part, kind, features[names.index(chosen)], 1)
    note = _WORDING * (choice.chance < threshold)
    return choice._replace(label=chosen, rival="", others=others, threshold=threshold, note=note)


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
        "blend": "blend.tsv",
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
    blend: str,
) -> Results:
    """Results by the weights in four data files."""
    models = Models(load_model(quantities), load_model(metrics), load_model(links))
    return Results(name, models, threshold, metric_threshold, link_thresholds, load_blends(blend))
