"""A period as a person types it → its days, and the rows that speak of it."""

from __future__ import annotations

import pandas as pd
import pytest

from etl.errors import DayError
from etl.series import observe
from etl.series.periods import in_period, read_period
from tests.samples import fiscal, months, state, year

PERIODS = [
    ("2024", "2024-01-01", "2024-12-31"),
    ("2024-02", "2024-02-01", "2024-02-29"),
    ("2024-02-29", "2024-02-29", "2024-02-29"),
    ("2023-Q4", "2023-10-01", "2023-12-31"),
    ("2023Q1", "2023-01-01", "2023-03-31"),
    ("2023-S2", "2023-07-01", "2023-12-31"),
    ("2023-H1", "2023-01-01", "2023-06-30"),
    ("2022-07-01/2023-06-30", "2022-07-01", "2023-06-30"),
    ("2022-07/2023-06", "2022-07-01", "2023-06-30"),
    ("2015/2017", "2015-01-01", "2017-12-31"),
    ("2018-01-01/P10M", "2018-01-01", "2018-10-31"),
    ("2015/P3Y", "2015-01-01", "2017-12-31"),
]


@pytest.mark.parametrize(("text", "start", "end"), PERIODS)
def test_a_period_has_a_first_and_a_last_day(text: str, start: str, end: str) -> None:
    assert read_period(text) == (pd.Timestamp(start), pd.Timestamp(end))


@pytest.mark.parametrize(
    "text", ["", "23", "last year", "2023-13", "2023-02-30", "2023-Q5", "2023-S3", "2023/", "0000", "2023-07-01/P1D"]
)
def test_what_is_no_period_is_refused_with_the_forms_it_may_have(text: str) -> None:
    with pytest.raises(DayError, match="2023-Q3"):
        read_period(text)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(DayError, match="ends before it begins"):
        read_period("2023/2022")


CHOSEN = [
    ("2022", ["2022", "2022-07-01/P3M"]),
    ("2022/2023", ["2022", "2022-07-01/P3M", "FY2022/23"]),
    ("2022-Q3", ["2022-07-01/P3M"]),
    ("FY2022/23", ["FY2022/23"]),
    ("2022-07-01/2023-06-30", ["2022-07-01/P3M", "FY2022/23"]),
    ("2021", []),
]


@pytest.mark.parametrize(("period", "expected"), CHOSEN)
def test_rows_of_a_period_lie_in_it_as_a_whole_or_bear_its_label(period: str, expected: list[str]) -> None:
    periods = [year(2022), fiscal(2022), months(2022, 7, 9), None]
    rows = observe(pd.concat([state("$1", 1.0, spoken_of) for spoken_of in periods]))
    assert sorted(rows["period_label"][in_period(rows, period)]) == expected
