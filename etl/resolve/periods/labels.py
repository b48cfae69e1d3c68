"""Dates ↔ labels: `2017`, `2017-06`, `2017-Q3`, `2017-S1`, `FY2016/17-Q1`, `2017-01-01/P9M`, `2015/..`."""

from __future__ import annotations

import datetime as dt
import re

from etl.errors import TradeFiguresError
from etl.model import Granularity
from etl.resolve.periods.calendars import add_months, span_months

__all__ = ["LabelError", "expand_label", "granularity_of", "label_of"]

_DAY = dt.timedelta(days=1)
_UNIT_MONTHS = {"Q": 3, "S": 6}
_LETTERS = {3: "Q", 6: "S"}
_YEAR, _DECADE = 12, 120  # months

_ONE = re.compile(r"(\d{3})X|(\d{4})(?:-(?:([QS])(\d)|(\d\d)(?:-(\d\d))?))?")
_FISCAL = re.compile(r"FY(\d{4})/\d\d(?:-([QS])(\d))?")


class LabelError(TradeFiguresError, ValueError):
    """A text that is no period label; shows it with the forms there are."""


def label_of(start: dt.date | None, end: dt.date | None, *, fiscal_year_start: str | None = None) -> str | None:
    """The label of an inclusive stretch of days, by SDMX and EDTF; None when both dates are unknown.

    `fiscal_year_start` ("--07-01") names years, halves and quarters that begin with it by both their years.

    >>> label_of(dt.date(2017, 1, 1), dt.date(2017, 6, 30)), label_of(None, dt.date(2030, 12, 31))
    ('2017-S1', '../2030')
    >>> label_of(dt.date(2016, 7, 1), dt.date(2017, 6, 30), fiscal_year_start="--07-01")
    'FY2016/17'
    """
    if end is None:
        return f"{_begin_label(start)}/.." if start is not None else None
    if start is None:
        return f"../{_end_label(end)}"
    fiscal = _fiscal_label(start, end, fiscal_year_start) if fiscal_year_start else None
    return fiscal or _calendar_label(start, end) or _span_label(start, end)


def granularity_of(start: dt.date | None, end: dt.date | None) -> Granularity:
    """The granularity of a stretch of days by its length: day, month, quarter, half, year, decade, else range or open.

    >>> granularity_of(dt.date(2016, 7, 1), dt.date(2017, 6, 30))
    'year'
    """
    if start is None or end is None:
        return "open"
    if start == end:
        return "day"
    months = span_months(start, end) if start.day == 1 else None
    return _GRANULARITIES.get(months or 0, "range")


_GRANULARITIES: dict[int, Granularity] = {1: "month", 3: "quarter", 6: "half", 12: "year", 120: "decade"}


