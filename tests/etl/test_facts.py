"""The bundled digests → the facts they state: marks per field, and floors that only rise."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from etl.evaluation import differences, judge
from etl.gold import read_annotations
from etl.pipeline import bundled_documents, claims_by_name
from etl.sources import Failure, read_documents

TESTS = Path(__file__).parents[1]
FLOORS = json.loads((TESTS / "gold_floors.json").read_text(encoding="utf-8"))["bundled_facts"]
LISTED = sorted((TESTS / "cases").glob("bundled_facts_*.jsonl"))
DOCUMENTS = {
    Path(document.source or "").stem: document
    for document in read_documents(bundled_documents())
    if not isinstance(document, Failure)
}
# The digests were written for these fields; a fact is right when all of them are.
RIGHT = ["value", "unit", "qualifier", "period", "metric", "parties", "direction"]


@pytest.fixture(scope="module")
def gold() -> pd.DataFrame:
    """The facts; a text that does not stand in its digest is an error that names its line."""
    return read_annotations(LISTED, DOCUMENTS)


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    return claims_by_name(DOCUMENTS)


@pytest.mark.parametrize("mark", sorted(FLOORS))
def test_the_marks_do_not_fall_below_their_floor(gold: pd.DataFrame, claims: pd.DataFrame, mark: str) -> None:
    facts = gold[~gold["id"].str.contains("#d")].reset_index(drop=True)
    judged = judge(facts, claims)
    noted = judged[judged["outcome"] != "spurious"]
    found = noted["outcome"] == "found"
    right = found & noted[RIGHT].fillna(value=True).all(axis=1)
    counted = ~noted["optional"]
    marks = {"found": found[counted].mean(), "right": right[counted].mean(), "right_of_all": right.mean()}
    assert marks[mark] >= FLOORS[mark], f"{marks}\n\n{differences(judged, facts, claims).to_string()}"


def test_every_fact_with_a_value_is_in_the_gold(shared: Path, gold: pd.DataFrame) -> None:
    import yaml  # noqa: PLC0415  only this test reads the list of facts

    listed = yaml.safe_load((shared / "facts" / "facts.yaml").read_text(encoding="utf-8"))["sources"]
    stated = {fact["fact_id"] for source in listed for fact in source["facts"] if fact["value"] is not None}
    assert stated - set(gold["id"]) == set()
