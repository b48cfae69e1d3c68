"""Dates of parts told loosely: early, late, the end of, so far, the rest of."""

from __future__ import annotations

from dataclasses import replace

from etl.grammar.periods.nodes import Edge, Fuzzy, Relative, Rest, The, ToDate
from etl.resolve.periods.calendars import add_months
from etl.resolve.periods.dispatch import resolve, resolves
from etl.resolve.periods.intervals import DAY, UNKNOWN, Context, Interval, whole_months

__all__: list[str] = []

_PARTS = ("early", "mid", "late")
_MID_MONTH = 16


@resolves(Fuzzy)
def _fuzzy(node: Fuzzy, context: Context) -> Interval:
    """A third; but "early next year" and "late last month" are looser, and halves."""
    of = resolve(node.of, context)
    if isinstance(node.of, Relative | The) and node.part != "mid":
        return _half(of, late=node.part == "late")
    return _third(of, _PARTS.index(node.part))


def _third(of: Interval, index: int) -> Interval:
    """A third of a stretch of whole months; of a month, days 1-10, 10-20 and from 21."""
    if of.start is None or of.end is None or of.months is None:
        return UNKNOWN
    if of.months == 1:
        first, last = ((1, 10), (10, 20), (21, of.end.day))[index]
        days = of.start.replace(day=first), of.start.replace(day=last)
        return Interval(*days, "range", approx=True, basis=of.basis)
    if of.months % 3:
        return UNKNOWN
    length = of.months // 3
    return whole_months(add_months(of.start, index * length), length, approx=True, basis=of.basis)


def _half(of: Interval, *, late: bool) -> Interval:
    if of.start is None:
        return UNKNOWN
    if of.months is None:
        return replace(of, granularity="range", approx=True)
    middle = of.start.replace(day=_MID_MONTH) if of.months == 1 else add_months(of.start, of.months // 2)
    found = replace(of, start=middle) if late else replace(of, end=middle - DAY)
    return replace(found, granularity="range", fiscal=None, approx=True)


@resolves(Edge)
def _edge(node: Edge, context: Context) -> Interval:
    """The one day beside a stock ("reserves stood at $5bn at the end of 2017"), else the first or last third."""
    of = resolve(node.of, context)
    day = of.end if node.side == "end" else of.start
    if context.around.stock and day is not None:
        return Interval(day, day, bound="asof", basis=of.basis)
    return _fuzzy(Fuzzy("late" if node.side == "end" else "early", node.of), context)


@resolves(ToDate)
def _to_date(node: ToDate, context: Context) -> Interval:
    today = context.published
    if today is None:
        return UNKNOWN
    if node.of is None:
        return Interval(None, today, bound="until", basis="pubdate")
    of = resolve(node.of, context)
    if of.start is None or of.start > today:
        return UNKNOWN
    return Interval(of.start, today, "range").resting_on("pubdate", of.basis)


@resolves(Rest)
def _rest(node: Rest, context: Context) -> Interval:
    """From the publication date on; "later this year" is its second half."""
    of, today = resolve(node.of, context), context.published
    if of.start is None or of.end is None or today is None:
        return UNKNOWN
    if node.loose and of.months:
        return _half(of, late=True)
    return Interval(max(of.start, min(today, of.end)), of.end, "range").resting_on("pubdate", of.basis)
