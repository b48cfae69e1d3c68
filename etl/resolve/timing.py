"""A quantity in its scene → the period it speaks of: beside the figure, in its clause, else carried from the text before."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from etl.model import Period, Quantity, Status
from etl.resolve.kinds import is_base
from etl.resolve.metrics import Reading
from etl.resolve.scene import Scene

__all__ = ["Clock", "period_of_claim", "read_period"]

_SHARED = re.compile(r",?\s*(?:to|or|and|reaching|reached|at|hitting|amounting to|totalling|\()\s*(?:[\w-]+\s+){0,3}\$?$", re.IGNORECASE)
_BREAK = re.compile(r"[;]|\b(?:while|whereas|but|compared|against|from|versus|after|than|and)\b", re.IGNORECASE)
_REACH = 90
_UNDATED = re.compile(r"\b(?:currently|now|at present|presently|today|these days|every year|annually|each year)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clock:
    """The periods a text has set: of its main figures, and of those they are measured against."""

    main: Period | None = None
    base: Period | None = None


def read_period(scene: Scene, quantity: Quantity, reading: Reading, clock: Clock, *, base: bool, status: Status) -> Period | None:
    """The period a figure speaks of; None where the text gives none (never the date of publication).

    Order: behind the figure, before the next one; shared with the next figure ("rose 13% to $1bn in 2024"); in front of it in the
    sentence; behind it anywhere in its clause; carried from earlier sentences, for flows that happened.
    """
    periods = [period for period in scene.periods if _measures(period)]
    beside = _behind(scene, quantity, periods)
    if beside:
        return beside
    if base:
        return clock.base
    front = [period for period in periods if period.span_end <= quantity.start and not _is_base_of_another(scene, period)]
    if front:
        return front[-1]
    in_clause = [
        period for period in periods if period.span_start >= quantity.end and not scene.crossings(quantity.start, period.span_start)
    ]
    if in_clause and not scene.quantities_between(quantity.end, in_clause[0].span_start):
        return in_clause[0]
    carried = reading.row["span"] == "flow" and status in {"actual", "estimate"} and not _undated(scene)
    return clock.main if carried else None


def period_of_claim(period: Period | None, published: dt.date | None) -> Period | None:
    """What a figure measures, where that differs from what the expression says.

    "by 2030" is the year 2030; growth "since 2015" runs to the day of publication; an expression without dates is no period.
    """
    if period is None or (period.start is None and period.end is None):
        return None
    if period.start is None and period.end is not None and period.bound == "until":
        return replace(period, start=_granule_start(period.end))
    if period.end is None and published is not None and period.bound == "since":
        return replace(period, end=published)
    return period


def _granule_start(end: dt.date) -> dt.date:
    return end.replace(month=1, day=1) if (end.month, end.day) == (12, 31) else end.replace(day=1)


def _measures(period: Period) -> bool:
    """A single day is when something was said or signed, unless it dates a stock ("as of 30 June")."""
    dated = period.start is not None or period.end is not None
    return dated and (period.granularity != "day" or period.bound == "asof")


def _behind(scene: Scene, quantity: Quantity, periods: list[Period]) -> Period | None:
    """The first period behind the figure, with no other figure between, or shared with the next figure."""
    after = next((period for period in periods if period.span_start >= quantity.end), None)
    if after is None or after.span_start - quantity.end > _REACH:
        return None
    between = [other for other in scene.quantities if quantity.end <= other.start and other.end <= after.span_start]
    gap = scene.text[quantity.end : between[0].start if between else after.span_start]
    if not between:
        return None if _BREAK.search(gap) else after
    rest = scene.text[between[-1].end : after.span_start]
    return after if len(between) == 1 and _SHARED.fullmatch(gap) and not _BREAK.search(rest) else None


def _is_base_of_another(scene: Scene, period: Period) -> bool:
    """Whether a period dates the figure that an earlier one was measured against ("against $4bn in 2016")."""
    before = [quantity for quantity in scene.quantities if quantity.end <= period.span_start]
    if not before:
        return False
    return is_base(scene, before[-1]) and _behind(scene, before[-1], [period]) is not None


def _undated(scene: Scene) -> bool:
    return _UNDATED.search(scene.sentence.within(scene.text)) is not None
