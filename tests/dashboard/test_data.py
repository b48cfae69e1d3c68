"""A store and a selection → what is shown: claims, counts, charts, sources; new versions; what is kept in memory."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.data import (
    FACETS,
    NONE,
    Archive,
    Selection,
    Snapshot,
    StillReadingError,
    View,
    records,
)
from dashboard.data import snapshot as snapshots
from dashboard.data.kept import Kept
from etl.decisions import DecisionLog, log_of
from etl.errors import StoreError
from etl.model import Document
from etl.series import CHOICES, dated, observe
from etl.store import Store, to_rows
from tests.decided import about, decide
from tests.sample_store import make_store, record
from tests.samples import year


def selections(snapshot: Snapshot) -> st.SearchStrategy[Selection]:
    """Any filters this store can be asked for, and any rule."""
    values = {
        name: st.just(()) | st.lists(st.sampled_from(known), unique=True, max_size=3).map(tuple)
        for name, known in snapshot.options.items()
    }
    years = st.none() | st.integers(2015, 2025)
    return st.builds(
        Selection,
        **values,
        first=years,
        last=years,
        sources=st.sampled_from([1, 1, 2]),
        q=st.sampled_from(["", "", "wheat", "Trade russia", "wire", "RECORD pakistan", "nowhere"]),
        as_of=st.none() | st.dates(dt.date(2018, 1, 1), dt.date(2025, 1, 1)),
        rule=st.sampled_from(CHOICES),
    )


def keeps(claim: pd.Series, chosen: Selection, standing: dict[str, pd.Series]) -> bool:
    """Whether a selection keeps a claim, told claim by claim and word by word."""
    observation = standing.get(claim["observation_id"])
    if observation is None or (chosen.as_of and not claim["published"] <= pd.Timestamp(chosen.as_of)):
        return False
    named = {name: claim[name] if isinstance(claim[name], str) else NONE for name in ("product", "publisher")}
    owner = observation["reporter"] if isinstance(observation["reporter"], str) else NONE
    parties = set(claim["parties"].split(";")) if isinstance(claim["parties"], str) else {NONE}
    days = [day for day in (claim["period_start"], claim["period_end"]) if pd.notna(day)]
    texts = [str(claim[name]) for name in ("title", "publisher") if isinstance(claim[name], str)]
    series = observation["series_id"]
    said = "\n".join([*texts, observation["series_title"]]).lower()
    return all(
        [
            not chosen.metric or claim["metric"] in chosen.metric,
            set(chosen.parties) <= parties,
            not chosen.reporter or owner in chosen.reporter,
            not chosen.product or named["product"] in chosen.product,
            not chosen.status or claim["status"] in chosen.status,
            not chosen.frequency or observation["frequency"] in chosen.frequency,
            not chosen.publisher or named["publisher"] in chosen.publisher,
            not chosen.agreement or observation["agreement"] in chosen.agreement,
            not chosen.review or claim["review"] in chosen.review,
            observation["sources"] >= chosen.sources,
            all(word in said for word in chosen.q.lower().split()),
            not chosen.series or any(series == name or series.startswith(f"{name}.") for name in chosen.series),
            chosen.first is None or (bool(days) and days[-1].year >= chosen.first),
            chosen.last is None or (bool(days) and days[0].year <= chosen.last),
        ]
    )


def kept(snapshot: Snapshot, chosen: Selection) -> pd.DataFrame:
    """The claims that a selection keeps, by brute force."""
    claims = snapshot.claims
    known = claims[claims["published"] <= pd.Timestamp(chosen.as_of)] if chosen.as_of else claims
    # The sample has one unit a series and no copies, so that whichever claims are known, ids stay.
    standing = {row["observation_id"]: row for _, row in observe(known).iterrows()}
    return claims[[keeps(claim, chosen, standing) for _, claim in claims.iterrows()]]


@settings(max_examples=25)
@given(data=st.data())
def test_a_view_has_the_claims_that_every_filter_keeps_in_reading_order(
    data: st.DataObject, snapshot: Snapshot, archive: Archive
) -> None:
    selection = data.draw(selections(snapshot))
    view, expected = archive.view(selection), kept(snapshot, selection)
    assert view.claims["claim_id"].tolist() == expected["claim_id"].tolist()
    assert view.claim_count == len(expected)
    assert view.sources.documents == expected["document_id"].nunique()
    assert view.series()["claims"].sum() == len(expected)


@settings(max_examples=25)
@given(data=st.data())
def test_the_observations_of_a_view_are_those_of_its_claims(
    data: st.DataObject, snapshot: Snapshot, archive: Archive
) -> None:
    selection = data.draw(selections(snapshot))
    view = archive.view(selection)
    expected = observe(view.claims, rule=selection.rule)
    pd.testing.assert_frame_equal(view.observations, expected)
    assert view.observation_count == len(expected)


@settings(max_examples=25)
@given(data=st.data())
def test_a_count_is_the_number_of_claims_the_option_would_show(
    data: st.DataObject, snapshot: Snapshot, archive: Archive
) -> None:
    selection = data.draw(selections(snapshot))
    view = archive.view(selection)
    for facet in FACETS:
        for option in view.count_options(facet.name).shown:
            also = {*selection.chosen(facet.name), option.value} if facet.all_of else {option.value}
            assert archive.view(selection.choosing(facet.name, also)).claim_count == option.count


@settings(max_examples=25)
@given(data=st.data())
def test_years_count_claims_whatever_years_are_chosen(
    data: st.DataObject, snapshot: Snapshot, archive: Archive
) -> None:
    selection = data.draw(selections(snapshot))
    claims = kept(snapshot, replace(selection, first=None, last=None))
    ends = claims["period_end"].fillna(claims["period_start"])
    years = archive.view(selection).count_years()
    assert {number: count for number, count in years.items() if count} == Counter(ends.dropna().dt.year)
    assert (min(years), max(years)) == snapshot.years
    chosen_years = selection.first is not None or selection.last is not None
    assert archive.view(selection).left_out == (int(ends.isna().sum()) if chosen_years else 0)


@settings(max_examples=25)
@given(data=st.data())
def test_every_observation_is_shown_once_and_the_richest_chart_first(
    data: st.DataObject, snapshot: Snapshot, archive: Archive
) -> None:
    view = archive.view(data.draw(selections(snapshot)))
    shown = [*(chart.observations for chart in view.charts), view.singles(), view.undated()]
    assert sorted(pd.concat(shown)["observation_id"]) == sorted(view.observations["observation_id"])
    sizes = [(chart.figures, chart.claims) for chart in view.charts]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes == [(len(chart.observations), int(chart.observations["claims"].sum())) for chart in view.charts]
    for chart in view.charts:
        assert set(chart.observations["subject"]) == {chart.title}
        assert len(chart.observations[["period_start", "period_end"]].drop_duplicates()) > 1


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
        (Selection(agreement=("conflict",)), {"$920 million", "$666.85 million"}),
        (Selection(agreement=("conflict",), as_of=dt.date(2024, 1, 1)), set()),
        (Selection(sources=2), {"$920 million", "$666.85 million", "$1 billion", "$1.02 billion"}),
        (Selection(sources=2, publisher=("The Ledger",)), {"$920 million"}),
        (Selection(q="ledger fiscal"), {"$388.5 million", "$920 million"}),
        (Selection(reporter=("RUS",), frequency=("annual",)), {"1.2 million tonnes", "900,000 tonnes", "$372"}),
    ],
)
def test_filters_hold_at_once_and_a_period_leaves_undated_claims_out(
    archive: Archive, selection: Selection, figures: set[str]
) -> None:
    assert set(archive.view(selection).claims["span_text"]) == figures


def test_a_day_shows_the_store_as_it_was_known_then(archive: Archive, snapshot: Snapshot) -> None:
    """What was published later changes neither the figure nor whether its sources agree."""
    view = archive.view(Selection(as_of=dt.date(2024, 9, 30)))
    known = snapshot.claims[snapshot.claims["published"] <= "2024-09-30"]
    pd.testing.assert_frame_equal(view.observations, observe(known))


def test_the_richest_chart_comes_first(view: View) -> None:
    assert [(chart.title, chart.dimension, len(chart.observations)) for chart in view.charts] == [
        ("Trade between Russia and Pakistan", "currency:USD", 6),
        ("Russia: exports to Pakistan of wheat", "mass", 2),
    ]
    assert [chart.sources.latest for chart in view.charts] == ["Northern Wire", "Northern Wire"]
    assert dated(view.observations)["observation_id"].nunique() == 6 + 2 + len(view.singles())


def test_charts_of_one_dimension_are_laid_over_another(archive: Archive) -> None:
    charts = archive.view(Selection(layout="overlay")).charts
    assert [(chart.dimension, len(chart.numbers)) for chart in charts] == [("currency:USD", 1), ("mass", 1)]


def test_a_series_or_the_chart_it_is_on_can_be_picked(archive: Archive, view: View) -> None:
    chart = view.charts[1]
    series = chart.observations["series_id"].iloc[0]
    for name in (series, chart.chart_id):
        assert [each.chart_id for each in archive.view(Selection(series=(name,))).charts] == [chart.chart_id]


def test_sources_come_earliest_first_and_those_without_a_date_before_all(tmp_path: Path) -> None:
    store = make_store(tmp_path / "store")
    rumour = Document("Trade came to $1 billion in 2023, they say.")
    Store.open(store).commit(to_rows([record(rumour, ("$1 billion", 1e9, year(2023), {}))], "0"))
    view = Archive(str(store)).view(Selection(first=2023, last=2023, metric=("trade_turnover",)))
    [observation] = [row for row in records(view.observations) if row["period_label"] == "2023"]
    published = [claim["published"] for claim in view.claims_of(observation)]
    assert [pd.isna(day) or f"{day:%Y-%m-%d}" for day in published] == [True, "2024-09-19", "2024-10-02"]


def test_what_is_not_there_is_none(view: View, archive: Archive) -> None:
    observation = view.charts[0].observations["observation_id"].iloc[0]
    nothing = archive.view(Selection(metric=("price",)))
    assert view.observation(observation) is not None
    assert [nothing.observation(observation), view.observation("0" * 16), view.observation("é")] == [None] * 3
    assert view.claims_of("0" * 16) == []
    assert view.snapshot.document("nowhere") is None
    assert view.snapshot.claims_in("nowhere").empty


def test_a_new_version_of_the_store_is_read_at_the_next_request(tmp_path: Path) -> None:
    archive = Archive(str(make_store(tmp_path / "store")), fresh=0)
    before = archive.view(Selection())
    assert archive.view(Selection()).shown is before.shown
    news = Document("Trade was $2 billion in 2030.", publisher="Tomorrow")
    rows = to_rows([record(news, ("$2 billion", 2e9, year(2030), {}))], "0")
    Store.open(tmp_path / "store").commit(rows)
    assert archive.view(Selection()).claim_count == before.claim_count + 1


def test_a_decision_is_seen_at_the_next_request(tmp_path: Path) -> None:
    archive = Archive(str(make_store(tmp_path / "store")), fresh=0)
    before = archive.view(Selection())
    rejected = decide(about(before.claims, 0), "a", "reject", reason="a misprint")
    DecisionLog(log_of(tmp_path / "store")).append([rejected])
    left = archive.view(Selection()).claims["claim_id"]
    assert sorted(left) == sorted(before.claims["claim_id"][1:])


def test_while_a_store_is_read_nobody_waits_and_the_version_before_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, read = threading.Event(), snapshots.read_snapshot

    def read_slowly(store: Store) -> Snapshot:
        go_on.wait()
        return read(store)

    monkeypatch.setattr("dashboard.data.version.read_snapshot", read_slowly)
    archive = Archive(str(make_store(tmp_path / "store")), patience=0, fresh=0)
    archive.start()
    with pytest.raises(StillReadingError, match="12 claims"):
        archive.snapshot()
    go_on.set()
    first = _patient(archive).snapshot()
    go_on.clear()
    rows = to_rows([record(Document("Trade was $2 billion in 2030."), ("$2 billion", 2e9, year(2030), {}))], "0")
    Store.open(tmp_path / "store").commit(rows)
    assert archive.snapshot() is archive.snapshot() is first
    go_on.set()
    assert _until(lambda: archive.snapshot() is not first)


def test_a_store_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path / "nowhere"))
    archive.start()
    with pytest.raises(StoreError):
        archive.snapshot()


def test_a_store_that_cannot_be_read_says_why_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Store) -> Snapshot:
        message = "the disk is gone"
        raise StoreError(message)

    archive = Archive(str(make_store(tmp_path / "store")), fresh=0)
    with monkeypatch.context() as patched:
        patched.setattr("dashboard.data.version.read_snapshot", fail)
        with pytest.raises(StoreError, match="the disk is gone"):
            archive.snapshot()
    assert len(archive.snapshot()) == 12


def test_many_selections_do_not_pile_up(archive: Archive) -> None:
    first = archive.view(Selection(first=1000))
    for number in range(1001, 1070):
        archive.view(Selection(first=number))
    assert archive.view(Selection(first=1000)).shown is not first.shown


def test_how_a_selection_is_drawn_counts_nothing_anew(archive: Archive) -> None:
    drawn = Selection(metric=("exports",), scale="log", page=3, unit="tonne")
    assert archive.view(drawn).shown is archive.view(Selection(metric=("exports",))).shown


@given(st.lists(st.integers(0, 9)), st.integers(1, 4))
def test_what_was_asked_for_last_is_kept_and_no_more(asked: list[int], most: int) -> None:
    values, kept_keys = Kept[int, object](most), list[int]()
    for number in asked:
        marker = object()
        is_made = values.get(number, partial(_same, marker)) is marker
        assert is_made == (number not in kept_keys)
        kept_keys = [*(key for key in kept_keys if key != number), number][-most:]


def _same(value: object) -> object:
    return value


def test_what_many_ask_for_at_once_is_made_once() -> None:
    values, made, begun = Kept[str, int](2), list[str](), threading.Event()

    def make() -> int:
        made.append("a")
        begun.wait(30)
        return len(made)

    with ThreadPoolExecutor(4) as readers:
        waiting = [readers.submit(values.get, "a", make) for _ in range(3)]
        other = readers.submit(values.get, "b", lambda: 7)
        assert other.result(30) == 7, "nobody waits for another key"
        begun.set()
        assert [reader.result(30) for reader in waiting] == [1, 1, 1]
    assert made == ["a"]


def test_no_more_values_are_made_at_once_than_allowed() -> None:
    values, busy, most = Kept[int, int](9, at_once=2), list[int](), list[int]()

    def make(number: int) -> int:
        busy.append(number)
        most.append(len(busy))
        time.sleep(0.01)
        busy.remove(number)
        return number

    with ThreadPoolExecutor(6) as readers:
        assert [*readers.map(lambda number: values.get(number, partial(make, number)), range(6))] == [*range(6)]
    assert max(most) == 2


def test_nothing_is_kept_of_what_could_not_be_made() -> None:
    values = Kept[str, float](2)
    with pytest.raises(ZeroDivisionError):
        values.get("a", lambda: 1 / 0)
    assert (len(values), values.get("a", lambda: 1.0)) == (0, 1.0)


def _patient(archive: Archive) -> Archive:
    """The archive as soon as it has something to show."""

    def has_read() -> bool:
        try:
            archive.snapshot()
        except StillReadingError:
            return False
        return True

    assert _until(has_read)
    return archive


def _until(happens: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not happens() and time.monotonic() < end:
        time.sleep(0.01)
    return happens()
