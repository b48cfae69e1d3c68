"""Statements → facts: what the claims of one document, and those of all sources, leave possible for an observation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.lexicon.units import factor
from etl.series.statements import SAME

__all__ = ["ACROSS", "Facts", "codes_of", "number_rows", "spread", "to_facts"]

ACROSS = -1
"""The `place` of a fact that all sources together state; others have the number of their document."""

_SHARED = [
    *("observation_id", "series_id", "subject", "metric", "product", "parties", "reporter", "partner", "kind"),
    *("unit", "dimension", "status_class", "calendar_group", "period_start", "period_end", "period_label"),
]
_THEME = ["metric", "product", "parties", "reporter", "partner", "kind", "dimension", "status_class"]
_CHOSEN = ["value", "value_upper", "qualifier", "step", "middle", "comparison_start", "comparison_end"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules compare: `table` has one row a fact, `stated` the statements it comes from.

    Of `table`: `place` (the document, or `ACROSS` all sources), `document` (the one all its claims are in, else -1),
    what the statements share, `lowest` and `highest` (of the figures stated), `low` and `high` (what all of them admit,
    or what any of them admits where they are in `conflict`, infinite where open), the figure of the most precise one
    (`middle`, `step` and so on), `scale` (its unit in the unit all figures of its dimension can be brought to),
    `claims` (how many), `theme` (a number for each subject with its dimension and status, whatever the period), and
    `stretch` (a number for each period).
    """

    table: pd.DataFrame
    stated: pd.DataFrame
    order: np.ndarray

    def rows_of(self, facts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The statements of some facts: for each the place of its fact in `facts`, and its row in `stated`."""
        firsts, sizes = (self.table[name].to_numpy()[facts] for name in ("first", "claims"))
        owners, offsets = spread(sizes)
        return owners, self.order[firsts[owners] + offsets]


def to_facts(stated: pd.DataFrame, datasets: Mapping[str, str] | None = None) -> Facts:
    """The facts of some statements: one for each observation in each document, and one for each across all sources.

    `datasets` names the documents that are official statistics: their figures have it in the column `dataset` of
    `stated`, and are behind no fact.
    """
    stated = stated.assign(dataset=stated["document_id"].astype(object).map(dict(datasets or {})))
    observations, documents = codes_of(stated["observation_id"]), codes_of(stated["document_id"])
    order = np.lexsort((documents, observations))
    order = order[stated["dataset"].isna().to_numpy()[order]]
    of = [observations[order], documents[order]]
    within, across = _starts(of), _starts(of[:1])
    table = pd.concat([_gather(stated, order, starts, documents) for starts in (within, across)], ignore_index=True)
    lone = table["document"].to_numpy().copy()
    lone[len(within) :] = ACROSS
    stretch = number_rows(table, ["period_start", "period_end"])
    return Facts(table.assign(place=lone, scale=_scales(table), theme=_themes(table), stretch=stretch), stated, order)


def codes_of(names: pd.Series) -> np.ndarray:
    """A number for each distinct name."""
    if isinstance(names.dtype, pd.CategoricalDtype):
        return names.cat.codes.to_numpy(dtype=np.int64)
    return pd.factorize(names, use_na_sentinel=False)[0]


def number_rows(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """The same number for all rows that are equal in these columns."""
    numbers = np.zeros(len(frame), dtype=np.int64)
    for name in columns:
        codes = codes_of(frame[name])
        numbers = pd.factorize(numbers * (int(codes.max(initial=0)) + 2) + codes + 1)[0]
    return numbers


def spread(sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For groups of these sizes the number of each member's group, and its place in it.

    >>> [numbers.tolist() for numbers in spread(np.array([2, 0, 1]))]
    [[0, 0, 2], [0, 1, 0]]
    """
    owners = np.repeat(np.arange(len(sizes)), sizes)
    return owners, np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def _themes(table: pd.DataFrame) -> np.ndarray:
    """The same number for series that differ only in their periods, of which there are far fewer than facts."""
    series = codes_of(table["series_id"])
    _, firsts, of = np.unique(series, return_index=True, return_inverse=True)
    themes: np.ndarray = number_rows(table.iloc[firsts], _THEME)[of]
    return themes


def _starts(codes: list[np.ndarray]) -> np.ndarray:
    """Where in sorted codes a new group begins."""
    if not len(codes[0]):
        return np.empty(0, dtype=np.int64)
    changes = np.logical_or.reduce([code[1:] != code[:-1] for code in codes])
    return np.flatnonzero(np.concatenate([[True], changes]))


def _gather(stated: pd.DataFrame, order: np.ndarray, starts: np.ndarray, documents: np.ndarray) -> pd.DataFrame:
    sizes = np.diff(np.append(starts, len(order)))
    firsts = stated[_SHARED].iloc[order[starts]].reset_index(drop=True)
    chosen = stated[_CHOSEN].iloc[_most_precise(stated, order, sizes)].reset_index(drop=True)
    low, high = stated["low"].to_numpy()[order], stated["high"].to_numpy()[order]
    inner = _reduce(np.maximum, low, starts), _reduce(np.minimum, high, starts)
    outer = _reduce(np.minimum, low, starts), _reduce(np.maximum, high, starts)
    apart = inner[0] - inner[1] > SAME * np.maximum(np.abs(inner[0]), np.abs(inner[1]))
    place = documents[order]
    alone = _reduce(np.minimum, place, starts) == _reduce(np.maximum, place, starts)
    gathered: pd.DataFrame = firsts.assign(
        **{name: chosen[name] for name in _CHOSEN},
        low=np.where(apart, outer[0], np.minimum(*inner)),
        high=np.where(apart, outer[1], np.maximum(*inner)),
        conflict=apart,
        lowest=_reduce(np.minimum, stated["value"].to_numpy()[order], starts),
        highest=_reduce(np.fmax, stated["value_upper"].fillna(stated["value"]).to_numpy()[order], starts),
        document=np.where(alone, place[starts], ACROSS),
        first=starts,
        claims=sizes,
    )
    return gathered


def _most_precise(stated: pd.DataFrame, order: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The row of the narrowest statement of each group, the first of several."""
    owners, places = spread(sizes)
    widths = (stated["high"] - stated["low"]).to_numpy()[order]
    best: np.ndarray = order[np.lexsort((order, widths, owners))][places == 0]
    return best


def _reduce(function: np.ufunc, values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    return np.asarray(function.reduceat(values, starts)) if len(starts) else values[:0]


def _scales(table: pd.DataFrame) -> np.ndarray:
    """What one unit of each fact is in the unit of its dimension that comes first in the alphabet."""
    pairs = table[["dimension", "unit"]].drop_duplicates().astype(str).sort_values(["dimension", "unit"])
    common = pairs.groupby("dimension")["unit"].transform("first")
    scales = {unit: factor(unit, to) if unit else 1.0 for unit, to in zip(pairs["unit"], common, strict=True)}
    return table["unit"].astype(object).map(scales).to_numpy(dtype=float)
