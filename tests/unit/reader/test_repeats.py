"""The judgement over records that bear one key."""

import random

import pytest

from kg.model import Abstract
from kg.reader.repeats import Ledger, Place, Verdict


def judge(*records: tuple[str | None, str | None, str | None, int]) -> Verdict:
    """(key, text, title, bytes of its source) of each record, one a line."""
    ledger = Ledger()
    for line, (key, text, title, size) in enumerate(records, 1):
        abstract = Abstract(key=key or "none", id="", text=text, title=title) if text is not None else None
        ledger.add(key, abstract, Place(0, line), b"x" * size)
    return ledger.judge()


def test_single_records_are_left_alone() -> None:
    assert judge(("a", "One.", None, 1), ("b", "One.", None, 1)) == Verdict()


@pytest.mark.parametrize(("sizes", "merged"), [((1, 5), {0}), ((5, 1), {1}), ((3, 3), {1})])
def test_the_richest_of_the_same_is_kept(sizes: tuple[int, int], merged: set[int]) -> None:
    assert judge(*(("a", "One.", "T", size) for size in sizes)).merged == merged


def test_a_title_counts_more_than_length_and_blanks_do_not_count() -> None:
    assert judge(("a", "One  two.", None, 9), ("a", "One two.", "T", 1)).merged == {0}


def test_different_texts_or_titles_are_parted() -> None:
    verdict = judge(("a", "One.", "T", 1), ("a", "One.", "U", 1), ("b", "One.", None, 1), ("b", "Two.", None, 1))
    assert verdict.parted == {
        0: [Place(0, 1), Place(0, 2)],
        1: [Place(0, 1), Place(0, 2)],
        2: [Place(0, 3), Place(0, 4)],
        3: [Place(0, 3), Place(0, 4)],
    }
    assert not verdict.merged


def test_without_a_title_it_stands_alone_where_two_could_claim_it() -> None:
    verdict = judge(("a", "One.", "T", 1), ("a", "One.", "U", 1), ("a", "One.", None, 1))
    assert set(verdict.parted) == {0, 1, 2}


def test_records_without_text() -> None:
    verdict = judge(("a", None, None, 9), ("a", "One.", None, 1), ("b", None, None, 1), (None, None, None, 1))
    assert verdict.merged == {0}
    assert verdict.textless == [Place(0, 3), Place(0, 4)]


def test_many_keys_over_all_buckets() -> None:
    keys = [f"k{n}" for n in range(3000)] * 2
    random.Random(0).shuffle(keys)
    ledger = Ledger()
    for line, key in enumerate(keys):
        ledger.add(key, Abstract(key=key, id=key, text=key), Place(line % 7, line), b"")
    verdict = ledger.judge()
    assert len(verdict.merged) == 3000
    assert not verdict.parted
