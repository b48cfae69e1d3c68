"""Observations → what each is set against: the figure before it, of the base, of a whole, the sum up to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
import pandas as pd

from etl.series.intervals import Ends
from etl.series.periods import is_fiscal, name_period, read_period

__all__ = [
    "CHANGES",
    "LISTED",
    "Bounds",
    "Other",
    "Refusals",
    "Rows",
    "Sums",
    "at_same_days",
    "base_of",
    "before",
    "bounds_of",
    "read_rows",
    "sum_before",
    "undated",
]

# Of a sum of more figures `inputs` names the first and the last; its formula names the period and their number.
LISTED = 36

CHANGES = ("change_abs", "change_rel")

_YEAR: Final = 12
_DAY = np.timedelta64(1, "D")
# The frequencies whose periods follow each other without a gap.
_ROWS = ("annual", "half-yearly", "quarterly", "monthly")


@dataclass(frozen=True, slots=True)
class Rows:
    """The observations as arrays: first day and day after the last, both ends of the figure and of what is possible."""

    table: pd.DataFrame
    series: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    months: np.ndarray
    usable: np.ndarray
    figure: Ends
    possible: Ends
    up: np.ndarray
    down: np.ndarray
    about: np.ndarray
    label: np.ndarray
    ids: np.ndarray

    def are(self, column: str, *values: str) -> np.ndarray:
        """Which rows have one of the values."""
        return self.table[column].isin(values).to_numpy(dtype=bool)


# Which figures are open upwards, which downwards, which are about.
Bounds: TypeAlias = "tuple[np.ndarray, np.ndarray, np.ndarray]"
# Which rows are refused, and in what words: one for all, or one for each.
Refusals: TypeAlias = "list[tuple[np.ndarray, object]]"


@dataclass(frozen=True, slots=True)
class Other:
    """What each row is set against: its ends, whether it is a bound, the words that say so, why it cannot be."""

    figure: Ends
    possible: Ends
    up: np.ndarray
    down: np.ndarray
    about: np.ndarray
    formula: np.ndarray
    inputs: np.ndarray
    itself: np.ndarray
    refused: Refusals


def read_rows(table: pd.DataFrame) -> Rows:
    """The observations of a table as arrays."""
    start = table["period_start"].to_numpy().astype("datetime64[D]")
    stop = table["period_end"].to_numpy().astype("datetime64[D]") + 1
    first, last = start.astype("datetime64[M]"), stop.astype("datetime64[M]")
    dated = ~np.isnat(start) & ~np.isnat(stop)
    value = table["value"].to_numpy(dtype=float)
    up, down, about = bounds_of(table["qualifier"], table["kind"].isin(CHANGES).to_numpy() & (value < 0))
    return Rows(
        table=table,
        series=pd.factorize(table["series_id"])[0],
        start=start,
        stop=stop,
        months=np.where(dated & (start == first) & (stop == last), (last - first).astype(int), 0),
        usable=dated & ~np.isnan(value),
        figure=(value, table["value_upper"].fillna(table["value"]).to_numpy(dtype=float)),
        possible=(
            table["low"].fillna(-np.inf).to_numpy(dtype=float),
            table["high"].fillna(np.inf).to_numpy(dtype=float),
        ),
        up=up,
        down=down,
        about=about,
        label=table["period_label"].astype(object).fillna("period").to_numpy(dtype=object),
        ids=table["observation_id"].to_numpy(dtype=object),
    )


def bounds_of(qualifier: pd.Series, falls: np.ndarray) -> Bounds:
    """Which figures are open upwards, open downwards, about: of a fall a bound bounds the size."""
    more, less = (qualifier.isin(signs).to_numpy() for signs in ((">", ">="), ("<", "<=")))
    return np.where(falls, less, more), np.where(falls, more, less), (qualifier == "~").to_numpy(dtype=bool)


class Sums:
    """Sums within groups, over the rows that are `added`."""

    def __init__(self, group: np.ndarray, added: np.ndarray) -> None:
        self.group, self.added = group, added
        self.size = self.of(np.ones(len(group)))

    def of(self, values: np.ndarray) -> np.ndarray:
        """The sum of each row's group."""
        weights = np.where(self.added, values, 0.0)
        return np.bincount(self.group, weights, minlength=1)[self.group] if len(self.group) else weights

    def mean(self, values: np.ndarray) -> np.ndarray:
        """The mean of each row's group."""
        mean: np.ndarray = self.of(values) / np.maximum(self.size, 1)
        return mean

    def any(self, flags: np.ndarray) -> np.ndarray:
        """Whether any row of each row's group has the flag."""
        return self.of(flags.astype(float)) > 0

    def beside(self, values: np.ndarray) -> np.ndarray:
        """The sum of the other rows of each row's group; infinite where one of them is."""
        values = values.astype(float)
        known, open_end = np.where(np.isinf(values), 0.0, values), np.where(np.isinf(values), np.sign(values), 0.0)
        rest = self.of(known) - np.where(self.added, known, 0.0)
        opened = self.of(open_end) - np.where(self.added, open_end, 0.0)
        return np.where(opened == 0, rest, np.copysign(np.inf, opened))

    def varies(self, codes: np.ndarray) -> np.ndarray:
        """Whether the rows of each row's group differ in what the codes stand for."""
        groups = pd.Series(np.where(self.added, codes, np.nan)).groupby(self.group)
        return (groups.transform("min") < groups.transform("max")).to_numpy()

    def list_ids(self, ids: np.ndarray) -> np.ndarray:
        """The ids of each row's group, joined; of a group of more than `LISTED` the first and the last."""
        rows = pd.DataFrame({"id": ids, "group": self.group})[self.added]
        ends = ~(rows.duplicated("group") & rows.duplicated("group", keep="last"))
        listed = rows[(self.size[self.added] <= LISTED) | ends].groupby("group")["id"].agg(";".join)
        listed = listed.reindex(self.group, fill_value="")
        return np.asarray(listed, dtype=object)


