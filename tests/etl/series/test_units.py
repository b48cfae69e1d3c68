"""Units on demand: what people write, what a stated factor allows, and what is refused in words."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from etl.errors import DimensionError, UnitError
from etl.lexicon import read_table
from etl.series import convert, observe
from etl.series.factors import read_factors
from tests.samples import state, year

KBD = "1 thousand barrel/day = 1,000 barrel/day"


def one(value: float, unit: str, **said: Any) -> pd.DataFrame:  # noqa: ANN401  whatever `state` takes
    """The observation of one claim of 2019."""
    return observe(state(f"{value:g}", value, year(2019), unit=unit, **said))


def converted(observations: pd.DataFrame, unit: str, *using: str) -> dict[str, object]:
    [row] = convert(observations, unit, using=using).to_dict("records")
    return {"value": row["value"], "unit": row["unit"], "dimension": row["dimension"], "conversion": row["conversion"]}


@pytest.mark.parametrize(
    ("value", "unit", "asked", "result"),
    [
        (3.1e6, "tonne", "Mt", (3.1, "Mt", "mass", "1 Mt = 1,000,000 tonne")),
        (3.1e6, "tonne", "million tonnes", (3.1, "Mt", "mass", "1 Mt = 1,000,000 tonne")),
        (3.1e6, "tonne", "kt", (3100, "kt", "mass", "1 kt = 1,000 tonne")),
        (2.0, "tonne", "kg", (2000, "kg", "mass", "1 tonne = 1,000 kg")),
        (12.4e9, "m^3", "bcm", (12.4, "bcm", "volume", "1 bcm = 1,000,000,000 m^3")),
        (1e6, "barrel", "thousand m³", (158.987294928, "thousand m^3", "volume", "1 thousand m^3 = 6,289.81 barrel")),
        (2e9, "USD", "million USD", (2000, "million USD", "currency:USD", "1 million USD = 1,000,000 USD")),
        (0.5, "USD/kg", "USD per tonne", (500, "USD/tonne", "price:USD/mass", "1 USD/kg = 1,000 USD/tonne")),
        (5e5, "barrel/day", "kb/d", (500, "thousand barrel/day", "volume/time", KBD)),
        (7.0, "tonne", "tonnes", (7, "tonne", "mass", None)),
    ],
)  # fmt: skip
def test_any_unit_of_the_dimension_can_be_asked_for(
    value: float, unit: str, asked: str, result: tuple[Any, ...]
) -> None:
    row = converted(one(value, unit), asked)
    assert row["value"] == pytest.approx(result[0])
    assert (row["unit"], row["dimension"]) == result[1:3]
    assert (row["conversion"] if isinstance(row["conversion"], str) else None) == result[3]


@pytest.mark.parametrize(
    ("value", "unit", "asked", "using", "result"),
    [
        (7.33e6, "barrel", "Mt", ("7.33 barrel = 1 tonne",), 1),
        (1.0, "Mt", "million barrels", ("7.33 barrel = 1 tonne",), 7.33),
        (1.0, "Mt", "million barrels", ("1 tonne = 7.33 bbl (a refinery)",), 7.33),
        (80.0, "USD/barrel", "USD/tonne", ("7.33 barrel = 1 tonne",), 586.4),
        (1e6, "barrel/day", "Mt/year", ("7.33 barrel = 1 tonne",), 365.25 / 7.33),
        (2.0, "bcm", "million MMBtu", ("1 bcm = 35.3 million MMBtu",), 70.6),
        (1e6, "tonne", "PJ", ("1 Mt = 1.36 bcm", "1 bcm = 36 PJ"), 48.96),
        (3.0, "tonne", "kt", ("7.33 barrel = 1 tonne",), 0.003),
    ],
)
def test_a_stated_factor_leads_where_units_alone_do_not(
    value: float, unit: str, asked: str, using: tuple[str, ...], result: float
) -> None:
    assert converted(one(value, unit), asked, *using)["value"] == pytest.approx(result)


def test_the_factor_that_was_used_is_quoted() -> None:
    row = converted(one(1e6, "tonne", product="crude oil"), "million barrels", "crude oil")
    assert row["conversion"] == (
        "1 million barrel = 136,426 tonne, with 7.33 barrel = 1 tonne "
        "(Statistical Review of World Energy, worldwide average gravity)"
    )


def test_what_measures_something_else_stays_and_says_why() -> None:
    rows = [
        state("5 tons", 5.0, year(2017), unit="tonne", product="crude oil"),
        state("6 tons", 6.0, year(2018), unit="tonne", product="wheat"),
        state("$7", 7.0, year(2019)),
        state("8", 8.0, year(2020)).assign(unit=pd.Series([None], dtype="str")),
    ]
    observed = observe(pd.concat(rows)).sort_values("period_start")
    result = convert(observed, "barrel", using="crude oil")
    assert list(result["observation_id"]) == list(observed["observation_id"])
    assert [None if pd.isna(value) else round(value, 2) for value in result["value"]] == [36.65, None, None, None]
    assert list(result["unit"].fillna("")) == ["barrel", "tonne", "USD", ""]
    source = "Statistical Review of World Energy, worldwide average gravity"
    step = "choose units of one dimension, or state a factor that links them; money converts only with a dated rate"
    assert list(result["refused"].fillna("")) == [
        "",
        f"7.33 barrel = 1 tonne ({source}) is said of crude oil, oil, not of wheat",
        f"no factor turns 'USD' (currency:USD) into 'barrel' (volume); {step}",
        "plain numbers do not convert to 'barrel'; choose figures that have a unit",
    ]
    assert result[["low", "high", "sides"]][result["refused"].notna()].isna().all(axis=None)


def test_a_refused_observation_stays_refused() -> None:
    observed = observe(pd.concat([state("5 tons", 5.0, year(2017), unit="tonne"), state("$7", 7.0, year(2018))]))
    once = convert(observed, "kt")
    [refused] = once["refused"].dropna()
    assert list(convert(once, "Mt")["refused"].dropna()) == [refused]
    with pytest.raises(DimensionError, match="no factor turns 'kt'"):
        convert(once[once["refused"].isna()], "USD")


def test_an_ounce_is_one_of_two() -> None:
    with pytest.raises(DimensionError, match=r"31\.1 g of gold"):
        convert(one(2000.0, "USD/ounce"), "USD/gram")


def test_a_unit_that_observations_have_is_taken_as_it_is() -> None:
    counted = pd.concat([one(3.0, "helicopter"), one(5.0, "kilogram")])
    assert list(convert(counted, "helicopter")["unit"]) == ["helicopter", "kilogram"]
    assert converted(one(5.0, "kilogram"), "kilogram")["unit"] == "kilogram"


@pytest.mark.parametrize("unit", ["", "barn", "dwt", "pounds of flesh", "$", "tonne/", "million", "EUR USD"])
def test_a_unit_nobody_knows_is_named(unit: str) -> None:
    with pytest.raises(UnitError, match="no unit "):
        convert(one(1.0, "tonne"), unit)


@pytest.mark.parametrize("text", ["", "7.33", "7.33 barrel", "0 barrel = 1 tonne", "barrel = tonne", "crude oils"])
def test_a_text_that_is_no_factor_is_named(text: str) -> None:
    with pytest.raises(
        UnitError, match=r"is no factor; write one as '7\.33 barrel = 1 tonne', or name one of crude oil"
    ):
        convert(one(1.0, "tonne"), "barrel", using=text)


def test_a_factor_of_an_unknown_unit_is_named() -> None:
    with pytest.raises(UnitError, match="no unit 'smoots'"):
        convert(one(1.0, "tonne"), "barrel", using="7 smoots = 1 tonne")


def test_every_named_factor_of_the_lexicon_can_be_read() -> None:
    factors = [factor for row in read_table("factors.txt") for factor in read_factors(row["name"])]
    assert all(factor.source and factor.products for factor in factors)
    names = ["crude oil", "natural gas", "LNG", "wheat", "maize", "US cotton bale"]
    assert [str(factor).partition(" (")[0] for name in names for factor in read_factors(name)] == [
        "7.33 barrel = 1 tonne",
        "1 bcm = 36 petajoule",
        "1 Mt = 1.36 bcm",
        "1 bushel = 60 pound",
        "1 bushel = 56 pound",
        "1 bale = 480 pound",
    ]


def test_no_observations_convert_to_none() -> None:
    empty = one(1.0, "tonne").iloc[:0]
    assert convert(empty, "kt").shape == (0, empty.shape[1] + 2)
