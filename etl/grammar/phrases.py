"""Text → its words, and words → the lexicon phrases that occur among them, longest match first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Cue", "PhraseFinder", "Words", "plain", "split_words"]

# word = letters or digits, joined by inner stops, apostrophes, ampersands ("U.S.", "M&A"), a plus at its end ("OPEC+").
_WORD = re.compile(r"[^\W_]+(?:[.’'&][^\W_]+)*\.?\+?")
_POSSESSIVES = ("’s", "'s", "’S", "'S", "’", "'")


class Words(NamedTuple):
    """The words of a stretch of text in parallel lists: where each starts and ends, as written, and in lower case.

    A possessive ending ("Pakistan's") and a sentence's full stop are left off.
    """

    text: str
    starts: list[int]
    ends: list[int]
    cased: list[str]
    folded: list[str]


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase of a lexicon found in a text, and the name it stands for."""

    start: int
    end: int
    text: str
    name: str


def split_words(text: str, start: int = 0, end: int | None = None) -> Words:
    """The words of `text[start:end]`, with offsets in `text`.

    >>> split_words("Pakistan's trade, in the U.S.").cased
    ['Pakistan', 'trade', 'in', 'the', 'U.S.']
    """
    matches = list(_WORD.finditer(text, start, len(text) if end is None else end))
    cased = [_bare(match.group()) for match in matches]
    starts = [match.start() for match in matches]
    ends = [start + len(word) for start, word in zip(starts, cased, strict=True)]
    return Words(text, starts, ends, cased, [word.lower() for word in cased])


def plain(phrase: str) -> str:
    r"""The words of a phrase in lower case with a space between: the same however a text breaks or joins them.

    >>> plain("Took\ndelivery"), plain("re-exported")
    ('took delivery', 're exported')
    """
    return " ".join(split_words(phrase).folded)


class PhraseFinder:
    """Finds the phrases of a table among words; where phrases overlap, the longest wins.

    >>> finder = PhraseFinder([("trade deficit", "trade_deficit"), ("trade", "trade_turnover")])
    >>> [(cue.text, cue.name) for cue in finder.find(split_words("Trade grew; the trade deficit did not."))]
    [('Trade', 'trade_turnover'), ('trade deficit', 'trade_deficit')]
    """

    def __init__(self, phrases: Iterable[tuple[str, str]], *, cased: bool = False) -> None:
        """Build the finder from `(phrase, name)`; a cased finder tells "Turkey" from "turkey"."""
        self._cased = cased
        self._names: dict[tuple[str, ...], str] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        for phrase, name in phrases:
            key = tuple(self._view(split_words(phrase)))
            self._names.setdefault(key, name)
            lengths = {*self._lengths.get(key[0], ()), len(key)}
            self._lengths[key[0]] = tuple(sorted(lengths, reverse=True))

    def find(self, words: Words) -> list[Cue]:
        """The cues among `words` in order, none overlapping another."""
        view = self._view(words)
        candidates = [position for position, word in enumerate(view) if word in self._lengths]
        return list(self._matches(words, view, candidates)) if candidates else []

    def _view(self, words: Words) -> list[str]:
        return words.cased if self._cased else words.folded

    def _matches(self, words: Words, view: list[str], candidates: list[int]) -> Iterator[Cue]:
        taken = 0
        for position in candidates:
            length = self._longest(view, position) if position >= taken else 0
            if length:
                taken = position + length
                start, end = words.starts[position], words.ends[taken - 1]
                yield Cue(start, end, words.text[start:end], self._names[tuple(view[position:taken])])

    def _longest(self, view: list[str], position: int) -> int:
        lengths = (length for length in self._lengths[view[position]] if position + length <= len(view))
        return next((length for length in lengths if tuple(view[position : position + length]) in self._names), 0)


def _bare(word: str) -> str:
    for ending in _POSSESSIVES:
        word = word.removesuffix(ending)
    return word[:-1] if word[-1] == "." and word.count(".") == 1 else word
