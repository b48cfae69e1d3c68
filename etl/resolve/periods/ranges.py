"""Dates of ranges, and of stretches open at one side."""

from __future__ import annotations

from dataclasses import replace

from etl.grammar.periods.nodes import Day, Edge, Fuzzy, Month, Node, Nth, NumericDate, Open, Range
from etl.resolve.periods.dispatch import resolve, resolves
from etl.resolve.periods.intervals import DAY, UNKNOWN, Context, Interval

__all__: list[str] = []

_WITHIN = 366 * DAY


@resolves(Range)
def _range(node: Range, context: Context) -> Interval:
    """Both ends belong to it; an end without its year takes the one that makes the range run forward."""
    first, last = _completed(node)
    if _yearless(last) and not _yearless(first):
        start = _range_end(first, context, opening=True)
        end = UNKNOWN if start.start is None else resolve(last, Context(start.start, forced="future"))
    else:
        end = _range_end(last, replace(context, complete=True))
        start = _opening(first, end, context) if _yearless(first) else _range_end(first, context, opening=True)
    if start.start is None or end.end is None or start.start > end.end:
        return UNKNOWN
    found = Interval(start.start, end.end, approx=start.approx or end.approx)
    return found.resting_on(start.basis, "explicit" if _yearless(last) and not _yearless(first) else end.basis)


def _completed(node: Range) -> tuple[Node, Node]:
    """Both ends, each with the month the other gives it: "10-25 December", "November 19-20"."""
    first, last = node.first, node.last
    if isinstance(first, Day) and isinstance(last, Day):
        if first.month is None and first.of is None:
            first = replace(first, month=last.month, of=last.of)
        if last.month is None and last.of is None:
            last = replace(last, month=first.month, of=first.of)
    return first, last


def _yearless(node: Node) -> bool:
    if isinstance(node, Month) and node.step is not None:
        return False
    if isinstance(node, Edge | Fuzzy):
        return _yearless(node.of)
    return isinstance(node, Month | Day | Nth | NumericDate) and node.of is None


def _opening(first: Node, end: Interval, context: Context) -> Interval:
    """The latest `first` before the end of the range within a year: November of "November-February 2017" is in 2016."""
    anchor = end.start or end.end
    if anchor is None:
        return UNKNOWN
    found = _range_end(first, replace(context, published=anchor, forced="past"), opening=True)
    near = found.start is not None and anchor - found.start <= _WITHIN
    return replace(found, basis=end.basis) if near else UNKNOWN


def _range_end(node: Node, context: Context, *, opening: bool = False) -> Interval:
    """The dates of an end of a range; an edge is an instant, between the day before it and the day after."""
    if not isinstance(node, Edge):
        return resolve(node, context)
    of = resolve(node.of, context)
    if of.start is None or of.end is None:
        return UNKNOWN
    after = of.start if node.side == "start" else of.end + DAY
    day = after if opening else after - DAY
    return Interval(day, day, basis=of.basis)


@resolves(Open)
def _open(node: Open, context: Context) -> Interval:
    """A bound without a tense looks ahead ("by March"), "since June 1" back; an end that is open stays None."""
    if node.bound in ("until", "before") and context.tense is None:
        context = replace(context, forced="future")
    if node.bound == "since" and context.tense != "future":
        context = replace(context, forced="past")
    of = _instant(node, context) if isinstance(node.of, Edge) else resolve(node.of, context)
    if of.start is None or of.end is None:
        return of
    if node.bound == "asof":
        return Interval(of.end, of.end, "day", bound="asof", basis=of.basis)
    start, end = {
        "since": (of.start, None),
        "after": (of.end + DAY, None),
        "until": (None, of.end),
        "before": (None, of.start - DAY),
    }[node.bound]
    return Interval(start, end, "open", bound=node.bound, approx=of.approx, basis=of.basis)


def _instant(node: Open, context: Context) -> Interval:
    """The day an edge stands for beside its bound: "before the end of 2018" still holds its last day."""
    if not isinstance(node.of, Edge):
        return resolve(node.of, context)
    of = resolve(node.of.of, context)
    if of.start is None or of.end is None:
        return UNKNOWN
    if node.of.side == "start":
        day = of.start - DAY if node.bound in ("after", "until") else of.start
    else:
        day = of.end + DAY if node.bound == "before" else of.end
    return Interval(day, day, basis=of.basis)
