"""What is made in a process of its own: the same as here, errors too, and no process that ends takes it along."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.data import Archive, Selection
from dashboard.data.child import in_child
from etl.errors import StoreError
from etl.store import Store


def frame(rows: int) -> pd.DataFrame:
    numbers = np.arange(rows)
    texts = pd.Series([f"“{number}” €" for number in numbers], dtype="str")
    days = pd.Series(np.datetime64("2024-01-01", "us") + numbers.astype("timedelta64[D]"))
    return pd.DataFrame({"number": numbers / 3, "text": texts, "name": texts.astype("category"), "day": days})


def fail(message: str) -> None:
    raise StoreError(message)


def end_there() -> str:
    if multiprocessing.parent_process() is not None:
        os._exit(3)
    return "made here"


@pytest.mark.parametrize("rows", [0, 1, 5_000])
def test_what_comes_back_is_what_was_made(rows: int) -> None:
    made = in_child(frame, rows)
    pd.testing.assert_frame_equal(made, frame(rows))
    made["number"] += 1
    pd.testing.assert_series_equal(made["number"], frame(rows)["number"] + 1)


def test_what_is_raised_there_is_raised_here() -> None:
    with pytest.raises(StoreError, match="the disk is gone"):
        in_child(fail, "the disk is gone")


def test_a_process_that_ends_is_made_up_for() -> None:
    assert in_child(end_there) == "made here"


def test_a_store_is_opened_anew_at_its_version(sample_store: Path) -> None:
    store = Store.open(sample_store)
    assert in_child(_state, store) == (store.path, store.version, store.count("claim"))


def _state(store: Store) -> tuple[str, int, int]:
    return store.path, store.version, store.count("claim")


def test_a_large_store_is_read_and_checked_apart_with_the_same_result(
    archive: Archive, sample_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.data.archive._SMALL", 0)
    large = Archive(str(sample_store), patience=120)
    ours, theirs = large.view(Selection(metric=("exports",))), archive.view(Selection(metric=("exports",)))
    pd.testing.assert_frame_equal(ours.claims, theirs.claims)
    pd.testing.assert_frame_equal(ours.observations, theirs.observations)
    checked, expected = large.checks(120), archive.checks(120)
    assert checked is not None
    assert expected is not None
    pd.testing.assert_frame_equal(checked.at(slice(None)), expected.at(slice(None)))
