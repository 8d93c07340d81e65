"""Which records are the same paper: found from compact fingerprints of all of them, whatever their order."""

import zlib
from array import array
from collections import defaultdict
from typing import Final, NamedTuple

import msgspec

from kg.model import Abstract
from kg.reader.identity import folded

_BUCKETS: Final = 256
_MASK: Final = (1 << 64) - 1
_LINES: Final = 40


class Place(NamedTuple):
    """Where a record stands: the number of its file and its line."""

    file: int
    line: int


class Entry(NamedTuple):
    """One record in the ledger. `text` is 0 where it has none, `title` 0 where it has none."""

    key: int
    text: int
    title: int
    richness: int
    ordinal: int
    place: int

    @property
    def where(self) -> Place:
        return Place(self.place >> _LINES, self.place & ((1 << _LINES) - 1))


_WIDTH: Final = len(Entry._fields)


class Verdict(msgspec.Struct):
    """What becomes of the records whose key is borne more than once. Records are given by their ordinal."""

    merged: set[int] = msgspec.field(default_factory=set)
    """Left out: another record of the same paper says as much or more."""
    parted: dict[int, list[Place]] = msgspec.field(default_factory=dict)
    """Different papers under one key, each to get a key of its own: the places of all of that key, in order."""
    textless: list[Place] = msgspec.field(default_factory=list)
    """Records without text that no other record of the same key makes up for, in order."""


class Ledger:
    """Takes every record once and judges at the end. 48 bytes a record, no text is kept."""

    def __init__(self) -> None:
        self._buckets = tuple(array("Q") for _ in range(_BUCKETS))
        self._count = 0

    def add(self, key: str | None, abstract: Abstract | None, place: Place, source: bytes) -> None:
        """Enter the next record: its key, its abstract where it has text, and all that its source says."""
        hashed = hash(key if key is not None else self._count) & _MASK
        text = title = richness = 0
        if abstract is not None:
            text = hash(folded(abstract.text)) & _MASK or 1
            title = hash(folded(abstract.title)) & _MASK if abstract.title else 0
            richness = len(source) << 32 | zlib.crc32(source)
        entry = (hashed, text, title, richness, self._count, place.file << _LINES | place.line)
        self._buckets[hashed % _BUCKETS].extend(entry)
        self._count += 1

    def judge(self) -> Verdict:
        """Decide about all records. The ledger is empty afterwards."""
        verdict = Verdict()
        for bucket in self._buckets:
            groups: dict[int, list[int]] = defaultdict(list)
            for start in range(0, len(bucket), _WIDTH):
                groups[bucket[start]].append(start)
            for starts in groups.values():
                if len(starts) > 1 or not bucket[starts[0] + 1]:
                    _judge_key([Entry(*bucket[start : start + _WIDTH]) for start in starts], verdict)
            del bucket[:]
        verdict.textless.sort()
        return verdict


def _judge_key(entries: list[Entry], verdict: Verdict) -> None:
    with_text = [entry for entry in entries if entry.text]
    textless = [entry for entry in entries if not entry.text]
    if with_text:
        verdict.merged.update(entry.ordinal for entry in textless)
    else:
        verdict.textless.extend(entry.where for entry in textless)
    papers = _group_papers(with_text)
    for same in papers:
        best = max(same, key=lambda entry: (entry.title > 0, entry.richness, -entry.ordinal))
        verdict.merged.update(entry.ordinal for entry in same if entry is not best)
    if len(papers) > 1:
        places = sorted(entry.where for entry in with_text)
        verdict.parted.update((entry.ordinal, places) for entry in with_text)


def _group_papers(entries: list[Entry]) -> list[list[Entry]]:
    """The records of each paper: same text and title. One without a title joins the only one that has the same text."""
    by_content: dict[tuple[int, int], list[Entry]] = defaultdict(list)
    for entry in entries:
        by_content[entry.text, entry.title].append(entry)
    titles: dict[int, list[int]] = defaultdict(list)
    for text, title in by_content:
        if title:
            titles[text].append(title)
    for text, known in titles.items():
        if len(known) == 1:
            by_content[text, known[0]] += by_content.pop((text, 0), [])
    return list(by_content.values())
