"""Observations in one unit → the same in another; what was done, or why it was refused, stands in columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from etl.errors import DimensionError
from etl.frame import Column
from etl.lexicon.units import dimension, factor, read_unit
from etl.series.factors import Factor, factor_with, read_factors
from etl.series.observations import read_side, titled

__all__ = ["CONVERSION_COLUMNS", "Step", "apply", "convert", "each_distinct", "retitled"]

TEXT: Final = "str"
CONVERSION_COLUMNS: tuple[Column, ...] = (
    Column("conversion", TEXT, "what was done to the figures, one sentence a step, joined by '; '; null = nothing"),
    Column("refused", TEXT, "why the observation has no figure in the unit, currency or prices asked for; else null"),
)

_FIGURES = ["value", "value_upper", "low", "high"]
# Gold is sold by the troy ounce (31.1 g), other goods by the ounce of 28.35 g, and texts say "ounce" of both.
_AMBIGUOUS = "ounce"


class Step(NamedTuple):
    """What becomes of some observations: their figures times `by`, in `unit`, as `words` say; or why they do not."""

    unit: str
    by: float = 1.0
    words: str = ""
    refused: str = ""


def convert(observations: pd.DataFrame, unit: str, *, using: str | Iterable[str] = ()) -> pd.DataFrame:
    """The observations, same rows and order, with value, value_upper, low, high and sides in `unit`.

    `unit` is one they have, or written as people do: "Mt", "thousand tonnes", "million USD", "USD/barrel". Where the
    units alone do not tell how much one is of the other, `using` states it, once or several times: "7.33 barrel = 1
    tonne", or a name of factors.txt ("crude oil"), whose factor holds for its goods only. Adds `CONVERSION_COLUMNS`:
    what was done stands in `conversion`; an observation that measures something else stays without figures, and
    `refused` says why.

    Raises `DimensionError`, naming both units, where not one observation can be in `unit`, and `UnitError` for a unit
    or a factor that nobody knows. Money goes into another currency by `in_currency`, at a dated rate.
    """
    to = unit if (observations["unit"] == unit).any() else read_unit(unit)
    factors = read_factors(using)
    steps, which = each_distinct(observations, ["unit", "product"], lambda unit, goods: _step(unit, goods, to, factors))
    if steps and all(step.refused for step in steps):
        raise DimensionError(steps[0].refused)
    return apply(observations, steps, which)


def each_distinct(
    observations: pd.DataFrame, columns: Sequence[str], tell: Callable[..., Step]
) -> tuple[list[Step], np.ndarray]:
    """What `tell` says of each distinct row of some columns, and for each observation which of these it is.

    A million observations have few units, currencies and periods: one Quantity for each of them would take a minute.
    """
    rows = observations[list(columns)]
    which = rows.groupby(list(columns), sort=False, dropna=False, observed=True).ngroup().to_numpy()
    first = ~pd.Series(which).duplicated().to_numpy()
    return [tell(*row) for row in rows[first].itertuples(index=False, name=None)], which


def apply(observations: pd.DataFrame, steps: Sequence[Step], which: np.ndarray) -> pd.DataFrame:
    """The observations after their steps, with `CONVERSION_COLUMNS`; a refused one keeps its unit, not its figures."""
    each = pd.DataFrame(list(steps), columns=list(Step._fields)).iloc[which].set_index(observations.index)
    earlier = _column(observations, "refused")
    refused = earlier.where(earlier != "", each["refused"].astype(TEXT))
    by = each["by"].astype(float).mask(refused != "")
    figures = {name: observations[name] * by for name in _FIGURES}
    unit = each["unit"].astype(TEXT).where(refused == "", observations["unit"])
    measures = {name: dimension(name) for name in unit.dropna().unique()}
    changed = observations.assign(
        **figures,
        sides=_sides(observations["sides"], by),
        unit=unit,
        dimension=unit.map(measures).astype(TEXT).where(unit.notna(), observations["dimension"]),
        conversion=_joined(_column(observations, "conversion"), each["words"].astype(TEXT), refused),
        refused=refused.mask(refused == ""),
    )
    return retitled(changed)


def retitled(observations: pd.DataFrame) -> pd.DataFrame:
    """The observations with the `series_title` that their unit makes, and the year whose prices they are in."""
    titles = titled(observations)["series_title"].astype(TEXT)
    if "prices_of" in observations:
        prices = ", prices of " + observations["prices_of"].astype(TEXT)
        titles += prices.where(observations["prices_of"].notna(), "")
    return observations.assign(series_title=titles)


def _step(unit: Any, goods: Any, to: str, factors: tuple[Factor, ...]) -> Step:  # noqa: ANN401  cells of a frame
    if not isinstance(unit, str):
        return Step("", refused=f"plain numbers do not convert to {to!r}; choose figures that have a unit")
    if unit == to:
        return Step(to)
    if (_AMBIGUOUS in unit.split("/")) != (_AMBIGUOUS in to.split("/")):
        return Step(
            to, refused=f"an {_AMBIGUOUS} is 31.1 g of gold and 28.35 g of other goods: no factor turns it into {to!r}"
        )
    return _with_factor(unit, to) if _alike(unit, to) else _with_stated(unit, goods, to, factors)


def _alike(unit: str, to: str) -> bool:
    try:
        factor(unit, to)
    except DimensionError:
        return False
    return True


def _with_factor(unit: str, to: str) -> Step:
    by = factor(unit, to)
    return Step(to, by, _equation(unit, by, to))


def _with_stated(unit: str, goods: object, to: str, factors: tuple[Factor, ...]) -> Step:
    try:
        by, taken = factor_with(unit, to, factors)
    except DimensionError as error:
        return Step(to, refused=str(error))
    others = [each for each in taken if each.products and goods not in each.products]
    if others:
        said = f"{goods}" if isinstance(goods, str) else "goods that are not named"
        return Step(to, refused=f"{others[0]} is said of {', '.join(others[0].products)}, not of {said}")
    return Step(to, by, f"{_equation(unit, by, to)}, with {'; '.join(map(str, taken))}")


def _equation(unit: str, by: float, to: str) -> str:
    return f"1 {unit} = {_six(by)} {to}" if by >= 1 else f"1 {to} = {_six(1 / by)} {unit}"


def _six(number: float) -> str:
    """A number to six digits, as people write it: 35.3147 or 1,000,000."""
    return f"{float(f'{number:.6g}'):,.15g}"


def _column(observations: pd.DataFrame, name: str) -> pd.Series:
    """A text column, "" where there is none."""
    if name not in observations:
        return pd.Series("", observations.index, dtype=TEXT)
    return observations[name].astype(TEXT).fillna("")


def _joined(earlier: pd.Series, words: pd.Series, refused: pd.Series) -> pd.Series:
    added = words.mask(refused != "", "")
    if (earlier == "").all():
        return added.mask(added == "")
    both = (earlier + "; " + added).where((earlier != "") & (added != ""), earlier + added)
    return both.mask(both == "")


def _sides(sides: pd.Series, by: pd.Series) -> pd.Series:
    # Few observations are in conflict; the others have no sides.
    stated = sides.notna()
    scaled = [_scale_sides(*each) for each in zip(sides[stated], by[stated], strict=True)]
    result = pd.Series(None, sides.index, dtype=TEXT)
    result[stated] = scaled
    return result


def _scale_sides(sides: str, by: float) -> str | None:
    if np.isnan(by):
        return None
    scaled = []
    for qualifier, lower, upper in map(read_side, sides.split(";")):
        end = "" if np.isnan(upper) else f"..{upper * by:.12g}"
        scaled.append(f"{qualifier}{lower * by:.12g}{end}")
    return ";".join(scaled)
