"""Sentences and exactly the quantities and mentions they give; one reader for `tests/cases/quantities.jsonl`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from etl.grammar.quantities import find_quantities, read_quantities
from etl.model import Quantity

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "cases" / "quantities.jsonl").read_text(encoding="utf-8").splitlines()
]
DEFAULTS: dict[str, Any] = {"value_upper": None, "qualifier": "=", "change": None}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_text_gives_exactly_these_quantities_and_mentions(case: dict[str, Any]) -> None:
    quantities, mentions = read_quantities(case["text"], home=case.get("home"))
    assert [shown(quantity) for quantity in quantities] == [DEFAULTS | expected for expected in case["quantities"]]
    assert [[mention.text, mention.reason] for mention in mentions] == case["mentions"]


def shown(quantity: Quantity) -> dict[str, Any]:
    return {name: getattr(quantity, name) for name in ("text", "value", "unit", *DEFAULTS)}


def test_find_quantities_is_the_first_half_of_read_quantities() -> None:
    text = "In 2017 trade stood at $500 million, up 33 percent."
    assert find_quantities(text) == read_quantities(text)[0]


@pytest.mark.parametrize(
    ("home", "unit"),
    [(None, "USD"), ("USA", "USD"), ("AUS", "AUD"), ("CAN", "CAD"), ("HKG", "HKD"), ("PAK", "USD")],
)
def test_a_bare_dollar_is_that_of_the_document_or_the_us_dollar(home: str | None, unit: str) -> None:
    assert [quantity.unit for quantity in find_quantities("It cost $5 million.", home=home)] == [unit]


@pytest.mark.parametrize(
    ("home", "unit"), [("PAK", "PKR"), ("IND", "INR"), ("NPL", "NPR"), ("LKA", "LKR"), (None, "PKR")]
)
def test_a_bare_rupee_is_that_of_the_document(home: str | None, unit: str) -> None:
    assert [quantity.unit for quantity in find_quantities("It cost Rs 5 crore.", home=home)] == [unit]


@pytest.mark.parametrize("wrapped", ["3.65\nbillion dlrs", "3.65 billion\ndlrs", "3.65\u00a0billion\u202fdlrs"])
def test_a_figure_wrapped_over_a_line_is_one_figure(wrapped: str) -> None:
    assert [(quantity.text, quantity.value) for quantity in find_quantities(f"It rose to {wrapped}.")] == [
        (wrapped, 3.65e9)
    ]


def test_no_figure_reaches_over_a_blank_line() -> None:
    assert [quantity.text for quantity in find_quantities("Exports: $5\n\nbillion of people")] == ["$5"]
