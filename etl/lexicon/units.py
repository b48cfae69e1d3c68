"""Surface forms of units and currencies → canonical units; canonical units → dimensions and factors, through Pint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from etl.errors import DimensionError, LexiconError, UnitError
from etl.lexicon import cache, read_lines, read_table, words

if TYPE_CHECKING:
    import pint

__all__ = [
    "Currency",
    "UnitForm",
    "counted_units",
    "currencies",
    "dimension",
    "factor",
    "read_unit",
    "registry",
    "split_scale",
    "unit_forms",
]

_SHARES = ("percent", "percentage_point", "basis_point")
_SHORTEST_NOUN = 4
_SMALLEST_SCALE = 1000  # a unit is counted in thousands, never in dozens
# Two ways to write one factor: the bushel of 60 pounds, the long ton of 1.0160469 tonnes.
_SAME = 1e-6


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
    >>> dimension("million USD")
    'currency:USD'
    """
    _, unit = split_scale(unit)
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

    (size, base), (to_size, to_base) = split_scale(unit), split_scale(to)
    if base == to_base:
        return size / to_size
    try:
        zero, one = (float(registry().Quantity(number, base).to(to_base).magnitude) for number in (0.0, size))
    except (pint.PintError, AttributeError) as error:
        raise DimensionError(_no_factor(unit, to)) from error
    if zero:
        raise DimensionError(_no_factor(unit, to))  # Celsius and Fahrenheit differ by more than a factor.
    return one / to_size


def split_scale(unit: str) -> tuple[float, str]:
    """The scale a unit is counted in, and the unit.

    >>> split_scale("million USD"), split_scale("USD")
    ((1000000.0, 'USD'), (1.0, 'USD'))
    """
    word, _, base = unit.partition(" ")
    return (_scales()[word], base) if base and word in _scales() else (1.0, unit)


@cache
def read_unit(written: str) -> str:
    """The name of a unit as people write it, with its scale before it where it has one: the unit of converted figures.

    unit = scale unit | unit scale | unit ("/" | "per") unit | wording. Only what our tables hold is a unit, so that no
    name of Pint's slips in: its kt is a knot, its ton 907 kg. Raises `UnitError` for any other.

    >>> read_unit("million tonnes"), read_unit("kt"), read_unit("m³"), read_unit("USD million"), read_unit("€ per kg")
    ('Mt', 'kt', 'm^3', 'million USD', 'EUR/kg')
    """
    found = _read_unit(" ".join(written.split()))
    if found is None or (name := _name_of(*found)) is None:
        message = (
            f"no unit {written!r} is known; write one as tonne, Mt, bcm, barrel/day, million USD, USD/tonne, or add it "
            "to units.txt and unit_names.txt of a lexicon of your own"
        )
        raise UnitError(message)
    return name


def _read_unit(written: str) -> tuple[float, str] | None:
    """The unit as (how many, of which)."""
    if written in _wordings() or written.casefold() in _wordings():
        return _wordings().get(written) or _wordings()[written.casefold()]
    if (found := _read_scaled(written)) is not None:
        return found
    numerator, per, denominator = re.sub(r" (?:per|an?) ", "/", written).partition("/")
    if (
        not per
        or (above := _read_unit(numerator.strip())) is None
        or (below := _read_unit(denominator.strip())) is None
    ):
        return None
    return above[0] / below[0], f"{above[1]}/{below[1]}"


def _read_scaled(written: str) -> tuple[float, str] | None:
    """scale unit | unit scale"""
    (first, _, rest), (front, _, last) = written.partition(" "), written.rpartition(" ")
    for word, unit in ((first, rest), (last, front)):
        if unit and (size := _scale_words().get(word.casefold())) and (found := _read_unit(unit)):
            return size * found[0], found[1]
    return None


def _name_of(size: float, base: str) -> str | None:
    """The name of so many of a unit: one of its own, else with a scale before it."""
    if size == 1:
        return base
    same = [name for name in _defined() if _is_of(name, base) and abs(factor(name, base) / size - 1) < _SAME]
    scaled = [f"{word} {base}" for word, scale in _scales().items() if abs(scale / size - 1) < _SAME]
    return next(iter(same + scaled), None)


def _is_of(name: str, base: str) -> bool:
    return name != base and name not in counted_units() and dimension(name) == dimension(base)


@cache
def _wordings() -> dict[str, tuple[float, str]]:
    """Every wording of a unit or a currency that means one thing only → (how many, of which)."""
    units = {form.form: (1.0, _kept(form)) if form.per else (form.factor, form.unit) for form in unit_forms()}
    canonical = {name: (1.0, name) for name in (*(form.unit for form in unit_forms()), *_defined())}
    money = {form: (1.0, currency.code) for currency in currencies() for form in (*currency.forms, currency.code)}
    return money | canonical | units


def _kept(form: UnitForm) -> str:
    """The unit itself where a wording is its full name, else the one that prices keep: a kilogram, but kg for kgs."""
    return form.form if form.form in registry() and str(registry().parse_units(form.form)) == form.form else form.per


@cache
def _scale_words() -> dict[str, float]:
    rows = [row for row in read_table("numbers.txt") if row["kind"] == "scale"]
    sizes = {word: float(row["value"]) for row in rows for word in words(row["words"])}
    return {word: size for word, size in sizes.items() if size >= _SMALLEST_SCALE}


@cache
def _scales() -> dict[str, float]:
    """The one word of each scale, which names of units begin with."""
    first: dict[float, str] = {}
    for word, size in _scale_words().items():
        first.setdefault(size, word)
    return {word: size for size, word in first.items()}


@cache
def _defined() -> tuple[str, ...]:
    """The names that units.txt defines, in its order."""
    return tuple(dict.fromkeys(line.partition(" = ")[0] for _, line in read_lines("units.txt")))


def _no_factor(unit: str, to: str) -> str:
    return (
        f"no factor turns {unit!r} ({dimension(unit)}) into {to!r} ({dimension(to)}); "
        "choose units of one dimension, or state a factor that links them; money converts only with a dated rate"
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
    defined = set(_defined())
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
