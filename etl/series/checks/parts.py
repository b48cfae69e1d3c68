"""Parts against wholes: goods within goods, a partner within the world; alone, and those of one document together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.lexicon import cache, read_table, words
from etl.series.checks.facts import ACROSS, Facts
from etl.series.checks.flows import flows, member
from etl.series.checks.judge import Compared, joined
from etl.series.checks.linear import Label, at_most, by_partner, by_product

__all__ = ["compare_parts"]

_METRICS = {"exports", "imports", "trade_turnover"}


def compare_parts(facts: Facts) -> Compared:
    """Each part that is stated against its whole, and the sum of parts that do not overlap, in one document."""
    found = flows(facts, _METRICS).astype({"metric": object, "product": object})
    goods, partners = _goods(facts, found), _partners(facts, found)
    kinds = _together(facts, goods, _of_one_kind(facts, goods))
    countries = _together(facts, partners, _countries(facts, partners))
    made = [
        *(_each(facts, goods, by_product), _each(facts, partners, by_partner)),
        *(_added(facts, kinds, by_product), _added(facts, countries, by_partner)),
    ]
    return joined(made)


def _goods(facts: Facts, found: pd.DataFrame) -> pd.DataFrame:
    """Pairs of flows that differ only in their goods: of `part` all is within `whole`."""
    key = ["cell", "metric", "owner", "other"]
    within = pd.DataFrame(_contained(), columns=["product", "whole_product"])
    some = found[found["product"] != ""]
    contained = some.merge(within, on="product")
    outside = {row["product"] for row in read_table("product_parts.txt") if row["within"] == "-"}
    of_all = some[~some["product"].isin(outside)].assign(whole_product="")
    wholes = _totals(facts, found).rename(columns={"product": "whole_product", "fact": "whole"})
    parts = pd.concat([contained, of_all]).rename(columns={"fact": "part"})
    pairs = parts.merge(wholes, on=[*key, "whole_product"])
    distinct: pd.DataFrame = pairs[["whole", "part"]].drop_duplicates()
    return distinct


def _partners(facts: Facts, found: pd.DataFrame) -> pd.DataFrame:
    """Pairs of flows that differ only in the counterparty: of `part` one, of `whole` the world."""
    key = ["cell", "metric", "owner", "product"]
    found = _totals(facts, found)
    alone = found["other"] == ""
    wholes = found[alone].rename(columns={"fact": "whole"})[["whole", *key]]
    pairs = found[~alone].rename(columns={"fact": "part"}).merge(wholes, on=key)
    distinct: pd.DataFrame = pairs[["whole", "part"]].drop_duplicates()
    return distinct


def _totals(facts: Facts, found: pd.DataFrame) -> pd.DataFrame:
    """Without those by weight whose goods are not said: they are mostly of goods that were named further up."""
    money = facts.table["dimension"].iloc[found["fact"]].astype(str).str.startswith("currency").to_numpy()
    told: pd.DataFrame = found[(found["product"] != "").to_numpy() | money]
    return told


def _together(facts: Facts, pairs: pd.DataFrame, addable: np.ndarray) -> pd.DataFrame:
    """The pairs of one document whose parts can be added up, where a whole has several."""
    within = facts.table["place"].to_numpy()[pairs["whole"]] != ACROSS
    some = pairs[addable & within]
    several: pd.DataFrame = some[some["whole"].duplicated(keep=False)]
    return several


def _of_one_kind(facts: Facts, pairs: pd.DataFrame) -> np.ndarray:
    """The pairs whose part is goods of one kind: no two of them overlap, but where one is within the other."""
    product = facts.table["product"].iloc[pairs["part"]].astype(object)
    narrow = {row["product"] for row in read_table("product_parts.txt")} - {whole for _, whole in _contained()}
    return member(product, narrow)


def _countries(facts: Facts, pairs: pd.DataFrame) -> np.ndarray:
    """The pairs whose counterparty is a single country."""
    partner = facts.table["partner"].iloc[pairs["part"]].astype(object)
    return member(partner, {row["code"] for row in read_table("countries.txt") if not row["kind"]})


def _each(facts: Facts, pairs: pd.DataFrame, label: Label) -> Compared:
    terms = pd.DataFrame({"check": np.arange(len(pairs)), "fact": pairs["part"].to_numpy(), "sign": 1.0})
    return at_most(facts, pairs["whole"].to_numpy(), terms, label)


def _added(facts: Facts, pairs: pd.DataFrame, label: Label) -> Compared:
    check, whole = pd.factorize(pairs["whole"])
    terms = pd.DataFrame({"check": check, "fact": pairs["part"].to_numpy(), "sign": 1.0})
    return at_most(facts, whole.to_numpy(), terms, label)


@cache
def _contained() -> tuple[tuple[str, str], ...]:
    rows = read_table("product_parts.txt")
    return tuple((row["product"], whole) for row in rows for whole in words(row["within"]) if whole != "-")
