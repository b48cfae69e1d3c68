"""Claims → observations: the claims of one series for one period, reconciled; the sources of each stay countable.

A series shares metric, product, parties and direction, kind, unit dimension, calendar group and status class.
`OBSERVATION_COLUMNS` describes the table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from etl.errors import DimensionError
from etl.frame import Column, typed
from etl.grammar.numbers import printed_step
from etl.lexicon.units import dimension, factor
from etl.model import AGREEMENTS, KINDS, QUALIFIERS, STATUSES
from etl.titles import Subject, series_slug, series_title

__all__ = [
    "ABOUT",
    "OBSERVATION_COLUMNS",
    "RULES",
    "STATUS_CLASSES",
    "calendar_group",
    "convert",
    "count_as",
    "dated",
    "observe",
    "split_sides",
]

# "About $500 million" admits 450 to 550. A hedge says that the printed digits are not meant exactly, but not by how
# much; a tenth covers the next round figure, so a conflict is reported only where two sources cannot both be right.
ABOUT = 0.1

# Two ends that differ by less than this part of themselves are one point: decimal fractions are not exact in binary.
SAME = 1e-9

STATUS_CLASSES = {
    "actual": "actual",
    "estimate": "actual",
    "target": "target",
    "commitment": "target",
    "forecast": "forecast",
    "potential": "forecast",
}

# Which criterion settled the figure that stands for an observation, in the order they are tried. "Most sources" are
# those whose words admit the figure, then those who state it.
RULES = ("only figure", "most sources", "latest published", "most precise", "first stated")

TEXT: Final = "str"
NUMBER, DAY, COUNT = "float64", "datetime64[us]", "int64"

OBSERVATION_COLUMNS: tuple[Column, ...] = (
    Column("observation_id", TEXT, "16 hexadecimal digits: same series, same period, same id", required=True),
    Column("series_id", TEXT, "readable name of the series, fit for an address", required=True),
    Column("series_title", TEXT, "what is measured, in plain words; series of one title fit one chart", required=True),
    Column("metric", TEXT, "what is measured, a name of the metric lexicon", required=True),
    Column("product", TEXT, "the goods concerned"),
    Column("parties", TEXT, "all countries or blocs the figure is about, sorted, joined by ';'"),
    Column("reporter", TEXT, "whose figure it is; a figure of one party is that party's"),
    Column("partner", TEXT, "the counterparty"),
    Column("kind", TEXT, "level, change, share, rate, price ...", values=KINDS, required=True),
    Column("unit", TEXT, "unit of value, value_upper, low and high; one in a series, the one most of its claims use"),
    Column("dimension", TEXT, "what the unit measures: figures of one dimension can be converted", required=True),
    Column(
        "calendar_group",
        TEXT,
        "calendar year, fiscal year Jul–Jun, month ...; 'undated' without a period",
        required=True,
    ),
    Column("period_start", DAY, "first day the figure speaks of, inclusive"),
    Column("period_end", DAY, "last day the figure speaks of, inclusive"),
    Column("period_label", TEXT, "2017, 2017-06, 2017-S1, FY2016/17 ..."),
    Column("value", NUMBER, "the figure that stands for the observation, chosen by `rule`", required=True),
    Column("value_upper", NUMBER, "its upper end, if it is a range"),
    Column(
        "low",
        NUMBER,
        "lower end of what the claims leave possible: what they share, or all of it in a conflict; null = open",
    ),
    Column("high", NUMBER, "upper end of what the claims leave possible; null = open"),
    Column("qualifier", TEXT, "of the value: = ~ > >= < <=", values=QUALIFIERS, required=True),
    Column("status", TEXT, "of the value: actual, estimate, target ...", values=STATUSES, required=True),
    Column("claims", COUNT, "number of claims", required=True),
    Column(
        "sources",
        COUNT,
        "number of publishers; a document without one counts as its own, a copy as its original",
        required=True,
    ),
    Column(
        "agreement",
        TEXT,
        "single: one source; agree: their intervals share a point; conflict: they do not",
        values=AGREEMENTS,
        required=True,
    ),
    Column("sides", TEXT, "in a conflict, each figure stated, ascending, '>1000000;=1500000..1600000'; else null"),
    Column("claim_ids", TEXT, "the claims, earliest published first, joined by ';'", required=True),
    Column("first_published", DAY, "day of the earliest publication"),
    Column("last_published", DAY, "day of the latest publication"),
    Column("rule", TEXT, "which criterion settled the value", values=RULES, required=True),
)

_YEAR = 12

# The stretches of whole months that have a name: how many months, and in which of them they may begin.
_WHOLE_MONTHS = (
    ("calendar year", _YEAR, [1]),
    ("half", 6, [1, 7]),
    ("quarter", 3, [1, 4, 7, 10]),
    ("month", 1, list(range(1, 13))),
)

_SUBJECT = ["metric", "product", "parties", "reporter", "partner", "kind"]
_KEY = [*_SUBJECT, "dimension", "calendar_group", "status_class"]
_TEXTS = [
    *(*_SUBJECT, "unit", "qualifier", "status", "claim_id", "document_id", "publisher"),
    *("period_label", "period_calendar", "span_text"),
]
_OTHERS = ["value", "value_upper", "period_start", "period_end", "published", "span_start"]
_SHARED = ["series_id", "series_title", *_SUBJECT, "unit", "dimension", "calendar_group", "period_start", "period_end"]
_CHOSEN = ["value", "value_upper", "qualifier", "status", "period_label"]
_FIGURES = ["value", "value_upper", "low", "high"]


def observe(claims: pd.DataFrame, copies: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One row per observation, columns and dtypes of `OBSERVATION_COLUMNS`, sorted by series and period.

    Every claim is in exactly one observation. Claims without a period are never compared with each other, for they
    may speak of different times: each figure stated is an observation of the group "undated". `copies` tells for each
    document that is a copy of another the source it counts as, as `count_as` makes it.

    >>> from etl.frame import empty_frame
    >>> observe(empty_frame()).shape
    (0, 29)
    """
    if claims.empty:
        return typed([], OBSERVATION_COLUMNS)
    stated = _place(_bound(_to_series_unit(_assign_series(_plain(claims)))), copies or {})
    observations = _reconcile(stated).join(_choose(stated)).reset_index()
    observations["sides"] = _list_sides(stated, observations)
    return _typed(observations.sort_values(["series_id", "period_start", "period_end", "value", "observation_id"]))


