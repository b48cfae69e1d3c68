"""What is made in other processes: the same as here, errors too, and no process that ends takes it along."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.data import Archive, Selection, Version
from dashboard.data.child import Made, Worker, WorkerGoneError, in_child
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
    with in_child(frame, rows) as child:
        made = child.result
    pd.testing.assert_frame_equal(made, frame(rows))
    made["number"] += 1
    pd.testing.assert_series_equal(made["number"], frame(rows)["number"] + 1)


def test_what_is_raised_there_is_raised_here() -> None:
    with pytest.raises(StoreError, match="the disk is gone"), in_child(fail, "the disk is gone"):
        pass


def test_a_process_that_ends_is_made_up_for() -> None:
    with in_child(end_there) as made:
        assert made == Made("made here", None)


def test_a_store_is_opened_anew_at_its_version(sample_store: Path) -> None:
    store = Store.open(sample_store)
    with in_child(_state, store) as made:
        assert made.result == (store.path, store.version, store.count("claim"))


def _state(store: Store) -> tuple[str, int, int]:
    return store.path, store.version, store.count("claim")


def test_a_worker_holds_what_it_is_handed_and_answers_until_it_ends() -> None:
    worker = Worker()
    with in_child(frame, 7) as made:
        made.hand(worker, keep_frame)
    assert made.path is not None
    assert not made.path.exists()
    pd.testing.assert_frame_equal(worker.call(head, 3), frame(7).head(3))
    with pytest.raises(KeyError, match="columns"):
        worker.call(head, "columns")
    pid = worker.call(whose)
    assert pid != os.getpid()
    for _ in range(2):
        with pytest.raises(WorkerGoneError):
            worker.call(end)
    with pytest.raises(WorkerGoneError):
        Made(frame(7), None).hand(worker, keep_frame)


def test_a_worker_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker()
    process = _process(worker.call(whose))
    monkeypatch.setattr("dashboard.data.child._PATIENCE", 0.2)
    for function in (hang, whose):
        with pytest.raises(WorkerGoneError):
            worker.call(function)
    process.join(60)
    assert not process.is_alive()


def test_a_worker_ends_with_the_last_who_has_it() -> None:
    worker = Worker()
    process = _process(worker.call(whose))
    del worker
    process.join(60)
    assert process.exitcode == 0


def keep_frame(held: dict[str, Any], made: pd.DataFrame) -> None:
    held["frame"] = made


def head(held: dict[str, Any], rows: int | str) -> pd.DataFrame:
    made: pd.DataFrame = held["frame"].head(rows) if isinstance(rows, int) else held[rows]
    return made


def whose(_held: dict[str, Any]) -> int:
    return os.getpid()


def hang(_held: dict[str, Any]) -> None:
    time.sleep(600)


def end(_held: dict[str, Any]) -> None:
    os._exit(3)


def _process(pid: int) -> multiprocessing.process.BaseProcess:
    [process] = [each for each in multiprocessing.active_children() if each.pid == pid]
    return process


@pytest.fixture
def large(sample_store: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """The store of `archive`, which is read already, as if it were a large one."""
    assert archive.checks(120) is not None
    monkeypatch.setattr("dashboard.data.version._SMALL", 0)
    return Archive(str(sample_store), patience=120)


def test_a_large_store_is_read_and_checked_apart_with_the_same_result(large: Archive, archive: Archive) -> None:
    ours, theirs = large.view(Selection(metric=("exports",))), archive.view(Selection(metric=("exports",)))
    pd.testing.assert_frame_equal(ours.claims, theirs.claims)
    pd.testing.assert_frame_equal(ours.observations, theirs.observations)
    checked, expected = large.checks(120), archive.checks(120)
    assert checked is not None
    assert expected is not None
    pd.testing.assert_frame_equal(checked.at(slice(None)), expected.at(slice(None)))


def test_the_worker_of_a_large_version_answers_as_this_process_does_and_is_made_up_for(
    large: Archive, archive: Archive
) -> None:
    version, expected = large.version(), archive.version()
    assert version.ask(place_of_checks) == (True, "")
    assert version.checks(120) is not None
    apart, here = version.ask(place_of_checks), place_of_checks(expected)
    assert apart == (True, here[1])
    assert version.ask(claims_of, Selection(metric=("exports",))) == claims_of(version, Selection(metric=("exports",)))
    os.kill(version.ask(pid_of), signal.SIGKILL)
    assert version.ask(place_of_checks) == (False, here[1])
    assert expected.ask(pid_of) == os.getpid(), "a small version has no worker"


def place_of_checks(version: Version) -> tuple[bool, str]:
    """Whether this is another process, and what it knows of the checks."""
    checked = version.checks()
    return multiprocessing.parent_process() is not None, "" if checked is None else str(checked.at(slice(None)))


def claims_of(version: Version, selection: Selection) -> int:
    return version.view(selection).claim_count


def pid_of(_version: Version) -> int:
    return os.getpid()


def test_a_worker_that_cannot_take_the_checks_is_not_asked_again(
    large: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = large.version()
    assert version.ask(pid_of) != os.getpid()
    monkeypatch.setattr("dashboard.data.version._take_checks", refuse)
    assert version.checks(120) is not None
    assert version.ask(pid_of) == os.getpid(), "without the checks it would draw no flags"


def test_a_worker_that_cannot_take_the_claims_does_not_keep_the_store_from_being_read(
    large: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.data.version._take_snapshot", refuse)
    version = large.version()
    assert (len(version.snapshot), version.ask(pid_of)) == (12, os.getpid())


def refuse(_held: dict[str, Any], _made: object) -> None:
    raise MemoryError


def test_a_drawing_is_the_same_whoever_makes_it(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ("/figure.json?chart=0", "/figure.json?chart=1&scheme=dark&caption=1", "/figure.json?chart=99")
    small = create_app(sample_store).server.test_client()
    here = [_settled(small, address) for address in addresses]
    monkeypatch.setattr("dashboard.data.version._SMALL", 0)
    called, call = list[object](), Worker.call

    def spy(worker: Worker, *arguments: Any) -> Any:  # noqa: ANN401
        called.append(arguments)
        return call(worker, *arguments)

    large = create_app(sample_store).server.test_client()
    assert _settled(large, "/claims.csv").status_code == 200
    monkeypatch.setattr(Worker, "call", spy)
    apart = [large.get(address) for address in addresses]
    assert len(called) == len(addresses), "each is made by the worker"
    for ours, theirs in zip(here, apart, strict=True):
        assert (ours.status_code, ours.get_json(silent=True)) == (theirs.status_code, theirs.get_json(silent=True))


def _settled(reader: FlaskClient, address: str) -> TestResponse:
    """The answer as soon as the store has been read and checked."""
    end = time.monotonic() + 120
    while reader.get("/checks.csv").status_code != 200 and time.monotonic() < end:
        time.sleep(0.1)
    return reader.get(address)
