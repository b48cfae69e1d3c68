"""The checks of a version of the store → those about an observation, and the worst that is said of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.data.rows import Bools, Groups, Row, compacted, records
from dashboard.data.snapshot import Snapshot
from etl.frame import typed
from etl.series import CHECK_COLUMNS
from etl.series.checks import CHECK_RULES, VERDICTS

__all__ = ["Checked", "is_told"]

# The verdicts of what does not add up.
_FAILING = VERDICTS[:2]

_CONFLICT = CHECK_RULES[0].name

_REPEATED = [
    *("rule", "verdict", "scope", "subject", "metric", "product", "parties", "observation_id", "period_label", "unit"),
    "hint",
]


def is_told(check: Row) -> bool:
    """Whether a check says of its figures that they do not add up, beside that their own sources disagree.

    >>> [is_told({"rule": rule, "verdict": "contradicts"}) for rule in ("growth", "conflict")]
    [True, False]
    """
    return check["verdict"] in _FAILING and check["rule"] != _CONFLICT


@dataclass(frozen=True)
class Checked:
    """The checks of a version: `table` as `etl.series.check` makes it, names as categories.

    `worst` is for each observation the place in `VERDICTS` of the worst that is said of it, and their number where
    nothing is.
    """

    snapshot: Snapshot
    table: pd.DataFrame
    worst: npt.NDArray[np.int8]
    _about: Groups

    @staticmethod
    def of(snapshot: Snapshot, table: pd.DataFrame) -> Checked:
        """The checks of a table, each about the observations of the claims of both its sides."""
        named = pd.concat([table[name].str.split(";").explode() for name in ("left_claims", "right_claims")]).dropna()
        places = snapshot.claim_ids.places(named.to_list())
        check, claim = named.index.to_numpy()[places >= 0], places[places >= 0]
        pairs = pd.DataFrame({"about": snapshot.observation_of[claim], "check": check}).drop_duplicates()
        ordered = pairs.sort_values(["about", "check"])
        worst = np.full(len(snapshot.base), len(VERDICTS), np.int8)
        severity = pd.Categorical(table["verdict"], VERDICTS).codes
        np.minimum.at(worst, ordered["about"].to_numpy(), severity[ordered["check"].to_numpy()])
        sizes = np.bincount(ordered["about"], minlength=len(snapshot.base))
        about = Groups(ordered["check"].to_numpy(np.int32), np.append(0, np.cumsum(sizes)))
        return Checked(snapshot, compacted(table, _REPEATED), worst, about)

    @cached_property
    def observation_of(self) -> npt.NDArray[np.int64]:
        """The observation of the snapshot that each check is of, -1 where it has none."""
        names = self.table["observation_id"].cat
        return self.snapshot.observation_ids.places(names.categories.to_list())[names.codes]

    def at(self, rows: Any) -> pd.DataFrame:  # noqa: ANN401  an array or a slice of numbers
        """Some of the checks, columns and dtypes of `CHECK_COLUMNS`."""
        chosen: pd.DataFrame = typed(self.table.iloc[rows], CHECK_COLUMNS)
        return chosen.reset_index(drop=True)

    def about(self, observation_id: str) -> pd.DataFrame:
        """The checks that a claim of an observation takes part in, contradictions first."""
        at = self.snapshot.observation_ids.place(observation_id)
        return self.at(slice(0) if at is None else self._about.of_group(at))

    @property
    def fails(self) -> Bools:
        """Whether something about an observation does not add up, for each of them."""
        return np.asarray(self.worst < len(_FAILING))

    def failing(self, observation_ids: pd.Series[str]) -> frozenset[str]:
        """Those of some observations that a check contradicts, or finds hard to believe."""
        said = zip(observation_ids, self.verdicts(observation_ids), strict=True)
        return frozenset(name for name, verdict in said if verdict in _FAILING)

    def worst_of(self, observation_ids: Iterable[str]) -> dict[str, Row]:
        """Verdict and formula of the worst of what does not add up about each of some observations.

        That its own sources disagree is not among it: an observation says so itself.
        """
        found = sorted(self.failing(pd.Series(list(observation_ids), dtype="str")))
        places = self.snapshot.observation_ids.places(found)
        said = pd.DataFrame({"row": self._about.of_groups(places), "of": np.repeat(found, self._about.sizes[places])})
        table = self.table[["verdict", "rule"]].iloc[said["row"]]
        tells = table["verdict"].isin(_FAILING) & (table["rule"] != _CONFLICT)
        firsts = said[tells.to_numpy()].drop_duplicates("of")
        told = records(self.table[["verdict", "formula"]].iloc[firsts["row"]])
        return dict(zip(firsts["of"], told, strict=True))

    def verdicts(self, observation_ids: pd.Series[str]) -> list[str]:
        """The worst verdict about each of some observations, "" where nothing is said."""
        places = self.snapshot.observation_ids.places(observation_ids.to_list())
        said = np.where(places < 0, len(VERDICTS), self.worst[places])
        return [(*VERDICTS, "")[each] for each in said]

    def rows(self, **wanted: str) -> npt.NDArray[np.int64]:
        """The rows of the table whose columns have these values: `rule="growth", verdict="contradicts"`."""
        kept = np.ones(len(self.table), dtype=bool)
        for name, value in wanted.items():
            kept &= (self.table[name] == value).to_numpy()
        return np.flatnonzero(kept)
