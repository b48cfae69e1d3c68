"""The dates a period expression resolves to, and what is needed to find them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from etl.model import Basis, Bound, Granularity
from etl.resolve.periods.calendars import FiscalCalendar, add_months, span_months
from etl.resolve.periods.surroundings import NOWHERE, Surroundings, Tense

__all__ = [
    "DAY",
    "UNIT_MONTHS",
    "UNKNOWN",
    "Context",
    "Dates",
    "Interval",
    "calendar_year",
    "moved_by",
    "week_around",
    "whole_months",
]

Dates = tuple[dt.date | None, dt.date | None]

DAY = dt.timedelta(days=1)
_UNIT_DAYS = {"day": 1, "week": 7}
UNIT_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}

_BASES: tuple[Basis, ...] = ("explicit", "document_default", "pubdate", "anaphor", "none")


@dataclass(frozen=True, slots=True)
class Interval:
    """Inclusive dates, None where open or unknown; `granularity` None means: read it off the dates.

    `fiscal` is the start of the fiscal calendar it is counted in ("--07-01"); `label` stands in for a label made of
    dates where the text names a year that has none yet ("FY2016/17" of an unknown country).
    """

    start: dt.date | None = None
    end: dt.date | None = None
    granularity: Granularity | None = None
    fiscal: str | None = None
    bound: Bound = "closed"
    approx: bool = False
    basis: Basis = "explicit"
    alternatives: tuple[Dates, ...] = ()
    label: str | None = None

    @property
    def known(self) -> bool:
        """Whether at least one date is known."""
        return self.start is not None or self.end is not None

    @property
    def dates(self) -> Dates:
        """Start and end."""
        return self.start, self.end

    @property
    def closed(self) -> tuple[dt.date, dt.date] | None:
        """Start and end when both are known."""
        return None if self.start is None or self.end is None else (self.start, self.end)

    @property
    def months(self) -> int | None:
        """Its length in whole months, None when it has no such length."""
        return None if self.start is None or self.end is None else span_months(self.start, self.end)

    def resting_on(self, *bases: Basis) -> Interval:
        """The same interval, its basis the weakest of its own and `bases`."""
        weakest = max((self.basis, *bases), key=_BASES.index)
        return self if weakest == self.basis else replace(self, basis=weakest)


UNKNOWN = Interval(basis="none")


@dataclass(frozen=True, slots=True)
class Context:
    """What the dates of an expression depend on, besides its own words.

    `month_first` reads 6/30/2017 as June; `forced` overrules the tense the text shows; `complete` asks for a part
    that has ended on the publication date, where one that has begun would do.
    """

    published: dt.date | None = None
    calendar: FiscalCalendar | None = None
    month_first: bool = True
    around: Surroundings = NOWHERE
    forced: Tense | None = None
    complete: bool = False

    @property
    def tense(self) -> Tense | None:
        """Whether the claim looks back or ahead, None when nothing shows it."""
        return self.forced or self.around.tense


def whole_months(start: dt.date, months: int, **fields: Any) -> Interval:  # noqa: ANN401 - the fields of Interval
    """`months` months from `start`, with further fields of `Interval`.

    >>> whole_months(dt.date(2017, 7, 1), 3).end
    datetime.date(2017, 9, 30)
    """
    return Interval(start, add_months(start, months) - DAY, **fields)


def calendar_year(year: int) -> Interval:
    """1 January to 31 December."""
    return Interval(dt.date(year, 1, 1), dt.date(year, 12, 31))


def week_around(day: dt.date, **fields: Any) -> Interval:  # noqa: ANN401 - the fields of Interval
    """Monday to Sunday around `day`, with further fields of `Interval`.

    >>> week_around(dt.date(2024, 9, 19)).dates
    (datetime.date(2024, 9, 16), datetime.date(2024, 9, 22))
    """
    monday = day - day.weekday() * DAY
    return Interval(monday, monday + 6 * DAY, **fields)


def moved_by(day: dt.date, unit: str, count: int) -> dt.date:
    """`day` moved by `count` units.

    >>> moved_by(dt.date(2018, 2, 19), "quarter", -2)
    datetime.date(2017, 8, 19)
    """
    days = _UNIT_DAYS.get(unit)
    return add_months(day, count * UNIT_MONTHS[unit]) if days is None else day + count * days * DAY
