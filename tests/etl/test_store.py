"""The store: what goes in comes out, one version at a time, and nothing that is not ours is touched."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable, QueryBuilder, write_deltalake
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.errors import DayError, DocumentError, StoreError
from etl.extract import read_claims
from etl.frame import COLUMNS, check_frame, empty_frame
from etl.model import Document
from etl.store import (
    DOCUMENT_COLUMNS,
    MENTION_COLUMNS,
    Committed,
    Proof,
    Record,
    Store,
    join_rows,
    load_claims,
    load_documents,
    load_mentions,
    load_revisions,
    load_series,
    load_text,
    place_key,
    prove,
    to_rows,
)

VERSION = "test"


def record(text: str, key: str = "", **metadata: object) -> Record:
    document = Document(text, **metadata)  # type: ignore[arg-type]
    found = read_claims(document)
    mark = place_key(f"{key} {document}")
    return Record(document, key or document.id, mark, claims=tuple(found.claims), mentions=tuple(found.mentions))


def commit(path: Path, *records: Record) -> int:
    return Store.create_or_open(path).commit(to_rows(records, VERSION)).version


def texts(path: Path) -> list[str]:
    return sorted(load_text(path, document_id) for document_id in load_documents(path)["document_id"])


BILLION = record(
    "Trade between Russia and Pakistan reached $1 billion in 2023. There were 12 meetings.",
    title="Trade grows",
    publisher="Dawn",
    published=dt.date(2024, 9, 19),
    source="a.txt",
    basis={"title": "front matter"},
)
MILLION = record(
    "Pakistan's exports to Russia were $146 million in 2021.",
    kind="digest",
    language="en-GB",
    published=dt.date(2022, 6, 11),
)
UNDATED = record("Pakistan produced 26 million tons of wheat in 2022.")
UNREAD = Record(
    Document("Le commerce a atteint 1 milliard de dollars.", language="fr"), "fr", 1, "not read: language fr"
)


def test_a_new_store_is_empty_and_has_the_columns_of_a_full_one(tmp_path: Path) -> None:
    store = Store.create_or_open(tmp_path / "store")
    pd.testing.assert_frame_equal(load_claims(store), empty_frame())
    assert list(load_documents(store)) == [column.name for column in DOCUMENT_COLUMNS]
    assert list(load_mentions(store)) == [column.name for column in MENTION_COLUMNS]
    assert len(load_series(store)) == 0
    assert prove(store) == Proof(0, ())


def test_what_was_committed_comes_back_typed_and_in_order(tmp_path: Path) -> None:
    assert commit(tmp_path, BILLION, UNDATED, MILLION, UNREAD) == 1
    claims = check_frame(load_claims(tmp_path))
    assert claims["value"].tolist() == [146e6, 1e9, 26e6]
    assert claims["published"].dt.strftime("%Y-%m-%d").tolist()[:2] == ["2022-06-11", "2024-09-19"]
    assert dict(claims.dtypes) == dict(empty_frame().dtypes)
    documents = load_documents(tmp_path).set_index("document_id")
    stored = documents.loc[BILLION.document.id]
    assert stored.to_dict() == {
        "title": "Trade grows",
        "publisher": "Dawn",
        "author": pytest.approx(float("nan"), nan_ok=True),
        "published": pd.Timestamp("2024-09-19"),
        "url": pytest.approx(float("nan"), nan_ok=True),
        "retrieved": stored["retrieved"],
        "language": "en",
        "kind": "article",
        "source": "a.txt",
        "status": "read",
        "basis": '{"title": "front matter"}',
        "characters": len(BILLION.document.text),
        "claims": 1,
        "mentions": 2,
        "document_sha256": BILLION.document.sha256,
        "extractor_version": VERSION,
        "copy_of": pytest.approx(float("nan"), nan_ok=True),
    }
    assert pd.isna(stored["retrieved"])
    assert documents.loc[MILLION.document.id, ["kind", "language"]].tolist() == ["digest", "en-GB"]
    assert documents.loc[UNREAD.document.id, ["status", "claims"]].tolist() == ["not read: language fr", 0]
    mentions = load_mentions(tmp_path)
    assert set(mentions["reason"]) == {
        mention.reason for item in (BILLION, UNDATED, MILLION) for mention in item.mentions
    }
    assert load_text(tmp_path, UNREAD.document.id) == UNREAD.document.text
    assert prove(tmp_path) == Proof(3, ())


def test_the_mentions_of_one_document_are_read_alone(tmp_path: Path) -> None:
    commit(tmp_path, BILLION, UNDATED, MILLION)
    every = load_mentions(tmp_path)
    for item in (BILLION, UNDATED, MILLION, UNREAD):
        alone = load_mentions(tmp_path, document_id=item.document.id)
        pd.testing.assert_frame_equal(
            alone, every[every["document_id"] == item.document.id].reset_index(drop=True), check_index_type=False
        )


def test_as_of_keeps_what_was_published_by_then(tmp_path: Path) -> None:
    commit(tmp_path, BILLION, UNDATED, MILLION)
    assert load_claims(tmp_path, as_of="2024-09-19")["value"].tolist() == [146e6, 1e9]
    assert load_claims(tmp_path, as_of=dt.date(2024, 9, 18))["value"].tolist() == [146e6]
    assert len(load_claims(tmp_path, as_of="1999-12-31")) == 0


def test_a_series_is_chosen_by_metric_parties_in_any_order_product_and_status(tmp_path: Path) -> None:
    commit(tmp_path, BILLION, MILLION, UNDATED)
    assert load_series(tmp_path, metric="trade_turnover")["value"].tolist() == [1e9]
    for parties in ("RUS;PAK", "PAK;RUS", ["RUS", "PAK"]):
        assert sorted(load_series(tmp_path, parties=parties)["value"]) == [146e6, 1e9]
    assert load_series(tmp_path, product="wheat")["value"].tolist() == [26e6]
    assert len(load_series(tmp_path, status="target")) == 0
    assert load_series(tmp_path, as_of="2023-01-01")["value"].tolist() == [146e6]


def test_what_was_said_is_chosen_as_a_series_is_and_by_period(tmp_path: Path) -> None:
    commit(tmp_path, BILLION, MILLION, UNDATED)
    assert load_revisions(tmp_path, metric="trade_turnover", parties="RUS;PAK")["value"].tolist() == [1e9]
    assert load_revisions(tmp_path, as_of="2023-01-01")["value"].tolist() == [146e6]
    assert load_revisions(tmp_path, period="2022")["value"].tolist() == [26e6]
    assert load_revisions(tmp_path, period="2022-Q1").empty
    with pytest.raises(DayError, match="2023-Q3"):
        load_revisions(tmp_path, period="last year")


def test_a_text_changed_at_its_place_replaces_the_earlier_one_with_its_claims(tmp_path: Path) -> None:
    commit(tmp_path, record("Exports were $5 million.", "a"), record("Imports were $7 million.", "b"))
    assert commit(tmp_path, record("Exports were $6 million.", "a")) == 2
    assert texts(tmp_path) == ["Exports were $6 million.", "Imports were $7 million."]
    assert sorted(load_claims(tmp_path)["value"]) == [6e6, 7e6]


def test_corrected_metadata_replaces_the_document_and_keeps_its_identity(tmp_path: Path) -> None:
    commit(tmp_path, MILLION)
    before = load_claims(tmp_path)
    commit(tmp_path, replace(MILLION, document=replace(MILLION.document, title="Corrected"), fingerprint=2))
    after = load_claims(tmp_path)
    assert after["claim_id"].tolist() == before["claim_id"].tolist()
    assert after["title"].tolist() == ["Corrected"]


PLACES, WORDS = st.sampled_from("abc"), st.sampled_from(["Exports", "Imports"])
COMMITS = st.lists(st.dictionaries(PLACES, st.tuples(WORDS, st.integers(1, 3)), min_size=1), min_size=1, max_size=4)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(COMMITS)
def test_after_any_commits_each_place_has_its_last_text_once(
    tmp_path: Path, commits: list[dict[str, tuple[str, int]]]
) -> None:
    shutil.rmtree(tmp_path / "store", ignore_errors=True)
    last: dict[str, str] = {}
    for changes in commits:
        # Each place has texts of its own, as each file has; a text at two places is the pipeline's business.
        written = {place: f"{what} at {place} were ${number} million." for place, (what, number) in changes.items()}
        commit(tmp_path / "store", *(record(text, place) for place, text in written.items()))
        last |= written
    assert texts(tmp_path / "store") == sorted(last.values())
    assert len(load_claims(tmp_path / "store")) == len(last)


def test_a_reader_stays_at_its_version_while_another_run_writes(tmp_path: Path) -> None:
    commit(tmp_path, BILLION)
    reader = Store.open(tmp_path)
    commit(tmp_path, MILLION)
    assert (reader.version, reader.count("document"), len(load_claims(reader))) == (1, 1, 1)
    assert (Store.open(tmp_path).version, len(load_claims(tmp_path))) == (2, 2)


def test_two_runs_that_write_the_same_document_leave_it_once(tmp_path: Path) -> None:
    first, second = Store.create_or_open(tmp_path), Store.create_or_open(tmp_path)
    assert first.commit(to_rows([BILLION, MILLION], VERSION)).version == 1
    assert second.commit(to_rows([BILLION, UNDATED], VERSION)).version == 2
    assert len(load_documents(tmp_path)) == len(load_claims(tmp_path)) == 3


def test_a_store_that_others_keep_changing_is_given_up_with_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = Store.create_or_open(tmp_path), Store.create_or_open(tmp_path)
    log, others = Store._log, itertools.count()  # noqa: SLF001  the moment between looking and writing

    def overtaken(store: Store, *actions: Any, **options: Any) -> bool:  # noqa: ANN401
        if store is ours:
            theirs.commit(to_rows([record(f"Exports were ${next(others)} million.", "theirs")], VERSION))
        return log(store, *actions, **options)

    monkeypatch.setattr(Store, "_log", overtaken)
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(StoreError, match=r"other runs keep changing .*; run again when they have ended"):
        ours.commit(to_rows([BILLION], VERSION))
    assert len(load_documents(tmp_path)) == 1


def test_claims_that_break_the_contract_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    twice = replace(BILLION, claims=BILLION.claims * 2)
    with pytest.raises(DocumentError, match="a claim breaks the contract of the table: claim_id, field_uniqueness"):
        commit(tmp_path, MILLION, twice)
    assert Store.open(tmp_path).version == 0


def test_every_quote_that_does_not_match_is_named(tmp_path: Path) -> None:
    other = replace(BILLION.document, text="Trade between Russia and Pakistan reached $2 billion in 2023.")
    commit(tmp_path, replace(BILLION, document=other), MILLION)
    proof = prove(tmp_path)
    assert proof.claims == 2
    [(claim_id, wrong)] = proof.breaches
    assert claim_id in set(load_claims(tmp_path)["claim_id"])
    assert wrong.startswith("quote at 0-61: expected 'Trade between Russia and Pakistan reached $1 billion in 2023.'")


def test_a_text_that_was_changed_behind_our_back_is_found(tmp_path: Path) -> None:
    commit(tmp_path, BILLION)
    rows = pd.read_parquet(DeltaTable(tmp_path).file_uris(file_pruning_predicate="record = 'document'")[0])
    rows = rows.assign(text=rows["text"] + " More.", record="document")
    write_deltalake(tmp_path, rows, mode="overwrite", predicate="record = 'document'", schema_mode="merge")
    [(_, wrong)] = prove(tmp_path).breaches
    assert wrong == f"the text of document {BILLION.document.id} is not the one that was read: its SHA-256 differs"


def test_a_store_may_have_a_name_with_spaces_and_letters_of_any_script(tmp_path: Path) -> None:
    path = tmp_path / "Торговля 100% #1 {a,b} 'x' ?*"
    commit(path, BILLION)
    commit(path, MILLION)
    assert len(load_claims(path)) == 2


def test_a_store_may_be_given_as_an_address_of_this_machine(tmp_path: Path) -> None:
    commit(tmp_path / "a b", BILLION)
    assert len(load_claims(f"file://{tmp_path}/a%20b")) == 1


def test_many_small_commits_are_joined_and_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.store.store._SMALL_FILES", 8)
    for number in range(12):
        commit(tmp_path, record(f"Exports were ${number + 1} million."))
        assert load_claims(tmp_path)["value"].nunique() == number + 1
    assert len(DeltaTable(tmp_path).file_uris(file_pruning_predicate="record = 'document'")) == 4
    assert Store.open(tmp_path).history()["what"].tolist().count("compact") == 1


def test_any_delta_reader_can_read_the_table(tmp_path: Path) -> None:
    commit(tmp_path, BILLION, UNREAD)
    commit(tmp_path, replace(BILLION, fingerprint=2), MILLION)
    table = DeltaTable(tmp_path)
    assert table.protocol().min_reader_version == 1
    assert {str(field.type) for field in table.schema().fields} == {
        f'PrimitiveType("{name}")' for name in ("string", "long", "double", "date", "binary")
    }
    arrow = table.to_pyarrow_dataset().to_table()
    by_arrow = arrow.filter(pc.equal(arrow["record"], "claim"))
    query = "SELECT value FROM store WHERE record = 'claim' AND published > '2023-01-01'"
    by_datafusion = pa.table(QueryBuilder().register("store", table).execute(query))
    assert sorted(by_arrow["value"].to_pylist()) == [146e6, 1e9]
    assert by_datafusion["value"].to_pylist() == [1e9]
    assert Counter(arrow["record"].to_pylist()) == {"document": 3, "claim": 2, "mention": len(load_mentions(tmp_path))}
    assert arrow.filter(pc.equal(arrow["record"], "mention"))["value"].null_count == len(load_mentions(tmp_path))


def test_what_another_program_joined_can_be_read_changed_and_joined_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(tmp_path, BILLION)
    commit(tmp_path, MILLION)
    DeltaTable(tmp_path).optimize.compact()
    commit(tmp_path, replace(MILLION, fingerprint=2))
    monkeypatch.setattr("etl.store.store._SMALL_FILES", 1)
    commit(tmp_path, UNDATED)
    assert len(load_claims(tmp_path)) == len(load_documents(tmp_path)) == 3
    assert prove(tmp_path) == Proof(3, ())


COPY = replace(BILLION, document=replace(BILLION.document, source="b.txt", title="Else"), place="/copy", fingerprint=7)
NEWS = record("Imports were $7 million.", BILLION.place)


def test_a_copy_is_known_and_takes_the_document_over_when_its_place_has_another_text(tmp_path: Path) -> None:
    store = Store.create_or_open(tmp_path)
    store.commit(to_rows([BILLION], VERSION))
    found = store.commit(to_rows([COPY], VERSION))
    assert found == Committed(2, copies=frozenset({place_key("/copy")}))
    assert store.known().tolist() == sorted([7, BILLION.fingerprint])
    assert store.commit(to_rows([NEWS], VERSION)) == Committed(3, added=1)
    assert store.count("copy") == 0
    assert load_documents(store)["source"].dropna().tolist() == ["b.txt"]
    assert BILLION.fingerprint not in store.known()
    assert sorted(load_claims(store)["value"]) == [7e6, 1e9]


def test_the_same_rows_again_make_no_version(tmp_path: Path) -> None:
    store = Store.create_or_open(tmp_path)
    rows = to_rows([BILLION, MILLION, COPY], VERSION)
    assert store.commit(rows) == Committed(1, added=2, copies=frozenset({place_key("/copy")}))
    assert store.commit(rows) == Committed(1)


def test_a_text_read_by_another_extractor_is_taken_over_wherever_it_stands(tmp_path: Path) -> None:
    store = Store.create_or_open(tmp_path)
    store.commit(to_rows([BILLION], "1"))
    assert store.commit(to_rows([COPY], "2")).replaced == 1
    assert set(load_claims(store)["extractor_version"]) == {"2"}
    assert store.count("copy") == 1
    assert store.commit(to_rows([replace(BILLION, fingerprint=9)], "2")).copies == {place_key(BILLION.place)}
    assert (store.count("copy"), store.known().tolist()) == (1, [7, 9])


def test_what_is_gone_is_removed_when_that_is_asked_and_not_what_lies_elsewhere(tmp_path: Path) -> None:
    store = Store.create_or_open(tmp_path)
    places = ["/news/a.txt", "/news/dump.jsonl#1", "/news-old/b.txt", "/news/\udcff.txt", "/other/c.txt"]
    store.commit(to_rows([record(f"Exports were ${n + 1} million.", place) for n, place in enumerate(places)], VERSION))
    seen = np.array([place_key("/news/a.txt")], np.uint64)
    gone = store.absent(["/news/", "/other/c.tx"], seen)
    assert sorted(place.place for place in gone) == ["/news/\\xff.txt", "/news/dump.jsonl#1"]
    assert [place.place for place in store.absent(["/news/dump.jsonl"], seen)] == ["/news/dump.jsonl#1"]
    assert store.remove(gone, run="tidy up") == Committed(2, removed=2)
    assert sorted(load_claims(store)["value"]) == [1e6, 3e6, 5e6]
    assert store.remove(gone) == Committed(2)
    latest = store.history().iloc[0]
    assert (latest["what"], latest["run"], latest["removed"]) == ("remove", "tidy up", 2)


def test_an_earlier_version_is_read_by_its_number_or_its_moment(tmp_path: Path) -> None:
    commit(tmp_path, MILLION)
    moment = Store.open(tmp_path).history()["when"].iloc[0].to_pydatetime()
    commit(tmp_path, BILLION)
    for version in (1, moment):
        assert load_claims(tmp_path, version=version)["value"].tolist() == [146e6]
        assert len(load_documents(Store.open(tmp_path), version=version)) == 1
        assert load_series(tmp_path, version=version)["value"].tolist() == [146e6]
    assert load_claims(tmp_path, version=2)["value"].tolist() == [146e6, 1e9]
    with pytest.raises(StoreError, match="was made after 1999-12-31"):
        load_claims(tmp_path, version=dt.datetime(1999, 12, 31, tzinfo=dt.UTC))
    with pytest.raises(StoreError, match="has no version 3; its versions are 0 to 2"):
        load_claims(tmp_path, version=3)


def test_a_version_that_was_cleared_away_is_named_with_the_oldest_that_is_left(tmp_path: Path) -> None:
    for number in range(4):
        commit(tmp_path, replace(MILLION, fingerprint=number + 1), replace(BILLION, fingerprint=9))
    table = DeltaTable(tmp_path)
    table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    with pytest.raises(StoreError, match=r"version 1 of the store at .* has been cleared away; .* can be read is 4"):
        load_claims(tmp_path, version=1)
    assert len(load_claims(tmp_path, version=4)) == 2


def test_a_reader_goes_on_at_its_version_while_files_are_joined_and_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.store.store._SMALL_FILES", 4)
    commit(tmp_path, BILLION)
    reader = Store.open(tmp_path)
    for number in range(12):
        commit(tmp_path, record(f"Exports were ${number + 1} million.", f"/{number % 7}"))
        Store.open(tmp_path).tidy()
    assert "compact" in set(Store.open(tmp_path).history()["what"])
    assert load_claims(reader)["value"].tolist() == [1e9]
    assert prove(reader) == Proof(1, ())
    assert load_text(reader, BILLION.document.id) == BILLION.document.text


def test_files_of_killed_runs_are_cleared_away_once_they_are_old(tmp_path: Path) -> None:
    commit(tmp_path, BILLION)
    [mine] = (tmp_path / "record=claim").iterdir()
    for name, days in (("old", 8), ("new", 1)):
        shutil.copy(mine, mine.with_name(f"{name}.parquet"))
        os.utime(mine.with_name(f"{name}.parquet"), (time.time() - days * 86400,) * 2)
    Store.open(tmp_path).tidy()
    assert {path.name for path in mine.parent.iterdir()} == {mine.name, "new.parquet"}
    assert len(load_claims(tmp_path)) == 1


def test_the_rows_of_parts_are_joined_with_each_document_once() -> None:
    rows = join_rows([to_rows([BILLION, MILLION], VERSION), to_rows([COPY, UNDATED], VERSION)])
    assert {kind: table.num_rows for kind, table in rows.items()} == {
        "document": 3,
        "claim": 3,
        "mention": sum(len(item.mentions) for item in (BILLION, MILLION, UNDATED)),
        "copy": 1,
    }
    assert rows["copy"]["place"].to_pylist() == ["/copy"]


def _foreign_folder(path: Path) -> None:
    path.mkdir()
    (path / "thesis.docx").write_text("mine")


def _file(path: Path) -> None:
    path.write_text("mine")


def _foreign_table(path: Path) -> None:
    write_deltalake(path, pd.DataFrame({"a": [1]}))


def _other_schema(path: Path) -> None:
    Store.create_or_open(path)
    DeltaTable(path).alter.set_table_properties({"tradeFigures.schema": "2"}, raise_if_not_exists=False)


def _broken_log(path: Path) -> None:
    commit(path, BILLION)
    (path / "_delta_log" / "00000000000000000000.json").write_text("{ not json")


NOT_OURS = {
    "a folder of other files": (
        _foreign_folder,
        "{} holds other files and is not a trade-figures store; choose another --store",
    ),
    "a file": (_file, "{} is a file, not a trade-figures store; choose another --store"),
    "somebody's Delta table": (
        _foreign_table,
        "{} is a Delta table, but not a trade-figures store; choose another --store",
    ),
    "a store of an earlier version": (
        _other_schema,
        "{} was made by another version (schema 2, here 3); extract into a new --store",
    ),
    "a damaged store": (_broken_log, "the store at {} cannot be read: "),
}


@pytest.mark.parametrize(("make", "message"), NOT_OURS.values(), ids=NOT_OURS)
@pytest.mark.parametrize("way", [Store.open, Store.create_or_open], ids=["reading", "writing"])
def test_what_is_not_our_store_is_refused_and_left_as_it_is(
    tmp_path: Path,
    make: Callable[[Path], None],
    message: str,
    way: Callable[[Path], Store],
) -> None:
    path = tmp_path / "x"
    make(path)
    before = sorted((found, found.is_file() and found.read_bytes()) for found in [path, *path.rglob("*")])
    with pytest.raises(StoreError) as refused:
        way(path)
    assert str(refused.value).startswith(message.format(path))
    assert sorted((found, found.is_file() and found.read_bytes()) for found in [path, *path.rglob("*")]) == before


@pytest.mark.parametrize("name", ["a[1]", "a|b", "a^b", "a%20b", "a\nb", "\udcff"])
def test_a_name_the_storage_library_mishandles_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match=r"(?s)a store cannot be kept in .*; choose another --store"):
        Store.create_or_open(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_no_store_says_how_to_make_one(tmp_path: Path) -> None:
    for path in (tmp_path / "no", tmp_path):
        with pytest.raises(StoreError) as refused:
            load_claims(path)
        assert str(refused.value) == f"no store at {path}; run: trade-figures extract PATH --store {path}"


def test_a_store_whose_making_was_cut_short_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "_delta_log").mkdir()
    assert commit(tmp_path, BILLION) == 1


NOT_DAYS = ["2024-13-01", "2024", "19/09/2024", "", 20240919, pd.NaT]


@pytest.mark.parametrize("day", NOT_DAYS, ids=repr)
def test_a_day_that_is_none_is_named(tmp_path: Path, day: Any) -> None:  # noqa: ANN401
    commit(tmp_path, BILLION)
    with pytest.raises(DayError) as refused:
        load_claims(tmp_path, as_of=day)
    assert str(refused.value) == f"as_of must be a day as YYYY-MM-DD, for example 2024-09-19, not {day!r}"


@pytest.mark.parametrize("name", ["0000000000000000", "", "zzzz", "0000' OR 1=1 --"])
def test_a_document_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    commit(tmp_path, BILLION)
    with pytest.raises(StoreError) as refused:
        load_text(tmp_path, name)
    assert str(refused.value) == f"no document {name} in {tmp_path}; load_documents() lists what there is"


def _remove(path: Path) -> None:
    next(path.glob("record=document/**/*.parquet")).unlink()


def _truncate(path: Path) -> None:
    file = next(path.glob("record=document/**/*.parquet"))
    file.write_bytes(file.read_bytes()[:200])


def _garble(path: Path) -> None:
    (path / "_delta_log" / f"{1:020}.json").write_text("{not json")


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a file is gone": (_remove, "is damaged: IO Error: No files found .*; extract the documents into a new --store"),
    "a file is cut": (_truncate, "is damaged: Invalid Input Error: .*; extract the documents into a new --store"),
    "the log is garbled": (_garble, "cannot be read: .*Json error: .*; choose another --store"),
}


@pytest.mark.parametrize(("damage", "message"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_store_says_so_whoever_uses_it(tmp_path: Path, damage: Callable[[Path], None], message: str) -> None:
    commit(tmp_path, BILLION)
    damage(tmp_path)
    uses = (load_documents, prove, lambda path: commit(path, BILLION), lambda path: Store.open(path).known())
    for use in uses:
        with pytest.raises(StoreError, match=f"the store at {tmp_path} {message}") as refused:
            use(tmp_path)
        assert "\n" not in str(refused.value)


def test_a_store_that_is_deleted_while_it_is_written_is_named(tmp_path: Path) -> None:
    store = Store.create_or_open(tmp_path / "s")
    shutil.rmtree(tmp_path / "s")
    with pytest.raises(StoreError, match=r"cannot write to .*/s: it was there when the work began \(No such file or"):
        store.commit(to_rows([BILLION], VERSION))


def test_a_disk_without_room_is_named_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(tmp_path, BILLION)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=99))
    why = r"cannot write to .*: [\d,]+ bytes to write, 99 are free; free space there, or choose another --store"
    with pytest.raises(StoreError, match=why):
        commit(tmp_path, MILLION)
    assert len(load_claims(tmp_path)) == 1


def test_a_name_too_long_for_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read: File name too long; choose another --store"):
        Store.create_or_open(tmp_path / ("x" * 300))


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(
        StoreError, match=r"cannot write to .*file/store: .*; free space there, or choose another --store"
    ):
        Store.create_or_open(tmp_path / "file" / "store")


WRITE = """
import sys
from etl.errors import StoreError
from etl.model import Document
from etl.store import Record, Store, to_rows
try:
    Store.create_or_open(sys.argv[1]).commit(to_rows([Record(Document("Trade grew."), "a", 1)], "1"))
