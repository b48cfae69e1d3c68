"""Neighbouring figures → one amount in money and its hundredths: $5 and 50 cents, three dollars 25."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from etl.grammar.figures import Figure
from etl.grammar.tokens import WALL, Tokens

__all__ = ["join_cents"]

_HUNDRED: Final = 100
_CENT: Final = 0.01
_TWO_DIGITS: Final = 10
_ENDS: Final = frozenset((WALL, ".", ",", ";", "?", "!"))


def join_cents(tokens: Tokens, figures: Sequence[Figure]) -> list[Figure]:
    """The figures in order, a whole amount and the cents behind it made one.

    >>> from etl.grammar.quantities import find_quantities
    >>> [(quantity.text, quantity.value) for quantity in find_quantities("It cost thirteen dollars and 45 cents.")]
    [('thirteen dollars and 45 cents', 13.45)]
    """
    joined: list[Figure] = []
    for figure in figures:
        if joined and _goes_on(tokens, joined[-1], figure):
            whole = joined.pop()
            joined.append(whole._replace(last=figure.last, mantissa=whole.mantissa + figure.mantissa * _CENT))
        else:
            joined.append(figure)
    return joined


def _goes_on(tokens: Tokens, whole: Figure, figure: Figure) -> bool:
    """amount = whole "and"? cents | whole currency "and"? digit digit, at a clause's end"""
    if whole.kind != "money" or whole.scale != 1 or whole.factor != 1 or whole.mantissa % 1 or whole.per:
        return False
    if tokens.words[whole.last : figure.first] not in ([], ["and"]) or figure.mantissa >= _HUNDRED or figure.upper:
        return False
    if figure.unit == whole.unit:
        return figure.factor == _CENT
    named = tokens.words[whole.last - 1][-1:].isalpha()
    bare = figure.kind == "bare" and figure.form == "digits" and figure.mantissa >= _TWO_DIGITS
    return named and bare and figure.scale == 1 and tokens.words[figure.last] in _ENDS
