"""Claims and official figures → checks: each figure stated for an observation against what official statistics say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.series.categories import first_places
from etl.series.checks.facts import ACROSS, Facts, codes_of, number_rows
from etl.series.checks.judge import VERDICTS, Compared, nothing
from etl.series.checks.words import spoken

__all__ = ["compare_official"]

_SIDE = {"": "middle", "_low": "low", "_high": "high"}


def compare_official(facts: Facts) -> Compared:
    """Each figure stated as a fact, with all claims that state it, against each official figure of its observation."""
    stated = facts.stated
    official = stated["dataset"].notna().to_numpy()
    observation = codes_of(stated["observation_id"])
    actual = (stated["status_class"] == "actual").to_numpy()
    known = np.flatnonzero(official & actual)
    said = np.flatnonzero(~official & np.isin(observation, observation[known]))
    if not len(said):
        return nothing()
    figure = number_rows(stated.iloc[said], ["observation_id", "figure"])
    first = first_places(figure)
    figures = pd.DataFrame({"observation": observation[said[first]], "figure": figure[first], "claim": said[first]})
    pairs = figures.merge(pd.DataFrame({"observation": observation[known], "official": known}), on="observation")
    check = np.arange(len(pairs))
    claims = pd.DataFrame({"figure": pairs["figure"], "check": check}).merge(
        pd.DataFrame({"figure": figure, "row": said}), on="figure"
    )
    sides = pd.concat(
        [
            claims[["check", "row"]].assign(right=False),
            pd.DataFrame({"check": check, "row": pairs["official"], "right": True}),
        ],
        ignore_index=True,
    )
    return Compared(_rows(facts, pairs), sides, lambda kept: _write(facts, pairs.iloc[kept]))


def _rows(facts: Facts, pairs: pd.DataFrame) -> pd.DataFrame:
    sides = {
        f"{side}{end}": facts.stated[column].to_numpy()[pairs[name]]
        for side, name in (("left", "claim"), ("right", "official"))
        for end, column in _SIDE.items()
    }
    across = facts.table[facts.table["place"] == ACROSS]
    fact = pd.Series(across.index, codes_of(across["observation_id"]))
    size = np.maximum(np.abs(sides["left"]), np.abs(sides["right"]))
    rows = pd.DataFrame({"fact": fact.loc[pairs["observation"]].to_numpy(), **sides})
    return rows.assign(size=size, apart=VERDICTS[0], hint="")


def _write(facts: Facts, pairs: pd.DataFrame) -> list[str]:
    names = ["value", "value_upper", "qualifier", "unit"]
    left = facts.stated[names].iloc[pairs["claim"]].itertuples(index=False, name=None)
    right = facts.stated[["value", "unit", "dataset"]].iloc[pairs["official"]].itertuples(index=False, name=None)
    return [
        f"{spoken(value, upper, qualifier)} {unit} against {spoken(official)} {unit_of} of {dataset}"
        for (value, upper, qualifier, unit), (official, unit_of, dataset) in zip(left, right, strict=True)
    ]
