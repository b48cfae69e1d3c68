"""Shares in percent: within their whole, room for each other where they are of several partners, part over whole."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from etl.lexicon import cache, read_table
from etl.series.categories import first_places
from etl.series.checks.facts import ACROSS, Facts, number_rows
from etl.series.checks.growth import APART
from etl.series.checks.intervals import Interval, apart
from etl.series.checks.judge import Compared, combine, compared
from etl.series.checks.pairs import GOODS, PERIOD, dated, factors, pair, shared, verdicts
from etl.series.checks.words import spoken_facts

__all__ = ["compare_bounds", "compare_partners", "compare_wholes"]

_WHOLE: Final = 100.0

# Half, a third and a quarter are said of 45 to 55, 30 to 37 and 22 to 28 percent as well.
_FRACTIONS: Final = (20.0, 25.0, 100 / 3, 50.0, 200 / 3, 75.0)

_SAID: Final = ("at", "unit", "low", "middle", "high")
# The way to read a share whose whole is of neither its good nor its partner: it is rare, so nothing waits for it.
_BOTH: Final = 2


def compare_bounds(facts: Facts) -> Compared:
    """A share against 0 to 100 percent; of one that lies within, nothing is said."""
    bounded = [row["share"] for row in read_table("shares.txt") if not row["over"]]
    shares = _shares(facts, bounded)
    beyond = shares[(shares["low"] > _WHOLE) | (shares["high"] < 0)].index.to_numpy(dtype=np.int64)
    right = Interval(*(np.full(len(beyond), end) for end in (0.0, _WHOLE, _WHOLE)))
    return pair(
        facts,
        beyond,
        np.empty((len(beyond), 0), dtype=np.int64),
        (Interval.of(facts.table.loc[beyond]), right),
        np.full(len(beyond), "contradicts"),
        np.full(len(beyond), "{left} of a whole, which is {right}", dtype=object),
    )


def compare_partners(facts: Facts) -> Compared:
    """The largest share of a partner against what the shares of other partners leave of the whole.

    Shares of several goods are not added up: "60% of its wheat, 50% of its rice" are of two wholes. Where the shares
    leave each other room, nothing is said.
    """
    shares = _shares(facts, [row["share"] for row in read_table("shares.txt") if row["part"] and not row["over"]])
    alone = (shares["product"] == "") & shares["partner"].isin(_countries()) & (shares["status_class"] == "actual")
    shares = shares[alone & shares[PERIOD].notna().all(axis=1) & ~shares["conflict"]]
    group = number_rows(shares, ["place", "metric", "reporter", "kind", *PERIOD])
    least = shares["low"].clip(lower=0).groupby(group)
    beyond = (least.transform("sum") > _WHOLE) & (least.transform("size") > 1)
    shares = shares.assign(group=group)[beyond]
    shares = shares.sort_values(["group", "middle", "partner"], ascending=[True, False, True])
    further = shares["group"].duplicated().to_numpy()
    left, others = (shares.index[which].to_numpy(dtype=np.int64) for which in (~further, further))
    check = (np.cumsum(~further) - 1)[further]
    rows = combine(facts, left, check, others, -1.0)
    rows = rows.assign(right=_WHOLE + rows["right"], right_low=-np.inf, right_high=_WHOLE + rows["right_high"])
    rows = rows.assign(apart="implausible", size=_WHOLE)

    def write(kept: np.ndarray) -> list[str]:
        said = spoken_facts(facts, np.concatenate([left, others]))
        beside = [[said[fact] for fact in others[check == at].tolist()] for at in kept.tolist()]
        return [
            f"{said[left[at]]}% beside {'% + '.join(more)}% of one whole" for at, more in zip(kept, beside, strict=True)
        ]

    return compared(facts, rows, (check, others), write)


def compare_wholes(facts: Facts) -> Compared:
    """A share against its part over its whole.

    "12% of its wheat exports go there" and "12% of its exports there are wheat" read alike: of the wholes that a share
    may be of, the one that fits best is taken, and none is said to be missed while another may be meant.
    """
    shares = _shares(facts, [row["share"] for row in read_table("shares.txt") if row["part"]])
    shares = shares[shares[PERIOD].notna().all(axis=1) & ~shares["conflict"]]
    pairs = _link(facts, _readings(shares))
    left = Interval.of(pairs)
    whole = Interval.of(pairs, "_whole", factors(pairs["unit_whole"], pairs["unit_part"]))
    ratio = Interval.of(pairs, "_part").over(whole).scaled(_WHOLE)
    across = (pairs["place"] == ACROSS).to_numpy()
    near = ratio.widened(
        np.where(across | np.isclose(left.value[:, None], _FRACTIONS, atol=0.5).any(axis=1), APART, 0.0)
    )
    # "33%" of 33.7% was cut off, not rounded.
    near = near.moved_out((left.high - left.low) / 2)
    verdict = verdicts(left, near, ~across)
    others = pairs[["at_part", "at_whole"]].to_numpy(dtype=np.int64)
    at = pairs["at"].to_numpy(dtype=np.int64)
    order = np.lexsort((others[:, 1], others[:, 0], apart(left, ratio), apart(left, near), at))
    known = pairs["way"].groupby(pairs["at"]).transform("nunique") >= pairs["asked"]
    order = order[((verdict == "holds") | known.to_numpy(dtype=bool))[order]]
    best = order[first_places(at[order])]
    formula = np.full(len(best), "{0} / {1} = {right}, stated {left}", dtype=object)
    return pair(facts, at[best], others[best], (left.at(best), ratio.at(best)), verdict[best], formula)


def _shares(facts: Facts, metrics: list[str]) -> pd.DataFrame:
    table = facts.table
    return table[(table["kind"] == "share") & (table["unit"] == "percent") & table["metric"].isin(metrics)]


def _readings(shares: pd.DataFrame) -> pd.DataFrame:
    """One row per share and whole it may be of: the share at `at`, part and whole by the columns that name a level.

    `asked` is how many wholes must be known before one may be said to be missed.
    """
    names = ["metric", "product", "parties", "reporter"]
    said = shares[["place", *PERIOD, "status_class", "low", "middle", "high"]].assign(at=shares.index)
    said = said.assign(**{name: shares[name].astype(object) for name in names})
    wholes = pd.DataFrame(read_table("shares.txt"))[["share", "part", "whole"]]
    read = said.merge(wholes[wholes["part"] != ""], left_on="metric", right_on="share")
    read = read.drop(columns=["metric", "share"]).rename(columns={"parties": "parties_part", "product": "product_part"})
    own, other = read["reporter"] != "", read["part"] != read["whole"]
    good, two = read["product_part"] != "", read["parties_part"] != read["reporter"]
    all_goods = read.assign(product_whole="")
    this_good = read.assign(product_whole=read["product_part"])
    ways: list[pd.DataFrame] = [
        all_goods.assign(parties_whole=read["parties_part"])[own & ~other & good],
        this_good.assign(parties_whole=read["reporter"])[own & ~other & two],
        all_goods.assign(parties_whole=read["reporter"])[own & ~other & good & two],
        this_good.assign(parties_whole=read["reporter"])[own & other & good],
    ]
    rows = pd.concat([rows.assign(way=way) for way, rows in enumerate(ways)], ignore_index=True)
    # Of a share of one good in all exports to one partner, that of the good and that of the partner are meant most.
    return rows.assign(asked=rows["at"].map(rows[rows["way"] != _BOTH].groupby("at").size()))


def _link(facts: Facts, readings: pd.DataFrame) -> pd.DataFrame:
    """The readings whose part and whole are known, in one dimension: each with its row `at` and its interval."""
    table = facts.table
    where = shared(table["place"].to_numpy(), table["stretch"].to_numpy())
    known = dated(facts) & np.isin(where, where[readings["at"].unique()])
    known &= ((table["kind"] == "level") & (table["middle"] > 0)).to_numpy()
    known[known] = ((table["product"] != "") | ~table["dimension"].isin(GOODS)).to_numpy()[known]
    columns = ["place", *PERIOD, "status_class", "dimension", "unit", "low", "middle", "high"]
    levels = table.loc[known, columns].assign(
        at=table.index[known],
        **{name: table.loc[known, name].astype(object) for name in ("metric", "product", "parties", "reporter")},
    )
    keys = ["place", *PERIOD, "status_class"]
    parts = levels.rename(columns={name: f"{name}_part" for name in (*_SAID, "product", "parties")})
    found = readings.merge(
        parts.rename(columns={"metric": "part", "reporter": "owner"}),
        on=[*keys, "part", "product_part", "parties_part"],
    )
    wholes = levels.rename(columns={name: f"{name}_whole" for name in (*_SAID, "product", "parties")})
    pairs = found.merge(
        wholes.rename(columns={"metric": "whole", "reporter": "owner_whole"}),
        on=[*keys, "whole", "product_whole", "parties_whole", "dimension"],
    )
    # Turnover between two has no owner; the exports of the other party are another figure.
    mine = [(pairs[name] == "") | (pairs[name] == pairs["reporter"]) for name in ("owner", "owner_whole")]
    return pairs[mine[0] & mine[1]]


@cache
def _countries() -> frozenset[str]:
    """Single countries; a bloc may hold another partner."""
    return frozenset(row["code"] for row in read_table("countries.txt") if not row["kind"])
