"""What each component said of which stretch, and what became of it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from kg.explain import values
from kg.explain.places import Places
from kg.explain.watching import Watched
from kg.language.document import Candidate, get_mentions
from kg.language.reasons import Verdict
from kg.model import EntityType

Place = tuple[int, int, EntityType]
Voice = tuple[str, values.Said]
"""The component that a candidate bears, and what a component of the pipeline made of its score."""

_FATES: Final[dict[str, values.Fate]] = {"chosen": "chosen", "below": "below threshold", "lost": "lost"}


class Candidates:
    """All candidates that any component ever wrote, with their fate, by the words that they cover."""

    def __init__(self, watched: Watched, places: Places) -> None:
        self.places = places
        self.voices = _hear(watched)
        self.found: list[tuple[int, int, values.Candidate]] = []
        judged = watched.verdicts or list(_guess_verdicts(watched))
        present: dict[Place, set[str]] = {}
        for verdict in judged:
            c = verdict.candidate
            present.setdefault((c.start, c.end, c.label), set()).add(c.component)
        self._add_judged(judged, present)
        self._add_dropped(present)
        self.found.sort(key=_order)
        self.by_word: dict[int, list[int]] = {}
        for number, (start, end, _) in enumerate(self.found):
            for word in range(start, end):
                self.by_word.setdefault(word, []).append(number)

    def overlapping(self, start: int, end: int) -> list[values.Candidate]:
        """The candidates that share a word with words `start` to `end`, the chosen first, then by score."""
        numbers = {number for word in range(start, end) for number in self.by_word.get(word, ())}
        return [self.found[number][2] for number in sorted(numbers)]

    def alone(self, taken: Iterable[tuple[int, int]]) -> list[values.Candidate]:
        """The candidates that share no word with any of the stretches in `taken`, in the order of the text."""
        words = {i for start, end in taken for i in range(start, end)}
        free = [c for first, last, c in self.found if words.isdisjoint(range(first, last))]
        return sorted(free, key=lambda c: (c.field != "title", c.start, c.end, -c.score))

    def _add_judged(self, judged: Sequence[Verdict], present: dict[Place, set[str]]) -> None:
        for verdict in dict.fromkeys(judged):
            c = verdict.candidate
            others = present[c.start, c.end, c.label] - {c.component}
            history = tuple(said for name, said in self.voices[c.start, c.end, c.label] if name not in others)
            self._add(c, _FATES.get(verdict.outcome, "not chosen"), self._why(verdict), history)

    def _add_dropped(self, present: dict[Place, set[str]]) -> None:
        for (start, end, label), voices in self.voices.items():
            if (start, end, label) not in present:
                scores = [(name, said.score) for name, said in voices if said.score is not None]
                name, score = scores[-1]
                last = Candidate(start, end, label, score or 0.0, name)
                self._add(last, "dropped", f"dropped by {voices[-1][1].component}", tuple(said for _, said in voices))

    def _add(self, c: Candidate, fate: values.Fate, why: str, history: tuple[values.Said, ...]) -> None:
        span = self.places.of_words(c.start, c.end)
        shown = values.Candidate(
            start=span.start,
            end=span.end,
            field=span.field,
            text=self.places.text(span),
            type=c.label,
            component=c.component,
            score=round(c.score, 3),
            fate=fate,
            why=why,
            history=history,
        )
        self.found.append((c.start, c.end, shown))

    def _why(self, verdict: Verdict) -> str:
        c, rival = verdict.candidate, verdict.rival
        if verdict.outcome == "below":
            return f"below the threshold {verdict.threshold:g}"
        if rival is None:
            return ""
        if rival[:3] == c[:3]:
            return f"{rival.component} said the same with a higher score"
        text = self.places.text(self.places.of_words(rival.start, rival.end))
        return f"lost to “{' '.join(text.split())}” as {rival.label}, {rival.score:.2f}"


def _order(found: tuple[int, int, values.Candidate]) -> tuple[bool, float, int, int, str, str]:
    start, end, c = found
    return (c.fate != "chosen", -c.score, start, -end, c.type, c.component)


def _hear(watched: Watched) -> dict[Place, list[Voice]]:
    """Every change of a candidate's score, in the order of the pipeline.

    A candidate that goes while another of its place and type stays is merged with it, which is no change.
    """
    voices: dict[Place, list[Voice]] = {}
    before: dict[Place, dict[str, float]] = {}
    for step in watched.steps:
        now: dict[Place, dict[str, float]] = {}
        for c in step.candidates:
            scores = now.setdefault((c.start, c.end, c.label), {})
            scores[c.component] = max(round(c.score, 3), scores.get(c.component, 0.0))
        for place in sorted({*before, *now}):
            changes = _changes(before.get(place, {}), now.get(place, {}))
            voices.setdefault(place, []).extend(
                (name, values.Said(component=step.component, score=score)) for name, score in changes
            )
        before = now
    return {place: found for place, found in voices.items() if found}


def _changes(before: dict[str, float], now: dict[str, float]) -> Iterator[tuple[str, float | None]]:
    for name in sorted({*before, *now}):
        if name in now and now[name] != before.get(name):
            yield name, now[name]
        elif not now:
            yield name, None


def _guess_verdicts(watched: Watched) -> Iterator[Verdict]:
    """Where no component tells: what became a mention was chosen, what overlaps one was not."""
    mentions = get_mentions(watched.doc)
    written = [Candidate(m.start, m.end, m.label_, m._.score, m._.component) for m in mentions]
    holder = {word: c for c in written for word in range(c.start, c.end)}
    for c in watched.competed:
        rival = next((holder[word] for word in range(c.start, c.end) if word in holder), None)
        same = rival is not None and (rival[:3], rival.component) == (c[:3], c.component)
        yield Verdict(c, "chosen" if same else "lost", 0.0, None if same else rival)
