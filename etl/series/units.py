"""Observations in one unit → the same in another."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.errors import DimensionError
from etl.lexicon.units import factor
from etl.series.observations import read_side, titled, typed_observations

__all__ = ["convert"]

_FIGURES = ["value", "value_upper", "low", "high"]


def convert(observations: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The observations with `value`, `value_upper`, `low`, `high` and `sides` in `unit`.

    Raises `DimensionError`, naming both units, where a unit measures something else than `unit`.
    """
    factors = {name: _factor(name, unit) for name in observations["unit"].unique()}
    by = np.array([factors[name] for name in observations["unit"]], dtype=float)
    figures = {name: observations[name] * by for name in _FIGURES}
    sides = pd.Series(map(_scale_sides, observations["sides"], by), observations.index, dtype="str")
    return typed_observations(titled(observations.assign(**figures, sides=sides, unit=unit)))


def _factor(unit: object, to: str) -> float:
    if isinstance(unit, str):
        return factor(unit, to)
    message = f"plain numbers do not convert to {to!r}; choose figures that have a unit"
    raise DimensionError(message)


def _scale_sides(sides: str | float, by: float) -> str | None:
    if not isinstance(sides, str):
        return None
    scaled = []
    for qualifier, lower, upper in map(read_side, sides.split(";")):
        end = "" if np.isnan(upper) else f"..{upper * by:.12g}"
        scaled.append(f"{qualifier}{lower * by:.12g}{end}")
    return ";".join(scaled)
