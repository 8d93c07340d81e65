"""From field names and values of all kinds to identity, text and meta."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.reader.contract import Record
from kg.reader.dates import find_date
from kg.reader.identity import content_hash, find_arxiv, find_doi, find_key
from kg.reader.markup import render
from kg.reader.people import decode_latex, find_name, split_authors
from kg.reader.record import parse_record
from kg.reader.values import clean, is_nothing, plain


def parse(**fields: Any) -> tuple[Any, list[str]]:
    reasons: list[str] = []
    parsed = parse_record(Record(1, {"abstract": "We use a GPU.", **fields}), reasons.append)
    assert parsed.abstract is not None
    assert parsed.abstract.key == parsed.key
    return parsed.abstract, reasons


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"id": "cs/9301112", "doi": None}, "arxiv:cs/9301112"),
        ({"id": "arxiv:1705.05684"}, "arxiv:1705.05684"),
        ({"id": "http://arxiv.org/abs/math.GT/0309136v2"}, "arxiv:math/0309136"),
        ({"id": "1705.05684v3", "doi": "10.1000/X"}, "doi:10.1000/x"),
        ({"id": "a", "doi": "doi:10.1000/X.", "arxiv": "1705.05684"}, "doi:10.1000/x"),
        ({"id": "a", "doi": "n/a"}, "a"),
        ({"id": "a", "doi": "10.48550/arXiv.1705.05684"}, "arxiv:1705.05684"),
        ({"id": "https://doi.org/10.1000/A%28b%29"}, "doi:10.1000/a(b)"),
        ({"id": 7}, "7"),
        ({"id": "12.345"}, "12.345"),
        ({"id": "1399.12345"}, "1399.12345"),
        ({"id": "CS-2020/1234567"}, "CS-2020/1234567"),
        ({"paperId": "S1"}, "S1"),
        ({"id": True, "key": "k"}, "k"),
    ],
)
def test_keys(fields: dict[str, Any], key: str) -> None:
    abstract, _ = parse(**fields)
    assert abstract.key == key
    assert abstract.id == str(fields.get("paperId") or (fields["id"] if fields["id"] is not True else "k"))


@pytest.mark.parametrize("nothing", [None, "", "  ", "null", "None", "NaN", float("nan"), [], {}])
def test_nothing_is_absent_everywhere(nothing: Any) -> None:
    names = ["id", "title", "doi", "authors", "date", "venue", "categories", "citations", "arxiv"]
    abstract, reasons = parse(**dict.fromkeys(names, nothing))
    assert abstract.key == abstract.id == f"sha256:{content_hash(None, 'We use a GPU.', length=16)}"
    assert (abstract.title, abstract.meta, reasons) == (None, {}, [])


def test_what_is_no_value_of_its_kind_is_told_and_dropped() -> None:
    abstract, reasons = parse(id="p", doi="soon", date="2021-02-30", authors=3, venue=[1], big=10**200, arxiv="x")
    assert abstract.meta == {}
    assert len(reasons) == 6
    assert all(reason.startswith("record p: ") for reason in reasons)


def test_crossref_and_other_names() -> None:
    abstract, reasons = parse(
        **{
            "DOI": "10.99999/Toy.1",
            "title": ["Toys <i>in vivo</i>"],
            "author": [{"given": "Ada", "family": "Adder"}, {"name": "The Toy Team"}],
            "issued": {"date-parts": [[2024, 2]]},
            "container-title": ["Journal of Toys"],
            "subject": ["Toys"],
            "year": 2024,
            "references-count": 12,
        }
    )
    assert abstract.title == "Toys in vivo"
    assert abstract.meta == {
        "doi": "10.99999/Toy.1",
        "authors": ["Ada Adder", "The Toy Team"],
        "date": "2024-02",
        "venue": "Journal of Toys",
        "categories": ["Toys"],
        "year": 2024,
        "references-count": 12,
    }
    assert reasons == []


def test_what_kg_wrote_reads_back() -> None:
    first, _ = parse(id="p", title="T", authors=["A"], date="2024-02", doi="10.1000/a", extra={"n": [1, None]})
    again, reasons = parse(**{**msgspec.to_builtins(first), "abstract": None})
    assert again == first
    assert reasons == []
    with_facts, _ = parse(id="p", text="We use a GPU.", mentions=[{"start": 1}], facts=[], roles={"a": 1}, note="kept")
    assert with_facts.meta == {"note": "kept"}


def test_text_of_a_list_and_of_the_wrong_kind() -> None:
    assert parse(abstract=["One.", "Two."])[0].text == "One. Two."
    reasons: list[str] = []
    assert parse_record(Record(1, {"id": "a", "abstract": 5}), reasons.append).abstract is None
    assert reasons == ["record a: abstract: 5 is no text, dropped"]


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2024", "2024"),
        (2024, "2024"),
        ("2024-02-29", "2024-02-29"),
        ("2024/2/3", "2024-02-03"),
        ("2015-00-00", "2015"),
        ("2015-03-00", "2015-03"),
        ("March 2015", "2015-03"),
        ("3rd Mar. 2015", "2015-03-03"),
        ("Mar 3, 2015", "2015-03-03"),
        ("2015 Mar 3", "2015-03-03"),
        ("Mon, 2 Apr 2007 19:18:42 GMT", "2007-04-02T19:18:42+00:00"),
        ("2007-04-02 19:18:42", "2007-04-02T19:18:42"),
        ("2024-03-31T02:30:00+01:00", "2024-03-31T02:30:00+01:00"),
        ("2024-03-31T02:30:00Z", "2024-03-31T02:30:00Z"),
        ({"date-parts": [[2024, 2, 3]]}, "2024-02-03"),
        ({"date-time": "2024-02-03T00:00:00Z"}, "2024-02-03T00:00:00Z"),
        ("0000-00-00", None),
        ("2023-02-29", None),
        ("2024-13-01", None),
        ("03/04/2015", None),
        ("in press", None),
        (20240201, None),
        (True, None),
        ([[[[]]]], None),
        ({"date-parts": [[None]]}, None),
        (2024.5, None),
    ],
)
def test_dates(value: Any, date: str | None) -> None:
    assert find_date(value) == date


@given(st.text() | st.integers() | st.lists(st.text() | st.integers()))
def test_any_date_is_iso_or_none(value: Any) -> None:
    found = find_date(value)
    assert found is None or found[:4].isdigit()
    assert found is None or found.isascii()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Donald E. Knuth", ["Donald E. Knuth"]),
        ("Knuth, Donald E.", ["Knuth, Donald E."]),
        ("Ada Adder, Bo Bitwise", ["Ada Adder", "Bo Bitwise"]),
        ("Ada Adder, Bo Bitwise, and Cy Clock", ["Ada Adder", "Bo Bitwise", "Cy Clock"]),
        ("Adder, A.; Bitwise, B.", ["Adder, A.", "Bitwise, B."]),
        ("Adder, Ada and van der Bit, B.", ["Adder, Ada", "van der Bit, B."]),
        ("Bo Bitwise, Jr., Cy Clock", ["Bo Bitwise, Jr.", "Cy Clock"]),
        ("Ada Adder (Toy Lab, Town), Bo Bitwise (Else)", ["Ada Adder", "Bo Bitwise"]),
        ("A. Adder\n  & B. Bitwise", ["A. Adder", "B. Bitwise"]),
        (" , ", []),
    ],
)
def test_authors(text: str, names: list[str]) -> None:
    assert split_authors(text) == names


def test_names_in_objects_and_latex() -> None:
    assert find_name({"keyname": "Bit", "forenames": "Bo", "suffix": "Jr."}) == "Bo Bit Jr."
    assert find_name({"name": " "}) is None
    assert decode_latex(r"{\'E}va \v{S}t\v{e}p{\'a}nkov\'a") == "Éva Štěpánková"
    assert decode_latex(r"{GPU}s at $O(n^2)$ --- 88\%") == "GPUs at $O(n^2)$ — 88%"
    assert decode_latex("{" * 400) is not None


@pytest.mark.parametrize(
    ("text", "plain_text"),
    [
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One. Two."),
        ("<jats:title>Abstract</jats:title><jats:p>Text.</jats:p>", "Text."),
        ("<jats:title>All there is</jats:title>", "All there is"),
        ("&lt;p&gt;RMSE &amp;lt; 0.1&lt;/p&gt;", "RMSE < 0.1"),
        ("<p>10<sup>-6</sup> m<sup>2</sup> of H<sub>2</sub>O</p>", "10^-6 m2 of H2O"),
        ("<p>if a<b and c>d</p>", "if a<b and c>d"),
        ('<p>see <a href="x>y">here</a></p>', "see here"),
        ("A &amp; B", "A & B"),
        ("AT&T; R&D, a &notanentity; b", "AT&T; R&D, a &notanentity; b"),
        ("the mean <p> of <unk> and $a<b$", "the mean <p> of <unk> and $a<b$"),
        ("vectors <b> and <i>", "vectors <b> and <i>"),
        ("line<br/>break", "line break"),
        ("p &amp;lt; 0.05 &amp;amp; R&amp;D", "p < 0.05 & R&D"),
        ("&amp;lt;p&amp;gt;x &amp;amp;lt; y&amp;lt;/p&amp;gt;", "x < y"),
        ("<p>One<p>Two", "One Two"),
        ("<P align=left>x</P><!-- no --><script>alert(1)</script>", "x"),
        ("<math><mi>x</mi></math> and the tokens <s>, </s>", "x and the tokens <s>, </s>"),
        ("<p>a convolu-\n  tional net -\n here</p>", "a convolu-\ntional net - here"),
        ("<p>We stop &lt;script&gt;alert(1)&lt;/script&gt; here.</p>", "We stop <script>alert(1)</script> here."),
        ("We stop <script>alert(1)</script> here.", "We stop <script>alert(1)</script> here."),
        ("<p>\n One. \n</p>", "One."),
        ("Toads. <div> Sort fast. </div>", "Toads. Sort fast."),
        ("One. <br> Two", "One. Two"),
        ("<i>“Toads”</i> are fast", "“Toads” are fast"),
        (
            "<p>a<jats:alternatives><jats:tex-math>$x$</jats:tex-math><mml:math><mml:mi>x</mml:mi></mml:math></jats:alternatives></p>",
            "a$x$",
        ),
    ],
)
def test_markup(text: str, plain_text: str) -> None:
    assert render(text) == plain_text


@pytest.mark.parametrize(
    "text",
    [
        "The tags <b> and </b> are learnt.",
        "Between <p> and </p>, <b>, </b> (<i>/</i>) nothing is lost.",
        'The marks "<b>" and "</b>" stay, as does <br> here.',
        "We strip <br/> and (<hr/>).",
        "We strip <br/>.",
        "<p> is the mean of the power, and <x> that of the length.",
        "<p>-values are small.",
        "XSS such as <script>alert(1)</script> and <!-- comments -->.",
    ],
)
def test_tags_that_are_only_named_stay(text: str) -> None:
    assert render(text) == text


@given(st.text(alphabet=st.characters(exclude_characters="<&")))
def test_text_without_marks_stays(text: str) -> None:
    assert render(text) == text


@given(st.text(alphabet=st.characters()))
def test_clean_text_holds_no_control_characters_and_is_stable(text: str) -> None:
    reasons: list[str] = []
    cleaned = clean(text, "text", reasons.append)
    assert not set(cleaned) & {chr(n) for n in range(32) if chr(n) not in "\t\n"}
    assert cleaned.encode().decode() == cleaned
    assert clean(cleaned, "text", reasons.append) == cleaned


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.dictionaries(st.text(), json_values))
def test_any_record_gives_an_abstract_that_can_be_written(fields: dict[str, Any]) -> None:
    reasons: list[str] = []
    parsed = parse_record(Record(1, {**fields, "abstract": "We use a GPU."}), reasons.append)
    assert parsed.abstract is not None
    assert (
        msgspec.json.decode(msgspec.json.encode(parsed.abstract), type=type(parsed.abstract)).meta
        == parsed.abstract.meta
    )
    assert not any(is_nothing(value) for value in parsed.abstract.meta.values())


def test_deep_values_are_cut() -> None:
    deep: Any = 1
    for _ in range(50):
        deep = [deep]
    reasons: list[str] = []
    assert plain(deep, "x", reasons.append) is not None
    assert "deeper than" in reasons[0]


@given(st.text())
def test_identifiers_are_found_or_not(text: str) -> None:
    doi, arxiv = find_doi(text), find_arxiv(text)
    assert doi is None or (doi.startswith("10.") and "/" in doi)
    assert arxiv is None or find_arxiv(arxiv) == arxiv
    assert find_key(doi=None, arxiv=None, given=None) is None
