"""Text → its words, and words → the lexicon phrases that occur among them, longest match first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from operator import add
from typing import Final, NamedTuple

from etl.model import Span

__all__ = ["Cue", "PhraseBook", "PhraseFinder", "Words", "plain", "split_words"]

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
        found = list(_WORD.finditer(text, sentence.start, sentence.end))
        starts += [match.start() for match in found]
        cased += [match[0] for match in found]
        starts.append(sentence.end)
        cased.append(_WALL)
    cased = [word if word.isalnum() else _bare(word) for word in cased]
    ends = list(map(add, starts, map(len, cased)))
    return Words(text, starts, ends, cased, list(map(str.lower, cased)))


def plain(phrase: str) -> str:
    r"""The words of a phrase in lower case with a space between: the same however a text breaks or joins them.

    >>> plain("Took\ndelivery"), plain("re-exported")
    ('took delivery', 're exported')
    """
    return " ".join(split_words(phrase).folded[:-1])


class _Node(dict[str, "_Node"]):
    """What can follow the words of a phrase so far; where they are a phrase, how many they are and what they name."""

    length: int = 0
    plain: str = ""
    name: str = ""


class PhraseFinder:
    """Finds the phrases of a table among words; where phrases overlap, the longest wins.

    >>> finder = PhraseFinder([("trade deficit", "trade_deficit"), ("trade", "trade_turnover")])
    >>> [(cue.text, cue.name) for cue in finder.find(split_words("Trade grew; the trade deficit did not."))]
    [('Trade', 'trade_turnover'), ('trade deficit', 'trade_deficit')]
    """

    def __init__(self, phrases: Iterable[tuple[str, str]], *, cased: bool = False) -> None:
        """Build the finder from `(phrase, name)`; a cased finder tells "Turkey" from "turkey".

        A phrase of the name "-" stands for nothing: it only keeps its words from shorter phrases.
        """
        self._cased = cased
        self._forms = _Node()
        for phrase, name in phrases:
            words = split_words(phrase)
            node = self._forms
            for word in self._view(words)[:-1]:
                node = node.setdefault(word, _Node())
            if not node.name:
                node.length, node.plain, node.name = len(words.cased) - 1, " ".join(words.folded[:-1]), name

    def openings(self) -> Iterator[tuple[str, str | None]]:
        """The first two words that phrases begin with, in lower case; None for the second where the first is one."""
        for word, node in self._forms.items():
            if node.name:
                yield word.lower(), None
            yield from ((word.lower(), following.lower()) for following in node)

    def find(self, words: Words) -> list[Cue]:
        """The cues among `words` in order, none overlapping another."""
        return self.find_at(words, [position for position, word in enumerate(self._view(words)) if word in self._forms])

    def find_at(self, words: Words, positions: Iterable[int]) -> list[Cue]:
        """The cues that begin at these positions among `words`."""
        view, taken, cues = self._view(words), 0, []
        for position in positions:
            phrase = self._longest(view, position) if position >= taken else None
            if phrase is None:
                continue
            taken = position + phrase.length
            start, end = words.starts[position], words.ends[taken - 1]
            if phrase.name != "-":
                cues.append(Cue(start, end, words.text[start:end], phrase.name, phrase.plain))
        return cues

    def _view(self, words: Words) -> list[str]:
        return words.cased if self._cased else words.folded

    def _longest(self, view: list[str], position: int) -> _Node | None:
        """The longest phrase that begins at a position."""
        longest, node = None, self._forms.get(view[position])
        while node is not None:
            position += 1
            longest = node if node.name else longest
            node = node.get(view[position])  # the wall at the end fits no phrase
        return longest


class _Asked(dict[str, tuple[int, ...]]):
    """Word behind a word → which finders to ask there; `alone`: which to ask whatever word follows."""

    alone: tuple[int, ...] = ()

    def note(self, number: int, following: str | None) -> None:
        """Ask a finder where `following` is the next word, or always; finders are noted one after another."""
        if following is None:
            self.alone = _with(self.alone, number)
            self.update((word, _with(numbers, number)) for word, numbers in self.items())
        else:
            self[following] = _with(self.get(following, self.alone), number)


class PhraseBook:
    """Several finders that share one pass over the words.

    >>> book = PhraseBook([PhraseFinder([("trade", "t")]), PhraseFinder([("Turkey", "TUR")], cased=True)])
    >>> [[cue.name for cue in cues] for cues in book.find(split_words("Turkey's trade in turkey"))]
    [['t'], ['TUR']]
    """

    def __init__(self, finders: Sequence[PhraseFinder]) -> None:
        """Note which finders to ask at a word, by the word behind it."""
        self._finders = finders
        self._asked: dict[str, _Asked] = {}
        for number, finder in enumerate(finders):
            for word, following in finder.openings():
                self._asked.setdefault(word, _Asked()).note(number, following)

    def find(self, words: Words) -> list[list[Cue]]:
        """The cues of each finder, in order."""
        positions: list[list[int]] = [[] for _ in self._finders]
        asked, folded = self._asked, words.folded
        for position in [position for position, word in enumerate(folded) if word in asked]:
            known = asked[folded[position]]
            for number in known.get(folded[position + 1], known.alone):  # a wall stands behind the last word
                positions[number].append(position)
        return [finder.find_at(words, places) for finder, places in zip(self._finders, positions, strict=True)]


def _with(numbers: tuple[int, ...], number: int) -> tuple[int, ...]:
    return numbers if number in numbers else (*numbers, number)


def _bare(word: str) -> str:
    if word.endswith(_POSSESSIVES):
        for ending in _POSSESSIVES:
            word = word.removesuffix(ending)
    return word[:-1] if word.endswith(".") and word.count(".") == 1 else word
