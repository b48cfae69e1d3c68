"""Tokens printed in digits → the number they print: groups, decimals, fractions, powers of ten."""

from __future__ import annotations

from typing import Final

from etl.grammar.numerals import VULGAR, exact, read_digits
from etl.grammar.tokens import Tokens

__all__ = ["read_printed"]

_DENOMINATORS: Final = frozenset(("2", "3", "4", "5", "8", "16", "32"))
_EXPONENTS: Final = frozenset("ex×*·^")
_MINUSES: Final = frozenset("-−–")
_EXPONENT_DIGITS: Final = 2
_CENT_DIGITS: Final = 2
_CENT: Final = 0.01
_SLASHES: Final = frozenset("/⁄")


def read_printed(tokens: Tokens, index: int) -> tuple[int, float]:
    """printed = vulgar | numeral vulgar? | fraction | numeral fraction | numeral power ; index after it, and its value

    >>> from etl.grammar.tokens import tokenize
    >>> [read_printed(tokenize(text), 10)[1] for text in ("1,234.5", "2 1/2", "3¼", "6.02 x 10^23")]
    [1234.5, 2.5, 3.25, 6.02e+23]
    """
    word, last = tokens.words[index], index + 1
    if word in VULGAR:
        return last, VULGAR[word]
    if tokens.words[last] in VULGAR:
        return last + 1, _with_part(word, VULGAR[tokens.words[last]])
    if tokens.words[last] in _SLASHES and (fraction := _fraction(tokens, index)) is not None:
        return index + 3, fraction
    if tokens.words[last + 1] in _SLASHES and _takes_part(word) and (fraction := _fraction(tokens, last)) is not None:
        return last + 3, _with_part(word, fraction)
    if tokens.words[last] in _EXPONENTS and (power := _power(tokens, last)) is not None:
        mantissa = 1.0 if tokens.words[last] == "^" else read_digits(word)
        return power[0], float(f"{mantissa!r}e{power[1]}")
    return last, read_digits(word)


def _takes_part(word: str) -> bool:
    return word.isdecimal() or word[-_CENT_DIGITS - 1 : -_CENT_DIGITS] == "."


def _with_part(word: str, part: float) -> float:
    """A numeral and a part of its last place: 2 1/2, and $5.78 1/4 is five dollars and 78 cents and a quarter"""
    cents = word[-_CENT_DIGITS - 1 : -_CENT_DIGITS] == "."
    return exact(exact(read_digits(word), 1 / _CENT) + part, _CENT) if cents else read_digits(word) + part


def _power(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """power = (("x" | "×") "10" "^"? | "e" | "^" after "10") "-"? digits : its end, and the exponent"""
    at = index + 1
    if tokens.words[index] != "e":
        ten = index - 1 if tokens.words[index] == "^" else at
        if tokens.words[ten] != "10":
            return None
        at = ten + (2 if tokens.words[ten + 1] == "^" else 1)
    at += (minus := tokens.words[at] in _MINUSES)
    exponent = tokens.words[at]
    if not exponent.isdecimal() or len(exponent) > _EXPONENT_DIGITS or not tokens.glued(at):
        return None
    return at + 1, -int(exponent) if minus else int(exponent)


def _fraction(tokens: Tokens, index: int) -> float | None:
    """fraction = digits "/" digits, proper and with a denominator people use: 1/4, 3/8; 9/11 and 24/7 are none"""
    numerator, _, denominator, beyond = tokens.words[index : index + 4]
    if not numerator.isdecimal() or denominator not in _DENOMINATORS or beyond == "/" or not tokens.joins(index + 1):
        return None
    part = read_digits(numerator) / read_digits(denominator)
    return part if part < 1 else None
