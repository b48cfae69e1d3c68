"""A number that is no quantity → the reason in plain words: a year, a date, part of a name, an age ..."""

from __future__ import annotations

from functools import cache
from typing import Final

from etl.grammar.numbers import Number
from etl.grammar.tokens import WALL, Phrases, Tokens
from etl.lexicon import read_table, words

__all__ = ["why_label", "why_never"]

_HYPHENS: Final = frozenset("-\u2010\u2011\u2012\u2013\u2014")
_MONTHS: Final = frozenset(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
     "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec")
)  # fmt: skip
_ORDINALS: Final = frozenset(("st", "nd", "rd", "th"))
_STREETS: Final = frozenset(("street", "st", "avenue", "ave", "road", "rd", "lane", "boulevard", "blvd", "drive", "square", "marg"))
_SIGN_WORDS: Final = frozenset(("sub", "minus", "plus", "under", "over", "to", "a", "now", "then"))
_LAST_DAY: Final = 31
_LATEST_YEAR: Final = 2199
_EARLIEST_YEAR: Final = 1000
_MODERN: Final = 1800
_OLDEST: Final = 119
_CODE_LENGTH: Final = 7
_NAME_NUMBERS: Final = 1000
_PAD_SAFE: Final = 6


def why_never(tokens: Tokens, number: Number) -> str | None:
    """The reason why a number can be no quantity whatever unit seems to follow it, or None."""
    first, last = number.first, number.last
    return (
        _part_of_a_word(tokens, first, last)
        or _clock(tokens, first, last)
        or _ordinal(tokens, last)
        or _pair(tokens, number)
        or _reading_time(tokens, last)
        or _code(tokens, first, last)
    )


def why_label(tokens: Tokens, number: Number, *, counted: bool) -> str | None:
    """The reason why a number without a unit, or with only a counted noun after it, is no quantity, or None."""
    first, last = number.first, number.last
    return (
        _date(tokens, number)
        or _year(tokens, number, counted=counted)
        or _score(tokens, number)
        or _age(tokens, first, last)
        or _list_number(tokens, first, last)
        or _labelled(tokens, first, counted=counted)
        or _name(tokens, number, counted=counted)
        or _address(tokens, last)
    )


def _part_of_a_word(tokens: Tokens, first: int, last: int) -> str | None:
    """name = letter number | word "-" number | number letter that is no unit: Mi-35M, TA-35, 5G"""
    before = tokens.words[first - 1]
    if tokens.glued(first) and before in _PERIOD_LETTERS:
        return "a year" if len(tokens.words[first]) > 1 else "a period"
    if tokens.glued(first) and (before[-1:].isalpha() or before in ("_", "=", "@", "&")) and not _currency_like(tokens, first - 1):
        return "part of a name"
    if before in ("/", ".", ":", "-", "#", "’", "'") and tokens.glued(first):
        earlier = tokens.words[first - 2]
        if before == "#":
            return "a list or article number"
        if before in ("’", "'"):
            return "a year"
        if tokens.glued(first - 1) and earlier[-1:].isalpha() and not (before in "-/" and _open_word(earlier)):
            return "part of a name"
    return None


_PERIOD_LETTERS: Final = frozenset(("fy", "cy", "h", "q", "my"))


def _open_word(word: str) -> bool:
    return word in _SIGN_WORDS or word in _MONTHS


def _currency_like(tokens: Tokens, index: int) -> bool:
    return False


def _clock(tokens: Tokens, first: int, last: int) -> str | None:
    """clock = digits ":" digits | digits ("am" | "pm" | "GMT" | "o'clock")"""
    near = tokens.words[last]
    if near == ":" and tokens.glued(last) and tokens.words[last + 1][:1].isdigit() and tokens.glued(last + 1):
        return "a clock time"
    if tokens.words[first - 1] == ":" and tokens.glued(first) and tokens.words[first - 2][-1:].isdigit():
        return "a clock time"
    if near in ("am", "pm", "gmt", "utc", "noon", "edt", "est", "ist", "cet", "bst", "msk", "pkt") or (near == "o" and tokens.words[last + 1] in "'’"):
        return "a clock time"
    if near in ("a", "p") and tokens.words[last + 1] == "." and tokens.words[last + 2] == "m":
        return "a clock time"
    return None


def _ordinal(tokens: Tokens, last: int) -> str | None:
    """ordinal = digits "-"? ("st" | "nd" | "rd" | "th")"""
    step = 1 if tokens.words[last] in _HYPHENS else 0
    if tokens.words[last + step] in _ORDINALS and tokens.glued(last) and tokens.glued(last + step):
        return "an ordinal"
    return "a decade" if tokens.words[last] in ("s", "'s", "’s") and tokens.glued(last) else None


