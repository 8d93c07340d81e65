"""Withdrawn papers, and records that only say that they have no abstract."""

import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError
from kg.model import Abstract
from kg.reader import Tally, read_abstracts
from kg.reader.notices import is_withdrawn, says_no_abstract


@pytest.mark.parametrize(
    "text",
    [
        "This paper has been withdrawn by the author due to a crucial error in Lemma 3.",
        "This paper has been withdrawn",
        "The article was retracted.",
        "THIS PAPER HAS BEEN WITHDRAWN BY THE AUTHORS.",
        "This version of the manuscript has been temporarily withdrawn for revision.",
        "Withdrawn by arXiv administrators because the licence was not granted.",
        "[Withdrawn] We train a network of toads.",
        "RETRACTED: Toads at work",
        "Retraction notice to: Toads at work",
        "Retracted article: Toads at work",
        "Withdrawn paper due to an error.",
        "We train a network of toads. This paper has been withdrawn by the author because of an error.",
        "Something is wrong with our code, this article is temporarily withdrawn.",
        "It is a duplicate; we want to withdraw this paper.",
    ],
)
def test_withdrawn(text: str) -> None:
    assert is_withdrawn(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cash was withdrawn from the machine while the paper was being fed.",
        "We study how scientists retract papers that were published in error.",
        "Retracted articles are still cited: a study of 5,000 papers.",
        "Retracted paper detection with a network",
        "The robot arm is extended and retracted by a motor.",
        "Noise is removed by a filter, and the work is taken over by a network.",
        "Drugs that have been withdrawn from the market are classified.",
        "Consent was withdrawn by two patients.",
        "Retraction maps on manifolds speed up the optimiser.",
    ],
)
def test_papers_about_withdrawing(text: str) -> None:
    assert not is_withdrawn(text)


@pytest.mark.parametrize(
    "text",
    [
        "N/A", "n.a.", "No abstract available", "Abstract not available.", "[No abstract available.]", "NO ABSTRACT",
        "-", "…", "***", "Abstract:", "none", "not available", "TBA",
    ],
)  # fmt: skip
def test_no_abstract(text: str) -> None:
    assert says_no_abstract(text)


@pytest.mark.parametrize(
    "text", ["No.", "Not really.", "We use a GPU.", "No abstract machine is needed.", "摘要不同。"]
)
def test_short_abstracts_are_abstracts(text: str) -> None:
    assert not says_no_abstract(text)


def read(tmp_path: Path, *records: dict[str, Any]) -> tuple[list[Abstract], list[str], Tally]:
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    reasons: list[str] = []
    tally = Tally()
    found = read_abstracts([str(path)], on_problem=lambda problem: reasons.append(problem.reason), tally=tally)
    return list(found), reasons, tally


@pytest.mark.parametrize("nothing", [None, "", " ", "N/A", "No abstract available", "Abstract not available.", "<p/>"])
def test_a_record_with_a_title_only_is_told_and_left_out(nothing: str | None, tmp_path: Path) -> None:
    good = {"id": "b", "abstract": "We use a TPU."}
    found, reasons, tally = read(tmp_path, {"id": "a", "title": "Toads", "abstract": nothing}, good)
    assert [a.id for a in found] == ["b"]
    assert reasons == ["the record has no abstract"]
    assert tally.skipped == 1
    with pytest.raises(InputError, match="no abstract"):
        read(tmp_path, {"id": "a", "title": "Toads", "abstract": nothing})


def test_withdrawn_and_foreign_papers_are_kept_and_told_once(tmp_path: Path) -> None:
    german = "Wir zeigen, dass das Netz auf einer GPU schneller läuft als auf einem gewöhnlichen Prozessor."
    french = "Nous montrons que le réseau fonctionne plus vite sur un GPU que sur un processeur ordinaire."
    english = "We show that the network is faster on a GPU than on a CPU, and that the error of it is small."
    records: list[dict[str, Any]] = [
        {"id": f"w{n}", "abstract": f"Paper {n}. This paper was withdrawn."} for n in range(7)
    ]
    records += [{"id": "d1", "abstract": german}, {"id": "d2", "abstract": german + " Das ist neu und wichtig."}]
    records += [
        {"id": "f1", "abstract": french, "language": "French"},
        {"id": "m1", "abstract": f"{english}\n\n{french}"},
    ]
    records += [{"id": "e1", "abstract": english, "language": "de"}]
    found, reasons, tally = read(tmp_path, *records)
    assert len(found) == tally.abstracts == 12
    assert reasons == [
        "7 papers were withdrawn (w0, w1, w2, w3, w4, …): kept, no facts are taken from them",
        (
            "3 abstracts (German 2: d1, d2; French 1: f1) in another language than English: "
            "kept, no facts are taken from the text"
        ),
        "1 abstract (French 1: m1) partly in another language: only the English part is analysed",
    ]
    assert tally.warnings == 3
    metas = {a.id: a.meta for a in found}
    assert metas["w0"] == {"withdrawn": True}
    assert metas["d1"] == {"language": "de"}
    assert metas["f1"] == {"language": "French"}
    assert metas["e1"] == {"language": "de"}
    assert metas["m1"] == {}
