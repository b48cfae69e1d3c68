"""Parts → futures of their results on a Dask cluster, an existing one or one made for the call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from uuid import uuid4

import dask
from distributed import Client, KilledWorker, LocalCluster, Worker, WorkerPlugin
from distributed import Future as DaskFuture

from etl.errors import EngineError

__all__ = ["Cluster", "cluster"]

# A part that failed on one machine, for a disk or a network, is tried on two others.
_RETRIES = 2
_PATIENCE = 5
# For the status page: the usual port belongs to whoever came first, a second run too.
_ANY_PORT = "127.0.0.1:0"

# Of a cluster of our own: a part whose worker died once is tried again alone, by the engine; and a worker that dies
# again 15 s after the last time is still started anew (Dask would take it for lost, and its work would wait for ever).
_SETTINGS = {"distributed.scheduler.allowed-failures": 0, "distributed.deploy.lost-worker-timeout": "1 day"}
# Seconds that are given to a worker to start again.
_RESTART = 60

# What this process, if it is a worker, does with the parts of each run.
_WORK: dict[str, Callable[[Any], Any]] = {}


class Cluster:
    """The workers of a Dask cluster, which starts those anew that died."""

    died: type[Exception] = KilledWorker

    def __init__(self, client: Client, run: str) -> None:
        self.size = max(1, sum(client.ncores().values()))
        self._client, self._run = client, run

    def submit(self, part: object) -> Future[Any]:
        """The future of a part's result, which is fetched as soon as it is there: then no worker's death loses it."""
        ours: Future[Any] = Future()
        # pure=False: the same part may be read again, a changed file must not come from a cache.
        theirs = self._client.submit(_work, part, self._run, pure=False, retries=_RETRIES)
        theirs.add_done_callback(lambda done: _hand_over(done, ours))
        ours.add_done_callback(lambda _: theirs.release())
        return ours

    def renew(self) -> None:
        """Wait until the cluster has started a worker in the place of the one that died."""
        try:
            self._client.wait_for_workers(1, timeout=_RESTART)
        except TimeoutError as error:
            message = "the cluster has no workers left, they died and were not started again; start some and run again"
            raise EngineError(message) from error


@contextmanager
def cluster(work: Callable[[Any], Any], scheduler: str | None, jobs: int | None) -> Iterator[Cluster]:
    """The cluster at the address `scheduler`, or one of `jobs` processes, whose workers all have `work`.

    Raises `EngineError` where nothing answers, where there are no workers or they lack this package, and when the
    cluster goes away.
    """
    run = f"trade-figures-{uuid4()}"
    with ExitStack() as stack:
        client = stack.enter_context(_connected(scheduler or stack.enter_context(_own(jobs))))
        _equip(client, run, work, scheduler)
        stack.callback(_dismiss, client, run)
        try:
            yield Cluster(client, run)
        except CancelledError as error:
            message = "the Dask cluster is gone; what was read until then is kept, run again when it is back"
            raise EngineError(message) from error


def _equip(client: Client, run: str, work: Callable[[Any], Any], scheduler: str | None) -> None:
    """Give all workers, also those that come later or start anew, what they need for the parts of a run."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
        client.register_plugin(_Work(run, work), name=run)
    except TimeoutError as error:
        message = f"the cluster at {scheduler} has no workers; start some with: dask worker {scheduler}"
        raise EngineError(message) from error
    except (ModuleNotFoundError, AttributeError) as error:
        message = f"the workers cannot do this work ({error}); install the same trade-figures in their environment"
        raise EngineError(message) from error


class _Work(WorkerPlugin):
    def __init__(self, run: str, work: Callable[[Any], Any]) -> None:
        self.run, self.work = run, work

    def setup(self, worker: Worker) -> None:
        del worker
        _WORK[self.run] = self.work

    def teardown(self, worker: Worker) -> None:
        del worker
        _WORK.pop(self.run, None)


def _work(part: object, run: str) -> object:
    return _WORK[run](part)


def _hand_over(theirs: DaskFuture[Any], ours: Future[Any]) -> None:
    with suppress(InvalidStateError):  # nobody waits for it any more
        try:
            result = theirs.result()
        except CancelledError:
            ours.set_exception(CancelledError())
        except Exception as error:  # noqa: BLE001  whatever the work has raised, the one who waits is told
            ours.set_exception(error)
        else:
            ours.set_result(result)


def _dismiss(client: Client, run: str) -> None:
    with suppress(Exception):  # a cluster that is gone keeps nothing
        client.unregister_worker_plugin(run)


@contextmanager
def _connected(address: str | LocalCluster) -> Iterator[Client]:
    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        message = f"no Dask scheduler answers at {address}; start one with: dask scheduler"
        raise EngineError(message) from error
    with client:
        yield client


@contextmanager
def _own(jobs: int | None) -> Iterator[LocalCluster]:
    with dask.config.set(_SETTINGS):
        made = LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=_ANY_PORT)
        try:
            yield made
        finally:
            # While it restarts a worker that was killed, the cluster cannot close and says so by an assertion.
            with suppress(AssertionError):
                made.close()