def _pair(tokens: Tokens, number: Number) -> str | None:
    """pair = year ("-" | "/") digit digit : 2022/23, FY2016-17 ; digits "/" digits : 24/7"""
    first, last = number.first, number.last
    for near, far in ((last, last + 1), (first - 1, first - 2)):
        if tokens.words[near] in ("/", *_HYPHENS) and tokens.words[far].isdecimal():
            glued = tokens.glued(max(near, far)) and tokens.glued(min(near, far) + (1 if near < far else 1))
            lead, tail = (first, far) if near == last else (far, first)
            if glued and _is_year(tokens.words[lead]) and len(tokens.words[tail]) in (2, 4) and (
                len(tokens.words[tail]) == 2 or _is_year(tokens.words[tail])  # noqa: PLR2004
            ):
                return "a year"
            if glued and tokens.words[near] == "/":
                return "a list or article number"
    return None


def _is_year(word: str, earliest: int = _MODERN) -> bool:
    return len(word) == 4 and word.isdecimal() and earliest <= int(word) <= _LATEST_YEAR  # noqa: PLR2004


def _reading_time(tokens: Tokens, last: int) -> str | None:
    found = _after_labels().after(tokens, last)
    return found and found[1]


def _code(tokens: Tokens, first: int, last: int) -> str | None:
    """code = digits ("-" digits){2,} | digit{7,} | digits "." digits "." digits"""
    word = tokens.words[first]
    if word.isdecimal() and len(word) >= _CODE_LENGTH and not tokens.words[last - 1].isalpha():
        return "a code"
    if _telephone(tokens, first, last):
        return "a telephone number"
    if word.count(".") > 1 and any(len(group) != 3 for group in word.split(".")[1:]):  # noqa: PLR2004
        return "a date or code"
    if tokens.words[first - 1] not in _HYPHENS and tokens.words[last] not in _HYPHENS:
        return None
    joined = sum(tokens.words[at] in _HYPHENS and tokens.glued(at) and tokens.glued(at + 1) for at in range(max(first - 4, 1), last + 4))
    digits = sum(tokens.words[at][:1].isdigit() for at in range(max(first - 4, 1), last + 4))
    if joined >= 2 and digits >= 3 and _chained(tokens, first):  # noqa: PLR2004
        return "a date or code"
    return None


def _telephone(tokens: Tokens, first: int, last: int) -> bool:
    """telephone = "+" digits (("-" | "(" | ")")* digits)+"""
    start = first
    while start > first - _PAD_SAFE and (tokens.words[start - 1].isdecimal() or tokens.words[start - 1] in "-()") and tokens.words[start - 1]:
        start -= 1
    goes_on = tokens.words[last].isdecimal() or tokens.words[last] in ("(", "-")
    return tokens.words[start - 1] == "+" and tokens.glued(start) and (start < first or goes_on)


def _chained(tokens: Tokens, first: int) -> bool:
    """Whether the token is a link of a chain digits-digits-digits."""
    start = first
    while tokens.words[start - 1] in _HYPHENS and tokens.glued(start) and tokens.words[start - 2][:1].isdigit() and tokens.glued(start - 1) and start > first - 8:  # noqa: PLR2004
        start -= 2
    links = 0
    while tokens.words[start + 1] in _HYPHENS and tokens.glued(start + 1) and tokens.words[start + 2][:1].isdigit() and tokens.glued(start + 2) and links < 3:  # noqa: PLR2004
        start, links = start + 2, links + 1
    return links >= 2  # noqa: PLR2004


def _date(tokens: Tokens, number: Number) -> str | None:
    """date = month "."? day | day "of"? month | day ("-" | "and" | "to") day month"""
    if number.scale != 1 or number.mantissa > _LAST_DAY or number.mantissa % 1 or number.form != "digits":
        return None
    first, last = number.first, number.last
    before = first - 2 if tokens.words[first - 1] == "." else first - 1
    after = last + 1 if tokens.words[last] == "of" else last
    if tokens.words[after] in ("-", "–", "and", "to", "or", ",") and tokens.words[after + 1].isdecimal():
        after += 2
    if tokens.words[before] in ("-", "–", "and", "to", "or") and tokens.words[before - 1].isdecimal():
        before -= 2
    return "a date" if _is_month(tokens, before) or _is_month(tokens, after) else None


def _is_month(tokens: Tokens, index: int) -> bool:
    return tokens.words[index] in _MONTHS and tokens.raw[index][:1].isupper()


def _year(tokens: Tokens, number: Number, *, counted: bool) -> str | None:
    """year = four digits from 1000 to 2100, and no count: "in 2017", "the 2019 elections"; 2000 workers are a count"""
    word = tokens.words[number.first]
    if number.last - number.first != 1 or len(word) != 4 or not word.isdecimal():  # noqa: PLR2004
        return None
    value, before = int(word), tokens.words[number.first - 1]
    if not _EARLIEST_YEAR <= value <= _LATEST_YEAR:
        return None
    paired = before in ("and", "to", "or", *_HYPHENS) and _is_year(tokens.words[number.first - 2], _EARLIEST_YEAR)
    era = before == "." and tokens.words[number.first - 2] in ("d", "e")
    led = paired or era or before in _YEAR_LEADS or before in _MONTHS or (before == "," and tokens.words[number.first - 3] in _MONTHS)
    if value < _MODERN:
        return "a year" if led and not counted else None
    return None if counted and not led and (value % 100 == 0 or value < 1900) else "a year"  # noqa: PLR2004


