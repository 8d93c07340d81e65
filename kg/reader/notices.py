"""What stands in the place of an abstract: a word that there is none, or the notice that the paper was withdrawn."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data"
_PAPER: Final = (
    "(?:paper|article|manuscript|preprint|e-print|submission|publication|report|letter|note|study|work|document|"
    "abstract|chapter|thesis)s?"
)
_START: Final = r"(?:\A|[.!?:)\]]\s+|\n\s*)[\[(\"'*]*"
_LONGEST_PHRASE: Final = 80
_WORD: Final = re.compile(r"\w+")


def read_lines(name: str) -> list[str]:
    """The lines of a data file of this package, without comments."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def iter_data() -> Iterator[str]:
    """Name and content of every data file of this package: what a fingerprint needs."""
    for path in sorted(path for path in DATA.iterdir() if path.is_file()):
        yield path.name
        yield path.read_text(encoding="utf-8")


@cache
def _no_abstract() -> frozenset[str]:
    return frozenset(read_lines("no_abstract.txt"))


@cache
def _withdrawn() -> re.Pattern[str]:
    patterns = (line.replace("{paper}", _PAPER).replace("{start}", _START) for line in read_lines("withdrawn.txt"))
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE | re.DOTALL)


def says_no_abstract(text: str) -> bool:
    """Whether a text only says that there is no abstract, or holds no letter.

    >>> says_no_abstract("[Abstract not available.]"), says_no_abstract("--"), says_no_abstract("No.")
    (True, True, False)
    """
    if len(text) > _LONGEST_PHRASE:
        return not any(map(str.isalpha, text))
    words = _WORD.findall(text.casefold())
    return " ".join(words) in _no_abstract() or "".join(words) in _SHORT or not any(map(str.isalpha, text))


_SHORT: Final = frozenset({"na", "tba", "tbd"})


def is_withdrawn(text: str) -> bool:
    """Whether a title or a text says that its own paper was withdrawn or retracted.

    >>> is_withdrawn("This paper has been withdrawn by the author."), is_withdrawn("Cash was withdrawn.")
    (True, False)
    """
    return _may_be_withdrawn(text) and _withdrawn().search(text) is not None


def _may_be_withdrawn(text: str) -> bool:
    """Whether a word of a notice occurs at all; written out, for every abstract passes here."""
    return (
        "ithdr" in text
        or "etract" in text
        or "aken out" in text
        or "aken down" in text
        or "emoved by" in text
        or "ITHDR" in text
        or "ETRACT" in text
        or "EMOVED BY" in text
    )
