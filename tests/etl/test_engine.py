"""One answer from every engine: the results in the order of the parts, or one clear message."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster, get_worker

from etl.engine import map_parts
from etl.errors import EngineError

PARTS = list(range(30))
EXPECTED = [math.factorial(part) for part in PARTS]


@pytest.mark.parametrize("options", [{}, {"jobs": 1}, {"jobs": 2}, {"engine": "dask", "jobs": 2}], ids=str)
def test_every_engine_gives_the_same_results_in_the_same_order(options: dict[str, Any]) -> None:
    assert list(map_parts(math.factorial, PARTS, **options)) == EXPECTED


def test_a_running_cluster_is_used_by_its_address() -> None:
    with LocalCluster(n_workers=1, processes=False, protocol="tcp://", dashboard_address="127.0.0.1:0") as cluster:
        found = list(map_parts(_worker, PARTS[:3], engine="dask", scheduler=cluster.scheduler_address))
        assert found == [worker.address for worker in cluster.workers.values()] * 3


def test_no_parts_are_no_results() -> None:
    assert list(map_parts(math.factorial, [])) == []


def test_few_parts_stay_in_this_process() -> None:
    assert set(map_parts(_process, PARTS[:5])) == {os.getpid()}
    assert set(map_parts(_process, PARTS[:5], jobs=1)) == {os.getpid()}


REFUSED: dict[str, tuple[Callable[[int], object], dict[str, Any], str]] = {
    "an engine we do not have": (math.factorial, {"engine": "ray"}, "no engine 'ray'; choose one of local, dask"),
    "fewer jobs than one": (math.factorial, {"jobs": 0}, "0 jobs do no work; choose 1 or more"),
    "a scheduler that nobody asks": (
        math.factorial,
        {"scheduler": "tcp://a:8786"},
        "the local engine has no use for a scheduler; choose the engine dask to work at tcp://a:8786",
    ),
    "a cluster out of reach": (
        math.factorial,
        {"engine": "dask", "scheduler": "tcp://127.0.0.1:1"},
        "no Dask scheduler answers at tcp://127.0.0.1:1; start one with: dask scheduler",
    ),
    "a worker that dies": (
        os._exit,
        {"jobs": 2},
        "a worker process died, perhaps for want of memory; run again with fewer --jobs",
    ),
}


@pytest.mark.parametrize(("function", "options", "message"), REFUSED.values(), ids=REFUSED)
def test_work_that_cannot_run_says_why(
    function: Callable[[int], object], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(EngineError) as refused:
        list(map_parts(function, PARTS, **options))
    assert str(refused.value) == message


def test_dask_without_its_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match=r"pip install 'trade-figures\[dask\]'"):
        list(map_parts(math.factorial, PARTS, engine="dask"))


def test_an_error_of_the_function_reaches_the_caller() -> None:
    for jobs in (1, 2):
        with pytest.raises(ValueError, match="factorial"):
            list(map_parts(math.factorial, [1, 2, -1], jobs=jobs))


ORPHANS = """
import os, signal, sys, time
from etl.engine import map_parts

def work(part):
    os.write(1, b"%d " % part)  # one call, so that two workers do not write into each other's word
    if part == 3:
        os.kill(os.getppid(), signal.SIGKILL)
    return part

if __name__ == "__main__":
    list(map_parts(work, list(range(4)), jobs=2))
"""


def test_the_workers_of_a_killed_run_end_with_it(tmp_path: Path, root: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    done = subprocess.run(
        [sys.executable, script], env={**os.environ, "PYTHONPATH": str(root)}, stdout=subprocess.PIPE, check=False
    )
    # The output is read to its end, and each worker holds it open while it lives.
    assert done.returncode == -signal.SIGKILL
    assert sorted(done.stdout.split()) == [b"0", b"1", b"2", b"3"]


def _worker(_: int) -> str:
    return str(get_worker().address)


def _process(_: int) -> int:
    return os.getpid()
