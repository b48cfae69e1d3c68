"""Whatever the claims: no vintage shows what was published later, no order matters, every claim is told once."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.series import as_known, observe, releases, revisions, vintages
from tests.property.test_series import some_claims

dollars = some_claims.map(lambda claims: claims.assign(unit="USD", span_text=claims["span_text"].str.lstrip("kgt ")))


@given(dollars)
@settings(max_examples=25)
def test_a_vintage_is_what_the_claims_published_until_its_day_give(claims: pd.DataFrame) -> None:
    known = vintages(claims)
    for day in claims["published"].dropna().unique():
        pd.testing.assert_frame_equal(as_known(known, day), observe(claims[claims["published"] <= day]))


@given(some_claims)
@settings(max_examples=25)
def test_a_vintage_shows_nothing_that_was_published_later(claims: pd.DataFrame) -> None:
    known = vintages(claims)
    published = claims.set_index("claim_id")["published"]
    for vintage, ids in zip(known["vintage"], known["claim_ids"], strict=True):
        assert (published[ids.split(";")] <= vintage).all()
    assert (known["last_published"] == known["vintage"]).all()


@given(some_claims, st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_order_of_the_claims_does_not_matter(claims: pd.DataFrame, random: Any) -> None:  # noqa: ANN401  hypothesis
    order = list(range(len(claims)))
    random.shuffle(order)
    shuffled = claims.iloc[order]
    pd.testing.assert_frame_equal(revisions(shuffled), revisions(claims))
    pd.testing.assert_frame_equal(vintages(shuffled), vintages(claims))


@given(some_claims)
@settings(max_examples=25)
def test_every_claim_is_told_once_and_every_dated_observation_has_a_release(claims: pd.DataFrame) -> None:
    said = revisions(claims)
    assert sorted(said["claim_id"]) == sorted(claims["claim_id"])
    assert (said["revision"] == "undated").equals(said["published"].isna())
    released = releases(said)
    dated = said.loc[said["published"].notna(), "observation_id"]
    assert sorted(released["observation_id"]) == sorted(dated.unique())
    assert (dated.value_counts()[released["observation_id"]].to_numpy() <= released["figures"]).all()
    assert (released["first_published"] <= released["latest_published"]).all()
