"""Lists of authors as sources write them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

_AND: Final = re.compile(r"\s*,?\s+(?:and|AND|&)\s+")
_COMMA: Final = re.compile(r"\s*,\s*")
_AFFILIATION: Final = re.compile(r"\s*\([^()]*\)")
_SUFFIX: Final = re.compile(r"(?:Jr|Sr|II|III|IV)\.?$")
_LONGEST_LATEX: Final = 10_000
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.?[\s-]*){1,3}$")


def split_authors(text: str) -> list[str]:
    """The names in a text: parted by semicolons, `and`, or commas that do not part family from given names.

    >>> split_authors("Yves Schabes, Stuart M. Shieber"), split_authors("Knuth, Donald E. and Plass, M.")
    (['Yves Schabes', 'Stuart M. Shieber'], ['Knuth, Donald E.', 'Plass, M.'])
    """
    text = _AFFILIATION.sub("", " ".join(text.split()))
    if ";" in text:
        names = text.split(";")
    else:
        parts = _AND.split(text)
        names = parts if all(_is_inverted(part) for part in parts) else _split_at_commas(", ".join(parts))
    return [name.strip(" ,") for name in names if name.strip(" ,")]


def _is_inverted(part: str) -> bool:
    """Whether `part` is one name, family first: `Knuth, Donald E.` but not `Ada Lovelace, Alan Turing`."""
    pieces = _COMMA.split(part)
    return len(pieces) == 2 and (" " not in pieces[0] or _INITIALS.match(pieces[1]) is not None)


def _split_at_commas(text: str) -> list[str]:
    names: list[str] = []
    for piece in _COMMA.split(text):
        if names and _SUFFIX.match(piece):
            names[-1] += f", {piece}"
        else:
            names.append(piece)
    return names


def find_name(value: Any) -> str | None:
    """The name in one entry of a list: a text, or an object with the usual keys. None where there is none."""
    if isinstance(value, str):
        return " ".join(value.split()) or None
    if not isinstance(value, dict):
        return None
    for whole in ("name", "literal", "display_name", "full_name", "fullname"):
        if isinstance(value.get(whole), str) and value[whole].strip():
            return " ".join(value[whole].split())
    return " ".join(_iter_parts(value)) or None


def _iter_parts(value: dict[str, Any]) -> Iterator[str]:
    for names in (
        ("given", "firstName", "first", "first_name", "forenames"),
        ("family", "lastName", "last", "last_name", "keyname"),
        ("suffix",),
    ):
        part = next((value[name] for name in names if isinstance(value.get(name), str)), "")
        if part.strip():
            yield " ".join(part.split())


@lru_cache(maxsize=4096)
def decode_latex(text: str) -> str:
    r"""A name or title with its LaTeX accents and braces resolved; mathematics stays as written.

    >>> decode_latex(r"Erd{\H o}s on $R^2$")
    'Erdős on $R^2$'
    """
    if len(text) > _LONGEST_LATEX or not any(mark in text for mark in ("\\", "{", "~", "--")):
        return text
    from pylatexenc.latex2text import LatexNodes2Text

    try:
        plain = LatexNodes2Text(math_mode="verbatim", keep_comments=True).latex_to_text(text)
    except Exception:  # whatever a broken piece of LaTeX does to the decoder, the text stays
        return text
    return " ".join(str(plain).replace("\xa0", " ").split()) or text
