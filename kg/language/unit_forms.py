"""The unit behind a number: a form of the table, a unit per another, or a counted thing per time."""

import re
from functools import cache
from typing import Final, NamedTuple

from kg.language.quantity_tables import Tables, any_of, load_tables, load_word_classes

_GLUE: Final = re.compile(r"\+?[\s-]{0,2}|\s?\[")
_NEVER_PER: Final = frozenset({"ratio", "factor", "orders", "points", "count", "money"})
_INVERSE: Final = re.compile(r"[\s·]([A-Za-zμµ]{1,3})\s?\^?(?:[-−]1|⁻¹)(?!\d)")
_DIVIDED: Final = re.compile(r"\s?/\s?(?:per\s)?|\s(?:per|a|an)\s|-per-")
_PART: Final = re.compile(r"[A-Za-z][A-Za-z-]*(?![\w^²])")
_LEAST_PART: Final = 3


class UnitForm(NamedTuple):
    """A unit that ends at character `end`; `factor` is what a word such as "million" multiplies the value by."""

    end: int
    unit: str
    kind: str
    factor: int = 1


class _Patterns(NamedTuple):
    owned: re.Pattern[str]
    adjective: re.Pattern[str]
    counted: re.Pattern[str]
    money: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    tables, words = load_tables(), load_word_classes()
    times = any_of(form for form, (_, kind) in tables.units.items() if kind in ("time", "years"))
    skipped = any_of(words["not counted"])
    noun = rf"(?!(?:{skipped})(?!\w))[A-Za-z][A-Za-z-]+"
    return _Patterns(
        re.compile(rf"({any_of(words['owner'])})s?(?:[\s·*-]|\s\*\s)({times})(?!\w)"),
        re.compile(rf"(?:{any_of(words['unit adjective'])})\s"),
        re.compile(rf"\s?((?:{noun}\s){{0,2}}?)({noun})\s?(?:/|\s(?:{any_of(words['rate per'])})\s)\s?({times})(?!\w)"),
        re.compile(rf"(?:{any_of(f for f, (_, kind) in tables.units.items() if kind == 'money' and len(f) == 1)})\s?$"),
    )


def find_unit(text: str, position: int) -> UnitForm | None:
    """The unit after `position`, after at most a blank, a hyphen, a plus sign or a bracket; None where there is none.

    >>> find_unit("4.1 pJ per spike", 3)
    UnitForm(end=16, unit='pJ/spike', kind='energy per operation', factor=1)
    """
    tables, patterns = load_tables(), _patterns()
    glue = _GLUE.match(text, position)
    after = glue.end() if glue else position
    if text[after : after + 1] == "[":
        after += 1
    found = _owned(text, after, patterns) or _listed(text, after, tables)
    if found is None:
        adjective = patterns.adjective.match(text, after)
        found = _listed(text, adjective.end(), tables) if adjective else None
        if found is not None and found.kind in _NEVER_PER:
            found = None
    if found is None or found.kind == "count":
        return _counted(text, found.end if found else position, found, tables) or found
    return found if found.kind in _NEVER_PER else _divided(text, found, tables)


def find_currency(text: str, before: int) -> UnitForm | None:
    """The sign of a currency that ends right before a number; its `end` is where it begins."""
    match = _patterns().money.search(text[max(0, before - 2) : before])
    if match is None:
        return None
    unit, kind = load_tables().units[match[0].strip()]
    return UnitForm(before - len(match[0]), unit, kind)


def _owned(text: str, position: int, patterns: _Patterns) -> UnitForm | None:
    """ "GPU-days" and "core hours"."""
    match = patterns.owned.match(text, position)
    if match is None:
        return None
    unit, kind = load_tables().units[_plain(match[2])]
    return UnitForm(match.end(), f"{match[1]}-{unit}", kind)


def _listed(text: str, position: int, tables: Tables) -> UnitForm | None:
    match = tables.unit_pattern.match(text, position)
    if match is None:
        return None
    unit, kind = tables.units[_plain(match[0])]
    behind = text[match.end() : match.end() + 6].lstrip(" -")
    if match[0].endswith("fold") and behind.startswith("cross"):
        return None
    if kind == "factor" and text[match.end() : match.end() + 2].lstrip()[:1].isdigit():
        return None
    return UnitForm(match.end(), unit, kind)


def _divided(text: str, found: UnitForm, tables: Tables) -> UnitForm:
    """With the units or things that it is per: "GB s^-1", "pJ/spike/synapse", "ms per frame"."""
    for _ in range(2):
        lower = _inverse(text, found, tables) or _per(text, found, tables)
        if lower is None:
            break
        end, name, kind = lower
        joined = tables.units.get(f"{found.unit}/{name}")
        unit, known = joined or (f"{found.unit}/{name}", "")
        found = UnitForm(end, unit, known or _kind_of(found.kind, kind, tables))
    return found


def _inverse(text: str, found: UnitForm, tables: Tables) -> tuple[int, str, str] | None:
    """ "s^-1" behind a unit."""
    match = _INVERSE.match(text, found.end)
    if match is None or match[1] not in tables.units:
        return None
    return match.end(), *tables.units[match[1]]


def _per(text: str, found: UnitForm, tables: Tables) -> tuple[int, str, str] | None:
    joint = _DIVIDED.match(text, found.end)
    if joint is None:
        return None
    match = tables.unit_pattern.match(text, joint.end())
    timed = joint[0].strip() in ("a", "an")
    if match is not None and tables.units[_plain(match[0])][1] not in _NEVER_PER:
        unit, kind = tables.units[_plain(match[0])]
        named = kind in ("size", "bits") and len(match[0]) >= _LEAST_PART
        return (match.end(), match[0] if named else unit, kind) if not timed or kind == "time" else None
    part = None if timed else _PART.match(text, joint.end())
    if part is None or len(part[0]) < _LEAST_PART or part[0].endswith("ed"):
        return None
    return (part.end(), part[0], "thing") if found.kind != "bits" or "/" in joint[0] else None


def _kind_of(one: str, other: str, tables: Tables) -> str:
    for key in ((one, other), (one, "any")):
        if key in tables.compounds:
            return tables.compounds[key]
    return tables.compounds["any", "any"]


def _counted(text: str, position: int, scale: UnitForm | None, tables: Tables) -> UnitForm | None:
    """ "million particles per second": things per time, the scale taken into the value."""
    match = _patterns().counted.match(text, position)
    if match is None:
        return None
    if match[2] == "frames" and not match[1] and tables.units[_plain(match[3])][0] == "s":
        return None
    time = tables.units[_plain(match[3])][0]
    time = time[:-1] if len(time) > _LEAST_PART and time.endswith("s") else time
    factor = tables.scales.get(scale.unit, 1) if scale else 1
    return UnitForm(match.end(), f"{match[2]}/{time}", tables.compounds["counted", "time"], factor)


def _plain(form: str) -> str:
    return " ".join(form.split())
