"""Text → the lexicon phrases that occur in it, longest match first, in one pass over the words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Cue", "PhraseFinder"]

WORD = re.compile(r"[^\W_]+(?:[.’'&][^\W_]+)*\.?\+?|[^\W_]")
POSSESSIVE = re.compile(r"[’']s?$")


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase of a lexicon found in a text, and the name it stands for."""

    start: int
    end: int
    text: str
    name: str


class PhraseFinder:
    """Finds the phrases of a table in a text; where phrases overlap, the longest wins.

    >>> finder = PhraseFinder([("trade deficit", "trade_deficit"), ("trade", "trade_turnover")])
    >>> [(cue.text, cue.name) for cue in finder.find("Trade grew; the trade deficit did not.")]
    [('Trade', 'trade_turnover'), ('trade deficit', 'trade_deficit')]
    """

    def __init__(self, phrases: Iterable[tuple[str, str]], *, cased: bool = False) -> None:
        """Build the finder from `(phrase, name)`; a cased finder tells "Turkey" from "turkey"."""
        self._fold = str if cased else str.lower
        self._names: dict[tuple[str, ...], str] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        for phrase, name in phrases:
            key = tuple(self._fold(word) for _, _, word in _words(phrase))
            self._names.setdefault(key, name)
            lengths = {*self._lengths.get(key[0], ()), len(key)}
            self._lengths[key[0]] = tuple(sorted(lengths, reverse=True))

    def find(self, text: str, start: int = 0, end: int | None = None) -> list[Cue]:
        """The cues of `text[start:end]` in order, none overlapping another."""
        tokens = [(a, b, self._fold(word)) for a, b, word in _words(text, start, end)]
        return list(self._matches(text, tokens))

    def _matches(self, text: str, tokens: list[tuple[int, int, str]]) -> Iterator[Cue]:
        position = 0
        while position < len(tokens):
            length = self._longest(tokens, position)
            if length:
                first, last = tokens[position][0], tokens[position + length - 1][1]
                key = tuple(word for _, _, word in tokens[position : position + length])
                yield Cue(first, last, text[first:last], self._names[key])
            position += length or 1

    def _longest(self, tokens: list[tuple[int, int, str]], position: int) -> int:
        for length in self._lengths.get(tokens[position][2], ()):
            key = tuple(word for _, _, word in tokens[position : position + length])
            if len(key) == length and key in self._names:
                return length
        return 0


def _words(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, str]]:
    """word = letter-or-digit run, joined by inner marks; a possessive ending and a full stop are left off."""
    for match in WORD.finditer(text, start, len(text) if end is None else end):
        word = match.group()
        word = POSSESSIVE.sub("", word)
        if word.endswith(".") and word.count(".") == 1:
            word = word[:-1]
        yield match.start(), match.start() + len(word), word
