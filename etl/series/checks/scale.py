"""Slips of scale: the same digits a thousand or a million times apart, and a figure far off others of its series."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from etl.lexicon import cache, read_table
from etl.series.checks.facts import Facts, codes_of, number_rows
from etl.series.checks.intervals import Interval
from etl.series.checks.judge import Compared, nothing
from etl.series.checks.pairs import GOODS, pair, shared

__all__ = ["compare_digits", "compare_magnitudes"]

# Shares and rates lie within a factor of a hundred of each other, and counts are small: their digits agree by chance.
_KINDS: Final = ("level", "price", "gap")

# Million for billion and thousand for million are the usual slips; two digits that agree are enough for figures of one
# product and of neighbouring years, three are asked of the rest, of which there may be many.
_THOUSANDS: Final = (3, 6)
# Ten, a hundred and their like come from lakh and crore. Figures do grow tenfold: three digits, and about one time.
_INDIAN: Final = (1, 2, 4, 5, 7)
_FEW: Final = 2
_MORE: Final = 3

# In ten years the trade of a small pair of countries can grow a thousandfold, in three it does not.
_NEIGHBOURS: Final = pd.Timedelta(days=3 * 366)

# How many other figures a series must have, and within what factor of each other, to say that one is far off.
_OTHERS: Final = 3
_ALIKE: Final = 1.0
# "A thousand times off" is 300 to 3,000 times the middle of figures that are up to ten times apart themselves.
_ABOUT: Final = 0.5

_OWNER: Final = ["place", "metric", "parties", "reporter", "partner", "kind", "dimension"]
_LIKE: Final = ["product", "status_class", "calendar_group"]
_PRECISION: Final = 11


def compare_digits(facts: Facts) -> Compared:
    """A figure against one of the same subject and about the same time with its digits and another power of ten."""
    rows = _digits(facts)
    if rows.empty:
        return nothing()
    powers = [sign * power for power in (*_THOUSANDS, *_INDIAN) for sign in (1, -1)]
    met = [_neighbours(rows, power) for power in powers] + [_any_time(rows, power) for power in powers]
    pairs = pd.concat(met, ignore_index=True)
    # The one that fewer claims state is looked at, of two the smaller; and once.
    looked = (pairs["claims"] < pairs["claims_other"]) | (
        (pairs["claims"] == pairs["claims_other"]) & (pairs["by"] > 0)
    )
    pairs = pairs[looked].assign(size=pairs["by"].abs()).sort_values(["at", "size", "other"]).drop_duplicates("at")
    hints = {power: f"a factor of {10**power:,}: the digits are the same" for power in (*_THOUSANDS, *_INDIAN)}
    left, others = pairs["at"].to_numpy(dtype=np.int64), pairs[["other"]].to_numpy(dtype=np.int64)
    sides = _printed(facts, left), _printed(facts, others[:, 0], left)
    formula = np.full(len(left), "{left} against {0}", dtype=object)
    doubt = np.full(len(left), "implausible", dtype=object)
    return pair(facts, left, others, sides, doubt, formula, pairs["size"].map(hints).to_numpy(dtype=object))


def compare_magnitudes(facts: Facts) -> Compared:
    """A figure a thousand or a million times off the middle of its series, whose other figures are all of one size."""
    rows = _sized(facts, (facts.table["calendar_group"] != "undated").to_numpy())
    series = shared(rows["place"].to_numpy(), codes_of(rows["series_id"]))
    rows, series = _of_many(rows, series)
    if rows.empty:
        return nothing()
    size = np.log10(rows["middle"].abs())
    off = size - size.groupby(series).transform("median")
    far = (off.abs() % 3 - 1.5).abs() >= 1.5 - _ABOUT
    far &= off.abs() >= min(_THOUSANDS) - _ABOUT
    others = rows.assign(series=series, size=size, off=off.abs())[~far]
    grouped = others.groupby("series")["size"]
    alike = (grouped.max() - grouped.min() <= _ALIKE) & (grouped.size() >= _OTHERS)
    nearest = others[others["series"].map(alike)].sort_values(["series", "off"], kind="stable")
    three = nearest.groupby("series").head(_OTHERS)
    at = np.array(three.index, dtype=np.int64).reshape(-1, _OTHERS)
    place = pd.Series(np.arange(len(at)), three["series"].to_numpy()[::_OTHERS])
    wanted = rows.index[far & pd.Series(series, rows.index).isin(place.index)].to_numpy(dtype=np.int64)
    group = pd.Series(series, rows.index).loc[wanted]
    ends = others.groupby("series").agg(low=("middle", "min"), middle=("middle", "median"), high=("middle", "max"))
    right = Interval.of(ends.loc[group])
    count = grouped.size().loc[group].to_numpy()
    formula = np.array(
        [f"{{left}} against {{0}}, {{1}}, {{2}}: the middle of {n} is {{right}}" for n in count], dtype=object
    )
    hints = off.loc[wanted].map(
        lambda by: (
            f"a factor of {10 ** (3 * round(abs(by) / 3)):,}: it is far {'above' if by > 0 else 'below'} the others"
        )
    )
    doubt = np.full(len(wanted), "implausible", dtype=object)
    left = _printed(facts, wanted)
    return pair(facts, wanted, at[place.loc[group]], (left, right), doubt, formula, hints.to_numpy(dtype=object))


def _of_many(rows: pd.DataFrame, series: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """The figures of series that have more than the others one of them needs, and the numbers of these."""
    of = pd.factorize(series)[0]
    many = np.bincount(of)[of] > _OTHERS
    return rows[many], of[many]


def _sized(facts: Facts, which: np.ndarray) -> pd.DataFrame:
    """The figures with a size to go by: amounts of a metric that is counted over time, no ranges, in no conflict."""
    table = facts.table
    plain = (
        table["kind"].isin(_KINDS) & table["metric"].isin(_counted()) & ~table["conflict"] & table["value_upper"].isna()
    )
    sized: pd.DataFrame = table[plain & which & (table["middle"] != 0)]
    return sized


def _digits(facts: Facts) -> pd.DataFrame:
    """The figures that share their digits with another one: `digits`, `exponent`, and `count` of those printed."""
    rows = _sized(facts, facts.table["middle"].notna().to_numpy())
    size = rows["middle"].abs().to_numpy() * rows["scale"].to_numpy()
    exponent = np.floor(np.log10(size)).astype(np.int64) - _PRECISION
    digits = np.rint(size / 10.0**exponent).astype(np.int64)
    for _ in range(_PRECISION + 1):
        even = digits % 10 == 0
        digits, exponent = np.where(even, digits // 10, digits), exponent + even
    printed = np.floor(np.log10(rows["middle"].abs() / rows["step"]) + 1e-9) + 1
    count = np.minimum(printed, np.floor(np.log10(digits)) + 1)
    known = rows.assign(digits=digits, exponent=exponent, count=count, at=rows.index)[count >= _FEW]
    group = number_rows(known, [*_OWNER, "digits"])
    several = known.groupby(group)["exponent"].transform("nunique") > 1
    repeated: pd.DataFrame = known.assign(group=group)[several]
    return repeated


def _neighbours(rows: pd.DataFrame, power: int) -> pd.DataFrame:
    """Each dated figure with the one nearest in time, of its own product, status and calendar, `power` tens away."""
    rows = rows[rows["period_start"].notna() & (rows["count"] >= (_FEW if abs(power) in _THOUSANDS else _MORE))]
    # Tonnes of nothing named may be tonnes of two things.
    rows = rows[(rows["product"] != "") | ~rows["dimension"].isin(GOODS)]
    like = number_rows(rows, ["group", *_LIKE])
    rows = rows.assign(like=like).sort_values(["period_start", "at"])
    found: pd.DataFrame = (
        pd.merge_asof(
            rows.assign(exponent=rows["exponent"] + power),
            rows[["period_start", "like", "exponent", "at", "claims"]].rename(
                columns={"at": "other", "claims": "claims_other"}
            ),
            on="period_start",
            by=["like", "exponent"],
            direction="nearest",
            tolerance=_NEIGHBOURS,
        )
        .dropna(subset="other")
        .assign(by=power)
    )
    return found


def _any_time(rows: pd.DataFrame, power: int) -> pd.DataFrame:
    """Each figure with one `power` tens away where a time is not said, or does not matter, as of a capacity."""
    rows = rows[(rows["count"] >= _MORE) & (abs(power) in _THOUSANDS)]
    dated = rows["period_start"].notna()
    stays = rows["metric"].isin(_counted("stock"))
    rows = rows.assign(dated=dated, stays=stays)
    firsts = rows.sort_values(["dated", "at"]).drop_duplicates(["group", "exponent", "product"])
    firsts = firsts[["group", "exponent", "product", "dated", "at", "claims"]].rename(columns={"at": "other"})
    pairs = rows.assign(exponent=rows["exponent"] + power).merge(
        firsts, on=["group", "exponent"], suffixes=("", "_other")
    )
    one, other = pairs["product"].astype(object), pairs["product_other"].astype(object)
    same = (one == other) | (pairs["stays"] & ((one == "") | (other == "")))
    timeless = pairs["stays"] | ~pairs["dated"] | ~pairs["dated_other"]
    found: pd.DataFrame = pairs[same & timeless].assign(by=power)
    return found


def _printed(facts: Facts, at: np.ndarray, unit_of: np.ndarray | None = None) -> Interval:
    """Figures as they are printed, whatever bound they are, in the unit of others."""
    rows = facts.table.iloc[at]
    to = rows if unit_of is None else facts.table.iloc[unit_of]
    by = rows["scale"].to_numpy() / to["scale"].to_numpy()
    value, half = rows["middle"].to_numpy() * by, rows["step"].to_numpy() * by / 2
    return Interval(value - half, value, value + half)


@cache
def _counted(*spans: str) -> frozenset[str]:
    """The metrics of which a country has one figure at a time: no loans, gifts and projects, of which it has many."""
    rows = read_table("metrics.txt")
    return frozenset(
        row["metric"]
        for row in rows
        if row["parties"] in {"own", "pair"} and row["span"] in (spans or ("flow", "stock", "spot"))
    )
