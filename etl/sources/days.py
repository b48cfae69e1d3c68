"""A day as dumps and feeds write it → YYYY-MM-DD, where it can mean one day only."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime

from etl.model import read_day

__all__ = ["day_of"]

# "20240919", "2024/09/19": the year first leaves no doubt which number is the month.
_YEAR_FIRST = re.compile(r"((?:19|20)\d\d)([/.]?)(\d\d)\2(\d\d)(?:[T ].*)?", re.DOTALL)
# Seconds since 1970 reach this in the year 5138, milliseconds had reached it in March 1973: one number is one day.
_MILLISECONDS = 100_000_000_000
_NUMBER = re.compile(r"-?\d{9,14}(?:\.\d*)?")


def day_of(value: object) -> str:
    """The day that `value` names, as YYYY-MM-DD; what may be two days, or none, is left as it is written.

    A day is read from ISO 8601, from a year written first, from the dates of mail and RSS, and from the seconds or
    milliseconds since 1970 in UTC. A time is cut off: the day is that of the place where it was written.

    >>> day_of("2024-09-19T23:00:00+05:00"), day_of("Thu, 19 Sep 2024 23:00:00 +0500"), day_of(1726736400)
    ('2024-09-19', '2024-09-19', '2024-09-19')
    >>> day_of("20240919"), day_of("03/04/2024")
    ('2024-09-19', '03/04/2024')
    """
    written = str(value).strip()
    day = read_day(written) or _year_first(written) or _since_1970(written) or _of_mail(written)
    return day.isoformat() if day else written


def _year_first(written: str) -> dt.date | None:
    found = _YEAR_FIRST.fullmatch(written)
    return read_day(f"{found[1]}-{found[3]}-{found[4]}") if found else None


def _since_1970(written: str) -> dt.date | None:
    if not _NUMBER.fullmatch(written):
        return None
    seconds = float(written)
    if abs(seconds) >= _MILLISECONDS:
        seconds /= 1000
    return dt.datetime.fromtimestamp(seconds, dt.UTC).date()


def _of_mail(written: str) -> dt.date | None:
    try:
        return parsedate_to_datetime(written).date()
    except (ValueError, TypeError, IndexError):
        return None
