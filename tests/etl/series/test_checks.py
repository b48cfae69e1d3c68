"""Claims → checks: the framework of the table, and the rule that one observation has one figure."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.frame import empty_frame
from etl.series import CHECK_COLUMNS, CHECK_RULES, check
from etl.store import load_checks
from tests.sample_store import make_store
from tests.samples import fiscal, months, state, year

MAY, JUNE = dt.date(2024, 5, 1), dt.date(2024, 6, 1)


def told(checks: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The cells of some columns, a missing one as None."""
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in checks[list(columns)].to_numpy(object)]


ONE_FIGURE = [
    pytest.param(
        [state("$920 million", 9.2e8, fiscal(2022)), state("$666.85 million", 6.6685e8, fiscal(2022), publisher="B")],
        [("contradicts", "sources", "666.85 million against 920 million USD", 248_145_000.0, 5_005_000)],
        id="two totals of one year",
    ),
    pytest.param(
        [state("$1 billion", 1e9, year(2023)), state("$1.02 billion", 1.02e9, year(2023))],
        [("holds", "sources", "1 billion against 1.02 billion USD", 0, 5.5e7)],
        id="rounding reconciles figures that differ in print",
    ),
    pytest.param(
        [state("$1 billion", 1e9, year(2023)), state("$1bn", 1e9, year(2023))], [], id="nothing to say of equal figures"
    ),
    pytest.param(
        [state("$700 million", 7e8, year(2023)), state("$1 billion", 1e9, year(2023), qualifier=">")],
        [("contradicts", "sources", "700 million against over 1 billion USD", 2.95e8, float("nan"))],
        id="a bound contradicts what it shuts out, without a tolerance",
    ),
    pytest.param(
        [
            state("$700 million", 7e8, year(2023)),
            state("$701 million", 7.01e8, year(2023)),
            state("$800 million", 8e8, year(2023), qualifier="~"),
        ],
        [("contradicts", "sources", "701 million against about 800 million USD", 1.85e7, 8.05e7)],
        id="those whose ends are furthest apart, once",
    ),
    pytest.param(
        [state("$700 million", 7e8), state("$900 million", 9e8)], [], id="figures without a period are not compared"
    ),
    pytest.param(
        [state("$700 million", 7e8, year(2023)), state("$900 million", 9e8, fiscal(2023))],
        [],
        id="nor those of two years",
    ),
]


@pytest.mark.parametrize(("claims", "expected"), ONE_FIGURE)
def test_one_observation_has_one_figure(claims: list[pd.DataFrame], expected: list[tuple[Any, ...]]) -> None:
    checks = check(pd.concat(claims))
    checks = checks[checks["rule"] == "conflict"]
    assert told(checks, "verdict", "scope", "formula") == [row[:3] for row in expected]
    assert checks["gap"].tolist() == pytest.approx([row[3] for row in expected])
    assert checks["tolerance"].tolist() == pytest.approx([row[4] for row in expected], nan_ok=True)


def test_every_claim_of_a_conflict_is_on_one_of_its_sides() -> None:
    said = [
        state("$700 million", 7e8, year(2023), published=JUNE),
        state("$702 million", 7.02e8, year(2023), published=MAY),
        state("$800 million", 8e8, year(2023)),
        state("$0.7 billion", 7e8, year(2023), published=JUNE),
    ]
    [row] = check(pd.concat(said)).to_dict("records")
    first, second, third, fourth = (frame["claim_id"].item() for frame in said)
    assert set(row["left_claims"].split(";")) == {first, second, fourth}
    assert row["right_claims"] == third
    assert len(set(row["document_ids"].split(";"))) == 4
    assert (row["first_published"], row["last_published"]) == (pd.Timestamp(MAY), pd.Timestamp(JUNE))


def test_a_document_that_gives_two_figures_is_named_once_and_not_accused() -> None:
    both = pd.concat([state("$700 million", 7e8, year(2023)), state("$900 million", 9e8, year(2023))])
    both["document_id"] = both["document_id"].iloc[0]
    assert told(check(both), "verdict", "scope") == [("implausible", "document")]


def test_the_table_keeps_its_columns_whatever_is_checked() -> None:
    for checks in (check(empty_frame()), check(state("$1 billion", 1e9, months(2023, 1, 6)))):
        assert list(checks.columns) == [column.name for column in CHECK_COLUMNS]
        assert checks.empty


def test_every_rule_has_a_name_of_its_own() -> None:
    assert len({rule.name for rule in CHECK_RULES}) == len(CHECK_RULES)


def test_the_checks_of_a_store_are_chosen_by_what_is_checked(tmp_path: Path) -> None:
    make_store(tmp_path)
    found = load_checks(tmp_path)
    assert "666.85 million against 920 million USD" in set(found["formula"])
    for parties in ("PAK;RUS", ["RUS", "PAK"]):
        pd.testing.assert_frame_equal(load_checks(tmp_path, metric="trade_turnover", parties=parties), found)
    assert load_checks(tmp_path, as_of="2024-01-01").empty
    assert load_checks(tmp_path, product="wheat").empty
