"""A number that tells a time → the reason it is no quantity: a date, a year, a decade, a clock time, an age."""

from __future__ import annotations

from typing import Final

from etl.grammar.numbers import Number
from etl.grammar.tokens import DASHES, WALL, Tokens
from etl.lexicon.word_classes import word_class

__all__ = ["is_plain_year", "is_year", "why_clock", "why_date"]

_ORDINALS: Final = frozenset(("st", "nd", "rd", "th"))
_PERIOD_LETTERS: Final = frozenset(("fy", "cy", "my", "h", "q"))
_CLOSING: Final = frozenset((WALL, ",", ".", ";", ")"))
_RANGE_WORDS: Final = frozenset(("and", "to", "or", *DASHES))
_LAST_DAY: Final = 31
_OLDEST: Final = 119
_YEAR_DIGITS: Final = 4
_FIRST_YEAR, _FIRST_BARE_YEAR, _LAST_YEAR = 1000, 1800, 2199
_CENTURY: Final = 100
_FIRST_COMMON_YEAR: Final = 1900


def why_clock(tokens: Tokens, number: Number) -> str | None:
    """clock | ordinal | decade | fiscal year : what a number with something attached is whatever follows it, or None"""
    first, last = number.first, number.last
    return (
        _clock(tokens, first, last)
        or _ordinal(tokens, last)
        or _period_letter(tokens, first)
        or _years(tokens, first, last)
    )


def why_date(tokens: Tokens, number: Number, *, counted: bool) -> str | None:
    """date | year | age : what a number without a unit is, or None; `counted` says that a noun follows"""
    return _date(tokens, number) or _year(tokens, number, counted=counted) or _age(tokens, number)


def is_plain_year(tokens: Tokens, index: int) -> bool:
    """Whether a token is a year beyond doubt, as "in 2017," is: the commonest number of all, so it is told first.

    >>> from etl.grammar.tokens import tokenize
    >>> tokens = tokenize("In 2017, 2017 cars were built.")
    >>> [is_plain_year(tokens, index) for index, word in enumerate(tokens.words) if word == "2017"]
    [True, False]
    """
    words = tokens.words
    return words[index + 1] in _CLOSING and words[index - 1] in word_class("year") and is_year(words[index])


def is_year(word: str, earliest: int = _FIRST_BARE_YEAR) -> bool:
    """Whether a token is four digits that name a year.

    >>> is_year("2017"), is_year("2,017"), is_year("1066"), is_year("1066", 1000)
    (True, False, False, True)
    """
    return len(word) == _YEAR_DIGITS and word.isdecimal() and earliest <= int(word) <= _LAST_YEAR


def _clock(tokens: Tokens, first: int, last: int) -> str | None:
    """clock = digits ":" digits"""
    words = tokens.words
    colon = words[last] == ":" and tokens.joins(last) and words[last + 1][:1].isdecimal()
    colon = colon or (words[first - 1] == ":" and tokens.joins(first - 1) and words[first - 2][-1:].isdecimal())
    return "a clock time" if colon else None


def _ordinal(tokens: Tokens, last: int) -> str | None:
    """ordinal = digits "-"? ("st" | "nd" | "rd" | "th") ; decade = digits "s", glued"""
    step = 1 if tokens.words[last] in DASHES else 0
    if tokens.words[last + step] in _ORDINALS and tokens.glued(last) and tokens.glued(last + step):
        return "an ordinal"
    return "a decade" if tokens.words[last] in ("s", "'s", "’s") and tokens.glued(last) else None


def _period_letter(tokens: Tokens, first: int) -> str | None:
    """period = ("FY" | "H" | "Q") digits, glued"""
    if tokens.words[first - 1] in _PERIOD_LETTERS and tokens.glued(first):
        return "a year" if len(tokens.words[first]) > 1 else "a period"
    return None


def _years(tokens: Tokens, first: int, last: int) -> str | None:
    """years = year ("-" | "/") (year | digit digit) : 2022/23, 2016-17"""
    for lead, sign, tail in ((first, last, last + 1), (first - 2, first - 1, first)):
        split = tokens.words[sign] in ("/", *DASHES) and tokens.joins(sign)
        if split and is_year(tokens.words[lead]) and _ends_years(tokens.words[tail]):
            return "a year"
    return None


def _ends_years(word: str) -> bool:
    return is_year(word) or (len(word) == _YEAR_DIGITS // 2 and word.isdecimal())


def _date(tokens: Tokens, number: Number) -> str | None:
    """date = month "."? day | day "of"? month | day ("-" | "and" | "to") day month"""
    words, (first, last) = tokens.words, number[:2]
    if number.scale != 1 or number.mantissa > _LAST_DAY or number.mantissa % 1 or number.form != "digits":
        return None
    before = first - 2 if words[first - 1] == "." else first - 1
    after = last + 1 if words[last] == "of" else last
    if (words[after] in _RANGE_WORDS or words[after] == ",") and words[after + 1].isdecimal():
        after += 2
    if words[before] in _RANGE_WORDS and words[before - 1].isdecimal():
        before -= 2
    return "a date" if _is_month(tokens, before) or _is_month(tokens, after) else None


def _is_month(tokens: Tokens, index: int) -> bool:
    """A month that is a word of another kind as well has a capital: "may" is a verb."""
    word = tokens.words[index]
    return word in word_class("month") and (tokens.raw[index][:1].isupper() or word not in word_class("verb"))


def _year(tokens: Tokens, number: Number, *, counted: bool) -> str | None:
    """year = four digits, where they count nothing: in 2017, the 2019 elections; "2000 workers" are a count"""
    word = tokens.words[number.first]
    if number.last - number.first != 1 or not is_year(word, _FIRST_YEAR):
        return None
    if not is_year(word):
        return "a year" if _led_as_year(tokens, number.first) and not counted else None
    round_count = int(word) % _CENTURY == 0 or int(word) < _FIRST_COMMON_YEAR
    return None if counted and round_count and not _led_as_year(tokens, number.first) else "a year"


def _led_as_year(tokens: Tokens, first: int) -> bool:
    """Whether the words before four digits make them a year: in 1907, A.D. 1000, between 1000 and 1260, May 5, 2017"""
    words, before = tokens.words, tokens.words[first - 1]
    paired = before in _RANGE_WORDS and is_year(words[first - 2], _FIRST_YEAR)
    era = before == "." and words[first - 2] in ("d", "e")
    dated = before in word_class("month") or (before == "," and words[first - 3] in word_class("month"))
    return paired or era or dated or before in word_class("year")


def _age(tokens: Tokens, number: Number) -> str | None:
    """age = Name "," number "," | ("aged" | "age of" | "turned") number ("to" number)?"""
    words, (first, last) = tokens.words, number[:2]
    if last - first != 1 or not words[first].isdecimal() or not 0 < number.mantissa <= _OLDEST:
        return None
    before = words[first - 1]
    if before in _RANGE_WORDS and ("aged" in words[first - 4 : first - 1]):
        return "an age"
    if before in word_class("age") or (before == "of" and words[first - 2] == "age"):
        return "an age"
    named = tokens.raw[first - 2].istitle() and words[first - 2] not in word_class("month")
    return "an age" if before == "," and named and words[last] in (",", ".", ")") else None
