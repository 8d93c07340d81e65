"""Limits on the text of a query."""

import pytest

from kg.errors import QueryError
from kg.stores.neo4j.cypher_check import MAX_DEPTH, MAX_LENGTH, check_text


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (p:Paper)-[r:PAPER_USES|PAPER_PROPOSES]->(c) WHERE r.polarity = 'asserted' RETURN p, c LIMIT 10",
        "RETURN '" + "(" * 999 + "'",
        'RETURN "' + "[" * 999 + '\\"" // ' + "{" * 999,
        "RETURN `" + "(" * 999 + "`` ` /* " + "(" * 999 + " */",
        "RETURN " + "(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH,
        "MATCH (n) WHERE " + " AND ".join(f"n.p{place} IS NULL" for place in range(200)) + " RETURN n",
        "MATCH (n) RETURN " + ", ".join(f"n.p{place}" for place in range(900)),
        "MATCH (n) WHERE n.x IN [" + ",".join(["1"] * 5000) + "] RETURN n",
    ],
)
def test_usual_queries_pass(text: str) -> None:
    check_text(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("RETURN " + "(" * (MAX_DEPTH + 1), "nested"),
        ("RETURN " + "[" * 99, "nested"),
        ("RETURN m" + "[0]" * 251, r"\["),
        ("RETURN m" + ".a" * 99, "nested"),
        ("RETURN m" + "['x'].a" * 99, "nested"),
        ("RETURN " + "{a:" * 999, "nested"),
        ("RETURN " + r"\u005b" * 999, "nested"),
        ("RETURN " + r"\uuu0028" * 999, "nested"),
        ("RETURN " + "not " * 101 + "true", "NOT"),
        ("RETURN " + "CASE WHEN true THEN " * 60, "CASE"),
        ("RETURN " + " XOR ".join(["true"] * 20), "XOR"),
        ("RETURN " + "+".join(["'a'"] * 300), r"\+"),
        ("MATCH (a) " * 101 + "RETURN a", "MATCH"),
        ("RETURN 1 // " + "x" * MAX_LENGTH, "characters"),
    ],
)
def test_what_would_hang_the_server_is_not_sent(text: str, says: str) -> None:
    with pytest.raises(QueryError, match=says) as caught:
        check_text(text)
    assert caught.value.mend
