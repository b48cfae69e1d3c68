"""Texts → sentences and clauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.grammar.clauses import clauses, sentences
from etl.model import Span

SENTENCES = [
    (
        "a stop inside a number does not end a sentence",
        "Trade hit $1.5 bn. It fell.",
        ["Trade hit $1.5 bn.", "It fell."],
    ),
    ("an abbreviation does not end a sentence", "On Sept. 18 Mr. Dar spoke.", ["On Sept. 18 Mr. Dar spoke."]),
    ("initials do not end a sentence", "The U.S. Treasury said so.", ["The U.S. Treasury said so."]),
    ("an empty line ends a sentence", "Exports\n\nThey rose.", ["Exports", "They rose."]),
    (
        "a heading above a paragraph stands alone",
        "Trade and Growth\nBilateral trade reached $1 billion last year, driven by payments in national currencies.",
        [
            "Trade and Growth",
            "Bilateral trade reached $1 billion last year, driven by payments in national currencies.",
        ],
    ),
    (
        "a line wrapped by the agency runs on",
        "Turkey's trade deficit rose to 3.65\nbillion dlrs in 1986 from 3.39 billion in 1985 following\nimports.",
        ["Turkey's trade deficit rose to 3.65\nbillion dlrs in 1986 from 3.39 billion in 1985 following\nimports."],
    ),
    ("rows of a table stand alone", "| 2019 | $2 bn |\n| 2020 | $3 bn |", ["| 2019 | $2 bn |", "| 2020 | $3 bn |"]),
    ("list items stand alone", "* Cost: $2 bn\n* Length: 5 km", ["* Cost: $2 bn", "* Length: 5 km"]),
    ("a quotation mark closes with its sentence", "“We agree.” He left.", ["“We agree.”", "He left."]),
]
CLAUSES = [
    ("while", "Exports rose to $5bn, while imports fell.", ["Exports rose to $5bn", ", while imports fell."]),
    ("a semicolon", "Exports rose; imports fell.", ["Exports rose", "; imports fell."]),
    ("no border", "Exports rose to $5bn.", ["Exports rose to $5bn."]),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in SENTENCES], ids=[row[0] for row in SENTENCES])
def test_sentences(text: str, expected: list[str]) -> None:
    assert [span.within(text) for span in sentences(text)] == expected


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in CLAUSES], ids=[row[0] for row in CLAUSES])
def test_clauses_are_cut_at(text: str, expected: list[str]) -> None:
    assert [span.within(text) for span in clauses(text, Span(0, len(text)))] == expected


@given(st.text(alphabet='aB1. \n"*,;', max_size=120))
def test_sentences_cover_every_character_that_is_not_white_space(text: str) -> None:
    covered = "".join(span.within(text) for span in sentences(text))
    assert "".join(covered.split()) == "".join(text.split())
