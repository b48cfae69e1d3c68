"""Wordings around a figure, the qualifier and the direction of change they give it."""

from __future__ import annotations

import pytest

from etl.grammar.quantities import find_quantities


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("about 5%", "~"),
        ("some 5%", "~"),
        ("hardly 5%", "~"),
        ("something like 5%", "~"),
        ("5% or so", "~"),
        ("more than 5%", ">"),
        ("a growth of more than 5%", ">"),
        ("passed the 5%", ">"),
        ("5% plus", ">"),
        ("at least 5%", ">="),
        ("shall not be less than 5%", ">="),
        ("reaches or exceeds 5%", ">="),
        ("5% or more", ">="),
        ("less than 5%", "<"),
        ("just under 5%", "<"),
        ("up to 5%", "<="),
        ("as much as a 5%", "<="),
        ("no more than 5%", "<="),
        ("exactly 5%", "="),
        ("only 5%", "="),
        ("reached 5%", "="),
        ("a mere 5%", "="),
        ("they add up to 5%", "="),
    ],
)
def test_a_wording_gives_the_figure_its_sign(text: str, qualifier: str) -> None:
    assert [(found.text, found.qualifier) for found in find_quantities(text)] == [("5%", qualifier)]


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("rose 5%", "up"),
        ("rose sharply by 5%", "up"),
        ("up by nearly 5%", "up"),
        ("increased its exports to Iran by 5%", "up"),
        ("a rise of 5%", "up"),
        ("a 5% increase", "up"),
        ("5% higher", "up"),
        ("fell 5%", "down"),
        ("negative growth of 5%", "down"),
        ("5% less than in May", "down"),
        ("was less by 5%", "down"),
        ("rose to 5%", None),
        ("stood at 5%", None),
        ("up from 5%", None),
        ("made up 5%", None),
        ("shares of 5% up for sale", None),
    ],
)
def test_words_give_a_figure_its_direction(text: str, change: str | None) -> None:
    assert [found.change for found in find_quantities(text)] == [change]


def test_a_figure_restated_in_another_unit_goes_the_same_way() -> None:
    assert [found.change for found in find_quantities("It fell by $65 million, or 13 percent.")] == ["down", "down"]


def test_a_conversion_in_brackets_has_the_bound_of_what_it_converts() -> None:
    assert [found.qualifier for found in find_quantities("It needs at least $5bn (£4bn).")] == [">=", ">="]
