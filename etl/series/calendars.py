"""Periods → what kind of stretch each is: calendar year, fiscal year, quarter; unlike stretches never share a line."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["calendar_group", "days_as"]

_YEAR = 12

# The stretches of whole months that have a name: how many months, and in which of them they may begin.
_WHOLE_MONTHS = (
    ("calendar year", _YEAR, [1]),
    ("half", 6, [1, 7]),
    ("quarter", 3, [1, 4, 7, 10]),
    ("month", 1, list(range(1, 13))),
)


def calendar_group(claims: pd.DataFrame) -> pd.Series[str]:
    """What kind of stretch each period is: 'calendar year', 'fiscal year Jul–Jun', 'month', 'undated' and so on.

    The days decide, not the wording: "the year to June 2017" and "FY2016-17" in Pakistan are the same twelve months.
    """
    starts, ends = claims["period_start"], claims["period_end"]
    start, end = starts.dt, ends.dt
    whole = (start.day == 1) & end.is_month_end
    months = (end.year - start.year) * _YEAR + end.month - start.month + 1
    length = (ends - starts).dt.days
    named: list[tuple[pd.Series[bool], object]] = [
        (starts.isna() & ends.isna(), "undated"),
        (starts.isna() | ends.isna(), "other"),
        (starts == ends, "day"),
        *((whole & (months == size) & start.month.isin(first), name) for name, size, first in _WHOLE_MONTHS),
        (whole & (months == _YEAR), _span_names(claims, "%b")),
        (length.isin([364, 365]) & (claims["period_calendar"] == "fiscal"), _span_names(claims, "%d %b")),
        ((end.year == start.year) | (months <= _YEAR), "part of a year"),
    ]
    conditions = [condition.to_numpy(dtype=bool) for condition, _ in named]
    names = [np.asarray(name, dtype=object) for _, name in named]
    return pd.Series(np.select(conditions, names, "other"), index=claims.index, dtype="str")


def days_as(days: pd.Series, form: str) -> pd.Series:
    """Each day written in a form of `strftime`; "" where there is none."""
    # A table has far fewer days than rows, and formatting a day is what costs.
    names = {day: day.strftime(form) for day in days.dropna().unique()}
    return days.map(names).astype(object).fillna("")


def _span_names(claims: pd.DataFrame, form: str) -> np.ndarray:
    start, end = days_as(claims["period_start"], form), days_as(claims["period_end"], form)
    return ("fiscal year " + start + "–" + end).to_numpy(dtype=object)
