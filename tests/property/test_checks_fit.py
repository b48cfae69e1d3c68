"""Any figures that fit each other, printed as coarsely as one likes, are never said not to."""

from __future__ import annotations

import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from etl.series.checks import check
from tests.samples import TO_PAKISTAN, Said, one_article, state, year

billions = st.floats(1.5, 900)
places = st.integers(1, 4)
RUSSIA: Said = {"metric": "exports", "reporter": "RUS", "parties": ("RUS",)}
SHARE: Said = {"metric": "export_share", "kind": "share", "unit": "percent", "reporter": "RUS", "partner": "PAK"}
WHEAT: Said = {**RUSSIA, "product": "wheat"}
TONNES: Said = {**WHEAT, "unit": "tonne"}
PRICE: Said = {"product": "wheat", "metric": "price", "kind": "price", "unit": "USD/tonne", "parties": ("RUS",)}


def level(value: float, places: int, at: int = 2020, **said: object) -> pd.DataFrame:
    """So many billion, printed to some places."""
    shown = f"{value:.{places}f}"
    return state(f"{shown} billion", float(shown) * 1e9, year(at), **said)  # type: ignore[arg-type]


def percent(value: float, places: int, **said: object) -> pd.DataFrame:
    shown = f"{value:.{places}f}"
    return state(f"{shown}%", float(shown), year(2020), **{"unit": "percent", **said})  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(now=billions, base=billions, coarse=st.tuples(places, places, places))
def test_a_change_fits_its_levels(now: float, base: float, coarse: tuple[int, int, int]) -> None:
    shown = f"{now - base:.{coarse[2]}f}"
    changes = [
        percent((now / base - 1) * 100, coarse[2], kind="change_rel"),
        state(f"{shown} billion", float(shown) * 1e9, year(2020), kind="change_abs"),
    ]
    days = {"comparison_start": pd.Timestamp(2019, 1, 1), "comparison_end": pd.Timestamp(2019, 12, 31)}
    levels = level(now, coarse[0]), level(base, coarse[1], 2019)
    claims = one_article(*levels, *(change.assign(**days) for change in changes))
    checks = check(claims)
    pd.testing.assert_frame_equal(checks, check(claims[::-1]))
    assert checks["verdict"].tolist() == ["holds"] * 2


@settings(max_examples=25, deadline=None)
@given(whole=billions, part=st.floats(0.01, 1), tonnes=billions, coarse=st.tuples(places, places, places))
def test_a_part_fits_its_whole_and_a_price_its_goods(
    whole: float, part: float, tonnes: float, coarse: tuple[int, int, int]
) -> None:
    assume(float(f"{whole * part:.{coarse[0]}f}") > 0)
    claims = one_article(
        level(whole * part, coarse[0], **TO_PAKISTAN),
        level(whole, coarse[1], **RUSSIA),
        percent(part * 100, coarse[2], **SHARE),
        level(whole, coarse[1], **WHEAT),
        level(tonnes, coarse[0], **TONNES),
        state(f"${whole / tonnes:.4f}", float(f"{whole / tonnes:.4f}"), year(2020), **PRICE),
    )
    checks = check(claims)
    pd.testing.assert_frame_equal(checks, check(claims[::-1]))
    assert set(checks["verdict"]) == {"holds"}
    assert {"share_of", "price"} <= set(checks["rule"])
