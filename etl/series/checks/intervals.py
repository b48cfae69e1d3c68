"""Arithmetic of intervals: what follows of a quotient or a difference from figures that are rounded or bounded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Interval", "apart"]


@dataclass(frozen=True, slots=True)
class Interval:
    """Columns of intervals, open ends infinite, each with the value it is for.

    >>> first, second = (Interval(*np.array(ends)[:, None]) for ends in ((9.0, 10.0, 11.0), (4.0, 5.0, 6.0)))
    >>> first.over(second).high.tolist(), first.less(second).low.tolist(), first.widened(0.1).high.round(1).tolist()
    ([2.75], [3.0], [12.1])
    """

    low: np.ndarray
    value: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, rows: pd.DataFrame, suffix: str = "", by: np.ndarray | float = 1.0) -> Interval:
        """The columns low, middle and high of a frame, each with the suffix, in a unit `by` times smaller."""
        return cls(*(rows[f"{name}{suffix}"].to_numpy(float) * by for name in ("low", "middle", "high")))

    def over(self, other: Interval) -> Interval:
        """The quotient of two figures that are not negative; what is below zero of an interval does not count."""
        with np.errstate(divide="ignore", invalid="ignore"):
            low = np.maximum(self.low, 0) / other.high
            high = self.high / np.maximum(other.low, 0)
            return Interval(low, self.value / other.value, np.where(np.isnan(high), np.inf, high))

    def less(self, other: Interval) -> Interval:
        """The difference."""
        return Interval(self.low - other.high, self.value - other.value, self.high - other.low)

    def scaled(self, by: float) -> Interval:
        """Times a number; a negative one turns the ends round."""
        ends = (self.low * by, self.high * by)
        low, high = ends if by > 0 else ends[::-1]
        return Interval(low, self.value * by, high)

    def moved(self, by: float) -> Interval:
        """Plus a number."""
        return Interval(self.low + by, self.value + by, self.high + by)

    def widened(self, share: np.ndarray | float) -> Interval:
        """With each end further out by a share of itself; of figures that are not negative."""
        return Interval(self.low * (1 - share), self.value, self.high * (1 + share))

    def moved_out(self, by: np.ndarray) -> Interval:
        """With each end so much further out; an open end stays one, and its other end a bound taken at its word."""
        by = np.where(np.isfinite(self.high - self.low), by, 0.0)
        return Interval(self.low - by, self.value, self.high + by)

    def at(self, rows: np.ndarray) -> Interval:
        """Some of the intervals."""
        return Interval(self.low[rows], self.value[rows], self.high[rows])

    def where(self, which: np.ndarray, other: Interval) -> Interval:
        """These intervals where `which` is true, else the other ones."""
        pairs = ((self.low, other.low), (self.value, other.value), (self.high, other.high))
        return Interval(*(np.where(which, mine, yours) for mine, yours in pairs))

    def named(self, side: str) -> dict[str, np.ndarray]:
        """The value and the ends under the names of the columns of a side."""
        return {side: self.value, f"{side}_low": self.low, f"{side}_high": self.high}


def apart(one: Interval, other: Interval) -> np.ndarray:
    """The distance between two intervals, 0 where they share a point."""
    distance: np.ndarray = np.fmax(np.fmax(one.low - other.high, other.low - one.high), 0.0)
    return distance
