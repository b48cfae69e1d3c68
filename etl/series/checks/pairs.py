"""Two sides as intervals → what `judge` reads: the verdict where they miss each other, and the formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from etl.lexicon.units import factor
from etl.series.categories import first_places
from etl.series.checks.facts import Facts, number_rows
from etl.series.checks.intervals import Interval, apart
from etl.series.checks.judge import Compared, compared
from etl.series.checks.words import spoken, spoken_facts
from etl.series.statements import SAME

__all__ = ["GOODS", "PERIOD", "dated", "factors", "owners", "pair", "shared", "verdicts"]

PERIOD: Final = ["period_start", "period_end"]

GOODS: Final = ("mass", "volume", "mass/time", "volume/time")
"""What goods are counted in: tonnes of nothing named may be tonnes of two things."""

_OWNER: Final = ["metric", "product", "parties", "reporter", "partner"]

_UNITS: Final = {"percent": "%", "factor": " times", "percentage_point": " points", "": ""}


def pair(
    facts: Facts,
    left: np.ndarray,
    others: np.ndarray,
    sides: tuple[Interval, Interval],
    apart: np.ndarray,
    formula: np.ndarray,
    hint: np.ndarray | str = "",
) -> Compared:
    """The facts `left`, one a check, against what follows from the `others`, one row of facts a check.

    `sides` are both in the unit of the left fact; `apart` is the verdict where they do not meet. A `formula` has
    {left}, {right} and {0}, {1} ... for the figures of the others.
    """
    rows = pd.DataFrame(
        {
            "fact": left,
            **sides[0].named("left"),
            **sides[1].named("right"),
            "size": np.fmax(np.abs(sides[0].value), np.abs(sides[1].value)),
            "apart": apart,
            "hint": hint,
        }
    )
    check = np.repeat(np.arange(len(left)), others.shape[1])
    return compared(facts, rows, (check, others.ravel()), _writer(facts, left, others, sides[1].value, formula))


def verdicts(left: Interval, near: Interval, strict: np.ndarray) -> np.ndarray:
    """The verdict for sides that do not meet: it holds where they come near enough, else contradicts where `strict`."""
    slack = SAME * np.fmax(np.abs(left.value), np.abs(near.value))
    return np.select([apart(left, near) <= slack, strict], ["holds", "contradicts"], "implausible")


def factors(units: pd.Series, to: pd.Series) -> np.ndarray:
    """What figures in some units are multiplied by to be in others, row by row."""
    pairs = list(zip(units.astype(object), to.astype(object), strict=True))
    by = {pair: factor(*pair) if pair[0] else 1.0 for pair in set(pairs)}
    return np.array([by[pair] for pair in pairs], dtype=float)


def dated(facts: Facts) -> np.ndarray:
    """The facts of a period with both ends that do not contradict themselves."""
    table = facts.table
    ends = table["period_start"].notna().to_numpy() & table["period_end"].notna().to_numpy()
    known: np.ndarray = ends & ~table["conflict"].to_numpy()
    return known


def owners(facts: Facts) -> np.ndarray:
    """The same number for facts of one place and subject, whatever their kind, dimension, status and period."""
    table = facts.table
    themes = table["theme"].to_numpy()
    # There are far fewer themes than facts.
    firsts = first_places(themes)
    subjects = np.empty(themes.max(initial=0) + 1, dtype=np.int64)
    subjects[themes[firsts]] = number_rows(table.iloc[firsts], _OWNER)
    return shared(table["place"].to_numpy(), subjects[themes])


def shared(*columns: np.ndarray) -> np.ndarray:
    """One number for what several columns of numbers from -1 on say together."""
    together = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        together = together * (int(column.max(initial=0)) + 2) + column + 1
    return together


def _writer(
    facts: Facts, left: np.ndarray, others: np.ndarray, right: np.ndarray, formula: np.ndarray
) -> Callable[[np.ndarray], Sequence[str]]:
    units = facts.table["unit"].astype(object).to_numpy()

    def write(kept: np.ndarray) -> list[str]:
        wanted = np.unique(np.concatenate([left[kept], others[kept].ravel()]))
        said = {fact: f"{words}{_unit(units[fact])}" for fact, words in spoken_facts(facts, wanted).items()}
        cells = zip(left[kept].tolist(), others[kept].tolist(), right[kept].tolist(), formula[kept], strict=True)
        return [
            form.format(*(said[fact] for fact in more), left=said[one], right=_result(value, units[one]))
            for one, more, value, form in cells
        ]

    return write


def _result(value: float, unit: str) -> str:
    # Six digits: what follows from rounded figures is no more exact.
    return f"{spoken(float(f'{value:.6g}'))}{_unit(unit)}"


def _unit(unit: str) -> str:
    return _UNITS.get(unit, f" {unit}")
