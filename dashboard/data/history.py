"""Statements → how each observation stood after each publication: whether its sources agreed, and how many there were.

A search for conflicts as they were known on a day is then a look into two columns, and reconciles nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.data.rows import Groups, Numbers
from etl.model import AGREEMENTS
from etl.series.statements import SAME

__all__ = ["History", "Standing"]

_SINGLE, _AGREE, _CONFLICT = range(len(AGREEMENTS))


@dataclass(frozen=True)
class Standing:
    """How each observation stood at a moment: `claims` known, `agreement` (a number of `AGREEMENTS`), `sources`.

    An observation of which nothing was known has no claims; its other numbers mean nothing.
    """

    claims: npt.NDArray[np.int64]
    agreement: npt.NDArray[np.int8]
    sources: Numbers


@dataclass(frozen=True)
class History:
    """The statements of each observation in the order of publication, and how it stood after each of them."""

    groups: Groups
    agreement: npt.NDArray[np.int8]
    sources: Numbers

    @staticmethod
    def of(stated: pd.DataFrame, observation_of: Numbers, observations: int) -> History:
        """The history of statements in the order of publication, each with the number of its observation."""
        groups = Groups.of(observation_of, observations)
        rows = stated[["low", "high", "source"]].iloc[groups.rows].assign(at=observation_of[groups.rows])
        by = rows.groupby("at", sort=False)
        least, most = by["high"].cummin(), by["low"].cummax()
        is_new = ~rows.duplicated(["at", "source"])
        sources = is_new.groupby(rows["at"], sort=False).cumsum().to_numpy().astype(np.int32)
        apart = (most > least + SAME * least.abs()).to_numpy()
        agreement = np.select([apart, sources > 1], [_CONFLICT, _AGREE], _SINGLE).astype(np.int8)
        return History(groups, agreement, sources)

    def standing(self, known: int) -> Standing:
        """How each observation stood when the first `known` statements were published."""
        starts = self.groups.starts
        if known >= len(self.groups.rows):
            claims = self.groups.sizes
        else:
            counted = np.append(0, np.cumsum(self.groups.rows < known))
            claims = counted[starts[1:]] - counted[starts[:-1]]
        last = np.maximum(starts[:-1] + claims - 1, 0)
        return Standing(claims, self.agreement[last], self.sources[last])
