"""A number that only names something → the reason it is no quantity: part of a name, an article number, a code ..."""

from __future__ import annotations

from typing import Final

from etl.grammar.calendar import why_clock, why_date
from etl.grammar.numbers import Number
from etl.grammar.tokens import DASHES, WALL, Tokens, Wordings
from etl.lexicon import cache, read_table, words
from etl.lexicon.word_classes import word_class

__all__ = ["PART_OF_NAME", "why_label", "why_labelled", "why_never"]

PART_OF_NAME: Final = "part of a name"
_ITEM: Final = "a list or article number"
_CODE: Final = "a date or code"
_CODE_LENGTH: Final = 7
_CHAIN_LINKS: Final = 2
_REACH: Final = 8
_LISTING: Final = frozenset((",", "and", "or", "to", *DASHES))
_SCORE_DIGITS: Final = 2
_NAME_NUMBERS: Final = 1000
_GROUP: Final = 3


def why_never(tokens: Tokens, number: Number) -> str | None:
    """The reason why digits can be no quantity whatever unit seems to follow them, or None."""
    first, last = number.first, number.last
    found = _labels("after").after(tokens, last)
    return (
        (_why_attached(tokens, number) if _attached(tokens, first, last) else None)
        or (found[1] if found else None)
        or _code(tokens, first, last)
    )


def _attached(tokens: Tokens, first: int, last: int) -> bool:
    """Whether a number hangs on what stands before it, or on more than a comma or a stop behind it."""
    left = tokens.ends[first - 1] == tokens.starts[first]
    return left or (tokens.ends[last - 1] == tokens.starts[last] and tokens.words[last] not in (",", ".", ";", ")"))


def _why_attached(tokens: Tokens, number: Number) -> str | None:
    first, last = number.first, number.last
    return (
        why_clock(tokens, number)
        or _part_of_a_word(tokens, first)
        or _slashed(tokens, first, last)
        or (_CODE if _chained(tokens, first) else None)
    )


def why_label(tokens: Tokens, number: Number, *, counted: bool) -> str | None:
    """The reason why a number without a unit, or with only a counted noun after it, is no quantity, or None."""
    return (
        why_date(tokens, number, counted=counted)
        or _score(tokens, number)
        or _list_number(tokens, number)
        or why_labelled(tokens, number.first, counted=counted)
        or _address(tokens, number.last)
        or _name(tokens, number, counted=counted)
        or _compound_word(tokens, number.last)
        or _long(tokens, number, counted=counted)
    )


def _part_of_a_word(tokens: Tokens, first: int) -> str | None:
    """name = (letter | sign) digits | word ("-" | "." | "/") digits, glued: A380, Mi-35M, example.org/12"""
    before, earlier = tokens.words[first - 1], tokens.words[first - 2]
    if not tokens.glued(first):
        return None
    if before[-1:].isalpha() or before in ("_", "=", "@", "&"):
        return PART_OF_NAME
    if before in ("#", "’", "'"):
        return _ITEM if before == "#" else "a year"
    hangs = before in ("/", ".", ":", *DASHES) and tokens.glued(first - 1) and earlier[-1:].isalpha()
    opens = before in ("/", *DASHES) and (earlier in word_class("open") or earlier in word_class("month"))
    return PART_OF_NAME if hangs and not opens else None


def _slashed(tokens: Tokens, first: int, last: int) -> str | None:
    """item = digits "/" digits, glued: 24/7, note 418/2024"""
    right = tokens.words[last] == "/" and tokens.joins(last) and tokens.words[last + 1].isdecimal()
    left = tokens.words[first - 1] == "/" and tokens.joins(first - 1) and tokens.words[first - 2].isdecimal()
    return _ITEM if right or left else None


def _code(tokens: Tokens, first: int, last: int) -> str | None:
    """code = digits "." digits "." digits | telephone"""
    word = tokens.words[first]
    if word.count(".") > 1 and any(len(group) != _GROUP for group in word.split(".")[1:]):
        return _CODE
    return "a telephone number" if _telephone(tokens, first, last) else None


def _telephone(tokens: Tokens, first: int, last: int) -> bool:
    """telephone = "+" digits (("-" | "(" | ")")? digits)+"""
    start = first
    while start > first - _REACH and (
        tokens.words[start - 1].isdecimal() or tokens.words[start - 1] in ("-", "(", ")")
    ):
        start -= 1
    goes_on = tokens.words[last].isdecimal() or tokens.words[last] in ("(", "-")
    return tokens.words[start - 1] == "+" and tokens.glued(start) and (start < first or goes_on)


def _chained(tokens: Tokens, first: int) -> bool:
    """Whether the token is a link of digits-digits-digits."""
    if tokens.words[first - 1] not in DASHES and tokens.words[first + 1] not in DASHES:
        return False
    start = first
    while start > first - _REACH and _link(tokens, start - 1):
        start -= 2
    return all(_link(tokens, start + 1 + 2 * step) for step in range(_CHAIN_LINKS))


def _link(tokens: Tokens, dash: int) -> bool:
    beside = tokens.words[dash - 1][:1].isdecimal() and tokens.words[dash + 1][:1].isdecimal()
    return tokens.words[dash] in DASHES and beside and tokens.joins(dash)


