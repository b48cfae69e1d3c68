"""A store of many invented claims, served → how fast the dashboard answers one reader and twenty, and what it weighs.

    python -m tools.bench.dashboard --store FOLDER                    a million claims, written to FOLDER once
    python -m tools.bench.dashboard --store FOLDER --claims 100000    fewer
    python -m tools.bench.dashboard --seconds 300                     twenty readers for five minutes

The dashboard is served by the command a person gives, on this machine. One reader and then twenty ask it through
locust; a browser measures the first chart of the bundled documents with nothing in its cache, and what pointing at a
mark asks for. Memory is that of the server and of the processes beside it (Linux only).
"""

from __future__ import annotations

import argparse
import csv
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil
from playwright.sync_api import Page, sync_playwright

from tools.bench.claims_store import make_store
from tools.setup import find_chromium

__all__ = ["main"]

CLAIMS: Final = 1_000_000
READERS: Final = 20
_LOADS: Final = 5
_ALONE_SECONDS: Final = 60
_SETTLED: Final = 1_000  # milliseconds after which a page that is read asks for nothing more
_PATIENCE: Final = 300.0  # seconds until a store of a million claims is read on a busy machine
_MARK = """() => {
  const plot = document.querySelector(".chart-frame .js-plotly-plot");
  const trace = plot._fullData.find((each) => each.customdata);
  const { left, top } = plot.getBoundingClientRect();
  const { xaxis, yaxis } = plot._fullLayout;
  return [left + xaxis._offset + xaxis.d2p(trace.x[0]), top + yaxis._offset + yaxis.d2p(trace.y[0])];
}"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the store where there is none, and print what was measured as tables in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.dashboard", description="How fast the dashboard is.")
    parser.add_argument("--store", type=Path, help="folder of the store; written where there is none")
    parser.add_argument("--claims", type=int, default=CLAIMS, metavar="N", help="how many claims it gets")
    parser.add_argument("--seconds", type=int, default=60, metavar="N", help="how long twenty readers read")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        print(_first_chart(Path(scratch) / "bundled"), end="\n\n", flush=True)
        store = asked.store or Path(scratch) / "many"
        if not store.exists():
            make_store(store, asked.claims)
        print(_readers(store, asked.seconds, Path(scratch)))


def _first_chart(store: Path) -> str:
    """The first chart of the bundled documents, each time in a browser with nothing in its cache."""
    subprocess.run(
        [sys.executable, "-m", "dashboard", "extract", "data/documents", "--store", str(store)], check=True, stdout=-3
    )
    with _served(store) as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        loads = []
        for _load in range(_LOADS):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            loads.append(_load_once(context.new_page(), address))
            context.close()
        browser.close()
    seconds, sent, requests, hovered, heap = (statistics.median(column) for column in zip(*loads, strict=True))
    return "\n".join(
        [
            f"| first chart, nothing in the cache, median of {_LOADS} | |",
            "|---|---:|",
            f"| seconds | {seconds:.2f} |",
            f"| MB sent | {sent / 1e6:.2f} |",
            f"| requests | {requests:.0f} |",
            f"| requests for a tooltip | {hovered:.0f} |",
            f"| MB of the page | {heap / 1e6:.0f} |",
        ]
    )


def _load_once(page: Page, address: str) -> tuple[float, float, int, int, float]:
    """Seconds to the first chart, bytes and requests until then, requests of a hover, bytes of the page's heap."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    begun = time.monotonic()
    page.goto(address)
    page.locator(".chart-frame[data-shown] .main-svg").first.wait_for()
    seconds, sent, requests = time.monotonic() - begun, sum(sizes), len(sizes)
    page.locator("#table .ag-row").first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(_SETTLED)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    x, y = page.evaluate(_MARK)
    page.mouse.move(x - 30, y - 30)
    page.mouse.move(x, y, steps=5)
    page.locator(".tip-body").first.wait_for()
    heap = page.evaluate("performance.memory.usedJSHeapSize")
    return seconds, sent, requests, len(asked), heap


def _readers(store: Path, seconds: int, scratch: Path) -> str:
    """How long answers take with one reader and with many, and the memory of the server before and after."""
    with _served(store) as (address, process):
        lines = ["| milliseconds at the server, with | readers | asked | failed | half | 95 of 100 |"]
        lines += ["|---|---:|---:|---:|---:|---:|"]
        _locust(address, 1, 20, scratch)  # what is made once is made
        _wait_for_checks(address)
        before = _megabytes(process.pid)
        for readers, duration in ((1, _ALONE_SECONDS), (READERS, seconds)):
            lines += [_line(row, readers) for row in _locust(address, readers, duration, scratch)]
        after = _megabytes(process.pid)
    return "\n".join([*lines, "", f"Memory of the server: {before:,.0f} MB, after all of it {after:,.0f} MB."])


def _wait_for_checks(address: str) -> None:
    """Return when the store is checked, which the server does beside the requests once somebody has asked."""
    while True:
        try:
            urllib.request.urlopen(f"{address}/checks.csv?to=1900").close()  # noqa: S310  our own
        except urllib.error.HTTPError as told:
            time.sleep(float(told.headers["Retry-After"]))
        else:
            return


def _line(row: dict[str, str], readers: int) -> str:
    cells = (row["Name"], str(readers), row["Request Count"], row["Failure Count"], row["50%"], row["95%"])
    return f"| {' | '.join(cells)} |"


def _locust(address: str, readers: int, seconds: int, scratch: Path) -> list[dict[str, str]]:
    """What locust counted, a row each kind of request, and one of all."""
    name = scratch / f"readers-{readers}"
    load = ["--host", address, "--users", str(readers), "--spawn-rate", "5", "--run-time", f"{seconds}s"]
    command = [sys.executable, "-m", "locust", "-f", str(Path(__file__).parent / "reader.py"), "--headless"]
    subprocess.run(
        [*command, *load, "--csv", str(name), "--only-summary", "--exit-code-on-error", "0"],
        check=True,
        capture_output=True,
    )
    with Path(f"{name}_stats.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@contextmanager
def _served(store: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of the dashboard over a store once it has read it, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "dashboard", "serve", "--store", str(store), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, text=True)
    try:
        _wait_until_read(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_read(address: str) -> None:
    """Wait for a first answer from the store; until then it answers 503, or not at all."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{address}/rows.json?start=0&rows=1", timeout=60).close()  # noqa: S310  our own
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
        else:
            return


def _megabytes(pid: int) -> float:
    """What the processes of the server take together; what they share counts once."""
    server = psutil.Process(pid)
    return float(sum(each.memory_full_info().pss for each in (server, *server.children(recursive=True)))) / 1e6


if __name__ == "__main__":
    main()
