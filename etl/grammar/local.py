"""A document's country and text → what the currency words mean there that several countries share: $, Rs, pound, P."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from etl.grammar.tokens import Tokens, Wordings
from etl.lexicon import cache
from etl.lexicon.units import Currency, currencies
from etl.lexicon.word_classes import word_class

__all__ = ["Local"]

_DOLLARS: Final = frozenset(("dollar", "dollars", "dlr", "dlrs"))
_NOT_GUESSED: Final = _DOLLARS | {"$", "\uff04", "pound", "pounds", "PS"}
# What no model or form number has: P2.50, P6 per litre.
_AMOUNT: Final = r"\d+(?:\.\d\d(?!\d)| per )"


class Local:
    """What shared currency words mean in one document of country `home` (ISO 3166 alpha-3, None if unknown).

    Without a country, a rupee or a dinar belongs to the first country the text names that has one, and "dlrs" to the
    one dollar the text spells out ("7.45 billion H.K. dlrs"). A bare "$" is the US dollar unless `home` has its own;
    a cent is a part of the money whose sign the text prints first.

    >>> from etl.grammar.tokens import tokenize
    >>> Local(tokenize("Nepal's deficit was Rs 468 billion"), None).code("Rs")
    'NPR'
    """

    def __init__(self, tokens: Tokens, home: str | None) -> None:
        """Remember the document; its words are looked at when a shared wording is met first."""
        self._tokens, self._home = tokens, home
        self._codes: dict[str, str] = {}
        self._own: dict[str, bool] = {}

    def code(self, wording: str) -> str:
        """The ISO 4217 code a shared wording stands for in this document."""
        if wording not in self._codes:
            self._codes[wording] = self._settle(wording)
        return self._codes[wording]

    def own(self, letter: str) -> bool:
        """Whether a letter is a currency in this document: that of its country, or one it prints with an amount."""
        if letter not in self._own:
            at_home = (
                self._home in currency.countries
                for currency in currencies()
                if letter in (*currency.forms, *currency.shared)
            )
            self._own[letter] = any(at_home) or re.search(rf"(?<!\w){letter}{_AMOUNT}", self._tokens.text) is not None
        return self._own[letter]

    @cached_property
    def tells_lengths(self) -> bool:
        """Whether the text speaks of lengths, so that a bare "m" is metres in it."""
        return not word_class("length").isdisjoint(self._tokens.words)

    def _settle(self, wording: str) -> str:
        candidates = _sharing()[wording]
        at_home = [currency.code for currency in candidates if self._home in currency.countries]
        if at_home:
            return at_home[0]
        guess = None
        if self._home is None and wording in _DOLLARS:
            guess = self._only_dollar
        elif wording in _cents():
            guess = self._first_printed(candidates) or self._first_named(candidates)
        elif wording not in _NOT_GUESSED:
            guess = self._first_named(candidates)
        return guess or _default(candidates)

    def _first_named(self, candidates: tuple[Currency, ...]) -> str | None:
        """The currency whose country the text names first."""
        places = [(self._tokens.text.find(currency.place), currency.code) for currency in candidates if currency.place]
        return min((named for named in places if named[0] >= 0), default=(0, None))[1]

    def _first_printed(self, candidates: tuple[Currency, ...]) -> str | None:
        """The currency whose sign the text prints first."""
        signs = [(form, currency.code) for currency in candidates for form in currency.forms if not form[-1].isalnum()]
        signs += [("$", currency.code) for currency in candidates if currency.code == self.code("$")]
        places = [(self._tokens.text.find(sign), code) for sign, code in signs]
        return min((printed for printed in places if printed[0] >= 0), default=(0, None))[1]

    @cached_property
    def _only_dollar(self) -> str | None:
        """The dollar that the text spells out, if it spells out one only."""
        found = [
            spelled[1]
            for index, word in enumerate(self._tokens.words)
            if word in _DOLLARS and (spelled := _spelled_dollars().before(self._tokens, index + 1))
        ]
        return found[0] if len(set(found)) == 1 else None


def _default(candidates: tuple[Currency, ...]) -> str:
    return next((currency.code for currency in candidates if currency.default), candidates[0].code)


@cache
def _sharing() -> dict[str, tuple[Currency, ...]]:
    """Per shared wording, of a currency or of its cent, the currencies that share it."""
    sharing: dict[str, list[Currency]] = {}
    for currency in currencies():
        for wording in (*currency.shared, *currency.cents):
            sharing.setdefault(wording, []).append(currency)
    return {wording: tuple(shared) for wording, shared in sharing.items()}


@cache
def _cents() -> frozenset[str]:
    return frozenset(wording for currency in currencies() for wording in currency.cents)


@cache
def _spelled_dollars() -> Wordings[str]:
    return Wordings(
        (form, currency.code)
        for currency in currencies()
        if "dollar" in currency.shared
        for form in currency.forms
        if " " in form
    )
