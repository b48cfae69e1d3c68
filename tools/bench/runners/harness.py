"""A job file → what one system finds in each text, how fast it reads and how much memory it took, as a result file.

    python -m tools.bench.runners.NAME JOB.json RESULT.json

A runner is started inside the environment of its system, so this module needs the standard library only. The clock
counts the processor time of reading alone: imports, models and word lists are loaded before, by a first reading.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Row", "Source", "Task", "serve"]

Row = dict[str, Any]


class Source(NamedTuple):
    """A text, with what its gold says of it."""

    text: str
    date: dt.datetime | None = None
    title: str | None = None
    publisher: str | None = None


class Task(NamedTuple):
    """How a system does one task: `read` is timed, `describe` tells in plain values what it gave for a text."""

    read: Callable[[Source], Any]
    describe: Callable[[str, Any], list[Row]]


def serve(tasks: Mapping[str, Task]) -> None:
    """Do the job of the command line: each text is read once for its result, then again and again by the clock."""
    job, result = (Path(name) for name in sys.argv[1:])
    order = json.loads(job.read_text(encoding="utf-8"))
    _stay_on_one_core()
    task = tasks[order["task"]]
    found, failures = _find(task, list(map(_source, order["texts"])))
    speed = _speed(task, list(map(_source, order["timed"])), order["seconds"])
    answer = {"found": found, "failures": failures, "speed": speed, "memory": _peak_memory()}
    result.write_text(json.dumps(answer), encoding="utf-8")


def _source(row: Row) -> Source:
    date = row.get("date")
    return Source(**row | {"date": dt.datetime.fromisoformat(date) if date else None})


def _find(task: Task, sources: Sequence[Source]) -> tuple[list[list[Row]], list[str]]:
    """The findings of each text, none where the system fails; and what it said then."""
    found: list[list[Row]] = []
    failures = []
    for source in sources:
        try:
            found.append(task.describe(source.text, task.read(source)))
        except Exception as error:  # noqa: BLE001  whatever a system raises, the other texts are read
            found.append([])
            failures.append(f"{type(error).__name__}: {error}")
    return found, failures


def _speed(task: Task, sources: Sequence[Source], enough: float) -> float:
    """Bytes a second, over whole rounds until `enough` seconds have been spent.

    A text gets one more space each round, so that no memory of whole texts gives the answer.
    """
    seconds, size, tail = 0.0, 0, ""
    while not tail or seconds < enough:
        tail += " "
        for source in sources:
            longer = source._replace(text=source.text + tail)
            begin = time.process_time()
            with contextlib.suppress(Exception):  # it was reported when it was read for its result
                task.read(longer)
            seconds += time.process_time() - begin
            size += len(longer.text.encode())
    return size / seconds


def _stay_on_one_core() -> None:
    if hasattr(os, "sched_setaffinity"):  # not on macOS
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _peak_memory() -> int:
    """Bytes; the system counts kilobytes, macOS bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
