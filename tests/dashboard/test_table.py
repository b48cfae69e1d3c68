"""A view and the order and conditions of its address → the rows of its table, block by block and as a file."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from flask.testing import FlaskClient

from dashboard.cells import MAKERS, claim_rows, rows_of_claims
from dashboard.data import TABLE_COLUMNS, Archive, Column, Snapshot, View, read_condition, read_query, records
from etl.decisions import REVIEWED_COLUMNS
from etl.export import from_csv

Cells = list[dict[str, Any]]


def shown(archive: Archive, **query: str | list[str]) -> Cells:
    """The rows of the table that an address asks for."""
    snapshot = archive.snapshot()
    selection, problems = read_query(query, snapshot)
    assert problems == []
    return claim_rows(snapshot.claims_at(rows_of_claims(archive.view(selection))))


def test_the_table_has_every_column_of_a_claim() -> None:
    assert {column.name for column in TABLE_COLUMNS} == {column.name for column in REVIEWED_COLUMNS} | {"who", "period"}
    assert {*MAKERS} == {column.name for column in TABLE_COLUMNS}


def test_the_table_has_one_row_a_claim_in_plain_words(view: View) -> None:
    table = claim_rows(view.claims)
    row = next(row for row in table if row["span_text"] == "900,000 tonnes")
    [claim] = [claim for claim in records(view.claims) if claim["claim_id"] == row["claim_id"]]
    same = ["claim_id", "document_id", "document_sha256", "extractor_version", "quote_start", "quote_end"]
    same += ["span_start", "span_end"]
    assert {name: row.pop(name) for name in same} == {name: claim[name] for name in same}
    assert row == {
        "metric": "Exports",
        "who": "Russia → Pakistan",
        "reporter": "Russia",
        "partner": "Pakistan",
        "parties": "Russia and Pakistan",
        "product": "Wheat",
        "kind": "Level",
        "status": "Actual",
        "attribution": "",
        "span_text": "900,000 tonnes",
        "qualifier": "more than",
        "value": 900000.0,
        "value_upper": None,
        "unit": "tonne",
        "period": "2023",
        "period_start": "2023-01-01",
        "period_end": "2023-12-31",
        "period_label": "2023",
        "period_granularity": "Year",
        "period_calendar": "Gregorian",
        "period_bound": "Closed",
        "period_basis": "Stated",
        "comparison_start": "",
        "comparison_end": "",
        "publisher": "Northern Wire",
        "published": "2024-02-12",
        "title": "Wheat",
        "author": "",
        "language": "en",
        "url": "",
        "retrieved": "",
        "quote": "Russia sold Pakistan 1.2 million tonnes of wheat in 2022 and over 900,000 tonnes in 2023.",
        "page": None,
        "review": "Not reviewed",
        "reviewed_by": "",
        "reviewed": "",
        "observation": claim["observation_id"],
    }
    assert json.loads(json.dumps(table, allow_nan=False)) == table


_UP = [column.name for column in TABLE_COLUMNS if column.sortable and column.name not in {"who", "period"}]


@pytest.mark.parametrize("name", _UP)
def test_a_column_sorts_either_way_with_empty_cells_last_and_equal_ones_as_read(archive: Archive, name: str) -> None:
    cells = [(place, row[name]) for place, row in enumerate(shown(archive))]
    full = [cell for cell in cells if cell[1] not in {"", None}]
    empty = [cell for cell in cells if cell[1] in {"", None}]
    for sort, turned in ((name, False), (f"-{name}", True)):
        ordered = sorted(full, key=lambda cell: cell[1], reverse=turned) + empty
        assert [row[name] for row in shown(archive, sort=sort)] == [cell[1] for cell in ordered]


def test_periods_sort_by_their_days_and_a_second_column_decides_among_equals(archive: Archive) -> None:
    rows = [row for row in shown(archive, sort="period,-value") if row["period_start"] and row["period_end"]]
    days = ("period_start", "period_end", "period")
    assert rows == sorted(rows, key=lambda row: (*(row[name] for name in days), -row["value"]))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (["span_text~TONNES"], ["1.2 million tonnes", "900,000 tonnes"]),
        (["span_text~tonnes", "value>=1000000"], ["1.2 million tonnes"]),
        (["span_text=900,000 Tonnes"], ["900,000 tonnes"]),
        (["value>900000", "value<=1200000"], ["1.2 million tonnes"]),
        (["quote~over 900"], ["1.2 million tonnes", "900,000 tonnes"]),
        (["period_start>=2023-01-01", "unit~tonne"], ["900,000 tonnes", "$372"]),
        (["period=2022", "metric~export"], ["1.2 million tonnes"]),
        (["value=-1"], []),
    ],
)
def test_conditions_narrow_the_table(archive: Archive, where: list[str], expected: list[str]) -> None:
    assert [row["span_text"] for row in shown(archive, where=where)] == expected


@pytest.mark.parametrize("name", [column.name for column in TABLE_COLUMNS])
def test_empty_cells_and_the_others_are_all_there_are(archive: Archive, name: str) -> None:
    everything = [row["claim_id"] for row in shown(archive)]
    empty, full = (shown(archive, where=[f"{name}{sign}"]) for sign in ("=", "!="))
    assert [row["claim_id"] for row in empty if row[name] not in {"", None}] == []
    assert sorted(row["claim_id"] for row in empty + full) == sorted(everything)


def test_what_is_not_a_value_is_not_equal_to_one() -> None:
    column = Column.of(pd.Series(["Wire", None, "Ledger"]))
    kept = {text: column.marks(read_condition(f"publisher{text}")).tolist() for text in ("=wire", "!=wire", "!~wire")}
    assert kept == {"=wire": [True, False, False], "!=wire": [False, True, True], "!~wire": [False, True, True]}


def test_a_column_is_made_once_for_a_version(archive: Archive, snapshot: Snapshot) -> None:
    first = shown(archive, sort="-value")
    column = snapshot.columns.get("value", lambda: None)
    assert shown(archive, sort="-value") == first
    assert snapshot.columns.get("value", lambda: None) is column
    assert column.places.dtype == np.int8


def test_a_block_has_its_rows_and_says_how_many_there_are(client: FlaskClient, archive: Archive) -> None:
    table = shown(archive, sort="-value", where=["unit=USD"])
    answer = client.get("/rows.json?sort=-value&where=unit%3DUSD&start=1&rows=2").get_json()
    assert answer == {"total": len(table), "rows": table[1:3]}
    beyond = client.get("/rows.json?sort=-value&where=unit%3DUSD&start=500&rows=2").get_json()
    assert beyond == {"total": len(table), "rows": []}


@pytest.mark.parametrize("query", ["", "sort=-value", "metric=exports&sort=published,-value&where=value%3E1000000"])
def test_the_csv_of_the_claims_is_the_table_in_its_order(client: FlaskClient, query: str) -> None:
    frame = from_csv(client.get(f"/claims.csv?{query}").data)
    rows = client.get(f"/rows.json?rows=1000&{query}").get_json()["rows"]
    told = [(row["claim_id"], row["value"], row["span_text"], row["quote"]) for row in rows]
    assert told == list(frame[["claim_id", "value", "span_text", "quote"]].itertuples(index=False, name=None))
    assert [column.name for column in REVIEWED_COLUMNS] == list(frame.columns)


@pytest.mark.parametrize("query", ["sort=quote", "sort=value,value", "sort=money", "where=value~1", "where=value>=x"])
def test_an_order_or_a_condition_that_makes_no_sense_is_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/rows.json?{query}")
    assert (answer.status_code, answer.text.count("expected")) == (400, 1)
