"""Days and periods → as people write them: 16 Jan 2026, Jul 2023–May 2024, FY2022–23 (Jul–Jun)."""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias

import pandas as pd
from pandas.api.typing import NaTType

__all__ = ["Day", "format_date", "format_period"]

Day: TypeAlias = "dt.date | pd.Timestamp | NaTType | None"

_FISCAL = "fiscal year "


def format_period(start: Day, end: Day, label: str | None = None, calendar_group: str | None = None) -> str:
    """A period as people write it; `calendar_group` (etl.series) tells a fiscal year from any other twelve months.

    >>> day = dt.date
    >>> format_period(day(2022, 7, 1), day(2023, 6, 30), calendar_group="fiscal year Jul–Jun")
    'FY2022–23 (Jul–Jun)'
    >>> format_period(day(2024, 1, 1), day(2024, 6, 30)), format_period(day(2007, 4, 9), day(2007, 4, 9))
    ('Jan–Jun 2024', 'as of 9 Apr 2007')
    >>> format_period(None, None)
    'undated'
    """
    first, last = _day(start), _day(end)
    if first is None:
        return f"up to {_edge(last, opens=False)}" if last else _text(label) or "undated"
    if last is None:
        return f"since {_edge(first, opens=True)}"
    group = _text(calendar_group)
    if group.startswith(_FISCAL):
        return f"FY{_fiscal_years(first.year, last.year)} ({group.removeprefix(_FISCAL)})"
    return _whole_months(first, last) or _days(first, last)


def format_date(day: Day) -> str:
    """A day as people write it.

    >>> format_date(dt.date(2026, 1, 16)), format_date(None)
    ('16 Jan 2026', 'no date')
    """
    known = _day(day)
    return f"{known.day} {known:%b %Y}" if known else "no date"


def _day(day: Day) -> dt.date | None:
    return None if day is None or pd.isna(day) else dt.date(day.year, day.month, day.day)


def _whole_months(first: dt.date, last: dt.date) -> str | None:
    """A stretch of whole months: a decade, years, a month, months; None where it is no such stretch."""
    if not (_opens_month(first) and _closes_month(last)):
        return None
    if (first.month, last.month) == (1, 12):
        return _calendar_years(first.year, last.year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{last:%b %Y}"
    return f"{first:%b}–{last:%b %Y}" if first.year == last.year else f"{first:%b %Y}–{last:%b %Y}"


def _days(first: dt.date, last: dt.date) -> str:
    if first == last:
        return f"as of {format_date(first)}"
    year, month = first.year == last.year, (first.year, first.month) == (last.year, last.month)
    short = f"{first.day}" if month else f"{first.day} {first:%b}"
    return f"{short if year else format_date(first)}–{format_date(last)}"


def _edge(day: dt.date, *, opens: bool) -> str:
    """One end of an open period: the year or the month it opens or closes, else the day."""
    if not (_opens_month(day) if opens else _closes_month(day)):
        return format_date(day)
    return f"{day.year}" if day.month == (1 if opens else 12) else f"{day:%b %Y}"


def _opens_month(day: dt.date) -> bool:
    return day.day == 1


def _closes_month(day: dt.date) -> bool:
    return (day + dt.timedelta(days=1)).day == 1


def _fiscal_years(first: int, last: int) -> str:
    return f"{first}–{last % 100:02}" if first // 100 == last // 100 else f"{first}–{last}"


def _calendar_years(first: int, last: int) -> str:
    if first == last:
        return f"{first}"
    return f"{first}s" if first % 10 == 0 and last == first + 9 else f"{first}–{last}"


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
