"""A text, its date and its country → the periods it names; the table is `tests/cases/periods.jsonl`, compared whole."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from etl.errors import DayError
from etl.model import Period
from etl.resolve.periods import LabelError, expand_label, find_periods, fiscal_year_start, label_of, shift_years

ROOT = Path(__file__).parents[3]


def read_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


FLOORS = json.loads((ROOT / "tests/gold_floors.json").read_text(encoding="utf-8"))["periods"]
CASES = read_rows(ROOT / "tests/cases/periods.jsonl")
EVAL = ROOT.parent / "shared" / "eval"
# What a period has unless its row says otherwise.
USUAL: dict[str, Any] = {
    "calendar": "gregorian",
    "fiscal_year_start": None,
    "bound": "closed",
    "approx": False,
    "basis": "explicit",
    "alternatives": [],
}


def day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def as_row(period: Period) -> dict[str, Any]:
    """A period as the table writes it: dates as text, its place given by its words."""
    fields = json.loads(json.dumps(asdict(period), default=str))
    return {name: value for name, value in fields.items() if not name.startswith("span_")}


@pytest.mark.parametrize("case", CASES, ids=[f"{number} {case['rule']}" for number, case in enumerate(CASES, 1)])
def test_text_gives_exactly_these_periods(case: dict[str, Any]) -> None:
    found = find_periods(case["text"], day(case["published"]), country=case.get("country"))
    assert [as_row(period) for period in found] == [USUAL | row for row in case["periods"]]


@pytest.mark.parametrize(
    "published",
    [
        dt.date(2020, 1, 2),
        dt.datetime(2020, 1, 2, 23, 59, tzinfo=dt.UTC),
        pd.Timestamp("2020-01-02 23:59", tz="Asia/Karachi"),
        "2020-01-02",
        "2020-01-02T00:30:00+05:00",
    ],
)
def test_day_of_publication_may_be_written_in_any_usual_way(published: dt.date | str) -> None:
    [period] = find_periods("Trade grew last year.", published)
    assert period.label == "2019"


@pytest.mark.parametrize("published", [None, pd.NaT, float("nan"), pd.NA])
def test_unknown_day_of_publication_leaves_relative_periods_without_dates(published: object) -> None:
    found = find_periods("Trade grew last year, in December and in 2017.", published)  # type: ignore[arg-type]
    assert [period.label for period in found] == [None, None, "2017"]


@pytest.mark.parametrize("published", ["", "yesterday", "2020-13-01", 2020])
def test_what_is_no_day_is_refused_by_name(published: object) -> None:
    with pytest.raises(DayError, match="published must be a day as YYYY-MM-DD"):
        find_periods("Trade grew last year.", published)  # type: ignore[arg-type]


@pytest.mark.parametrize("published", [dt.date.min, dt.date(9999, 1, 1), dt.date.max])
def test_periods_beyond_the_calendar_have_no_dates(published: dt.date) -> None:
    text = (
        "Last year, next year, the past five years, two years ago, in two years, next month, the next decade, in 2017."
    )
    found = find_periods(text, published)
    assert len(found) == 8
    assert found[-1].label == "2017"


@pytest.mark.parametrize(
    ("text", "country", "years", "expected"),
    [
        ("in June 2017", None, -1, ("2016-06-01", "2016-06-30", "2016-06")),
        ("in February 2017", None, 3, ("2020-02-01", "2020-02-29", "2020-02")),
        ("in FY18", "PAK", -1, ("2016-07-01", "2017-06-30", "FY2016/17")),
        ("from January to September 2017", None, -2, ("2015-01-01", "2015-09-30", "2015-01-01/P9M")),
        ("on 29 February 2020", None, -1, ("2019-02-28", "2019-02-28", "2019-02-28")),
        ("since 2015", None, -1, ("2015-01-01", "None", "2015/..")),
    ],
)
def test_shifted_period_keeps_its_length(text: str, country: str | None, years: int, expected: tuple[str, ...]) -> None:
    [period] = find_periods(text, country=country)
    moved = shift_years(period, years)
    assert (str(moved.start), str(moved.end), moved.label) == expected


@pytest.mark.parametrize(
    ("start", "end", "fiscal", "label"),
    [
        ("2017-01-01", "2017-12-31", None, "2017"),
        ("2017-06-01", "2017-06-30", None, "2017-06"),
        ("2017-07-01", "2017-09-30", None, "2017-Q3"),
        ("2017-01-01", "2017-06-30", None, "2017-S1"),
        ("2017-06-30", "2017-06-30", None, "2017-06-30"),
        ("1990-01-01", "1999-12-31", None, "199X"),
        ("2017-01-01", "2017-09-30", None, "2017-01-01/P9M"),
        ("2013-01-01", "2018-12-31", None, "2013-01-01/P6Y"),
        ("2016-07-01", "2017-06-30", None, "2016-07-01/P1Y"),
        ("2016-07-01", "2017-06-30", "--07-01", "FY2016/17"),
        ("2016-07-01", "2016-09-30", "--07-01", "FY2016/17-Q1"),
        ("2017-01-01", "2017-06-30", "--07-01", "FY2016/17-S2"),
        ("2016-07-01", "2017-02-28", "--07-01", "2016-07-01/P8M"),
        ("2017-01-12", "2017-01-22", None, "2017-01-12/2017-01-22"),
        ("2015-01-01", None, None, "2015/.."),
        ("2015-03-01", None, None, "2015-03/.."),
        (None, "2030-12-31", None, "../2030"),
        (None, "2019-06-30", None, "../2019-06"),
        (None, "2018-02-19", None, "../2018-02-19"),
    ],
)
def test_label_names_the_dates_and_gives_them_back(
    start: str | None, end: str | None, fiscal: str | None, label: str
) -> None:
    dates = day(start), day(end)
    assert label_of(*dates, fiscal_year_start=fiscal) == label
    assert expand_label(label, fiscal_year_start=fiscal) == dates


def test_unknown_dates_have_no_label() -> None:
    assert label_of(None, None) is None


@pytest.mark.parametrize("label", ["2017-13", "2017Q3", "FY2016/17", "FY17", "", "../.."])
def test_text_that_is_no_label_is_refused(label: str) -> None:
    with pytest.raises(LabelError, match="no period label"):
        expand_label(label)


@pytest.mark.parametrize(
    ("country", "start"), [("PAK", (7, 1)), ("USA", (10, 1)), ("NPL", (7, 17)), ("RUS", (1, 1)), ("XXX", None)]
)
def test_fiscal_year_starts_as_the_table_says(country: str, start: tuple[int, int] | None) -> None:
    assert fiscal_year_start(country) == start


@pytest.mark.skipif(not EVAL.is_dir(), reason="the shared evaluation folder is not beside this repository")
def test_external_expressions_keep_their_floor() -> None:
    """F1 of exact start and end on expressions written for another parser, and no period where there is none."""
    scorer = load_scorer()
    gold, negatives = (read_rows(EVAL / name) for name in ("periods_dev.jsonl", "negatives_dev.jsonl"))
    measured = scorer.score(gold, [predicted(row) for row in [*gold, *negatives]], negatives)
    assert measured["det_F1"] >= FLOORS["detection"], measured
    assert measured["e2e_F1"] >= FLOORS["both_days"], measured
    assert measured["neg_fp"] <= FLOORS["false"], measured


def load_scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_periods", EVAL / "score_periods.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def predicted(row: dict[str, Any]) -> dict[str, Any]:
    found = find_periods(row["text"], day(row["reference_date"]))
    spans = [
        {
            "span": [period.span_start, period.span_end],
            "start": period.start and period.start.isoformat(),
            "end": period.end and period.end.isoformat(),
        }
        for period in found
    ]
    return {"id": row["id"], "predictions": spans}
