"""Observations → what is made of them: changes, growth, indices, shares, sums of stretches, annual rates.

Each result states its formula and carries the intervals of its figures through; what makes no sense is refused, in
words. Rates of change over the year and over the period, annualised (compounded) rates and the reference period of an
index, whose average is 100, are meant as in the IMF's Quarterly National Accounts Manual (2017 edition).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from etl.errors import TransformError
from etl.frame import Column
from etl.lexicon import read_table
from etl.series.counterparts import (
    CHANGES,
    Bounds,
    Other,
    Refusals,
    Rows,
    Sums,
    at_same_days,
    base_of,
    before,
    bounds_of,
    read_rows,
    sum_before,
    undated,
)
from etl.series.intervals import Ends, compounded, difference, growth, part, percent, scaled, total
from etl.series.observations import split_sides
from etl.series.statements import STATUS_CLASSES, figures

__all__ = ["OVERS", "TRANSFORMS", "TRANSFORM_COLUMNS", "Transform", "transform"]


@dataclass(frozen=True, slots=True)
class Transform:
    """What can be made of observations: its name, its title, its formula, and when it is refused, in words."""

    name: str
    title: str
    formula: str
    refused: str


TRANSFORMS = {
    made.name: made
    for made in (
        Transform("level", "Level", "the figure as it stands", "never"),
        Transform(
            "change",
            "Change",
            "value − value of the year, or of the period, before; of shares and growth in percentage points",
            "no period with both ends; no figure for the period before; a bound less a bound",
        ),
        Transform(
            "growth",
            "Change, %",
            "100 × value / value of the year, or of the period, before − 100",
            "as change; of shares, rates in percent and growth; figures below zero, or against one that may be zero",
        ),
        Transform(
            "index",
            "Index",
            "100 × value / value of the base period, or the average of the figures that fill it",
            "no period with both ends; no figure for the base period; a base that is a bound; bounds of a share; "
            "growth; figures below zero, or a base that may be zero",
        ),
        Transform(
            "share",
            "Share, %",
            "100 × value / value of the whole of the same period, or the sum of the group",
            "no period with both ends; no figure for the whole; another unit or status; shares, prices and growth; "
            "a group that holds a whole among its parts, or parts of several kinds",
        ),
        Transform(
            "cumulative",
            "Sum to date",
            "the sum of all figures from the beginning of the year, or of the base, to the period",
            "a period without its place in an unbroken row of years, halves, quarters or months; stocks, shares, "
            "prices and growth, which do not add up",
        ),
        Transform(
            "annualised",
            "Annual rate",
            "value × 12 / months; of growth over the period before 100 × (1 + value / 100)^(12 / months) − 100",
            "a year or more; a period that is not of whole months; stocks, shares and prices; other growth",
        ),
    )
}

OVERS = ("year", "period")
"""What a change or growth is over: the same stretch a year before, or the stretch just before."""

TRANSFORM_COLUMNS: tuple[Column, ...] = (
    Column("transform", "str", "what was made of the figures; one after another where they were made of made ones"),
    Column("formula", "str", "how the value was made, with the periods of its figures; null where it was refused"),
    Column("inputs", "str", "the observations it was made of, joined by ';'; of a long sum the first and the last"),
    Column("refused", "str", "why there is no value; null where there is one"),
)

_OVER_PERIOD = "growth over the period before"
_YEAR: Final = 12
_WHOLE = 100.0
_PERCENTS = ("percent", "percentage_point", "basis_point")
_RATIOS = (*_PERCENTS, "index")
_ADDED_UP = ("level", "count")


@dataclass(frozen=True, slots=True)
class _Made:
    """How each row and what it is set against are combined, and the kind and unit of the result."""

    combine: Callable[[Ends, Ends], Ends]
    other: Other
    kind: object
    unit: object
    against: bool = True


def transform(
    observations: pd.DataFrame,
    name: str,
    *,
    base: str | None = None,
    whole: str | pd.DataFrame | None = None,
    over: str = OVERS[0],
) -> pd.DataFrame:
    """The same rows in the same order, with what `name`, one of `TRANSFORMS`, makes of their figures.

    value, value_upper, low, high (null = open), qualifier, sides, kind, unit, dimension and series_title are those of
    the result; `TRANSFORM_COLUMNS` are added. A row that is refused stays, without figures. A transform works within a
    series: an unlike calendar, a target and an actual figure are never set against each other.

    `over`, one of `OVERS`, tells what a change or growth is over. `base` is a period, "2015" or "FY2014/15": of an
    index (else the first of each series), or where a sum begins (else with each calendar year, and for years with the
    first). `whole` is what shares are of: a series_id among the observations, or the observations of one series; else
    the sum of all rows of the same metric, period, unit and status. What was made may be transformed again.

    The result's interval holds the result of every figure that the intervals of its inputs hold. Sides of a conflict
    are each set against the value of the other figure. A qualifier says `>=` or `<=` where an input is a bound.

    Raises `TransformError` for a name or an argument that makes no sense, `DayError` for a base that is no period.

    >>> from etl.frame import typed
    >>> from etl.series import OBSERVATION_COLUMNS
    >>> transform(typed([], OBSERVATION_COLUMNS), "growth").shape[0]
    0
    """
    _check(observations, name, base, whole, over)
    rows = read_rows(observations)
    if name == "level":
        return _level(rows)
    made = {
        "change": lambda: _change(rows, over),
        "growth": lambda: _growth(rows, over),
        "index": lambda: _index(rows, base),
        "share": lambda: _share_of_sum(rows) if whole is None else _share(rows, whole),
        "cumulative": lambda: _cumulative(rows, base),
        "annualised": lambda: _annualised(rows),
    }[name]()
    return _apply(rows, made, _OVER_PERIOD if (name, over) == ("growth", "period") else name)


def _check(
    observations: pd.DataFrame, name: str, base: str | None, whole: str | pd.DataFrame | None, over: str
) -> None:
    if name not in TRANSFORMS:
        message = f"{name!r} is no transform; choose one of {', '.join(TRANSFORMS)}"
        raise TransformError(message)
    if over not in OVERS:
        message = f"{over!r} is nothing to compare over; choose one of {', '.join(OVERS)}"
        raise TransformError(message)
    if base is not None and name not in {"index", "cumulative"}:
        message = f"{name!r} has no base; a base belongs to index and cumulative"
        raise TransformError(message)
    if whole is not None and name != "share":
        message = f"{name!r} is of no whole; a whole belongs to share"
        raise TransformError(message)
    if observations["observation_id"].duplicated().any():
        message = "an observation stands in several rows; transform one vintage at a time, as as_known gives it"
        raise TransformError(message)


def _change(rows: Rows, over: str) -> _Made:
    other = before(rows, by_year=over == OVERS[0])
    unit = np.where(rows.are("unit", *_PERCENTS), "percentage_point", rows.table["unit"].to_numpy(dtype=object))
    formula = "value(" + rows.label + ") − " + other.formula
    return _Made(difference, replace(other, formula=formula), "change_abs", unit)


def _growth(rows: Rows, over: str) -> _Made:
    other = before(rows, by_year=over == OVERS[0])
    refused = [
        (_is_change(rows), "growth of growth or of a change: take the change"),
        (rows.are("unit", *_PERCENTS), "growth of a figure in percent: take the change, in percentage points"),
        *other.refused,
        *_not_above_zero(rows, other),
    ]
    formula = "100 × value(" + rows.label + ") / " + other.formula + " − 100"
    return _Made(growth, replace(other, formula=formula, refused=refused), "change_rel", "percent")


def _index(rows: Rows, base: str | None) -> _Made:
    other = base_of(rows, base)
    refused = [
        (_is_change(rows), "an index of growth or of a change: choose the figures that changed"),
        (rows.are("unit", *_PERCENTS) & (rows.up | rows.down), "an index of a share that is only a bound"),
        *other.refused,
        (other.up | other.down, "the figure of the base is only a bound"),
        *_not_above_zero(rows, other),
    ]
    formula = "100 × value(" + rows.label + ") / " + other.formula
    return _Made(percent, replace(other, formula=formula, refused=refused), rows.table["kind"], "index")


def _share(rows: Rows, whole: str | pd.DataFrame) -> _Made:
    of = read_rows(_whole(rows, whole))
    other, at = at_same_days(rows, of)
    unit, whole_unit = (some.table["unit"].fillna("").to_numpy(dtype=object) for some in (rows, of))
    refused = [
        (~rows.are("kind", *_ADDED_UP), "only amounts and counts are parts of a whole"),
        *other.refused,
        (unit != whole_unit[at], "in another unit than the whole: convert one of them first"),
        (_classes(rows) != _classes(of)[at], "of another status than the whole: actual, target and forecast differ"),
        *_not_above_zero(rows, other),
    ]
    title = str(of.table["series_title"].iloc[0])
    formula = "100 × value(" + rows.label + ") / " + other.formula + f" of {title}"
    return _Made(percent, replace(other, formula=formula, refused=refused), "share", "percent")


def _share_of_sum(rows: Rows) -> _Made:
    keys = rows.table[["metric", "unit", "calendar_group", "period_start", "period_end"]].assign(status=_classes(rows))
    group = keys.groupby(list(keys), dropna=False, sort=False).ngroup().to_numpy()
    amounts = rows.are("kind", *_ADDED_UP)
    sums = Sums(group, rows.usable & amounts)
    refused = [
        *undated(rows),
        (~amounts, "only amounts and counts add up to a whole"),
        (sums.size <= 1, "nothing stands beside it in its period"),
        *_unlike_parts(rows, sums),
        (sums.any(rows.figure[0] < 0), "a part of the sum is below zero"),
        (sums.of(rows.figure[0]) <= 0, "the sum is zero"),
    ]
    count = sums.size.astype(int).astype(str).astype(object)
    other = Other(
        figure=(sums.beside(rows.figure[0]), sums.beside(rows.figure[1])),
        possible=(sums.beside(rows.possible[0]), sums.beside(rows.possible[1])),
        up=sums.beside(rows.up) > 0,
        down=sums.beside(rows.down) > 0,
        about=sums.beside(rows.about) > 0,
        formula="100 × value(" + rows.label + ") / sum of the " + count + " figures of " + rows.label,
        inputs=sums.list_ids(rows.ids),
        itself=np.zeros(len(rows.ids), dtype=bool),
        refused=refused,
    )
    return _Made(part, other, "share", "percent")


def _unlike_parts(rows: Rows, sums: Sums) -> Refusals:
    """Why a group is not the parts of one whole: they differ in several things, or one of them is a whole itself."""
    varied, whole = np.zeros(len(rows.ids), dtype=int), np.zeros(len(rows.ids), dtype=bool)
    for name in ("product", "reporter", "partner"):
        missing = rows.table[name].isna().to_numpy()
        varies = sums.varies(pd.factorize(rows.table[name], use_na_sentinel=False)[0].astype(float))
        varied, whole = varied + varies, whole | (varies & sums.any(missing))
    return [
        (varied > 1, "the figures of its period are parts of several kinds: choose those that differ in one thing"),
        (whole, "the figures of its period hold a whole beside its parts: name it, or leave it out"),
    ]


def _cumulative(rows: Rows, base: str | None) -> _Made:
    flows = _adds_up(rows)
    chain = sum_before(rows, flows, base)
    refused = [(~flows, "stocks, shares, prices, rates and changes do not add up"), *chain.refused]
    return _Made(total, replace(chain, refused=refused), rows.table["kind"], rows.table["unit"], against=False)


def _annualised(rows: Rows) -> _Made:
    growing = "transform" in rows.table and bool((rows.table["transform"] == _OVER_PERIOD).all())
    months = np.where(rows.months > 0, rows.months, _YEAR)
    power = "12/" + months.astype(str).astype(object)
    value = "value(" + rows.label + ")"
    formula = "100 × (1 + " + value + " / 100)^(" + power + ") − 100" if growing else value + " × " + power
    by, nothing = _YEAR / months, np.zeros(len(months), dtype=bool)
    refused = [
        *undated(rows),
        (rows.are("kind", "change_rel") & (not growing), "only growth over the period before compounds to a year"),
        (~_adds_up(rows) & (not growing), "stocks, shares, prices, rates and changes do not add up to a year"),
        (rows.months == 0, "its period is not of whole months"),
        (rows.months >= _YEAR, "its period is a year or more already"),
    ]
    formula = formula + ", as if the whole year were like this part of it, whatever the season"
    other = Other((by, by), (by, by), nothing, nothing, nothing, formula, rows.ids, nothing, refused)
    kind, unit = rows.table["kind"], rows.table["unit"]
    return _Made(compounded if growing else scaled, other, kind, unit, against=False)


def _whole(rows: Rows, whole: str | pd.DataFrame) -> pd.DataFrame:
    if isinstance(whole, pd.DataFrame):
        if len(whole["series_id"].unique()) == 1:
            return whole
        message = f"the whole has {len(whole['series_id'].unique())} series; a share is of one: choose it by series_id"
        raise TransformError(message)
    found = rows.table[rows.table["series_id"] == whole]
    if found.empty:
        message = f"no observation of the series {whole!r}; name one of the column series_id, or give its observations"
        raise TransformError(message)
    return found


def _apply(rows: Rows, made: _Made, name: str) -> pd.DataFrame:
    """The table with what was made of each row that is not refused."""
    other, at = made.other, np.arange(len(rows.ids))
    up, down, about = _joint(made, (rows.up, rows.down, rows.about), at)
    refused = _first_reason([*_refused_before(rows), *other.refused, (up & down, "a bound against a bound")])
    ok = refused == ""
    value, upper = _ends(made, rows.figure, other.figure, ok)
    low, high = _ends(made, rows.possible, other.possible, ok)
    ranged = (rows.figure[0] != rows.figure[1]) | (other.figure[0] != other.figure[1])
    signs = _qualifiers(up, down, about, falls=_falling(made, value, at))
    title = f": {TRANSFORMS[name.partition(' ')[0]].title}"
    texts = {
        "qualifier": np.where(ok, signs, rows.table["qualifier"].to_numpy(dtype=object)),
        "kind": _column(made.kind, at),
        "unit": _column(made.unit, at),
        "dimension": _dimensions(rows, made.unit),
        "series_title": rows.table["series_title"].to_numpy(dtype=object) + title,
    }
    table = rows.table.assign(
        value=value,
        value_upper=np.where(ranged & (value != upper), upper, np.nan),
        low=np.where(np.isinf(low), np.nan, low),
        high=np.where(np.isinf(high), np.nan, high),
        sides=_sides(rows, made, ok),
        **{column: pd.Series(words, rows.table.index, dtype="str") for column, words in texts.items()},
    )
    return _with_columns(table, name, _where(ok, other.formula), _where(ok, other.inputs), refused)


def _only(ok: np.ndarray, ends: Ends) -> Ends:
    return np.where(ok, ends[0], np.nan), np.where(ok, ends[1], np.nan)


def _level(rows: Rows) -> pd.DataFrame:
    refused = _first_reason(_refused_before(rows))
    ok = refused == ""
    formula = np.full(len(ok), "value", dtype=object)
    return _with_columns(rows.table, "level", _where(ok, formula), _where(ok, rows.ids), refused)


def _ends(made: _Made, one: Ends, other: Ends, ok: np.ndarray) -> Ends:
    low, high = made.combine(_only(ok, one), _only(ok, other))
    itself = made.other.itself & ok
    return np.where(itself, _WHOLE, low), np.where(itself, _WHOLE, high)


def _where(ok: np.ndarray, words: np.ndarray) -> np.ndarray:
    column = np.full(len(ok), None, dtype=object)
    column[ok] = words[ok]
    return column


def _with_columns(
    table: pd.DataFrame, name: str, formula: np.ndarray, inputs: np.ndarray, refused: np.ndarray
) -> pd.DataFrame:
    """The table with `TRANSFORM_COLUMNS`; what was made before stands behind what was made of it."""
    made = pd.DataFrame({"transform": name, "formula": formula, "inputs": inputs}, index=table.index, dtype="str")
    if "transform" in table:
        made["transform"] = table["transform"] + ", " + name
        made["formula"] = made["formula"] + "; value: " + table["formula"]
    return table.assign(**made, refused=pd.Series(_where(refused != "", refused), table.index, dtype="str"))


def _sides(rows: Rows, made: _Made, ok: np.ndarray) -> pd.Series:
    """Each side of a conflict, set against the figure that stands for the other observation."""
    conflicts = np.flatnonzero(ok & rows.table["sides"].notna().to_numpy())
    column = pd.Series(None, rows.table.index, dtype="str")
    if not len(conflicts):
        return column
    sides = split_sides(rows.table.iloc[conflicts])
    at = np.repeat(conflicts, rows.table["sides"].iloc[conflicts].str.count(";").to_numpy(dtype=int) + 1)
    value, upper = sides["value"].to_numpy(), sides["value_upper"].fillna(sides["value"]).to_numpy()
    low, high = made.combine((value, upper), (made.other.figure[0][at], made.other.figure[1][at]))
    falls = rows.table["kind"].isin(CHANGES).to_numpy()[at] & (value < 0)
    up, down, about = _joint(made, bounds_of(sides["qualifier"], falls), at)
    signs = _qualifiers(up, down, about, falls=_falling(made, low, at))
    written = signs + figures(pd.Series(low), pd.Series(np.where(low == high, np.nan, high)))
    column.iloc[conflicts] = written.groupby(at).agg(";".join).to_numpy()
    return column


def _joint(made: _Made, bounds: Bounds, at: np.ndarray) -> Bounds:
    """Whether what comes of a figure and what it is set against is open upwards, open downwards, about."""
    other = made.other
    more, less = (other.down, other.up) if made.against else (other.up, other.down)
    return bounds[0] | more[at], bounds[1] | less[at], bounds[2] | other.about[at]


def _falling(made: _Made, value: np.ndarray, at: np.ndarray) -> np.ndarray:
    falls: np.ndarray = np.isin(_column(made.kind, made.other.up)[at], CHANGES) & (value < 0)
    return falls


def _qualifiers(up: np.ndarray, down: np.ndarray, about: np.ndarray, *, falls: np.ndarray) -> np.ndarray:
    """`>=` and `<=`, since what rounded figures make of a bound may just reach it; of a fall they bound the size."""
    more, less = np.where(falls, "<=", ">="), np.where(falls, ">=", "<=")
    return np.select([up & down, up, down, about], ["~", more, less, "~"], "=").astype(object)


def _dimensions(rows: Rows, unit: object) -> np.ndarray:
    units = _column(unit, rows.ids)
    return np.where(np.isin(units, _RATIOS), units, rows.table["dimension"].to_numpy(dtype=object))


def _column(words: object, like: np.ndarray) -> np.ndarray:
    return np.broadcast_to(np.asarray(words, dtype=object), len(like))


def _first_reason(reasons: Refusals) -> np.ndarray:
    """For each row the first reason that holds, or ""."""
    conditions = [condition for condition, _ in reasons]
    chosen = np.select(conditions, [np.asarray(words, dtype=object) for _, words in reasons], "")
    return np.asarray(chosen, dtype=object)


def _refused_before(rows: Rows) -> Refusals:
    missing = np.isnan(rows.figure[0])
    earlier = rows.table["refused"] if "refused" in rows.table else pd.Series(None, rows.table.index, dtype="str")
    return [(missing, earlier.astype(object).fillna("no figure").to_numpy(dtype=object))]


def _not_above_zero(rows: Rows, other: Other) -> Refusals:
    low = other.possible[0]
    return [
        (rows.figure[0] < 0, "its figure is below zero"),
        ((other.figure[0] <= 0) | (np.isfinite(low) & (low <= 0)), "the figure it is set against may be zero or less"),
    ]


def _is_change(rows: Rows) -> np.ndarray:
    growing = [row["metric"] for row in read_table("metrics.txt") if row["kind"] == "growth"]
    return np.asarray(rows.are("kind", *CHANGES) | rows.are("metric", *growing))


def _adds_up(rows: Rows) -> np.ndarray:
    """Amounts and counts of flows, which belong to a stretch of time, that are no rates per day or per tonne."""
    flows = [row["metric"] for row in read_table("metrics.txt") if row["span"] == "flow"]
    rates = rows.table["dimension"].str.contains("/", regex=False).to_numpy(dtype=bool) | rows.are("unit", *_RATIOS)
    return np.asarray(rows.are("metric", *flows) & rows.are("kind", *_ADDED_UP) & ~rates)


def _classes(rows: Rows) -> np.ndarray:
    return rows.table["status"].map(STATUS_CLASSES).to_numpy(dtype=object)
