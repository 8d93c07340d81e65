"""What speaks for the role of a concept in a paper, as named features for a linear model."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kg.language.cues import cue_classes
from kg.language.reading import Named, Reading, Sentence, once

_WINDOW: Final = 3
_REACH: Final = 12


class SentenceCues(NamedTuple):
    """Cue classes of a sentence, and whether the paper speaks of its own work here or did before."""

    cues: tuple[str, ...]
    own: str


@once
def sentence_cues(reading: Reading) -> list[SentenceCues]:
    """The cues of every sentence. `own` is 'before', 'first' or 'after' the first sentence on the paper's own work."""
    classes = cue_classes()
    found: list[SentenceCues] = []
    state = "before"
    for sentence in reading.sentences:
        words = reading.words[sentence.first : sentence.last]
        cues = tuple(sorted({cue for word in words for cue in classes.get(word, ())}))
        if state == "first":
            state = "after"
        if state == "before" and not sentence.title and ("self" in cues or {"paper", "propose"} <= set(cues)):
            state = "first"
        found.append(SentenceCues(cues, "title" if sentence.title else state))
    return found


def role_features(reading: Reading, mentions: Sequence[Named], cues: Sequence[SentenceCues]) -> list[str]:
    """The features of the concept that `mentions` of one reading name."""
    found = dict.fromkeys(concept_features(reading, mentions, cues))
    for mention in mentions:
        found.update(dict.fromkeys(mention_features(reading, mention, cues)))
    return list(found)


def concept_features(reading: Reading, mentions: Sequence[Named], cues: Sequence[SentenceCues]) -> Iterator[str]:
    """The features of a concept besides those of its mentions, each led by its type."""
    kind = mentions[0].type[:2]
    yield kind
    lower = mentions[0].concept.lower()
    yield f"{kind} name {lower}"
    yield f"{kind} head {lower.rsplit(' ', 1)[-1]}"
    yield f"{kind} count {min(len(mentions), 6)}"
    body = [m for m in mentions if not reading.sentences[m.sentence].title]
    titled = "title" if len(body) < len(mentions) else "body"
    yield f"{kind} {titled}"
    if not body:
        return
    first, last = body[0].sentence, body[-1].sentence
    yield f"{kind} first {_place(reading.sentences[first])}"
    yield f"{kind} last {_place(reading.sentences[last])}"
    own = [cues[m.sentence].own for m in body]
    yield f"{kind} {titled} own {own[0]} {own[-1]}"
    yield f"{kind} {titled} count {min(len(body), 4)} own {own[0]}"
    acronym = any(any(c.isupper() for c in reading.text[m.start + 1 : m.end]) for m in body)
    yield f"{kind} {titled} capitals {acronym} {own[0]}"
    if len(own) == 1:
        yield f"{kind} once {own[0]} {_place(reading.sentences[first])}"


def _place(sentence: Sentence) -> str:
    if sentence.title:
        return "title"
    return "first" if sentence.place == 0 else "last" if sentence.place == 1 else str(int(sentence.place * 4))


def mention_features(reading: Reading, mention: Named, cues: Sequence[SentenceCues]) -> Iterator[str]:
    """The features of one mention alone, each led by its type."""
    words, kind, said = reading.words, mention.type[:2], cues[mention.sentence]
    sentence = reading.sentences[mention.sentence]
    classes = cue_classes()
    first, last = mention.first, min(mention.last, sentence.last)
    before = words[max(sentence.first, first - _WINDOW) : first]
    after = words[last : min(sentence.last, last + _WINDOW)]
    for distance, word in enumerate(reversed(before), 1):
        yield f"{kind} -{distance} {word}"
        yield f"{kind} - {word}"
    for distance, word in enumerate(after, 1):
        yield f"{kind} +{distance} {word}"
    yield f"{kind} -2-1 {' '.join(before[-2:])}"
    yield f"{kind} -1+1 {' '.join(before[-1:])}_{' '.join(after[:1])}"
    if first == sentence.first:
        yield f"{kind} opens {said.own}"
    yield f"{kind} near {said.own} {' '.join(before[-1:])}"
    for cue in said.cues:
        yield f"{kind} in {said.own} {cue}"
    yield from _cue_features(words[max(sentence.first, first - _REACH) : first], kind, "<", said.own)
    follow = words[last : min(sentence.last, last + _REACH)]
    yield from _cue_features(follow[::-1], kind, ">", said.own)
    yield f"{kind} polarity {mention.polarity}"
    yield f"{kind} place {_place(sentence)} {said.own}"
    for word in words[max(sentence.first, first - _REACH) : first]:
        if word not in classes and len(word) > 3:
            yield f"{kind} < {word}"


def _cue_features(words: Sequence[str], kind: str, side: str, own: str) -> Iterator[str]:
    """Cue words on one side, the last one nearest: its class, and every class within reach."""
    classes = cue_classes()
    near = True
    for word in reversed(words):
        cues = classes.get(word)
        if not cues:
            continue
        yield f"{kind} {side} {word}"
        for cue in cues:
            if near:
                yield f"{kind} {side}near {cue}"
                yield f"{kind} {side}near {cue} {own}"
            yield f"{kind} {side} {cue}"
        near = False
