"""Dates told from the publication date, or from a period named before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from etl.grammar.periods.nodes import Ahead, Beside, Now, Relative, RelativeFiscal, Rolling, Same, Shift, Stretch, The
from etl.resolve.periods.anaphora import antecedent, moved_into, shifted
from etl.resolve.periods.dispatch import resolve, resolves
from etl.resolve.periods.intervals import (
    DAY,
    UNIT_MONTHS,
    UNKNOWN,
    Context,
    Interval,
    moved_by,
    week_around,
    whole_months,
)
from etl.resolve.periods.parts import stretch

__all__ = ["relative"]


@resolves(Relative)
def relative(node: Relative, context: Context) -> Interval:
    """The unit of the publication date, or one beside it; "the last decade" is the ten years behind it."""
    today = context.published
    if today is None:
        return UNKNOWN
    if node.unit == "decade" and node.offset < 0:
        return _rolling(Rolling("decade", -node.offset, -1), context)
    if node.unit == "week":
        return week_around(moved_by(today, "week", node.offset), granularity="window", basis="pubdate")
    start = _unit_start(today, node.unit)
    return whole_months(moved_by(start, node.unit, node.offset), UNIT_MONTHS[node.unit], basis="pubdate")


def _unit_start(today: dt.date, unit: str) -> dt.date:
    """The first day of the unit that holds `today`."""
    length = UNIT_MONTHS[unit]
    if length > UNIT_MONTHS["year"]:
        return dt.date(today.year - today.year % (length // 12), 1, 1)
    return dt.date(today.year, (today.month - 1) // length * length + 1, 1)


@resolves(Rolling)
def _rolling(node: Rolling, context: Context) -> Interval:
    today = context.published
    if today is None or node.count is None:
        return Interval(basis="none", granularity="window", approx=True)
    if node.unit in ("quarter", "half") or (node.unit == "decade" and node.direction > 0):
        return _complete_units(node, node.count, today)
    far = moved_by(today, node.unit, node.count * node.direction)
    near = today if node.direction < 0 or node.within else today + DAY
    return Interval(min(near, far), max(near, far), "window", approx=True, basis="pubdate")


def _complete_units(node: Rolling, count: int, today: dt.date) -> Interval:
    """Whole quarters, halves or coming decades beside the one that holds the publication date."""
    start = moved_by(_unit_start(today, node.unit), node.unit, 1 if node.direction > 0 else -count)
    return whole_months(start, count * UNIT_MONTHS[node.unit], granularity="window", basis="pubdate")


@resolves(Ahead)
def _ahead(node: Ahead, context: Context) -> Interval:
    today = context.published
    if today is None:
        return UNKNOWN
    if node.direction < 0:
        return _ago(node, today)
    if node.certain or context.tense == "future":
        day = moved_by(today, node.unit, node.count)
        return Interval(day, day, approx=True, basis="pubdate")
    # "Trade amounted to $660 mln in ten months": the first ten of the year, as CIS statistics count.
    return stretch(Stretch("month", node.count), context) if node.unit == "month" else UNKNOWN


def _ago(node: Ahead, today: dt.date) -> Interval:
    """The unit that many units back: "three years ago" is a year, "two months ago" a month."""
    day = moved_by(today, node.unit, -node.count)
    if node.unit == "day":
        return Interval(day, day, basis="pubdate")
    if node.unit == "week":
        return week_around(day, granularity="window", approx=True, basis="pubdate")
    return whole_months(_unit_start(day, node.unit), UNIT_MONTHS[node.unit], approx=True, basis="pubdate")


@resolves(Now)
def _now(node: Now, context: Context) -> Interval:
    if context.published is None:
        return UNKNOWN
    day = context.published + node.offset * DAY
    return Interval(day, day, basis="pubdate")


@resolves(The)
def _the(node: The, context: Context) -> Interval:
    """The one named in this sentence or the one before, else that of the publication date."""
    found = antecedent(context.around, node.unit, exact=True, reach=1)
    return relative(Relative(node.unit, 0), context) if found is None else found.resting_on("anaphor")


@resolves(Shift)
def _shift(node: Shift, context: Context) -> Interval:
    if node.unit in ("day", "week"):
        return relative(Relative(node.unit, node.offset), context) if node.deictic and node.unit == "week" else UNKNOWN
    found = antecedent(context.around, node.unit)
    if found is not None:
        return shifted(found, node.offset * UNIT_MONTHS[node.unit])
    if node.deictic:
        return relative(Relative(node.unit, node.offset), context)
    if node.offset > 0:
        return UNKNOWN
    # The unstated current figure is taken to be the latest complete unit's, so its base lies one further back.
    base = relative(Relative(node.unit, node.offset - 1), context)
    return Interval(basis="none", alternatives=(base.dates,)) if base.known else UNKNOWN


@resolves(Beside)
def _beside(node: Beside, context: Context) -> Interval:
    of = resolve(node.of, context)
    if of.start is None or of.end is None:
        return UNKNOWN
    if node.stretch:
        edge = of.end + DAY if node.count > 0 else of.start
        far = moved_by(edge, node.unit, node.count)
        return Interval(min(edge, far), max(edge, far) - DAY, basis=of.basis)
    if of.start == of.end:
        day = moved_by(of.start, node.unit, node.count)
        return Interval(day, day, basis=of.basis)
    months = UNIT_MONTHS.get(node.unit, 0)
    return replace(shifted(of, node.count * months), basis=of.basis) if months >= (of.months or 1) else UNKNOWN


@resolves(Same)
def _same(node: Same, context: Context) -> Interval:
    """The period named before, in the year given; "last year" beside it means the year before its own."""
    found = antecedent(context.around, "year")
    if found is None:
        return UNKNOWN
    if node.of is None:
        return found.resting_on("anaphor")
    if isinstance(node.of, Shift | Ahead) or node.of in (Relative("year", -1), RelativeFiscal(-1)):
        return shifted(found, -UNIT_MONTHS["year"])
    return moved_into(found, resolve(node.of, context))
