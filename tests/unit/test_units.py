"""Units: every unit that the reader writes has a meaning, and values of one dimension can be compared."""

import subprocess
import sys

import pytest

from kg.language.quantity_tables import load_tables
from kg.units import Amount, are_comparable, convert, to_base


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("2", "ms", Amount(0.002, "s")),
        ("25", "°C", Amount(298.15, "K")),
        ("3", "TOPS/W", Amount(3e12, "operations/s/W")),
        ("12", "GPU-days", Amount(1036800.0, "GPU-s")),
        ("6", "pJ/spike/synapse", Amount(6e-12, "J/spike/synapse")),
        ("8", "Gbps/mm²", Amount(1e15, "B/s/m²")),
        ("1", "kWh", Amount(3.6e6, "J")),
        ("30", "fps", Amount(30.0, "frames/s")),
        ("1E-3", "MHz", Amount(1000.0, "Hz")),
        ("91", "%", Amount(0.91, "1")),
        ("9", "x", Amount(9.0, "1")),
        ("31.2", None, Amount(31.2, "1")),
        ("2.1", "points", Amount(2.1, "points")),
        ("7", "unheard-of things", Amount(7.0, "unheard-of things")),
        ("3", "things/%", Amount(300.0, "things")),
    ],
)
def test_to_base(value: str, unit: str | None, expected: Amount) -> None:
    assert to_base(value, unit) == expected


@pytest.mark.parametrize(("value", "unit"), [("O(M^0.45)", None), ("nan", "ms"), ("inf", "s"), ("1e308", "hours")])
def test_what_is_no_finite_number_has_no_amount(value: str, unit: str | None) -> None:
    assert to_base(value, unit) is None
    assert convert(value, unit) is None


@pytest.mark.parametrize("unit", [None, "", "%", "x", "s", "J", "points", "°C", "unheard-of things"])
def test_what_stands_in_its_base_unit_is_not_converted(unit: str | None) -> None:
    assert convert("3", unit) is None


def test_results_in_different_units_can_be_compared() -> None:
    assert convert("3", "ms") == Amount(0.003, "s")
    assert convert("3", "hours") == Amount(10800.0, "s")


@pytest.mark.parametrize("unit", sorted({unit for unit, _ in load_tables().units.values()} - {"orders", "rpm"}))
def test_every_unit_of_the_reader_has_a_meaning(unit: str) -> None:
    found = to_base("1", unit)
    assert found is not None
    assert found.number > 0


KINDS = ("time", "power", "energy", "size", "frequency", "area", "bandwidth", "operations", "length", "pressure")


@pytest.mark.parametrize("kind", KINDS)
def test_units_of_a_kind_can_be_compared(kind: str) -> None:
    units = sorted({unit for unit, known in load_tables().units.values() if known == kind} - {"rpm"})
    bases = {found.unit for unit in units if (found := to_base("1", unit)) is not None}
    assert bases <= {"s", "cycles"} if kind == "time" else len(bases) == 1 or kind == "operations"


def test_dimensions_differ() -> None:
    assert are_comparable("kbps", "GB/s")
    assert not are_comparable("GB", "GB/s")
    assert not are_comparable("points", "%")
    assert not are_comparable("GPU-hours", "hours")


def test_the_library_is_loaded_at_the_first_call_only() -> None:
    code = (
        "import sys, kg.cli, kg.graph, kg.language.quantities, kg.mapping.rdf, kg.mapping.elements, kg.units;"
        "kg.units.convert('3', 's'), kg.units.convert('3', '%'); sys.exit('pint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
