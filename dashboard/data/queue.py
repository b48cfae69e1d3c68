"""A view, what was checked and what was decided → the claims to look at, those that help most first, each with why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.data.checks import Checked
from dashboard.data.rows import Bools, Numbers
from dashboard.data.snapshot import Snapshot
from dashboard.data.view import View
from etl.decisions import Decision, rule, touched_since
from etl.model import AGREEMENTS

__all__ = ["REASONS", "Queue"]

REASONS: Final = (
    (128, "Decided in different ways"),
    (64, "Read otherwise since it was decided"),
    (32, "Sources disagree"),
    (16, "Does not add up"),
    (8, "Far from the rest of its series"),
    (4, "No party found"),
    (2, "No period found"),
    (1, "One source only"),
)
"""Why a claim is worth a look: its weight, and the words of the page. Weights of several reasons add up, as bits do."""

# Five times the median of its series, or a fifth of it, where the series has so many figures.
_FAR, _ENOUGH = 5.0, 4
_SEVERAL = 2
_OPEN = ("unreviewed", "conflict", "stale")

Weights = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Queue:
    """The claims of a view that need a look: their rows, what helps most first.

    A claim needs one that nobody has decided about, or whose decisions cannot all hold or fit no more. Of two with the
    same weight the one comes first whose chart has more figures: it is seen by more readers. `weights` are those of all
    claims of the snapshot; `total` and `reviewed` count the claims of the view.
    """

    rows: Numbers
    weights: Weights
    total: int
    reviewed: int

    @staticmethod
    def of(view: View, checked: Checked | None, decisions: Sequence[Decision] = ()) -> Queue:
        """The queue of a view; `decisions` are those of the log, also those that the snapshot does not have yet.

        Claims that were taken out are not in the snapshot. Of the whole store they count as reviewed; whether a filter
        would have kept them, nobody knows.
        """
        snapshot, rows = view.snapshot, view.rows
        fresh = _Fresh.of(snapshot, decisions)
        left = rows[fresh.is_open[rows]]
        weights = _weights(snapshot, checked)
        figures = view.shown.figures[snapshot.chart_of[snapshot.observation_of[left]]]
        urgency = weights[left].astype(np.int64) * (1 + figures.max(initial=0)) + figures
        order = np.argsort(-urgency, kind="stable")
        total = len(rows) + (0 if view.selection.size else fresh.elsewhere)
        left_elsewhere = 0 if view.selection.size else fresh.open_elsewhere
        return Queue(left[order], weights, total, total - len(left) - left_elsewhere)

    @property
    def doubtful(self) -> int:
        """How many claims of the queue have a reason that weighs more than that of a lone source."""
        return int(np.count_nonzero(self.weights[self.rows] >= REASONS[-2][0]))

    def reasons(self, row: int) -> list[str]:
        """Why a claim is worth a look, in the words of `REASONS`."""
        return [words for weight, words in REASONS if self.weights[row] & weight]


@dataclass(frozen=True)
class _Fresh:
    """What needs a look once the newest decisions count: claims of the snapshot, and how many others there are.

    The others are those that were taken out, of which an undo may have brought some back, and those just added.
    """

    is_open: Bools
    elsewhere: int
    open_elsewhere: int

    @staticmethod
    def of(snapshot: Snapshot, decisions: Sequence[Decision]) -> _Fresh:
        review = snapshot.own_facets["review"]
        is_open = review.marks(_OPEN)[review.codes]
        names = list(touched_since(decisions, snapshot.state[1]))
        standing = rule(decisions) if names else {}
        settled = {name for name in names if name in standing and standing[name].verdict != "conflict"}
        places = dict(zip(names, snapshot.claim_ids.places(names).tolist(), strict=True))
        for name, place in places.items():
            if place >= 0:
                is_open[place] = name not in settled
        gone = set(snapshot.rejected["claim_id"])
        added = {name for name in settled if places[name] < 0 and standing[name].verdict == "added"}
        back = sum(name in gone and name not in settled for name in names)
        return _Fresh(is_open, len(gone | added), back)


def _weights(snapshot: Snapshot, checked: Checked | None) -> Weights:
    """The weights of all claims of a snapshot: they are asked for again after every decision."""
    weights: Weights = snapshot.columns.get(
        f"review weights {checked is not None}", lambda: _weighed(snapshot, checked)
    )
    return weights


def _weighed(snapshot: Snapshot, checked: Checked | None) -> Weights:
    standing = snapshot.history.standing(len(snapshot))
    disagree = standing.agreement == AGREEMENTS.index("conflict")
    failing = np.zeros(len(snapshot.base), dtype=bool) if checked is None else checked.fails
    of_observation = (disagree, failing & ~disagree, _is_far(snapshot))
    by_observation = [each[snapshot.observation_of] for each in of_observation]
    of_claim = [
        snapshot.own["parties"].isna().to_numpy(),
        (snapshot.year_ends[1] == 0),
        (standing.sources < _SEVERAL)[snapshot.observation_of],
    ]
    review = snapshot.own_facets["review"]
    of_decisions = [review.marks([name])[review.codes] for name in ("conflict", "stale")]
    marks = zip(REASONS, [*of_decisions, *by_observation, *of_claim], strict=True)
    weights: Weights = np.sum([np.where(mark, weight, 0) for (weight, _), mark in marks], axis=0).astype(np.int16)
    return weights


def _is_far(snapshot: Snapshot) -> Bools:
    """Which observations are far from the median of their series, where that has figures enough to tell."""
    figures = pd.DataFrame({"series": snapshot.series_of_observation, "value": snapshot.base["value"].abs().to_numpy()})
    by_series = figures.groupby("series")["value"]
    ratio = figures["value"] / by_series.transform("median")
    is_far = ~ratio.between(1 / _FAR, _FAR) & (by_series.transform("size") >= _ENOUGH) & ratio.notna()
    return np.asarray(is_far.to_numpy(dtype=bool))
