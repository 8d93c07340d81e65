"""What speaks for a quantity being a measured result, for its metric and for what it is linked to."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import islice
from typing import Final, NamedTuple

from kg.language.comparisons import Comparison, comparison_words, find_comparison
from kg.language.document import read_lines
from kg.language.limits import load_limits
from kg.language.quantities import Quantity, find_quantities
from kg.language.quantity_tables import load_tables
from kg.language.reading import Named, Reading
from kg.language.role_features import SentenceCues

_SOURCES: Final = ("named", "implied", "earlier", "unit")


class Token(NamedTuple):
    """A word, a mention or a quantity of a sentence as features show it."""

    text: str
    start: int
    item: Named | Quantity | None = None


class Metric(NamedTuple):
    """A candidate for the metric of a quantity; `mention` is None where the wording implies it.

    `shown` is the character of the nearest word of the sentence that names or implies it, if any.
    """

    name: str
    token: int
    source: str
    mention: Named | None = None
    shown: int | None = None


class Measured(NamedTuple):
    """A quantity in the tokens of its sentence."""

    quantity: Quantity
    sentence: int
    token: int


@cache
def implied_metrics() -> dict[str, tuple[str, frozenset[str]]]:
    """Metric and kinds of unit by the word that implies it."""
    rows = (line.split("\t") for line in read_lines("implied_metrics.tsv")[1:])
    return {cue: (metric, frozenset(kinds.split())) for cue, metric, kinds in rows}


@cache
def metrics_of_units() -> dict[str, str]:
    """The usual metric of each kind of unit."""
    return dict(line.split("\t") for line in read_lines("implied_by_unit.tsv")[1:])


@cache
def compared_words() -> frozenset[str]:
    """The words after which a baseline is named."""
    return frozenset(read_lines("baseline_words.txt"))


class ResultReader:
    """The quantities of one reading with the features of what they may mean."""

    def __init__(self, reading: Reading, roles: Mapping[str, str], cues: Sequence[SentenceCues]) -> None:
        self.reading = reading
        self.roles = roles
        self.cues = cues
        self.limits = limits = load_limits("results")
        self.by_sentence = reading.mentions_by_sentence()
        self.tokens: dict[int, list[Token]] = {}
        self.places: dict[int, dict[int, int]] = {}
        self.compared: dict[Measured, Comparison] = {}
        self.measured = list(islice(self._iter_measured(), limits["quantities"]))

    @cached_property
    def grouped(self) -> dict[str, list[Named]]:
        """The mentions of every concept that are looked at."""
        most = self.limits["mentions"]
        return {name: found[:most] for name, found in self.reading.mentions_by_concept().items()}

    @cached_property
    def titled(self) -> set[str]:
        """The concepts of the title."""
        return {m.concept for m in self.reading.mentions if self.reading.sentences[m.sentence].title}

    @cached_property
    def types(self) -> list[Counter[str]]:
        """How many mentions of each type every sentence has."""
        return [Counter(m.type for m in found) for found in self.by_sentence]

    def _iter_measured(self) -> Iterator[Measured]:
        for number, sentence in enumerate(self.reading.sentences):
            mentions = self.by_sentence[number]
            found = [
                q
                for q in find_quantities(self.reading.text, sentence.start, sentence.end)
                if not any(m.start <= q.digits_start < m.end for m in mentions)
            ]
            if found:
                tokens = self.tokens[number] = self._tokens(number, found)
                self.places[number] = {t.start: i for i, t in enumerate(tokens)}
                yield from (Measured(t.item, number, i) for i, t in enumerate(tokens) if isinstance(t.item, Quantity))

    def _tokens(self, number: int, quantities: Sequence[Quantity]) -> list[Token]:
        """Words, with mentions and quantities as one token each."""
        sentence, reading = self.reading.sentences[number], self.reading
        items: list[tuple[int, int, str, Named | Quantity]] = [
            (m.start, m.end, f"#{m.type[:2]}", m)
            for m in self.by_sentence[number]
            if reading.text[m.start : m.end] not in load_tables().units
        ]
        items.extend((q.digits_start, q.digits_end, f"N{q.kind}", q) for q in quantities)
        tokens = [Token(text, start, item) for start, _, text, item in items]
        covered = sorted((start, end) for start, end, _, _ in items)
        starts = [start for start, _ in covered]
        for index in range(sentence.first, sentence.last):
            place = reading.starts[index]
            at = bisect_left(starts, place + 1) - 1
            if at < 0 or covered[at][1] <= place:
                word = reading.words[index]
                tokens.append(Token("0" if word.isdigit() else word, place))
        return sorted(tokens, key=lambda t: t.start)

    def _around(self, measured: Measured) -> list[tuple[int, Token]]:
        """The tokens near the quantity with their places."""
        tokens, window = self.tokens[measured.sentence], self.limits["window"]
        first, last = max(0, measured.token - window), min(len(tokens), measured.token + window)
        return [(index, tokens[index]) for index in range(first, last)]

    # the quantity itself

    def quantity_features(self, measured: Measured) -> list[str]:
        """Whether it is a result at all."""
        q, kind = measured.quantity, measured.quantity.kind
        tokens = self.tokens[measured.sentence]
        left = [t.text for t in tokens[max(0, measured.token - self.limits["left"]) : measured.token]][::-1]
        right = [t.text for t in self._after(measured)[: self.limits["right"]]]
        found = [kind, f"unit {q.unit}", f"{kind} word {q.word}", f"{kind} {_shape(q)}", f"comparator {q.comparator}"]
        found.append(f"{kind} ranged {q.ranged} {min(q.length, 4)}")
        found += [f"L{i} {text}" for i, text in enumerate(left[:4], 1)]
        found += [f"R{i} {text}" for i, text in enumerate(right[:4], 1)]
        found += [f"{kind} L1 {''.join(left[:1])}", f"{kind} R1 {''.join(right[:1])}"]
        found += [f"{kind} L21 {' '.join(left[:2])}", f"{kind} R12 {' '.join(right[:2])}"]
        found.append(f"{kind} L1R1 {''.join(left[:1])}_{''.join(right[:1])}")
        found += [f"{kind} L {text}" for text in left] + [f"{kind} R {text}" for text in right]
        found += [f"{kind} in {cue}" for cue in self.cues[measured.sentence].cues]
        found.append(f"{kind} own {self.cues[measured.sentence].own}")
        around = self._around(measured)
        nearest = min((i - measured.token for i, t in around if _is_metric(t)), key=abs, default=99)
        found += [
            f"metric {_far(nearest)}",
            f"{kind} metric {_far(nearest)}",
            f"{kind == 'none'} metric {_far(nearest)}",
        ]
        path = _path(tokens, measured.token, measured.token + nearest) if nearest < 99 else [""] * 9
        if len(path) <= self.limits["path"]:
            found.append(f"{kind == 'none'} path {nearest < 0} {' '.join(path)}")
        implied = any(t.text in implied_metrics() for _, t in around)
        found.append(f"{kind} implied {implied}")
        found.append(f"{kind} place {int(self.reading.sentences[measured.sentence].place * 4)}")
        return list(dict.fromkeys(found))

    def _after(self, measured: Measured) -> list[Token]:
        """The tokens behind the unit."""
        tokens = self.tokens[measured.sentence]
        end = measured.quantity.end if not measured.quantity.ranged else measured.quantity.digits_end
        index = measured.token + 1
        while index < len(tokens) and tokens[index].start < end and tokens[index].item is None:
            index += 1
        return tokens[index : index + self.limits["after"]]

    def is_plain(self, measured: Measured, chance: float, metric: Metric | None) -> bool:
        """Whether the wording makes it a result though examples are rare; `chance` is relative to the threshold.

        A named metric with a unit of its own, a unit of performance, or "half the memory".
        """
        q = measured.quantity
        if metric is None or q.kind in ("none", "count", "time", "bits", "size", "length"):
            return False
        implied = any(self._word(t) in implied_metrics() for t in self._after(measured)[: self.limits["path"]])
        if q.word and q.kind == "factor":
            return implied and metric.source == "implied"
        return 100 * chance >= self.limits["clear"] and (metric.source == "named" or q.kind in metrics_of_units())

    # its metric

    def metrics(self, measured: Measured) -> list[Metric]:
        """The metrics that the quantity may be a value of, one of each name."""
        here, kind = measured.token, measured.quantity.kind
        slow = self._is_slower(measured)
        found: list[Metric] = []
        for index, token in self._around(measured):
            if isinstance(token.item, Named) and token.item.type == "Metric":
                found.append(Metric(token.item.concept, index, "named", token.item, token.start))
            elif abs(index - here) <= self.limits["cue"] and (word := self._word(token)) in implied_metrics():
                name, kinds = implied_metrics()[word]
                if kind in kinds:
                    found.append(Metric(name, index, "implied", None, token.start))
        if measured.sentence:
            earlier = [m for m in self.by_sentence[measured.sentence - 1] if m.type == "Metric"]
            found.extend(Metric(m.concept, here, "earlier", m) for m in earlier[-2:])
        if kind in metrics_of_units():
            found.append(Metric(metrics_of_units()[kind], here, "unit"))
        return _unique([m for m in found if not (slow and m.name == "speed-up")], here)

    def _is_slower(self, measured: Measured) -> bool:
        """Whether the value says how much slower: the word stands right behind, or before with no value between."""
        tokens, here, slow = self.tokens[measured.sentence], measured.token, comparison_words()["slowdown"]
        if any(slow.fullmatch(t.text) for t in self._after(measured)[:3]):
            return True
        for token in reversed(tokens[max(0, here - self.limits["cue"]) : here]):
            if isinstance(token.item, Quantity) or token.text in (",", ";"):
                return False
            if slow.fullmatch(token.text):
                return True
        return False

    def _word(self, token: Token) -> str:
        """The word as it stands, within a mention too."""
        return (
            self.reading.text[token.item.start : token.item.end].lower()
            if isinstance(token.item, Named)
            else token.text
        )

    def metric_features(self, measured: Measured, metric: Metric) -> list[str]:
        """Whether it is a value of that metric."""
        tokens, here = self.tokens[measured.sentence], measured.token
        kind, source = measured.quantity.kind, metric.source
        apart = metric.token - here
        found = [source, f"{source} {kind}", f"{kind} {metric.name}", f"{source} far {_far(apart)}"]
        found.append(f"{source} {kind} far {_far(apart)}")
        if source in ("named", "implied"):
            path = _path(tokens, here, metric.token)
            side = "<" if apart < 0 else ">"
            if len(path) <= self.limits["path"]:
                found.append(f"path {side} {' '.join(path)}")
                found.append(f"{kind} path {side} {' '.join(path)}")
            found += [f"{side} b {text}" for text in dict.fromkeys(path[:12])]
            found.append(f"{side} metrics {min(sum(t == '#Me' for t in path), 3)}")
            found.append(f"{side} numbers {min(sum(t[:1] == 'N' for t in path), 3)}")
            found.append(f"{side} -1 {tokens[metric.token - 1].text if metric.token else ''}")
            found.append(f"{side} +1 {tokens[metric.token + 1].text if metric.token + 1 < len(tokens) else ''}")
            found.append(f"closest {source} {self._closest(measured, metric)}")
            found.append(f"order {self._same_rank(measured, metric.mention)}")
        right = [t.text for t in self._after(measured)[:2]]
        found.append(f"{source} R1 {''.join(right[:1])}")
        found.append(f"{source} {kind} R1 {''.join(right[:1])}")
        if metric.mention is not None:
            found.append(f"{source} role {self.roles.get(metric.name, '')}")
            found.append(f"{source} only {self.types[measured.sentence]['Metric'] == 1}")
        return list(dict.fromkeys(found))

    def _closest(self, measured: Measured, metric: Metric) -> str:
        """How many metrics stand closer to the quantity, and whether another quantity is closer to the metric."""
        around, here = self._around(measured), measured.token
        apart = abs(metric.token - here)
        closer = sum(_is_metric(t) and abs(i - here) < apart for i, t in around)
        rivals = sum(isinstance(t.item, Quantity) and abs(i - metric.token) < apart for i, t in around)
        return f"{min(closer, 2)} {min(rivals, 2)}"

    # its links

    def links(self, measured: Measured, slot: str) -> list[Named]:
        """The mentions that may fill `slot`: the closest of each concept, in order of distance."""
        wanted = ("Method", "Hardware") if slot == "baseline" else (slot.capitalize(),)
        place = measured.quantity.digits_start

        def distance(mention: Named) -> tuple[int, int]:
            return abs(mention.sentence - measured.sentence), abs(mention.start - place)

        found = [min(mentions, key=distance) for mentions in self.grouped.values() if mentions[0].type in wanted]
        if slot in ("baseline", "hardware"):
            found = [m for m in found if self.reading.text[m.start : m.end].lower() not in implied_metrics()]
        return sorted(found, key=distance)[: self.limits["rivals"]]

    def link_features(self, measured: Measured, rivals: Sequence[Named], rank: int) -> list[str]:
        """Whether it is linked to the mention at `rank` of `rivals`, which may fill the slot, closest first."""
        mention = rivals[rank]
        kind, role = measured.quantity.kind, self.roles.get(mention.concept, "")
        offset = max(-4, min(2, mention.sentence - measured.sentence))
        found = ["", f"role {role}", f"offset {offset}", f"offset {offset} {role}", mention.type]
        found.append(f"count {min(len(self.grouped[mention.concept]), 5)} {role}")
        titled = mention.concept in self.titled
        found += [f"title {titled} {role}", f"name {mention.concept.lower()}"]
        found.append(f"rivals {min(len(rivals), 4)} {offset}")
        same = sum(self.roles.get(m.concept, "") == role for m in rivals)
        found.append(f"same role {min(same, 3)} {role} {offset}")
        found += [f"nearer {min(rank, 3)} {offset}", f"nearer {min(rank, 3)} {role}"]
        words = self.reading.words
        before = words[max(0, mention.first - 3) : mention.first][::-1]
        found += [f"{offset == 0} -{i} {word}" for i, word in enumerate(before, 1)]
        found.append(f"{offset == 0} +1 {words[mention.last] if mention.last < len(words) else ''}")
        if mention.sentence == measured.sentence:
            found.extend(self._near_features(measured, mention, role))
        else:
            found.append(f"{offset} own {self.cues[mention.sentence].own} {role}")
            present = bool(self.types[measured.sentence][mention.type])
            found.append(f"{offset} present {present} {role}")
        found.append(f"kind {kind} {role}")
        compared = self.comparison(measured)
        found.append(f"subject {_stated(compared.subject, mention)}")
        found.append(f"baseline {_stated(compared.baseline, mention)}")
        return list(dict.fromkeys(found))

    def comparison(self, measured: Measured) -> Comparison:
        """What the value is stated of and against, where the wording says so."""
        found = self.compared.get(measured)
        if found is None:
            mentions = self.by_sentence[measured.sentence]
            found = find_comparison(self.reading, measured.sentence, mentions, measured.quantity)
            self.compared[measured] = found
        return found

    def _near_features(self, measured: Measured, mention: Named, role: str) -> Iterator[str]:
        tokens = self.tokens[measured.sentence]
        index = self.places[measured.sentence].get(mention.start, 0)
        apart = index - measured.token
        side = "<" if apart < 0 else ">"
        path = _path(tokens, measured.token, index)
        yield f"far {_far(apart)}"
        yield f"far {_far(apart)} {role}"
        if len(path) <= self.limits["path"]:
            yield f"path {side} {' '.join(path)}"
        for text in dict.fromkeys(path[:15]):
            yield f"{side} b {text}"
        yield f"{side} numbers {min(sum(t[:1] == 'N' for t in path), 3)}"
        yield f"{side} peers {min(sum(t == f'#{mention.type[:2]}' for t in path), 3)}"
        yield f"order {self._same_rank(measured, mention)}"

    def is_compared(self, mention: Named) -> bool:
        """Whether a word of comparison stands right before the mention: "faster than the", "outperforms"."""
        first = max(self.reading.sentences[mention.sentence].first, mention.first - self.limits["before"])
        before = self.reading.words[first : mention.first]
        return any(word in compared_words() for word in before)

    def _same_rank(self, measured: Measured, mention: Named | None) -> str:
        """Whether the mention has the place in its list that the quantity has in a list as long."""
        if mention is None or measured.quantity.length < 2 or measured.quantity.ranged:
            return "none"
        peers = [m for m in self.by_sentence[measured.sentence] if m.type == mention.type]
        if len(peers) != measured.quantity.length:
            return "uneven"
        return str(peers.index(mention) == measured.quantity.rank) if mention in peers else "none"


def _unique(found: Sequence[Metric], here: int) -> list[Metric]:
    """One candidate of each name, by source, then by distance; shown by the nearest of that name."""
    best: dict[str, Metric] = {}
    for metric in sorted(found, key=lambda m: (_SOURCES.index(m.source), abs(m.token - here), m.token)):
        known = best.setdefault(metric.name, metric)
        nearer = known.shown is None or abs(metric.token - here) < abs(known.token - here)
        if metric.shown is not None and nearer:
            best[metric.name] = known._replace(shown=metric.shown)
    return list(best.values())


def _stated(stated: Named | None, mention: Named) -> str:
    return "none" if stated is None else str(stated.concept == mention.concept)


def _is_metric(token: Token) -> bool:
    return isinstance(token.item, Named) and token.item.type == "Metric"


def _path(tokens: Sequence[Token], one: int, other: int) -> list[str]:
    """The tokens between, read from left to right."""
    first, last = min(one, other), max(one, other)
    return [t.text for t in tokens[first + 1 : min(last, first + load_limits("results")["window"])]]


def _far(apart: int) -> str:
    if abs(apart) >= 99:
        return "none"
    size = abs(apart)
    bucket = size if size < 5 else 5 if size < 8 else 8 if size < 13 else 13 if size < 20 else 20
    return f"{'<' if apart < 0 else '>'}{bucket}"


def _shape(quantity: Quantity) -> str:
    digits = quantity.value.lstrip("-")
    if "E" in digits:
        return "power"
    whole, _, part = digits.partition(".")
    year = len(whole) == 4 and not part and whole[:2] in ("19", "20")
    return "year" if year else f"{min(len(whole), 6)}.{min(len(part), 3)}"
