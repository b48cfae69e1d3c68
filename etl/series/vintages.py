"""Claims → what was said of each observation, when and by whom, and each observation as it stood on any day.

A vintage is a series as it was known on a day of publication (the ALFRED archive of the Federal Reserve Bank of
St. Louis calls it so): nothing published later is in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from etl.errors import DayError
from etl.frame import Column, typed
from etl.model import KINDS, QUALIFIERS, STATUSES, read_day
from etl.series.categories import as_texts, categories, coded, ranks
from etl.series.observations import CHOICES, OBSERVATION_COLUMNS, observe
from etl.series.statements import SAME, SUBJECT, to_statements
from etl.series.units import convert

__all__ = [
    "RELEASE_COLUMNS",
    "REVISIONS",
    "REVISION_COLUMNS",
    "VINTAGE_COLUMNS",
    "as_known",
    "releases",
    "revisions",
    "vintages",
]

# What a figure does to those said before it of the same observation: the first of these that applies.
REVISIONS = ("undated", "first", "repeated", "confirmed", "revised", "disputed")

# With how many figures said before it a source new to an observation is compared. More sources than that rarely print
# different figures for one period, and comparing with all of them would take the square of their number.
MEMORY = 32

TEXT: Final = "str"
NUMBER, DAY, COUNT = "float64", "datetime64[us]", "int64"

_PLACE = (
    Column("series_id", TEXT, "the series it belongs to; a target and an actual figure are in different ones"),
    Column("subject", TEXT, "what is measured, in plain words; the same for targets, forecasts and actual figures"),
    Column("metric", TEXT, "what is measured, a name of the metric lexicon"),
    Column("product", TEXT, "the goods concerned"),
    Column("parties", TEXT, "all countries or blocs the figure is about, sorted, joined by ';'"),
    Column("reporter", TEXT, "whose figure it is; a figure of one party is that party's"),
    Column("partner", TEXT, "the counterparty"),
    Column("kind", TEXT, "level, change, share, rate, price ...", values=KINDS),
    Column("unit", TEXT, "unit of all figures; one in a series, the one most of its claims use"),
    Column("calendar_group", TEXT, "calendar year, fiscal year Jul–Jun, month ...; 'undated' without a period"),
    Column("period_start", DAY, "first day the figure speaks of, inclusive"),
    Column("period_end", DAY, "last day the figure speaks of, inclusive"),
    Column("period_label", TEXT, "2017, 2017-06, 2017-S1, FY2016/17 ..."),
    Column("observation_id", TEXT, "16 hexadecimal digits: same series, same period, same id"),
)

REVISION_COLUMNS: tuple[Column, ...] = (
    *_PLACE,
    Column("status", TEXT, "actual, estimate, target, forecast, potential, commitment", values=STATUSES),
    Column("published", DAY, "day of publication; missing where the document tells none"),
    Column("publisher", TEXT, "who published the document"),
    Column("source", TEXT, "who counts as the source: the publisher, of a copy its original's, else the document"),
    Column("document_id", TEXT, "the document"),
    Column("claim_id", TEXT, "the claim"),
    Column("qualifier", TEXT, "= ~ > >= < <=", values=QUALIFIERS),
    Column("value", NUMBER, "the figure; a range's lower end"),
    Column("value_upper", NUMBER, "a range's upper end"),
    Column("low", NUMBER, "lower end of what the figure leaves possible; null = open"),
    Column("high", NUMBER, "upper end of what the figure leaves possible; null = open"),
    Column(
        "revision",
        TEXT,
        "undated: no day of publication, not compared; first: nothing was said before; repeated: the same figure; "
        "confirmed: another figure that shares a point with the previous; revised: it does not, by the source of the "
        "previous; disputed: it does not, by another source",
        values=REVISIONS,
    ),
    Column("previous", NUMBER, "the figure it is compared with: the source's own last one, else one that others said"),
    Column("previous_claim_id", TEXT, "the claim that says it"),
    Column("change", NUMBER, "value − previous"),
    Column("change_rel", NUMBER, "value against previous, percent; missing where previous is 0"),
)

RELEASE_COLUMNS: tuple[Column, ...] = (
    *_PLACE,
    *(
        Column(f"{which}_{name}", dtype, f"{meaning}, {which} published")
        for which in ("first", "latest")
        for name, dtype, meaning in (
            ("published", DAY, "day of publication"),
            ("publisher", TEXT, "publisher of the figure"),
            ("claim_id", TEXT, "claim of the figure"),
            ("status", TEXT, "status of the figure"),
            ("qualifier", TEXT, "qualifier of the figure"),
            ("value", NUMBER, "the figure"),
            ("value_upper", NUMBER, "upper end of the figure, if it is a range"),
        )
    ),
    Column("figures", COUNT, "how many figures were said, repetitions and undated ones included"),
    Column("revised", COUNT, "how many of them are revised"),
    Column("disputed", COUNT, "how many of them are disputed"),
    Column("days", COUNT, "days between the first and the latest"),
    Column("change", NUMBER, "latest value − first value"),
    Column("change_low", NUMBER, "the least that can be, by what both leave possible; null = open"),
    Column("change_high", NUMBER, "the most that can be; null = open"),
    Column("agree", "bool", "whether first and latest share a point"),
)

VINTAGE_COLUMNS: tuple[Column, ...] = (
    Column("vintage", DAY, "the day since which this was known"),
    *OBSERVATION_COLUMNS,
)

_UNSAID = -1


def revisions(claims: pd.DataFrame, copies: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One row per claim, the columns of `REVISION_COLUMNS`: what was said, when, by whom, and what it did.

    Sorted by subject, unit, period and publication, so that target, forecast and actual of one period follow each
    other as they were published; figures without a day of publication come last in their period. A figure is compared
    within its observation: with the last one of its own source, else with the latest one among the last `MEMORY` that
    it shares a point with, else with the last one said. `copies` is what `observe` takes.

    >>> from etl.frame import empty_frame
    >>> revisions(empty_frame()).shape
    (0, 30)
    """
    if claims.empty:
        return typed([], REVISION_COLUMNS)
    said = _said(claims, copies or {})
    previous, revision = _compare(said)
    at = np.where(previous == _UNSAID, 0, previous)
    before = said["value"].take(at).set_axis(said.index).mask(previous == _UNSAID)
    told = said.assign(
        low=said["low"].replace(-np.inf, np.nan),
        high=said["high"].replace(np.inf, np.nan),
        revision=coded(revision, REVISIONS),
        previous=before,
        previous_claim_id=said["claim_id"].take(at).set_axis(said.index).mask(previous == _UNSAID),
        change=said["value"] - before,
        change_rel=100 * (said["value"] - before) / before.abs().mask(before == 0),
    )
    ordered = told.iloc[_by_subject(told)].reset_index(drop=True)
    return typed(ordered.assign(**_names_as_texts(ordered)), REVISION_COLUMNS)


