"""Figures of one flow of goods: value over quantity is about the price, exports are about the imports of the other."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from etl.lexicon.units import dimension
from etl.series.checks.facts import Facts, codes_of
from etl.series.checks.intervals import Interval
from etl.series.checks.judge import Compared
from etl.series.checks.pairs import PERIOD, dated, factors, pair, shared, verdicts

__all__ = ["MIRROR", "PRICE", "compare_mirrors", "compare_prices"]

# What a country exports is booked by the other side with freight and insurance, later, and by origin instead of
# destination. The freight alone is put at 6 percent (IMF, Direction of Trade Statistics Yearbook 2017: a CIF/FOB factor
# of 1.06) and was put at 10 (IMF Working Paper 94/142); a fifth leaves room for the time lag too.
MIRROR: Final = 0.2

# A price quoted is that of a day, a grade and a port; value over quantity is an average over all of them. Beyond a
# factor of two one of the three figures is of something else.
PRICE: Final = 2.0

_SAID: Final = ("at", "unit", "low", "middle", "high")


def compare_mirrors(facts: Facts) -> Compared:
    """The exports of one party to another against the imports of the other from it, of one period and product."""
    table = facts.table
    sides = [_levels(facts) & (table["metric"] == metric).to_numpy() for metric in ("exports", "imports")]
    where = shared(*(table[name].to_numpy() for name in ("place", "stretch")), codes_of(table["parties"]))
    both = sides[0] & np.isin(where, where[sides[1]]) | sides[1] & np.isin(where, where[sides[0]])
    flows = _named(table[both])
    flows = flows[(flows["reporter"] != "") & (flows["partner"] != "")]
    turned = {"reporter": "partner", "partner": "reporter"}
    exports = flows[flows["metric"] == "exports"]
    imports = flows[flows["metric"] == "imports"].rename(columns=turned | {name: f"{name}_other" for name in _SAID})
    keys = ["place", "product", "parties", "reporter", "partner", "kind", "dimension", "status_class", *PERIOD]
    pairs = exports.drop(columns="metric").merge(imports.drop(columns="metric"), on=keys)
    left = Interval.of(pairs)
    right = Interval.of(pairs, "_other", factors(pairs["unit_other"], pairs["unit"]))
    near = Interval(right.low / (1 + MIRROR), right.value, right.high * (1 + MIRROR))
    return _pair(facts, pairs, ["at_other"], (left, right, near), "{left} of exports against {0} of imports")


def compare_prices(facts: Facts) -> Compared:
    """A price against value over quantity of the same goods, parties and period."""
    table = facts.table
    priced = (table["kind"] == "price") & (table["metric"] == "price") & (table["product"] != "")
    priced &= dated(facts)
    where = shared(*(table[name].to_numpy() for name in ("place", "stretch")), codes_of(table["product"]))
    prices = _named(table[priced])
    amounts = _named(table[_levels(facts) & np.isin(where, where[priced])])
    money = amounts["dimension"].astype(str).str.startswith("currency:")
    keys = ["place", "product", "status_class", *PERIOD]
    owner = [*keys, "metric", "parties", "reporter", "partner"]
    values = amounts[money].rename(columns={name: f"{name}_value" for name in (*_SAID, "dimension")})
    sold = values.merge(
        amounts[~money].rename(columns={name: f"{name}_sold" for name in (*_SAID, "dimension")}), on=owner
    )
    per = [_per(value, amount) for value, amount in zip(sold["unit_value"], sold["unit_sold"], strict=True)]
    sold = sold.assign(unit_per=per, dimension=np.array([dimension(unit) for unit in per], dtype=object))
    pairs = prices.drop(columns="metric").merge(sold, on=[*keys, "dimension"], suffixes=("", "_owner"))
    within = [
        set(price.split(";")) <= set(owner.split(";"))
        for price, owner in zip(pairs["parties"], pairs["parties_owner"], strict=True)
    ]
    pairs = pairs[np.array(within, dtype=bool)]
    right = Interval.of(pairs, "_value").over(Interval.of(pairs, "_sold")).scaled(1.0)
    by = factors(pairs["unit_per"], pairs["unit"])
    right = Interval(right.low * by, right.value * by, right.high * by)
    near = Interval(right.low / PRICE, right.value, right.high * PRICE)
    sides = Interval.of(pairs), right, near
    return _pair(facts, pairs, ["at_value", "at_sold"], sides, "{0} / {1} = {right}, stated {left}")


def _pair(
    facts: Facts, pairs: pd.DataFrame, others: list[str], sides: tuple[Interval, Interval, Interval], formula: str
) -> Compared:
    left, right, near = sides
    verdict = verdicts(left, near, np.zeros(len(pairs), dtype=bool))
    rows = pairs[others].to_numpy(dtype=np.int64)
    return pair(
        facts,
        pairs["at"].to_numpy(dtype=np.int64),
        rows,
        (left, right),
        verdict,
        np.full(len(pairs), formula, dtype=object),
    )


def _levels(facts: Facts) -> np.ndarray:
    """The levels above zero, of dated periods."""
    table = facts.table
    return dated(facts) & (table["kind"] == "level").to_numpy() & (table["middle"] > 0).to_numpy()


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    names = ["metric", "product", "parties", "reporter", "partner", "kind", "dimension", "unit", "status_class"]
    said = rows[["place", *PERIOD, "low", "middle", "high"]].assign(at=rows.index)
    return said.assign(**{name: rows[name].astype(object) for name in names})


def _per(value: str, amount: str) -> str:
    return f"{value}/{amount}"
