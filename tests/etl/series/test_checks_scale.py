"""Figures → checks of their scale: the same digits a thousand times apart, and one figure far off its series."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

from etl.series.checks import check
from tests.samples import TO_PAKISTAN, fiscal, months, state, year

unnamed = partial(state, metric="capacity", parties=("PAK",), reporter="PAK", unit="m^3")
capacity = partial(unnamed, product="natural gas")
PIPE = capacity("12.4 billion cubic metres", 1.24e10)

DIGITS = [
    pytest.param(
        [PIPE, capacity("12.4 million cubic metres", 1.24e7, publisher="B")],
        [("12.4 million m^3 against 12.4 billion m^3", "a factor of 1,000: the digits are the same")],
        id="million for billion",
    ),
    pytest.param(
        [
            capacity("12.4 million cubic metres", 1.24e7, publisher="B"),
            capacity("12.4 million cubic metres", 1.24e7, publisher="C"),
            PIPE,
        ],
        [("12.4 billion m^3 against 12.4 million m^3", "a factor of 1,000: the digits are the same")],
        id="the one that fewer state is looked at",
    ),
    pytest.param(
        [PIPE, unnamed("12.4 million cubic metres", 1.24e7, publisher="B")],
        [("12.4 million m^3 against 12.4 billion m^3", "a factor of 1,000: the digits are the same")],
        id="one of them names no product",
    ),
    pytest.param([PIPE, capacity("12.3 million cubic metres", 1.23e7, publisher="B")], [], id="other digits"),
    pytest.param(
        [capacity("12 billion cubic metres", 1.2e10), capacity("12 million cubic metres", 1.2e7, publisher="B")],
        [],
        id="two digits without a time may agree by chance",
    ),
    pytest.param(
        [
            PIPE,
            state("$12.4 million", 1.24e7, metric="capacity", product="natural gas", parties=("PAK",), publisher="B"),
        ],
        [],
        id="another dimension",
    ),
    pytest.param(
        [PIPE, capacity("12.4 million cubic metres", 1.24e7, reporter="IND", parties=("IND",), publisher="B")],
        [],
        id="another country",
    ),
    pytest.param(
        [state("$45 million", 4.5e7, year(2020)), state("$45 billion", 4.5e10, year(2021), publisher="B")],
        [("45 million USD against 45 billion USD", "a factor of 1,000: the digits are the same")],
        id="neighbouring years",
    ),
    pytest.param(
        [state("$45 million", 4.5e7, year(2000)), state("$45 billion", 4.5e10, year(2021), publisher="B")],
        [],
        id="twenty years apart",
    ),
    pytest.param(
        [state("$45 million", 4.5e7, months(2020, 1, 1)), state("$45 billion", 4.5e10, year(2020), publisher="B")],
        [],
        id="a month and a year",
    ),
    pytest.param(
        [
            state("450,000 tonnes", 4.5e5, fiscal(2022), unit="tonne", product="wheat", **TO_PAKISTAN),
            state(
                "4.5 million tonnes", 4.5e6, fiscal(2022), unit="tonne", product="wheat", status="target", **TO_PAKISTAN
            ),
        ],
        [],
        id="a target ten times as high",
    ),
    pytest.param(
        [state("$45.5 million", 4.55e7, year(2020)), state("$455 million", 4.55e8, year(2021), publisher="B")],
        [("45.5 million USD against 455 million USD", "a factor of 10: the digits are the same")],
        id="ten times, with three digits",
    ),
    pytest.param(
        [state("$45 million", 4.5e7, year(2020)), state("$450 million", 4.5e8, year(2021), publisher="B")],
        [],
        id="ten times, with two digits",
    ),
    pytest.param(
        [
            state("$1.25 million", 1.25e6, metric="loan", kind="level"),
            state("$1.25 billion", 1.25e9, metric="loan", kind="level", publisher="B"),
        ],
        [],
        id="two loans of many",
    ),
]


@pytest.mark.parametrize(("stated", "expected"), DIGITS)
def test_the_same_digits_a_thousand_times_apart(stated: list[pd.DataFrame], expected: list[tuple[str, str]]) -> None:
    claims = pd.concat(stated, ignore_index=True)
    checks = check(claims)
    pd.testing.assert_frame_equal(checks, check(claims[::-1]))
    slips = checks[checks["rule"] == "scale"]
    assert list(zip(slips["formula"], slips["hint"], strict=True)) == expected
    assert (slips["verdict"] == "implausible").all()


SERIES = [
    ([5.2e8, 5.5e8, 4.7e8, 6.1e5], ["a factor of 1,000: it is far below the others"]),
    ([5.2e8, 5.5e8, 4.7e8, 6.1e11], ["a factor of 1,000: it is far above the others"]),
    ([5.2e8, 5.5e8, 4.7e8, 6.1e6], []),
    ([5.2e8, 5.5e8, 6.1e5], []),
    ([5.2e8, 5.5e7, 4.7e6, 6.1e5], []),
]


@pytest.mark.parametrize(("values", "hints"), SERIES)
def test_a_figure_a_thousand_times_off_its_series(values: list[float], hints: list[str]) -> None:
    claims = [state(f"${value:,.0f}", value, year(2010 + at)) for at, value in enumerate(values)]
    checks = check(pd.concat(claims, ignore_index=True))
    assert checks.loc[checks["rule"] == "magnitude", "hint"].tolist() == hints
