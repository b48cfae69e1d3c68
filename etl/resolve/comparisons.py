"""A figure or a period in its scene → whether it is the older side of a comparison, the one measured against."""

from __future__ import annotations

import re

from etl.lexicon import alternatives, cache
from etl.model import Period, Quantity
from etl.resolve.kinds import FILLER, read_change
from etl.resolve.scene import Scene

__all__ = ["compared_period", "is_base", "is_comparison", "is_record", "read_comparison"]

_REACH = 90
_PERIOD_REACH = 32
_BY = re.compile(r"\bby\s+(?:the\s+)?$", re.IGNORECASE)
# Figures appended to a comparison: "than in 2016 ($4.7 billion)", "the same period last year - $3.8 million".
_APPENDED = re.compile(
    rf"(?!.*\bby\b)(?:[’']s?(?:\s+[\w-]+){{0,4}}?(?:\s+of)?)?\s*(?:[(–—-]|when it was|\bof\b)?\s*{FILLER}",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\s+(?:[\w-]+\s+){0,2}?(?:from|over|on|above|below)\s+(?:the\s+|those\s+of\s+|that\s+of\s+)?", re.IGNORECASE
)


def is_base(scene: Scene, quantity: Quantity) -> bool:
    """Whether another figure is measured against this one: "from 5%", "against $3bn in March and $4bn in April"."""
    left = scene.text[max(scene.sentence.start, quantity.start - _REACH) : quantity.start]
    if _base_words().search(left) or compared_period(scene, quantity):
        return True
    earlier = [other for other in scene.quantities if other.end <= quantity.start and other.unit == quantity.unit]
    gap = scene.text[earlier[-1].end : quantity.start] if earlier else ""
    return bool(earlier) and _another_words().fullmatch(gap) is not None and is_base(scene, earlier[-1])


def compared_period(scene: Scene, quantity: Quantity) -> Period | None:
    """The older period whose figure follows at once: "5% less than in 2022 ($4.7 billion)"."""
    before = next((period for period in reversed(scene.periods) if period.span_end <= quantity.start), None)
    if before is None or not before.start or not (is_comparison(scene, before) or _owns_base(scene, before)):
        return None
    return before if _APPENDED.fullmatch(scene.text, before.span_end, quantity.start) else None


def _owns_base(scene: Scene, period: Period) -> bool:
    """Whether a figure is measured against that of a period: "from June's 465,000 tonnes"."""
    return scene.text[period.span_end : period.span_end + 1] in {"'", "’"} and (
        _base_words().search(scene.text, scene.sentence.start, period.span_start) is not None
    )


def read_comparison(scene: Scene, quantity: Quantity) -> Period | None:
    """The period a change is measured against: the first comparison behind it ("5% more than a year earlier")."""
    dated = (period for period in scene.periods if period.span_start >= quantity.end and is_comparison(scene, period))
    return next((period for period in dated if period.start or period.end), None)


def is_comparison(scene: Scene, period: Period) -> bool:
    """Whether the words in front of a period make it the older side of a comparison."""
    before = scene.text[max(scene.sentence.start, period.span_start - _PERIOD_REACH) : period.span_start]
    if _same_words().match(scene.text, period.span_start) and _BY.search(before):
        return True
    words = _period_words() if period.basis in {"anaphor", "none"} else _dated_words()
    return words.search(before) is not None or _starts_change(scene, period)


def _starts_change(scene: Scene, period: Period) -> bool:
    """Whether a change is told to start at a period: "fell 18.8% from August to 1.4 million tonnes"."""
    before = [quantity for quantity in scene.quantities if quantity.end < period.span_start]
    told = before and _FROM.fullmatch(scene.text, before[-1].end, period.span_start)
    return bool(told) and read_change(scene, before[-1]) is not None


def is_record(scene: Scene, period: Period) -> bool:
    """Whether a period tells only since when a figure has had no equal: "the smallest since February 2015"."""
    if period.bound != "since" and not period.approx:
        return False
    before = scene.text[max(scene.sentence.start, period.span_start - _REACH) : period.span_start]
    return _record_words().search(before) is not None


@cache
def _base_words() -> re.Pattern[str]:
    """base = ("from" | "against" | ...) measured figure"""
    figure = alternatives("comparisons.txt", before="figure")
    return re.compile(rf"\b(?:{figure})\s+{_measured()}$", re.IGNORECASE)


@cache
def _another_words() -> re.Pattern[str]:
    """another = "and" measured figure"""
    return re.compile(rf"[^;.:]{{0,45}}\band\s+{_measured()}", re.IGNORECASE)


def _measured() -> str:
    """measured = filler* (word{0,2} (change | "level" | ...) "of" filler*)?"""
    changes = (alternatives("changes.txt", change=change, kind="noun") for change in ("up", "down"))
    nouns = "|".join((*changes, alternatives("comparisons.txt", before="of")))
    return rf"{FILLER}(?:(?:[\w-]+\s+){{0,2}}(?:{nouns})\s+of\s+{FILLER})?"


@cache
def _same_words() -> re.Pattern[str]:
    """The start of a period told by another: CIS statistics give an index "by the same period of the last year"."""
    return re.compile(rf"(?:the\s+)?(?:{alternatives('periods.txt', kind='same')})\b", re.IGNORECASE)


@cache
def _period_words() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives('comparisons.txt', before='period')})\s+(?:the\s+|in\s+)?$", re.IGNORECASE)


@cache
def _dated_words() -> re.Pattern[str]:
    words = alternatives("comparisons.txt", before="date")
    return re.compile(rf"\b(?:{words})\s+(?:in\s+|that\s+of\s+|the\s+)*$", re.IGNORECASE)


@cache
def _record_words() -> re.Pattern[str]:
    words = alternatives("comparisons.txt", before="record")
    return re.compile(rf"\b(?:{words})\b[^,;.:]{{0,40}}$", re.IGNORECASE)
