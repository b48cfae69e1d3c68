"""Neighbouring figures → ranges: $750-800 mln, between 5% and 6%, from 18 to 20 thousand tons, 7 or 8 percent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from etl.grammar.figures import Figure
from etl.grammar.qualifiers import find_hedge, follows_change
from etl.grammar.tokens import DASHES, Tokens

__all__ = ["join_ranges"]

_SCALE_RATIO: Final = 10.0
_SCALABLE: Final = 1000.0
_GAPS: Final = (1, 2, 3)
_LEVEL_REACH: Final = 4
_NARROWEST: Final = 2.0


def join_ranges(tokens: Tokens, figures: Sequence[Figure]) -> list[Figure]:
    """The figures, the two ends of each range made one; ends of a pair or range share what one of them states.

    "From 5 to 6 percent" is a range; after a word of change ("rose from 5 to 6 percent") it is a pair of two figures.
    From right to left: in "from 24.2 to 33-35 billion euros" the range states what the first figure leaves out.
    """
    joined: list[Figure] = []
    for figure in reversed(figures):
        link = _link(tokens, figure, joined[-1]) if joined else None
        if link is None:
            joined.append(figure)
            continue
        low, high = _share(figure, joined.pop())
        joined += [_range(low, high)] if link == "range" and _spans(tokens, low, high) else [high, low]
    return joined[::-1]


def _link(tokens: Tokens, left: Figure, right: Figure) -> str | None:
    """link = dash | "-to-" | "to" | "between" A "and" | "or" : "range", "pair", or None where nothing links the two"""
    if right.first - left.last not in _GAPS or left.upper is not None or {left.form, right.form} & {"part", "fold"}:
        return None
    between = [word for word in tokens.words[left.last : right.first] if word not in DASHES]
    dashes = right.first - left.last - len(between)
    if not between:
        return "range" if dashes == 1 else None
    if between == ["to"]:
        return "range" if dashes else _to(tokens, left, right)
    if between == ["and"]:
        return "range" if "between" in tokens.words[left.first - 3 : left.first] else None
    return "range" if between == ["or"] and _alternatives(left, right) else None


def _to(tokens: Tokens, left: Figure, right: Figure) -> str | None:
    """to = "from" A "to" B after a word of change: a pair; "rose A to B", "by" A "to" B: no range; else a range"""
    if tokens.words[find_hedge(tokens, left.first, left.last).first - 1] == "by" and left.kind != "bare":
        return "range" if _spreads(left, right) else None
    if tokens.words[left.first - 1] == "from":
        return "pair" if follows_change(tokens, left.first - 1) else "range"
    if left.kind == "bare" != right.kind and _near(left, right):
        return "range"  # "loses 12 to 15 metres": a change would have a unit of its own.
    return None if follows_change(tokens, left.first, _LEVEL_REACH) else "range"


def _spreads(left: Figure, right: Figure) -> bool:
    """Whether a change "by A to B" is a range: by 5% to 20%, by $20 to $30; not by $20 to $180, its new level"""
    rates = left.unit == right.unit == "percent" and left.mantissa < right.mantissa
    return rates or (left.unit == right.unit and left.scale == right.scale and _near(left, right))


def _near(left: Figure, right: Figure) -> bool:
    return 0 < right.mantissa - left.mantissa <= left.mantissa


def _alternatives(left: Figure, right: Figure) -> bool:
    """Whether "A or B" are near enough to be a range: 7 or 8 percent."""
    near = 0 < right.mantissa - left.mantissa <= max(_NARROWEST, left.mantissa)
    return near and (left.kind == "bare" or left.unit == right.unit)


def _share(left: Figure, right: Figure) -> tuple[Figure, Figure]:
    """Both figures with the unit and the scale that only one of them states: "5-6 billion", "$10 to $15 billion"."""
    if _scale_is_shared(left, right):
        left = left._replace(scale=right.scale)
    elif right.kind == "bare" and right.scale == 1 < left.scale and right.mantissa < _SCALABLE:
        right = right._replace(scale=left.scale)
    if left.kind == "bare":
        left = left._replace(unit=right.unit, per=right.per, factor=right.factor, kind=right.kind)
    elif right.kind == "bare":
        factor, per = right.factor * left.factor, right.per or left.per
        right = right._replace(unit=left.unit, per=per, factor=factor, kind=left.kind)
        left = left._replace(per=per, factor=factor)
    elif left.unit == right.unit and right.per and not left.per:
        left = left._replace(per=right.per, factor=right.factor)
    return left, right


def _scale_is_shared(left: Figure, right: Figure) -> bool:
    """Whether the left end borrows the right one's scale: $10 to $15 billion does, $200 to $4 million does not."""
    alike = left.kind == right.kind or "bare" in (left.kind, right.kind)
    near = abs(left.mantissa) < min(_SCALABLE, abs(right.mantissa) * _SCALE_RATIO)
    return alike and near and left.scale == 1 < right.scale


def _spans(tokens: Tokens, low: Figure, high: Figure) -> bool:
    """Whether two linked figures are ends of one range: of one unit, and not falling after "from"."""
    falls = low.value > high.value and tokens.words[low.first - 1] == "from"
    return low.unit == high.unit and high.upper is None and not falls


def _range(left: Figure, right: Figure) -> Figure:
    """range: the value is the lower end, `upper` the upper one; ends of two scales have theirs spent in the value"""
    low, high = sorted((left.value, right.value))
    if low == left.value and (left.scale, left.factor) == (right.scale, right.factor):
        return right._replace(first=left.first, mantissa=left.mantissa, upper=high, form=left.form)
    return right._replace(first=left.first, mantissa=low, scale=1.0, factor=1.0, upper=high, form=left.form)
