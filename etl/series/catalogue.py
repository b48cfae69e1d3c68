"""Observations → series: one row a series, with what it has and from when to when."""

from __future__ import annotations

from typing import Final

import pandas as pd

from etl.frame import Column, typed
from etl.series.calendars import FREQUENCIES

__all__ = ["SERIES_COLUMNS", "list_series"]

TEXT: Final = "str"
DAY, COUNT = "datetime64[us]", "int64"

SERIES_COLUMNS: tuple[Column, ...] = (
    Column("series_id", TEXT, "readable name of the series, fit for an address", required=True),
    Column("series_title", TEXT, "the subject, with the unit, calendar and status of the series", required=True),
    Column("subject", TEXT, "what is measured, in plain words; series of one subject fit one chart", required=True),
    Column("metric", TEXT, "what is measured, a name of the metric lexicon", required=True),
    Column("product", TEXT, "the goods concerned"),
    Column("parties", TEXT, "all countries or blocs the figures are about, sorted, joined by ';'"),
    Column("reporter", TEXT, "whose figures they are"),
    Column("partner", TEXT, "the counterparty"),
    Column("kind", TEXT, "level, change, share, rate, price ...", required=True),
    Column("unit", TEXT, "unit of the figures"),
    Column("dimension", TEXT, "what the unit measures: figures of one dimension can be converted", required=True),
    Column("calendar_group", TEXT, "calendar year, fiscal year Jul–Jun, month ...", required=True),
    Column("frequency", TEXT, "annual, quarterly ..., whatever the calendar", values=FREQUENCIES, required=True),
    Column("first_period", DAY, "first day the earliest figure speaks of"),
    Column("last_period", DAY, "last day the latest figure speaks of"),
    Column("observations", COUNT, "number of observations", required=True),
    Column("claims", COUNT, "number of claims", required=True),
    Column("conflicts", COUNT, "observations on which sources disagree", required=True),
    Column("first_published", DAY, "day of the earliest publication"),
    Column("last_published", DAY, "day of the latest publication"),
)

_COUNTED = {
    "first_period": ("period_start", "min"),
    "last_period": ("period_end", "max"),
    "observations": ("observation_id", "size"),
    "claims": ("claims", "sum"),
    "conflicts": ("conflict", "sum"),
    "first_published": ("first_published", "min"),
    "last_published": ("last_published", "max"),
}
_SHARED = [column.name for column in SERIES_COLUMNS[1:] if column.name not in _COUNTED]


def list_series(observations: pd.DataFrame) -> pd.DataFrame:
    """One row a series, columns and dtypes of `SERIES_COLUMNS`, those with most observations first.

    >>> from etl.series import observe
    >>> from etl.frame import empty_frame
    >>> list_series(observe(empty_frame())).shape
    (0, 20)
    """
    marked = observations.assign(conflict=observations["agreement"] == "conflict")
    shared = {name: (name, "first") for name in _SHARED}
    listed = marked.groupby("series_id", sort=False, observed=True).agg(**shared, **_COUNTED).reset_index()
    ordered = listed.sort_values(["observations", "claims", "series_id"], ascending=[False, False, True])
    return typed(ordered, SERIES_COLUMNS).reset_index(drop=True)