def before(rows: Rows, *, by_year: bool) -> Other:
    """The same stretch a year before each row, or the stretch just before it."""
    months = np.where(by_year, _YEAR, rows.months)
    start, stop = (_months_back(days, months) for days in (rows.start, rows.stop))
    if not by_year:
        # Of days and other stretches that are not of whole months the one before is as long.
        odd = rows.months == 0
        start, stop = np.where(odd, rows.start - (rows.stop - rows.start), start), np.where(odd, rows.start, stop)
    at = _find(rows, rows.series, rows.series, start, stop)
    other = _taken(rows, rows, at, (start, stop), "no figure for ")
    overlaps = (
        stop > rows.start,
        "a stretch of more than a year overlaps that of a year before: compare over the period",
    )
    return replace(other, refused=[overlaps, *other.refused])


def _months_back(days: np.ndarray, months: np.ndarray) -> np.ndarray:
    month = days.astype("datetime64[M]")
    back: np.ndarray = (month - months.astype("timedelta64[M]")).astype("datetime64[D]") + (days - month)
    return back


def base_of(rows: Rows, base: str | None) -> Other:
    """The figure of the base in each series, or the average of those that fill it."""
    fills = _filling(rows, base)
    members = pd.Series(np.flatnonzero(fills)).groupby(rows.series[fills])
    count = members.size().reindex(rows.series, fill_value=0).to_numpy()
    first = members.first().reindex(rows.series, fill_value=-1).to_numpy()
    other = _taken(rows, rows, first, (rows.start, rows.stop), "")
    sums = Sums(rows.series, fills)
    figure, possible = ((sums.mean(low), sums.mean(high)) for low, high in (rows.figure, rows.possible))
    several = count > 1
    average = "average value of the " + count.astype(str).astype(object) + f" figures of {base}"
    absent = "no figure to begin with" if base is None else f"the series has no figure for the base {base}"
    return replace(
        other,
        figure=figure,
        possible=possible,
        up=sums.any(rows.up),
        down=sums.any(rows.down),
        about=sums.any(rows.about) & ~(other.itself & ~several),
        formula=np.where(several, average, other.formula),
        inputs=np.where(several, rows.ids + ";" + sums.list_ids(rows.ids), other.inputs),
        itself=other.itself & ~several,
        refused=[*undated(rows), (count == 0, absent)],
    )


