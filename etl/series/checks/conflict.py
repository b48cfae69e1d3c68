"""One figure: what several claims say of one observation must share a point."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.series.categories import cells
from etl.series.checks.facts import ACROSS, Facts, codes_of
from etl.series.checks.judge import VERDICTS, Compared, Writer
from etl.series.checks.words import spoken

__all__ = ["compare_conflict"]

# A text that gives two figures for what is read as one mostly speaks of two things, which its readers tell apart by
# words that no column keeps: all textiles, and knitwear. So it was for nearly all such pairs in the annotated texts.
_TWO_THINGS = "one text gives both: they may be of different things"
_FIGURE = ["value", "value_upper", "qualifier"]


def compare_conflict(facts: Facts) -> Compared:
    """The lowest figure of each observation against the highest, where different figures are stated."""
    several = np.flatnonzero(facts.table["claims"].to_numpy() > 1)
    owners, rows = facts.rows_of(several)
    figures = codes_of(facts.stated["figure"])[rows]
    differ = np.bincount(owners, figures != _firsts(figures, owners), len(several)) > 0
    wanted = several[differ]
    owners, rows = facts.rows_of(wanted)
    lowest, highest = _outermost(facts, wanted, owners, rows)
    return Compared(
        _sides(facts, wanted, lowest, highest),
        _split(facts, wanted, owners, rows, lowest),
        _writer(facts, wanted, lowest, highest),
    )


def _firsts(values: np.ndarray, owners: np.ndarray) -> np.ndarray:
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    return np.repeat(values[starts], np.diff(np.append(starts, len(values))))


def _outermost(facts: Facts, wanted: np.ndarray, owners: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The statements that are furthest apart: by the ends that face each other, or by the figures where those meet."""
    low, middle, high = (facts.stated[name].to_numpy()[rows] for name in ("low", "middle", "high"))
    apart = facts.table["conflict"].to_numpy()[wanted][owners]
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    ascending = rows[np.lexsort((rows, high, middle, np.where(apart, high, middle), owners))]
    descending = rows[np.lexsort((rows, -high, -middle, -np.where(apart, low, middle), owners))]
    return ascending[starts], descending[starts]


def _sides(facts: Facts, wanted: np.ndarray, lowest: np.ndarray, highest: np.ndarray) -> pd.DataFrame:
    ends = {"": "middle", "_low": "low", "_high": "high"}
    sides = {"left": lowest, "right": highest}
    figures = {
        f"{side}{end}": facts.stated[column].to_numpy()[rows]
        for side, rows in sides.items()
        for end, column in ends.items()
    }
    size = np.maximum(np.abs(figures["left"]), np.abs(figures["right"]))
    alone = facts.table["document"].to_numpy()[wanted] != ACROSS
    apart, hint = np.where(alone, VERDICTS[1], VERDICTS[0]), np.where(alone, _TWO_THINGS, "")
    return pd.DataFrame({"fact": wanted, **figures, "size": size, "apart": apart, "hint": hint})


def _split(facts: Facts, wanted: np.ndarray, owners: np.ndarray, rows: np.ndarray, lowest: np.ndarray) -> pd.DataFrame:
    """Each claim on one of the sides: on the right those that lie beyond the lowest figure."""
    low, middle, high = (facts.stated[name].to_numpy() for name in ("low", "middle", "high"))
    apart, least = facts.table["conflict"].to_numpy()[wanted][owners], lowest[owners]
    further = (middle[rows] > middle[least]) | ((middle[rows] == middle[least]) & (high[rows] > high[least]))
    return pd.DataFrame({"check": owners, "right": np.where(apart, low[rows] > high[least], further), "row": rows})


def _writer(facts: Facts, wanted: np.ndarray, lowest: np.ndarray, highest: np.ndarray) -> Writer:
    def write(kept: np.ndarray) -> list[str]:
        sides = [cells(facts.stated[_FIGURE].iloc[rows[kept]]) for rows in (lowest, highest)]
        units = facts.table["unit"].iloc[wanted[kept]].to_numpy(dtype=object)
        return [
            f"{spoken(*low)} against {spoken(*high)} {unit}".rstrip()
            for low, high, unit in zip(*sides, units, strict=True)
        ]

    return write
