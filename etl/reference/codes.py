"""Codes of official statistics → names of ours, by the tables `reference_*.txt`; what has no row is refused."""

from __future__ import annotations

import re
from typing import NamedTuple

from etl.errors import TradeFiguresError
from etl.lexicon import cache, read_table, words
from etl.lexicon.units import counted_units, currencies, registry, unit_forms
from etl.model import KINDS, STATUSES, Kind, Status

__all__ = [
    "WORLD",
    "Meaning",
    "UnmappedError",
    "column_words",
    "kind_of",
    "meaning_of",
    "plain_name",
    "product_of",
    "read_area",
    "read_status",
    "read_unit",
]

WORLD = "WLD"
_POWERS = ("percent", "percentage_point", "basis_point")


class UnmappedError(TradeFiguresError, ValueError):
    """A row, or a figure of it, that cannot be taken: the reason, and the field that decided."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.reason, self.field = reason, field


class Meaning(NamedTuple):
    """What an indicator is in our words; `of` says which days of a period it speaks of: see the table."""

    metric: str
    product: str
    kind: str
    unit: str
    party: str
    of: str
    measure: str


def plain_name(name: str) -> str:
    """A column's name as tables compare it: without capitals, spaces and signs between words.

    >>> plain_name("Trade Value (US$)"), plain_name("reporterISO")
    ('tradevalueus$', 'reporteriso')
    """
    return re.sub(r"[\s_().,:-]+", "", name.casefold())


@cache
def column_words(field: str) -> tuple[str, ...]:
    """The names of columns that hold `field`, the surest first, as `plain_name` writes them."""
    rows = [row for row in read_table("reference_columns.txt") if row["field"] == field]
    return tuple(plain_name(word) for row in rows for word in words(row["words"]))


def meaning_of(code: str, field: str) -> Meaning:
    """What an indicator or flow is; raises `UnmappedError` where it has no row, or is nothing of ours.

    >>> meaning_of("NY.GDP.MKTP.CD", "indicator").metric
    'gdp'
    """
    found = _meanings().get(code)
    if found is None:
        message = f"{field} {code!r} has no row in reference_indicators.txt"
        raise UnmappedError(message, field)
    if found.metric == "-":
        raise UnmappedError(found.of, field)
    return found


def product_of(code: str) -> str:
    """The product of an HS code or of our own name; "" for all goods together. Raises `UnmappedError`.

    >>> product_of("1001"), product_of("TOTAL"), product_of("wheat")
    ('wheat', '', 'wheat')
    """
    found = _products().get(code)
    if found is None:
        message = f"product {code!r} has no row in reference_products.txt"
        raise UnmappedError(message, "product")
    return "" if found == "-" else found


def read_area(cell: str, field: str, *, ours: bool = False) -> str:
    """ISO 3166 alpha-3, or a bloc, from a code or a name; with `ours` every code we use. Raises `UnmappedError`.

    >>> read_area("PK", "reporter"), read_area("W00", "partner"), read_area("Pakistan", "reporter")
    ('PAK', 'WLD', 'PAK')
    """
    found = _areas().get(cell) or _names().get(cell.casefold()) or (cell if ours and cell in _blocs() else None)
    if found is None:
        message = f"{field} {cell!r} is no country we know: it has no row in reference_areas.txt"
        raise UnmappedError(message, field)
    return found


def read_status(cell: str) -> Status:
    """The status of a code, of several flags, or of our own name; the least certain of several. Raises `UnmappedError`.

    >>> read_status(""), read_status("P"), read_status("bd"), read_status("forecast")
    ('actual', 'estimate', 'actual', 'forecast')
    """
    code = cell.partition(":")[0].strip()
    if code in STATUSES:
        return code
    table = _statuses()
    flags = [code] if code in table else list(code)
    if unknown := [flag for flag in flags if flag not in table]:
        message = f"status {unknown[0]!r} has no row in reference_statuses.txt"
        raise UnmappedError(message, "status")
    found = {table[flag][0] for flag in flags}
    if "-" in found:
        message = "no figure: " + next(table[flag][1] for flag in flags if table[flag][0] == "-")
        raise UnmappedError(message, "status")
    return next((status for status in ("forecast", "estimate") if status in found), "actual")


def read_unit(cell: str) -> tuple[str, int, float]:
    """The unit as the tidy frame writes it, the power of ten and the factor that go with it; raises `UnmappedError`.

    >>> read_unit("MIO_EUR"), read_unit("USD"), read_unit("thousand tonnes")
    (('EUR', 6, 1.0), ('USD', 0, 1.0), ('tonne', 3, 1.0))
    """
    for name in (cell, cell.casefold()):
        if name in _units():
            unit, power = _units()[name]
            return unit, power, 1.0
    scaled = re.fullmatch(
        r"(thousand|million|billion)s?(?: of)? (.+)|(.+?),? (thousand|million|billion)s?", cell.casefold()
    )
    if scaled:
        power = {"thousand": 3, "million": 6, "billion": 9}[scaled[1] or scaled[4]]
        unit, more, factor = read_unit(cell[scaled.start(2) : scaled.end(2)] if scaled[2] else cell[: scaled.end(3)])
        return unit, power + more, factor
    if _is_unit(cell):
        return cell, 0, 1.0
    form = _forms().get(cell)
    if form is None:
        message = f"unit {cell!r} has no row in reference_units.txt"
        raise UnmappedError(message, "unit")
    return form[0], 0, form[1]


def kind_of(metric: str, unit: str) -> Kind:
    """The kind of an official figure where no column says it; raises `UnmappedError` where the unit leaves it open.

    >>> kind_of("exports", "USD"), kind_of("inflation", "percent"), kind_of("export_share", "percent")
    ('level', 'rate', 'share')
    """
    if metric not in _metric_kinds():
        message = f"metric {metric!r} has no row in metrics.txt"
        raise UnmappedError(message, "metric")
    said = _metric_kinds()[metric]
    if said:
        return "rate" if said == "growth" else said  # type: ignore[return-value]  # a word of KINDS, by the table
    if unit not in _POWERS:
        return "level"
    if metric.endswith(("_share", "_utilisation")):
        return "share"
    message = f"{metric} in {unit}: a share or a change? name a column kind with one of {', '.join(KINDS)}"
    raise UnmappedError(message, "kind")


def _is_unit(unit: str) -> bool:
    numerator, _, denominator = unit.partition("/")
    if numerator in _codes() and denominator:
        return _is_unit(denominator)
    return unit in _codes() or unit in _POWERS or unit in counted_units() or unit in _canonical()


@cache
def _canonical() -> frozenset[str]:
    return frozenset(form.unit for form in unit_forms()) | frozenset(
        unit for unit in ("kilogram", "tonne", "barrel", "litre", "kWh", "MWh", "GWh", "TWh") if unit in registry()
    )


@cache
def _codes() -> frozenset[str]:
    return frozenset(currency.code for currency in currencies())


@cache
def _forms() -> dict[str, tuple[str, float]]:
    return {form.form: (form.unit, form.factor) for form in unit_forms()}


@cache
def _units() -> dict[str, tuple[str, int]]:
    rows = read_table("reference_units.txt")
    return {name: (row["unit"], int(row["power"])) for row in rows for name in (row["code"], row["code"].casefold())}


@cache
def _meanings() -> dict[str, Meaning]:
    return {row["code"]: Meaning(*list(row.values())[1:]) for row in read_table("reference_indicators.txt")}


@cache
def _products() -> dict[str, str]:
    ours = {row["product"]: row["product"] for row in read_table("products.txt")}
    return ours | {row["code"]: row["product"] for row in read_table("reference_products.txt")}


@cache
def _areas() -> dict[str, str]:
    # A bloc of ours is not taken by its code: the World Bank's LAC is another group of countries than ours.
    ours = {row["code"]: row["code"] for row in read_table("countries.txt") if not row["kind"] and row["code"] != "-"}
    theirs = {code: row["code"] for row in read_table("reference_areas.txt") for code in words(row["codes"])}
    return {WORLD: WORLD, "EU": "EU"} | theirs | ours


@cache
def _blocs() -> frozenset[str]:
    return frozenset(row["code"] for row in read_table("countries.txt") if row["kind"])


@cache
def _names() -> dict[str, str]:
    rows = [row for row in read_table("countries.txt") if not row["kind"] and row["code"] != "-"]
    return {name.casefold(): row["code"] for row in reversed(rows) for name in (row["name"], *words(row["aliases"]))}


@cache
def _statuses() -> dict[str, tuple[str, str]]:
    return {row["code"]: (row["status"], row["meaning"]) for row in read_table("reference_statuses.txt")}


@cache
def _metric_kinds() -> dict[str, str]:
    return {row["metric"]: row["kind"] for row in read_table("metrics.txt") if row["metric"] not in {"-", "none"}}
