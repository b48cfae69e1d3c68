"""Tokens → numbers: digits, number words, scales, fractions and vague plurals, with their value in the base unit."""

from __future__ import annotations

from fractions import Fraction
from itertools import compress, count, filterfalse
from typing import Final, Literal, NamedTuple

from etl.grammar.characters import legible
from etl.grammar.digits import read_printed
from etl.grammar.numerals import VULGAR, exact, is_numeral, printed_step, read_digits
from etl.grammar.tokens import DASHES, WALL, Tokens, tokenize
from etl.lexicon import cache, read_table, words
from etl.lexicon.word_classes import word_class

__all__ = [
    "Number",
    "counts",
    "find_anchors",
    "is_vague",
    "letter_scale",
    "printed_step",
    "read_number",
    "read_scale",
    "scales",
    "with_scale",
]

Form = Literal["digits", "words", "part", "vague", "fold"]

_ARTICLES: Final = frozenset(("a", "an", "one"))
_HALVES: Final = frozenset(("half", "quarter"))
_ABBREVIATIONS: Final = frozenset(("mln", "bln", "mn", "bn", "trln", "mio", "thsd", "ths", "cr"))
_SPACED_LETTERS: Final = frozenset(("B", "M", "mil"))
_VAGUE_FACTOR: Final = 10.0
_TENS, _HUNDRED, _THOUSAND = 20, 100, 1000


