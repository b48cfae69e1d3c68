"""Neighbouring figures → ranges: $750-800 mln, between 5% and 6%, from 18 to 20 thousand tons, 7 or 8 percent."""

from __future__ import annotations

from typing import Final

from etl.grammar.figures import Figure
from etl.grammar.qualifiers import follows_change
from etl.grammar.tokens import Tokens

__all__ = ["join_ranges"]

_DASHES: Final = frozenset("-\u2010\u2011\u2012\u2013\u2014")
_SHARED_SCALE_RATIO: Final = 10.0
_SCALABLE: Final = 1000.0


def join_ranges(tokens: Tokens, figures: list[Figure]) -> list[Figure]:
    """The figures, with the two ends of each range made one; both get the unit and scale that one of them states."""
    joined: list[Figure] = []
    for figure in figures:
        if joined and (link := _link(tokens, joined[-1], figure)):
            low, high = share(joined[-1], figure)
            descends = low.value > high.value and tokens.words[low.first - 1] == "from"
            if link == "range" and not descends and _comparable(low, high):
                joined[-1] = _range(low, high)
                continue
            joined[-1], figure = low, high  # noqa: PLW2901
        joined.append(figure)
    return joined


def share(left: Figure, right: Figure) -> tuple[Figure, Figure]:
    """Both figures with the unit and the scale that only one of them states: "5-6 billion", "$10 to $15 billion"."""
    if _scale_shared(left, right):
        left = left._replace(scale=right.scale)
    elif right.scale == 1 and left.scale > 1 and right.kind == "bare" and right.mantissa < _SCALABLE:
        right = right._replace(scale=left.scale)
    if left.kind == "bare" and right.kind != "bare":
        left = left._replace(unit=right.unit, per=right.per, factor=right.factor, kind=right.kind)
    elif right.kind == "bare" and left.kind != "bare":
        right = right._replace(unit=left.unit, per=right.per or left.per, factor=right.factor * left.factor, kind=left.kind)
        left = left._replace(per=right.per, factor=right.factor)
    elif left.unit == right.unit and right.per and not left.per:
        left = left._replace(per=right.per, factor=right.factor)
    return left, right


def _scale_shared(left: Figure, right: Figure) -> bool:
    """Whether the left end borrows the right one's scale: $10 to $15 billion does, $200 to $4 million does not."""
    alike = left.kind == right.kind or "bare" in (left.kind, right.kind)
    return alike and left.scale == 1 < right.scale and abs(left.mantissa) < min(_SCALABLE, abs(right.mantissa) * _SHARED_SCALE_RATIO)


def _link(tokens: Tokens, left: Figure, right: Figure) -> str | None:
    """link = dash | "to" | "and" after "between" | "or" : "range", "pair" where a change runs between, or None"""
    gap = right.first - left.last
    if left.upper is not None or left.form in ("part", "fold") or right.form in ("part", "fold"):
        return None
    if gap == 0 and right.mantissa < 0 and left.mantissa >= 0 and tokens.words[right.first] in _DASHES:
        return None
    if gap not in (1, 2, 3):
        return None
    between = [word for word in tokens.words[left.last : right.first] if word not in _DASHES]
    if gap == 1 and not between:
        return "range"
    if between == ["to"] and gap == 3:  # noqa: PLR2004
        return "range"
    if between == ["to"]:
        return _to(tokens, left)
    if between == ["and"] and "between" in tokens.words[max(left.first - 3, 0) : left.first]:
        return "range"
    if between == ["or"] and (left.kind == "bare" or left.unit == right.unit) and 0 < right.mantissa - left.mantissa <= max(2, left.mantissa):
        return "range"
    return None


def _to(tokens: Tokens, left: Figure) -> str | None:
    """to = "from" A "to" B after a word of change: a pair; "rose A to B": nothing in common; else a range"""
    before = tokens.words[left.first - 1]
    if before == "from":
        return "pair" if follows_change(tokens, left.first - 1) else "range"
    return None if follows_change(tokens, left.first, 4) else "range"


def _comparable(left: Figure, right: Figure) -> bool:
    return left.canonical == right.canonical or left.unit == right.unit or "bare" in (left.kind, right.kind)


def _range(left: Figure, right: Figure) -> Figure:
    low, high = sorted((left.value, right.value))
    whole = right._replace(first=left.first, form=left.form)
    base = right.factor * right.scale or 1.0
    return whole._replace(mantissa=low / base if _exact(low, base) else low, scale=right.scale if _exact(low, base) else 1.0, factor=right.factor if _exact(low, base) else 1.0, upper=high)


def _exact(value: float, base: float) -> bool:
    return value / base * base == value
