"""What units mean: the dimension of a stated unit and its values in one base unit, so that they can be compared.

A result keeps the value and unit that the text gives; this is for those who sort and compare. The library behind
it, pint, is loaded at the first call (half a second). Units that physics does not know (an image, a spike) are
dimensions of their own.
"""

import math
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from pint import UnitRegistry

_FOLDER: Final = Path(__file__).parent
_DIGITS: Final = 12
_OFFSET: Final = frozenset({"°C"})


class Amount(NamedTuple):
    """A number in the base unit of its dimension: `s`, `J`, `B/s`, `1` for shares and factors."""

    number: float
    unit: str


class _Part(NamedTuple):
    factor: float
    base: str


def to_base(value: str, unit: str | None) -> Amount | None:
    """A stated value in base units, rounded to 12 digits; None where the value is no finite number.

    A unit that is not known stays as it is, and so does each part of it behind a slash.

    >>> [to_base(value, unit) for value, unit in (("2.5", "ms"), ("40", "%"), ("6", "pJ/spike"))]
    [Amount(number=0.0025, unit='s'), Amount(number=0.4, unit='1'), Amount(number=6e-12, unit='J/spike')]
    """
    try:
        number = float(value)
    except ValueError:
        return None
    if unit in _OFFSET:
        amount = Amount(_rounded(_registry().Quantity(number, _table()[unit][0]).to("kelvin").magnitude), "K")
    else:
        found = _read_unit(unit) if unit else _Part(1.0, "1")
        amount = Amount(_rounded(number * found.factor), found.base)
    return amount if math.isfinite(amount.number) else None


def convert(value: str, unit: str | None) -> Amount | None:
    """A stated value in base units where these are others than the stated one; else None, as for shares and factors.

    Degrees Celsius are not converted: they may be a temperature or a difference.

    >>> [convert(value, unit) for value, unit in (("2.5", "ms"), ("3", "s"), ("40", "%"), ("25", "°C"))]
    [Amount(number=0.0025, unit='s'), None, None, None]
    """
    if not unit or unit in _OFFSET or (unit in _table() and _table()[unit][1] in (unit, "1")):
        return None
    amount = to_base(value, unit)
    return amount if amount is not None and amount.unit not in (unit, "1") else None


def are_comparable(one: str | None, other: str | None) -> bool:
    """Whether values in the two units can be told apart as larger and smaller.

    >>> are_comparable("ms", "hours"), are_comparable("GB", "GB/s"), are_comparable("%", "x")
    (True, False, True)
    """
    return _base_of(one) == _base_of(other)


def _base_of(unit: str | None) -> str:
    return "K" if unit in _OFFSET else _read_unit(unit).base if unit else "1"


@lru_cache(maxsize=10_000)
def _read_unit(unit: str) -> _Part:
    """The factor to the base unit and its name."""
    if unit in _table():
        return _convert(*_table()[unit])
    upper, *lower = unit.split("/")
    parts = list(_iter_parts(upper))
    factor, names = parts[0].factor, [parts[0].base]
    for part in parts[1:]:
        factor, names = factor * part.factor, [f"{names[0]}-{part.base}"]
    for name in lower:
        part = _convert(*_table()[name]) if name in _table() else _Part(1.0, name)
        factor, names = factor / part.factor, names if part.base == "1" else [*names, part.base]
    return _Part(factor, "/".join(names))


def _iter_parts(unit: str) -> Iterator[_Part]:
    """The parts of "GPU-hours"."""
    for name in [unit] if unit in _table() or "-" not in unit else unit.split("-"):
        yield _convert(*_table()[name]) if name in _table() else _Part(1.0, name)


def _convert(expression: str, base: str) -> _Part:
    target = "1" if base == "1" else _table()[base][0]
    return _Part(_magnitude(f"({expression}) / ({target})"), base)


@cache
def _magnitude(expression: str) -> float:
    quantity: Any = _registry().Quantity(expression)
    return float(quantity.to("dimensionless").magnitude)


@cache
def _table() -> dict[str, tuple[str, str]]:
    """Expression for pint and base unit of every unit of the table."""
    lines = (_FOLDER / "units.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return {unit: (expression, base) for unit, expression, base in rows}


@cache
def _registry() -> "UnitRegistry[Any]":
    from pint import UnitRegistry

    registry: UnitRegistry[Any] = UnitRegistry()
    for line in (_FOLDER / "units_counted.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            registry.define(f"{line} = [{line}]")
    return registry


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")
