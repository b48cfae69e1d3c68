"""Sentences → whose each figure is: "KEN > UGA" reporter and partner, "GHA ~ TGO" a pair, "SEN" alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etl.extract import read_claims
from etl.model import Claim, Document

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "cases" / "parties.jsonl").read_text(encoding="utf-8").splitlines()
]


def _told(claim: Claim) -> str:
    directed = claim.reporter and claim.partner
    return f"{claim.reporter} > {claim.partner}" if directed else " ~ ".join(claim.parties)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['name']}: {case['text'][:40]}" for case in CASES])
def test_a_figure_belongs_to_these_parties(case: dict[str, object]) -> None:
    text, title = str(case["text"]), case.get("title")
    claims = read_claims(Document(text, title=str(title) if title else None)).claims
    said = {claim.quantity.text: f"{claim.metric} {_told(claim)}" for claim in claims}
    expected = case["expected"]
    assert isinstance(expected, dict)
    assert {figure: said.get(figure) for figure in expected} == expected
