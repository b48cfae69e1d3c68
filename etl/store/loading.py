"""A store → the frames people work with, the texts, and the proof that every quote stands in its document."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from etl.citation import verify
from etl.copies import link
from etl.decisions import Decision, DecisionLog, Reviewed, log_of, review
from etl.errors import DayError, RuleError
from etl.frame import COLUMNS, typed
from etl.model import read_day
from etl.reference import REFERENCE_COLUMNS, as_claims, breach
from etl.series import CHOICES, FREQUENCIES, check, count_as, observe, revisions
from etl.series.periods import in_period
from etl.store.rows import DOCUMENT_COLUMNS, MENTION_COLUMNS, STORED_COLUMNS
from etl.store.store import Store

__all__ = [
    "Proof",
    "count_copies",
    "load_checks",
    "load_claims",
    "load_documents",
    "load_mentions",
    "load_reference",
    "load_reviewed",
    "load_revisions",
    "load_series",
    "load_text",
    "prove",
]

StoreLike: TypeAlias = "str | os.PathLike[str] | Store"
Day: TypeAlias = dt.date | str
Version: TypeAlias = int | dt.datetime

# Documents whose texts are in memory at once while they are proved.
_RANGE = 4_000
_PREFIXES = 256
# Versions of a store whose copies stay linked: whoever asks for one series asks for more of them.
_VERSIONS = 2


@dataclass(frozen=True, slots=True)
class Proof:
    """How many claims were compared with their documents, and what was wrong with those that do not hold.

    `figures` is how many official figures were compared with the rows they cite, `unproved` those that do not stand
    there. The files of official statistics are not kept, their rows are.
    """

    claims: int
    breaches: tuple[tuple[str, str], ...]
    figures: int = 0
    unproved: tuple[tuple[str, str], ...] = ()


def load_claims(
    store: StoreLike = "store", as_of: Day | None = None, *, version: Version | None = None
) -> pd.DataFrame:
    """The tidy frame of all claims, columns and dtypes of `COLUMNS`, by day of publication, document and place.

    What people decided about them is applied: `load_reviewed` tells who decided what, and what was taken out.

    `as_of` keeps what was published on or before that day; a document without a date is then left out. `version`
    is a number of `Store.history`, or a moment: the store as it was then. Raises `DayError` for a day that is none,
    `StoreError` where there is no store or no such version, or where it is damaged.
    """
    opened = _opened(store, version)
    if _decisions(opened):
        return load_reviewed(opened, as_of).claims[[column.name for column in COLUMNS]]
    return _claims(opened, as_of)


def load_reviewed(store: StoreLike = "store", as_of: Day | None = None, *, version: Version | None = None) -> Reviewed:
    """The claims as `load_claims` gives them with what people decided of each, and those they took out.

    The decisions are those of the log beside the store, `etl.decisions.log_of`; where there is none, every claim is
    unreviewed. `as_of` keeps claims as for `load_claims`.
    """
    opened = _opened(store, version)
    decisions = _decisions(opened)
    if not decisions:
        return review(_claims(opened, as_of), (), typed((), STORED_COLUMNS))
    reviewed = review(_claims(opened), decisions, opened.frame("document", STORED_COLUMNS))
    ordered = reviewed.claims.sort_values(["published", "document_id", "span_start"], ignore_index=True)
    return replace(reviewed, claims=_until(ordered, as_of), rejected=_until(reviewed.rejected, as_of))


def _claims(store: Store, as_of: Day | None = None) -> pd.DataFrame:
    """The claims as the extractor gave them."""
    if as_of is None:
        return store.frame("claim", COLUMNS)
    return store.frame("claim", COLUMNS, "published <= ?", (_day(as_of),))


def _until(claims: pd.DataFrame, as_of: Day | None) -> pd.DataFrame:
    return claims if as_of is None else claims[claims["published"] <= pd.Timestamp(_day(as_of))].reset_index(drop=True)


def _decisions(store: Store) -> list[Decision]:
    return DecisionLog(log_of(store.path)).read()


def load_documents(store: StoreLike = "store", *, version: Version | None = None) -> pd.DataFrame:
    """One row a document, the columns of `DOCUMENT_COLUMNS`; those in another language are there with their status."""
    opened = _opened(store, version)
    documents = opened.frame("document", STORED_COLUMNS)
    return typed(documents.assign(copy_of=documents["document_id"].map(_originals(_linked(opened)))), DOCUMENT_COLUMNS)


def count_copies(store: StoreLike = "store") -> int:
    """How many documents are copies of another: those with a `copy_of` in `load_documents`."""
    return len(_originals(_linked(_opened(store))))


def load_mentions(
    store: StoreLike = "store", *, document_id: str | None = None, version: Version | None = None
) -> pd.DataFrame:
    """One row a number that was seen and not used, with the reason: the columns of `MENTION_COLUMNS`.

    With `document_id` those of one document, without reading the others.
    """
    within = None if document_id is None else (document_id, document_id)
    return _opened(store, version).frame("mention", MENTION_COLUMNS, within=within)


def load_text(store: StoreLike, document_id: str) -> str:
    """The text of a document, which the offsets of its claims count in."""
    return _opened(store).text(document_id)


def load_series(  # noqa: PLR0913  a filter or a choice each, by keyword
    store: StoreLike = "store",
    *,
    metric: str | None = None,
    parties: str | Iterable[str] | None = None,
    product: str | None = None,
    status: str | None = None,
    frequency: str | None = None,
    rule: str = CHOICES[0],
    prefer: str | Iterable[str] = (),
    as_of: Day | None = None,
    version: Version | None = None,
) -> pd.DataFrame:
    """The observations of the claims that have this metric, these parties, this product and status.

    `parties` are ISO 3166 codes in any order, as a list or as "PAK;RUS". `frequency` keeps the series of one of
    `etl.series.FREQUENCIES`, "annual" for example: calendar and fiscal years, which `calendar_group` tells apart.
    `rule` and `prefer` choose the figure that stands where claims differ, as in `etl.series.observe`. The columns are
    `OBSERVATION_COLUMNS` of `etl.series`; copies of a document count with it as one source.
    """
    opened = _opened(store, version)
    claims = _about(load_claims(opened, as_of), metric=metric, parties=_joined(parties), product=product, status=status)
    chosen = [prefer] if isinstance(prefer, str) else list(prefer)
    observations = observe(claims, _sources(_linked(opened)), rule=rule, prefer=chosen)
    return observations if frequency is None else _of_frequency(observations, frequency)


def load_checks(
    store: StoreLike = "store",
    *,
    metric: str | None = None,
    parties: str | Iterable[str] | None = None,
    product: str | None = None,
    as_of: Day | None = None,
    version: Version | None = None,
) -> pd.DataFrame:
    """The checks of what is said of this metric, these parties and this product, made with all claims of the store.

    They are set against the official figures of the store too.

    The filters are those of `load_series`, and look at the observation that is checked. The columns are
    `CHECK_COLUMNS` of `etl.series`.
    """
    opened = _opened(store, version)
    official = as_claims(load_reference(opened, as_of=as_of))
    checks = check(load_claims(opened, as_of), _sources(_linked(opened)), official)
    wanted = {"metric": metric, "parties": _joined(parties), "product": product}
    for column, value in wanted.items():
        if value is not None:
            checks = checks[checks[column] == value]
    return checks.reset_index(drop=True)


def _of_frequency(observations: pd.DataFrame, frequency: str) -> pd.DataFrame:
    if frequency not in FREQUENCIES:
        message = f"{frequency!r} is no frequency of a series; they are {', '.join(FREQUENCIES)}"
        raise RuleError(message)
    return observations[observations["frequency"] == frequency].reset_index(drop=True)


def load_revisions(  # noqa: PLR0913  each chooses by one thing, and is given by name
    store: StoreLike = "store",
    *,
    metric: str | None = None,
    parties: str | Iterable[str] | None = None,
    product: str | None = None,
    status: str | None = None,
    period: str | None = None,
    as_of: Day | None = None,
    version: Version | None = None,
) -> pd.DataFrame:
    """What was said of each observation, when and by whom: one row per claim, `REVISION_COLUMNS` of `etl.series`.

    Claims are chosen as `load_series` does. `period` keeps what speaks of it or of a part of it: "2023", "2023-Q3",
    "2022-07-01/2023-06-30", or the label of a fiscal year, "FY2022/23". Raises `DayError` for what is no period.
    """
    opened = _opened(store, version)
    claims = _about(load_claims(opened, as_of), metric=metric, parties=_joined(parties), product=product, status=status)
    said = revisions(claims, _sources(_linked(opened)))
    return said if period is None else said[in_period(said, period)].reset_index(drop=True)


def load_reference(  # noqa: PLR0913  a filter each
    store: StoreLike = "store",
    *,
    metric: str | None = None,
    parties: str | Iterable[str] | None = None,
    product: str | None = None,
    status: str | None = None,
    dataset: str | None = None,
    as_of: Day | None = None,
    version: Version | None = None,
    every_release: bool = False,
) -> pd.DataFrame:
    """The official figures that have this metric, these parties, product and status: columns `REFERENCE_COLUMNS`.

    Of a figure that several files have the latest release is taken, with `every_release` all of them. `as_of` keeps
    what was released on or before that day, or fetched, where the day of release is not known; what has neither is
    then left out. `etl.reference.as_claims` makes claims of them, for the functions of `etl.series`.
    """
    wanted = {"metric": metric, "parties": _joined(parties), "product": product, "status": status, "dataset": dataset}
    given = {column: value for column, value in wanted.items() if value is not None}
    where = [f"{column} = ?" for column in given]
    values: list[object] = list(given.values())
    if as_of is not None:
        where, values = [*where, "coalesce(published, retrieved) <= ?"], [*values, _day(as_of)]
    figures = _opened(store, version).frame("reference", REFERENCE_COLUMNS, " AND ".join(where) or "true", values)
    return figures if every_release else _latest_releases(figures)


def _latest_releases(figures: pd.DataFrame) -> pd.DataFrame:
    """One row a reference_id: released last, fetched last; of those alike the hash of the file decides."""
    ordered = figures.sort_values(["published", "retrieved", "file_sha256", "line"], na_position="first", kind="stable")
    return figures.loc[ordered.drop_duplicates("reference_id", keep="last").index.sort_values()].reset_index(drop=True)


def prove(store: StoreLike = "store") -> Proof:
    """Compare every claim of the store with the text of its document, character by character."""
    opened, count, breaches = _opened(store), 0, []
    for within in _ranges(opened.count("document")):
        texts = {name: (text, _sha256(text)) for name, text in opened.texts(within).items()}
        claims = opened.frame("claim", COLUMNS, within=within)
        count += len(claims)
        breaches += [(row["claim_id"], wrong) for row in claims.to_dict("records") if (wrong := _wrong(row, texts))]
    official = opened.frame("reference", REFERENCE_COLUMNS).to_dict("records")
    unproved = [(row["reference_id"], wrong) for row in official if (wrong := breach(row))]
    return Proof(count, tuple(breaches), len(official), tuple(unproved))


@dataclass(frozen=True, slots=True)
class _Linked:
    """The documents of a store to be linked: the same ones where they are in the same files, which never change."""

    files: frozenset[str]
    store: Store = field(compare=False)


def _linked(store: Store) -> _Linked:
    return _Linked(store.files("document"), store)


@lru_cache(maxsize=_VERSIONS)
def _originals(linked: _Linked) -> Mapping[str, str]:
    """The id of each document that is a copy → the id of its original."""
    ids, sketches = linked.store.sketches()
    origins = link(sketches)
    copied = np.flatnonzero(origins != np.arange(len(ids)))
    return {ids[copy]: ids[original] for copy, original in zip(copied, origins[copied], strict=True)}


@lru_cache(maxsize=_VERSIONS)
def _sources(linked: _Linked) -> Mapping[str, str]:
    originals = _originals(linked)
    if not originals:
        return {}
    named = [column for column in STORED_COLUMNS if column.name in {"document_id", "publisher"}]
    documents = linked.store.frame("document", named)
    return count_as(documents.assign(copy_of=documents["document_id"].map(originals)))


def _ranges(documents: int) -> list[tuple[str, str]]:
    """First and last ids of equal parts, by their first two digits; an id is a hash, so that parts are of one size."""
    parts = min(_PREFIXES, documents // _RANGE + 1)
    ends = [f"{_PREFIXES * part // parts:02x}" for part in range(1, parts)]
    return list(zip(["", *ends], [*ends, "g"], strict=True))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _wrong(row: Mapping[Any, object], texts: Mapping[str, tuple[str, str]]) -> str | None:
    text, sha256 = texts.get(str(row["document_id"]), (None, None))
    if text is None:
        return f"the store has no document {row['document_id']}"
    if sha256 != row["document_sha256"]:
        return f"the text of document {row['document_id']} is not the one that was read: its SHA-256 differs"
    return verify(text, row)


def _opened(store: StoreLike, version: Version | None = None) -> Store:
    if isinstance(store, Store):
        return store if version is None else Store.open(store.path, version)
    return Store.open(store, version)


def _joined(parties: str | Iterable[str] | None) -> str | None:
    if parties is None:
        return None
    return ";".join(sorted(parties.split(";") if isinstance(parties, str) else parties))


def _about(claims: pd.DataFrame, **wanted: str | None) -> pd.DataFrame:
    """The claims that have these values; None asks for nothing."""
    for column, value in wanted.items():
        if value is not None:
            claims = claims[claims[column] == value]
    return claims


def _day(day: Day) -> dt.date:
    if (found := read_day(day)) is None:
        message = f"as_of must be a day as YYYY-MM-DD, for example 2024-09-19, not {day!r}"
        raise DayError(message)
    return found
