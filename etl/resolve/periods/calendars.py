"""Date arithmetic in whole months, and the fiscal calendar of a country."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from etl.lexicon import cache, read_table

__all__ = [
    "FISCAL_READINGS",
    "FiscalCalendar",
    "add_months",
    "fiscal_calendar",
    "fiscal_year_start",
    "last_of_month",
    "made",
    "span_months",
]

_MONTHS = 12
_EVER = -dt.MAXYEAR  # before any year that two digits can be taken for


class _Rule(NamedTuple):
    """From the fiscal year that begins in `since`: the day it begins, and the year that names it."""

    since: int
    month: int
    day: int
    named_by: str = "end"


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """When the fiscal years of a country begin, by the calendar year each begins in."""

    rules: tuple[_Rule, ...]

    def year(self, first: int) -> tuple[dt.date, dt.date]:
        """First and last day of the fiscal year begun in `first`; it is short where the next begins early."""
        start = self._start(first)
        return start, min(add_months(start, _MONTHS), self._start(first + 1)) - dt.timedelta(days=1)

    def named(self, name: int) -> tuple[dt.date, dt.date]:
        """First and last day of the fiscal year called by one number, "FY17"."""
        by_start = self.is_calendar_year(name) or self._rule(name).named_by == "start"
        return self.year(name if by_start else name - 1)

    def begun_by(self, day: dt.date) -> int:
        """The calendar year in which the latest fiscal year that has begun on `day` begins."""
        return day.year if day >= self._start(day.year) else day.year - 1

    def is_calendar_year(self, year: int) -> bool:
        """Whether the fiscal year that begins in `year` begins in January."""
        return self._start(year) == dt.date(year, 1, 1)

    def _start(self, year: int) -> dt.date:
        rule = self._rule(year)
        return dt.date(year, rule.month, rule.day)

    def _rule(self, year: int) -> _Rule:
        return [rule for rule in self.rules if rule.since <= year][-1]


# The starts tried, one after another, where the country is unknown: most common among the countries of the table.
FISCAL_READINGS = tuple(FiscalCalendar((_Rule(_EVER, month, 1),)) for month in (7, 4, 10, 1))


@cache
def fiscal_calendar(country: str | None) -> FiscalCalendar | None:
    """The calendar of `country` (ISO 3166 alpha-3), None when the table has no row for it."""
    rules = tuple(_rule(row) for row in read_table("fiscal_years.txt") if row["country"] == country)
    return FiscalCalendar(rules) if rules else None


def fiscal_year_start(country: str | None) -> tuple[int, int] | None:
    """Month and day on which the fiscal year of `country` (ISO 3166 alpha-3) begins now; None when unknown.

    >>> fiscal_year_start("PAK"), fiscal_year_start("IND"), fiscal_year_start("XXX")
    ((7, 1), (4, 1), None)
    """
    found = fiscal_calendar(country)
    return None if found is None else (found.rules[-1].month, found.rules[-1].day)


def _rule(row: Mapping[str, str]) -> _Rule:
    month, day = row["start"].split("-")
    return _Rule(_EVER if row["since"] == "-" else int(row["since"]), int(month), int(day), row["named_by"])


def add_months(day: dt.date, months: int) -> dt.date:
    """`day` moved by whole months, to the last day of a month that is too short for it.

    >>> add_months(dt.date(2020, 2, 29), -12)
    datetime.date(2019, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year = min(max(day.year + years, dt.MINYEAR), dt.MAXYEAR)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_of_month(day: dt.date) -> dt.date:
    """The last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def made(year: int, month: int, day: int) -> dt.date | None:
    """The date, None when there is no such day: never a neighbour of it.

    >>> made(2019, 2, 29) is None
    True
    """
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def span_months(start: dt.date, end: dt.date) -> int | None:
    """How many whole months `[start, end]` covers, counted from the day of `start`; None when not whole.

    >>> span_months(dt.date(2017, 7, 1), dt.date(2018, 1, 31))
    7
    """
    following = end + dt.timedelta(days=1) if end < dt.date.max else end
    months = (following.year - start.year) * _MONTHS + following.month - start.month
    return months if months > 0 and following.day == start.day else None
