"""Dates of any spelling as ISO 8601, as precise as known."""

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final

_YEARS: Final = range(1000, 3000)
_NUMERIC: Final = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_MONTH_NAMES: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS: Final = re.compile(
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\.?\s+)?(?P<month>[A-Za-z]{3,9})\.?\s*(?:(?P<d2>\d{1,2})(?:st|nd|rd|th)?\s*,\s*|,?\s*)(?P<year>\d{4})"
    r"|(?P<year2>\d{4})\s+(?P<month2>[A-Za-z]{3,9})\.?(?:\s+(?P<d3>\d{1,2}))?"
)


def find_date(value: Any) -> str | None:
    """A year, month, day or instant in ISO 8601; None where the value is no date or an impossible one.

    Takes text, the number of a year and Crossref's `date-parts`. The offset of an instant is kept.

    >>> find_date("2024-3"), find_date("12 March 2015"), find_date("2024-03-31T02:30:00+01:00"), find_date("0000-00-00")
    ('2024-03', '2015-03-12', '2024-03-31T02:30:00+01:00', None)
    """
    if isinstance(value, dict):
        value = value.get("date-parts") or value.get("date-time")
    if isinstance(value, list):
        value = value[0] if value and isinstance(value[0], list | str) else value
        if isinstance(value, list):
            return _find_in_parts(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if value in _YEARS else None
    return _find_in_text(value.strip()) if isinstance(value, str) else None


def _find_in_parts(parts: list[Any]) -> str | None:
    numbers = [int(part) for part in parts[:3] if isinstance(part, int)]
    return _iso(*numbers) if numbers else None


@lru_cache(maxsize=4096)
def _find_in_text(text: str) -> str | None:
    if numeric := _NUMERIC.fullmatch(text):
        return _iso(*(int(part) for part in numeric.groups() if part))
    if words := _WORDS.fullmatch(text):
        name = (words["month"] or words["month2"])[:3].lower()
        day = words["d1"] or words["d2"] or words["d3"]
        if name in _MONTH_NAMES:
            return _iso(int(words["year"] or words["year2"]), _MONTH_NAMES.index(name) + 1, int(day) if day else 0)
    return _find_instant(text)


def _iso(year: int, month: int = 0, day: int = 0) -> str | None:
    """The date as far as it is known: a month or day of 0 is not."""
    if year not in _YEARS or month > 12:
        return None
    if not month:
        return f"{year:04}" if not day else None
    if not day:
        return f"{year:04}-{month:02}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _find_instant(text: str) -> str | None:
    """An instant in ISO 8601 or in the form of mail headers (arXiv's versions)."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if moment.year not in _YEARS:
            return None
        if len(text) == 8:
            return moment.date().isoformat()
        iso = moment.isoformat()
        return iso.replace("+00:00", "Z") if text[-1:] in "Zz" else iso
    return None
