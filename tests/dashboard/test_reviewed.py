"""A store about whose claims people decided → the filter, the facet, the table and every file say what they decided."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
from flask.testing import FlaskClient
from typer.testing import CliRunner

from dashboard import ids
from dashboard.app import create_app
from dashboard.cells import claim_rows
from dashboard.components.facets import facets
from dashboard.data import FACETS, Archive, Selection
from etl.cli import app
from etl.decisions import REVIEW_COLUMNS, REVIEWED_COLUMNS, DecisionLog, log_of
from etl.export import from_csv, from_package, load_package, to_package
from etl.frame import empty_frame
from etl.store import load_claims, load_reviewed
from tests.dashboard.test_callbacks import choose
from tests.decided import about, decide
from tests.sample_store import make_store

REVIEW = [column.name for column in REVIEW_COLUMNS]
DAY = pd.Timestamp("2026-11-20")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample store after the first claim was accepted, the second corrected, the third rejected."""
    store = make_store(tmp_path_factory.mktemp("reviewed") / "store")
    claims = load_claims(store)
    DecisionLog(log_of(store)).append(
        [
            decide(about(claims, 0), "a", "accept", who="=Ann"),
            decide(about(claims, 1), "b", "correct", decided={"value": 4e8}),
            decide(about(claims, 2), "c", "reject"),
            decide(about(claims, 3), "d", "accept"),
            decide(about(claims, 3), "e", "reject", who="Ben"),
        ]
    )
    return store


@pytest.fixture(scope="module")
def reviewed(store: Path) -> pd.DataFrame:
    """Its claims with what was decided of each."""
    return load_reviewed(store).claims


@pytest.fixture
def client(store: Path) -> FlaskClient:
    """A caller of the dashboard over it."""
    caller: FlaskClient = create_app(store).server.test_client()
    return caller


@pytest.mark.parametrize(
    ("query", "reviews"),
    [
        ("", {"unreviewed": 8, "accepted": 1, "corrected": 1, "conflict": 1}),
        ("review=accepted", {"accepted": 1}),
        ("review=accepted&review=corrected", {"accepted": 1, "corrected": 1}),
        ("review=unreviewed&parties=RUS", {"unreviewed": 8}),
        ("review=added", {}),
    ],
)
def test_a_review_is_chosen_in_every_address(client: FlaskClient, query: str, reviews: dict[str, int]) -> None:
    csv = from_csv(client.get(f"/claims.csv?{query}").data)
    package = from_package(client.get(f"/package.zip?{query}").data).tables
    rows = client.get(f"/api/v1/claims?{query}").json["rows"]  # type: ignore[index]
    assert csv["review"].value_counts().to_dict() == reviews
    assert package["claims"]["review"].value_counts().to_dict() == reviews
    assert pd.Series([row["review"] for row in rows], dtype="str").value_counts().to_dict() == reviews
    assert client.get(f"/rows.json?{query}").json["total"] == sum(reviews.values())  # type: ignore[index]
    named = from_csv(client.get(f"/observations.csv?{query}").data)["claim_ids"].str.split(";").explode()
    assert sorted(named.dropna()) == sorted(csv["claim_id"])


def test_a_file_says_who_decided_and_when_and_reads_back(client: FlaskClient, reviewed: pd.DataFrame) -> None:
    read = from_csv(client.get("/all.csv").data)
    assert list(read) == [column.name for column in REVIEWED_COLUMNS]
    told = read[read["review"] != "unreviewed"].sort_values("review")[REVIEW]
    assert told.to_dict("records") == [
        {"review": "accepted", "reviewed_by": "=Ann", "reviewed": DAY},
        {"review": "conflict", "reviewed_by": "Ann;Ben", "reviewed": DAY},
        {"review": "corrected", "reviewed_by": "Ann", "reviewed": DAY},
    ]
    in_order = read.set_index("claim_id").loc[reviewed["claim_id"]].reset_index()[list(reviewed)]
    pd.testing.assert_frame_equal(in_order, reviewed)


