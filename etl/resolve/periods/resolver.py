"""Period node + context → interval, one function a node; `resolve` picks the function by the node's type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from etl.grammar.periods.nodes import (
    Ahead,
    Century,
    Day,
    Decade,
    Edge,
    Ending,
    Era,
    FiscalYear,
    Fuzzy,
    Month,
    Node,
    Now,
    Nth,
    NumericDate,
    Open,
    Range,
    Relative,
    RelativeFiscal,
    Rest,
    Rolling,
    Same,
    Shift,
    SplitYear,
    Stretch,
    The,
    ToDate,
    Unit,
    Year,
)
from etl.resolve.periods.anaphora import antecedent, moved_into, shifted
from etl.resolve.periods.calendars import COMMON_STARTS, add_months, last_of_month, made, span_months
from etl.resolve.periods.intervals import UNKNOWN, Context, Interval, whole_months

__all__ = ["resolve"]

_DAY = dt.timedelta(days=1)
_MONTHS = 12
UNIT_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}
# How far a date without a year is looked for: 29 February may be eight years away (1896, 1904).
_YEARS_AROUND = 8


def resolve(node: Node, context: Context) -> Interval:
    """The dates of `node`; `UNKNOWN` when the context does not hold what it needs.

    >>> resolve(Nth("half", 1, Year(2024)), Context()).end
    datetime.date(2024, 6, 30)
    """
    return _RESOLVERS[type(node)](node, context)


# Years and longer


def _year(node: Year, context: Context) -> Interval:
    return whole_months(dt.date(_full_year(node.year, context), 1, 1), 12)


def _full_year(year: int, context: Context) -> int:
    """Two digits are the latest such year up to ten years after the publication date."""
    if year > 99:
        return year
    latest = (context.published.year if context.published else 2030) + 10
    return latest - (latest - year) % 100


def _split_year(node: SplitYear, context: Context) -> Interval:
    first = _full_year(node.first, context)
    label = f"FY{first}/{(first + 1) % 100:02}" if node.style == "fiscal" else f"{first}/{(first + 1) % 100:02}"
    month = made(first, (first + 1) % 100, 1) if node.style == "bare" else None
    if node.style == "season" or context.calendar is None:
        readings = tuple(calendar.year(first) for calendar in COMMON_STARTS[:3])
        if month is not None:
            return whole_months(month, 1, alternatives=readings)
        return replace(UNKNOWN, label=label, alternatives=readings, granularity="year")
    start, end = context.calendar.year(first)
    if context.calendar.is_calendar_year(first):
        return replace(whole_months(start, 24), alternatives=tuple(c.year(first) for c in COMMON_STARTS[:2]))
    others = () if month is None else ((month, last_of_month(month)),)
    return _fiscal(start, end, alternatives=others)


def _fiscal_year(node: FiscalYear, context: Context) -> Interval:
    year = _full_year(node.year, context)
    if context.calendar is None:
        readings = tuple(calendar.named(year) for calendar in COMMON_STARTS)
        return replace(UNKNOWN, label=f"FY{year}", alternatives=readings, granularity="year")
    return _fiscal(*context.calendar.named(year))


def _relative_fiscal(node: RelativeFiscal, context: Context) -> Interval:
    if context.published is None:
        return UNKNOWN
    if context.calendar is None:
        readings = tuple(_relative_fiscal(node, replace(context, calendar=c)).dates for c in COMMON_STARTS)
        return replace(UNKNOWN, alternatives=readings, granularity="year")
    start, end = context.calendar.containing(context.published)
    steps = node.offset if not node.complete or end > context.published else 0
    if steps:
        start, end = context.calendar.containing(add_months(start, 12 * steps) + _DAY)
    return _fiscal(start, end, basis="pubdate")


def _fiscal(start: dt.date, end: dt.date, **fields: Any) -> Interval:
    fiscal = None if (start.month, start.day) == (1, 1) else f"--{start:%m-%d}"
    return replace(Interval(start, end, "year", fiscal), **fields)


def _era(node: Era, _: Context) -> Interval:
    """The solar Hijri year begins on 21 March, 621 years behind."""
    return whole_months(dt.date(node.year + 621, 3, 21), 12, granularity="year")


def _decade(node: Decade, context: Context) -> Interval:
    if node.first > 99:
        return whole_months(dt.date(node.first, 1, 1), 120)
    today = context.published.year if context.published else 2030
    return whole_months(dt.date(today - (today - node.first) % 100, 1, 1), 120)


def _century(node: Century, _: Context) -> Interval:
    return whole_months(dt.date(100 * (node.number - 1), 1, 1), 1200) if 1 < node.number < 99 else UNKNOWN


# Parts of a year


def _month(node: Month, context: Context) -> Interval:
    if node.step is not None:
        return _stepped_month(node, context)
    return _in_year(node.of, context, lambda year: whole_months(dt.date(year, node.month, 1), 1))


def _stepped_month(node: Month, context: Context) -> Interval:
    """ "Last December" is complete, "this May" of this year, "next June" begins after the publication date."""
    today = context.published
    if today is None or node.step is None:
        return UNKNOWN
    this = whole_months(dt.date(today.year, node.month, 1), 1, basis="pubdate")
    if node.step < 0 and this.end is not None and this.end >= today:
        return _moved(this, -12)
    if node.step > 0 and this.start is not None and this.start <= today:
        return _moved(this, 12)
    return this


def _day(node: Day, context: Context) -> Interval:
    if node.month is None:
        return _day_of(node, context)
    month = node.month

    def exact(year: int) -> Interval | None:
        day = made(year, month, node.day)
        return None if day is None else Interval(day, day)

    return _in_year(node.of, context, exact)


def _day_of(node: Day, context: Context) -> Interval:
    """A day of a month named otherwise: "from 4 to 22 this month"."""
    month = UNKNOWN if node.of is None else resolve(node.of, context)
    if month.start is None or month.end is None:
        return UNKNOWN
    day = made(month.start.year, month.start.month, node.day)
    return UNKNOWN if day is None else Interval(day, day, basis=month.basis)


def _numeric_date(node: NumericDate, context: Context) -> Interval:
    """The usual order of the two numbers, the other as an alternative; one that is no date is no reading."""
    orders = (node.first, node.second), (node.second, node.first)
    usual, other = orders if context.month_first else orders[::-1]
    readings = [_day(Day(day, month, node.of), context) for month, day in (usual, other) if 1 <= month <= _MONTHS]
    known = [reading for reading in readings if reading.known]
    if not known:
        return UNKNOWN
    return replace(known[0], alternatives=tuple(reading.dates for reading in known[1:]))


def _nth(node: Nth, context: Context) -> Interval:
    if node.of is None or node.of == The("year"):
        return _in_year(None, replace(context, complete=True), lambda year: _piece(_calendar_year(year), node))
    of = _enclosing(resolve(node.of, context), node.unit)
    if isinstance(node.of, Month) and of.start and of.end:
        return _half_month(of, node.n)
    found = _piece(of, node)
    return _with_readings(found or UNKNOWN, of, lambda reading: _piece(reading, node))


def _piece(of: Interval, node: Nth) -> Interval | None:
    """The n-th unit of `of`, counted from its first day."""
    length = UNIT_MONTHS[node.unit]
    if of.start is None or of.end is None:
        return None
    months = span_months(of.start, of.end)
    n = (months or 0) // length + 1 + node.n if node.n < 0 else node.n
    if months is None or not 1 <= n <= months // length:
        return None
    granularity = node.unit if of.fiscal and node.unit in ("quarter", "half") else None
    return replace(
        whole_months(add_months(of.start, (n - 1) * length), length), fiscal=of.fiscal, basis=of.basis, granularity=granularity  # type: ignore[arg-type]
    )


def _half_month(of: Interval, n: int) -> Interval:
    assert of.start is not None
    return replace(of, end=of.start.replace(day=15)) if n == 1 else replace(of, start=of.start.replace(day=16))


def _stretch(node: Stretch, context: Context) -> Interval:
    if node.of is None or node.of == The("year"):
        found = _in_year(None, replace(context, complete=True), lambda year: _slice(_calendar_year(year), node))
        return found
    of = resolve(node.of, context)
    if not isinstance(node.of, Month):
        of = _enclosing(of, "year")
    found = _slice(of, node)
    if _not_yet_over(found, node, context):
        return _fiscal_slice(node, context) or found or UNKNOWN
    return _with_readings(found or UNKNOWN, of, lambda reading: _slice(reading, node))


def _not_yet_over(found: Interval | None, node: Stretch, context: Context) -> bool:
    """Whether "the first eight months of the ongoing year" cannot be calendar months on the publication date."""
    ongoing = isinstance(node.of, Relative) and node.of == Relative("year", 0)
    return bool(ongoing and found and found.end and context.published and found.end > context.published)


def _fiscal_slice(node: Stretch, context: Context) -> Interval | None:
    if context.calendar is None or context.tense == "future":
        return None
    return _slice(_relative_fiscal(RelativeFiscal(0), context), node)


def _slice(of: Interval, node: Stretch) -> Interval | None:
    """The first or last `count` units of `of`."""
    if of.start is None or of.end is None:
        return None
    start, end = _slice_days(of.start, of.end, node)
    if start < of.start or end > of.end:
        return None
    return Interval(start, end, fiscal=of.fiscal, basis=of.basis)


def _slice_days(start: dt.date, end: dt.date, node: Stretch) -> tuple[dt.date, dt.date]:
    if node.unit == "day":
        days = dt.timedelta(days=node.count - 1)
        return (end - days, end) if node.last else (start, start + days)
    months = node.count * UNIT_MONTHS[node.unit]
    if node.last:
        return add_months(end + _DAY, -months), end
    return start, add_months(start, months) - _DAY


def _ending(node: Ending, context: Context) -> Interval:
    end = resolve(node.end, replace(context, complete=True))
    if end.end is None:
        return replace(end, start=None, end=None, granularity=None)
    following = end.end + _DAY
    if node.unit == "day":
        start = following - dt.timedelta(days=node.count)
    else:
        start = add_months(following, -node.count * UNIT_MONTHS[node.unit])
    fiscal = f"--{start:%m-%d}" if node.fiscal and (start.month, start.day) != (1, 1) else None
    granularity = "year" if fiscal and node.unit == "year" and node.count == 1 else None
    return Interval(start, end.end, granularity, fiscal, basis=end.basis)  # type: ignore[arg-type]


def _in_year(of: Node | None, context: Context, make: Callable[[int], Interval | None]) -> Interval:
    """The part that `make` cuts out of a calendar year: the year of the container, else the one the tense asks for."""
    if of is None:
        return _nearest(context, make)
    container = _enclosing(resolve(of, context), "year")
    if container.start is None or container.end is None:
        return _with_readings(UNKNOWN, container, lambda reading: _within(reading, make))
    return _within(container, make) or UNKNOWN


def _within(container: Interval, make: Callable[[int], Interval | None]) -> Interval | None:
    assert container.start is not None
    assert container.end is not None
    for year in range(container.start.year, container.end.year + 1):
        found = make(year)
        if found and found.start and found.end and found.start >= container.start and found.end <= container.end:
            return found.resting_on(container.basis)
    return None


def _nearest(context: Context, make: Callable[[int], Interval | None]) -> Interval:
    """The latest one that has begun (with `complete`: that has ended), or in a future claim the first not yet over."""
    today = context.published
    if today is None:
        return UNKNOWN
    ahead = context.tense == "future"
    for years in range(_YEARS_AROUND + 1):
        found = make(today.year + (years if ahead else -years))
        if found is None or found.start is None or found.end is None:
            continue
        if found.end >= today if ahead else (found.end if context.complete else found.start) <= today:
            return found.resting_on("pubdate")
    return UNKNOWN


def _calendar_year(year: int) -> Interval:
    return whole_months(dt.date(year, 1, 1), 12)


def _enclosing(of: Interval, unit: Unit) -> Interval:
    """The calendar year around a stretch too short to hold a `unit`: "the first quarter of the previous year"."""
    if of.start is None or of.end is None or unit == "day":
        return of
    months = span_months(of.start, of.end) or 0
    if months >= 12 or of.start.year != of.end.year:
        return of
    return replace(_calendar_year(of.start.year), basis=of.basis)


def _with_readings(found: Interval, of: Interval, make: Callable[[Interval], Interval | None]) -> Interval:
    """`found`, or, where the container has several readings and no dates, the same part of each reading."""
    if of.known or not of.alternatives:
        return found
    made_of = (make(Interval(*reading)) for reading in of.alternatives)
    return replace(UNKNOWN, alternatives=tuple(one.dates for one in made_of if one is not None))


# From the publication date


def _relative(node: Relative, context: Context) -> Interval:
    today = context.published
    if today is None:
        return UNKNOWN
    if node.unit == "decade" and node.offset < 0:
        return _rolling(Rolling("decade", -node.offset, -1), context)
    start = _unit_start(today, node.unit)
    length = UNIT_MONTHS[node.unit]
    return whole_months(add_months(start, node.offset * length), length, basis="pubdate")


def _unit_start(today: dt.date, unit: Unit) -> dt.date:
    """The first day of the unit that holds `today`."""
    if unit in ("decade", "century"):
        return dt.date(today.year - today.year % (UNIT_MONTHS[unit] // 12), 1, 1)
    length = UNIT_MONTHS[unit]
    return dt.date(today.year, (today.month - 1) // length * length + 1, 1)


def _rolling(node: Rolling, context: Context) -> Interval:
    today = context.published
    if today is None or node.count is None:
        return replace(UNKNOWN, granularity="window", approx=True)
    if node.unit in ("quarter", "half") or (node.unit == "decade" and node.direction > 0):
        return replace(_rolling_units(node, today), granularity="window", basis="pubdate")
    far = _moved_day(today, node.unit, node.count * node.direction)
    near = today if node.direction < 0 or node.within else today + _DAY
    return Interval(min(near, far), max(near, far), "window", approx=True, basis="pubdate")


def _rolling_units(node: Rolling, today: dt.date) -> Interval:
    """Complete quarters, halves or coming decades beside the one that holds the publication date."""
    length, count = UNIT_MONTHS[node.unit], node.count or 0
    start = _unit_start(today, node.unit)
    first = add_months(start, length if node.direction > 0 else -count * length)
    return whole_months(first, count * length)


def _moved_day(day: dt.date, unit: Unit, count: int) -> dt.date:
    return day + dt.timedelta(days=count) if unit == "day" else add_months(day, count * UNIT_MONTHS[unit])


def _ahead(node: Ahead, context: Context) -> Interval:
    today = context.published
    if today is None:
        return UNKNOWN
    if node.direction < 0:
        return _ago(node, today)
    if context.tense == "future":
        day = _moved_day(today, node.unit, node.count)
        return Interval(day, day, approx=True, basis="pubdate")
    # "Trade amounted to $660 mln in ten months": the first ten of the year.
    return _stretch(Stretch("month", node.count), context) if node.unit == "month" else UNKNOWN


def _ago(node: Ahead, today: dt.date) -> Interval:
    """The unit that many units back: "three years ago" is a year, "two months ago" a month."""
    day = _moved_day(today, node.unit, -node.count)
    if node.unit == "day":
        return Interval(day, day, basis="pubdate")
    return whole_months(_unit_start(day, node.unit), UNIT_MONTHS[node.unit], approx=True, basis="pubdate")


def _to_date(node: ToDate, context: Context) -> Interval:
    if context.published is None:
        return UNKNOWN
    if node.of is None:
        return Interval(None, context.published, bound="until", basis="pubdate")
    of = resolve(node.of, context)
    return replace(of, end=context.published, granularity="range", fiscal=None).resting_on("pubdate") if of.start else of


def _rest(node: Rest, context: Context) -> Interval:
    of = resolve(node.of, context)
    if of.start is None or of.end is None or context.published is None:
        return UNKNOWN
    if isinstance(node.of, Relative):
        return replace(_late_half(of), approx=True)
    return replace(of, start=max(of.start, context.published), granularity="range")


def _now(_: Now, context: Context) -> Interval:
    return Interval(context.published, context.published, basis="pubdate") if context.published else UNKNOWN


# From a period named before


def _the(node: The, context: Context) -> Interval:
    """ "That year", "the year": the one of this sentence or the one before, else the publication date's."""
    found = antecedent(context.around, node.unit, exact=True, reach=1)
    return _relative(Relative(node.unit, 0), context) if found is None else found.resting_on("anaphor")


