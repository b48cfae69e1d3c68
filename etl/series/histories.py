"""Figures of days, months or years (exchange rates, a price index) → the one of any period, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

__all__ = ["LONGEST_GAP", "History", "Reading", "days_between"]

# Days in a row a daily rate may be missing, and how old one may be. Weekends with Christmas or Easter leave four days
# without one in the European Central Bank's rates since 1999; a longer hole means that nobody quoted the currency.
LONGEST_GAP = 7

_NAMES = {0: "daily", 1: "monthly", 3: "quarterly", 6: "half-yearly", 12: "annual"}
_YEAR = 12
_DAY = np.timedelta64(1, "D")


class Reading(NamedTuple):
    """A figure, or NaN, and the words that say of which days it is and who says so, or why there is none."""

    value: float
    words: str


@dataclass(frozen=True, eq=False, slots=True)
class _Stretches:
    """Figures of stretches of one length, a day or so many months, by their first days."""

    name: str
    noun: str
    gap: int
    starts: np.ndarray
    ends: np.ndarray
    values: np.ndarray
    sources: np.ndarray

    def average(self, start: np.datetime64, end: np.datetime64) -> Reading | None:
        """The average over the days from `start` to `end`; None where a part of them has no figure."""
        first, last = np.searchsorted(self.starts, start), np.searchsorted(self.ends, end, "right")
        within = slice(first, last)
        starts, ends = self.starts[within], self.ends[within]
        if not len(starts) or not self._covers(starts, ends, start, end):
            return None
        weights = (ends - starts) / _DAY + 1
        value = float(np.average(self.values[within], weights=weights))
        said = f"{self._count(len(starts))} of {days_between(start, end)}, {_cited(self.sources[within])}"
        return Reading(value, said)

    def latest(self, day: np.datetime64) -> Reading | None:
        """The last figure at the end of `day`; None where it is older than `LONGEST_GAP` days."""
        at = np.searchsorted(self.ends, day, "right") - 1
        if at < 0 or (day - self.ends[at]) / _DAY > LONGEST_GAP:
            return None
        return Reading(float(self.values[at]), f"{self.noun} of {self.ends[at]}, {self.sources[at]}")

    def _covers(self, starts: np.ndarray, ends: np.ndarray, start: np.datetime64, end: np.datetime64) -> bool:
        holes = np.concatenate([[starts[0] - start], starts[1:] - ends[:-1] - _DAY, [end - ends[-1]]]) / _DAY
        return bool((holes >= 0).all() and (holes <= self.gap).all())

    def _count(self, number: int) -> str:
        return (
            f"{self.name} average" if number == 1 and not self.gap else f"average of {number} {self.name} {self.noun}s"
        )


@dataclass(frozen=True, eq=False, slots=True)
class History:
    """The figures of one thing, say the rate of a currency: averages of stretches, the longest first, and of days."""

    noun: str
    of_what: str
    averages: tuple[_Stretches, ...]
    points: _Stretches

    @classmethod
    def of(cls, noun: str, of_what: str, rows: pd.DataFrame) -> History:
        """A history of rows with start, end, value, source and kind: average, or end for the figure of the last day."""
        months = _months(rows)
        averages = rows[rows["kind"] == "average"].groupby(months, sort=True)
        stretches = [_stretches(noun, int(length), part) for length, part in averages]
        points = rows[(rows["kind"] == "end") | (months == 0)]
        return cls(noun, of_what, tuple(reversed(stretches)), _stretches(noun, 0, points.assign(start=points["end"])))

    def average(self, start: np.datetime64, end: np.datetime64) -> Reading:
        """The average over a period, of the longest stretches that make it up; a weekend has that of its Friday."""
        if start == end:
            return self.at_end(end)
        readings = (stretches.average(start, end) for stretches in self.averages)
        found = next((reading for reading in readings if reading is not None), None)
        if found is None and (end - start) / _DAY < LONGEST_GAP:
            found = self.points.latest(end)
        return found or Reading(np.nan, self._missing(start, end))

    def at_end(self, end: np.datetime64) -> Reading:
        """The last figure of a period, at most `LONGEST_GAP` days before its end."""
        return self.points.latest(end) or Reading(np.nan, self._missing(end, end))

    def last_day(self) -> np.datetime64:
        """The last day of which anything is known."""
        return max(each.ends[-1] for each in self._parts())

    def _parts(self) -> list[_Stretches]:
        return [each for each in (*self.averages, self.points) if len(each.starts)]

    def _missing(self, start: np.datetime64, end: np.datetime64) -> str:
        first, thing = min(each.starts[0] for each in self._parts()), f"no {self.noun} of {self.of_what}"
        if start < first:
            return f"{thing} before {first}"
        if end > self.last_day():
            return f"{thing} after {self.last_day()}"
        return f"{thing} that covers {days_between(start, end)}"


def days_between(start: np.datetime64, end: np.datetime64) -> str:
    """The days of a period in words: the year or the month where it is one.

    >>> day = np.datetime64
    >>> days_between(day("2019-01-01"), day("2019-12-31")), days_between(day("2019-01-02"), day("2019-12-31"))
    ('2019', '2019-01-02 to 2019-12-31')
    """
    for unit in ("Y", "M", "D"):
        whole = start.astype(f"datetime64[{unit}]")
        if start == whole.astype("datetime64[D]") and end == (whole + 1).astype("datetime64[D]") - _DAY:
            return str(whole)
    return f"{start} to {end}"


def _months(rows: pd.DataFrame) -> pd.Series:
    """How many whole months each row is long, 0 for a day, and minus its days for any other stretch."""
    start, end = rows["start"].dt, rows["end"].dt
    whole = (start.day == 1) & end.is_month_end
    months = (end.year - start.year) * _YEAR + end.month - start.month + 1
    days = (rows["end"] - rows["start"]).dt.days
    return pd.Series(np.select([days == 0, whole], [0, months], -days), rows.index)


def _stretches(noun: str, months: int, rows: pd.DataFrame) -> _Stretches:
    ordered = rows.sort_values("start")
    days = {name: ordered[name].to_numpy().astype("datetime64[D]") for name in ("start", "end")}
    name = _NAMES.get(months) or (f"{months}-month" if months > 0 else f"{1 - months}-day")
    values, sources = ordered["value"].to_numpy(float), ordered["source"].to_numpy(object)
    return _Stretches(name, noun, LONGEST_GAP if months == 0 else 0, days["start"], days["end"], values, sources)


def _cited(sources: Iterable[object]) -> str:
    return " and ".join(dict.fromkeys(map(str, sources)))
