"""A query → a selection → what is shown: validation, facets and their counts, charts, new versions of the store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.data import (
    FACETS,
    NONE,
    Archive,
    Selection,
    Snapshot,
    View,
    count_options,
    count_years,
    records,
    select_claims,
)
from etl.errors import StoreError
from etl.model import Document
from etl.store import Store, to_rows
from tests.sample_store import make_store, record
from tests.samples import year


def any_selection(snapshot: Snapshot) -> st.SearchStrategy[Selection]:
    """Any selection this store can be asked for."""
    values = {
        name: st.lists(st.sampled_from(known), unique=True).map(tuple)
        for name, known in snapshot.options.items()
        if known
    }
    years = st.integers(2000, 2030)
    periods = st.tuples(years, st.none()) | st.tuples(st.none(), years) | st.tuples(years, years).map(sorted)
    return st.builds(lambda period, **chosen: Selection(first=period[0], last=period[1], **chosen), periods, **values)


@given(data=st.data())
def test_a_count_is_the_number_of_claims_the_option_would_show(data: st.DataObject, snapshot: Snapshot) -> None:
    selection = data.draw(any_selection(snapshot))
    for facet in FACETS:
        for option in count_options(snapshot, selection, facet):
            also = {*selection.chosen(facet.name), option.value} if facet.all_of else {option.value}
            shown = select_claims(snapshot.claims, selection.choosing(facet.name, also))
            assert len(shown) == option.count


@pytest.mark.parametrize(
    ("selection", "figures"),
    [
        (Selection(metric=("price",)), {"$372"}),
        (Selection(metric=("price", "exports")), {"$372", "1.2 million tonnes", "900,000 tonnes"}),
        (Selection(metric=("exports",), first=2023), {"900,000 tonnes"}),
        (Selection(first=2022, last=2022), {"1.2 million tonnes", "$388.5 million", "$920 million", "$666.85 million"}),
        (Selection(last=2017), {"$500 million"}),
        (Selection(publisher=(NONE,)), {"$5 billion"}),
        (Selection(publisher=(NONE,), first=1900), set()),
        (Selection(status=("potential",), metric=("exports",)), set()),
    ],
)
def test_filters_hold_at_once_and_a_period_leaves_undated_claims_out(
    snapshot: Snapshot, selection: Selection, figures: set[str]
) -> None:
    assert set(select_claims(snapshot.claims, selection)["span_text"]) == figures


def test_the_richest_chart_comes_first(view: View) -> None:
    assert [(chart.title, len(chart.observations)) for chart in view.charts] == [
        ("Trade between Russia and Pakistan", 6),
        ("Russia: exports to Pakistan of wheat", 2),
    ]


def test_every_observation_is_shown_once(view: View) -> None:
    shown = [*(chart.observations for chart in view.charts), view.singles, view.undated]
    assert sorted(pd.concat(shown)["observation_id"]) == sorted(view.observations["observation_id"])
    assert set(view.observation_of) == set(view.claims["claim_id"])


def test_sources_come_earliest_first_and_those_without_a_date_before_all(view: View) -> None:
    observation = next(row for row in records(view.observations) if row["claims"] > 1)
    dated = view.claims_of(observation)
    undated = {**dated[-1], "published": pd.NaT}
    changed = replace(view)
    changed.rows.update({dated[-1]["claim_id"]: undated})
    said = [claim["claim_id"] for claim in changed.claims_of(observation)]
    assert said == [dated[-1]["claim_id"], *(claim["claim_id"] for claim in dated[:-1])]


def test_the_years_count_claims_whatever_period_is_chosen(snapshot: Snapshot) -> None:
    years = count_years(snapshot, Selection(metric=("exports",), first=2023))
    assert {number: count for number, count in years.items() if count} == {2022: 1, 2023: 1}
    assert (min(years), max(years)) == (2017, 2023)


def test_a_new_version_of_the_store_is_read_at_the_next_request(tmp_path: Path) -> None:
    archive = Archive(str(make_store(tmp_path / "store")))
    before = archive.view(Selection())
    assert archive.view(Selection()) is before
    news = Document("Trade was $2 billion in 2030.", publisher="Tomorrow")
    rows = to_rows([record(news, ("$2 billion", 2e9, year(2030), {}))], "0")
    Store.open(tmp_path / "store").commit(rows)
    assert len(archive.view(Selection()).claims) == len(before.claims) + 1


def test_a_store_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        Archive(str(tmp_path / "nowhere")).snapshot()


def test_many_selections_do_not_pile_up(archive: Archive) -> None:
    first = archive.view(Selection(first=1000))
    for number in range(1001, 1040):
        archive.view(Selection(first=number))
    assert archive.view(Selection(first=1000)) is not first