def _filling(rows: Rows, base: str | None) -> np.ndarray:
    """Which rows are the base of their series: the one with its days, else all that fill it without a gap."""
    first, stop = _base_days(rows, base)
    whole = rows.usable & (rows.start == first) & (rows.stop == stop)
    parts = rows.usable & (rows.start >= first) & (rows.stop <= stop) & rows.are("frequency", *_ROWS)
    days = (rows.stop - rows.start).astype(float)
    filled = Sums(rows.series, parts).of(days) == (stop - first).astype(float)
    exact = Sums(rows.series, whole).size > 0
    return np.asarray(np.where(exact, whole, parts & filled), dtype=bool)


def _base_days(rows: Rows, base: str | None) -> Ends:
    """First day and day after the last of the base, in the series of each row: a fiscal year has its own in each."""
    if base is not None and not is_fiscal(base):
        days = [np.datetime64(day.date()) for day in read_period(base)]
        return np.full(len(rows.ids), days[0]), np.full(len(rows.ids), days[1] + _DAY)
    named = rows.usable & (base is None or rows.label == base)
    first = _least(rows, rows.start, named)
    return first, _least(rows, rows.stop, named & (rows.start == first))


def _least(rows: Rows, days: np.ndarray, among: np.ndarray) -> np.ndarray:
    """The earliest of the days of some rows in each row's series."""
    known = pd.Series(np.where(among, days, np.datetime64("NaT"))).groupby(rows.series).transform("min")
    return known.to_numpy().astype("datetime64[D]")


def sum_before(rows: Rows, flows: np.ndarray, base: str | None) -> Other:
    """What is summed up before each row of flows: the figures since its year, or the base, began, without a gap."""
    placed = rows.usable & rows.are("frequency", *_ROWS) & flows
    origin = _begin(rows, base)
    row = np.lexsort([rows.start, rows.series])
    row = row[(placed & (rows.start >= origin))[row]]
    run = pd.factorize(pd.MultiIndex.from_arrays([rows.series[row], origin[row]]))[0]
    same = np.r_[False, run[1:] == run[:-1]][: len(row)]
    due = np.where(same, np.roll(rows.stop[row], 1), origin[row])
    broken = pd.Series(rows.start[row] != due)
    gaps = _in_words("no figure for ", due, rows.start[row], broken.to_numpy())
    reason = pd.Series(gaps, dtype=object).groupby(run).ffill()
    begun, count = rows.label[row[_first_of(run)]], pd.Series(run).groupby(run).cumcount().to_numpy() + 1
    sum_of = "sum of the " + count.astype(str).astype(object) + " values " + begun + " to " + rows.label[row]
    formula = np.where(count == 1, "value(" + rows.label[row] + ")", sum_of)
    return Other(
        figure=_run_up(rows, row, run, rows.figure),
        possible=_run_up(rows, row, run, rows.possible),
        up=_onto(rows, row, _running(run, rows.up[row].astype(float)) > 0, fill=False),
        down=_onto(rows, row, _running(run, rows.down[row].astype(float)) > 0, fill=False),
        about=_onto(rows, row, _running(run, rows.about[row].astype(float)) > 0, fill=False),
        formula=_onto(rows, row, formula, None),
        inputs=_onto(rows, row, _listed(rows.ids[row], run, count), None),
        itself=np.zeros(len(rows.ids), dtype=bool),
        refused=[
            *undated(rows),
            (~rows.are("frequency", *_ROWS), "its period has no place in a row of years, halves, quarters or months"),
            (rows.start < origin, f"before the base {base}"),
            (np.isnat(origin), f"the series has no figure for the base {base}"),
            (_onto(rows, row, reason.notna().to_numpy(), fill=False), _onto(rows, row, reason.to_numpy(), None)),
        ],
    )


def _run_up(rows: Rows, row: np.ndarray, run: np.ndarray, ends: Ends) -> Ends:
    low, high = (_onto(rows, row, _running(run, end[row]), np.nan) for end in ends)
    return low, high


def _begin(rows: Rows, base: str | None) -> np.ndarray:
    """The day from which each row is summed up: of the base, else of its calendar year; for years of the first one."""
    if base is not None:
        return _base_days(rows, base)[0]
    years = rows.start.astype("datetime64[Y]").astype("datetime64[D]")
    return np.where(rows.are("frequency", "annual"), _least(rows, rows.start, rows.usable), years)


