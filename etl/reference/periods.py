"""How official statistics write a period → its days and its label; calendars are said, never guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import NamedTuple

from etl.errors import DatasetError
from etl.reference.codes import UnmappedError
from etl.resolve.periods.calendars import add_months, fiscal_calendar
from etl.resolve.periods.labels import LabelError, expand_label, granularity_of, label_of

__all__ = ["MONTHS", "Calendar", "Stretch", "are_fiscal", "last_day", "read_calendar", "read_stretch", "stretch_of"]

_YEAR, _JUNE = 12, 6
_DAY = dt.timedelta(days=1)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FORMS = "2018, 201806, 2018-06, 2018-Q2, 2018-S1, 2018-06-30, 2018-01-01/P6M, FY2017/18, 2017-18"

_YR = re.compile(r"(?:.*\[)?YR(\d{4})\]?|(\d{4}) \[YR\d{4}\]")
_FISCAL = re.compile(r"(?:FY ?)(\d{4}|\d{2})(?:[-/–](\d{4}|\d{2}))?(?:-?([QS]\d))?", re.IGNORECASE)
_TWO_YEARS = re.compile(r"(\d{4})[-/–](\d{4}|\d{2})(?:-([QS]\d))?")
_COMPACT = re.compile(r"(\d{4})-?M?(\d{2})")
_PIECE = re.compile(r"(\d{4})-?([QSHA])(\d)", re.IGNORECASE)
_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[\d:]+)?/P(?:(\d+)Y)?(?:(\d+)M)?")
_CALENDAR = re.compile(r"fiscal(?::\s*(?:--)?(?:([A-Za-z]{3,9})|(\d{1,2})(?:-(\d{1,2}))?))?")
# What a day stands for where the frequency says that it is the first of a stretch.
_LENGTHS = {"A": 12, "S": 6, "H": 6, "Q": 3, "M": 1}


class Calendar(NamedTuple):
    """Which calendar the years of a file go by: `fiscal` with the day a year begins, or None for the country's own."""

    fiscal: bool = False
    start: tuple[int, int] | None = None


class Stretch(NamedTuple):
    """The days of a period, first and last, with label, granularity and calendar, as in the tidy frame."""

    start: dt.date
    end: dt.date
    label: str
    granularity: str
    calendar: str


def read_calendar(cell: str | None) -> Calendar | None:
    """The calendar of an option or a cell; None where nothing is said. Raises `DatasetError` for anything else.

    >>> read_calendar("fiscal:Jul"), read_calendar("gregorian"), read_calendar("fiscal")
    (Calendar(fiscal=True, start=(7, 1)), Calendar(fiscal=False, start=None), Calendar(fiscal=True, start=None))
    """
    said = (cell or "").strip()
    if not said or said == "gregorian":
        return Calendar() if said else None
    found = _CALENDAR.fullmatch(said)
    name = found and found[1] and found[1][:3].lower()
    if found and not (name and name not in MONTHS):
        month = MONTHS.index(name) + 1 if name else int(found[2] or 0)
        day = int(found[3] or 1)
        if not month and found[2] is None:
            return Calendar(fiscal=True)
        if 1 <= month <= _YEAR and 1 <= day <= 28:  # noqa: PLR2004  a day that every month has
            return Calendar(fiscal=True, start=(month, day))
    message = f"no calendar: {said!r}; expected gregorian, fiscal (that of the country), fiscal:Jul or fiscal:03-21"
    raise DatasetError(message)


def are_fiscal(cells: Iterable[str]) -> bool | None:
    """Whether the "2010-11" of a column are fiscal years: True, False for months, None where it cannot be told.

    >>> are_fiscal(["2010-11", "2012-13"]), are_fiscal(["2010-10", "2010-11"]), are_fiscal(["2009-10", "2010-11"])
    (True, False, None)
    """
    pairs = [(int(found[1]), int(found[2])) for cell in cells if (found := re.fullmatch(r"(\d{4})-(\d\d)", cell))]
    fiscal = any((_follows(first, second) and second > _YEAR) or second == 0 for first, second in pairs)
    months = any(not _follows(first, second) for first, second in pairs if 0 < second <= _YEAR)
    return fiscal if fiscal != months else None


