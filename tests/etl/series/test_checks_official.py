"""Claims beside official statistics → checks: every figure stated of an observation against what a dataset has."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from etl.model import Period, Status
from etl.series.checks import check
from etl.store import add_reference, load_checks
from tests.sample_store import make_store
from tests.samples import fiscal, state, year

TOLD = "of Trade by partner (Statistics Office)"


def official(value: float, period: Period, status: Status = "actual") -> pd.DataFrame:
    """An official figure as a claim of its dataset."""
    figure = state(f"{value:.0f}", value, period, status=status, publisher="Statistics Office")
    return figure.assign(document_id="d" * 16, title="Trade by partner")


AGAINST = [
    pytest.param(
        [state("$1.81 billion", 1.81e9, year(2023))],
        official(1_810_345_678.0, year(2023)),
        [("holds", f"1.81 billion USD against 1.810345678 billion USD {TOLD}")],
        id="rounded",
    ),
    pytest.param(
        [state("$1.9 billion", 1.9e9, year(2023)), state("$1.9bn", 1.9e9, year(2023), publisher="B")],
        official(1_810_345_678.0, year(2023)),
        [("contradicts", f"1.9 billion USD against 1.810345678 billion USD {TOLD}")],
        id="a figure of two claims, once",
    ),
    pytest.param(
        [state("$1.9 billion", 1.9e9, year(2023)), state("$1.8 billion", 1.8e9, year(2023), publisher="B")],
        official(1_810_345_678.0, year(2023)),
        [
            ("contradicts", f"1.9 billion USD against 1.810345678 billion USD {TOLD}"),
            ("holds", f"1.8 billion USD against 1.810345678 billion USD {TOLD}"),
        ],
        id="each side of a conflict",
    ),
    pytest.param([state("$1.9 billion", 1.9e9, year(2022))], official(1.8e9, year(2023)), [], id="another year"),
    pytest.param([state("$1.9 billion", 1.9e9, fiscal(2023))], official(1.8e9, year(2023)), [], id="another calendar"),
    pytest.param(
        [state("$1.9 billion", 1.9e9, year(2023), status="forecast")],
        official(1.8e9, year(2023), "forecast"),
        [],
        id="forecasts are no statistics",
    ),
]


@pytest.mark.parametrize(("claims", "figure", "expected"), AGAINST)
def test_claims_are_set_against_official_figures(
    claims: list[pd.DataFrame], figure: pd.DataFrame, expected: list[tuple[str, str]]
) -> None:
    checks = check(pd.concat(claims, ignore_index=True), official=figure)
    against = checks[checks["rule"] == "official"]
    assert list(zip(against["verdict"], against["formula"], strict=True)) == expected
    assert (against["right_claims"] == figure["claim_id"].iloc[0]).all()


def test_official_figures_are_not_set_against_each_other() -> None:
    figures = pd.concat([official(1.8e9, year(2023)), official(2.9e9, year(2023))])
    assert check(state("$1.81 billion", 1.81e9, year(2022)), official=figures).empty


def test_a_store_sets_its_claims_against_its_official_figures(tmp_path: Path) -> None:
    store = make_store(tmp_path)
    statistics = tmp_path / "trade.csv"
    statistics.write_text("metric,parties,unit,period,value\ntrade_turnover,PAK;RUS,USD,2023,1240345678\n")
    add_reference(statistics, store, dataset="Trade by partner", publisher="Statistics Office")
    checks = load_checks(store).query("rule == 'official'")
    told = set(zip(checks["verdict"], checks["scope"], checks["formula"], strict=True))
    assert ("contradicts", "sources", f"1 billion USD against 1.240345678 billion USD {TOLD}") in told
