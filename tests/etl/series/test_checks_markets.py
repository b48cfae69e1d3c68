"""Figures of one flow → checks: value over quantity against the price, exports against the other's imports."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

from etl.series.checks import check
from tests.samples import FROM_PAKISTAN, TO_PAKISTAN, fiscal, one_article, state, year

wheat = partial(state, product="wheat", **TO_PAKISTAN)
price = partial(state, product="wheat", metric="price", kind="price", parties=("RUS",))
bought = partial(state, metric="imports", reporter="PAK", partner="RUS")
sold = partial(state, **TO_PAKISTAN)

FLOWS = [
    pytest.param(
        [
            wheat("$372 million", 3.72e8, year(2023)),
            wheat("1,000,000 tonnes", 1e6, year(2023), unit="tonne"),
            price("$372 a tonne", 372.0, year(2023), unit="USD/tonne"),
        ],
        [("price", "holds", "372 million USD / 1 million tonne = 372 USD/tonne, stated 372 USD/tonne")],
        id="value over quantity",
    ),
    pytest.param(
        [
            wheat("$372 million", 3.72e8, year(2023)),
            wheat("1 million tonnes", 1e6, year(2023), unit="tonne"),
            price("37 cents a kilo", 0.37, year(2023), unit="USD/kilogram"),
        ],
        [("price", "holds", "372 million USD / 1 million tonne = 0.372 USD/kilogram, stated 0.37 USD/kilogram")],
        id="in another unit",
    ),
    pytest.param(
        [
            wheat("$372 million", 3.72e8, year(2023)),
            wheat("10.0 million tonnes", 1e7, year(2023), unit="tonne"),
            price("$372 a tonne", 372.0, year(2023), unit="USD/tonne"),
        ],
        [("price", "implausible", "372 million USD / 10 million tonne = 37.2 USD/tonne, stated 372 USD/tonne")],
        id="ten times too many tonnes",
    ),
    pytest.param(
        [
            wheat("$372 million", 3.72e8, year(2023)),
            wheat("10.0 million tonnes", 1e7, year(2023), unit="tonne"),
            price("$372 a tonne", 372.0, year(2022), unit="USD/tonne"),
        ],
        [],
        id="the price of another year",
    ),
    pytest.param(
        [sold("$100 million", 1e8, year(2020)), bought("$115 million", 1.15e8, year(2020))],
        [("mirror", "holds", "100 million USD of exports against 115 million USD of imports")],
        id="freight lies between exports and imports",
    ),
    pytest.param(
        [sold("$100 million", 1e8, year(2020)), bought("$250 million", 2.5e8, year(2020))],
        [("mirror", "implausible", "100 million USD of exports against 250 million USD of imports")],
        id="more than freight",
    ),
    pytest.param(
        [state("$100 million", 1e8, year(2020), **FROM_PAKISTAN), bought("$250 million", 2.5e8, year(2020))],
        [],
        id="exports in the other direction",
    ),
    pytest.param(
        [sold("$100 million", 1e8, year(2020)), bought("$250 million", 2.5e8, fiscal(2020))],
        [],
        id="another calendar",
    ),
]


@pytest.mark.parametrize(("stated", "expected"), FLOWS)
def test_figures_of_one_flow_fit(stated: list[pd.DataFrame], expected: list[tuple[str, str, str]]) -> None:
    checks = check(one_article(*stated))
    flows = checks[checks["rule"].isin(["price", "mirror"])]
    assert list(zip(flows["rule"], flows["verdict"], flows["formula"], strict=True)) == expected
