"""A function and its parts → the results in order, computed here, by a pool of processes, or on a Dask cluster."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread, current_thread, main_thread
from types import FrameType
from typing import Any, Generic, Literal, Protocol, TypeVar

from etl.errors import EngineError

__all__ = ["ENGINES", "Engine", "Rescue", "map_parts", "uninterrupted"]

Part = TypeVar("Part")
Shared = TypeVar("Shared")
Result = TypeVar("Result")
Engine = Literal["local", "dask"]

ENGINES: tuple[Engine, ...] = ("local", "dask")
# Seconds of work done here before processes are started: about what starting them costs, so that a short run never pays
# for them, and a long one hardly notices.
_STARTING = 1.0
# Parts handed out ahead of the one that is waited for: all workers stay busy, results do not pile up.
_AHEAD = 4
# Workers that one part may cost before the rest of it is given up: each takes a second or two to start again.
_DEATHS = 8


@dataclass(frozen=True, slots=True)
class Rescue(Generic[Part, Result]):
    """What is done with a part whose worker died: `divide` it in smaller ones (none if it is one thing), or `lose` it.

    `lose` gives the result that stands in its place.
    """

    divide: Callable[[Part], Sequence[Part]]
    lose: Callable[[Part], Result]


def map_parts(
    function: Callable[[Part, Shared], Result],
    parts: Iterable[Part],
    shared: Shared,
    *,
    rescue: Rescue[Part, Result],
    engine: Engine = "local",
    scheduler: str | None = None,
    jobs: int | None = None,
) -> Generator[Result]:
    """`function(part, shared)` of each part, in the order of `parts`, whichever engine computes it.

    "local" works in this process for one job or for a second, then with `jobs` processes (by default one a processor);
    "dask" on the cluster at the address `scheduler`, or on one of `jobs` processes made for the call. `parts` is read
    as the work goes on; `shared` travels once to each worker. A part whose worker dies is tried again alone; if it
    kills again it is divided, so that it gives several results, until what is guilty is found, and that alone is lost.
    `function`, `shared`, parts and results must be picklable, and a script that uses processes needs
    `if __name__ == "__main__":`. Raises `EngineError` for an unknown engine, fewer jobs than one, a scheduler without
    the engine dask, a missing package, a cluster out of reach or gone, or workers that cannot be started.

    >>> from operator import add
    >>> rescue = Rescue(divide=list, lose=str)
    >>> list(map_parts(add, ["steel", "wheat"], "!", rescue=rescue))
    ['steel!', 'wheat!']
    """
    _check(engine, scheduler, jobs)
    rest, work = iter(parts), _Work(function, shared)
    if engine == "dask":
        with _cluster(work, scheduler, jobs) as crew:
            yield from _in_order(crew, rest, rescue)
        return
    workers = jobs or os.cpu_count() or 1
    if jobs is None or workers == 1:
        yield from _here(work, rest, float("inf") if workers == 1 else _STARTING)
    for first in islice(rest, 1):
        with _processes(work, workers) as crew:
            yield from _in_order(crew, chain([first], rest), rescue)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """What is done inside is done to its end: Ctrl+C is answered behind it."""
    before = signal.getsignal(signal.SIGINT)
    if current_thread() is not main_thread() or not callable(before):
        yield
        return
    pressed: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda *call: pressed.append(call))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            before(*pressed[0])


def _check(engine: str, scheduler: str | None, jobs: int | None) -> None:
    if engine not in ENGINES:
        message = f"no engine {engine!r}; choose one of {', '.join(ENGINES)}"
        raise EngineError(message)
    if jobs is not None and jobs < 1:
        message = f"{jobs} jobs do no work; choose 1 or more"
        raise EngineError(message)
    if scheduler and engine != "dask":
        message = f"the {engine} engine has no use for a scheduler; choose the engine dask to work at {scheduler}"
        raise EngineError(message)


def _here(work: Callable[[Part], Result], parts: Iterator[Part], seconds: float) -> Iterator[Result]:
    """The results of the first parts, as many as are computed in so many seconds."""
    worked = 0.0
    for part in parts:
        started = time.perf_counter()
        result = work(part)
        worked += time.perf_counter() - started
        yield result
        if worked > seconds:
            return


class _Crew(Protocol):
    """Workers to which parts are handed: `died` is what a result raises when its worker is gone."""

    died: type[Exception]
    size: int

    def submit(self, part: object) -> Future[Any]: ...

    def renew(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Work:
    """What a worker does with a part."""

    function: Callable[..., Any]
    shared: object

    def __call__(self, part: object) -> Any:  # noqa: ANN401  whatever the function gives
        return self.function(part, self.shared)


def _in_order(crew: _Crew, parts: Iterator[Part], rescue: Rescue[Part, Result]) -> Iterator[Result]:
    waiting: deque[tuple[Part, Future[Result]]] = deque()
    try:
        while True:
            waiting.extend((part, crew.submit(part)) for part in islice(parts, _AHEAD * crew.size - len(waiting)))
            if not waiting:
                return
            try:
                result = waiting[0][1].result()
            except crew.died:
                yield from _after_death(crew, waiting, rescue)
                waiting.clear()
            else:
                waiting.popleft()
                yield result
    finally:
        for _, future in waiting:
            future.cancel()


def _after_death(
    crew: _Crew, waiting: Iterable[tuple[Part, Future[Result]]], rescue: Rescue[Part, Result]
) -> Iterator[Result]:
    """The results of the parts handed out when a worker died: it may have been any one of those not finished."""
    wait([future for _, future in waiting])
    crew.renew()
    for part, future in waiting:
        try:
            result = future.result()
        except crew.died:
            yield from _alone(crew, part, rescue)
        else:
            yield result


def _alone(crew: _Crew, part: Part, rescue: Rescue[Part, Result]) -> Iterator[Result]:
    """The results of a part while nothing else is worked on, so that whoever kills the worker is known."""
    deaths, rest = 0, [part]
    while rest:
        suspect = rest.pop()
        try:
            result = rescue.lose(suspect) if deaths >= _DEATHS else crew.submit(suspect).result()
        except crew.died:
            crew.renew()
            deaths += 1
            smaller = rescue.divide(suspect)
            rest += reversed(smaller)
            if smaller:
                continue
            result = rescue.lose(suspect)
        yield result


class _Processes:
    """Processes of this machine; when one has died all are started anew."""

    died: type[Exception] = BrokenProcessPool

    def __init__(self, work: _Work, jobs: int) -> None:
        self.size, self._work = jobs, work
        self._pool = self._start()

    def submit(self, part: object) -> Future[Any]:
        with _undisturbed():
            try:
                return self._pool.submit(_do, part)
            except BrokenProcessPool as error:  # who waits for it is told as of any other part
                broken: Future[Any] = Future()
                broken.set_exception(error)
                return broken

    def renew(self) -> None:
        self.close()
        self._pool = self._start()
        with _undisturbed():
            ready = self._pool.submit(os.getpid)
        try:
            ready.result()
        except BrokenProcessPool as error:
            message = (
                "worker processes die as soon as they are started; a script that calls run() needs "
                'if __name__ == "__main__": above the call, or jobs=1'
            )
            raise EngineError(message) from error

    def close(self) -> None:
        # Python takes a thread for ended when Ctrl+C breaks off a join, and would wait for the workers for ever.
        with uninterrupted():
            self._pool.shutdown(cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        # spawn, not fork: a forked child of a process with threads (DuckDB, Delta) can hang.
        context = get_context("spawn")
        return ProcessPoolExecutor(self.size, mp_context=context, initializer=_begin, initargs=(self._work,))


@contextmanager
def _processes(work: _Work, jobs: int) -> Iterator[_Crew]:
    crew = _Processes(work, jobs)
    try:
        yield crew
    finally:
        crew.close()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Processes started inside never see Ctrl+C, which a terminal sends to all: it is for the one who started them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# What this process, if it is a worker, does with a part.
_WORK: list[_Work] = []


def _begin(work: _Work) -> None:
    _WORK[:] = [work]
    # A worker whose parent was killed would wait for its next part for ever.
    Thread(target=_outlive, args=(parent_process(),), daemon=True).start()


def _do(part: object) -> object:
    return _WORK[0](part)


def _outlive(parent: BaseProcess | None) -> None:
    if parent:
        parent.join()
        os._exit(1)


@contextmanager
def _cluster(work: _Work, scheduler: str | None, jobs: int | None) -> Iterator[_Crew]:
    try:
        from etl.cluster import cluster  # noqa: PLC0415  an extra: most runs need no cluster
    except ImportError as error:
        message = "the dask engine needs the package distributed; install it with: pip install 'trade-figures[dask]'"
        raise EngineError(message) from error
    with ExitStack() as stack:
        with _undisturbed():
            crew = stack.enter_context(cluster(work, scheduler, jobs))
        yield crew
