"""Statements → checks: what claims say of each other, by arithmetic; each with both sides, the tolerance and a verdict.

A rule (`Rule`) sets figures (`Facts`) against each other, within each document and across all sources; `judge` makes
the table. Both sides are intervals: what rounding and hedges leave possible never contradicts.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from etl.frame import typed
from etl.series.checks.conflict import compare_conflict
from etl.series.checks.facts import Facts, to_facts
from etl.series.checks.identities import compare_identities
from etl.series.checks.judge import CHECK_COLUMNS, SCOPES, VERDICTS, Compared, Rule, judge
from etl.series.checks.pace import compare_pace
from etl.series.checks.parts import compare_parts
from etl.series.checks.periods import compare_periods
from etl.series.statements import to_statements

__all__ = ["CHECK_COLUMNS", "CHECK_RULES", "SCOPES", "VERDICTS", "Compared", "Facts", "Rule", "check"]

CHECK_RULES: tuple[Rule, ...] = (
    Rule("conflict", "One figure", "The figures stated for one observation share a point.", compare_conflict),
    Rule("identities", "Sums and balances", "Metrics that make up another come to it.", compare_identities),
    Rule(
        "parts", "Parts of a whole", "Goods within goods, a partner within the world: no part is more.", compare_parts
    ),
    Rule("periods", "Periods within periods", "Stretches that make up a longer one come to it.", compare_periods),
    Rule("pace", "Pace of the rest", "What a part leaves for the rest of its period is in proportion.", compare_pace),
)
"""The rules, in the order of the table."""


def check(claims: pd.DataFrame, copies: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One row per check, columns and dtypes of `CHECK_COLUMNS`: contradictions first, the largest gaps first.

    `copies` tells for each document that is a copy of another the source it counts as, as `count_as` makes it.

    >>> from etl.frame import empty_frame
    >>> check(empty_frame()).shape
    (0, 29)
    """
    if claims.empty:
        return typed([], CHECK_COLUMNS)
    facts = to_facts(to_statements(claims, copies))
    judged = pd.concat([judge(facts, rule.name, rule.compare(facts)) for rule in CHECK_RULES], ignore_index=True)
    severity = judged["verdict"].map({verdict: rank for rank, verdict in enumerate(VERDICTS)})
    by = pd.DataFrame({"severity": severity, "gap": -judged["gap_share"], "check_id": judged["check_id"]})
    return judged.loc[by.sort_values(list(by.columns)).index].reset_index(drop=True)
