"""A quantity in its scene → the period it speaks of: beside it, in its clause, else carried from the text before."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import NamedTuple

from etl.lexicon import alternatives, any_of, cache, read_table, words
from etl.model import Period, Quantity, Status
from etl.resolve.comparisons import compared_period, is_base, is_comparison, is_record
from etl.resolve.kinds import measure_of
from etl.resolve.metrics import Reading
from etl.resolve.periods import label_of, shift_years
from etl.resolve.scene import Scene

__all__ = [
    "NO_TIME",
    "Clock",
    "coming",
    "flow_around",
    "is_later",
    "only_period",
    "opens_sentence",
    "period_of_claim",
    "read_period",
    "was_missed",
]

_SHARED = re.compile(
    r",?\s*(?:[\w-]+\s+){0,4}(?:to|or|and|reaching|reached|at|hitting|amounting to|totalling|\()"
    r"\s*(?:[\w-]+\s+){0,3}\$?$",
    re.IGNORECASE,
)
_BREAK = re.compile(r";|:\s|\b(?:while|whereas|but|compared|against|from|versus|after|than|and)\b", re.IGNORECASE)
_NO_TIME, _WEEK, _YEAR = dt.timedelta(), dt.timedelta(days=7), dt.timedelta(days=365)
_REACH = 90
_COMPARISON_REACH = 32
_OPENING = 12
_LAST_COMPARISON = re.compile(r"\s*\b(?:from|than|over|on|compared\s+\w+|against|versus)\s+(?:the\s+)?$", re.IGNORECASE)
# "In the year that ended in 2023"
_OPENS = re.compile(r"(?:in|during|for|over|throughout|as of)\s[^,;:]{0,40}", re.IGNORECASE)
# What leads from a period to its own figure: "(June 1.45m)", "(2022: $4bn)".
_OWN = re.compile(r"\s*[:=]?\s*")
# An average is of a stretch of time, also that of a price or a stock.
_AVERAGE = re.compile(r"\baverag", re.IGNORECASE)
# "$400m a year" is of every year, unless its own sentence dates it.
_YEARLY = re.compile(r"\b(?:an?|per|each|every)\s+(?:year|annum)|\b(?:annually|yearly)\b", re.IGNORECASE)
# "$48bn, June slips": a period behind a comma is of the next thought, unless a preposition leads to it.
_NEXT_THOUGHT = re.compile(
    r",(?!.*\b(?:in|during|for|of|at|by|over|since|through|from|to|between|on|the)\s*$)", re.DOTALL
)


class Clock(NamedTuple):
    """The periods a text has set: of its main figures, of those they are measured against, and the first it set."""

    main: Period | None = None
    base: Period | None = None
    lead: Period | None = None

    def turned_to(self, period: Period) -> Clock:
        """The clock at another period."""
        return Clock(period, self.base if self.main == period else None, self.lead or period)

    def turned_back(self) -> Clock:
        """The clock of a new paragraph: from an older period the text goes back to the one it began with."""
        back = self.main is not None and self.lead is not None and is_later(self.lead, self.main)
        return Clock(self.lead, None, self.lead) if back else self


NO_TIME = Clock()


def read_period(
    scene: Scene, quantity: Quantity, reading: Reading, clock: Clock, *, base: bool, status: Status
) -> Period | None:
    """The period a figure speaks of; None where the text gives none (never the date of publication).

    Order: behind the figure, before the next one; shared with the next figure ("rose 13% to $1bn in 2024"); in front of
    it in the sentence; behind it anywhere in its clause; carried from earlier sentences, for flows that happened.
    """
    stock = reading.row["span"] == "stock" or "price" in reading.row["measures"]
    periods = [period for period in scene.periods if _measures(scene, period, stock=stock)]
    if status == "actual":
        periods = [period for period in periods if not _is_planned(scene, quantity, period)]
    beside = compared_period(scene, quantity) or _behind(scene, quantity, periods, shared=not base)
    if beside:
        return beside
    front = [period for period in periods if period.span_end <= quantity.start]
    flow = reading.row["span"] == "flow" or _AVERAGE.search(scene.sentence.within(scene.text)) is not None
    if base and status != "actual":
        told = any(cue.end <= quantity.start for cue in scene.statuses)
        return front[-1] if front else None if told else clock.main  # "weaker than the 3.1% growth tipped"
    if base:
        return _base_period(front, clock, flow=flow)
    if _undated(scene, quantity):
        return None
    if status == "commitment" and (due := _further_behind(scene, quantity, periods, over="price")):
        return due
    happened = status in {"actual", "estimate"} or was_missed(scene, quantity)
    ahead = _in_front(scene, quantity, front, stock=reading.row["span"] == "stock" and not flow, happened=happened)
    return (
        ahead
        or _further_behind(scene, quantity, periods)
        or (clock.main if flow and happened and not _YEARLY.search(quantity.text) else None)
    )


def _base_period(front: list[Period], clock: Clock, *, flow: bool) -> Period | None:
    """When the older of two figures was: the first year of a span, the period others were measured against."""
    if front and _is_span(front[-1]):
        return _first_year(front[-1])
    return (clock.base or _year_before(clock.main)) if flow else None


def _in_front(scene: Scene, quantity: Quantity, front: list[Period], *, stock: bool, happened: bool) -> Period | None:
    """The last period in front of a figure that can be its own."""
    front = [period for period in front if not _is_base_of_another(scene, period)]
    if stock:
        front = [period for period in front if opens_sentence(scene, period) or not _crosses(scene, period, quantity)]
    if not front or not (happened or _may_come(scene, quantity, front[-1])):
        return None
    return _last_year(front[-1]) if _ends_rise(scene, quantity, front[-1]) else front[-1]


def _may_come(scene: Scene, quantity: Quantity, period: Period) -> bool:
    """Whether a period in front of a figure that has not happened can be its own, and not that of one that has."""
    taken = scene.quantities_between(period.span_end, quantity.start)
    return not _crosses(scene, period, quantity) and not (taken and period.granularity != "year")


def _further_behind(scene: Scene, quantity: Quantity, periods: list[Period], *, over: str = "") -> Period | None:
    """The first period behind a figure in its clause, where no figure stands between but of the measure `over`."""
    rest = (
        period
        for period in periods
        if period.span_start >= quantity.end and not scene.crossings(quantity.start, period.span_start)
    )
    first = next(rest, None)
    between = [other for other in scene.quantities if first and quantity.end <= other.start < first.span_start]
    return None if any(measure_of(other.unit) != over for other in between) else first


def is_later(period: Period, other: Period) -> bool:
    """Whether a period begins when another is over."""
    return period.start is not None and other.end is not None and period.start > other.end


def only_period(scene: Scene) -> Period | None:
    """The one closed period of a sentence without figures: "Never did they trade as much as last year"."""
    closed = [period for period in scene.periods if period.bound == "closed" and period.granularity != "day"]
    return closed[0] if len(closed) == 1 and not closed[0].approx else None


def opens_sentence(scene: Scene, period: Period) -> bool:
    """Whether a period opens the sentence, so that it dates all of it: "In 2023 ..."."""
    start = scene.sentence.start
    opens = _OPENS.fullmatch(scene.text, start, period.span_start)
    return opens is not None or 0 <= period.span_start - start < _OPENING


def _crosses(scene: Scene, period: Period, quantity: Quantity) -> bool:
    return scene.crossings(period.span_end - 1, quantity.start) > 0


def was_missed(scene: Scene, quantity: Quantity) -> bool:
    """Whether a target is one that the text's own period was measured by: "missed the target of $58bn"."""
    left = scene.text[max(scene.sentence.start, quantity.start - _REACH) : quantity.start]
    return _missed_words().search(left) is not None


