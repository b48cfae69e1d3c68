"""Text + publication date + country → periods with their dates.

The grammar (`etl.grammar.periods`) says what a phrase names, this package says when that is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from etl.errors import DayError
from etl.grammar.characters import legible
from etl.grammar.periods import Expression, find_expressions
from etl.grammar.periods.dates import find_dates, parse_date
from etl.model import Period, read_day
from etl.resolve.periods import loose as _loose  # noqa: F401 - as the next four, registers the nodes it resolves
from etl.resolve.periods import parts as _parts  # noqa: F401
from etl.resolve.periods import ranges as _ranges  # noqa: F401
from etl.resolve.periods import relative as _relative  # noqa: F401
from etl.resolve.periods import years as _years  # noqa: F401
from etl.resolve.periods.anaphora import as_interval, shifted
from etl.resolve.periods.calendars import fiscal_calendar, fiscal_year_start
from etl.resolve.periods.dispatch import resolve
from etl.resolve.periods.intervals import UNKNOWN, Context, Interval
from etl.resolve.periods.labels import LabelError, expand_label, granularity_of, label_of
from etl.resolve.periods.surroundings import Surroundings, Text

__all__ = [
    "LabelError",
    "Text",
    "date_expressions",
    "expand_label",
    "find_dates",
    "find_periods",
    "fiscal_year_start",
    "label_of",
    "parse_date",
    "shift_years",
]

_MISSING = ("NaT", "nan", "<NA>")  # how pandas prints an empty cell
_MONTH_FIRST = (None, "USA", "PHL")  # where 6/30/2017 is usual; elsewhere the day comes first


def find_periods(text: str, published: dt.date | str | None = None, *, country: str | None = None) -> list[Period]:
    """Every period `text` names, in order, not overlapping; `text[span_start:span_end] == period.text`.

    `published` resolves "last year" or a month without its year: a date, datetime, pandas Timestamp or "YYYY-MM-DD".
    None and NaT mean that it is not known; today's date never stands in. `country` (ISO 3166 alpha-3) picks the fiscal
    calendar. What cannot be resolved keeps its place with both dates None, readings in `alternatives`; no date is ever
    filled in from the publication year alone. Raises `DayError` where `published` is no day.

    >>> [(p.text, p.label) for p in find_periods("Up from 2022 to over 80% in the first half of 2024.")]
    [('2022', '2022'), ('the first half of 2024', '2024-S1')]
    >>> find_periods("Trade reached $1 billion last year.", dt.date(2024, 9, 19))[0].label
    '2023'
    """
    read = legible(text)
    periods = date_expressions(Text(read.text), find_expressions(read.text), published, country=country)
    return periods if read.as_written else [read.period(period) for period in periods]


def date_expressions(
    text: Text, expressions: Iterable[Expression], published: dt.date | str | None, *, country: str | None
) -> list[Period]:
    """The period of each of the `expressions` that `find_expressions` found in a text, as in `find_periods`."""
    day, calendar, month_first = _day(published), fiscal_calendar(country), country in _MONTH_FIRST
    found: list[Period] = []
    for expression in expressions:
        around = Surroundings(text, expression.start, expression.end, found)
        found.append(_resolved(text.text, expression, Context(day, calendar, month_first, around)))
    return found


def _day(published: object) -> dt.date | None:
    if published is None or str(published) in _MISSING:
        return None
    day = read_day(published)
    if day is None:
        message = f"published must be a day as YYYY-MM-DD, for example 2024-09-19, not {published!r}"
        raise DayError(message)
    return day


def _resolved(text: str, expression: Expression, context: Context) -> Period:
    """The period of an expression, without dates where they lie before the year 1 or after 9999."""
    try:
        interval = resolve(expression.node, context)
        backwards = interval.closed and max(interval.closed) != interval.end  # months stop where the calendar ends
        return _period(text, expression, UNKNOWN if backwards else interval)
    except (ValueError, OverflowError):
        return _period(text, expression, UNKNOWN)


def shift_years(period: Period, years: int) -> Period:
    """`period` moved by whole years, the same length, its label rebuilt; a period without both dates stays as it is.

    >>> [june] = find_periods("in June 2017")
    >>> shift_years(june, -1).label
    '2016-06'
    """
    moved = shifted(as_interval(period), 12 * years)
    if not moved.known:
        return period
    label = label_of(moved.start, moved.end, fiscal_year_start=period.fiscal_year_start)
    return replace(period, start=moved.start, end=moved.end, label=label, basis="anaphor", alternatives=())


def _period(text: str, expression: Expression, interval: Interval) -> Period:
    start, end = interval.dates
    return Period(
        expression.start,
        expression.end,
        text[expression.start : expression.end],
        start,
        end,
        label_of(start, end, fiscal_year_start=interval.fiscal) or interval.label,
        interval.granularity or granularity_of(start, end),
        "fiscal" if interval.fiscal else "gregorian",
        interval.fiscal,
        interval.bound,
        interval.approx,
        interval.basis if interval.known else "none",
        tuple(dict.fromkeys(dates for dates in interval.alternatives if dates != interval.dates)),
    )
