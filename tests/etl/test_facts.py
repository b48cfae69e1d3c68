"""The bundled digests → the facts they state: marks per field, and floors that only rise."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from etl.evaluation import FIELDS, judge, marks, read_gold
from etl.pipeline import bundled_documents, run
from etl.store import load_claims, load_documents

TESTS = Path(__file__).parents[1]
FLOORS = json.loads((TESTS / "gold_floors.json").read_text(encoding="utf-8"))["bundled_facts"]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    store = tmp_path_factory.mktemp("facts") / "store"
    run([bundled_documents()], store=store)
    sources = load_documents(store).set_index("document_id")["source"].map(lambda source: Path(source).name)
    claims = load_claims(store)
    gold = read_gold(sorted((TESTS / "cases").glob("bundled_facts_*.jsonl")))
    facts = gold[~gold["fact_id"].str.contains("#d")]
    return judge(facts, claims.assign(document=claims["document_id"].map(sources)))


@pytest.mark.parametrize("mark", sorted(FLOORS))
def test_the_marks_do_not_fall_below_their_floor(judged: pd.DataFrame, mark: str) -> None:
    wrong = judged[~judged["right"]]
    report = "\n".join(
        f"{row['fact_id']} {row['text']!r}: "
        + ("wrong " + ", ".join(f for f in FIELDS if not row[f]) if row["found"] else "missing")
        for row in wrong.to_dict("records")
    )
    assert marks(judged)[mark] >= FLOORS[mark], f"{marks(judged).round(3).to_string()}\n\n{report}"


def test_every_fact_with_a_value_is_in_the_gold(shared: Path) -> None:
    import yaml  # noqa: PLC0415  only this test reads the list of facts

    listed = yaml.safe_load((shared / "facts" / "facts.yaml").read_text(encoding="utf-8"))["sources"]
    stated = {fact["fact_id"] for source in listed for fact in source["facts"] if fact["value"] is not None}
    gold = read_gold(sorted((TESTS / "cases").glob("bundled_facts_*.jsonl")))
    assert stated - set(gold["fact_id"]) == set()


def test_every_figure_of_the_gold_stands_in_its_digest() -> None:
    gold = read_gold(sorted((TESTS / "cases").glob("bundled_facts_*.jsonl")))
    absent = [
        row["fact_id"]
        for row in gold.to_dict("records")
        if row["text"] not in (bundled_documents() / row["document"]).read_text(encoding="utf-8")
    ]
    assert absent == []
