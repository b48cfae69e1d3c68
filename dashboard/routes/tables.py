"""A view → its tables for files and programs, as rows made when they are asked for: a million are never one frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from dashboard.cells import rows_of_claims
from dashboard.data import Selection, StillCheckingError, View
from dashboard.data.drawing import drawn
from dashboard.routes.asking import Asked, Extra, without
from etl.export import TABLES, Rows, cut
from etl.frame import Column, typed
from etl.series import CHECK_RULES, OBSERVATION_COLUMNS, TRANSFORM_COLUMNS, list_series
from etl.series.checks import SCOPES, VERDICTS
from etl.series.money import MONEY_COLUMNS
from etl.series.units import CONVERSION_COLUMNS

__all__ = ["FAILS", "OF_CHECKS", "documents_behind", "table_of"]

FAILS = "fails"
"""The verdicts of what does not add up, together."""

OF_CHECKS = (
    Extra("verdict", "checks with this verdict only; “fails” is any but “holds”", "", (FAILS, *VERDICTS)),
    Extra("scope", "checks within one document, or across sources", "", SCOPES),
    Extra("check", "checks of this rule only", "", tuple(rule.name for rule in CHECK_RULES)),
)
"""What chooses checks beside the view; `rule` is that of a view, which chooses among figures."""

_CHOSEN = ("verdict", "scope", "rule")
_FIGURES = ("value", "value_upper", "low", "high", "sides")


def table_of(asked: Asked, name: str) -> Rows:
    """One of `TABLES` as the view that is asked for shows it, with the columns that leave."""
    rows = _checks(asked) if name == "checks" else _MAKERS[name](asked.view)
    return cut(rows, TABLES[name])


def documents_behind(view: View) -> pd.DataFrame:
    """The documents behind the claims of a view, latest first."""
    numbers = view.snapshot.document_of[view.shown.kept]
    states = np.bincount(numbers, minlength=len(view.snapshot.documents)) > 0
    latest = view.snapshot.latest
    behind: pd.DataFrame = latest[states[latest.index]]
    return behind


def _claims(view: View) -> Rows:
    """Sorted and filtered as the table of the page is."""
    rows = rows_of_claims(view)
    return Rows(len(rows), lambda start, stop: view.snapshot.claims_at(rows[start:stop]))


def _observations(view: View) -> Rows:
    """As the charts show them: in the currency, the unit and the form that are asked for."""
    if not _columns_made(view.selection):
        return Rows(view.observation_count, view.observations_at)
    return Rows(view.observation_count, partial(_converted, view))


def _converted(view: View, start: int, stop: int) -> pd.DataFrame:
    """Some observations, made with all others of their charts: growth needs the figure of the year before."""
    snapshot, numbers = view.snapshot, view.shown.numbers
    of_charts = np.isin(snapshot.chart_of[numbers], snapshot.chart_of[numbers[start:stop]])
    observations = view.shown.observations(numbers[of_charts], view.selection.rule)
    # Only of a share does it matter what stands beside the series; to take each chart by itself takes long.
    by = ["subject", "dimension"] if view.selection.transform == "share" else ["dimension"]
    made = [_made(group, view.selection) for _, group in observations.groupby(by, sort=False)]
    wanted = snapshot.base["observation_id"].iloc[numbers[start:stop]]
    columns = (*OBSERVATION_COLUMNS, *_columns_made(view.selection))
    return typed(pd.concat(made or [observations]).set_index("observation_id").loc[wanted].reset_index(), columns)


def _made(observations: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """Observations of one dimension; those that are refused without their figures, with the reason."""
    plain = without(selection, "clock", "scale")
    result = drawn(observations, plain)
    return pd.concat([result.observations, result.refused.drop(columns=list(_FIGURES))], ignore_index=True)


def _columns_made(selection: Selection) -> tuple[Column, ...]:
    """The columns that tell how figures were made of those in the documents; none where they stand as they are."""
    made: list[Column] = []
    if selection.currency:
        made += MONEY_COLUMNS[:1]
    if selection.currency or selection.unit:
        made += CONVERSION_COLUMNS
    if selection.transform != "level":
        made += TRANSFORM_COLUMNS
    return tuple({column.name: column for column in made}.values())


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


def _checks(asked: Asked) -> Rows:
    """Checks were made with all claims of the store; those are taken whose observation is in the view."""
    view, checked = asked.view, asked.checked
    if checked.snapshot is not view.snapshot:  # the store has changed meanwhile
        raise StillCheckingError
    wanted = {column: asked.extras.get(extra.name, "") for extra, column in zip(OF_CHECKS, _CHOSEN, strict=True)}
    chosen = checked.rows(**{column: value for column, value in wanted.items() if value not in {"", FAILS}})
    if wanted["verdict"] == FAILS:
        chosen = chosen[checked.table["verdict"].iloc[chosen].isin(VERDICTS[:2]).to_numpy()]
    places = checked.observation_of[chosen]
    kept = chosen[(places >= 0) & (view.shown.held[places] > 0)]
    return Rows(len(kept), lambda start, stop: checked.at(kept[start:stop]))


def _documents(view: View) -> Rows:
    """Where nothing is chosen, those without a claim too."""
    is_all = view.selection.filters == Selection()
    return Rows.of(view.snapshot.latest if is_all else documents_behind(view))


_MAKERS: Mapping[str, Callable[[View], Rows]] = {
    "claims": _claims,
    "observations": _observations,
    "series": _series,
    "documents": _documents,
}
