"""A store and a query → what a page shows: the selected claims, their observations, charts and facet counts."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from dashboard.data.state import FACETS, NONE, Facet, Selection
from etl.series import count_as, dated, observe
from etl.store import Store, load_claims, load_documents, load_mentions, load_text, prove

__all__ = [
    "Archive",
    "Chart",
    "Option",
    "Row",
    "Snapshot",
    "View",
    "copies_among",
    "count_options",
    "count_years",
    "records",
    "select_claims",
]

Row = Mapping[str, Any]
"""One claim or one observation: column → value, missing ones NaN, NaT or None."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a facet and the number of claims one would see with it."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Observations that belong on one pair of axes: one title, one unit dimension."""

    title: str
    observations: pd.DataFrame


@dataclass(frozen=True)
class Snapshot:
    """One version of the store, as frames: the documents, and the tidy claims with two columns more.

    `document_kind` says whether a claim's document is an article or a digest, `original` is the id of the document its
    text is a copy of, or its own.
    """

    store: Store
    claims: pd.DataFrame
    documents: pd.DataFrame

    @cached_property
    def options(self) -> dict[str, tuple[str, ...]]:
        """Every value of every facet in this store."""
        more = {"series": (), "reporter": tuple(self.claims["reporter"].fillna(NONE).unique())}
        return {facet.name: tuple(_values(self.claims, facet).unique()) for facet in FACETS} | more

    @cached_property
    def copies(self) -> dict[str, str]:
        """For each document that is a copy, the source it counts as."""
        return count_as(self.documents)

    @cached_property
    def latest(self) -> pd.DataFrame:
        """The documents, latest first, with a column `words` to search in: title, publisher, author, source."""
        documents = self.documents.sort_values(["published", "title"], ascending=[False, True], na_position="last")
        title, *others = (documents[name].fillna("") for name in ("title", "publisher", "author", "source"))
        return documents.assign(words=title.str.cat(pd.concat(others, axis=1), sep="\n").str.lower())

    def family(self, document: Row) -> pd.DataFrame:
        """The other documents that have the text of `document`: its original and the copies of that, latest first."""
        original = document["copy_of"] if isinstance(document["copy_of"], str) else document["document_id"]
        ids = self.latest["document_id"]
        related = ((ids == original) | (self.latest["copy_of"] == original)) & (ids != document["document_id"])
        family: pd.DataFrame = self.latest[related]
        return family

    @cached_property
    def years(self) -> tuple[int, int] | None:
        """The first and last year any claim speaks of, or None where none is dated."""
        starts, ends = self.claims["period_start"].dropna(), self.claims["period_end"].dropna()
        if starts.empty and ends.empty:
            return None
        days = pd.concat([starts, ends])
        return int(days.min().year), int(days.max().year)

    @cached_property
    def proved_quotes(self) -> tuple[int, int]:
        """How many claims match their document character for character, and how many there are."""
        proof = prove(self.store)
        return proof.claims - len(proof.breaches), proof.claims

    def text(self, document_id: str) -> str:
        """The text of a document, which the offsets of its claims count in."""
        return load_text(self.store, document_id)

    def claims_in(self, document_id: str) -> pd.DataFrame:
        """The claims of a document."""
        return self.claims[self.claims["document_id"] == document_id]

    def mentions(self, document_id: str) -> pd.DataFrame:
        """The numbers seen in a document and not used, each with the reason."""
        return load_mentions(self.store, document_id=document_id)


@dataclass(frozen=True)
class View:
    """What one selection shows: its claims, their observations, the charts, and the figures that stand alone.

    `left_out` counts the claims without any date that the choice of years alone has left out.
    """

    selection: Selection
    claims: pd.DataFrame
    observations: pd.DataFrame
    charts: tuple[Chart, ...]
    singles: pd.DataFrame
    undated: pd.DataFrame
    left_out: int = 0

    @cached_property
    def rows(self) -> dict[str, Row]:
        """claim_id → the claim's row."""
        return {row["claim_id"]: row for row in records(self.claims)}

    @cached_property
    def observation_of(self) -> dict[str, str]:
        """claim_id → observation_id."""
        pairs = zip(self.observations["observation_id"], self.observations["claim_ids"], strict=True)
        return {claim: observation for observation, claims in pairs for claim in claims.split(";")}

    def observation(self, observation_id: str) -> Row | None:
        """The row of one observation, or None where the view has no such observation."""
        rows = records(self.observations[self.observations["observation_id"] == observation_id])
        return rows[0] if rows else None

    def claims_of(self, observation: Row) -> list[Row]:
        """The rows of an observation's claims, earliest published first; those without a date come before all."""
        rows = [self.rows[claim] for claim in observation["claim_ids"].split(";")]
        return sorted(rows, key=lambda row: bool(pd.notna(row["published"])))


class Archive:
    """The store as the pages read it: the newest version, loaded once, and the views last asked for.

    Reading is safe from several threads. A version committed while the server runs shows at the next request.
    """

    _KEPT_VIEWS = 32

    def __init__(self, path: str) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._views: OrderedDict[Selection, View] = OrderedDict()

    def snapshot(self) -> Snapshot:
        """The newest version of the store; raises `StoreError` where there is none."""
        store = Store.open(self.path)
        with self._lock:
            if self._snapshot is None or self._snapshot.store.version != store.version:
                self._snapshot = _load(store)
                self._views.clear()
            return self._snapshot

    def view(self, selection: Selection) -> View:
        """What `selection` shows of the newest version."""
        snapshot = self.snapshot()
        with self._lock:
            if selection not in self._views:
                self._views[selection] = _view(snapshot, selection)
            self._views.move_to_end(selection)
            while len(self._views) > self._KEPT_VIEWS:
                self._views.popitem(last=False)
            return self._views[selection]


