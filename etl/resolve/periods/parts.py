"""Dates of parts of a year: days, months, quarters, halves, the first N months, N months to a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from etl.grammar.periods.nodes import (
    Day,
    Ending,
    Month,
    Node,
    Nth,
    NumericDate,
    Relative,
    RelativeFiscal,
    Stretch,
    The,
    Weekday,
    WeekOf,
)
from etl.model import Granularity
from etl.resolve.periods.calendars import add_months, made
from etl.resolve.periods.dispatch import in_each_reading, resolve, resolves
from etl.resolve.periods.intervals import (
    DAY,
    UNIT_MONTHS,
    UNKNOWN,
    Context,
    Interval,
    calendar_year,
    moved_by,
    week_around,
    whole_months,
)
from etl.resolve.periods.years import relative_fiscal

__all__ = ["stretch"]

_MONTHS = 12
_HALF_MONTH = 15
# How far a date without a year is looked for: 29 February may be eight years away (1896, 1904).
_YEARS_AROUND = 8
# A day without its year is rarely one of last year's spring when this year's is weeks away.
_LONG_AGO, _SOON = dt.timedelta(days=270), dt.timedelta(days=90)
_WHOLE: dict[str, Granularity] = {"quarter": "quarter", "half": "half"}


@resolves(Month)
def _month(node: Month, context: Context) -> Interval:
    if node.step is not None:
        return _stepped_month(node.month, node.step, context)
    return _in_year(node.of, context, lambda year: whole_months(dt.date(year, node.month, 1), 1))


def _stepped_month(month: int, step: int, context: Context) -> Interval:
    """The latest complete one for "last December", this year's for "this May", the first to begin for "next June"."""
    today = context.published
    if today is None:
        return UNKNOWN
    start = dt.date(today.year, month, 1)
    if step < 0 and add_months(start, 1) > today:
        start = add_months(start, -_MONTHS)
    if step > 0 and start <= today:
        start = add_months(start, _MONTHS)
    return whole_months(start, 1, basis="pubdate")


@resolves(Day)
def _day(node: Day, context: Context) -> Interval:
    month = node.month
    if month is None:
        return _day_of(node, context)

    def exact(year: int) -> Interval | None:
        day = made(year, month, node.day)
        return None if day is None else Interval(day, day)

    found = _in_year(node.of, context, exact)
    return _or_soon(found, context, exact) if node.of is None else found


def _or_soon(found: Interval, context: Context, make: Callable[[int], Interval | None]) -> Interval:
    """The next such day instead of one long ago, when it is near: "Council dinner: Friday 25 August"."""
    today = context.published
    if context.forced == "past" or today is None or found.start is None or today - found.start < _LONG_AGO:
        return found
    coming = (make(year) for year in (today.year, today.year + 1))
    soon = (one for one in coming if one is not None and one.start and today <= one.start <= today + _SOON)
    return next((one.resting_on("pubdate") for one in soon), found)


def _day_of(node: Day, context: Context) -> Interval:
    """A day of a month told otherwise: "from 4 to 22 this month"."""
    month = UNKNOWN if node.of is None else resolve(node.of, context)
    day = None if month.start is None else made(month.start.year, month.start.month, node.day)
    return UNKNOWN if day is None else Interval(day, day, basis=month.basis)


@resolves(Weekday)
def _weekday(node: Weekday, context: Context) -> Interval:
    """The latest such day, of a future claim the next, either of which may be the day itself; "last" and "next" not."""
    today = context.published
    if today is None:
        return UNKNOWN
    back, ahead = (today.weekday() - node.weekday) % 7, (node.weekday - today.weekday()) % 7
    if node.step is None:
        days = ahead if context.tense == "future" else -back
    else:
        days = {-1: -(back or 7), 0: node.weekday - today.weekday(), 1: ahead or 7}[node.step]
    day = today + days * DAY
    return Interval(day, day, basis="pubdate")


@resolves(WeekOf)
def _week_of(node: WeekOf, context: Context) -> Interval:
    day = resolve(node.of, context)
    if day.start is None:
        return UNKNOWN
    return (
        Interval(day.start, day.start + 6 * DAY, basis=day.basis)
        if node.begins
        else week_around(day.start, basis=day.basis)
    )


@resolves(NumericDate)
def _numeric_date(node: NumericDate, context: Context) -> Interval:
    """The usual order of the two numbers, the other as an alternative; one that is no date is no reading."""
    orders = (node.first, node.second), (node.second, node.first)
    usual, other = orders if context.month_first else orders[::-1]
    readings = [_day(Day(day, month, node.of), context) for month, day in (usual, other) if 1 <= month <= _MONTHS]
    known = [reading for reading in readings if reading.known]
    return replace(known[0], alternatives=tuple(reading.dates for reading in known[1:])) if known else UNKNOWN


@resolves(Nth)
def _nth(node: Nth, context: Context) -> Interval:
    if node.of is None or node.of == The("year"):
        return _nearest(replace(context, complete=True), lambda year: _piece(calendar_year(year), node))
    if node.unit in ("day", "week"):
        return in_each_reading(resolve(node.of, context), lambda of: _nth_days(of, node))
    of = _enclosing_year(resolve(node.of, context))
    if isinstance(node.of, Month):
        return in_each_reading(resolve(node.of, context), lambda month: _half_month(month, node.n))
    return in_each_reading(of, lambda year: _piece(year, node))