def expand_label(label: str, *, fiscal_year_start: str | None = None) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of a label that `label_of` wrote; None for the open side.

    Raises `LabelError` for any other text.

    >>> expand_label("2017-01-01/P9M")
    (datetime.date(2017, 1, 1), datetime.date(2017, 9, 30))
    """
    try:
        found = _expand(label, fiscal_year_start)
    except ValueError as error:
        raise LabelError(_refusal(label, fiscal_year_start)) from error
    if found == (None, None):
        raise LabelError(_refusal(label, fiscal_year_start))
    return found


def _refusal(label: str, fiscal_year_start: str | None) -> str:
    known = f" with fiscal_year_start={fiscal_year_start!r}" if label.startswith("FY") else ""
    forms = "2017, 2017-06, 2017-Q3, 2017-S1, 2017-01-01/P9M, 2015/.. or, with fiscal_year_start='--07-01', FY2016/17"
    return f"no period label: {label!r}{known}; expected one like {forms}"


def _expand(label: str, fiscal_year_start: str | None) -> tuple[dt.date | None, dt.date | None]:
    if label.startswith("FY"):
        return _expand_fiscal(label, fiscal_year_start)
    first, slash, last = label.partition("/")
    if not slash:
        return _expand_one(label)
    start = None if first == ".." else _expand_one(first)[0]
    if last.startswith("P") and start is not None:
        count = int(last[1:-1]) * (_YEAR if last.endswith("Y") else 1)
        return start, add_months(start, count) - _DAY
    return start, None if last == ".." else _expand_one(last)[1]


def _expand_one(label: str) -> tuple[dt.date, dt.date]:
    match = _ONE.fullmatch(label)
    if match is None:
        raise ValueError(label)
    tens, year, unit, nth, month, day = match.groups()
    if tens:
        return dt.date(int(tens) * 10, 1, 1), dt.date(int(tens) * 10 + 9, 12, 31)
    if day:
        exact = dt.date(int(year), int(month), int(day))
        return exact, exact
    length = _UNIT_MONTHS[unit] if unit else 1 if month else _YEAR
    first = dt.date(int(year), int(month or 1) + (length * (int(nth) - 1) if nth else 0), 1)
    return first, add_months(first, length) - _DAY


def _expand_fiscal(label: str, fiscal_year_start: str | None) -> tuple[dt.date, dt.date]:
    match = _FISCAL.fullmatch(label)
    if match is None or fiscal_year_start is None:
        raise ValueError(label)
    first = dt.date.fromisoformat(match[1] + fiscal_year_start[1:])
    length = _UNIT_MONTHS[match[2]] if match[2] else _YEAR
    first = add_months(first, length * (int(match[3]) - 1) if match[3] else 0)
    return first, add_months(first, length) - _DAY


def _begin_label(start: dt.date) -> str:
    """The coarsest label that begins on `start`."""
    if start.day > 1:
        return start.isoformat()
    return f"{start.year:04}" if start.month == 1 else f"{start.year:04}-{start.month:02}"


def _end_label(end: dt.date) -> str:
    """The coarsest label that ends on `end`."""
    if (end.month, end.day) == (12, 31):
        return f"{end.year:04}"
    return f"{end.year:04}-{end.month:02}" if (end + _DAY).day == 1 else end.isoformat()


def _span_label(start: dt.date, end: dt.date) -> str:
    months = span_months(start, end)
    if months is None:
        return f"{start.isoformat()}/{end.isoformat()}"
    length = f"{months // _YEAR}Y" if months % _YEAR == 0 else f"{months}M"
    return f"{start.isoformat()}/P{length}"


def _fiscal_label(start: dt.date, end: dt.date, fiscal_year_start: str) -> str | None:
    """`FY2016/17`, with `-Q1` or `-S1` behind it, when a fiscal year, quarter or half is exactly `[start, end]`."""
    months = span_months(start, end) or 0
    for first_year in (start.year, start.year - 1):
        first = dt.date.fromisoformat(f"{first_year:04}{fiscal_year_start[1:]}")
        offset = (start.year - first.year) * _YEAR + start.month - first.month
        if start.day == first.day and 0 <= offset < _YEAR and (piece := _piece_of_year(offset, months)) is not None:
            return f"FY{first_year:04}/{(first_year + 1) % 100:02}{piece}"
    return None


def _piece_of_year(offset: int, months: int) -> str | None:
    """`-Q1` for months 1 to 3 of a year, `-S2` for its second half, nothing behind a whole year."""
    if months == _YEAR:
        return "" if offset == 0 else None
    letter = _LETTERS.get(months)
    return None if letter is None or offset % months else f"-{letter}{offset // months + 1}"


def _calendar_label(start: dt.date, end: dt.date) -> str | None:
    if start == end:
        return start.isoformat()
    months = span_months(start, end) if start.day == 1 else None
    if months == 1:
        return f"{start.year:04}-{start.month:02}"
    if months == _DECADE:
        return f"{start.year // 10:03}X" if start.month == 1 and start.year % 10 == 0 else None
    piece = None if months is None else _piece_of_year(start.month - 1, months)
    return None if piece is None else f"{start.year:04}{piece}"
