"""Score the SciERC head of the shipped network on abstracts in the format of that corpus: exact span and type.

    python tests/benchmarks/scierc_quality.py [FILE]

FILE is ../shared/corpora/scierc/dev.jsonl by default. Prints precision, recall and F1 by type, micro-averaged last.
Needs what `kg.training` needs.
"""

import json
import sys
from pathlib import Path

from kg.language.network import MANIFEST, load_network
from kg.language.network_reading import NetworkReading
from kg.pipeline import load_pipeline
from kg.training.neural.samples import BRACKETS, SCIERC

SHARED = Path(__file__).parents[3] / "shared"
BEFORE = ("sentences", "abbreviations", "gazetteer", "patterns")
Marks = set[tuple[int, int, str]]


def find(tokens: list[str], nlp: object) -> Marks:
    """First token, last token and type of everything found in one abstract."""
    text = " ".join(tokens)
    doc = nlp.make_doc(text)  # type: ignore[attr-defined]
    for name, component in nlp.pipeline:  # type: ignore[attr-defined]
        if name in BEFORE:
            doc = component(doc)
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    offset = 0
    for number, token in enumerate(tokens):
        starts[offset] = number
        ends[offset + len(token)] = number
        offset += len(token) + 1
    taken: set[int] = set()
    found: Marks = set()
    reading = NetworkReading(load_network(MANIFEST), doc)
    for span in reading.choose_spans("scierc"):
        places = set(range(span.start, span.end))
        start, end = doc[span.start].idx, doc[span.end - 1].idx + len(doc[span.end - 1])
        if taken.isdisjoint(places) and start in starts and end in ends:
            taken |= places
            found.add((starts[start], ends[end], SCIERC[span.label]))
    return found


def main(arguments: list[str]) -> None:
    """Score and print."""
    path = Path(arguments[0]) if arguments else SHARED / "corpora" / "scierc" / "dev.jsonl"
    nlp = load_pipeline().nlp
    counts = {label: [0, 0, 0] for label in (*SCIERC, "all")}
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        tokens = [BRACKETS.get(t, t) for sentence in record["sentences"] for t in sentence]
        gold = {(b, e, label) for sentence in record["ner"] for b, e, label in sentence}
        mine = find(tokens, nlp)
        for label, row in counts.items():
            for place, marks in enumerate((mine & gold, mine, gold)):
                row[place] += sum(label in ("all", mark[2]) for mark in marks)
    for label, (right, found, wanted) in counts.items():
        precision, recall = right / max(found, 1), right / max(wanted, 1)
        f1 = 2 * right / max(found + wanted, 1)
        print(
            f"{label:20s} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  ({right} of {found} found, {wanted} wanted)"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