def read_stretch(
    cell: str,
    calendar: Calendar | None,
    country: str | None,
    *,
    frequency: str = "",
    pairs_are_fiscal: bool | None = False,
) -> Stretch:
    """The period of a cell, in the calendar that is said for the file, for years of `country` ("FY21").

    `pairs_are_fiscal` tells whether "2010-11" is a fiscal year, as `are_fiscal` found. Raises `UnmappedError`.

    >>> read_stretch("201806", None, "PAK").label, read_stretch("FY2017-18", None, "PAK").start
    ('2018-06', datetime.date(2017, 7, 1))
    >>> read_stretch("2018", Calendar(fiscal=True, start=(7, 1)), "PAK").label
    'FY2017/18'
    """
    text = cell.strip()
    if found := _YR.fullmatch(text):
        text = found[1] or found[2]
    if (named := _named_fiscal(text, calendar, pairs_are_fiscal)) is not None:
        return _fiscal(*named, calendar, country)
    label = _label(text, frequency)
    if calendar and calendar.fiscal and (piece := re.fullmatch(r"(\d{4})(?:-([QS]\d))?", label)):
        return _fiscal(_begun(int(piece[1]), calendar, country), piece[2] or "", calendar, country)
    try:
        start, end = expand_label(label)
    except LabelError:
        start = end = None
    if start is None or end is None or end < start:
        message = f"no period: {cell!r}; expected one like {_FORMS}"
        raise UnmappedError(message, "period")
    return stretch_of(start, end)


def stretch_of(start: dt.date, end: dt.date, calendar: Calendar | None = None, country: str | None = None) -> Stretch:
    """The stretch of these days; with a fiscal calendar the label names the fiscal year they are."""
    begins = _year_start(calendar, country) if calendar and calendar.fiscal else None
    label = label_of(start, end, fiscal_year_start=f"--{begins[0]:02}-{begins[1]:02}" if begins else None)
    kind = "fiscal" if begins else "gregorian"
    return Stretch(start, end, str(label), granularity_of(start, end), kind)


def last_day(stretch: Stretch) -> Stretch:
    """The last day of a stretch: what a stock of that year was."""
    return stretch_of(stretch.end, stretch.end)


def _label(text: str, frequency: str) -> str:
    """`text` as `expand_label` takes it."""
    if found := _PIECE.fullmatch(text):
        piece = found[2].upper()
        return found[1] if piece == "A" else f"{found[1]}-{'S' if piece == 'H' else piece}{found[3]}"
    if found := _COMPACT.fullmatch(text):
        return f"{found[1]}-{found[2]}"
    if found := _SPAN.fullmatch(text):
        return _plain_span(found[1], int(found[2] or 0) * _YEAR + int(found[3] or 0))
    months = _LENGTHS.get(frequency[:1].upper())
    if months and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return _plain_span(text, months)
    return text


def _plain_span(first: str, months: int) -> str:
    try:
        start = dt.date.fromisoformat(first)
    except ValueError:
        return ""
    return str(label_of(start, add_months(start, months) - _DAY)) if months else ""


def _named_fiscal(text: str, calendar: Calendar | None, pairs: bool | None) -> tuple[int | str, str] | None:  # noqa: FBT001
    """The calendar year a named fiscal year begins in, or its one name, and the piece of it; None for other texts."""
    if (found := _FISCAL.fullmatch(text)) and not found[2]:
        return f"20{found[1]}"[-4:], (found[3] or "").upper()
    found = found or _TWO_YEARS.fullmatch(text)
    if found is None:
        return None
    first, second = int(f"20{found[1]}"[-4:]), int(found[2])
    if not _follows(first, second % 100):
        return None
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) and not (calendar and calendar.fiscal):
        if pairs is None and calendar is None:
            message = f"{text!r} is a month or a fiscal year: say which with --calendar gregorian or fiscal:Jul"
            raise UnmappedError(message, "period")
        if not pairs:
            return None
    return first, (found[3] or "").upper()


def _follows(first: int, second: int) -> bool:
    return (first + 1) % 100 == second


def _fiscal(year: int | str, piece: str, calendar: Calendar | None, country: str | None) -> Stretch:
    first = year if isinstance(year, int) else _begun(int(year), calendar, country)
    month, day = _year_start(calendar, country)
    own = fiscal_calendar(country) if not (calendar and calendar.start) else None
    start, end = own.year(first) if own else (dt.date(first, month, day), None)
    begins = f"--{start:%m-%d}"
    if piece:
        length = 3 if piece[0] == "Q" else _JUNE
        start = add_months(start, length * (int(piece[1]) - 1))
        end = add_months(start, length) - _DAY
    end = end or add_months(start, _YEAR) - _DAY
    label = str(label_of(start, end, fiscal_year_start=begins))
    return Stretch(start, end, label, granularity_of(start, end), "fiscal")


def _begun(name: int, calendar: Calendar | None, country: str | None) -> int:
    """The calendar year in which the fiscal year of one name, "FY18", begins."""
    own = fiscal_calendar(country)
    month, day = _year_start(calendar, country)
    if own and own.named(name)[0] in {dt.date(name, month, day), dt.date(name - 1, month, day)}:
        return own.named(name)[0].year
    return name if (month, day) == (1, 1) else name - 1


def _year_start(calendar: Calendar | None, country: str | None) -> tuple[int, int]:
    if calendar and calendar.start:
        return calendar.start
    own = fiscal_calendar(country)
    if own is None:
        message = f"a fiscal year of {country or 'no country'}, which has no row in fiscal_years.txt: say fiscal:Jul"
        raise UnmappedError(message, "period")
    begins = own.rules[-1]
    return begins.month, begins.day
