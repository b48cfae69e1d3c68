"""How numbers are read from digits and words, and what their last printed place is worth."""

from __future__ import annotations

import pytest

from etl.grammar.numbers import find_anchors, is_vague, printed_step, read_number
from etl.grammar.numerals import read_digits
from etl.grammar.tokens import tokenize


def value_of(text: str) -> float | None:
    tokens = tokenize(text)
    number = read_number(tokens, find_anchors(tokens)[0])
    return None if number is None else number.value


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("1,234", 1234.0),
        ("1,234.5", 1234.5),
        ("1.234,567,8", 12345678.0),
        ("1.234,5", 1234.5),
        ("1.234.567", 1234567.0),
        ("12,34,567", 1234567.0),
        ("12,5", 12.5),
        ("1'234'567", 1234567.0),
        ("1\u202f234", 1234.0),
        (".5", 0.5),
        ("１２", 12.0),
        ("٣٤", 34.0),
    ],
)
def test_a_numeral_is_read_as_it_is_printed(numeral: str, value: float) -> None:
    assert read_digits(numeral) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("seven", 7.0),
        ("twenty-five", 25.0),
        ("one hundred and five thousand", 105000.0),
        ("two million five hundred thousand", 2.5e6),
        ("a hundred", 100.0),
        ("a million", 1e6),
        ("half a dozen", 6.0),
        ("two dozen", 24.0),
        ("one and a half million", 1.5e6),
        ("two-and-a-half million", 2.5e6),
        ("half a billion", 5e8),
        ("quarter million", 2.5e5),
        ("41 crore", 4.1e8),
        ("1.2 lakh crore", 1.2e12),
        ("5 millions", 5e6),
        ("2 billion 45.7 mln", 2045.7e6),
        ("140-million", 1.4e8),
        ("6 1/2", 6.5),
        ("1½", 1.5),
        ("3/8", 0.375),
        ("one-third", 1 / 3),
        ("two thirds", 2 / 3),
        ("three-quarters", 0.75),
        ("a quarter of it", 0.25),
        ("fivefold", 5.0),
    ],
)
def test_a_number_in_digits_and_words_has_this_value(text: str, value: float) -> None:
    assert value_of(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["the third round", "in the first half", "the fourth quarter", "million", "double taxation"]
)
def test_a_word_that_only_looks_like_a_number_is_none(text: str) -> None:
    assert value_of(text) is None


@pytest.mark.parametrize("text", ["9/11", "24/7"])
def test_a_slash_that_people_use_for_no_fraction_makes_none(text: str) -> None:
    assert value_of(text) == float(text.partition("/")[0])


@pytest.mark.parametrize(
    ("span_text", "value", "step"),
    [
        ("$1 billion", 1e9, 1e8),
        ("$1.81 billion", 1.81e9, 1e7),
        ("$1.0 billion", 1e9, 1e8),
        ("$500 million", 5e8, 1e7),
        ("542 million", 542e6, 1e6),
        ("20%", 20.0, 1.0),
        ("20.0%", 20.0, 0.1),
        ("0.5%", 0.5, 0.1),
        ("100,000 tonnes", 1e5, 1e4),
        ("1,887 million tonnes", 1887e6, 1e6),
        ("Rs 41 crore", 4.1e8, 1e7),
        ("2.5 cents", 0.025, 0.001),
        ("$372 per 1 tonne", 372.0, 1.0),
        ("half a billion", 5e8, 1e7),
        ("-12.4%", -12.4, 0.1),
        ("zero", 0.0, 1.0),
    ],
)
def test_the_printed_step_is_the_size_of_the_last_significant_place(span_text: str, value: float, step: float) -> None:
    assert printed_step(span_text, value) == pytest.approx(step)


@pytest.mark.parametrize(
    ("span_text", "vague"), [("millions of cars", True), ("dozens", True), ("5 millions", False), ("dollars", False)]
)
def test_a_vague_figure_names_only_an_order_of_magnitude(span_text: str, vague: bool) -> None:  # noqa: FBT001
    assert is_vague(span_text) is vague
