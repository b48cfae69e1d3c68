"""Changes against the levels they link: growth in percent or as a multiple, and differences in units or points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from etl.series.categories import first_places
from etl.series.checks.facts import ACROSS, Facts
from etl.series.checks.intervals import Interval, apart
from etl.series.checks.judge import Compared
from etl.series.checks.pairs import GOODS, PERIOD, dated, factors, owners, pair, verdicts

__all__ = ["APART", "compare_difference", "compare_growth"]

# Figures of different sources need not be of one statistic: two offices count one flow a tenth apart as a matter of
# course, so that a change across sources is only worth a look where it misses by more.
APART: Final = 0.1

# What grows: an amount, a price, a number of things. A rate or a share that "rises 5%" may mean points.
_LEVELS: Final = ("level", "price", "count")
_SHARES: Final = ("share", "rate")
_POINTS: Final = ("percentage_point", "basis_point")

# "Doubled" and "threefold" have one digit: they say 1.5 to 2.5 times, not 1.95 to 2.05.
_HALF_A_MULTIPLE: Final = 0.5

_DAY: Final = np.timedelta64(1, "D")
_YEAR: Final = 12
_A_YEAR: Final = 366
# Stretches of the same months differ by the days of February, or of the months that a quarter has.
_LEAP: Final = np.timedelta64(3, "D")
# Months of the stretches that are as often compared with the one right before as with the same a year earlier.
_SHORT: Final = (1, 3, 6)
_LEVEL: Final = ("status_class", "unit", "middle", "low", "high", "at")


def compare_growth(facts: Facts) -> Compared:
    """Growth, in percent or as a multiple, against the later level over the earlier one.

    The levels may be in any unit, the same for both; where one is not above zero there is no growth to speak of.
    """
    table = facts.table
    stated = table[(table["kind"] == "change_rel") & table["unit"].isin(["percent", "factor"]) & ~table["conflict"]]
    pairs = _link(facts, stated, _LEVELS)
    pairs = pairs[(pairs["middle_now"] > 0) & (pairs["middle_base"] > 0)]
    now, base = Interval.of(pairs, "_now"), Interval.of(pairs, "_base", _per_unit(pairs))
    percent, fell = (pairs["unit"] == "percent").to_numpy(), (pairs["middle"] < 0).to_numpy()
    times, room = now.over(base), _room(pairs)

    def read(ratio: Interval, shrunk: Interval) -> Interval:
        # "Fell threefold" is -3: the earlier level is three times the later one.
        return ratio.moved(-1).scaled(100).where(percent, shrunk.scaled(-1).where(fell, ratio))

    shrunk = base.over(now)
    left = Interval.of(pairs)
    word = np.select([percent, fell], ["{0} / {1} − 1", "−{1} / {0}"], "{0} / {1}").astype(object)
    return _kindest(
        facts,
        pairs.assign(word=word, doubtful=pairs["elsewhere"]),
        left.moved_out(np.where(~percent & (left.value % 1 == 0), _HALF_A_MULTIPLE, 0.0)),
        read(times, shrunk),
        read(times.widened(room), shrunk.widened(room)),
    )


def compare_difference(facts: Facts) -> Compared:
    """A change in units against the later level less the earlier one; one in points against two shares in percent."""
    table = facts.table
    moved = table[(table["kind"] == "change_abs") & ~table["conflict"]]
    points = moved["unit"].isin(_POINTS)
    amounts = _link(facts, moved[~points], _LEVELS)
    amounts = amounts[amounts["dimension_now"] == amounts["dimension"].astype(object)]
    shares = _link(facts, moved[points], _SHARES)
    # Two shares in percent are points apart.
    shares = shares[shares["unit_now"] == "percent"].assign(unit_now=_POINTS[0], unit_base=_POINTS[0])
    pairs = pd.concat([amounts, shares], ignore_index=True)
    now = Interval.of(pairs, "_now", factors(pairs["unit_now"], pairs["unit"]))
    base = Interval.of(pairs, "_base", factors(pairs["unit_base"], pairs["unit"]))
    right = now.less(base)
    room = _room(pairs) * np.fmax(np.abs(now.value), np.abs(base.value))
    # "Raised the crop by 2.2 million to 153.6 million" is against an earlier estimate, not against the year before.
    pairs = pairs.assign(word="{0} − {1}", doubtful=~pairs["sure"])
    return _kindest(facts, pairs, Interval.of(pairs), right, right.moved_out(room))


def _link(facts: Facts, changes: pd.DataFrame, kinds: Sequence[str]) -> pd.DataFrame:
    """One row per change, way to read it, and pair of levels of one kind and dimension that it may link.

    Columns: `left`, what the change says, what its reading says (`order`, `sure`, `words`), and of either level, with
    _now and _base, its row `at`, unit, value, low and high.
    """
    table, owner = facts.table, owners(facts)
    wanted = table["kind"].isin(kinds) & np.isin(owner, owner[changes.index]) & dated(facts)
    columns = [*PERIOD, "product", "kind", "dimension", "status_class", "unit", "middle", "low", "high"]
    levels = table.loc[wanted, columns].assign(owner=owner[wanted], at=table.index[wanted])
    levels = levels[(levels["product"] != "") | ~levels["dimension"].isin(GOODS)].drop(columns="product")
    stated = changes[["place", "unit", "dimension", "status_class", "middle", "low", "high"]]
    readings = _readings(changes).join(stated, on="left").assign(owner=lambda rows: owner[rows["left"]])
    now = readings.merge(
        levels.rename(columns=dict(zip(PERIOD, ["now_start", "now_end"], strict=True))),
        on=["owner", "now_start", "now_end", "status_class"],
        suffixes=("", "_now"),
    ).rename(columns={"at": "at_now"})
    # What a target or a forecast grows from is a level that was reached, or another target.
    before = levels.rename(columns=dict(zip(PERIOD, ["base_start", "base_end"], strict=True)))
    before = before.rename(columns={name: f"{name}_base" for name in _LEVEL})
    pairs = now.merge(
        before.rename(columns={"dimension": "dimension_now"}),
        on=["owner", "base_start", "base_end", "kind", "dimension_now"],
    )
    reached = pairs["status_class_base"] == "actual"
    pairs = pairs[reached | (pairs["status_class_base"] == pairs["status_class"])]
    # "Rose 62% to $55 billion" beside rupees for both years speaks of the dollars, whose earlier figure is not there.
    counted = now.groupby("left")["dimension_now"].nunique() - pairs.groupby("left")["dimension_now"].nunique()
    return pairs.assign(elsewhere=pairs["left"].map(counted) > 0)


def _readings(changes: pd.DataFrame) -> pd.DataFrame:
    """One row per change and way to read it: `left`, now and base periods, `order`, whether it is `sure`, `words`.

    A text that names no earlier period means the same stretch a year before; of a half, a quarter or a month it may
    mean the one right before; of several years, their first year or the one before them.
    """
    periods = changes[[*PERIOD, "comparison_start", "comparison_end"]].rename_axis("left").reset_index()
    dated = periods[PERIOD].notna().all(axis=1)
    # "In the first half, up 8% over the corresponding period of 2022" names a year, and means a half of it.
    length = periods["period_end"] - periods["period_start"]
    alike = (periods["comparison_end"] - periods["comparison_start"] - length).abs() <= _LEAP
    said = alike & (periods["comparison_end"] < periods["period_start"])
    months = _months(periods)
    days = length.dt.days + 1
    short, long = months.isin(_SHORT), (days > _A_YEAR) & (months % _YEAR == 0)
    usual = dated & ~said
    year, before, window = usual & (days > 1) & (days <= _A_YEAR), usual & short, usual & long
    start, end = periods["period_start"], periods["period_end"] + _DAY
    now, last = (start, end), (_later(end, -_YEAR), end)
    rows = [
        _reading(said & dated, now, (periods["comparison_start"], periods["comparison_end"] + _DAY), "", sure=True),
        _reading(year, now, _moved(now, -_YEAR), "; against the year before, as is usual"),
        _reading(before, now, (_later(start, -months), start), "; against the stretch before"),
        _reading(window, last, (start, _later(start, _YEAR)), "; from the first year to the last"),
        _reading(window, last, (_later(start, -_YEAR), start), "; from the year before to the last"),
    ]
    read = pd.concat([row.assign(order=order) for order, row in enumerate(rows)])
    return read.assign(left=periods["left"].reindex(read.index)).reset_index(drop=True)


_Stretch = tuple[pd.Series, pd.Series]
"""First days, and the days after the last ones."""


def _reading(which: pd.Series, now: _Stretch, base: _Stretch, words: str, *, sure: bool = False) -> pd.DataFrame:
    ends = {"now_start": now[0], "now_end": now[1] - _DAY, "base_start": base[0], "base_end": base[1] - _DAY}
    return pd.DataFrame(ends)[which].assign(words=words, sure=sure)


def _moved(stretch: _Stretch, months: int) -> _Stretch:
    return _later(stretch[0], months), _later(stretch[1], months)


def _later(days: pd.Series, months: int | pd.Series) -> pd.Series:
    """The same day so many months later, the last one of a month too short for it."""
    at = days.to_numpy("datetime64[D]")
    month = at.astype("datetime64[M]")
    to = month + (months.fillna(0).to_numpy("timedelta64[M]") if isinstance(months, pd.Series) else months)
    last = (to + 1).astype("datetime64[D]") - _DAY
    there = np.minimum(to.astype("datetime64[D]") + (at - month.astype("datetime64[D]")), last)
    return pd.Series(there.astype("datetime64[us]"), days.index)


def _months(periods: pd.DataFrame) -> pd.Series:
    """How many whole months a period has, from any day to the day before; missing where that is no whole number."""
    start, after = periods["period_start"].dt, (periods["period_end"] + _DAY).dt
    months: pd.Series = (after.year - start.year) * _YEAR + after.month - start.month
    return months.where(start.day == after.day)


def _per_unit(pairs: pd.DataFrame) -> np.ndarray:
    return factors(pairs["unit_base"], pairs["unit_now"])


def _room(pairs: pd.DataFrame) -> np.ndarray:
    return np.where(pairs["place"] == ACROSS, APART, 0.0)


def _kindest(facts: Facts, pairs: pd.DataFrame, left: Interval, right: Interval, near: Interval) -> Compared:
    """One check per change: of the readings and levels it may link the best; of doubtful ones only what fits."""
    # "Fell 33%" of 33.7% was cut off, not rounded: half a step more on either side.
    near = near.moved_out(np.where(np.isfinite(left.high - left.low), (left.high - left.low) / 2, 0.0))
    strict = (pairs["sure"] & (pairs["place"] != ACROSS)).to_numpy(dtype=bool)
    verdict = verdicts(left, near, strict)
    changes, others = pairs["left"].to_numpy(dtype=np.int64), pairs[["at_now", "at_base"]].to_numpy(dtype=np.int64)
    nearness = [apart(left, near), apart(left, right), np.abs(left.value - right.value), pairs["order"].to_numpy()]
    order = np.lexsort((others[:, 1], others[:, 0], *nearness[::-1], changes))
    order = order[((verdict == "holds") | ~pairs["doubtful"].to_numpy(dtype=bool))[order]]
    best = order[first_places(changes[order])]
    formula = (pairs["word"] + " = {right}, stated {left}" + pairs["words"]).to_numpy(dtype=object)
    return pair(facts, changes[best], others[best], (left.at(best), right.at(best)), verdict[best], formula[best])
