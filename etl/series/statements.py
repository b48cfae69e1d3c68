"""Claims → statements: each claim in its series, in the unit of that series, with its source and its interval."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from etl.grammar.numbers import printed_step
from etl.lexicon.units import dimension, factor
from etl.series.calendars import calendar_group, days_as
from etl.titles import Subject, series_slug, series_title

__all__ = ["ABOUT", "SAME", "STATUS_CLASSES", "SUBJECT", "count_as", "figures", "to_statements"]

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

SUBJECT = ["metric", "product", "parties", "reporter", "partner", "kind"]
_KEY = [*SUBJECT, "dimension", "calendar_group", "status_class"]
_TEXTS = [
    *(*SUBJECT, "unit", "qualifier", "status", "claim_id", "document_id", "publisher"),
    *("period_label", "period_calendar", "span_text"),
]
_OTHERS = ["value", "value_upper", "period_start", "period_end", "published", "span_start"]


def to_statements(claims: pd.DataFrame, copies: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One row per claim."""
    return _place(_bound(_to_series_unit(_assign_series(_plain(claims)))), copies or {})


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
    """Add the interval a claim leaves possible, `low` and `high`, infinite where open; `middle` and `figure`.

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
        figure=stated["qualifier"] + figures(value, stated["value_upper"]),
    )


def figures(value: pd.Series, upper: pd.Series) -> pd.Series:
    """Figures as text, ranges as "1500000..1600000": equal figures are equal texts."""
    # Twelve digits: 1.1 x 1e9 and 1,100,000,000 are one figure, and no statistic is printed with more.
    lower = value.map("{:.12g}".format).astype(object)
    return lower.where(upper.isna(), lower + ".." + upper.map("{:.12g}".format).astype(object))


def _place(stated: pd.DataFrame, copies: Mapping[str, str]) -> pd.DataFrame:
    """Add `observation_id` and `source` (publisher, else document); sort by publication, then place in the text."""
    start, end = (days_as(stated[name], "%Y-%m-%d") for name in ("period_start", "period_end"))
    undated = stated["calendar_group"] == "undated"
    name = stated["series_id"] + "\n" + (start + "/" + end).mask(undated, stated["figure"])
    ids = {key: hashlib.sha256(key.encode()).hexdigest()[:16] for key in name.unique()}
    source = stated["document_id"].map(copies).astype(object).fillna(_own_source(stated))
    placed = stated.assign(observation_id=name.map(ids), source=pd.factorize(source)[0])
    return placed.sort_values(["published", "document_id", "span_start", "claim_id"], ignore_index=True)


def _own_source(rows: pd.DataFrame) -> pd.Series[str]:
    """Who speaks in a document: its publisher; one without a publisher speaks for itself."""
    return rows["publisher"].mask(rows["publisher"].fillna("") == "", rows["document_id"])
