"""Limits on the text of a query, before it is sent.

Deep nesting overflows the server's stack, and then it never answers; long chains keep its planner busy, which
no timeout interrupts.
"""

import re
from collections.abc import Iterator
from typing import Final

from kg.errors import QueryError

MAX_LENGTH: Final = 20_000
MAX_DEPTH: Final = 40
LIMITS: Final[dict[str, int]] = {
    "NOT": 100,
    "CASE": 50,
    "XOR": 12,
    "AND": 250,
    "OR": 250,
    "UNION": 100,
    "WITH": 100,
    "MATCH": 100,
    "CALL": 20,
    "EXISTS": 12,
    "COUNT": 50,
    "COLLECT": 50,
    "+": 100,
    "-": 200,
    "*": 200,
    "/": 200,
    "%": 200,
    "^": 100,
    "|": 250,
    "!": 100,
    "[": 250,
}
"""How often a keyword or sign may occur: what Neo4j 5.26 and 2026.08 plan within seconds."""
_ESCAPE: Final = re.compile(r"\\u+([0-9A-Fa-f]{4})")
_TOKEN: Final = re.compile(
    r"""(?P<skip>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`]|``)*`|//[^\n\r]*|/\*.*?\*/)"""
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<step>\w+|[^\s\w])",
    re.DOTALL,
)


def check_text(text: str) -> None:
    """Raise QueryError where `text` is empty, too long or too deeply nested to be sent to a server.

    >>> check_text("MATCH (p:Paper) RETURN p.title")
    >>> check_text("RETURN " + "[" * 999 + "]" * 999)
    Traceback (most recent call last):
    ...
    kg.errors.QueryError: the query is nested more than 40 deep; write it flatter
    """
    if not text.strip():
        raise QueryError("the query is empty", mend="write one such as MATCH (p:Paper) RETURN p.title LIMIT 10")
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query has more than {MAX_LENGTH} characters", mend="pass long lists as parameters")
    unescaped = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)  # the server does so before it reads
    for variant in dict.fromkeys((text, unescaped)):
        _check_counts(variant)


def _check_counts(text: str) -> None:
    depth = chain = 0
    found: dict[str, int] = {}
    for kind, token in _iter_tokens(text):
        word = token.upper()
        found[word] = found.get(word, 0) + 1
        if found[word] > LIMITS.get(word, MAX_LENGTH):
            raise QueryError(f"the query has more than {LIMITS[word]} times {word}", mend="split it up")
        if kind == "step":
            ends = word in LIMITS or not (word == "." or word.isidentifier())
            chain = 0 if ends else chain + (word == ".")
        else:
            depth += 1 if kind == "open" else -1
        if max(depth, chain) > MAX_DEPTH:
            raise QueryError(f"the query is nested more than {MAX_DEPTH} deep", mend="write it flatter")


def _iter_tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "skip":
            yield str(match.lastgroup), match[0]
