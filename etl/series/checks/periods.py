"""Periods within periods: months against their year, and stretches that make up another against it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.series.checks.facts import Facts
from etl.series.checks.judge import Compared, joined
from etl.series.checks.linear import at_most, by_period, equal
from etl.series.checks.stretches import nested, never_negative

__all__ = ["compare_periods"]


def compare_periods(facts: Facts) -> Compared:
    """Each stretch against the longer one it lies in, and those that make up a longer one against it."""
    pairs = nested(facts)
    positive = pairs[never_negative(facts, pairs)]
    terms = pd.DataFrame({"check": np.arange(len(positive)), "fact": positive["part"].to_numpy(), "sign": 1.0})
    inside = at_most(facts, positive["whole"].to_numpy(), terms, by_period)
    return joined([inside, _add_up(facts, _in_two(pairs)), _add_up(facts, _in_equal_months(pairs))])


def _add_up(facts: Facts, tiles: pd.DataFrame) -> Compared:
    """`tiles`: tiling (a number), whole, part."""
    check, first = pd.factorize(tiles["tiling"])
    whole = tiles["whole"].to_numpy()[np.flatnonzero(~tiles["tiling"].duplicated().to_numpy())][: len(first)]
    terms = pd.DataFrame({"check": check, "fact": tiles["part"].to_numpy(), "sign": 1.0})
    return equal(facts, whole, terms, by_period)


def _in_two(pairs: pd.DataFrame) -> pd.DataFrame:
    """Wholes of a head and a tail that meet: two halves, January to November and December."""
    heads = pairs[pairs["part_start"] == pairs["whole_start"]].assign(cut=lambda head: head["part_end"] + 1)
    tails = pairs[pairs["part_end"] == pairs["whole_end"]].assign(cut=lambda tail: tail["part_start"])
    met = heads[["whole", "cut", "part"]].merge(tails[["whole", "cut", "part"]], on=["whole", "cut"])
    return pd.DataFrame(
        {
            "tiling": np.repeat(np.arange(len(met)), 2),
            "whole": np.repeat(met["whole"].to_numpy(), 2),
            "part": met[["part_x", "part_y"]].to_numpy(dtype=np.int64).ravel(),
        }
    )


def _in_equal_months(pairs: pd.DataFrame) -> pd.DataFrame:
    """Wholes of three or more parts of as many whole months each: twelve months, four quarters."""
    start, end = _months(pairs["part_start"]), _months(pairs["part_end"] + 1)
    whole_start, whole_end = _months(pairs["whole_start"]), _months(pairs["whole_end"] + 1)
    found = pairs.assign(size=end - start, whole_size=whole_end - whole_start, offset=start - whole_start)
    whole_months = np.logical_and.reduce([month >= 0 for month in (start, end, whole_start, whole_end)])
    found = found[whole_months & (found["size"] > 0)]
    aligned = (found["whole_size"] % found["size"] == 0) & (found["offset"] % found["size"] == 0)
    found = found[aligned & (found["whole_size"] >= 3 * found["size"])].drop_duplicates(["whole", "size", "offset"])
    tiling = found.groupby(["whole", "size"], sort=False).ngroup().to_numpy()
    complete = np.bincount(tiling, minlength=1)[tiling] * found["size"].to_numpy() == found["whole_size"].to_numpy()
    tiles: pd.DataFrame = found.assign(tiling=tiling)[complete].sort_values(["tiling", "offset"])
    return tiles


def _months(days: pd.Series) -> np.ndarray:
    """The number of the month that begins on each day, -1 where none does."""
    dates = days.to_numpy(np.int64).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return np.where(months.astype("datetime64[D]") == dates, months.astype(np.int64) + 10**6, -1)