_YEAR_LEADS: Final = frozenset(("in", "since", "until", "till", "by", "during", "year", "before", "after", "circa", "fy", "mid", "early", "late", "between"))


def _age(tokens: Tokens, first: int, last: int) -> str | None:
    """age = Name "," number ("," | ".") | ("aged" | "age" | "age of" | "turned") number"""
    word = tokens.words[first]
    if last - first != 1 or not word.isdecimal() or not 0 < int(word) <= _OLDEST:
        return None
    before = tokens.words[first - 1]
    if before in ("to", "and", *_HYPHENS) and tokens.words[first - 3] in ("aged", "age", "ages", "between") and "aged" in tokens.words[first - 4 : first]:
        return "an age"
    if before in ("aged", "age", "ages", "turned", "turns") or (before == "of" and tokens.words[first - 2] == "age"):
        return "an age"
    if before == "," and tokens.words[last] in (",", ".", ")") and tokens.raw[first - 2][:1].isupper() and tokens.raw[first - 2][1:].islower():
        return "an age" if tokens.words[first - 2] not in _MONTHS else None
    return None


def _list_number(tokens: Tokens, first: int, last: int) -> str | None:
    """item = line start, number, "." or ")" """
    if tokens.words[last] not in (".", ")") or not tokens.words[first].isdecimal() or not tokens.glued(last):
        return None
    start = tokens.starts[first]
    opening = start - 1 if tokens.text[start - 1 : start] == "(" else start
    at_line_start = opening == 0 or tokens.text[opening - 1] == "\n" or tokens.words[first - 1] == WALL
    return "a list or article number" if at_line_start and tokens.words[last + 1] != WALL else None


def _labelled(tokens: Tokens, first: int, *, counted: bool) -> str | None:
    """label = ("article" | "No." | "phase" ...) number"""
    if counted and tokens.words[first - 1].isalpha() and tokens.raw[first - 1].islower():
        return None
    found = _before_labels().before(tokens, first)
    return found and found[1]


def _score(tokens: Tokens, number: Number) -> str | None:
    """score = digits "-" digits, the first not below the second, with no unit: 2-1, 3-3"""
    for first, last in ((number.first, number.last + 1), (number.first - 2, number.first)):
        dash = first + 1
        left, right = tokens.words[first], tokens.words[last]
        glued = tokens.words[dash] in _HYPHENS and tokens.glued(dash) and tokens.glued(dash + 1)
        if glued and left.isdecimal() and right.isdecimal() and len(left) < 3 and int(left) >= int(right):  # noqa: PLR2004
            return "a score"
    return None


def _name(tokens: Tokens, number: Number, *, counted: bool) -> str | None:
    """name = Capitalised number, not at the start of a sentence: S&P 500, Model 3, Boeing 737"""
    first = number.first
    before, raw = tokens.words[first - 1], tokens.raw[first - 1]
    if before in _HYPHENS and not tokens.glued(first - 1) and len(tokens.raw[first - 2]) > 1 and tokens.raw[first - 2].isupper():
        return "part of a name"
    if number.form == "words" and not tokens.raw[first][:1].isupper():
        return None
    if not counted and _named_after(tokens, number):
        return "part of a name"
    if number.scale != 1 or not any(map(str.isupper, raw[:2])) or before.endswith(("'s", "’s")) or before in _MONTHS:
        return None
    opens = tokens.words[first - 2] in (WALL, ".", "!", "?", "“", '"', ":")
    if opens and (counted or before in _nouns_stop()):
        return None
    if counted and not tokens.raw[number.last][:1].isupper() and tokens.words[number.last] != "of" and not raw[1:2].isupper():
        return None
    return "part of a name" if number.mantissa % 1 == 0 and "," not in tokens.words[first] else None


def _named_after(tokens: Tokens, number: Number) -> bool:
    """Whether a Capitalised word goes on after an integer: 11 Pro Max, 787 Dreamliner; not 206 Monday"""
    following = tokens.raw[number.last]
    plain = number.form == "digits" and number.scale == 1 and tokens.words[number.first].isdecimal() and number.mantissa < _NAME_NUMBERS
    return plain and following.istitle() and len(following) > 1 and tokens.words[number.last] not in _nouns_stop()


def _address(tokens: Tokens, last: int) -> str | None:
    """address = number Capitalised+ ("Street" | "Road" ...)"""
    for index in range(last, last + 4):
        if not tokens.raw[index][:1].isupper():
            return None
        if tokens.words[index] in _STREETS and index > last:
            return "an address"
    return None


@cache
def _before_labels() -> Phrases[str]:
    return Phrases(_rows("before"))


@cache
def _after_labels() -> Phrases[str]:
    return Phrases(_rows("after"))


def _rows(place: str) -> list[tuple[str, str]]:
    rows = (row for row in read_table("labels.txt") if row["place"] == place)
    return [(wording, row["reason"]) for row in rows for wording in words(row["words"])]


@cache
def _nouns_stop() -> frozenset[str]:
    return frozenset(word for row in read_table("nouns.txt") if row["kind"] == "stop" for word in words(row["words"]))
