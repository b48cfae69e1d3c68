"""Whatever the claims: each is counted once, no order of documents matters, agreement is what intervals say."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.frame import typed
from etl.grammar.numbers import printed_step
from etl.model import QUALIFIERS, Period
from etl.series import convert, ecb_rates, observe, split_sides
from etl.series.steps import printed_steps
from tests.samples import fiscal, months, state_row, year

PERIODS: list[Period | None] = [None, year(2017), year(2018), fiscal(2017), months(2018, 1, 6)]
UNITS = {"USD": "$", "tonne": "t ", "kilogram": "kg "}


@st.composite
def one_row(draw: st.DrawFn) -> dict[str, object]:
    """A row of the tidy frame: few periods, publishers and figures, so that claims meet."""
    number, unit = draw(st.integers(1, 999)), draw(st.sampled_from(sorted(UNITS)))
    said: dict[str, Any] = {"unit": unit, "qualifier": draw(st.sampled_from(QUALIFIERS))}
    if draw(st.booleans()):
        said["value_upper"] = float(number + draw(st.integers(1, 99)))
    days = st.none() | st.dates(dt.date(2018, 1, 1), dt.date(2018, 1, 3))
    publisher, published = draw(st.sampled_from([None, "A", "B"])), draw(days)
    period = draw(st.sampled_from(PERIODS))
    figure = f"{UNITS[unit]}{number}"
    [row] = state_row(figure, float(number), period, publisher=publisher, published=published, **said)
    return row


# A document may state a figure once: a row that hypothesis repeats is the same claim.
some_claims = st.lists(one_row(), min_size=1, max_size=8, unique_by=lambda row: row["claim_id"]).map(typed)


@given(some_claims)
@settings(max_examples=25)
def test_every_claim_is_in_exactly_one_observation(claims: pd.DataFrame) -> None:
    observed = observe(claims)
    assert sorted(";".join(observed["claim_ids"]).split(";")) == sorted(claims["claim_id"])
    assert observed["claims"].sum() == len(claims)
    assert observed["observation_id"].is_unique


@given(some_claims, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_the_claims_does_not_matter(claims: pd.DataFrame, random: Any) -> None:  # noqa: ANN401  hypothesis
    order = list(range(len(claims)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(observe(claims.iloc[order]), observe(claims))


@given(some_claims)
@settings(max_examples=25)
def test_agreement_is_what_the_intervals_of_single_claims_say(claims: pd.DataFrame) -> None:
    lonely = claims.assign(metric=[f"metric {row}" for row in range(len(claims))])
    ends = observe(lonely).set_index("claim_ids")[["low", "high"]].fillna({"low": -math.inf, "high": math.inf})
    for row in observe(claims).to_dict("records"):
        parts = ends.loc[row["claim_ids"].split(";")]
        if row["unit"] == "USD":  # the others may have been brought to a common unit
            apart = parts["low"].max() > parts["high"].min() * (1 + 1e-9)
            assert (row["agreement"] == "conflict") == apart
        assert row["agreement"] != "agree" or row["sources"] > 1
        assert not row["low"] > row["high"]


@given(some_claims)
@settings(max_examples=25)
def test_the_figure_that_stands_is_one_of_the_sides(claims: pd.DataFrame) -> None:
    observed = observe(claims)
    sides = split_sides(observed).merge(observed, on="observation_id", suffixes=("", "_chosen"))
    standing = (sides["value"] / sides["value_chosen"] - 1).abs().lt(1e-9) & (
        sides["qualifier"] == sides["qualifier_chosen"]
    )
    assert set(sides.loc[standing, "observation_id"]) == set(observed["observation_id"])


@given(some_claims)
@settings(max_examples=25)
def test_converting_there_and_back_changes_nothing(claims: pd.DataFrame) -> None:
    observed = observe(claims)
    masses = observed[observed["unit"] == "tonne"].reset_index(drop=True)
    if len(masses):
        back = convert(convert(masses, "kilogram"), "tonne")
        pd.testing.assert_frame_equal(back[list(masses)], masses)


@given(some_claims)
@settings(max_examples=25)
def test_converting_twice_is_converting_once(claims: pd.DataFrame) -> None:
    observed = observe(claims)
    masses = observed[observed["dimension"] == "mass"]
    if len(masses):
        once = convert(masses, "kt")
        pd.testing.assert_frame_equal(convert(once, "kt"), once)


FIGURES = st.from_regex(
    r"(\$|Rs |up )?[0-9]{1,4}(,[0-9]{3})*(\.[0-9]{1,3})?( to [0-9]+)?( million|%|½| tons)?", fullmatch=True
)


@given(st.lists(st.tuples(FIGURES, st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=20))
def test_the_step_of_a_column_is_that_of_each_figure(printed: list[tuple[str, float]]) -> None:
    spans, values = (pd.Series(part) for part in zip(*printed, strict=True))
    assert printed_steps(spans, values).tolist() == [printed_step(*each) for each in printed]


CODES = ["EUR", "USD", "RUB", "CNY", "GBP", "TRY"]


@given(st.permutations(CODES), st.dates(dt.date(2005, 4, 1), dt.date(2022, 2, 1)), st.integers(0, 400), st.booleans())
@settings(max_examples=50)
def test_rates_multiply_to_one_around_any_circle(codes: list[str], start: dt.date, days: int, at_end: bool) -> None:  # noqa: FBT001
    first, second, third = codes[:3]
    end = min(start + dt.timedelta(days=days), dt.date(2022, 3, 1))
    period = np.datetime64(start), np.datetime64(end)
    pairs = [(first, second), (second, third), (third, first)]
    read = [ecb_rates().between(*pair, *period, at_end=at_end).value for pair in pairs]
    assert math.isclose(math.prod(read), 1, rel_tol=1e-12)