def count_as(documents: pd.DataFrame) -> dict[str, str]:
    """For each document that is a copy, the source it counts as: its original's publisher, else the original.

    `documents` has the columns document_id, publisher, and copy_of: the original's document_id, missing for all others.

    >>> written = {"document_id": ["a", "b"], "publisher": ["Wire", "Daily"], "copy_of": [None, "a"]}
    >>> count_as(pd.DataFrame(written))
    {'b': 'Wire'}
    """
    copies = documents.dropna(subset="copy_of").set_index("document_id")["copy_of"]
    sources = _own_source(documents).set_axis(documents["document_id"])
    return dict(zip(copies.index, copies.map(sources), strict=True))


def dated(observations: pd.DataFrame) -> pd.DataFrame:
    """The observations whose period has both ends: those that have a place on a time axis."""
    return observations[observations["period_start"].notna() & observations["period_end"].notna()]


def convert(observations: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The observations with `value`, `value_upper`, `low`, `high` and `sides` in `unit`.

    Raises `DimensionError`, naming both units, where a unit measures something else than `unit`.
    """
    factors = {name: _factor(name, unit) for name in observations["unit"].unique()}
    by = np.array([factors[name] for name in observations["unit"]], dtype=float)
    figures = {name: observations[name] * by for name in _FIGURES}
    sides = pd.Series(map(_scale_sides, observations["sides"], by), observations.index, dtype=TEXT)
    return _typed(observations.assign(**figures, sides=sides, unit=unit))


def split_sides(observations: pd.DataFrame) -> pd.DataFrame:
    """One row per figure that stands for itself: each side of a conflict, else the value of the observation.

    Columns: observation_id, qualifier, value, value_upper; in the order of `observations`, each conflict ascending.
    """
    whole = observations["qualifier"] + _figure(observations["value"], observations["value_upper"])
    sides = observations["sides"].fillna(whole).str.split(";")
    stated = pd.DataFrame({"observation_id": observations["observation_id"], "side": sides}).explode("side")
    return pd.DataFrame(
        [(name, *_read_side(side)) for name, side in zip(stated["observation_id"], stated["side"], strict=True)],
        columns=["observation_id", "qualifier", "value", "value_upper"],
    )


def calendar_group(claims: pd.DataFrame) -> pd.Series[str]:
    """What kind of stretch each period is: 'calendar year', 'fiscal year Jul–Jun', 'month', 'undated' and so on.

    The days decide, not the wording: "the year to June 2017" and "FY2016-17" in Pakistan are the same twelve months.
    """
    starts, ends = claims["period_start"], claims["period_end"]
    start, end = starts.dt, ends.dt
    whole = (start.day == 1) & end.is_month_end
    months = (end.year - start.year) * _YEAR + end.month - start.month + 1
    length = (ends - starts).dt.days
    named: list[tuple[pd.Series[bool], object]] = [
        (starts.isna() & ends.isna(), "undated"),
        (starts.isna() | ends.isna(), "other"),
        (starts == ends, "day"),
        *((whole & (months == size) & start.month.isin(first), name) for name, size, first in _WHOLE_MONTHS),
        (whole & (months == _YEAR), _span_names(claims, "%b")),
        (length.isin([364, 365]) & (claims["period_calendar"] == "fiscal"), _span_names(claims, "%d %b")),
        ((end.year == start.year) | (months <= _YEAR), "part of a year"),
    ]
    conditions = [condition.to_numpy(dtype=bool) for condition, _ in named]
    names = [np.asarray(name, dtype=object) for _, name in named]
    return pd.Series(np.select(conditions, names, "other"), index=claims.index, dtype=TEXT)


def _span_names(claims: pd.DataFrame, form: str) -> np.ndarray:
    start, end = _days_as(claims["period_start"], form), _days_as(claims["period_end"], form)
    return ("fiscal year " + start + "–" + end).to_numpy(dtype=object)


def _days_as(days: pd.Series, form: str) -> pd.Series:
    # A table has far fewer days than rows, and formatting a day is what costs.
    names = {day: day.strftime(form) for day in days.dropna().unique()}
    return days.map(names).astype(object).fillna("")


def _plain(claims: pd.DataFrame) -> pd.DataFrame:
    """The columns that matter, text as Python strings, "" where nothing is said: ten times faster to group by."""
    return claims[_OTHERS].assign(**{name: claims[name].fillna("").astype(object) for name in _TEXTS})


def _assign_series(claims: pd.DataFrame) -> pd.DataFrame:
    """Add dimension, calendar_group, status_class, series_id and series_title; a lone party owns its figure."""
    alone = (claims["reporter"] == "") & (claims["partner"] == "") & ~claims["parties"].str.contains(";", regex=False)
    units = {unit: dimension(unit) if unit else "number" for unit in claims["unit"].unique()}
    stated = claims.assign(
        reporter=claims["reporter"].mask(alone, claims["parties"]),
        dimension=claims["unit"].map(units).astype(object),
        calendar_group=calendar_group(claims).astype(object),
        status_class=claims["status"].map(STATUS_CLASSES).astype(object),
    )
    return stated.merge(_name_series(stated[_KEY].drop_duplicates()), on=_KEY, how="left")


def _name_series(keys: pd.DataFrame) -> pd.DataFrame:
    """The distinct keys with a series_id and a series_title each."""
    slugs, titles = [], []
    for *subject, measure, calendar, outlook in keys.to_numpy():
        slugs.append(series_slug(Subject(*subject), measure, calendar, "" if outlook == "actual" else outlook))
        titles.append(series_title(Subject(*subject)))
    return keys.assign(series_id=np.array(slugs, dtype=object), series_title=np.array(titles, dtype=object))


def _to_series_unit(stated: pd.DataFrame) -> pd.DataFrame:
    """Figures, and the `step` they were printed to, in the unit most claims of the series use."""
    counts = stated.groupby(["series_id", "unit"]).size().reset_index(name="number")
    # Among units used equally often the first in the alphabet, so that no order of documents decides.
    common = counts.sort_values(["number", "unit"], ascending=[False, True]).drop_duplicates("series_id")
    unit = stated["series_id"].map(common.set_index("series_id")["unit"])
    pairs = list(zip(stated["unit"], unit, strict=True))
    factors = {pair: factor(*pair) if pair[0] else 1.0 for pair in set(pairs)}
    by = np.array([factors[pair] for pair in pairs])
    figures = {name: stated[name] * by for name in ("value", "value_upper")}
    return stated.assign(**figures, unit=unit, step=_steps(stated) * by)


def _steps(stated: pd.DataFrame) -> np.ndarray:
    printed = list(zip(stated["span_text"], stated["value"], strict=True))
    steps = {pair: printed_step(*pair) for pair in set(printed)}
    return np.array([steps[pair] for pair in printed])


def _bound(stated: pd.DataFrame) -> pd.DataFrame:
    """Add the interval a claim leaves possible, `low` and `high`, infinite where open; `middle` and `statement`.

    Rounding gives half a printed step to either side; "about" widens that; a bound is taken at its word, for
    "over $1 billion" rules out 0.98. "Fell by more than 5%" (-5, >) bounds the size of the change: it opens downwards.
    """
    value, upper = stated["value"], stated["value_upper"].fillna(stated["value"])
    blurred = np.where(stated["qualifier"] == "~", ABOUT * value.abs(), 0.0)
    half = np.maximum(stated["step"] / 2, blurred)
    falls = stated["kind"].isin(["change_abs", "change_rel"]) & (value < 0)
    more, less = stated["qualifier"].isin([">", ">="]), stated["qualifier"].isin(["<", "<="])
    up, down = np.where(falls, less, more), np.where(falls, more, less)
    return stated.assign(
        low=np.select([up, down], [value, -np.inf], value - half),
        high=np.select([up, down], [np.inf, upper], upper + half),
        middle=(value + upper) / 2,
        statement=stated["qualifier"] + _figure(value, stated["value_upper"]),
    )


def _figure(value: pd.Series, upper: pd.Series) -> pd.Series:
    # Twelve digits: 1.1 x 1e9 and 1,100,000,000 are one figure, and no statistic is printed with more.
    lower = value.map("{:.12g}".format).astype(object)
    return lower.where(upper.isna(), lower + ".." + upper.map("{:.12g}".format).astype(object))


def _place(stated: pd.DataFrame, copies: Mapping[str, str]) -> pd.DataFrame:
    """Add `observation_id` and `source` (publisher, else document); sort by publication, then place in the text."""
    start, end = (_days_as(stated[name], "%Y-%m-%d") for name in ("period_start", "period_end"))
    undated = stated["calendar_group"] == "undated"
    name = stated["series_id"] + "\n" + (start + "/" + end).mask(undated, stated["statement"])
    ids = {key: hashlib.sha256(key.encode()).hexdigest()[:16] for key in name.unique()}
    source = stated["document_id"].map(copies).astype(object).fillna(_own_source(stated))
    placed = stated.assign(observation_id=name.map(ids), source=pd.factorize(source)[0])
    return placed.sort_values(["published", "document_id", "span_start", "claim_id"], ignore_index=True)


def _own_source(rows: pd.DataFrame) -> pd.Series[str]:
    """Who speaks in a document: its publisher; one without a publisher speaks for itself."""
    return rows["publisher"].mask(rows["publisher"].fillna("") == "", rows["document_id"])


def _reconcile(stated: pd.DataFrame) -> pd.DataFrame:
    """One row per observation_id: what all its claims have in common, what they leave possible, counts, agreement."""
    groups = stated.groupby("observation_id")
    ends = groups.agg(
        low=("low", "max"),
        high=("high", "min"),
        outer_low=("low", "min"),
        outer_high=("high", "max"),
        claims=("claim_id", "size"),
        sources=("source", "nunique"),
        claim_ids=("claim_id", ";".join),
        first_published=("published", "min"),
        last_published=("published", "max"),
    )
    apart = ends["low"] > ends["high"] + SAME * ends["high"].abs()
    ends["agreement"] = np.select([apart, ends["sources"] > 1], ["conflict", "agree"], "single")
    ends["low"] = ends["low"].mask(apart, ends["outer_low"]).replace(-np.inf, np.nan)
    ends["high"] = ends["high"].mask(apart, ends["outer_high"]).replace(np.inf, np.nan)
    return groups[_SHARED].first().join(ends)


def _choose(stated: pd.DataFrame) -> pd.DataFrame:
    """The figure that stands for each observation_id, and which of `RULES` settled it against the next best."""
    figures = stated.assign(row=range(len(stated))).groupby(["observation_id", "statement"], as_index=False)
    counted = figures.agg(
        middle=("middle", "first"),
        stating=("source", "nunique"),
        latest=("published", "max"),
        step=("step", "min"),
        first=("row", "min"),
        last=("row", "max"),
    )
    ranked = counted.assign(admitting=_count_admitting(stated, counted)).sort_values(
        ["observation_id", "admitting", "stating", "latest", "step", "first"],
        ascending=[True, False, False, False, True, True],
    )
    repeated = ranked.duplicated("observation_id")
    best = ranked[~repeated].set_index("observation_id")
    second = ranked[repeated].drop_duplicates("observation_id").set_index("observation_id").reindex(best.index)
    decided = [
        second["stating"].isna(),
        (best["admitting"] != second["admitting"]) | (best["stating"] != second["stating"]),
        (best["latest"] != second["latest"]) & best["latest"].notna(),
        best["step"] != second["step"],
    ]
    chosen = stated.iloc[best["last"].to_numpy()][_CHOSEN].set_axis(best.index)
    return chosen.assign(rule=np.select(decided, RULES[:4], RULES[4]))


def _count_admitting(stated: pd.DataFrame, figures: pd.DataFrame) -> pd.Series[int]:
    """For each of the figures, how many sources state an interval that holds it: "under 800" admits 790.

    Counting only those who say the same would let a late "under $800 million" stand for an exact "$790 million".
    """
    several = figures[figures.duplicated("observation_id", keep=False)]
    intervals = stated[["observation_id", "source", "low", "high"]]
    pairs = several.reset_index()[["index", "observation_id", "middle"]].merge(intervals, on="observation_id")
    slack = SAME * pairs["middle"].abs()
    held = pairs[(pairs["low"] <= pairs["middle"] + slack) & (pairs["middle"] <= pairs["high"] + slack)]
    return held.groupby("index")["source"].nunique().reindex(figures.index, fill_value=1)


def _list_sides(stated: pd.DataFrame, observations: pd.DataFrame) -> pd.Series:
    conflicts = observations.loc[observations["agreement"] == "conflict", "observation_id"]
    apart = stated[stated["observation_id"].isin(conflicts)].drop_duplicates(["observation_id", "statement"])
    ascending = apart.sort_values(["observation_id", "value", "statement"])
    return observations["observation_id"].map(ascending.groupby("observation_id")["statement"].agg(";".join))


def _factor(unit: object, to: str) -> float:
    if isinstance(unit, str):
        return factor(unit, to)
    message = f"plain numbers do not convert to {to!r}; choose figures that have a unit"
    raise DimensionError(message)


def _read_side(side: str) -> tuple[str, float, float]:
    figure = side.lstrip("=~<>")
    lower, _, upper = figure.partition("..")
    return side[: len(side) - len(figure)], float(lower), float(upper or "nan")


def _scale_sides(sides: str | float, by: float) -> str | None:
    if not isinstance(sides, str):
        return None
    scaled = []
    for qualifier, lower, upper in map(_read_side, sides.split(";")):
        end = "" if np.isnan(upper) else f"..{upper * by:.12g}"
        scaled.append(f"{qualifier}{lower * by:.12g}{end}")
    return ";".join(scaled)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    table = typed(frame, OBSERVATION_COLUMNS).reset_index(drop=True)
    texts = [column.name for column in OBSERVATION_COLUMNS if column.dtype == TEXT]
    return table.assign(**{name: table[name].mask(table[name] == "") for name in texts})
