"""What holds for the quantities of any text, and that the time to find them grows with the text and no faster."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.grammar.quantities import read_quantities
from etl.lexicon.units import UnitForm, unit_forms
from etl.model import Mention, Quantity

SIGNS = ["$", "%", "-", "–", "(", ")", ",", ".", ":", "/", "\n\n"]
LITTLE = [
    "Rs",
    "EUR",
    "per",
    "a",
    "an",
    "the",
    "of",
    "to",
    "from",
    "and",
    "or",
    "between",
    "about",
    "less than",
    "up",
    "by",
]
NUMBERS = [
    "half",
    "third",
    "dozen",
    "million",
    "crore",
    "bn",
    "one",
    "two",
    "hundred",
    "2017",
    "5",
    "12.5",
    "1,000",
    "-3",
]
NOUNS = ["tons", "barrels", "percent", "May", "rose", "fell", "Su-35", "No."]
WORDS = st.sampled_from([*SIGNS, *LITTLE, *NUMBERS, *NOUNS])
NEWS = st.lists(WORDS, max_size=40).map(" ".join)
ANY_TEXT = st.one_of(st.text(max_size=120), NEWS, st.text(alphabet="0123456789.,-/ $%()\n", max_size=60))
AMOUNTS = st.decimals(min_value="0.01", max_value="99999.99", places=2, allow_nan=False)
UNITS = {"tonnes": "tonne", "barrels": "barrel", "percent": "percent", "km": "km", "MW": "MW", "dollars": "USD"}


@given(ANY_TEXT)
def test_spans_lie_in_the_text_in_order_and_never_overlap(text: str) -> None:
    quantities, mentions = read_quantities(text)
    found: list[Quantity | Mention] = [*quantities, *mentions]
    spans = sorted((each.start, each.end) for each in found)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert [each.start for each in quantities] == sorted(each.start for each in quantities)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@given(ANY_TEXT)
def test_each_run_of_digits_is_in_exactly_one_quantity_or_mention(text: str) -> None:
    quantities, mentions = read_quantities(text)
    found: list[Quantity | Mention] = [*quantities, *mentions]
    for run in re.finditer(r"\d+", text):
        assert len([each for each in found if each.start <= run.start() and run.end() <= each.end]) == 1


@given(ANY_TEXT)
def test_a_range_runs_upwards_and_every_value_is_finite(text: str) -> None:
    for quantity in read_quantities(text)[0]:
        assert abs(quantity.value) < float("inf")
        assert quantity.value_upper is None or quantity.value <= quantity.value_upper < float("inf")


@given(AMOUNTS, st.sampled_from(sorted(UNITS)), st.sampled_from(["", " thousand", " million", " crore"]))
def test_a_printed_amount_is_read_back(amount: object, unit: str, scale: str) -> None:
    scales = {"": 1.0, " thousand": 1e3, " million": 1e6, " crore": 1e7}
    (quantity,) = read_quantities(f"It was {amount}{scale} {unit}.")[0]
    assert quantity.text == f"{amount}{scale} {unit}"
    assert quantity.unit == UNITS[unit]
    assert quantity.value == pytest.approx(float(str(amount)) * scales[scale])


@pytest.mark.parametrize("form", [form for form in unit_forms() if form.form.isalpha() and len(form.form) > 3])
def test_every_wording_of_a_unit_is_read_after_a_number(form: UnitForm) -> None:
    (quantity,) = read_quantities(f"It was 12.5 {form.form}.")[0]
    assert (quantity.text, quantity.unit) == (f"12.5 {form.form}", form.unit)
    assert quantity.value == pytest.approx(12.5 * form.factor)


@pytest.mark.parametrize(
    "unit",
    ["7", " ", "(", "1 ", "1-", "1,", "1 000 ", "$", "-", "\n", "\n ", "million ", "half a ", "1 million ", "tens of ",
     "from 1 to ", "1/", "+1 ", "of the ", "1 and ", "a", "²", "."],
)  # fmt: skip
def test_the_time_for_a_monotonous_text_grows_no_faster_than_the_text(unit: str) -> None:
    """Eight times the text may take up to thirty-two times as long: a quadratic scan would take sixty-four."""
    short, long = (min(_seconds(unit * (size // len(unit))) for _ in range(3)) for size in (2_000, 16_000))
    assert long < 32 * max(short, 0.001)


def test_a_megabyte_of_digits_spaces_and_brackets_is_read() -> None:
    noise = "7" * 400_000 + " " * 300_000 + "(" * 300_000
    quantities, mentions = read_quantities(noise)
    assert (quantities, [mention.reason for mention in mentions]) == ([], ["a code"])


def _seconds(text: str) -> float:
    start = time.process_time()
    read_quantities(text)
    return time.process_time() - start
