"""Observations and a selection → what is drawn of them: in the currency and the unit asked for, as level or change.

Order of operations: currency, unit, what is made of the figures, then the clock, the scale of the axis, and how many a
chart can show. Each step says in words what it did; a figure it refuses is taken out and keeps the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd

from dashboard.data.state import Selection
from etl.errors import DayError, DimensionError, TransformError, UnitError
from etl.lexicon.units import dimension
from etl.series import TRANSFORMS, convert, in_currency, transform

__all__ = ["MONEY", "Drawn", "base_of", "drawn", "measures", "told"]

MONEY: Final = ("currency:", "price:")
"""How the dimensions of what can be in another currency begin."""

# On a chart of 900 pixels more marks cannot be told apart, and each brings its sources to the browser.
_MOST_MARKS: Final = 600
_WITH_BASE: Final = frozenset({"index", "cumulative"})

Step = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Drawn:
    """The observations as they are drawn; `refused` are the others, with the reason in that column.

    Both have the columns of the observations, those that are drawn also what the steps add: conversion, formula.
    """

    observations: pd.DataFrame
    refused: pd.DataFrame


def drawn(observations: pd.DataFrame, selection: Selection) -> Drawn:
    """The observations, of one dimension, as a selection wants them drawn."""
    left, refused = observations, []
    for step in _steps(_only_dimension(observations), selection):
        if left.empty:
            break
        left, out = _split(_tried(step, left))
        refused.append(out)
    return Drawn(left, pd.concat(refused, ignore_index=True) if refused else observations.iloc[:0].assign(refused=""))


def told(selection: Selection, of: str) -> list[str]:
    """What a selection does to the figures of a dimension, a sentence a step; nothing where they stand as they are.

    >>> told(Selection(currency="EUR", scale="log"), "currency:USD")[0]
    'In EUR at the rates of the European Central Bank: the average of each period, of a stock the rate of its end'
    >>> told(Selection(currency="EUR"), "mass")
    []
    """
    said = []
    if _in_money(selection, of):
        said.append(
            f"In {selection.currency} at the rates of the European Central Bank: the average of each period, of a "
            "stock the rate of its end"
        )
    if selection.transform != "level":
        made = TRANSFORMS[selection.transform]
        base = f", base {begin}" if (begin := base_of(selection)) else ""
        said.append(f"{made.title}: {made.formula}{base}")
    if selection.clock == "published":
        said.append("Each figure stands at the day it was first published, not in its period")
    if selection.scale == "log":
        said.append("Logarithmic axis")
    return said


def _steps(of: str, selection: Selection) -> Iterator[Step]:
    if _in_money(selection, of):
        yield lambda rows: in_currency(rows, selection.currency)
    if selection.unit and measures(selection.unit) == of:
        yield lambda rows: convert(rows, selection.unit)
    if selection.transform != "level":
        yield lambda rows: transform(rows, selection.transform, base=base_of(selection))
    if selection.clock == "published":
        yield _at_publication
    if selection.scale == "log":
        yield _above_zero
    yield _most_stated


def base_of(selection: Selection) -> str | None:
    """The period that an index or a sum begins with, where the selection says."""
    return selection.base or None if selection.transform in _WITH_BASE else None


def _in_money(selection: Selection, of: str) -> bool:
    return bool(selection.currency) and of.startswith(MONEY)


def measures(unit: str) -> str:
    """The dimension of a unit somebody typed, "" where nobody knows it.

    >>> measures("kg"), measures("USD/tonne")
    ('mass', 'price:USD/mass')
    """
    try:
        return dimension(unit)
    except (DimensionError, UnitError):
        return ""


def _only_dimension(observations: pd.DataFrame) -> str:
    return str(observations["dimension"].iloc[0]) if len(observations) else ""


def _tried(step: Step, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows after a step; all of them refused where it makes no sense for any."""
    try:
        return step(rows)
    except (DayError, DimensionError, TransformError, UnitError) as error:
        return rows.assign(refused=str(error), value=float("nan"))


def _split(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is left with a figure, and what was refused."""
    is_refused = rows["refused"].notna() & (rows["refused"] != "")
    return rows[~is_refused].reset_index(drop=True), rows[is_refused].reset_index(drop=True)


def _at_publication(rows: pd.DataFrame) -> pd.DataFrame:
    """Each figure at the day it was first published."""
    day = rows["first_published"]
    why = pd.Series("no day of publication", rows.index, dtype="str").where(day.isna())
    return rows.assign(period_start=day, period_end=day, refused=why)


def _most_stated(rows: pd.DataFrame) -> pd.DataFrame:
    """As many figures as a chart can show: those with most sources, of these the latest; each side has a mark."""
    order = rows.sort_values(["sources", "claims", "period_end"], ascending=False, kind="stable").index
    marks = rows["sides"].astype(object).fillna("").str.count(";") + 1
    is_beyond = marks[order].cumsum() > _MOST_MARKS
    refused = pd.Series(None, rows.index, dtype="str")
    refused.loc[is_beyond.index[is_beyond]] = (
        f"beyond the {_MOST_MARKS} marks a chart has room for, which are those with most sources; choose fewer years"
    )
    return rows.assign(refused=refused)


def _above_zero(rows: pd.DataFrame) -> pd.DataFrame:
    """The figures that a logarithmic axis has a place for."""
    lowest = rows[["value", "value_upper"]].min(axis=1)
    why = pd.Series("zero or less, for which a logarithmic axis has no place", rows.index, dtype="str")
    return rows.assign(refused=why.where(lowest <= 0))
