"""What documents would change in the store, compared whole: series, figures, sources, conflicts, checks, copies."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dashboard.data import Snapshot
from dashboard.data.change import arrivals_of, change_of
from dashboard.words import known
from etl.given import rows_of
from etl.model import Document, Period
from etl.store import Record
from tests.sample_store import POST, WHEAT, record
from tests.samples import Said, fiscal, year

TEA: Said = {**WHEAT, "product": "tea"}


def said(text: str, figure: str, value: float, when: Period, subject: Said) -> Record:
    """A document of a publisher the store has not, with one figure."""
    document = Document(text, publisher="Steppe Wire", published=dt.date(2025, 1, 2))
    return record(document, (figure, value, when, subject))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            [said("Tea: 5 tonnes in 2020.", "5 tonnes", 5.0, year(2020), TEA)],
            {"series": ["Russia: exports to Pakistan of tea, tonne"], "figures": [("tea", 2020)]},
        ),
        (
            [said("Wheat: 1.1 million tonnes in 2021.", "1.1 million tonnes", 1.1e6, year(2021), WHEAT)],
            {"figures": [("wheat", 2021)]},
        ),
        (
            [said("Wheat: 1.2 million tonnes in 2022.", "1.2 million tonnes", 1.2e6, year(2022), WHEAT)],
            {"joined": [("wheat", 2022)]},
        ),
        (
            [said("Wheat: 2.5 million tonnes in 2022.", "2.5 million tonnes", 2.5e6, year(2022), WHEAT)],
            {"joined": [("wheat", 2022)], "conflicts": [("wheat", 2022)]},
        ),
        (
            # The two sources of the store disagree already.
            [said("Trade was $3 billion in 2022-23.", "$3 billion", 3e9, fiscal(2022), {})],
            {"joined": [("", 2022)]},
        ),
        (
            # The Ledger has 388.5 million for the year after.
            [said("Trade was $388.5 billion in 2020-21.", "$388.5 billion", 3.885e11, fiscal(2020), {})],
            {"figures": [("", 2020)], "checks": ["scale"]},
        ),
        ([record(Document("No figure."))], {}),
        ([], {}),
    ],
    ids=["series", "figure", "source", "conflict", "old conflict", "check", "no figure", "nothing"],
)
def test_a_document_changes_just_what_it_speaks_of(
    snapshot: Snapshot, given: list[Record], expected: dict[str, Any]
) -> None:
    change = change_of(snapshot, arrivals_of(rows_of(given)))
    found = {
        "series": list(change.series),
        **{
            kind: [(known(each["product"]), each["period_start"].year) for each in getattr(change, kind)]
            for kind in ("figures", "joined", "conflicts")
        },
        "checks": [each["rule"] for each in change.checks],
        "copies": dict(change.copies),
    }
    assert {kind: listed for kind, listed in found.items() if listed} == expected


def test_a_text_that_another_publisher_has_is_a_copy_and_no_second_source(snapshot: Snapshot) -> None:
    text = (
        f"{POST.text} The ministers met in the capital, spoke of wheat, of crude oil and of a railway to the sea, and "
        "went home on Friday without a word to the press."
    )
    claim: tuple[str, float, Period, Said] = ("$1 billion", 1e9, year(2023), {})
    first = Document(text, publisher="Wire", published=dt.date(2025, 1, 1))
    second = Document(text, publisher="Daily", published=dt.date(2025, 1, 2))
    alone = change_of(snapshot, arrivals_of(rows_of([record(first, claim)])))
    both = change_of(snapshot, arrivals_of(rows_of([record(first, claim), record(second, claim)])))
    assert (alone.copies, both.copies) == ({}, {second.id: first.id})
    (once,), (twice,) = alone.joined, both.joined
    assert (twice["claims"] - once["claims"], twice["sources"] - once["sources"]) == (1, 0)
