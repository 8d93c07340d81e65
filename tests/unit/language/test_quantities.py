"""Numbers, units, comparators and ranges, in digits, words and LaTeX."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.language.latex import to_plain
from kg.language.quantities import Quantity, find_quantities


def read(text: str) -> list[Quantity]:
    return find_quantities(text, 0, len(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"a score of $84\%$", [("84", "%", "=")]),
        ("97.31 percent", [("97.31", "%", "=")]),
        ("up to 9.5x", [("9.5", "x", "<=")]),
        (r"55$\times$", [("55", "x", "=")]),
        ("a factor of 12", [("12", "x", "=")]),
        ("a factor of four", [("4", "x", "=")]),
        ("a speed-up of about 60", [("60", "x", "~")]),
        ("ten times", [("10", "x", "=")]),
        ("tenfold", [("10", "x", "=")]),
        ("twice as many", [("2", "x", "=")]),
        ("one third of the time", [("0.333", "x", "=")]),
        ("more than two orders of magnitude", [("100", "x", ">")]),
        ("an order of magnitude", [("10", "x", "=")]),
        ("2 to 4 orders of magnitude", [("100", "x", ">="), ("10000", "x", "<=")]),
        ("two to four orders of magnitude", [("100", "x", ">="), ("10000", "x", "<=")]),
        ("1.5-2.5x", [("1.5", "x", ">="), ("2.5", "x", "<=")]),
        ("5X-10X", [("5", "x", ">="), ("10", "x", "<=")]),
        ("ranges from 4 to 6", [("4", None, ">="), ("6", None, "<=")]),
        ("between 4 and 6%", [("4", "%", ">="), ("6", "%", "<=")]),
        ("rises from 40% to 60%", [("40", "%", "="), ("60", "%", "=")]),
        ("up to 1.6 and 2.4 times", [("1.6", "x", "<="), ("2.4", "x", "<=")]),
        ("at least 3 GB", [("3", "GB", ">=")]),
        ("sub-1% error", [("1", "%", "<")]),
        (r"$<\!5\%$", [("5", "%", "<")]),
        ("no more than 7 mW", [("7", "mW", "<=")]),
        ("did not drop below 90%", [("90", "%", ">=")]),
        ("rose by 1.2 points to 94.5%", [("1.2", "points", "="), ("94.5", "%", "=")]),
        ("6 ms or less", [("6", "ms", "<=")]),
        ("roughly 30 frames per second", [("30", "fps", "~")]),
        ("1,234,567 tokens per second", [("1234567", "tokens/s", "=")]),
        ("12\u2009345 s", [("12345", "s", "=")]),
        ("\u22121.5 dB", [("-1.5", "dB", "=")]),
        (r"$3\times10^{-4}$ s", [("3E-4", "s", "=")]),
        ("p = 2.5e-8", [("2.5E-8", None, "=")]),
        ("$10^{-6}$", [("1E-6", None, "=")]),
        ("10^6E6", [("1E12", None, "=")]),
        ("10^6 x 10^-2 s", [("1E4", "s", "=")]),
        (r"0.4 mm$^2$", [("0.4", "mm²", "=")]),
        ("3.1 TOPS/W", [("3.1", "TOPS/W", "=")]),
        ("5-fold cross-validation", [("5", None, "=")]),
        ("2 BLEU points", [("2", "points", "=")]),
        ("ToyNet-50 on WMT99 and ISO_9", []),
        ("several times, many points", []),
    ],
)
def test_written_forms(text: str, expected: list[tuple[str, str | None, str]]) -> None:
    assert [(q.value, q.unit, q.comparator) for q in read(text)] == expected


def test_both_ends_of_a_range_share_their_stretch() -> None:
    low, high = read("is 2.5x to 7x here")
    assert (low.start, low.end) == (high.start, high.end) == (3, 13)
    assert low.ranged
    assert high.ranged


def test_places_in_a_list() -> None:
    assert [(q.rank, q.length) for q in read("of 91%, 92% and 93%")] == [(0, 3), (1, 3), (2, 3)]


def test_plain_text_knows_where_it_came_from() -> None:
    text = r"about $8.5\%$."
    plain = to_plain(text, 0, len(text))
    assert plain.text == "about 8.5%."
    assert [text[a:b] for a, b in zip(plain.starts, plain.ends, strict=True)][6:10] == ["8", ".", "5", r"\%"]


@given(st.text(alphabet=st.sampled_from("0123456789.,-–−+~<>%x×$\\{}^ e\u2009ms#()to"), max_size=120))
def test_any_text_is_read(text: str) -> None:
    for quantity in read(text):
        assert 0 <= quantity.start <= quantity.digits_start < quantity.digits_end <= quantity.end <= len(text)
        assert str(float(quantity.value))