def _shift(node: Shift, context: Context) -> Interval:
    months = node.offset * UNIT_MONTHS[node.unit] if node.unit != "day" else 0
    found = antecedent(context.around, node.unit)
    if found is not None and months:
        return shifted(found, months)
    if node.deictic:
        return _relative(Relative(node.unit, node.offset), context) if months else UNKNOWN
    # The unstated current figure is taken to be the latest complete unit's, so its base lies one further back.
    base = _relative(Relative(node.unit, node.offset - 1), context) if months else UNKNOWN
    return replace(UNKNOWN, alternatives=(base.dates,)) if base.known else UNKNOWN


def _same(node: Same, context: Context) -> Interval:
    found = antecedent(context.around, "year")
    if found is None:
        return UNKNOWN
    if node.of is None:
        return found.resting_on("anaphor")
    if isinstance(node.of, Shift | Ahead) or node.of == Relative("year", -1) or node.of == RelativeFiscal(-1):
        return shifted(found, -12)
    return moved_into(found, resolve(node.of, context))


# Parts told loosely


def _fuzzy(node: Fuzzy, context: Context) -> Interval:
    of = resolve(node.of, context)
    if of.start is None or of.end is None:
        return UNKNOWN
    if isinstance(node.of, Relative | The) and node.part != "mid":
        return replace(_early_half(of) if node.part == "early" else _late_half(of), approx=True)
    return replace(_third(of, ("early", "mid", "late").index(node.part)), approx=True)


