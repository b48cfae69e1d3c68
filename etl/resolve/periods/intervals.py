"""The dates a period expression resolves to, and what was needed to find them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from etl.model import Basis, Bound, Granularity
from etl.resolve.periods.calendars import FiscalCalendar, add_months
from etl.resolve.periods.surroundings import NOWHERE, Surroundings, Tense

__all__ = ["UNKNOWN", "Context", "Dates", "Interval", "whole_months"]

Dates = tuple[dt.date | None, dt.date | None]

_DAY = dt.timedelta(days=1)
_BASES: tuple[Basis, ...] = ("explicit", "document_default", "pubdate", "anaphor", "none")


@dataclass(frozen=True, slots=True)
class Interval:
    """Inclusive dates, None where open or unknown; `granularity` None means: read it off the dates."""

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


def whole_months(start: dt.date, months: int, **fields: Any) -> Interval:
    """`months` months from `start`, with further fields of `Interval`.

    >>> whole_months(dt.date(2017, 7, 1), 3).end
    datetime.date(2017, 9, 30)
    """
    return Interval(start, add_months(start, months) - _DAY, **fields)
