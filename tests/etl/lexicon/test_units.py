"""Dimensions and factors of units, and that the tables of units and currencies are whole."""

from __future__ import annotations

import pytest

from etl.errors import DimensionError
from etl.lexicon.units import currencies, dimension, factor, registry, unit_forms


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("USD", "currency:USD"),
        ("USD/tonne", "price:USD/mass"),
        ("PKR/kg", "price:PKR/mass"),
        ("PHP/litre", "price:PHP/volume"),
        ("PKR/USD", "price:PKR/USD"),
        ("USD/box", "price:USD/box"),
        ("percent", "percent"),
        ("percentage_point", "percentage_point"),
        ("tonne", "mass"),
        ("barrel", "volume"),
        ("barrel/day", "volume/time"),
        ("tonne/month", "mass/time"),
        ("tonne/decade", "mass/time"),
        ("kWh", "energy"),
        ("MW", "power"),
        ("km", "length"),
        ("acre", "area"),
        ("year", "duration"),
        ("TEU", "count:TEU"),
        ("point", "count:point"),
        ("helicopter", "count:helicopter"),
        ("barn", "count:barn"),
        ("ship/week", "count:ship/duration"),
    ],
)
def test_a_unit_has_this_dimension(unit: str, name: str) -> None:
    assert dimension(unit) == name


@pytest.mark.parametrize(
    ("unit", "to", "value"),
    [
        ("tonne", "kg", 1000.0),
        ("ton", "tonne", 1.0),
        ("kt", "tonne", 1000.0),
        ("Mt", "tonne", 1e6),
        ("barrel", "litre", 158.987294928),
        ("bcm", "m^3", 1e9),
        ("ft^3/day", "m^3/day", 0.028316846592),
        ("GWh", "kWh", 1e6),
        ("USD/kg", "USD/tonne", 1000.0),
        ("basis_point", "percentage_point", 0.01),
        ("helicopter", "helicopter", 1.0),
    ],
)
def test_a_unit_converts_by_this_factor(unit: str, to: str, value: float) -> None:
    assert factor(unit, to) == pytest.approx(value)


@pytest.mark.parametrize(
    ("unit", "to"), [("USD", "PKR"), ("tonne", "helicopter"), ("percent", "percentage_point"), ("degC", "degF")]
)
def test_what_no_factor_converts_is_refused_naming_both(unit: str, to: str) -> None:
    with pytest.raises(DimensionError, match=rf"{unit}.*{to}"):
        factor(unit, to)


def test_pint_knows_every_unit_and_currency_of_the_tables() -> None:
    units = {form.unit for form in unit_forms()} | {form.per for form in unit_forms() if form.per}
    names = units | {currency.code for currency in currencies()}
    assert [name for name in sorted(names) if not registry().parse_units(name)] == []


def test_each_currency_is_listed_once() -> None:
    codes = [currency.code for currency in currencies()]
    assert sorted(set(codes)) == sorted(codes)
