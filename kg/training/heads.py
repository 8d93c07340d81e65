"""Count from annotated abstracts which last words tell the type of a phrase, and which words no phrase holds.

    python -m kg.training.heads SHARED

writes `heads.tsv` and `outside.txt` beside the components.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from kg.language import document
from kg.language.forms import singular
from kg.language.tokenizer import iter_word_spans
from kg.model import EntityType
from kg.training.vocabulary import Document, read_documents

LEAST_SEEN: Final = 6
LEAST_PAPERS: Final = 4
LEAST_SHARE: Final = 0.4
LEAST_AGREEMENT: Final = 0.6
OUTSIDE_SHARE: Final = 0.05


def count_heads(documents: Iterable[Document]) -> dict[str, tuple[EntityType, float]]:
    """By last word: the type that most phrases ending in it have, and in how many of its uses it ends one."""
    ends: dict[str, Counter[EntityType]] = defaultdict(Counter)
    seen: Counter[str] = Counter()
    papers: dict[str, set[str]] = defaultdict(set)
    for d in documents:
        text = d["text"]
        types = {m["end"]: m["type"] for m in d["mentions"]}
        for start, end in iter_word_spans(text):
            word = singular(text[start:end].lower())
            if word.isalpha() and len(word) > 2:
                seen[word] += 1
                if end in types:
                    ends[word][types[end]] += 1
                    papers[word].add(d["id"])
    heads: dict[str, tuple[EntityType, float]] = {}
    for word, counts in ends.items():
        entity_type, most = min(counts.items(), key=lambda c: (-c[1], c[0]))
        total = counts.total()
        if len(papers[word]) >= LEAST_PAPERS and most >= LEAST_AGREEMENT * total and total >= LEAST_SHARE * seen[word]:
            heads[word] = (entity_type, round(most / seen[word], 2))
    return dict(sorted(heads.items()))


def count_outside(documents: Iterable[Document]) -> list[str]:
    """The words that are hardly ever part of a mention."""
    seen: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for d in documents:
        text = d["text"]
        inside = [False] * (len(text) + 1)
        for m in d["mentions"]:
            inside[m["start"] : m["end"]] = [True] * (m["end"] - m["start"])
        for start, end in iter_word_spans(text):
            word = text[start:end].lower()
            seen[word] += 1
            held[word] += inside[start]
    return sorted(w for w, n in seen.items() if w.isalnum() and n >= LEAST_SEEN and held[w] < OUTSIDE_SHARE * n)


def main(arguments: Sequence[str]) -> None:
    """Rebuild both files."""
    documents = read_documents(Path(arguments[0]) / "gold" / "train.jsonl")
    folder = document.data_path("openers.txt").parent
    lines = [f"{word}\t{entity_type}\t{share}" for word, (entity_type, share) in count_heads(documents).items()]
    note = "# Written by kg.training.heads; last word, type of the phrase, share of its uses that end a name\n"
    (folder / "heads.tsv").write_text(note + "\n".join(lines) + "\n", encoding="utf-8")
    note = "# Written by kg.training.heads; words that are hardly ever part of a name\n"
    (folder / "outside.txt").write_text(note + "\n".join(count_outside(documents)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