def copies_among(claims: Sequence[Row]) -> int:
    """How many of the documents that state some claims have the text of another of them."""
    return len({claim["document_id"] for claim in claims}) - len({claim["original"] for claim in claims})


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame, by column name.

    >>> records(pd.DataFrame({"unit": ["USD"]}))
    [{'unit': 'USD'}]
    """
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def select_claims(claims: pd.DataFrame, selection: Selection, *, leave_out: str = "") -> pd.DataFrame:
    """The claims a selection keeps; `leave_out` names a facet (or "period") that is not applied."""
    keep = pd.Series(data=True, index=claims.index)
    for facet in FACETS:
        if facet.name != leave_out and selection.chosen(facet.name):
            keep &= _matches(claims, facet, selection.chosen(facet.name))
    if leave_out != "period":
        keep &= _within(claims, selection.first, selection.last)
    return claims[keep]


def count_options(snapshot: Snapshot, selection: Selection, facet: Facet) -> list[Option]:
    """The values of a facet with the number of claims each would show beside the other choices, most first.

    Values that would show nothing are left out unless they are chosen.
    """
    others = select_claims(snapshot.claims, selection, leave_out="" if facet.all_of else facet.name)
    counts = _values(others, facet).value_counts()
    chosen = selection.chosen(facet.name)
    values = [value for value in snapshot.options[facet.name] if value in chosen or value in counts.index]
    options = [Option(value, int(counts.get(value, 0)), value in chosen) for value in values]
    return sorted(options, key=lambda option: (-option.count, option.value))


def count_years(snapshot: Snapshot, selection: Selection) -> dict[int, int]:
    """How many claims speak of each year (a claim counts in the year its period ends), whatever period is chosen."""
    if snapshot.years is None:
        return {}
    claims = select_claims(snapshot.claims, selection, leave_out="period")
    years = claims["period_end"].fillna(claims["period_start"]).dropna().dt.year.value_counts()
    return {year: int(years.get(year, 0)) for year in range(snapshot.years[0], snapshot.years[1] + 1)}


def _load(store: Store) -> Snapshot:
    documents, claims = load_documents(store), load_claims(store)
    known = documents.set_index("document_id")
    ids = claims["document_id"]
    more = {"document_kind": ids.map(known["kind"]), "original": ids.map(known["copy_of"]).fillna(ids)}
    return Snapshot(store, claims.assign(**more), documents)


# The order of the table and of the CSV: what, whose, when; of one figure the latest publication comes last.
_READING_ORDER = ["metric", "parties", "reporter", "product", "period_start", "period_end", "published", "claim_id"]


def _view(snapshot: Snapshot, selection: Selection) -> View:
    claims = select_claims(snapshot.claims, selection).sort_values(_READING_ORDER, kind="stable")
    observations = observe(claims, snapshot.copies)
    placed = dated(observations)
    charts, singles = _group(placed)
    left_out = _without_date(snapshot, selection)
    return View(selection, claims, observations, charts, singles, observations.drop(placed.index), left_out)


def _without_date(snapshot: Snapshot, selection: Selection) -> int:
    """How many claims without any date the other filters keep and the choice of years leaves out."""
    if selection.first is None and selection.last is None:
        return 0
    claims = select_claims(snapshot.claims, selection, leave_out="period")
    return int((claims["period_start"].isna() & claims["period_end"].isna()).sum())


def _group(observations: pd.DataFrame) -> tuple[tuple[Chart, ...], pd.DataFrame]:
    """Charts of two figures or more, the richest first, and the rest: a lone dot is no time series."""
    groups = [group for _, group in observations.groupby(["subject", "dimension"], sort=False)]
    lone = [group for group in groups if not _is_series(group)]
    rich = sorted((group for group in groups if _is_series(group)), key=_richness, reverse=True)
    singles = pd.concat(lone).sort_values(["subject", "period_start"]) if lone else observations.iloc[:0]
    return tuple(Chart(str(group["subject"].iloc[0]), group) for group in rich), singles


def _is_series(group: pd.DataFrame) -> bool:
    return len(group[["period_start", "period_end"]].drop_duplicates()) > 1


def _richness(group: pd.DataFrame) -> tuple[int, int]:
    return len(group), int(group["claims"].sum())


def _values(claims: pd.DataFrame, facet: Facet) -> pd.Series:
    values = claims[facet.name].fillna(NONE)
    return values.str.split(";").explode() if facet.all_of else values


def _matches(claims: pd.DataFrame, facet: Facet, chosen: Iterable[str]) -> pd.Series:
    values = claims[facet.name].fillna(NONE)
    if not facet.all_of:
        return values.isin(list(chosen))
    parts = values.str.split(";").map(set)
    wanted = set(chosen)
    return parts.map(wanted.issubset).astype(bool)


def _within(claims: pd.DataFrame, first: int | None, last: int | None) -> pd.Series:
    """Claims whose period touches the years; a claim without any date touches none."""
    if first is None and last is None:
        return pd.Series(data=True, index=claims.index)
    start = claims["period_start"].fillna(claims["period_end"])
    end = claims["period_end"].fillna(claims["period_start"])
    keep = start.notna()
    if first is not None:
        keep &= end.dt.year >= first
    if last is not None:
        keep &= start.dt.year <= last
    return keep
