"""Surface forms of units and currencies → canonical units; canonical units → dimensions and factors, through Pint."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from etl.errors import DimensionError, LexiconError
from etl.lexicon import read_table, words

if TYPE_CHECKING:
    import pint

__all__ = ["Currency", "UnitForm", "currencies", "dimension", "factor", "registry", "unit_forms"]

_SHARES = ("percent", "percentage_point", "basis_point")


class UnitForm(NamedTuple):
    """A way to write a unit: the canonical unit, how much of it one written unit is, what a price in it keeps."""

    form: str
    unit: str
    factor: float
    per: str


class Currency(NamedTuple):
    """A currency: ISO 4217 code, the country that means it by a shared word and its name, wordings, wordings of its cent."""

    code: str
    country: str
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
    forms = {}
    for row in read_table("unit_names.txt"):
        for form in words(row["forms"]):
            for written in _with_plural(form):
                forms.setdefault(written, UnitForm(written, row["unit"], float(row["factor"]), row["per"]))
    return tuple(forms.values())


@cache
def currencies() -> tuple[Currency, ...]:
    """The rows of `currencies.txt`.

    >>> next(currency.country for currency in currencies() if currency.code == "PKR")
    'PAK'
    """
    return tuple(
        Currency(
            code=row["code"],
            country=row["country"].rstrip(" *"),
            place=row["place"],
            default=row["country"].endswith("*"),
            forms=_plurals(row["forms"]),
            shared=_plurals(row["shared"]),
            cents=_plurals(row["cents"]),
        )
        for row in read_table("currencies.txt")
    )


@cache
def registry() -> pint.UnitRegistry:
    """The one Pint registry: Pint's units, the definitions of `units.txt` over them, and every currency.

    Each currency is its own dimension, so nothing converts silently. Raises `LexiconError` with file and line
    where Pint does not accept a definition.

    >>> round(registry().Quantity(1, "barrel").to("litre").magnitude, 2)
    158.99
    """
    import pint  # noqa: PLC0415  0.4 s with its registry: only a run that converts pays for it.

    units: pint.UnitRegistry = pint.UnitRegistry(on_redefinition="ignore")
    lines = (files("etl.lexicon") / "units.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            _define(units, line, f"units.txt:{number}")
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
        return f"price:{numerator}/{_per(denominator)}" if denominator else f"currency:{numerator}"
    return _physical(unit) or _composite(numerator, denominator)


@cache
def factor(unit: str, to: str) -> float:
    """What a value in `unit` is multiplied by to be in `to`; raises `DimensionError` where they do not convert.

    >>> factor("tonne", "kilogram"), factor("USD/tonne", "USD/kilogram")
    (1000.0, 0.001)
    """
    if unit == to:
        return 1.0
    import pint  # noqa: PLC0415  see `registry`.

    units = registry()
    try:
        return float(units.Quantity(1.0, units.parse_units(unit)).to(units.parse_units(to)).magnitude)
    except (pint.DimensionalityError, pint.OffsetUnitCalculusError, pint.UndefinedUnitError) as error:
        message = (
            f"{unit!r} ({dimension(unit)}) does not convert to {to!r} ({dimension(to)}); "
            "choose units of one dimension; money converts only with a dated rate"
        )
        raise DimensionError(message) from error


def _with_plural(form: str) -> tuple[str, ...]:
    """form | form "s": from four letters on, all lower case, and not yet a plural."""
    last = form.rsplit(" ", 1)[-1]
    plain = last.isalpha() and last.islower() and last.isascii()
    return (form, f"{form}s") if plain and len(last) > 3 and not last.endswith("s") else (form,)  # noqa: PLR2004


def _plurals(cell: str) -> tuple[str, ...]:
    return tuple(written for form in words(cell) for written in _with_plural(form))


def _define(units: pint.UnitRegistry, line: str, place: str) -> None:
    try:
        units.define(line)
    except Exception as error:
        message = f"{place}: Pint does not accept {line!r}: {error}; see the head of units.txt for its syntax"
        raise LexiconError(message) from error


@cache
def _codes() -> frozenset[str]:
    return frozenset(currency.code for currency in currencies())


def _per(denominator: str) -> str:
    return dimension(denominator).removeprefix("count:").removeprefix("currency:")


def _composite(numerator: str, denominator: str) -> str:
    return f"{dimension(numerator)}/{_per(denominator)}" if denominator else f"count:{numerator}"


@cache
def _physical(unit: str) -> str | None:
    """The name in `dimensions.txt` of a unit Pint can parse, else None."""
    if not re.fullmatch(r"[A-Za-z_]+[\w/^]*", unit):
        return None
    dimensionality = _dimensionality(unit)
    return None if dimensionality is None else _names().get(dimensionality)


def _dimensionality(unit: str) -> str | None:
    import pint  # noqa: PLC0415  see `registry`.

    try:
        return str(registry().parse_units(unit).dimensionality)
    except (pint.UndefinedUnitError, pint.DefinitionSyntaxError, ValueError, AttributeError):
        return None


@cache
def _names() -> dict[str, str]:
    pairs = ((_dimensionality(row["unit"]), row["name"]) for row in read_table("dimensions.txt"))
    return {dimensionality: name for dimensionality, name in pairs if dimensionality}
