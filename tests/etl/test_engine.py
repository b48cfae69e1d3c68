"""One answer from every engine: the results in the order of the parts, or one clear message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import count, islice
from math import comb
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster, get_worker

import etl.cluster
import etl.engine
from etl.engine import Rescue, map_parts
from etl.errors import EngineError
from tests.work import deadly, halves, killed_once, lost, process

PARTS = list(range(30))
NOBODY: Rescue[Any, Any] = Rescue(divide=lambda _: (), lose=lambda part: f"lost {part}")
ENGINES: list[dict[str, Any]] = [{}, {"jobs": 1}, {"jobs": 2}, {"engine": "dask", "jobs": 2}]


@pytest.mark.parametrize("options", ENGINES, ids=str)
def test_every_engine_gives_the_same_results_in_the_same_order(options: dict[str, Any]) -> None:
    assert list(map_parts(comb, PARTS, 3, rescue=NOBODY, **options)) == [comb(part, 3) for part in PARTS]


def test_a_running_cluster_is_used_by_its_address() -> None:
    with LocalCluster(n_workers=1, processes=False, protocol="tcp://", dashboard_address="127.0.0.1:0") as cluster:
        at = {"engine": "dask", "scheduler": cluster.scheduler_address}
        found = list(map_parts(_worker, PARTS[:3], None, rescue=NOBODY, **at))
        assert found == [worker.address for worker in cluster.workers.values()] * 3


def test_a_cluster_without_workers_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etl.cluster, "_PATIENCE", 1)
    with LocalCluster(n_workers=0, protocol="tcp://", dashboard_address="127.0.0.1:0") as cluster:
        at = {"engine": "dask", "scheduler": cluster.scheduler_address}
        with pytest.raises(EngineError, match=r"^the cluster at tcp://[\d.:]+ has no workers; start some with: dask"):
            list(map_parts(comb, PARTS, 3, rescue=NOBODY, **at))


def test_no_parts_are_no_results() -> None:
    assert list(map_parts(comb, [], 3, rescue=NOBODY, jobs=2)) == []


def test_short_work_stays_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(map_parts(process, PARTS, None, rescue=NOBODY)) == {os.getpid()}
    monkeypatch.setattr(etl.engine, "_STARTING", 0)
    here, *elsewhere = map_parts(process, PARTS, None, rescue=NOBODY, jobs=None if _several_cores() else 2)
    assert os.getpid() not in elsewhere
    assert here == os.getpid() or not _several_cores()


@pytest.mark.parametrize("options", [{"jobs": 1}, {"jobs": 2}], ids=str)
def test_parts_are_asked_for_as_the_work_goes_on(options: dict[str, Any]) -> None:
    asked = count()
    results = map_parts(comb, asked, 1, rescue=NOBODY, **options)
    assert list(islice(results, 10)) == PARTS[:10]
    assert next(asked) <= 20


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an engine we do not have": ({"engine": "ray"}, "no engine 'ray'; choose one of local, dask"),
    "fewer jobs than one": ({"jobs": 0}, "0 jobs do no work; choose 1 or more"),
    "a scheduler that nobody asks": (
        {"scheduler": "tcp://a:8786"},
        "the local engine has no use for a scheduler; choose the engine dask to work at tcp://a:8786",
    ),
    "a cluster out of reach": (
        {"engine": "dask", "scheduler": "tcp://127.0.0.1:1"},
        "no Dask scheduler answers at tcp://127.0.0.1:1; start one with: dask scheduler",
    ),
}


@pytest.mark.parametrize(("options", "message"), REFUSED.values(), ids=REFUSED)
def test_work_that_cannot_run_says_why(options: dict[str, Any], message: str) -> None:
    with pytest.raises(EngineError) as refused:
        list(map_parts(comb, PARTS, 3, rescue=NOBODY, **options))
    assert str(refused.value) == message


def test_dask_without_its_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "etl.cluster")
    with pytest.raises(EngineError, match=r"pip install 'trade-figures\[dask\]'"):
        list(map_parts(comb, PARTS, 3, rescue=NOBODY, engine="dask"))


def test_an_error_of_the_function_reaches_the_caller() -> None:
    for jobs in (1, 2):
        with pytest.raises(ValueError, match="non-negative"):
            list(map_parts(comb, [1, 2, -1], 3, rescue=NOBODY, jobs=jobs))


@pytest.mark.parametrize("options", [{"jobs": 2}, {"engine": "dask", "jobs": 2}], ids=str)
def test_what_kills_its_worker_is_found_and_lost_alone(options: dict[str, Any]) -> None:
    parts = [(1, 2), (3, 4, 5), (6,), (7,), (8,), (9,), (10,), (11,), (12,), (13, 14)]
    found = list(map_parts(deadly, parts, frozenset({4, 13}), rescue=Rescue(halves, lost), **options))
    assert found == [(1, 2), (3,), (-4,), (5,), *parts[2:-1], (-13,), (14,)]


def test_a_part_that_costs_many_workers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etl.engine, "_DEATHS", 2)
    found = list(map_parts(deadly, [(1, 2, 3, 4), (5,)], frozenset({1, 2, 3}), rescue=Rescue(halves, lost), jobs=2))
    assert found == [(-1,), (-2,), (-3, -4), (5,)]


@pytest.mark.parametrize("options", [{"jobs": 2}, {"engine": "dask", "jobs": 2}], ids=str)
def test_a_worker_killed_from_outside_changes_no_result(options: dict[str, Any], tmp_path: Path) -> None:
    found = list(map_parts(killed_once, PARTS[:5], tmp_path / "killed", rescue=NOBODY, **options))
    assert found == PARTS[:5]


SCRIPT = """
import os, signal, sys, time
from etl.engine import Rescue, map_parts

def work(part, shared):
    os.write(1, b"%d " % part)  # one call, so that two workers do not write into each other's word
    if part == 3:
        os.kill(os.getppid(), signal.SIGKILL)
    return part

def main():
    list(map_parts(work, range(4), None, rescue=Rescue(lambda part: (), str), jobs=2))

"""


def test_the_workers_of_a_killed_run_end_with_it(tmp_path: Path, root: Path) -> None:
    done = _run(tmp_path, root, f'{SCRIPT}\nif __name__ == "__main__":\n    main()\n')
    # The output is read to its end, and each worker holds it open while it lives.
    assert done.returncode == -signal.SIGKILL
    assert sorted(done.stdout.split()) == [b"0", b"1", b"2", b"3"]


def test_a_script_whose_workers_start_it_again_is_told_so(tmp_path: Path, root: Path) -> None:
    done = _run(tmp_path, root, f"{SCRIPT}\nmain()\n")
    assert b"EngineError: worker processes die as soon as they are started" in done.stderr


def _run(folder: Path, root: Path, text: str) -> subprocess.CompletedProcess[bytes]:
    script = folder / "script.py"
    script.write_text(text)
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.run([sys.executable, script], env=environment, capture_output=True, check=False)


def _several_cores() -> bool:
    return (os.cpu_count() or 1) > 1


def _worker(_: int, __: None) -> str:
    return str(get_worker().address)
