"""Build `ontology/types/*/terms.tsv` from the raw vocabulary and the annotated abstracts.

    python -m kg.training.vocabulary SHARED

SHARED holds `vocabulary/*.tsv` and `gold/train.jsonl`. The raw rows that abstracts say, their ancestors and
all hardware are taken; the annotated abstracts add concepts, forms and types, and show how often a form,
where it stands, is a name at all: forms that rarely are, are left out or marked doubtful.
The same input gives the same files, byte for byte.
"""

import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from kg.language.forms import capitals_agree, fold_form, singular
from kg.language.tokenizer import iter_word_spans
from kg.model import ENTITY_TYPES, EntityType
from kg.namespaces import VOCABULARY, concept_iri, normal_form
from kg.resources import data_folder
from kg.schema import Term, Vocabulary

FILES: Final[dict[str, EntityType]] = {
    "hardware": "Hardware", "datasets": "Dataset", "metrics": "Metric",
    "methods-learning": "Method", "methods-systems": "Method", "tasks": "Task",
}  # fmt: skip
_AWKWARD: Final = re.compile(r"[|\t?,;]| and | or |^[^\w$.]|['’]s?$")
LONGEST: Final = 10
RARE: Final = 0.10
UNSURE: Final = 0.34
LEAST_EVIDENCE: Final = 3
COMMON: Final = 10
AGREED: Final = 0.8
SHORT: Final = 4

Document = dict[str, Any]


class Entry(msgspec.Struct):
    """One concept of one type while the vocabulary is built."""

    label: str
    type: EntityType
    broader: list[str] = []
    raw_class: str = ""
    abstracts: int = 0
    forms: Counter[str] = msgspec.field(default_factory=Counter)
    doubtful: set[str] = msgspec.field(default_factory=set)
    documents: int = 0
    raw: bool = False
    generic: bool = False
    raw_forms: set[str] = msgspec.field(default_factory=set)


def read_documents(path: Path) -> list[Document]:
    """The annotated abstracts of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read_raw(folder: Path) -> list[Entry]:
    """The raw vocabulary, all of it."""
    entries: dict[tuple[str, str], Entry] = {}
    for name, entity_type in FILES.items():
        with (folder / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                key = (entity_type, normal_form(row["label"]))
                entry = entries.setdefault(key, Entry(label=row["label"], type=entity_type, raw=True))
                entry.broader += [b for b in _split(row["broader"]) if b not in entry.broader]
                entry.raw_class = entry.raw_class or row.get("class", "")
                entry.abstracts = max(entry.abstracts, int(row["abstracts"] or 0))
                for alias in _split(row["aliases"]):
                    entry.forms[alias.removesuffix("?")] += 0
                    entry.raw_forms.add(alias.removesuffix("?"))
                    if alias.endswith("?"):
                        entry.doubtful.add(alias[:-1])
    return list(entries.values())


def build_vocabulary(raw: Sequence[Entry], documents: Sequence[Document]) -> list[Entry]:
    """The entries that ship, from the raw ones and annotated abstracts; neither argument is changed."""
    entries = [msgspec.structs.replace(e, forms=Counter(e.forms), doubtful=set(e.doubtful)) for e in raw]
    _add_annotated(entries, documents)
    _weigh_forms(entries, documents)
    _settle_conflicts(entries)
    return _select(entries)


def to_vocabulary(entries: Iterable[Entry]) -> Vocabulary:
    """Entries as the vocabulary that `kg.schema` would read from their files."""
    terms: dict[str, Term] = {}
    for e in entries:
        iri = concept_iri(e.label, VOCABULARY)
        old = terms.get(iri)
        sure = tuple(f for f in _ordered_forms(e) if f not in e.doubtful)
        terms[iri] = Term(
            iri=iri,
            label=old.label if old else e.label,
            types=tuple(sorted({e.type, *(old.types if old else ())})),
            aliases=(old.aliases if old else ()) + sure,
            doubtful=(old.doubtful if old else ()) + tuple(f for f in _ordered_forms(e) if f in e.doubtful),
        )
    return Vocabulary(terms.values())


def _add_annotated(entries: list[Entry], documents: Iterable[Document]) -> None:
    """Add the concepts, forms and types of annotated abstracts; types of one concept by majority."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    types: dict[str, Counter[EntityType]] = defaultdict(Counter)
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    documents_of: Counter[str] = Counter()
    for document in documents:
        for key, mentions in _by_concept(document).items():
            documents_of[key] += 1
            names[key].update({m["concept"] for m in mentions})
            types[key].update(m["type"] for m in mentions)
            forms[key].update({m["text"] for m in mentions})
    known = _by_label(entries)
    for key in sorted(names):
        ranked = types[key].most_common()
        for entity_type, count in ranked:
            if count < max(2, 0.2 * ranked[0][1]) and entity_type != ranked[0][0]:
                continue
            entry = known.get((entity_type, fold_form(names[key].most_common(1)[0][0])))
            if entry is None:
                entry = Entry(label=min(names[key], key=lambda n: (-names[key][n], n)), type=entity_type)
                entries.append(entry)
            entry.documents += documents_of[key]
            entry.forms.update(forms[key])
            entry.forms.update(dict.fromkeys(names[key], 0))


