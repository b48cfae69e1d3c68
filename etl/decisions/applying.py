"""Claims and decisions → the claims as people left them, and the decisions that fit no more, each with its reason.

A decision fits the claim with its id, or, where ids changed, the claim at the same place of the same text
(`etl.decisions.matching`). It is stale where the text changed or is gone, where what was seen is no longer what the
extractor says, and where the claim is no longer found; it then changes nothing and is listed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from etl.decisions.matching import named_now
from etl.decisions.model import FIELDS, PLACE, Cell, Decision, read_cells
from etl.decisions.standing import Ruling, rule
from etl.frame import COLUMNS, DAY, TEXT, Column, claim_id, typed

__all__ = ["REVIEWED_COLUMNS", "REVIEWS", "REVIEW_COLUMNS", "Reviewed", "Stale", "changed_fields", "review"]

REVIEWS: Final = ("unreviewed", "accepted", "corrected", "added", "conflict", "stale")
"""What people said of a claim; one in conflict or stale has the values of the extractor."""

REVIEW_COLUMNS: Final[tuple[Column, ...]] = (
    Column("review", TEXT, "what people decided about the claim", values=REVIEWS, required=True),
    Column("reviewed_by", TEXT, "who decided, joined by ';'"),
    Column("reviewed", DAY, "day of the last decision, UTC"),
)
"""What a claim has beside `COLUMNS` once decisions are applied."""

REVIEWED_COLUMNS: Final = (*COLUMNS, *REVIEW_COLUMNS)
"""A claim as people left it, and who did."""

_OF_DOCUMENT: Final = (
    *("document_id", "title", "publisher", "author", "published", "url", "retrieved", "language"),
    "document_sha256",
)


@dataclass(frozen=True, slots=True)
class Stale:
    """Decisions about a claim that fit no more, and why, in a sentence."""

    ruling: Ruling
    why: str


@dataclass(frozen=True)
class Reviewed:
    """The claims with the decisions applied: columns `REVIEWED_COLUMNS`, rows in the order of the claims.

    `rejected` are the claims that were taken out, as the extractor gave them. `conflicts` are decisions made apart that
    cannot all hold, `stale` those that fit no more: neither is applied.
    """

    claims: pd.DataFrame
    rejected: pd.DataFrame
    conflicts: tuple[Ruling, ...]
    stale: tuple[Stale, ...]


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of the claim in a row: its review, the ruling, and the values it gets."""

    row: int
    review: str
    ruling: Ruling
    values: Mapping[str, Cell]


def review(claims: pd.DataFrame, decisions: Iterable[Decision], documents: pd.DataFrame) -> Reviewed:
    """The claims of a store with the decisions applied; the claims themselves are not changed.

    `documents` has a row for each document, for those of added claims. Applying the same decisions to the result's
    original claims again gives the same: order and repetition of the decisions do not matter.
    """
    rulings = rule(named_now(decisions, documents))
    if not rulings:
        return Reviewed(_unreviewed(claims), _unreviewed(claims.iloc[:0]), (), ())
    claims = claims.reset_index(drop=True)
    places = _Places(claims, documents, rulings.values())
    fates: list[_Fate] = []
    added: list[tuple[Ruling, Mapping[str, Any]]] = []
    stale: list[Stale] = []
    for ruling in rulings.values():
        row = places.row_of(ruling)
        why = places.why_stale(ruling, row)
        if why:
            stale.append(Stale(ruling, why))
        elif ruling.verdict == "added" and row is None:
            added.append((ruling, places.document_of(ruling)))
        if row is not None:
            fates.append(_fate(row, ruling, is_stale=bool(why)))
    conflicts = tuple(ruling for ruling in rulings.values() if ruling.verdict == "conflict")
    return _applied(claims, fates, added, conflicts, tuple(stale))


def _fate(row: int, ruling: Ruling, *, is_stale: bool) -> _Fate:
    """What a ruling makes of the claim in a row; one that people had added and that is now found counts as accepted."""
    if is_stale or ruling.verdict == "conflict":
        return _Fate(row, "stale" if is_stale else "conflict", ruling, {})
    fields = {name: cell for name, cell in ruling.asserts.items() if name in FIELDS}
    return _Fate(row, "accepted" if ruling.verdict == "added" else ruling.verdict, ruling, fields)