def _year_before(period: Period | None) -> Period | None:
    """A year, or months of one, a year before: what their figure is measured against where the text does not say."""
    if period is None or period.granularity not in {"year", "range", "half", "open"}:
        return None
    return shift_years(period, -1)


def coming(period: Period, published: dt.date) -> Period:
    """What a forecast means by a month, quarter or half without a year: the next one, where the last is over.

    "is expected to fall in September", told in August, is the September to come.
    """
    whole = _whole_year(period)
    if whole and period.end and period.end < published <= (whole.end or period.end):
        return whole
    bare = period.basis == "pubdate" and period.granularity in {"month", "quarter", "half"}
    over = period.end is not None and period.end < published and shift_years(period, 1).end
    bare = bare and not _looks_back().search(period.text)
    return shift_years(period, 1) if bare and over and over >= published else period


def _whole_year(period: Period) -> Period | None:
    """The year of a stretch of months that begins with it: "ten months of this year" tells of the year."""
    if period.granularity != "range" or not period.start or (period.start.month, period.start.day) != (1, 1):
        return None
    end = period.start.replace(month=12, day=31)
    return replace(period, end=end, label=label_of(period.start, end), granularity="year")


@cache
def _looks_back() -> re.Pattern[str]:
    words = "|".join(alternatives("periods.txt", kind=kind) for kind in ("last", "past", "previous"))
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


