"""A function and its parts → the results in order, computed here, by a pool of processes, or on a Dask cluster."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import TYPE_CHECKING, Literal, TypeVar

from etl.errors import EngineError

if TYPE_CHECKING:
    from distributed import LocalCluster

__all__ = ["ENGINES", "Engine", "map_parts"]

Part = TypeVar("Part")
Result = TypeVar("Result")
Engine = Literal["local", "dask"]

ENGINES: tuple[Engine, ...] = ("local", "dask")
# 128 parts of 16 documents are 5 s of work; with fewer, starting processes (2 s each, of processor time) gains nothing.
_FEW_PARTS = 128
# Parts handed out ahead of the one that is waited for: all workers stay busy, results do not pile up.
_AHEAD = 4
# A part that failed on one machine of a cluster, for a disk or a network, is tried on two others.
_RETRIES = 2
_PATIENCE = "5s"


def map_parts(
    function: Callable[[Part], Result],
    parts: Sequence[Part],
    *,
    engine: Engine = "local",
    scheduler: str | None = None,
    jobs: int | None = None,
) -> Iterator[Result]:
    """`function` of each part, in the order of `parts`, whichever engine computes it.

    "local" uses this process for a few parts or for one job, else `jobs` processes (by default one a processor);
    "dask" the cluster at the address `scheduler`, or a cluster of `jobs` processes made for the call. `function` and
    parts must be picklable, and a script that uses processes needs `if __name__ == "__main__":`. Raises `EngineError`
    for an unknown engine, fewer jobs than one, a scheduler without the engine dask, a missing package, a cluster out of
    reach, or a worker that died.

    >>> list(map_parts(str.upper, ["steel", "wheat"]))
    ['STEEL', 'WHEAT']
    """
    if engine not in ENGINES:
        message = f"no engine {engine!r}; choose one of {', '.join(ENGINES)}"
        raise EngineError(message)
    if jobs is not None and jobs < 1:
        message = f"{jobs} jobs do no work; choose 1 or more"
        raise EngineError(message)
    if scheduler and engine != "dask":
        message = f"the {engine} engine has no use for a scheduler; choose the engine dask to work at {scheduler}"
        raise EngineError(message)
    if engine == "dask":
        yield from _on_cluster(function, parts, scheduler, jobs)
    elif jobs == 1 or len(parts) <= 1 or (jobs is None and len(parts) < _FEW_PARTS):
        yield from map(function, parts)
    else:
        yield from _in_processes(function, parts, min(jobs or os.cpu_count() or 1, len(parts)))


def _in_processes(function: Callable[[Part], Result], parts: Sequence[Part], jobs: int) -> Iterator[Result]:
    # spawn, not fork: a forked child of a process with threads (DuckDB, Delta) can hang.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        try:
            yield from _in_order(pool, function, parts, _AHEAD * jobs)
        except BrokenProcessPool as error:
            message = "a worker process died, perhaps for want of memory; run again with fewer --jobs"
            raise EngineError(message) from error


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for its next part for ever."""
    Thread(target=_outlive, args=(parent_process(),), daemon=True).start()


def _outlive(parent: BaseProcess | None) -> None:
    if parent:
        parent.join()
        os._exit(1)


def _in_order(
    executor: Executor, function: Callable[[Part], Result], parts: Sequence[Part], ahead: int
) -> Iterator[Result]:
    waiting = deque(executor.submit(function, part) for part in parts[:ahead])
    rest = iter(parts[ahead:])
    try:
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(executor.submit(function, part) for part in islice(rest, 1))
            yield result
    finally:
        for future in waiting:
            future.cancel()


def _on_cluster(
    function: Callable[[Part], Result], parts: Sequence[Part], scheduler: str | None, jobs: int | None
) -> Iterator[Result]:
    try:
        from distributed import Client, KilledWorker  # noqa: PLC0415  an extra: most runs need no cluster
    except ImportError as error:
        message = "the dask engine needs the package distributed; install it with: pip install 'trade-figures[dask]'"
        raise EngineError(message) from error
    with ExitStack() as stack:
        try:
            cluster = scheduler or stack.enter_context(_own_cluster(jobs))
            client = stack.enter_context(Client(cluster, timeout=_PATIENCE))
        except (OSError, ValueError) as error:
            message = f"no Dask scheduler answers at {scheduler}; start one with: dask scheduler"
            raise EngineError(message) from error
        # pure=False: the same part may be read again, a changed file must not come from a cache.
        executor = client.get_executor(pure=False, retries=_RETRIES)
        try:
            yield from _in_order(executor, function, parts, _AHEAD * max(1, sum(client.ncores().values())))
        except KilledWorker as error:
            message = "workers of the cluster died again and again on one part, perhaps for want of memory"
            raise EngineError(message) from error
        except ModuleNotFoundError as error:
            message = f"the workers cannot import {error.name}; install trade-figures in their environment"
            raise EngineError(message) from error


@contextmanager
def _own_cluster(jobs: int | None) -> Iterator[LocalCluster]:
    from distributed import LocalCluster  # noqa: PLC0415  as above

    # Its status page takes any free port: the usual one belongs to whoever came first, a second run too.
    cluster = LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address="127.0.0.1:0")
    try:
        yield cluster
    finally:
        # While it restarts a worker that was killed, the cluster cannot close and says so by an assertion.
        with suppress(AssertionError):
            cluster.close()
