"""Changes → checks against the levels they link: what fits within rounding holds, whatever its unit or form."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from etl.series.checks import check
from tests.samples import FROM_PAKISTAN, TO_PAKISTAN, Said, fiscal, months, one_article, state, year


def against(claim: pd.DataFrame, start: dt.date, end: dt.date) -> pd.DataFrame:
    """The change with the period it is measured against."""
    return claim.assign(comparison_start=pd.Timestamp(start), comparison_end=pd.Timestamp(end))


THE_YEAR_BEFORE = (dt.date(2019, 1, 1), dt.date(2019, 12, 31))
BEFORE = state("$400 million", 4e8, year(2019))

GROWTHS = [
    pytest.param(
        [state("$500m", 5e8, year(2020)), BEFORE, state("25%", 25.0, year(2020), kind="change_rel", unit="percent")],
        ["holds"],
        id="it fits",
    ),
    pytest.param(
        [
            state("$1 billion", 1e9, year(2020)),
            state("$0.9 billion", 9e8, year(2019)),
            state("15%", 15.0, year(2020), kind="change_rel", unit="percent"),
        ],
        ["holds"],
        id="rounded levels leave room: 0.95 to 1.05 over 0.85 to 0.95",
    ),
    pytest.param(
        [
            state("$500m", 5e8, year(2020)),
            BEFORE,
            against(state("35%", 35.0, year(2020), kind="change_rel", unit="percent"), *THE_YEAR_BEFORE),
        ],
        ["contradicts"],
        id="it does not fit the year it names",
    ),
    pytest.param(
        [state("$500m", 5e8, year(2020)), BEFORE, state("35%", 35.0, year(2020), kind="change_rel", unit="percent")],
        ["implausible"],
        id="it does not fit the year before, but names none",
    ),
    pytest.param(
        [state("$530m", 5.3e8, year(2020)), BEFORE, state("32%", 32.0, year(2020), kind="change_rel", unit="percent")],
        ["holds"],
        id="32.5 was cut off, not rounded",
    ),
    pytest.param(
        [
            state("$900m", 9e8, year(2020)),
            BEFORE,
            state("100 percent", 100.0, year(2020), kind="change_rel", unit="percent", qualifier=">"),
        ],
        ["holds"],
        id="a bound is open upwards",
    ),
    pytest.param(
        [
            state("$300m", 3e8, year(2020)),
            BEFORE,
            state("20%", -20.0, year(2020), kind="change_rel", unit="percent", qualifier=">"),
        ],
        ["holds"],
        id="a fall by more than 20% is open downwards",
    ),
    pytest.param(
        [state("$900m", 9e8, year(2020)), BEFORE, state("doubled", 2.0, year(2020), kind="change_rel", unit="factor")],
        ["holds"],
        id="doubled has one digit",
    ),
    pytest.param(
        [state("$900m", 9e8, year(2020)), BEFORE, state("fourfold", 4.0, year(2020), kind="change_rel", unit="factor")],
        ["implausible"],
        id="fourfold is not 2.25 times",
    ),
    pytest.param(
        [
            state("$135m", 1.35e8, year(2020)),
            BEFORE,
            state("threefold", -3.0, year(2020), kind="change_rel", unit="factor"),
        ],
        ["holds"],
        id="it fell threefold: the earlier level is three times the later one",
    ),
    pytest.param(
        [
            state("2.5 million tonnes", 2.5e6, year(2020), unit="tonne", product="wheat", **TO_PAKISTAN),
            state("2,000 thousand tonnes", 2e6, year(2019), unit="tonne", product="wheat", **TO_PAKISTAN),
            state("25%", 25.0, year(2020), kind="change_rel", unit="percent", product="wheat", **TO_PAKISTAN),
        ],
        ["holds"],
        id="levels of any unit",
    ),
    pytest.param(
        [
            state("$50m", 5e7, months(2020, 3, 3)),
            state("$40m", 4e7, months(2020, 2, 2)),
            state("$25m", 2.5e7, months(2019, 3, 3)),
            state("25%", 25.0, months(2020, 3, 3), kind="change_rel", unit="percent"),
        ],
        ["holds"],
        id="growth of a month may be against the month before",
    ),
    pytest.param(
        [
            state("$500m", 5e8, fiscal(2020)),
            state("$400m", 4e8, fiscal(2019)),
            state("25.2%", 25.2, fiscal(2020), kind="change_rel", unit="percent"),
        ],
        ["holds"],
        id="fiscal years",
    ),
    pytest.param(
        [
            state("$500m", 5e8, months(2020, 1, 11)),
            state("$400m", 4e8, months(2019, 1, 11)),
            state("60%", 60.0, months(2020, 1, 11), kind="change_rel", unit="percent"),
        ],
        ["implausible"],
        id="the same eleven months of the year before",
    ),
    pytest.param(
        [
            state("$500m", 5e8, year(2020)),
            state("$400m", 4e8, fiscal(2018)),
            state("60%", 60.0, year(2020), kind="change_rel", unit="percent"),
        ],
        [],
        id="a fiscal year is not the year before",
    ),
    pytest.param(
        [state("$500m", 5e8, year(2020)), state("25%", 25.0, year(2020), kind="change_rel", unit="percent")],
        [],
        id="one level is not there",
    ),
    pytest.param(
        [
            state("$500m", 5e8, year(2020), **TO_PAKISTAN),
            state("$400m", 4e8, year(2019), **TO_PAKISTAN),
            state("60%", 60.0, year(2020), kind="change_rel", unit="percent", **FROM_PAKISTAN),
        ],
        [],
        id="exports of the other country",
    ),
    pytest.param(
        [
            state("$55bn", 5.5e10, year(2020)),
            state("1,170bn rupees", 1.17e12, year(2020), unit="INR"),
            state("716bn rupees", 7.16e11, year(2019), unit="INR"),
            state("43%", 43.0, year(2020), kind="change_rel", unit="percent"),
        ],
        [],
        id="growth in dollars is not judged by rupees",
    ),
    pytest.param(
        [
            state("$500m", 5e8, year(2020)),
            state("$420m", 4.2e8, year(2019)),
            state("$310m", 3.1e8, year(2019)),
            state("60%", 60.0, year(2020), kind="change_rel", unit="percent"),
        ],
        [],
        id="a level that is in conflict judges nothing",
    ),
]


@pytest.mark.parametrize(("stated", "verdicts"), GROWTHS)
def test_growth_is_set_against_its_levels(stated: list[pd.DataFrame], verdicts: list[str]) -> None:
    checks = check(one_article(*stated))
    assert checks.loc[checks["rule"] == "growth", "verdict"].tolist() == verdicts


@pytest.mark.parametrize(("growth", "verdict"), [(25.0, "holds"), (32.0, "holds"), (60.0, "implausible")])
def test_levels_of_other_sources_leave_room(growth: float, verdict: str) -> None:
    stated = state(f"{growth:.0f}%", growth, year(2020), kind="change_rel", unit="percent", publisher="C")
    claims = [
        state("$500m", 5e8, year(2020), publisher="A"),
        state("$400 million", 4e8, year(2019), publisher="B"),
        against(stated, *THE_YEAR_BEFORE),
    ]
    [row] = check(pd.concat(claims, ignore_index=True)).to_dict("records")
    assert (row["rule"], row["scope"], row["verdict"]) == ("growth", "sources", verdict)


def test_the_formula_says_what_was_compared_and_how() -> None:
    claims = [
        state("$500m", 5e8, year(2020)),
        BEFORE,
        state("35%", 35.0, year(2020), kind="change_rel", unit="percent"),
    ]
    [row] = check(one_article(*claims)).to_dict("records")
    said = "500 million USD / 400 million USD − 1 = 25%, stated 35%; against the year before, as is usual"
    assert row["formula"] == said
    assert row["right_claims"].split(";") == [claims[0]["claim_id"][0], claims[1]["claim_id"][0]]


SHARE: Said = {"metric": "export_share", "reporter": "RUS", "parties": ("RUS",), "kind": "share", "unit": "percent"}
POINTS: Said = {**SHARE, "kind": "change_abs", "unit": "percentage_point"}
DIFFERENCES = [
    pytest.param(
        [
            state("$419.34m", 4.1934e8, fiscal(2013)),
            state("$484.47m", 4.8447e8, fiscal(2012)),
            state("$65.13m", -6.513e7, fiscal(2013), kind="change_abs"),
        ],
        ["holds"],
        id="it fits",
    ),
    pytest.param(
        [
            state("$500m", 5e8, year(2020)),
            BEFORE,
            against(state("$130m", 1.3e8, year(2020), kind="change_abs"), *THE_YEAR_BEFORE),
        ],
        ["contradicts"],
        id="it does not fit the year it names",
    ),
    pytest.param(
        [state("$500m", 5e8, year(2020)), BEFORE, state("$130m", 1.3e8, year(2020), kind="change_abs")],
        [],
        id="without a year it may be against an estimate",
    ),
    pytest.param(
        [
            state("30%", 30.0, year(2020), **SHARE),
            state("25%", 25.0, year(2019), **SHARE),
            state("5 points", 5.0, year(2020), **POINTS),
        ],
        ["holds"],
        id="points between two shares",
    ),
]


@pytest.mark.parametrize(("stated", "verdicts"), DIFFERENCES)
def test_a_change_in_units_is_set_against_its_levels(stated: list[pd.DataFrame], verdicts: list[str]) -> None:
    checks = check(one_article(*stated))
    assert checks.loc[checks["rule"] == "difference", "verdict"].tolist() == verdicts