def period_of_claim(
    period: Period | None, published: dt.date | None, reported: Period | None = None, *, flow: bool = True
) -> Period | None:
    """What a figure measures, where that differs from what the expression says.

    "by 2030" is the year 2030 and "to date" gives no period; growth "since 2015" runs to the day of publication, or to
    the end of the months the text has `reported` of a year that is not over, and what starts later has no end yet; a
    stock of a week is that of its last day, a flow "as of 1 September" that of the eight months before, as CIS
    statistics count; without dates there is none.
    """
    if period is None or (period.start is None and period.end in (None, published)):
        return None
    if period.start is None or period.end is None:
        return _closed(period, published, reported)
    if not flow:
        return _on_last_day(period) if period.granularity == "range" and _within_week(period) else period
    unfinished = period.granularity == "year" and published and period.end > published
    if unfinished and reported and reported.start == period.start and _reported_end(period, reported):
        return reported
    if period.bound == "asof" and period.start.timetuple().tm_yday > 1:
        start = period.start.replace(month=1, day=1)
        end = period.start - dt.timedelta(days=1) if period.start.day == 1 else period.start
        return replace(period, start=start, end=end, bound="closed", label=label_of(start, end), granularity="range")
    return period


def _closed(period: Period, published: dt.date | None, reported: Period | None) -> Period:
    """A period with the side that "by" or "since" leaves open, where it is known."""
    if period.end is not None and period.bound == "until":
        return replace(period, start=_granule_start(period.end))
    if period.start is not None and published is not None and period.bound == "since" and period.start <= published:
        return replace(period, end=_reported_end(period, reported) or published)
    return period


def _on_last_day(period: Period) -> Period:
    return replace(period, start=period.end, granularity="day", label=label_of(period.end, period.end))


def flow_around(period: Period) -> Period | None:
    """The stretch of time that the day of a stock stands for: the month it ends; another day dates no flow."""
    if period.start is None or period.start != period.end:
        return period
    if (period.start + dt.timedelta(days=1)).day > 1:
        return None
    start = period.start.replace(day=1)
    return replace(period, start=start, bound="closed", granularity="month", label=label_of(start, period.start))


def _reported_end(period: Period, reported: Period | None) -> dt.date | None:
    """The end of the months reported, where they lie within a year of the start of a period that is not over."""
    if reported is None or reported.granularity == "year" or not reported.end or not period.start:
        return None
    return reported.end if _NO_TIME < reported.end - period.start < _YEAR else None


def _granule_start(end: dt.date) -> dt.date:
    return end.replace(month=1, day=1) if (end.month, end.day) == (12, 31) else end.replace(day=1)


def _lasts(period: Period) -> bool:
    """Whether a period is more than the time of an event: no single day, no week such as "last week"."""
    if period.bound == "asof" or period.start is None or period.end is None:
        return True
    return period.granularity != "day" and not (period.granularity == "window" and _within_week(period))


def _within_week(period: Period) -> bool:
    return period.start is not None and period.end is not None and period.end - period.start < _WEEK


def _measures(scene: Scene, period: Period, *, stock: bool) -> bool:
    """A period a figure can speak of: no comparison, not when something was said; when it was done, of stocks only."""
    dated = period.start is not None or period.end is not None
    lasting = _lasts(period) or (stock and period.granularity == "day")
    before = scene.text[max(scene.sentence.start, period.span_start - _COMPARISON_REACH) : period.span_start]
    return (
        dated
        and lasting
        and not is_comparison(scene, period)
        and not is_record(scene, period)
        and not _said_words().search(before)
    )


def _behind(scene: Scene, quantity: Quantity, periods: list[Period], *, shared: bool = True) -> Period | None:
    """The first period behind the figure, with no other figure between, or shared with the next figure."""
    after = next((period for period in periods if period.span_start >= quantity.end), None)
    if after is None or after.span_start - quantity.end > _REACH:
        return None
    between = [other for other in scene.quantities if quantity.end <= other.start and other.end <= after.span_start]
    gap = _gap(scene, quantity.end, between[0].start if between else after.span_start)
    if not between and _dates_next(scene, after):
        return None
    if not between:
        return None if _BREAK.search(gap) or _NEXT_THOUGHT.search(gap) else after
    rest = scene.text[between[-1].end : after.span_start]
    together = shared and len(between) == 1 and _SHARED.fullmatch(gap) and not _BREAK.search(rest)
    return after if together else None