except StoreError as error:
    print(error)
"""


@pytest.mark.parametrize("made", [True, False], ids=["a store", "an empty folder"])
def test_a_folder_without_the_right_to_write_is_named_and_left_as_it_is(
    tmp_path: Path, root: Path, *, made: bool
) -> None:
    path = tmp_path / "store"
    path.mkdir()
    if made:
        commit(path, BILLION)
    folders = [path, *(found for found in path.rglob("*") if found.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    done = subprocess.run(
        [*_as_ordinary_user(), sys.executable, "-c", WRITE, path], cwd=root, capture_output=True, text=True, check=True
    )
    for folder in folders:
        folder.chmod(0o755)
    assert done.stdout.startswith(f"cannot write to {path}: "), done.stderr
    assert done.stdout.endswith("; free space there, or choose another --store\n")
    assert not made or Store.open(path).version == 1


def _as_ordinary_user() -> list[str]:
    """What takes root's privilege to write everywhere from a command; nothing for an ordinary user."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root may write everywhere, and there is no setpriv to give that up")
    return ["setpriv", "--bounding-set=-dac_override"]


BUSY = """
import sys
from etl.model import Document
from etl.store import Record, Store, to_rows
from tests.etl.test_store import record
from dataclasses import replace
store = Store.create_or_open(sys.argv[1])
items = [record(f"Exports were ${number + 1} million.", str(number)) for number in range(15)]
print("ready", flush=True)
for run in range(1000):
    titled = [replace(item, document=replace(item.document, title=f"run {run}"), fingerprint=run) for item in items]
    print(store.commit(to_rows(titled, "1")).version, flush=True)
"""


@pytest.mark.parametrize("commits", [1, 4])
def test_a_killed_run_leaves_the_last_commit_whole(tmp_path: Path, root: Path, commits: int) -> None:
    path = tmp_path / "store"
    with subprocess.Popen([sys.executable, "-c", BUSY, path], cwd=root, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline().strip() for _ in range(commits + 1)]
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += writer.stdout.read().split()
    assert Store.open(path).version >= int(acknowledged[-1])
    claims = load_claims(path)
    assert (len(claims), claims["title"].nunique(), len(load_documents(path))) == (15, 1, 15)
    assert prove(path) == Proof(15, ())
    assert commit(path, BILLION) > int(acknowledged[-1])
    assert len(load_claims(path)) == 16


def test_the_columns_of_the_table_are_described_once() -> None:
    for columns in (COLUMNS, DOCUMENT_COLUMNS, MENTION_COLUMNS):
        names = [column.name for column in columns]
        assert len(names) == len(set(names))
        assert all(column.meaning for column in columns)
