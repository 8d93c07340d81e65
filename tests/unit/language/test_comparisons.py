"""Who is compared with whom, read from words alone."""

import pytest

from kg.language.comparisons import find_comparison
from kg.language.quantities import find_quantities
from kg.language.reading import read
from tests.marked_docs import marked_doc

A, B, C = "[Heron|Method]", "[Toad|Method]", "[Newt|Method]"


@pytest.mark.parametrize(
    ("text", "subject", "baseline"),
    [
        (f"{A} is 2 times slower than {B}.", "Heron", "Toad"),
        (f"{A} is slower than the original {B} by a factor of 2.", "Heron", "Toad"),
        (f"{A} outperforms {B} by 3%.", "Heron", "Toad"),
        (f"{A} trails {B} by 2 points.", "Heron", "Toad"),
        (f"{B} is outperformed by {A} by 3 points.", "Heron", "Toad"),
        (f"{A} reduces the cost by 40% compared with {B}.", "Heron", "Toad"),
        (f"Compared with {B}, {A} is 4 times faster.", "Heron", "Toad"),
        (f"Unlike {B}, {A} needs 3x less memory.", "Heron", "Toad"),
        (f"{A} needs half the memory of {B}.", "Heron", "Toad"),
        (f"{A} halves the cost of {B}.", "Heron", "Toad"),
        (f"{A} is twice as fast as {B}.", "Heron", "Toad"),
        (f"{A} gives a speed-up of 7x over {B}.", "Heron", "Toad"),
        (f"{A} is 2x faster than {B}; {C} is slower than {A}.", "Heron", "Toad"),
        ("It is 9x faster than on a [CPU|Hardware].", None, "CPU"),
        (f"{A} reaches an accuracy of 91%, better than {B}.", "Heron", "Toad"),
    ],
)
def test_comparison(text: str, subject: str | None, baseline: str | None) -> None:
    reading = read(marked_doc(text))
    sentence = reading.sentences[0]
    quantity = find_quantities(reading.text, sentence.start, sentence.end)[0]
    found = find_comparison(reading, 0, reading.mentions_by_sentence()[0], quantity)
    assert (found.subject and found.subject.concept, found.baseline and found.baseline.concept) == (subject, baseline)


def test_baselines_in_a_list_go_with_the_values() -> None:
    reading = read(marked_doc(f"{A} is 4x and 3x faster than {B} and {C}."))
    quantities = find_quantities(reading.text, 0, len(reading.text))
    found = [find_comparison(reading, 0, reading.mentions, quantity).baseline for quantity in quantities]
    assert [mention and mention.concept for mention in found] == ["Toad", "Newt"]
