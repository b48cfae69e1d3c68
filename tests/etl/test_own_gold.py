"""Decisions → a gold set of one's own: what stands, what is left out, what needs correcting, the folder it fills."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import etl
from etl.cli import app
from etl.decisions import FIELDS, Decision, DecisionLog, log_of
from etl.frame import claim_id
from etl.own_gold import OwnEvaluation
from tests.decided import about, decide

TEXT = (
    "In 2023 Chile sold Peru copper worth $500 million. Kenya's tea exports came to $5 million in 2022. "
    "Peru imported 3 million tonnes of wheat in 2021. A bridge with 14 arches was opened."
)
COPPER, TEA, WHEAT = range(3)

Told = Callable[[int], dict[str, Any]]


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one article."""
    folder = tmp_path_factory.mktemp("texts")
    (folder / "goods.md").write_text(f"---\ntitle: Goods and bridges\npublished: 2024-02-01\n---\n\n{TEXT}\n")
    return folder


@pytest.fixture
def store(texts: Path, tmp_path: Path) -> Path:
    """A store of three claims without decisions."""
    etl.run([texts], tmp_path / "store", jobs=1)
    return tmp_path / "store"


def added(claims: pd.DataFrame) -> dict[str, Any]:
    """What a person says who adds the arches as a claim."""
    model = claims.iloc[COPPER]
    start = int(model["span_start"]) + TEXT.index("14 arches") - TEXT.index("$500")
    place = {"span_start": start, "span_end": start + 9, "quote_start": start, "quote_end": start + 9}
    said = {name: model[name] for name in FIELDS} | {"metric": "production", "value": 14.0, "unit": "arch"}
    return {
        "claim_id": claim_id(model["document_id"], start, start + 9),
        **{name: model[name] for name in ("document_id", "document_sha256")},
        **{name: place[name] for name in ("span_start", "span_end")},
        "decided": {**said, **place, "span_text": "14 arches", "quote": "14 arches"},
    }


def accepts(claims: pd.DataFrame) -> list[Decision]:
    return [decide(about(claims, row), name, "accept") for row, name in ((COPPER, "a"), (TEA, "b"))]


def corrects(claims: pd.DataFrame) -> list[Decision]:
    return [decide(about(claims, COPPER), "a", "correct", decided={"metric": "imports", "period_end": "2023-11-30"})]


def corrects_the_goods(claims: pd.DataFrame) -> list[Decision]:
    return [decide(about(claims, TEA), "a", "correct", decided={"product": "coffee"})]


def rejects(claims: pd.DataFrame) -> list[Decision]:
    return [decide(about(claims, WHEAT), "a", "reject", reason="a plan"), decide(about(claims, TEA), "b", "accept")]


def adds(claims: pd.DataFrame) -> list[Decision]:
    return [decide(added(claims), "a", "add"), *accepts(claims)[1:]]


def contradict(claims: pd.DataFrame) -> list[Decision]:
    return [decide(about(claims, TEA), "a", "accept"), decide(about(claims, TEA), "b", "reject", who="Ben")]


def contradict_under_two_ids(claims: pd.DataFrame) -> list[Decision]:
    moved = about(claims, TEA) | {"claim_id": "0" * 16, "document_id": "1" * 16}
    return [decide(about(claims, TEA), "a", "accept"), decide(moved, "b", "reject", who="Ben")]


def speak_of_a_lost_text(claims: pd.DataFrame) -> list[Decision]:
    lost = about(claims, TEA) | {"document_id": "1" * 16, "document_sha256": "2" * 64}
    return [decide(lost, "a", "accept")]


def accept_what_was_read(claims: pd.DataFrame) -> list[Decision]:
    """The extractor that was accepted had read another value."""
    told = about(claims, TEA)
    return [decide(told | {"seen": told["seen"] | {"value": 6e6}}, "a", "accept")]


def reject_what_was_read(claims: pd.DataFrame) -> list[Decision]:
    told = about(claims, TEA)
    return [decide(told | {"seen": told["seen"] | {"value": 6e6}}, "a", "reject")]


