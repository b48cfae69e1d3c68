"""A view → its tables for files and programs, as rows made when they are asked for: a million are never one frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from dashboard.data import Selection, View
from etl.export import TABLES, Rows, cut
from etl.series import list_series

__all__ = ["documents_behind", "table_of"]


def table_of(view: View, name: str) -> Rows:
    """One of `TABLES` as a view shows it, with the columns that leave.

    Checks were made with all claims of the store; those are taken whose observation is in the view.
    """
    return cut(_MAKERS[name](view), TABLES[name])


def documents_behind(view: View) -> pd.DataFrame:
    """The documents behind the claims of a view, latest first."""
    numbers = view.snapshot.document_of[view.shown.kept]
    states = np.bincount(numbers, minlength=len(view.snapshot.documents)) > 0
    latest = view.snapshot.latest
    behind: pd.DataFrame = latest[states[latest.index]]
    return behind


def _claims(view: View) -> Rows:
    return Rows(view.claim_count, view.claims_at)


def _observations(view: View) -> Rows:
    return Rows(view.observation_count, view.observations_at)


def _series(view: View) -> Rows:
    """The series of a view in the order of `list_series`; only those asked for are put together."""
    snapshot, shown = view.snapshot, view.shown
    series_of = snapshot.series_of_observation[shown.numbers]
    number = len(snapshot.series.table)
    figures = np.bincount(series_of, minlength=number)
    claims = np.bincount(series_of, weights=shown.held[shown.numbers], minlength=number)
    order = np.lexsort([np.arange(number), -claims, -figures])[: np.count_nonzero(figures)]

    def at(start: int, stop: int) -> pd.DataFrame:
        wanted = shown.numbers[np.isin(series_of, order[start:stop])]
        return list_series(shown.observations(wanted, view.selection.rule))

    return Rows(len(order), at)


def _checks(view: View) -> Rows:
    checks = view.snapshot.checks
    places = view.snapshot.observation_ids.places(checks["observation_id"].to_list())
    kept = np.flatnonzero((places >= 0) & (view.shown.held[places] > 0))
    return Rows(len(kept), lambda start, stop: checks.iloc[kept[start:stop]])


def _documents(view: View) -> Rows:
    """Where nothing is chosen, those without a claim too."""
    is_all = view.selection.filters == Selection()
    return Rows.of(view.snapshot.latest if is_all else documents_behind(view))


_MAKERS: Mapping[str, Callable[[View], Rows]] = {
    "claims": _claims,
    "observations": _observations,
    "series": _series,
    "checks": _checks,
    "documents": _documents,
}
