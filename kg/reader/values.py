"""Values as they may stand in an Abstract: clean text and plain JSON, what does not fit told and left out."""

import math
import re
from collections.abc import Callable
from typing import Any, Final

Report = Callable[[str], None]

_UNWANTED: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\r]")
_BLANK_CONTROLS: Final = {"\x0b": " ", "\x0c": " ", "\r": "\n"}
_NOTHING: Final = frozenset({"", "none", "null", "nan", "n/a", "<na>", "nil", "nat", "undefined"})
_DEEPEST: Final = 20
_LARGEST: Final = 10**100


def clean(text: str, name: str, report: Report) -> str:
    """The text without control characters; CR LF and CR become LF, half surrogate pairs U+FFFD. Other Unicode stays.

    Form feeds become blanks. What is removed is told under the property's `name`.
    """
    if text.isprintable() or not _UNWANTED.search(text):
        return text
    text = text.replace("\r\n", "\n")
    removed = sorted({f"U+{ord(c):04X}" for c in _UNWANTED.findall(text) if c != "\r"})
    if removed:
        report(f"{name}: characters no text should hold removed ({', '.join(removed)})")
    return _UNWANTED.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    character = match.group()
    return "\ufffd" if "\ud800" <= character <= "\udfff" else _BLANK_CONTROLS.get(character, "")


def is_nothing(value: Any) -> bool:
    """Whether a value says that there is none: null, empty or blank, NaN, or a word such as None that means it.

    >>> is_nothing(None), is_nothing(" "), is_nothing("NaN"), is_nothing([]), is_nothing(0)
    (True, True, True, True, False)
    """
    if isinstance(value, str):
        return value.isspace() if len(value) > 12 else value.strip().casefold() in _NOTHING
    if isinstance(value, float):
        return math.isnan(value) or math.isinf(value)
    return value is None or (isinstance(value, list | dict) and not value)


def is_huge(value: Any) -> bool:
    """Whether a number has more than 100 digits before the point, which no store and few languages hold."""
    return isinstance(value, int) and not -_LARGEST < value < _LARGEST


def plain(value: Any, name: str, report: Report, *, depth: int = 0) -> Any:
    """The value as clean JSON data, without nulls at the top; None where nothing is left of it."""
    if isinstance(value, str):
        return clean(value, name, report)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if not is_huge(value):
            return value
        report(f"{name}: a number of over 100 digits dropped")
        return None
    if isinstance(value, float):
        return None if is_nothing(value) else value
    if depth >= _DEEPEST:
        report(f"{name}: values nested deeper than {_DEEPEST} levels dropped")
        return None
    if isinstance(value, list | tuple):
        return [plain(item, name, report, depth=depth + 1) for item in value]
    if isinstance(value, dict):
        items = ((clean(str(key), name, report), item) for key, item in value.items())
        return {key: plain(item, name, report, depth=depth + 1) for key, item in items}
    report(f"{name}: a value of type {type(value).__name__} dropped")
    return None


def texts(value: Any, name: str, report: Report, *, split: Callable[[str], list[str]]) -> list[str]:
    """The texts of a list, each once, or the pieces of one text. What is no text is told and dropped."""
    if isinstance(value, str):
        value = split(value)
    if not isinstance(value, list):
        report(f"{name}: {shown(value)} is no list of texts, dropped")
        return []
    kept = [item.strip() for item in value if isinstance(item, str) and not is_nothing(item)]
    if len(kept) < len(value):
        dropped = [shown(item) for item in value if not isinstance(item, str) or is_nothing(item)]
        report(f"{name}: values that are no text dropped ({', '.join(dropped[:5])})")
    return [clean(item, name, report) for item in dict.fromkeys(kept)]


def shown(value: Any) -> str:
    """A value in a message: short, as JSON writes it."""
    names = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return names[value]
    if is_huge(value):
        return "a huge number"
    text = repr(value) if not isinstance(value, list | dict) else f"a {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."
