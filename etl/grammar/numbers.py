"""Tokens → numbers: digits, number words, scales, fractions and vague plurals, with their value in the base unit."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from functools import cache
from typing import Final, Literal, NamedTuple

from etl.grammar.tokens import WALL, Tokens, tokenize
from etl.lexicon import read_table, words

__all__ = ["Number", "is_anchor", "exact", "is_vague", "letter_scale", "printed_step", "read_digits", "read_number", "read_scale", "with_scale"]

Form = Literal["digits", "words", "part", "vague", "fold"]


class Number(NamedTuple):
    """A number as printed: tokens `[first, last)`, mantissa and scale kept apart; `upper` for a vague plural.

    `letter` is a glued letter that may be a scale or a unit (35m), not yet counted in.
    """

    first: int
    last: int
    mantissa: float
    scale: float = 1.0
    form: Form = "digits"
    upper: float | None = None
    letter: str = ""

    @property
    def value(self) -> float:
        """The number in the base unit."""
        return exact(self.mantissa, self.scale)


_HYPHENS: Final = frozenset("-\u2010\u2011\u2012\u2013")
_VULGAR: Final = {
    "½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4, "⅕": 1 / 5, "⅖": 2 / 5, "⅗": 3 / 5, "⅘": 4 / 5,
    "⅙": 1 / 6, "⅚": 5 / 6, "⅛": 1 / 8, "⅜": 3 / 8, "⅝": 5 / 8, "⅞": 7 / 8,
}  # fmt: skip
_TENS: Final = 20
_HUNDRED: Final = 100
_THIRD_DIGITS: Final = 3


def exact(mantissa: float, scale: float) -> float:
    """`mantissa * scale` without binary noise: 1.1 million is 1100000.0, not 1100000.0000000001."""
    product = mantissa * scale
    return float(round(product)) if abs(product - round(product)) < abs(product) * 1e-12 else product


def printed_step(span_text: str, value: float) -> float:
    """Size of the last significant place a figure was printed to, in the base unit: its rounding interval's width.

    Decimals count as printed. Trailing zeros of an integer do not, but two significant digits are assumed at least.

    >>> [printed_step(text, value) for text, value in [("$1 billion", 1e9), ("$1.81 billion", 1.81e9)]]
    [100000000.0, 10000000.0]
    >>> printed_step("542 million", 542e6), printed_step("20%", 20.0), printed_step("$500 million", 5e8)
    (1000000.0, 1.0, 10000000.0)
    """
    numeral = _last_numeral(span_text, abs(value))
    if value == 0 or not math.isfinite(value):
        return 1.0
    magnitude = math.floor(math.log10(abs(value)) + 1e-12)
    if numeral is None:
        return 10.0 ** (magnitude - 1)
    digits = re.sub(r"\D", "", numeral).lstrip("0")
    decimal = bool(re.search(r"\.\d+$", numeral))
    significant = len(digits) if decimal else max(2, len(digits.rstrip("0")))
    return _power(magnitude - max(significant, 1 if decimal else 2) + 1)


def is_vague(span_text: str) -> bool:
    """Whether a figure names only an order of magnitude: its value and upper value span a factor of ten.

    >>> is_vague("tens of thousands of dollars"), is_vague("two million dollars")
    (True, False)
    """
    tokens = tokenize(span_text)
    anchors = [index for index, word in enumerate(tokens.words) if is_anchor(word)]
    number = read_number(tokens, anchors[0]) if anchors else None
    return number is not None and number.form == "vague"


def is_anchor(word: str) -> bool:
    """Whether a number can stand at this token: it is a numeral, or a word of `numbers.txt`.

    >>> is_anchor("2017"), is_anchor("crore"), is_anchor("trade")
    (True, True, False)
    """
    return word[-1:].isdecimal() or word in _kinds() or word in _VULGAR


def read_number(tokens: Tokens, index: int) -> Number | None:
    """number = vague | fold | part | (digits | words) scale* ; None where the token is no number after all.

    >>> tokens = tokenize("two and a half billion dollars")
    >>> read_number(tokens, 8).value
    2500000000.0
    """
    word = tokens.words[index]
    kind = _kinds().get(word)
    if kind is None:
        return with_scale(tokens, _digits(tokens, index)) if _is_numeral(word) else None
    reader = {"vague": _vague, "fold": _fold, "part": _part, "scale": _bare_scale}.get(kind[0], _word_number)
    return reader(tokens, index)


def read_digits(numeral: str) -> float:
    """The value of a printed numeral: 1,234.5 | 1.234,5 | 12,34,567 | 1'234 | 1 234 567 | .5 | ５.

    >>> [read_digits(n) for n in ("1,234.5", "1.234.567", "12,34,567", "12,5", "1,500")]
    [1234.5, 1234567.0, 1234567.0, 12.5, 1500.0]
    """
    plain = re.sub(r"[\s'’\u066c]", "", numeral).replace("\u066b", ".")
    try:
        return float(_with_decimal_point(plain))
    except ValueError:
        return math.nan


def _with_decimal_point(plain: str) -> str:
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma > point > -1:
        return plain.replace(".", "").replace(",", ".")
    if plain.count(".") > 1:
        return plain.replace(".", "").replace(",", "")
    if plain.count(",") == 1 and point < 0 and len(plain) - comma - 1 != _THIRD_DIGITS:
        return plain.replace(",", ".")
    return plain.replace(",", "")


def _is_numeral(word: str) -> bool:
    return bool(word) and (word[-1].isdecimal() or word in _VULGAR)


def _digits(tokens: Tokens, index: int) -> Number:
    """digits = numeral ("/" numeral)? | numeral vulgar | numeral numeral "/" numeral | vulgar"""
    word = tokens.words[index]
    if word in _VULGAR:
        return Number(index, index + 1, _VULGAR[word])
    value, last = read_digits(word), index + 1
    if tokens.words[last] in _VULGAR:
        return Number(index, last + 1, value + _VULGAR[tokens.words[last]])
    fraction = _slash_fraction(tokens, index)
    if fraction is not None:
        return Number(index, index + 3, fraction)
    fraction = _slash_fraction(tokens, last)
    if fraction is not None and "." not in word:
        return Number(index, last + 3, value + fraction)
    return Number(index, last, value)


def _slash_fraction(tokens: Tokens, index: int) -> float | None:
    """fraction = digit+ "/" digit+, proper, with a denominator people use: 1/4, 3/8; 9/11 and 24/7 are none."""
    numerator, slash, denominator = tokens.words[index : index + 3]
    if slash not in "/⁄" or not numerator.isdecimal() or denominator not in {"2", "3", "4", "5", "8", "16", "32"}:
        return None
    if tokens.words[index + 3] == "/" or not (tokens.glued(index + 1) and tokens.glued(index + 2)):
        return None
    return int(numerator) / int(denominator) if int(numerator) < int(denominator) else None


def with_scale(tokens: Tokens, number: Number) -> Number:
    """scaled = number ("-"? scale)* (number scale)? ; a glued letter is noted, not counted."""
    scaled = _scales(tokens, number)
    letter = tokens.raw[scaled.last]
    if scaled.scale == 1 and letter in _letters() and (tokens.glued(scaled.last) or letter in _SPACED):
        return scaled._replace(letter=letter)
    return _compound(tokens, scaled)


def _scales(tokens: Tokens, number: Number) -> Number:
    last, scale = number.last, number.scale
    while True:
        step = 1 if tokens.words[last] in _HYPHENS and tokens.words[last + 1] in _scale_words() else 0
        word = tokens.words[last + step]
        if word not in _scale_words():
            break
        last, scale = last + step + 1, scale * _scale_words()[word]
        if tokens.words[last] == "." and tokens.glued(last) and word in _ABBREVIATED and not _ends(tokens, last):
            last += 1
    return number._replace(last=last, scale=scale)


_SPACED: Final = ("B", "M")
_ABBREVIATED: Final = frozenset(("mln", "bln", "mn", "bn", "trln", "mio", "thsd", "ths", "cr"))


def _ends(tokens: Tokens, index: int) -> bool:
    """Whether the full stop at `index` ends a sentence: a wall or a capital that is no currency follows."""
    following = tokens.raw[index + 1]
    return following == WALL or (following[:1].isupper() and not following.isupper())


def _compound(tokens: Tokens, number: Number) -> Number:
    """compound = number scale number scale, the second smaller: 2 billion 45.7 mln is one number."""
    index = number.last
    if number.scale == 1 or not _is_numeral(tokens.words[index]):
        return number
    rest = _scales(tokens, Number(index, index + 1, read_digits(tokens.words[index])))
    if not 1 < rest.scale < number.scale or rest.value >= number.scale:
        return number
    return number._replace(last=rest.last, mantissa=(number.value + rest.value) / number.scale)


def _vague(tokens: Tokens, index: int) -> Number | None:
    """vague = plural ("of" plural)* : tens of thousands = 10,000 to 100,000"""
    low, last = _value(tokens.words[index]), index + 1
    while tokens.words[last] == "of" and _kind(tokens.words[last + 1]) == "vague":
        low, last = low * _value(tokens.words[last + 1]), last + 2
    return Number(index, last, low, form="vague", upper=low * 10)


def _fold(tokens: Tokens, index: int) -> Number:
    """fold = "twofold" | "threefold" ..."""
    return Number(index, index + 1, _value(tokens.words[index]), form="fold")


def _part(tokens: Tokens, index: int) -> Number | None:
    """part = "a" part | "half" ("a"? scale)? ; a bare "third" is an ordinal, "a quarter" needs "of"."""
    half = _half_scale(tokens, index)
    if half is not None:
        return half
    word, before = tokens.words[index], index - 1
    count = tokens.words[before]
    if _is_share(tokens, index, count):
        return Number(before if count in _ARTICLES else index, index + 1, _value(word), form="part")
    return None


_ARTICLES: Final = ("a", "an", "one")
_SHARE_VERBS: Final = frozenset(
    ("nearly", "almost", "about", "by", "over", "around", "roughly", "than", "approximately", "only", "just", "least")
)
_NOT_SHARES: Final = frozenset(("first", "second", "last", "latter", "other", "next", "this", "that", "the", "each", "every", "previous", "same", "current"))


def _is_share(tokens: Tokens, index: int, count: str) -> bool:
    """share = ("a" | "one") part "of" | "half" "of"? noun, after no ordinal: "the second half" is a period"""
    word, following = tokens.words[index], tokens.words[index + 1]
    if word == "half":
        return count not in _NOT_SHARES and (
            following in ("of", "the", "as", "its", "their", "all") or count in _SHARE_VERBS or count == "one"
        )
    before = tokens.words[index - 2]
    ends = following in (",", ".", ";") and before in ("for", "to")
    return count in _ARTICLES and (ends or following in ("of", "more", "less") or before in _SHARE_VERBS)


def _half_scale(tokens: Tokens, index: int) -> Number | None:
    """half = ("half" | "quarter" | "a quarter") ("a" | "-" | "of" "a")? scale"""
    last = index + 1
    last += tokens.words[last] == "of" and tokens.words[last + 1] == "a"
    last += tokens.words[last] == "a" or tokens.words[last] in _HYPHENS
    scale = _scale_words().get(tokens.words[last])
    if scale is None or tokens.words[index] not in ("half", "quarter"):
        return None
    first = index - 1 if tokens.words[index - 1] == "a" else index
    return _scales(tokens, Number(first, last, _value(tokens.words[index]), form="words"))


def _bare_scale(tokens: Tokens, index: int) -> Number | None:
    """bare = ("a" | "an" | "per") scale : a million; a plural without a number is vague: millions of cars"""
    word = tokens.words[index]
    if tokens.words[index - 1] in ("a", "an") or word == "hundred":
        first = index - 1 if tokens.words[index - 1] in ("a", "an") else index
        return _tail(tokens, _scales(tokens, Number(first, index, 1.0, form="words"))) if first < index else None
    if word in _plural_scales():
        last = index + 1
        low = _value(word)
        while tokens.words[last] == "of" and tokens.words[last + 1] in _plural_scales():
            low, last = low * _value(tokens.words[last + 1]), last + 2
        return Number(index, last, low, form="vague", upper=low * 10)
    return None


def _word_number(tokens: Tokens, index: int) -> Number | None:
    """words = small (scale | "hundred" "and"? small)* ("and" "a"? "half")? scale*"""
    total, last = _small(tokens, index)
    step = 1 if tokens.words[last] in _HYPHENS else 0
    if _kind(tokens.words[last + step]) == "part" and 0 < total < 10:  # noqa: PLR2004
        return _counted_part(tokens, index, last + step, total)
    scale = 1.0
    if tokens.words[last] == "hundred":
        total, last = total * _HUNDRED, last + 1
        skip = 1 if tokens.words[last] == "and" and _kind(tokens.words[last + 1]) == "one" else 0
        if _kind(tokens.words[last + skip]) == "one":
            rest, last = _small(tokens, last + skip)
            total += rest
    part = _and_a_part(tokens, last)
    if part is not None:
        total, last = total + part[0], part[1]
    return _tail(tokens, _scales(tokens, Number(index, last, total, scale, "words")))


def _counted_part(tokens: Tokens, first: int, index: int, count: float) -> Number | None:
    """counted = "one" "-"? "third" | "two" "-"? "thirds" ; "one quarter" may be a time, "one-quarter" is none"""
    word = tokens.words[index]
    glued = tokens.words[index - 1] in _HYPHENS
    if word.startswith("quarter") and not glued and tokens.words[index + 1] != "of":
        return Number(first, index, count, form="words")
    return Number(first, index + 1, count * _value(word), form="part")


def _tail(tokens: Tokens, number: Number) -> Number:
    """tail = (and? words smaller than the scale)? : two thousand five hundred, a million two hundred thousand"""
    last = number.last
    if number.scale < 1000 or _kind(tokens.words[last]) != "one" or tokens.words[last] in ("one", "zero"):  # noqa: PLR2004
        return number
    rest = _word_number(tokens, last)
    if rest is None or rest.value >= number.scale:
        return number
    return number._replace(last=rest.last, mantissa=(number.value + rest.value) / number.scale)


def _small(tokens: Tokens, index: int) -> tuple[float, int]:
    """small = "seven" | "twenty" ("-"? "five")?"""
    value, last = _value(tokens.words[index]), index + 1
    if value < _TENS or value % 10:
        return value, last
    step = 1 if tokens.words[last] in _HYPHENS else 0
    unit = tokens.words[last + step]
    if _kind(unit) == "one" and 0 < _value(unit) < 10:  # noqa: PLR2004
        return value + _value(unit), last + step + 1
    return value, last


def _and_a_part(tokens: Tokens, index: int) -> tuple[float, int] | None:
    """part = "and" "-"? "a" "-"? ("half" | "quarter" | "third")"""
    found = [word for word in tokens.words[index : index + 6] if word not in _HYPHENS][:3]
    if len(found) < 3 or found[0] != "and" or found[1] not in ("a", "one") or _kind(found[2]) != "part":  # noqa: PLR2004
        return None
    last = index
    while tokens.words[last] != found[2]:
        last += 1
    return _value(found[2]), last + 1


def _last_numeral(span_text: str, size: float) -> str | None:
    numerals = [word for word in tokenize(span_text).words if _is_numeral(word) and word not in _VULGAR]
    fitting = [numeral for numeral in numerals if _leads(numeral, size)]
    return (fitting or numerals or [None])[0]


def _leads(numeral: str, size: float) -> bool:
    """Whether the figure's digits are the numeral's: tells 372 from 1 in "$372 per 1 tonne"."""
    digits = re.sub(r"\D", "", numeral).strip("0")
    return bool(digits) and f"{size:.12e}".replace(".", "").split("e")[0].strip("0") == digits


def _power(exponent: int) -> float:
    return float(Fraction(10) ** exponent)


@cache
def _kinds() -> dict[str, tuple[str, float]]:
    return {
        word: (row["kind"], float(Fraction(row["value"])))
        for row in read_table("numbers.txt")
        if row["kind"] != "letter"
        for word in words(row["words"])
    }


@cache
def _scale_words() -> dict[str, float]:
    return {word: value for word, (kind, value) in _kinds().items() if kind == "scale"} | {
        plural: value for plural, (kind, value) in _kinds().items() if kind == "vague" and value >= 1000  # noqa: PLR2004
    }


@cache
def _plural_scales() -> frozenset[str]:
    return frozenset(word for word in _scale_words() if word.endswith("s"))


def read_scale(tokens: Tokens, index: int) -> tuple[int, float] | None:
    """scale = "million" | "lakh" "crore" ... : index after it, and the factor"""
    scaled = _scales(tokens, Number(index, index, 1.0))
    return (scaled.last, scaled.scale) if scaled.last > index else None


def letter_scale(letter: str) -> float:
    """The scale of a glued letter: 1e6 for m.

    >>> letter_scale("m")
    1000000.0
    """
    return _letters()[letter]


@cache
def _letters() -> dict[str, float]:
    return {
        word: float(row["value"])
        for row in read_table("numbers.txt")
        if row["kind"] == "letter"
        for word in words(row["words"])
    }


def _kind(word: str) -> str | None:
    found = _kinds().get(word)
    return found and found[0]


def _value(word: str) -> float:
    return _kinds()[word][1]
