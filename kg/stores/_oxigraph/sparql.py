"""SPARQL text before the engine sees it: what is refused, and parameters put in their places.

The engine follows SERVICE to any host and cannot be told not to, and deep nesting overflows its stack. Both
are refused here. What a `<` begins cannot be told without parsing, so the search for SERVICE follows both
readings, as an IRI and as an operator: it may refuse too much, never too little.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from pyoxigraph import Literal, NamedNode

from kg.errors import ParameterError, QueryError
from kg.store import Iri

MAX_LENGTH: Final = 100_000
MAX_DEPTH: Final = 50
MAX_TOKENS: Final = 2_000
"""Keywords, variables and operators; the entries of a long VALUES list are not among them. Of operators in a row the
engine takes some thousands, of nested brackets about a thousand, before it overflows its stack."""

_PIECES: Final = {
    "blank": r"(?:[\s\ufeff]+|\#[^\r\n]*)+",
    "string": r'"""(?:"{0,2}(?:[^"\\]|\\.))*"""|' + r"'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
    r'|"(?:[^"\\\r\n]|\\.)*"|' + r"'(?:[^'\\\r\n]|\\.)*'",
    "iri": r'<[^<>"{}|^`\x00-\x20]*>',
    "variable": r"[?$]\w+",
    "word": r"(?:[\w.:%-]|\\.)+",
    "mark": r".",
}
_TOKEN: Final = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PIECES.items()), re.DOTALL)
_DATA: Final = re.compile(r"[\w.%-]*:.*|[\d.]+(?:[eE]\d+)?|true|false|undef", re.DOTALL | re.IGNORECASE)
_UPDATES: Final = frozenset(("insert", "delete", "load", "clear", "create", "drop", "copy", "move", "add", "with"))


class Token(NamedTuple):
    """A piece of SPARQL text: blank, string, iri, variable, word (keyword, number, prefixed name) or mark."""

    kind: str
    text: str

    @property
    def key(self) -> str:
        return self.text.upper()


def iter_tokens(text: str) -> Iterator[Token]:
    """All tokens, those that say nothing included: joined they give the text.

    >>> [token.text for token in iter_tokens("ASK{?s<urn:p>'}'}")]
    ['ASK', '{', '?s', '<urn:p>', "'}'", '}']
    """
    for match in _TOKEN.finditer(text):
        yield Token(str(match.lastgroup), match.group())


def check_query(text: str) -> None:
    """Raise QueryError where the text is no query that may be run.

    >>> check_query("SELECT * { ?s ?p 'no service' }")
    >>> check_query("SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    kg.errors.QueryError: SERVICE is not allowed; ...
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query has {len(text)} characters", mend=f"at most {MAX_LENGTH} are taken")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise QueryError("the query holds a lone surrogate", mend="correct it")
    if "service" in text.casefold() and _may_call_service(text):
        mend = "write names that hold that word as full IRIs, and ask other endpoints by themselves"
        raise QueryError("SERVICE is not allowed", mend=mend)
    depth = count = 0
    first = ""
    for token in iter_tokens(text):
        depth += (token.text in ("{", "(", "[")) - (token.text in ("}", ")", "]"))
        if depth > MAX_DEPTH:
            raise QueryError("the query is nested too deep", mend=f"at most {MAX_DEPTH} levels are taken")
        if token.kind in ("word", "mark", "variable") and token.text != "," and not _DATA.fullmatch(token.text):
            count += 1
            first = first or token.text.lower() * (token.key not in ("PREFIX", "BASE"))
    if count > MAX_TOKENS:
        raise QueryError("the query is too long", mend="split it, or name its many values in one VALUES list")
    if first in _UPDATES:
        raise QueryError(
            f"{first.upper()} changes the store", mend="only queries are taken here: SELECT, ASK, CONSTRUCT"
        )


def _may_call_service(text: str) -> bool:
    seen = bytearray(len(text) + 1)
    ahead = [0]
    while ahead:
        start = ahead.pop()
        if seen[start] or start == len(text):
            continue
        seen[start] = 1
        match = _TOKEN.match(text, start)
        if match is None:
            continue
        if match.lastgroup == "word" and "service" in match.group().casefold() and text[start - 1 : start] not in "/=&":
            return True
        ahead.append(match.end())
        if match.lastgroup == "iri":
            ahead.append(start + 1)
    return False


def bind_parameters(text: str, parameters: Mapping[str, Any] | None) -> str:
    """The query with each variable that is a parameter replaced by its value, as the engine itself writes it.

    Names are given without `?`. None leaves the variable unbound. BOUND(?x) becomes true, a projected ?x
    becomes (value AS ?x). Raises ParameterError for a value that is no IRI, text, number or boolean.

    >>> bind_parameters("ASK { ?s ?p ?o }", {"s": Iri("urn:a"), "o": "b", "p": None})
    'ASK { <urn:a> ?p "b" }'
    """
    values = {name: _to_term(name, value) for name, value in (parameters or {}).items() if value is not None}
    return "".join(_Binder(text, values).iter_pieces()) if values else text


def _to_term(name: str, value: Any) -> str:
    try:
        if isinstance(value, Iri):
            return str(NamedNode(value))
        if isinstance(value, str | int | float):
            return str(Literal(value))
    except (ValueError, OverflowError) as error:
        raise ParameterError(f"parameter {name}: {error}", mend="give another value") from None
    mend = "give an IRI, a text, a number or a boolean"
    raise ParameterError(f"parameter {name}: {type(value).__name__} cannot be bound", mend=mend)


class _Binder:
    """Walks over the tokens and knows, per level of brackets, the clause that changes how a value is written."""

    CLAUSES: Final = {"SELECT": "SELECT", "GROUP": "GROUP", "ORDER": "GROUP", "VALUES": "VALUES"}
    ENDS: Final = frozenset({"WHERE", "FROM", "HAVING", "LIMIT", "OFFSET"})

    def __init__(self, text: str, values: Mapping[str, str]) -> None:
        self.tokens = list(iter_tokens(text))
        self.values = values
        self.clauses = [""]
        self.last = ""

    def iter_pieces(self) -> Iterator[str]:
        position = 0
        while position < len(self.tokens):
            token = self.tokens[position]
            if token.key == "BOUND" and (end := self.find_bound(position)):
                yield "true"
                position = end
                continue
            yield self.replace(token) if token.kind == "variable" else token.text
            self.step(token)
            position += 1

    def find_bound(self, position: int) -> int | None:
        """Where the text goes on after BOUND(?x) of a parameter; None where none is there."""
        ahead = [(at, t) for at, t in enumerate(self.tokens[position + 1 : position + 7]) if t.kind != "blank"][:3]
        if [t.text for _, t in ahead[::2]] == ["(", ")"] and ahead[1][1].text[1:] in self.values:
            return position + 2 + ahead[2][0]
        return None

    def step(self, token: Token) -> None:
        if token.kind == "mark":
            if token.text in "({[":
                inherited = "VALUES" if token.text == "(" and self.clauses[-1] == "VALUES" else ""
                self.clauses[-1] = "" if token.text == "{" else self.clauses[-1]
                self.clauses.append(inherited)
            elif token.text in ")}]" and len(self.clauses) > 1:
                self.clauses.pop()
        elif token.kind == "word" and token.key in self.ENDS:
            self.clauses[-1] = ""
        elif token.kind == "word":
            self.clauses[-1] = self.CLAUSES.get(token.key, self.clauses[-1])
        if token.kind != "blank":
            self.last = token.key

    def replace(self, token: Token) -> str:
        name = token.text[1:]
        value = self.values.get(name)
        if value is None:
            return token.text
        clause = self.clauses[-1]
        if self.last == "AS" or clause == "VALUES":
            raise ParameterError(f"parameter {name}: the query gives ?{name} a value itself", mend="rename one of them")
        if clause == "SELECT":
            return f"({value} AS ?{name})"
        return f"({value})" if clause == "GROUP" else value