class Number(NamedTuple):
    """A number as printed: tokens `[first, last)`, mantissa and scale kept apart; `upper` for a vague plural.

    `letter` is a letter after the digits that may be a scale or a unit (35m), not yet counted in.
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


def find_anchors(tokens: Tokens) -> list[int]:
    """The tokens at which a number can stand: numerals, and words of `numbers.txt`.

    >>> tokens = tokenize("In 2017 trade came to Rs 41 crore.")
    >>> [tokens.words[index] for index in find_anchors(tokens)]
    ['2017', '41', 'crore']
    """
    different = set(tokens.words)
    numerals = {word for word in filterfalse(str.isalpha, different) if word[-1:].isdecimal()}
    numbers = numerals | (different & _spelled())
    return list(compress(count(), map(numbers.__contains__, tokens.words)))


def counts(word: str) -> bool:
    """Whether a word is a number by itself, so that no name goes past it.

    >>> counts("three"), counts("dozen"), counts("third")
    (True, True, False)
    """
    return _kind(word) in ("one", "scale", "vague")


def is_vague(span_text: str) -> bool:
    """Whether a figure names only an order of magnitude: its value and upper value span a factor of ten.

    >>> is_vague("tens of thousands of dollars"), is_vague("two million dollars")
    (True, False)
    """
    tokens = tokenize(legible(span_text).text)
    numbers = (read_number(tokens, anchor) for anchor in find_anchors(tokens)[:1])
    return any(number is not None and number.form == "vague" for number in numbers)


def read_number(tokens: Tokens, index: int) -> Number | None:
    """number = (digits | words) scale* | bare scale | part | fold | vague ; None where the word is no number here

    >>> tokens = tokenize("two and a half billion dollars")
    >>> read_number(tokens, tokens.words.index("two")).value
    2500000000.0
    """
    word = tokens.words[index]
    if is_numeral(word):
        last, value = read_printed(tokens, index)
        return with_scale(tokens, Number(index, last, value))
    kind = _kind(word)
    return _READERS[kind](tokens, index) if kind else None


def with_scale(tokens: Tokens, number: Number) -> Number:
    """scaled = number ("-"? scale)* (number scale)? | number letter ; the letter is noted, not counted"""
    scaled = _scales(tokens, number)
    if scaled.scale != 1:
        return _compound(tokens, scaled)
    letter = tokens.raw[scaled.last]
    noted = letter in _letters() and (tokens.glued(scaled.last) or letter in _SPACED_LETTERS)
    return scaled._replace(letter=letter) if noted else scaled


def read_scale(tokens: Tokens, index: int) -> tuple[int, float] | None:
    """scale = "million" | "lakh" "crore" ... : index after it, and the factor; None where there is none"""
    scaled = _scales(tokens, Number(index, index, 1.0))
    return (scaled.last, scaled.scale) if scaled.last > index else None


def scales(tokens: Tokens, index: int) -> bool:
    """Whether a scale stands at token `index`: a word, or a letter glued to digits."""
    return tokens.words[index] in _scale_words() or (tokens.raw[index] in _letters() and tokens.glued(index))


def letter_scale(letter: str) -> float:
    """The scale of a letter glued to digits.

    >>> letter_scale("m")
    1000000.0
    """
    return _letters()[letter]


def _scales(tokens: Tokens, number: Number) -> Number:
    last, scale, known = number.last, number.scale, _scale_words()
    while True:
        step = 1 if tokens.words[last] in DASHES else 0
        word = tokens.words[last + step]
        if word not in known:
            break
        last, scale = last + step + 1, scale * known[word]
        last += word in _ABBREVIATIONS and _abbreviates(tokens, last)
    if last == number.last:
        return number
    return Number(number.first, last, number.mantissa, scale, number.form, number.upper, number.letter)


def _abbreviates(tokens: Tokens, index: int) -> bool:
    """Whether the full stop at `index` belongs to an abbreviation: "446.2 mln. US dollars" goes on, "5 mln. He" ends"""
    following = tokens.raw[index + 1]
    ends = following == WALL or (following[0].isupper() and not following.isupper())
    return tokens.words[index] == "." and tokens.glued(index) and not ends


def _compound(tokens: Tokens, number: Number) -> Number:
    """compound = number scale number scale, the second smaller: 2 billion 45.7 mln is one number"""
    index = number.last
    if not tokens.words[index][-1:].isdecimal():
        return number
    rest = _scales(tokens, Number(index, index + 1, read_digits(tokens.words[index])))
    return _plus(number, rest) if 1 < rest.scale < number.scale and rest.value < number.scale else number


def _plus(number: Number, rest: Number) -> Number:
    return number._replace(last=rest.last, mantissa=(number.value + rest.value) / number.scale)


def _vague(tokens: Tokens, index: int) -> Number:
    """vague = plural ("of" plural)* : tens of thousands = 10,000 to 100,000"""
    low, last = _value(tokens.words[index]), index + 1
    while tokens.words[last] == "of" and _kind(tokens.words[last + 1]) == "vague":
        low, last = low * _value(tokens.words[last + 1]), last + 2
    return Number(index, last, low, form="vague", upper=low * _VAGUE_FACTOR)


def _fold(tokens: Tokens, index: int) -> Number:
    """fold = "twofold" | "threefold" ..."""
    return Number(index, index + 1, _value(tokens.words[index]), form="fold")


def _multiple(tokens: Tokens, index: int) -> Number | None:
    """multiple = ("to" | "will" | "nearly" ...) "double" ; "double taxation" and "double-digit" are none"""
    led = tokens.words[index - 1] in word_class("multiplier") and tokens.words[index + 1] not in DASHES
    return _fold(tokens, index) if led else None


def _part(tokens: Tokens, index: int) -> Number | None:
    """part = half scale | "a" part | "half" ; a bare "third" is an ordinal, "the second half" a period"""
    word, before = tokens.words[index], tokens.words[index - 1]
    if word in _HALVES and (scaled := _half_scale(tokens, index)):
        return scaled
    if word == "half":
        shared = before in word_class("share") or before == "one" or tokens.words[index + 1] in _HALF_OF
        return Number(index, index + 1, _value(word), form="part") if shared and not _timed(before) else None
    if before in _ARTICLES and _is_share(tokens, index):
        return Number(index - 1, index + 1, _value(word), form="part")
    return None


_OF_OR_THAN: Final = frozenset(("of", "more", "less", "fewer", "higher", "lower", "larger", "smaller", "bigger"))
_HALF_OF: Final = frozenset(("of", "a", "an", "the", "as", "its", "their", "all"))


def _timed(word: str) -> bool:
    return word in word_class("no_share")


def _is_share(tokens: Tokens, index: int) -> bool:
    """share = "a" part ("of" | "more" | "less") | ("by" | "nearly" ...) "a" part | "for a" part, at a clause's end"""
    following, lead = tokens.words[index + 1], tokens.words[index - 2]
    ends = following in (",", ".", ";") and lead in ("for", "to")
    return ends or following in _OF_OR_THAN or lead in word_class("share")


def _half_scale(tokens: Tokens, index: int) -> Number | None:
    """half = "a"? ("half" | "quarter") ("of" "a" | "a" | "-")? scale"""
    last = index + 1
    last += tokens.words[last : last + 2] == ["of", "a"]
    last += tokens.words[last] == "a" or tokens.words[last] in DASHES
    if tokens.words[last] not in _scale_words():
        return None
    first = index - 1 if tokens.words[index - 1] == "a" else index
    return _scales(tokens, Number(first, last, _value(tokens.words[index]), form="words"))


