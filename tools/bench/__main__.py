"""Other tools and ours → accuracy, speed and memory on the same data in one run, as the tables that README shows.

    make bench                                       all systems; writes the tables into README.md
    make bench PEERS="cqe dateparser"                ours and these only; prints the tables and writes nothing
    make bench GOLD=DIR                              another folder with the annotated data

Each system runs alone, one after the other, in an environment of its own; one that fails gives its reason and stops
nobody. The data are not ours to publish, so a clone may lack them: then this says so and measures nothing.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, cast

from tools.bench.gold import TASKS, Row, Task
from tools.bench.systems import OURS, PEERS, WORK, System, provide
from tools.bench.table import Measurement, render, replace_block
from tools.setup import ROOT, SetupError

__all__ = ["main", "measure"]

SECONDS: Final = 5.0
"""Processor time after which a speed is known well enough; a round over the texts is always finished."""

_NAMES: Final = tuple(peer.name for peer in PEERS)


def main(arguments: Sequence[str]) -> None:
    """Measure ours and the named peers, all of them by default; then print the tables."""
    asked = _read(arguments)
    tasks = {name: task for name, task in TASKS.items() if all((asked.gold / each).exists() for each in task.needs)}
    if not tasks:
        sys.exit(
            f"Nothing is measured: {asked.gold} has none of the annotated data (make bench GOLD=DIR names a folder)"
        )
    peers = [peer for peer in PEERS if peer.name in (asked.peers or _NAMES)]
    measured = [
        measure(system, name, task, asked.gold)
        for name, task in tasks.items()
        for system in (OURS, *peers)
        if name in system.tasks
    ]
    about = {name: task.about(asked.gold) for name, task in tasks.items()}
    tables = render(measured, about, f"{dt.datetime.now(tz=dt.UTC):%-d %B %Y}", _machine())
    print(tables)
    if len(peers) == len(PEERS) and len(tasks) == len(TASKS):
        page = ROOT / "README.md"
        page.write_text(replace_block(page.read_text(encoding="utf-8"), tables), encoding="utf-8")


def measure(system: System, name: str, task: Task, gold: Path) -> Measurement:
    """One system at one task: its marks and costs, or the reason why there are none."""
    print(f"{system.name}: {name} ...", file=sys.stderr, flush=True)
    sources = task.texts(gold)
    measurement = partial(Measurement, title=system.title, task=name, ours=system is OURS)
    try:
        answer = _run(system, {"task": name, "texts": sources, "timed": task.timed(gold), "seconds": SECONDS})
        found = [system.tasks[name](each["text"], rows) for each, rows in zip(sources, answer["found"], strict=True)]
        marks = task.score(gold, _folder(system), found)
    except (SetupError, subprocess.CalledProcessError) as error:
        return measurement(reason=_reason(error))
    costs = {"speed": answer["speed"] / 1e3, "memory": answer["memory"] / 1e6}
    return measurement(marks=marks | costs, failures=tuple(answer["failures"]))


def _run(system: System, job: Row) -> Row:
    """What the runner of a system answers; it works in a process of its own, so its memory is its own too."""
    python, environment = provide(system)
    asked, answer = (_folder(system) / f"{job['task']}.{part}.json" for part in ("job", "answer"))
    asked.write_text(json.dumps(job), encoding="utf-8")
    command = [python, "-W", "ignore", "-m", f"tools.bench.runners.{system.name}", str(asked), str(answer)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return cast("Row", json.loads(answer.read_text(encoding="utf-8")))


def _folder(system: System) -> Path:
    folder = WORK / "runs" / system.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _reason(error: SetupError | subprocess.CalledProcessError) -> str:
    """The last line of a program that failed; what uv said stands on the terminal."""
    if isinstance(error, SetupError):
        return "it could not be installed"
    return (str(error.stderr).strip().splitlines() or ["it ended without a word"])[-1]


def _machine() -> str:
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("peers", nargs="*", metavar="PEER", help=", ".join(_NAMES))
    parser.add_argument("--gold", type=Path, required=True, metavar="DIR", help="folder with the annotated data")
    asked = parser.parse_args(arguments)
    if unknown := sorted({*asked.peers} - {*_NAMES}):
        parser.error(f"no peer is called {', '.join(unknown)}; there are {', '.join(_NAMES)}")
    return asked


if __name__ == "__main__":
    main(sys.argv[1:])
