"""Claims → statements: each claim in its series, in the unit of that series, with its source and its interval."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from etl.lexicon.units import dimension, factor
from etl.series.calendars import calendar_group, days_as
from etl.series.categories import categories, coded, first_places, named, number_rows, ranks, renamed
from etl.series.steps import printed_steps
from etl.titles import Subject, series_slug, slug, subject_title

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
_LINE = ["dimension", "calendar_group", "status_class"]
_NAMES = [*SUBJECT, "unit", "qualifier", "status", "document_id", "publisher", "period_label"]
_AS_THEY_ARE = [
    *("claim_id", "value", "value_upper", "period_start", "period_end", "comparison_start", "comparison_end"),
    *("published", "span_start", "span_end"),
]


def to_statements(claims: pd.DataFrame, copies: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One row per claim, by day of publication and place in the text, whatever the order of `claims`.

    `series_id`, `subject` and `observation_id` say where it belongs; value, value_upper, `step` (the last place
    printed) and the interval `low` to `high` (infinite where open) are in `unit`, the one most claims of the series
    use. `figure` is the figure as text, `source` a number that independent claims do not share: `copies` tells for each
    document that is a copy of another the source it counts as, as `count_as` makes it. Names are categorical, "" where
    nothing is said.

    >>> from etl.frame import empty_frame
    >>> to_statements(empty_frame()).shape
    (0, 33)
    """
    placed = _bound(_to_series_unit(_assign_series(_sorted(_encode(claims)))))
    return placed.assign(observation_id=_observations(placed), source=_sources(placed, copies or {}))


def count_as(documents: pd.DataFrame) -> dict[str, str]:
    """For each document that is a copy, the source it counts as: its original's publisher, else the original.

    `documents` has the columns document_id, publisher, and copy_of: the original's document_id, missing for all others.

    >>> written = {"document_id": ["a", "b"], "publisher": ["Wire", "Daily"], "copy_of": [None, "a"]}
    >>> count_as(pd.DataFrame(written))
    {'b': 'Wire'}
    """
    copies = documents.dropna(subset="copy_of").set_index("document_id")["copy_of"]
    publisher, alone = documents["publisher"], documents["document_id"]
    sources = publisher.mask(publisher.fillna("") == "", alone).set_axis(alone)
    return dict(zip(copies.index, copies.map(sources), strict=True))


def figures(value: pd.Series, upper: pd.Series) -> pd.Series:
    """Figures as text, ranges as "1500000..1600000": equal figures are equal texts."""
    # Twelve digits: 1.1 x 1e9 and 1,100,000,000 are one figure, and no statistic is printed with more.
    ends = zip(value.tolist(), upper.tolist(), strict=True)
    # Only a missing end differs from itself.
    written = [f"{low:.12g}..{high:.12g}" if high == high else f"{low:.12g}" for low, high in ends]  # noqa: PLR0124
    return pd.Series(written, index=value.index, dtype=object)


def _encode(claims: pd.DataFrame) -> pd.DataFrame:
    """The columns that matter; names as categories, "" where nothing is said: twenty times faster to group by."""
    names = {name: categories(claims[name]) for name in _NAMES}
    steps = printed_steps(claims["span_text"], claims["value"])
    encoded = claims[_AS_THEY_ARE].assign(**names, step=steps, calendar_group=categories(calendar_group(claims)))
    return encoded.assign(period_label=_labels(encoded))


def _labels(stated: pd.DataFrame) -> pd.Categorical:
    """The labels of the periods; a fiscal year has one, "FY2023/24", however its claims word it."""
    at, periods = number_rows(stated[["period_label", "calendar_group", "period_start", "period_end"]])
    labels = [
        f"FY{start.year}/{end.year % 100:02}" if group.startswith("fiscal year") else label
        for label, group, start, end in periods
    ]
    return named(labels, at)


def _sorted(encoded: pd.DataFrame) -> pd.DataFrame:
    """By publication, those without a date last, then by place in the text: no order of claims decides anything."""
    published = encoded["published"]
    keys = (encoded["span_end"], encoded["span_start"], ranks(encoded["document_id"]), published, published.isna())
    return encoded.drop(columns="span_end").iloc[np.lexsort(keys)].reset_index(drop=True)


def _assign_series(stated: pd.DataFrame) -> pd.DataFrame:
    """Add dimension, status_class, series_id and subject; a lone party owns its figure."""
    stated = stated.assign(
        reporter=_own_alone(stated),
        dimension=renamed(stated["unit"], lambda unit: dimension(unit) if unit else "number"),
        status_class=renamed(stated["status"], lambda status: STATUS_CLASSES.get(status, "actual")),
    )
    # There are far more series than subjects, and far fewer lines: each is named once.
    subject, subjects = number_rows(stated[SUBJECT])
    line, lines = number_rows(stated[_LINE])
    series, pairs = number_rows(pd.DataFrame({"subject": subject, "line": line}))
    slugs = [series_slug(Subject(*each)) for each in subjects]
    ends = [slug(measure, calendar, "" if outlook == "actual" else outlook) for measure, calendar, outlook in lines]
    ids = [f"{slugs[first]}.{ends[last]}" for first, last in pairs]
    titles = [subject_title(Subject(*each)) for each in subjects]
    return stated.assign(series_id=named(ids, series), subject=named(titles, subject))


