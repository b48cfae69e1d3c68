"""Files of official statistics in the store: replaced by place, the latest release chosen, proved, taken out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from typer.testing import CliRunner, Result

import etl
from etl.cli import app
from etl.errors import DatasetError
from etl.reference import REFERENCE_COLUMNS, as_claims
from etl.series import observe
from etl.store import Store, add_reference, folder, list_datasets, prove, remove_datasets
from etl.store.rows import SCHEMAS

TIDY = "metric,reporter,partner,unit,period,value\n"


pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, *rows: str) -> str:
    Path(name).write_text(TIDY + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return name


def values(**wanted: str | int | list[str]) -> list[float]:
    return etl.load_reference("store", **cast("dict[str, Any]", wanted))["value"].tolist()


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_a_file_is_replaced_at_its_place_and_left_where_it_is_the_same(here: Path) -> None:
    name = write("a.csv", "exports,PAK,RUS,USD,2018,1", "exports,PAK,RUS,USD,2019,2")
    outcomes = [add_reference(name)[0].outcome, add_reference(here / name)[0].outcome]
    write("a.csv", "exports,PAK,RUS,USD,2018,3")
    outcomes.append(add_reference(name)[0].outcome)
    outcomes.append(add_reference(name, publisher="Customs")[0].outcome)
    assert (outcomes, values()) == (["read", "unchanged", "read", "read"], [3.0])
    history = Store.open().history()
    counts = history[["what", "added", "replaced", "figures"]].to_numpy().tolist()
    assert counts == [
        ["reference", 0, 1, 1],
        ["reference", 0, 1, 1],
        ["reference", 1, 0, 2],
        ["create table", 0, 0, 0],
    ]
    assert values(version=1) == [1.0, 2.0]


@pytest.mark.parametrize("order", [("old.csv", "new.csv"), ("new.csv", "old.csv")])
def test_of_several_releases_the_latest_counts_whatever_was_read_first(here: Path, order: tuple[str, str]) -> None:
    released = {"old.csv": "2019-03-01", "new.csv": "2020-03-01"}
    write("old.csv", "exports,PAK,RUS,USD,2018,1")
    write("new.csv", "exports,PAK,RUS,USD,2018,2")
    for name in order:
        add_reference(here / name, dataset="Customs data", published=released[name])
    chosen = [values(), values(as_of="2019-12-31"), values(as_of="2019-02-28"), sorted(values(every_release=True))]
    assert chosen == [[2.0], [1.0], [], [1.0, 2.0]]


def test_without_a_day_of_release_a_figure_was_known_when_it_was_fetched() -> None:
    add_reference(write("a.csv", "exports,PAK,RUS,USD,2018,1"), retrieved="2019-03-01")
    add_reference(write("b.csv", "exports,PAK,RUS,USD,2019,2"))
    assert (values(as_of="2019-03-01"), values(as_of="2019-02-28"), values()) == ([1.0], [], [1.0, 2.0])


def test_figures_are_chosen_by_what_they_are_of() -> None:
    rows = ("exports,PAK,RUS,USD,2018,1", "imports,PAK,RUS,USD,2018,2", "exports,PAK,CHN,USD,2018,3")
    add_reference(write("a.csv", *rows))
    by = [values(metric="exports"), values(parties=["RUS", "PAK"]), values(dataset="a", metric="imports")]
    assert by == [[3.0, 1.0], [1.0, 2.0], [2.0]]
    loaded, read = etl.load_reference(), etl.read_reference("a.csv")
    assert [(name, str(dtype)) for name, dtype in loaded.dtypes.items()] == [
        (column.name, column.dtype) for column in REFERENCE_COLUMNS
    ]
    ordered = [frame.sort_values("value", ignore_index=True) for frame in (loaded, read)]
    pd.testing.assert_frame_equal(ordered[0], ordered[1])


def test_documents_and_official_figures_stand_side_by_side_and_share_observations() -> None:
    Path("docs").mkdir()
    Path("docs/a.md").write_text("Pakistan's exports to Russia were $146 million in 2018.", encoding="utf-8")
    etl.run("docs")
    add_reference(write("a.csv", "exports,PAK,RUS,USD,2018,145600000"), publisher="Customs")
    etl.run("docs", remove_missing=True)
    claims, official = etl.load_claims(), as_claims(etl.load_reference())
    [observation] = observe(pd.concat([claims, official], ignore_index=True)).to_dict("records")
    assert (len(claims), observation["sources"], observation["agreement"]) == (1, 2, "agree")
    assert (prove().claims, prove().figures, prove().breaches, prove().unproved) == (1, 1, (), ())
    assert len(etl.load_documents()) == 1


def test_a_store_made_before_there_were_official_statistics_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {column.name for column in REFERENCE_COLUMNS} - {field.name for field in _document_fields()}
    earlier = pa.schema([field for field in folder.TABLE if field.name not in names])
    with monkeypatch.context() as before:
        before.setattr(folder, "TABLE", earlier)
        Store.create_or_open()
    assert (values(), len(DeltaTable("store").schema().fields)) == ([], len(earlier))
    add_reference(write("a.csv", "exports,PAK,RUS,USD,2018,1"))
    assert (values(), len(DeltaTable("store").schema().fields)) == ([1.0], len(folder.TABLE))
    assert DeltaTable("store").to_pandas(columns=["cell", "line"]).to_numpy().tolist() == [["1", 2]]


def _document_fields() -> list[pa.Field]:
    return [field for kind in ("document", "claim", "mention", "copy") for field in SCHEMAS[kind]]


def test_a_dataset_is_taken_out_by_its_title() -> None:
    add_reference([write("a.csv", "exports,PAK,RUS,USD,2018,1"), write("b.csv", "exports,PAK,RUS,USD,2018,2")])
    with pytest.raises(DatasetError, match=r"no dataset 'c' in store; it has a, b"):
        remove_datasets(["a", "c"])
    assert (remove_datasets(["a"]), values(), list_datasets()["dataset"].tolist()) == (1, [2.0], ["b"])
    assert Store.open().history().iloc[0][["what", "removed"]].tolist() == ["remove", 1]


def test_the_command_tells_what_it_took_and_why_it_left_the_rest(here: Path) -> None:
    write("a.csv", "exports,PAK,RUS,USD,2018,1", "exports,XXX,RUS,USD,2018,1", "exports,XXX,RUS,USD,2019,1")
    first, again = call("reference", "a.csv"), call("reference", "a.csv", "none.csv")
    reason = "reporter 'XXX' is no country we know: it has no row in reference_areas.txt"
    assert (first.exit_code, first.stdout.splitlines()) == (
        0,
        ["a.csv: 1 figure of a", f"  2 rows skipped, the first on line 3: {reason}"],
    )
    assert (again.exit_code, again.stdout.splitlines()) == (
        1,
        [
            "a.csv: unchanged",
            (
                f"none.csv: failed: cannot read {here / 'none.csv'}: No such file or directory; give a file of "
                "official statistics"
            ),
        ],
    )
    assert call("reference").stdout.split() == [
        *("dataset", "publisher", "figures", "from", "to", "released"),
        *("a", "1", "2018-01-01", "2018-12-31"),
    ]
    assert "1 of 1 official figures stand in the rows they cite." in call("verify").stdout
    assert (call("reference", "--remove", "a").exit_code, call("reference").stdout) == (
        0,
        "No official statistics in the store; trade-figures reference FILE puts them in.\n",
    )


def test_the_command_writes_json_and_a_line_a_row_that_was_not_taken() -> None:
    write("a.csv", "exports,PAK,RUS,USD,2018,1", "exports,PAK,RUS,USD,2018-W05,1")
    told = call("reference", "a.csv", "--json", "--report", "left.jsonl", "--column", "value=value")
    reason = json.loads(Path("left.jsonl").read_text(encoding="utf-8"))["reason"]
    assert json.loads(told.stdout) == [
        {
            "file": "a.csv",
            "outcome": "read",
            "figures": 1,
            "datasets": ["a"],
            "reason": None,
            "skipped": [{"reason": reason, "rows": 1, "line": 3}],
        }
    ]
    [dataset] = json.loads(call("reference", "--json").stdout)
    assert (dataset["dataset"], dataset["figures"]) == ("a", 1)
    assert call("reference", "a.csv", "--column", "value").exit_code == 2
