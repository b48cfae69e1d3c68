"""Statements → observations: what the claims of one series say of one period, and the figure that stands for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from etl.frame import Column, typed
from etl.model import AGREEMENTS, KINDS, QUALIFIERS, STATUSES
from etl.series.statements import SAME, SUBJECT, figures, to_statements

__all__ = ["OBSERVATION_COLUMNS", "RULES", "dated", "observe", "read_side", "split_sides", "typed_observations"]

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

_SHARED = ["series_id", "series_title", *SUBJECT, "unit", "dimension", "calendar_group", "period_start", "period_end"]
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
    stated = to_statements(claims, copies)
    observations = _reconcile(stated).join(_choose(stated)).reset_index()
    observations["sides"] = _list_sides(stated, observations)
    return typed_observations(
        observations.sort_values(["series_id", "period_start", "period_end", "value", "observation_id"])
    )


def dated(observations: pd.DataFrame) -> pd.DataFrame:
    """The observations whose period has both ends: those that have a place on a time axis."""
    return observations[observations["period_start"].notna() & observations["period_end"].notna()]


def split_sides(observations: pd.DataFrame) -> pd.DataFrame:
    """One row per figure that stands for itself: each side of a conflict, else the value of the observation.

    Columns: observation_id, qualifier, value, value_upper; in the order of `observations`, each conflict ascending.
    """
    whole = observations["qualifier"] + figures(observations["value"], observations["value_upper"])
    sides = observations["sides"].fillna(whole).str.split(";")
    stated = pd.DataFrame({"observation_id": observations["observation_id"], "side": sides}).explode("side")
    return pd.DataFrame(
        [(name, *read_side(side)) for name, side in zip(stated["observation_id"], stated["side"], strict=True)],
        columns=["observation_id", "qualifier", "value", "value_upper"],
    )


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
    figures = stated.assign(row=range(len(stated))).groupby(["observation_id", "figure"], as_index=False)
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
    apart = stated[stated["observation_id"].isin(conflicts)].drop_duplicates(["observation_id", "figure"])
    ascending = apart.sort_values(["observation_id", "value", "figure"])
    return observations["observation_id"].map(ascending.groupby("observation_id")["figure"].agg(";".join))


def read_side(side: str) -> tuple[str, float, float]:
    """Qualifier, value and value_upper of one of the `sides`.

    >>> read_side("=1500000..1600000")
    ('=', 1500000.0, 1600000.0)
    """
    figure = side.lstrip("=~<>")
    lower, _, upper = figure.partition("..")
    return side[: len(side) - len(figure)], float(lower), float(upper or "nan")


def typed_observations(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with the columns and dtypes of `OBSERVATION_COLUMNS`; a text that says nothing is missing."""
    table = typed(frame, OBSERVATION_COLUMNS).reset_index(drop=True)
    texts = [column.name for column in OBSERVATION_COLUMNS if column.dtype == TEXT]
    return table.assign(**{name: table[name].mask(table[name] == "") for name in texts})
