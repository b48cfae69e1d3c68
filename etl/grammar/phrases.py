"""Text → its words, and words → the lexicon phrases that occur among them, longest match first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from etl.model import Span

__all__ = ["Cue", "PhraseFinder", "Words", "plain", "split_words"]

# word = letters or digits, joined by inner stops, apostrophes, ampersands ("U.S.", "M&A"), a plus at its end ("OPEC+").
_WORD = re.compile(r"[^\W_]+(?:[.’'&][^\W_]+)*\.?\+?")
_POSSESSIVES = ("’s", "'s", "’S", "'S", "’", "'")
# The word behind a sentence's last: no phrase reaches across it.
_WALL: Final = ""


class Words(NamedTuple):
    """The words of a text in parallel lists: where each starts and ends, as written, and in lower case.

    A possessive ending ("Pakistan's") and a sentence's full stop are left off; a wall stands behind each sentence.
    """

    text: str
    starts: list[int]
    ends: list[int]
    cased: list[str]
    folded: list[str]


class Cue(NamedTuple):
    """A phrase of a lexicon found in a text, its plain words, and the name it stands for."""

    start: int
    end: int
    text: str
    name: str
    plain: str


def split_words(text: str, sentences: Iterable[Span] | None = None) -> Words:
    """The words of the sentences of a text, or of all of it as one; offsets are those in `text`.

    >>> split_words("Pakistan's trade, in the U.S.").cased
    ['Pakistan', 'trade', 'in', 'the', 'U.S.', '']
    """
    starts, cased = [], []
    for sentence in [Span(0, len(text))] if sentences is None else sentences:
        for match in _WORD.finditer(text, sentence.start, sentence.end):
            starts.append(match.start())
            cased.append(match[0])
        starts.append(sentence.end)
        cased.append(_WALL)
    cased = [word if word.isalnum() else _bare(word) for word in cased]
    ends = [start + len(word) for start, word in zip(starts, cased, strict=True)]
    return Words(text, starts, ends, cased, [word.lower() for word in cased])


def plain(phrase: str) -> str:
    r"""The words of a phrase in lower case with a space between: the same however a text breaks or joins them.

    >>> plain("Took\ndelivery"), plain("re-exported")
    ('took delivery', 're exported')
    """
    return " ".join(split_words(phrase).folded[:-1])


class _Node(dict[str, "_Node"]):
    """What can follow the words of a phrase so far, and the name they stand for where they are one."""

    name: str | None = None


class PhraseFinder:
    """Finds the phrases of a table among words; where phrases overlap, the longest wins.

    >>> finder = PhraseFinder([("trade deficit", "trade_deficit"), ("trade", "trade_turnover")])
    >>> [(cue.text, cue.name) for cue in finder.find(split_words("Trade grew; the trade deficit did not."))]
    [('Trade', 'trade_turnover'), ('trade deficit', 'trade_deficit')]
    """

    def __init__(self, phrases: Iterable[tuple[str, str]], *, cased: bool = False) -> None:
        """Build the finder from `(phrase, name)`; a cased finder tells "Turkey" from "turkey"."""
        self._cased = cased
        self._forms = _Node()
        for phrase, name in phrases:
            node = self._forms
            for word in self._view(split_words(phrase))[:-1]:
                node = node.setdefault(word, _Node())
            node.name = node.name or name

    def find(self, words: Words) -> list[Cue]:
        """The cues among `words` in order, none overlapping another."""
        view, taken, cues = self._view(words), 0, []
        for position in [position for position, word in enumerate(view) if word in self._forms]:
            found = self._longest(view, position) if position >= taken else None
            if found:
                taken, name = found
                start, end = words.starts[position], words.ends[taken - 1]
                plain = " ".join(words.folded[position:taken])
                cues.append(Cue(start, end, words.text[start:end], name, plain))
        return cues

    def _view(self, words: Words) -> list[str]:
        return words.cased if self._cased else words.folded

    def _longest(self, view: list[str], position: int) -> tuple[int, str] | None:
        """The end of the longest phrase that begins at a position, and its name."""
        found, node = None, self._forms.get(view[position])
        while node is not None:
            position += 1
            if node.name:
                found = position, node.name
            node = node.get(view[position])  # the wall at the end fits no phrase
        return found


def _bare(word: str) -> str:
    for ending in _POSSESSIVES:
        word = word.removesuffix(ending)
    return word[:-1] if word.endswith(".") and word.count(".") == 1 else word
