"""What of a paper's metadata every store shows beside the whole: only values that are what their name says."""

from collections.abc import Mapping
from typing import Any, Final

from kg.mapping.rdf_terms import date_literal

LISTS: Final = ("authors", "categories")
_SINGLE: Final = ("doi", "arxiv", "venue")


def select_usual(meta: Mapping[str, Any]) -> dict[str, list[str]]:
    """The texts under authors, categories, doi, arxiv, venue and date; keys without a sane value are left out.

    >>> select_usual({"authors": ["A. One", None, " "], "venue": "", "date": "2024-02", "year": 2024})
    {'authors': ['A. One'], 'date': ['2024-02']}
    """
    found = {key: _select_texts(meta.get(key)) for key in LISTS}
    found |= {key: _select_texts([meta.get(key)]) for key in _SINGLE}
    found["date"] = [text for text in _select_texts([meta.get("date")]) if date_literal(text) is not None]
    return {key: texts for key, texts in found.items() if texts}


def _select_texts(values: Any) -> list[str]:
    return [v for v in values if isinstance(v, str) and v.strip()] if isinstance(values, list) else []
