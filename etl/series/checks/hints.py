"""Two figures that should be one → what may have gone wrong: a factor of 1,000, two digits swapped, a sign."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.series.statements import SAME

__all__ = ["hints"]

_FACTORS = (1e3, 1e-3, 1e6, 1e-6, 1e9, 1e-9, 10.0, 0.1, 100.0, 0.01)
# A power of ten brings figures together by chance where they say little: "about 5" and "50" alone prove no slip.
_VAGUE = 0.05
# With fewer digits, two of them differ by chance.
_DIGITS = 4


def hints(sides: pd.DataFrame, step: np.ndarray) -> np.ndarray:
    """A hint for each pair of sides that do not meet, "" for none; `step` is the last place the left was printed to."""
    ends = [sides[name].to_numpy(dtype=float) for name in ("left", "left_low", "left_high")]
    others = [sides[name].to_numpy(dtype=float) for name in ("right", "right_low", "right_high")]
    exact = _exact(*ends) & _exact(*others)
    found = [exact & _meet(ends, others, by) for by in _FACTORS]
    named = [f"a factor of {max(by, 1 / by):,.0f}" for by in _FACTORS]
    swapped, beside = _digits(ends[0], others[0], step)
    conditions = [*found, exact & _meet(ends, others, -1.0), swapped, beside]
    return np.select(conditions, [*named, "the sign", "two digits swapped", "one or two neighbouring digits"], "")


def _exact(middle: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    exact: np.ndarray = np.isfinite(low) & np.isfinite(high) & (high - low <= 2 * _VAGUE * np.abs(middle))
    return exact


def _meet(left: list[np.ndarray], right: list[np.ndarray], by: float) -> np.ndarray:
    low, high = np.minimum(left[1] * by, left[2] * by), np.maximum(left[1] * by, left[2] * by)
    slack = SAME * np.abs(right[0])
    met: np.ndarray = (low <= right[2] + slack) & (right[1] <= high + slack)
    return met


def _digits(left: np.ndarray, right: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether two neighbouring digits are swapped; and whether all but one or two neighbouring digits are the same."""
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (np.nan_to_num(np.rint(np.abs(side) / step), posinf=0) for side in (left, right))
    long = (np.minimum(one, other) >= 10 ** (_DIGITS - 1)) & (np.maximum(one, other) < 10**15)
    one, other = (np.where(long, side, 0).astype(np.int64) for side in (one, other))
    swapped, beside = np.zeros(len(one), dtype=bool), np.zeros(len(one), dtype=bool)
    for place in range(14):
        unit = 10**place
        same = (one % unit == other % unit) & (one // (unit * 100) == other // (unit * 100))
        pair, mirrored = one // unit % 100, other // unit % 100
        beside |= same
        swapped |= same & (pair % 10 * 10 + pair // 10 == mirrored) & (pair != mirrored)
    differ = long & (one != other) & (np.sign(left) == np.sign(right))
    return differ & swapped, differ & beside
