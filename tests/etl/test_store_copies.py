"""A store → which documents are copies, and what they count as: whatever the order they came in, as of any day."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pandas as pd
import pytest

from etl.copies import link
from etl.store import Store, count_copies, load_claims, load_documents, load_series, to_rows
from tests.story import DAILY, FRENCH, GAZETTE, HERALD, OWN, RECORDS, WIRE, make_story_store


def copies(store: Path) -> dict[str, str]:
    found = load_documents(store).dropna(subset="copy_of")
    return dict(zip(found["document_id"], found["copy_of"], strict=True))


def test_copies_name_the_first_published_and_those_without_a_date_come_last(tmp_path: Path) -> None:
    store = make_story_store(tmp_path / "store")
    assert copies(store) == dict.fromkeys([HERALD.id, DAILY.id, GAZETTE.id], WIRE.id)
    assert count_copies(store) == 3
    assert set(load_documents(store)["document_id"]) == {item.document.id for item in RECORDS}
    assert FRENCH.id not in copies(store)


def test_copies_count_as_one_source(tmp_path: Path) -> None:
    [row] = load_series(make_story_store(tmp_path / "store")).to_dict("records")
    assert (row["claims"], row["sources"], row["agreement"]) == (5, 2, "conflict")


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_the_order_in_which_documents_came_does_not_matter(tmp_path: Path, order: tuple[int, ...]) -> None:
    store = Store.create_or_open(tmp_path / "store")
    for place in order:
        store.commit(to_rows([RECORDS[place]], "0"))
    store.commit(to_rows(RECORDS[4:], "0"))
    at_once = make_story_store(tmp_path / "at-once")
    pd.testing.assert_frame_equal(load_documents(store), load_documents(at_once))
    pd.testing.assert_frame_equal(load_series(store), load_series(at_once))


@pytest.mark.parametrize("day", ["2024-02-29", "2024-03-01", "2024-03-02", "2024-03-03"])
def test_a_copy_published_later_changes_no_earlier_vintage(tmp_path: Path, day: str) -> None:
    known = [item for item in RECORDS if item.document.published and str(item.document.published) <= day]
    then = make_story_store(tmp_path / "then", [*known, RECORDS[5]])
    now = make_story_store(tmp_path / "now")
    pd.testing.assert_frame_equal(load_series(now, as_of=day), load_series(then, as_of=day))
    assert len(load_claims(now, as_of=day)) == len(known)


def test_when_the_original_is_taken_out_the_next_is_the_original(tmp_path: Path) -> None:
    store = make_story_store(tmp_path / "store", RECORDS[1:])
    assert copies(store) == dict.fromkeys([DAILY.id, GAZETTE.id], HERALD.id)
    assert OWN.id not in copies(store)


def test_the_copies_of_a_version_are_linked_once_and_those_of_the_next_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def counted(sketches: bytes) -> object:
        calls.append(len(sketches))
        return link(sketches)

    monkeypatch.setattr("etl.store.loading.link", counted)
    store = make_story_store(tmp_path / "store", RECORDS[1:])
    assert [count_copies(store), len(load_series(store)), len(copies(store)), len(calls)] == [2, 1, 2, 1]
    Store.open(store).commit(to_rows(RECORDS[:1], "0"))
    assert (copies(store)[DAILY.id], count_copies(store), len(calls)) == (WIRE.id, 3, 2)
