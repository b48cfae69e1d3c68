"""Texts → claims, compared whole: the rows of `tests/cases/claims.jsonl`."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
from pathlib import Path
from typing import Any

import pytest

from etl.extract import extractor_version, read_claims
from etl.model import Claim, Document

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "cases" / "claims.jsonl").read_text(encoding="utf-8").splitlines()
]
PLAIN: dict[str, Any] = {
    "value_upper": None,
    "qualifier": "=",
    "status": "actual",
    "product": None,
    "reporter": None,
    "partner": None,
}


def as_row(claim: Claim) -> dict[str, Any]:
    """The fields of a claim that a case states."""
    quantity, period = claim.quantity, claim.period
    days = (period.start, period.end) if period else (None, None)
    return {
        "text": quantity.text,
        "value": quantity.value,
        "value_upper": quantity.value_upper,
        "unit": quantity.unit,
        "qualifier": quantity.qualifier,
        "kind": claim.kind,
        "metric": claim.metric,
        "product": claim.product,
        "status": claim.status,
        "parties": list(claim.parties),
        "reporter": claim.reporter,
        "partner": claim.partner,
        "period": [day.isoformat() if day else None for day in days],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_text_gives_exactly_these_claims(case: dict[str, Any]) -> None:
    published = dt.date.fromisoformat(case["published"]) if "published" in case else None
    claims = read_claims(Document(case["text"], published=published)).claims
    assert [as_row(claim) for claim in claims] == [PLAIN | expected for expected in case["expected"]]


def test_every_number_is_a_claim_or_a_mention_with_a_reason() -> None:
    text = "At 10:45 the 31 delegates heard that trade between Peru and Chile reached $3 billion in 2022."
    extraction = read_claims(Document(text))
    seen = [(mention.text, mention.reason) for mention in extraction.mentions]
    assert [claim.quantity.text for claim in extraction.claims] == ["$3 billion"]
    assert all(reason for _, reason in seen)
    digits = {n for n, character in enumerate(text) if character.isdigit()}
    spans = [(claim.quantity.start, claim.quantity.end) for claim in extraction.claims]
    spans += [(mention.start, mention.end) for mention in extraction.mentions]
    assert digits == {n for n in digits if any(start <= n < end for start, end in spans)}


def test_the_version_names_the_package_and_what_it_reads_with() -> None:
    package, _, rules = extractor_version().partition("+")
    assert (package, len(rules), int(rules, 16) >= 0) == (importlib.metadata.version("trade-figures"), 8, True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("According to the State Bank of Pakistan", "State Bank of Pakistan"),
        ("According to the diplomat", None),
        ("According to Russian figures", None),
        ("Deputy Minister Ana Paz said", "Deputy Minister Ana Paz"),
    ],
)
def test_who_says_so_is_a_name_or_nobody(said: str, expected: str | None) -> None:
    text = f"{said}, trade between Peru and Chile came to $3 billion in 2020."
    assert [claim.attribution for claim in read_claims(Document(text)).claims] == [expected]