def releases(said: pd.DataFrame) -> pd.DataFrame:
    """The first release against the latest: one row per observation of a table of `revisions`, in its order.

    The columns are `RELEASE_COLUMNS`. Figures without a day of publication are neither first nor latest, and an
    observation that has only such figures has no row.

    >>> releases(typed([], REVISION_COLUMNS)).shape
    (0, 36)
    """
    observation, dated = pd.factorize(said["observation_id"])[0], np.flatnonzero(said["published"].notna())
    dated = dated[np.argsort(said["published"].to_numpy()[dated], kind="stable")]
    ends = pd.Series(dated).groupby(observation[dated])
    places = pd.DataFrame({"first": ends.first(), "latest": ends.last()}).sort_values("first")
    first, latest = (said.iloc[places[which]].reset_index(drop=True) for which in places)
    low, high = _difference(first, latest)
    names = [column.name.removeprefix("first_") for column in RELEASE_COLUMNS if column.name.startswith("first_")]
    cells = {f"{which}_{name}": rows[name] for which, rows in (("first", first), ("latest", latest)) for name in names}
    table = first[[column.name for column in _PLACE]].assign(
        **cells,
        figures=np.bincount(observation)[places.index],
        revised=np.bincount(observation, said["revision"] == "revised")[places.index],
        disputed=np.bincount(observation, said["revision"] == "disputed")[places.index],
        days=(latest["published"] - first["published"]).dt.days,
        change=latest["value"] - first["value"],
        change_low=np.where(np.isfinite(low), low, np.nan),
        change_high=np.where(np.isfinite(high), high, np.nan),
        agree=_meet(*_interval(first), *_interval(latest)),
    )
    return typed(table, RELEASE_COLUMNS)


