"""The rows of a table, made when they are asked for: one that is written or paged is never whole in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

__all__ = ["PART_ROWS", "Rows"]

PART_ROWS = 10_000
"""Rows that are in memory at once: about 8 MB of claims as text."""


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows a table has, and those from one place to another."""

    count: int
    at: Callable[[int, int], pd.DataFrame]

    @staticmethod
    def of(frame: pd.DataFrame) -> Rows:
        """The rows of a frame.

        >>> Rows.of(pd.DataFrame({"value": [1.0, 2.0, 3.0]})).at(1, 2).to_dict("list")
        {'value': [2.0]}
        """
        return Rows(len(frame), lambda start, stop: frame.iloc[start:stop])

    def parts(self, size: int = PART_ROWS) -> Iterator[pd.DataFrame]:
        """All of them, `size` at a time; of an empty table one empty part, which has its columns.

        >>> [len(part) for part in Rows.of(pd.DataFrame({"value": [1.0, 2.0, 3.0]})).parts(2)]
        [2, 1]
        """
        for start in range(0, max(self.count, 1), size):
            yield self.at(start, min(start + size, self.count))
