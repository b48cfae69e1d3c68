"""The checks of a store: made beside the requests, and found by the observation they are about."""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.components.tooltip import details
from dashboard.data import Archive, Checked, Selection, View
from etl.errors import StoreError
from etl.model import Document, Period
from etl.series.checks import VERDICTS
from etl.store import Store, load_checks, to_rows
from tests.sample_store import make_store, record
from tests.samples import Said, year


@pytest.fixture(scope="module")
def checked(archive: Archive) -> Checked:
    """The checks of the sample store."""
    checked = archive.checks(60)
    assert checked is not None
    return checked


def test_all_checks_are_those_of_the_store(checked: Checked, sample_store: Path) -> None:
    pd.testing.assert_frame_equal(checked.at(slice(None)), load_checks(sample_store))


def test_a_check_is_found_from_the_observations_of_both_its_sides(checked: Checked, view: View) -> None:
    found = {
        f"{row['subject']}, {row['period_label']}": [*checked.about(row["observation_id"])["rule"]]
        for _, row in view.observations.iterrows()
        if len(checked.about(row["observation_id"]))
    }
    assert found == {
        "Trade between Russia and Pakistan, 2018": ["periods", "pace"],
        "Trade between Russia and Pakistan, 2018-01-01/P10M": ["periods", "pace"],
        "Trade between Russia and Pakistan, FY2022/23": ["conflict"],
        "Trade between Russia and Pakistan, 2023": ["conflict"],
    }
    assert checked.about("no such observation").empty


def test_the_worst_verdict_of_each_observation_is_told(checked: Checked, view: View) -> None:
    told = dict(
        zip(view.observations["period_label"], checked.verdicts(view.observations["observation_id"]), strict=True)
    )
    assert (told["FY2022/23"], told["2018-01-01/P10M"], told["FY2021/22"]) == ("contradicts", "holds", "")
    assert checked.verdicts(pd.Series(["no such observation"])) == [""]


def test_what_does_not_add_up_is_told_of_an_observation_but_not_that_its_sources_disagree(
    checked: Checked, view: View
) -> None:
    assert checked.worst_of(view.observations["observation_id"]) == {}
    assert checked.worst_of([]) == {}


def test_the_tooltip_of_a_figure_that_does_not_add_up_says_what_does_not(tmp_path: Path) -> None:
    flows = "Exports were $300 million and imports $100 million in 2023, for a trade of $900 million."
    said: list[tuple[str, float, Period | None, Said]] = [
        (figure, value, year(2023), {"metric": metric, "reporter": "PAK", "partner": "RUS"})
        for figure, value, metric in (
            ("$300 million", 3e8, "exports"),
            ("$100 million", 1e8, "imports"),
            ("$900 million", 9e8, "trade_turnover"),
        )
    ]
    written = record(Document(flows, title="Flows", publisher="The Ledger"), *said)
    Store.create_or_open(tmp_path / "store").commit(to_rows([written], "0"))
    archive = Archive(str(tmp_path / "store"))
    checked, view = archive.checks(60), archive.view(Selection())
    shown = details(view.shown, view.observations, checked=checked).values()
    sum_of_both = "exports of Pakistan 300 million + imports of Pakistan 100 million = 400 million USD"
    told = [side["check"] for sides in shown for side in sides]
    assert told == [f"Contradicts: {sum_of_both}, stated 900 million"] * 3


def test_checks_are_chosen_by_the_values_of_their_columns(checked: Checked) -> None:
    assert [
        len(checked.rows(**wanted))
        for wanted in ({}, {"rule": "conflict"}, {"rule": "conflict", "verdict": VERDICTS[0]})
    ] == [4, 2, 1]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", {}),
        ("verdict=holds", {"verdict": ["holds"]}),
        ("verdict=fails", {"verdict": ["contradicts", "implausible"]}),
        (
            "verdict=fails&scope=sources&check=conflict",
            {"verdict": ["contradicts", "implausible"], "rule": ["conflict"]},
        ),
        ("check=price", {"rule": ["price"]}),
    ],
)
def test_a_file_has_the_checks_that_are_chosen(
    client: FlaskClient, checked: Checked, query: str, wanted: Mapping[str, Sequence[str]]
) -> None:
    table = checked.at(slice(None))
    for column, values in wanted.items():
        table = table[table[column].isin(values)]
    found = pd.read_csv(io.StringIO(client.get(f"/checks.csv?{query}").text))
    assert found["formula"].tolist() == table["formula"].tolist()
    rows = client.get(f"/api/v1/checks?{query}").get_json()
    assert rows["total"] == len(table)


def test_a_verdict_there_is_not_is_refused(client: FlaskClient) -> None:
    answer = client.get("/checks.csv?verdict=perhaps")
    assert (answer.status_code, "“verdict” is 'fails' or 'contradicts'" in answer.text) == (400, True)


def test_checks_are_made_once_for_a_version_and_nobody_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, asked = threading.Event(), []

    def check_slowly(store: Store) -> pd.DataFrame:
        asked.append(store.version)
        go_on.wait()
        return load_checks(store)

    monkeypatch.setattr("dashboard.data.version.load_checks", check_slowly)
    monkeypatch.setattr("dashboard.routes.asking._PATIENCE", 0.0)
    archive = Archive(str(make_store(tmp_path / "store")), fresh=0)
    assert [archive.checks(), archive.checks(0.01)] == [None, None]
    answer = create_app(tmp_path / "store").server.test_client().get("/checks.csv")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "being checked" in answer.text
    go_on.set()
    first = archive.checks(60)
    assert first is not None
    assert archive.checks() is first
    rows = to_rows([record(Document("Trade was $2 billion in 2023."), ("$2 billion", 2e9, year(2023), {}))], "0")
    Store.open(tmp_path / "store").commit(rows)
    _wait_for(archive, 2)
    second = archive.checks(60)
    assert second is not None
    assert [each.at(slice(1))["period_label"].item() for each in (first, second)] == ["FY2022/23", "2023"]
    assert asked == [1, 1, 2]


def test_what_is_wrong_with_the_store_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_store: Store) -> pd.DataFrame:
        message = "the store is damaged"
        raise StoreError(message)

    monkeypatch.setattr("dashboard.data.version.load_checks", fail)
    with pytest.raises(StoreError, match="damaged"):
        Archive(str(make_store(tmp_path / "store"))).checks(60)


def _wait_for(archive: Archive, version: int) -> None:
    while archive.snapshot().store.version < version:
        threading.Event().wait(0.01)