def _piece(of: Interval, node: Nth) -> Interval | None:
    """The n-th unit of `of`, counted from its first day, or with -1 the last."""
    length, months = UNIT_MONTHS[node.unit], of.months
    if months is None or of.start is None:
        return None
    n = months // length if node.n < 0 else node.n
    if not 1 <= n <= months // length:
        return None
    granularity = _WHOLE.get(node.unit) if of.fiscal else None
    start = add_months(of.start, (n - 1) * length)
    return whole_months(start, length, granularity=granularity, fiscal=of.fiscal, basis=of.basis)


def _nth_days(of: Interval, node: Nth) -> Interval | None:
    """The n-th day or week of a stretch, counted from its first day, or with -1 the last: days 15 to 21 of a month."""
    if of.start is None or of.end is None:
        return None
    start = moved_by(of.start, node.unit, node.n - 1) if node.n > 0 else moved_by(of.end + DAY, node.unit, -1)
    end = moved_by(start, node.unit, 1) - DAY
    return Interval(start, end, basis=of.basis) if of.start <= start and end <= of.end else None


def _half_month(month: Interval, n: int) -> Interval | None:
    if month.start is None:
        return None
    middle = month.start.replace(day=_HALF_MONTH)
    return replace(month, end=middle) if n == 1 else replace(month, start=middle + DAY)


@resolves(Stretch)
def stretch(node: Stretch, context: Context) -> Interval:
    """The first or last N units; without a year those of the latest year in which they have passed."""
    if node.of is None or node.of == The("year"):
        return _nearest(replace(context, complete=True), lambda year: _slice(calendar_year(year), node))
    of = resolve(node.of, context)
    found = in_each_reading(of if isinstance(node.of, Month) else _enclosing_year(of), lambda year: _slice(year, node))
    return _of_ongoing_fiscal(node, context) or found if _still_to_come(node, found, context) else found


def _still_to_come(node: Stretch, found: Interval, context: Context) -> bool:
    """Whether "the first eight months of the ongoing year" cannot be calendar months on the publication date."""
    today, end = context.published, found.end
    return node.of == Relative("year", 0) and today is not None and end is not None and end > today


def _of_ongoing_fiscal(node: Stretch, context: Context) -> Interval | None:
    if context.calendar is None or context.tense == "future":
        return None
    return _slice(relative_fiscal(RelativeFiscal(0), context), node)


def _slice(of: Interval, node: Stretch) -> Interval | None:
    """The first or last `count` units of `of`, None when it is shorter."""
    if of.start is None or of.end is None:
        return None
    if node.last:
        start, end = moved_by(of.end + DAY, node.unit, -node.count), of.end
    else:
        start, end = of.start, moved_by(of.start, node.unit, node.count) - DAY
    return Interval(start, end, fiscal=of.fiscal, basis=of.basis) if of.start <= start and end <= of.end else None


@resolves(Ending)
def _ending(node: Ending, context: Context) -> Interval:
    end = resolve(node.end, replace(context, complete=True))
    if end.end is None:
        return UNKNOWN
    start = moved_by(end.end + DAY, node.unit, -node.count)
    if not node.fiscal or (start.month, start.day) == (1, 1):
        return Interval(start, end.end, basis=end.basis)
    granularity: Granularity | None = "year" if node.unit == "year" and node.count == 1 else None
    return Interval(start, end.end, granularity, f"--{start:%m-%d}", basis=end.basis)


def _in_year(of: Node | None, context: Context, make: Callable[[int], Interval | None]) -> Interval:
    """The part that `make` cuts out of a calendar year: that of the container, else the nearest in time."""
    if of is None:
        return _nearest(context, make)
    return in_each_reading(_enclosing_year(resolve(of, context)), lambda year: _within(year, make))


def _within(container: Interval, make: Callable[[int], Interval | None]) -> Interval | None:
    """The one inside the container: July of a fiscal year lies in its first calendar year."""
    if container.start is None or container.end is None:
        return None
    for year in range(container.start.year, container.end.year + 1):
        found = make(year)
        if found and found.start and found.end and container.start <= found.start and found.end <= container.end:
            return found.resting_on(container.basis)
    return None


def _nearest(context: Context, make: Callable[[int], Interval | None]) -> Interval:
    """The latest one that has begun (with `complete`: that has ended); in a future claim the first not yet over."""
    today = context.published
    if today is None:
        return UNKNOWN
    ahead = context.tense == "future"
    for years in range(_YEARS_AROUND + 1):
        found = make(today.year + (years if ahead else -years))
        if found is None or found.start is None or found.end is None:
            continue
        if found.end >= today if ahead else (found.end if context.complete else found.start) <= today:
            return found.resting_on("pubdate")
    return UNKNOWN


def _enclosing_year(of: Interval) -> Interval:
    """The calendar year around a shorter stretch: "the first quarter of the previous year" after a month."""
    if of.start is None or of.end is None or (of.months or 0) >= _MONTHS or of.start.year != of.end.year:
        return of
    return replace(calendar_year(of.start.year), basis=of.basis)