def correct_what_was_read(claims: pd.DataFrame) -> list[Decision]:
    """The extractor has learnt since what the person knew."""
    told = about(claims, TEA)
    return [decide(told | {"seen": told["seen"] | {"value": 6e6}}, "a", "correct", decided={"value": 5e6})]


def undo(claims: pd.DataFrame) -> list[Decision]:
    return [*rejects(claims)[:1], decide(about(claims, WHEAT), "c", "undo", undoes="a")]


def outcome(judged: OwnEvaluation) -> tuple[dict[str, int], tuple[int, ...], tuple[int, ...], list[tuple[Any, ...]]]:
    """What was decided; claims that stand, are corrected, are rejected; figures, found; differences."""
    marks, rows = judged.evaluation.marks, judged.evaluation.differences
    return (
        {name: count for name, count in judged.own.counts.items() if count},
        tuple(judged.fates.values()),
        (marks.figures, marks.found, marks.neutral),
        [
            (row["outcome"], *(None if pd.isna(row[name]) else row[name] for name in ("field", "gold", "ours")))
            for row in rows.to_dict("records")
        ],
    )


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        (accepts, ({"accepted": 2}, (2, 0, 0), (2, 2, 1), [])),
        (
            corrects,
            (
                {"corrected": 1},
                (0, 1, 0),
                (1, 1, 2),
                [
                    ("wrong", "metric", "imports", "exports"),
                    ("wrong", "period", "2023-01-01 to 2023-11-30", "2023-01-01 to 2023-12-31"),
                ],
            ),
        ),
        (corrects_the_goods, ({"corrected": 1}, (0, 1, 0), (1, 1, 2), [("wrong", "product", "coffee", "tea")])),
        (
            rejects,
            (
                {"accepted": 1, "rejected": 1},
                (1, 0, 1),
                (1, 1, 1),
                [
                    (
                        "spurious",
                        None,
                        None,
                        "= · 3,000,000 · tonne · level · imports · PER · PER → ? · 2021-01-01 to 2021-12-31 · actual",
                    )
                ],
            ),
        ),
        (
            adds,
            (
                {"accepted": 1, "added": 1},
                (1, 0, 0),
                (2, 1, 2),
                [
                    (
                        *("missed", None),
                        "= · 14 · arch · level · production · CHL;PER · CHL → PER · 2023-01-01 to 2023-12-31 · actual",
                        None,
                    )
                ],
            ),
        ),
        (contradict, ({"conflict": 1}, (0, 0, 0), (0, 0, 0), [])),
        (contradict_under_two_ids, ({"conflict": 1}, (0, 0, 0), (0, 0, 0), [])),
        (speak_of_a_lost_text, ({"stale": 1}, (0, 0, 0), (0, 0, 0), [])),
        (
            accept_what_was_read,
            ({"accepted": 1}, (0, 1, 0), (1, 1, 2), [("wrong", "value", "6,000,000", "5,000,000")]),
        ),
        (reject_what_was_read, ({"stale": 1}, (0, 0, 0), (0, 0, 0), [])),
        (correct_what_was_read, ({"corrected": 1}, (1, 0, 0), (1, 1, 2), [])),
        (undo, ({}, (0, 0, 0), (0, 0, 0), [])),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_what_is_found_today_against_what_was_decided(
    store: Path, decisions: Callable[[pd.DataFrame], Sequence[Decision]], expected: tuple[Any, ...]
) -> None:
    DecisionLog(log_of(store)).append(decisions(etl.load_claims(store)))
    assert outcome(etl.evaluate_decisions(store)) == expected


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "100"})


def decide_all(store: Path) -> None:
    claims = etl.load_claims(store)
    DecisionLog(log_of(store)).append([*accepts(claims), decide(about(claims, WHEAT), "c", "reject")])
    DecisionLog(log_of(store)).append([decide(added(claims), "d", "add")])


