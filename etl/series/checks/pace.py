"""Twelve months against eleven: what a part of a period leaves for the rest of it must run at a like pace."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.series.checks.facts import Facts
from etl.series.checks.judge import VERDICTS, Compared, Writer, compared
from etl.series.checks.linear import by_period
from etl.series.checks.stretches import nested, never_negative
from etl.series.checks.words import spoken, spoken_facts

__all__ = ["PACE", "compare_pace"]

# All goods together hardly have seasons: the strongest month of a country's trade is about twice its weakest, and a
# small flow, with a few shipments a year, may triple. Beyond five times one of the figures is of something else.
PACE = 5.0

# A part that covers less than half of its period says too little about the rest.
_COVERED = 0.5


def compare_pace(facts: Facts) -> Compared:
    """Each whole against what it may be if its rest runs at a fifth to five times the pace of the part stated."""
    pairs = nested(facts)
    pairs = pairs[never_negative(facts, pairs)]
    part_days, whole_days = (pairs[f"{name}_end"] - pairs[f"{name}_start"] + 1 for name in ("part", "whole"))
    # Goods of one kind have a harvest, or come by the shipload.
    of_all = (facts.table["product"].iloc[pairs["whole"]] == "").to_numpy()
    low, high = facts.table["low"].to_numpy(), facts.table["high"].to_numpy()
    fits = low[pairs["part"]] <= high[pairs["whole"]]
    chosen = (part_days >= _COVERED * whole_days) & of_all & fits & (low[pairs["part"]] > 0)
    pairs = pairs.assign(part_days=part_days, rest_days=whole_days - part_days)[chosen].reset_index(drop=True)
    rows = _rows(facts, pairs)
    return compared(facts, rows, (np.arange(len(pairs)), pairs["part"].to_numpy()), _writer(facts, pairs))


def _rows(facts: Facts, pairs: pd.DataFrame) -> pd.DataFrame:
    scale = facts.table["scale"].to_numpy()
    whole, part = pairs["whole"].to_numpy(), pairs["part"].to_numpy()
    by, share = scale[part] / scale[whole], (pairs["rest_days"] / pairs["part_days"]).to_numpy()
    low, middle, high = (facts.table[name].to_numpy() for name in ("low", "middle", "high"))
    return pd.DataFrame(
        {
            "fact": whole,
            "left": middle[whole],
            "left_low": low[whole],
            "left_high": high[whole],
            "right": middle[part] * by * (1 + share),
            "right_low": low[part] * by * (1 + share / PACE),
            "right_high": high[part] * by * (1 + share * PACE),
            "size": np.abs(middle[whole]),
            "apart": VERDICTS[1],
            "hint": "",
        }
    )


def _writer(facts: Facts, pairs: pd.DataFrame) -> Writer:
    def write(kept: np.ndarray) -> list[str]:
        rows = pairs.iloc[kept]
        whole, part = rows["whole"].to_numpy(), rows["part"].to_numpy()
        figures = spoken_facts(facts, np.concatenate([whole, part]))
        middle, scale = facts.table["middle"].to_numpy(), facts.table["scale"].to_numpy()
        rest = middle[whole] - middle[part] * scale[part] / scale[whole]
        pace = rest / rows["rest_days"] / ((middle[whole] - rest) / rows["part_days"])
        units = facts.table["unit"].iloc[whole]
        cells = zip(
            by_period(facts, part),
            part,
            by_period(facts, whole),
            whole,
            units,
            rest,
            pace,
            rows["rest_days"],
            strict=True,
        )
        return [
            f"{inner} {figures[one]} of {outer} {figures[both]} {unit} leaves {spoken(left)} for the other "
            f"{days} days, {times:.2g} times its pace"
            for inner, one, outer, both, unit, left, times, days in cells
        ]

    return write
