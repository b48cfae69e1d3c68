"""The annotated articles beside the project → the claims' marks by their own scorer, and floors that only rise."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from etl.extract import read_claims
from etl.model import Claim, Document

FLOORS = json.loads((Path(__file__).parents[1] / "gold_floors.json").read_text(encoding="utf-8"))["annotated_claims"]


@pytest.fixture(scope="module")
def score(shared: Path) -> dict[str, Any]:
    scorer = _load(shared / "eval" / "score_claims.py")
    with warnings.catch_warnings():  # the scorer leaves closing its files to the interpreter
        warnings.simplefilter("ignore", ResourceWarning)
        documents, gold = scorer.load_gold(str(shared / "eval"), "dev")
    predicted = [row for name in documents for row in _predict(shared / "eval" / "docs", name)]
    result: dict[str, Any] = scorer.score(gold, predicted, documents)[0]
    return result


def test_claims_are_found(score: dict[str, Any]) -> None:
    assert score["detection"]["F"] >= FLOORS["detection"]


def test_claims_are_right_end_to_end(score: dict[str, Any]) -> None:
    assert score["end_to_end"]["F"] >= FLOORS["end_to_end"]


def test_documents_without_claims_give_none(score: dict[str, Any]) -> None:
    assert score["spurious_on_negative_docs"] <= FLOORS["spurious_on_negative_documents"]


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _predict(folder: Path, name: str) -> list[dict[str, object]]:
    facts = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    text = (folder / f"{name}.txt").read_bytes().decode("utf-8")
    published = dt.date.fromisoformat(facts["published"]) if facts["published"] else None
    document = Document(text, title=facts["title"], publisher=facts["publisher"], published=published)
    return [_row(name, claim) for claim in read_claims(document).claims]


def _row(name: str, claim: Claim) -> dict[str, object]:
    quantity, period = claim.quantity, claim.period
    days = (period.start, period.end) if period else (None, None)
    start, end = (day.isoformat() if day else None for day in days)
    return {
        "doc": name,
        "start": quantity.start,
        "end": quantity.end,
        "value": quantity.value,
        "upper": quantity.value_upper,
        "unit": quantity.unit,
        "qualifier": quantity.qualifier,
        "kind": claim.kind,
        "metric": claim.metric,
        "product": claim.product,
        "parties": list(claim.parties),
        "reporter": claim.reporter,
        "partner": claim.partner,
        "period_start": start,
        "period_end": end,
        "status": claim.status,
    }
