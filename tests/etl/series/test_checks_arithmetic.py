"""Checks by arithmetic: sums and balances, parts of a whole, periods within periods, the pace of the rest."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.frame import typed
from etl.series import check
from tests.samples import TO_PAKISTAN, Said, fiscal, months, state_row, year

EXPORTS: Said = {"metric": "exports", "reporter": "PAK", "partner": "RUS"}
IMPORTS: Said = {"metric": "imports", "reporter": "PAK", "partner": "RUS"}
DEFICIT: Said = {"metric": "trade_deficit", "reporter": "PAK", "partner": "RUS"}
WORLD: Said = {"metric": "exports", "reporter": "PAK", "parties": ("PAK",)}


def claims(*stated: tuple[Any, ...]) -> pd.DataFrame:
    """One claim per (figure, value, period, what else is said), each by a publisher of its own."""
    rows = [
        state_row(figure, value, period, publisher=f"P{at}", **(said[0] if said else {}))
        for at, (figure, value, period, *said) in enumerate(stated)
    ]
    return typed([row for made in rows for row in made])


FOUND = [
    pytest.param(
        "identities",
        [
            ("$171.94 million", 171.94e6, fiscal(2020), EXPORTS),
            ("$773.93 million", 773.93e6, fiscal(2020), IMPORTS),
            ("$620.99 million", 620.99e6, fiscal(2020), DEFICIT),
            ("$945.87 million", 945.87e6, fiscal(2020)),
        ],
        [
            (
                "contradicts",
                (
                    "imports of Pakistan 773.93 million − exports of Pakistan 171.94 million = 601.99 million USD, "
                    "stated 620.99 million"
                ),
                "one or two neighbouring digits",
            ),
            (
                "holds",
                (
                    "exports of Pakistan 171.94 million + imports of Pakistan 773.93 million = 945.87 million USD, "
                    "stated 945.87 million"
                ),
                None,
            ),
        ],
        id="a deficit that its exports and imports contradict, beside a sum that holds",
    ),
    pytest.param(
        "identities",
        [
            ("$150 million", 1.5e8, year(2018), EXPORTS),
            ("$250 million", 2.5e8, year(2018), TO_PAKISTAN),
            ("$700 million", 7e8, year(2018)),
        ],
        [
            (
                "contradicts",
                "exports of Pakistan 150 million + exports of Russia 250 million = 400 million USD, stated 700 million",
                None,
            )
        ],
        id="what both sell to each other is their turnover",
    ),
    pytest.param(
        "identities",
        [
            ("$150.0 million", 1.5e8, year(2018), EXPORTS),
            ("$250.0 million", 2.5e8, year(2018), IMPORTS),
            ("$100.0 million", 1e8, year(2018), {**DEFICIT, "metric": "trade_surplus"}),
        ],
        [
            (
                "contradicts",
                (
                    "exports of Pakistan 150 million − imports of Pakistan 250 million = -100 million USD, "
                    "stated 100 million"
                ),
                "the sign",
            )
        ],
        id="a surplus that is a deficit",
    ),
    pytest.param(
        "identities",
        [
            ("$0.15 billion", 1.5e8, year(2018), EXPORTS),
            ("$250 million", 2.5e8, year(2018), IMPORTS),
            ("$400 billion", 4e11, year(2018)),
        ],
        [
            (
                "contradicts",
                (
                    "exports of Pakistan 150 million + imports of Pakistan 250 million = 400 million USD, "
                    "stated 400 billion"
                ),
                "a factor of 1,000",
            )
        ],
        id="billions for millions",
    ),
    pytest.param(
        "identities",
        [
            ("$150 million", 1.5e8, year(2018), EXPORTS),
            ("$250 million", 2.5e8, year(2019), IMPORTS),
            ("$700 million", 7e8, year(2018)),
            ("$30 million", 3e7, year(2018), {**IMPORTS, "product": "wheat"}),
            ("$300 million", 3e8, year(2018), {**IMPORTS, "status": "target"}),
            ("$300 million", 3e8, year(2018), {**IMPORTS, "partner": "CHN", "parties": ("CHN", "PAK")}),
        ],
        [],
        id="other years, goods, outlooks and partners do not add up",
    ),
    pytest.param(
        "identities",
        [
            ("$150 million", 1.5e8, year(2018), {**EXPORTS, "qualifier": ">"}),
            ("$250 million", 2.5e8, year(2018), IMPORTS),
            ("$700 million", 7e8, year(2018)),
        ],
        [
            (
                "holds",
                (
                    "exports of Pakistan over 150 million + imports of Pakistan 250 million = 400 million USD, "
                    "stated 700 million"
                ),
                None,
            )
        ],
        id="a bound leaves room",
    ),
    pytest.param(
        "parts",
        [
            ("$90 million", 9e7, year(2018), {**EXPORTS, "product": "wheat"}),
            ("$60 million", 6e7, year(2018), EXPORTS),
            ("$70 million", 7e7, year(2018), {**EXPORTS, "product": "grain"}),
            ("$500 million", 5e8, year(2018), {**EXPORTS, "product": "services"}),
        ],
        [
            ("contradicts", "grain 70 million, of all goods 60 million USD", None),
            ("contradicts", "wheat 90 million, of all goods 60 million USD", None),
            ("contradicts", "wheat 90 million, of grain 70 million USD", None),
        ],
        id="goods are a part of wider goods and of all goods; services are no goods",
    ),
    pytest.param(
        "parts",
        [
            ("$90 million", 9e7, year(2018), EXPORTS),
            ("$70 million", 7e7, year(2018), {**EXPORTS, "partner": "CHN", "parties": ("CHN", "PAK")}),
            ("$120 million", 1.2e8, year(2018), WORLD),
        ],
        [
            ("holds", "China 70 million, of the world 120 million USD", None),
            ("holds", "Russia 90 million, of the world 120 million USD", None),
        ],
        id="a partner is a part of the world; parts that different texts give are not added up",
    ),
    pytest.param(
        "parts",
        [
            ("90 tonnes", 90.0, year(2018), {**EXPORTS, "product": "wheat", "unit": "tonne"}),
            ("60 tonnes", 60.0, year(2018), {**EXPORTS, "unit": "tonne"}),
        ],
        [],
        id="a weight without its goods is no total",
    ),
    pytest.param(
        "periods",
        [
            ("$300 million", 3e8, months(2018, 1, 6)),
            ("$400 million", 4e8, months(2018, 7, 12)),
            ("$900 million", 9e8, year(2018)),
        ],
        [
            (
                "contradicts",
                "Jan–Jun 2018 300 million + Jul–Dec 2018 400 million = 700 million USD, stated 900 million",
                None,
            ),
            ("holds", "Jan–Jun 2018 300 million, of 2018 900 million USD", None),
            ("holds", "Jul–Dec 2018 400 million, of 2018 900 million USD", None),
        ],
        id="two halves make a year",
    ),
    pytest.param(
        "periods",
        [
            ("$500 million", 5e8, months(2018, 1, 6)),
            ("$400 million", 4e8, year(2018)),
            ("$600 million", 6e8, months(2018, 1, 6), DEFICIT),
            ("$400 million", 4e8, year(2018), DEFICIT),
        ],
        [("contradicts", "Jan–Jun 2018 500 million, of 2018 400 million USD", None)],
        id="a half is no more than its year, but a deficit may turn",
    ),
    pytest.param(
        "periods",
        [
            *((f"${at}00 million", at * 1e8, months(2018, 3 * at - 2, 3 * at)) for at in (1, 2, 3, 4)),
            ("$1.1 billion", 1.1e9, year(2018)),
        ],
        [
            (
                "contradicts",
                (
                    "Jan–Mar 2018 100 million + Apr–Jun 2018 200 million + Jul–Sep 2018 300 million + "
                    "Oct–Dec 2018 400 million = 1 billion USD, stated 1.1 billion"
                ),
                None,
            ),
            *(
                ("holds", f"{quarter} 2018 {at}00 million, of 2018 1.1 billion USD", None)
                for at, quarter in enumerate(("Jan–Mar", "Apr–Jun", "Jul–Sep", "Oct–Dec"), 1)
            ),
        ],
        id="four quarters make a year",
    ),
    pytest.param(
        "pace",
        [("$1.04 billion", 1.04e9, months(2023, 7, 17)), ("$1.81 billion", 1.81e9, fiscal(2023))],
        [
            (
                "implausible",
                (
                    "Jul 2023–May 2024 1.04 billion of FY2023–24 (Jul–Jun) 1.81 billion USD leaves 770 million for the "
                    "other 30 days, 8.3 times its pace"
                ),
                None,
            )
        ],
        id="twelve months against eleven",
    ),
    pytest.param(
        "pace",
        [("$660 million", 6.6e8, months(2018, 1, 10)), ("$700 million", 7e8, year(2018))],
        [
            (
                "holds",
                (
                    "Jan–Oct 2018 660 million of 2018 700 million USD leaves 40 million for the other 61 days, "
                    "0.3 times its pace"
                ),
                None,
            )
        ],
        id="a slow end of the year is possible",
    ),
    pytest.param(
        "pace",
        [
            ("$1 million", 1e6, months(2018, 3, 10), {**EXPORTS, "product": "citrus"}),
            ("$50 million", 5e7, year(2018), {**EXPORTS, "product": "citrus"}),
        ],
        [],
        id="goods of one kind have seasons",
    ),
]


@pytest.mark.parametrize(("rule", "stated", "expected"), FOUND)
def test_what_claims_say_of_each_other(
    rule: str, stated: list[tuple[Any, ...]], expected: list[tuple[str, str, str | None]]
) -> None:
    found = check(claims(*stated))
    found = found[found["rule"] == rule]
    rows = (
        found[["verdict", "formula", "hint"]].astype(object).where(found[["verdict", "formula", "hint"]].notna(), None)
    )
    assert sorted(rows.itertuples(index=False, name=None)) == sorted(expected)


def test_parts_that_one_text_gives_are_added_up() -> None:
    stated = claims(
        ("$90 million", 9e7, year(2018), {**EXPORTS, "product": "wheat"}),
        ("$70 million", 7e7, year(2018), {**EXPORTS, "product": "rice"}),
        ("$80 million", 8e7, year(2018), {**EXPORTS, "product": "food"}),
        ("$120 million", 1.2e8, year(2018), EXPORTS),
    )
    found = check(stated.assign(document_id="a"))
    assert "wheat 90 million + rice 70 million = 160 million, of all goods 120 million USD" in [
        formula.replace("rice 70 million + wheat 90 million", "wheat 90 million + rice 70 million")
        for formula in found.loc[found["verdict"] == "contradicts", "formula"]
    ]
    assert len(found[found["verdict"] == "contradicts"]) == 1
    assert set(found["scope"]) == {"document"}


@st.composite
def printed(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    """Exports, imports, their sum and difference, and the same of the halves of the year, each printed as rounded."""
    halves = [(draw(st.integers(10**6, 10**9)), draw(st.integers(10**6, 10**9))) for _ in range(2)]
    stretches = [months(2018, 1, 6), months(2018, 7, 12), year(2018)]
    sums = [*halves, tuple(map(sum, zip(*halves, strict=True)))]
    stated: list[tuple[Any, ...]] = []
    for period, (out, into) in zip(stretches, sums, strict=True):
        metric = {**DEFICIT, "metric": "trade_deficit" if into > out else "trade_surplus"}
        figures = [(out, EXPORTS), (into, IMPORTS), (out + into, {}), (abs(out - into), metric)]
        for exact, said in figures:
            digits = draw(st.integers(0, 5))
            value = float(round(exact, -digits))
            if value:
                stated.append((f"${value / 1e6:.{6 - digits}f} million", value, period, said))
    return stated


@given(printed())
@settings(max_examples=40, deadline=None)
def test_figures_that_agree_within_rounding_are_never_accused(stated: list[tuple[Any, ...]]) -> None:
    found = check(claims(*stated))
    assert set(found.loc[found["rule"] != "pace", "verdict"]) <= {"holds"}
    assert {"identities", "periods"} <= set(found["rule"]) or len(stated) < 12


@given(printed(), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_claims_does_not_matter(stated: list[tuple[Any, ...]], random: Any) -> None:  # noqa: ANN401
    made = claims(*stated, ("$2 million", 2e6, year(2018)), ("$3 million", 3e6, year(2018), EXPORTS))
    order = list(range(len(made)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(check(made.iloc[order]), check(made))