def vintages(
    claims: pd.DataFrame,
    copies: Mapping[str, str] | None = None,
    days: Iterable[dt.date | str] | None = None,
    *,
    rule: str = CHOICES[0],
    prefer: str | Sequence[str] = (),
) -> pd.DataFrame:
    """Each observation as it stood, a row for each day on which something was published about it.

    The columns are `VINTAGE_COLUMNS`, sorted by day, series and period; `as_known` gives the whole table of a day. With
    `days` only those are told apart: what was published between two of them is in the later. Claims of documents
    without a day of publication are in no vintage. An observation is reconciled once for each of its days, so that a
    long history costs the square of its days; `days` bounds that. All vintages of a series are in the unit that most of
    its claims use, and under the ids that this unit gives, so that they can be compared. `rule` and `prefer` choose the
    figures as in `observe`. Raises `DayError` for a day that is none, `RuleError` for a rule that is none.

    >>> from etl.frame import empty_frame
    >>> vintages(empty_frame()).shape[0]
    0
    """
    published = claims[claims["published"].notna()].reset_index(drop=True)
    known = published.assign(vintage=_first_day(published["published"], days))
    known = known[known["vintage"].notna()]
    if known.empty:
        return typed([], VINTAGE_COLUMNS)
    reconcile = partial(observe, copies=copies, rule=rule, prefer=prefer)
    stood = pd.concat(_stages(known, reconcile), ignore_index=True)
    order = ["vintage", "series_id", "period_start", "period_end", "value", "observation_id"]
    return typed(stood.sort_values(order, ignore_index=True), VINTAGE_COLUMNS)


def as_known(known: pd.DataFrame, day: dt.date | str) -> pd.DataFrame:
    """The observations of a table of `vintages` as they stood on a day: what `observe` gives of the claims until then.

    The unit of a series is that of all its claims, later ones included. Raises `DayError` for a day that is none.
    """
    until = known[known["vintage"] <= _day(day)].drop_duplicates("observation_id", keep="last")
    order = ["series_id", "period_start", "period_end", "value", "observation_id"]
    return typed(until.sort_values(order, ignore_index=True), OBSERVATION_COLUMNS)


def _said(claims: pd.DataFrame, copies: Mapping[str, str]) -> pd.DataFrame:
    """The statements, by observation and publication, each with the name of its source."""
    stated = to_statements(claims, copies)
    document, publisher = (stated[name].astype(object) for name in ("document_id", "publisher"))
    source = document.map(copies).astype(object).fillna(publisher.mask(publisher == "", document))
    told = stated.assign(
        source=categories(source), observation=pd.factorize(stated["observation_id"])[0], rank=range(len(stated))
    )
    return told.sort_values("observation", kind="stable", ignore_index=True)


