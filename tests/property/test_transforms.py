"""Whatever the figures: an interval holds what any figures inside its inputs give; what is made agrees with itself."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.frame import typed
from etl.series import TRANSFORMS, observe, transform
from tests.property.test_series import some_claims
from tests.samples import months, state_row, year

YEARS = [year(number) for number in (2016, 2017, 2018)]
MONTHS = [months(2018, number, number) for number in (1, 2, 3)]
GOODS: list[dict[str, Any]] = [{"product": name, "metric": "exports"} for name in ("rice", "wheat")]


@st.composite
def one_figure(draw: st.DrawFn) -> dict[str, object]:
    """A row of the tidy frame: a positive amount, plain, about or a bound, at few periods, so that figures meet."""
    number, decimals = draw(st.integers(1, 999)), draw(st.sampled_from([0, 1]))
    said = draw(st.sampled_from(GOODS)) | {"qualifier": draw(st.sampled_from(["=", "=", "~", ">", "<"]))}
    period = draw(st.sampled_from([*YEARS, *MONTHS]))
    publisher = draw(st.sampled_from(["A", "B"]))
    [row] = state_row(f"${number:.{decimals}f}", float(number), period, publisher=publisher, **said)
    return row


figures = st.lists(one_figure(), min_size=2, max_size=10, unique_by=lambda row: row["claim_id"]).map(typed)
CALLS: list[tuple[str, dict[str, Any]]] = [
    *(("change", {"over": over}) for over in ("year", "period")),
    *(("growth", {"over": over}) for over in ("year", "period")),
    *(("index", {"base": base}) for base in (None, "2017", "2018")),
    ("share", {}),
    *(("cumulative", {"base": base}) for base in (None, "2017")),
    ("annualised", {}),
]


def inside(observed: pd.DataFrame, random: Any) -> pd.DataFrame:  # noqa: ANN401  hypothesis
    """The observations with one exact figure each, anywhere in its interval; open ends reach a good way."""
    low = observed["low"].fillna(observed[["high", "value"]].min(axis=1) / 100)
    high = observed["high"].fillna(observed[["low", "value"]].max(axis=1) * 100)
    exact = [random.uniform(*ends) for ends in zip(low, high, strict=True)]
    return observed.assign(value=exact, value_upper=np.nan, low=exact, high=exact, qualifier="=", sides=None)


@given(figures, st.sampled_from(CALLS), st.randoms(use_true_random=False))
@settings(max_examples=75, deadline=None)
def test_what_exact_figures_inside_the_intervals_give_is_inside_the_result(
    claims: pd.DataFrame,
    call: tuple[str, dict[str, Any]],
    random: Any,  # noqa: ANN401  hypothesis
) -> None:
    observed = observe(claims)
    told, exact = (transform(frame, call[0], **call[1]) for frame in (observed, inside(observed, random)))
    both = told["refused"].isna() & exact["refused"].isna()
    low, high = told["low"].fillna(-math.inf), told["high"].fillna(math.inf)
    slack = 1e-9 * (exact["value"].abs() + 100)
    assert ((low - slack <= exact["value"]) & (exact["value"] <= high + slack))[both].all()
    assert (low <= high + slack)[both].all()


@given(some_claims, st.sampled_from(sorted(TRANSFORMS)))
@settings(max_examples=25, deadline=None)
def test_rows_stay_and_what_is_refused_has_a_reason_and_no_figure(claims: pd.DataFrame, name: str) -> None:
    observed = observe(claims)
    result = transform(observed, name)
    kept = ["observation_id", "series_id", "period_label", "status", "claim_ids", "agreement"]
    pd.testing.assert_frame_equal(result[kept], observed[kept])
    assert result["refused"].notna().equals(result["value"].isna())
    assert (
        result.loc[result["refused"].notna(), ["value_upper", "low", "high", "sides", "formula"]].isna().all(axis=None)
    )


@given(some_claims)
@settings(max_examples=25, deadline=None)
def test_a_level_is_the_figure(claims: pd.DataFrame) -> None:
    observed = observe(claims)
    pd.testing.assert_frame_equal(transform(observed, "level")[list(observed)], observed)


@given(figures)
@settings(max_examples=25, deadline=None)
def test_an_index_grows_as_its_figures_do(claims: pd.DataFrame) -> None:
    observed = observe(claims)
    direct, by_index = transform(observed, "growth"), transform(transform(observed, "index"), "growth")
    both = direct["refused"].isna() & by_index["refused"].isna()
    np.testing.assert_allclose(by_index["value"][both], direct["value"][both], atol=1e-9)


@given(figures, st.sampled_from(CALLS), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_rows_does_not_matter(
    claims: pd.DataFrame,
    call: tuple[str, dict[str, Any]],
    random: Any,  # noqa: ANN401  hypothesis
) -> None:
    observed = observe(claims)
    order = list(range(len(observed)))
    random.shuffle(order)
    shuffled = transform(observed.iloc[order], call[0], **call[1]).sort_index()
    columns = ["value", "low", "high", "qualifier", "formula", "refused"]
    pd.testing.assert_frame_equal(shuffled[columns], transform(observed, call[0], **call[1])[columns])