def _by_concept(document: Document) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for mention in document["mentions"]:
        found[fold_form(mention["concept"]) or normal_form(mention["concept"])].append(mention)
    return found


def _by_label(entries: Iterable[Entry]) -> dict[tuple[EntityType, str], Entry]:
    """Entries by type and folded label, then by their sure aliases where no label claims the key."""
    index: dict[tuple[EntityType, str], Entry] = {}
    ordered = sorted(entries, key=lambda e: (-e.abstracts, e.label))
    for entry in ordered:
        index.setdefault((entry.type, fold_form(entry.label)), entry)
    for entry in ordered:
        for form in sorted(set(entry.forms) - entry.doubtful):
            index.setdefault((entry.type, fold_form(form)), entry)
    return index


class FormEvidence(msgspec.Struct):
    """In how many abstracts a form stands outside longer annotated names, and in how many it is one itself."""

    seen: int = 0
    named: int = 0


def weigh(keys: dict[str, list[str]], documents: Iterable[Document]) -> dict[str, FormEvidence]:
    """The evidence for every folded key of `keys` (key to the forms that fold to it)."""
    evidence: dict[str, FormEvidence] = defaultdict(FormEvidence)
    for document in documents:
        seen, named = _occurring(document, keys)
        for key in seen | named:
            evidence[key].seen += 1
            evidence[key].named += key in named
    return evidence


def _occurring(document: Document, keys: dict[str, list[str]]) -> tuple[set[str], set[str]]:
    text = document["text"]
    spans = {(m["start"], m["end"]) for m in document["mentions"]}
    words = [(start, end, fold_form(text[start:end])) for start, end in iter_word_spans(text)]
    seen: set[str] = set()
    named: set[str] = set()
    for i, (start, _, first) in enumerate(words):
        key = ""
        for _, end, folded in words[i : i + LONGEST] if first else ():
            key += folded
            if folded and key in keys and any(capitals_agree(f, text[start:end]) for f in keys[key]):
                if (start, end) in spans:
                    named.add(key)
                elif not any(b <= start and end <= e for b, e in spans):
                    seen.add(key)
    return seen, named


def _weigh_forms(entries: list[Entry], documents: Sequence[Document]) -> None:
    """Drop aliases that are rarely names and mark the unsure; one abstract is left out for its own forms."""
    keys: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        for form in {entry.label, *entry.forms}:
            keys[fold_form(form)].append(form)
    evidence = weigh(keys, documents)
    for entry in entries:
        found = evidence.get(fold_form(entry.label), FormEvidence())
        entry.generic = found.seen >= COMMON and found.named < RARE * found.seen
        for form in sorted(entry.forms):
            found = evidence.get(fold_form(form), FormEvidence())
            own = 0 if entry.raw else 1
            if found.seen - own < LEAST_EVIDENCE:
                continue
            share = (found.named - own) / (found.seen - own)
            if share < RARE and fold_form(form) != fold_form(entry.label):
                del entry.forms[form]
            elif share < UNSURE:
                entry.doubtful.add(form)


def _settle_conflicts(entries: list[Entry]) -> None:
    """A form that several concepts of one type claim stays with the most frequent, a label with its own."""
    claims: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    said: Counter[str] = Counter()
    for entry in entries:
        for form, count in entry.forms.items():
            claims[entry.type, fold_form(form)].append(Claim(entry, form, count))
            said[fold_form(form)] += count
    labels: dict[tuple[str, str], Entry] = {}
    for entry in sorted(entries, key=lambda e: (e.abstracts, e.label)):
        labels[entry.type, fold_form(entry.label)] = entry
    for key, claimants in sorted(claims.items(), key=lambda c: c[0]):
        owner = labels.get(key) or min(claimants, key=_rank).entry
        own = sum(c.papers for c in claimants if c.entry is owner)
        others = said[key[1]] - own
        for claim in claimants:
            if claim.entry is not owner:
                del claim.entry.forms[claim.form]
            elif key not in labels and (_is_acronym(claim.form) or _is_loose(claim)):
                _mark(claim, own, others)


class Claim(NamedTuple):
    """A form of a concept, and how many annotated abstracts use it so."""

    entry: Entry
    form: str
    papers: int


def _rank(claim: Claim) -> tuple[int, bool, int, int, str]:
    entry = claim.entry
    return -claim.papers, claim.form in entry.doubtful, -entry.documents, -entry.abstracts, entry.label


def _mark(claim: Claim, own: int, others: int) -> None:
    """Short forms are many things: sure only where enough abstracts agree."""
    if own >= LEAST_EVIDENCE and own >= AGREED * (own + others):
        claim.entry.doubtful.discard(claim.form)
    elif own < (1 - AGREED) * (own + others) or (own < LEAST_EVIDENCE and claim.form not in claim.entry.raw_forms):
        claim.entry.doubtful.add(claim.form)


