"""Money in another currency or in the prices of another year: at a dated rate, said in words, or refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from etl.errors import DayError, DimensionError, RateError, UnitError
from etl.model import Period
from etl.series import convert, ecb_rates, in_currency, in_prices_of, observe, read_index, read_rates
from tests.samples import day, fiscal, months, state, year

YEAR_2020, END_OF_2020 = 1.1422, 1.2271
OPEN = "a period without both ends has no rate"
HINT = "give a file of rates, or say at which day's rate"


def one(period: Period | None, unit: str = "USD", **said: Any) -> pd.DataFrame:  # noqa: ANN401  whatever `state` takes
    """The observation of one claim of 1,000."""
    return observe(state("1,000", 1000.0, period, unit=unit, **said))


def only(observations: pd.DataFrame) -> dict[str, Any]:
    [row] = observations.to_dict("records")
    return {str(name): None if value is pd.NA or value != value else value for name, value in row.items()}  # noqa: PLR0124  NaN


@pytest.mark.parametrize(
    ("period", "said", "value", "words"),
    [
        (year(2020), {}, 1000 / YEAR_2020, "average of 257 daily rates of 2020"),
        (fiscal(2019), {}, 1000 / 1.10586, "average of 256 daily rates of 2019-07-01 to 2020-06-30"),
        (year(2020), {"metric": "price", "kind": "price"}, 1000 / YEAR_2020, "average of 257 daily rates of 2020"),
        (year(2020), {"metric": "reserves"}, 1000 / END_OF_2020, "rate of 2020-12-31"),
        (months(2020, 1, 5), {"metric": "debt"}, 1000 / 1.1136, "rate of 2020-05-29"),
        (day(2020, 5, 31), {}, 1000 / 1.1136, "rate of 2020-05-29"),
    ],
)
def test_a_flow_has_the_average_of_its_period_and_a_stock_the_rate_of_its_end(
    period: Period, said: dict[str, Any], value: float, words: str
) -> None:
    row = only(in_currency(one(period, **said), "EUR"))
    assert row["value"] == pytest.approx(value, rel=1e-4)
    assert (row["unit"], row["dimension"], row["refused"]) == ("EUR", "currency:EUR", None)
    assert row["rate"] == row["value"] / 1000
    assert f"{words}, European Central Bank reference rates to " in row["conversion"]
    assert row["conversion"].startswith("1 USD = 0.")


@pytest.mark.parametrize(
    ("period", "unit", "said", "reason"),
    [
        (year(2022), "RUB", {}, f"no rate of RUB after 2022-03-01; {HINT}"),
        (year(2019), "PKR", {}, f"no rate of PKR; {HINT}"),
        (year(2040), "USD", {"status": "target"}, "no rate of USD after "),
        (year(1998), "USD", {}, f"no rate of USD before 1999-01-04; {HINT}"),
        (None, "USD", {}, OPEN),
        (
            year(2020),
            "USD",
            {"kind": "change_abs"},
            "a change between two periods has no one rate; take the difference",
        ),
        (year(2020), "percent", {"kind": "share"}, "'percent' (percent) is no amount of money"),
        (year(2020), "tonne", {}, "'tonne' (mass) is no amount of money"),
        (year(2020), "PKR/USD", {"metric": "exchange_rate"}, "'PKR/USD' (price:PKR/USD) is no amount of money"),
    ],
)
def test_what_has_no_rate_stays_without_figures_and_says_why(
    period: Period | None, unit: str, said: dict[str, Any], reason: str
) -> None:
    observed = pd.concat([one(period, unit, **said), one(year(2021), "EUR", metric="imports")])
    refused, kept = in_currency(observed, "EUR").to_dict("records")
    assert refused["refused"].startswith(reason)
    assert refused["unit"] == unit
    assert all(np.isnan(refused[name]) for name in ("value", "value_upper", "low", "high", "rate"))
    assert pd.isna(refused["conversion"])
    assert (kept["value"], kept["unit"]) == (1000, "EUR")
    assert pd.isna(kept["conversion"])
    assert pd.isna(kept["refused"])


def test_roubles_of_2021_have_a_rate() -> None:
    row = only(in_currency(one(year(2021), "RUB"), "USD"))
    assert row["value"] == pytest.approx(1000 / 87.1527 * 1.18274, rel=1e-5)
    assert "1 EUR = 87.1527 RUB" in row["conversion"]
    assert "1 EUR = 1.18274 USD" in row["conversion"]


def test_rupees_need_a_file(tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("currency,per,rate,period,kind,source\nPKR,USD,150,2019,average,State Bank\n", encoding="utf-8")
    row = only(in_currency(one(year(2019), "PKR"), "USD", rates=read_rates(file)))
    assert row["value"] == pytest.approx(1000 / 150)
    assert row["conversion"] == "1 PKR = 0.00666667 USD: 1 USD = 150 PKR, annual average of 2019, State Bank"


def test_a_price_a_tonne_stays_a_price_a_tonne_and_millions_stay_millions() -> None:
    price = only(in_currency(one(year(2020), "USD/tonne", metric="price", kind="price"), "EUR"))
    assert (price["unit"], price["dimension"]) == ("EUR/tonne", "price:EUR/mass")
    assert price["value"] == pytest.approx(1000 / YEAR_2020, rel=1e-4)
    million = only(in_currency(convert(one(year(2020)), "million USD"), "euros"))
    assert (million["unit"], million["dimension"]) == ("million EUR", "currency:EUR")
    assert million["value"] == pytest.approx(1e-3 / YEAR_2020, rel=1e-4)
    assert million["conversion"].startswith("1 million USD = 1,000,000 USD; 1 USD = 0.8755")
    assert million["series_title"].endswith(", million EUR")


def test_bounds_and_the_sides_of_a_conflict_are_carried_along() -> None:
    claims = [
        state("$2,000", 2000.0, year(2020), qualifier=">", publisher="A"),
        state("$900 to $1,000", 900.0, year(2020), value_upper=1000.0, publisher="B"),
    ]
    row = only(in_currency(observe(pd.concat(claims)), "EUR"))
    rate = row["rate"]
    assert (row["agreement"], row["high"]) == ("conflict", None)
    assert (row["value"], row["value_upper"]) == (900 * rate, 1000 * rate)
    assert row["low"] < 900 * rate
    assert row["sides"] == f"={900 * rate:.12g}..{1000 * rate:.12g};>{2000 * rate:.12g}"


@pytest.mark.parametrize("at", ["2020-12-31", dt.date(2020, 12, 31)])
def test_the_rate_of_one_day_can_be_asked_for(at: dt.date | str) -> None:
    rows = [
        one(year(2040), status="target"),
        one(None, metric="imports"),
        one(year(2019), kind="change_abs", metric="exports"),
    ]
    result = in_currency(pd.concat(rows), "EUR", at=at)
    assert list(result["value"]) == pytest.approx([1000 / END_OF_2020] * 3, rel=1e-4)
    assert result["conversion"].str.contains("rate of 2020-12-31, ").all()


def test_the_latest_rate_says_its_day() -> None:
    observed = pd.concat([one(year(2040), "RUB"), one(year(2040), "PKR", metric="imports")])
    roubles, rupees = in_currency(observed, "EUR", at="latest").to_dict("records")
    assert ", rate of 2022-03-01, " in roubles["conversion"]
    assert rupees["refused"] == f"no rate of PKR; {HINT}"


def test_a_call_that_makes_no_sense_is_named() -> None:
    with pytest.raises(UnitError, match="no unit 'doubloons'"):
        in_currency(one(year(2020)), "doubloons")
    with pytest.raises(UnitError, match="'tonne' is no currency"):
        in_currency(one(year(2020)), "tonne")
    with pytest.raises(DayError, match="at must be a day"):
        in_currency(one(year(2020)), "EUR", at="soon")
    with pytest.raises(DimensionError, match="no figure is an amount of money: they are tonne"):
        in_currency(one(year(2020), "tonne"), "EUR")


@pytest.mark.parametrize("to", ["EUR", "GBP", "CNY"])
@pytest.mark.parametrize("period", [year(2020), fiscal(2020), months(2021, 4, 9), day(2021, 5, 1)])
def test_there_and_back_is_the_identity_and_twice_is_once(period: Period, to: str) -> None:
    figures = ["value", "low", "high", "unit", "dimension", "series_title"]
    observed = one(period)
    there = in_currency(observed, to)
    pd.testing.assert_frame_equal(in_currency(there, "USD")[figures], observed[figures])
    pd.testing.assert_frame_equal(in_currency(there, to), there)


def test_the_order_of_observations_changes_nothing() -> None:
    observed = pd.concat(
        [one(year(number), metric=metric) for number in (1998, 2015, 2020) for metric in ("exports", "debt")]
    )
    observed = observed.reset_index(drop=True)
    back = in_currency(observed[::-1], "EUR", rates=ecb_rates())
    pd.testing.assert_frame_equal(back[::-1], in_currency(observed, "EUR"))


@pytest.mark.parametrize(
    ("period", "value", "words"),
    [
        (year(2019), 258.811 / 255.657, "annual average of 2019"),
        (fiscal(2019), 258.811 / 257.2236, "average of 12 monthly values of 2019-07-01 to 2020-06-30"),
        (months(2019, 3, 3), 258.811 / 254.202, "monthly average of 2019-03"),
        (day(2019, 3, 9), 258.811 / 254.202, "monthly average of 2019-03"),
        (year(2020), 1, "annual average of 2020"),
    ],
)
def test_dollars_of_another_year(period: Period, value: float, words: str) -> None:
    row = only(in_prices_of(one(period), 2020))
    assert row["value"] == pytest.approx(1000 * value, rel=1e-4)
    assert (row["unit"], row["prices_of"]) == ("USD", 2020)
    assert row["conversion"].startswith("prices of 2020: × ")
    assert f", {words}, US consumer prices (CPI-U, Bureau of Labor Statistics)" in row["conversion"]
    assert row["series_title"].endswith(", prices of 2020")


@pytest.mark.parametrize(
    ("period", "unit", "said", "reason"),
    [
        (year(2020), "PKR", {}, "the price index is of USD, not of PKR"),
        (year(2020), "tonne", {}, "'tonne' (mass) is no amount of money"),
        (
            year(2040),
            "USD",
            {"status": "target"},
            "no value of the price index of USD after 2025-12-31; give a price index",
        ),
        (fiscal(2025), "USD", {}, "no value of the price index of USD after 2025-12-31"),
        (months(2025, 9, 11), "USD", {}, "no value of the price index of USD that covers 2025-09-01 to 2025-11-30"),
        (None, "USD", {}, "a period without both ends has no price index"),
        (year(2020), "USD", {"kind": "change_abs"}, "a change between two periods has no one price index"),
    ],
)
def test_what_has_no_price_index_says_why(period: Period | None, unit: str, said: dict[str, Any], reason: str) -> None:
    observed = pd.concat([one(period, unit, **said), one(year(2019), metric="imports")])
    refused, kept = in_prices_of(observed, 2020).to_dict("records")
    assert refused["refused"].startswith(reason)
    assert np.isnan(refused["value"])
    assert pd.isna(refused["prices_of"])
    assert kept["prices_of"] == 2020


def test_prices_of_a_year_go_on_from_prices_of_another() -> None:
    observed = one(year(2019))
    through = in_prices_of(in_prices_of(observed, 2020), 2015)
    assert list(through["value"]) == pytest.approx(list(in_prices_of(observed, 2015)["value"]))
    twice = in_prices_of(in_prices_of(observed, 2020), 2020)
    pd.testing.assert_frame_equal(twice, in_prices_of(observed, 2020))


def test_figures_in_prices_of_a_year_change_currency_at_the_rate_of_that_year() -> None:
    row = only(in_currency(in_prices_of(one(year(2010)), 2020), "EUR"))
    assert row["value"] == pytest.approx(1000 * 258.811 / 218.056 / YEAR_2020, rel=1e-4)
    assert row["series_title"].endswith(", EUR, prices of 2020")


def test_a_price_index_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "index.csv"
    rows = ["currency,index,period,source", "EUR,100,2019,Office", "EUR,110,2020,Office"]
    file.write_text("\n".join(rows), encoding="utf-8")
    index = read_index(file)
    row = only(in_prices_of(one(year(2019), "EUR"), 2020, index=index))
    assert row["value"] == pytest.approx(1100)
    assert row["conversion"] == "prices of 2020: × 1.1 = 110 / 100, annual average of 2019, Office"
    observed = pd.concat([one(fiscal(2019), "EUR"), one(year(2019), "EUR")])
    assert list(in_prices_of(observed, 2020, index=index)["refused"].dropna()) == [
        "no value of the price index of EUR that covers 2019-07-01 to 2020-06-30; give a price index that has it"
    ]
    with pytest.raises(RateError, match="prices of 1990 are not known"):
        in_prices_of(observed, 1990, index=index)
    with pytest.raises(DimensionError, match="no figure is in EUR, the currency of the price index: they are USD"):
        in_prices_of(one(year(2019)), 2020, index=index)


@pytest.mark.parametrize("rows", [[], ["EUR,100,2019,Office", "USD,100,2019,Office"]])
def test_a_price_index_is_of_one_currency(tmp_path: Path, rows: list[str]) -> None:
    file = tmp_path / "index.csv"
    file.write_text("\n".join(["currency,index,period,source", *rows]), encoding="utf-8")
    with pytest.raises(RateError, match="a price index is of one currency"):
        read_index(file)


def test_no_observations_stay_none() -> None:
    empty = one(year(2020)).iloc[:0]
    assert in_currency(empty, "EUR").columns.tolist() == [*empty.columns, "conversion", "refused", "rate"]
    assert in_prices_of(empty, 2020).columns.tolist() == [*empty.columns, "conversion", "refused", "prices_of"]