def _third(of: Interval, index: int) -> Interval:
    """A third of a stretch of whole months; of a month, days 1-10, 10-20 and from 21."""
    assert of.start is not None
    assert of.end is not None
    months = span_months(of.start, of.end)
    if months == 1:
        first, last = ((1, 10), (10, 20), (21, of.end.day))[index]
        return Interval(of.start.replace(day=first), of.start.replace(day=last), "range", basis=of.basis)
    if months is None or months % 3:
        return UNKNOWN
    return whole_months(add_months(of.start, index * months // 3), months // 3, granularity="range", basis=of.basis)


def _early_half(of: Interval) -> Interval:
    return _half(of, late=False)


def _late_half(of: Interval) -> Interval:
    return _half(of, late=True)


def _half(of: Interval, *, late: bool) -> Interval:
    """Half of a year or of a month, as "early next year" and "late last month" are meant: looser than a third."""
    assert of.start is not None
    assert of.end is not None
    months = span_months(of.start, of.end)
    if months == 1:
        middle = of.start.replace(day=16)
    else:
        middle = add_months(of.start, (months or 0) // 2)
    found = replace(of, start=middle) if late else replace(of, end=middle - _DAY)
    return replace(found, granularity="range", fiscal=None)


def _edge(node: Edge, context: Context) -> Interval:
    """ "The end of 2017" beside a stock is its last day, else the last third; "the start" likewise the first."""
    of = resolve(node.of, context)
    if of.start is None or of.end is None:
        return UNKNOWN
    if context.around.stock:
        day = of.end if node.side == "end" else of.start
        return Interval(day, day, bound="asof", basis=of.basis)
    return _fuzzy(Fuzzy("late" if node.side == "end" else "early", node.of), context)


# Ranges and bounds


def _range(node: Range, context: Context) -> Interval:
    first, last = _completed(node)
    end = _bound_dates(last, replace(context, complete=True) if _yearless(first) else context)
    if end.end is None:
        return UNKNOWN
    start = _range_start(first, last, end, context)
    if start.start is None:
        return UNKNOWN
    if start.start > end.end and _yearless(last):
        end = _first_after(last, start.start)
    if end.end is None or start.start > end.end:
        return UNKNOWN
    granularity = None
    return Interval(start.start, end.end, granularity, approx=start.approx or end.approx).resting_on(start.basis, end.basis)


def _completed(node: Range) -> tuple[Node, Node]:
    """Both ends of the range, each with the month the other gives it: "10-25 December", "November 19-20"."""
    first, last = node.first, node.last
    if isinstance(first, Day) and first.month is None and isinstance(last, Day):
        first = replace(first, month=last.month, of=last.of)
    if isinstance(last, Day) and last.month is None and isinstance(first, Day) and first.month is not None:
        last = replace(last, month=first.month, of=first.of)
    return first, last


def _yearless(node: Node) -> bool:
    return isinstance(node, Month | Day | Nth | NumericDate) and node.of is None and getattr(node, "step", None) is None


def _range_start(first: Node, last: Node, end: Interval, context: Context) -> Interval:
    """The first end; without a year it is the latest one before the last end."""
    if isinstance(first, Day) and first.month is None:
        return resolve(replace(first, of=last), context)
    if not _yearless(first):
        return _bound_dates(first, context, opening=True)
    assert end.end is not None
    anchor = end.start if end.start is not None else end.end
    return resolve(first, replace(context, published=anchor, forced="past", complete=False)).resting_on(end.basis) if anchor else UNKNOWN


def _first_after(last: Node, start: dt.date) -> Interval:
    return resolve(last, Context(published=start, forced="future"))


def _bound_dates(node: Node, context: Context, *, opening: bool = False) -> Interval:
    """The dates of an end of a range: an edge is an instant, between the day before it and the day after."""
    if not isinstance(node, Edge):
        return resolve(node, context)
    of = resolve(node.of, context)
    if of.start is None or of.end is None:
        return UNKNOWN
    after = of.start if node.side == "start" else of.end + _DAY
    return Interval(after, after if opening else after - _DAY, basis=of.basis)


def _open(node: Open, context: Context) -> Interval:
    if node.bound in ("until", "before") and context.tense is None:
        context = replace(context, forced="future")
    of = resolve(node.of, context)
    if isinstance(node.of, Edge):
        of = _instant(node, context)
    if of.start is None or of.end is None:
        return of
    if node.bound == "asof":
        return replace(of, start=of.end, bound="asof", granularity="day", fiscal=None)
    return replace(of, **_OPEN_DATES[node.bound](of.start, of.end), bound=node.bound, granularity="open", fiscal=None)


def _instant(node: Open, context: Context) -> Interval:
    """The two days an edge stands between; "before the end of 2018" reaches its last day."""
    assert isinstance(node.of, Edge)
    of = resolve(node.of.of, context)
    if of.start is None or of.end is None:
        return UNKNOWN
    if node.of.side == "start":
        day = of.start if node.bound != "after" else of.start - _DAY
    else:
        day = of.end if node.bound != "before" else of.end + _DAY
    return Interval(day, day, basis=of.basis)


_OPEN_DATES: dict[str, Callable[[dt.date, dt.date], dict[str, Any]]] = {
    "since": lambda start, _: {"start": start, "end": None},
    "after": lambda _, end: {"start": end + _DAY, "end": None},
    "until": lambda _, end: {"start": None, "end": end},
    "before": lambda start, _: {"start": None, "end": start - _DAY},
}


def _moved(interval: Interval, months: int) -> Interval:
    assert interval.start is not None
    return whole_months(add_months(interval.start, months), 1, basis=interval.basis)


_RESOLVERS: dict[type, Callable[[Any, Context], Interval]] = {
    Year: _year,
    SplitYear: _split_year,
    FiscalYear: _fiscal_year,
    RelativeFiscal: _relative_fiscal,
    Era: _era,
    Decade: _decade,
    Century: _century,
    Month: _month,
    Day: _day,
    NumericDate: _numeric_date,
    Nth: _nth,
    Stretch: _stretch,
    Ending: _ending,
    Relative: _relative,
    The: _the,
    Shift: _shift,
    Same: _same,
    Rolling: _rolling,
    Ahead: _ahead,
    Fuzzy: _fuzzy,
    Edge: _edge,
    ToDate: _to_date,
    Rest: _rest,
    Now: _now,
    Range: _range,
    Open: _open,
}