def _is_loose(claim: Claim) -> bool:
    """A single word that stands for a longer name in annotated abstracts alone: `lattice`."""
    return " " not in claim.form and claim.form not in claim.entry.raw_forms and " " in claim.entry.label


def _is_acronym(form: str) -> bool:
    return len(singular(form)) <= SHORT and singular(form).isupper()


def _select(entries: list[Entry]) -> list[Entry]:
    """Entries worth shipping, with all their ancestors, sorted; parents that do not exist are dropped."""
    by_label = {(e.type, e.label): e for e in entries}
    chosen: dict[tuple[str, str], Entry] = {}
    waiting = [e for e in entries if _is_worthwhile(e)]
    while waiting:
        entry = waiting.pop()
        if (entry.type, entry.label) not in chosen:
            chosen[entry.type, entry.label] = entry
            entry.broader = [b for b in entry.broader if (entry.type, b) in by_label]
            waiting += [by_label[entry.type, b] for b in entry.broader]
    ordered = sorted(chosen.values(), key=lambda e: (e.type, e.label.casefold(), e.label))
    _cut_circles(ordered)
    return ordered


def _cut_circles(entries: Iterable[Entry]) -> None:
    """Drop the parents that would make a concept its own ancestor: one label of two types is one concept."""
    parents: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        key = normal_form(entry.label)
        for label in list(entry.broader):
            above = normal_form(label)
            if key in _iter_ancestors(above, parents):
                entry.broader.remove(label)
            else:
                parents[key].append(above)


def _is_worthwhile(entry: Entry) -> bool:
    if entry.generic and entry.type != "Hardware":
        return False
    if entry.raw:
        return entry.type == "Hardware" or entry.abstracts > 0 or entry.documents > 0
    name_like = any(c.isupper() or c.isdigit() for c in entry.label[1:])
    return entry.documents > 1 or name_like or len(entry.label.split()) <= 3


def _ordered_forms(entry: Entry) -> list[str]:
    """The aliases, one for each folded key, most frequent first; the label's own variants left out."""
    kept: dict[str, str] = {}
    for form in sorted(entry.forms, key=lambda f: (-entry.forms[f], f)):
        if not _AWKWARD.search(form):
            kept.setdefault(fold_form(form), _singular_form(form))
    kept.pop(fold_form(entry.label), None)
    kept.pop("", None)
    return list(kept.values())


def _singular_form(form: str) -> str:
    head, space, last = form.rpartition(" ")
    return head + space + singular(last)


def read_classes(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The classes of the ontology by raw class, and by label of the topmost concept."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line[:1] not in {"", "#"}]
    return {a: b for a, b in lines if a[0] != "="}, {a[1:]: b for a, b in lines if a[0] == "="}


def classify(entries: Iterable[Entry], classes: Path) -> dict[str, str]:
    """The ontology class of each hardware label: that of its nearest listed ancestor, else of its raw class."""
    by_raw, by_top = read_classes(classes)
    parents = {e.label: e.broader for e in entries if e.type == "Hardware"}
    found: dict[str, str] = {}
    for entry in entries:
        if entry.type == "Hardware":
            top = next((by_top[a] for a in _iter_ancestors(entry.label, parents) if a in by_top), "")
            specific = by_raw.get(entry.raw_class, "")
            found[entry.label] = specific if top == "Accelerator" and specific else top or specific
    return found


def _iter_ancestors(label: str, parents: dict[str, list[str]]) -> Iterator[str]:
    seen = {label}
    level = [label]
    while level:
        yield from level
        level = sorted({b for a in level for b in parents.get(a, ())} - seen)
        seen.update(level)


def write_terms(entries: Sequence[Entry], folder: Path, classes: dict[str, str]) -> None:
    """Write `<type>/terms.tsv` under `folder`."""
    for entity_type in ENTITY_TYPES:
        lines = ["label\taliases\tbroader\tclass"]
        for e in entries:
            if e.type == entity_type:
                aliases = "|".join(f + "?" * (f in e.doubtful) for f in _ordered_forms(e))
                cell = classes.get(e.label, "") if entity_type == "Hardware" else ""
                lines.append("\t".join((e.label, aliases, "|".join(e.broader), cell)))
        path = folder / entity_type.lower() / "terms.tsv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _split(cell: str | None) -> list[str]:
    return [part for part in (cell or "").split("|") if part]


def main(arguments: Sequence[str]) -> None:
    """Rebuild the files of the checkout."""
    shared = Path(arguments[0])
    entries = build_vocabulary(read_raw(shared / "vocabulary"), read_documents(shared / "gold" / "train.jsonl"))
    write_terms(entries, data_folder("ontology") / "types", classify(entries, Path(__file__).with_name("classes.tsv")))
    print(*(f"{t}\t{n}" for t, n in sorted(Counter(e.type for e in entries).items())), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
