"""Metrics that make up others: exports and imports against the turnover and the balance stated for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.lexicon import cache, read_table
from etl.series.checks.facts import Facts, number_rows
from etl.series.checks.flows import flows
from etl.series.checks.judge import Compared, nothing
from etl.series.checks.linear import by_metric, equal

__all__ = ["Identity", "compare_identities", "identities"]

_TERM = re.compile(r"([+-] )?(\w+)( of partner)?")
_KEY = ["cell", "product", "owner", "other"]


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a whole: its metric, its sign, and whether it is the counterparty's figure."""

    metric: str
    sign: float
    of_partner: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """A whole and the terms that make it up."""

    whole: str
    terms: tuple[Term, ...]


@cache
def identities() -> tuple[Identity, ...]:
    """The rows of `identities.txt`.

    >>> identities()[0].terms[1]
    Term(metric='imports', sign=1.0, of_partner=False)
    """
    return tuple(Identity(row["whole"], _terms(row["parts"])) for row in read_table("identities.txt"))


def compare_identities(facts: Facts) -> Compared:
    """Each whole that is stated against what its parts, stated for the same stretch and goods, come to."""
    known = {identity.whole for identity in identities()} | {
        term.metric for identity in identities() for term in identity.terms
    }
    found = _keyed(flows(facts, known))
    matched = [joined for identity in identities() if len(joined := _match(found, identity))]
    if not matched:
        return nothing()
    whole = np.concatenate([rows["fact"].to_numpy() for rows in matched])
    starts = np.cumsum([0, *map(len, matched)])
    return equal(facts, whole, pd.concat(map(_terms_of, matched, starts), ignore_index=True), by_metric)


def _terms(parts: str) -> tuple[Term, ...]:
    return tuple(
        Term(metric, -1.0 if sign == "- " else 1.0, bool(partner)) for sign, metric, partner in _TERM.findall(parts)
    )


def _keyed(found: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The flows of each metric, with a number for cell, goods and sides, and one for these with the sides swapped."""
    swapped = found.rename(columns={"owner": "other", "other": "owner"})
    numbers = number_rows(pd.concat([found[_KEY], swapped[_KEY]], ignore_index=True), _KEY)
    # The world has no figure of its own.
    mirrored = np.where(found["other"] == "", -1, numbers[len(found) :])
    keyed = pd.DataFrame({"fact": found["fact"], "key": numbers[: len(found)], "mirrored": mirrored})
    return {str(metric): rows for metric, rows in keyed.groupby(found["metric"], observed=True)}


def _match(found: dict[str, pd.DataFrame], identity: Identity) -> pd.DataFrame:
    """One row a whole with all its terms: fact, key, and for each term `term0`, `sign0` and so on."""
    if not {identity.whole, *(term.metric for term in identity.terms)} <= set(found):
        return pd.DataFrame()
    joined = found[identity.whole][["fact", "key"]]
    for at, term in enumerate(identity.terms):
        parts, key = found[term.metric], "mirrored" if term.of_partner else "key"
        terms = pd.DataFrame({"key": parts[key], f"term{at}": parts["fact"], f"sign{at}": term.sign})
        joined = joined.merge(terms, on="key")
    return _once(joined, len(identity.terms))


def _once(joined: pd.DataFrame, terms: int) -> pd.DataFrame:
    """Seen from either side, a figure between two parties may be made of the same parts."""
    parts = np.sort(joined[[f"term{at}" for at in range(terms)]].to_numpy(dtype=np.int64), axis=1)
    keys = pd.DataFrame(parts).assign(fact=joined["fact"].to_numpy())
    return joined[~keys.duplicated().to_numpy()]


def _terms_of(joined: pd.DataFrame, start: int) -> pd.DataFrame:
    count = sum(name.startswith("term") for name in joined.columns)
    check = np.arange(start, start + len(joined))
    terms = [
        pd.DataFrame({"check": check, "fact": joined[f"term{at}"].to_numpy(), "sign": joined[f"sign{at}"].to_numpy()})
        for at in range(count)
    ]
    return pd.concat(terms, ignore_index=True)
