"""Tokens after a number → the noun phrase it counts: "four Russian helicopters" counts by the "russian helicopter"."""

from __future__ import annotations

from typing import Final, NamedTuple

from etl.grammar.numbers import counts
from etl.grammar.tokens import DASHES, WALL, Tokens
from etl.lexicon.word_classes import irregular_plurals, word_class

__all__ = ["Noun", "is_plural", "read_noun", "singular"]

_REACH: Final = 9
_COMPLEMENT: Final = 2
_SHORTEST_PLURAL: Final = 3
_POSSESSIVES: Final = ("'s", "’s")
_ES_STEMS: Final = ("xes", "ches", "shes", "sses", "zzes")


class Noun(NamedTuple):
    """A noun phrase as read: the token after it, its name in lower case, the token after its head."""

    last: int
    name: str
    head: int


def read_noun(tokens: Tokens, start: int, *, one: bool = False, vague: bool = False) -> Noun | None:
    """noun = ("of" determiner?)? word* ("and" word+)? plural ("of" word+)? | word* singular, after "one"

    The noun phrase, its head in the singular; None where no noun is counted. It begins with "of" where the number is
    vague ("hundreds of miles") or a determiner follows ("two of the ships").

    >>> from etl.grammar.tokens import tokenize
    >>> tokens = tokenize("four Russian Mi-35M combat helicopters, due in 2017")
    >>> read_noun(tokens, tokens.words.index("four") + 1).name
    'russian mi-35m combat helicopter'
    """
    at = _after_of(tokens, start, vague=vague)
    one = one and at == start
    if tokens.words[at] in DASHES:
        return None
    for index in range(at, at + _REACH):
        if index > at and not one and _joins_modifiers(tokens, index):
            continue
        if not _in_noun_phrase(tokens, index):
            return _singular_noun(tokens, at, index) if one else None
        if is_plural(tokens.words[index]):
            if tokens.words[at - 1] == "one" and one:
                return _singular_noun(tokens, at, index)  # "one asks", "one member votes": the plural is a verb
            return _with_complement(tokens, at, index)
    return None


def is_plural(word: str) -> bool:
    """Whether a word is a plural noun, by its ending and the tables.

    >>> [is_plural(word) for word in ("tires", "people", "business", "was")]
    [True, True, False, False]
    """
    if word in word_class("collective") or _is_men(word):
        return True
    ends = word.endswith("s") and not word.endswith(("ss", "us", *_POSSESSIVES))
    return ends and len(word) >= _SHORTEST_PLURAL and word not in word_class("singular")


def singular(word: str) -> str:
    """The singular of a counted noun.

    >>> [singular(word) for word in ("tires", "people", "countries", "boxes", "buses")]
    ['tire', 'person', 'country', 'box', 'bus']
    """
    if word in irregular_plurals():
        return irregular_plurals()[word]
    if _is_men(word):
        return f"{word[:-2]}an"
    if word.endswith("ies") and len(word) > _SHORTEST_PLURAL + 1:
        return word[:-3] + "y"
    if word.endswith(_ES_STEMS):
        return word[:-2]
    return word[:-1] if word.endswith("s") and is_plural(word) else word


def _is_men(word: str) -> bool:
    return word.endswith("men") and word.endswith(tuple(word_class("men")))


def _after_of(tokens: Tokens, start: int, *, vague: bool) -> int:
    """of = "of" determiner? ; index of the noun phrase's first word"""
    following = tokens.words[start + 1]
    determined = following in word_class("determiner")
    if tokens.words[start] == "of" and (vague or determined or following.endswith(_POSSESSIVES)):
        return start + 1 + determined
    return start


def _in_noun_phrase(tokens: Tokens, index: int) -> bool:
    """Whether a token can stand inside a noun phrase: a word, or the hyphen and digits of a name (Mi-35M, Model 3)."""
    word = tokens.words[index]
    if word in DASHES:
        return tokens.joins(index) or tokens.words[index + 1].isdecimal()
    if word[-1:].isdecimal():
        return tokens.glued(index) or _numbers_name(tokens, index)
    return word != WALL and word[0].isalpha() and not _ends_phrase(tokens, index)


def _ends_phrase(tokens: Tokens, index: int) -> bool:
    """Whether no noun phrase goes past a word: a stop word, or a number that is no part of a compound (two-seat)."""
    word = tokens.words[index]
    return word in word_class("stop") or (counts(word) and not tokens.glued(index + 1))


def _numbers_name(tokens: Tokens, index: int) -> bool:
    """Whether digits go on a name inside a phrase: 63,000 Model 3 sedans"""
    return (
        any(map(str.isupper, tokens.raw[index - 1]))
        and tokens.words[index].isdecimal()
        and tokens.raw[index + 1].isalpha()
    )


def _joins_modifiers(tokens: Tokens, index: int) -> bool:
    """join = ("and" | "&") word{1,2} plural | "," word plural : 460 Kia and Hyundai vehicles, small, friendly deals

    Two words after "and" are a name, with capitals: Model S and Model X vehicles.
    """
    joint = tokens.words[index]
    if joint not in ("and", "&", ","):
        return False
    modifier, noun, beyond = tokens.words[index + 1 : index + 4]
    if not _modifies(modifier):
        return False
    if is_plural(noun):
        return joint != "," or (tokens.raw[index - 1].islower() and modifier.islower())
    named = joint != "," and tokens.raw[index + 1][0].isupper() and tokens.raw[index + 2][:1].isupper()
    return named and _modifies(noun) and is_plural(beyond)


def _modifies(word: str) -> bool:
    return word.isalpha() and word not in word_class("stop") and not is_plural(word)


def _singular_noun(tokens: Tokens, first: int, last: int) -> Noun | None:
    """After "one" the noun is the last word before the stop that is no verb in -ed: one president attended"""
    while last - first > 1 and tokens.words[last - 1].endswith("ed"):
        last -= 1
    return Noun(last, _name(tokens, first, last - 1), last) if last > first else None


def _with_complement(tokens: Tokens, first: int, head: int) -> Noun:
    """complemented = phrase ("of" word{1,2})? : categories of products, snaps of man coverage"""
    name, last = _name(tokens, first, head), head + 2
    if tokens.words[head + 1] != "of":
        return Noun(head + 1, name, head + 1)
    while last < head + 2 + _COMPLEMENT and tokens.raw[last].islower() and not _ends_phrase(tokens, last):
        last += 1
        if is_plural(tokens.words[last - 1]):
            break
    if last == head + 2:
        return Noun(head + 1, name, head + 1)
    return Noun(last, f"{name} of {_text(tokens, head + 2, last)}", head + 1)


def _name(tokens: Tokens, first: int, head: int) -> str:
    """The words `[first, head]` as a name: in lower case, without commas, the head in the singular."""
    modifiers = _text(tokens, first, head).replace(",", "")
    space = " " if modifiers and not tokens.glued(head) else ""
    return f"{modifiers}{space}{singular(tokens.words[head])}"


def _text(tokens: Tokens, first: int, last: int) -> str:
    """The words `[first, last)` as written but in lower case, one space between them."""
    return " ".join(tokens.text[tokens.starts[first] : tokens.ends[last - 1]].lower().split()) if last > first else ""
