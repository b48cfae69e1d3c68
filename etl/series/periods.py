"""A period as a person types it → its days, and the rows of a table that speak of it."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

from etl.errors import DayError

__all__ = ["in_period", "is_fiscal", "name_period", "read_period"]

# SDMX names of the stretches of a year, and how many months each has; H for a half as some statistics print it.
_PARTS = {"Q": 3, "S": 6, "H": 6}
_PERIOD = re.compile(r"(\d{4})(?:-?([QSH])([1-4])|-(\d\d)(?:-(\d\d))?)?")
_LENGTH = re.compile(r"P(\d{1,3})([YM])")
_YEAR = 12
# How a stretch of so many months is called where it is a regular part of the year.
_NAMES = {_YEAR: "{year}", 6: "{year}-S{number}", 3: "{year}-Q{number}", 1: "{year}-{month:02}"}
_FISCAL = re.compile(r"FY\d{4}/\d{2}")


def read_period(text: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The first and the last day of a period in the forms of SDMX, or from one such period to another.

    Raises `DayError` for what is none.

    >>> for text in ("2023", "2023-Q3", "2022-07/2023-06", "2018-01-01/P10M"):
    ...     print(*(day.date() for day in read_period(text)))
    2023-01-01 2023-12-31
    2023-07-01 2023-09-30
    2022-07-01 2023-06-30
    2018-01-01 2018-10-31
    """
    first, slash, last = text.strip().partition("/")
    start, end = _days(first, text)
    if found := _LENGTH.fullmatch(last):
        end = _after(start, int(found[1]) * (_YEAR if found[2] == "Y" else 1), text)
    elif slash:
        end = _days(last, text)[1]
    if end < start:
        message = f"the period {text!r} ends before it begins; put the earlier day first"
        raise DayError(message)
    return start, end


def in_period(rows: pd.DataFrame, period: str) -> np.ndarray:
    """Which rows speak of a period or of a part of it: all their days are in it, or their label is the one asked for.

    A fiscal year is called by its label, "FY2022/23", since its days depend on the country. Raises `DayError` for what
    is no period.
    """
    named = (rows["period_label"] == period).to_numpy(dtype=bool)
    if is_fiscal(period):
        return named
    start, end = read_period(period)
    inside = (rows["period_start"] >= start) & (rows["period_end"] <= end)
    return named | inside.to_numpy(dtype=bool)


def is_fiscal(period: str) -> bool:
    """Whether a period is called by the label of a fiscal year, which has other days in another country.

    >>> is_fiscal("FY2022/23"), is_fiscal("2022")
    (True, False)
    """
    return _FISCAL.fullmatch(period) is not None


def name_period(first: dt.date, last: dt.date) -> str:
    """These days as the `period_label` of a series writes them.

    >>> name_period(dt.date(2023, 7, 1), dt.date(2023, 9, 30)), name_period(dt.date(2022, 7, 1), dt.date(2023, 6, 30))
    ('2023-Q3', 'FY2022/23')
    """
    after, year, month = last + dt.timedelta(days=1), first.year, first.month
    months = (after.year - year) * _YEAR + after.month - month
    if first.day > 1 or after.day > 1:
        return f"{first}" if first == last else f"{first}/{last}"
    if (month - 1) % months == 0 and months in _NAMES:
        return _NAMES[months].format(year=year, month=month, number=(month - 1) // months + 1)
    if months == _YEAR:
        return f"FY{year}/{last.year % 100:02}"
    return f"{first}/P{months}M" if months % _YEAR else f"{first}/P{months // _YEAR}Y"


def _days(part: str, text: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    found = _PERIOD.fullmatch(part)
    if found is None:
        raise DayError(_expected(text))
    year, kind, number, month, day = found.groups()
    months = _PARTS.get(kind, 1 if month else _YEAR)
    try:
        start = pd.Timestamp(int(year), int(month or 1) + months * (int(number or 1) - 1), int(day or 1))
        return start, start if day else _end(start, months)
    except ValueError:
        raise DayError(_expected(text)) from None


def _after(start: pd.Timestamp, months: int, text: str) -> pd.Timestamp:
    try:
        return _end(start, months)
    except ValueError:
        raise DayError(_expected(text)) from None


def _end(start: pd.Timestamp, months: int) -> pd.Timestamp:
    return start + pd.DateOffset(months=months) - pd.Timedelta(days=1)


def _expected(text: str) -> str:
    return f"a period is written 2023, 2023-07, 2023-Q3, 2023-S1, FY2022/23 or 2022-07-01/2023-06-30, not {text!r}"
