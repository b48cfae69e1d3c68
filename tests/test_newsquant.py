"""Quantities in the benchmarks' form, and floors for the marks their own scorer gives them; the floors only rise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools.bench.gold import TASKS
from tools.bench.newsquant import read_rows

FLOORS = json.loads((Path(__file__).parent / "gold_floors.json").read_text(encoding="utf-8"))["quantities"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Trade came to about $500 million.", [(5e8, "USD", "~")]),
        ("Shares fell from 18 to 12 cents.", [([18.0, 12.0], "cent", "=")]),
        ("It paid 8 or 9 euros.", [(8.0, "EUR", "="), (9.0, "EUR", "=")]),
        ("It weighs 40 kilos, the other two tons.", [(40.0, "kilogram", "="), (2.0, "ton", "=")]),
        ("A third of the crop was lost.", [(1 / 3, "percentage", "=")]),
        ("A girl of 65 kg met 40 Kia and Hyundai cars.", [(65.0, "kilogram", "="), (40.0, "kia hyundai car", "=")]),
        ("She earns $48,000 a year.", [(48000.0, "USD per year", "=")]),
        ("Sales rose 5%, profit fell to 3%.", [(5.0, "percent", "up"), (3.0, "percent", "down")]),
        ("A 20% drop followed a gain of 2%.", [(20.0, "percent", "="), (2.0, "percent", "=")]),
        ("It runs at 50 km/hour for up to 3 days.", [(50.0, "km per hour", "="), (3.0, "day", "<")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_quantities_take_the_form_of_the_benchmark(text: str, rows: list[tuple[Any, str, str]]) -> None:
    assert [(row["value"], row["unit"], row["change"]) for row in read_rows(text)] == rows


@pytest.fixture(scope="module")
def marks(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    task = TASKS["quantities"]
    found = [read_rows(source["text"]) for source in task.texts(shared / "eval")]
    return task.score(shared / "eval", tmp_path_factory.mktemp("marks"), found)


@pytest.mark.parametrize("mark", sorted(FLOORS))
def test_marks_keep_their_floors(marks: dict[str, float], mark: str) -> None:
    if mark == "false":
        assert marks[mark] <= FLOORS[mark]
    else:
        assert marks[mark] >= FLOORS[mark]
