"""A view and columns → the rows of its table of claims, in the order and under the conditions of its address.

A column knows for each claim the place of its value among the distinct ones; sorting and filtering look at places.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.data.conditions import Condition, read_condition, read_order
from dashboard.data.rows import Bools, Codes, Numbers
from dashboard.data.snapshot import Snapshot
from dashboard.data.view import View

__all__ = ["Column", "Maker", "table_rows"]


@dataclass(frozen=True)
class Column:
    """What a table is sorted and filtered by: for each claim the place of its value in `values`, -1 where it has none.

    `values` are texts, numbers or days, in the order of the column; equal ones may stand at several places.
    """

    places: Codes
    values: pd.Series

    @staticmethod
    def of(cells: pd.Series, *, is_sorted: bool = True) -> Column:
        """The column of these cells, one a claim; empty texts count as missing.

        >>> Column.of(pd.Series(["b", None, "a", "b", ""])).places.tolist()
        [1, -1, 0, 1, -1]
        """
        is_text = not pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_datetime64_dtype(cells)
        texts = cells.mask(cells == "").astype("str") if is_text else cells
        places, values = pd.factorize(texts, sort=is_sorted)
        return Column(_small(places, len(values)), pd.Series(values))

    def at(self, numbers: npt.NDArray[Any]) -> Column:
        """The column of claims that have the cells of these numbers; -1 is the last cell.

        >>> Column.of(pd.Series(["b", "a"])).at(np.array([1, 1, 0])).places.tolist()
        [0, 0, 1]
        """
        return Column(self.places[numbers], self.values)

    def ranks(self, *, descending: bool) -> Numbers:
        """The place of each claim in an order, those without a value last in either."""
        last = len(self.values)
        ranks = last - 1 - np.arange(last) if descending else np.arange(last)
        return np.append(ranks, last).astype(np.int32)[self.places]

    def marks(self, condition: Condition) -> Bools:
        """Which claims keep a condition."""
        passed = _passed(self.values, condition.operator, condition.value)
        is_missing_fine = condition.operator in {"=", "~"} and not condition.value
        is_other_fine = condition.operator in {"!=", "!~"} and bool(condition.value)
        return np.append(passed, is_missing_fine or is_other_fine)[self.places]


Maker = Callable[[Snapshot], Column]


def table_rows(view: View, columns: Mapping[str, Maker]) -> Numbers:
    """The rows of the table's claims in the snapshot: those of the view, as `sort` and `where` of its address have it.

    `columns` says how each column is made, once for each version of the store. Of equal rows the reading order decides.
    """
    chosen = view.selection
    if not chosen.sort and not chosen.where:
        return view.rows
    key = (chosen.filters, chosen.sort, chosen.where)
    rows: Numbers = view.snapshot.tables.get(key, lambda: _rows(view, columns))
    return rows


def _rows(view: View, columns: Mapping[str, Maker]) -> Numbers:
    snapshot, rows = view.snapshot, view.rows
    for condition in map(read_condition, view.selection.where):
        rows = rows[_column(snapshot, columns, condition.column).marks(condition)[rows]]
    for order in reversed(read_order(view.selection.sort)):
        ranks = _column(snapshot, columns, order.column).ranks(descending=order.descending)
        rows = rows[_stable_order(ranks[rows])]
    return rows


def _column(snapshot: Snapshot, columns: Mapping[str, Maker], name: str) -> Column:
    column: Column = snapshot.columns.get(name, lambda: columns[name](snapshot))
    return column


def _passed(values: pd.Series, sign: str, value: str) -> Bools:
    """Which of some values keep a condition."""
    if not value:
        return np.full(len(values), sign not in {"=", "~"})
    if pd.api.types.is_datetime64_dtype(values):
        return np.asarray(_COMPARE[sign](values.to_numpy(), np.datetime64(value)))
    if pd.api.types.is_numeric_dtype(values):
        return np.asarray(_COMPARE[sign](values.to_numpy(dtype=np.float64), float(value)))
    if sign in {"~", "!~"}:
        held = values.str.contains(value, case=False, regex=False).to_numpy(dtype=bool)
        return held if sign == "~" else ~held
    return np.asarray(_COMPARE[sign](values.str.lower().to_numpy(dtype=object), value.lower()), dtype=bool)


_COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}

_HALF: Final = 16


def _stable_order(ranks: Numbers) -> npt.NDArray[np.int64]:
    """The order of ranks, equal ones as they stand: by halves of 16 bits, which numpy sorts in one pass each.

    >>> _stable_order(np.array([70_000, 1, 70_000, 0], np.int32)).tolist()
    [3, 1, 0, 2]
    """
    order = np.argsort(ranks.astype(np.uint16), kind="stable")
    high = (ranks >> _HALF).astype(np.uint16)
    return order[np.argsort(high[order], kind="stable")] if high.any() else order


def _small(places: npt.NDArray[np.int64], count: int) -> Codes:
    """Places in as few bytes as they need: a column of a million claims is kept for long."""
    return places.astype(np.min_scalar_type(-count - 1))
