"""Frames ↔ rows by column name, and columns of names ↔ numbers: what a million rows are kept and counted as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

__all__ = [
    "Bools",
    "Groups",
    "Ids",
    "Names",
    "Numbers",
    "Row",
    "compacted",
    "copies_among",
    "records",
    "solid",
    "spread",
]

Row = Mapping[str, Any]
"""One claim or one observation: column → value, missing ones NaN, NaT or None."""

Numbers = npt.NDArray[np.int32]
Codes = npt.NDArray[np.signedinteger[Any]]
Bools = npt.NDArray[np.bool_]


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame, by column name.

    >>> records(pd.DataFrame({"unit": ["USD"]}))
    [{'unit': 'USD'}]
    """
    names, columns = [str(name) for name in frame], [_cells(column) for _, column in frame.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _cells(column: pd.Series) -> list[Any]:
    """The cells as Python has them, as `DataFrame.to_dict` gives them in five times the time."""
    cells = column.tolist()
    return [None if cell is pd.NA else cell for cell in cells] if column.dtype == "Int64" else cells


def copies_among(claims: Sequence[Row]) -> int:
    """How many of the documents that state some claims have the text of another of them."""
    return len({claim["document_id"] for claim in claims}) - len({claim["original"] for claim in claims})


@dataclass(frozen=True)
class Names:
    """A column of names: the distinct ones in the order of the alphabet, and for each row the number of its own."""

    names: tuple[str, ...]
    codes: Codes

    @staticmethod
    def of(texts: pd.Series, missing: str) -> Names:
        """The names of a column, `missing` where there is none.

        >>> Names.of(pd.Series(["wheat", None]), "none")
        Names(names=('none', 'wheat'), codes=array([1, 0], dtype=int32))
        """
        codes, distinct = pd.factorize(texts.astype(object).fillna(missing).replace("", missing), sort=True)
        return Names(tuple(map(str, distinct)), codes.astype(np.int32))

    def marks(self, wanted: Sequence[str]) -> Bools:
        """For each of the distinct names whether it is among those wanted."""
        return np.isin(np.array(self.names, dtype=object), list(wanted))


@dataclass(frozen=True)
class Groups:
    """The rows of each of some groups that are numbered from 0, in the order of the rows."""

    rows: Numbers
    starts: npt.NDArray[np.int64]

    @staticmethod
    def of(numbers: Numbers, count: int) -> Groups:
        """The groups that a column of numbers below `count` makes.

        >>> Groups.of(np.array([1, 0, 1], np.int32), 2).of_group(1)
        array([0, 2], dtype=int32)
        """
        sizes = np.bincount(numbers, minlength=count)
        return Groups(np.argsort(numbers, kind="stable").astype(np.int32), np.append(0, np.cumsum(sizes)))

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """How many rows each group has."""
        return np.diff(self.starts)

    def of_group(self, number: int) -> Numbers:
        """The rows of one group."""
        return self.rows[self.starts[number] : self.starts[number + 1]]

    def of_groups(self, numbers: npt.NDArray[Any]) -> Numbers:
        """The rows of several groups, one group after the other.

        >>> Groups.of(np.array([1, 0, 1], np.int32), 2).of_groups(np.array([1, 0]))
        array([0, 2, 1], dtype=int32)
        """
        return self.rows[spread(self.starts[numbers], self.sizes[numbers])]


@dataclass(frozen=True)
class Ids:
    """A column of identifiers, found by search and not by a table, which would take ten times the memory."""

    ids: npt.NDArray[np.bytes_]

    @staticmethod
    def of(ids: pd.Series) -> Ids:
        """The identifiers of a column, which are ASCII."""
        return Ids(ids.to_numpy(dtype=object).astype(np.bytes_))

    @cached_property
    def _order(self) -> npt.NDArray[np.int64]:
        return np.argsort(self.ids, kind="stable")

    def places(self, wanted: Sequence[str]) -> npt.NDArray[np.int64]:
        """The row of each identifier, -1 where there is none.

        >>> Ids.of(pd.Series(["b", "a"])).places(["a", "c", "é"])
        array([ 1, -1, -1])
        """
        asked = np.array([each.encode("ascii", "replace") for each in wanted], dtype=np.bytes_)
        if not len(self.ids) or not len(asked):
            return np.full(len(asked), -1)
        at = np.searchsorted(self.ids, asked, sorter=self._order)
        found = self._order[np.minimum(at, len(self.ids) - 1)]
        return np.where(self.ids[found] == asked, found, -1)

    def place(self, wanted: str) -> int | None:
        """The row of an identifier, or None where there is none."""
        [at] = self.places([wanted])
        return int(at) if at >= 0 else None


def spread(starts: npt.NDArray[Any], sizes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """The numbers of several stretches, one stretch after the other.

    >>> spread(np.array([10, 5]), np.array([2, 3])).tolist()
    [10, 11, 5, 6, 7]
    """
    before = np.append(0, np.cumsum(sizes))[:-1]
    return np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))


def solid(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with each column of texts in one piece: to take some rows, Arrow looks into every piece there is.

    >>> solid(pd.concat([pd.DataFrame({"unit": ["USD"]})] * 2))["unit"].to_list()
    ['USD', 'USD']
    """
    texts: pd.DataFrame = frame.select_dtypes("str")
    whole = pa.Table.from_pandas(texts, preserve_index=False).combine_chunks().to_pandas()
    return frame.assign(**{str(name): whole[name].set_axis(frame.index) for name in whole})


def compacted(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The frame with the columns of `names` as categories: a number a row instead of a text."""
    return frame.assign(**{name: frame[name].astype("category") for name in names})
