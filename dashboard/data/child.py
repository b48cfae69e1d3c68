"""Processes beside this one: what takes long of a large store is made in one, and its arrays are mapped, not read.

In this process it would take the interpreter from all readers for as long, and leave several times the memory behind.
"""

from __future__ import annotations

import mmap
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, ParamSpec, TypeVar

from etl.errors import TradeFiguresError

__all__ = ["Made", "Worker", "WorkerGoneError", "in_child"]

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Held = dict[str, Any]
"""What a worker has been handed, by name."""

_ALIGNED = 64
_PATIENCE = 120.0  # seconds: who answers nothing for so long hangs
_SPAWN = get_context("spawn")


class WorkerGoneError(TradeFiguresError):
    """The worker has ended, or could not begin."""


class Worker:
    """A process that stays, with what it was handed; it answers one call at a time, and ends when nobody has it.

    >>> worker = Worker()
    >>> worker.call(sorted)
    []
    """

    def __init__(self) -> None:
        self._connection, theirs = _SPAWN.Pipe()
        self._lock = threading.Lock()
        self._process = _SPAWN.Process(target=_answer_calls, args=[theirs], daemon=True)
        self._process.start()
        theirs.close()

    def call(self, function: Callable[..., Result], *arguments: object) -> Result:
        """What `function` returns, or raises, called there with what the worker holds and `arguments`.

        All of it must be picklable. Raises `WorkerGoneError` where there is no worker to call it, or it hangs.
        """
        with self._lock:
            try:
                self._connection.send((function, arguments))
                if not self._connection.poll(_PATIENCE):
                    raise TimeoutError
                result, error = self._connection.recv()
            except (EOFError, OSError) as fault:
                self._connection.close()  # what it says later answers nobody
                self._process.kill()
                message = "the process beside this one has ended"
                raise WorkerGoneError(message) from fault
        if error is not None:
            raise error
        made: Result = result
        return made


@dataclass(frozen=True)
class Made(Generic[Result]):
    """What a process made; `path` is the file its arrays are in, None where it was made in this process."""

    result: Result
    path: Path | None

    def hand(self, worker: Worker, take: Callable[[Held, Any], object]) -> None:
        """Hand the result to a worker, which maps the same file; `take` is called there with what it holds and this."""
        if self.path is None:
            message = "what was made in this process is not handed on"
            raise WorkerGoneError(message)
        try:
            worker.call(_take, self.path, take)
        except Exception as error:
            message = "the process beside this one could not take what was made"
            raise WorkerGoneError(message) from error


@contextmanager
def in_child(
    function: Callable[Parameters, Result], *arguments: Parameters.args, **named: Parameters.kwargs
) -> Iterator[Made[Result]]:
    """What `function` returns, or raises, called in a process of its own; all of it must be picklable.

    The arrays of the result (NumPy and Arrow) come in a file that is mapped, not read, and gone afterwards. Where no
    process can be begun, such as from a script without `if __name__ == "__main__"`, or it is killed, `function` is
    called here.

    >>> with in_child(divmod, 7, 2) as made:
    ...     made.result
    (3, 1)
    """
    with TemporaryDirectory(prefix="trade-figures-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "result"
        process = _SPAWN.Process(target=_call, args=(path, function, arguments, named), daemon=True)
        process.start()
        process.join()
        if process.exitcode != 0:
            yield Made(function(*arguments, **named), None)
            return
        result, error = _read(path)
        if error is not None:
            raise error
        yield Made(result, path)


def _answer_calls(connection: Connection) -> None:
    """Answer until the other end is closed, which it is when its process ends too, however that was."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the other process
    held: Held = {}
    while True:
        try:
            function, arguments = connection.recv()
            connection.send(_tried(function, held, *arguments))
        except (EOFError, OSError):
            return


def _take(held: Held, path: Path, take: Callable[[Held, Any], object]) -> None:
    take(held, _read(path)[0])


def _call(path: Path, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    made = _tried(function, *arguments, **named)
    parent = parent_process()
    if parent is not None and parent.is_alive():  # else nobody would take the file away
        _write(path, made)


def _tried(
    function: Callable[..., Result], *arguments: object, **named: object
) -> tuple[Result | None, Exception | None]:
    """What a function returns, or what it raises, which is raised again where it was asked for."""
    try:
        return function(*arguments, **named), None
    except Exception as error:  # noqa: BLE001  whatever it is
        return None, error


def _write(path: Path, thing: object) -> None:
    """Sizes, the pickle, then each of its arrays at a place that any type may begin at."""
    arrays: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(thing, protocol=5, buffer_callback=arrays.append)
    views = [array.raw() for array in arrays]
    head = pickle.dumps((len(pickled), [view.nbytes for view in views]))
    with path.open("wb") as file:
        file.write(len(head).to_bytes(8, "little") + head + pickled)
        for view in views:
            file.write(bytes(-file.tell() % _ALIGNED))
            file.write(view)


def _read(path: Path) -> Any:  # noqa: ANN401  whatever was written
    with path.open("rb") as file:
        # Private: who writes into an array gets a copy of that page, nobody writes into the file.
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    start = 8 + int.from_bytes(mapped[:8], "little")
    size, sizes = pickle.loads(mapped[8:start])  # noqa: S301  this program wrote it
    arrays, end = [], start + size
    for each in sizes:
        end += -end % _ALIGNED
        arrays.append(mapped[end : end + each])
        end += each
    return pickle.loads(mapped[start : start + size], buffers=arrays)  # noqa: S301  as above
