"""Periods → what kind of stretch each is: calendar year, fiscal year, quarter; unlike stretches never share a line."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["FREQUENCIES", "calendar_group", "days_as", "frequency"]

_YEAR = 12

# The stretches of whole months that have a name: how many months, and in which of them they may begin.
_WHOLE_MONTHS = (
    ("calendar year", _YEAR, [1]),
    ("half", 6, [1, 7]),
    ("quarter", 3, [1, 4, 7, 10]),
    ("month", 1, list(range(1, 13))),
)

_FREQUENCY = {
    "calendar year": "annual",
    "fiscal year": "annual",
    "half": "half-yearly",
    "quarter": "quarterly",
    "month": "monthly",
    "day": "daily",
    "part of a year": "part of a year",
    "several years": "several years",
    "undated": "undated",
}

FREQUENCIES = (*dict.fromkeys(_FREQUENCY.values()), "other")
"""How often a series can have a figure (SDMX `FREQ`), whatever its calendar: a fiscal year is annual."""


def calendar_group(claims: pd.DataFrame) -> pd.Series[str]:
    """What kind of stretch each period is: 'calendar year', 'fiscal year Jul–Jun', 'part of a year Jan–Nov' ...

    The days decide, not the wording: "the year to June 2017" and "FY2016-17" in Pakistan are the same twelve months.
    A stretch of several years is told by its length, 'several years (36 months)'; one with an open end is 'other', one
    without any day 'undated'.
    """
    columns = ["period_start", "period_end", "period_calendar"]
    periods = claims[columns].assign(period_calendar=claims["period_calendar"].astype(object).fillna(""))
    # A table has far fewer periods than rows.
    at = periods.groupby(columns, dropna=False, sort=False).ngroup()
    distinct = periods[~at.duplicated()]
    return pd.Series(_group(distinct)[at.to_numpy()], index=claims.index, dtype="str")


def frequency(groups: pd.Series[str]) -> pd.Series[str]:
    """The one of `FREQUENCIES` that each calendar group has.

    >>> frequency(pd.Series(["calendar year", "fiscal year Jul–Jun", "part of a year Jan–Nov"])).tolist()
    ['annual', 'annual', 'part of a year']
    """
    names = {name: _frequency(name) for name in groups.unique()}
    return groups.map(names)


def days_as(days: pd.Series, form: str) -> pd.Series:
    """Each day written in a form of `strftime`; "" where there is none."""
    # A table has far fewer days than rows, and formatting a day is what costs.
    names = {day: day.strftime(form) for day in days.dropna().unique()}
    return days.map(names).astype(object).fillna("")


def _frequency(name: str) -> str:
    return next((how_often for group, how_often in _FREQUENCY.items() if name.startswith(group)), "other")


def _group(periods: pd.DataFrame) -> np.ndarray:
    starts, ends = periods["period_start"], periods["period_end"]
    start, end = starts.dt, ends.dt
    whole = (start.day == 1) & end.is_month_end
    months = (end.year - start.year) * _YEAR + end.month - start.month + 1
    length = (ends - starts).dt.days
    named: list[tuple[pd.Series[bool], object]] = [
        (starts.isna() & ends.isna(), "undated"),
        (starts.isna() | ends.isna(), "other"),
        (starts == ends, "day"),
        *((whole & (months == size) & start.month.isin(first), name) for name, size, first in _WHOLE_MONTHS),
        (whole & (months == _YEAR), _spans("fiscal year", periods, "%b")),
        (length.isin([364, 365]) & (periods["period_calendar"] == "fiscal"), _spans("fiscal year", periods, "%d %b")),
        (whole & (months < _YEAR), _spans("part of a year", periods, "%b")),
        ((end.year == start.year) | (months <= _YEAR), "part of a year"),
        (whole, _lengths(months)),
    ]
    conditions = [condition.to_numpy(dtype=bool) for condition, _ in named]
    return np.select(conditions, [np.asarray(name, dtype=object) for _, name in named], "other")


def _spans(name: str, periods: pd.DataFrame, form: str) -> np.ndarray:
    start, end = days_as(periods["period_start"], form), days_as(periods["period_end"], form)
    return (f"{name} " + start + "–" + end).to_numpy(dtype=object)


def _lengths(months: pd.Series[int]) -> np.ndarray:
    return ("several years (" + months.fillna(0).astype(int).astype(str) + " months)").to_numpy(dtype=object)
