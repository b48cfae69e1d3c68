"""A claim → the cells of its row in the table, in plain words; a snapshot → the columns that table is sorted by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard.data import Column, Maker, Row, Snapshot, View, records, table_rows
from dashboard.words import (
    direction,
    hedge,
    known,
    period_of,
    product_name,
    review_name,
    safe_url,
    status_name,
    unit_name,
)
from etl.decisions import REVIEWED_COLUMNS
from etl.titles import metric_title, parties_title, party_name

__all__ = ["claim_rows", "rows_of_claims"]

Word = Callable[[str], str]

_BOUNDS = {"asof": "as of"}
_BASES = {
    "explicit": "Stated",
    "pubdate": "Counted from the day of publication",
    "anaphor": "From the text before",
    "document_default": "That of the document",
    "none": "",
}


def rows_of_claims(view: View) -> Any:  # noqa: ANN401  an array of numbers
    """The rows in the snapshot of the claims of a view, sorted and filtered as its address says."""
    return table_rows(view, MAKERS)


def claim_rows(claims: pd.DataFrame) -> list[dict[str, Any]]:
    """One row of cells a claim, by the names of `TABLE_COLUMNS`, and its observation; missing cells None or empty."""
    return [_row(claim) for claim in records(claims)]


def _row(claim: Row) -> dict[str, Any]:
    cells = {column.name: _READ[column.dtype](claim[column.name]) for column in REVIEWED_COLUMNS}
    words = {name: word(str(cells[name])) if cells[name] else "" for name, word in _WORDS.items()}
    told = {"who": direction(claim), "period": period_of(claim), "url": safe_url(claim["url"]) or ""}
    return {**cells, **words, **told, "observation": claim["observation_id"]}


def _number(cell: Any) -> float | None:  # noqa: ANN401
    return None if pd.isna(cell) else float(cell)


def _whole(cell: Any) -> int | None:  # noqa: ANN401
    return None if pd.isna(cell) else int(cell)


def _iso(day: pd.Timestamp) -> str:
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "str": known,
    "float64": _number,
    "int64": _whole,
    "Int64": _whole,
    "datetime64[us]": _iso,
}

_WORDS: Final[Mapping[str, Word]] = {
    "metric": metric_title,
    "reporter": party_name,
    "partner": party_name,
    "parties": parties_title,
    "product": product_name,
    "kind": lambda kind: kind.replace("_", " ").capitalize(),
    "status": status_name,
    "qualifier": hedge,
    "unit": unit_name,
    "period_granularity": str.capitalize,
    "period_calendar": str.capitalize,
    "period_bound": lambda bound: _BOUNDS.get(bound, bound).capitalize(),
    "period_basis": lambda basis: _BASES[basis],
    "review": review_name,
}
"""How the names in a column are said; others are shown as they are."""

# ---- columns to sort and filter by -----------------------------------------------------------------------------------


_SIDES = ["metric", "reporter", "partner", "parties"]


def _who(snapshot: Snapshot) -> Column:
    """All claims of a series are about the same sides, and most sides have many series."""
    sides = snapshot.series.table[_SIDES]
    places = sides.groupby(_SIDES, dropna=False, sort=False).ngroup().to_numpy()
    words = pd.Series([direction(row) for row in records(sides.drop_duplicates())], dtype="str")
    return Column.of(words).at(places[snapshot.series_of])


def _period(snapshot: Snapshot) -> Column:
    """Periods in the order of their days, in the words of the table."""
    stated = snapshot.statements[["period_start", "period_end", "period_label", "calendar_group"]]
    of_claim = stated.groupby(list(stated.columns), dropna=False, observed=True, sort=True).ngroup().to_numpy()
    _, first = np.unique(of_claim, return_index=True)
    periods = stated.iloc[first][["period_start", "period_end"]].reset_index(drop=True)
    periods["words"] = pd.Series([period_of(row) for row in records(stated.iloc[first])], dtype="str")
    places = periods.groupby(list(periods.columns), dropna=False, sort=True).ngroup().to_numpy()
    words = periods["words"].iloc[np.unique(places, return_index=True)[1]].reset_index(drop=True)
    return Column(np.where(periods["words"] == "", -1, places)[of_claim].astype(np.int32), words)


def _own(name: str) -> Maker:
    def make(snapshot: Snapshot) -> Column:
        cells = snapshot.own[name]
        return _named(cells, _WORDS.get(name, str)) if cells.dtype == "category" else Column.of(cells)

    return make


def _named(cells: pd.Series, word: Word) -> Column:
    """A column of few names, each in words."""
    return Column.of(pd.Series([*map(word, cells.cat.categories), None], dtype="str")).at(cells.cat.codes.to_numpy())


def _of_document(name: str) -> Maker:
    return lambda snapshot: Column.of(snapshot.documents[name]).at(snapshot.document_of)


def _as_it_stands(cells: pd.Series) -> Column:
    """A column that is searched only: its order says nothing, and of a million quotes it would take long to find."""
    return Column(np.arange(len(cells), dtype=np.int32), cells)


_OF_DOCUMENT = (
    *("title", "publisher", "author", "published", "retrieved", "language", "document_sha256", "document_id"),
)

MAKERS: Final[Mapping[str, Maker]] = {
    **{column.name: _own(column.name) for column in REVIEWED_COLUMNS},
    **{name: _of_document(name) for name in _OF_DOCUMENT},
    "who": _who,
    "period": _period,
    "url": lambda snapshot: Column.of(snapshot.documents["url"].map(safe_url)).at(snapshot.document_of),
    "claim_id": lambda snapshot: _as_it_stands(snapshot.statements["claim_id"]),
    "quote": lambda snapshot: _as_it_stands(snapshot.own["quote"]),
}
"""How each column of the table is made."""
