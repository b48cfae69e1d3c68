"""Our own annotated articles → marks per split, and floors that only rise; `blind` is scored and never read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import etl
from etl.evaluation import Evaluation

PROJECT = Path(__file__).parents[2]
ANNOTATED = PROJECT / "data" / "annotated"
FLOORS = json.loads((PROJECT / "tests" / "gold_floors.json").read_text(encoding="utf-8"))["own_articles"]


@pytest.fixture(scope="module", params=sorted(FLOORS))
def measured(request: pytest.FixtureRequest) -> tuple[Evaluation, dict[str, float]]:
    return etl.evaluate(ANNOTATED, request.param), FLOORS[request.param]


def test_the_marks_do_not_fall_below_their_floor(measured: tuple[Evaluation, dict[str, float]]) -> None:
    evaluation, floors = measured
    assert evaluation.marks.detection.f1 >= floors["detection"]
    assert evaluation.marks.end_to_end.f1 >= floors["end_to_end"]


def test_articles_without_a_figure_give_none(measured: tuple[Evaluation, dict[str, float]]) -> None:
    evaluation, floors = measured
    assert evaluation.marks.spurious_on_negative <= floors["spurious_on_negative_documents"]


def test_every_article_is_in_one_split_only() -> None:
    splits = json.loads((ANNOTATED / "split.json").read_text(encoding="utf-8"))
    named = sorted(name for names in splits.values() for name in names)
    assert named == sorted(path.stem for path in (ANNOTATED / "docs").glob("*.txt"))
