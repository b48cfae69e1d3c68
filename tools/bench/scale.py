"""Many articles → how fast, and in how much memory, they become a store: `make bench-scale`.

    python -m tools.bench.scale                                       everything; hours on a slow machine
    python -m tools.bench.scale --articles 20000 --engines local      one size in one process

Measured is `trade-figures extract`, from its start to its end, as a user calls it: into a new store ("cold"), again
("unchanged"), and again after one article in a hundred has another text ("1 % changed"). The articles are those of
`tools.bench.corpus`, about 2 KB of plain text each, as JSONL dumps of 10,000; "files" has a file an article. Memory is
the most that all processes of the run held at once (their proportional set size, looked up four times a second in
/proc, so on Linux only). "Load" is `load_claims` in a new process.

Each finished row is kept in build/bench/scale.json, and the table shows all rows there: a run that was stopped goes on
with `--missing`, and a part can be measured anew by itself.
"""

from __future__ import annotations

import argparse
import glob
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

from tools.bench.corpus import CHANGED, clean, make_dumps, make_files, revise

__all__ = ["ENGINES", "Row", "main", "render"]

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "bench"
SIZES = (20_000, 200_000)
# The engines, and the options that choose them; "files" is the pool on a folder of files instead of dumps.
ENGINES: Mapping[str, tuple[str, ...]] = {
    "local": ("--jobs", "1"),
    "pool": ("--jobs", "2"),
    "dask": ("--engine", "dask", "--jobs", "2"),
    "files": ("--jobs", "2"),
}
_TITLES = {"local": "in process", "pool": "pool of 2", "dask": "Dask, 2 workers", "files": "pool of 2, files"}
_EVERYWHERE = 20_000
_STEPS = ("cold", "unchanged", "1 % changed")
_EVERY = 0.25
_LOAD = """
import sys, time, etl
etl.load_claims
started = time.perf_counter()
claims = etl.load_claims(sys.argv[1])
print(time.perf_counter() - started, len(claims))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One measured run: `megabytes` are those of the dumps; `load` is in seconds, as `seconds` is."""

    articles: int
    engine: str
    step: str
    seconds: float
    megabytes: float
    memory: float
    read: int
    claims: int
    stored: float
    files: int
    load: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, keep each row, and print the table of all that were kept."""
    asked = _asked(arguments)
    kept = BUILD / "scale.json"
    rows = _kept(kept)
    for articles, engine in _plan(asked.articles, asked.engines):
        if asked.missing and {(articles, engine, step) for step in _steps(engine)} <= set(rows):
            continue
        for row in _measure(articles, engine):
            rows[row.articles, row.engine, row.step] = row
            kept.write_text(json.dumps([asdict(each) for each in rows.values()], indent=2) + "\n", encoding="utf-8")
            print(_progress(row), file=sys.stderr, flush=True)
    print(render(rows.values()))


def render(rows: Iterable[Row]) -> str:
    """The rows as a table in Markdown, by size, engine and step.

    >>> print(render([Row(20_000, "pool", "cold", 10.0, 42.0, 512.4, 20_000, 60_000, 48.5, 12, 0.31)]))
    | articles | engine | run | seconds | articles/s | MB/s | memory, MB | store, MB | files | load, s |
    |---:|---|---|---:|---:|---:|---:|---:|---:|---:|
    | 20,000 | pool of 2 | cold | 10.0 | 2,000 | 4.2 | 512 | 48 | 12 | 0.3 |
    """
    heading = ("articles", "engine", "run", "seconds", "articles/s", "MB/s", "memory, MB", "store, MB", "files")
    engines, steps = list(ENGINES), list(_STEPS)
    ordered = sorted(rows, key=lambda row: (row.articles, engines.index(row.engine), steps.index(row.step)))
    return "\n".join([f"| {' | '.join(heading)} | load, s |", "|---:|---|---|" + "---:|" * 7, *map(_line, ordered)])


def _line(row: Row) -> str:
    cells = (
        f"{row.articles:,}",
        _TITLES[row.engine],
        row.step,
        f"{row.seconds:,.1f}",
        f"{row.articles / row.seconds:,.0f}",
        f"{row.megabytes / row.seconds:,.1f}",
        f"{row.memory:,.0f}",
        f"{row.stored:,.0f}",
        f"{row.files:,}",
        f"{row.load:.1f}",
    )
    return f"| {' | '.join(cells)} |"


def _progress(row: Row) -> str:
    return f"{row.articles:,} articles, {_TITLES[row.engine]}, {row.step}: {row.seconds:,.1f} s, {row.memory:,.0f} MB"


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.scale", description="How fast articles are stored.")
    parser.add_argument("--articles", type=int, nargs="+", default=SIZES, metavar="N", help="how many articles")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, metavar="NAME", help=f"of {', '.join(ENGINES)}")
    parser.add_argument("--missing", action="store_true", help="only what build/bench/scale.json does not have")
    return parser.parse_args(arguments)


def _plan(sizes: Sequence[int], engines: Sequence[str] | None) -> Iterator[tuple[int, str]]:
    """Every engine for a small corpus; a large one is read by the pool alone, unless the engines were named."""
    for articles in sizes:
        for engine in engines or (ENGINES if articles <= _EVERYWHERE else ("pool",)):
            yield articles, engine


def _kept(path: Path) -> dict[tuple[int, str, str], Row]:
    path.parent.mkdir(parents=True, exist_ok=True)
    found = json.loads(path.read_bytes()) if path.exists() else []
    return {(row.articles, row.engine, row.step): row for row in (Row(**each) for each in found)}


def _measure(articles: int, engine: str) -> Iterator[Row]:
    clean(BUILD / "articles")
    dumps = make_dumps(BUILD / "articles", articles)
    revise(dumps, 0)  # a run that was stopped may have left the other texts
    paths = [make_files(BUILD / "articles" / "files", articles)] if engine == "files" else dumps
    size = sum(path.stat().st_size for path in dumps) / 1e6
    store = BUILD / "store"
    shutil.rmtree(store, ignore_errors=True)
    try:
        for step in _steps(engine):
            if step == _STEPS[2]:
                revise(dumps, 1)
            seconds, memory, report = _extract(paths, store, ENGINES[engine])
            _check(step, articles, report)
            yield Row(articles, engine, step, seconds, size, memory, report["read"], **_stored(store))
    finally:
        revise(dumps, 0)
        shutil.rmtree(store, ignore_errors=True)


def _steps(engine: str) -> Sequence[str]:
    return _STEPS[:2] if engine == "files" else _STEPS


def _check(step: str, articles: int, report: Mapping[str, Any]) -> None:
    """The figure of a run that did not do its work is none."""
    wanted = {"cold": articles, "unchanged": 0, "1 % changed": -(-articles // CHANGED)}[step]
    if report["read"] != wanted or report["stored_documents"] != articles:
        message = f"{step}: {wanted:,} of {articles:,} articles were to be read, and all stored; the report: {report}"
        raise SystemExit(message)


def _extract(paths: Sequence[Path], store: Path, options: Sequence[str]) -> tuple[float, float, dict[str, Any]]:
    """Seconds, peak memory in megabytes, and the report of one run."""
    command = [sys.executable, "-m", "etl", "extract", *map(str, paths), "--store", str(store), *options, "--json"]
    started = time.perf_counter()
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process,
        _Watch(process.pid) as watch,
    ):
        told, _ = process.communicate()
        seconds = time.perf_counter() - started
    if process.returncode:
        message = f"the run ended with exit code {process.returncode}: {told[-2000:]}"
        raise SystemExit(message)
    return seconds, watch.peak / 1e6, json.loads(told)


def _stored(store: Path) -> dict[str, Any]:
    """What the store takes on disk, with superseded files not yet removed, and what loading it takes."""
    files = [path for path in store.rglob("*") if path.is_file()]
    told = subprocess.run([sys.executable, "-c", _LOAD, store], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    seconds, claims = told.stdout.split()
    size = sum(path.stat().st_size for path in files) / 1e6
    return {"claims": int(claims), "stored": size, "files": len(files), "load": float(seconds)}


class _Watch:
    """The most memory, in bytes, that a process and all below it held at once while the block ran."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid, self._done = pid, Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(_EVERY):
            self.peak = max(self.peak, sum(map(_memory, _tree(self._pid))))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in glob.glob(f"/proc/{pid}/task/*/children"):  # noqa: PTH207  Path.glob fails where a process ends
        yield from (each for child in _read(children).split() for each in _tree(int(child)))


def _memory(pid: int) -> int:
    lines = _read(f"/proc/{pid}/smaps_rollup").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _read(path: str) -> str:
    """What /proc says; nothing of a process that has just ended."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


if __name__ == "__main__":
    main()