def test_the_causes_are_counted_most_to_correct_first(store: Path) -> None:
    decide_all(store)
    causes = etl.evaluate_decisions(store).causes
    assert causes[causes["by"].isin(["metric", "unit"])].to_dict("records") == [
        {"by": "metric", "name": "imports", "claims": 1, "stand": 0, "corrected": 0, "rejected": 1},
        {"by": "unit", "name": "tonne", "claims": 1, "stand": 0, "corrected": 0, "rejected": 1},
        {"by": "metric", "name": "exports", "claims": 2, "stand": 2, "corrected": 0, "rejected": 0},
        {"by": "unit", "name": "USD", "claims": 2, "stand": 2, "corrected": 0, "rejected": 0},
    ]


def test_evaluate_says_what_was_decided_how_sure_it_is_and_where_the_faults_are(store: Path) -> None:
    decide_all(store)
    lines = [" ".join(line.split()) for line in call("evaluate", "--decisions", "--store", store).stdout.splitlines()]
    assert lines[0] == "Decided in 1 document: 2 accepted, 0 corrected, 1 added, 1 rejected"
    assert lines[2] == "2 of 3 claims of today stand as they are: 66.7 (21–94)"
    assert {
        "figures found 66.7 (21–94) 66.7 (21–94) 66.7",
        "value 100.0 (34–100) 2",
        "what is measured: imports 1 0 1 0.0 (0–79)",
    } <= set(lines)
    assert lines[-3:] == [
        "… 2022. Peru imported 3 million tonnes of wheat in 2021. A bridge with [14 arches] was opened.",
        "= · 14 · arch · level · production · CHL;PER · CHL → PER · 2023-01-01 to 2023-12-31 · actual →",
        "nothing",
    ]


def test_programs_get_json_and_a_floor_is_held(store: Path) -> None:
    decide_all(store)
    found = json.loads(call("evaluate", "--decisions", "--store", store, "--json").stdout)
    counts = {"accepted": 2, "corrected": 0, "added": 1, "rejected": 1, "conflict": 0, "stale": 0}
    assert (found["decided"], found["fates"]) == (counts, {"stand": 2, "corrected": 0, "rejected": 1})
    assert (found["marks"]["found"], found["causes"][0]["rejected"]) == (2, 1)
    assert call("evaluate", "--decisions", "--store", store, "--floor", "detection=0.6").exit_code == 0
    low = call("evaluate", "--decisions", "--store", store, "--floor", "detection=0.7")
    assert (low.exit_code, low.stderr) == (1, "below its floor: detection is 0.6667, its floor 0.7\n")


def test_without_decisions_there_is_a_next_step(store: Path) -> None:
    result = call("evaluate", "--decisions", "--store", store)
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert said.startswith("Nothing was decided about the claims of this store yet")
    assert said.endswith("trade-figures decisions import FILE")


def test_a_floor_is_not_reached_by_measuring_nothing(store: Path) -> None:
    DecisionLog(log_of(store)).append(contradict(etl.load_claims(store)))
    result = call("evaluate", "--decisions", "--store", store, "--floor", "detection=0.1")
    assert result.stdout.splitlines()[0] == "Left out, decisions that contradict each other: 1"
    assert (result.exit_code, result.stderr) == (1, "below its floor: nothing was decided that could be measured\n")


@pytest.mark.parametrize("arguments", [(), ("gold", "--decisions"), ("--decisions", "--split", "dev")])
def test_what_is_measured_must_be_named_once(arguments: tuple[str, ...]) -> None:
    assert call("evaluate", *arguments).exit_code == 2


def test_decisions_kept_as_annotated_articles_give_the_same_marks(store: Path, tmp_path: Path) -> None:
    decide_all(store)
    written = call("decisions", "gold", tmp_path / "mine", "--store", store)
    assert (written.exit_code, written.stdout) == (0, f"3 figures written to {tmp_path / 'mine'}; documents: 1\n")
    again, judged = etl.evaluate(tmp_path / "mine"), etl.evaluate_decisions(store).evaluation
    assert [document.text for document in again.gold.documents.values()] == [f"{TEXT}\n"]
    assert again.marks.detection == judged.marks.detection
    assert again.marks.end_to_end == judged.marks.end_to_end
    refused = call("decisions", "gold", tmp_path / "mine", "--store", store)
    assert refused.exit_code == 2
    assert "name a new folder" in refused.stderr
