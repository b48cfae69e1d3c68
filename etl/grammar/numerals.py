"""Printed digits → their value, and a printed figure → the size of its last significant place."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Final

from etl.grammar.characters import legible
from etl.grammar.tokens import tokenize

__all__ = ["VULGAR", "exact", "is_numeral", "printed_step", "read_digits"]

VULGAR: Final = {
    "½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4, "⅕": 1 / 5, "⅖": 2 / 5, "⅗": 3 / 5, "⅘": 4 / 5,
    "⅙": 1 / 6, "⅚": 5 / 6, "⅛": 1 / 8, "⅜": 3 / 8, "⅝": 5 / 8, "⅞": 7 / 8,
}  # fmt: skip
"""The fractions that Unicode has as one character, of which news use these."""

_GROUP: Final = 3
_ASSUMED_DIGITS: Final = 2
_NOISE: Final = 1e-12
_BINARY_NOISE: Final = 1e-14


def is_numeral(word: str) -> bool:
    """Whether a token is printed in digits.

    >>> is_numeral("1,234.5"), is_numeral("½"), is_numeral("five")
    (True, True, False)
    """
    return word[-1:].isdecimal() or word in VULGAR


def read_digits(numeral: str) -> float:
    """The value of a printed numeral: 1,234.5 | 1.234,5 | 12,34,567 | 1'234 | 1 234 567 | .5.

    >>> [read_digits(numeral) for numeral in ("1,234.5", "1.234.567", "12,34,567", "12,5", "1,500")]
    [1234.5, 1234567.0, 1234567.0, 12.5, 1500.0]
    """
    if numeral.replace(".", "", 1).isdecimal():
        return float(numeral)
    return float(_with_decimal_point(re.sub(r"[\s'’]", "", numeral)))


def exact(mantissa: float, scale: float) -> float:
    """`mantissa * scale` without binary noise.

    >>> 16.6 * 1e9, exact(16.6, 1e9)
    (16600000000.000002, 16600000000.0)
    """
    if scale == 1:
        return mantissa
    product = mantissa * scale
    printed = float(f"{product:.12g}")
    return printed if abs(product - printed) <= abs(product) * _BINARY_NOISE else product


def printed_step(span_text: str, value: float) -> float:
    """Size of the last significant place a figure was printed to, in the base unit: its rounding interval's width.

    Decimals count as printed. Trailing zeros of an integer do not, but two significant digits are assumed at least.

    >>> [printed_step(text, value) for text, value in [("$1 billion", 1e9), ("$1.81 billion", 1.81e9)]]
    [100000000.0, 10000000.0]
    >>> printed_step("542 million", 542e6), printed_step("20%", 20.0), printed_step("$500 million", 5e8)
    (1000000.0, 1.0, 10000000.0)
    """
    if value == 0 or not math.isfinite(value):
        return 1.0
    magnitude = math.floor(math.log10(abs(value)) + _NOISE)
    numeral = _numeral_of(span_text, abs(value))
    if numeral is not None and (decimals := re.search(r"\.(\d+)$", numeral)):
        size = math.floor(math.log10(read_digits(numeral))) if read_digits(numeral) else 0
        return _power(magnitude - size - len(decimals.group(1)))
    digits = re.sub(r"\D", "", numeral or "").strip("0")
    return _power(magnitude - max(len(digits), _ASSUMED_DIGITS) + 1)


def _with_decimal_point(plain: str) -> str:
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma > point > -1:
        return plain.replace(".", "").replace(",", "." if plain.count(",") == 1 else "")
    if plain.count(".") > 1:
        return plain.replace(".", "").replace(",", "")
    if plain.count(",") == 1 and point < 0 and len(plain) - comma - 1 != _GROUP:
        return plain.replace(",", ".")
    return plain.replace(",", "")


def _numeral_of(span_text: str, size: float) -> str | None:
    """The numeral whose digits are the figure's: it tells 372 from 1 in "$372 per 1 tonne"; else the first one."""
    numerals = [word for word in tokenize(legible(span_text).text).words if is_numeral(word) and word not in VULGAR]
    digits = f"{size:.12e}".partition("e")[0].replace(".", "").strip("0")
    same = [numeral for numeral in numerals if re.sub(r"\D", "", numeral).strip("0") == digits]
    return next(iter(same or numerals), None)


def _power(exponent: int) -> float:
    return float(Fraction(10) ** exponent)