def _score(tokens: Tokens, number: Number) -> str | None:
    """score = digits "-" digits, the first not below the second, with no unit: 2-1, 3-3"""
    for dash in (number.last, number.first - 1):
        left, right = tokens.words[dash - 1], tokens.words[dash + 1]
        short = max(len(left), len(right)) <= _SCORE_DIGITS
        if _link(tokens, dash) and left.isdecimal() and right.isdecimal() and short:
            return "a score" if int(left) >= int(right) else None
    return None


def _list_number(tokens: Tokens, number: Number) -> str | None:
    """item = line start, "("? number ("." | ")") text"""
    first, last = number.first, number.last
    if tokens.words[last] not in (".", ")") or not tokens.words[first].isdecimal() or not tokens.glued(last):
        return None
    opening = tokens.starts[first] - (tokens.words[first - 1] == "(" and tokens.glued(first))
    at_line_start = opening == 0 or tokens.text[opening - 1] == "\n"
    return _ITEM if at_line_start and tokens.words[last + 1] != WALL else None


def why_labelled(tokens: Tokens, first: int, *, counted: bool) -> str | None:
    """label = ("article" | "No." ...) (number ("," | "and"))* number ; "in phase 3 plants" may count plants"""
    coded = "." in tokens.words[first]  # tariff line 8703.23
    at = first
    while at > first - _REACH and tokens.words[at - 1] in _LISTING and tokens.words[at - 2].isdecimal():
        at -= 2
    if counted and not coded and tokens.raw[at - 1].isalpha() and tokens.raw[at - 1].islower():
        return None
    found = _labels("before").before(tokens, at)
    if found and found[1] == PART_OF_NAME and "," in tokens.words[first]:
        return None  # "the previous week 97,700": no name has a number in groups.
    return found[1] if found else None


def _name(tokens: Tokens, number: Number, *, counted: bool) -> str | None:
    """name = Capitalised integer | integer Capitalised : Boeing 737, Model 3, iPhone 14, 11 Pro Max"""
    plain = number.scale == 1 and number.mantissa % 1 == 0 and "," not in tokens.words[number.first]
    spelled = number.form == "words" and not tokens.raw[number.first].istitle()
    if spelled or not plain:
        return None
    if not counted and _named_after(tokens, number):
        return PART_OF_NAME
    return PART_OF_NAME if _named_before(tokens, number, counted=counted) else None


def _named_after(tokens: Tokens, number: Number) -> bool:
    """Whether a Capitalised word goes on after an integer: 11 Pro Max, 787 Dreamliner; not 206 Monday"""
    following = tokens.raw[number.last]
    capital = len(following) > 1 and following.istitle() and tokens.words[number.last] not in word_class("stop")
    return capital and number.form == "digits" and number.mantissa < _NAME_NUMBERS


def _named_before(tokens: Tokens, number: Number, *, counted: bool) -> bool:
    """Whether a word with a capital before the number takes it into a name, as it cannot where it opens a sentence."""
    first, raw = number.first, tokens.raw[number.first - 1]
    if raw in DASHES and not tokens.glued(first - 1):
        return len(tokens.raw[first - 2]) > 1 and tokens.raw[first - 2].isupper()
    if not any(map(str.isupper, raw[:2])) or raw.endswith(("'s", "’s")) or raw.lower() in word_class("month"):
        return False
    opens = tokens.words[first - 2] in (WALL, ".", "!", "?", "“", '"', ":")
    if opens and (counted or raw.lower() in word_class("stop")):
        return False
    following = tokens.raw[number.last]
    return not counted or following[:1].isupper() or following == "of" or raw[1:2].isupper()


def _long(tokens: Tokens, number: Number, *, counted: bool) -> str | None:
    """long = digit{7,}, ungrouped and counting nothing: an account or registration number"""
    word = tokens.words[number.first]
    plain = word.isdecimal() and len(word) >= _CODE_LENGTH and number.scale == 1 and not counted
    return "a code" if plain else None


def _compound_word(tokens: Tokens, last: int) -> str | None:
    """compound = number "-"? word, glued: 5G, six-speed; not 0-to-60"""
    dash = tokens.words[last] in DASHES
    at = last + dash
    if not (tokens.glued(last) and tokens.glued(at) and tokens.words[at].isalpha()) or tokens.words[at] in _COUPLERS:
        return None
    return "part of a compound word" if dash else PART_OF_NAME


_COUPLERS: Final = frozenset(("to", "and", "or"))


def _address(tokens: Tokens, last: int) -> str | None:
    """address = number Capitalised+ ("Street" | "Road" ...)"""
    for index in range(last, last + 4):
        if not tokens.raw[index][:1].isupper():
            return None
        if tokens.words[index] in word_class("street") and index > last:
            return "an address"
    return None


@cache
def _labels(place: str) -> Wordings[str]:
    rows = (row for row in read_table("labels.txt") if row["place"] == place)
    return Wordings([(wording, row["reason"]) for row in rows for wording in words(row["words"])])
