"""Sums of facts → sides of checks: what is stated against what its terms come to, or may not exceed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from etl.dates import format_period
from etl.series.categories import number_rows
from etl.series.checks.facts import Facts
from etl.series.checks.judge import Compared, Writer, combine, compared
from etl.series.checks.words import spoken, spoken_facts
from etl.titles import metric_title, party_name

__all__ = ["Label", "at_most", "by_metric", "by_partner", "by_period", "by_product", "equal"]

Label = Callable[[Facts, np.ndarray], Sequence[str]]


def equal(facts: Facts, left: np.ndarray, terms: pd.DataFrame, label: Label) -> Compared:
    """Each fact of `left` against the sum of its `terms`: columns check (the place in `left`), fact, sign."""
    terms = terms.sort_values("check", kind="stable")
    check, fact, sign = (terms[name].to_numpy() for name in ("check", "fact", "sign"))
    rows = combine(facts, left, check, fact, sign)
    return compared(facts, rows, (check, fact), _write_sum(facts, rows, terms, label))


def at_most(facts: Facts, whole: np.ndarray, terms: pd.DataFrame, label: Label) -> Compared:
    """Each sum of `terms` against the fact of `whole` it may not exceed; on the left stands the sum."""
    terms = terms.sort_values("check", kind="stable")
    check, fact = terms["check"].to_numpy(), terms["fact"].to_numpy()
    sums = combine(facts, whole, check, fact, terms["sign"].to_numpy())
    ends = ["", "_low", "_high"]
    rows = sums.assign(
        **{f"left{end}": sums[f"right{end}"] for end in ends},
        **{f"right{end}": sums[f"left{end}"] for end in ends},
    ).assign(right_low=-np.inf)
    found = compared(facts, rows, (check, fact), _write_bound(facts, rows, terms, label))
    return Compared(found.rows, found.sides.assign(right=~found.sides["right"].astype(bool)), found.write)


def by_metric(facts: Facts, wanted: np.ndarray) -> list[str]:
    """What each fact measures, and whose it is."""
    keys = facts.table[["metric", "reporter"]].iloc[wanted].astype(object).itertuples(index=False, name=None)
    listed = list(keys)
    names = {key: _owned(*key) for key in set(listed)}
    return [names[key] for key in listed]


def by_product(facts: Facts, wanted: np.ndarray) -> list[str]:
    """The goods of each fact."""
    return [product or "all goods" for product in facts.table["product"].iloc[wanted]]


def by_partner(facts: Facts, wanted: np.ndarray) -> list[str]:
    """The counterparty of each fact."""
    table = facts.table.iloc[wanted]
    return [
        party_name(partner) if partner else "between them" if ";" in parties else "the world"
        for partner, parties in zip(table["partner"], table["parties"], strict=True)
    ]


def by_period(facts: Facts, wanted: np.ndarray) -> list[str]:
    """The period of each fact."""
    at, periods = number_rows(
        facts.table[["period_start", "period_end", "period_label", "calendar_group"]].iloc[wanted]
    )
    names = [format_period(*period) for period in periods]
    return [names[each] for each in at]


def _owned(metric: str, reporter: str) -> str:
    title = metric_title(metric)
    return f"{title[:1].lower()}{title[1:]}" + (f" of {party_name(reporter)}" if reporter else "")


def _write_sum(facts: Facts, rows: pd.DataFrame, terms: pd.DataFrame, label: Label) -> Writer:
    def write(kept: np.ndarray) -> list[str]:
        sums = _sums(facts, terms, kept, label)
        left = rows["fact"].to_numpy(dtype=np.int64)[kept]
        figures = spoken_facts(facts, left)
        cells = zip(
            sums,
            rows["right"].to_numpy()[kept],
            left,
            facts.table["unit"].iloc[left].to_numpy(dtype=object),
            strict=True,
        )
        return [f"{total} = {spoken(right)} {unit}, stated {figures[fact]}" for total, right, fact, unit in cells]

    return write


def _write_bound(facts: Facts, rows: pd.DataFrame, terms: pd.DataFrame, label: Label) -> Writer:
    def write(kept: np.ndarray) -> list[str]:
        sums = _sums(facts, terms, kept, label)
        whole = rows["fact"].to_numpy(dtype=np.int64)[kept]
        figures, names = spoken_facts(facts, whole), label(facts, whole)
        several = np.bincount(terms["check"], minlength=len(rows))[kept] > 1
        lefts = zip(rows["left"].to_numpy()[kept], several, strict=True)
        totals = [f" = {spoken(left)}" if more else "" for left, more in lefts]
        cells = zip(sums, totals, names, whole, facts.table["unit"].iloc[whole].to_numpy(dtype=object), strict=True)
        return [f"{parts}{total}, of {name} {figures[fact]} {unit}" for parts, total, name, fact, unit in cells]

    return write


def _sums(facts: Facts, terms: pd.DataFrame, kept: np.ndarray, label: Label) -> list[str]:
    """The terms of some checks as a sum in words."""
    sizes = np.bincount(terms["check"].to_numpy(), minlength=int(kept.max(initial=-1)) + 1)
    wanted = np.zeros(len(sizes), dtype=bool)
    wanted[kept] = True
    rows = terms[wanted[terms["check"].to_numpy()]] if len(terms) else terms
    fact = rows["fact"].to_numpy(dtype=np.int64)
    figures = spoken_facts(facts, fact)
    texts = [
        f"{'−' if sign < 0 else '+'} {name} {figures[at]}"
        for sign, name, at in zip(rows["sign"].to_numpy(), label(facts, fact), fact.tolist(), strict=True)
    ]
    ends = np.cumsum(sizes[kept]).tolist()
    sums = [" ".join(texts[start:end]) for start, end in zip([0, *ends[:-1]], ends, strict=True)] if ends else []
    return [total.removeprefix("+ ") for total in sums]
