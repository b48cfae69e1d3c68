"""Facts → flows: the levels of one stretch of time, whose they are and with whom, as numbers that rules can join."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.series.categories import first_places
from etl.series.checks.facts import ACROSS, Facts, number_rows

__all__ = ["KINDS_OF_LEVELS", "flows", "levels", "member"]

KINDS_OF_LEVELS = ("level", "gap")

# What a figure shares with those it can be added to; the rest of its subject is who, with whom, and of what.
_CELL = ["place", "dimension", "status_class", "stretch"]
_WHOSE = ["parties", "reporter", "partner"]


def member(names: pd.Series, wanted: object) -> np.ndarray:
    """Which of some names are among the wanted ones."""
    return names.isin(list(wanted)).to_numpy()  # type: ignore[call-overload]


def levels(facts: Facts) -> np.ndarray:
    """The facts that say how much of something there was in a stretch of time with both ends.

    Not those of one document in conflict: a text that gives two figures mostly speaks of two things.
    """
    table = facts.table
    dated = table["period_start"].notna() & table["period_end"].notna()
    told = ~table["conflict"] | (table["document"] == ACROSS)
    return np.flatnonzero(dated & told & member(table["kind"], KINDS_OF_LEVELS))


def flows(facts: Facts, metrics: set[str]) -> pd.DataFrame:
    """One row a flow of these metrics: fact, metric, product, `owner` and `other` (names, "" for the world), `cell`.

    Flows of one `cell` are of one place, dimension, status and stretch. A figure between two parties that neither owns
    is a flow of either. A figure of three parties is none, for nobody can say which of them it counts.
    """
    found = levels(facts)
    found = found[member(facts.table["metric"].iloc[found], metrics)]
    table = facts.table.iloc[found]
    whose = number_rows(table, _WHOSE)
    keys = table[_WHOSE].iloc[first_places(whose)].astype(object).itertuples(index=False, name=None)
    sides = [(number, *side) for number, key in enumerate(keys) for side in _sides(*key)]
    ends = pd.DataFrame(sides, columns=["whose", "owner", "other"]).astype({"whose": np.int64})
    names = pd.Index(sorted({*ends["owner"], *ends["other"]}), dtype=object)
    listed = pd.DataFrame(
        {
            "fact": found,
            "whose": whose,
            **{name: pd.Series(table[name].to_numpy(), dtype=table[name].dtype) for name in ("metric", "product")},
            "cell": number_rows(table, _CELL),
        }
    )
    ends = ends.assign(**{name: pd.Categorical(ends[name], names) for name in ("owner", "other")})
    return listed.merge(ends, on="whose").drop(columns="whose")


def _sides(parties: str, reporter: str, partner: str) -> list[tuple[str, str]]:
    """The owners of a figure, each with its counterparty."""
    named = [party for party in parties.split(";") if party]
    if reporter and set(named) == {reporter, partner} - {""}:
        return [(reporter, partner)]
    if not reporter and not partner and len(named) == 2:  # noqa: PLR2004  two parties
        return [(named[0], named[1]), (named[1], named[0])]
    return []
