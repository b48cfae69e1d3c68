"""The notebooks run, tell their stories, and what is committed of them is what a run gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from tools.pictures import CHART, charts, execute

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
EXPLORE = NOTEBOOKS / "01_explore.ipynb"
DISAGREEMENT = NOTEBOOKS / "02_disagreement.ipynb"
REFRESH = "keep the new outputs with `.venv/bin/python -m tools.pictures notebooks`, and look at what changed"
MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(?:tmp|work|root|home|Users)/\w+")
LARGEST = 1_500_000  # bytes: larger notebooks are shown slowly or not at all

# A story is a chart and the table of its sources: year and figure of the marks, words of the quotes.
STORIES = [
    ("Trade between Russia and Pakistan", {("2017", 500.0), ("2023", 1000.0)}, ("$500 million", "1 billion")),
    ("Share of settlements in national", {("2022", 20.0), ("2024", 80.0)}, ("less than 20%", "above 80%")),
    ("Pakistan: gap between", {("2023", 3.1)}, ("3.1 million tons", "3.1 million tonnes")),
]


# The tables of the second notebook: the tag of the cell that shows one, and words of it.
TOLD = [
    ("said", ("$1.81 billion", "USD 666.85 million", "US$920 million")),
    ("annual", ("FY2022/23", "conflict", "agree")),
    (
        "checks",
        ("601.99 million USD, stated 620.99 million", "400 million USD, stated 700 million", "8.3 times its pace"),
    ),
    ("holds", ("945.87 million USD, stated 945.87 million",)),
    ("rules", ("=454000000;=474000000",)),
    ("known", ("FY2023/24", "2018-12-31")),
    ("revised", ("revised", "-27.5")),
    ("releases", ("2023-10-13", "2024-03-07")),
    ("growth", ("no figure for 2016", "value(2018) / value(2017)")),
    ("money", ("European Central Bank", "no rate of PKR")),
]


def read(path: Path) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def outputs(notebook: NotebookNode, tag: str = "") -> list[NotebookNode]:
    """The outputs of its cells, or of those with this tag, in order."""
    cells = [cell for cell in notebook.cells if not tag or tag in cell.metadata.get("tags", [])]
    return [output for cell in cells for output in cell.get("outputs", [])]


def stories(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, str]]:
    """Each chart of the cells tagged "story", with the table below it."""
    shown = [output.data for output in outputs(notebook, "story")]
    yield from zip(shown[::2], (table["text/html"] for table in shown[1::2]), strict=True)


def marks(chart: NotebookNode) -> list[tuple[str, float]]:
    """The marks that stand for observations: day and figure."""
    traces = [trace for trace in chart[CHART]["data"] if "customdata" in trace]
    return [mark for trace in traces for mark in zip(trace["x"], trace["y"], strict=True)]


@pytest.fixture(scope="module")
def explored() -> NotebookNode:
    return execute(EXPLORE)


def test_every_cell_runs_and_none_complains(explored: NotebookNode, disagreed: NotebookNode) -> None:
    for notebook in (explored, disagreed):
        counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
        assert counts == list(range(1, len(counts) + 1))
        assert [output for output in outputs(notebook) if output.get("name") == "stderr"] == []


@pytest.mark.parametrize(("number", "story"), list(enumerate(STORIES)), ids=[story[0] for story in STORIES])
def test_each_story_draws_its_figures_and_quotes_their_sources(
    explored: NotebookNode, number: int, story: tuple[str, set[tuple[str, float]], tuple[str, ...]]
) -> None:
    title, figures, words = story
    chart, table = list(stories(explored))[number]
    assert title in chart[CHART]["layout"]["title"]["text"].replace("<br>", " ")
    assert {(day[:4], value) for day, value in marks(chart)} >= figures
    assert [word for word in words if word not in table] == []


def test_the_committed_stories_are_those_of_a_run(explored: NotebookNode) -> None:
    told = [(marks(chart), table) for chart, table in stories(read(EXPLORE))]
    assert told == [(marks(chart), table) for chart, table in stories(explored)], REFRESH


@pytest.fixture(scope="module")
def disagreed() -> NotebookNode:
    return execute(DISAGREEMENT)


def tables(notebook: NotebookNode, tag: str) -> list[str]:
    return [output.data["text/html"] for output in outputs(notebook, tag) if "text/html" in output.get("data", {})]


@pytest.mark.parametrize(("tag", "words"), TOLD, ids=[tag for tag, _ in TOLD])
def test_the_second_notebook_tells_who_said_what_and_what_does_not_fit(
    disagreed: NotebookNode, tag: str, words: tuple[str, ...]
) -> None:
    told = tables(disagreed, tag)
    assert [word for word in words if not any(word in table for table in told)] == []
    assert tables(read(DISAGREEMENT), tag) == told, REFRESH


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_a_notebook_can_be_read_where_it_cannot_be_run(path: Path) -> None:
    """Each chart has a picture; nothing in the outputs names the machine they were made on; the file is small."""
    notebook = read(path)
    assert charts(notebook)
    assert [chart.keys() for chart in charts(notebook) if "image/png" not in chart] == []
    assert path.stat().st_size < LARGEST
    assert MACHINE_PATH.findall(path.read_text(encoding="utf-8")) == []
