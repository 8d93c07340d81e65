"""Annotations made by hand, and the invented gold that ships with the tests."""

import json
from pathlib import Path
from typing import Any, Final

from kg.evaluation import Annotation, Match, match_all, read_found, read_gold
from kg.evaluation.annotations import MentionItem, ResultItem, RoleItem, TripleItem

FOLDER: Final = Path(__file__).parent / "fixtures" / "evaluation"
GOLD: Final = FOLDER / "gold.jsonl"
FOUND: Final = FOLDER / "found.jsonl"


def mention(start: int, end: int, kind: str = "Method", concept: str = "", score: float = 1.0) -> MentionItem:
    return MentionItem(start=start, end=end, type=kind, concept=concept or f"c{start}", score=score)


def annotation(
    *mentions: MentionItem,
    name: str = "p",
    text: str = "x" * 100,
    roles: tuple[RoleItem, ...] = (),
    triples: tuple[TripleItem, ...] = (),
    results: tuple[ResultItem, ...] = (),
) -> Annotation:
    return Annotation(id=name, text=text, mentions=mentions, roles=roles, triples=triples, results=results)


def invented(*, min_score: float = 0.0) -> list[Match]:
    """The invented gold beside what is as if found in it."""
    golds = read_gold(GOLD)
    return match_all(golds, read_found(FOUND, {g.id: g.text for g in golds}), min_score=min_score)


def write_lines(path: Path, *rows: Any) -> Path:
    """A file of JSON lines; a text stands as it is."""
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