def _dates_next(scene: Scene, period: Period) -> bool:
    """Whether a period opens a bracket that gives its own figure: "1.61m tonnes ([June] 1.45m)"."""
    opened = scene.text[scene.sentence.start : period.span_start].endswith("(")
    figure = next((other for other in scene.quantities if other.start >= period.span_end), None)
    return opened and figure is not None and _OWN.fullmatch(scene.text, period.span_end, figure.start) is not None


def _gap(scene: Scene, start: int, end: int) -> str:
    """The text between two offsets without its comparisons: "[from a year earlier] to" is "to"."""
    gap, last = "", start
    for period in scene.periods:
        if start <= period.span_start and period.span_end <= end and is_comparison(scene, period):
            gap += _LAST_COMPARISON.sub("", scene.text[last : period.span_start])
            last = period.span_end
    return gap + scene.text[last:end]


def _is_span(period: Period) -> bool:
    """Whether a period runs over whole years from one to another: "from 2021 to 2023"."""
    if period.start is None or period.end is None or period.start.year == period.end.year:
        return False
    return (period.start.month, period.start.day, period.end.month, period.end.day) == (1, 1, 12, 31)


def _ends_rise(scene: Scene, quantity: Quantity, period: Period) -> bool:
    """Whether a figure is the later of a pair dated by a span: "from 2021 to 2023 exports went from 56 to 83"."""
    pair = [other for other in scene.quantities if period.span_end <= other.start and other.end <= quantity.start]
    return _is_span(period) and len(pair) == 1 and is_base(scene, pair[0]) and pair[0].unit == quantity.unit


def _first_year(period: Period) -> Period:
    year = (period.start or dt.date.max).year
    return replace(period, end=dt.date(year, 12, 31), label=str(year), granularity="year")


def _last_year(period: Period) -> Period:
    year = (period.end or dt.date.max).year
    return replace(period, start=dt.date(year, 1, 1), label=str(year), granularity="year")


def _is_base_of_another(scene: Scene, period: Period) -> bool:
    """Whether a period dates the figure that an earlier one was measured against ("against $4bn in 2016")."""
    before = [quantity for quantity in scene.quantities if quantity.end <= period.span_start]
    if not before:
        return False
    return is_base(scene, before[-1]) and _behind(scene, before[-1], [period]) is not None


def _undated(scene: Scene, quantity: Quantity) -> bool:
    """Whether the figure's clause speaks of now or always, and dates nothing."""
    clause = scene.clauses[scene.clause_at(quantity.start)]
    dated = any(
        clause.start <= period.span_start < clause.end and _measures(scene, period, stock=False)
        for period in scene.periods
    )
    return not dated and _undated_words().search(clause.within(scene.text)) is not None


def _is_planned(scene: Scene, quantity: Quantity, period: Period) -> bool:
    """Whether a period behind a figure that happened is that of a plan: "pumps 2.4m and wants 4m by 2035"."""
    return any(quantity.end <= cue.start < period.span_start for cue in scene.statuses)


@cache
def _said_words() -> re.Pattern[str]:
    """The end of a text after which a period tells when something was said or signed: "he said in [May]"."""
    said, deed = _cue_words("said"), _cue_words("deed")
    return re.compile(rf"\b(?:(?:{said})\s+(?:[\w’']+\s+){{0,2}}|(?:{deed})\s+(?:of|in|from|dated)\s+)$", re.IGNORECASE)


@cache
def _undated_words() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_cue_words('undated')})\b", re.IGNORECASE)


@cache
def _missed_words() -> re.Pattern[str]:
    """missed = ("missed" | "below" | ...) word{0,4} ("target" | "forecast" | ...) figure"""
    passed = alternatives("comparisons.txt", before="target")
    named = any_of(word for row in read_table("statuses.txt") for word in words(row["noun"]))
    return re.compile(rf"\b(?:{passed})\s+(?:[’'\w-]+\s+){{0,4}}?(?:{named})\b[^,;.]{{0,30}}$", re.IGNORECASE)


def _cue_words(cue: str) -> str:
    return any_of(word for row in read_table("period_cues.txt") if row["cue"] == cue for word in words(row["words"]))
