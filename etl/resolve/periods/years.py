"""Dates of years and longer: calendar, fiscal and crop years, decades, centuries."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from etl.grammar.periods.nodes import Century, Decade, Era, FiscalYear, RelativeFiscal, SplitYear, Year
from etl.resolve.periods.calendars import FISCAL_READINGS, last_of_month, made
from etl.resolve.periods.dispatch import resolves
from etl.resolve.periods.intervals import UNKNOWN, Context, Dates, Interval, calendar_year, whole_months

__all__ = ["relative_fiscal"]

_UNDATED_YEAR = 2030  # what a two-digit year is told from in a text without a date
_AHEAD = 10  # years after the publication date that two digits can still mean ("FY27" in 2018)
_ERA_OFFSET = 621  # the solar Hijri year begins on 21 March, 621 years behind


@resolves(Year)
def _year(node: Year, context: Context) -> Interval:
    return calendar_year(_full_year(node.year, context))


@resolves(SplitYear)
def _split_year(node: SplitYear, context: Context) -> Interval:
    """A fiscal year where a calendar is known, two years where that is the calendar year or both are in full.

    A crop's year has no calendar; "2011-12" can be a month.
    """
    first = _full_year(node.first, context)
    month = made(first, (first + 1) % 100, 1) if node.style == "bare" else None
    others: tuple[Dates, ...] = () if month is None else ((month, last_of_month(month)),)
    calendar = context.calendar
    if calendar is not None and node.style != "season" and not calendar.is_calendar_year(first):
        return replace(_fiscal(*calendar.year(first)), alternatives=others)
    readings = (*(usual.year(first) for usual in FISCAL_READINGS[:3]), *others)
    if node.style == "full" or (node.style == "bare" and calendar is not None):
        return whole_months(dt.date(first, 1, 1), 24, alternatives=readings)
    label = f"{'FY' if node.style == 'fiscal' else ''}{first}/{(first + 1) % 100:02}"
    return Interval(basis="none", granularity="year", label=label, alternatives=readings)


@resolves(FiscalYear)
def _fiscal_year(node: FiscalYear, context: Context) -> Interval:
    year = _full_year(node.year, context)
    if context.calendar is None:
        readings = tuple(calendar.named(year) for calendar in FISCAL_READINGS)
        return Interval(basis="none", granularity="year", label=f"FY{year}", alternatives=readings)
    return _fiscal(*context.calendar.named(year))


@resolves(RelativeFiscal)
def relative_fiscal(node: RelativeFiscal, context: Context) -> Interval:
    """The fiscal year of the publication date, or one beside it; `complete` asks for the latest that has ended."""
    if context.published is None:
        return UNKNOWN
    if context.calendar is None:
        known = (relative_fiscal(node, replace(context, calendar=calendar)) for calendar in FISCAL_READINGS)
        return Interval(basis="none", granularity="year", alternatives=tuple(one.dates for one in known))
    first = context.calendar.begun_by(context.published)
    over = context.calendar.year(first)[1] <= context.published
    return _fiscal(*context.calendar.year(first + (0 if node.complete and over else node.offset))).resting_on("pubdate")


@resolves(Era)
def _era(node: Era, _: Context) -> Interval:
    return whole_months(dt.date(node.year + _ERA_OFFSET, 3, 21), 12, granularity="year")


@resolves(Decade)
def _decade(node: Decade, context: Context) -> Interval:
    """Two digits are the latest such decade that began before the publication date."""
    first = node.first
    if first < 100:  # noqa: PLR2004 - two digits
        today = context.published.year if context.published else _UNDATED_YEAR
        first = today - (today - first) % 100
    return whole_months(dt.date(first, 1, 1), 120)


@resolves(Century)
def _century(node: Century, _: Context) -> Interval:
    first = made(100 * (node.number - 1), 1, 1)
    last = made(100 * node.number - 1, 12, 31)
    return UNKNOWN if first is None or last is None else Interval(first, last)


def _full_year(year: int, context: Context) -> int:
    """Two digits are the latest such year up to ten years after the publication date."""
    if year > 99:  # noqa: PLR2004 - two digits
        return year
    latest = (context.published.year if context.published else _UNDATED_YEAR) + _AHEAD
    return latest - (latest - year) % 100


def _fiscal(start: dt.date, end: dt.date) -> Interval:
    fiscal = None if (start.month, start.day) == (1, 1) else f"--{start:%m-%d}"
    return Interval(start, end, "year", fiscal)
