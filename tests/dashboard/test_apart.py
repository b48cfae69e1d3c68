"""Sources that disagree: one sentence on what they share, one on why no reading of both can be right."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from dashboard.components.apart import why_apart
from dashboard.components.panel import panel
from dashboard.data import Row, Snapshot, View
from tests.dashboard.test_components import observation_of, text_of

OBSERVATION: Row = {
    "agreement": "conflict",
    "sides": "=667000000;=920000000",
    "unit": "USD",
    "period_start": pd.Timestamp(2022, 7, 1),
    "period_end": pd.Timestamp(2023, 6, 30),
    "period_label": "FY2022/23",
    "calendar_group": "fiscal year Jul–Jun",
}
NATION = {"publisher": "The Nation", "title": "A", "document_id": "a", "attribution": None, "status": "actual"}
LOW = {**NATION, "span_text": "$667 million", "qualifier": "=", "low": 6.665e8, "high": 6.675e8}
HIGH = {**NATION, "document_id": "b", "span_text": "$920 million", "qualifier": "=", "low": 9.15e8, "high": 9.25e8}
PRINTED = "As printed, “$667 million” is 667.5 million USD at most, and “$920 million” 915 million USD at least."


FROM, PERIOD = "both from The Nation", "both for FY2022–23 (Jul–Jun)"


@pytest.mark.parametrize(
    ("observed", "low", "high", "shared"),
    [
        ({}, {}, {}, f"{FROM}, {PERIOD}"),
        ({}, {"publisher": "Dawn"}, {}, f"one from Dawn, the other from The Nation, {PERIOD}"),
        ({}, {"document_id": "b"}, {}, f"both in one text of The Nation, {PERIOD}"),
        ({}, {"attribution": "a minister"}, {}, f"{FROM}, {PERIOD}"),
        (
            {},
            {"attribution": "a minister"},
            {"attribution": "a minister"},
            f"{FROM}, both according to a minister, {PERIOD}",
        ),
        ({}, {"status": "estimate"}, {}, f"{FROM}, {PERIOD}, one as estimate, the other as actual"),
        (
            {"period_start": pd.NaT, "period_end": pd.NaT, "period_label": None},
            {},
            {},
            f"{FROM}, neither with a period",
        ),
    ],
)
def test_what_two_figures_share_that_cannot_both_be_right(
    observed: dict[str, Any], low: dict[str, Any], high: dict[str, Any], shared: str
) -> None:
    said = why_apart({**OBSERVATION, **observed}, [{**HIGH, **high}, {**LOW, **low}])
    assert said == f"They cannot both be right: {shared}. {PRINTED}"


def test_of_more_than_two_figures_the_lowest_and_the_highest_are_told_and_of_figures_that_agree_nothing() -> None:
    three = {**OBSERVATION, "sides": "=667000000;=800000000;=920000000"}
    assert why_apart(three, [LOW, HIGH]).startswith("The lowest and the highest cannot both be right: ")
    assert why_apart({**OBSERVATION, "agreement": "agree"}, [LOW, HIGH]) == ""


def test_hedges_count_as_worded() -> None:
    low = {**LOW, "span_text": "about 10%", "qualifier": "~", "low": 9.0, "high": 11.0}
    high = {**HIGH, "span_text": "over 12%", "qualifier": ">", "low": 12.0, "high": float("inf")}
    said = why_apart({**OBSERVATION, "unit": "percent"}, [low, high])
    assert said.endswith("As worded, “about 10%” is 11 percent at most, and “over 12%” 12 percent at least.")


def test_the_panel_says_why_sources_that_disagree_cannot_both_be_right(view: View, snapshot: Snapshot) -> None:
    observation = observation_of(view, "$920 million")
    assert (
        "They cannot both be right: one from Chamber Monthly, the other from The Ledger, both for FY2022–23 (Jul–Jun). "
        "As printed, “$666.85 million” is 666.855 million USD at most, and “$920 million” 915 million USD at least."
    ) in text_of(panel(observation, view.claims_of(observation), snapshot.text))