def _bare_scale(tokens: Tokens, index: int) -> Number | None:
    """bare = ("a" | "an") scale : a million; a scale with nothing before it is no number"""
    if tokens.words[index - 1] not in ("a", "an"):
        return None
    return _tail(tokens, _scales(tokens, Number(index - 1, index, 1.0, form="words")))


def _word_number(tokens: Tokens, index: int) -> Number:
    """words = small "-"? part | hundreds ("and" "a" part)? scale* tail?"""
    small, last = _small(tokens, index)
    at = last + (tokens.words[last] in DASHES)
    if _kind(tokens.words[at]) == "part" and 0 < small < 10 and _is_fraction(tokens, at):  # noqa: PLR2004  two thirds
        return Number(index, at + 1, small * _value(tokens.words[at]), form="part")
    total, last = _hundreds(tokens, small, last)
    if (part := _and_a_part(tokens, last)) is not None:
        total, last = total + part[0], part[1]
    return _tail(tokens, _scales(tokens, Number(index, last, total, form="words")))


def _is_fraction(tokens: Tokens, index: int) -> bool:
    """Whether the part at `index` counts as one: "three quarters of growth" may be a time, "three-quarters" is none"""
    glued = tokens.words[index - 1] in DASHES
    return glued or not tokens.words[index].startswith("quarter") or tokens.words[index + 1] == "of"


def _hundreds(tokens: Tokens, small: float, last: int) -> tuple[float, int]:
    """hundreds = small ("hundred" ("and"? small)?)?"""
    if tokens.words[last] != "hundred":
        return small, last
    last += 1
    skip = 1 if tokens.words[last] == "and" else 0
    if _kind(tokens.words[last + skip]) != "one":
        return small * _HUNDRED, last
    rest, last = _small(tokens, last + skip)
    return small * _HUNDRED + rest, last


def _small(tokens: Tokens, index: int) -> tuple[float, int]:
    """small = "seven" | "twenty" ("-"? "five")?"""
    value, last = _value(tokens.words[index]), index + 1
    at = last + (tokens.words[last] in DASHES)
    tens = value >= _TENS and _kind(tokens.words[at]) == "one"
    if tens and 0 < _value(tokens.words[at]) < 10:  # noqa: PLR2004  twenty-five, not twenty-fifteen
        return value + _value(tokens.words[at]), at + 1
    return value, last


def _and_a_part(tokens: Tokens, index: int) -> tuple[float, int] | None:
    """and = "-"? "and" "-"? "a" "-"? part : two and a half, one-and-a-quarter"""
    at = index + (tokens.words[index] in DASHES)
    if tokens.words[at] != "and":
        return None
    at += 1 + (tokens.words[at + 1] in DASHES)
    if tokens.words[at] not in _ARTICLES:
        return None
    at += 1 + (tokens.words[at + 1] in DASHES)
    word = tokens.words[at]
    return (_value(word), at + 1) if _kind(word) == "part" else None


def _tail(tokens: Tokens, number: Number) -> Number:
    """tail = words smaller than the scale: two thousand five hundred"""
    word = tokens.words[number.last]
    if number.scale < _THOUSAND or _kind(word) != "one" or word in ("one", "zero"):
        return number
    rest = _word_number(tokens, number.last)
    return _plus(number, rest) if rest.value < number.scale else number


_READERS: Final = {
    "one": _word_number,
    "scale": _bare_scale,
    "part": _part,
    "vague": _vague,
    "fold": _fold,
    "multiple": _multiple,
}


@cache
def _kinds() -> dict[str, tuple[str, float]]:
    return {
        word: (row["kind"], float(Fraction(row["value"])))
        for row in read_table("numbers.txt")
        if row["kind"] != "letter"
        for word in words(row["words"])
    }


@cache
def _spelled() -> frozenset[str]:
    return frozenset((*_kinds(), *VULGAR))


@cache
def _scale_words() -> dict[str, float]:
    """Scales, and the plurals from thousands on, which after a number are scales too: 5 millions."""
    return {
        word: value
        for word, (kind, value) in _kinds().items()
        if kind == "scale" or (kind == "vague" and value >= _THOUSAND)
    }


@cache
def _letters() -> dict[str, float]:
    rows = (row for row in read_table("numbers.txt") if row["kind"] == "letter")
    return {word: float(row["value"]) for row in rows for word in words(row["words"])}


def _kind(word: str) -> str | None:
    found = _kinds().get(word)
    return None if found is None else found[0]


def _value(word: str) -> float:
    return _kinds()[word][1]