class _Places:
    """Where the claims that decisions speak of stand now."""

    def __init__(self, claims: pd.DataFrame, documents: pd.DataFrame, rulings: Collection[Ruling]) -> None:
        first = [ruling.decisions[0] for ruling in rulings]
        near = claims[claims["claim_id"].isin([each.claim_id for each in first])]
        self._by_id = dict(zip(near["claim_id"], near.index, strict=True))
        rows = list({row: None for ruling in rulings if (row := self.row_of(ruling)) is not None})
        # All at once: to look up one cell after the other takes twenty times as long.
        told = near.loc[rows, list(FIELDS)].to_dict("records")
        self._now = {row: {name: cells[name] for name in FIELDS} for row, cells in zip(rows, told, strict=True)}
        self._documents = {row["document_sha256"]: row for row in _rows_of(documents, first)}

    def row_of(self, ruling: Ruling) -> int | None:
        """The row of the claim, where it is found at all."""
        return self._by_id.get(ruling.claim_id)

    def document_of(self, ruling: Ruling) -> Mapping[str, Any]:
        """The document of an added claim."""
        return self._documents[ruling.decisions[0].document_sha256]

    def why_stale(self, ruling: Ruling, row: int | None) -> str:
        """Why a ruling fits no more, in a sentence; empty where it does."""
        if ruling.decisions[0].document_sha256 not in self._documents:
            return "The text it was made about has changed, or is no longer in the store."
        if row is None:
            is_needed = all(decision.action in {"accept", "correct"} for decision in ruling.decisions)
            return "The claim is no longer found in the text." if is_needed else ""
        now = read_cells(self._now[row])
        changed = sorted(
            {name for decision in ruling.decisions for name in changed_fields(decision, now)}, key=FIELDS.index
        )
        return (
            f"The extractor now reads it differently: {', '.join(_words(name) for name in changed)}." if changed else ""
        )


def changed_fields(decision: Decision, now: Mapping[str, Cell]) -> list[str]:
    """The fields that matter to a decision and are neither what was seen nor what was decided."""
    before = decision.decided if decision.action == "add" else decision.seen
    names = decision.decided if decision.action == "correct" else before
    return [
        name
        for name in FIELDS
        if name in names and now[name] != before.get(name) and now[name] != decision.decided.get(name, before.get(name))
    ]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _rows_of(documents: pd.DataFrame, told: list[Decision]) -> list[dict[str, Any]]:
    wanted = documents[documents["document_sha256"].isin({each.document_sha256 for each in told})]
    return [{str(name): cell for name, cell in row.items()} for row in wanted[list(_OF_DOCUMENT)].to_dict("records")]


def _applied(
    claims: pd.DataFrame,
    fates: list[_Fate],
    added: list[tuple[Ruling, Mapping[str, Any]]],
    conflicts: tuple[Ruling, ...],
    stale: tuple[Stale, ...],
) -> Reviewed:
    reviewed = _unreviewed(claims)
    for name in FIELDS:
        _put(reviewed, name, {fate.row: fate.values[name] for fate in fates if name in fate.values})
    _put(reviewed, "review", {fate.row: fate.review for fate in fates if fate.review != "rejected"})
    _put(reviewed, "reviewed_by", {fate.row: _who(fate.ruling) for fate in fates})
    _put(reviewed, "reviewed", {fate.row: _day(fate.ruling) for fate in fates})
    gone = reviewed.index.isin([fate.row for fate in fates if fate.review == "rejected"])
    new = typed([_added(ruling, document) for ruling, document in added], REVIEWED_COLUMNS)
    kept = pd.concat([reviewed[~gone], new], ignore_index=True) if added else reviewed[~gone].reset_index(drop=True)
    return Reviewed(kept, reviewed[gone].reset_index(drop=True), conflicts, stale)


def _unreviewed(claims: pd.DataFrame) -> pd.DataFrame:
    rows = claims[[column.name for column in COLUMNS]].reset_index(drop=True)
    return typed(rows.assign(review="unreviewed"), REVIEWED_COLUMNS)


def _put(frame: pd.DataFrame, name: str, cells: Mapping[int, object]) -> None:
    """Write cells of a column, each at its row."""
    if cells:
        rows: Any = list(cells)
        values: Any = list(cells.values())
        dtype: Any = frame[name].dtype
        frame.loc[rows, name] = pd.array(values, dtype=dtype)


def _added(ruling: Ruling, document: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a claim that a person added."""
    told = ruling.decisions[-1]
    return {
        **document,
        **{name: ruling.asserts.get(name) for name in (*FIELDS, *PLACE)},
        "claim_id": claim_id(document["document_id"], told.span_start, told.span_end),
        "period_basis": "explicit" if ruling.asserts.get("period_start") else "none",
        "extractor_version": "by hand",
        "review": "added",
        "reviewed_by": _who(ruling),
        "reviewed": _day(ruling),
    }


def _who(ruling: Ruling) -> str:
    return ";".join(sorted({decision.who for decision in ruling.decisions}))


def _day(ruling: Ruling) -> pd.Timestamp:
    return pd.Timestamp(max(decision.made for decision in ruling.decisions).date())
