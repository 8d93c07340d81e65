"""How far the readers of a text look and how much they take, from a table."""

from functools import cache

from kg.language.document import read_lines


@cache
def load_limits(group: str) -> dict[str, int]:
    """The limits of one reader by name; `limits.tsv` says what each means.

    >>> load_limits("polarity")["cues"]
    50
    """
    rows = (line.split("\t") for line in read_lines("limits.tsv")[1:])
    return {row[1]: int(row[2]) for row in rows if row[0] == group}
