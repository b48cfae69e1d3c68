"""A stretch of a text that a reader selected → the figure that is written there, as the extractor reads it."""

from __future__ import annotations

from dataclasses import replace

from etl import find_quantities
from etl.errors import DecisionError
from etl.model import Quantity

__all__ = ["figure_at"]

_AROUND = 400  # characters on either side that may tell how a figure is meant


def figure_at(text: str, start: int, end: int) -> Quantity:
    """The figure that a selection touches, with its place in the text; of number words too.

    Where digits are selected that the extractor does not take for a figure, it is the selection itself, with NaN for a
    value. Raises `DecisionError` where no number is selected, or several are.

    >>> figure_at("Trade reached $5 million in 2017.", 15, 16)
    Quantity(start=14, end=24, text='$5 million', value=5000000.0, ..., unit='USD', qualifier='=', change=None)
    """
    if not 0 <= start < end <= len(text):
        message = "the selection is not in the text of the document; reload the page and select the number again"
        raise DecisionError(message)
    first = max(text.rfind("\n\n", 0, start) + 2 if "\n\n" in text[:start] else 0, start - _AROUND)
    after = text.find("\n\n", end)
    last = min(len(text) if after < 0 else after, end + _AROUND)
    found = [
        replace(each, start=each.start + first, end=each.end + first)
        for each in find_quantities(text[first:last])
        if each.start + first < end and start < each.end + first
    ]
    if len(found) > 1:
        message = f"there are {len(found)} numbers in “{text[start:end]}”; select one of them"
        raise DecisionError(message)
    if not found and not any(letter.isdigit() for letter in text[start:end]):
        message = f"there is no number in “{text[start:end]}”; select the figure itself"
        raise DecisionError(message)
    return found[0] if found else Quantity(start, end, text[start:end], float("nan"))
