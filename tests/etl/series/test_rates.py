"""Exchange rates: what the European Central Bank's cover, what a file adds, and what is never made up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from etl.errors import RateError
from etl.series import ecb_rates, read_rates
from etl.series.histories import Reading
from etl.series.rates import Rates

HEAD = "currency,per,rate,period,kind,source"
BANK = "State Bank"


def write(folder: Path, *rows: str, head: str = HEAD) -> Path:
    file = folder / "rates.csv"
    file.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return file


def between(rates: Rates, currency: str, to: str, start: str, end: str, *, at_end: bool = False) -> Reading:
    return rates.between(currency, to, np.datetime64(start), np.datetime64(end), at_end=at_end)


@pytest.mark.parametrize(
    ("currency", "start", "end", "when", "rate", "words"),
    [
        ("USD", "2019-01-01", "2019-12-31", "mean", 1.1195, "average of 255 daily rates of 2019"),
        ("USD", "2019-07-01", "2020-06-30", "mean", 1.1059, "average of 256 daily rates of 2019-07-01 to 2020-06-30"),
        ("USD", "2019-06-01", "2019-06-30", "mean", 1.1293, "average of 20 daily rates of 2019-06"),
        ("USD", "2019-01-01", "2019-12-31", "end", 1.1234, "rate of 2019-12-31"),
        ("USD", "2019-01-01", "2019-06-30", "end", 1.138, "rate of 2019-06-28"),
        ("USD", "2019-06-29", "2019-06-29", "mean", 1.138, "rate of 2019-06-28"),
        ("USD", "2019-06-29", "2019-06-30", "mean", 1.138, "rate of 2019-06-28"),
        ("RUB", "2021-01-01", "2021-12-31", "mean", 87.1527, "average of 258 daily rates of 2021"),
        ("RUB", "2022-01-01", "2022-02-28", "mean", 87.6946, "average of 41 daily rates of 2022-01-01 to 2022-02-28"),
        ("RUB", "2022-03-08", "2022-03-08", "end", 117.201, "rate of 2022-03-01"),
    ],
)
def test_the_rates_of_the_european_central_bank(
    currency: str, start: str, end: str, when: str, rate: float, words: str
) -> None:
    reading = between(ecb_rates(), "EUR", currency, start, end, at_end=when == "end")
    assert reading.value == pytest.approx(rate, rel=1e-4)
    assert f", {words}, European Central Bank reference rates to " in reading.words


@pytest.mark.parametrize(
    ("currency", "start", "end", "when", "words"),
    [
        ("RUB", "2022-01-01", "2022-12-31", "mean", "no rate of RUB after 2022-03-01"),
        ("RUB", "2022-01-01", "2022-12-31", "end", "no rate of RUB after 2022-03-01"),
        ("RUB", "2022-03-09", "2022-03-09", "end", "no rate of RUB after 2022-03-01"),
        ("CNY", "2005-01-01", "2005-12-31", "mean", "no rate of CNY before 2005-04-01"),
        ("USD", "1998-01-01", "1998-12-31", "mean", "no rate of USD before 1999-01-04"),
        ("ISK", "2009-01-01", "2009-12-31", "mean", "no rate of ISK that covers 2009"),
        ("PKR", "2019-01-01", "2019-12-31", "mean", "no rate of PKR"),
    ],
)
def test_no_rate_is_made_up(currency: str, start: str, end: str, when: str, words: str) -> None:
    reading = between(ecb_rates(), "EUR", currency, start, end, at_end=when == "end")
    assert np.isnan(reading.value)
    assert reading.words == words


def test_a_file_adds_a_currency_and_the_cross_rates_go_through_it(tmp_path: Path) -> None:
    rates = read_rates(write(tmp_path, f"PKR,USD,150,2019,average,{BANK}"))
    rupees = between(rates, "USD", "PKR", "2019-01-01", "2019-12-31")
    assert rupees.value == pytest.approx(150)
    assert rupees.words == f"1 USD = 150 PKR, annual average of 2019, {BANK}"
    assert between(rates, "PKR", "USD", "2019-01-01", "2019-12-31").value == pytest.approx(1 / 150)
    euro, pound = (between(rates, "PKR", to, "2019-01-01", "2019-12-31") for to in ("EUR", "GBP"))
    dollar = between(rates, "EUR", "USD", "2019-01-01", "2019-12-31").value
    assert euro.value == pytest.approx(1 / 150 / dollar)
    assert pound.value / euro.value == pytest.approx(between(rates, "EUR", "GBP", "2019-01-01", "2019-12-31").value)
    assert euro.words.count("1 EUR = ") == euro.words.count("1 USD = 150 PKR") == 1
    assert between(rates, "PKR", "EUR", "2020-01-01", "2020-12-31").words == "no rate of PKR after 2019-12-31"


MONTHS = [f"PKR,USD,{100 + month},2019-{month:02},average,{BANK}" for month in range(1, 13)]


@pytest.mark.parametrize(
    ("rows", "start", "end", "when", "rate", "words"),
    [
        (MONTHS, "2019-01-01", "2019-12-31", "mean", 106.5260, "average of 12 monthly rates of 2019"),
        (MONTHS, "2019-02-01", "2019-02-28", "mean", 102, "monthly average of 2019-02"),
        ([*MONTHS, "PKR,USD,99,2019,average,Bank"], "2019-01-01", "2019-12-31", "mean", 99, "annual average of 2019"),
        (["PKR,USD,99,2019-07/2020-06,average,B"], "2019-07-01", "2020-06-30", "mean", 99, "annual average of 2019-07"),
        (["PKR,USD,99,2019,end,Bank"], "2019-01-01", "2019-12-31", "end", 99, "rate of 2019-12-31"),
        (["PKR,USD,99,2019-12-28,,Bank"], "2019-01-01", "2019-12-31", "end", 99, "rate of 2019-12-28"),
        (["PKR,USD,99,2019-Q3,average,Bank"], "2019-07-01", "2019-09-30", "mean", 99, "quarterly average of 2019-07"),
        (MONTHS[1:], "2019-01-01", "2019-12-31", "mean", None, "no rate of PKR before 2019-02-01"),
        ([*MONTHS[:5], *MONTHS[6:]], "2019-01-01", "2019-12-31", "mean", None, "no rate of PKR that covers 2019"),
        (MONTHS, "2019-02-01", "2019-02-15", "mean", None, "no rate of PKR that covers 2019-02-01 to 2019-02-15"),
        (MONTHS, "2019-01-01", "2019-12-31", "end", None, "no rate of PKR that covers 2019-12-31"),
        (["PKR,USD,99,2019,end,Bank"], "2019-01-01", "2019-12-31", "mean", None, "no rate of PKR"),
    ],
)  # fmt: skip
def test_which_rows_of_a_file_make_up_a_period(
    tmp_path: Path, rows: list[str], start: str, end: str, when: str, rate: float | None, words: str
) -> None:
    reading = between(read_rates(write(tmp_path, *rows)), "USD", "PKR", start, end, at_end=when == "end")
    assert words in reading.words
    assert reading.value == pytest.approx(rate, nan_ok=True) if rate else np.isnan(reading.value)


def test_the_rates_of_a_file_come_before_those_of_the_bank_where_it_has_them(tmp_path: Path) -> None:
    rates = read_rates(write(tmp_path, "USD,EUR,2,2019,average,Mine", "RUB,USD,70,2022,average,Mine"))
    assert between(rates, "EUR", "USD", "2019-01-01", "2019-12-31").value == 2
    assert between(rates, "EUR", "USD", "2020-01-01", "2020-12-31").value == pytest.approx(1.1422, rel=1e-4)
    assert "1 USD = 70 RUB" in between(rates, "RUB", "GBP", "2022-01-01", "2022-12-31").words
    assert "Mine" not in between(rates, "RUB", "USD", "2021-01-01", "2021-12-31").words


def test_the_order_of_a_file_changes_nothing(tmp_path: Path) -> None:
    rows = [*MONTHS, "PKR,EUR,120,2019,average,Other", "RUB,USD,70,2019,average,Mine"]
    asked = [("PKR", "USD"), ("PKR", "GBP"), ("RUB", "PKR"), ("USD", "RUB")]
    first, second = (read_rates(write(tmp_path, *order)) for order in (rows, rows[::-1]))
    for pair in asked:
        assert between(first, *pair, "2019-01-01", "2019-12-31") == between(second, *pair, "2019-01-01", "2019-12-31")


@pytest.mark.parametrize("pair", [("USD", "EUR"), ("RUB", "USD"), ("PKR", "GBP"), ("JPY", "PKR")])
def test_there_and_back_is_one(tmp_path: Path, pair: tuple[str, str]) -> None:
    rates = read_rates(write(tmp_path, *MONTHS))
    there, back = (between(rates, *way, "2019-01-01", "2019-12-31").value for way in (pair, pair[::-1]))
    assert there * back == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("PKR,USD,150,2019,average", "rates.csv:2: 5 cells for 6 columns"),
        (
            "Rs,USD,150,2019,average,Bank",
            "rates.csv:2: a currency is named by three capitals of ISO 4217, as PKR, not 'Rs'",
        ),
        ("PKR,PKR,1,2019,average,Bank", "rates.csv:2: a rate is between two currencies"),
        ("PKR,USD,,2019,average,Bank", "rates.csv:2: rate must be a number above 0, as 160.3, not ''"),
        ("PKR,USD,-3,2019,average,Bank", "rates.csv:2: rate must be a number above 0"),
        ("PKR,USD,nan,2019,average,Bank", "rates.csv:2: rate must be a number above 0"),
        ("PKR,USD,150,FY2019/20,average,Bank", "rates.csv:2: a period is written"),
        ("PKR,USD,150,2019,,Bank", "rates.csv:2: kind must be average or end where the period is longer than a day"),
        ("PKR,USD,150,2019,mean,Bank", "rates.csv:2: kind must be average or end"),
        ("PKR,USD,150,2019,average,", "rates.csv:2: no source; say who gives this rate"),
    ],
)
def test_a_row_that_cannot_be_right_is_named(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(RateError) as raised:
        read_rates(write(tmp_path, row))
    assert message in str(raised.value)


def test_a_rate_given_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(RateError, match=r"rates\.csv:3: line 2 already gives the rate of this period"):
        read_rates(write(tmp_path, MONTHS[0], MONTHS[0]))


@pytest.mark.parametrize("head", ["", "currency,per,rate", f"{HEAD},note"])
def test_a_file_with_other_columns_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(RateError, match=r"rates\.csv:1: the first line must name the columns currency, per, rate"):
        read_rates(write(tmp_path, head=head))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RateError, match=r"none\.csv: cannot be read"):
        read_rates(tmp_path / "none.csv")
