"""Documents that were given and the store as it is → what they would change: series, figures, conflicts, checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.data.rows import Row, records
from dashboard.data.snapshot import Snapshot
from etl.copies import link
from etl.frame import COLUMNS, typed
from etl.reference import REFERENCE_COLUMNS, as_claims
from etl.series import check, count_as, reconcile, to_statements
from etl.store import DOCUMENT_COLUMNS, MENTION_COLUMNS, Rows, load_reference

__all__ = ["Arrivals", "Change", "arrivals_of", "change_of"]

# So many claims about the same parties are checked in some seconds; of more, those of the same series alone.
_MOST_CHECKED = 20_000

_HOLDS = "holds"
_CONFLICT = "conflict"


@dataclass(frozen=True)
class Arrivals:
    """Documents that the store has not, as it would have them: the same tables a page of the store is made of."""

    documents: pd.DataFrame
    claims: pd.DataFrame
    mentions: pd.DataFrame
    texts: Mapping[str, str]
    sketches: Mapping[str, bytes]


@dataclass(frozen=True)
class Change:
    """What the store would have that it has not.

    `series` are titles of new series, `figures` the observations that are new, `joined` those that the store has and
    that gain claims, `conflicts` those that disagree and did not; `checks` are new checks that do not hold. `copies`
    are the documents that have the text of another, as id → id of the original. `compared` is how many claims of the
    store were looked at.
    """

    series: tuple[str, ...]
    figures: tuple[Row, ...]
    joined: tuple[Row, ...]
    conflicts: tuple[Row, ...]
    checks: tuple[Row, ...]
    copies: Mapping[str, str]
    compared: int

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that get anything, sorted."""
        return tuple(sorted({str(each["series_id"]) for each in (*self.figures, *self.joined)}))


def arrivals_of(rows: Rows) -> Arrivals:
    """The rows of documents for the store, as the frames that its pages are made of."""
    document = rows["document"]
    ids = document["document_id"].to_pylist()
    return Arrivals(
        typed(document.to_pandas(date_as_object=False).assign(copy_of=None), DOCUMENT_COLUMNS),
        typed(rows["claim"].to_pandas(date_as_object=False), COLUMNS),
        typed(rows["mention"].to_pandas(date_as_object=False), MENTION_COLUMNS),
        dict(zip(ids, document["text"].to_pylist(), strict=True)),
        dict(zip(ids, document["sketch"].to_pylist(), strict=True)),
    )


def change_of(snapshot: Snapshot, arrivals: Arrivals) -> Change:
    """What `arrivals` would change in the store.

    Observations are exact. Checks are made with the claims that share a party with the new ones; where those are very
    many, with those of the same parties.
    """
    old, new = snapshot.documents, arrivals.documents
    copies = _copies(snapshot, arrivals)
    known = pd.concat([old, new.assign(copy_of=new["document_id"].map(copies))], ignore_index=True)
    beside = snapshot.claims_at(np.flatnonzero(_neighbours(snapshot, arrivals.claims)))[[c.name for c in COLUMNS]]
    claims = pd.concat([beside, arrivals.claims], ignore_index=True)
    before = reconcile(to_statements(beside, count_as(old)))
    counted = count_as(known)
    after = reconcile(to_statements(claims, counted))
    found = _compared(before, after)
    official = _official(snapshot, arrivals.claims)
    checks = check(beside, count_as(old), official), check(claims, counted, official)
    failed = _failed(*checks, set(arrivals.claims["claim_id"]))
    return Change(*found, checks=failed, copies=copies, compared=len(beside))


def _copies(snapshot: Snapshot, arrivals: Arrivals) -> dict[str, str]:
    """The new documents that have the text of another, each with its original."""
    ids, sketches = snapshot.store.sketches()
    size = len(sketches) // max(len(ids), 1)
    texts = [sketches[at * size : (at + 1) * size] for at in range(len(ids))]
    days = pd.concat([each.set_index("document_id")["published"] for each in (snapshot.documents, arrivals.documents)])
    everyone = pd.DataFrame(
        {"document_id": [*ids, *arrivals.sketches], "sketch": [*texts, *arrivals.sketches.values()]}
    )
    ordered = everyone.assign(published=everyone["document_id"].map(days)).sort_values(
        ["published", "document_id"], na_position="last", ignore_index=True
    )
    origins = link(b"".join(ordered["sketch"]))
    names = ordered["document_id"].to_numpy(dtype=object)
    linked = zip(names, names[origins], strict=True)
    return {name: original for name, original in linked if name != original and name in arrivals.sketches}


def _neighbours(snapshot: Snapshot, claims: pd.DataFrame) -> np.ndarray:
    """Which claims of the store the new ones are set against."""
    table = snapshot.series.table
    named = claims["parties"].fillna("")
    parties = {party for both in named for party in both.split(";")}
    sharing = table["parties"].fillna("").map(lambda both: not parties.isdisjoint(both.split(";"))).to_numpy(bool)
    chosen = sharing[snapshot.series_of] if len(table) else np.zeros(len(snapshot), bool)
    if chosen.sum() <= _MOST_CHECKED:
        return chosen
    same: np.ndarray = table["parties"].fillna("").isin(set(named)).to_numpy()[snapshot.series_of]
    return same


def _official(snapshot: Snapshot, claims: pd.DataFrame) -> pd.DataFrame:
    """The official figures about the parties of the new claims."""
    store = snapshot.store
    parties = claims["parties"].dropna().unique() if store.count("reference") else ()
    return as_claims(pd.concat([typed([], REFERENCE_COLUMNS), *(load_reference(store, parties=p) for p in parties)]))


def _compared(
    before: pd.DataFrame, after: pd.DataFrame
) -> tuple[tuple[str, ...], tuple[Row, ...], tuple[Row, ...], tuple[Row, ...]]:
    is_new = ~after["observation_id"].isin(before["observation_id"])
    claims = before.set_index("observation_id")["claims"].reindex(after["observation_id"]).to_numpy(np.float64)
    apart_before = before.loc[before["agreement"] == _CONFLICT, "observation_id"]
    was_apart = after["observation_id"].isin(apart_before)
    series = after[~after["series_id"].isin(before["series_id"])]
    return (
        tuple(dict.fromkeys(series["series_title"].astype(str))),
        tuple(records(after[is_new])),
        tuple(records(after[~is_new & (after["claims"] > claims)])),
        tuple(records(after[(after["agreement"] == _CONFLICT) & ~was_apart])),
    )


def _failed(before: pd.DataFrame, after: pd.DataFrame, new: set[str]) -> tuple[Row, ...]:
    """The checks of new claims that do not hold and were not there; a conflict of one figure is told as such."""
    worse = after[(after["verdict"] != _HOLDS) & (after["rule"] != _CONFLICT)]
    worse = worse[~worse["check_id"].isin(before.loc[before["verdict"] != _HOLDS, "check_id"])]
    sides = worse["left_claims"].fillna("").str.cat(worse["right_claims"].fillna(""), sep=";")
    return tuple(records(worse[[not new.isdisjoint(each.split(";")) for each in sides]]))
