"""Two intervals → the interval of their difference, quotient or sum: every pair of points inside gives a point inside.

Ends are arrays, infinite where open (IEEE 1788, "Interval Arithmetic"; operations that are monotone in each operand
take their ends from the ends of the operands).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

__all__ = ["Ends", "compounded", "difference", "growth", "part", "percent", "scaled", "total"]

Ends: TypeAlias = "tuple[np.ndarray, np.ndarray]"

_WHOLE = 100.0


def total(one: Ends, other: Ends) -> Ends:
    """One + other."""
    return one[0] + other[0], one[1] + other[1]


def difference(one: Ends, other: Ends) -> Ends:
    """One − other.

    >>> difference((np.array([3.0]), np.array([4.0])), (np.array([1.0]), np.array([np.inf])))
    (array([-inf]), array([3.]))
    """
    return one[0] - other[1], one[1] - other[0]


def scaled(one: Ends, by: Ends) -> Ends:
    """One × a positive number, which is both ends of `by`."""
    return one[0] * by[0], one[1] * by[1]


def percent(one: Ends, other: Ends) -> Ends:
    """One as a percent of the other, which is above zero: an open lower end of it is taken to be zero.

    >>> percent((np.array([50.0]), np.array([60.0])), (np.array([-np.inf]), np.array([200.0])))
    (array([25.]), array([inf]))
    """
    least, most = np.maximum(other[0], 0.0), other[1]
    low = _quotient(one[0], np.where(one[0] >= 0, most, least))
    high = _quotient(one[1], np.where(one[1] >= 0, least, most))
    return _WHOLE * low, _WHOLE * high


def growth(one: Ends, other: Ends) -> Ends:
    """By how many percent one is more than the other, which is above zero."""
    low, high = percent(one, other)
    return low - _WHOLE, high - _WHOLE


def part(one: Ends, rest: Ends) -> Ends:
    """One as a percent of the sum of one and the rest, neither below zero; an open lower end is taken to be zero.

    >>> part((np.array([1.0]), np.array([1.0])), (np.array([3.0]), np.array([np.inf])))
    (array([0.]), array([25.]))
    """
    (low, high), (least, most) = ((np.maximum(ends[0], 0.0), ends[1]) for ends in (one, rest))
    return _WHOLE * _share(low, most), _WHOLE * _share(high, least)


def compounded(one: Ends, by: Ends) -> Ends:
    """Growth of one percent a stretch, for as many stretches as both ends of `by`; nothing shrinks by more than all.

    >>> compounded((np.array([2.0]), np.array([np.inf])), (np.array([4.0]), np.array([4.0])))
    (array([8.243216]), array([inf]))
    """
    low, high = (_WHOLE * (np.maximum(1 + end / _WHOLE, 0.0) ** by[0] - 1) for end in one)
    return low, high


def _quotient(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """One / other, 0 / 0 and ∞ / ∞ being the ends they are the limits of."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = one / other
    return np.where(one == 0, 0.0, np.where(np.isinf(one), one, quotient))


def _share(one: np.ndarray, rest: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        share = one / (one + rest)
    return np.where(np.isinf(rest), 0.0, np.where(np.isinf(one) | (rest == 0), 1.0, share))
