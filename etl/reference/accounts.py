"""Which days the years of the World Bank's national accounts cover: those of the country's fiscal year, for some."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping

from etl.reference.codes import UnmappedError
from etl.reference.periods import MONTHS, Calendar, Stretch, stretch_of
from etl.resolve.periods.calendars import add_months, fiscal_calendar, made

__all__ = ["accounts_year", "special_notes"]

_NOTE = re.compile(r"Fiscal year end: (\w+) (\d+).*?reporting period for national accounts data: (FY|CY)", re.DOTALL)
# A fiscal year is shown under the calendar year that holds most of it: the one it ends in, if it ends on 30 June or
# later (World Bank data help desk, article 201203).
_HALF = (6, 30)
_DAY, _YEAR = dt.timedelta(days=1), 12


def special_notes(tables: Mapping[str, str]) -> dict[str, str]:
    """Country → its special notes in the metadata of a World Bank archive; "" where there is none."""
    texts = [text for name, text in tables.items() if "country" in name.lower()]
    rows = [row for text in texts for row in csv.DictReader(io.StringIO(text, newline=""))]
    return {row.get("Country Code") or "": row.get("SpecialNotes") or "" for row in rows}


def accounts_year(year: Stretch, country: str, notes: Mapping[str, str]) -> Stretch:
    """The days that a year of national accounts covers, by the notes on the country.

    Raises `UnmappedError` where there are none and the country has a fiscal year of its own.

    >>> note = "Fiscal year end: June 30; reporting period for national accounts data: FY."
    >>> accounts_year(stretch_of(dt.date(2018, 1, 1), dt.date(2018, 12, 31)), "PAK", {"PAK": note}).label
    'FY2017/18'
    """
    if country not in notes:
        own = fiscal_calendar(country)
        if own is None or own.is_calendar_year(year.start.year):
            return year
        message = (
            f"national accounts of {country} may go by its fiscal year: give the World Bank's zip archive, whose "
            "metadata says so, or --calendar"
        )
        raise UnmappedError(message, "period")
    end = _fiscal_end(year.start.year, notes[country])
    if end is None:
        return year
    start = add_months(end + _DAY, -_YEAR)
    return stretch_of(start, end, Calendar(fiscal=True, start=(start.month, start.day)))


def _fiscal_end(year: int, note: str) -> dt.date | None:
    """The day on which the fiscal year ends that is shown under `year`; None where calendar years are reported."""
    found = _NOTE.search(note)
    if not found or found[3] == "CY" or found[1][:3].lower() not in MONTHS:
        return None
    month, day = MONTHS.index(found[1][:3].lower()) + 1, int(found[2])
    return made(year if (month, day) >= _HALF else year + 1, month, day)
