"""Money of the observations → another currency at dated rates, or the prices of another year; never silently."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from etl.errors import DayError, DimensionError, RateError, UnitError
from etl.frame import Column
from etl.lexicon import cache, read_table
from etl.lexicon.units import currencies, dimension, read_unit, split_scale
from etl.model import read_day
from etl.series.histories import History, Reading
from etl.series.rates import Rates, ecb_rates, read_dated
from etl.series.units import Step, apply, each_distinct, retitled

__all__ = ["MONEY_COLUMNS", "PriceIndex", "in_currency", "in_prices_of", "read_index", "us_prices"]

MONEY_COLUMNS: tuple[Column, ...] = (
    Column("rate", "float64", "by `in_currency`: what one of the old currency was worth in the new one"),
    Column(
        "prices_of",
        "Int64",
        "by `in_prices_of`: the year in whose prices the figures are; null = in those of their time",
    ),
)

INDEX_COLUMNS = {
    "currency": "ISO 4217 code of the money whose worth the index follows: USD",
    "index": "the index over the period, on any base",
    "period": "the days it is of: 2019, 2019-07, 2019-Q3",
    "source": "who says so",
}

_LATEST: Final = "latest"
_RATE = "give a file of rates, or say at which day's rate"
_CHANGE = "a change between two periods has no one {}; take the difference of the two levels"
_OPEN = "a period without both ends has no {}"


@dataclass(frozen=True, eq=False, slots=True)
class PriceIndex:
    """What a basket of goods cost in money of one currency, month by month or year by year."""

    currency: str
    history: History


@dataclass(frozen=True, slots=True)
class _Money:
    """A unit of money or of a price: a scale, the currency, and what is priced."""

    scale: str
    code: str
    per: str

    def of(self, code: str) -> str:
        return f"{self.scale}{code}{self.per}"


def in_currency(
    observations: pd.DataFrame, currency: str, *, rates: Rates | None = None, at: dt.date | str | None = None
) -> pd.DataFrame:
    """The observations, same rows and order, with their money, and the money in their prices, in `currency`.

    A figure of a stretch of time (exports of a year, an average price) is converted at the average rate of its period,
    a stock (reserves, debt) at the rate of the period's end; `rates` are those of `read_rates`, else of `ecb_rates`.
    `at`, a day or "latest", takes the rate of that day for every figure instead: for targets and other figures whose
    period has no rates yet. A figure in prices of another year takes the average rate of that year.

    Adds `rate`, `conversion` (the rate, of how many days, who says so) and `refused`: a figure that is no money, has no
    rate for all of its period, or is a change between two periods, stays without its figures, and says why.

    Raises `UnitError` for a currency nobody knows, `DayError` for an `at` that is no day, `DimensionError` where not
    one figure is money.
    """
    to, known, day = _currency(currency), rates or ecb_rates(), _at(at)
    _check_any(observations, set(_codes()), "an amount of money")

    def step(unit: Any, start: Any, end: Any, *said: Any) -> Step:  # noqa: ANN401  cells of a frame
        return _exchanged(unit, (start, end), said, to, known, day)

    keys = _keys(observations)
    steps, which = each_distinct(keys, list(keys.columns), step)
    changed = apply(observations, steps, which)
    rate = pd.Series([each.by if each.words else np.nan for each in steps], dtype="float64").iloc[which]
    earlier = observations["rate"] if "rate" in observations else pd.Series(np.nan, observations.index)
    return changed.assign(rate=rate.set_axis(observations.index).fillna(earlier).mask(changed["refused"].notna()))


def in_prices_of(observations: pd.DataFrame, year: int, *, index: PriceIndex | None = None) -> pd.DataFrame:
    """The observations, same rows and order, with their money in the prices of `year`: US dollars of 2020.

    Each figure is multiplied by the index of `year` over that of its own period: `index` is one of `read_index`, else
    `us_prices`. A figure that is not in the currency of the index, a period the index does not cover whole, and a
    change between two periods stay without figures, and `refused` says why. Adds `prices_of` and `conversion`.

    Raises `RateError` where the index does not know `year`, `DimensionError` where not one figure is in its currency.
    """
    prices = index or us_prices()
    base = prices.history.average(*_year(year))
    if np.isnan(base.value):
        message = f"{base.words}: prices of {year} are not known; choose a year of the index"
        raise RateError(message)
    _check_any(observations, {prices.currency}, f"in {prices.currency}, the currency of the price index")

    def step(unit: Any, start: Any, end: Any, *said: Any) -> Step:  # noqa: ANN401  cells of a frame
        return _deflated(unit, (start, end), said, year, base, prices)

    keys = _keys(observations)
    steps, which = each_distinct(keys, list(keys.columns), step)
    changed = apply(observations, steps, which)
    of = pd.Series(year, observations.index, dtype="Int64").where(changed["refused"].isna(), keys["prices_of"])
    return retitled(changed.assign(prices_of=of))


def read_index(file: str | os.PathLike[str]) -> PriceIndex:
    """The price index of a CSV file with the columns of `INDEX_COLUMNS`, all of one currency.

    Raises `RateError` naming file and line.
    """
    rows = [row for _, row in read_dated(file, INDEX_COLUMNS, "index")]
    codes = sorted({str(row["currency"]) for row in rows})
    if len(codes) != 1:
        message = f"{file}: a price index is of one currency, not of {', '.join(codes) or 'none'}"
        raise RateError(message)
    return PriceIndex(_currency(codes[0]), History.of("value", f"the price index of {codes[0]}", pd.DataFrame(rows)))


@cache
def us_prices() -> PriceIndex:
    """The consumer prices of the United States (CPI-U, all items, not seasonally adjusted), of price_index.txt.

    >>> print(us_prices().history.average(np.datetime64("2019-01-01"), np.datetime64("2019-12-31")).value)
    255.657
    """
    rows = [part for row in read_table("price_index.txt") if row["currency"] == "USD" for part in _index_rows(row)]
    return PriceIndex("USD", History.of("value", "the price index of USD", pd.DataFrame(rows)))


def _index_rows(row: dict[str, str]) -> list[dict[str, object]]:
    """The year of a row of price_index.txt, and its months."""
    months = {f"{row['year']}-{month:02}": row[f"{month:02}"] for month in range(1, 13)}
    return [
        {
            "start": pd.Period(period).start_time,
            "end": pd.Period(period).end_time.normalize(),
            "value": float(value),
            "source": row["index"],
            "kind": "average",
        }
        for period, value in {row["year"]: row["average"], **months}.items()
        if value
    ]


def _exchanged(
    unit: object, period: tuple[Any, Any], said: tuple[Any, ...], to: str, rates: Rates, day: np.datetime64 | str | None
) -> Step:
    money = _money(unit)
    if money is None:
        return Step("", refused=_no_money(unit))
    if money.code == to:
        return Step(str(unit))
    found = _rate(money.code, to, period, said, rates, day)
    if np.isnan(found.value):
        return Step("", refused=found.words)
    equation = f"1 {money.code} = {found.value:.6g} {to}"
    words = found.words if found.words.startswith(equation) else f"{equation}: {found.words}"
    return Step(money.of(to), found.value, words)


def _rate(
    code: str, to: str, period: tuple[Any, Any], said: tuple[Any, ...], rates: Rates, day: np.datetime64 | str | None
) -> Reading:
    stock, change, prices_of = said
    if day is not None:
        found = rates.latest(code, to) if isinstance(day, str) else rates.between(code, to, day, day, at_end=True)
    elif change:
        return Reading(np.nan, _CHANGE.format("rate"))
    elif pd.notna(prices_of):
        found = rates.between(code, to, *_year(int(prices_of)), at_end=False)
    elif pd.isna(period[0]) or pd.isna(period[1]):
        return Reading(np.nan, _OPEN.format("rate"))
    else:
        found = rates.between(code, to, *_days(period), at_end=bool(stock))
    return found if not np.isnan(found.value) else Reading(np.nan, f"{found.words}; {_RATE}")


def _deflated(
    unit: object, period: tuple[Any, Any], said: tuple[Any, ...], year: int, base: Reading, prices: PriceIndex
) -> Step:
    (_, change, prices_of), money = said, _money(unit)
    if money is None:
        return Step("", refused=_no_money(unit))
    if money.code != prices.currency:
        return Step("", refused=f"the price index is of {prices.currency}, not of {money.code}")
    if pd.notna(prices_of) and prices_of == year:
        return Step(str(unit))
    own = _price_level(period, change, prices_of, prices)
    if np.isnan(own.value):
        return Step("", refused=own.words)
    by = base.value / own.value
    words = f"prices of {year}: × {by:.6g} = {base.value:.6g} / {own.value:.6g}, {own.words}"
    return Step(str(unit), by, words)


def _price_level(period: tuple[Any, Any], change: object, prices_of: Any, prices: PriceIndex) -> Reading:  # noqa: ANN401
    """The index over the period, or over the year whose prices the figures are in already."""
    if change:
        return Reading(np.nan, _CHANGE.format("price index"))
    if pd.notna(prices_of):
        return prices.history.average(*_year(int(prices_of)))
    if pd.isna(period[0]) or pd.isna(period[1]):
        return Reading(np.nan, _OPEN.format("price index"))
    found = prices.history.average(*_whole_months(*_days(period)))
    return found if not np.isnan(found.value) else Reading(np.nan, f"{found.words}; give a price index that has it")


def _keys(observations: pd.DataFrame) -> pd.DataFrame:
    """What a rate depends on: unit, period, whether a stock, whether a change, the year whose prices it is in."""
    nowhere = pd.Series(pd.NA, observations.index, dtype="Int64")
    return pd.DataFrame(
        {
            "unit": observations["unit"],
            "period_start": observations["period_start"],
            "period_end": observations["period_end"],
            "stock": observations["metric"].isin(_stocks()),
            "change": observations["kind"] == "change_abs",
            "prices_of": observations.get("prices_of", nowhere),
        }
    )


def _check_any(observations: pd.DataFrame, codes: set[str], wanted: str) -> None:
    units = observations["unit"].drop_duplicates()
    found = [money for money in map(_money, units) if money is not None and money.code in codes]
    if len(units) and not found:
        others = ", ".join(sorted("plain numbers" if pd.isna(unit) else str(unit) for unit in units))
        message = f"no figure is {wanted}: they are {others}; choose figures that are"
        raise DimensionError(message)


def _money(unit: object) -> _Money | None:
    """The parts of a unit of money; None for another, and for the price of one money in another."""
    if not isinstance(unit, str):
        return None
    _, base = split_scale(unit)
    code, slash, per = base.partition("/")
    return _Money(unit.removesuffix(base), code, slash + per) if code in _codes() and per not in _codes() else None


def _no_money(unit: object) -> str:
    return (
        f"{unit!r} ({dimension(unit)}) is no amount of money" if isinstance(unit, str) else "a plain number is no money"
    )


def _currency(written: str) -> str:
    name = read_unit(written)
    if name not in _codes():
        message = f"{written!r} is no currency; name one by its code, as USD, EUR or PKR"
        raise UnitError(message)
    return name


def _at(at: dt.date | str | None) -> np.datetime64 | str | None:
    if at is None or at == _LATEST:
        return at  # type: ignore[return-value]  # a date is never "latest"
    if (day := read_day(at)) is None:
        message = f"at must be a day as YYYY-MM-DD, or {_LATEST!r}, not {at!r}"
        raise DayError(message)
    return np.datetime64(day)


def _days(period: Sequence[Any]) -> tuple[np.datetime64, np.datetime64]:
    start, end = (np.datetime64(day, "D") for day in period)
    return start, end


def _year(year: int) -> tuple[np.datetime64, np.datetime64]:
    return np.datetime64(f"{year:04}-01-01"), np.datetime64(f"{year:04}-12-31")


def _whole_months(start: np.datetime64, end: np.datetime64) -> tuple[np.datetime64, np.datetime64]:
    """The months a period touches: a price index knows no days."""
    first, last = start.astype("datetime64[M]"), end.astype("datetime64[M]")
    return first.astype("datetime64[D]"), (last + 1).astype("datetime64[D]") - np.timedelta64(1, "D")


@cache
def _codes() -> frozenset[str]:
    return frozenset(currency.code for currency in currencies())


@cache
def _stocks() -> frozenset[str]:
    """The metrics whose figures are of a moment, not of a stretch of time."""
    return frozenset(row["metric"] for row in read_table("metrics.txt") if row["span"] == "stock")
