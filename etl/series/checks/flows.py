"""Facts → flows: the levels of one stretch of time, whose they are and with whom, as numbers that rules can join."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.series.checks.facts import ACROSS, Facts, number_rows

__all__ = ["KINDS_OF_LEVELS", "flows", "levels", "member"]

KINDS_OF_LEVELS = ("level", "gap")

# What a figure shares with those it can be added to; the rest of its subject is who, with whom, and of what.
_CELL = ["place", "dimension", "status_class", "period_start", "period_end"]


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
    whose = table[["parties", "reporter", "partner"]].drop_duplicates().astype(object)
    sides = pd.DataFrame(
        [(*key, *side) for key in whose.itertuples(index=False, name=None) for side in _sides(*key)],
        columns=["parties", "reporter", "partner", "owner", "other"],
    )
    listed = pd.DataFrame(
        {
            "fact": found,
            **{name: table[name].astype(object).to_numpy() for name in ("metric", "product", *whose.columns)},
            "cell": number_rows(table, _CELL),
        }
    )
    return listed.merge(sides, on=list(whose.columns), how="inner").drop(columns=list(whose.columns))


def _sides(parties: str, reporter: str, partner: str) -> list[tuple[str, str]]:
    """The owners of a figure, each with its counterparty."""
    named = [party for party in parties.split(";") if party]
    if reporter and set(named) == {reporter, partner} - {""}:
        return [(reporter, partner)]
    if not reporter and not partner and len(named) == 2:  # noqa: PLR2004  two parties
        return [(named[0], named[1]), (named[1], named[0])]
    return []
