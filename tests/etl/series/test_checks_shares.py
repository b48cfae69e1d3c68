"""Shares → checks: within 0 to 100 percent, room for each other, and part over whole."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

from etl.series.checks import check
from tests.samples import Said, one_article, state, year

share = partial(state, metric="export_share", kind="share", unit="percent", reporter="RUS")
exports = partial(state, metric="exports", reporter="RUS")
to_pakistan: Said = {"parties": ("PAK", "RUS"), "partner": "PAK"}
to_china: Said = {"parties": ("CHN", "RUS"), "partner": "CHN"}
of_russia: Said = {"parties": ("RUS",)}
wheat_to_pakistan: Said = {**to_pakistan, "product": "wheat"}
rice_to_pakistan: Said = {**to_pakistan, "product": "rice"}
wheat_of_russia: Said = {**of_russia, "product": "wheat"}

SHARES = [
    pytest.param([share("120%", 120.0, year(2020), **to_pakistan)], [("share_bounds", "contradicts")], id="beyond"),
    pytest.param([share("100%", 100.0, year(2020), **to_pakistan)], [], id="all of it"),
    pytest.param(
        [
            state(
                "107%", 107.0, year(2020), metric="capacity_utilisation", kind="share", unit="percent", parties=("PAK",)
            )
        ],
        [],
        id="a mill can be run beyond its capacity",
    ),
    pytest.param(
        [share("60%", 60.0, year(2020), **to_pakistan), share("50%", 50.0, year(2020), **to_china)],
        [("shares_together", "implausible")],
        id="two partners with more than all",
    ),
    pytest.param(
        [share("60%", 60.0, year(2020), **to_pakistan), share("40%", 40.0, year(2020), **to_china)],
        [],
        id="two partners with all",
    ),
    pytest.param(
        [
            share("60%", 60.0, year(2020), **wheat_to_pakistan),
            share("50%", 50.0, year(2020), **rice_to_pakistan),
        ],
        [],
        id="shares of two goods may be of two wholes",
    ),
    pytest.param(
        [share("60%", 60.0, year(2020), **to_pakistan), share("50%", 50.0, year(2021), **to_china)], [], id="two years"
    ),
    pytest.param(
        [
            exports("$2 billion", 2e9, year(2020), **to_pakistan),
            exports("$40.0 billion", 4e10, year(2020), **of_russia),
            share("5%", 5.0, year(2020), **to_pakistan),
        ],
        [("share_of", "holds")],
        id="part over whole",
    ),
    pytest.param(
        [
            exports("$2.0 billion", 2e9, year(2020), **to_pakistan),
            exports("$40.0 billion", 4e10, year(2020), **of_russia),
            share("15%", 15.0, year(2020), **to_pakistan),
        ],
        [("share_of", "contradicts")],
        id="not part over whole",
    ),
    pytest.param(
        [
            exports("$9.4 billion", 9.4e9, year(2020), **to_pakistan),
            exports("$20.0 billion", 2e10, year(2020), **of_russia),
            share("half", 50.0, year(2020), **to_pakistan),
        ],
        [("share_of", "holds")],
        id="half is said of 47",
    ),
    pytest.param(
        [
            exports("$2.0 billion", 2e9, year(2020), **wheat_to_pakistan),
            exports("$40.0 billion", 4e10, year(2020), **wheat_of_russia),
            share("25%", 25.0, year(2020), **wheat_to_pakistan),
        ],
        [],
        id="it may be the share of wheat in the exports to Pakistan, which are not known",
    ),
    pytest.param(
        [
            exports("$2.0 billion", 2e9, year(2020), **wheat_to_pakistan),
            exports("$40.0 billion", 4e10, year(2020), **wheat_of_russia),
            exports("$8.0 billion", 8e9, year(2020), **to_pakistan),
            share("25%", 25.0, year(2020), **wheat_to_pakistan),
        ],
        [("share_of", "holds")],
        id="it is",
    ),
]


@pytest.mark.parametrize(("stated", "expected"), SHARES)
def test_shares_fit_their_whole(stated: list[pd.DataFrame], expected: list[tuple[str, str]]) -> None:
    checks = check(one_article(*stated))
    shares = checks[checks["rule"].isin(["share_bounds", "shares_together", "share_of"])]
    assert list(zip(shares["rule"], shares["verdict"], strict=True)) == expected
