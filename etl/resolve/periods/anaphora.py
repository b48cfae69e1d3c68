"""Periods found before → the one a phrase such as "a year earlier" looks back to, and the period it then means."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from etl.model import Period
from etl.resolve.periods.calendars import add_months, last_of_month
from etl.resolve.periods.intervals import UNKNOWN, Interval
from etl.resolve.periods.surroundings import Surroundings

__all__ = ["antecedent", "as_interval", "moved_into", "shifted"]

_DAYS: dict[str, tuple[int, int]] = {
    "day": (1, 1),
    "month": (28, 31),
    "quarter": (90, 92),
    "half": (181, 184),
    "year": (365, 366),
    "decade": (3652, 3653),
}


def antecedent(around: Surroundings, unit: str, *, exact: bool = False, reach: int | None = None) -> Interval | None:
    """The period to look back from: of the nearest sentence that names one no longer than `unit`, the latest.

    News names the period of the current figure and that of its base in one sentence, and the current one ends later.
    What was itself found by looking back is such a base. Single days serve only where the sentence has nothing longer,
    since they mostly date an event. `exact` asks for a stretch of just one `unit`, `reach` for a sentence at most so
    many back.
    """
    fitting = [
        one
        for one in around.earlier()
        if _fits(one.period, unit, exact=exact) and (reach is None or one.sentences_back <= reach)
    ]
    fitting = [one for one in fitting if one.period.basis != "anaphor"] or fitting
    if not fitting:
        return None
    nearest = min(one.sentences_back for one in fitting)
    named = [one.period for one in fitting if one.sentences_back == nearest]
    longer = [period for period in named if period.start != period.end] or named
    return as_interval(max(longer, key=lambda period: (period.end or dt.date.min, period.span_start)))


def shifted(found: Interval, months: int) -> Interval:
    """`found` moved by whole months: the same length, the end of a month staying one."""
    if found.start is None or found.end is None:
        return UNKNOWN
    end = add_months(found.end, months)
    if found.end == last_of_month(found.end):
        end = last_of_month(end)
    return replace(found, start=add_months(found.start, months), end=end, basis="anaphor", alternatives=())


def moved_into(found: Interval, year: Interval) -> Interval:
    """`found` moved by whole years so that it begins inside `year`: "the same period of 2016"."""
    if found.start is None or year.start is None or year.end is None:
        return UNKNOWN
    for years in range(year.start.year - found.start.year - 1, year.end.year - found.start.year + 2):
        moved = shifted(found, 12 * years)
        if moved.start is not None and year.start <= moved.start <= year.end:
            return moved
    return UNKNOWN


def as_interval(period: Period) -> Interval:
    """The interval a period was made of."""
    return Interval(period.start, period.end, period.granularity, period.fiscal_year_start, period.bound)


def _dates_event(period: Period) -> bool:
    """Whether a period is a day told without its year, "Monday" or "5 May": the time of an event, not of a figure."""
    return period.granularity == "day" and period.basis == "pubdate" and period.bound != "asof"


def _fits(period: Period, unit: str, *, exact: bool) -> bool:
    if period.start is None or period.end is None or period.approx or _dates_event(period):
        return False
    fewest, most = _DAYS[unit]
    return (fewest if exact else 1) <= (period.end - period.start).days + 1 <= most
