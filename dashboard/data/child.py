"""What takes long of a large store → made in a process of its own, whose memory goes with it; its arrays are mapped.

In this process it would take the interpreter from all readers for as long, and leave several times the memory behind.
"""

from __future__ import annotations

import mmap
import pickle
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ParamSpec, TypeVar, cast

__all__ = ["in_child"]

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_ALIGNED = 64


def in_child(function: Callable[Parameters, Result], *arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
    """What `function` returns, or raises, called in a process of its own; all of it must be picklable.

    The arrays of the result (NumPy and Arrow) come in a file that is mapped, not read. Where no process can be begun,
    such as from a script without `if __name__ == "__main__"`, or it is killed, `function` is called here.

    >>> in_child(divmod, 7, 2)
    (3, 1)
    """
    with TemporaryDirectory(prefix="trade-figures-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "result"
        process = get_context("spawn").Process(target=_call, args=(path, function, arguments, named), daemon=True)
        process.start()
        process.join()
        if process.exitcode != 0:
            return function(*arguments, **named)
        result, error = _read(path)
    if error is not None:
        raise error
    return cast("Result", result)


def _call(path: Path, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    try:
        _write(path, (function(*arguments, **named), None))
    except Exception as error:  # noqa: BLE001  raised where it was asked for
        _write(path, (None, error))


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
