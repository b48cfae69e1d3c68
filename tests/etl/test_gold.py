"""The annotated articles beside the project → the marks of their own scorer, and floors that only rise."""

from __future__ import annotations

import importlib.util
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

import etl
from etl.evaluation import FIELDS, Evaluation, Marks, evaluate
from etl.gold import Gold, read_gold
from etl.pipeline import claims_by_name

FLOORS = json.loads((Path(__file__).parents[1] / "gold_floors.json").read_text(encoding="utf-8"))["annotated_claims"]


@pytest.fixture(scope="module")
def evaluation(shared: Path) -> Evaluation:
    return etl.evaluate(shared / "eval", "dev")


@pytest.fixture(scope="module")
def gold(shared: Path) -> Gold:
    return read_gold(shared / "eval", "dev")


@pytest.fixture(scope="module")
def claims(gold: Gold) -> pd.DataFrame:
    return claims_by_name(gold.documents)


def test_claims_are_found(evaluation: Evaluation) -> None:
    assert evaluation.marks.detection.f1 >= FLOORS["detection"]


def test_claims_are_right_end_to_end(evaluation: Evaluation) -> None:
    assert evaluation.marks.end_to_end.f1 >= FLOORS["end_to_end"]


def test_documents_without_claims_give_none(evaluation: Evaluation) -> None:
    assert evaluation.marks.spurious_on_negative <= FLOORS["spurious_on_negative_documents"]


def _some(claims: pd.DataFrame, step: int) -> pd.Series:
    return pd.Series(np.arange(len(claims)) % step == 0, index=claims.index)


def _wrong_values(claims: pd.DataFrame) -> pd.DataFrame:
    lost = claims["value_upper"].mask(_some(claims, 2))
    return claims.assign(value=claims["value"].mask(_some(claims, 3), -claims["value"] * 1.001), value_upper=lost)


def _moved(claims: pd.DataFrame) -> pd.DataFrame:
    return claims.assign(
        span_start=claims["span_start"] + 2 * _some(claims, 2), span_end=claims["span_end"] + 5 * _some(claims, 3)
    )


def _with_doubles(claims: pd.DataFrame) -> pd.DataFrame:
    doubles = claims[_some(claims, 4)]
    doubles = doubles.assign(span_start=(doubles["span_start"] - 3).clip(lower=0), value=doubles["value"] * 2)
    return pd.concat([claims, doubles], ignore_index=True).sort_values(["doc", "span_start"], ignore_index=True)


def _with_other_names(claims: pd.DataFrame) -> pd.DataFrame:
    units = {"USD": "US$", "percent": "%", "tonne": "t", "barrel/day": "bpd"}
    metrics = {"trade_turnover": "bilateral_trade", "exports": "export", "production": "output"}
    return claims.assign(
        unit=claims["unit"].replace(units),
        metric=claims["metric"].replace(metrics),
        parties=claims["parties"].str.replace("GBR", "UK"),
    )


def _with_wrong_fields(claims: pd.DataFrame) -> pd.DataFrame:
    return claims.assign(
        qualifier=claims["qualifier"].replace({">": ">=", "<=": "<"}),
        reporter=claims["partner"],
        partner=claims["reporter"],
        period_end=claims["period_end"].mask(_some(claims, 3), claims["period_start"]),
        period_start=claims["period_start"].mask(_some(claims, 5)),
    )


def _nothing(claims: pd.DataFrame) -> pd.DataFrame:
    return claims.head(0)


CHANGES: list[Callable[[pd.DataFrame], pd.DataFrame]] = [
    pd.DataFrame.copy,
    _wrong_values,
    _moved,
    _with_doubles,
    _with_other_names,
    _with_wrong_fields,
    _nothing,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_the_marks_are_those_of_the_scorer_that_came_with_the_articles(
    shared: Path, gold: Gold, claims: pd.DataFrame, change: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    scorer = _load(shared / "eval" / "score_claims.py")
    with warnings.catch_warnings():  # the scorer leaves closing its files to the interpreter
        warnings.simplefilter("ignore", ResourceWarning)
        documents, noted = scorer.load_gold(str(shared / "eval"), "dev")
    changed = change(claims)
    scored = scorer.score(noted, _predictions(changed), documents)[0]
    assert _ours(evaluate(gold, changed).marks) == pytest.approx(_theirs(scored))


def _ours(marks: Marks) -> dict[str, float | None]:
    counts = (marks.figures, marks.optional, marks.claims, marks.neutral, marks.found, marks.spurious_on_negative)
    detection, right = marks.detection, marks.end_to_end
    shares = (detection.precision, detection.recall, detection.f1, right.precision, right.recall, right.f1)
    fields = {f"{name} {part}": getattr(marks.fields[name], part) for name in FIELDS for part in ("right", "scored")}
    return {str(place): mark for place, mark in enumerate([*counts, *shares])} | fields


def _theirs(scored: dict[str, Any]) -> dict[str, float | None]:
    names = ("gold", "gold_optional", "predicted", "predicted_on_optional", "matched", "spurious_on_negative_docs")
    shares = [scored[name][share] for name in ("detection", "end_to_end") for share in "PRF"]
    fields = {f"{name} right": scored["accuracy_on_matched"][name] for name in FIELDS}
    fields |= {f"{name} scored": scored["n_scored"][name] for name in FIELDS}
    return {str(place): mark for place, mark in enumerate([*(scored[name] for name in names), *shares])} | fields


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _predictions(claims: pd.DataFrame) -> list[dict[str, Any]]:
    days = {name: claims[name].dt.strftime("%Y-%m-%d") for name in ("period_start", "period_end")}
    names = {"span_start": "start", "span_end": "end", "value_upper": "upper"}
    frame = claims.assign(**days).rename(columns=names).astype(object)
    return [
        {str(name): cell for name, cell in row.items()} for row in frame.where(frame.notna(), None).to_dict("records")
    ]
