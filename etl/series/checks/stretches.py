"""Facts → pairs of a period and one inside it, of one subject: what sums of months and years to date are checked by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.lexicon import cache, read_table, words
from etl.series.checks.facts import Facts, number_rows, spread
from etl.series.checks.flows import levels, member
from etl.series.checks.identities import identities

__all__ = ["nested", "never_negative"]

# Figures of more than a year are often averages of one ("$5 bn a year in 2015–2020"), those of less than a month mostly
# stand for what was so on a day ("trade now stands at $520 million").
_LONGEST, _SHORTEST = 366, 28
_ADDABLE = ("currency:", "mass", "volume", "energy", "count:")
# A period has few others inside it: 12 months, 4 quarters, 2 halves, the year to date of each month.
_MOST = 64


def nested(facts: Facts) -> pd.DataFrame:
    """Pairs of facts of one subject: `whole`, and `part`, whose period lies inside; with the days of both.

    Of a period that has more than 64 others inside it only the first 64 are compared.
    """
    found = _flowing(facts)
    table = facts.table.iloc[found]
    start, end = (_days(table[name]) for name in ("period_start", "period_end"))
    length = end - start + 1
    fits = (length >= _SHORTEST) & (length <= _LONGEST)
    found, start, end, group = found[fits], start[fits], end[fits], number_rows(table[fits], ["place", "theme"])
    order = np.lexsort((found, end, start, group))
    found, start, end, group = found[order], start[order], end[order], group[order]
    wholes, parts = _inside(start, end, group)
    return pd.DataFrame(
        {
            "whole": found[wholes],
            "part": found[parts],
            "whole_start": start[wholes],
            "whole_end": end[wholes],
            "part_start": start[parts],
            "part_end": end[parts],
        }
    )


def never_negative(facts: Facts, pairs: pd.DataFrame) -> np.ndarray:
    """The pairs whose metric is no difference of others: what is inside cannot be more than the whole."""
    differences = {row.whole for row in identities() if any(term.sign < 0 for term in row.terms)}
    return ~member(facts.table["metric"].iloc[pairs["whole"]], differences)


def _flowing(facts: Facts) -> np.ndarray:
    """The levels that add up over time: amounts of a flow, not rates of it."""
    found = levels(facts)
    table = facts.table.iloc[found]
    dimensions = table["dimension"]
    addable = {name for name in dimensions.unique() if name.startswith(_ADDABLE) and "/" not in name}
    flowing: np.ndarray = found[member(table["metric"], _flows()) & member(dimensions, addable)]
    return flowing


@cache
def _flows() -> frozenset[str]:
    amounts = {"money", "goods", "energy", "count"}
    return frozenset(
        row["metric"]
        for row in read_table("metrics.txt")
        if row["span"] == "flow" and amounts & set(words(row["measures"]))
    )


def _days(days: pd.Series) -> np.ndarray:
    return days.to_numpy("datetime64[D]").astype(np.int64)


def _inside(start: np.ndarray, end: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For rows sorted by group, start and end: the places of each period and of those inside it."""
    # Start days of a group as one ascending number: those that begin within a period stand next to each other.
    place = group * 10**7 + (start - start.min(initial=0))
    firsts = np.searchsorted(place, place)
    lasts = np.searchsorted(place, place + (end - start), side="right")
    wholes, offsets = spread(np.minimum(lasts - firsts, _MOST))
    parts = firsts[wholes] + offsets
    longer = (start[parts] > start[wholes]) | (end[parts] < end[wholes])
    keep = longer & (end[parts] <= end[wholes])
    return wholes[keep], parts[keep]