def _first_of(run: np.ndarray) -> np.ndarray:
    """For each row the first row of its run."""
    return pd.Series(np.arange(len(run))).groupby(run).transform("first").to_numpy(dtype=int)


def _running(run: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The sum of the values before each row in its run; infinite from the first infinite one on."""
    known, opened = np.where(np.isinf(values), 0.0, values), np.where(np.isinf(values), np.sign(values), 0.0)
    before = [pd.Series(part).groupby(run).cumsum().to_numpy() - part for part in (known, opened)]
    return np.where(before[1] == 0, before[0], np.copysign(np.inf, before[1]))


def _onto(rows: Rows, row: np.ndarray, values: np.ndarray, fill: object) -> np.ndarray:
    """Values of some rows as a column of all."""
    column = np.full(len(rows.ids), fill, dtype=values.dtype)
    column[row] = values
    return column


def _listed(ids: np.ndarray, run: np.ndarray, count: np.ndarray) -> np.ndarray:
    """The ids from the first row of each run to each row, joined; of more than `LISTED` the first and the last."""
    listed = ids.copy()
    for number in range(2, LISTED + 1):
        at = np.flatnonzero(count == number)
        listed[at] = listed[at - 1] + ";" + ids[at]
    many = np.flatnonzero(count > LISTED)
    listed[many] = ids[_first_of(run)[many]] + ";" + ids[many]
    return listed


def at_same_days(rows: Rows, of: Rows) -> tuple[Other, np.ndarray]:
    """The figure of one series for the days of each row, and its position there, -1 where it has none."""
    nought = np.zeros(len(rows.ids), dtype=int)
    at = _find(of, np.zeros(len(of.ids), dtype=int), nought, rows.start, rows.stop)
    return _taken(rows, of, at, (rows.start, rows.stop), "no figure of the whole for "), at


def _find(of: Rows, of_series: np.ndarray, series: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """The position of the usable row of each series that has these days, or -1."""
    usable = np.flatnonzero(of.usable)
    have = _keys(of_series[usable], of.start[usable], of.stop[usable])
    found = pd.Index(have).get_indexer(pd.Index(_keys(series, start, stop)))
    known = (found >= 0) & ~np.isnat(start) & ~np.isnat(stop)
    return np.where(known, usable[found] if len(usable) else -1, -1)


def _keys(series: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """One number for series, first and last day: days since 1970 are within 21 bits for 2,800 years either way."""
    keys: np.ndarray = (series.astype(np.int64) << 42) + (start.astype(np.int64) << 21) + stop.astype(np.int64)
    return keys


def _taken(rows: Rows, of: Rows, at: np.ndarray, wanted: Ends, missing: str) -> Other:
    """The figures at those positions; -1 is refused, naming the period that was wanted."""
    gone = at < 0
    return Other(
        figure=(of.figure[0][at], of.figure[1][at]),
        possible=(of.possible[0][at], of.possible[1][at]),
        up=of.up[at],
        down=of.down[at],
        about=of.about[at],
        formula="value(" + of.label[at] + ")",
        inputs=np.where(of.ids[at] == rows.ids, rows.ids, rows.ids + ";" + of.ids[at]),
        itself=of.ids[at] == rows.ids,
        refused=[*undated(rows), (gone, _in_words(missing, *wanted, gone))],
    )


def undated(rows: Rows) -> Refusals:
    """The rows without a period that has both ends."""
    return [(np.isnat(rows.start) | np.isnat(rows.stop), "no dated period")]


def _in_words(prefix: str, start: np.ndarray, stop: np.ndarray, among: np.ndarray) -> np.ndarray:
    """The prefix and the name of each of those stretches, None for the others."""
    among = among & ~np.isnat(start) & ~np.isnat(stop)
    codes, pairs = pd.factorize(pd.MultiIndex.from_arrays([start[among], stop[among]]))
    named = np.array(
        [prefix + name_period(first.date(), (after - _DAY).date()) for first, after in pairs], dtype=object
    )
    words = np.full(len(among), None, dtype=object)
    words[among] = named[codes]
    return words
