"""What a cue of negation or doubt governs within its sentence."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from kg.language.document import read_lines
from kg.language.limits import load_limits
from kg.language.reading import Named, Reading, Sentence
from kg.model import Polarity

Cues = Mapping[str, Sequence[tuple[tuple[str, ...], str, str]]]
Words = Mapping[str, frozenset[str]]


class Cue(NamedTuple):
    """Words `first` to `last` (exclusive) of a reading; `kind` is negation, hedge or none."""

    first: int
    last: int
    kind: str
    scope: str


class Governed(NamedTuple):
    """Characters `start` to `end` under a cue, and the mentions (start, end) that take its polarity."""

    start: int
    end: int
    polarity: Polarity
    mentions: tuple[tuple[int, int], ...] = ()


@cache
def load_cues(name: str) -> Cues:
    """Cues by their first word, the longest first: words, kind and scope."""
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for line in read_lines(name)[1:]:
        cue, kind, *scope = line.split("\t")
        words = tuple(cue.split())
        found.setdefault(words[0], []).append((words, kind, "".join(scope)))
    return {first: sorted(cues, key=lambda c: (-len(c[0]), c[0])) for first, cues in found.items()}


@cache
def load_words(name: str) -> Words:
    """Classes of words by name."""
    rows = (line.split("\t") for line in read_lines(name)[1:])
    return {label: frozenset(words.split()) for label, words in rows}


def find_cues(reading: Reading, sentence: Sentence, cues: Cues, known: Words) -> list[Cue]:
    """The cues of a sentence from left to right, the longest at each place; those that mean nothing left out."""
    found: list[Cue] = []
    words, position = reading.words, sentence.first
    while position < sentence.last:
        match = _match(words, position, sentence.last, cues) if words[position] in cues else None
        if match is None or (words[position] in known["month"] and _is_capital(reading, position, sentence)):
            position += 1
            continue
        length, kind, scope = match
        if kind != "none":
            found.append(Cue(position, position + length, kind, scope))
        position += length
    return _uncancelled(found[: load_limits("polarity")["cues"]], reading, known["cancelling"])


def _match(words: Sequence[str], position: int, end: int, cues: Cues) -> tuple[int, str, str] | None:
    for parts, kind, scope in cues[words[position]]:
        if position + len(parts) <= end and tuple(words[position : position + len(parts)]) == parts:
            return len(parts), kind, scope
    return None


def _is_capital(reading: Reading, position: int, sentence: Sentence) -> bool:
    return reading.text[reading.starts[position]].isupper() and position > sentence.first


def _uncancelled(cues: Sequence[Cue], reading: Reading, cancelling: frozenset[str]) -> list[Cue]:
    """Without the pairs that cancel each other: "does not run without", "impossible to train it without"."""
    named = {m.first for m in reading.mentions}
    near = load_limits("polarity")
    kept: list[Cue] = []
    for cue in cues:
        if kept and kept[-1].kind == cue.kind == "negation" and kept[-1].scope == "verb" and cue.scope == "noun":
            sure = reading.words[cue.first] in cancelling
            between = range(kept[-1].last, cue.first)
            parted = any((i in named and not sure) or reading.words[i] in ",;:" for i in between)
            if not parted and len(between) <= near["cancels far" if sure else "cancels"]:
                kept.pop()
                continue
        kept.append(cue)
    return kept


class ScopeFinder:
    """Finds what the cues of one sentence govern."""

    def __init__(self, reading: Reading, sentence: Sentence, mentions: Sequence[Named], words: Words) -> None:
        self.reading = reading
        self.words = reading.words
        self.sentence = sentence
        self.mentions = mentions
        self.known = words
        self.limits = load_limits("polarity")
        self.at = {m.first: m for m in mentions}
        self.stops = words["boundary"] | words["pronoun"] | words["auxiliary"] | words["preposition"]
        self.ends = self.stops | words["joint"] | words["generic"] | words["verbs"]

    def iter_governed(self, cues: Sequence[Cue]) -> Iterator[Governed]:
        """What each cue governs, in the order of the cues."""
        for cue in cues:
            if cue.kind == "hedge":
                yield from self._hedge(cue)
            elif cue.scope == "verb" or (cue.scope == "noun" and self._word(cue.last) in self.known["auxiliary"]):
                yield self._verb(cue)
            elif cue.scope in ("noun", "contrast"):
                end, found = self._phrase(cue.last)
                if not found and self._word(end) in self.known["be"] and self.words[end - 1] in self.known["activity"]:
                    yield self._verb(cue._replace(last=end))
                    continue
                end = end if cue.scope == "noun" else cue.last
                outcome = self._is_outcome(cue.last)
                named = [m for m in found if m.type != "Metric" and not outcome]
                yield self._governed(cue.first, end, "negated", named)
            else:
                yield from self._affix(cue)

    def _governed(self, first: int, last: int, polarity: Polarity, mentions: Sequence[Named]) -> Governed:
        last = max(first + 1, min(last, len(self.words)))
        spans = tuple((m.start, m.end) for m in mentions)
        return Governed(self.reading.starts[first], self.reading.ends[last - 1], polarity, spans)

    def _affix(self, cue: Cue) -> Iterator[Governed]:
        """ "GPU-free" and "non-GPU"."""
        if cue.scope == "prefix" and self._word(cue.last) == "-" and cue.last + 1 in self.at:
            yield self._governed(cue.first, cue.last + 1, "negated", [self.at[cue.last + 1]])
        if cue.scope == "suffix" and cue.first > 1 and self._word(cue.first - 1) == "-":
            yield from (
                self._governed(m.first, cue.last, "negated", [m]) for m in self.mentions if m.last == cue.first - 1
            )

    def _word(self, index: int) -> str:
        return self.words[index] if self.sentence.first <= index < self.sentence.last else ""

    def _phrase(self, start: int) -> tuple[int, list[Named]]:
        """The noun phrase from `start`, with those joined to it: where it ends, and the mentions that head it."""
        found: list[Named] = []
        index, limit = start, min(start + self.limits["phrase"], self.sentence.last)
        while index < limit:
            mention = self.at.get(index) or self._bracketed(index)
            if mention is not None:
                if self._heads(mention):
                    found.append(mention)
                index = mention.last + (self.words[index] == "(")
            elif self._goes_on(index, start):
                index += 1
            else:
                break
        return index, found

    def _is_outcome(self, index: int) -> bool:
        """A verb in -ing that does not mean use: "without changing"."""
        word = self._word(index)
        return word.endswith("ing") and index not in self.at and word not in self.known["chain"]

    def _bracketed(self, index: int) -> Named | None:
        mention = self.at.get(index + 1)
        closed = mention is not None and self.words[index] == "(" and self._word(mention.last) == ")"
        return mention if closed else None

    def _heads(self, mention: Named) -> bool:
        """Whether the mention is the head of its phrase: "no GPU" but not "no GPU memory errors"."""
        after = self._word(mention.last)
        return after in self.ends or (not after[:1].isalnum() and after != "-") or after.endswith("ly")

    def _goes_on(self, index: int, start: int) -> bool:
        """Whether the word at `index` belongs to a noun phrase begun at `start`."""
        word, before = self.words[index], self.words[index - 1]
        opening = before in self.known["vague"] or before in self.known["chain"]
        if word in self.known["joint"]:
            return self._joins(index)
        if word in self.known["chain"] or word in self.known["vague"]:
            return index == start or opening or before in self.known["determiner"]
        if word in self.known["preposition"]:
            return index > start and opening
        return word[:1].isalnum() and word not in self.stops and not (word in self.known["verbs"] and index > start)

    def _joins(self, index: int) -> bool:
        """Whether a mention follows the joint at `index` closely, with no verb between."""
        for follow in range(index + 1, min(index + 1 + self.limits["near"], self.sentence.last)):
            if follow in self.at:
                return self.words[index] != "," or not self._begins_clause(self.at[follow])
            word = self.words[follow]
            if word in self.known["joint"] or word in self.known["determiner"]:
                continue
            if word in self.stops or word in self.known["verbs"] or not word[:1].isalnum() or word.endswith("ed"):
                return False
        return False

    def _begins_clause(self, mention: Named) -> bool:
        """Whether a verb follows the mention: "rather than a GPU, Newt uses"."""
        after = self._word(mention.last)
        return after in self.known["verbs"] or after in self.known["auxiliary"]

    def _verb(self, cue: Cue) -> Governed:
        """The object of the verb that "not" denies, or its subject where the verb is passive."""
        known, index = self.known, cue.last
        passive = self._word(cue.first - 1) in known["be"]
        skipped = known["auxiliary"] | known["skipped"] | (known["pronoun"] if cue.scope == "noun" else frozenset())
        while (word := self._word(index)) and (word in skipped or word.endswith("ly")) and index not in self.at:
            passive = passive or word in known["be"]
            index += 1
        end = self._clause_end(cue.last)
        if word in known["outcome"] and index not in self.at:
            return self._governed(cue.first, end, "negated", [])
        if index in self.at or word in known["determiner"]:
            found = self._phrase(index)[1]
        elif word in known["preposition"]:
            found = self._phrase(index + 1)[1]
        elif passive and word in known["passive"]:
            found = self._subjects(cue.first)
        else:
            found = self._objects(index + 1) or (self._subjects(cue.first) if passive else [])
        return self._governed(cue.first, end, "negated", found)

    def _objects(self, index: int) -> list[Named]:
        known = self.known
        while (word := self._word(index)) and index not in self.at:
            if not (word in known["chain"] or word in known["skipped"] or word.endswith("ly")):
                break
            index += 1
        if word in known["preposition"]:
            index += 1
        return self._phrase(index)[1]

    def _subjects(self, before: int) -> list[Named]:
        """The mentions right before an auxiliary, with those joined to them."""
        found: list[Named] = []
        edge = before
        for mention in reversed(self.mentions):
            if mention.last > edge:
                continue
            gap = self.words[mention.last : edge]
            allowed = self.known["auxiliary"] | self.known["generic"] | self.known["joint" if found else "be"]
            if len(gap) > self.limits["near"] or any(
                w not in allowed | self.known["determiner"] and w not in "()" for w in gap
            ):
                break
            found.append(mention)
            edge = mention.first
        return found

    def _hedge(self, cue: Cue) -> Iterator[Governed]:
        if self.sentence.title:
            return
        introduces = cue.scope == "sentence" and self._word(cue.last) == ","
        end = self._clause_end(cue.last + 2 if introduces else cue.last)
        if cue.scope == "subject":
            yield self._governed(cue.first, cue.last, "hedged", self._subjects(cue.first))
            return
        first = self._clause_start(cue.first) if cue.scope == "sentence" else cue.first
        found = [m for m in self.mentions if first <= m.first < end]
        if cue.scope == "clause" and "be" in self.words[cue.last : cue.last + 3]:
            found.extend(self._subjects(cue.first))
        elif cue.scope == "clause":
            found.extend(m for m in self._subjects(cue.first) if m.type == "Hardware")
        yield self._governed(first, end, "hedged", found)

    def _is_verb(self, word: str) -> bool:
        return word.endswith("ed") or word in self.known["be"]

    def _is_passive(self, cue: Cue) -> bool:
        """ "be" right behind the cue: what is doubted is said of the subject."""
        return any(word in self.known["infinitive"] for word in self.words[cue.last : cue.last + self.limits["gap"]])

    def _clause_end(self, index: int) -> int:
        limit, opened = min(index + self.limits["clause"], self.sentence.last), 0
        while index < limit and not self._bounds(index):
            opened += (self.words[index] == "(") - (self.words[index] == ")")
            if opened < 0:
                break
            index += 1
        return index

    def _clause_start(self, index: int) -> int:
        limit = max(index - self.limits["clause"], self.sentence.first)
        while index > limit and not self._bounds(index - 1) and self.words[index - 1] != ",":
            index -= 1
        return index

    def _bounds(self, index: int) -> bool:
        word = self.words[index]
        if word in self.known["boundary"]:
            return index not in self.at
        if word == "," or word == "and":
            after = self._word(index + 1)
            verb = after in self.known["verbs"] or (word == "and" and self._is_verb(after))
            return (
                after in self.known["boundary"] or after in self.known["pronoun"] or (verb and index + 1 not in self.at)
            )
        return False
