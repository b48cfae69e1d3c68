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
from etl.series.checks.growth import compare_difference, compare_growth
from etl.series.checks.identities import compare_identities
from etl.series.checks.judge import CHECK_COLUMNS, SCOPES, VERDICTS, Compared, Rule, judge
from etl.series.checks.markets import compare_mirrors, compare_prices
from etl.series.checks.official import compare_official
from etl.series.checks.pace import compare_pace
from etl.series.checks.parts import compare_parts
from etl.series.checks.periods import compare_periods
from etl.series.checks.scale import compare_digits, compare_magnitudes
from etl.series.checks.shares import compare_bounds, compare_partners, compare_wholes
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
    Rule("growth", "Growth", "Growth is the later level over the earlier one.", compare_growth),
    Rule(
        "difference",
        "Difference",
        "A change in units or points is the later level less the earlier.",
        compare_difference,
    ),
    Rule("scale", "Scale", "No figures of a subject have the same digits a thousand times apart.", compare_digits),
    Rule("magnitude", "Magnitude", "No figure is a thousand times off the others of its series.", compare_magnitudes),
    Rule("share_bounds", "Share bounds", "No share is beyond its whole.", compare_bounds),
    Rule("shares_together", "Shares together", "Shares of several partners leave each other room.", compare_partners),
    Rule("share_of", "Share of a whole", "A share is its part over its whole.", compare_wholes),
    Rule("price", "Price", "A price is about value over quantity.", compare_prices),
    Rule("mirror", "Mirror", "What one exports to another is about what that one imports.", compare_mirrors),
    Rule("official", "Official figure", "A figure stated is that of official statistics.", compare_official),
)
"""The rules, in the order of the table."""


def check(
    claims: pd.DataFrame, copies: Mapping[str, str] | None = None, official: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row per check, columns and dtypes of `CHECK_COLUMNS`: contradictions first, the largest gaps first.

    `copies` tells for each document that is a copy of another the source it counts as, as `count_as` makes it.
    `official` are official figures as claims of their datasets, as `etl.reference.as_claims` makes them: the rule of
    that name alone sets claims against them.

    >>> from etl.frame import empty_frame
    >>> check(empty_frame()).shape
    (0, 29)
    """
    if claims.empty:
        return typed([], CHECK_COLUMNS)
    facts = to_facts(*_stated(claims, copies, official))
    judged = pd.concat([judge(facts, rule.name, rule.compare(facts)) for rule in CHECK_RULES], ignore_index=True)
    severity = judged["verdict"].map({verdict: rank for rank, verdict in enumerate(VERDICTS)})
    by = pd.DataFrame({"severity": severity, "gap": -judged["gap_share"], "check_id": judged["check_id"]})
    return judged.loc[by.sort_values(list(by.columns)).index].reset_index(drop=True)


def _stated(
    claims: pd.DataFrame, copies: Mapping[str, str] | None, official: pd.DataFrame | None
) -> tuple[pd.DataFrame, dict[str, str]]:
    """The statements of claims and official figures, and the datasets of these by document_id."""
    if official is None or official.empty:
        return to_statements(claims, copies), {}
    sets = official.drop_duplicates("document_id")
    publishers = sets["publisher"].fillna("").map(lambda name: f" ({name})" if name else "")
    names = dict(zip(sets["document_id"], sets["title"] + publishers, strict=True))
    return to_statements(pd.concat([claims, official], ignore_index=True), copies), names