def _own_alone(stated: pd.DataFrame) -> pd.Series:
    """The reporters; a figure of one party, without any reporter, is that party's."""
    parties = stated["parties"]
    several = parties.cat.categories.str.contains(";", regex=False)[parties.cat.codes]
    alone = (stated["reporter"] == "") & (stated["partner"] == "") & ~several
    return categories(stated["reporter"].astype(object).mask(alone, parties.astype(object)))


def _to_series_unit(stated: pd.DataFrame) -> pd.DataFrame:
    """Figures, and the `step` they were printed to, in the unit most claims of the series use."""
    counts = stated.groupby(["series_id", "unit"], observed=True).size().reset_index(name="number")
    # Among units used equally often the first in the alphabet, so that no order of documents decides.
    counts = counts.assign(unit=counts["unit"].astype(str)).sort_values(["number", "unit"], ascending=[False, True])
    common = counts.drop_duplicates("series_id").set_index("series_id")["unit"]
    names, codes = np.unique(common.reindex(stated["series_id"].cat.categories).to_numpy(str), return_inverse=True)
    to = codes[stated["series_id"].cat.codes]
    by = _factors(stated["unit"], names, to)
    scaled = {name: stated[name] * by for name in ("value", "value_upper", "step")}
    return stated.assign(**scaled, unit=coded(to, names))


def _factors(units: pd.Series, names: np.ndarray, to: np.ndarray) -> np.ndarray:
    pairs, at = np.unique(units.cat.codes.to_numpy(int) * len(names) + to, return_inverse=True)
    stated = units.cat.categories
    written = [(stated[pair // len(names)], str(names[pair % len(names)])) for pair in pairs.tolist()]
    return np.array([factor(*pair) if pair[0] else 1.0 for pair in written])[at]


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
        figure=_figures(stated),
    )


def _figures(stated: pd.DataFrame) -> pd.Categorical:
    """Qualifier and number as text."""
    at, distinct = number_rows(stated[["qualifier", "value", "value_upper"]])
    qualifiers, lows, highs = zip(*distinct, strict=True) if distinct else ((), (), ())
    written = figures(pd.Series(lows, dtype=float), pd.Series(highs, dtype=float))
    return named([*map("".join, zip(qualifiers, written, strict=True))], at)


def _observations(stated: pd.DataFrame) -> pd.Categorical:
    """The id of the observation each belongs to: a series and a period, or without a period a series and a figure."""
    undated = stated["calendar_group"] == "undated"
    period, _ = number_rows(stated[["period_start", "period_end"]])
    spoken_of = np.where(undated, -1 - stated["figure"].cat.codes, period)
    at, _ = number_rows(pd.DataFrame({"series": stated["series_id"].cat.codes, "spoken of": spoken_of}))
    firsts = stated.iloc[first_places(at)]
    start, end = (days_as(firsts[name], "%Y-%m-%d") for name in ("period_start", "period_end"))
    spoken = (start + "/" + end).mask(firsts["calendar_group"] == "undated", firsts["figure"].astype(object))
    bits = _mix(_hash(stated["series_id"].cat.categories)[firsts["series_id"].cat.codes], _hash_each(spoken))
    return coded(at, [f"{each:016x}" for each in bits.tolist()])


def _hash(names: Iterable[str]) -> np.ndarray:
    """64 bits of SHA-256 of each."""
    return np.array([int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) for name in names], dtype=np.uint64)


def _hash_each(texts: pd.Series) -> np.ndarray:
    at, distinct = pd.factorize(texts)
    return np.asarray(_hash(distinct)[at])


def _mix(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """64 bits of each pair: the step and the finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    bits = first + second * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(bits ^ (bits >> np.uint64(31)))


def _sources(stated: pd.DataFrame, copies: Mapping[str, str]) -> np.ndarray:
    """Who speaks in each document, as a number: its publisher, else itself; a copy is what its original is."""
    documents, publishers = stated["document_id"].cat, stated["publisher"].cat
    alone = len(publishers.categories)
    said = publishers.codes.to_numpy(int)
    own = np.where(stated["publisher"] == "", alone + documents.codes, said)
    if not copies:
        return own
    numbers = dict(zip(documents.categories, range(alone, alone + len(documents.categories)), strict=True))
    numbers |= dict(zip(publishers.categories, range(alone), strict=True))
    others = {name: -1 - at for at, name in enumerate(sorted(set(copies.values()) - set(numbers)))}
    counted = {document: (numbers | others)[source] for document, source in copies.items()}
    of = np.array([counted.get(document, alone) for document in documents.categories])
    copied = documents.categories.isin(list(copies))
    return np.where(copied[documents.codes], of[documents.codes], own)
