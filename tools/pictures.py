"""The bundled documents → what the papers show: the screenshots of the README, the outputs of the notebooks.

    .venv/bin/python -m tools.pictures screenshots   docs/explore-*.png, docs/review-*.png, of a dashboard served for it
    .venv/bin/python -m tools.pictures notebooks      runs notebooks/*.ipynb, keeps their outputs and draws each chart

It needs the development tools and Chromium; `make test` sets up both.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from playwright.sync_api import Browser, Page, sync_playwright
from plotly.offline import get_plotlyjs

from tools.setup import find_chromium

__all__ = ["CHART", "charts", "draw_charts", "execute", "main"]

ROOT = Path(__file__).resolve().parent.parent
CHART = "application/vnd.plotly.v1+json"
"""The form of a Plotly figure in a notebook: alive in Jupyter, nothing at all where notebooks are only shown."""

VIEW = "/?metric=trade_turnover&parties=PAK&parties=RUS&from=2007"
BILLION = 1000  # USD million: the figure of 2023, on which four sources agree
WINDOW = {"width": 1280, "height": 860}
SECOND = 1000  # milliseconds
PATIENCE = 120 * SECOND

# Where on the screen the first mark of a value lies: the axes of the drawn chart tell. Null until it is drawn.
_PLACE = """
value => {
  const plot = document.querySelector(".chart-frame .js-plotly-plot");
  const { data, _fullLayout: drawn } = plot ?? {};
  if (!data || !drawn) return null;
  const marks = data.filter(trace => trace.customdata).flatMap(({ x, y }) => x.map((day, i) => [day, y[i]]));
  const mark = marks.find(([, y]) => Math.abs(y - value) < 1e-6);
  if (!mark) return null;
  const { left, top } = plot.getBoundingClientRect();
  const { xaxis, yaxis } = drawn;
  return [left + xaxis._offset + xaxis.d2p(mark[0]), top + yaxis._offset + yaxis.d2p(mark[1])];
}
"""
_TO_PNG = """
async ({ data, layout }) => {
  const size = { width: 900, height: layout.height };
  const address = await Plotly.toImage({ data, layout: { ...layout, ...size } }, { format: "png", ...size });
  return address.split(",")[1];
}
"""


def main(goals: Sequence[str]) -> None:
    """Make what each goal names: `screenshots`, `notebooks`."""
    steps = {"screenshots": take_screenshots, "notebooks": keep_outputs}
    for goal in goals:
        steps[goal]()


def take_screenshots() -> None:
    """Write docs/explore-*.png, the turnover with the sources of one figure open, and docs/review-*.png."""
    with _dashboard() as address, _chromium() as browser:
        _take_review(browser, address)
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport=WINDOW, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
            page.set_default_timeout(PATIENCE)
            page.goto(address + VIEW)
            page.mouse.click(*_settled_place(page))
            page.wait_for_selector(".cards")
            _settled_place(page)
            page.screenshot(path=ROOT / "docs" / f"explore-{scheme}.png")
            page.close()


def _take_review(browser: Browser, address: str) -> None:
    """A claim under review, and the reasons to reject it."""
    page = browser.new_page(viewport={"width": 1280, "height": 960}, color_scheme="light", locale="en-GB")
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/review")
    page.locator(".chart-frame[data-shown] .main-svg").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=ROOT / "docs" / "review-1.png")
    page.keyboard.press("r")
    page.locator("#reject-reasons").wait_for()
    page.locator(".review-form").screenshot(path=ROOT / "docs" / "review-2.png")


def keep_outputs() -> None:
    """Run every notebook and write it back with its outputs; each chart gets a picture for viewers without scripts."""
    with _chromium() as browser:
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            notebook = execute(path)
            draw_charts(notebook, browser)
            nbformat.write(notebook, path)


def execute(path: Path) -> NotebookNode:
    """The notebook with the outputs of a run; raises `nbclient.exceptions.CellExecutionError` where a cell fails.

    Times and versions are left out, so that the same code and documents give the same file.
    """
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    metadata = deepcopy(notebook.metadata)  # the client adds the version of Python
    NotebookClient(notebook, timeout=300, record_timing=False).execute()
    notebook.metadata = metadata
    return notebook


def charts(notebook: NotebookNode) -> list[NotebookNode]:
    """The outputs that are Plotly figures, each as form → content."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data for output in outputs if CHART in output.get("data", {})]


def draw_charts(notebook: NotebookNode, browser: Browser) -> None:
    """Put a PNG beside each Plotly figure of the notebook."""
    page = browser.new_page()
    page.set_content("<!DOCTYPE html><title>charts</title>")
    page.add_script_tag(content=get_plotlyjs())
    for output in charts(notebook):
        output["image/png"] = page.evaluate(_TO_PNG, output[CHART])
    page.close()


def _settled_place(page: Page) -> tuple[float, float]:
    """Where the figure is, in pixels of the window, once the chart no longer moves."""
    page.wait_for_function(_PLACE, arg=BILLION)
    before, now = None, page.evaluate(_PLACE, BILLION)
    while now != before:
        page.wait_for_timeout(SECOND)
        before, now = now, page.evaluate(_PLACE, BILLION)
    return now[0], now[1]


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])


@contextmanager
def _dashboard() -> Iterator[str]:
    """The address of a dashboard over the bundled documents, served while the context lasts."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, "-m", "dashboard", "demo", "--store", f"{folder}/store", "--port", str(port)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            try:
                # The last line it says before it serves.
                next(line for line in process.stdout or () if line.startswith("Dashboard:"))
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()


if __name__ == "__main__":
    main(sys.argv[1:])
