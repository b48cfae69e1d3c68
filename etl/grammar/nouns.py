"""Tokens after a number → the noun it counts: "four Russian transport helicopters" counts helicopters."""

from __future__ import annotations

from typing import Final

from etl.grammar.tokens import DASHES, WALL, Tokens
from etl.lexicon.word_classes import irregular_plurals, word_class

__all__ = ["is_plural", "read_noun", "singular"]

_REACH: Final = 9
_SHORTEST_PLURAL: Final = 3
_POSSESSIVES: Final = ("'s", "’s")
_ES_STEMS: Final = ("xes", "ches", "shes", "sses", "zzes")


def read_noun(tokens: Tokens, start: int, *, one: bool = False, vague: bool = False) -> tuple[int, str] | None:
    """noun = ("of" determiner?)? word* ("and" word)? plural | word* singular, after "one"

    Index after the head noun, and its singular; None where no noun is counted. "Of" is part of it where the number is
    vague ("hundreds of miles") or a determiner follows ("two of the ships").

    >>> from etl.grammar.tokens import tokenize
    >>> tokens = tokenize("four Russian Mi-35M combat helicopters, due in 2017")
    >>> read_noun(tokens, tokens.words.index("four") + 1)[1]
    'helicopter'
    """
    at = _after_of(tokens, start, vague=vague)
    one = one and at == start
    if tokens.words[at] in DASHES:
        return None
    for index in range(at, at + _REACH):
        if index > at and tokens.words[index] in ("and", "&") and not one and _joins_modifiers(tokens, index):
            continue
        if not _in_noun_phrase(tokens, index):
            return _singular_noun(tokens, at, index) if one else None
        if is_plural(tokens.words[index]):
            return index + 1, singular(tokens.words[index])
    return None


def is_plural(word: str) -> bool:
    """Whether a word is a plural noun, by its ending and the tables.

    >>> [is_plural(word) for word in ("tires", "people", "business", "was")]
    [True, True, False, False]
    """
    if word in word_class("collective"):
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
    if word.endswith("ies") and len(word) > _SHORTEST_PLURAL + 1:
        return word[:-3] + "y"
    if word.endswith(_ES_STEMS):
        return word[:-2]
    return word[:-1] if word.endswith("s") and is_plural(word) else word


def _after_of(tokens: Tokens, start: int, *, vague: bool) -> int:
    """of = "of" determiner? ; index of the noun phrase's first word"""
    following = tokens.words[start + 1]
    determined = following in word_class("determiner")
    if tokens.words[start] == "of" and (vague or determined or following.endswith(_POSSESSIVES)):
        return start + 1 + determined
    return start


def _in_noun_phrase(tokens: Tokens, index: int) -> bool:
    """Whether a token can stand inside a noun phrase: a word, or the hyphen and digits of a name (Mi-35M)."""
    word = tokens.words[index]
    if word in DASHES:
        return tokens.joins(index)
    if word[-1:].isdecimal():
        return tokens.glued(index)
    return word != WALL and word[0].isalpha() and word not in word_class("stop")


def _joins_modifiers(tokens: Tokens, index: int) -> bool:
    """Whether "and" joins two modifiers of one plural: 460 Kia and Hyundai vehicles, 2.7m digital and physical sales"""
    modifier, noun = tokens.words[index + 1 : index + 3]
    return modifier.isalpha() and modifier not in word_class("stop") and not is_plural(modifier) and is_plural(noun)


def _singular_noun(tokens: Tokens, first: int, last: int) -> tuple[int, str] | None:
    """After "one" the noun is the last word before the stop that is no verb in -ed: one president attended"""
    while last - first > 1 and tokens.words[last - 1].endswith("ed"):
        last -= 1
    return (last, singular(tokens.words[last - 1])) if last > first else None