def _compare(said: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """For each row the position of the one it is compared with, or -1; and its place in `REVISIONS`."""
    observation = said["observation"].to_numpy()
    figure, source = (pd.factorize(said[name])[0] for name in ("figure", "source"))
    dated = said["published"].notna().to_numpy()
    rank = said.groupby("observation").cumcount().to_numpy()
    own, same = _last(observation, source), _last(observation, figure)
    low, high = said["low"].to_numpy(), said["high"].to_numpy()
    others = np.where(same != _UNSAID, same, _sharing(low, high, np.where(dated & (own == _UNSAID), rank, 0)))
    previous = np.where(own != _UNSAID, own, others)
    previous = np.where(dated & (rank > 0), np.where(previous == _UNSAID, np.arange(len(said)) - 1, previous), _UNSAID)
    again = figure == figure[previous]
    meets = _meet(low, high, low[previous], high[previous])
    conditions = [~dated, rank == 0, again, meets, own != _UNSAID]
    return previous, np.select(conditions, list(range(len(conditions))), len(conditions))


def _last(*keys: np.ndarray) -> np.ndarray:
    """For each row the position of the last one before it with the same keys, or -1."""
    rows = pd.Series(range(len(keys[0])))
    return rows.groupby(list(keys)).shift(1, fill_value=_UNSAID).to_numpy()


def _sharing(low: np.ndarray, high: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """For each row the last one before it that shares a point with it, among as many as `rank` and `MEMORY` allow."""
    found = np.full(len(low), _UNSAID)
    searching = np.flatnonzero(rank > 0)
    for back in range(1, MEMORY + 1):
        searching = searching[rank[searching] >= back]
        if not len(searching):
            break
        before = searching - back
        met = _meet(low[searching], high[searching], low[before], high[before])
        found[searching[met]] = before[met]
        searching = searching[~met]
    return found


def _meet(low: np.ndarray, high: np.ndarray, other_low: np.ndarray, other_high: np.ndarray) -> np.ndarray:
    """Whether two intervals share a point, infinite ends being open."""
    shared: np.ndarray = (low <= other_high + SAME * np.abs(other_high)) & (other_low <= high + SAME * np.abs(high))
    return shared


def _by_subject(told: pd.DataFrame) -> np.ndarray:
    """The order of rows by subject, unit, period and publication."""
    names = [ranks(told[name]) for name in [*reversed(SUBJECT), "unit", "subject"]]
    ends = [pd.factorize(told[name], sort=True)[0] for name in ("period_end", "period_start")]
    ends = [np.where(codes < 0, len(told), codes) for codes in ends]
    return np.lexsort([told["rank"].to_numpy(), *ends, *names])


def _names_as_texts(told: pd.DataFrame) -> dict[str, pd.Series]:
    names = [column.name for column in REVISION_COLUMNS if isinstance(told[column.name].dtype, pd.CategoricalDtype)]
    return {name: as_texts(told[name]) for name in names}


def _interval(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return rows["low"].fillna(-np.inf).to_numpy(), rows["high"].fillna(np.inf).to_numpy()


def _difference(first: pd.DataFrame, latest: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """What latest − first can be; a figure that is both differs by nothing from itself."""
    (low, high), (latest_low, latest_high) = _interval(first), _interval(latest)
    one = (first["claim_id"] == latest["claim_id"]).to_numpy()
    return np.where(one, 0.0, latest_low - high), np.where(one, 0.0, latest_high - low)


def _first_day(published: pd.Series, days: Iterable[dt.date | str] | None) -> pd.Series:
    """The first of the days on which each publication was known; missing after the last of them."""
    if days is None:
        return published
    known = pd.Series(sorted({_day(day) for day in days}), dtype=published.dtype)
    at = np.searchsorted(known.to_numpy(), published.to_numpy())
    return pd.Series(known.reindex(at).to_numpy(), index=published.index)


def _stages(known: pd.DataFrame, reconcile: Callable[[pd.DataFrame], pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The observations as they are at last, then after the first day of each that has more, after the second ..."""
    final = reconcile(known)
    listed = final.set_index("observation_id")["claim_ids"].str.split(";").explode()
    place = pd.Series(listed.index, index=listed.to_numpy())
    observation = known["claim_id"].map(place)
    stage = known["vintage"].groupby(observation).rank("dense").astype(int)
    last = stage.groupby(observation).transform("max")
    yield final.assign(vintage=final["observation_id"].map(known["vintage"].groupby(observation).max()))
    for number in range(1, int(last.max())):
        observed = reconcile(known[(stage <= number) & (last > number)])
        days = known["vintage"][stage == number].groupby(observation).first()
        ids = observed["claim_ids"].str.split(";").str[0].map(place)
        yield _as_in(final, observed.assign(observation_id=ids, vintage=ids.map(days)))


def _as_in(final: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """The observed in the units and with the titles that their series have in `final`."""
    named = final.drop_duplicates("series_id").set_index("series_id")
    unit = observed["series_id"].map(named["unit"])
    other = unit.notna() & (observed["unit"] != unit)
    parts = [observed[~other]]
    for name, rows in observed[other].groupby(unit[other]):
        converted = convert(rows, str(name))
        parts.append(converted.assign(vintage=rows["vintage"].to_numpy()))
    return pd.concat(parts).assign(series_title=lambda rows: rows["series_id"].map(named["series_title"]))


def _day(day: dt.date | str) -> pd.Timestamp:
    if (found := read_day(day)) is None:
        message = f"a vintage is a day as YYYY-MM-DD, for example 2024-09-19, not {day!r}"
        raise DayError(message)
    return pd.Timestamp(found)
