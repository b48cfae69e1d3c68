"""Text → calendar dates, strictly: for bylines, datelines and metadata, where a date is complete or is no date."""

from __future__ import annotations

import datetime as dt
import re

from etl.grammar.periods.tokens import months_by_name
from etl.lexicon import cache
from etl.model import Span

__all__ = ["find_dates", "parse_date"]


def parse_date(text: str) -> dt.date | None:
    """The date that `text` is, its weekday and clock time dropped; None when it is none, or no day of the calendar.

    The date stays as printed: no time zone moves it.

    >>> parse_date("Mon, 19 Feb 2018 10:39:00 +0500"), parse_date("2024-13-01")
    (datetime.date(2018, 2, 19), None)
    """
    match = _whole().fullmatch(text.strip())
    return None if match is None else _date(match)


def find_dates(text: str) -> list[tuple[Span, dt.date]]:
    """Every complete date in `text`, in order, with its place; impossible ones are left out.

    >>> find_dates("Published: Sept. 18, 2024")
    [(Span(start=11, end=25), datetime.date(2024, 9, 18))]
    """
    found = ((match, _date(match)) for match in _anywhere().finditer(text))
    return [(Span(match.start("date"), match.end("date")), day) for match, day in found if day is not None]


_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?"
_ZONE = r"(?:\s?(?:[AaPp]\.?[Mm]\.?))?(?:\s?(?:Z|UTC|GMT|[A-Z]{2,4}|[+-]\d{2}:?\d{2}|\(\w+\)))*"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"


@cache
def _date_pattern() -> str:
    month = "|".join(sorted(months_by_name(), key=len, reverse=True))
    return rf"""(?P<date>
        (?P<y1>\d{{4}})-(?P<m1>\d{{2}})-(?P<d1>\d{{2}})
      | (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<n2>{month})\.?,?\s(?P<y2>\d{{4}})
      | (?P<n3>{month})\.?\s(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y3>\d{{4}})
      | (?P<d4>\d{{1,2}})\.(?P<m4>\d{{1,2}})\.(?P<y4>\d{{4}})
    )"""


@cache
def _anywhere() -> re.Pattern[str]:
    # A page may print the clock time straight behind the year: "19 February 201810:39".
    follows = r"(?=\d{2}:\d{2}|T\d{2}|[^\w/-]|$)"
    return re.compile(rf"(?<![\w.,/-]){_date_pattern()}{follows}", re.IGNORECASE | re.VERBOSE)


@cache
def _whole() -> re.Pattern[str]:
    clock = rf"(?:(?:,?\s?(?:at\s)?|T|\s?[-|]\s?){_CLOCK}{_ZONE})?"
    return re.compile(rf"{_WEEKDAY}{_date_pattern()}{clock}", re.IGNORECASE | re.VERBOSE)


def _date(match: re.Match[str]) -> dt.date | None:
    fields = {name[0]: value for name, value in match.groupdict().items() if value and name != "date"}
    month = fields.get("m") or months_by_name()[fields["n"].lower()]
    try:
        return dt.date(int(fields["y"]), int(month), int(fields["d"]))
    except ValueError:
        return None
