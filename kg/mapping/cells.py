"""Texts in files that spreadsheets open: what would run as a formula is made plain text, reversibly."""

import re
from typing import Final

from kg.mapping.rdf_terms import NUMBER

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")


def escape_formula(text: str) -> str:
    """`text` with an apostrophe before it where a spreadsheet would read a formula; numbers stay as they are.

    Dangerous are = + - @, tab and carriage return at the beginning, also after apostrophes.

    >>> escape_formula("=1+1"), escape_formula("-0.42"), escape_formula("plain")
    ("'=1+1", '-0.42', 'plain')
    """
    return f"'{text}" if _FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def unescape_formula(cell: str) -> str:
    """The text that `escape_formula` made that cell of.

    >>> unescape_formula("'=1+1"), unescape_formula("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