def test_the_command_writes_the_review_too(store: Path, reviewed: pd.DataFrame, tmp_path: Path) -> None:
    files = {name: tmp_path / f"claims.{name}" for name in ("csv", "parquet", "zip")}
    options = ["--csv", files["csv"], "--parquet", files["parquet"], "--package", files["zip"]]
    done = CliRunner().invoke(app, ["export", "--store", str(store), *map(str, options)])
    assert done.exit_code == 0, done.output
    pd.testing.assert_frame_equal(from_csv(files["csv"].read_bytes()), reviewed)
    pd.testing.assert_frame_equal(pd.read_parquet(files["parquet"]), reviewed)
    pd.testing.assert_frame_equal(from_package(files["zip"]).tables["claims"], reviewed)


def test_a_package_and_openapi_describe_the_review(store: Path, client: FlaskClient) -> None:
    with zipfile.ZipFile(io.BytesIO(to_package(load_package(store)))) as archive:
        resources = json.loads(archive.read("datapackage.json"))["resources"]
    [claims] = [each["schema"]["fields"] for each in resources if each["name"] == "claims"]
    fields = {each["name"]: (each["type"], each["description"]) for each in claims}
    types = dict(zip(REVIEW, ("string", "string", "date"), strict=True))
    assert {name: fields[name] for name in REVIEW} == {
        column.name: (types[column.name], column.meaning) for column in REVIEW_COLUMNS
    }
    described: Any = client.get("/openapi.json").json
    schema = described["components"]["schemas"]["claims"]
    assert set(REVIEW) <= set(schema["required"])
    for row in client.get("/api/v1/claims").json["rows"]:  # type: ignore[index]
        jsonschema.validate(row, schema)


@pytest.mark.parametrize("as_of", [None, "2024-02-12", "2019-01-01"])
def test_what_is_loaded_as_of_a_day_is_the_same_with_and_without_the_review(store: Path, as_of: str | None) -> None:
    found = load_reviewed(store, as_of)
    pd.testing.assert_frame_equal(found.claims[list(empty_frame())], load_claims(store, as_of))
    assert len(found.rejected) == (as_of != "2019-01-01")


def test_the_facet_counts_the_reviews_and_is_not_there_where_nothing_was_decided(store: Path, archive: Archive) -> None:
    decided = Archive(str(store)).view(Selection(review=("accepted",)))
    counted = {option.value: (option.count, option.chosen) for option in decided.count_options("review").shown}
    assert counted == {
        "unreviewed": (8, False),
        "accepted": (1, True),
        "conflict": (1, False),
        "corrected": (1, False),
    }

    def is_hidden(shown: Any) -> bool:  # noqa: ANN401  a tree of components
        [section] = [each for each in facets(shown).children[1:-1] if each.children[0].children == FACETS[-1].title]
        return bool(section.hidden)

    assert (is_hidden(decided), is_hidden(archive.view(Selection()))) == (False, True)


def test_ticking_a_review_changes_the_address(client: FlaskClient) -> None:
    page = choose(client, review=["accepted", "corrected"])
    assert page[ids.QUERY]["data"] == "review=accepted&review=corrected"
    assert page[ids.SUMMARY]["children"] == "2 claims from 2 documents, published 2019–2023"


def test_the_table_says_it_in_words(store: Path) -> None:
    view = Archive(str(store)).view(Selection(review=("accepted", "conflict")))
    told = [{name: row[name] for name in REVIEW} for row in claim_rows(view.claims)]
    assert sorted(told, key=lambda row: row["review"]) == [
        {"review": "Accepted", "reviewed_by": "=Ann", "reviewed": "2026-11-20"},
        {"review": "Reviewers disagree", "reviewed_by": "Ann;Ben", "reviewed": "2026-11-20"},
    ]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("where=review%3DAccepted", 1),
        ("where=reviewed_by~ann", 3),
        ("where=reviewed%3E%3D2026-11-20", 3),
        ("where=reviewed%3D", 8),
    ],
)
def test_the_table_is_narrowed_by_review(client: FlaskClient, query: str, count: int) -> None:
    assert client.get(f"/rows.json?{query}").json["total"] == count  # type: ignore[index]
