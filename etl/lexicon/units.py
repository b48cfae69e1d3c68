"""Surface forms of units and currencies → canonical units; canonical units → dimensions and factors, through Pint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from etl.errors import DimensionError, LexiconError
from etl.lexicon import cache, read_lines, read_table, words

if TYPE_CHECKING:
    import pint

__all__ = ["Currency", "UnitForm", "counted_units", "currencies", "dimension", "factor", "registry", "unit_forms"]

_SHARES = ("percent", "percentage_point", "basis_point")
_SHORTEST_NOUN = 4


class UnitForm(NamedTuple):
    """A way to write a unit: the canonical unit, how much of it one written unit is, what a price in it keeps."""

    form: str
    unit: str
    factor: float
    per: str


class Currency(NamedTuple):
    """A currency: ISO 4217 code, the countries that mean it by a shared word, wordings, wordings of its cent."""

    code: str
    countries: tuple[str, ...]
    place: str
    default: bool
    forms: tuple[str, ...]
    shared: tuple[str, ...]
    cents: tuple[str, ...]


@cache
def unit_forms() -> tuple[UnitForm, ...]:
    """Every surface form of `unit_names.txt`, plurals in s included.

    >>> [form for form in unit_forms() if form.form == "MMT"]
    [UnitForm(form='MMT', unit='tonne', factor=1000000.0, per='')]
    """
    forms: dict[str, UnitForm] = {}
    for row in read_table("unit_names.txt"):
        for form in words(row["forms"]):
            for written in _with_plural(form):
                forms.setdefault(written, UnitForm(written, row["unit"], float(row["factor"]), row["per"]))
    return tuple(forms.values())


@cache
def currencies() -> tuple[Currency, ...]:
    """The rows of `currencies.txt`.

    >>> next(currency.countries for currency in currencies() if currency.code == "PKR")
    ('PAK',)
    """
    return tuple(
        Currency(
            code=row["code"],
            countries=words(row["country"].rstrip(" *")),
            place=row["place"],
            default=row["country"].endswith("*"),
            forms=_plurals(row["forms"]),
            shared=_plurals(row["shared"]),
            cents=_plurals(row["cents"]),
        )
        for row in read_table("currencies.txt")
    )


@cache
def registry() -> pint.UnitRegistry[float]:
    """The one Pint registry: Pint's units, the definitions of `units.txt` over them, and every currency.

    Each currency is its own dimension, so nothing converts silently. Raises `LexiconError` with file and line
    where Pint does not accept a definition.

    >>> round(registry().Quantity(1, "barrel").to("litre").magnitude, 2)
    158.99
    """
    import pint  # noqa: PLC0415  0.4 s with its registry: only a run that converts pays for it.

    units: pint.UnitRegistry[float] = pint.UnitRegistry(on_redefinition="ignore")
    for place, line in read_lines("units.txt"):
        _define(units, line, place)
    for currency in currencies():
        _define(units, f"{currency.code} = [currency_{currency.code}]", f"currencies.txt ({currency.code})")
    return units


@cache
def dimension(unit: str) -> str:
    """The stable name of a unit's dimension: figures of one dimension may stand on one axis.

    A money unit names its currency, a price its currency and what is priced; a noun that is no unit counts itself.

    >>> dimension("USD"), dimension("USD/tonne"), dimension("bcm"), dimension("helicopter")
    ('currency:USD', 'price:USD/mass', 'volume', 'count:helicopter')
    """
    numerator, _, denominator = unit.partition("/")
    if unit in _SHARES:
        return unit
    if numerator in _codes():
        return f"price:{numerator}/{_bare(dimension(denominator))}" if denominator else f"currency:{numerator}"
    if unit in _physical() or {numerator, denominator} <= _physical():
        name = _names().get(str(registry().parse_units(unit).dimensionality))
        if name:
            return name
    return f"{dimension(numerator)}/{_bare(dimension(denominator))}" if denominator else f"count:{unit}"


@cache
def factor(unit: str, to: str) -> float:
    """What a value in `unit` is multiplied by to be in `to`; raises `DimensionError` where that is not enough.

    >>> factor("tonne", "kilogram"), factor("USD/tonne", "USD/kilogram")
    (1000.0, 0.001)
    """
    if unit == to:
        return 1.0
    import pint  # noqa: PLC0415  see `registry`.

    try:
        zero, one = (float(registry().Quantity(size, unit).to(to).magnitude) for size in (0.0, 1.0))
    except (pint.PintError, AttributeError) as error:
        raise DimensionError(_no_factor(unit, to)) from error
    if zero:
        raise DimensionError(_no_factor(unit, to))  # Celsius and Fahrenheit differ by more than a factor.
    return one


def _no_factor(unit: str, to: str) -> str:
    return (
        f"no factor turns {unit!r} ({dimension(unit)}) into {to!r} ({dimension(to)}); "
        "choose units of one dimension; money converts only with a dated rate"
    )


def _with_plural(form: str) -> tuple[str, ...]:
    """form | form "s": where its last word is all lower case, has four letters at least, and is no plural yet"""
    last = form.rsplit(" ", 1)[-1]
    plain = last.isalpha() and last.islower() and last.isascii()
    return (form, f"{form}s") if plain and len(last) >= _SHORTEST_NOUN and not last.endswith("s") else (form,)


def _plurals(cell: str) -> tuple[str, ...]:
    return tuple(written for form in words(cell) for written in _with_plural(form))


def _define(units: pint.UnitRegistry[float], line: str, place: str) -> None:
    import pint  # noqa: PLC0415  see `registry`.

    try:
        units.define(line)
        units.get_dimensionality(line.partition(" = ")[0])
    except (pint.PintError, ValueError, TypeError, RecursionError) as error:
        message = f"{place}: Pint does not accept {line!r}: {error}; see the head of units.txt for its syntax"
        raise LexiconError(message) from error


@cache
def _codes() -> frozenset[str]:
    return frozenset(currency.code for currency in currencies())


def _bare(name: str) -> str:
    return name.removeprefix("count:").removeprefix("currency:")


@cache
def counted_units() -> frozenset[str]:
    """The units that are counted things, each a dimension of its own: vehicle, container, job.

    >>> "container" in counted_units(), "tonne" in counted_units()
    (True, False)
    """
    return frozenset(line.partition(" = ")[0] for _, line in read_lines("units.txt") if " = [" in line)


@cache
def _physical() -> frozenset[str]:
    """Every name of the tables that has a physical dimension, so that "four barns" never become Pint's barn."""
    defined = {line.partition(" = ")[0] for _, line in read_lines("units.txt")}
    counted = counted_units()
    named = {
        part for form in unit_forms() for name in (form.unit, form.per, form.form) for part in (name, *name.split("/"))
    }
    measures = {row["unit"] for row in read_table("dimensions.txt")}
    return frozenset(name for name in named | defined | measures - counted if _parses(name)) - counted


def _parses(name: str) -> bool:
    """Whether Pint knows a name; most wordings ("sq. km") are no names."""
    return bool(re.fullmatch(r"[A-Za-z_]+(\^\d)?(/[A-Za-z_]+(\^\d)?)?", name)) and all(
        part in registry() for part in re.findall(r"[A-Za-z_]+", name)
    )


@cache
def _names() -> dict[str, str]:
    rows = read_table("dimensions.txt")
    return {str(registry().parse_units(row["unit"]).dimensionality): row["name"] for row in rows}
