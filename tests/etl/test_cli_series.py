"""The commands on series: what they show of a store, write and return, and what wrong names are told."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from etl.cli import app
from etl.series import CHECK_COLUMNS, OBSERVATION_COLUMNS, RELEASE_COLUMNS, REVISION_COLUMNS
from etl.store import load_series
from tests.sample_store import make_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_store(tmp_path_factory.mktemp("stores") / "store"))


def call(*arguments: str, store: str, width: int = 120) -> Result:
    return CliRunner().invoke(app, [*arguments, "--store", store], env={"COLUMNS": str(width)})


def lines(result: Result) -> list[str]:
    """What was printed, each run of spaces as one."""
    assert result.exit_code == 0, result.output
    return [" ".join(line.split()) for line in result.stdout.splitlines()]


def test_series_shows_each_period_with_its_interval_and_every_side(store: str) -> None:
    assert lines(call("series", "--metric", "trade_turnover", "--parties", "Pakistan,rus", store=store)) == [
        "Trade between Russia and Pakistan, USD",
        "period value from to unit sources agreement",
        "2017 ~500 450 550 million USD 1 single",
        "2018 700 695 705 million USD 1 single",
        "2023 1.02 1.015 1.025 billion USD 2 agree",
        "",
        "Trade between Russia and Pakistan, USD, fiscal year Jul–Jun",
        "period value from to unit sources agreement",
        "FY2021/22 388.5 388.45 388.55 million USD 1 single",
        "FY2022/23 666.85 666.845 925 million USD 2 conflict: 666.85 | 920",
        "",
        "Trade between Russia and Pakistan, USD, part of a year Jan–Oct",
        "period value from to unit sources agreement",
        "2018-01-01 to 2018-10-31 660 655 665 million USD 1 single",
        "",
        "Trade between Russia and Pakistan, USD, undated, forecast",
        "period value from to unit sources agreement",
        "undated 5 4.95 5.05 billion USD 1 single",
    ]


def test_series_without_a_filter_lists_what_there_is(store: str) -> None:
    assert lines(call("series", store=store))[:4] == [
        "series figures claims from to conflicts",
        "Trade between Russia and Pakistan, USD 3 4 2017 2023",
        "Trade between Russia and Pakistan, USD, fiscal year Jul–Jun 2 3 2021 2023 1",
        "Russia: exports to Pakistan of wheat, tonne 2 2 2022 2023",
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--rule", "most sources"], 666.85e6),
        (["--rule", "latest"], 666.85e6),
        (["--prefer", "The Ledger"], 920e6),
        (["--as-of", "2023-12-31"], 920e6),
    ],
    ids=str,
)
def test_the_figure_that_stands_is_chosen_by_options(store: str, options: list[str], expected: float) -> None:
    told = call("series", "--metric", "trade_turnover", "--frequency", "annual", "--json", *options, store=store)
    assert told.exit_code == 0, told.output
    figures = {row["period_label"]: row["value"] for row in json.loads(told.stdout)}
    assert figures["FY2022/23"] == expected


def test_series_go_out_as_csv_parquet_and_json(store: str, tmp_path: Path) -> None:
    observations, names = load_series(store), [column.name for column in OBSERVATION_COLUMNS]
    table = pd.read_csv(io.StringIO(call("series", "--csv", "-", store=store).stdout))
    assert (table.columns.tolist(), len(table)) == (names, len(observations))
    written = call("series", "--parquet", str(tmp_path / "o.parquet"), store=store)
    assert (written.stdout, written.stderr) == (
        "",
        f"{len(observations)} observations written to {tmp_path}/o.parquet\n",
    )
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "o.parquet"), observations, check_dtype=False)
    rows = json.loads(call("series", "--json", store=store).stdout)
    assert [row["last_published"] for row in rows] == [
        None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in observations["last_published"]
    ]


MADE = {
    "a transform": (
        ["--metric", "exports", "--product", "wheat", "--transform", "growth"],
        [
            "2022 – percent 1 single no figure for 2021",
            "2023 >=-25 -28 … percent 1 single 100 × value(2023) / value(2022) − 100",
        ],
    ),
    "a base": (
        ["--metric", "exports", "--product", "wheat", "--transform", "index", "--base", "2022"],
        [
            "2022 100 100 100 index 1 single 100 × value(2022) / value(2022)",
            "2023 >=75 72 … index 1 single 100 × value(2023) / value(2022)",
        ],
    ),
    "a unit": (
        ["--metric", "exports", "--product", "wheat", "--unit", "Mt"],
        ["2022 1.2 1.15 1.25 Mt 1 single 1 Mt = 1,000,000 tonne", "2023 >0.9 0.9 … Mt 1 single 1 Mt = 1,000,000 tonne"],
    ),
    "a factor": (
        ["--metric", "exports", "--product", "wheat", "--unit", "bushel", "--using", "36.7 bushel = 1 tonne"],
        [
            "2022 44.04 42.205 45.875 million bushel 1 single 1 tonne = 36.7 bushel, with 36.7 bushel = 1 tonne",
            "2023 >33.03 33.03 … million bushel 1 single 1 tonne = 36.7 bushel, with 36.7 bushel = 1 tonne",
        ],
    ),
    "rates": (
        ["--metric", "price", "--currency", "PKR", "--rates", "RATES"],
        ["2023 104,160 104,020 104,300 PKR/tonne 1 single 1 USD = 280 PKR, annual average of 2023, A bank"],
    ),
    "prices": (
        ["--metric", "price", "--prices-of", "2020", "--price-index", "INDEX"],
        ["2023 297.6 297.2 298 USD/tonne 1 single prices of 2020: × 0.8 = 100 / 125, annual average of 2023, Us"],
    ),
}


@pytest.mark.parametrize(("options", "expected"), MADE.values(), ids=MADE)
def test_what_is_asked_of_the_figures_is_done_and_said(
    store: str, tmp_path: Path, options: list[str], expected: list[str]
) -> None:
    files = {"RATES": tmp_path / "rates.csv", "INDEX": tmp_path / "index.csv"}
    files["RATES"].write_text("currency,per,rate,period,kind,source\nPKR,USD,280,2023,average,A bank\n")
    files["INDEX"].write_text("currency,index,period,source\nUSD,100,2020,Us\nUSD,125,2023,Us\n")
    told = [str(files.get(option, option)) for option in options]
    assert lines(call("series", *told, store=store, width=200))[2:] == expected


LONELY = {"--rates": "--currency", "--at": "--currency", "--price-index": "--prices-of", "--using": "--unit"}
LONELY |= {"--base": "--transform", "--whole": "--transform"}


@pytest.mark.parametrize(("option", "needed"), LONELY.items())
def test_an_option_without_the_one_it_belongs_to_is_wrong_use(store: str, option: str, needed: str) -> None:
    result = call("series", option, "2020", store=store)
    assert result.exit_code == 2
    assert f"Invalid value for {option}: it belongs to {needed}, which is not there" in result.stderr


def test_a_filter_that_nothing_meets_is_no_failure(store: str) -> None:
    assert lines(call("series", "--metric", "remittances", store=store)) == [
        "No figure of the store matches; trade-figures series lists what it has."
    ]


CONFLICT = [
    "contradicts · One figure · Trade between Russia and Pakistan: FY2022/23",
    "666.85 million against 920 million USD",
    "Chamber Monthly, 2024-03-07; The Ledger, 2023-10-13",
]


def test_checks_show_what_does_not_add_up_and_count_what_holds(store: str) -> None:
    shown = lines(call("checks", "--rule", "conflict", store=store))
    assert shown == [*CONFLICT, "1 check holds: --verdict holds lists them"]


@pytest.mark.parametrize(
    ("options", "code"),
    [([], 0), (["--fail"], 1), (["--fail", "--verdict", "holds"], 0), (["--fail", "--metric", "exports"], 0)],
    ids=str,
)
def test_a_contradiction_is_a_failure_only_when_asked(store: str, options: list[str], code: int) -> None:
    assert call("checks", *options, store=store).exit_code == code


def test_checks_go_out_whole_as_csv_and_json(store: str) -> None:
    verdicts = ["contradicts", "holds"]
    table = pd.read_csv(io.StringIO(call("checks", "--rule", "conflict", "--csv", "-", store=store).stdout))
    assert table.columns.tolist() == [column.name for column in CHECK_COLUMNS]
    assert table["verdict"].tolist() == verdicts
    told = json.loads(call("checks", "--rule", "conflict", "--json", store=store).stdout)
    assert [row["verdict"] for row in told] == verdicts


def test_revisions_show_what_was_said_of_a_period_when_and_by_whom(store: str) -> None:
    assert lines(call("revisions", "--metric", "Trade turnover", "--period", "FY2022/23", store=store)) == [
        "Trade between Russia and Pakistan: FY2022/23",
        "published publisher figure unit status before",
        "2023-10-13 The Ledger 920 million USD actual first",
        "2024-03-07 Chamber Monthly 666.85 million USD actual disputed 920",
    ]


def test_releases_set_the_first_figure_against_the_latest(store: str) -> None:
    assert lines(call("revisions", "--releases", "--metric", "trade_turnover", store=store)) == [
        "Trade between Russia and Pakistan",
        "period first on latest on unit change revised disputed",
        "FY2022/23 920 2023-10-13 666.85 2024-03-07 million USD -253.15 1",
        "2023 1 2024-09-19 1.02 2024-10-02 billion USD agree",
        "",
        "4 more observations have one dated figure: --csv - lists them",
    ]


def test_revisions_and_releases_go_out_as_csv(store: str) -> None:
    for options, columns in (([], REVISION_COLUMNS), (["--releases"], RELEASE_COLUMNS)):
        table = pd.read_csv(io.StringIO(call("revisions", *options, "--csv", "-", store=store).stdout))
        assert table.columns.tolist() == [column.name for column in columns]


LISTS = "trade-figures series lists what the store has"
UNKNOWN = {
    "a metric": (["--metric", "trade turnovr"], "'trade turnovr' is no metric we know; did you mean trade_turnover"),
    "a country": (["--parties", "PAK,Rusia"], "'Rusia' is no country or bloc we know; did you mean RUS"),
    "a product": (["--product", "xyzzy"], f"'xyzzy' is no product we know; {LISTS}"),
    "a status": (["--status", "hope"], "'hope' is no status; choose one of: actual, estimate, target, forecast,"),
    "a rule": (["--rule", "best"], "'best' is no rule; choose one of: most sources, latest published, most precise"),
    "a frequency": (["--frequency", "yearly"], "'yearly' is no frequency of a series; they are annual, half-yearly"),
    "a day": (["--as-of", "2024-13-01"], "as_of must be a day as YYYY-MM-DD"),
}


def test_a_rule_or_verdict_that_is_none_is_told_the_others(store: str) -> None:
    for options, message in (
        (["--rule", "sums"], "'sums' is no rule; choose one of: conflict"),
        (["--verdict", "wrong"], "'wrong' is no verdict; choose one of: contradicts, implausible, holds"),
    ):
        result = call("checks", *options, store=store)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"error: {message}")


@pytest.mark.parametrize(("options", "message"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_wrong_name_is_told_its_neighbours(store: str, options: list[str], message: str) -> None:
    result = call("series", *options, store=store)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {message}")
